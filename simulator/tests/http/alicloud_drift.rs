//! Alibaba Cloud: policies that change behind a client's back, and clients that are cut off.

use imageguard_simulator::alicloud::{
    ACCOUNT, FeatureStatus, Image, Machine, Policy, PolicyAttachment, ResourceDirectory,
    ResourceShare,
};
use imageguard_simulator::{AccessKey, Account, Cloud, Effect, Fault, Simulator, Timestamp, World};
use serde_json::Value;

use crate::client::{Call, Reply};

const MEMBER: &str = "1000000000000002";
const LOCK: &str = r#"{"Version":"1","Statement":[{"Effect":"Deny","Action":"ecs:DescribeRegions","Resource":"*"}]}"#;
const OTHER: &str =
    r#"{"Version":"1","Statement":[{"Effect":"Deny","Action":"ecs:AddTags","Resource":"*"}]}"#;

/// A guarded user of the default account, and a guarded folder with a member.
fn world() -> World {
    let mut world = World::default();
    let cloud = &mut world.alicloud;
    cloud.accounts.push(Account::new(MEMBER, "team"));
    for (id, principal) in [
        ("LTAIalice", "acs:ram::1000000000000001:user/alice"),
        ("LTAIdev", "acs:ram::1000000000000002:user/dev"),
    ] {
        cloud.access_keys.push(AccessKey::new(id, "secret", principal));
    }
    cloud.ram.policies.push(Policy::new("guard", LOCK));
    cloud.ram.attachments.push(PolicyAttachment::new("guard", "user/alice"));
    let directory = ResourceDirectory::enabled().folder("fd-1", "").member(MEMBER, "fd-1");
    cloud.resource_directory = Some(directory.guarded("cp-1", LOCK, "fd-1"));
    world
}

/// Tells whether the user of the account, and that of the member, may list regions.
fn free(simulator: &Simulator) -> [bool; 2] {
    ["LTAIalice", "LTAIdev"].map(|key| {
        let call = Call::alicloud(simulator, "DescribeRegions", &[]).key(key, "secret");
        call.send_alicloud().status == 200
    })
}

fn directory(world: &mut World) -> &mut ResourceDirectory {
    world.alicloud.resource_directory.as_mut().unwrap()
}

#[test]
fn policies_change_behind_a_clients_back() {
    type Edit = fn(&mut World);
    let edits: [(Edit, [bool; 2]); 8] = [
        (|_| {}, [false, false]),
        (
            |world| {
                let policy = world.alicloud.ram.policy(ACCOUNT, "guard");
                policy.add_version(OTHER.to_owned(), true, Timestamp::from_unix(0));
            },
            [true, false],
        ),
        (|world| world.alicloud.ram.detach(ACCOUNT, "guard", "user/alice"), [true, false]),
        (|world| world.alicloud.ram.delete(ACCOUNT, "guard"), [true, false]),
        (|world| OTHER.clone_into(&mut directory(world).policy("cp-1").document), [false, true]),
        (|world| directory(world).detach("cp-1", "fd-1"), [false, true]),
        (|world| directory(world).delete("cp-1"), [false, true]),
        (|world| directory(world).switch_off(), [false, true]),
    ];
    for (edit, expected) in edits {
        let simulator = Simulator::start(world());
        simulator.edit(edit);
        assert_eq!(free(&simulator), expected);
    }
}

#[test]
fn an_edit_waits_for_its_call() {
    let simulator = Simulator::start(world());
    simulator.edit_before(Cloud::Alicloud, "DescribeRegions", 2, |world| {
        world.alicloud.ram.detach(ACCOUNT, "guard", "user/alice");
    });
    assert_eq!([free(&simulator)[0], free(&simulator)[0]], [false, true]);
    simulator.edit_before(Cloud::Alicloud, "DescribeRegions", 1, |world| {
        directory(world).control_policy_status = FeatureStatus::Disabled;
    });
    simulator.clear_changes();
    assert!(!free(&simulator)[1], "what is taken back does not happen");
}

#[test]
fn an_edit_that_contradicts_itself_leaves_its_call_without_an_answer() {
    let simulator = Simulator::start(world());
    simulator.edit_before(Cloud::Alicloud, "DescribeRegions", 1, |world| {
        directory(world).control_policies.clear();
    });
    let call = Call::alicloud(&simulator, "DescribeRegions", &[]);
    assert!(call.try_send_alicloud().is_err());
}

/// Version, action and parameters of a call.
type Request<'a> = (&'static str, &'a str, &'a [(&'a str, &'a str)]);

