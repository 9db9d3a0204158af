//! AWS: what guardrails on images refuse, as service control policies and as policies of IAM.
//!
//! The two tables are those that the project's notes worked out by hand before anything was written.

use imageguard_simulator::aws::{Image, Machine, Organization, Policy, PolicyAttachment, Snapshot};
use imageguard_simulator::{AccessKey, Account, Role, Simulator, World};
use serde_json::{Value, json};

use crate::client::Call;

const MEMBER: &str = "222233334444";
const IMAGES: &str = "arn:aws:ec2:*::image/*";
const SNAPSHOTS: &str = "arn:aws:ec2:*::snapshot/*";
const PIPELINE: &str = "arn:aws:iam::222233334444:role/images/pipeline";
const ALLOW: &str = "allow";

const GOLDEN: &str = "ami-00000001";
const WRONG: &str = "ami-00000002";
const PLAIN: &str = "ami-00000003";
const PUBLIC: &str = "ami-00000004";

/// A member account with images of every kind, and callers of every kind.
fn world() -> World {
    let mut world = World::default();
    let cloud = &mut world.aws;
    cloud.accounts.push(Account::new(MEMBER, "team"));
    let session = |role: &str| format!("arn:aws:sts::{MEMBER}:assumed-role/{role}/ci");
    for (id, principal) in [
        ("dev", format!("arn:aws:iam::{MEMBER}:user/dev")),
        ("root", format!("arn:aws:iam::{MEMBER}:root")),
        ("linked", session("AWSServiceRoleForAutoScaling")),
        ("pipeline", session("pipeline")),
        ("manager", "arn:aws:iam::111122223333:user/manager".to_owned()),
    ] {
        cloud.access_keys.push(AccessKey::new(id, "secret", &principal));
    }
    cloud.roles.push(Role::new(PIPELINE));
    let own = |id: &str| Image::new(id).owner(MEMBER).shared_with("111122223333");
    cloud.images.extend([
        own(GOLDEN).tag("approved", "true"),
        own(WRONG).tag("approved", "no"),
        own(PLAIN),
        Image::new(PUBLIC).owner("137112412989").owner_alias("amazon").public(),
    ]);
    let account = MEMBER.to_owned();
    cloud.machines.push(Machine { account, ..Machine::new("i-00000001", GOLDEN) });
    let owner = MEMBER.to_owned();
    cloud.snapshots.push(Snapshot { owner, ..Snapshot::new("snap-00000001") });
    world
}

fn document(statements: &Value) -> String {
    json!({"Version": "2012-10-17", "Statement": statements}).to_string()
}

/// Guards the member account with a service control policy beside `FullAWSAccess`.
fn guarded(statements: &Value) -> Simulator {
    let mut world = world();
    let organization = Organization::enabled().unit("ou-smlt-team0001", "");
    let organization = organization.member(MEMBER, "ou-smlt-team0001");
    let organization = organization.guarded("p-guard001", document(statements), "ou-smlt-team0001");
    world.aws.organization = Some(organization);
    Simulator::start(world)
}

/// Guards `to` in the member account with a policy of IAM.
fn bound(statements: &Value, to: &str) -> Simulator {
    let mut world = world();
    let iam = &mut world.aws.iam;
    let arn = format!("arn:aws:iam::{MEMBER}:policy/guard");
    iam.policies.push(Policy { arn: arn.clone(), ..Policy::new("guard", document(statements)) });
    let (account, to) = (MEMBER.to_owned(), to.to_owned());
    iam.attachments.push(PolicyAttachment { account, policy: arn, to });
    Simulator::start(world)
}

/// Sends a call and returns `allow`, or kind of refusal, layer, permission and resource.
#[track_caller]
fn ask(simulator: &Simulator, key: &str, action: &str, given: &[(&str, &str)]) -> String {
    let reply = Call::aws(simulator, action, given).key(key, "secret").send_aws();
    if reply.status == 200 || reply.only("Code").as_deref() == Some("DryRunOperation") {
        return ALLOW.to_owned();
    }
    assert_eq!(reply.only("Code").as_deref(), Some("UnauthorizedOperation"), "{}", reply.text());
    let message = reply.only("Message").unwrap();
    let said = |text: &str| message.contains(text);
    let kind = if said("with an explicit deny in a") { "explicit" } else { "implicit" };
    let layer = if said("service control policy") { "scp" } else { "identity" };
    let after = |start: &str| {
        let (_, after) = message.split_once(start).unwrap();
        after.split(' ').next().unwrap().to_owned()
    };
    let resource = after("on resource: ").splitn(6, ':').nth(5).unwrap().to_owned();
    format!("{kind} {layer} {} {resource}", after("perform: "))
}

