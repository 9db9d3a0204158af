//! ECS `CreateImage`, `CopyImage`, `ImportImage` (2014-05-26).
//!
//! Sources: the pages of the operations, and the SDK model (alibabacloud-ecs20140526 7.11.8). A new
//! image is available at once. Guesses: the codes of absent arguments, that names are unique in an
//! account and region, and the code for a copy of a deprecated image. Snapshots and files in buckets
//! need not exist. Tags are not copied.

use serde_json::{Value, json};

use crate::cloud::alicloud::tagging::{check_count, check_key, check_unique, check_value};
use crate::cloud::alicloud::touched::{self, find_image};
use crate::cloud::alicloud::{
    ECS, dry_run_passed, joined, made_before, missing_parameter, once, requested_tags, to_json,
};
use crate::cloud::{Action, Call, VendorError};
use crate::world::World;
use crate::world::alicloud::{Image, Owner, Status};

pub(super) const CREATE: Action = Action {
    parameters: &[
        "ClientToken",
        "Description",
        "DryRun",
        "ImageFamily",
        "ImageName",
        "ImageVersion",
        "InstanceId",
        "RegionId",
        "ResourceGroupId",
        "SnapshotId",
        "Tag.N.Key",
        "Tag.N.Value",
    ],
    unsimulated: &[
        "Architecture",
        "BootMode",
        "DetectionStrategy",
        "DiskDeviceMapping.N.Device",
        "DiskDeviceMapping.N.DiskType",
        "DiskDeviceMapping.N.Size",
        "DiskDeviceMapping.N.SnapshotId",
        "Features.ImdsSupport",
        "Platform",
    ],
    touches: touched::creation,
    ..Action::new(&ECS, "CreateImage", |_| vec!["ecs:CreateImage"], create)
};

pub(super) const COPY: Action = Action {
    parameters: &[
        "ClientToken",
        "DestinationDescription",
        "DestinationImageName",
        "DestinationRegionId",
        "DryRun",
        "ImageId",
        "RegionId",
        "ResourceGroupId",
        "Tag.N.Key",
        "Tag.N.Value",
    ],
    unsimulated: &["EncryptAlgorithm", "Encrypted", "KMSKeyId"],
    touches: touched::creation,
    ..Action::new(&ECS, "CopyImage", |_| vec!["ecs:CopyImage"], copy)
};

pub(super) const IMPORT: Action = Action {
    parameters: &[
        "Architecture",
        "ClientToken",
        "Description",
        "DiskDeviceMapping.N.DiskImageSize",
        "DiskDeviceMapping.N.Format",
        "DiskDeviceMapping.N.OSSBucket",
        "DiskDeviceMapping.N.OSSObject",
        "DryRun",
        "ImageName",
        "OSType",
        "Platform",
        "RegionId",
        "ResourceGroupId",
        "RoleName",
        "Tag.N.Key",
        "Tag.N.Value",
    ],
    unsimulated: &["BootMode", "DetectionStrategy", "LicenseType", "StorageLocationArn"],
    touches: touched::creation,
    ..Action::new(&ECS, "ImportImage", |_| vec!["ecs:ImportImage"], import)
};

fn text(call: &Call, name: &str) -> String {
    call.parameters.get(name).unwrap_or_default().to_owned()
}

/// Refuses tags that no image can have.
fn check_tags(call: &Call) -> Result<(), VendorError> {
    check_count(call.parameters.indices("Tag").len())?;
    let tags = requested_tags(call);
    for (key, value) in &tags {
        check_key(key)?;
        check_value(value)?;
    }
    let lower: Vec<String> = tags.keys().map(|key| key.to_lowercase()).collect();
    check_unique(lower.iter().map(String::as_str))
}

