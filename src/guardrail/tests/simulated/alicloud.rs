//! The evaluator of the simulated Alibaba Cloud.

use fastrand::Rng;
use imageguard_simulator::policy::alicloud as simulated;
use serde_json::{Value, json};

use super::{
    super::super::{ALICLOUD, Policies, Request, evaluate},
    pick, some,
};

const ACTIONS: &[&str] =
    &["ecs:RunInstances", "ecs:CreateInstance", "ecs:TagResources", "ram:GetPolicy"];
const ACTION_PATTERNS: &[&str] = &[
    "*",
    "ecs:*",
    "ecs:Run*",
    "ECS:runinstances",
    "ecs:????teInstance",
    "ecs:TagResources",
    "ram:*",
    "ecs:*Instance*",
];
const RESOURCES: &[&str] = &[
    "acs:ecs:cn-hangzhou:1234567890123456:image/m-1",
    "acs:ecs:cn-hangzhou:1234567890123456:image/m-2",
    "acs:ecs:cn-hangzhou:1234567890123456:instance/*",
    "*",
];
const RESOURCE_PATTERNS: &[&str] = &[
    "*",
    "acs:ecs:*:*:image/*",
    "acs:ecs:*:*:image/m-?",
    "acs:ecs:cn-hangzhou:*:image/m-1",
    "acs:ecs:*:*:instance/*",
    "acs:*:*hangzhou*:*:*",
    "acs:ecs:*:*:IMAGE/*",
];

/// Keys with the operators that fit them and the values they and their conditions have.
///
/// No two tags differ in case only: the vendor does not say whether `Status` is `status`, the simulated
/// cloud says no, and here it is an assumption.
const KEYS: &[(&str, &[&str], &[&str])] = &[
    ("acs:ResourceTag/status", TEXT, &["approved", "Approved", "app*", "a?proved", "", "x"]),
    ("acs:RequestTag/status", TEXT, &["approved", "x"]),
    ("acs:PrincipalARN", TEXT, &[DEV, PIPELINE, "acs:ram:*:*:role/image-*", "*"]),
    ("ecs:Period", NUMBERS, &["1", "01.0", "12", "-3", "12.5"]),
    (
        "acs:CurrentTime",
        DATES,
        &[
            "2026-01-01T00:00:00Z",
            "2026-01-01T08:00:00+08:00",
            "2026-01-01T00:00:01Z",
            "2027-06-01T00:00:00Z",
        ],
    ),
    (
        "acs:SourceIp",
        ADDRESSES,
        &["10.0.0.1", "10.1.0.0/16", "10.1.2.3", "0.0.0.0/0", "2001:db8::1"],
    ),
    ("acs:SecureTransport", &["Bool"], &["true", "false"]),
];
const DEV: &str = "acs:ram::1234567890123456:user/dev";
const PIPELINE: &str = "acs:ram::1234567890123456:role/image-pipeline";
const TEXT: &[&str] = &[
    "StringEquals",
    "StringNotEquals",
    "StringEqualsIgnoreCase",
    "StringNotEqualsIgnoreCase",
    "StringLike",
    "StringNotLike",
];
const NUMBERS: &[&str] = &[
    "NumericEquals",
    "NumericNotEquals",
    "NumericLessThan",
    "NumericLessThanEquals",
    "NumericGreaterThan",
    "NumericGreaterThanEquals",
];
const DATES: &[&str] = &[
    "DateEquals",
    "DateNotEquals",
    "DateLessThan",
    "DateLessThanEquals",
    "DateGreaterThan",
    "DateGreaterThanEquals",
];
const ADDRESSES: &[&str] = &["IpAddress", "NotIpAddress"];

fn statement(rng: &mut Rng) -> Value {
    let mut statement = json!({
        "Effect": if rng.u8(0..3) == 0 { "Allow" } else { "Deny" },
        "Resource": some(rng, RESOURCE_PATTERNS),
    });
    let action = if rng.u8(0..6) == 0 { "NotAction" } else { "Action" };
    statement[action] = some(rng, ACTION_PATTERNS);
    for _ in 0..rng.u8(0..3) {
        let (key, operators, values) = pick(rng, KEYS);
        statement["Condition"][pick(rng, operators)][key] = some(rng, values);
    }
    statement
}

fn document(rng: &mut Rng) -> Value {
    let statements: Vec<Value> = (0..rng.u8(1..4)).map(|_| statement(rng)).collect();
    json!({"Version": "1", "Statement": statements})
}

