//! Control policies along the tree of a resource directory, from guard to decision.

use serde_json::{Value, json};

use super::*;

const LAUNCH: [&str; 3] = ["ecs:CreateInstance", "ecs:RunInstances", "ecs:ReplaceSystemDisk"];

fn full() -> Value {
    json!({"Effect": "Allow", "Action": "*", "Resource": "*"})
}

fn guard(resource: &str, condition: Value) -> Value {
    json!({"Effect": "Deny", "Action": LAUNCH, "Resource": resource, "Condition": condition})
}

/// The tag gate.
fn gate() -> Value {
    guard("acs:ecs:*:*:image/*", json!({"StringNotEquals": {"acs:ResourceTag/golden": "yes"}}))
}

fn control(level: u8, statements: Value) -> Value {
    let document = json!({"Version": "1", "Statement": statements});
    json!({"type": "control", "level": level, "document": document})
}

/// A launch from an image about which the cloud knows the given keys.
fn launch(image: Value) -> Value {
    let name = |field: &str| format!("acs:ecs:cn-hangzhou:1:{field}");
    json!({
        "principal": "acs:ram::1:user/dev",
        "action": "ecs:RunInstances",
        "resources": [
            {"resource": name("instance/*")},
            {"resource": name("image/m-1"), "context": image},
            {"resource": name("securitygroup/sg-1")},
            {"resource": "acs:vpc:cn-hangzhou:1:vswitch/vsw-1"},
        ],
    })
}

fn tagged(value: &str) -> Value {
    launch(json!({"acs:ResourceTag/golden": value}))
}

/// What becomes of the request of somebody who may do everything in the account.
fn under(controls: &[Value], request: &Value) -> &'static str {
    let identity = json!({"type": "identity", "document": {"Version": "1", "Statement": full()}});
    let policies: Vec<_> = controls.iter().cloned().chain([identity]).collect();
    decide(&ALICLOUD, &json!(policies), request).unwrap().decision.name()
}

#[test]
fn the_tag_gate_lets_golden_images_pass_and_no_others() {
    let gate = [control(0, json!([full(), gate()]))];
    assert_eq!(under(&gate, &tagged("yes")), "allow");
    assert_eq!(under(&gate, &tagged("no")), "deny");
    assert_eq!(under(&gate, &launch(json!({}))), "deny");
}

#[test]
fn a_gate_on_everything_stops_every_launch() {
    let condition = json!({"StringNotEquals": {"acs:ResourceTag/golden": "yes"}});
    let gate = [control(0, json!([full(), guard("*", condition)]))];
    assert_eq!(under(&gate, &tagged("yes")), "deny");
}

#[test]
fn the_owner_gate_needs_no_tags() {
    let condition = json!({"StringNotEquals": {"ecs:ImageOwnerId": ["111"]}});
    let gate = [control(0, json!([full(), guard("acs:ecs:*:*:image/*", condition)]))];
    assert_eq!(under(&gate, &launch(json!({"ecs:ImageOwnerId": "111"}))), "allow");
    assert_eq!(under(&gate, &launch(json!({"ecs:ImageOwnerId": "222"}))), "deny");
    assert_eq!(under(&gate, &launch(json!({}))), "deny");
}

#[test]
fn a_role_is_exempt_by_its_name_as_the_cloud_writes_it() {
    let lock = json!({"Effect": "Deny", "Action": "ecs:TagResources",
        "Resource": "acs:ecs:*:*:image/*",
        "Condition": {"StringNotLike": {"acs:PrincipalARN": "acs:ram:*:*:role/image-pipeline"}}});
    let lock = [control(0, json!([full(), lock]))];
    let tagging = |role: &str| {
        let name = format!("acs:ram::1:role/{role}");
        json!({"principal": name, "action": "ecs:TagResources",
            "resource": "acs:ecs:cn-hangzhou:1:image/m-1", "context": {"acs:PrincipalARN": name}})
    };
    assert_eq!(under(&lock, &tagging("image-pipeline")), "allow");
    assert_eq!(under(&lock, &tagging("Image-Pipeline")), "deny");
    assert_eq!(under(&lock, &tagging("dev")), "deny");
}

#[test]
fn two_requirements_in_one_statement_must_both_fail() {
    let condition = json!({"StringNotEquals":
        {"acs:ResourceTag/a": "yes", "acs:ResourceTag/b": "yes"}});
    let gate = [control(0, json!([full(), guard("acs:ecs:*:*:image/*", condition)]))];
    let image = |a, b| launch(json!({"acs:ResourceTag/a": a, "acs:ResourceTag/b": b}));
    assert_eq!(under(&gate, &image("no", "yes")), "allow");
    assert_eq!(under(&gate, &image("no", "no")), "deny");
}

#[test]
fn a_guard_on_a_folder_reaches_the_accounts_below() {
    let tree = [control(0, full()), control(1, json!([full(), gate()])), control(2, full())];
    assert_eq!(under(&tree, &launch(json!({}))), "deny");
    assert_eq!(under(&tree, &tagged("yes")), "allow");
}

#[test]
fn the_statements_that_decide_are_named_once_and_in_order() {
    let matched = |controls: &[Value], request: &Value| -> Vec<String> {
        let identity =
            json!({"type": "identity", "document": {"Version": "1", "Statement": full()}});
        let policies: Vec<_> = [identity].into_iter().chain(controls.iter().cloned()).collect();
        let outcome = decide(&ALICLOUD, &json!(policies), request).unwrap();
        let word =
            |met: &Matched| format!("{}.{} {}", met.policy, met.statement, met.effect.name());
        outcome.matched.iter().map(word).collect()
    };
    let tree = [control(0, json!([full(), gate()])), control(1, json!([gate(), full(), gate()]))];
    assert_eq!(matched(&tree, &tagged("yes")), ["0.0 Allow", "1.0 Allow", "2.1 Allow"]);
    assert_eq!(matched(&tree, &tagged("no")), ["1.1 Deny", "2.0 Deny", "2.2 Deny"]);
    assert!(matched(&[control(0, gate())], &tagged("yes")).is_empty());
    // Two resources of one call under the same Deny.
    let stop = json!([full(), {"Effect": "Deny", "Action": "*", "Resource": "*"}]);
    assert_eq!(matched(&[control(0, stop)], &tagged("yes")), ["1.1 Deny"]);
}

#[test]
fn a_level_that_allows_nothing_refuses_everything() {
    let only_guard = [control(0, full()), control(1, gate())];
    assert_eq!(under(&only_guard, &tagged("yes")), "implicit_deny");
}

#[test]
fn some_callers_are_not_bound() {
    let gate = [control(0, json!([full(), gate()]))];
    for (property, value) in [
        ("principal_kind", "service_linked_role"),
        ("principal_kind", "root"),
        ("account_kind", "management"),
    ] {
        let mut request = launch(json!({}));
        request[property] = json!(value);
        assert_eq!(under(&gate, &request), "allow", "{value}");
    }
}
