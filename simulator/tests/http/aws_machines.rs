//! AWS: launching machines, making images and snapshots, giving them away.

use imageguard_simulator::aws::{Image, Machine, Snapshot, State};
use imageguard_simulator::{Account, Simulator, World};

use crate::client::{Call, Reply};

const OTHER: &str = "222233334444";
const OWN: &str = "ami-00000001";
const FOREIGN: &str = "ami-00000002";
const DISABLED: &str = "ami-00000003";
const HIDDEN: &str = "ami-00000004";
const MACHINE: &str = "i-00000001";
const SNAPSHOT: &str = "snap-00000001";

fn start() -> Simulator {
    let mut world = World::default();
    let cloud = &mut world.aws;
    cloud.accounts.push(Account::new(OTHER, "other"));
    cloud.images.extend([
        Image::new(OWN).name("golden").tag("status", "approved"),
        Image::new(FOREIGN).owner(OTHER).public().foreign_tag("111122223333", "mine", "1"),
        Image::new(DISABLED).state(State::Disabled),
        Image::new(HIDDEN).owner(OTHER),
        Image::new("ami-00000005").region("us-west-2").tag("status", "approved"),
    ]);
    cloud.machines.push(Machine::new(MACHINE, OWN));
    let owner = OTHER.to_owned();
    cloud.machines.push(Machine { account: owner.clone(), ..Machine::new("i-00000002", OWN) });
    cloud
        .snapshots
        .extend([Snapshot::new(SNAPSHOT), Snapshot { owner, ..Snapshot::new("snap-00000002") }]);
    Simulator::start(world)
}

fn send(simulator: &Simulator, action: &str, given: &[(&str, &str)]) -> Reply {
    Call::aws(simulator, action, given).send_aws()
}

#[track_caller]
fn succeed(simulator: &Simulator, action: &str, given: &[(&str, &str)]) -> Reply {
    let reply = send(simulator, action, given);
    assert_eq!(reply.status, 200, "{}", reply.text());
    reply
}

#[track_caller]
fn refuse(simulator: &Simulator, action: &str, given: &[(&str, &str)], code: &str) {
    let reply = send(simulator, action, given);
    assert_eq!(reply.only("Code").as_deref(), Some(code), "{}", reply.text());
}

fn image(simulator: &Simulator, id: &str) -> Image {
    simulator.edit(|world| world.aws.images.iter().find(|image| image.id == id).unwrap().clone())
}

fn snapshot(simulator: &Simulator, id: &str) -> Snapshot {
    simulator.edit(|world| {
        world.aws.snapshots.iter().find(|snapshot| snapshot.id == id).unwrap().clone()
    })
}

const ONE: [(&str, &str); 2] = [("MinCount", "1"), ("MaxCount", "1")];
const NAME: (&str, &str) = ("Name", "web-2");

/// `key` = `value` on things of a type.
fn tagging<'a>(kind: &'a str, key: &'a str, value: &'a str) -> [(&'a str, &'a str); 3] {
    [
        ("TagSpecification.1.ResourceType", kind),
        ("TagSpecification.1.Tag.1.Key", key),
        ("TagSpecification.1.Tag.1.Value", value),
    ]
}

#[test]
fn machines_are_launched_once_for_each_token_and_listed_until_long_after_their_end() {
    let simulator = start();
    let mut given = vec![("ImageId", FOREIGN), ("MinCount", "1"), ("MaxCount", "2")];
    given.extend([("ClientToken", "t-1"), ("InstanceType", "m7g.large"), ("SubnetId", "subnet-1")]);
    given.extend(tagging("instance", "team", "web"));
    let launched = succeed(&simulator, "RunInstances", &given).texts("instanceId");
    assert_eq!(launched.len(), 2);
    assert_eq!(succeed(&simulator, "RunInstances", &given).texts("instanceId"), launched);
    let tagged = [("Filter.1.Name", "tag:team"), ("Filter.1.Value.1", "w*")];
    let listed = succeed(&simulator, "DescribeInstances", &tagged);
    assert_eq!(listed.texts("instanceId"), launched);
    assert_eq!(listed.texts("imageId"), [FOREIGN, FOREIGN]);
    assert_eq!(listed.texts("reservationId").len(), 2);
    let ended = succeed(&simulator, "TerminateInstances", &[("InstanceId.1", &launched[0])]);
    assert_eq!(ended.texts("name"), ["shutting-down", "running"]);
    let running = [("Filter.1.Name", "instance-state-name"), ("Filter.1.Value.1", "running")];
    let running = succeed(&simulator, "DescribeInstances", &running).texts("instanceId");
    assert_eq!(running, [MACHINE, &launched[1]]);
    let all = succeed(&simulator, "DescribeInstances", &[("MaxResults", "5")]);
    assert_eq!(all.texts("instanceId").len(), 3);
}

