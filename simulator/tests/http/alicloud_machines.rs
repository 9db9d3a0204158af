//! Alibaba Cloud: launching machines, making images, giving images away.

use imageguard_simulator::alicloud::{Image, Machine, Owner, Policy, PolicyAttachment, Status};
use imageguard_simulator::{AccessKey, Account, Simulator, Timestamp, World};
use serde_json::Value;

use crate::client::{Call, Reply};

const OTHER: &str = "1000000000000002";

fn start() -> Simulator {
    let mut world = World::default();
    let cloud = &mut world.alicloud;
    cloud.accounts.push(Account::new(OTHER, "other"));
    let later = Timestamp::from_unix(1_800_000_000);
    cloud.images.extend([
        Image::new("m-1").family("web").tag("status", "approved"),
        Image::new("m-2").family("web").created_at(later),
        Image::new("m-old").status(Status::Deprecated),
        Image::new("m-broken").status(Status::CreateFailed),
        Image::new("m-foreign").owner(Owner::Account(1_000_000_000_000_002)),
        Image::new("m-elsewhere").region("cn-shanghai"),
    ]);
    cloud.machines.push(Machine::new("i-running", "m-1"));
    cloud.machines.push(Machine::new("i-stopped", "m-1").stopped());
    Simulator::start(world)
}

fn send(simulator: &Simulator, action: &str, parameters: &[(&str, &str)]) -> Reply {
    let region =
        if action == "ReplaceSystemDisk" { None } else { Some(("RegionId", "cn-hangzhou")) };
    let all: Vec<(&str, &str)> = region.into_iter().chain(parameters.iter().copied()).collect();
    Call::alicloud(simulator, action, &all).send_alicloud()
}

#[track_caller]
fn succeed(simulator: &Simulator, action: &str, parameters: &[(&str, &str)]) -> Value {
    let reply = send(simulator, action, parameters);
    assert_eq!(reply.status, 200, "{}", reply.text());
    reply.json()
}

#[track_caller]
fn refuse(
    simulator: &Simulator,
    action: &str,
    parameters: &[(&str, &str)],
    status: u16,
    code: &str,
) {
    let reply = send(simulator, action, parameters);
    let found = reply.json()["Code"].as_str().unwrap_or_default().to_owned();
    assert_eq!((reply.status, found.as_str()), (status, code), "{}", reply.text());
}

/// Returns the image that a machine runs.
fn image_of(simulator: &Simulator, id: &str) -> String {
    simulator.edit(|world| {
        let machines = &world.alicloud.machines;
        machines.iter().find(|machine| machine.id == id).unwrap().image_id.clone()
    })
}

fn image(simulator: &Simulator, id: &Value) -> Image {
    simulator.edit(|world| {
        let images = &world.alicloud.images;
        images.iter().find(|image| image.id == id.as_str().unwrap()).unwrap().clone()
    })
}

const TYPE: (&str, &str) = ("InstanceType", "ecs.g7.large");

#[test]
fn machines_are_launched_from_an_image_or_the_newest_of_a_family() {
    let simulator = start();
    let given = [("ImageId", "m-1"), TYPE, ("Amount", "2"), ("ClientToken", "t-1")];
    let launched = succeed(&simulator, "RunInstances", &given);
    let ids = launched["InstanceIdSets"]["InstanceIdSet"].as_array().unwrap().clone();
    assert_eq!(ids.len(), 2);
    assert_eq!(image_of(&simulator, ids[0].as_str().unwrap()), "m-1");
    let again = succeed(&simulator, "RunInstances", &given);
    assert_eq!(again["InstanceIdSets"]["InstanceIdSet"].as_array().unwrap(), &ids);

    let created = succeed(&simulator, "CreateInstance", &[("ImageFamily", "web"), TYPE]);
    assert_eq!(image_of(&simulator, created["InstanceId"].as_str().unwrap()), "m-2");
    succeed(&simulator, "RunInstances", &[("ImageId", "m-old"), TYPE]);
}

