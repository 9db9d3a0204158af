//! AWS: the organisation, its service control policies, and where they are attached.

use imageguard_simulator::aws::{Organization, Pages};
use imageguard_simulator::{AccessKey, Account, Effect, Fault, Simulator, World};
use serde_json::{Value, json};

use crate::client::{Call, Reply, exchange, post_form};

const MEMBER: &str = "222233334444";
const UNIT: &str = "ou-smlt-team0001";
const ROOT: &str = "r-smlt";
const FULL: &str = "p-FullAWSAccess";
const TYPE: &str = "SERVICE_CONTROL_POLICY";
const DENY: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"ec2:RunInstances","Resource":"*"}]}"#;

/// A member account in a unit.
fn start(organization: Organization) -> Simulator {
    start_with(organization, |_| {})
}

fn start_with(organization: Organization, change: impl FnOnce(&mut World)) -> Simulator {
    let mut world = World::default();
    let cloud = &mut world.aws;
    for (id, name) in [(MEMBER, "team"), ("333344445555", "stranger")] {
        cloud.accounts.push(Account::new(id, name));
        let (key, user) = (format!("AKIA{name}"), format!("arn:aws:iam::{id}:user/dev"));
        cloud.access_keys.push(AccessKey::new(key, "secret", &user));
    }
    cloud.organization = Some(organization.unit(UNIT, "").member(MEMBER, UNIT));
    change(&mut world);
    Simulator::start(world)
}

#[track_caller]
fn succeed(simulator: &Simulator, action: &str, body: Value) -> Value {
    let reply = Call::organizations(simulator, action, body).send_aws();
    assert_eq!(reply.status, 200, "{}", reply.text());
    if reply.body.is_empty() { Value::Null } else { reply.json() }
}

#[track_caller]
fn check(reply: &Reply, code: &str) {
    assert_eq!((reply.status, &reply.json()["__type"]), (400, &json!(code)), "{}", reply.text());
}

#[track_caller]
fn refuse(simulator: &Simulator, action: &str, body: Value, code: &str) {
    check(&Call::organizations(simulator, action, body).send_aws(), code);
}

/// Asserts a refusal that says what sort of mistake or limit it is.
#[track_caller]
fn refuse_for(simulator: &Simulator, action: &str, body: Value, reason: &str) {
    let reply = Call::organizations(simulator, action, body).send_aws();
    assert_eq!((reply.status, &reply.json()["Reason"]), (400, &json!(reason)), "{}", reply.text());
}

fn new_policy(name: &str) -> Value {
    json!({"Name": name, "Description": "", "Type": TYPE, "Content": DENY})
}

fn create(simulator: &Simulator, name: &str) -> String {
    let created = succeed(simulator, "CreatePolicy", new_policy(name));
    created["Policy"]["PolicySummary"]["Id"].as_str().unwrap().to_owned()
}

fn both(policy: &str, target: &str) -> Value {
    json!({"PolicyId": policy, "TargetId": target})
}

/// Returns the ids of the policies a root, unit or account has.
fn attached(simulator: &Simulator, target: &str) -> Vec<String> {
    let body = json!({"TargetId": target, "Filter": TYPE});
    let listed = succeed(simulator, "ListPoliciesForTarget", body);
    let policies = listed["Policies"].as_array().unwrap().iter();
    policies.map(|policy| policy["Id"].as_str().unwrap().to_owned()).collect()
}

fn status(simulator: &Simulator) -> Value {
    succeed(simulator, "ListRoots", json!({}))["Roots"][0]["PolicyTypes"].clone()
}

