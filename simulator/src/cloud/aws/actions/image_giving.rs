//! EC2 `ModifyImageAttribute`, `ResetImageAttribute`, `ModifySnapshotAttribute`, `ExportImage`,
//! `CreateStoreImageTask`, `CreateInstanceExportTask` (2016-11-15): how images leave an account.
//!
//! Sources: the pages of the operations, botocore's model (1.43.11). Not here: sharing with organisations
//! and their units, and product codes. Guesses: that sharing twice, or ending what is not shared, changes
//! nothing. An export ends up nowhere.

use crate::cloud::aws::finding::{
    find_snapshot, mandatory, new_id, no_snapshot, own_image, running_machine,
};
use crate::cloud::aws::tag_specification::{self, permissions};
use crate::cloud::aws::tagging::{DONE, invalid};
use crate::cloud::aws::touched::{self, each, key, named, new, with_tagging};
use crate::cloud::aws::xml::Xml;
use crate::cloud::aws::{EC2, dry_run_passed};
use crate::cloud::{Action, Call, Touched, VendorError};
use crate::world::World;

pub(super) const MODIFY_IMAGE: Action = Action {
    parameters: &[
        "Attribute",
        "Description.Value",
        "DryRun",
        "ImageId",
        "ImdsSupport.Value",
        "LaunchPermission.Add.N.Group",
        "LaunchPermission.Add.N.UserId",
        "LaunchPermission.Remove.N.Group",
        "LaunchPermission.Remove.N.UserId",
        "OperationType",
        "UserGroup.N",
        "UserId.N",
        "Value",
    ],
    unsimulated: &[
        "LaunchPermission.Add.N.OrganizationArn",
        "LaunchPermission.Add.N.OrganizationalUnitArn",
        "LaunchPermission.Remove.N.OrganizationArn",
        "LaunchPermission.Remove.N.OrganizationalUnitArn",
        "OrganizationArn.N",
        "OrganizationalUnitArn.N",
        "ProductCode.N",
    ],
    touches: changed_image,
    ..Action::new(&EC2, "ModifyImageAttribute", |_| vec!["ec2:ModifyImageAttribute"], modify_image)
};

pub(super) const RESET_IMAGE: Action = Action {
    parameters: &["Attribute", "DryRun", "ImageId"],
    touches: changed_image,
    ..Action::new(&EC2, "ResetImageAttribute", |_| vec!["ec2:ResetImageAttribute"], reset_image)
};

pub(super) const MODIFY_SNAPSHOT: Action = Action {
    parameters: &[
        "Attribute",
        "CreateVolumePermission.Add.N.Group",
        "CreateVolumePermission.Add.N.UserId",
        "CreateVolumePermission.Remove.N.Group",
        "CreateVolumePermission.Remove.N.UserId",
        "DryRun",
        "OperationType",
        "SnapshotId",
        "UserGroup.N",
        "UserId.N",
    ],
    touches: shared_snapshot,
    ..Action::new(
        &EC2,
        "ModifySnapshotAttribute",
        |_| vec!["ec2:ModifySnapshotAttribute"],
        modify_snapshot,
    )
};

pub(super) const EXPORT: Action = Action {
    parameters: &[
        "ClientToken",
        "Description",
        "DiskImageFormat",
        "DryRun",
        "ImageId",
        "RoleName",
        "S3ExportLocation.S3Bucket",
        "S3ExportLocation.S3Prefix",
        "TagSpecification.N.ResourceType",
        "TagSpecification.N.Tag.N.Key",
        "TagSpecification.N.Tag.N.Value",
    ],
    touches: |call, world| {
        let mut touched = each(call, "ImageId", world, touched::image);
        touched.push(new(call, "export-image-task"));
        with_tagging(call, touched)
    },
    ..Action::new(&EC2, "ExportImage", |given| permissions("ec2:ExportImage", given), export)
};

pub(super) const STORE: Action = Action {
    parameters: &["Bucket", "DryRun", "ImageId", "S3ObjectTag.N.Key", "S3ObjectTag.N.Value"],
    touches: |call, world| each(call, "ImageId", world, touched::image),
    ..Action::new(&EC2, "CreateStoreImageTask", |_| vec!["ec2:CreateStoreImageTask"], store)
};

/// There is no `DryRun` for it.
pub(super) const EXPORT_MACHINE: Action = Action {
    parameters: &[
        "Description",
        "ExportToS3.ContainerFormat",
        "ExportToS3.DiskImageFormat",
        "ExportToS3.S3Bucket",
        "ExportToS3.S3Prefix",
        "InstanceId",
        "TagSpecification.N.ResourceType",
        "TagSpecification.N.Tag.N.Key",
        "TagSpecification.N.Tag.N.Value",
        "TargetEnvironment",
    ],
    touches: |call, world| {
        let mut touched = each(call, "InstanceId", world, touched::machine);
        touched.push(new(call, "export-instance-task"));
        with_tagging(call, touched)
    },
    ..Action::new(
        &EC2,
        "CreateInstanceExportTask",
        |given| permissions("ec2:CreateInstanceExportTask", given),
        export_machine,
    )
};

