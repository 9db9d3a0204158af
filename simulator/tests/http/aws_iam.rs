//! AWS: managed policies of IAM, their versions, tags, and what they are attached to.

use imageguard_simulator::aws::{Group, Pages, Policy, PolicyAttachment};
use imageguard_simulator::{AccessKey, Account, Role, Simulator, World};

use crate::client::{Call, Reply};

const DENY: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"ec2:RunInstances","Resource":"*"}]}"#;
const GUARD: &str = "arn:aws:iam::111122223333:policy/guard";
const ADMINISTRATOR: &str = "arn:aws:iam::aws:policy/AdministratorAccess";

/// A user, in a group, a role, and the policy `guard`, which nobody has.
fn start_with(change: impl FnOnce(&mut World)) -> Simulator {
    let mut world = World::default();
    let cloud = &mut world.aws;
    cloud.accounts.push(Account::new("222233334444", "other"));
    let other = "arn:aws:iam::222233334444:user/bob";
    cloud.access_keys.push(AccessKey::new("AKIAOTHER", "secret", other));
    cloud.roles.push(Role::new("arn:aws:iam::111122223333:role/ci/builder"));
    cloud.iam.users.insert("arn:aws:iam::111122223333:user/team/dev".to_owned());
    cloud.iam.groups.push(Group::new("devs", ["dev"]));
    cloud.iam.policies.push(Policy::new("guard", DENY));
    change(&mut world);
    Simulator::start(world)
}

fn start() -> Simulator {
    start_with(|_| {})
}

#[track_caller]
fn succeed(simulator: &Simulator, action: &str, parameters: &[(&str, &str)]) -> Reply {
    let reply = Call::iam(simulator, action, parameters).send_aws();
    assert_eq!(reply.status, 200, "{}", reply.text());
    reply
}

#[track_caller]
fn check(reply: &Reply, status: u16, code: &str) {
    let found = (reply.status, reply.only("Code"));
    assert_eq!(found, (status, Some(code.to_owned())), "{}", reply.text());
}

#[track_caller]
fn refuse(
    simulator: &Simulator,
    action: &str,
    parameters: &[(&str, &str)],
    status: u16,
    code: &str,
) {
    check(&Call::iam(simulator, action, parameters).send_aws(), status, code);
}

/// Lists the versions of a policy, the default one with a star.
fn versions(simulator: &Simulator, arn: &str) -> Vec<String> {
    let listed = succeed(simulator, "ListPolicyVersions", &[("PolicyArn", arn)]);
    let defaults = listed.texts("IsDefaultVersion");
    let ids = listed.texts("VersionId").into_iter().zip(defaults);
    ids.map(|(id, is_default)| if is_default == "true" { id + "*" } else { id }).collect()
}

fn attached(simulator: &Simulator) -> Vec<String> {
    succeed(simulator, "ListAttachedUserPolicies", &[("UserName", "dev")]).texts("PolicyArn")
}

#[test]
fn a_policy_is_created_read_and_deleted() {
    let simulator = start();
    let given = [
        ("PolicyName", "Launch+lock=1,a.b@c_d-e"),
        ("Path", "/images/"),
        ("Description", "Löck"),
        ("PolicyDocument", DENY),
        ("Tags.member.1.Key", "team"),
        ("Tags.member.1.Value", ""),
    ];
    let created = succeed(&simulator, "CreatePolicy", &given);
    let arn = created.only("Arn").unwrap();
    assert_eq!(arn, "arn:aws:iam::111122223333:policy/images/Launch+lock=1,a.b@c_d-e");
    assert_eq!(created.only("Description"), None, "only reading a policy shows it");
    let read = succeed(&simulator, "GetPolicy", &[("PolicyArn", &arn)]);
    assert_eq!(read.only("Path").unwrap(), "/images/");
    assert_eq!(read.only("Description").unwrap(), "Löck");
    assert_eq!(read.only("DefaultVersionId").unwrap(), "v1");
    assert_eq!((read.only("Key"), read.only("Value")), (Some("team".into()), Some(String::new())));
    let listed =
        succeed(&simulator, "ListPolicies", &[("Scope", "Local"), ("PathPrefix", "/images/")]);
    assert_eq!(listed.texts("Arn"), [arn.as_str()]);
    let deleted = succeed(&simulator, "DeletePolicy", &[("PolicyArn", &arn)]);
    assert_eq!(deleted.texts("DeletePolicyResult"), <[&str; 0]>::default());
    refuse(&simulator, "GetPolicy", &[("PolicyArn", &arn)], 404, "NoSuchEntity");
    let needed: Vec<Vec<String>> =
        simulator.journal().into_iter().map(|entry| entry.permissions).collect();
    assert_eq!(needed[0], ["iam:CreatePolicy", "iam:TagPolicy"]);
    assert_eq!(needed[3], ["iam:DeletePolicy"]);
}