#[test]
fn a_policy_is_created_read_changed_and_deleted() {
    let simulator = start(Organization::enabled());
    let spaced = format!("{DENY}\n  ");
    let mut body = new_policy("guard");
    body["Content"] = json!(spaced);
    body["Tags"] = json!([{"Key": "team", "Value": ""}]);
    let created = succeed(&simulator, "CreatePolicy", body)["Policy"].clone();
    assert_eq!(created["Content"], spaced);
    let summary = &created["PolicySummary"];
    let id = summary["Id"].as_str().unwrap();
    let arn = format!(
        "arn:aws:organizations::111122223333:policy/o-simulated1/service_control_policy/{id}"
    );
    let expected = json!({
        "Id": id, "Arn": arn, "Name": "guard", "Description": "", "Type": TYPE, "AwsManaged": false,
    });
    assert_eq!(*summary, expected);
    let needed = &simulator.journal()[0].permissions;
    assert_eq!(*needed, ["organizations:CreatePolicy", "organizations:TagResource"]);
    let change = json!({"PolicyId": id, "Name": "other", "Description": "text"});
    let changed = succeed(&simulator, "UpdatePolicy", change)["Policy"].clone();
    assert_eq!(
        (&changed["Content"], &changed["PolicySummary"]["Name"]),
        (&json!(spaced), &json!("other"))
    );
    let change = json!({"PolicyId": id, "Content": DENY});
    succeed(&simulator, "UpdatePolicy", change);
    let read = succeed(&simulator, "DescribePolicy", json!({"PolicyId": id}))["Policy"].clone();
    assert_eq!(
        (&read["Content"], &read["PolicySummary"]["Description"]),
        (&json!(DENY), &json!("text"))
    );
    let listed = succeed(&simulator, "ListPolicies", json!({"Filter": TYPE}));
    let names: Vec<&Value> =
        listed["Policies"].as_array().unwrap().iter().map(|policy| &policy["Name"]).collect();
    assert_eq!(names, ["other", "FullAWSAccess"]);
    assert_eq!(succeed(&simulator, "DeletePolicy", json!({"PolicyId": id})), Value::Null);
    refuse(&simulator, "DescribePolicy", json!({"PolicyId": id}), "PolicyNotFoundException");
}

#[test]
fn what_cannot_be_a_policy_is_refused() {
    let simulator = start(Organization::enabled());
    let id = create(&simulator, "guard");
    let with = |name: &str, value: &str| {
        let mut body = new_policy("new");
        body[name] = json!(value);
        body
    };
    refuse(&simulator, "CreatePolicy", with("Name", "guard"), "DuplicatePolicyException");
    refuse(&simulator, "CreatePolicy", with("Name", "FullAWSAccess"), "DuplicatePolicyException");
    refuse(&simulator, "CreatePolicy", with("Content", "{}"), "MalformedPolicyDocumentException");
    let principal = DENY.replace("\"Effect\"", "\"Principal\":\"*\",\"Effect\"");
    let malformed = "MalformedPolicyDocumentException";
    refuse(&simulator, "CreatePolicy", with("Content", &principal), malformed);
    refuse(&simulator, "CreatePolicy", with("Type", "TAG_POLICY"), "NotSimulated");
    let unknown = "UnknownParameter";
    refuse(&simulator, "CreatePolicy", with("Document", DENY), unknown);
    let huge = format!("{DENY}{}", " ".repeat(10_240));
    for (name, value, reason) in [
        ("Content", huge.as_str(), "POLICY_CONTENT_LIMIT_EXCEEDED"),
        ("Name", "", "MIN_LENGTH_EXCEEDED"),
        ("Name", &"a".repeat(129), "MAX_LENGTH_EXCEEDED"),
        ("Description", &"a".repeat(513), "MAX_LENGTH_EXCEEDED"),
        ("Type", "POLICY", "INVALID_ENUM_POLICY_TYPE"),
    ] {
        refuse_for(&simulator, "CreatePolicy", with(name, value), reason);
    }
    refuse_for(&simulator, "CreatePolicy", json!({"Name": "a"}), "INPUT_REQUIRED");
    let update = |policy: &str, content: &str| json!({"PolicyId": policy, "Content": content});
    refuse_for(&simulator, "UpdatePolicy", update(FULL, DENY), "IMMUTABLE_POLICY");
    refuse_for(&simulator, "UpdatePolicy", update(&id, &huge), "POLICY_CONTENT_LIMIT_EXCEEDED");
    refuse(&simulator, "UpdatePolicy", update("p-unknown1", DENY), "PolicyNotFoundException");
    refuse_for(&simulator, "DescribePolicy", json!({"PolicyId": "guard"}), "INVALID_PATTERN");
}