/// What an image or a snapshot is shared by, in its action's arguments.
const LAUNCH_PERMISSION: &str = "LaunchPermission";
const CREATE_VOLUME_PERMISSION: &str = "CreateVolumePermission";

/// Whom a call shares with, or no longer: accounts, and the group of all.
#[derive(Default)]
struct Sharing {
    added: Vec<String>,
    removed: Vec<String>,
}

impl Sharing {
    /// Reads both forms that the calls take: additions and removals, or one list with what to do.
    fn read(call: &Call, permission: &str) -> Result<Self, VendorError> {
        let list = |change: &str, what: &str| -> Vec<String> {
            let values = named(call, &format!("{permission}.{change}.N.{what}"));
            let operation = call.parameters.get("OperationType").unwrap_or_default();
            let older = if what == "Group" { "UserGroup.N" } else { "UserId.N" };
            let is_meant = operation.eq_ignore_ascii_case(change);
            let older = if is_meant { named(call, older) } else { Vec::new() };
            values.into_iter().chain(older).map(str::to_owned).collect()
        };
        let sharing = Self {
            added: [list("Add", "UserId"), list("Add", "Group")].concat(),
            removed: [list("Remove", "UserId"), list("Remove", "Group")].concat(),
        };
        let is_account =
            |text: &str| text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit());
        let mut all = sharing.added.iter().chain(&sharing.removed);
        match all.find(|who| *who != "all" && !is_account(who)) {
            Some(other) => {
                let message = format!("Invalid user id: \"{other}\"");
                Err(VendorError::new(400, "InvalidUserID.Malformed", message))
            }
            None => Ok(sharing),
        }
    }

    fn is_empty(&self) -> bool {
        self.added.is_empty() && self.removed.is_empty()
    }

    /// Applies the change to a list of accounts and the mark of being public.
    fn apply(&self, accounts: &mut Vec<String>, public: &mut bool) {
        *public = (*public || self.added.iter().any(|who| who == "all"))
            && !self.removed.iter().any(|who| who == "all");
        accounts.extend(self.added.iter().filter(|who| *who != "all").cloned());
        accounts.sort_unstable();
        accounts.dedup();
        accounts.retain(|account| !self.removed.contains(account));
    }
}

/// Names the image, with the attribute that is changed.
fn changed_image(call: &Call, world: &World) -> Vec<Touched> {
    const ATTRIBUTES: [(&str, &[&str]); 3] = [
        (LAUNCH_PERMISSION, &["LaunchPermission.", "UserId.", "UserGroup.", "Organization"]),
        ("Description", &["Description."]),
        ("ImdsSupport", &["ImdsSupport."]),
    ];
    let given = call.parameters.get("Attribute").unwrap_or_default();
    let changed = ATTRIBUTES.into_iter().find(|(name, starts)| {
        let mut names = call.parameters.names();
        name.eq_ignore_ascii_case(given)
            || names.any(|name| starts.iter().any(|start| name.starts_with(start)))
    });
    let mut touched = each(call, "ImageId", world, touched::image);
    for image in &mut touched {
        image.keys.extend(changed.map(|(name, _)| key("ec2:Attribute", name)));
    }
    touched
}

/// Names the snapshot, with whom it is shared with.
fn shared_snapshot(call: &Call, world: &World) -> Vec<Touched> {
    let mut touched = each(call, "SnapshotId", world, touched::snapshot);
    // A malformed account is refused later; policies see what is well-formed.
    let sharing = Sharing::read(call, CREATE_VOLUME_PERMISSION).unwrap_or_default();
    let changes = [("Add", &sharing.added), ("Remove", &sharing.removed)];
    for snapshot in &mut touched {
        snapshot.keys.push(key("ec2:Attribute", CREATE_VOLUME_PERMISSION));
        for (change, all) in changes {
            let (groups, accounts): (Vec<String>, Vec<String>) =
                all.iter().cloned().partition(|who| who == "all");
            snapshot.keys.push((format!("ec2:{change}/userId"), accounts));
            snapshot.keys.push((format!("ec2:{change}/group"), groups));
        }
    }
    touched
}