#[test]
fn what_is_not_there_is_not_launched() {
    let simulator = start();
    for (image, code) in [
        (HIDDEN, "InvalidAMIID.NotFound"),
        ("ami-00000005", "InvalidAMIID.NotFound"),
        ("ami-x", "InvalidAMIID.Malformed"),
        (DISABLED, "InvalidAMIID.Unavailable"),
    ] {
        let given: Vec<(&str, &str)> = [("ImageId", image)].into_iter().chain(ONE).collect();
        refuse(&simulator, "RunInstances", &given, code);
    }
    refuse(&simulator, "RunInstances", &ONE, "MissingParameter");
    refuse(&simulator, "RunInstances", &[("ImageId", OWN)], "MissingParameter");
    let mut given = vec![("ImageId", OWN), ONE[0], ONE[1]];
    given.extend(tagging("image", "a", "b"));
    refuse(&simulator, "RunInstances", &given, "InvalidParameterValue");
    let template = [("LaunchTemplate.LaunchTemplateName", "web"), ONE[0], ONE[1]];
    refuse(&simulator, "RunInstances", &template, "NotSimulated");
    for (id, code) in
        [("i-00000002", "InvalidInstanceID.NotFound"), ("x", "InvalidInstanceID.Malformed")]
    {
        refuse(&simulator, "DescribeInstances", &[("InstanceId.1", id)], code);
        refuse(&simulator, "TerminateInstances", &[("InstanceId.1", id)], code);
        refuse(&simulator, "CreateImage", &[("InstanceId", id), NAME], code);
    }
}

#[test]
fn images_of_machines_have_tags_a_snapshot_and_an_origin() {
    let simulator = start();
    let mut given = vec![("InstanceId", MACHINE), NAME];
    given.extend(tagging("image", "status", "new"));
    given.extend([
        ("TagSpecification.2.ResourceType", "snapshot"),
        ("TagSpecification.2.Tag.1.Key", "team"),
        ("TagSpecification.2.Tag.1.Value", "web"),
    ]);
    let id = succeed(&simulator, "CreateImage", &given).only("imageId").unwrap();
    let made = image(&simulator, &id);
    assert_eq!(made.tags, [("status".to_owned(), "new".to_owned())].into());
    assert_eq!(
        (made.source_instance_id, made.source_image_id),
        (Some(MACHINE.into()), Some(OWN.into()))
    );
    let kept = snapshot(&simulator, &made.block_devices[0].snapshot_id);
    assert_eq!(kept.tags, [("team".to_owned(), "web".to_owned())].into());
    assert_eq!(kept.volume_id, "vol-00000001");
    refuse(&simulator, "CreateImage", &given, "InvalidAMIName.Duplicate");
    refuse(
        &simulator,
        "CreateImage",
        &[("InstanceId", MACHINE), ("Name", "x")],
        "InvalidAMIName.Malformed",
    );
    refuse(&simulator, "CreateImage", &[("InstanceId", MACHINE)], "MissingParameter");
    let mut given = vec![("InstanceId", MACHINE), ("Name", "web-3")];
    given.extend(tagging("image", "aws:x", ""));
    refuse(&simulator, "CreateImage", &given, "InvalidParameterValue");
}

