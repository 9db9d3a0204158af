//! ECS `DescribeRegions` (2014-05-26). Source: the operation's page and SDK model.

use serde_json::json;

use crate::cloud::alicloud::{ECS, to_json};
use crate::cloud::{Action, Call, VendorError};
use crate::world::World;

pub(super) const ACTION: Action = Action {
    service: &ECS,
    name: "DescribeRegions",
    parameters: &["AcceptLanguage"],
    unsimulated: &[
        "InstanceChargeType",
        "OwnerAccount",
        "OwnerId",
        "ResourceOwnerAccount",
        "ResourceOwnerId",
        "ResourceType",
    ],
    unsigned: false,
    permissions: |_| vec!["ecs:DescribeRegions"],
    touches: |_, _| Vec::new(),
    answer,
};

fn answer(call: &Call, world: &mut World) -> Result<String, VendorError> {
    if let Some(language) = call.parameters.get("AcceptLanguage")
        && !matches!(language, "zh-CN" | "en-US" | "ja")
    {
        return Err(call.invalid("AcceptLanguage", language));
    }
    let regions = world.alicloud.regions.iter().map(|region| {
        json!({
            "RegionId": region.id,
            "RegionEndpoint": format!("ecs.{}.aliyuncs.com", region.id),
            "LocalName": region.local_name,
            "Status": if region.sold_out { "soldOut" } else { "available" },
        })
    });
    Ok(to_json(call, json!({ "Regions": { "Region": regions.collect::<Vec<_>>() } })))
}
