//! Many modules that ask the same question.

use imageguard_simulator::Simulator;

use super::Measurement;
use crate::{
    Obstacle,
    clouds::{ALICLOUD, AWS, EMPTY, toy, world},
    figure::{Row, Samples},
    terraform::{Plan, rounds},
};

const ROUNDS: usize = 7;
const LOOKUP: &str = "count = 200\n  tags = { status = [\"approved\"] }";
const BUILT_IN: &str = "resource \"terraform_data\" \"it\" {\n  count = 200\n}\n";
const BUDGET_RATIO: f64 = 2.0;

pub(super) const IDENTICAL: Measurement = Measurement {
    name: "identical",
    what: "200 identical lookups in one plan",
    only_if_named: false,
    measure,
};

fn measure() -> Result<Vec<Row>, Obstacle> {
    let simulator = Simulator::start(world(50));
    let none = Plan::new(EMPTY, &simulator)?;
    let built_in = Plan::new(&format!("{EMPTY}{BUILT_IN}"), &simulator)?;
    let toys = Plan::new(&toy("count = 200"), &simulator)?;
    let mut rows = Vec::new();
    for cloud in [&ALICLOUD, &AWS] {
        let what = format!("{}, {}", IDENTICAL.what, cloud.name);
        let lookups = Plan::new(&cloud.lookup(LOOKUP), &simulator)?;
        simulator.clear_journal();
        lookups.time()?;
        let requests = f64::from(u32::try_from(simulator.journal().len())?);
        let requests = [requests].into_iter().collect();
        rows.push(Row::at_most(format!("{what}: requests"), &requests, 1.0, "request"));
        let [none, built_in, toys, lookups] = rounds(ROUNDS, [&none, &built_in, &toys, &lookups])?;
        let over_none = |samples: Samples| samples.minus(&none);
        let [built_in, toys, lookups] = [built_in, toys, lookups].map(over_none);
        let ratio = [lookups.median() / built_in.median()].into_iter().collect();
        let budgeted = "  extra time, as a multiple of 200 terraform_data";
        rows.push(Row::at_most(budgeted, &ratio, BUDGET_RATIO, "×"));
        rows.push(Row::remark("  extra time of 200 lookups", lookups.told("ms")));
        rows.push(Row::remark("  extra time of 200 terraform_data", built_in.told("ms")));
        rows.push(Row::remark("  extra time of 200 data sources of the toy", toys.told("ms")));
    }
    Ok(rows)
}
