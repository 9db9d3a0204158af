//! EC2 `DescribeTags` (2016-11-15), for images.
//!
//! Sources: the operation's page, botocore's model (1.43.11). Guesses, because nothing is written:
//! tags on an image the account no longer sees are not shown; a filter by an unknown resource type
//! is an empty result.

use std::borrow::Cow;

use crate::cloud::aws::filter::{self, Filter, Pattern, Properties, Property};
use crate::cloud::aws::paging::{Page, Place};
use crate::cloud::aws::viewer::Viewer;
use crate::cloud::aws::xml::Xml;
use crate::cloud::aws::{EC2, dry_run_passed};
use crate::cloud::{Action, Call, VendorError};
use crate::world::World;
use crate::world::aws::{Image, State};
use crate::world::catalog::shuffled_rank;

pub(super) const ACTION: Action = Action {
    service: &EC2,
    name: "DescribeTags",
    parameters: &["DryRun", "Filter.N.Name", "Filter.N.Value.N", "MaxResults", "NextToken"],
    unsimulated: &[],
    unsigned: false,
    permissions: |_| vec!["ec2:DescribeTags"],
    touches: |_, _| Vec::new(),
    answer,
};

/// The only type of resource there is.
const IMAGE: &str = "image";

/// One tag of one image.
struct Row {
    resource_id: String,
    key: String,
    value: String,
}

const FILTERS: Properties<Row> = &[
    ("key", Property::Of(|row| vec![Cow::Borrowed(&row.key)])),
    ("resource-id", Property::Of(|row| vec![Cow::Borrowed(&row.resource_id)])),
    ("resource-type", Property::Of(|_| vec![Cow::Borrowed(IMAGE)])),
    ("value", Property::Of(|row| vec![Cow::Borrowed(&row.value)])),
];

/// A filter of a request.
enum TagFilter<'a> {
    Property(Filter<Row>),
    /// `tag:KEY`: key and value of the same tag.
    Tag {
        key: &'a str,
        values: Vec<Pattern>,
    },
}

impl<'a> TagFilter<'a> {
    fn read_all(call: &'a Call) -> Result<Vec<Self>, VendorError> {
        let filters = filter::read(call)?.into_iter();
        filters
            .map(|(name, values)| {
                Ok(match name.strip_prefix("tag:") {
                    Some(key) => Self::Tag { key, values },
                    None => Self::Property(Filter::new(name, values, FILTERS)?),
                })
            })
            .collect()
    }

    fn matches(&self, row: &Row) -> bool {
        match self {
            Self::Property(filter) => filter.matches(row),
            Self::Tag { key, values } => row.key == *key && filter::any_matches(values, &row.value),
        }
    }
}

fn answer(call: &Call, world: &mut World) -> Result<String, VendorError> {
    let place = Place::read(call)?;
    let max_results = call.number("MaxResults", 5..=1000)?;
    let filters = TagFilter::read_all(call)?;
    if call.boolean("DryRun")? {
        return Err(dry_run_passed());
    }
    let cloud = &mut world.aws;
    let mut viewer = Viewer::of(call, cloud, call.now);
    viewer.look_back(call, cloud);
    let mut rows: Vec<Row> =
        cloud.images.iter().flat_map(|image| rows_of(image, &viewer)).collect();
    rows.retain(|row| filters.iter().all(|filter| filter.matches(row)));
    rows.sort_by_cached_key(|row| shuffled_rank(&format!("{} {}", row.resource_id, row.key)));
    let Page { items, next_token } = place.page(call, rows.len(), max_results, cloud.pages);
    let mut xml = Xml::default();
    xml.set("tagSet", rows.get(items).unwrap_or_default(), |xml, row| {
        xml.leaf("resourceId", &row.resource_id);
        xml.leaf("resourceType", IMAGE);
        xml.leaf("key", &row.key);
        xml.leaf("value", &row.value);
    });
    xml.option("nextToken", next_token.as_deref());
    Ok(xml.finish())
}

fn rows_of(image: &Image, viewer: &Viewer<'_>) -> Vec<Row> {
    if !viewer.sees(image) || image.state == State::Deregistered {
        return Vec::new();
    }
    let tags = viewer.tags(image).into_iter().flatten();
    tags.map(|(key, value)| Row {
        resource_id: image.id.clone(),
        key: key.clone(),
        value: value.clone(),
    })
    .collect()
}