#[track_caller]
fn launch(simulator: &Simulator, key: &str, image: &str) -> String {
    let given = [("ImageId", image), ("MinCount", "1"), ("MaxCount", "1"), ("DryRun", "true")];
    ask(simulator, key, "RunInstances", &given)
}

fn gate(resource: &str, condition: &Value) -> Value {
    json!([{
        "Effect": "Deny", "Action": "ec2:RunInstances", "Resource": resource, "Condition": condition,
    }])
}

/// The launch guard as it should be.
fn golden_only() -> Value {
    json!([{
        "Effect": "Deny", "Resource": IMAGES,
        "Action": [
            "ec2:RunInstances", "ec2:CreateFleet", "ec2:RequestSpotInstances",
            "ec2:RequestSpotFleet", "ec2:CreateReplaceRootVolumeTask",
        ],
        "Condition": {"StringNotEquals": {"ec2:ResourceTag/approved": "true"}},
    }])
}

#[test]
fn launch_guards_decide_as_worked_out_by_hand() {
    let value = json!({"ec2:ResourceTag/approved": "true"});
    for (resource, condition, expected) in [
        ("*", json!({"StringNotEquals": value}), [false, false, false]),
        ("*", json!({"StringNotEqualsIfExists": value}), [false, false, false]),
        (IMAGES, json!({"StringNotEquals": value}), [true, false, false]),
        (
            "*",
            json!({"StringNotEquals": value, "Null": {"ec2:ImageType": "false"}}),
            [true, false, false],
        ),
        (IMAGES, json!({"StringNotLike": {"ec2:ResourceTag/APPROVED": "?*"}}), [true, true, false]),
    ] {
        let simulator = guarded(&gate(resource, &condition));
        let found = [GOLDEN, WRONG, PLAIN].map(|image| launch(&simulator, "dev", image) == ALLOW);
        assert_eq!(found, expected, "{condition}");
    }
}

#[test]
fn a_refusal_names_the_layer_the_permission_and_the_resource() {
    let simulator = guarded(&golden_only());
    assert_eq!(
        launch(&simulator, "dev", PLAIN),
        format!("explicit scp ec2:RunInstances image/{PLAIN}")
    );
    let simulator = bound(&golden_only(), "user/dev");
    assert_eq!(
        launch(&simulator, "dev", PUBLIC),
        format!("explicit identity ec2:RunInstances image/{PUBLIC}")
    );
    let everywhere = guarded(&gate("*", &json!({"Null": {"ec2:ResourceTag/approved": "true"}})));
    assert_eq!(launch(&everywhere, "dev", GOLDEN), "explicit scp ec2:RunInstances instance/*");
}

#[test]
fn service_control_policies_bind_members_even_root_but_neither_managers_nor_linked_roles() {
    let simulator = guarded(&golden_only());
    let found = ["dev", "root", "pipeline", "manager", "linked"]
        .map(|key| launch(&simulator, key, PLAIN) == ALLOW);
    assert_eq!(found, [false, false, false, true, true]);
}

#[test]
fn policies_of_iam_bind_whom_they_are_attached_to() {
    let found = |to| {
        let simulator = bound(&golden_only(), to);
        ["dev", "root", "pipeline"].map(|key| launch(&simulator, key, PLAIN) == ALLOW)
    };
    assert_eq!(found("user/dev"), [false, true, true]);
    assert_eq!(found("role/pipeline"), [true, true, false]);
}

#[test]
fn without_full_access_at_one_level_nothing_is_allowed_below() {
    let simulator = guarded(&golden_only());
    simulator.edit(|world| {
        let organization = world.aws.organization.as_mut().unwrap();
        organization.without_full_access.insert("ou-smlt-team0001".to_owned());
    });
    assert_eq!(launch(&simulator, "dev", GOLDEN), "implicit scp ec2:RunInstances instance/*");
    let listing = Call::aws(&simulator, "DescribeImages", &[]).key("dev", "secret").send_aws();
    let message = listing.only("Message").unwrap();
    let expected = "because no service control policy allows the ec2:DescribeImages action";
    assert!(message.ends_with(expected), "{message}");
}

#[test]
fn every_way_to_boot_an_image_is_guarded() {
    let simulator = guarded(&golden_only());
    let role = ("SpotFleetRequestConfig.IamFleetRole", "arn:aws:iam::222233334444:role/fleet");
    for (action, name, more) in [
        (
            "CreateFleet",
            "LaunchTemplateConfigs.1.Overrides.1.ImageId",
            ("TargetCapacitySpecification.TotalTargetCapacity", "1"),
        ),
        ("RequestSpotInstances", "LaunchSpecification.ImageId", ("InstanceCount", "1")),
        ("RequestSpotFleet", "SpotFleetRequestConfig.LaunchSpecifications.1.ImageId", role),
        ("CreateReplaceRootVolumeTask", "ImageId", ("InstanceId", "i-00000001")),
    ] {
        let ask = |image| ask(&simulator, "dev", action, &[(name, image), more]);
        assert_eq!(ask(GOLDEN), ALLOW, "{action}");
        assert_eq!(ask(PLAIN), format!("explicit scp ec2:{action} image/{PLAIN}"));
    }
}