#[test]
fn policies_are_attached_and_the_last_one_stays() {
    let simulator = start(Organization::enabled());
    let id = create(&simulator, "guard");
    for target in [ROOT, UNIT, MEMBER, "111122223333"] {
        assert_eq!(attached(&simulator, target), [FULL]);
        assert_eq!(succeed(&simulator, "AttachPolicy", both(&id, target)), Value::Null);
        let twice = "DuplicatePolicyAttachmentException";
        refuse(&simulator, "AttachPolicy", both(&id, target), twice);
        assert_eq!(attached(&simulator, target), [id.as_str(), FULL]);
    }
    let targets = succeed(&simulator, "ListTargetsForPolicy", json!({"PolicyId": id}));
    let shown: Vec<(&Value, &Value)> = targets["Targets"]
        .as_array()
        .unwrap()
        .iter()
        .map(|target| (&target["Type"], &target["Name"]))
        .collect();
    let expected = json!([
        ["ROOT", "Root"],
        ["ORGANIZATIONAL_UNIT", UNIT],
        ["ACCOUNT", "team"],
        ["ACCOUNT", "simulated"]
    ]);
    let expected: Vec<(&Value, &Value)> =
        expected.as_array().unwrap().iter().map(|pair| (&pair[0], &pair[1])).collect();
    assert_eq!(shown, expected);
    refuse(&simulator, "DeletePolicy", json!({"PolicyId": id}), "PolicyInUseException");

    succeed(&simulator, "DetachPolicy", both(FULL, MEMBER));
    let last = "MIN_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED";
    refuse_for(&simulator, "DetachPolicy", both(&id, MEMBER), last);
    succeed(&simulator, "AttachPolicy", both(FULL, MEMBER));
    succeed(&simulator, "DetachPolicy", both(&id, MEMBER));
    assert_eq!(attached(&simulator, MEMBER), [FULL]);
    refuse(&simulator, "DetachPolicy", both(&id, MEMBER), "PolicyNotAttachedException");
    for (policy, target, code) in [
        (id.as_str(), "ou-smlt-elsewhere", "TargetNotFoundException"),
        (id.as_str(), "333344445555", "TargetNotFoundException"),
        ("p-unknown1", MEMBER, "PolicyNotFoundException"),
    ] {
        refuse(&simulator, "AttachPolicy", both(policy, target), code);
    }
    let pattern = "INVALID_PATTERN_TARGET_ID";
    refuse_for(&simulator, "AttachPolicy", both(&id, "user/dev"), pattern);
}

#[test]
fn ten_policies_are_enough_for_one_target() {
    let simulator = start(Organization::enabled());
    for number in 1..=9 {
        let id = create(&simulator, &format!("guard-{number}"));
        succeed(&simulator, "AttachPolicy", both(&id, UNIT));
    }
    let id = create(&simulator, "guard-10");
    let limit = "MAX_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED";
    refuse_for(&simulator, "AttachPolicy", both(&id, UNIT), limit);
    succeed(&simulator, "DetachPolicy", both(FULL, UNIT));
    succeed(&simulator, "AttachPolicy", both(&id, UNIT));
}

