//! Calls from Rust, without a client.

use imageguard_simulator::alicloud::{self, ResourceDirectory};
use imageguard_simulator::{AccessKey, Account, Cloud, Simulator, World, aws};

const MEMBER: &str = "1000000000000002";

/// A member account whose machines must not start from anything but approved images.
fn guarded() -> World {
    let mut world = World::default();
    let cloud = &mut world.alicloud;
    cloud.accounts.push(Account::new(MEMBER, "team"));
    let user = format!("acs:ram::{MEMBER}:user/dev");
    cloud.access_keys.push(AccessKey::new("LTAIdev", "secret", &user).token("token"));
    let image = |id| alicloud::Image::new(id).owner(MEMBER.to_owned().try_into().unwrap());
    cloud.images.extend([image("m-good").tag("status", "approved"), image("m-draft")]);
    let guard = r#"{"Version":"1","Statement":[{"Effect":"Deny","Action":"ecs:RunInstances",
        "Resource":"acs:ecs:*:*:image/*",
        "Condition":{"StringNotEquals":{"acs:ResourceTag/status":"approved"}}}]}"#;
    let directory = ResourceDirectory::enabled().member(MEMBER, "");
    cloud.resource_directory = Some(directory.guarded("cp-1", guard, MEMBER));
    world
}

#[test]
fn a_call_is_signed_judged_and_journalled_like_any_other() {
    let simulator = Simulator::start(guarded());
    let dev = simulator.caller(Cloud::Alicloud, "LTAIdev").region("cn-hangzhou");
    let launch = |image| {
        let machine = [("ImageId", image), ("InstanceType", "ecs.g7.large")];
        dev.call("ecs", "RunInstances", &machine)
    };
    let (good, draft) = (launch("m-good"), launch("m-draft"));
    assert_eq!((good.entry.status, draft.entry.status), (Some(200), Some(403)));
    assert_eq!(draft.entry.code.as_deref(), Some("Forbidden.RAM"));
    assert!(draft.body.contains("\"PolicyType\":\"ControlPolicy\""), "{}", draft.body);
    assert_eq!(simulator.journal(), [good.entry, draft.entry]);
    assert_eq!(simulator.edit(|world| world.alicloud.machines.len()), 1);
}

#[test]
fn aws_is_called_in_the_region_of_the_signature() {
    let mut world = World::default();
    world.aws.images.push(aws::Image::new("ami-00000001").region("eu-central-1"));
    let simulator = Simulator::start(world);
    let root = simulator.caller(Cloud::Aws, aws::ACCESS_KEY_ID).region("eu-central-1");
    let listed = root.call("ec2", "DescribeImages", &[("ImageId.1", "ami-00000001")]);
    assert_eq!(listed.entry.status, Some(200), "{}", listed.body);
    assert_eq!(listed.entry.region, "eu-central-1");
    assert!(listed.body.contains("<imageId>ami-00000001</imageId>"), "{}", listed.body);
}

#[test]
fn services_of_aws_that_speak_json_are_called_too() {
    let mut world = World::default();
    world.aws.organization = Some(aws::Organization::default());
    let simulator = Simulator::start(world);
    let root = simulator.caller(Cloud::Aws, aws::ACCESS_KEY_ID).region("us-east-1");
    let policies = [("Filter", "SERVICE_CONTROL_POLICY")];
    let listed = root.call("organizations", "ListPolicies", &policies);
    assert_eq!(listed.entry.status, Some(200), "{}", listed.body);
    assert!(listed.body.contains("FullAWSAccess"), "{}", listed.body);
}

#[test]
#[should_panic(expected = "ecs:LaunchRocket")]
fn what_no_cloud_can_do_is_a_mistake_of_the_test() {
    let simulator = Simulator::start(World::default());
    let root = simulator.caller(Cloud::Alicloud, alicloud::ACCESS_KEY_ID);
    let _ = root.call("ecs", "LaunchRocket", &[]);
}
