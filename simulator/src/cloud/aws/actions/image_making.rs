//! EC2 `CreateImage`, `CopyImage`, `RegisterImage`, `ImportImage`, `CreateRestoreImageTask` (2016-11-15).
//!
//! Sources: the pages of the operations, "AMI watermarks", botocore's model (1.43.11), messages of the
//! published error codes. Images are available at once. Guesses: an import needs no role, and its image is
//! there before its task is over; nobody looks into buckets.

use crate::cloud::aws::finding::{
    find_snapshot, mandatory, new_id, no_image, no_snapshot, root_volume_of, running_machine,
};
use crate::cloud::aws::tag_specification::{self, permissions};
use crate::cloud::aws::tagging::{Tags, invalid};
use crate::cloud::aws::touched::{self, each, named, new, with_tagging};
use crate::cloud::aws::xml::Xml;
use crate::cloud::aws::{EC2, dry_run_passed};
use crate::cloud::{Action, Call, VendorError};
use crate::world::World;
use crate::world::aws::{BlockDevice, Image, Snapshot, State};

pub(super) const CREATE: Action = Action {
    parameters: &[
        "BlockDeviceMapping.N.DeviceName",
        "BlockDeviceMapping.N.Ebs.DeleteOnTermination",
        "BlockDeviceMapping.N.Ebs.VolumeSize",
        "BlockDeviceMapping.N.Ebs.VolumeType",
        "BlockDeviceMapping.N.NoDevice",
        "Description",
        "DryRun",
        "InstanceId",
        "Name",
        "NoReboot",
        "TagSpecification.N.ResourceType",
        "TagSpecification.N.Tag.N.Key",
        "TagSpecification.N.Tag.N.Value",
    ],
    unsimulated: &["SnapshotLocation"],
    touches: |call, world| {
        let mut touched = vec![new(call, "image"), new(call, "snapshot")];
        touched.extend(each(call, "InstanceId", world, touched::machine));
        with_tagging(call, touched)
    },
    ..Action::new(&EC2, "CreateImage", |given| permissions("ec2:CreateImage", given), create)
};

pub(super) const COPY: Action = Action {
    parameters: &[
        "ClientToken",
        "CopyImageTags",
        "Description",
        "DryRun",
        "Encrypted",
        "KmsKeyId",
        "Name",
        "SourceImageId",
        "SourceRegion",
        "TagSpecification.N.ResourceType",
        "TagSpecification.N.Tag.N.Key",
        "TagSpecification.N.Tag.N.Value",
    ],
    unsimulated: &["DestinationOutpostArn"],
    // The original is no resource of the call.
    touches: |call, _| with_tagging(call, vec![new(call, "image"), new(call, "snapshot")]),
    ..Action::new(&EC2, "CopyImage", |given| permissions("ec2:CopyImage", given), copy)
};

pub(super) const REGISTER: Action = Action {
    parameters: &[
        "Architecture",
        "BlockDeviceMapping.N.DeviceName",
        "BlockDeviceMapping.N.Ebs.DeleteOnTermination",
        "BlockDeviceMapping.N.Ebs.SnapshotId",
        "BlockDeviceMapping.N.Ebs.VolumeSize",
        "BlockDeviceMapping.N.Ebs.VolumeType",
        "BootMode",
        "Description",
        "DryRun",
        "EnaSupport",
        "ImageLocation",
        "ImdsSupport",
        "Name",
        "RootDeviceName",
        "SriovNetSupport",
        "TagSpecification.N.ResourceType",
        "TagSpecification.N.Tag.N.Key",
        "TagSpecification.N.Tag.N.Value",
        "TpmSupport",
        "VirtualizationType",
    ],
    unsimulated: &["BillingProduct.N", "KernelId", "RamdiskId", "UefiData"],
    touches: |call, world| {
        let mut touched = vec![new(call, "image")];
        touched.extend(each(call, SNAPSHOTS, world, touched::snapshot));
        with_tagging(call, touched)
    },
    ..Action::new(&EC2, "RegisterImage", |given| permissions("ec2:RegisterImage", given), register)
};

pub(super) const IMPORT: Action = Action {
    parameters: &[
        "Architecture",
        "ClientToken",
        "Description",
        "DiskContainer.N.Description",
        "DiskContainer.N.DeviceName",
        "DiskContainer.N.Format",
        "DiskContainer.N.SnapshotId",
        "DiskContainer.N.Url",
        "DiskContainer.N.UserBucket.S3Bucket",
        "DiskContainer.N.UserBucket.S3Key",
        "DryRun",
        "LicenseType",
        "Platform",
        "RoleName",
        "TagSpecification.N.ResourceType",
        "TagSpecification.N.Tag.N.Key",
        "TagSpecification.N.Tag.N.Value",
    ],
    touches: |call, world| {
        let mut touched = vec![new(call, "image"), new(call, "import-image-task")];
        touched.extend(each(call, "DiskContainer.N.SnapshotId", world, touched::snapshot));
        with_tagging(call, touched)
    },
    ..Action::new(&EC2, "ImportImage", |given| permissions("ec2:ImportImage", given), import)
};

