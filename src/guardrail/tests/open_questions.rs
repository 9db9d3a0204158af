//! Every assumption is reported where the answer rests on it, and only there.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::*;

const AWS_IMAGE: &str = "arn:aws:ec2:eu-west-1::image/ami-1";
const ALI_IMAGE: &str = "acs:ecs:cn-hangzhou:1:image/m-1";
const AWS_USER: &str = "arn:aws:iam::111:user/u";
const AWS_SESSION: &str = "arn:aws:sts::111:assumed-role/r/s";
const ALI_USER: &str = "acs:ram::1:user/u";

/// One statement for everything, with more members laid over it.
fn statement(effect: &str, more: &Value) -> Value {
    let mut statement = json!({"Effect": effect, "Action": "*", "Resource": "*"});
    for (name, value) in more.as_object().unwrap() {
        statement[name] = value.clone();
    }
    statement
}

fn policy(dialect: &'static Dialect, kind: &str, statement: &Value) -> Value {
    let version = if dialect.names == AWS.names { "2012-10-17" } else { "1" };
    json!({"type": kind, "document": {"Version": version, "Statement": statement}})
}

/// What becomes of a request when one identity policy allows everything and a second
/// statement is laid over it.
fn answer(dialect: &'static Dialect, deny: &Value, request: &Value) -> String {
    let policies = json!([
        policy(dialect, "identity", &statement("Allow", &json!({}))),
        policy(dialect, "identity", &statement("Deny", deny)),
    ]);
    words(dialect, &decide(dialect, &policies, request))
}

fn aws(condition: Value, context: Value) -> String {
    let request = json!({"principal": AWS_USER, "action": "ec2:RunInstances",
        "resource": AWS_IMAGE, "context": context});
    answer(&AWS, &json!({"Condition": condition}), &request)
}

fn alicloud(condition: Value, context: Value) -> String {
    let request = json!({"principal": ALI_USER, "action": "ecs:StartInstance",
        "resource": ALI_IMAGE, "context": context});
    answer(&ALICLOUD, &json!({"Condition": condition}), &request)
}

