//! boto3 and the AWS CLI put guardrails in place, and moto agrees with the simulated cloud wherever it
//! knows the call.

use std::process::Command;

use expect_test::expect;
use imageguard_simulator::aws::Organization;
use imageguard_simulator::{AccessKey, Account, Simulator, World, aws};
use serde::Serialize;
use serde_json::{Value, json};

use super::{AWS, fields, run, run_at, run_aws};
use crate::clouds::Moto;
use crate::python;

const MEMBER: &str = "222233334444";
const UNIT: &str = "ou-smlt-team0001";
const OS: &str = "Ubuntu ~*+/=&%é";
const TYPE: &str = "SERVICE_CONTROL_POLICY";

/// Denies launches from images without the tag; with characters that must be encoded.
fn gate() -> String {
    let statement = json!({
        "Sid": "LaunchGate", "Effect": "Deny", "Action": "ec2:RunInstances",
        "Resource": "arn:aws:ec2:*::image/*",
        "Condition": {"StringNotEquals": {"ec2:ResourceTag/os name": OS}},
    });
    json!({"Version": "2012-10-17", "Statement": [statement]}).to_string()
}

fn iam(operation: &str, parameters: impl Serialize) -> Value {
    json!({"client": "iam", "operation": operation, "parameters": parameters})
}

fn organizations(operation: &str, parameters: impl Serialize) -> Value {
    json!({"client": "organizations", "operation": operation, "parameters": parameters})
}

/// Stands for what an earlier call of the same run got.
fn result(path: Value) -> Value {
    json!({"$result": path})
}

/// An organisation with a member account in a unit, which has two images and a user.
fn start(organization: Organization) -> Simulator {
    let mut world = World::default();
    world.aws.accounts.push(Account::new(MEMBER, "team"));
    for (key, principal) in [("AKIADEV", "user/dev"), ("AKIATEAM", "root")] {
        let principal = format!("arn:aws:iam::{MEMBER}:{principal}");
        world.aws.access_keys.push(AccessKey::new(key, "secret", &principal));
    }
    world.aws.images.push(aws::Image::new("ami-00000001").owner(MEMBER).tag("os name", OS));
    world.aws.images.push(aws::Image::new("ami-00000002").owner(MEMBER));
    world.aws.organization = Some(organization.unit(UNIT, "").member(MEMBER, UNIT));
    Simulator::start(world)
}

/// Has the user launch both images, and returns the errors: a dry run that would work is one, too.
fn launches(simulator: &Simulator) -> [Value; 2] {
    let launch = |image: &str| {
        let parameters = json!({
            "ImageId": image, "InstanceType": "m7i.large", "MinCount": 1, "MaxCount": 1,
            "DryRun": true,
        });
        json!({"client": "ec2", "operation": "run_instances", "parameters": parameters})
    };
    let calls = json!([launch("ami-00000001"), launch("ami-00000002")]);
    let results = run(AWS, simulator, ("AKIADEV", "secret", None), calls);
    [results[0]["error"].clone(), results[1]["error"].clone()]
}

/// Asserts that only the image with the tag can be launched, and whose policy says so.
fn check_gate(simulator: &Simulator, layer: &str) {
    let [approved, other] = launches(simulator);
    assert_eq!(approved["code"], "DryRunOperation");
    assert_eq!((&other["code"], &other["status"]), (&json!("UnauthorizedOperation"), &json!(403)));
    let message = other["message"].as_str().unwrap();
    assert!(message.contains(&format!("with an explicit deny in {layer}")), "{message}");
}

/// Collects the codes of errors; null for what worked.
fn codes(results: &[Value]) -> Vec<&Value> {
    results.iter().map(|result| &result["error"]["code"]).collect()
}

