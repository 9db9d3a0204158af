//! Alibaba Cloud: what guardrails on images refuse, under every answer to the open questions.
//!
//! The cases are the fifteen that the project's notes worked out by hand before anything was written.

use imageguard_simulator::alicloud::{
    Image, ImageTags, LaunchResources, OpenQuestions, Owner, Policy, PolicyAttachment,
    ResourceDirectory, ResourceShare,
};
use imageguard_simulator::{AccessKey, Account, Simulator, World};
use serde_json::{Value, json};

use crate::client::Call;

const MEMBER: &str = "1000000000000002";
const OWNER: u64 = 1_000_000_000_000_002;
const IMAGE_ACCOUNT: u64 = 1_000_000_000_000_111;

/// A conditional permission, and a lock on tags without exemption.
fn seed_a() -> Value {
    json!([
        {
            "Effect": "Allow", "Resource": "*",
            "Action": ["ecs:RunInstances", "ecs:CreateInstance", "ecs:ReplaceSystemDisk"],
            "Condition": {"StringEquals": {"acs:ResourceTag/environment": "production"}},
        },
        {
            "Effect": "Deny", "Resource": "acs:ecs:*:*:image/*",
            "Action": ["ecs:CreateTags", "ecs:DeleteTags", "ecs:TagResources", "ecs:UntagResources"],
        },
    ])
}

/// The gate on tags, on images or on whatever else.
fn s1(resource: &str) -> Value {
    json!([{
        "Effect": "Deny", "Resource": resource,
        "Action": ["ecs:RunInstances", "ecs:CreateInstance", "ecs:ReplaceSystemDisk"],
        "Condition": {"StringNotEquals": {"acs:ResourceTag/environment": ["production"]}},
    }])
}

const IMAGES: &str = "acs:ecs:*:*:image/*";

fn document(statements: &Value) -> String {
    json!({"Version": "1", "Statement": statements}).to_string()
}

fn assumed(role: &str) -> String {
    format!("acs:ram::{MEMBER}:assumed-role/{role}/ci")
}

/// A member account with images that are approved, not approved, and approved wrongly.
fn world() -> World {
    let mut world = World::default();
    let cloud = &mut world.alicloud;
    cloud.accounts.push(Account::new(MEMBER, "team"));
    cloud.accounts.push(Account::new(IMAGE_ACCOUNT.to_string(), "images"));
    for (id, principal) in [
        ("dev", format!("acs:ram::{MEMBER}:user/dev")),
        ("root", format!("acs:ram::{MEMBER}:root")),
        ("slr", assumed("AliyunServiceRoleForAutoScaling")),
        ("manager", "acs:ram::1000000000000001:user/manager".to_owned()),
        ("dev-role", assumed("dev")),
        ("pipeline", assumed("Image-Pipeline")),
    ] {
        cloud.access_keys.push(AccessKey::new(id, "secret", &principal));
    }
    let own =
        |id: &str| Image::new(id).owner(Owner::Account(OWNER)).shared_with("1000000000000001");
    let shared = |id: &str, owner| Image::new(id).owner(Owner::Account(owner)).shared_with(MEMBER);
    cloud.images.extend([
        own("m-approved").tag("environment", "production"),
        own("m-untagged"),
        own("m-wrong").tag("environment", "test"),
        own("m-a-wrong").tag("a", "0").tag("b", "1"),
        own("m-both-wrong").tag("a", "0").tag("b", "0"),
        shared("m-111", IMAGE_ACCOUNT).tag("environment", "production"),
        shared("m-222", 1_000_000_000_000_222),
        Image::new("m-system").owner(Owner::System),
    ]);
    cloud.resource_shares.push(ResourceShare {
        id: "rs-1".to_owned(),
        account: MEMBER.to_owned(),
        ..ResourceShare::default()
    });
    world
}