#[test]
fn copies_keep_their_own_tags_on_request_only() {
    let simulator = start();
    let source = [("SourceImageId", "ami-00000005"), ("SourceRegion", "us-west-2")];
    let copy = |name, more: &[(&str, &str)]| {
        let given: Vec<(&str, &str)> =
            source.iter().chain(&[("Name", name)]).chain(more).copied().collect();
        let id = succeed(&simulator, "CopyImage", &given).only("imageId").unwrap();
        image(&simulator, &id)
    };
    let plain = copy("copy-1", &[]);
    assert!(plain.tags.is_empty());
    assert_eq!(
        (plain.region.as_str(), plain.source_image_region),
        ("us-east-1", Some("us-west-2".into()))
    );
    let tags = copy("copy-2", &[("CopyImageTags", "true")]).tags;
    assert_eq!(tags, [("status".to_owned(), "approved".to_owned())].into());
    let shared =
        [("SourceImageId", FOREIGN), ("SourceRegion", "us-east-1"), ("CopyImageTags", "true")];
    let given: Vec<(&str, &str)> = shared.into_iter().chain([("Name", "copy-3")]).collect();
    let id = succeed(&simulator, "CopyImage", &given).only("imageId").unwrap();
    assert_eq!(image(&simulator, &id).tags, [("mine".to_owned(), "1".to_owned())].into());
    let hidden = [("SourceImageId", HIDDEN), ("SourceRegion", "us-east-1"), NAME];
    refuse(&simulator, "CopyImage", &hidden, "InvalidAMIID.NotFound");
}

#[test]
fn images_are_made_of_snapshots_buckets_and_disks() {
    let simulator = start();
    let device = |id| [("BlockDeviceMapping.1.Ebs.SnapshotId", id), NAME];
    let id = succeed(&simulator, "RegisterImage", &device(SNAPSHOT)).only("imageId").unwrap();
    assert_eq!(image(&simulator, &id).block_devices[0].snapshot_id, SNAPSHOT);
    refuse(&simulator, "RegisterImage", &device("snap-00000002"), "InvalidSnapshot.NotFound");
    refuse(&simulator, "RegisterImage", &[NAME], "MissingParameter");
    let manifest = [("ImageLocation", "bucket/manifest.xml"), ("Name", "old")];
    let id = succeed(&simulator, "RegisterImage", &manifest).only("imageId").unwrap();
    assert_eq!(image(&simulator, &id).root_device_type, "instance-store");

    let mut given = vec![("DiskContainer.1.UserBucket.S3Bucket", "b"), ("Platform", "Windows")];
    given.extend(tagging("image", "status", "new"));
    let imported = succeed(&simulator, "ImportImage", &given);
    let task = imported.only("importTaskId").unwrap();
    let made = image(&simulator, &imported.only("imageId").unwrap());
    assert_eq!((made.name, made.windows, made.tags.len()), (task, true, 1));
    refuse(&simulator, "ImportImage", &[], "InvalidParameterValue");
    let disk = [("DiskContainer.1.SnapshotId", "snap-00000002")];
    refuse(&simulator, "ImportImage", &disk, "InvalidSnapshot.NotFound");

    let object = [("Bucket", "b"), ("ObjectKey", "ami-1.bin")];
    let id = succeed(&simulator, "CreateRestoreImageTask", &object).only("imageId").unwrap();
    assert_eq!(image(&simulator, &id).name, "ami-1.bin");
    refuse(&simulator, "CreateRestoreImageTask", &object[..1], "MissingParameter");
}

