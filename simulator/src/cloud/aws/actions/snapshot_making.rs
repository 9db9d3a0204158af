//! EC2 `CreateSnapshot`, `CreateSnapshots`, `CopySnapshot`, `ImportSnapshot` (2016-11-15).
//!
//! Sources: the pages of the operations, botocore's model (1.43.11). Volumes need not exist. Guess: nobody
//! looks into buckets, nor at the presigned URL that clients send for a copy.

use crate::cloud::aws::finding::{
    find_snapshot, mandatory, new_id, no_snapshot, root_volume_of, running_machine,
};
use crate::cloud::aws::tag_specification::{self, permissions};
use crate::cloud::aws::tagging::{Tags, invalid};
use crate::cloud::aws::touched::{self, each, ec2, named, new, with_tagging};
use crate::cloud::aws::xml::Xml;
use crate::cloud::aws::{EC2, dry_run_passed};
use crate::cloud::{Action, Call, VendorError};
use crate::world::World;
use crate::world::aws::Snapshot;

pub(super) const CREATE: Action = Action {
    parameters: &[
        "Description",
        "DryRun",
        "TagSpecification.N.ResourceType",
        "TagSpecification.N.Tag.N.Key",
        "TagSpecification.N.Tag.N.Value",
        "VolumeId",
    ],
    unsimulated: &["Location", "OutpostArn"],
    touches: |call, _| {
        let mut touched = vec![new(call, "snapshot")];
        let volumes = named(call, "VolumeId");
        touched.extend(volumes.into_iter().map(|id| ec2(call, "volume", id, Vec::new())));
        with_tagging(call, touched)
    },
    ..Action::new(&EC2, "CreateSnapshot", |given| permissions("ec2:CreateSnapshot", given), create)
};

pub(super) const CREATE_ALL: Action = Action {
    parameters: &[
        "CopyTagsFromSource",
        "Description",
        "DryRun",
        "InstanceSpecification.ExcludeBootVolume",
        "InstanceSpecification.InstanceId",
        "TagSpecification.N.ResourceType",
        "TagSpecification.N.Tag.N.Key",
        "TagSpecification.N.Tag.N.Value",
    ],
    unsimulated: &["InstanceSpecification.ExcludeDataVolumeId.N", "Location", "OutpostArn"],
    touches: |call, world| {
        let mut touched = vec![new(call, "snapshot")];
        touched.extend(each(call, MACHINE, world, touched::machine));
        for id in named(call, MACHINE) {
            touched.push(ec2(call, "volume", &root_volume_of(id), Vec::new()));
        }
        with_tagging(call, touched)
    },
    ..Action::new(
        &EC2,
        "CreateSnapshots",
        |given| permissions("ec2:CreateSnapshots", given),
        create_all,
    )
};

pub(super) const COPY: Action = Action {
    parameters: &[
        "Description",
        "DestinationRegion",
        "DryRun",
        "Encrypted",
        "KmsKeyId",
        "PresignedUrl",
        "SourceRegion",
        "SourceSnapshotId",
        "TagSpecification.N.ResourceType",
        "TagSpecification.N.Tag.N.Key",
        "TagSpecification.N.Tag.N.Value",
    ],
    unsimulated: &["DestinationOutpostArn"],
    // The original is no resource of the call.
    touches: |call, _| with_tagging(call, vec![new(call, "snapshot")]),
    ..Action::new(&EC2, "CopySnapshot", |given| permissions("ec2:CopySnapshot", given), copy)
};

pub(super) const IMPORT: Action = Action {
    parameters: &[
        "ClientToken",
        "Description",
        "DiskContainer.Description",
        "DiskContainer.Format",
        "DiskContainer.Url",
        "DiskContainer.UserBucket.S3Bucket",
        "DiskContainer.UserBucket.S3Key",
        "DryRun",
        "RoleName",
        "TagSpecification.N.ResourceType",
        "TagSpecification.N.Tag.N.Key",
        "TagSpecification.N.Tag.N.Value",
    ],
    touches: |call, _| {
        with_tagging(call, vec![new(call, "snapshot"), new(call, "import-snapshot-task")])
    },
    ..Action::new(&EC2, "ImportSnapshot", |given| permissions("ec2:ImportSnapshot", given), import)
};

const MACHINE: &str = "InstanceSpecification.InstanceId";