/// `TagSpecification` parameters: `key` on things of these types.
fn tags<'a>(kinds: &[&'a str], keys: &[&'a str]) -> Vec<(String, &'a str)> {
    let mut given = Vec::new();
    for (index, kind) in (1..).zip(kinds) {
        given.push((format!("TagSpecification.{index}.ResourceType"), *kind));
        for (tag, key) in (1..).zip(keys) {
            given.push((format!("TagSpecification.{index}.Tag.{tag}.Key"), *key));
            given.push((format!("TagSpecification.{index}.Tag.{tag}.Value"), "team"));
        }
    }
    given
}

#[track_caller]
fn create(simulator: &Simulator, key: &str, kinds: &[&str], keys: &[&str]) -> String {
    let name = format!("image-{}", fastrand::u64(..));
    let tags = tags(kinds, keys);
    let mut given: Vec<(&str, &str)> =
        tags.iter().map(|(name, value)| (name.as_str(), *value)).collect();
    given.extend([("InstanceId", "i-00000001"), ("Name", name.as_str())]);
    ask(simulator, key, "CreateImage", &given)
}

#[test]
fn creation_guards_decide_as_worked_out_by_hand() {
    for (condition, expected) in [
        (json!({"StringNotEquals": {"aws:TagKeys": "owner"}}), [false, true, true, false, false]),
        (
            json!({"ForAllValues:StringNotEquals": {"aws:TagKeys": "owner"}}),
            [false, true, true, false, false],
        ),
        (
            json!({"ForAnyValue:StringNotEquals": {"aws:TagKeys": "owner"}}),
            [true, true, false, true, false],
        ),
        (json!({"Null": {"aws:RequestTag/owner": "true"}}), [false, true, true, false, false]),
    ] {
        let simulator = guarded(&json!([{
            "Effect": "Deny", "Action": "ec2:CreateImage", "Resource": [IMAGES, SNAPSHOTS],
            "Condition": condition,
        }]));
        let both = ["image", "snapshot"];
        let found = [
            create(&simulator, "dev", &[], &[]),
            create(&simulator, "dev", &both, &["owner"]),
            create(&simulator, "dev", &both, &["owner", "other"]),
            create(&simulator, "dev", &["image"], &["owner"]),
            create(&simulator, "dev", &both, &["other"]),
        ];
        assert_eq!(found.map(|verdict| verdict == ALLOW), expected, "{condition}");
    }
}

/// Only the pipeline may set or remove the tag, however it is spelled.
fn sealed() -> Value {
    let exempt = json!({"aws:PrincipalArn": [PIPELINE]});
    json!([
        {
            "Effect": "Deny", "Action": ["ec2:CreateTags", "ec2:DeleteTags"], "Resource": IMAGES,
            "Condition": {
                "ForAnyValue:StringEqualsIgnoreCase": {"aws:TagKeys": ["approved"]},
                "ArnNotLike": exempt,
            },
        },
        {
            "Effect": "Deny", "Action": "ec2:DeleteTags", "Resource": IMAGES,
            "Condition": {"Null": {"aws:TagKeys": "true"}, "ArnNotLike": exempt},
        },
    ])
}

#[test]
fn sealed_tags_are_changed_by_the_exempt_only() {
    let simulator = guarded(&sealed());
    let tag = |key, action, name| {
        let given = [("ResourceId.1", PUBLIC), ("Tag.1.Key", name), ("Tag.1.Value", "true")];
        ask(&simulator, key, action, &given)
    };
    for action in ["CreateTags", "DeleteTags"] {
        let refused = format!("explicit scp ec2:{action} image/{PUBLIC}");
        for name in ["approved", "APPROVED"] {
            assert_eq!(tag("dev", action, name), refused);
            assert_eq!(tag("pipeline", action, name), ALLOW);
        }
        assert_eq!(tag("dev", action, "team"), ALLOW);
    }
    let all = [("ResourceId.1", PLAIN)];
    let refused = format!("explicit scp ec2:DeleteTags image/{PLAIN}");
    assert_eq!(ask(&simulator, "dev", "DeleteTags", &all), refused);
    assert_eq!(ask(&simulator, "pipeline", "DeleteTags", &all), ALLOW);
}

