//! Dated exemptions: at every instant, for every caller and rule, the document says
//! what the intent says.

use std::fs;

use time::{Duration, OffsetDateTime, format_description::well_known::Rfc3339};

use super::*;
use crate::guardrail::{
    ALICLOUD, AWS, Decision, Policies, Request,
    atlas::{Mark, Setting, Situation},
    evaluate,
};

/// Before, at and after each instant at which something ends.
fn instants(intent: &Intent) -> Vec<OffsetDateTime> {
    let ends = intent.exemptions.iter().filter_map(|exemption| exemption.expires_at);
    let around = |end: Expiry| [-1, 0, 1].map(|second| end.instant() + Duration::seconds(second));
    ends.flat_map(around).collect()
}

/// Every principal that is named somewhere, as a caller, and two that are not.
fn callers(intent: &Intent, target: Target) -> Vec<String> {
    let rules = Rule::ALL.into_iter().filter_map(|rule| intent.rules.exempt_principals(rule));
    let named = rules.chain(intent.exemptions.iter().map(|exemption| &exemption.principals));
    let as_caller =
        |pattern: &str| pattern.replace("acs:ram:*:", "acs:ram::").replace("*", "111122223333");
    let mut callers: Vec<_> = named.flatten().map(|it| as_caller(it.as_str())).collect();
    let other = Setting::usual(target.atlas).fill(target.atlas.caller);
    callers.push(format!("{other}-else"));
    callers.push(other);
    callers
}

/// Asks each door that a rule closes, with calls that it refuses.
fn check(dialect: &'static Dialect, name: &str) -> usize {
    let cloud = if std::ptr::eq(dialect, &AWS) { "aws" } else { "alicloud" };
    let folder = format!("{}/src/guardrail/cases/documents", env!("CARGO_MANIFEST_DIR"));
    let text = fs::read_to_string(format!("{folder}/{cloud}/{name}/intent.json")).unwrap();
    let level = dialect.level_names().next().unwrap();
    let (intent, target) = read(dialect, level, &text);
    // Guards are held against what they say, not against how much of it is allowed.
    let document: Json = serde_json::from_str(&compile(&intent, target).document).unwrap();
    let mut asked = 0;
    for rule in intent.rules.present() {
        let only: Vec<_> = statements_of(&intent, target, rule, &document);
        let guard = json!({"Version": document["Version"], "Statement": only});
        let policies = beside_everything(dialect, &guard);
        for now in instants(&intent) {
            for caller in callers(&intent, target) {
                let expected = if intent.exempts(target.atlas, rule, &caller, now) {
                    Decision::Allow
                } else {
                    Decision::Deny
                };
                for request in requests(target, rule, &caller, now) {
                    let request = Request::parse(dialect, &request.to_string()).unwrap();
                    let found = evaluate(&policies, &request).unwrap().decision;
                    assert_eq!(found, expected, "{} {now} {caller}", rule.name());
                    asked += 1;
                }
            }
        }
    }
    asked
}

fn statements_of(intent: &Intent, target: Target, rule: Rule, document: &Json) -> Vec<Json> {
    let purposes = compile(intent, target).statements;
    let pairs = purposes.iter().zip(document["Statement"].as_array().unwrap());
    pairs.filter(|(purpose, _)| purpose.rule == rule).map(|(_, it)| it.clone()).collect()
}

fn beside_everything(dialect: &'static Dialect, guard: &Json) -> Policies {
    let everything = json!({
        "Version": guard["Version"],
        "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"},
    });
    let list = json!([
        {"type": "identity", "document": guard},
        {"type": "identity", "document": everything},
    ]);
    Policies::parse(dialect, &list.to_string()).unwrap()
}

fn requests(target: Target, rule: Rule, caller: &str, now: OffsetDateTime) -> Vec<Json> {
    let atlas = target.atlas;
    let setting = Setting::usual(atlas);
    let marks = [Mark { key: "status".to_owned(), value: "approved".to_owned() }];
    let principal_key = Wording::of(target).exempt.1;
    let mut all = Vec::new();
    for door in atlas.closed_by(rule).filter(|door| {
        let covers = door.rules.iter().filter(|cover| cover.rule == rule);
        covers.into_iter().any(|cover| rule == Rule::Share || cover.with != Asked::Snapshots)
    }) {
        for case in door.cases.iter().filter(|case| case.refused) {
            let situation = Situation { facts: case.facts, marks: &marks, setting: &setting };
            for mut request in atlas.requests(door, situation) {
                request["principal"] = json!(caller);
                request["context"][principal_key] = json!(caller);
                request["context"][Wording::of(target).time] = json!(now.format(&Rfc3339).unwrap());
                all.push(request);
            }
        }
    }
    all
}

#[test]
fn documents_end_exemptions_when_the_intent_does() {
    for dialect in [&AWS, &ALICLOUD] {
        let asked: usize = ["one_date", "three_dates", "every_rule_three_dates"]
            .iter()
            .map(|name| check(dialect, name))
            .sum();
        assert!(asked > 1_000, "only {asked} requests");
    }
}
