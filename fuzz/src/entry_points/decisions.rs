//! Decisions: policies and a request, taken together.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{is_readable, rebuilt::Place};
use crate::guardrail::{
    Decision, Dialect, Effect, Outcome, Policies, Request, Undecided, evaluate,
};

/// A row of the table of decisions; what else it has is passed over.
#[derive(Deserialize)]
struct Case {
    dialect: String,
    policies: Value,
    request: Value,
}

/// How many policies, and statements of each, are played with.
const PLAYED_WITH: usize = 3;

/// Takes a text for a row of the table of decisions: `dialect`, `policies`, `request`.
///
/// The same is decided twice, for reasons that fit; a Deny only ever takes away and an
/// Allow only ever adds; a request is what its resources are, each on its own; and
/// documents with the same canonical form decide alike.
pub fn decisions(text: &str) {
    let Ok(case) = serde_json::from_str::<Case>(text) else { return };
    let Some(dialect) = Dialect::named(&case.dialect) else { return };
    let (policies_text, request_text) = (case.policies.to_string(), case.request.to_string());
    let request = Request::parse(dialect, &request_text);
    let request = match (Policies::parse(dialect, &policies_text), request) {
        (Ok(_), Ok(request)) => request,
        (policies, request) => {
            policies.err().iter().for_each(|error| is_readable(error, &policies_text));
            request.err().iter().for_each(|error| is_readable(error, &request_text));
            return;
        }
    };
    let trial = Trial { dialect, policies: &case.policies, request: &request };
    let decided = trial.decide(trial.policies).expect("the policies can be read");
    assert_eq!(trial.decide(trial.policies).as_ref(), Some(&decided), "twice the same");
    if let Ok(outcome) = &decided {
        trial.has_reasons(outcome);
    }
    trial.effects_are_one_way(&decided);
    trial.canonical_forms_decide_alike(&decided);
    trial.resources_are_judged_one_by_one(&case.request, &decided);
}

/// What is to be decided.
struct Trial<'a> {
    dialect: &'static Dialect,
    policies: &'a Value,
    request: &'a Request,
}

type Decided = Result<Outcome, Undecided>;

impl Trial<'_> {
    fn decide(&self, policies: &Value) -> Option<Decided> {
        let policies = Policies::parse(self.dialect, &policies.to_string()).ok()?;
        Some(evaluate(&policies, self.request))
    }

    fn has_reasons(&self, outcome: &Outcome) {
        let policies = Policies::parse(self.dialect, &self.policies.to_string());
        let policies = policies.expect("the policies can be read");
        for matched in &outcome.matched {
            let document = policies.document(matched.policy).expect("the policy exists");
            assert_eq!(document.effect(matched.statement), Some(matched.effect));
            let wanted = match outcome.decision {
                Decision::Allow => Some(Effect::Allow),
                Decision::Deny => Some(Effect::Deny),
                Decision::ImplicitDeny => None,
            };
            assert_eq!(Some(matched.effect), wanted, "a reason fits its decision");
        }
        if outcome.decision == Decision::Deny {
            assert!(!outcome.matched.is_empty(), "a Deny is somebody's");
        }
    }

    /// Adds statements like those that are there, and takes some away.
    fn effects_are_one_way(&self, decided: &Decided) {
        let allows = |decided: &Decided| {
            decided.as_ref().is_ok_and(|outcome| outcome.decision == Decision::Allow)
        };
        for (policy, place) in self.places() {
            let with = |effect: &str| {
                self.edited(policy, |statements| {
                    let mut twin = statements[place].clone();
                    twin["Effect"] = effect.into();
                    twin.as_object_mut().expect("a statement").remove("Sid");
                    statements.push(twin);
                })
            };
            if with("Deny").is_some_and(|after| allows(&after)) {
                assert!(allows(decided), "a Deny gave: {policy}, {place}");
            }
            if allows(decided) {
                assert!(with("Allow").is_none_or(|after| allows(&after)), "an Allow took");
                let without = |effect: &str| {
                    self.edited(policy, |statements| {
                        if statements[place]["Effect"] == effect && statements.len() > 1 {
                            statements.remove(place);
                        }
                    })
                };
                assert!(without("Deny").is_none_or(|after| allows(&after)), "no Deny took");
            }
        }
    }

    /// The places of the first statements of the first policies.
    fn places(&self) -> Vec<(usize, usize)> {
        let policies = self.policies.as_array().into_iter().flatten().take(PLAYED_WITH);
        let counts = policies.map(|policy| match &policy["document"]["Statement"] {
            Value::Array(statements) => statements.len(),
            _ => 1,
        });
        let places = counts.enumerate();
        places.flat_map(|(at, count)| (0..count.min(PLAYED_WITH)).map(move |it| (at, it))).collect()
    }

    /// Decides with other statements; `None` if they are too many.
    fn edited(&self, policy: usize, edit: impl FnOnce(&mut Vec<Value>)) -> Option<Decided> {
        let mut policies = self.policies.clone();
        let statements = &mut policies[policy]["document"]["Statement"];
        if !statements.is_array() {
            *statements = json!([statements]);
        }
        edit(statements.as_array_mut().expect("a list"));
        self.decide(&policies)
    }

    fn canonical_forms_decide_alike(&self, decided: &Decided) {
        let read = Policies::parse(self.dialect, &self.policies.to_string());
        let read = read.expect("the policies can be read");
        let mut policies = self.policies.clone();
        for (index, policy) in policies.as_array_mut().into_iter().flatten().enumerate() {
            let kind = policy["type"].as_str().unwrap_or_default().to_owned();
            let canonical = read.document(index).and_then(|document| document.canonical());
            let place =
                Place { dialect: self.dialect, kind: &kind, is_for_everyone: kind == "rcp" };
            let text = place.rebuilt(&canonical.expect("all of it was read"));
            policy["document"] = serde_json::from_str(&text).expect("JSON");
        }
        // Without an answer one of them has become too long.
        if let Some(again) = self.decide(&policies) {
            let word = |decided: &Decided| {
                decided.as_ref().map(|outcome| outcome.decision).map_err(|it| it.refused)
            };
            assert_eq!(word(&again), word(decided), "the canonical form decides otherwise");
        }
    }

    fn resources_are_judged_one_by_one(&self, request: &Value, decided: &Decided) {
        let Some(resources) = request["resources"].as_array() else { return };
        let policies = Policies::parse(self.dialect, &self.policies.to_string());
        let policies = policies.expect("the policies can be read");
        let alone = |resource: &Value| {
            let mut request = request.clone();
            request["resources"] = json!([resource]);
            let request = Request::parse(self.dialect, &request.to_string());
            evaluate(&policies, &request.expect("the request can be read")).map(|it| it.decision)
        };
        let each: Vec<_> = resources.iter().take(PLAYED_WITH + 1).map(alone).collect();
        if each.len() < resources.len() {
            return;
        }
        let is = |decision| move |one: &Result<Decision, _>| *one == Ok(decision);
        let expected = if each.iter().any(is(Decision::Deny)) {
            Decision::Deny
        } else if each.iter().any(Result::is_err) {
            return;
        } else if each.iter().all(is(Decision::Allow)) {
            Decision::Allow
        } else {
            Decision::ImplicitDeny
        };
        assert_eq!(decided.as_ref().map(|it| it.decision), Ok(expected), "each: {each:?}");
    }
}