/// Guards the member account with a control policy beside `FullAliyunAccess`.
fn guarded(statements: &Value) -> World {
    let mut world = world();
    let directory = ResourceDirectory::enabled().member(MEMBER, "");
    let directory = directory.guarded("cp-1", document(statements), MEMBER);
    world.alicloud.resource_directory = Some(directory);
    world
}

/// Guards the user `dev` with a RAM policy.
fn bound(statements: &Value) -> World {
    let mut world = world();
    let ram = &mut world.alicloud.ram;
    let account = MEMBER.to_owned();
    ram.policies.push(Policy { account, ..Policy::new("guard", document(statements)) });
    let account = MEMBER.to_owned();
    ram.attachments
        .push(PolicyAttachment { account, ..PolicyAttachment::new("guard", "user/dev") });
    world
}

/// Answers the open questions in another way.
fn answering(mut world: World, change: impl FnOnce(&mut OpenQuestions)) -> World {
    change(&mut world.alicloud.open_questions);
    world
}

/// Sends a call and returns `allow`, or the kind of refusal, its layer and the resource.
#[track_caller]
fn verdict(simulator: &Simulator, key: &str, call: Call) -> String {
    let reply = call.key(key, "secret").send_alicloud();
    let answer = reply.json();
    if reply.status == 200 || answer["Code"] == "DryRunOperation" {
        return "allow".to_owned();
    }
    let detail = &answer["AccessDeniedDetail"];
    assert_eq!(reply.status, 403, "{}", reply.text());
    let text = |name: &str| detail[name].as_str().unwrap().to_owned();
    let diagnosis =
        String::from_utf8(hex::decode(text("EncodedDiagnosticMessage")).unwrap()).unwrap();
    let resource = diagnosis.split(' ').nth(2).unwrap().rsplit(':').next().unwrap().to_owned();
    assert_eq!(simulator.journal().last().unwrap().permissions, [text("AuthAction")]);
    format!("{} {} {resource}", text("NoPermissionType"), text("PolicyType"))
}

/// Has `key` launch an image, which it would be told to be allowed to.
#[track_caller]
fn launch_as(key: &str, world: &World, image: &str) -> String {
    let simulator = Simulator::start(world.clone());
    let given = [
        ("RegionId", "cn-hangzhou"),
        ("ImageId", image),
        ("InstanceType", "ecs.g7.large"),
        ("SecurityGroupId", "sg-1"),
        ("VSwitchId", "vsw-1"),
        ("DryRun", "true"),
    ];
    verdict(&simulator, key, Call::alicloud(&simulator, "RunInstances", &given))
}

/// Has `dev` launch the approved image, the untagged one and that with the wrong tag.
#[track_caller]
fn launches(world: &World) -> [String; 3] {
    ["m-approved", "m-untagged", "m-wrong"].map(|image| launch_as("dev", world, image))
}

const ALLOW: &str = "allow";

fn denied(image: &str) -> String {
    format!("ExplicitDeny ControlPolicy image/{image}")
}

#[test]
fn case_1_a_conditional_allow_beside_full_access_restricts_nothing() {
    assert_eq!(launch_as("dev", &guarded(&seed_a()), "m-untagged"), ALLOW);
}

#[test]
fn case_2_alone_it_refuses_approved_images_and_everything_else() {
    let mut world = guarded(&seed_a());
    let directory = world.alicloud.resource_directory.as_mut().unwrap();
    directory.without_full_access.insert(MEMBER.to_owned());
    let refused = "ImplicitDeny ControlPolicy instance/*";
    assert_eq!(launch_as("dev", &world, "m-approved"), refused);
    let simulator = Simulator::start(world);
    let list = Call::alicloud(&simulator, "DescribeImages", &[("RegionId", "cn-hangzhou")]);
    assert_eq!(verdict(&simulator, "dev", list), "ImplicitDeny ControlPolicy image/*");
}

#[test]
fn case_3_beside_a_broad_ram_policy_it_restricts_nothing() {
    assert_eq!(launch_as("dev", &bound(&seed_a()), "m-untagged"), ALLOW);
}

