//! The evaluator of the simulated AWS.

use fastrand::Rng;
use imageguard_simulator::policy::aws as simulated;
use serde_json::{Value, json};

use super::{
    super::super::{AWS, Policies, Request, evaluate},
    pick, some,
};

const DEV: &str = "arn:aws:iam::111122223333:user/dev";
const PIPELINE: &str = "arn:aws:sts::111122223333:assumed-role/image-pipeline/run-1";
const PIPELINE_ROLE: &str = "arn:aws:iam::111122223333:role/images/image-pipeline";
const ACTIONS: &[&str] = &["ec2:RunInstances", "ec2:CreateImage", "ec2:CreateTags", "s3:GetObject"];
const ACTION_PATTERNS: &[&str] = &[
    "*",
    "ec2:*",
    "ec2:Run*",
    "EC2:runinstances",
    "ec2:Create????*",
    "ec2:CreateTags",
    "s3:*",
    "ec2:*Image*",
];
const RESOURCES: &[&str] = &[
    "arn:aws:ec2:us-east-1::image/ami-1",
    "arn:aws:ec2:eu-central-1::image/*",
    "arn:aws:ec2:us-east-1:111122223333:instance/*",
    "arn:aws:s3:::bucket/dev/a:b",
    "*",
];
const RESOURCE_PATTERNS: &[&str] = &[
    "*",
    "arn:aws:ec2:*::image/*",
    "arn:aws:ec2:*:*:image/*",
    "arn:aws:ec2:us-east-1:111122223333:image/*",
    "arn:aws:ec2:us-*-1::image/ami-?",
    "arn:aws:ec2:*:image/ami-1",
    "arn:*:ec2:*:*:instance/*",
    "arn:aws:ec2:*:*:IMAGE/*",
    "arn:aws:s3:::bucket/${aws:username}/*",
    "arn:aws:s3:::bucket/${aws:PrincipalTag/team, 'dev'}/*",
    "arn:aws:s3:::bucket/*:b",
    "arn:aws:ec2",
];

/// Keys with the operators that fit them and the values they and their conditions have.
const KEYS: &[(&str, &[&str], &[&str])] = &[
    (
        "ec2:ResourceTag/status",
        TEXT,
        &["approved", "Approved", "app*", "a?proved", "${*}", "${aws:username}", "dev", "x"],
    ),
    ("aws:RequestTag/status", TEXT, &["approved", "x", "dev", "${aws:PrincipalTag/none}"]),
    (
        "aws:PrincipalArn",
        ARNS,
        &[DEV, PIPELINE_ROLE, "arn:aws:iam::*:role/images/*", "arn:*:iam::*:*", "arn:aws:iam::*"],
    ),
    ("s3:max-keys", NUMBERS, &["1", "10", "10.0", "12.5", "-3", "9007199254740993"]),
    (
        "aws:CurrentTime",
        DATES,
        &[
            "2026-01-01T00:00:00Z",
            "2026-01-01T08:00:00+08:00",
            "2026-01-01T00:00:01Z",
            "2027-06-01",
            "1767225600",
        ],
    ),
    (
        "aws:SourceIp",
        ADDRESSES,
        &["10.0.0.1", "10.1.0.0/16", "10.1.2.3", "0.0.0.0/0", "2001:db8::1", "2001:db8::/32"],
    ),
    ("aws:SecureTransport", &["Bool", "BoolIfExists", "Null"], &["true", "false"]),
];
/// A key with several values, and what is asked of all or any of them.
const TAG_KEYS: &str = "aws:TagKeys";
const TAGS: &[&str] = &["status", "Status", "owner", "sta*"];
const TEXT: &[&str] = &[
    "StringEquals",
    "StringNotEquals",
    "StringEqualsIgnoreCase",
    "StringNotEqualsIgnoreCase",
    "StringLike",
    "StringNotLike",
    "StringEqualsIfExists",
    "StringNotLikeIfExists",
];
const ARNS: &[&str] = &["ArnLike", "ArnNotLike", "ArnEquals", "ArnNotEquals", "ArnLikeIfExists"];
const NUMBERS: &[&str] = &[
    "NumericEquals",
    "NumericNotEquals",
    "NumericLessThan",
    "NumericLessThanEquals",
    "NumericGreaterThan",
    "NumericGreaterThanEqualsIfExists",
];
const DATES: &[&str] = &[
    "DateEquals",
    "DateNotEquals",
    "DateLessThan",
    "DateLessThanEqualsIfExists",
    "DateGreaterThan",
    "DateGreaterThanEquals",
];
const ADDRESSES: &[&str] = &["IpAddress", "NotIpAddress", "IpAddressIfExists"];