/// Adds an image, or says that it would, and returns the answer.
fn add(call: &Call, world: &mut World, image: Image, more: Value) -> Result<String, VendorError> {
    check_tags(call)?;
    let is_taken = |other: &Image| {
        !image.name.is_empty()
            && other.name == image.name
            && other.owner == image.owner
            && other.region == image.region
    };
    if made_before(call, world).is_none() && world.alicloud.images.iter().any(is_taken) {
        let message = "The specified image name already exists.";
        return Err(VendorError::new(400, "InvalidImageName.Duplicated", message));
    }
    if call.boolean("DryRun")? {
        return Err(dry_run_passed());
    }
    let ids = once(call, world, |world| {
        let random: String = std::iter::repeat_with(fastrand::alphanumeric).take(17).collect();
        let id = format!("m-{}", random.to_lowercase());
        let name = if image.name.is_empty() { id.clone() } else { image.name };
        world.alicloud.images.push(Image { id: id.clone(), name, ..image });
        vec![id]
    });
    Ok(to_json(call, joined(json!({"ImageId": ids.first()}), more)))
}

/// Returns a new image of the caller in the region of the call.
fn new_image(call: &Call, name: &str) -> Image {
    Image {
        name: text(call, name),
        region: call.region.clone(),
        owner: Owner::Account(call.account().parse().unwrap_or_default()),
        description: text(call, "Description"),
        resource_group: text(call, "ResourceGroupId"),
        created_at: call.now,
        tags: requested_tags(call),
        ..Image::default()
    }
}

fn create(call: &Call, world: &mut World) -> Result<String, VendorError> {
    let (machine, snapshot) = (text(call, "InstanceId"), text(call, "SnapshotId"));
    if machine.is_empty() && snapshot.is_empty() {
        return Err(missing_parameter("InstanceId"));
    }
    let mut machines = world.alicloud.machines.iter();
    let is_known = machines.any(|known| known.id == machine && known.account == call.account());
    if !machine.is_empty() && !is_known {
        let message = "The specified InstanceId does not exist.";
        return Err(VendorError::new(404, "InvalidInstanceId.NotFound", message));
    }
    let image = Image {
        family: text(call, "ImageFamily"),
        version: text(call, "ImageVersion"),
        ..new_image(call, "ImageName")
    };
    add(call, world, image, json!({}))
}

/// Copies an image the caller owns, without its tags and family.
fn copy(call: &Call, world: &mut World) -> Result<String, VendorError> {
    let id = call.parameters.get("ImageId").ok_or_else(|| missing_parameter("ImageId"))?;
    let region = call.parameters.get("DestinationRegionId").unwrap_or(&call.region);
    if !world.alicloud.regions.iter().any(|known| known.id == region) {
        let message = "The specified DestinationRegionId does not exist.";
        return Err(VendorError::new(404, "InvalidDestinationRegionId.NotFound", message));
    }
    let original = find_image(call, id, world).ok_or_else(|| {
        VendorError::new(404, "InvalidImageId.NotFound", "The specified ImageId does not exist.")
    })?;
    if original.status != Status::Available {
        let message = "The status of the image does not support this operation.";
        return Err(VendorError::new(403, "OperationDenied.InvalidImageStatus", message));
    }
    let image = Image {
        region: region.to_owned(),
        description: text(call, "DestinationDescription"),
        copied: true,
        os_type: original.os_type.clone(),
        platform: original.platform.clone(),
        architecture: original.architecture.clone(),
        ..new_image(call, "DestinationImageName")
    };
    add(call, world, image, json!({}))
}

fn import(call: &Call, world: &mut World) -> Result<String, VendorError> {
    let bucket = call.parameters.indices("DiskDeviceMapping");
    if bucket.is_empty() {
        return Err(missing_parameter("DiskDeviceMapping"));
    }
    let os_type = call.parameters.get("OSType").unwrap_or("linux").to_owned();
    let image = Image { os_type, ..new_image(call, "ImageName") };
    let task = json!({"TaskId": format!("t-{}", call.request_id), "RegionId": call.region});
    add(call, world, image, task)
}