#[test]
fn the_policy_type_is_pending_for_a_while_and_detaches_all_when_it_ends() {
    let mut organization = Organization::default();
    organization.pending_polls = 2;
    let simulator = start(organization);
    let id = create(&simulator, "guard");
    let (off, on) = ("PolicyTypeNotEnabledException", "PolicyTypeAlreadyEnabledException");
    refuse(&simulator, "AttachPolicy", both(&id, MEMBER), off);
    assert_eq!(attached(&simulator, MEMBER), <[&str; 0]>::default());
    assert_eq!(status(&simulator), json!([]));
    let body = json!({"RootId": ROOT, "PolicyType": TYPE});
    refuse(&simulator, "DisablePolicyType", body.clone(), off);
    let is = |status: &str| json!([{"Type": TYPE, "Status": status}]);
    let enabled = succeed(&simulator, "EnablePolicyType", body.clone());
    assert_eq!(enabled["Root"]["PolicyTypes"], is("PENDING_ENABLE"));
    let in_progress = "PolicyChangesInProgressException";
    refuse(&simulator, "DisablePolicyType", body.clone(), in_progress);
    assert_eq!(status(&simulator), is("PENDING_ENABLE"));
    refuse(&simulator, "AttachPolicy", both(&id, MEMBER), off);
    assert_eq!(status(&simulator), is("PENDING_ENABLE"));
    assert_eq!(status(&simulator), is("ENABLED"));
    refuse(&simulator, "EnablePolicyType", body.clone(), on);
    succeed(&simulator, "AttachPolicy", both(&id, MEMBER));
    succeed(&simulator, "DetachPolicy", both(FULL, MEMBER));
    let disabled = succeed(&simulator, "DisablePolicyType", body.clone());
    assert_eq!(disabled["Root"]["PolicyTypes"], is("PENDING_DISABLE"));
    for expected in [is("PENDING_DISABLE"), is("PENDING_DISABLE"), json!([])] {
        assert_eq!(status(&simulator), expected);
    }
    succeed(&simulator, "EnablePolicyType", body);
    for _ in 0..3 {
        status(&simulator);
    }
    assert_eq!(attached(&simulator, MEMBER), [FULL]);
    succeed(&simulator, "DescribePolicy", json!({"PolicyId": id}));
    let elsewhere = json!({"RootId": "r-other", "PolicyType": TYPE});
    refuse(&simulator, "EnablePolicyType", elsewhere, "RootNotFoundException");
}

#[test]
fn listings_come_in_pages_of_twenty_at_most() {
    let simulator = start_with(Organization::enabled(), |world| {
        world.aws.pages = Pages::EmptyBetween;
    });
    for number in 1..=24 {
        create(&simulator, &format!("guard-{number}"));
    }
    let (mut sizes, mut token) = (Vec::new(), Value::Null);
    loop {
        let body = json!({"Filter": TYPE, "NextToken": token});
        let page = succeed(&simulator, "ListPolicies", body);
        sizes.push(page["Policies"].as_array().unwrap().len());
        token = page["NextToken"].clone();
        if token.is_null() {
            break;
        }
    }
    assert_eq!(sizes, [0, 20, 0, 5, 0]);
    let with = |name: &str, value: Value| {
        let mut body = json!({"Filter": TYPE});
        body[name] = value;
        body
    };
    refuse_for(&simulator, "ListPolicies", with("MaxResults", json!(21)), "MAX_VALUE_EXCEEDED");
    refuse_for(&simulator, "ListPolicies", with("MaxResults", json!(0)), "MIN_VALUE_EXCEEDED");
    refuse_for(&simulator, "ListPolicies", with("NextToken", json!("x")), "INVALID_NEXT_TOKEN");
    let wrong = "SerializationException";
    refuse(&simulator, "ListPolicies", with("MaxResults", json!("5")), wrong);
}

#[test]
fn a_write_keeps_others_away_and_a_change_shows_late() {
    let mut organization = Organization::enabled();
    organization.listing_lag = 2;
    let simulator = start(organization.guarded("p-guard001", DENY, ROOT));
    succeed(&simulator, "AttachPolicy", both("p-guard001", UNIT));
    let targets = || {
        let listed = succeed(&simulator, "ListTargetsForPolicy", json!({"PolicyId": "p-guard001"}));
        listed["Targets"].as_array().unwrap().len()
    };
    assert_eq!(attached(&simulator, UNIT), [FULL]);
    assert_eq!((targets(), targets()), (1, 2));
    simulator.edit(|world| {
        if let Some(organization) = &mut world.aws.organization {
            organization.write_ms = 300;
        }
    });
    std::thread::scope(|scope| {
        let write = scope.spawn(|| succeed(&simulator, "AttachPolicy", both("p-guard001", MEMBER)));
        // The write is in the journal once it has begun.
        let is_begun = || {
            simulator.journal().iter().filter(|entry| entry.action == "AttachPolicy").count() == 2
        };
        while !is_begun() {
            std::thread::yield_now();
        }
        let conflict = "ConcurrentModificationException";
        let change = json!({"PolicyId": "p-guard001", "Name": "other"});
        refuse(&simulator, "UpdatePolicy", change, conflict);
        succeed(&simulator, "DescribePolicy", json!({"PolicyId": "p-guard001"}));
        write.join().unwrap();
    });
}

