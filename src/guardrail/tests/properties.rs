//! Laws: how a document is written never matters, and a Deny only ever takes away.

use fastrand::Rng;
use proptest::{prelude::*, sample::select};
use serde_json::{Value, json};

use super::*;

const ACTIONS: [&str; 6] =
    ["ecs:RunInstances", "ecs:Create*", "*", "ecs:CopyImage", "ecs:C?pyImage", "oss:*"];
const AWS_RESOURCES: [&str; 4] =
    ["*", "arn:aws:ec2:*::image/*", "arn:aws:ec2:eu:1:instance/i", "arn:aws:ec2:e*:image/*"];
const ALI_RESOURCES: [&str; 4] =
    ["*", "acs:ecs:*:*:image/*", "acs:ecs:eu:1:instance/i", "acs:ecs:e*:image/*"];
const TESTS: [(&str, &[&str]); 7] = [
    ("StringEquals", &["a", "b", ""]),
    ("StringNotEquals", &["a", "b", ""]),
    ("StringNotLike", &["a*", "?", "*"]),
    ("NumericLessThan", &["1", "2", "1.5"]),
    ("DateGreaterThanEquals", &["2026-01-01", "2026-01-01T08:00:00+08:00", "2027"]),
    ("Bool", &["true", "false", "True"]),
    ("NotIpAddress", &["10.0.0.0/8", "::/0", "10.0.0.1"]),
];
const KEYS: [&str; 4] = ["t:k", "t:K", "t:l", "t:m"];
const VALUES: [&str; 7] = ["a", "b", "", "1", "2026-06-01", "true", "10.0.0.1"];

fn resources(dialect: &'static Dialect) -> [&'static str; 4] {
    if dialect.names == AWS.names { AWS_RESOURCES } else { ALI_RESOURCES }
}

fn one_or_two(items: &'static [&'static str]) -> impl Strategy<Value = Value> {
    proptest::collection::vec(select(items), 1..=2).prop_map(|items| json!(items))
}

fn condition() -> impl Strategy<Value = Value> {
    let test =
        (select(&TESTS[..]), select(&KEYS[..])).prop_flat_map(|((operator, values), key)| {
            one_or_two(values).prop_map(move |values| json!({operator: {key: values}}))
        });
    prop_oneof![Just(json!({})), test]
}

fn statement(dialect: &'static Dialect, effect: &'static str) -> impl Strategy<Value = Value> {
    let resources: &'static [_] = Box::leak(Box::new(resources(dialect)));
    (one_or_two(&ACTIONS), one_or_two(resources), condition(), any::<bool>()).prop_map(
        move |(actions, resources, condition, negated)| {
            let action = if negated { "NotAction" } else { "Action" };
            json!({"Effect": effect, action: actions, "Resource": resources,
                "Condition": condition})
        },
    )
}

fn policies(dialect: &'static Dialect) -> impl Strategy<Value = Value> {
    let (ceiling, version) =
        if dialect.names == AWS.names { ("scp", "2012-10-17") } else { ("control", "1") };
    let statements = || {
        let one = prop_oneof![statement(dialect, "Allow"), statement(dialect, "Deny")];
        proptest::collection::vec(one, 1..4)
    };
    let policy = (statements(), prop_oneof![Just(None), (0..2u8).prop_map(Some)]).prop_map(
        move |(statements, level)| {
            let document = json!({"Version": version, "Statement": statements});
            match level {
                Some(level) => json!({"type": ceiling, "level": level, "document": document}),
                None => json!({"type": "identity", "document": document}),
            }
        },
    );
    proptest::collection::vec(policy, 1..4).prop_map(|policies| json!(policies))
}

fn request(dialect: &'static Dialect) -> impl Strategy<Value = Value> {
    let (names, user) = if dialect.names == AWS.names {
        (["arn:aws:ec2:eu::image/i", "arn:aws:ec2:eu:1:instance/i"], "arn:aws:iam::1:user/u")
    } else {
        (["acs:ecs:eu:1:image/i", "acs:ecs:eu:1:instance/i"], "acs:ram::1:user/u")
    };
    let context = proptest::collection::btree_map(select(&KEYS[..]), select(&VALUES[..]), 0..3);
    let action = select(&["ecs:RunInstances", "ecs:CopyImage", "ecs:createimage"][..]);
    (action, proptest::collection::vec(0..names.len(), 1..3), context).prop_map(
        move |(action, places, context)| {
            let resources: Vec<_> =
                places.iter().map(|place| json!({"resource": names[*place]})).collect();
            json!({"principal": user, "action": action, "resources": resources,
                "context": context})
        },
    )
}

fn cases() -> impl Strategy<Value = (&'static Dialect, Value, Value)> {
    let of = |dialect: &'static Dialect| (Just(dialect), policies(dialect), request(dialect));
    prop_oneof![of(&AWS), of(&ALICLOUD)]
}