#[test]
fn boto3_guards_a_user_with_a_policy_of_iam() {
    let arn = result(json!([3, "Policy", "Arn"]));
    let policy = json!({"PolicyArn": arn});
    let of = |name: &str, value: &str| json!({name: value, "PolicyArn": arn});
    let trust = json!({
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": {"AWS": MEMBER}, "Action": "sts:AssumeRole"}],
    });
    let mut listing = iam("list_policies", json!({"Scope": "Local", "PathPrefix": "/images/"}));
    listing["paginate"] = json!(true);
    let simulator = start(Organization::default());
    let results = run(
        AWS,
        &simulator,
        ("AKIATEAM", "secret", None),
        json!([
            iam("create_user", json!({"UserName": "eve"})),
            iam("create_group", json!({"GroupName": "devs"})),
            iam(
                "create_role",
                json!({"RoleName": "ci", "AssumeRolePolicyDocument": trust.to_string()})
            ),
            iam(
                "create_policy",
                json!({
                    "PolicyName": "guard", "Path": "/images/", "Description": "Löck", "PolicyDocument": gate(),
                    "Tags": [{"Key": "team", "Value": "säc"}],
                })
            ),
            iam(
                "create_policy_version",
                json!({"PolicyArn": arn, "PolicyDocument": gate(), "SetAsDefault": true})
            ),
            iam("get_policy", &policy),
            iam("get_policy_version", of("VersionId", "v2")),
            iam("list_policy_versions", &policy),
            iam("attach_user_policy", of("UserName", "dev")),
            iam("attach_group_policy", of("GroupName", "devs")),
            iam("attach_role_policy", of("RoleName", "ci")),
            iam("list_attached_user_policies", json!({"UserName": "dev"})),
            iam("list_entities_for_policy", &policy),
            iam("delete_policy", &policy),
            listing,
            iam("list_policy_tags", &policy),
            iam("create_policy", json!({"PolicyName": "guard", "PolicyDocument": gate()})),
        ]),
    );
    let read = &results[5]["body"]["Policy"];
    assert_eq!((&read["Description"], &read["DefaultVersionId"]), (&json!("Löck"), &json!("v2")));
    let document: Value = serde_json::from_str(&gate()).unwrap();
    assert_eq!(results[6]["body"]["PolicyVersion"]["Document"], document);
    assert_eq!(fields(&results[7]["body"]["Versions"], "VersionId"), ["v1", "v2"]);
    assert_eq!(fields(&results[11]["body"]["AttachedPolicies"], "PolicyName"), ["guard"]);
    let entities = &results[12]["body"];
    assert_eq!(fields(&entities["PolicyUsers"], "UserName"), ["dev"]);
    assert_eq!(fields(&entities["PolicyGroups"], "GroupName"), ["devs"]);
    assert_eq!(fields(&entities["PolicyRoles"], "RoleName"), ["ci"]);
    assert_eq!(fields(&results[14]["pages"][0]["Policies"], "PolicyName"), ["guard"]);
    assert_eq!(results[15]["body"]["Tags"], json!([{"Key": "team", "Value": "säc"}]));
    let found = codes(&results);
    assert_eq!((found[13], found[16]), (&json!("DeleteConflict"), &json!("EntityAlreadyExists")));
    check_gate(&simulator, "an identity-based policy");
}

