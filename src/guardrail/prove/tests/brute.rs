//! The prover against every request of small worlds.

use fastrand::Rng;
use serde_json::{Map, Value, json};

use super::*;
use crate::guardrail::{
    ALICLOUD, AWS, Request, document::Effect, prove::explain::Judge, target::Target,
};

/// What a world is made of: documents are written in it, and all its requests asked.
struct World {
    dialect: &'static Dialect,
    level: &'static str,
    version: &'static str,
    actions: &'static [&'static str],
    resources: &'static [&'static str],
    tests: &'static [(&'static str, &'static str, &'static [&'static str])],
    /// Calls, each with the keys it may have and their values; a list for each value of
    /// a key that has many.
    calls: &'static [(&'static str, &'static str, &'static [usize])],
    keys: &'static [(&'static [&'static str], &'static [Option<&'static str>])],
}

const ROLES: &[Option<&str>] = &[
    Some("arn:aws:iam::111122223333:role/somebody"),
    Some("arn:aws:iam::111122223333:role/approver"),
    Some("arn:aws:iam::444455556666:role/approver"),
    Some("arn:aws:iam::111122223333:user/approver"),
];
const INSTANTS: &[Option<&str>] = &[
    Some("2026-06-01T00:00:00Z"),
    Some("2027-01-01T00:00:00Z"),
    Some("2027-01-01T00:00:01Z"),
    Some("2029-01-01T00:00:00Z"),
];
const TAGS: &[Option<&str>] = &[None, Some("a"), Some("ab"), Some(""), Some("z")];

static CLOUD: World = World {
    dialect: &AWS,
    level: "scp",
    version: "2012-10-17",
    actions: &["ec2:RunInstances", "ec2:Run*", "ec2:CreateTags", "ec2:CreateImage", "*", "s3:Get*"],
    resources: &[
        "*",
        "arn:aws:ec2:*::image/*",
        "arn:aws:ec2:*:*:image/*",
        "arn:aws:ec2:*:*:instance/*",
        "arn:aws:ec2:eu-central-1::image/ami-1",
    ],
    tests: &[
        ("StringNotEquals", "ec2:ResourceTag/k", &["a", "ab"]),
        ("StringEquals", "aws:ResourceTag/K", &["a"]),
        ("StringNotLike", "ec2:ResourceTag/k", &["a*"]),
        ("Null", "ec2:ResourceTag/k", &["true"]),
        ("StringEqualsIfExists", "ec2:ResourceTag/k", &["ab"]),
        ("ArnNotLike", "aws:PrincipalArn", &["arn:aws:iam::111122223333:role/approver"]),
        ("ArnLike", "aws:PrincipalArn", &["arn:aws:iam::*:role/a*"]),
        ("DateGreaterThanEquals", "aws:CurrentTime", &["2027-01-01T00:00:00Z"]),
        ("DateLessThan", "aws:CurrentTime", &["2028-01-01T00:00:00Z"]),
        ("ForAnyValue:StringEqualsIgnoreCase", "aws:TagKeys", &["k"]),
        ("ForAllValues:StringEquals", "aws:TagKeys", &["k", "l"]),
        ("ForAnyValue:StringNotEquals", "aws:TagKeys", &["k"]),
        ("Null", "aws:TagKeys", &["true"]),
        ("StringNotEquals", "aws:RequestTag/k", &["a"]),
        ("Null", "aws:RequestTag/k", &["true"]),
        ("IpAddress", "aws:SourceIp", &["10.0.0.0/8"]),
        ("Bool", "aws:SecureTransport", &["false"]),
    ],
    calls: &[
        ("ec2:RunInstances", "arn:aws:ec2:eu-central-1::image/ami-1", &[0, 1, 2, 4]),
        ("ec2:RunInstances", "arn:aws:ec2:eu-central-1::image/ami-2", &[0, 1, 2]),
        ("ec2:CreateTags", "arn:aws:ec2:eu-central-1::image/ami-1", &[0, 1, 3, 5]),
        ("ec2:CreateImage", "arn:aws:ec2:eu-central-1::image/*", &[0, 1, 3]),
        ("s3:GetObject", "arn:aws:s3:::bucket/key", &[0, 1, 4]),
    ],
    keys: &[
        (&["aws:PrincipalArn"], ROLES),
        (&["aws:CurrentTime"], INSTANTS),
        (&["ec2:ResourceTag/k", "aws:ResourceTag/k"], TAGS),
        // What a request tags: the keys, and the value of `k`.
        (
            &["aws:TagKeys", "aws:RequestTag/k"],
            &[None, Some("k=a"), Some("k=z"), Some("K=a"), Some("l"), Some("l,m"), Some("k,l=a")],
        ),
        (&["aws:SourceIp"], &[None, Some("10.1.1.1"), Some("9.1.1.1")]),
        (&["aws:SecureTransport"], &[None, Some("true"), Some("false")]),
    ],
};

static OTHER_CLOUD: World = World {
    dialect: &ALICLOUD,
    level: "control_policy",
    version: "1",
    actions: &["ecs:RunInstances", "ecs:Run*", "ecs:TagResources", "ecs:CreateImage", "*"],
    resources: &["*", "acs:ecs:*:*:image/*", "acs:ecs:*:*:instance/*", "acs:ecs:cn-*:*:image/m-1"],
    tests: &[
        ("StringNotEquals", "acs:ResourceTag/k", &["a", "ab"]),
        ("StringNotLike", "acs:ResourceTag/k", &["a*"]),
        ("StringEquals", "acs:RequestTag/k", &["a"]),
        ("StringLike", "acs:RequestTag/k", &["*"]),
        ("StringNotLike", "acs:PrincipalARN", &["acs:ram:*:*:role/approver"]),
        ("StringLike", "acs:PrincipalARN", &["acs:ram::111122223333:*"]),
        ("DateGreaterThanEquals", "acs:CurrentTime", &["2027-01-01T00:00:00Z"]),
        ("NumericLessThan", "acs:Level", &["3"]),
    ],
    calls: &[
        ("ecs:RunInstances", "acs:ecs:cn-hangzhou:111122223333:image/m-1", &[0, 1, 2]),
        ("ecs:RunInstances", "acs:ecs:cn-hangzhou:111122223333:image/m-2", &[0, 2, 4]),
        ("ecs:TagResources", "acs:ecs:cn-hangzhou:111122223333:image/m-1", &[0, 1, 3]),
        ("ecs:CreateImage", "acs:ecs:cn-hangzhou:111122223333:image/*", &[0, 1, 3]),
        ("oss:GetObject", "acs:oss:*:111122223333:bucket/key", &[0, 4]),
    ],
    keys: &[
        (
            &["acs:PrincipalARN"],
            &[
                Some("acs:ram::111122223333:role/somebody"),
                Some("acs:ram::111122223333:role/approver"),
                Some("acs:ram::444455556666:user/approver"),
            ],
        ),
        (&["acs:CurrentTime"], INSTANTS),
        (&["acs:ResourceTag/k", "ecs:tag/k"], TAGS),
        (&["acs:RequestTag/k"], TAGS),
        (&["acs:Level"], &[None, Some("2"), Some("3"), Some("none")]),
    ],
};

impl World {
    fn random_document(&self, rng: &mut Rng) -> Value {
        let statements: Vec<Value> =
            (0..rng.usize(1..=3)).map(|_| self.random_statement(rng)).collect();
        json!({"Version": self.version, "Statement": statements})
    }

    fn random_statement(&self, rng: &mut Rng) -> Value {
        let pick = |list: &[&'static str], rng: &mut Rng| -> Vec<&'static str> {
            (0..rng.usize(1..=2)).map(|_| list[rng.usize(..list.len())]).collect()
        };
        let mut condition: Map<String, Value> = Map::new();
        for _ in 0..rng.usize(..=3) {
            let (operator, key, values) = self.tests[rng.usize(..self.tests.len())];
            let keys = condition.entry(operator).or_insert_with(|| json!({}));
            keys[key] = json!(values);
        }
        let action = if rng.u8(..8) == 0 { "NotAction" } else { "Action" };
        let resource = if rng.u8(..8) == 0 { "NotResource" } else { "Resource" };
        let mut statement = json!({
            "Effect": "Deny",
            action: pick(self.actions, rng),
            resource: pick(self.resources, rng),
            "Condition": condition,
        });
        if !self.dialect.has_ids && resource == "NotResource" {
            // The language has no such element.
            let list = statement.as_object_mut().unwrap().remove("NotResource").unwrap();
            statement["Resource"] = list;
        }
        statement
    }

    /// Every request of the world.
    fn requests(&self) -> Vec<Value> {
        let mut requests = Vec::new();
        for (action, resource, keys) in self.calls {
            let mut contexts = vec![Map::new()];
            for key in *keys {
                let (names, values) = self.keys[*key];
                contexts = contexts
                    .iter()
                    .flat_map(|context| {
                        values.iter().map(move |value| with(context, names, *value))
                    })
                    .collect();
            }
            for mut context in contexts {
                let (caller, time) = (self.keys[0].0[0], self.keys[1]);
                context.entry(time.0[0]).or_insert_with(|| json!(time.1[0]));
                requests.push(json!({"principal": context[caller], "action": action,
                    "resource": resource, "context": context}));
            }
        }
        requests
    }
}

fn with(context: &Map<String, Value>, names: &[&str], value: Option<&str>) -> Map<String, Value> {
    let mut context = context.clone();
    let Some(value) = value else { return context };
    if names[0] == "aws:TagKeys" {
        let (keys, tag) = value.split_once('=').unwrap_or((value, ""));
        let keys: Vec<&str> = keys.split(',').collect();
        if keys.iter().any(|key| key.eq_ignore_ascii_case("k")) {
            context.insert(names[1].to_owned(), json!(tag));
        }
        context.insert(names[0].to_owned(), json!(keys));
    } else {
        for name in names {
            context.insert((*name).to_owned(), json!(value));
        }
    }
    context
}

fn holds_everywhere(world: &World, rounds: usize, seed: u64) {
    let parse = |request: &Value| Request::parse(world.dialect, &request.to_string()).unwrap();
    let requests: Vec<Request> = world.requests().iter().map(parse).collect();
    let mut rng = Rng::with_seed(seed);
    let target = Target::find(world.dialect, world.level, None).unwrap();
    let level = target.level;
    let mut seen = [0; 3];
    for _ in 0..rounds {
        let before_text = world.random_document(&mut rng);
        let mut after_text = before_text.clone();
        match rng.u8(..3) {
            0 => after_text = world.random_document(&mut rng),
            1 => after_text["Statement"][0] = world.random_statement(&mut rng),
            _ => after_text["Statement"].as_array_mut().unwrap().reverse(),
        }
        let before = strict(world.dialect, world.level, &before_text);
        let after = strict(world.dialect, world.level, &after_text);
        let change = changed(target, &before, &after);
        let both = overlap(target, &before, &after);
        let differences = [&change.newly_allowed, &change.newly_denied, &both];
        for (count, difference) in seen.iter_mut().zip(differences) {
            *count += usize::from(!difference.witnesses.is_empty());
            let is_own_fault = |why: &String| why.contains("disagree");
            assert!(!difference.unknown.as_ref().is_some_and(is_own_fault), "{difference:?}");
        }
        let judge = |document| Judge::new(world.dialect, level, document, Effect::Deny);
        let judges = [judge(&before), judge(&after)];
        for request in &requests {
            let [Some(was), Some(is)] = judges.each_ref().map(|it| it.decides(request)) else {
                continue;
            };
            let expected = [was && !is, is && !was, was && is];
            for (is_so, difference) in expected.into_iter().zip(differences) {
                assert!(
                    !is_so || !difference.is_none(),
                    "missed {request:?}\nbefore {before_text}\nafter {after_text}"
                );
            }
        }
    }
    assert!(seen.iter().all(|count| count * 10 > rounds), "{seen:?} of {rounds}");
}

#[test]
fn no_request_of_a_small_world_is_missed_on_aws() {
    holds_everywhere(&CLOUD, 100, 3);
}

#[test]
fn no_request_of_a_small_world_is_missed_on_alibaba_cloud() {
    holds_everywhere(&OTHER_CLOUD, 100, 5);
}
