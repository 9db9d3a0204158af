//! Alibaba Cloud: policies of RAM, their versions, tags and attachments, and what they forbid.

use imageguard_simulator::alicloud::{Group, Policy, PolicyAttachment};
use imageguard_simulator::{AccessKey, Cloud, Effect, Fault, Role, Simulator, Timestamp, World};
use serde_json::{Value, json};

use crate::client::{Call, Reply};

const LOCK: &str =
    r#"{"Version":"1","Statement":[{"Effect":"Deny","Action":"ecs:TagResources","Resource":"*"}]}"#;
const OPEN: &str =
    r#"{"Version":"1","Statement":[{"Effect":"Allow","Action":"ecs:*","Resource":"*"}]}"#;

/// A user in a group, and a role.
fn start() -> Simulator {
    let mut world = World::default();
    let cloud = &mut world.alicloud;
    let user = "acs:ram::1000000000000001:user/alice";
    cloud.access_keys.push(AccessKey::new("LTAIalice", "secret", user));
    let session = "acs:ram::1000000000000001:assumed-role/Image-Pipeline/ci";
    cloud.access_keys.push(AccessKey::new("LTAIrole", "secret", session));
    cloud.roles.push(Role::new("acs:ram::1000000000000001:role/Image-Pipeline"));
    cloud.ram.groups.push(Group::new("devs", ["alice"]));
    Simulator::start(world)
}

fn ram(simulator: &Simulator, action: &str, parameters: &[(&str, &str)]) -> Reply {
    Call::alicloud(simulator, action, parameters).version("2015-05-01").send_alicloud()
}

#[track_caller]
fn succeed(simulator: &Simulator, action: &str, parameters: &[(&str, &str)]) -> Value {
    let reply = ram(simulator, action, parameters);
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
    let reply = ram(simulator, action, parameters);
    let found = reply.json()["Code"].as_str().unwrap_or_default().to_owned();
    assert_eq!((reply.status, found.as_str()), (status, code), "{}", reply.text());
}

const GUARD: (&str, &str) = ("PolicyName", "guard");
const CUSTOM: (&str, &str) = ("PolicyType", "Custom");
const ALICE: (&str, &str) = ("UserName", "alice");

fn versions(simulator: &Simulator) -> Vec<String> {
    let listed = succeed(simulator, "ListPolicyVersions", &[GUARD, CUSTOM]);
    let versions = listed["PolicyVersions"]["PolicyVersion"].as_array().unwrap();
    let name = |version: &Value| {
        let default = if version["IsDefaultVersion"] == true { " default" } else { "" };
        format!("{}{default}", version["VersionId"].as_str().unwrap())
    };
    versions.iter().map(name).collect()
}

#[test]
fn a_policy_is_created_read_and_deleted() {
    let simulator = start();
    let tags = r#"[{"Key": "team", "Value": "images"}]"#;
    let spaced = format!(" {LOCK}\n");
    let given = [GUARD, ("PolicyDocument", &spaced), ("Description", "d"), ("Tag", tags)];
    let created = succeed(&simulator, "CreatePolicy", &given);
    assert_eq!(created["Policy"]["DefaultVersion"], "v1");
    refuse(&simulator, "CreatePolicy", &given, 409, "EntityAlreadyExists.Policy");
    let read = succeed(&simulator, "GetPolicy", &[GUARD, CUSTOM]);
    let policy = &read["Policy"];
    assert_eq!(
        (&policy["Description"], &policy["AttachmentCount"], &policy["PolicyType"]),
        (&json!("d"), &json!(0), &json!("Custom"))
    );
    let version = &read["DefaultPolicyVersion"];
    assert_eq!(version["PolicyDocument"], spaced, "a document is returned as it was sent");
    assert_eq!(version["IsDefaultVersion"], true);
    let new = [GUARD, ("NewDescription", "other")];
    let changed = succeed(&simulator, "UpdatePolicyDescription", &new);
    assert_eq!(changed["Policy"]["Description"], "other");
    refuse(&simulator, "UpdatePolicyDescription", &[GUARD], 400, "MissingNewDescription");
    succeed(&simulator, "DeletePolicy", &[GUARD]);
    refuse(&simulator, "GetPolicy", &[GUARD, CUSTOM], 404, "EntityNotExist.Policy");
    refuse(&simulator, "DeletePolicy", &[GUARD], 404, "EntityNotExist.Policy");
}