#[test]
fn tags_belong_to_policies() {
    let simulator = start(Organization::enabled().guarded("p-guard001", DENY, ROOT));
    let tags = |simulator: &Simulator| {
        succeed(simulator, "ListTagsForResource", json!({"ResourceId": "p-guard001"}))["Tags"]
            .clone()
    };
    let tag = |key: &str| json!({"ResourceId": "p-guard001", "Tags": [{"Key": key, "Value": "a"}]});
    succeed(&simulator, "TagResource", tag("team"));
    succeed(&simulator, "TagResource", tag("Team"));
    let expected = json!([{"Key": "Team", "Value": "a"}, {"Key": "team", "Value": "a"}]);
    assert_eq!(tags(&simulator), expected);
    let untag = json!({"ResourceId": "p-guard001", "TagKeys": ["Team", "unknown"]});
    succeed(&simulator, "UntagResource", untag);
    assert_eq!(tags(&simulator), json!([{"Key": "team", "Value": "a"}]));
    refuse_for(&simulator, "TagResource", tag("aws:a"), "INVALID_SYSTEM_TAGS_PARAMETER");
    refuse_for(&simulator, "TagResource", tag("a;b"), "INVALID_PATTERN");
    let elsewhere = json!({"ResourceId": "p-unknown1", "TagKeys": []});
    refuse(&simulator, "UntagResource", elsewhere, "TargetNotFoundException");
}

#[test]
fn units_and_accounts_are_found_from_above_and_from_below() {
    let simulator = start(Organization::enabled());
    let unit = json!({"ParentId": UNIT, "Name": "web"});
    let created = succeed(&simulator, "CreateOrganizationalUnit", unit.clone());
    let id = created["OrganizationalUnit"]["Id"].as_str().unwrap().to_owned();
    assert_eq!(created["OrganizationalUnit"]["Path"], format!("o-simulated1/{ROOT}/{UNIT}/{id}/"));
    let twice = "DuplicateOrganizationalUnitException";
    refuse(&simulator, "CreateOrganizationalUnit", unit, twice);
    assert_eq!(attached(&simulator, &id), [FULL], "new units have it, too");
    let children = json!({"ParentId": UNIT});
    let units = succeed(&simulator, "ListOrganizationalUnitsForParent", children.clone());
    assert_eq!(units["OrganizationalUnits"][0]["Name"], "web");
    let accounts = succeed(&simulator, "ListAccountsForParent", children);
    assert_eq!(accounts["Accounts"][0]["Id"], MEMBER);
    let parents = |child: &str| succeed(&simulator, "ListParents", json!({"ChildId": child}));
    let unit = json!([{"Id": UNIT, "Type": "ORGANIZATIONAL_UNIT"}]);
    let root = json!([{"Id": ROOT, "Type": "ROOT"}]);
    assert_eq!((&parents(MEMBER)["Parents"], &parents(UNIT)["Parents"]), (&unit, &root));
    let described = json!({"OrganizationalUnitId": UNIT});
    let described = succeed(&simulator, "DescribeOrganizationalUnit", described);
    assert_eq!(described["OrganizationalUnit"]["Name"], UNIT);

    let account = json!({"AccountName": "new", "Email": "new@example.com"});
    let asked = succeed(&simulator, "CreateAccount", account)["CreateAccountStatus"].clone();
    assert_eq!(asked["State"], "IN_PROGRESS");
    let status = json!({"CreateAccountRequestId": asked["Id"]});
    let done = succeed(&simulator, "DescribeCreateAccountStatus", status);
    let new = done["CreateAccountStatus"]["AccountId"].as_str().unwrap();
    assert_eq!(attached(&simulator, new), [FULL]);
    let accounts = succeed(&simulator, "ListAccounts", json!({}));
    assert_eq!(accounts["Accounts"].as_array().unwrap().len(), 3);
}

