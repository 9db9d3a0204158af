//! Decision tables, what may be written and what may not, and laws that always hold.

mod case;
mod cases;
mod documents;
mod fuzz;
mod levels;
mod model;
mod open_questions;
mod properties;
mod simulated;
mod values;

use super::*;
use case::words;

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