#[test]
fn documents_are_returned_as_sent_and_percent_encoded() {
    let simulator = start();
    let sent = "{ \"Version\":\"2012-10-17\",\n\"Statement\":{\"Effect\":\"Deny\",\"Action\":\"*\",\
                \"Resource\":\"arn:aws:ec2:*::image/a+b~é\"} }";
    let version = [("PolicyArn", GUARD), ("PolicyDocument", sent)];
    let created = succeed(&simulator, "CreatePolicyVersion", &version);
    assert_eq!(created.only("Document"), None, "only reading a version shows it");
    let named = [("PolicyArn", GUARD), ("VersionId", "v2")];
    let read = succeed(&simulator, "GetPolicyVersion", &named).only("Document").unwrap();
    assert!(read.starts_with("%7B%20%22Version%22%3A%222012-10-17%22%2C%0A"), "{read}");
    assert!(read.ends_with("image%2Fa%2Bb~%C3%A9%22%7D%20%7D"), "{read}");
}

#[test]
fn what_cannot_be_a_policy_is_refused() {
    let simulator = start();
    let wide = format!("{DENY}{}", " ".repeat(7000));
    succeed(&simulator, "CreatePolicy", &[("PolicyName", "spacious"), ("PolicyDocument", &wide)]);
    let huge = DENY.replace("RunInstances", &"a".repeat(6144));
    let long = "a".repeat(129);
    let text = "a".repeat(1001);
    let valid = [("PolicyName", "new"), ("PolicyDocument", DENY)];
    let with = |name: &'static str, value| {
        let others = valid.into_iter().filter(move |(other, _)| *other != name);
        others.chain([(name, value)]).collect::<Vec<_>>()
    };
    for (parameters, status, code) in [
        (with("PolicyName", "a b"), 400, "ValidationError"),
        (with("PolicyName", ""), 400, "ValidationError"),
        (with("PolicyName", &long), 400, "ValidationError"),
        (with("Path", "/images"), 400, "ValidationError"),
        (with("Path", "//"), 400, "ValidationError"),
        (with("Description", &text), 400, "ValidationError"),
        (with("PolicyDocument", "{"), 400, "MalformedPolicyDocument"),
        (with("PolicyDocument", "{}"), 400, "MalformedPolicyDocument"),
        (with("PolicyDocument", "{\"a\": \"黄\"}"), 400, "ValidationError"),
        (with("PolicyDocument", &huge), 409, "LimitExceeded"),
        (with("PolicyName", "GUARD"), 409, "EntityAlreadyExists"),
        (with("Sid", "a"), 400, "UnknownParameter"),
    ] {
        refuse(&simulator, "CreatePolicy", &parameters, status, code);
    }
    let unknown = "arn:aws:iam::111122223333:policy/unknown";
    for (arn, status, code) in [
        ("guard", 400, "InvalidInput"),
        (unknown, 404, "NoSuchEntity"),
        (ADMINISTRATOR, 400, "InvalidInput"),
    ] {
        refuse(&simulator, "DeletePolicy", &[("PolicyArn", arn)], status, code);
    }
    let foreign = Call::iam(&simulator, "GetPolicy", &[("PolicyArn", GUARD)]);
    check(&foreign.key("AKIAOTHER", "secret").send_aws(), 404, "NoSuchEntity");
}

