//! ECS `ListTagResources` (2014-05-26), for images. Sources and guesses: see [`tagging`].
//!
//! Guesses besides: a page's size (the world says it), an empty `NextToken` on the last page, the
//! status of `InvalidParameter.TagValue`, and that an image which fits shows all its tags, not only
//! those asked for.

use serde::Serialize;

use crate::cloud::alicloud::tagging::{self, IMAGE};
use crate::cloud::alicloud::viewer::Viewer;
use crate::cloud::alicloud::{ECS, to_json, touched};
use crate::cloud::{Action, Call, VendorError};
use crate::world::World;
use crate::world::alicloud::Image;
use crate::world::catalog::shuffled_rank;

pub(super) const ACTION: Action = Action {
    service: &ECS,
    name: "ListTagResources",
    parameters: &[
        "NextToken",
        "RegionId",
        "ResourceId.N",
        "ResourceType",
        "Tag.N.Key",
        "Tag.N.Value",
    ],
    unsimulated: &[
        "OwnerAccount",
        "OwnerId",
        "ResourceOwnerAccount",
        "ResourceOwnerId",
        "TagFilter.N.TagKey",
        "TagFilter.N.TagValues.N",
    ],
    unsigned: false,
    permissions: |_| vec!["ecs:ListTagResources"],
    touches: touched::images,
    answer,
};

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Page<'a> {
    next_token: String,
    tag_resources: RowList<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct RowList<'a> {
    tag_resource: &'a [Row<'a>],
}

/// One tag of one image.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Row<'a> {
    resource_id: &'a str,
    resource_type: &'static str,
    tag_key: &'a str,
    tag_value: &'a str,
}

fn answer(call: &Call, world: &mut World) -> Result<String, VendorError> {
    tagging::check_type(call)?;
    let ids = tagging::read_ids(call)?;
    let wanted = read_tags(call)?;
    if ids.is_empty() && wanted.is_empty() {
        let message = "The specified Tags and ResourcesIds are not allow to both empty.";
        return Err(VendorError::new(403, "BothEmpty.TagsAndResources", message));
    }
    let offset = read_offset(call)?;
    let cloud = &mut world.alicloud;
    let mut viewer = Viewer::of(call, cloud);
    tagging::find_visible(&ids, call, &viewer, &cloud.images)?;
    let named: Vec<&str> = ids.iter().copied().collect();
    viewer.look_back(call, &named, cloud);
    let fits = |image: &&Image| {
        image.region == call.region
            && (ids.is_empty() || ids.contains(image.id.as_str()))
            && has_tags(image, &viewer, &wanted)
    };
    let images = cloud.images.iter().filter(fits);
    let mut rows: Vec<Row<'_>> = images.flat_map(|image| rows_of(image, &viewer)).collect();
    rows.sort_by_cached_key(|row| shuffled_rank(&format!("{} {}", row.resource_id, row.tag_key)));
    let rest = rows.get(offset..).unwrap_or_default();
    let page = rest.chunks(cloud.tag_rows_per_page.max(1)).next().unwrap_or_default();
    let next_token = match page.len() < rest.len() {
        true => token(call, offset + page.len()),
        false => String::new(),
    };
    Ok(to_json(call, Page { next_token, tag_resources: RowList { tag_resource: page } }))
}

fn rows_of<'a>(image: &'a Image, viewer: &'a Viewer) -> impl Iterator<Item = Row<'a>> {
    let tags = viewer.source(image).and_then(|_| viewer.tags(image)).into_iter().flatten();
    tags.map(|(tag_key, tag_value)| Row {
        resource_id: &image.id,
        resource_type: IMAGE,
        tag_key,
        tag_value,
    })
}

/// Tells whether an image has all the tags a request asks for.
fn has_tags(image: &Image, viewer: &Viewer, wanted: &[(&str, Option<&str>)]) -> bool {
    let Some(tags) = viewer.tags(image) else { return wanted.is_empty() };
    wanted.iter().all(|(key, wanted)| {
        tags.get(*key).is_some_and(|value| wanted.is_none_or(|wanted| wanted == value))
    })
}

fn read_tags(call: &Call) -> Result<Vec<(&str, Option<&str>)>, VendorError> {
    let indices = call.parameters.indices("Tag");
    tagging::check_count(indices.len())?;
    let read = |index| {
        let key = call.parameters.get(&format!("Tag.{index}.Key")).filter(|key| !key.is_empty());
        let Some(key) = key else {
            let message = "The parameter Tag.N.Value needs the parameter Tag.N.Key.";
            return Err(VendorError::new(400, "InvalidParameter.TagValue", message));
        };
        if key == "acs:rm:rgId" {
            return Err(VendorError::not_simulated("the tag `acs:rm:rgId`"));
        }
        Ok((key, call.parameters.get(&format!("Tag.{index}.Value"))))
    };
    indices.into_iter().map(read).collect()
}

/// Reads `NextToken`, which works with no other query than the one that gave it out.
fn read_offset(call: &Call) -> Result<usize, VendorError> {
    let Some(given) = call.parameters.get("NextToken").filter(|token| !token.is_empty()) else {
        return Ok(0);
    };
    let offset = given.split_once('-').and_then(|(_, offset)| offset.parse().ok());
    offset.filter(|&offset| token(call, offset) == given).ok_or_else(|| {
        VendorError::new(403, "Invalid.NextToken", "The specified NextToken is not valid.")
    })
}

/// Returns the token of the page that begins at a row.
fn token(call: &Call, offset: usize) -> String {
    let mut query = call.parameters.clone();
    query.take("NextToken");
    let checksum = shuffled_rank(&format!("{} {query:?} {offset}", call.account()));
    format!("{checksum:016x}-{offset}")
}