fn modify_image(call: &Call, world: &mut World) -> Result<String, VendorError> {
    let position = own_image(call, mandatory(call, "ImageId")?, world)?;
    let sharing = Sharing::read(call, LAUNCH_PERMISSION)?;
    let value = |name: &str| {
        let is_named = call.parameters.get("Attribute") == Some(name);
        let older = call.parameters.get("Value").filter(|_| is_named);
        let field = if name == "description" { "Description.Value" } else { "ImdsSupport.Value" };
        call.parameters.get(field).or(older).map(str::to_owned)
    };
    let (description, imds_support) = (value("description"), value("imdsSupport"));
    if sharing.is_empty() && description.is_none() && imds_support.is_none() {
        let message = "No attributes specified.";
        return Err(VendorError::new(400, "InvalidParameterCombination", message));
    }
    if call.boolean("DryRun")? {
        return Err(dry_run_passed());
    }
    if let Some(image) = world.aws.images.get_mut(position) {
        sharing.apply(&mut image.launch_permissions, &mut image.public);
        image.description = description.unwrap_or_else(|| image.description.clone());
        image.imds_support = imds_support.or_else(|| image.imds_support.clone());
    }
    Ok(DONE.to_owned())
}

fn reset_image(call: &Call, world: &mut World) -> Result<String, VendorError> {
    let position = own_image(call, mandatory(call, "ImageId")?, world)?;
    if mandatory(call, "Attribute")? != "launchPermission" {
        return Err(invalid("Only launchPermission can be reset."));
    }
    if call.boolean("DryRun")? {
        return Err(dry_run_passed());
    }
    if let Some(image) = world.aws.images.get_mut(position) {
        image.launch_permissions.clear();
        image.public = false;
    }
    Ok(DONE.to_owned())
}

fn modify_snapshot(call: &Call, world: &mut World) -> Result<String, VendorError> {
    let id = mandatory(call, "SnapshotId")?;
    let found = find_snapshot(call, id, &call.region, world).ok_or_else(|| no_snapshot(id))?;
    if found.owner != call.account() {
        let message = "You do not own the snapshot.";
        return Err(VendorError::new(403, "AuthFailure", message));
    }
    let sharing = Sharing::read(call, CREATE_VOLUME_PERMISSION)?;
    if sharing.is_empty() {
        let message = "No attributes specified.";
        return Err(VendorError::new(400, "InvalidParameterCombination", message));
    }
    if call.boolean("DryRun")? {
        return Err(dry_run_passed());
    }
    let mut snapshots = world.aws.snapshots.iter_mut();
    if let Some(snapshot) = snapshots.find(|snapshot| snapshot.id == id) {
        sharing.apply(&mut snapshot.shared_with, &mut snapshot.public);
    }
    Ok(DONE.to_owned())
}

fn export(call: &Call, world: &mut World) -> Result<String, VendorError> {
    let image = mandatory(call, "ImageId")?;
    own_image(call, image, world)?;
    let format = mandatory(call, "DiskImageFormat")?;
    let bucket = mandatory(call, "S3ExportLocation.S3Bucket")?;
    tag_specification::read(call, &["export-image-task"])?;
    if call.boolean("DryRun")? {
        return Err(dry_run_passed());
    }
    let mut xml = Xml::default();
    xml.leaf("exportImageTaskId", &new_id("export-ami"));
    xml.leaf("imageId", image);
    xml.leaf("diskImageFormat", format);
    xml.within("s3ExportLocation", |xml| xml.leaf("s3Bucket", bucket));
    xml.leaf("status", "active");
    xml.leaf("progress", "0");
    Ok(xml.finish())
}

fn store(call: &Call, world: &mut World) -> Result<String, VendorError> {
    let image = mandatory(call, "ImageId")?;
    own_image(call, image, world)?;
    mandatory(call, "Bucket")?;
    if call.boolean("DryRun")? {
        return Err(dry_run_passed());
    }
    let mut xml = Xml::default();
    xml.leaf("objectKey", &format!("{image}.bin"));
    Ok(xml.finish())
}

fn export_machine(call: &Call, world: &mut World) -> Result<String, VendorError> {
    let machine = running_machine(call, mandatory(call, "InstanceId")?, world)?;
    let environment = mandatory(call, "TargetEnvironment")?;
    let bucket = mandatory(call, "ExportToS3.S3Bucket")?;
    tag_specification::read(call, &["export-instance-task"])?;
    let mut xml = Xml::default();
    xml.within("exportTask", |xml| {
        xml.leaf("exportTaskId", &new_id("export-i"));
        xml.leaf("state", "active");
        xml.within("instanceExport", |xml| {
            xml.leaf("instanceId", &machine.id);
            xml.leaf("targetEnvironment", environment);
        });
        xml.within("exportToS3", |xml| xml.leaf("s3Bucket", bucket));
    });
    Ok(xml.finish())
}
