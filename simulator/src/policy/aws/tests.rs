//! The evaluator against the shared cases, and documents that are refused.

use serde_json::{Value, json};

use super::{Caller, Context, Document, Kind, Layer, Policies, Request, Resource, Verdict, decide};

/// Plain data about both dialects, which the provider's tests read as well.
const CASES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../src/guardrail/cases/decisions.json");

fn read_context(context: &mut Context, value: &Value) {
    for (key, value) in value.as_object().into_iter().flatten() {
        let one = std::slice::from_ref(value);
        let values = value.as_array().map_or(one, Vec::as_slice);
        context.set_all(key, values.iter().map(|value| value.as_str().unwrap().to_owned()));
    }
}

fn read_request(case: &Value) -> Request {
    let request = &case["request"];
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let entries = match request["resources"].as_array() {
        Some(entries) => entries.clone(),
        None => vec![json!({"resource": request["resource"]})],
    };
    let resources = entries.iter().map(|entry| {
        let mut context = Context::default();
        read_context(&mut context, &request["context"]);
        read_context(&mut context, &entry["context"]);
        Resource {
            action: text(&entry["action"]).or_else(|| text(&request["action"])).unwrap(),
            arn: text(&entry["resource"]).unwrap(),
            account: text(&request["resource_account"]),
            context,
        }
    });
    let kind = request["principal_kind"].as_str();
    let caller = Caller {
        arn: text(&request["principal"]).unwrap(),
        is_bound: kind != Some("service_linked_role") && request["account_kind"] != "management",
        is_root: kind == Some("root"),
    };
    Request { caller, resources: resources.collect() }
}

fn read_policies(case: &Value) -> Policies {
    let mut policies = Policies::default();
    for policy in case["policies"].as_array().unwrap() {
        let read = |kind| {
            Document::parse(&policy["document"].to_string(), kind)
                .unwrap_or_else(|error| panic!("{}: {error}", case["id"]))
        };
        match policy["type"].as_str().unwrap() {
            "scp" => {
                let level = usize::try_from(policy["level"].as_u64().unwrap()).unwrap();
                let levels = policies.service_control.len().max(level + 1);
                policies.service_control.resize_with(levels, Vec::new);
                policies.service_control[level].push(read(Kind::ServiceControl));
            }
            "rcp" => policies.resource_control.push(read(Kind::Resource)),
            "resource" => policies.resource.push(read(Kind::Resource)),
            "boundary" => policies.boundary = Some(read(Kind::Identity)),
            "session" => policies.session = Some(read(Kind::Identity)),
            "identity" => policies.identity.push(read(Kind::Identity)),
            other => panic!("{other}"),
        }
    }
    policies
}

