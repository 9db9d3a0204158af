//! EC2 `CreateFleet`, `RequestSpotInstances`, `RequestSpotFleet`, `CreateReplaceRootVolumeTask`
//! (2016-11-15): how else images come to run.
//!
//! Sources: the pages of the operations, botocore's model (1.43.11). Launch templates need not exist, and
//! the images they name are not known; fleets and requests launch nothing. Guess: a machine has the new
//! image as soon as its root volume is to be replaced.

use crate::cloud::aws::finding::{
    find_snapshot, mandatory, new_id, no_snapshot, running_machine, usable_image,
};
use crate::cloud::aws::tag_specification::{self, permissions};
use crate::cloud::aws::touched::{self, each, ec2, named, new, with_tagging};
use crate::cloud::aws::xml::Xml;
use crate::cloud::aws::{EC2, dry_run_passed};
use crate::cloud::{Action, Call, VendorError};
use crate::world::World;

pub(super) const FLEET: Action = Action {
    parameters: &[
        "ClientToken",
        "DryRun",
        "LaunchTemplateConfigs.N.LaunchTemplateSpecification.LaunchTemplateId",
        "LaunchTemplateConfigs.N.LaunchTemplateSpecification.LaunchTemplateName",
        "LaunchTemplateConfigs.N.LaunchTemplateSpecification.Version",
        "LaunchTemplateConfigs.N.Overrides.N.ImageId",
        "LaunchTemplateConfigs.N.Overrides.N.InstanceType",
        "LaunchTemplateConfigs.N.Overrides.N.SubnetId",
        "TagSpecification.N.ResourceType",
        "TagSpecification.N.Tag.N.Key",
        "TagSpecification.N.Tag.N.Value",
        "TargetCapacitySpecification.DefaultTargetCapacityType",
        "TargetCapacitySpecification.TotalTargetCapacity",
        "Type",
    ],
    touches: |call, world| {
        let mut touched = vec![new(call, "fleet"), new(call, "instance")];
        touched.extend(each(call, FLEET_IMAGES, world, touched::image));
        with_tagging(call, touched)
    },
    ..Action::new(&EC2, "CreateFleet", |given| permissions("ec2:CreateFleet", given), fleet)
};

pub(super) const SPOT_INSTANCES: Action = Action {
    parameters: &[
        "ClientToken",
        "DryRun",
        "InstanceCount",
        "LaunchSpecification.ImageId",
        "LaunchSpecification.InstanceType",
        "LaunchSpecification.KeyName",
        "LaunchSpecification.SecurityGroupId.N",
        "LaunchSpecification.SubnetId",
        "SpotPrice",
        "TagSpecification.N.ResourceType",
        "TagSpecification.N.Tag.N.Key",
        "TagSpecification.N.Tag.N.Value",
        "Type",
    ],
    touches: |call, world| {
        let mut touched = vec![new(call, "spot-instances-request")];
        touched.extend(each(call, "LaunchSpecification.ImageId", world, touched::image));
        with_tagging(call, touched)
    },
    ..Action::new(
        &EC2,
        "RequestSpotInstances",
        |given| permissions("ec2:RequestSpotInstances", given),
        spot_instances,
    )
};

pub(super) const SPOT_FLEET: Action = Action {
    parameters: &[
        "DryRun",
        "SpotFleetRequestConfig.ClientToken",
        "SpotFleetRequestConfig.IamFleetRole",
        "SpotFleetRequestConfig.LaunchSpecifications.N.ImageId",
        "SpotFleetRequestConfig.LaunchSpecifications.N.InstanceType",
        "SpotFleetRequestConfig.LaunchSpecifications.N.SubnetId",
        "SpotFleetRequestConfig.SpotPrice",
        "SpotFleetRequestConfig.TargetCapacity",
        "SpotFleetRequestConfig.Type",
    ],
    touches: |call, world| {
        let mut touched = vec![ec2(call, "spot-fleet-request", "*", Vec::new())];
        touched.extend(each(call, SPOT_FLEET_IMAGES, world, touched::image));
        touched
    },
    ..Action::new(&EC2, "RequestSpotFleet", |_| vec!["ec2:RequestSpotFleet"], spot_fleet)
};

