//! Decision tables, what may be written and what may not, and laws that always hold.

mod cases;
mod documents;
mod fuzz;
mod levels;
mod model;
mod open_questions;
mod properties;
mod values;

use super::*;

/// Decides as the function `evaluate` will.
fn decide(
    dialect: &'static Dialect,
    policies: &serde_json::Value,
    request: &serde_json::Value,
) -> Result<Outcome, Undecided> {
    let policies = Policies::parse(dialect, &policies.to_string()).unwrap();
    let request = Request::parse(dialect, &request.to_string()).unwrap();
    evaluate(&policies, &request)
}

/// Writes `deny ["aws_decimals"]`, or what keeps from deciding.
fn words(dialect: &'static Dialect, result: &Result<Outcome, Undecided>) -> String {
    match result {
        Ok(outcome) => {
            let (decision, codes) = (outcome.decision.name(), outcome.assumptions.codes(dialect));
            format!("{decision} {codes:?}")
        }
        Err(undecided) => format!("undecided {:?}", undecided.open.codes(dialect)),
    }
}