#[test]
fn launches_that_make_no_sense_are_refused() {
    let simulator = start();
    let machines = |simulator: &Simulator| simulator.edit(|world| world.alicloud.machines.len());
    let before = machines(&simulator);
    for (parameters, status, code) in [
        (vec![TYPE], 400, "MissingParameter"),
        (vec![("ImageId", "m-1")], 400, "MissingParameter"),
        (vec![("ImageId", "m-none"), TYPE], 404, "InvalidImageId.NotFound"),
        (vec![("ImageId", "m-foreign"), TYPE], 404, "InvalidImageId.NotFound"),
        (vec![("ImageId", "m-elsewhere"), TYPE], 404, "InvalidImageId.NotFound"),
        (vec![("ImageId", "m-broken"), TYPE], 404, "InvalidImageId.NotFound"),
        (vec![("ImageFamily", "x"), TYPE], 403, "InvalidImageFamily.MissingAvailableImage"),
        (vec![("ImageId", "m-1"), TYPE, ("DryRun", "true")], 400, "DryRunOperation"),
        (vec![("LaunchTemplateId", "lt-1")], 400, "NotSimulated"),
    ] {
        refuse(&simulator, "RunInstances", &parameters, status, code);
    }
    let two = [("ImageId", "m-1"), TYPE, ("Amount", "2")];
    refuse(&simulator, "CreateInstance", &two, 400, "UnsupportedParameter");
    let dry = [("ImageId", "m-1"), TYPE, ("DryRun", "true")];
    refuse(&simulator, "CreateInstance", &dry, 400, "DryRunOperation");
    assert_eq!(machines(&simulator), before);
}

#[test]
fn the_system_disk_of_a_stopped_machine_is_replaced() {
    let simulator = start();
    let replace = |id, image| [("InstanceId", id), ("ImageId", image)];
    let action = "ReplaceSystemDisk";
    succeed(&simulator, action, &replace("i-stopped", "m-2"));
    assert_eq!(image_of(&simulator, "i-stopped"), "m-2");
    let running = replace("i-running", "m-2");
    refuse(&simulator, action, &running, 403, "IncorrectInstanceStatus");
    let none = replace("i-none", "m-2");
    refuse(&simulator, action, &none, 404, "InvalidInstanceId.NotFound");
    let elsewhere = replace("i-stopped", "m-elsewhere");
    refuse(&simulator, action, &elsewhere, 404, "InvalidImageId.NotFound");
    let broken = replace("i-stopped", "m-broken");
    refuse(&simulator, action, &broken, 404, "InvalidImageId.NotFound");
    let deny = r#"{"Version":"1","Statement":[{"Effect":"Deny","Action":"ecs:ReplaceSystemDisk","Resource":"acs:ecs:cn-hangzhou:*:image/m-1"}]}"#;
    simulator.edit(|world| {
        let cloud = &mut world.alicloud;
        let user = "acs:ram::1000000000000001:user/dev";
        cloud.access_keys.push(AccessKey::new("LTAIdev", "secret", user));
        cloud.ram.policies.push(Policy::new("guard", deny));
        cloud.ram.attachments.push(PolicyAttachment::new("guard", "user/dev"));
    });
    let as_dev = |image| {
        let call = Call::alicloud(&simulator, action, &replace("i-stopped", image));
        call.key("LTAIdev", "secret").send_alicloud().status
    };
    assert_eq!([as_dev("m-1"), as_dev("m-2")], [403, 200], "the region is the machine's");
}