pub(super) const REPLACE_ROOT: Action = Action {
    parameters: &[
        "ClientToken",
        "DeleteReplacedRootVolume",
        "DryRun",
        "ImageId",
        "InstanceId",
        "SnapshotId",
        "TagSpecification.N.ResourceType",
        "TagSpecification.N.Tag.N.Key",
        "TagSpecification.N.Tag.N.Value",
    ],
    touches: |call, world| {
        let mut touched = each(call, "InstanceId", world, touched::machine);
        touched.extend([new(call, "volume"), new(call, "replace-root-volume-task")]);
        touched.extend(each(call, "ImageId", world, touched::image));
        touched.extend(each(call, "SnapshotId", world, touched::snapshot));
        with_tagging(call, touched)
    },
    ..Action::new(
        &EC2,
        "CreateReplaceRootVolumeTask",
        |given| permissions("ec2:CreateReplaceRootVolumeTask", given),
        replace_root,
    )
};

const FLEET_IMAGES: &str = "LaunchTemplateConfigs.N.Overrides.N.ImageId";
const SPOT_FLEET_IMAGES: &str = "SpotFleetRequestConfig.LaunchSpecifications.N.ImageId";

/// Checks images and dry run, and returns an id.
fn request(call: &Call, world: &World, images: &str, prefix: &str) -> Result<String, VendorError> {
    for id in named(call, images) {
        usable_image(call, id, world)?;
    }
    if call.boolean("DryRun")? {
        return Err(dry_run_passed());
    }
    Ok(new_id(prefix))
}

fn fleet(call: &Call, world: &mut World) -> Result<String, VendorError> {
    mandatory(call, "TargetCapacitySpecification.TotalTargetCapacity")?;
    tag_specification::read(call, &["fleet", "instance", "volume", "network-interface"])?;
    let mut xml = Xml::default();
    xml.leaf("fleetId", &request(call, world, FLEET_IMAGES, "fleet")?);
    Ok(xml.finish())
}

fn spot_instances(call: &Call, world: &mut World) -> Result<String, VendorError> {
    let image = mandatory(call, "LaunchSpecification.ImageId")?;
    tag_specification::read(call, &["spot-instances-request"])?;
    let id = request(call, world, "LaunchSpecification.ImageId", "sir")?;
    let mut xml = Xml::default();
    xml.set("spotInstanceRequestSet", [id], |xml, id| {
        xml.leaf("spotInstanceRequestId", &id);
        xml.leaf("state", "open");
        xml.within("launchSpecification", |xml| xml.leaf("imageId", image));
    });
    Ok(xml.finish())
}

fn spot_fleet(call: &Call, world: &mut World) -> Result<String, VendorError> {
    mandatory(call, "SpotFleetRequestConfig.IamFleetRole")?;
    let mut xml = Xml::default();
    xml.leaf("spotFleetRequestId", &request(call, world, SPOT_FLEET_IMAGES, "sfr")?);
    Ok(xml.finish())
}

fn replace_root(call: &Call, world: &mut World) -> Result<String, VendorError> {
    let machine = running_machine(call, mandatory(call, "InstanceId")?, world)?.id.clone();
    let (image, snapshot) = (call.parameters.get("ImageId"), call.parameters.get("SnapshotId"));
    if image.is_some() && snapshot.is_some() {
        let message = "ImageId and SnapshotId cannot be specified together";
        return Err(VendorError::new(400, "InvalidParameterCombination", message));
    }
    if let Some(id) = snapshot {
        find_snapshot(call, id, &call.region, world).ok_or_else(|| no_snapshot(id))?;
    }
    tag_specification::read(call, &["replace-root-volume-task", "volume"])?;
    let id = request(call, world, "ImageId", "replacevol")?;
    let mut machines = world.aws.machines.iter_mut();
    if let (Some(image), Some(found)) = (image, machines.find(|found| found.id == machine)) {
        found.image_id = image.to_owned();
    }
    let mut xml = Xml::default();
    xml.within("replaceRootVolumeTask", |xml| {
        xml.leaf("replaceRootVolumeTaskId", &id);
        xml.leaf("instanceId", &machine);
        xml.leaf("taskState", "pending");
        xml.leaf("startTime", &call.now.with_seconds());
        xml.option("imageId", image);
        xml.option("snapshotId", snapshot);
    });
    Ok(xml.finish())
}