#[test]
fn boto3_guards_members_with_a_service_control_policy() {
    let policy = result(json!([3, "Policy", "PolicySummary", "Id"]));
    let both = json!({"PolicyId": policy, "TargetId": UNIT});
    let full = json!({"PolicyId": "p-FullAWSAccess", "TargetId": UNIT});
    let mut listing =
        organizations("list_policies_for_target", json!({"TargetId": UNIT, "Filter": TYPE}));
    listing["paginate"] = json!(true);
    let simulator = start(Organization::default());
    let results = run_aws(
        &simulator,
        json!([
            organizations("enable_policy_type", json!({"RootId": "r-smlt", "PolicyType": TYPE})),
            organizations("list_roots", json!({})),
            organizations("list_roots", json!({})),
            organizations(
                "create_policy",
                json!({
                    "Name": "guard", "Description": "", "Type": TYPE, "Content": gate(),
                    "Tags": [{"Key": "team", "Value": "säc"}],
                })
            ),
            organizations("attach_policy", &both),
            organizations("attach_policy", &both),
            listing,
            organizations("list_targets_for_policy", json!({"PolicyId": policy})),
            organizations("delete_policy", json!({"PolicyId": policy})),
            organizations("describe_policy", json!({"PolicyId": policy})),
            organizations("list_tags_for_resource", json!({"ResourceId": policy})),
            organizations("detach_policy", &full),
            organizations("detach_policy", &both),
            organizations("list_accounts_for_parent", json!({"ParentId": UNIT})),
            organizations("attach_policy", &full),
        ]),
    );
    let status =
        |place: usize, name: &str| results[place]["body"][name]["PolicyTypes"][0]["Status"].clone();
    assert_eq!(status(0, "Root"), "PENDING_ENABLE");
    let polled = [1, 2]
        .map(|place: usize| results[place]["body"]["Roots"][0]["PolicyTypes"][0]["Status"].clone());
    assert_eq!(polled, ["PENDING_ENABLE", "ENABLED"]);
    assert_eq!(fields(&results[6]["pages"][0]["Policies"], "Name"), ["FullAWSAccess", "guard"]);
    assert_eq!(fields(&results[7]["body"]["Targets"], "TargetId"), [UNIT]);
    assert_eq!(results[9]["body"]["Policy"]["Content"], gate());
    assert_eq!(fields(&results[10]["body"]["Tags"], "Value"), ["säc"]);
    let found = codes(&results);
    assert_eq!(*found[5], "DuplicatePolicyAttachmentException");
    assert_eq!(*found[8], "PolicyInUseException");
    assert_eq!(*found[12], "ConstraintViolationException");
    assert_eq!(results[12]["error"]["reason"], "MIN_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED");
    assert_eq!(fields(&results[13]["body"]["Accounts"], "Id"), [MEMBER]);
    check_gate(&simulator, "a service control policy");
}

/// Runs the AWS CLI and returns what it printed: JSON, or what went wrong.
fn cli(simulator: &Simulator, arguments: &[&str]) -> Result<Value, String> {
    let output = Command::new(python::script("aws"))
        .args(arguments)
        .env_clear()
        .env("AWS_ENDPOINT_URL", simulator.url())
        .env("AWS_ACCESS_KEY_ID", aws::ACCESS_KEY_ID)
        .env("AWS_SECRET_ACCESS_KEY", aws::ACCESS_KEY_SECRET)
        .env("AWS_DEFAULT_REGION", "us-east-1")
        .env("AWS_DEFAULT_OUTPUT", "json")
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .output()
        .expect("the command exists");
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    if output.stdout.is_empty() {
        return Ok(Value::Null);
    }
    Ok(serde_json::from_slice(&output.stdout).expect("the command prints JSON"))
}

#[test]
fn the_aws_cli_manages_guardrails_of_both_levels() {
    let simulator = start(Organization::enabled());
    let succeed = |arguments: &[&str]| {
        cli(&simulator, arguments).unwrap_or_else(|error| panic!("{arguments:?}: {error}"))
    };
    let gate = gate();
    let created = succeed(&[
        "iam",
        "create-policy",
        "--policy-name",
        "guard",
        "--policy-document",
        &gate,
        "--tags",
        "Key=team,Value=sec",
    ]);
    let arn = created["Policy"]["Arn"].as_str().unwrap();
    let read = succeed(&["iam", "get-policy-version", "--policy-arn", arn, "--version-id", "v1"]);
    let document: Value = serde_json::from_str(&gate).unwrap();
    assert_eq!(read["PolicyVersion"]["Document"], document);
    succeed(&["iam", "create-user", "--user-name", "dev"]);
    let attach = ["iam", "attach-user-policy", "--user-name", "dev", "--policy-arn", arn];
    assert_eq!(succeed(&attach), Value::Null);
    let listed = succeed(&["iam", "list-attached-user-policies", "--user-name", "dev"]);
    assert_eq!(fields(&listed["AttachedPolicies"], "PolicyArn"), [arn]);

    let created = succeed(&[
        "organizations",
        "create-policy",
        "--name",
        "guard",
        "--description",
        "",
        "--type",
        TYPE,
        "--content",
        &gate,
    ]);
    let id = created["Policy"]["PolicySummary"]["Id"].as_str().unwrap();
    let attach = ["organizations", "attach-policy", "--policy-id", id, "--target-id", MEMBER];
    assert_eq!(succeed(&attach), Value::Null);
    let refused = cli(&simulator, &attach).unwrap_err();
    assert!(refused.contains("(DuplicatePolicyAttachmentException)"), "{refused}");
    let listed = succeed(&[
        "organizations",
        "list-policies-for-target",
        "--target-id",
        MEMBER,
        "--filter",
        TYPE,
    ]);
    assert_eq!(fields(&listed["Policies"], "Name"), ["FullAWSAccess", "guard"]);
}