#[test]
fn tags_that_are_set_at_creation_need_the_permission_to_tag() {
    let simulator = guarded(&sealed());
    let both = ["image", "snapshot"];
    let refused = "explicit scp ec2:CreateTags image/*";
    assert_eq!(create(&simulator, "dev", &both, &["approved"]), refused);
    assert_eq!(create(&simulator, "pipeline", &both, &["approved"]), ALLOW);
    assert_eq!(create(&simulator, "dev", &both, &["team"]), ALLOW);
    assert_eq!(create(&simulator, "dev", &["snapshot"], &["approved"]), ALLOW);
    simulator.edit(|world| {
        let key = world.aws.access_keys.iter_mut().find(|key| key.id == "dev").unwrap();
        key.permissions = Some(["ec2:CreateImage".to_owned()].into());
    });
    assert_eq!(create(&simulator, "dev", &[], &[]), ALLOW);
    let refused = "implicit identity ec2:CreateTags image/*";
    assert_eq!(create(&simulator, "dev", &["image"], &["team"]), refused);
}

#[test]
fn images_and_snapshots_stay_where_they_are() {
    let simulator = guarded(&json!([
        {
            "Effect": "Deny", "Resource": IMAGES,
            "Action": ["ec2:ModifyImageAttribute", "ec2:ExportImage", "ec2:CreateStoreImageTask"],
        },
        {
            "Effect": "Deny", "Action": "ec2:ModifySnapshotAttribute", "Resource": SNAPSHOTS,
            "Condition": {"Null": {"ec2:Add/userId": "false"}},
        },
        {
            "Effect": "Deny", "Action": "ec2:ModifySnapshotAttribute", "Resource": SNAPSHOTS,
            "Condition": {"StringEquals": {"ec2:Add/group": "all"}},
        },
        {"Effect": "Deny", "Action": "ec2:CreateInstanceExportTask", "Resource": "*"},
    ]));
    let image = ("ImageId", GOLDEN);
    let snapshot = ("SnapshotId", "snap-00000001");
    let bucket = ("S3ExportLocation.S3Bucket", "b");
    for (action, given) in [
        ("ModifyImageAttribute", vec![image, ("LaunchPermission.Add.1.Group", "all")]),
        ("ExportImage", vec![image, ("DiskImageFormat", "RAW"), bucket]),
        ("CreateStoreImageTask", vec![image, ("Bucket", "b")]),
    ] {
        let refused = format!("explicit scp ec2:{action} image/{GOLDEN}");
        assert_eq!(ask(&simulator, "dev", action, &given), refused);
    }
    let refused = "explicit scp ec2:ModifySnapshotAttribute snapshot/snap-00000001";
    let share = |given: &[(&str, &str)]| {
        let given: Vec<(&str, &str)> = [snapshot].iter().chain(given).copied().collect();
        ask(&simulator, "dev", "ModifySnapshotAttribute", &given)
    };
    assert_eq!(share(&[("CreateVolumePermission.Add.1.Group", "all")]), refused);
    assert_eq!(share(&[("OperationType", "add"), ("UserId.1", "333344445555")]), refused);
    assert_eq!(share(&[("CreateVolumePermission.Remove.1.Group", "all")]), ALLOW);
    let given = [("InstanceId", "i-00000001"), ("TargetEnvironment", "vmware")];
    let refused = "explicit scp ec2:CreateInstanceExportTask instance/i-00000001";
    assert_eq!(ask(&simulator, "dev", "CreateInstanceExportTask", &given), refused);
}

#[test]
fn an_exemption_ends_on_its_date() {
    let mut statement = golden_only();
    statement[0]["Condition"]["DateGreaterThanEquals"] =
        json!({"aws:CurrentTime": "2100-01-01T00:00:00Z"});
    let simulator = guarded(&statement);
    assert_eq!(launch(&simulator, "dev", PLAIN), ALLOW);
    simulator.edit(|world| {
        let policy = &mut world.aws.organization.as_mut().unwrap().policies[0];
        policy.document = policy.document.replace("2100", "2020");
    });
    assert_ne!(launch(&simulator, "dev", PLAIN), ALLOW);
}

#[test]
fn owners_regions_and_organisations_are_told_by_their_keys() {
    for (condition, expected) in [
        (json!({"StringNotEquals": {"ec2:Owner": ["amazon"]}}), [false, true]),
        (json!({"StringEquals": {"aws:ResourceAccount": MEMBER}}), [false, true]),
        (json!({"Bool": {"ec2:Public": "true"}}), [true, false]),
        (json!({"StringEquals": {"ec2:Region": "us-east-1"}}), [false, false]),
        (json!({"StringNotEquals": {"aws:PrincipalOrgID": "o-simulated1"}}), [true, true]),
        (json!({"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:user/dev"}}), [false, false]),
        (json!({"StringLike": {"ec2:ImageID": "ami-*4"}}), [true, false]),
    ] {
        let simulator = guarded(&gate(IMAGES, &condition));
        let found = [GOLDEN, PUBLIC].map(|image| launch(&simulator, "dev", image) == ALLOW);
        assert_eq!(found, expected, "{condition}");
    }
}