pub(super) const RESTORE: Action = Action {
    parameters: &[
        "Bucket",
        "DryRun",
        "Name",
        "ObjectKey",
        "TagSpecification.N.ResourceType",
        "TagSpecification.N.Tag.N.Key",
        "TagSpecification.N.Tag.N.Value",
    ],
    touches: |call, _| with_tagging(call, vec![new(call, "image")]),
    ..Action::new(
        &EC2,
        "CreateRestoreImageTask",
        |given| permissions("ec2:CreateRestoreImageTask", given),
        restore,
    )
};

/// Snapshots that are there already.
const SNAPSHOTS: &str = "BlockDeviceMapping.N.Ebs.SnapshotId";

/// What an image is made of.
enum Disk {
    /// A snapshot that is made with it, of this volume, with these tags.
    New { volume: String, tags: Tags },
    /// A snapshot that is there.
    Known(String),
    /// A bucket, as images had it once.
    Bucket,
}

/// Returns a new image of the caller in the region of the call.
fn new_image(call: &Call, name: &str, tags: Tags) -> Image {
    Image {
        id: new_id("ami"),
        name: name.to_owned(),
        region: call.region.clone(),
        owner: call.account().to_owned(),
        description: call.parameters.get("Description").unwrap_or_default().to_owned(),
        created_at: call.now,
        tags,
        ..Image::default()
    }
}

/// Adds an image, or says that it would, and returns its id.
fn add(call: &Call, world: &mut World, image: Image, disk: Disk) -> Result<String, VendorError> {
    if !(3..=128).contains(&image.name.chars().count()) {
        let message = "AMI names must be between 3 and 128 characters long, and may contain \
                       letters, numbers, '(', ')', '.', '-', '/' and '_'";
        return Err(VendorError::new(400, "InvalidAMIName.Malformed", message));
    }
    let is_taken = |other: &&Image| {
        other.name == image.name
            && other.owner == image.owner
            && other.region == image.region
            && other.state != State::Deregistered
    };
    if let Some(other) = world.aws.images.iter().find(is_taken) {
        let message = format!("AMI name {} is already in use by AMI {}", image.name, other.id);
        return Err(VendorError::new(400, "InvalidAMIName.Duplicate", message));
    }
    if call.boolean("DryRun")? {
        return Err(dry_run_passed());
    }
    let snapshot = match disk {
        Disk::Known(id) => Some(id),
        Disk::Bucket => None,
        Disk::New { volume, tags } => {
            let snapshot = Snapshot {
                owner: image.owner.clone(),
                region: image.region.clone(),
                volume_id: volume,
                description: format!("Created for {}", image.id),
                tags,
                created_at: call.now,
                ..Snapshot::new(new_id("snap"))
            };
            let id = snapshot.id.clone();
            world.aws.snapshots.push(snapshot);
            Some(id)
        }
    };
    let root_device_type = if snapshot.is_some() { "ebs" } else { "instance-store" };
    let devices =
        snapshot.into_iter().map(|snapshot| root_device(&image.root_device_name, snapshot));
    let id = image.id.clone();
    let block_devices = devices.collect();
    let root_device_type = root_device_type.to_owned();
    world.aws.images.push(Image { root_device_type, block_devices, ..image });
    Ok(id)
}

fn root_device(name: &str, snapshot: String) -> BlockDevice {
    BlockDevice {
        device_name: name.to_owned(),
        snapshot_id: snapshot,
        size_gib: 8,
        volume_type: "gp3".to_owned(),
        encrypted: false,
        kms_key_id: None,
        iops: None,
        throughput: None,
        delete_on_termination: true,
    }
}

fn image_id(id: &str) -> String {
    let mut xml = Xml::default();
    xml.leaf("imageId", id);
    xml.finish()
}

fn create(call: &Call, world: &mut World) -> Result<String, VendorError> {
    let machine = running_machine(call, mandatory(call, "InstanceId")?, world)?.clone();
    let mut tags = tag_specification::read(call, &["image", "snapshot"])?;
    let mut tags_of = |kind| tags.remove(kind).unwrap_or_default();
    let image = new_image(call, mandatory(call, "Name")?, tags_of("image"));
    // Marks stay with what is made of a marked image.
    let origin = world.aws.images.iter().find(|image| image.id == machine.image_id);
    let image = Image {
        watermarks: origin.map(|origin| origin.watermarks.clone()).unwrap_or_default(),
        source_instance_id: Some(machine.id.clone()),
        source_image_id: Some(machine.image_id),
        source_image_region: Some(call.region.clone()),
        ..image
    };
    let disk = Disk::New { volume: root_volume_of(&machine.id), tags: tags_of("snapshot") };
    Ok(image_id(&add(call, world, image, disk)?))
}