/// What moto and the simulated cloud agree on: calls, and what to look at in each answer. moto is
/// simpler than AWS in what is left out: it takes documents of any size, attaches twice, and deletes
/// policies that are attached.
fn agreed() -> Vec<(Value, &'static str)> {
    let arn = result(json!([2, "Policy", "Arn"]));
    let policy = json!({"PolicyArn": arn});
    let of = |name: &str, value: &str| json!({name: value, "PolicyArn": arn});
    let version = json!({"PolicyArn": arn, "PolicyDocument": gate(), "SetAsDefault": true});
    let root = result(json!([24, "Roots", 0, "Id"]));
    let control = result(json!([28, "Policy", "PolicySummary", "Id"]));
    let unit = result(json!([26, "OrganizationalUnit", "Id"]));
    let both = json!({"PolicyId": control, "TargetId": unit});
    let kind = json!({"RootId": root, "PolicyType": TYPE});
    let new = json!({"Name": "guard", "Description": "", "Type": TYPE, "Content": gate()});
    vec![
        (iam("create_user", json!({"UserName": "dev", "Path": "/team/"})), "/User/Arn"),
        (iam("create_group", json!({"GroupName": "devs"})), "/Group/GroupName"),
        (
            iam(
                "create_policy",
                json!({"PolicyName": "guard", "Path": "/images/", "PolicyDocument": gate()}),
            ),
            "/Policy/Arn",
        ),
        (
            iam(
                "create_policy",
                json!({"PolicyName": "guard", "Path": "/images/", "PolicyDocument": gate()}),
            ),
            "",
        ),
        (iam("create_policy", json!({"PolicyName": "bad", "PolicyDocument": "{"})), ""),
        (iam("get_policy", &policy), "/Policy/DefaultVersionId"),
        (iam("create_policy_version", &version), "/PolicyVersion/VersionId"),
        (iam("create_policy_version", &version), "/PolicyVersion/IsDefaultVersion"),
        (iam("create_policy_version", &version), "/PolicyVersion/VersionId"),
        (iam("create_policy_version", &version), "/PolicyVersion/VersionId"),
        (iam("create_policy_version", &version), ""),
        (iam("get_policy", &policy), "/Policy/DefaultVersionId"),
        (iam("delete_policy_version", of("VersionId", "v5")), ""),
        (iam("delete_policy_version", of("VersionId", "v2")), ""),
        (iam("get_policy_version", of("VersionId", "v2")), ""),
        (iam("set_default_policy_version", of("VersionId", "v3")), ""),
        (iam("get_policy_version", of("VersionId", "v3")), "/PolicyVersion/IsDefaultVersion"),
        (iam("attach_user_policy", of("UserName", "dev")), ""),
        (iam("attach_user_policy", of("UserName", "nobody")), ""),
        (iam("list_attached_user_policies", json!({"UserName": "dev"})), "/AttachedPolicies"),
        (iam("list_entities_for_policy", &policy), "/PolicyUsers/0/UserName"),
        (iam("detach_user_policy", of("UserName", "dev")), ""),
        (iam("detach_user_policy", of("UserName", "dev")), ""),
        (
            organizations("create_organization", json!({"FeatureSet": "ALL"})),
            "/Organization/MasterAccountId",
        ),
        (organizations("list_roots", json!({})), "/Roots/0/Name"),
        (organizations("describe_organization", json!({})), "/Organization/FeatureSet"),
        (
            organizations("create_organizational_unit", json!({"ParentId": root, "Name": "team"})),
            "/OrganizationalUnit/Name",
        ),
        (organizations("enable_policy_type", &kind), "/Root/PolicyTypes/0/Type"),
        (organizations("create_policy", &new), "/Policy/Content"),
        (organizations("create_policy", &new), ""),
        (organizations("list_roots", json!({})), "/Roots/0/Name"),
        (organizations("list_roots", json!({})), "/Roots/0/PolicyTypes"),
        (organizations("attach_policy", &both), ""),
        (organizations("list_targets_for_policy", json!({"PolicyId": control})), "/Targets/0/Type"),
        (organizations("delete_policy", json!({"PolicyId": control})), ""),
        (
            organizations("update_policy", json!({"PolicyId": control, "Name": "other"})),
            "/Policy/PolicySummary/Name",
        ),
        (organizations("list_parents", json!({"ChildId": unit})), "/Parents/0/Type"),
        (organizations("detach_policy", &both), ""),
        (organizations("delete_policy", json!({"PolicyId": control})), ""),
        (organizations("describe_policy", json!({"PolicyId": control})), ""),
    ]
}