/// Writes the same in another way: other order, scalars for lists of one and the other
/// way round, white space anywhere.
fn rewritten(value: &Value, inside: &str, rng: &mut Rng) -> String {
    let space = [" ", "", "\n\t", ""][rng.usize(..4)];
    let is_list_element =
        ["Statement", "Action", "NotAction", "Resource", "NotResource", "values"].contains(&inside);
    let text = match value {
        Value::Array(items) if is_list_element && items.len() == 1 && rng.bool() => {
            rewritten(&items[0], "", rng)
        }
        Value::Array(items) => {
            let mut texts: Vec<_> = items.iter().map(|item| rewritten(item, "", rng)).collect();
            if is_list_element {
                rng.shuffle(&mut texts);
            }
            format!("[{}]", texts.join(","))
        }
        Value::Object(members) => {
            let write = |(name, value): (&String, &Value), rng: &mut Rng| {
                let inside = match inside {
                    "Condition" => "tests",
                    "tests" => "values",
                    _ => name,
                };
                format!("{}:{}", json!(name), rewritten(value, inside, rng))
            };
            let mut texts: Vec<_> = members.iter().map(|member| write(member, rng)).collect();
            rng.shuffle(&mut texts);
            format!("{{{}}}", texts.join(","))
        }
        scalar if is_list_element && rng.bool() => format!("[{scalar}]"),
        scalar => scalar.to_string(),
    };
    format!("{space}{text}{space}")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn how_a_document_is_written_never_matters(
        (dialect, policies, request) in cases(), seed in any::<u64>(),
    ) {
        let mut rng = Rng::with_seed(seed);
        let original = Policies::parse(dialect, &policies.to_string()).unwrap();
        let text = rewritten(&policies, "policies", &mut rng);
        let other = Policies::parse(dialect, &text).unwrap();
        for place in 0..policies.as_array().unwrap().len() {
            let canonical = |policies: &Policies| policies.document(place).unwrap().canonical();
            prop_assert_eq!(canonical(&original), canonical(&other), "{}", text);
        }
        let request = Request::parse(dialect, &request.to_string()).unwrap();
        let said = |policies| words(dialect, &evaluate(policies, &request));
        prop_assert_eq!(said(&original), said(&other), "{}", text);
    }

    #[test]
    fn the_engine_agrees_with_the_model((dialect, policies, request) in cases()) {
        if let Ok(outcome) = decide(dialect, &policies, &request) {
            let is_aws = dialect.names == AWS.names;
            let expected = model::decide(is_aws, &policies, &request);
            prop_assert_eq!(outcome.decision.name(), expected, "{} {}", policies, request);
        }
    }

    #[test]
    fn a_deny_only_takes_away(
        ((dialect, mut policies, request), extra) in cases().prop_flat_map(|case| {
            let extra = statement(case.0, "Deny");
            (Just(case), extra)
        }),
        place in any::<prop::sample::Index>(),
    ) {
        let decision = |policies: &Value| {
            decide(dialect, policies, &request).map(|outcome| outcome.decision)
        };
        let before = decision(&policies);
        let list = policies.as_array_mut().unwrap();
        let chosen = place.index(list.len());
        list[chosen]["document"]["Statement"].as_array_mut().unwrap().push(extra);
        let after = decision(&policies);
        if after == Ok(Decision::Allow) {
            prop_assert_eq!(before, Ok(Decision::Allow));
        }
    }

    #[test]
    fn no_text_makes_the_reader_panic(text in "[\\[\\]{}\":,a1 \\\\u]{0,40}") {
        let _ = Policies::parse(&AWS, &text);
        let _ = Request::parse(&ALICLOUD, &text);
    }
}

/// A variable may stand in a pattern a thousand times, and its value may be long.
#[test]
fn values_that_multiply_match_nothing() {
    let policies = |value: String, operator: &str| {
        json!([{"type": "identity", "document": {"Version": "2012-10-17", "Statement": {
            "Effect": "Deny", "Action": "*", "Resource": "*",
            "Condition": {operator: {"t:k": value}}}}}])
    };
    let request = json!({"principal": "arn:aws:iam::1:user/u", "action": "a:b", "resource": "*",
        "context": {"t:k": "a".repeat(16_000)}});
    for (variables, operator, expected) in [
        (1, "StringLike", Decision::Deny),
        (1_200, "StringLike", Decision::ImplicitDeny),
        (1_200, "StringEquals", Decision::ImplicitDeny),
        (1_200, "StringNotLike", Decision::Deny),
    ] {
        let decided = decide(&AWS, &policies("${t:k}".repeat(variables), operator), &request);
        assert_eq!(decided.unwrap().decision, expected, "{variables} {operator}");
    }
}

/// What all resources share is kept once.
#[test]
fn many_resources_share_a_large_context() {
    let context: serde_json::Map<_, _> =
        (0..250).map(|n| (format!("t:{n}"), json!("x".repeat(3_000)))).collect();
    let resources: Vec<_> = (0..256).map(|_| json!({"resource": "*"})).collect();
    let request = json!({"principal": "arn:aws:iam::1:user/u", "action": "a:b",
        "resources": resources, "context": context});
    let request = Request::parse(&AWS, &request.to_string()).unwrap();
    let [first, .., last] = request.calls.as_slice() else { panic!("256 calls") };
    assert!(std::sync::Arc::ptr_eq(&first.context[0], &last.context[0]));
}
