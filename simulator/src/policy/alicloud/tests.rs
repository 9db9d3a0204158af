//! The evaluator against the shared cases, and documents that are refused.

use serde_json::{Value, json};

use super::{
    Caller, Context, Document, Kind, OpenQuestions, Policies, Request, Resource, Verdict, decide,
};

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
    let entries = match request["resources"].as_array() {
        Some(entries) => entries.clone(),
        None => vec![json!({"resource": request["resource"]})],
    };
    let resources = entries.iter().map(|entry| {
        let mut context = Context::default();
        read_context(&mut context, &request["context"]);
        read_context(&mut context, &entry["context"]);
        Resource { arn: entry["resource"].as_str().unwrap().to_owned(), context }
    });
    let caller = match (request["principal_kind"].as_str(), request["account_kind"].as_str()) {
        (Some("root"), _) => Caller::Root,
        (Some("service_linked_role"), _) => Caller::ServiceLinkedRole,
        (None, Some("management")) => Caller::Management,
        (None, Some("member") | None) => Caller::Ordinary,
        other => panic!("{other:?}"),
    };
    Request {
        action: request["action"].as_str().unwrap().to_owned(),
        caller,
        resources: resources.collect(),
    }
}

fn read_policies(case: &Value) -> Policies {
    let mut policies = Policies::default();
    for policy in case["policies"].as_array().unwrap() {
        let read = |kind| Document::parse(&policy["document"].to_string(), kind).unwrap();
        match policy["type"].as_str().unwrap() {
            "control" => {
                let level = usize::try_from(policy["level"].as_u64().unwrap()).unwrap();
                let levels = policies.control.len().max(level + 1);
                policies.control.resize_with(levels, Vec::new);
                policies.control[level].push(read(Kind::Control));
            }
            "session" => policies.session = Some(read(Kind::Ram)),
            "identity" => policies.identity.push(read(Kind::Ram)),
            other => panic!("{other}"),
        }
    }
    policies
}

#[test]
fn every_shared_case_of_alibaba_cloud_is_decided_as_expected() {
    let cases: Value = serde_json::from_str(&std::fs::read_to_string(CASES).unwrap()).unwrap();
    let cases = cases["cases"].as_array().unwrap();
    let cases: Vec<&Value> = cases.iter().filter(|case| case["dialect"] == "alibaba").collect();
    assert_eq!(cases.len(), 47);
    let decided = |case: &Value| match decide(
        &read_request(case),
        &read_policies(case),
        &OpenQuestions::default(),
    ) {
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

#[test]
fn an_operator_of_the_wrong_type_makes_its_statement_ineffective() {
    let document = |operator: &str, value: &str| {
        let condition = json!({operator: {"ecs:Period": value}});
        let statement =
            json!({"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": condition});
        let policy = json!({"Version": "1", "Statement": [statement]});
        Document::parse(&policy.to_string(), Kind::Ram).unwrap()
    };
    let mut context = Context::default();
    context.set("ecs:Period", "monthly");
    let resources = vec![Resource { arn: "*".to_owned(), context }];
    let request =
        Request { action: "ecs:RunInstances".to_owned(), caller: Caller::Ordinary, resources };
    for (operator, value, is_denied) in [
        ("StringNotEquals", "weekly", true),
        ("NumericNotEquals", "1", false),
        ("DateNotEquals", "2026-01-01T00:00:00Z", false),
        ("NotIpAddress", "10.0.0.0/8", false),
        ("Bool", "true", false),
    ] {
        let identity = vec![Document::allowing(["*".to_owned()]), document(operator, value)];
        let policies = Policies { identity, ..Policies::default() };
        let verdict = decide(&request, &policies, &OpenQuestions::default());
        assert_eq!(verdict != Verdict::Allow, is_denied, "{operator}");
    }
}

#[test]
fn what_the_api_refuses_is_refused() {
    let good = json!({"Effect": "Deny", "Action": ["ecs:*"], "Resource": "*", "Sid": "1"});
    let policy = |statement: &Value| json!({"Version": "1", "Statement": [statement]}).to_string();
    let with = |name: &str, value: Value| {
        let mut statement = good.clone();
        statement[name] = value;
        policy(&statement)
    };
    assert!(Document::parse(&policy(&good), Kind::Control).is_ok());
    let not_resource =
        json!({"Effect": "Deny", "Action": "*", "NotResource": "acs:ecs:*:*:image/*"});
    assert!(Document::parse(&policy(&not_resource), Kind::Ram).is_ok());
    assert!(Document::parse(&policy(&not_resource), Kind::Control).is_err());
    for bad in [
        String::new(),
        "[]".to_owned(),
        json!({"Version": "2012-10-17", "Statement": [good]}).to_string(),
        json!({"Version": "1", "Statement": good}).to_string(),
        json!({"Version": "1", "Statement": []}).to_string(),
        json!({"Version": "1", "Statement": [good], "Id": "x"}).to_string(),
        with("Effect", json!("deny")),
        with("Action", json!([])),
        with("NotAction", json!("ram:*")),
        with("Principal", json!("*")),
        with("Condition", json!({"StringEqualsIfExists": {"a": "b"}})),
        with("Condition", json!({"Null": {"a": "true"}})),
        with("Condition", json!({"ForAnyValue:StringEquals": {"a": "b"}})),
        with("Condition", json!({"Bool": {"a": true}})),
        with("Condition", json!({"StringEquals": {"a": []}})),
    ] {
        assert!(Document::parse(&bad, Kind::Ram).is_err(), "{bad}");
    }
}