/// Policies as either evaluator has them: up to three levels of control policies, a session policy
/// sometimes, identity policies.
fn policies(rng: &mut Rng) -> (Policies, simulated::Policies) {
    let everything = json!({
        "Version": "1", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}],
    });
    let mut all = Vec::new();
    let mut theirs = simulated::Policies::default();
    let read =
        |document: &Value, kind| simulated::Document::parse(&document.to_string(), kind).unwrap();
    for level in 0..rng.usize(0..4) {
        let mut documents = vec![document(rng)];
        documents.extend((rng.u8(0..5) > 0).then(|| everything.clone()));
        let control = |document: &Value| read(document, simulated::Kind::Control);
        theirs.control.push(documents.iter().map(control).collect());
        all.extend(
            documents
                .into_iter()
                .map(|document| json!({"type": "control", "level": level, "document": document})),
        );
    }
    if rng.u8(0..4) == 0 {
        let document = document(rng);
        theirs.session = Some(read(&document, simulated::Kind::Ram));
        all.push(json!({"type": "session", "document": document}));
    }
    for document in [document(rng), everything] {
        theirs.identity.push(read(&document, simulated::Kind::Ram));
        all.push(json!({"type": "identity", "document": document}));
    }
    (Policies::parse(&ALICLOUD, &json!(all).to_string()).unwrap(), theirs)
}

fn request(rng: &mut Rng) -> (Request, simulated::Request) {
    let principal = pick(rng, &[DEV, PIPELINE]);
    let action = pick(rng, ACTIONS);
    let mut resources = Vec::new();
    let mut entries = Vec::new();
    for _ in 0..rng.u8(1..4) {
        let arn = pick(rng, RESOURCES).to_owned();
        let mut context = simulated::Context::default();
        let mut values = json!({"acs:PrincipalARN": principal});
        context.set("acs:PrincipalARN", principal);
        for (key, _, known) in KEYS.iter().filter(|(key, ..)| *key != "acs:PrincipalARN") {
            // A request's address is no range.
            let value = if *key == "ecs:Period" && rng.u8(0..8) == 0 {
                "monthly"
            } else {
                pick(rng, known)
            };
            if rng.bool() && !value.contains('/') {
                context.set(key, value);
                values[key] = json!(value);
            }
        }
        entries.push(json!({"resource": arn, "context": values}));
        resources.push(simulated::Resource { arn, context });
    }
    let (kind, caller) = match rng.u8(0..10) {
        0 => (json!({"account_kind": "management"}), simulated::Caller::Management),
        1 => {
            (json!({"principal_kind": "service_linked_role"}), simulated::Caller::ServiceLinkedRole)
        }
        _ => (json!({}), simulated::Caller::Ordinary),
    };
    let mut ours = json!({
        "principal": principal, "action": action, "resources": entries, "context": {},
    });
    for (name, value) in kind.as_object().unwrap() {
        ours[name] = value.clone();
    }
    let theirs = simulated::Request { action: action.to_owned(), caller, resources };
    (Request::parse(&ALICLOUD, &ours.to_string()).unwrap(), theirs)
}

#[test]
fn both_evaluators_agree_on_100_000_requests() {
    let mut rng = Rng::with_seed(7);
    let questions = simulated::OpenQuestions::default();
    let mut seen = [0_u32; 3];
    // Reading takes longer than deciding.
    let requests: Vec<_> = (0..2_000).map(|_| request(&mut rng)).collect();
    for _ in 0..2_000 {
        let (ours, theirs) = policies(&mut rng);
        for _ in 0..50 {
            let (request, asked) = &requests[rng.usize(..requests.len())];
            let (place, name) = match simulated::decide(asked, &theirs, &questions) {
                simulated::Verdict::Allow => (0, "allow"),
                simulated::Verdict::Deny { is_explicit: true, .. } => (1, "deny"),
                simulated::Verdict::Deny { is_explicit: false, .. } => (2, "implicit_deny"),
            };
            seen[place] += 1;
            let outcome = evaluate(&ours, request);
            let decision = outcome.as_ref().map(|outcome| outcome.decision.name());
            assert_eq!(decision, Ok(name), "{theirs:#?}\n{asked:#?}");
        }
    }
    assert!(seen.iter().all(|&count| count > 5_000), "every answer is common: {seen:?}");
}