fn condition(rng: &mut Rng, statement: &mut Value) {
    match rng.u8(0..8) {
        0 => {
            let (key, ..) = pick(rng, KEYS);
            statement["Condition"]["Null"][key] = json!(pick(rng, &["true", "false"]));
        }
        1 => statement["Condition"]["Null"][TAG_KEYS] = json!(pick(rng, &["true", "false"])),
        2 | 3 => {
            let quantifier = pick(rng, &["ForAllValues", "ForAnyValue"]);
            let operator = format!("{quantifier}:{}", pick(rng, &TEXT[..6]));
            statement["Condition"][operator][TAG_KEYS] = some(rng, TAGS);
        }
        _ => {
            let (key, operators, values) = pick(rng, KEYS);
            statement["Condition"][pick(rng, operators)][key] = some(rng, values);
        }
    }
}

fn statement(rng: &mut Rng) -> Value {
    let mut statement = json!({ "Effect": if rng.u8(0..3) == 0 { "Allow" } else { "Deny" } });
    let action = if rng.u8(0..6) == 0 { "NotAction" } else { "Action" };
    statement[action] = some(rng, ACTION_PATTERNS);
    // What `NotResource` does with a variable that has no value is not documented.
    let (resource, patterns) = match rng.u8(0..6) {
        0 => ("NotResource", &RESOURCE_PATTERNS[..8]),
        _ => ("Resource", RESOURCE_PATTERNS),
    };
    statement[resource] = some(rng, patterns);
    for _ in 0..rng.u8(0..3) {
        condition(rng, &mut statement);
    }
    statement
}

fn document(rng: &mut Rng) -> Value {
    let statements: Vec<Value> = (0..rng.u8(1..4)).map(|_| statement(rng)).collect();
    json!({"Version": "2012-10-17", "Statement": statements})
}

/// A document of a resource, which says whom it is about.
fn with_principal(rng: &mut Rng) -> Value {
    let mut document = document(rng);
    let principals = ["*", DEV, PIPELINE, PIPELINE_ROLE, "arn:aws:iam::111122223333:user/other"];
    for statement in document["Statement"].as_array_mut().unwrap() {
        statement["Principal"] = match pick(rng, &principals) {
            "*" => json!("*"),
            arn => json!({"AWS": arn}),
        };
    }
    document
}

fn read(document: &Value, kind: simulated::Kind) -> simulated::Document {
    simulated::Document::parse(&document.to_string(), kind).unwrap()
}

/// Policies as either evaluator has them, of every layer.
fn policies(rng: &mut Rng) -> (Policies, simulated::Policies) {
    let everything = json!({
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}],
    });
    let mut all = Vec::new();
    let mut theirs = simulated::Policies::default();
    for level in 0..rng.usize(0..4) {
        let mut documents = vec![document(rng)];
        documents.extend((rng.u8(0..5) > 0).then(|| everything.clone()));
        let control = |document: &Value| read(document, simulated::Kind::ServiceControl);
        theirs.service_control.push(documents.iter().map(control).collect());
        all.extend(
            documents
                .into_iter()
                .map(|document| json!({"type": "scp", "level": level, "document": document})),
        );
    }
    for (kind, place) in [("boundary", &mut theirs.boundary), ("session", &mut theirs.session)] {
        if rng.u8(0..6) == 0 {
            let document = if rng.bool() { document(rng) } else { everything.clone() };
            *place = Some(read(&document, simulated::Kind::Identity));
            all.push(json!({"type": kind, "document": document}));
        }
    }
    if rng.u8(0..4) == 0 {
        let document = with_principal(rng);
        theirs.resource.push(read(&document, simulated::Kind::Resource));
        all.push(json!({"type": "resource", "document": document}));
    }
    for document in [document(rng), everything].into_iter().take(rng.usize(1..=2)) {
        theirs.identity.push(read(&document, simulated::Kind::Identity));
        all.push(json!({"type": "identity", "document": document}));
    }
    (Policies::parse(&AWS, &json!(all).to_string()).unwrap(), theirs)
}

