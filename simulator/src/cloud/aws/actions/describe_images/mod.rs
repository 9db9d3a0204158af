//! EC2 `DescribeImages` (2016-11-15).
//!
//! Sources: the operation's page, "Deprecate an AMI", "Allowed AMIs", botocore's model (1.44.5).
//! Guesses, because nothing is written: an image hidden by Allowed AMIs is `InvalidAMIID.NotFound`
//! when named by id; a disabled or deregistered one is an empty result; `NextToken` works only with
//! the query that gave it out.

mod filters;
mod query;
mod view;

use self::query::Query;
use crate::cloud::aws::paging::{self, Page, Place};
use crate::cloud::aws::viewer::Viewer;
use crate::cloud::aws::xml::Xml;
use crate::cloud::aws::{EC2, dry_run_passed};
use crate::cloud::{Action, Call, VendorError};
use crate::world::World;

pub(super) const ACTION: Action = Action {
    service: &EC2,
    name: "DescribeImages",
    parameters: &[
        "DryRun",
        "ExecutableBy.N",
        "Filter.N.Name",
        "Filter.N.Value.N",
        "ImageId.N",
        "IncludeDeprecated",
        "IncludeDisabled",
        "MaxResults",
        "NextToken",
        "Owner.N",
    ],
    unsimulated: &[],
    unsigned: false,
    permissions: |_| vec!["ec2:DescribeImages"],
    touches: |_, _| Vec::new(),
    answer,
};

/// About how long an image is in XML.
const IMAGE_BYTES: usize = 1200;

fn answer(call: &Call, world: &mut World) -> Result<String, VendorError> {
    let place = Place::read(call)?;
    let max_results = call.number("MaxResults", 1..=1000)?;
    let mut query = Query::read(call, &world.aws, place.as_of)?;
    if max_results.is_some() && query.names_ids() {
        let message = "The parameter imageIdsSet cannot be used with the parameter maxResults";
        return Err(VendorError::new(400, "InvalidParameterCombination", message));
    }
    query.check_ids(&world.aws.images)?;
    if call.boolean("DryRun")? {
        return Err(dry_run_passed());
    }
    query.viewer.look_back(call, &mut world.aws);
    let Viewer { allowed_images, past, .. } = &query.viewer;
    let cache_key = format!("{} {} {allowed_images:?} {past:?}", paging::query(call), place.as_of);
    let images = &world.aws.images;
    let selected = images.selection(cache_key, |images| query.select(images));
    let Page { items, next_token } = place.page(call, selected.len(), max_results, world.aws.pages);
    let shown = selected.get(items).unwrap_or_default();
    let mut xml = Xml::with_capacity((shown.len() + 1) * IMAGE_BYTES);
    let shown = shown.iter().filter_map(|&position| images.get(position));
    xml.set("imagesSet", shown, |xml, image| view::write(xml, image, &query.viewer));
    xml.option("nextToken", next_token.as_deref());
    Ok(xml.finish())
}