#[test]
fn moto_and_the_simulated_cloud_answer_alike() {
    let account = "123456789012";
    let mut world = World::default();
    let root = format!("arn:aws:iam::{account}:root");
    world.aws.accounts = vec![Account::new(account, "moto")];
    world.aws.access_keys = vec![AccessKey::new("testing", "testing", &root)];
    let simulator = Simulator::start(world);
    let images = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(&images, "[]").unwrap();
    let moto = Moto::start(images.path());
    let (calls, pointers): (Vec<Value>, Vec<&str>) = agreed().into_iter().unzip();
    let ask = |endpoint: &str| -> Vec<String> {
        let key = ("testing", "testing", None);
        let results = run_at(AWS, endpoint, key, json!(calls));
        let answers = results.iter().zip(&pointers).zip(&calls);
        let shown = answers.map(|((result, pointer), call)| {
            let seen = result["body"].pointer(pointer).filter(|_| !pointer.is_empty());
            format!("{}: {} {}", call["operation"], result["error"]["code"], json!(seen))
        });
        shown.collect()
    };
    let simulated = ask(&simulator.endpoint());
    assert_eq!(simulated, ask(moto.endpoint()));
    expect![[r#"
        "create_user": null "arn:aws:iam::123456789012:user/team/dev"
        "create_group": null "devs"
        "create_policy": null "arn:aws:iam::123456789012:policy/images/guard"
        "create_policy": "EntityAlreadyExists" null
        "create_policy": "MalformedPolicyDocument" null
        "get_policy": null "v1"
        "create_policy_version": null "v2"
        "create_policy_version": null true
        "create_policy_version": null "v4"
        "create_policy_version": null "v5"
        "create_policy_version": "LimitExceeded" null
        "get_policy": null "v5"
        "delete_policy_version": "DeleteConflict" null
        "delete_policy_version": null null
        "get_policy_version": "NoSuchEntity" null
        "set_default_policy_version": null null
        "get_policy_version": null true
        "attach_user_policy": null null
        "attach_user_policy": "NoSuchEntity" null
        "list_attached_user_policies": null [{"PolicyArn":"arn:aws:iam::123456789012:policy/images/guard","PolicyName":"guard"}]
        "list_entities_for_policy": null "dev"
        "detach_user_policy": null null
        "detach_user_policy": "NoSuchEntity" null
        "create_organization": null "123456789012"
        "list_roots": null "Root"
        "describe_organization": null "ALL"
        "create_organizational_unit": null "team"
        "enable_policy_type": null "SERVICE_CONTROL_POLICY"
        "create_policy": null "{\"Statement\":[{\"Action\":\"ec2:RunInstances\",\"Condition\":{\"StringNotEquals\":{\"ec2:ResourceTag/os name\":\"Ubuntu ~*+/=&%é\"}},\"Effect\":\"Deny\",\"Resource\":\"arn:aws:ec2:*::image/*\",\"Sid\":\"LaunchGate\"}],\"Version\":\"2012-10-17\"}"
        "create_policy": "DuplicatePolicyException" null
        "list_roots": null "Root"
        "list_roots": null [{"Status":"ENABLED","Type":"SERVICE_CONTROL_POLICY"}]
        "attach_policy": null null
        "list_targets_for_policy": null "ORGANIZATIONAL_UNIT"
        "delete_policy": "PolicyInUseException" null
        "update_policy": null "other"
        "list_parents": null "ROOT"
        "detach_policy": null null
        "delete_policy": null null
        "describe_policy": "PolicyNotFoundException" null
    "#]].assert_eq(&(simulated.join("\n") + "\n"));
}
