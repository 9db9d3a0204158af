//! ECS `RunInstances`, `CreateInstance`, `ReplaceSystemDisk` (2014-05-26), as far as images concern them.
//!
//! Sources: the pages of the operations, and the SDK model (alibabacloud-ecs20140526 7.11.8). What else
//! a machine is made of is accepted and forgotten: security groups, switches, key pairs and so on need
//! not exist. Guesses: the codes of absent arguments, and that an image which is neither available nor
//! deprecated is not found. `ReplaceSystemDisk` has neither `DryRun` nor `RegionId`.

use serde_json::json;

use crate::cloud::alicloud::touched::{self, find_image, find_launched};
use crate::cloud::alicloud::{
    ECS, dry_run_passed, missing_parameter, once, requested_tags, to_json,
};
use crate::cloud::{Action, Call, VendorError};
use crate::world::World;
use crate::world::alicloud::{Image, Machine, Status};

/// What `RunInstances` knows; the rest of what it documents is refused.
const LAUNCH: &[&str] = &[
    "ClientToken",
    "DataDisk.N.Category",
    "DataDisk.N.Size",
    "Description",
    "DryRun",
    "HostName",
    "ImageFamily",
    "ImageId",
    "InstanceChargeType",
    "InstanceName",
    "InstanceType",
    "InternetMaxBandwidthOut",
    "IoOptimized",
    "KeyPairName",
    "Password",
    "RamRoleName",
    "RegionId",
    "ResourceGroupId",
    "SecurityGroupId",
    "SystemDisk.Category",
    "SystemDisk.Size",
    "Tag.N.Key",
    "Tag.N.Value",
    "UserData",
    "VSwitchId",
    "ZoneId",
    "Amount",
    "MinAmount",
    "SecurityGroupIds.N",
];

/// The first of them, which `CreateInstance` knows, too: it makes one machine in one security group.
const LAUNCH_OF_ONE: &[&str] = LAUNCH.split_at(LAUNCH.len() - 3).0;

const UNSIMULATED: &[&str] = &["LaunchTemplateId", "LaunchTemplateName", "LaunchTemplateVersion"];

pub(super) const RUN: Action = Action {
    parameters: LAUNCH,
    unsimulated: UNSIMULATED,
    touches: touched::launch,
    ..Action::new(&ECS, "RunInstances", |_| vec!["ecs:RunInstances"], run)
};

pub(super) const CREATE: Action = Action {
    parameters: LAUNCH_OF_ONE,
    touches: touched::launch,
    ..Action::new(&ECS, "CreateInstance", |_| vec!["ecs:CreateInstance"], create)
};

pub(super) const REPLACE_SYSTEM_DISK: Action = Action {
    parameters: &[
        "ClientToken",
        "ImageId",
        "InstanceId",
        "KeyPairName",
        "Password",
        "PasswordInherit",
        "SystemDisk.Size",
    ],
    touches: touched::replacement,
    ..Action::new(&ECS, "ReplaceSystemDisk", |_| vec!["ecs:ReplaceSystemDisk"], replace_system_disk)
};

/// Finds the image to launch.
fn find<'w>(call: &Call, world: &'w World) -> Result<&'w Image, VendorError> {
    let given = |name| call.parameters.get(name).filter(|value| !value.is_empty());
    if given("ImageId").is_none() && given("ImageFamily").is_none() {
        return Err(missing_parameter("ImageId"));
    }
    let image = find_launched(call, world).filter(|image| can_boot(image));
    image.ok_or_else(|| match given("ImageId") {
        Some(_) => unknown_image(),
        None => {
            let message = "The specified image family has no available image.";
            VendorError::new(403, "InvalidImageFamily.MissingAvailableImage", message)
        }
    })
}

/// Tells whether machines can run an image; a deprecated one is discouraged, not forbidden.
fn can_boot(image: &Image) -> bool {
    matches!(image.status, Status::Available | Status::Deprecated)
}

fn unknown_image() -> VendorError {
    VendorError::new(404, "InvalidImageId.NotFound", "The specified ImageId does not exist.")
}

/// Launches machines, or says that it would.
fn launch(call: &Call, world: &mut World, stopped: bool) -> Result<Vec<String>, VendorError> {
    let image_id = find(call, world)?.id.clone();
    if call.parameters.get("InstanceType").is_none_or(str::is_empty) {
        return Err(missing_parameter("InstanceType"));
    }
    let amount = call.number("Amount", 1..=100)?.unwrap_or(1);
    if call.boolean("DryRun")? {
        return Err(dry_run_passed());
    }
    Ok(once(call, world, |world| {
        let machines = std::iter::repeat_with(|| {
            let random: String = std::iter::repeat_with(fastrand::alphanumeric).take(17).collect();
            Machine {
                id: format!("i-{}", random.to_lowercase()),
                account: call.account().to_owned(),
                region: call.region.clone(),
                image_id: image_id.clone(),
                stopped,
                tags: requested_tags(call),
            }
        });
        let machines: Vec<Machine> = machines.take(amount).collect();
        let ids = machines.iter().map(|machine| machine.id.clone()).collect();
        world.alicloud.machines.extend(machines);
        ids
    }))
}

fn run(call: &Call, world: &mut World) -> Result<String, VendorError> {
    let ids = launch(call, world, false)?;
    Ok(to_json(call, json!({"InstanceIdSets": {"InstanceIdSet": ids}})))
}

fn create(call: &Call, world: &mut World) -> Result<String, VendorError> {
    let ids = launch(call, world, true)?;
    Ok(to_json(call, json!({"InstanceId": ids.first()})))
}

fn replace_system_disk(call: &Call, world: &mut World) -> Result<String, VendorError> {
    let given = |name| call.parameters.get(name).filter(|value| !value.is_empty());
    let image_id = given("ImageId").ok_or_else(|| missing_parameter("ImageId"))?;
    let machine_id = given("InstanceId").ok_or_else(|| missing_parameter("InstanceId"))?;
    let is_own = |machine: &&Machine| machine.id == machine_id && machine.account == call.account();
    let machine = world.alicloud.machines.iter().find(is_own).ok_or_else(|| {
        let message = "The specified InstanceId does not exist.";
        VendorError::new(404, "InvalidInstanceId.NotFound", message)
    })?;
    let image = find_image(call, image_id, world)
        .filter(|image| image.region == machine.region && can_boot(image));
    let image_id = image.ok_or_else(unknown_image)?.id.clone();
    if !machine.stopped {
        let message = "The current status of the instance does not support this operation.";
        return Err(VendorError::new(403, "IncorrectInstanceStatus", message));
    }
    for machine in world.alicloud.machines.iter_mut().filter(|machine| machine.id == machine_id) {
        machine.image_id.clone_from(&image_id);
    }
    Ok(to_json(call, json!({"DiskId": format!("d-{machine_id}")})))
}