#[test]
fn case_4_alone_at_a_user_it_depends_on_what_launches_are_judged_on() {
    let mut world = bound(&seed_a());
    world.alicloud.access_keys[1].permissions = Some([].into());
    let refused = "ImplicitDeny AccountLevelIdentityBasedPolicy";
    assert_eq!(launch_as("dev", &world, "m-approved"), format!("{refused} instance/*"));
    let star = |open: &mut OpenQuestions| open.run_instances_resources = LaunchResources::StarOnly;
    let world = answering(world, star);
    assert_eq!(launch_as("dev", &world, "m-approved"), ALLOW);
    assert_eq!(launch_as("dev", &world, "m-untagged"), format!("{refused} *"));
}

#[test]
fn case_5_the_gate_admits_approved_images_only() {
    let expected = [ALLOW.to_owned(), denied("m-untagged"), denied("m-wrong")];
    assert_eq!(launches(&guarded(&s1(IMAGES))), expected);
}

#[test]
fn case_6_a_gate_on_everything_refuses_approved_images_too() {
    let refused = "ExplicitDeny ControlPolicy instance/*";
    assert_eq!(launch_as("dev", &guarded(&s1("*")), "m-approved"), refused);
}

#[test]
fn case_7_if_absent_keys_fail_negated_operators_untagged_images_pass() {
    let world = answering(guarded(&s1(IMAGES)), |open| open.absent_negated = false);
    assert_eq!(launches(&world), [ALLOW.to_owned(), ALLOW.to_owned(), denied("m-wrong")]);
}

#[test]
fn case_8_if_launches_are_judged_as_one_the_gate_is_not_enforced() {
    let world = answering(guarded(&s1(IMAGES)), |open| {
        open.run_instances_resources = LaunchResources::StarOnly;
    });
    assert_eq!(launches(&world), [ALLOW, ALLOW, ALLOW]);
}

#[test]
fn case_9_if_tags_are_not_shown_everything_is_refused_or_nothing() {
    let blind = answering(guarded(&s1(IMAGES)), |open| {
        open.image_tags_in_context = ImageTags::None;
    });
    let refused = ["m-approved", "m-untagged", "m-wrong"].map(denied);
    assert_eq!(launches(&blind), refused);
    let open = answering(blind, |open| open.absent_negated = false);
    assert_eq!(launches(&open), [ALLOW, ALLOW, ALLOW]);
}

#[test]
fn case_10_the_owner_gate_admits_images_of_one_account() {
    let gate = json!([{
        "Effect": "Deny", "Action": ["ecs:RunInstances", "ecs:CreateInstance"],
        "Resource": IMAGES,
        "Condition": {"StringNotEquals": {"ecs:ImageOwnerId": [IMAGE_ACCOUNT.to_string()]}},
    }]);
    let world = guarded(&gate);
    let found = ["m-111", "m-222", "m-system"].map(|image| launch_as("dev", &world, image));
    assert_eq!(found, [ALLOW.to_owned(), denied("m-222"), denied("m-system")]);
}

#[test]
fn case_11_the_tag_lock_exempts_a_role_by_its_name_in_lower_case() {
    let lock = |pattern: &str| {
        json!([{
            "Effect": "Deny", "Resource": IMAGES,
            "Action": ["ecs:TagResources", "ecs:UntagResources", "ecs:AddTags", "ecs:RemoveTags"],
            "Condition": {"StringNotLike": {"acs:PrincipalARN": [pattern]}},
        }])
    };
    let tag = |key: &str, pattern: &str| {
        let simulator = Simulator::start(guarded(&lock(pattern)));
        let given = [
            ("RegionId", "cn-hangzhou"),
            ("ResourceType", "image"),
            ("ResourceId.1", "m-untagged"),
            ("Tag.1.Key", "environment"),
            ("Tag.1.Value", "production"),
        ];
        verdict(&simulator, key, Call::alicloud(&simulator, "TagResources", &given))
    };
    let lower = "acs:ram:*:*:role/image-pipeline";
    assert_eq!(tag("dev-role", lower), denied("m-untagged"));
    assert_eq!(tag("pipeline", lower), ALLOW);
    assert_eq!(tag("pipeline", "acs:ram:*:*:role/Image-Pipeline"), denied("m-untagged"));
}