/// What policies and images can be changed by; each must change the world of [`writable`].
const WRITES: [Request<'_>; 27] = [
    ("2020-03-31", "AttachControlPolicy", &[("PolicyId", "cp-1"), ("TargetId", MEMBER)]),
    (
        "2020-03-31",
        "CreateControlPolicy",
        &[("PolicyName", "a"), ("EffectScope", "RAM"), ("PolicyDocument", LOCK)],
    ),
    ("2020-03-31", "CreateFolder", &[("FolderName", "a")]),
    ("2020-03-31", "DeleteControlPolicy", &[("PolicyId", "cp-2")]),
    ("2020-03-31", "DetachControlPolicy", &[("PolicyId", "cp-1"), ("TargetId", "fd-1")]),
    ("2020-03-31", "DisableControlPolicy", &[]),
    ("2020-03-31", "MoveAccount", &[("AccountId", MEMBER), ("DestinationFolderId", "r-simulated")]),
    ("2020-03-31", "UpdateControlPolicy", &[("PolicyId", "cp-1"), ("NewPolicyName", "a")]),
    (
        "2022-04-19",
        "TagResources",
        &[("ResourceType", "ControlPolicy"), ("ResourceId.1", "cp-1"), ("Tag.1.Key", "a")],
    ),
    ("2015-05-01", "AttachPolicyToUser", &[FREE, CUSTOM, ("UserName", "alice")]),
    ("2015-05-01", "CreatePolicy", &[("PolicyName", "a"), ("PolicyDocument", LOCK)]),
    ("2015-05-01", "CreatePolicyVersion", &[GUARD, ("PolicyDocument", LOCK)]),
    ("2015-05-01", "DeletePolicy", &[FREE, ("CascadingDelete", "true")]),
    ("2015-05-01", "DeletePolicyVersion", &[FREE, ("VersionId", "v1")]),
    ("2015-05-01", "DetachPolicyFromUser", &[GUARD, CUSTOM, ("UserName", "alice")]),
    ("2015-05-01", "SetDefaultPolicyVersion", &[FREE, ("VersionId", "v1")]),
    (
        "2015-05-01",
        "TagResources",
        &[
            ("ResourceType", "policy"),
            ("ResourceNames", r#"["guard"]"#),
            ("Tag", r#"[{"Key":"a"}]"#),
        ],
    ),
    ("2015-05-01", "UpdatePolicyDescription", &[GUARD, ("NewDescription", "a")]),
    ("2020-01-10", "AssociateResourceShare", &[("ResourceShareId", "rs-1"), ("Targets.1", MEMBER)]),
    ("2020-01-10", "CreateResourceShare", &[("ResourceShareName", "a")]),
    (ECS, "CreateInstance", &[REGION, IMAGE, ("InstanceType", "ecs.g7.large")]),
    (ECS, "RunInstances", &[REGION, IMAGE, ("InstanceType", "ecs.g7.large")]),
    (ECS, "ReplaceSystemDisk", &[("InstanceId", "i-1"), IMAGE]),
    (ECS, "CreateImage", &[REGION, ("InstanceId", "i-1")]),
    (ECS, "CopyImage", &[REGION, IMAGE]),
    (ECS, "ImportImage", &[REGION, ("DiskDeviceMapping.1.OSSBucket", "bucket")]),
    (ECS, "ModifyImageSharePermission", &[REGION, IMAGE, ("AddAccount.1", MEMBER)]),
];

const ECS: &str = "2014-05-26";
const REGION: (&str, &str) = ("RegionId", "cn-hangzhou");
const IMAGE: (&str, &str) = ("ImageId", "m-1");
const GUARD: (&str, &str) = ("PolicyName", "guard");
const FREE: (&str, &str) = ("PolicyName", "free");
const CUSTOM: (&str, &str) = ("PolicyType", "Custom");

/// A world with something for every write to change.
fn writable() -> World {
    let mut world = world();
    let cloud = &mut world.alicloud;
    let mut free = Policy::new("free", LOCK);
    free.add_version(LOCK.to_owned(), true, Timestamp::from_unix(0));
    cloud.ram.policies.push(free);
    let directory = cloud.resource_directory.take().unwrap();
    let mut directory = directory.guarded("cp-2", LOCK, "fd-1");
    directory.detach("cp-2", "fd-1");
    cloud.resource_directory = Some(directory);
    cloud.images.extend([Image::new("m-0"), Image::new("m-1")]);
    cloud.machines.push(Machine::new("i-1", "m-0").stopped());
    let (id, account) = ("rs-1".to_owned(), ACCOUNT.to_owned());
    cloud.resource_shares.push(ResourceShare { id, account, ..ResourceShare::default() });
    world
}

fn snapshot(simulator: &Simulator) -> Value {
    simulator.edit(|world| serde_json::to_value(&*world).unwrap())
}

fn send(simulator: &Simulator, (version, action, given): Request<'_>) -> std::io::Result<Reply> {
    Call::alicloud(simulator, action, given).version(version).try_send_alicloud()
}

#[test]
fn every_write_is_done_before_its_answer_is_lost_or_not_at_all() {
    let reset = Fault::new(Effect::Reset);
    for write in WRITES {
        let simulator = Simulator::start(writable());
        let before = snapshot(&simulator);
        simulator.inject(reset.clone());
        assert!(send(&simulator, write).is_err(), "{write:?}");
        assert_eq!(snapshot(&simulator), before, "{write:?}");
        simulator.clear_faults();
        simulator.inject(reset.clone().takes_effect());
        assert!(send(&simulator, write).is_err(), "{write:?}");
        assert_ne!(snapshot(&simulator), before, "{write:?}");
    }
}

#[test]
fn a_client_is_killed_at_any_call() {
    let names = ["a", "b", "c", "d"];
    for killed_at in 1..=names.len() {
        let simulator = Simulator::start(World::default());
        let call = u64::try_from(killed_at).unwrap();
        simulator.inject(Fault::new(Effect::Reset).calls(call..=call).takes_effect());
        simulator.inject(Fault::new(Effect::Reset).calls(call + 1..));
        let answers = names.map(|name| {
            let given = [("PolicyName", name), ("PolicyDocument", LOCK)];
            send(&simulator, ("2015-05-01", "CreatePolicy", &given)).is_ok()
        });
        assert_eq!(answers.iter().filter(|answered| **answered).count(), killed_at - 1);
        let made = simulator.edit(|world| world.alicloud.ram.policies.len());
        assert_eq!(made, killed_at);
    }
}