#[test]
fn what_cannot_be_a_policy_is_refused() {
    let simulator = start();
    let long = "a".repeat(129);
    let huge = format!("{LOCK}{}", " ".repeat(6144));
    let document = |text: &'static str| ("PolicyDocument", text);
    let if_exists = r#"{"Version":"1","Statement":[{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"StringEqualsIfExists":{"a":"b"}}}]}"#;
    let cases: [(&[(&str, &str)], &str); 8] = [
        (&[document(LOCK)], "MissingPolicyName"),
        (&[GUARD], "MissingPolicyDocument"),
        (&[("PolicyName", "a_b"), document(LOCK)], "InvalidParameter.PolicyName.InvalidChars"),
        (&[("PolicyName", &long), document(LOCK)], "InvalidParameter.PolicyName.Length"),
        (&[GUARD, ("PolicyDocument", &huge)], "InvalidParameter.PolicyDocument.Length"),
        (&[GUARD, document("{}")], "MalformedPolicyDocument"),
        (&[GUARD, document(if_exists)], "MalformedPolicyDocument"),
        (&[GUARD, document(LOCK), ("Tag", "x")], "InvalidParameter.Tag"),
    ];
    for (parameters, code) in cases {
        refuse(&simulator, "CreatePolicy", parameters, 400, code);
    }
}

#[test]
fn the_sixth_version_needs_rotation_which_spares_the_default() {
    let simulator = start();
    let document = ("PolicyDocument", LOCK);
    succeed(&simulator, "CreatePolicy", &[GUARD, document]);
    for _ in 2..=5 {
        succeed(&simulator, "CreatePolicyVersion", &[GUARD, document]);
    }
    let limit = "LimitExceeded.Policy.Version";
    refuse(&simulator, "CreatePolicyVersion", &[GUARD, document], 409, limit);
    let rotate = ("RotateStrategy", "DeleteOldestNonDefaultVersionWhenLimitExceeded");
    let default = ("SetAsDefault", "true");
    let made = succeed(&simulator, "CreatePolicyVersion", &[GUARD, document, rotate, default]);
    assert_eq!(made["PolicyVersion"]["VersionId"], "v6");
    assert_eq!(versions(&simulator), ["v1", "v3", "v4", "v5", "v6 default"]);

    let six = ("VersionId", "v6");
    let conflict = "DeleteConflict.Policy.Version.Default";
    refuse(&simulator, "DeletePolicyVersion", &[GUARD, six], 409, conflict);
    succeed(&simulator, "SetDefaultPolicyVersion", &[GUARD, ("VersionId", "v3")]);
    succeed(&simulator, "DeletePolicyVersion", &[GUARD, six]);
    assert_eq!(versions(&simulator), ["v1", "v3 default", "v4", "v5"]);
    let made = succeed(&simulator, "CreatePolicyVersion", &[GUARD, document]);
    assert_eq!(made["PolicyVersion"]["VersionId"], "v7", "numbers are not used twice");
    let gone = "EntityNotExist.Policy.Version";
    refuse(&simulator, "GetPolicyVersion", &[GUARD, CUSTOM, six], 404, gone);
    refuse(&simulator, "DeletePolicy", &[GUARD], 409, "DeleteConflict.Policy.Version");
    succeed(&simulator, "DeletePolicy", &[GUARD, ("CascadingDelete", "true")]);
}

