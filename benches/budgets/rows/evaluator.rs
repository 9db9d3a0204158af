//! How fast requests are decided, once policies and requests have been read.

use std::{hint::black_box, time::Instant};

use imageguard::guardrail::{Dialect, Policies, Request, evaluate};
use serde_json::Value;

use super::Measurement;
use crate::{
    Obstacle,
    figure::{Row, Samples},
};

pub(crate) const EVALUATOR: Measurement = Measurement {
    name: "evaluator",
    what: "a decision with its statements and assumptions, on one core",
    only_if_named: false,
    measure,
};

const CASES: &str = include_str!("../../../src/guardrail/cases/decisions.json");
const SAMPLES: usize = 11;
/// So often is every case decided for one sample.
const ROUNDS: usize = 500;
/// A million a second.
const BUDGET_US: f64 = 1.0;

fn measure() -> Result<Vec<Row>, Obstacle> {
    let cases = cases()?;
    let samples: Samples = (0..SAMPLES).map(|_| microseconds_each(&cases)).collect();
    let what = format!("{}, over the {} cases", EVALUATOR.what, cases.len());
    Ok(vec![Row::at_most(what, &samples, BUDGET_US, "µs")])
}

fn microseconds_each(cases: &[(Policies, Request)]) -> f64 {
    let start = Instant::now();
    for _ in 0..ROUNDS {
        for (policies, request) in cases {
            // Whatever comes of it: some cases are about what nobody documents.
            let _ = black_box(evaluate(black_box(policies), black_box(request)));
        }
    }
    start.elapsed().as_secs_f64() * 1e6 / (ROUNDS * cases.len()) as f64
}

fn cases() -> Result<Vec<(Policies, Request)>, Obstacle> {
    let table: Value = serde_json::from_str(CASES)?;
    let cases = table.get("cases").and_then(Value::as_array).ok_or("the table has no cases")?;
    cases.iter().map(read).collect()
}

fn read(case: &Value) -> Result<(Policies, Request), Obstacle> {
    let part = |name| case.get(name).ok_or("a case lacks a part");
    let name = part("dialect")?.as_str().unwrap_or_default();
    let dialect = Dialect::named(name).ok_or("a case is of no known cloud")?;
    let policies = Policies::parse(dialect, &part("policies")?.to_string())?;
    Ok((policies, Request::parse(dialect, &part("request")?.to_string())?))
}
