//! The official clients put guardrails in place, and feel them.

use imageguard_simulator::alicloud::{Image, Owner, ResourceDirectory};
use imageguard_simulator::{AccessKey, Account, Simulator, World, alicloud};
use serde_json::{Value, json};

use super::{ALICLOUD, fields, run, run_alicloud};

const MEMBER: &str = "1000000000000002";

/// Denies launches from images without the tag.
fn gate() -> String {
    let statement = json!({
        "Effect": "Deny", "Action": ["ecs:RunInstances", "ecs:CreateInstance"],
        "Resource": "acs:ecs:*:*:image/*",
        "Condition": {"StringNotEquals": {"acs:ResourceTag/status": ["approved"]}},
    });
    json!({"Version": "1", "Statement": [statement]}).to_string()
}

/// An account in a resource directory, with two images and a user.
fn start(account: &str, directory: Option<ResourceDirectory>) -> Simulator {
    let mut world = World::default();
    let cloud = &mut world.alicloud;
    cloud.accounts.push(Account::new(MEMBER, "team"));
    let user = format!("acs:ram::{account}:user/dev");
    cloud.access_keys.push(AccessKey::new("LTAIdev", "secret", &user));
    let owner = Owner::try_from(account.to_owned()).unwrap();
    cloud.images.push(Image::new("m-approved").owner(owner).tag("status", "approved"));
    cloud.images.push(Image::new("m-other").owner(owner));
    cloud.resource_directory = directory;
    Simulator::start(world)
}

fn ram(operation: &str, parameters: Value) -> Value {
    json!({"client": "ram", "operation": operation, "parameters": parameters})
}

fn manager(operation: &str, parameters: Value) -> Value {
    json!({"client": "resourcemanager", "operation": operation, "parameters": parameters})
}

/// Has the user launch both images, and returns the errors: a dry run that would work is one, too.
fn launches(simulator: &Simulator) -> [Value; 2] {
    let launch = |image: &str| {
        let parameters = json!({
            "RegionId": "cn-hangzhou", "ImageId": image, "InstanceType": "ecs.g7.large",
            "SecurityGroupIds": ["sg-1"], "VSwitchId": "vsw-1", "DryRun": true,
        });
        json!({"client": "ecs", "operation": "run_instances", "parameters": parameters})
    };
    let calls = json!([launch("m-approved"), launch("m-other")]);
    let results = run(ALICLOUD, simulator, ("LTAIdev", "secret", None), calls);
    [results[0]["error"].clone(), results[1]["error"].clone()]
}

/// Collects the codes of errors; null for what worked.
fn codes(results: &[Value]) -> Vec<&Value> {
    results.iter().map(|result| &result["error"]["code"]).collect()
}

#[test]
fn the_alibaba_cloud_sdk_guards_a_user_with_a_ram_policy() {
    let simulator = start(alicloud::ACCOUNT, None);
    let policy = json!({"PolicyName": "guard", "PolicyType": "Custom"});
    let named = json!({"PolicyName": "guard"});
    let user = json!({"PolicyName": "guard", "PolicyType": "Custom", "UserName": "dev"});
    let tagged = json!({
        "PolicyName": "guard", "PolicyDocument": gate(), "Tag": [{"Key": "team", "Value": "sec"}],
    });
    let rotating = json!({
        "PolicyName": "guard", "PolicyDocument": gate(), "SetAsDefault": true,
        "RotateStrategy": "DeleteOldestNonDefaultVersionWhenLimitExceeded",
    });
    let results = run_alicloud(
        &simulator,
        json!([
            ram("create_policy", tagged),
            ram("create_policy_version", rotating),
            ram("get_policy", policy.clone()),
            ram("list_policy_versions", policy.clone()),
            ram("attach_policy_to_user", user.clone()),
            ram("attach_policy_to_user", user.clone()),
            ram("list_policies_for_user", json!({"UserName": "dev"})),
            ram("list_entities_for_policy", policy.clone()),
            ram("list_policies", json!({"Tag": [{"Key": "team", "Value": "sec"}]})),
            ram(
                "list_tag_resources",
                json!({"ResourceType": "policy", "ResourceNames": ["guard"]})
            ),
            ram("delete_policy", named.clone()),
        ]),
    );
    assert_eq!(results[0]["body"]["Policy"]["DefaultVersion"], "v1");
    let read = &results[2]["body"];
    assert_eq!(read["DefaultPolicyVersion"]["PolicyDocument"], gate());
    assert_eq!(read["Policy"]["DefaultVersion"], "v2");
    let versions = &results[3]["body"]["PolicyVersions"]["PolicyVersion"];
    assert_eq!(fields(versions, "VersionId"), ["v1", "v2"]);
    assert_eq!(fields(&results[6]["body"]["Policies"]["Policy"], "PolicyName"), ["guard"]);
    assert_eq!(fields(&results[7]["body"]["Users"]["User"], "UserName"), ["dev"]);
    let listed = &results[8]["body"]["Policies"]["Policy"];
    assert_eq!(fields(listed, "PolicyName"), ["guard"]);
    assert_eq!(listed[0]["Tags"]["Tag"], json!([{"TagKey": "team", "TagValue": "sec"}]));
    assert_eq!(fields(&results[9]["body"]["TagResources"], "TagValue"), ["sec"]);
    let found = codes(&results);
    assert_eq!(*found[5], "EntityAlreadyExists.User.Policy");
    assert_eq!(*found[10], "DeleteConflict.Policy.User");

    let [approved, other] = launches(&simulator);
    assert_eq!(approved["code"], "DryRunOperation");
    assert_eq!((&other["code"], &other["status"]), (&json!("Forbidden.RAM"), &json!(403)));
    let detail = &other["access_denied"];
    assert_eq!(detail["NoPermissionType"], "ExplicitDeny");
    assert_eq!(detail["PolicyType"], "AccountLevelIdentityBasedPolicy");

    let results = run_alicloud(
        &simulator,
        json!([
            ram("detach_policy_from_user", user.clone()),
            ram("detach_policy_from_user", user),
            ram("delete_policy", json!({"PolicyName": "guard", "CascadingDelete": true})),
            ram("get_policy", policy),
        ]),
    );
    let found = codes(&results);
    assert_eq!(found[..3], [&Value::Null, &json!("EntityNotExist.User.Policy"), &Value::Null]);
    assert_eq!(*found[3], "EntityNotExist.Policy");
}