/// The volume of snapshots that are of none.
const NO_VOLUME: &str = "vol-ffffffff";

/// Reads the tags that the snapshots get.
fn read_tags(call: &Call, also: &[&str]) -> Result<Tags, VendorError> {
    let kinds: Vec<&str> = ["snapshot"].iter().chain(also).copied().collect();
    Ok(tag_specification::read(call, &kinds)?.remove("snapshot").unwrap_or_default())
}

/// Adds a snapshot, or says that it would.
fn add(call: &Call, world: &mut World, volume: &str, tags: Tags) -> Result<Snapshot, VendorError> {
    if call.boolean("DryRun")? {
        return Err(dry_run_passed());
    }
    let snapshot = Snapshot {
        owner: call.account().to_owned(),
        region: call.region.clone(),
        volume_id: volume.to_owned(),
        description: call.parameters.get("Description").unwrap_or_default().to_owned(),
        tags,
        created_at: call.now,
        ..Snapshot::new(new_id("snap"))
    };
    world.aws.snapshots.push(snapshot.clone());
    Ok(snapshot)
}

/// Writes a snapshot; its state has another name in a list.
fn write(xml: &mut Xml, snapshot: &Snapshot, state: &str) {
    xml.leaf("snapshotId", &snapshot.id);
    xml.leaf("volumeId", &snapshot.volume_id);
    xml.leaf(state, "pending");
    xml.leaf("startTime", &snapshot.created_at.with_milliseconds());
    xml.leaf("progress", "0%");
    xml.leaf("ownerId", &snapshot.owner);
    xml.leaf("description", &snapshot.description);
    xml.value("encrypted", false);
    write_tags(xml, &snapshot.tags);
}

fn write_tags(xml: &mut Xml, tags: &Tags) {
    xml.set("tagSet", tags, |xml, (key, value)| {
        xml.leaf("key", key);
        xml.leaf("value", value);
    });
}

fn create(call: &Call, world: &mut World) -> Result<String, VendorError> {
    let volume = mandatory(call, "VolumeId")?;
    if !volume.starts_with("vol-") {
        let message = format!("Invalid id: \"{volume}\"");
        return Err(VendorError::new(400, "InvalidVolumeID.Malformed", message));
    }
    let tags = read_tags(call, &[])?;
    let snapshot = add(call, world, volume, tags)?;
    let mut xml = Xml::default();
    write(&mut xml, &snapshot, "status");
    Ok(xml.finish())
}

fn create_all(call: &Call, world: &mut World) -> Result<String, VendorError> {
    let machine = running_machine(call, mandatory(call, MACHINE)?, world)?.id.clone();
    let tags = read_tags(call, &[])?;
    if call.boolean("InstanceSpecification.ExcludeBootVolume")? {
        return Err(invalid("The instance has no volumes besides the boot volume."));
    }
    let snapshot = add(call, world, &root_volume_of(&machine), tags)?;
    let mut xml = Xml::default();
    xml.set("snapshotSet", [snapshot], |xml, snapshot| write(xml, &snapshot, "state"));
    Ok(xml.finish())
}

fn copy(call: &Call, world: &mut World) -> Result<String, VendorError> {
    let (id, region) = (mandatory(call, "SourceSnapshotId")?, mandatory(call, "SourceRegion")?);
    find_snapshot(call, id, region, world).ok_or_else(|| no_snapshot(id))?;
    let tags = read_tags(call, &[])?;
    let snapshot = add(call, world, NO_VOLUME, tags)?;
    let mut xml = Xml::default();
    xml.leaf("snapshotId", &snapshot.id);
    write_tags(&mut xml, &snapshot.tags);
    Ok(xml.finish())
}

fn import(call: &Call, world: &mut World) -> Result<String, VendorError> {
    if !call.parameters.names().any(|name| name.starts_with("DiskContainer.")) {
        return Err(invalid("A disk container must be specified."));
    }
    let tags = read_tags(call, &["import-snapshot-task"])?;
    let snapshot = add(call, world, NO_VOLUME, tags)?;
    let mut xml = Xml::default();
    xml.leaf("importTaskId", &new_id("import-snap"));
    xml.within("snapshotTaskDetail", |xml| {
        xml.leaf("snapshotId", &snapshot.id);
        xml.leaf("status", "active");
    });
    Ok(xml.finish())
}