#[test]
fn there_are_five_versions_and_their_numbers_are_not_used_twice() {
    let simulator = start();
    let arn = ("PolicyArn", GUARD);
    let document = ("PolicyDocument", DENY);
    for _ in 2..=5 {
        succeed(&simulator, "CreatePolicyVersion", &[arn, document]);
    }
    assert_eq!(versions(&simulator, GUARD), ["v5", "v4", "v3", "v2", "v1*"]);
    refuse(&simulator, "CreatePolicyVersion", &[arn, document], 409, "LimitExceeded");
    succeed(&simulator, "DeletePolicyVersion", &[arn, ("VersionId", "v5")]);
    let as_default = [arn, document, ("SetAsDefault", "true")];
    succeed(&simulator, "CreatePolicyVersion", &as_default);
    assert_eq!(versions(&simulator, GUARD), ["v6*", "v4", "v3", "v2", "v1"]);
    succeed(&simulator, "SetDefaultPolicyVersion", &[arn, ("VersionId", "v3")]);
    let default = [arn, ("VersionId", "v3")];
    refuse(&simulator, "DeletePolicyVersion", &default, 409, "DeleteConflict");
    let unknown = [arn, ("VersionId", "v5")];
    refuse(&simulator, "DeletePolicyVersion", &unknown, 404, "NoSuchEntity");
    refuse(&simulator, "SetDefaultPolicyVersion", &unknown, 404, "NoSuchEntity");
    refuse(&simulator, "GetPolicyVersion", &[arn, ("VersionId", "3")], 400, "ValidationError");
    refuse(&simulator, "DeletePolicy", &[arn], 409, "DeleteConflict");
    for version in ["v6", "v4", "v2", "v1"] {
        succeed(&simulator, "DeletePolicyVersion", &[arn, ("VersionId", version)]);
    }
    succeed(&simulator, "DeletePolicy", &[arn]);
}

#[test]
fn policies_are_attached_to_users_groups_and_roles() {
    let simulator = start();
    let arn = ("PolicyArn", GUARD);
    for (kind, name) in [("User", "dev"), ("Group", "devs"), ("Role", "builder")] {
        let parameter = format!("{kind}Name");
        let both = [arn, (parameter.as_str(), name)];
        let (attach, detach) = (format!("Attach{kind}Policy"), format!("Detach{kind}Policy"));
        refuse(&simulator, &detach, &both, 404, "NoSuchEntity");
        succeed(&simulator, &attach, &both);
        succeed(&simulator, &attach, &both);
        let listing = format!("ListAttached{kind}Policies");
        let listed = succeed(&simulator, &listing, &both[1..]);
        assert_eq!(listed.texts("PolicyName"), ["guard"]);
        let listed = succeed(&simulator, &listing, &[both[1], ("PathPrefix", "/images/")]);
        assert_eq!(listed.texts("PolicyName"), <[&str; 0]>::default());
        let stranger = [arn, (parameter.as_str(), "nobody")];
        refuse(&simulator, &attach, &stranger, 404, "NoSuchEntity");
    }
    let read = succeed(&simulator, "GetPolicy", &[arn]);
    assert_eq!(read.only("AttachmentCount").unwrap(), "3", "twice is once");
    let entities = succeed(&simulator, "ListEntitiesForPolicy", &[arn]);
    assert_eq!(entities.only("UserName").unwrap(), "dev");
    assert_eq!(entities.only("GroupName").unwrap(), "devs");
    assert_eq!(entities.only("RoleName").unwrap(), "builder");
    let filtered = [arn, ("EntityFilter", "Role"), ("PathPrefix", "/ci/")];
    let entities = succeed(&simulator, "ListEntitiesForPolicy", &filtered);
    assert_eq!(
        (entities.only("UserName"), entities.only("RoleName")),
        (None, Some("builder".into()))
    );
    refuse(&simulator, "DeletePolicy", &[arn], 409, "DeleteConflict");
    for (kind, name) in [("User", "dev"), ("Group", "devs"), ("Role", "builder")] {
        let parameter = format!("{kind}Name");
        let detach = format!("Detach{kind}Policy");
        succeed(&simulator, &detach, &[arn, (parameter.as_str(), name)]);
    }
    succeed(&simulator, "DeletePolicy", &[arn]);
}