#[test]
fn every_shared_case_of_aws_is_decided_as_expected() {
    let cases: Value = serde_json::from_str(&std::fs::read_to_string(CASES).unwrap()).unwrap();
    let cases = cases["cases"].as_array().unwrap();
    let cases: Vec<&Value> = cases.iter().filter(|case| case["dialect"] == "aws").collect();
    assert_eq!(cases.len(), 143);
    let decided = |case: &Value| match decide(&read_request(case), &read_policies(case)) {
        Verdict::Allow => "allow",
        Verdict::Deny { is_explicit: true, .. } => "deny",
        Verdict::Deny { is_explicit: false, .. } => "implicit_deny",
    };
    let wrong: Vec<String> = cases
        .iter()
        .filter(|case| case["expect"] != decided(case))
        .map(|case| format!("{}: {} but {}", case["id"], case["expect"], decided(case)))
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

fn document(kind: Kind, statement: &Value) -> Document {
    let policy = json!({"Version": "2012-10-17", "Statement": statement});
    Document::parse(&policy.to_string(), kind).unwrap()
}

fn asking(arn: &str) -> Request {
    let (action, arn) = ("s3:GetObject".to_owned(), arn.to_owned());
    let resources = vec![Resource { action, arn, account: None, context: Context::default() }];
    let caller = Caller {
        arn: "arn:aws:sts::111122223333:assumed-role/app/s1".to_owned(),
        is_bound: true,
        is_root: false,
    };
    Request { caller, resources }
}

#[test]
fn a_refusal_names_layer_action_and_resource() {
    let deny = json!({"Effect": "Deny", "Action": "s3:*", "Resource": "arn:aws:s3:::b/*"});
    let everything = Document::allowing(["*".to_owned()]);
    let level = vec![everything.clone(), document(Kind::ServiceControl, &deny)];
    let mut policies = Policies {
        service_control: vec![vec![everything.clone()], level],
        identity: vec![everything],
        ..Policies::default()
    };
    let mut request = asking("arn:aws:s3:::b/k");
    let verdict = |is_explicit, layer| Verdict::Deny {
        is_explicit,
        layer,
        action: "s3:GetObject".to_owned(),
        resource: "arn:aws:s3:::b/k".to_owned(),
    };
    assert_eq!(decide(&request, &policies), verdict(true, Layer::ServiceControl));
    policies.service_control.push(Vec::new());
    assert_eq!(decide(&request, &policies), verdict(true, Layer::ServiceControl));
    policies.service_control.remove(1);
    assert_eq!(decide(&request, &policies), verdict(false, Layer::ServiceControl));
    request.caller.is_bound = false;
    assert_eq!(decide(&request, &policies), Verdict::Allow);
    policies.identity.clear();
    assert_eq!(decide(&request, &policies), verdict(false, Layer::Identity));
    request.caller.is_root = true;
    assert_eq!(decide(&request, &policies), Verdict::Allow);
}

#[test]
fn a_resources_policy_lets_a_session_pass_its_own_policy_but_not_its_role() {
    let policies = |principal: &str| {
        let statement = json!({"Effect": "Allow", "Principal": {"AWS": principal},
            "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"});
        let nothing = json!({"Effect": "Allow", "Action": "ec2:*", "Resource": "*"});
        Policies {
            resource: vec![document(Kind::Resource, &statement)],
            session: Some(document(Kind::Identity, &nothing)),
            ..Policies::default()
        }
    };
    let decide = |principal| decide(&asking("arn:aws:s3:::b/k"), &policies(principal));
    let is_refused_by = |verdict, expected| matches!(verdict, Verdict::Deny { is_explicit: false, layer, .. } if layer == expected);
    let session = "arn:aws:sts::111122223333:assumed-role/app/s1";
    assert_eq!(decide(session), Verdict::Allow);
    assert!(is_refused_by(decide("arn:aws:iam::111122223333:role/app"), Layer::Session));
    assert!(is_refused_by(decide("111122223333"), Layer::Session));
    assert!(is_refused_by(decide("arn:aws:iam::111122223333:role/other"), Layer::Identity));
}

#[test]
fn a_resources_policy_lets_a_user_pass_its_boundary_but_not_its_session() {
    let user = "arn:aws:iam::111122223333:user/dev";
    let statement = json!({"Effect": "Allow", "Principal": {"AWS": user}, "Action": "s3:GetObject",
        "Resource": "arn:aws:s3:::b/*"});
    let nothing = json!({"Effect": "Allow", "Action": "ec2:*", "Resource": "*"});
    let nothing = Some(document(Kind::Identity, &nothing));
    let resource = vec![document(Kind::Resource, &statement)];
    let mut policies = Policies { resource, boundary: nothing.clone(), ..Policies::default() };
    let mut request = asking("arn:aws:s3:::b/k");
    user.clone_into(&mut request.caller.arn);
    assert_eq!(decide(&request, &policies), Verdict::Allow);
    policies.session = nothing;
    assert!(matches!(decide(&request, &policies), Verdict::Deny { layer: Layer::Session, .. }));
}

#[test]
fn what_the_apis_refuse_is_refused() {
    let good = json!({"Effect": "Deny", "Action": ["ec2:*"], "Resource": "*", "Sid": "a1"});
    let policy =
        |statement: &Value| json!({"Version": "2012-10-17", "Statement": statement}).to_string();
    let with = |name: &str, value: Value| {
        let mut statement = good.clone();
        statement[name] = value;
        policy(&statement)
    };
    let without_version = json!({"Statement": [good]}).to_string();
    assert!(Document::parse(&without_version, Kind::Identity).is_ok());
    assert!(Document::parse(&without_version, Kind::ServiceControl).is_err());
    let marked = with("Sid", json!("a b"));
    assert!(Document::parse(&marked, Kind::ServiceControl).is_ok());
    assert!(Document::parse(&marked, Kind::Identity).is_err());
    let unquoted = with("Condition", json!({"Null": {"a": true}, "NumericEquals": {"b": [1, 2]}}));
    assert!(Document::parse(&unquoted, Kind::Identity).is_ok());
    for bad in [
        String::new(),
        "[]".to_owned(),
        policy(&good).replace("\"Sid\"", "\"Effect\""),
        json!({"Version": "1", "Statement": [good]}).to_string(),
        policy(&json!([])),
        policy(&json!([good, good])),
        json!({"Version": "2012-10-17", "Statement": good, "x": 1}).to_string(),
        with("Effect", json!("deny")),
        with("Action", json!([])),
        with("Action", json!("RunInstances")),
        with("Action", json!("e*:RunInstances")),
        with("NotAction", json!("iam:*")),
        with("Resource", json!("image/*")),
        with("Principal", json!("*")),
        with("NotPrincipal", json!("*")),
        with("Condition", json!({"IpAddressNotEquals": {"a": "b"}})),
        with("Condition", json!({"NullIfExists": {"a": "true"}})),
        with("Condition", json!({"StringEquals": {"a": []}})),
        with("Condition", json!({"StringEquals": {"a": {}}})),
    ] {
        assert!(Document::parse(&bad, Kind::Identity).is_err(), "{bad}");
    }
}