#[test]
fn only_the_management_account_and_delegated_administrators_may_administer() {
    let organization = Organization::enabled();
    let simulator = start(organization);
    let ask = |key: &str, action: &str, body: Value| {
        Call::organizations(&simulator, action, body).key(key, "secret").send_aws()
    };
    let list = json!({"Filter": TYPE});
    check(&ask("AKIAteam", "ListPolicies", list.clone()), "AccessDeniedException");
    assert_eq!(ask("AKIAteam", "DescribeOrganization", json!({})).status, 200);
    let outside = "AWSOrganizationsNotInUseException";
    check(&ask("AKIAstranger", "DescribeOrganization", json!({})), outside);
    simulator.edit(|world| {
        let organization = world.aws.organization.as_mut().unwrap();
        organization.delegated_administrators.insert(MEMBER.to_owned());
    });
    assert_eq!(ask("AKIAteam", "ListPolicies", list).status, 200);
    assert_eq!(ask("AKIAteam", "CreatePolicy", new_policy("guard")).status, 200);
    let unit = json!({"ParentId": ROOT, "Name": "web"});
    check(&ask("AKIAteam", "CreateOrganizationalUnit", unit), "AccessDeniedException");
    let created = ask("AKIAstranger", "CreateOrganization", json!({}));
    check(&created, "AlreadyInOrganizationException");
}

#[test]
fn an_organisation_can_be_created() {
    let simulator = start_with(Organization::default(), |world| world.aws.organization = None);
    let outside = "AWSOrganizationsNotInUseException";
    refuse(&simulator, "ListRoots", json!({}), outside);
    let created = succeed(&simulator, "CreateOrganization", json!({"FeatureSet": "ALL"}));
    assert_eq!(created["Organization"]["MasterAccountId"], "111122223333");
    let read = succeed(&simulator, "DescribeOrganization", json!({}));
    assert_eq!(read, created);
    assert_eq!(status(&simulator), json!([]));
}

#[test]
fn errors_have_the_shape_and_the_names_of_the_json_protocol() {
    let simulator = start(Organization::enabled());
    let call = |action: &str| Call::organizations(&simulator, action, json!({}));
    let reply = call("ListRoots").key("AKIAnobody", "secret").send_aws();
    check(&reply, "UnrecognizedClientException");
    assert!(reply.head.contains("x-amzn-errortype: unrecognizedclientexception"), "{}", reply.head);
    assert!(reply.head.contains("content-type: application/x-amz-json-1.1"), "{}", reply.head);
    check(&call("ListRoots").key("AKIAteam", "wrong").send_aws(), "InvalidSignatureException");
    check(&call("ListRoots").region("eu-central-1").send_aws(), "InvalidSignatureException");
    check(&call("ListEverything").send_aws(), "UnknownOperationException");
    check(
        &Call { json: Some(json!([])), ..call("ListRoots") }.send_aws(),
        "SerializationException",
    );
    let target = ("x-amz-target".to_owned(), "AWSOrganizationsV20161128.ListRoots".to_owned());
    let content = ("content-type".to_owned(), "application/x-amz-json-1.1".to_owned());
    let unsigned = [target, content];
    let reply = exchange(&simulator.endpoint(), "POST", "/", &unsigned, b"{}").unwrap();
    check(&reply, "MissingAuthenticationTokenException");
    let query = post_form(&simulator, &[("Action", "ListRoots"), ("Version", "2016-11-28")]);
    assert_eq!(query.only("Code").unwrap(), "MissingAuthenticationToken");
    simulator.inject(Fault::new(Effect::Throttle { retry_after_ms: None }).calls(..=1));
    check(&call("ListRoots").send_aws(), "TooManyRequestsException");
    simulator.edit(|world| {
        world.aws.access_keys[0].permissions = Some(std::collections::BTreeSet::new());
    });
    check(&call("ListRoots").send_aws(), "AccessDeniedException");
}

#[test]
fn a_world_with_ids_that_no_client_could_use_is_refused() {
    let mut world = World::default();
    let organization = Organization::enabled().unit("team", "").guarded("guard", DENY, "r-none");
    world.aws.organization = Some(organization);
    assert_eq!(
        world.contradictions(),
        [
            "aws: the id `team` is not like `ou-smlt-team0001`",
            "aws: the id `guard` is not like `p-guard001`",
            "aws: `guard` is attached to the unknown `r-none`",
        ]
    );
}