#[test]
fn ten_policies_are_enough_for_one_user() {
    let simulator = start_with(|world| {
        for number in 1..=9 {
            let name = format!("guard-{number}");
            world.aws.iam.policies.push(Policy::new(&name, DENY));
            world.aws.iam.attachments.push(PolicyAttachment::new(&name, "user/dev"));
        }
    });
    let user = ("UserName", "dev");
    succeed(&simulator, "AttachUserPolicy", &[user, ("PolicyArn", ADMINISTRATOR)]);
    let eleventh = [user, ("PolicyArn", GUARD)];
    refuse(&simulator, "AttachUserPolicy", &eleventh, 409, "LimitExceeded");
    let known = [user, ("PolicyArn", "arn:aws:iam::111122223333:policy/guard-1")];
    succeed(&simulator, "AttachUserPolicy", &known);
    assert_eq!(attached(&simulator).len(), 10);
}

#[test]
fn listings_come_in_pages_of_which_some_are_empty() {
    let simulator = start_with(|world| {
        world.aws.pages = Pages::EmptyBetween;
        for number in 1..=4 {
            world.aws.iam.policies.push(Policy::new(format!("guard-{number}"), DENY));
        }
    });
    let (mut sizes, mut names, mut marker) = (Vec::new(), Vec::new(), None);
    loop {
        let mut parameters = vec![("MaxItems", "2"), ("Scope", "Local")];
        parameters.extend(marker.as_deref().map(|marker| ("Marker", marker)));
        let page = succeed(&simulator, "ListPolicies", &parameters);
        sizes.push(page.texts("Arn").len());
        names.extend(page.texts("PolicyName"));
        let is_truncated = page.only("IsTruncated").unwrap() == "true";
        marker = page.only("Marker");
        assert_eq!(marker.is_some(), is_truncated);
        if !is_truncated {
            break;
        }
    }
    assert_eq!(sizes, [0, 2, 0, 2, 0, 1, 0]);
    assert_eq!(names, ["guard", "guard-1", "guard-2", "guard-3", "guard-4"]);
    refuse(&simulator, "ListPolicies", &[("Marker", "made-up")], 400, "ValidationError");
    refuse(&simulator, "ListPolicies", &[("MaxItems", "1001")], 400, "ValidationError");
    let aws = succeed(&simulator, "ListPolicies", &[("Scope", "AWS"), ("MaxItems", "1000")]);
    let more = succeed(
        &simulator,
        "ListPolicies",
        &[("Scope", "AWS"), ("MaxItems", "1000"), ("Marker", &aws.only("Marker").unwrap())],
    );
    assert!(more.texts("Arn").contains(&ADMINISTRATOR.to_owned()));
}

#[test]
fn tags_are_added_overwritten_and_removed() {
    let simulator = start();
    let arn = ("PolicyArn", GUARD);
    let tag = |key, value| [arn, ("Tags.member.1.Key", key), ("Tags.member.1.Value", value)];
    let tags = || {
        let listed = succeed(&simulator, "ListPolicyTags", &[arn]);
        let pairs = listed.texts("Key").into_iter().zip(listed.texts("Value"));
        pairs.map(|(key, value)| format!("{key}={value}")).collect::<Vec<_>>()
    };
    for (key, value) in [("team", "a"), ("Team", "b"), ("team", "")] {
        succeed(&simulator, "TagPolicy", &tag(key, value));
    }
    assert_eq!(tags(), ["Team=b", "team="], "keys differ by case");
    succeed(&simulator, "UntagPolicy", &[arn, ("TagKeys.member.1", "Team")]);
    assert_eq!(tags(), ["team="]);
    refuse(&simulator, "TagPolicy", &tag("aws:a", "b"), 400, "InvalidInput");
    refuse(&simulator, "TagPolicy", &tag("a;b", "c"), 400, "ValidationError");
    let twice = [
        arn,
        ("Tags.member.1.Key", "a"),
        ("Tags.member.1.Value", ""),
        ("Tags.member.2.Key", "a"),
        ("Tags.member.2.Value", ""),
    ];
    refuse(&simulator, "TagPolicy", &twice, 400, "InvalidInput");
}

