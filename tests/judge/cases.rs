//! The table of decisions, judged once more.

use std::collections::{BTreeMap, BTreeSet};

use imageguard::guardrail::{AWS, Policies, Request, evaluate};
use serde_json::Value as Json;

use crate::third_party::{Question, judge};

const DECISIONS: &str = include_str!("../../src/guardrail/cases/decisions.json");
/// Where the judge is known to be wrong, or silent.
const DEPARTURES: &str = include_str!("departures.json");

/// What the engine decides.
pub(crate) fn decided(policies: &Policies, request: &Json) -> String {
    let request = Request::parse(&AWS, &request.to_string()).unwrap();
    match evaluate(policies, &request) {
        Ok(outcome) => outcome.decision.name().to_owned(),
        Err(undecided) => format!("undecided: {undecided:?}"),
    }
}

#[test]
fn the_judge_decides_every_case_as_the_engine_but_for_what_is_listed() {
    let table: Json = serde_json::from_str(DECISIONS).unwrap();
    let cases = table["cases"].as_array().unwrap().iter();
    let cases: Vec<&Json> = cases.filter(|case| case["dialect"] == "aws").collect();
    let question = |case: &&Json| Question {
        policies: case["policies"].clone(),
        requests: vec![case["request"].clone()],
    };
    let questions: Vec<_> = cases.iter().map(question).collect();

    let mut departing = BTreeMap::new();
    for (case, opinions) in cases.iter().zip(judge(&questions.iter().collect::<Vec<_>>())) {
        let policies = Policies::parse(&AWS, &case["policies"].to_string()).unwrap();
        let ours = decided(&policies, &case["request"]);
        if opinions[0] != ours {
            departing.insert(case["id"].as_str().unwrap(), (ours, opinions[0].clone()));
        }
    }

    let found: BTreeSet<String> = departing.keys().map(|id| (*id).to_owned()).collect();
    assert_eq!(found, departures("cases"), "{departing:#?}");
}

/// What is listed of a kind.
pub(crate) fn departures(kind: &str) -> BTreeSet<String> {
    let listed: Json = serde_json::from_str(DEPARTURES).unwrap();
    listed[kind].as_object().unwrap().keys().cloned().collect()
}