#[test]
fn snapshots_are_made_of_volumes_machines_snapshots_and_disks() {
    let simulator = start();
    let tags = tagging("snapshot", "team", "web");
    for (action, given) in [
        ("CreateSnapshot", vec![("VolumeId", "vol-1")]),
        ("CreateSnapshots", vec![("InstanceSpecification.InstanceId", MACHINE)]),
        ("CopySnapshot", vec![("SourceSnapshotId", SNAPSHOT), ("SourceRegion", "us-east-1")]),
        ("ImportSnapshot", vec![("DiskContainer.Url", "s3://bucket/disk.raw")]),
    ] {
        let given: Vec<(&str, &str)> = given.into_iter().chain(tags).collect();
        let id = succeed(&simulator, action, &given).only("snapshotId").unwrap();
        assert_eq!(snapshot(&simulator, &id).tags.len(), 1, "{action}");
    }
    refuse(&simulator, "CreateSnapshot", &[("VolumeId", "x")], "InvalidVolumeID.Malformed");
    let machine = [("InstanceSpecification.InstanceId", "i-00000002")];
    refuse(&simulator, "CreateSnapshots", &machine, "InvalidInstanceID.NotFound");
    let foreign = [("SourceSnapshotId", "snap-00000002"), ("SourceRegion", "us-east-1")];
    refuse(&simulator, "CopySnapshot", &foreign, "InvalidSnapshot.NotFound");
    refuse(&simulator, "ImportSnapshot", &[], "InvalidParameterValue");
}

#[test]
fn images_and_snapshots_are_shared_by_their_owner_and_no_longer() {
    let simulator = start();
    let own = ("ImageId", OWN);
    let share = |given: &[(&str, &str)]| {
        let given: Vec<(&str, &str)> = [own].iter().chain(given).copied().collect();
        succeed(&simulator, "ModifyImageAttribute", &given);
        let Image { launch_permissions, public, description, .. } = image(&simulator, OWN);
        (launch_permissions, public, description)
    };
    let (none, text) = (Vec::<String>::new(), String::new);
    let added =
        share(&[("LaunchPermission.Add.1.UserId", OTHER), ("LaunchPermission.Add.2.Group", "all")]);
    assert_eq!(added, (vec![OTHER.to_owned()], true, text()));
    let removed =
        share(&[("OperationType", "remove"), ("UserId.1", OTHER), ("UserGroup.1", "all")]);
    assert_eq!(removed, (none.clone(), false, text()));
    share(&[("LaunchPermission.Add.1.UserId", OTHER)]);
    let reset = [own, ("Attribute", "launchPermission")];
    succeed(&simulator, "ResetImageAttribute", &reset);
    assert_eq!(share(&[("Description.Value", "new")]), (none, false, "new".to_owned()));
    let foreign = [("ImageId", FOREIGN), ("Description.Value", "new")];
    refuse(&simulator, "ModifyImageAttribute", &foreign, "AuthFailure");
    refuse(&simulator, "ModifyImageAttribute", &[own], "InvalidParameterCombination");
    let nobody = [own, ("LaunchPermission.Add.1.UserId", "bob")];
    refuse(&simulator, "ModifyImageAttribute", &nobody, "InvalidUserID.Malformed");

    let given = [("SnapshotId", SNAPSHOT), ("CreateVolumePermission.Add.1.UserId", OTHER)];
    succeed(&simulator, "ModifySnapshotAttribute", &given);
    assert_eq!(snapshot(&simulator, SNAPSHOT).shared_with, [OTHER]);
    refuse(&simulator, "ModifySnapshotAttribute", &given[..1], "InvalidParameterCombination");
    let foreign = [("SnapshotId", "snap-00000002"), given[1]];
    refuse(&simulator, "ModifySnapshotAttribute", &foreign, "InvalidSnapshot.NotFound");
}

#[test]
fn root_volumes_are_replaced_by_those_of_images() {
    let simulator = start();
    let replace = |more: &[(&'static str, &'static str)]| {
        let given = [("InstanceId", MACHINE)].into_iter().chain(more.iter().copied());
        given.collect::<Vec<_>>()
    };
    let given = replace(&[("ImageId", FOREIGN)]);
    let task = succeed(&simulator, "CreateReplaceRootVolumeTask", &given);
    assert_eq!(task.only("taskState").as_deref(), Some("pending"));
    let found = succeed(&simulator, "DescribeInstances", &[("InstanceId.1", MACHINE)]);
    assert_eq!(found.only("imageId").as_deref(), Some(FOREIGN));
    let both = replace(&[("ImageId", OWN), ("SnapshotId", SNAPSHOT)]);
    refuse(&simulator, "CreateReplaceRootVolumeTask", &both, "InvalidParameterCombination");
    let hidden = replace(&[("ImageId", HIDDEN)]);
    refuse(&simulator, "CreateReplaceRootVolumeTask", &hidden, "InvalidAMIID.NotFound");
    let foreign = replace(&[("SnapshotId", "snap-00000002")]);
    refuse(&simulator, "CreateReplaceRootVolumeTask", &foreign, "InvalidSnapshot.NotFound");
}