#[test]
fn case_12_two_negated_tags_in_one_condition_must_both_be_wrong() {
    let gate = json!([{
        "Effect": "Deny", "Action": "ecs:RunInstances", "Resource": IMAGES,
        "Condition": {"StringNotEquals": {"acs:ResourceTag/a": "1", "acs:ResourceTag/b": "1"}},
    }]);
    let world = guarded(&gate);
    let found = ["m-a-wrong", "m-both-wrong"].map(|image| launch_as("dev", &world, image));
    assert_eq!(found, [ALLOW.to_owned(), denied("m-both-wrong")]);
}

#[test]
fn case_13_sharing_is_refused_by_type_but_a_new_target_has_none() {
    let seed_b = json!([
        {
            "Effect": "Deny", "Resource": "*",
            "Action": ["ecs:ExportImage", "ecs:ModifyImageSharePermission"],
        },
        {
            "Effect": "Deny", "Resource": "*",
            "Action": [
                "resourcesharing:CreateResourceShare", "resourcesharing:AssociateResourceShare",
            ],
            "Condition": {
                "StringEquals": {"resourcesharing:RequestedResourceType": ["Snapshot", "Image"]},
            },
        },
    ]);
    let world = guarded(&seed_b);
    let associate = |given: &[(&str, &str)]| {
        let simulator = Simulator::start(world.clone());
        let all = [&[("ResourceShareId", "rs-1")], given].concat();
        let call = Call::alicloud(&simulator, "AssociateResourceShare", &all);
        verdict(&simulator, "dev", call.version("2020-01-10"))
    };
    let resource = |kind: &'static str, id: &'static str| {
        [("Resources.1.ResourceType", kind), ("Resources.1.ResourceId", id)]
    };
    let refused = "ExplicitDeny ControlPolicy *";
    assert_eq!(associate(&resource("Image", "m-approved")), refused);
    assert_eq!(associate(&resource("VSwitch", "vsw-1")), ALLOW);
    assert_eq!(associate(&[("Targets.1", "1000000000000111")]), ALLOW);
    let simulator = Simulator::start(world.clone());
    for action in ["ExportImage", "ModifyImageSharePermission"] {
        let given = [("RegionId", "cn-hangzhou"), ("ImageId", "m-approved")];
        let call = Call::alicloud(&simulator, action, &given);
        assert_eq!(verdict(&simulator, "dev", call), denied("m-approved"), "{action}");
    }
}

#[test]
fn case_14_the_gate_of_a_folder_binds_accounts_below() {
    let mut world = world();
    let directory = ResourceDirectory::enabled().folder("fd-1", "").member(MEMBER, "fd-1");
    let directory = directory.guarded("cp-1", document(&s1(IMAGES)), "fd-1");
    world.alicloud.resource_directory = Some(directory);
    assert_eq!(launch_as("dev", &world, "m-untagged"), denied("m-untagged"));
}

#[test]
fn case_15_the_gate_binds_no_service_no_management_account_and_no_root_user() {
    for key in ["slr", "manager", "root"] {
        assert_eq!(launch_as(key, &guarded(&s1(IMAGES)), "m-untagged"), ALLOW, "{key}");
    }
}

#[test]
fn tags_of_shared_images_are_shown_only_if_the_world_says_so() {
    let world = guarded(&s1(IMAGES));
    assert_eq!(launch_as("dev", &world, "m-111"), denied("m-111"));
    let across = answering(world, |open| open.image_tags_in_context = ImageTags::CrossAccount);
    assert_eq!(launch_as("dev", &across, "m-111"), ALLOW);
}
