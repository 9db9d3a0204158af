//! ECS `ModifyImageSharePermission`, `ExportImage` (2014-05-26): how images leave an account.
//!
//! Sources: the pages of the operations. Guesses: the codes of absent arguments, and that sharing
//! twice, or with nobody, changes nothing. An export ends up nowhere.

use serde_json::json;

use crate::cloud::alicloud::{ECS, dry_run_passed, missing_parameter, to_json, touched};
use crate::cloud::{Action, Call, VendorError};
use crate::world::World;
use crate::world::alicloud::{Image, Owner, Status};

/// Most accounts one call may name, of those to add and those to remove; the rest is ignored.
const MAX_NAMED: usize = 10;

/// Most accounts an image can be shared with.
const MAX_SHARED: usize = 50;

pub(super) const SHARE: Action = Action {
    parameters: &["AddAccount.N", "DryRun", "ImageId", "IsPublic", "RegionId", "RemoveAccount.N"],
    unsimulated: &["LaunchPermission"],
    touches: touched::images,
    ..Action::new(
        &ECS,
        "ModifyImageSharePermission",
        |_| vec!["ecs:ModifyImageSharePermission"],
        share,
    )
};

pub(super) const EXPORT: Action = Action {
    parameters: &[
        "DryRun",
        "ImageFormat",
        "ImageId",
        "OSSBucket",
        "OSSPrefix",
        "RegionId",
        "RoleName",
    ],
    touches: touched::images,
    ..Action::new(&ECS, "ExportImage", |_| vec!["ecs:ExportImage"], export)
};

/// Finds an available image that the caller owns.
fn find_own<'w>(call: &Call, world: &'w mut World) -> Result<&'w mut Image, VendorError> {
    let owner = Owner::Account(call.account().parse().unwrap_or_default());
    let id = call.parameters.get("ImageId").unwrap_or_default();
    let found = world
        .alicloud
        .images
        .iter_mut()
        .find(|image| image.id == id && image.owner == owner && image.region == call.region);
    let image = found.ok_or_else(|| {
        VendorError::new(404, "InvalidImageId.NotFound", "The specified ImageId does not exist.")
    })?;
    if image.status != Status::Available {
        let message = "The status of the image does not support this operation.";
        return Err(VendorError::new(403, "OperationDenied.InvalidImageStatus", message));
    }
    Ok(image)
}

fn share(call: &Call, world: &mut World) -> Result<String, VendorError> {
    let accounts: Vec<String> =
        world.alicloud.accounts.iter().map(|account| account.id.clone()).collect();
    let image = find_own(call, world)?;
    let added = call.parameters.list("AddAccount");
    let added: Vec<&str> = added.into_iter().take(MAX_NAMED).collect();
    let removed = call.parameters.list("RemoveAccount");
    let removed: Vec<&str> = removed.into_iter().take(MAX_NAMED).collect();
    if added.iter().any(|account| !accounts.iter().any(|known| known == account)) {
        let message = "The specified account does not exist.";
        return Err(VendorError::new(404, "InvalidAccount.NotFound", message));
    }
    let mut shared = image.shared_with.clone();
    shared.extend(added.iter().map(|&account| account.to_owned()));
    shared.sort_unstable();
    shared.dedup();
    shared.retain(|account| !removed.contains(&account.as_str()));
    if shared.len() > MAX_SHARED {
        let message = "The number of accounts that the image is shared with exceeds the limit.";
        return Err(VendorError::new(403, "QuotaExceed.ShareImage", message));
    }
    let community = match call.parameters.get("IsPublic") {
        Some(_) => call.boolean("IsPublic")?,
        None => image.community,
    };
    if call.boolean("DryRun")? {
        return Err(dry_run_passed());
    }
    image.shared_with = shared;
    image.community = community;
    Ok(to_json(call, json!({})))
}

fn export(call: &Call, world: &mut World) -> Result<String, VendorError> {
    find_own(call, world)?;
    if call.parameters.get("OSSBucket").is_none_or(str::is_empty) {
        return Err(missing_parameter("OSSBucket"));
    }
    if call.boolean("DryRun")? {
        return Err(dry_run_passed());
    }
    let task = format!("t-{}", call.request_id);
    Ok(to_json(call, json!({"TaskId": task, "RegionId": call.region})))
}