/// A resource with its own keys.
fn resource(rng: &mut Rng, principal: &str) -> (Value, simulated::Resource) {
    let arn = pick(rng, RESOURCES).to_owned();
    let action = pick(rng, ACTIONS).to_owned();
    let mut context = simulated::Context::default();
    let known = if principal == DEV { DEV } else { PIPELINE_ROLE };
    let mut values = json!({"aws:PrincipalArn": known});
    context.set("aws:PrincipalArn", known);
    if principal == DEV {
        context.set("aws:username", "dev");
        values["aws:username"] = json!("dev");
    }
    for (key, _, known) in KEYS.iter().filter(|(key, ..)| *key != "aws:PrincipalArn") {
        let value = pick(rng, known);
        // A request's address is no range, and its values have no variables.
        if rng.bool() && !value.contains(['/', '$']) {
            context.set(key, value);
            values[key] = json!(value);
        }
    }
    let tags: Vec<&str> = TAGS.iter().copied().filter(|_| rng.u8(0..3) == 0).collect();
    if !tags.is_empty() {
        values[TAG_KEYS] = json!(tags);
        context.set_all(TAG_KEYS, tags.into_iter().map(str::to_owned));
    }
    let entry = json!({"resource": arn, "action": action, "context": values});
    (entry, simulated::Resource { action, arn, account: None, context })
}

/// Who asks. Only roles have sessions, and no boundary binds a service-linked one.
#[derive(Clone, Copy, PartialEq)]
enum Asking {
    Role,
    User,
    ServiceLinkedRole,
}

fn request(rng: &mut Rng, caller: Asking) -> (Request, simulated::Request) {
    let principal = if caller == Asking::User { DEV } else { PIPELINE };
    let (entries, resources): (Vec<Value>, Vec<_>) =
        (0..rng.u8(1..4)).map(|_| resource(rng, principal)).unzip();
    let kind = match caller {
        Asking::ServiceLinkedRole => Some(("principal_kind", "service_linked_role")),
        _ if rng.u8(0..10) == 0 => Some(("account_kind", "management")),
        _ => None,
    };
    let mut ours = json!({
        "principal": principal, "action": ACTIONS[0], "resources": entries, "context": {},
    });
    if let Some((name, value)) = kind {
        ours[name] = json!(value);
    }
    let caller =
        simulated::Caller { arn: principal.to_owned(), is_bound: kind.is_none(), is_root: false };
    let theirs = simulated::Request { caller, resources };
    (Request::parse(&AWS, &ours.to_string()).unwrap(), theirs)
}

#[test]
fn both_evaluators_agree_on_100_000_requests() {
    let mut rng = Rng::with_seed(7);
    let mut seen = [0_u32; 3];
    // Reading takes longer than deciding.
    let mut requests = Vec::new();
    for (caller, count) in
        [(Asking::Role, 900), (Asking::User, 900), (Asking::ServiceLinkedRole, 200)]
    {
        requests.extend((0..count).map(|_| request(&mut rng, caller)));
    }
    for _ in 0..2_000 {
        let (ours, theirs) = policies(&mut rng);
        for _ in 0..50 {
            let fitting = match (&theirs.session, &theirs.boundary) {
                (Some(_), _) => 900,
                (None, Some(_)) => 1_800,
                (None, None) => requests.len(),
            };
            let (request, asked) = &requests[rng.usize(..fitting)];
            let (place, name) = match simulated::decide(asked, &theirs) {
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