/// Copies an image that the caller may launch. Its tags are copied on request, as far as they are the
/// caller's own.
fn copy(call: &Call, world: &mut World) -> Result<String, VendorError> {
    let (id, region) = (mandatory(call, "SourceImageId")?, mandatory(call, "SourceRegion")?);
    let account = call.account();
    let is_open = |image: &&Image| {
        image.id == id
            && image.region == region
            && image.state == State::Available
            && (image.public
                || image.owner == account
                || image.launch_permissions.iter().any(|open| open == account))
    };
    let mut original =
        world.aws.images.iter().find(is_open).cloned().ok_or_else(|| no_image(id))?;
    let mut tags = tag_specification::read(call, &["image", "snapshot"])?;
    let mut tags_of = |kind| tags.remove(kind).unwrap_or_default();
    let mut of_image = tags_of("image");
    if call.boolean("CopyImageTags")? {
        for (key, value) in original.tags_of(account).clone() {
            of_image.entry(key).or_insert(value);
        }
    }
    let image = Image {
        source_image_id: Some(id.to_owned()),
        source_image_region: Some(region.to_owned()),
        watermarks: original.watermarks,
        architecture: original.architecture,
        windows: original.windows,
        platform_details: original.platform_details,
        usage_operation: original.usage_operation,
        root_device_name: original.root_device_name,
        ..new_image(call, mandatory(call, "Name")?, of_image)
    };
    // A copy's snapshots are of no volume of the account.
    let disk = Disk::New { volume: "vol-ffffffff".to_owned(), tags: tags_of("snapshot") };
    Ok(image_id(&add(call, world, image, disk)?))
}

fn register(call: &Call, world: &mut World) -> Result<String, VendorError> {
    let snapshots = named(call, SNAPSHOTS);
    let known = |id: &&str| find_snapshot(call, id, &call.region, world).is_some();
    if let Some(id) = snapshots.iter().find(|id| !known(id)) {
        return Err(no_snapshot(id));
    }
    let disk = match snapshots.first() {
        Some(id) => Disk::Known((*id).to_owned()),
        None => {
            mandatory(call, "ImageLocation")?;
            Disk::Bucket
        }
    };
    let tags = tag_specification::read(call, &["image", "snapshot"])?.remove("image");
    let given = |name| call.parameters.get(name).map(str::to_owned);
    let image = new_image(call, mandatory(call, "Name")?, tags.unwrap_or_default());
    let image = Image {
        architecture: given("Architecture").unwrap_or_else(|| "i386".to_owned()),
        root_device_name: given("RootDeviceName").unwrap_or(image.root_device_name),
        boot_mode: given("BootMode"),
        ..image
    };
    Ok(image_id(&add(call, world, image, disk)?))
}

fn import(call: &Call, world: &mut World) -> Result<String, VendorError> {
    if call.parameters.indices("DiskContainer").is_empty() {
        return Err(invalid("At least one disk container must be specified."));
    }
    let snapshot = named(call, "DiskContainer.N.SnapshotId").first().copied();
    if let Some(id) = snapshot.filter(|id| find_snapshot(call, id, &call.region, world).is_none()) {
        return Err(no_snapshot(id));
    }
    let mut tags = tag_specification::read(call, &["image", "import-image-task"])?;
    let of_task = tags.remove("import-image-task").unwrap_or_default();
    // An imported image is named after its task.
    let task = new_id("import-ami");
    let image = new_image(call, &task, tags.remove("image").unwrap_or_default());
    let windows = call.parameters.get("Platform") == Some("Windows");
    let disk = match snapshot {
        Some(id) => Disk::Known(id.to_owned()),
        None => Disk::New { volume: "vol-ffffffff".to_owned(), tags: Tags::new() },
    };
    let id = add(call, world, Image { windows, ..image }, disk)?;
    let mut xml = Xml::default();
    xml.leaf("importTaskId", &task);
    xml.leaf("imageId", &id);
    xml.leaf("status", "active");
    xml.leaf("progress", "2");
    xml.set("tagSet", &of_task, |xml, (key, value)| {
        xml.leaf("key", key);
        xml.leaf("value", value);
    });
    Ok(xml.finish())
}

fn restore(call: &Call, world: &mut World) -> Result<String, VendorError> {
    mandatory(call, "Bucket")?;
    let object = mandatory(call, "ObjectKey")?;
    let tags = tag_specification::read(call, &["image"])?.remove("image").unwrap_or_default();
    let image = new_image(call, call.parameters.get("Name").unwrap_or(object), tags);
    let disk = Disk::New { volume: "vol-ffffffff".to_owned(), tags: Tags::new() };
    Ok(image_id(&add(call, world, image, disk)?))
}