#[test]
fn images_are_made_with_the_tags_that_are_asked_for_and_no_others() {
    let simulator = start();
    let tag = [("Tag.1.Key", "status"), ("Tag.1.Value", "candidate")];
    let name = ("ImageName", "new");
    let given = [name, ("InstanceId", "i-running"), ("ImageFamily", "web"), tag[0], tag[1]];
    let made = succeed(&simulator, "CreateImage", &given);
    let created = image(&simulator, &made["ImageId"]);
    assert_eq!((created.name.as_str(), created.family.as_str()), ("new", "web"));
    assert_eq!(created.tags["status"], "candidate");
    refuse(&simulator, "CreateImage", &given, 400, "InvalidImageName.Duplicated");

    let to = ("DestinationRegionId", "cn-shanghai");
    let made = succeed(&simulator, "CopyImage", &[("ImageId", "m-1"), to]);
    let copy = image(&simulator, &made["ImageId"]);
    assert_eq!((copy.region.as_str(), copy.copied, copy.tags.len()), ("cn-shanghai", true, 0));
    let status = "OperationDenied.InvalidImageStatus";
    refuse(&simulator, "CopyImage", &[("ImageId", "m-old"), to], 403, status);

    let bucket = ("DiskDeviceMapping.1.OSSBucket", "bucket");
    let made = succeed(&simulator, "ImportImage", &[bucket, ("OSType", "windows"), tag[0]]);
    let imported = image(&simulator, &made["ImageId"]);
    assert_eq!((imported.os_type.as_str(), &*imported.tags["status"]), ("windows", ""));
    assert_eq!(made["RegionId"], "cn-hangzhou");
    for (action, needed) in [
        ("CreateImage", ("SnapshotId", "s-1")),
        ("CopyImage", ("ImageId", "m-1")),
        ("ImportImage", bucket),
    ] {
        let dry = ("DryRun", "true");
        refuse(&simulator, action, &[needed, dry], 400, "DryRunOperation");
        let reserved = ("Tag.1.Key", "acs:x");
        refuse(&simulator, action, &[needed, reserved], 400, "InvalidTagKey.Malformed");
    }
}

#[test]
fn images_are_shared_published_and_exported_by_their_owner() {
    let simulator = start();
    let own = ("ImageId", "m-1");
    let action = "ModifyImageSharePermission";
    let dry = ("DryRun", "true");
    refuse(&simulator, action, &[own, ("AddAccount.1", OTHER), dry], 400, "DryRunOperation");
    succeed(&simulator, action, &[own, ("AddAccount.1", OTHER), ("IsPublic", "true")]);
    let shared = image(&simulator, &"m-1".into());
    assert_eq!((shared.shared_with, shared.community), (vec![OTHER.to_owned()], true));
    succeed(&simulator, action, &[own, ("RemoveAccount.1", OTHER), ("IsPublic", "false")]);
    let private = image(&simulator, &"m-1".into());
    assert_eq!((private.shared_with, private.community), (Vec::new(), false));
    refuse(&simulator, action, &[own, ("AddAccount.1", "3")], 404, "InvalidAccount.NotFound");
    let foreign = [("ImageId", "m-foreign")];
    refuse(&simulator, action, &foreign, 404, "InvalidImageId.NotFound");

    let bucket = ("OSSBucket", "bucket");
    refuse(&simulator, "ExportImage", &[own, bucket, dry], 400, "DryRunOperation");
    let exported = succeed(&simulator, "ExportImage", &[own, bucket]);
    assert!(exported["TaskId"].is_string());
    let status = "OperationDenied.InvalidImageStatus";
    let old = [("ImageId", "m-old"), ("OSSBucket", "bucket")];
    refuse(&simulator, "ExportImage", &old, 403, status);
}

#[test]
fn resource_shares_give_images_to_accounts() {
    let simulator = start();
    let share = |action: &str, given: &[(&str, &str)]| {
        Call::alicloud(&simulator, action, given).version("2020-01-10").send_alicloud()
    };
    let image_1 = [("Resources.1.ResourceType", "Image"), ("Resources.1.ResourceId", "m-1")];
    let created =
        share("CreateResourceShare", &[("ResourceShareName", "s"), image_1[0], image_1[1]]);
    let created = created.json();
    let id = ("ResourceShareId", created["ResourceShare"]["ResourceShareId"].as_str().unwrap());
    let associated = share("AssociateResourceShare", &[id, ("Targets.1", OTHER)]).json();
    let rows = &associated["ResourceShareAssociations"];
    assert_eq!(
        (&rows[0]["AssociationType"], &rows[0]["EntityId"]),
        (&"Target".into(), &OTHER.into())
    );
    assert_eq!(image(&simulator, &"m-1".into()).shared_with, [OTHER]);
    let unknown = share("AssociateResourceShare", &[("ResourceShareId", "rs-none")]);
    assert_eq!(unknown.json()["Code"], "EntityNotExists.ResourceShare");
    let foreign = [image_1[0], ("Resources.1.ResourceId", "m-foreign"), id];
    let foreign = share("AssociateResourceShare", &foreign);
    assert_eq!(foreign.json()["Code"], "EntityNotExists.Resource");
}