/// Every call that has one, with what it needs.
const DRY_RUNS: &[(&str, &[(&str, &str)])] = &[
    ("RunInstances", &[("ImageId", OWN), ONE[0], ONE[1]]),
    ("CreateFleet", &[("TargetCapacitySpecification.TotalTargetCapacity", "1")]),
    ("RequestSpotInstances", &[("LaunchSpecification.ImageId", OWN)]),
    (
        "RequestSpotFleet",
        &[("SpotFleetRequestConfig.IamFleetRole", "arn:aws:iam::111122223333:role/fleet")],
    ),
    ("CreateReplaceRootVolumeTask", &[("InstanceId", MACHINE)]),
    ("DescribeInstances", &[]),
    ("TerminateInstances", &[("InstanceId.1", MACHINE)]),
    ("CreateImage", &[("InstanceId", MACHINE), NAME]),
    ("CopyImage", &[("SourceImageId", OWN), ("SourceRegion", "us-east-1"), NAME]),
    ("RegisterImage", &[("ImageLocation", "b/m"), NAME]),
    ("ImportImage", &[("DiskContainer.1.Url", "s3://b/d")]),
    ("CreateRestoreImageTask", &[("Bucket", "b"), ("ObjectKey", "ami-1.bin")]),
    ("CreateSnapshot", &[("VolumeId", "vol-1")]),
    ("CreateSnapshots", &[("InstanceSpecification.InstanceId", MACHINE)]),
    ("CopySnapshot", &[("SourceSnapshotId", SNAPSHOT), ("SourceRegion", "us-east-1")]),
    ("ImportSnapshot", &[("DiskContainer.Url", "s3://b/d")]),
    ("ModifyImageAttribute", &[("ImageId", OWN), ("Description.Value", "x")]),
    ("ResetImageAttribute", &[("ImageId", OWN), ("Attribute", "launchPermission")]),
    (
        "ModifySnapshotAttribute",
        &[("SnapshotId", SNAPSHOT), ("CreateVolumePermission.Add.1.UserId", OTHER)],
    ),
    (
        "ExportImage",
        &[("ImageId", OWN), ("DiskImageFormat", "RAW"), ("S3ExportLocation.S3Bucket", "b")],
    ),
    ("CreateStoreImageTask", &[("ImageId", OWN), ("Bucket", "b")]),
];

#[test]
fn a_dry_run_changes_nothing_and_says_that_the_call_would_work() {
    let simulator = start();
    let state = || {
        simulator.edit(|world| {
            let aws = &world.aws;
            format!("{:?} {:?} {:?}", aws.images, aws.machines, aws.snapshots)
        })
    };
    let before = state();
    for (action, given) in DRY_RUNS {
        let dry: Vec<(&str, &str)> = given.iter().copied().chain([("DryRun", "true")]).collect();
        refuse(&simulator, action, &dry, "DryRunOperation");
        assert_eq!(state(), before, "{action}");
    }
    for (action, given) in DRY_RUNS {
        succeed(&start(), action, given);
    }
    let machine = [("InstanceId", MACHINE), ("TargetEnvironment", "vmware")];
    let given = [machine[0], machine[1], ("ExportToS3.S3Bucket", "b")];
    let exported = succeed(&simulator, "CreateInstanceExportTask", &given);
    assert_eq!(exported.only("instanceId").as_deref(), Some(MACHINE));
}
