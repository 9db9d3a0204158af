//! One lookup in a plan: time and memory.

use imageguard_simulator::Simulator;

use super::Measurement;
use crate::{
    Obstacle,
    clouds::{ALICLOUD, AWS, CloudCase, EMPTY, toy, world},
    figure::{Row, Samples},
    terraform::{Plan, rounds},
};

const ROUNDS: usize = 15;
const OVER_NONE_MS: f64 = 120.0;
const OVER_TOY_MS: f64 = 25.0;
#[cfg(target_os = "linux")]
const MEMORY_MIB: f64 = 20.0;
const IMAGES: usize = 50;
const LOOKUP: &str = "tags = { status = [\"approved\"] }";

pub(super) const PLAN: Measurement = Measurement {
    name: "plan",
    what: "terraform plan, one lookup",
    only_if_named: false,
    measure: measure_time,
};

pub(super) const MEMORY: Measurement = Measurement {
    name: "memory",
    what: "peak memory of the provider in that plan",
    only_if_named: false,
    measure: measure_memory,
};

fn lookup(cloud: &CloudCase, simulator: &Simulator) -> Result<Plan, Obstacle> {
    Plan::new(&cloud.lookup(LOOKUP), simulator)
}

fn measure_time() -> Result<Vec<Row>, Obstacle> {
    let simulator = Simulator::start(world(IMAGES));
    let none = Plan::new(EMPTY, &simulator)?;
    let toy = Plan::new(&toy("text = \"any\""), &simulator)?;
    let (alicloud, aws) = (lookup(&ALICLOUD, &simulator)?, lookup(&AWS, &simulator)?);
    let [none, toy, alicloud, aws] = rounds(ROUNDS, [&none, &toy, &alicloud, &aws])?;
    let toy_over_none = toy.minus(&none).told("ms");
    let mut rows = vec![
        Row::remark("terraform plan without a provider", none.told("ms")),
        Row::remark("  with the toy provider, over that", toy_over_none),
    ];
    for (cloud, lookup) in [(&ALICLOUD, alicloud), (&AWS, aws)] {
        let what = format!("  with one lookup, {}, over", cloud.name);
        let (over_none, over_toy) = (lookup.minus(&none), lookup.minus(&toy));
        rows.push(Row::at_most(format!("{what} no provider"), &over_none, OVER_NONE_MS, "ms"));
        rows.push(Row::at_most(format!("{what} the toy"), &over_toy, OVER_TOY_MS, "ms"));
    }
    Ok(rows)
}

#[cfg(target_os = "linux")]
fn measure_memory() -> Result<Vec<Row>, Obstacle> {
    let simulator = Simulator::start(world(IMAGES));
    let row = |cloud: &CloudCase| {
        let plan = lookup(cloud, &simulator)?;
        let samples = (0..5).map(|_| plan.peak_memory());
        let samples: Samples = samples.collect::<Result<_, _>>()?;
        let what = format!("{}, {}", MEMORY.what, cloud.name);
        Ok(Row::at_most(what, &samples, MEMORY_MIB, "MiB"))
    };
    [&ALICLOUD, &AWS].into_iter().map(row).collect()
}

#[cfg(not(target_os = "linux"))]
fn measure_memory() -> Result<Vec<Row>, Obstacle> {
    Ok(vec![Row::remark(MEMORY.what, "can be measured on Linux only")])
}