#[test]
fn new_policies_and_attachments_show_late_where_the_world_says_so() {
    let simulator = start_with(|world| {
        world.aws.iam.creation_lag = 2;
        world.aws.iam.listing_lag = 1;
    });
    let created =
        succeed(&simulator, "CreatePolicy", &[("PolicyName", "new"), ("PolicyDocument", DENY)]);
    let arn = created.only("Arn").unwrap();
    let (policy, user) = (("PolicyArn", arn.as_str()), ("UserName", "dev"));
    refuse(&simulator, "GetPolicy", &[policy], 404, "NoSuchEntity");
    refuse(&simulator, "AttachUserPolicy", &[policy, user], 404, "NoSuchEntity");
    succeed(&simulator, "GetPolicy", &[policy]);
    succeed(&simulator, "AttachUserPolicy", &[policy, user]);
    assert_eq!(attached(&simulator), <[&str; 0]>::default());
    assert_eq!(attached(&simulator), [arn.as_str()]);
    succeed(&simulator, "DetachUserPolicy", &[policy, user]);
    assert_eq!(attached(&simulator), [arn.as_str()]);
    assert_eq!(attached(&simulator), <[&str; 0]>::default());
}

#[test]
fn users_groups_and_roles_come_and_go() {
    let simulator = start();
    let created = succeed(&simulator, "CreateUser", &[("UserName", "eve"), ("Path", "/x/")]);
    assert_eq!(created.only("Arn").unwrap(), "arn:aws:iam::111122223333:user/x/eve");
    refuse(&simulator, "CreateUser", &[("UserName", "eve")], 409, "EntityAlreadyExists");
    succeed(&simulator, "CreateGroup", &[("GroupName", "ops")]);
    let both = [("GroupName", "ops"), ("UserName", "eve")];
    succeed(&simulator, "AddUserToGroup", &both);
    refuse(&simulator, "DeleteUser", &both[1..], 409, "DeleteConflict");
    refuse(&simulator, "DeleteGroup", &both[..1], 409, "DeleteConflict");
    let groups = succeed(&simulator, "ListGroupsForUser", &both[1..]);
    assert_eq!(groups.only("GroupName").unwrap(), "ops");
    succeed(&simulator, "RemoveUserFromGroup", &both);
    let groups = succeed(&simulator, "ListGroupsForUser", &both[1..]);
    assert_eq!(groups.only("GroupName"), None);
    refuse(&simulator, "RemoveUserFromGroup", &both, 404, "NoSuchEntity");
    succeed(&simulator, "DeleteUser", &both[1..]);
    succeed(&simulator, "DeleteGroup", &both[..1]);
    let trust = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole",
        "Principal":{"AWS":["222233334444"],"Service":"ec2.amazonaws.com"}}]}"#;
    let role = [("RoleName", "ci"), ("AssumeRolePolicyDocument", trust)];
    succeed(&simulator, "CreateRole", &role);
    let assume = [("RoleArn", "arn:aws:iam::111122223333:role/ci"), ("RoleSessionName", "session")];
    let session = Call::aws(&simulator, "AssumeRole", &assume).key("AKIAOTHER", "secret");
    assert_eq!(session.send_aws().status, 200);
    let attach = [role[0], ("PolicyArn", GUARD)];
    succeed(&simulator, "AttachRolePolicy", &attach);
    refuse(&simulator, "DeleteRole", &role[..1], 409, "DeleteConflict");
    succeed(&simulator, "DetachRolePolicy", &attach);
    succeed(&simulator, "DeleteRole", &role[..1]);
}

#[test]
fn requests_are_signed_for_the_region_of_their_partition() {
    let simulator = start_with(|world| {
        world.aws.access_keys.push(AccessKey::new(
            "AKIACHINA",
            "secret",
            "arn:aws-cn:iam::222233334444:user/dev",
        ));
    });
    let call = |region: &str| Call::iam(&simulator, "ListPolicies", &[]).region(region);
    assert_eq!(call("us-east-1").send_aws().status, 200);
    check(&call("eu-central-1").send_aws(), 403, "SignatureDoesNotMatch");
    let china = |region: &str| call(region).key("AKIACHINA", "secret").send_aws();
    assert_eq!(china("cn-north-1").status, 200);
    check(&china("us-east-1"), 403, "SignatureDoesNotMatch");
}