#[test]
fn policies_are_attached_to_users_groups_and_roles() {
    let simulator = start();
    succeed(&simulator, "CreatePolicy", &[GUARD, ("PolicyDocument", LOCK)]);
    let kinds = [("User", "alice"), ("Group", "devs"), ("Role", "Image-Pipeline")];
    for (kind, name) in kinds {
        let parameter = format!("{kind}Name");
        let target = [GUARD, CUSTOM, (parameter.as_str(), name)];
        let attach = format!("AttachPolicyTo{kind}");
        succeed(&simulator, &attach, &target);
        let twice = format!("EntityAlreadyExists.{kind}.Policy");
        refuse(&simulator, &attach, &target, 409, &twice);
        let nowhere = [("PolicyName", "none"), CUSTOM];
        refuse(&simulator, &attach, &nowhere, 400, &format!("Missing{parameter}"));
        let unknown = [GUARD, CUSTOM, (parameter.as_str(), "nobody")];
        refuse(&simulator, &attach, &unknown, 404, &format!("EntityNotExist.{kind}"));
        let list = format!("ListPoliciesFor{kind}");
        let listed = succeed(&simulator, &list, &target[2..]);
        assert_eq!(listed["Policies"]["Policy"][0]["PolicyName"], "guard");
    }
    let entities = succeed(&simulator, "ListEntitiesForPolicy", &[GUARD, CUSTOM]);
    assert_eq!(entities["Users"]["User"][0]["UserName"], "alice");
    assert_eq!(entities["Groups"]["Group"][0]["GroupName"], "devs");
    let arn = "acs:ram::1000000000000001:role/Image-Pipeline";
    assert_eq!(entities["Roles"]["Role"][0]["Arn"], arn);
    let read = succeed(&simulator, "GetPolicy", &[GUARD, CUSTOM]);
    assert_eq!(read["Policy"]["AttachmentCount"], 3);
    for (kind, name) in kinds {
        // A role's is the other way round.
        let [one, other] = if kind == "Role" { [kind, "Policy"] } else { ["Policy", kind] };
        let conflict = format!("DeleteConflict.{one}.{other}");
        refuse(&simulator, "DeletePolicy", &[GUARD], 409, &conflict);
        let parameter = format!("{kind}Name");
        let target = [GUARD, CUSTOM, (parameter.as_str(), name)];
        let detach = format!("DetachPolicyFrom{kind}");
        succeed(&simulator, &detach, &target);
        let absent = format!("EntityNotExist.{kind}.Policy");
        refuse(&simulator, &detach, &target, 404, &absent);
    }
    succeed(&simulator, "DeletePolicy", &[GUARD]);
}

#[test]
fn listings_lag_behind_attaching_and_detaching() {
    let simulator = start();
    simulator.edit(|world| {
        world.alicloud.ram.listing_lag = 1;
        world.alicloud.ram.policies.push(Policy::new("guard", LOCK));
    });
    let listed = || {
        let policies = succeed(&simulator, "ListPoliciesForUser", &[ALICE]);
        policies["Policies"]["Policy"].as_array().unwrap().len()
    };
    let entities = || {
        let entities = succeed(&simulator, "ListEntitiesForPolicy", &[GUARD, CUSTOM]);
        entities["Users"]["User"].as_array().unwrap().len()
    };
    let target = [GUARD, CUSTOM, ALICE];
    succeed(&simulator, "AttachPolicyToUser", &target);
    assert_eq!([listed(), listed()], [0, 1]);
    refuse(&simulator, "AttachPolicyToUser", &target, 409, "EntityAlreadyExists.User.Policy");
    succeed(&simulator, "DetachPolicyFromUser", &target);
    assert_eq!([entities(), entities()], [1, 0]);
    succeed(&simulator, "AttachPolicyToUser", &target);
    assert_eq!([listed(), listed()], [0, 1]);
    succeed(&simulator, "DetachPolicyFromUser", &target);
    succeed(&simulator, "DeletePolicy", &[GUARD]);
    assert_eq!(listed(), 0, "a policy that is deleted is nowhere");
}

#[test]
fn ten_custom_policies_are_enough_for_one_user() {
    let simulator = start();
    for number in 1..=11 {
        let name = format!("guard-{number}");
        let name = ("PolicyName", name.as_str());
        succeed(&simulator, "CreatePolicy", &[name, ("PolicyDocument", LOCK)]);
        let target = [name, CUSTOM, ALICE];
        match number {
            11 => {
                let limit = "LimitExceeded.User.Policy";
                refuse(&simulator, "AttachPolicyToUser", &target, 409, limit);
            }
            _ => drop(succeed(&simulator, "AttachPolicyToUser", &target)),
        }
    }
    let system = [("PolicyName", "AdministratorAccess"), ("PolicyType", "System"), ALICE];
    succeed(&simulator, "AttachPolicyToUser", &system);
}