#[test]
fn the_alibaba_cloud_sdk_guards_members_with_a_control_policy() {
    let directory = ResourceDirectory::default().folder("fd-team", "").member(MEMBER, "fd-team");
    let simulator = start(MEMBER, Some(directory));
    let create = json!({"PolicyName": "guard", "EffectScope": "RAM", "PolicyDocument": gate()});
    let results = run_alicloud(
        &simulator,
        json!([
            {"client": "resourcemanager", "operation": "enable_control_policy"},
            {"client": "resourcemanager", "operation": "get_control_policy_enablement_status"},
            {"client": "resourcemanager", "operation": "get_resource_directory"},
            manager("create_control_policy", create),
            manager("list_ancestors", json!({"ChildId": MEMBER})),
            manager("list_accounts", json!({})),
        ]),
    );
    assert_eq!(results[0]["body"]["EnablementStatus"], "PendingEnable");
    assert_eq!(results[1]["body"]["EnablementStatus"], "PendingEnable");
    assert_eq!(results[2]["body"]["ResourceDirectory"]["ControlPolicyStatus"], "Enabled");
    let policy = &results[3]["body"]["ControlPolicy"]["PolicyId"];
    let folders = &results[4]["body"]["Folders"]["Folder"];
    assert_eq!(fields(folders, "FolderId"), ["fd-team", "r-simulated"]);
    assert_eq!(fields(&results[5]["body"]["Accounts"]["Account"], "AccountId"), [MEMBER]);

    let both = json!({"PolicyId": policy, "TargetId": "fd-team"});
    let target = json!({"TargetId": "fd-team"});
    let full = json!({"PolicyId": "cp-FullAliyunAccess", "TargetId": "fd-team"});
    let results = run_alicloud(
        &simulator,
        json!([
            manager("attach_control_policy", both),
            manager("list_control_policy_attachments_for_target", target),
            manager("list_target_attachments_for_control_policy", json!({"PolicyId": policy})),
            manager("get_control_policy", json!({"PolicyId": policy})),
            manager("delete_control_policy", json!({"PolicyId": policy})),
        ]),
    );
    let attached = &results[1]["body"]["ControlPolicyAttachments"]["ControlPolicyAttachment"];
    assert_eq!(fields(attached, "PolicyName"), ["FullAliyunAccess", "guard"]);
    let targets = &results[2]["body"]["TargetAttachments"]["TargetAttachment"];
    assert_eq!(fields(targets, "TargetType"), ["Folder"]);
    let read = &results[3]["body"]["ControlPolicy"];
    assert_eq!((&read["PolicyDocument"], &read["AttachmentCount"]), (&json!(gate()), &json!("1")));
    assert_eq!(*codes(&results)[4], "DeleteConflict.ControlPolicy.Attachment");

    let [approved, other] = launches(&simulator);
    assert_eq!(approved["code"], "DryRunOperation");
    assert_eq!(other["code"], "Forbidden.RAM");
    assert_eq!(other["access_denied"]["PolicyType"], "ControlPolicy");

    let results = run_alicloud(
        &simulator,
        json!([
            manager("detach_control_policy", full),
            manager("detach_control_policy", json!({"PolicyId": policy, "TargetId": "fd-team"})),
        ]),
    );
    let found = codes(&results);
    assert_eq!(found, [&Value::Null, &json!("NotSupport.DetachLastControlPolicy")]);
}

#[test]
fn the_alibaba_cloud_sdk_makes_and_shares_images() {
    let simulator = start(alicloud::ACCOUNT, None);
    let region = |mut parameters: Value| {
        parameters["RegionId"] = json!("cn-hangzhou");
        parameters
    };
    let ecs = |operation: &str, parameters: Value| json!({"client": "ecs", "operation": operation, "parameters": region(parameters)});
    let share = json!({
        "ResourceShareName": "images", "Targets": [MEMBER],
        "Resources": [{"ResourceType": "Image", "ResourceId": "m-approved"}],
    });
    let results = run_alicloud(
        &simulator,
        json!([
            ecs("create_image", json!({"SnapshotId": "s-1", "Tag": [{"Key": "a", "Value": "b"}]})),
            ecs("copy_image", json!({"ImageId": "m-other", "DestinationRegionId": "cn-shanghai"})),
            ecs("modify_image_share_permission", json!({"ImageId": "m-other", "AddAccount": [MEMBER]})),
            ecs("export_image", json!({"ImageId": "m-other", "OSSBucket": "bucket"})),
            {"client": "resourcesharing", "operation": "create_resource_share", "parameters": share},
        ]),
    );
    assert_eq!(codes(&results), [&Value::Null; 5], "{results:?}");
    let shared = simulator.edit(|world| {
        let images = world.alicloud.images.iter();
        let shared = images.filter(|image| image.shared_with.contains(&MEMBER.to_owned()));
        shared.map(|image| image.id.clone()).collect::<Vec<_>>()
    });
    assert_eq!(shared, ["m-approved", "m-other"]);
    assert_eq!(results[4]["body"]["ResourceShare"]["ResourceShareOwner"], alicloud::ACCOUNT);
}