#[test]
fn empty_values() {
    let not_like = |pattern: &str, value: &str| {
        aws(json!({"StringNotLike": {"a:b": pattern}}), json!({"a:b": value}))
    };
    assert_eq!(not_like("*", ""), r#"allow ["aws_empty_value"]"#);
    assert_eq!(not_like("*", "x"), "allow []");
    // Absent or empty: the same.
    assert_eq!(not_like("?*", ""), "deny []");
    assert_eq!(
        aws(json!({"Null": {"a:b": "true"}}), json!({"a:b": ""})),
        r#"allow ["aws_empty_value"]"#
    );
}

#[test]
fn numbers_dates_and_addresses() {
    let test = |operator: &str, wanted: &str, found: &str| {
        aws(json!({operator: {"a:b": wanted}}), json!({"a:b": found}))
    };
    assert_eq!(test("NumericEquals", "10.0", "10"), r#"deny ["aws_decimals"]"#);
    assert_eq!(test("NumericEquals", "10", "10"), "deny []");
    assert_eq!(test("NumericEquals", "10", "ten"), r#"allow ["aws_malformed_value"]"#);
    assert_eq!(test("NumericNotEquals", "10", "ten"), r#"deny ["aws_malformed_value"]"#);
    assert_eq!(test("Bool", "true", "yes"), r#"allow ["aws_malformed_value"]"#);
    let misfit = alicloud(json!({"NumericNotEquals": {"a:b": "10"}}), json!({"a:b": "ten"}));
    assert_eq!(misfit, r#"allow ["ali_malformed_value"]"#);
    let noon = "2026-01-01T12:00:00Z";
    assert_eq!(
        test("DateLessThan", noon, "2026-01-01T12:30:00+01:00"),
        r#"deny ["aws_date_zones"]"#
    );
    assert_eq!(test("DateLessThan", noon, "2026-01-01T11:30:00Z"), "deny []");
    assert_eq!(test("DateLessThan", noon, "1577836800"), "deny []");
    assert_eq!(test("IpAddress", "2001:db8::1", "2001:db8::1"), r#"deny ["aws_bare_ipv6"]"#);
    assert_eq!(test("IpAddress", "10.0.0.0/8", "10.1.1.1"), "deny []");
    assert_eq!(test("IpAddress", "10.0.0.0/8", "home"), r#"allow ["aws_malformed_value"]"#);
    let range = alicloud(json!({"IpAddress": {"a:b": "10.0.0.0/8"}}), json!({"a:b": "10.1.1.1"}));
    assert_eq!(range, r#"deny ["ali_single_range"]"#);
}

#[test]
fn letters() {
    let test = |operator: &str, wanted: &str, found: &str| {
        aws(json!({operator: {"a:b": wanted}}), json!({"a:b": found}))
    };
    assert_eq!(test("StringEqualsIgnoreCase", "É", "é"), r#"deny ["aws_case_folding"]"#);
    assert_eq!(test("StringEqualsIgnoreCase", "E", "e"), "deny []");
    assert_eq!(test("Bool", "true", "True"), r#"deny ["aws_bool_case"]"#);
    assert_eq!(test("Bool", "True", "true"), r#"deny ["aws_bool_case"]"#);
    assert_eq!(test("Bool", "true", "true"), "deny []");
    let key = |name: &str| {
        alicloud(json!({"StringEquals": {"acs:PrincipalARN": "x"}}), json!({name: "x"}))
    };
    assert_eq!(key("acs:PrincipalARN"), "deny []");
    assert_eq!(key("acs:PrincipalArn"), r#"deny ["ali_key_case"]"#);
    let resource = |pattern: &str, name: &str| {
        let request = json!({"principal": AWS_USER, "action": "a:b", "resource": name});
        answer(&AWS, &json!({"Resource": pattern}), &request)
    };
    assert_eq!(resource("arn:aws:ec2:*::Image/*", AWS_IMAGE), r#"allow ["aws_resource_case"]"#);
    assert_eq!(resource("arn:aws:ec2:*::snapshot/*", AWS_IMAGE), "allow []");
    let (bob, lower_bob) = ("arn:aws:iam::1:user/Bob", "arn:aws:iam::1:user/bob");
    assert_eq!(resource(lower_bob, bob), "allow []");
    assert_eq!(resource("arn:aws:s3:::b", "arn:aws:s3:::B"), r#"allow ["aws_resource_case"]"#);
    let action = |name: &str| {
        let request =
            json!({"principal": ALI_USER, "action": "ecs:StartInstance", "resource": "*"});
        answer(&ALICLOUD, &json!({"Action": name}), &request)
    };
    assert_eq!(action("ecs:StartInstance"), "deny []");
    assert_eq!(action("ecs:startinstance"), r#"deny ["ali_action_case"]"#);
    assert_eq!(action("ecs:stopinstance"), "allow []");
}

#[test]
fn negation_on_alibaba_cloud() {
    let absent = alicloud(json!({"StringNotEquals": {"a:b": "x"}}), json!({}));
    assert_eq!(absent, r#"deny ["ali_absent_negation"]"#);
    let list = |value: &str| {
        alicloud(json!({"StringNotEquals": {"a:b": ["x", "y"]}}), json!({"a:b": value}))
    };
    assert_eq!(list("x"), r#"allow ["ali_negated_list"]"#);
    assert_eq!(list("z"), "deny []");
    let request =
        json!({"principal": ALI_USER, "action": "ecs:StartInstance", "resource": ALI_IMAGE});
    let deny = json!({"Effect": "Deny", "Action": "*", "NotResource": "acs:oss:*:*:*"});
    let policies = json!([
        policy(&ALICLOUD, "identity", &statement("Allow", &json!({}))),
        policy(&ALICLOUD, "identity", &deny),
    ]);
    let result = decide(&ALICLOUD, &policies, &request);
    assert_eq!(words(&ALICLOUD, &result), r#"deny ["ali_not_resource"]"#);
}

#[test]
fn what_alibaba_cloud_puts_into_requests() {
    let ask = |action: &str, resource: &str, condition: Value, context: Value| {
        let request = json!({"principal": ALI_USER, "action": action, "resource": resource,
            "context": context});
        answer(&ALICLOUD, &json!({"Condition": condition}), &request)
    };
    let tag = json!({"StringEquals": {"acs:ResourceTag/a": "x"}});
    assert_eq!(
        ask("ecs:RunInstances", ALI_IMAGE, tag.clone(), json!({"acs:ResourceTag/a": "x"})),
        r#"deny ["ali_image_resource", "ali_image_tags"]"#
    );
    assert_eq!(ask("ecs:RunInstances", "*", tag, json!({})), "allow []");
    let request_tag = json!({"StringEquals": {"acs:RequestTag/a": "x"}});
    assert_eq!(
        ask("ecs:CopyImage", ALI_IMAGE, request_tag, json!({})),
        r#"allow ["ali_request_tag"]"#
    );
    let time = json!({"DateGreaterThanEquals": {"acs:CurrentTime": "2026-01-01T00:00:00Z"}});
    let now = json!({"acs:CurrentTime": "2026-01-02T00:00:00Z"});
    assert_eq!(ask("ecs:StartInstance", "*", time, now), r#"deny ["ali_current_time"]"#);
    let share = json!({"StringEquals": {"resourcesharing:RequestedResourceType": "Image"}});
    let associate = "resourcesharing:AssociateResourceShare";
    assert_eq!(ask(associate, "*", share, json!({})), r#"allow ["ali_share_resource_type"]"#);
}

#[test]
fn several_values_without_a_set_operator() {
    let test = |values: Value| aws(json!({"StringEquals": {"a:b": "x"}}), json!({"a:b": values}));
    assert_eq!(test(json!(["x"])), r#"deny ["aws_set_operator"]"#);
    assert_eq!(test(json!(["x", "y"])), r#"undecided ["aws_set_operator"]"#);
    assert_eq!(test(json!([])), "allow []");
    // What is certain decides, whatever else is doubtful.
    let both = json!({"StringEquals": {"a:b": "x", "a:c": "y"}});
    assert_eq!(aws(both, json!({"a:b": ["x", "y"], "a:c": "n"})), "allow []");
}

#[test]
fn one_key_in_two_spellings() {
    let test = |one: &str, other: &str| {
        let context = json!({"ec2:ResourceTag/k": one, "ec2:ResourceTag/K": other});
        aws(json!({"StringNotEquals": {"ec2:ResourceTag/k": "x"}}), context)
    };
    assert_eq!(test("x", "x"), "allow []");
    assert_eq!(test("n", "m"), "deny []");
    assert_eq!(test("x", "n"), r#"undecided ["aws_tag_key_spelling"]"#);
    // The same where a variable reads them.
    let filled = |one: &str, other: &str| {
        let context = json!({"aws:PrincipalTag/k": one, "aws:PrincipalTag/K": other, "a:b": "x"});
        let deny = json!({"Resource": "arn:aws:ec2:*::image/${aws:PrincipalTag/k}"});
        let request = json!({"principal": AWS_USER, "action": "ec2:RunInstances",
            "resource": "arn:aws:ec2:eu-west-1::image/x", "context": context});
        let in_condition = json!({"StringEquals": {"a:b": "${aws:PrincipalTag/k}"}});
        [aws(in_condition, context), answer(&AWS, &deny, &request)]
    };
    assert_eq!(filled("x", "x"), ["deny []", "deny []"]);
    assert_eq!(filled("x", "n"), [r#"undecided ["aws_tag_key_spelling"]"#; 2]);
}

#[test]
fn variables() {
    let test = |operator: &str, wanted: &str, context: Value| {
        aws(json!({operator: {"a:b": wanted}}), context)
    };
    let wild = json!({"a:b": "xyz", "a:v": "x*"});
    assert_eq!(test("StringLike", "${a:v}", wild.clone()), r#"allow ["aws_variable_wildcard"]"#);
    assert_eq!(test("StringEquals", "${a:v}", wild), "allow []");
    assert_eq!(test("StringEquals", "${A:V}!", json!({"a:b": "v!", "a:v": "v"})), "deny []");
    assert_eq!(test("StringEquals", "a${$}b", json!({"a:b": "a$b"})), "deny []");
    assert_eq!(test("StringEquals", "${a:v, 'd'}", json!({"a:b": "d"})), "deny []");
    assert_eq!(test("Bool", "${a:v}", json!({"a:b": "true", "a:v": "true"})), "deny []");
    // Not a variable where there are none.
    assert_eq!(test("BinaryEquals", "${a:v}", json!({"a:b": "${a:v}"})), "deny []");
    let request =
        json!({"principal": AWS_USER, "action": "s3:GetObject", "resource": "arn:aws:s3:::b/k"});
    let deny = json!({"Effect": "Deny", "Action": "*", "NotResource": "arn:aws:s3:::${a:v}/*"});
    let policies = json!([
        policy(&AWS, "identity", &statement("Allow", &json!({}))),
        policy(&AWS, "identity", &deny),
    ]);
    let result = decide(&AWS, &policies, &request);
    assert_eq!(words(&AWS, &result), r#"undecided ["aws_variable_in_not_resource"]"#);
}

#[test]
fn names_are_compared_field_by_field_and_need_all_fields() {
    let test = |pattern: &str| {
        aws(json!({"ArnLike": {"a:b": pattern}}), json!({"a:b": "arn:aws:iam::1:role/a:b"}))
    };
    assert_eq!(test("arn:*:iam::1:role/*"), "deny []");
    assert_eq!(test("arn:aws:*:role/*"), "allow []");
    assert_eq!(test("*"), "allow []");
}

/// What a resource policy does for somebody whose other policies are given.
fn resource_policy(who: &str, principal: Value, others: &[Value]) -> String {
    let grant = statement("Allow", &json!({"Principal": principal}));
    let mut policies = vec![policy(&AWS, "resource", &grant)];
    policies.extend_from_slice(others);
    let request =
        json!({"principal": who, "action": "s3:GetObject", "resource": "arn:aws:s3:::b/k"});
    words(&AWS, &decide(&AWS, &json!(policies), &request))
}

#[test]
fn resource_policies_grant_by_how_they_name_the_caller() {
    let silent = |kind: &str| policy(&AWS, kind, &statement("Allow", &json!({"Action": "ec2:*"})));
    let (boundary, session) = (silent("boundary"), silent("session"));
    let role = json!({"AWS": "arn:aws:iam::111:role/path/r"});
    // A user or session by name overcomes the silence of limits, a role does not.
    let limits = [boundary.clone(), session.clone()];
    assert_eq!(resource_policy(AWS_USER, json!({"AWS": AWS_USER}), &limits), "allow []");
    assert_eq!(resource_policy(AWS_SESSION, json!({"AWS": AWS_SESSION}), &limits), "allow []");
    assert_eq!(resource_policy(AWS_SESSION, role.clone(), &[]), "allow []");
    let with_boundary = std::slice::from_ref(&boundary);
    assert_eq!(resource_policy(AWS_SESSION, role.clone(), with_boundary), "implicit_deny []");
    let itself = "arn:aws:iam::111:role/path/r";
    assert_eq!(resource_policy(itself, role.clone(), &[]), "allow []");
    assert_eq!(resource_policy(itself, role.clone(), with_boundary), "implicit_deny []");
    for stranger in ["arn:aws:iam::222:role/r", "arn:aws:iam::111:role/q"] {
        let answer = resource_policy(AWS_SESSION, json!({"AWS": stranger}), &[]);
        assert_eq!(answer, "implicit_deny []", "{stranger}");
    }
    assert_eq!(resource_policy(AWS_SESSION, role, &[session]), "implicit_deny []");
    assert_eq!(resource_policy(AWS_USER, json!("*"), &[]), "allow []");
    // An account hands the decision on to its own policies.
    let account = json!({"AWS": "111"});
    let alone = resource_policy(AWS_USER, account.clone(), &[]);
    assert_eq!(alone, r#"implicit_deny ["aws_account_principal"]"#);
    let identity = policy(&AWS, "identity", &statement("Allow", &json!({})));
    assert_eq!(resource_policy(AWS_USER, account, &[identity]), "allow []");
    assert_eq!(resource_policy(AWS_USER, json!({"AWS": "222"}), &[]), "implicit_deny []");
}

#[test]
fn trust_and_key_policies_must_allow_themselves() {
    let ask = |identity: &str, principal: &str| {
        let key_policy = statement("Allow", &json!({"Principal": {"AWS": principal}}));
        let policies = json!([
            policy(&AWS, "identity", &statement("Allow", &json!({"Action": identity}))),
            policy(&AWS, "resource", &key_policy),
        ]);
        let request = json!({"principal": AWS_USER, "action": "kms:Decrypt",
            "resource": "arn:aws:kms:eu-west-1:111:key/k"});
        words(&AWS, &decide(&AWS, &policies, &request))
    };
    assert_eq!(ask("*", "222"), "implicit_deny []");
    assert_eq!(ask("*", "arn:aws:iam::111:root"), "allow []");
    assert_eq!(ask("ec2:*", "arn:aws:iam::111:root"), "implicit_deny []");
    assert_eq!(ask("ec2:*", AWS_USER), "allow []");
}

#[test]
fn not_principal_is_not_guessed() {
    let policies = json!([
        policy(&AWS, "identity", &statement("Allow", &json!({}))),
        policy(&AWS, "resource", &statement("Deny", &json!({"NotPrincipal": {"AWS": "111"}}))),
    ]);
    let request =
        json!({"principal": AWS_USER, "action": "s3:GetObject", "resource": "arn:aws:s3:::b/k"});
    let result = decide(&AWS, &policies, &request);
    assert_eq!(words(&AWS, &result), r#"undecided ["aws_not_principal"]"#);
    let undecided = result.unwrap_err();
    let met = Matched { policy: 1, statement: 0, effect: Effect::Deny };
    assert_eq!((undecided.statements, undecided.refused), (vec![met], false));
    // Without the grant it is refused, only not known how.
    let refused = decide(&AWS, &json!([policies[1]]), &request).unwrap_err().refused;
    assert!(refused);
}

#[test]
fn the_first_refusal_decides_on_alibaba_cloud_and_any_deny_on_aws() {
    let policies = |dialect, ceiling: &str| {
        let mut narrow = policy(dialect, ceiling, &statement("Allow", &json!({"Action": "oss:*"})));
        narrow["level"] = json!(0);
        json!([narrow, policy(dialect, "identity", &statement("Deny", &json!({})))])
    };
    let request = |principal: &str| json!({"principal": principal, "action": "ecs:StartInstance", "resource": "*"});
    let result = decide(&ALICLOUD, &policies(&ALICLOUD, "control"), &request(ALI_USER));
    assert_eq!(words(&ALICLOUD, &result), "implicit_deny []");
    let result = decide(&AWS, &policies(&AWS, "scp"), &request(AWS_USER));
    assert_eq!(words(&AWS, &result), "deny []");
}

#[test]
fn root_users_are_bound_as_scopes_say() {
    let ask = |controls: &[(&str, &str, &str)]| {
        let control = |(effect, action, scope): &(&str, &str, &str)| {
            let statement = statement(effect, &json!({"Action": action}));
            let mut policy = policy(&ALICLOUD, "control", &statement);
            policy["level"] = json!(0);
            policy["effect_scope"] = json!(scope);
            policy
        };
        let policies = json!(controls.iter().map(control).collect::<Vec<_>>());
        let request =
            json!({"principal": "acs:ram::1:root", "action": "ecs:StartInstance", "resource": "*"});
        words(&ALICLOUD, &decide(&ALICLOUD, &policies, &request))
    };
    let full = ("Allow", "*", "RAM");
    assert_eq!(ask(&[full, ("Deny", "ecs:*", "RAM")]), r#"allow ["ali_root_scope"]"#);
    assert_eq!(ask(&[full, ("Deny", "ecs:*", "All")]), r#"deny ["ali_root_scope"]"#);
    // What allows at a level allows everybody there.
    assert_eq!(ask(&[full, ("Deny", "oss:*", "All")]), r#"allow ["ali_root_scope"]"#);
    assert_eq!(ask(&[("Allow", "oss:*", "All")]), r#"implicit_deny ["ali_root_scope"]"#);
    assert_eq!(ask(&[("Allow", "oss:*", "RAM")]), r#"allow ["ali_root_scope"]"#);
}

#[test]
fn root_users_have_no_policies_of_their_own() {
    let policies = json!([
        policy(&AWS, "identity", &statement("Deny", &json!({}))),
        policy(&AWS, "boundary", &statement("Deny", &json!({}))),
    ]);
    for more in [json!({"principal": "arn:aws:iam::111:root"}), json!({"principal_kind": "root"})] {
        let mut request = json!({"principal": AWS_USER, "action": "a:b", "resource": "*"});
        for (name, value) in more.as_object().unwrap() {
            request[name] = value.clone();
        }
        assert_eq!(words(&AWS, &decide(&AWS, &policies, &request)), "allow []");
    }
}

#[test]
fn every_limit_must_allow() {
    let ask = |boundary: &str, session: &str| {
        let policies = json!([
            policy(&AWS, "identity", &statement("Allow", &json!({}))),
            policy(&AWS, "boundary", &statement("Allow", &json!({"Action": boundary}))),
            policy(&AWS, "session", &statement("Allow", &json!({"Action": session}))),
        ]);
        let request = json!({"principal": AWS_SESSION, "action": "s3:GetObject", "resource": "*"});
        words(&AWS, &decide(&AWS, &policies, &request))
    };
    assert_eq!(ask("s3:*", "s3:*"), "allow []");
    assert_eq!(ask("ec2:*", "s3:*"), "implicit_deny []");
    assert_eq!(ask("s3:*", "ec2:*"), "implicit_deny []");
}

#[test]
fn limits_hold_across_accounts() {
    let ask = |limit: &str| {
        let policies = json!([
            policy(&AWS, "identity", &statement("Allow", &json!({}))),
            policy(&AWS, "boundary", &statement("Allow", &json!({"Action": limit}))),
            policy(&AWS, "resource", &statement("Allow", &json!({"Principal": {"AWS": "111"}}))),
        ]);
        let request = json!({"principal": AWS_USER, "action": "s3:GetObject",
            "resource": "arn:aws:s3:::b/k", "resource_account": "222"});
        words(&AWS, &decide(&AWS, &policies, &request))
    };
    assert_eq!(ask("s3:*"), "allow []");
    assert_eq!(ask("ec2:*"), "implicit_deny []");
}

#[test]
fn no_account_of_alibaba_cloud_grants_what_is_anothers() {
    let ask = |principal: &str, kinds: &[&str]| {
        let grant = |kind: &&str| {
            let who = json!({"Principal": {"RAM": ["1"]}});
            let more = if *kind == "resource" { who } else { json!({}) };
            policy(&ALICLOUD, kind, &statement("Allow", &more))
        };
        let policies: Vec<_> = kinds.iter().map(grant).collect();
        let request = json!({"principal": principal, "action": "oss:GetObject",
            "resource": "acs:oss:*:2:b/k", "resource_account": "2"});
        words(&ALICLOUD, &decide(&ALICLOUD, &json!(policies), &request))
    };
    let root = "acs:ram::1:root";
    assert_eq!(ask(ALI_USER, &["identity"]), "implicit_deny []");
    assert_eq!(ask(root, &[]), "implicit_deny []");
    assert_eq!(ask(ALI_USER, &["identity", "resource"]), "allow []");
    assert_eq!(ask(root, &["resource"]), "allow []");
    assert_eq!(ask(ALI_USER, &["resource"]), r#"allow ["ali_cross_account"]"#);
}

#[test]
fn resource_control_policies_bind_by_the_resource() {
    let ask = |denied: &str, more: Value| {
        let rcp = statement("Deny", &json!({"Principal": "*", "Action": denied}));
        let policies = json!([
            policy(&AWS, "rcp", &rcp),
            policy(&AWS, "identity", &statement("Allow", &json!({}))),
            policy(&AWS, "resource", &statement("Allow", &json!({"Principal": "*"}))),
        ]);
        let mut request = json!({"principal": AWS_USER, "action": "s3:GetObject",
            "resource": "arn:aws:s3:::b/k"});
        for (name, value) in more.as_object().unwrap() {
            request[name] = value.clone();
        }
        words(&AWS, &decide(&AWS, &policies, &request))
    };
    assert_eq!(ask("s3:*", json!({})), "deny []");
    // What is not denied is allowed by default.
    assert_eq!(ask("sqs:*", json!({})), "allow []");
    assert_eq!(ask("s3:*", json!({"account_kind": "management"})), "allow []");
    let from_afar = json!({"account_kind": "management", "resource_account": "222"});
    assert_eq!(ask("s3:*", from_afar), "deny []");
    assert_eq!(ask("s3:*", json!({"principal_kind": "service_linked_role"})), "allow []");
}

#[test]
fn service_control_policies_bind_by_the_caller() {
    let mut scp = policy(&AWS, "scp", &statement("Deny", &json!({})));
    scp["level"] = json!(0);
    let policies = json!([
        scp,
        policy(&AWS, "identity", &statement("Allow", &json!({}))),
        policy(&AWS, "resource", &statement("Allow", &json!({"Principal": "*"}))),
    ]);
    let request = json!({"principal": AWS_USER, "action": "s3:GetObject",
        "resource": "arn:aws:s3:::b/k", "account_kind": "management", "resource_account": "222"});
    assert_eq!(words(&AWS, &decide(&AWS, &policies, &request)), "allow []");
}

#[test]
fn an_unreadable_foreign_statement_counts_only_where_it_could_matter() {
    let text = r#"{"Version":"1","Statement":[
        {"Effect":"Allow","Action":"*","Resource":"*"},
        {"Effect":"Deny","Action":"ecs:*","Resource":"*","Condition":{
            "StringEquals":{"a:b":"x"},"StringEqualsIfExists":{"a:c":"x"}}}]}"#;
    let document = Document::parse_foreign(&ALICLOUD, "ram_policy", text).unwrap().unwrap();
    let policy = Policy::new(&ALICLOUD, "identity", 0, document).unwrap();
    let policies = Policies::of(&ALICLOUD, vec![policy]);
    let ask = |action: &str, context: Value| {
        let request = json!({"principal": ALI_USER, "action": action, "resource": "*",
            "context": context});
        let request = Request::parse(&ALICLOUD, &request.to_string()).unwrap();
        words(&ALICLOUD, &evaluate(&policies, &request))
    };
    assert_eq!(ask("oss:GetObject", json!({"a:b": "x"})), "allow []");
    assert_eq!(ask("ecs:StartInstance", json!({"a:b": "y"})), "allow []");
    let open = r#"undecided ["ali_unsupported_statement"]"#;
    assert_eq!(ask("ecs:StartInstance", json!({"a:b": "x"})), open);
}

#[test]
fn codes_are_distinct_and_sorted() {
    let all = Assumptions::of(Assumption::ALL);
    let codes = all.codes(&AWS);
    let sorted: BTreeSet<_> = codes.iter().cloned().collect();
    assert_eq!(codes, sorted.into_iter().collect::<Vec<_>>());
}
