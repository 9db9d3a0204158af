//! What a compiled rule does with the calls of the atlas.

use super::*;
use crate::guardrail::{
    ALICLOUD, AWS, Decision, Policies, Request,
    atlas::{Atlas, Case, Fact, Mark, Setting, Situation},
    evaluate,
};

/// A rule alone, as broad as it can be; the tag that is demanded is not the mark.
fn only(rule: Rule, target: Target) -> Intent {
    let is_aws = !target.atlas.partitions.is_empty();
    let text = match rule {
        Rule::Launch => json!({"launch": {"tags": {"status": ["approved"]}}}),
        Rule::ProtectTags => {
            json!({"protect_tags": {"keys": ["status"]}, "accepted": ["no_approver"]})
        }
        Rule::TagOnCreate => {
            json!({"tag_on_create": {"tags": {"owner": ["*"]}, "snapshots": is_aws}})
        }
        Rule::Export => json!({"export": {}}),
        Rule::Share => json!({"share": {}}),
    };
    IntentText::parse(&text.to_string()).unwrap().intent(target).unwrap()
}

fn targets() -> Vec<Target> {
    let of = |dialect: &'static Dialect| {
        let named = Atlas::of(dialect).partitions.iter().copied().map(Some);
        let partitions: Vec<_> = if named.len() == 0 { vec![None] } else { named.collect() };
        let at = |level| {
            let find = |partition: &Option<&str>| Target::find(dialect, level, *partition).unwrap();
            partitions.iter().map(find).collect::<Vec<_>>()
        };
        dialect.level_names().flat_map(at).collect::<Vec<_>>()
    };
    [of(&AWS), of(&ALICLOUD)].concat()
}

struct Guard {
    target: Target,
    policies: Policies,
    setting: Setting,
}

impl Guard {
    fn of(rule: Rule, target: Target) -> Self {
        let document = compile(&only(rule, target), target).document;
        let document: Json = serde_json::from_str(&document).unwrap();
        let everything = json!({
            "Version": document["Version"],
            "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"},
        });
        let identity = |document: &Json| json!({"type": "identity", "document": document});
        let ceiling =
            |document: &Json| json!({"type": target.level.kind, "level": 0, "document": document});
        let policies = match target.level.kind {
            "identity" => json!([identity(&document), identity(&everything)]),
            _ => json!([ceiling(&document), ceiling(&everything), identity(&everything)]),
        };
        let policies = Policies::parse(target.atlas.dialect, &policies.to_string()).unwrap();
        let usual = Setting::usual(target.atlas);
        Self { target, policies, setting: Setting { partition: target.partition.into(), ..usual } }
    }

    fn decide(&self, door: &'static Door, facts: &[Fact]) -> Vec<Decision> {
        let marks = [Mark { key: "status".to_owned(), value: "approved".to_owned() }];
        let situation = Situation { facts, marks: &marks, setting: &self.setting };
        let atlas = self.target.atlas;
        let requests = atlas.requests(door, situation).into_iter();
        let decide = |request: Json| {
            let request = Request::parse(atlas.dialect, &request.to_string()).unwrap();
            evaluate(&self.policies, &request).unwrap().decision
        };
        requests.map(decide).collect()
    }
}

#[test]
fn a_rule_refuses_what_its_doors_say_and_lets_through_what_they_say() {
    for target in targets() {
        for rule in Rule::ALL {
            let guard = Guard::of(rule, target);
            for door in target.atlas.doors() {
                let is_closed = door.rules.iter().any(|cover| cover.rule == rule);
                let check = |case: &Case| {
                    let expected = match (is_closed, case.refused) {
                        (true, true) => Decision::Deny,
                        (_, false) => Decision::Allow,
                        // What another rule is for may be this one's as well.
                        (false, true) => return,
                    };
                    for found in guard.decide(door, case.facts) {
                        let (code, name) = (door.code, case.name);
                        assert_eq!(found, expected, "{} on {code}, {name}", rule.name());
                    }
                };
                door.cases.iter().for_each(check);
            }
        }
    }
}

#[test]
fn what_is_refused_on_purpose_is_refused() {
    for target in targets() {
        for bounds in target.atlas.bounds {
            let guard = Guard::of(bounds.rule, target);
            for beyond in bounds.beyond {
                for code in beyond.doors {
                    let door = target.atlas.door(code).unwrap();
                    for found in guard.decide(door, beyond.facts) {
                        assert_eq!(found, Decision::Deny, "{code}: {}", beyond.what);
                    }
                }
            }
        }
    }
}