#[test]
fn policies_are_listed_by_type_tag_and_page() {
    let simulator = start();
    for name in ["c", "a", "b"] {
        let tag = r#"[{"Key": "team", "Value": "x"}]"#;
        let tag = if name == "b" { "[]" } else { tag };
        let document = ("PolicyDocument", LOCK);
        succeed(&simulator, "CreatePolicy", &[("PolicyName", name), document, ("Tag", tag)]);
    }
    let names = |page: &Value| -> Vec<String> {
        let policies = page["Policies"]["Policy"].as_array().unwrap().iter();
        policies.map(|policy| policy["PolicyName"].as_str().unwrap().to_owned()).collect()
    };
    let first = succeed(&simulator, "ListPolicies", &[CUSTOM, ("MaxItems", "2")]);
    assert_eq!(
        (names(&first), &first["IsTruncated"]),
        (vec!["a".into(), "b".into()], &json!(true))
    );
    let marker = ("Marker", first["Marker"].as_str().unwrap());
    let second = succeed(&simulator, "ListPolicies", &[CUSTOM, ("MaxItems", "2"), marker]);
    assert_eq!((names(&second), &second["IsTruncated"]), (vec!["c".into()], &json!(false)));
    let tag = ("Tag", r#"[{"Key": "team", "Value": "x"}]"#);
    assert_eq!(names(&succeed(&simulator, "ListPolicies", &[CUSTOM, tag])), ["a", "c"]);
    let all = names(&succeed(&simulator, "ListPolicies", &[]));
    assert!(all.contains(&"AdministratorAccess".to_owned()) && all.contains(&"a".to_owned()));
}

#[test]
fn tags_of_policies_are_set_listed_and_removed() {
    let simulator = start();
    succeed(&simulator, "CreatePolicy", &[GUARD, ("PolicyDocument", LOCK)]);
    let policy = [("ResourceType", "policy"), ("ResourceNames", r#"["guard"]"#)];
    let tags = r#"[{"Key": "team", "Value": "images"}, {"Key": "owner", "Value": "sec"}]"#;
    succeed(&simulator, "TagResources", &[policy[0], policy[1], ("Tag", tags)]);
    let first = succeed(&simulator, "ListTagResources", &[policy[0], policy[1], ("PageSize", "1")]);
    let row = json!({
        "ResourceName": "guard", "ResourceType": "policy", "TagKey": "owner", "TagValue": "sec",
    });
    assert_eq!(first["TagResources"], json!([row]));
    let token = ("NextToken", first["NextToken"].as_str().unwrap());
    let rest = succeed(&simulator, "ListTagResources", &[policy[0], policy[1], token]);
    assert_eq!(rest["TagResources"][0]["TagKey"], "team");
    let keys = ("TagKeys", r#"["team"]"#);
    succeed(&simulator, "UntagResources", &[policy[0], policy[1], keys]);
    let left = succeed(&simulator, "ListTagResources", &[policy[0], policy[1]]);
    assert_eq!(left["TagResources"], json!([row]));
    let unknown = [policy[0], ("ResourceNames", r#"["x"]"#), ("Tag", tags)];
    refuse(&simulator, "TagResources", &unknown, 404, "EntityNotExist.Policy");
}

/// Has somebody ask for regions, and returns what a refusal says.
fn describe_regions(simulator: &Simulator, key: &str) -> Option<Value> {
    let reply =
        Call::alicloud(simulator, "DescribeRegions", &[]).key(key, "secret").send_alicloud();
    (reply.status == 403).then(|| reply.json()["AccessDeniedDetail"].clone())
}

#[test]
fn attached_policies_bind_users_their_groups_and_roles() {
    const DENY: &str = r#"{"Version":"1","Statement":[{"Effect":"Deny","Action":"ecs:Describe*","Resource":"*","Condition":{"StringNotLike":{"acs:PrincipalARN":"acs:ram:*:*:role/image-pipeline"}}}]}"#;
    for to in ["user/alice", "group/devs"] {
        let simulator = start();
        assert_eq!(describe_regions(&simulator, "LTAIalice"), None);
        simulator.edit(|world| {
            let ram = &mut world.alicloud.ram;
            ram.policies.push(Policy::new("guard", DENY));
            ram.attachments.push(PolicyAttachment::new("guard", to));
        });
        let refusal = describe_regions(&simulator, "LTAIalice").unwrap();
        assert_eq!(refusal["NoPermissionType"], "ExplicitDeny");
        assert_eq!(refusal["PolicyType"], "AccountLevelIdentityBasedPolicy");
        assert_eq!(refusal["AuthAction"], "ecs:DescribeRegions");
    }
    let simulator = start();
    simulator.edit(|world| {
        let ram = &mut world.alicloud.ram;
        ram.policies.push(Policy::new("guard", DENY));
        ram.attachments.push(PolicyAttachment::new("guard", "role/Image-Pipeline"));
    });
    assert_eq!(describe_regions(&simulator, "LTAIrole"), None, "the key is in lower case");
}

#[test]
fn an_attached_allow_adds_to_the_permissions_of_a_key() {
    let simulator = start();
    simulator.edit(|world| {
        let cloud = &mut world.alicloud;
        cloud.access_keys[1].permissions = Some([].into());
        cloud.ram.policies.push(Policy::new("open", OPEN));
    });
    let refusal = describe_regions(&simulator, "LTAIalice").unwrap();
    assert_eq!(refusal["NoPermissionType"], "ImplicitDeny");
    let to = [("PolicyName", "open"), CUSTOM, ALICE];
    succeed(&simulator, "AttachPolicyToUser", &to);
    assert_eq!(describe_regions(&simulator, "LTAIalice"), None);
}

#[test]
fn impossible_policies_are_named() {
    let json = br#"{"alicloud": {"ram": {
        "policies": [
            {"name": "a", "versions": [{"number": 1, "document": "{}"}]},
            {"name": "b", "versions": [{"number": 1, "is_default": true, "document": "{}"}]}
        ],
        "attachments": [{"policy": "x", "to": "user/nobody"}]
    }}}"#;
    let error = World::from_json(json).unwrap_err();
    assert_eq!(error.lines().count(), 5, "{error}");
    let mut world = World::default();
    let ram = &mut world.alicloud.ram;
    ram.users.insert("acs:ram::1000000000000001:user/bob".to_owned());
    for number in 1..=11 {
        ram.policies.push(Policy::new(format!("guard-{number}"), LOCK));
        ram.attachments.push(PolicyAttachment::new(format!("guard-{number}"), "user/bob"));
    }
    ram.attachments.push(PolicyAttachment::new("guard-1", "user/bob"));
    ram.policies.push(Policy::new("guard-1", LOCK));
    ram.policies.push(Policy { account: "1".to_owned(), ..Policy::new("guard", LOCK) });
    ram.groups.push(Group { account: "2".to_owned(), ..Group::new("devs", []) });
    for _ in 2..=6 {
        ram.policies[1].add_version(LOCK.to_owned(), true, Timestamp::from_unix(0));
    }
    let expected = [
        "1000000000000001 has the policy `guard-1` twice",
        "the policy `guard-2` has more than 5 versions",
        "`1` is no listed account",
        "`2` is no listed account",
        "`Custom guard-1` is attached to `user/bob of 1000000000000001` twice",
        "`user/bob of 1000000000000001` has more than 10 policies",
    ];
    assert_eq!(world.contradictions(), expected.map(|fault| format!("alicloud: {fault}")));
}

#[test]
fn an_answer_that_is_lost_leaves_a_policy_behind_or_none() {
    for takes_effect in [true, false] {
        let simulator = start();
        let fault =
            Fault::new(Effect::Reset).cloud(Cloud::Alicloud).action("CreatePolicy").calls(..=1);
        simulator.inject(if takes_effect { fault.takes_effect() } else { fault });
        let given = [GUARD, ("PolicyDocument", LOCK)];
        let create = || Call::alicloud(&simulator, "CreatePolicy", &given).version("2015-05-01");
        assert!(create().try_send_alicloud().is_err());
        let again = create().send_alicloud();
        assert_eq!(again.status, if takes_effect { 409 } else { 200 });
        assert_eq!(versions(&simulator), ["v1 default"]);
    }
}

#[test]
fn exactly_the_permission_of_a_call_is_needed() {
    let simulator = start();
    let ask = |permission: &str| {
        simulator.edit(|world| {
            world.alicloud.access_keys[1].permissions = Some([permission.to_owned()].into());
        });
        let call = Call::alicloud(&simulator, "CreatePolicy", &[GUARD, ("PolicyDocument", LOCK)]);
        let reply = call.version("2015-05-01").key("LTAIalice", "secret").send_alicloud();
        assert_eq!(simulator.journal().last().unwrap().permissions, ["ram:CreatePolicy"]);
        reply.status
    };
    assert_eq!((ask("ram:GetPolicy"), ask("ram:CreatePolicy")), (403, 200));
}

#[test]
fn a_user_is_in_the_groups_that_have_it_as_a_member() {
    let simulator = start();
    let groups = succeed(&simulator, "ListGroupsForUser", &[ALICE]);
    let [group] = groups["Groups"]["Group"].as_array().unwrap().as_slice() else {
        panic!("{groups}")
    };
    assert_eq!(group["GroupName"], "devs");
    simulator.edit(|world| world.alicloud.ram.groups[0].members.clear());
    let groups = succeed(&simulator, "ListGroupsForUser", &[ALICE]);
    assert_eq!(groups["Groups"]["Group"].as_array().unwrap().len(), 0);
    let nobody = [("UserName", "nobody")];
    refuse(&simulator, "ListGroupsForUser", &nobody, 404, "EntityNotExist.User");
}
