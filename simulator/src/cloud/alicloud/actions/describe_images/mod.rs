//! ECS `DescribeImages` (2014-05-26).
//!
//! Sources: the operation's page, the SDK model (alibabacloud-ecs20140526 7.11.8), answers
//! published by users. Guesses, because nothing is written: the order of images (shuffled here), a
//! name search that is a plain substring match, several ids in `ImageId` separated by commas (an
//! earlier edition of the page says so, today's does not), and no owner id and an empty `IsSelfShared` where
//! published answers of system images show it so.

mod query;
mod view;

use serde::Serialize;

use self::query::Query;
use self::view::ImageView;
use crate::cloud::alicloud::{ECS, dry_run_passed, to_json, touched};
use crate::cloud::{Action, Call, VendorError};
use crate::parameters::Parameters;
use crate::world::World;

pub(super) const ACTION: Action = Action {
    service: &ECS,
    name: "DescribeImages",
    parameters: &[
        "ActionType",
        "Architecture",
        "DryRun",
        "Filter.N.Key",
        "Filter.N.Value",
        "ImageFamily",
        "ImageId",
        "ImageName",
        "ImageOwnerAlias",
        "ImageOwnerId",
        "IsPublic",
        "IsSupportCloudinit",
        "IsSupportIoOptimized",
        "OSType",
        "PageNumber",
        "PageSize",
        "RegionId",
        "ResourceGroupId",
        "SnapshotId",
        "Status",
        "Tag.N.Key",
        "Tag.N.Value",
        "Usable",
        "Usage",
    ],
    unsimulated: &[
        "InstanceType",
        "OwnerAccount",
        "OwnerId",
        "ResourceOwnerAccount",
        "ResourceOwnerId",
        "ShowExpired",
    ],
    unsigned: false,
    permissions,
    touches: touched::images,
    answer,
};

/// Needs no permission for images of Alibaba Cloud or shared by others, as the page says.
///
/// A query without `ImageOwnerAlias` covers own images, too; that it needs the permission is an
/// inference.
fn permissions(parameters: &Parameters) -> Vec<&'static str> {
    match parameters.get("ImageOwnerAlias") {
        Some("system" | "others") => vec![],
        _ => vec!["ecs:DescribeImages"],
    }
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Page<'a> {
    region_id: &'a str,
    total_count: usize,
    page_number: usize,
    page_size: usize,
    images: ImageList<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct ImageList<'a> {
    image: Vec<ImageView<'a>>,
}

fn answer(call: &Call, world: &mut World) -> Result<String, VendorError> {
    let cloud = &mut world.alicloud;
    let mut query = Query::read(call, cloud)?;
    let page_number = call.number("PageNumber", 1..=usize::MAX)?.unwrap_or(1);
    let page_size = call.number("PageSize", 1..=100)?.unwrap_or(10);
    if call.boolean("DryRun")? {
        return Err(dry_run_passed());
    }
    query.look_back(call, cloud);
    let selected = cloud.images.selection(query.cache_key(call), |images| query.select(images));
    let page = selected.iter().skip((page_number - 1).saturating_mul(page_size)).take(page_size);
    let image = page
        .filter_map(|&position| cloud.images.get(position))
        .map(|image| ImageView::new(image, query.viewer(), cloud.scalars))
        .collect();
    Ok(to_json(
        call,
        Page {
            region_id: &call.region,
            total_count: selected.len(),
            page_number,
            page_size,
            images: ImageList { image },
        },
    ))
}
