//! A lookup among 50,000 images, in a cloud that takes its time.

use std::time::Duration;

use imageguard_simulator::Simulator;

use super::Measurement;
use crate::{
    Obstacle,
    clouds::{ALICLOUD, AWS, CloudCase, toy, world},
    figure::{Row, ms},
    terraform::{Plan, rounds},
};

const IMAGES: usize = 50_000;
const LATENCY: Duration = Duration::from_millis(50);
const ROUNDS: usize = 3;
/// How much longer than its latency alone the reading may take.
const BUDGET_RATIO: f64 = 1.3;
#[cfg(target_os = "linux")]
const MEMORY_MIB: f64 = 64.0;
/// Without tags every image is listed: by tags, Alibaba Cloud finds no more than 1,000.
const LOOKUP: &str = "owners = [\"self\"]\n  name_pattern = \"web-server-*\"";

pub(super) const ALICLOUD_CATALOGUE: Measurement = Measurement {
    name: "catalogue-alicloud",
    what: "50,000 images, Alibaba Cloud",
    only_if_named: false,
    measure: || measure(&ALICLOUD),
};

pub(super) const AWS_CATALOGUE: Measurement = Measurement {
    name: "catalogue-aws",
    what: "50,000 images, AWS",
    only_if_named: false,
    measure: || measure(&AWS),
};

fn measure(cloud: &CloudCase) -> Result<Vec<Row>, Obstacle> {
    let pages = IMAGES.div_ceil(cloud.page_size);
    let trips = u32::try_from(pages.div_ceil(cloud.concurrency))?;
    let least = LATENCY * trips;
    let simulator = Simulator::start(world(IMAGES));
    simulator.set_latency(LATENCY);
    let toy = Plan::new(&toy("text = \"any\""), &simulator)?;
    let lookup = Plan::new(&cloud.lookup(LOOKUP), &simulator)?;
    let what = format!("{IMAGES} images, {}", cloud.name);
    let [toy_times, times] = rounds(ROUNDS, [&toy, &lookup])?;
    let times = times.minus(&toy_times);
    let mut rows = vec![Row::at_most(
        format!("{what}: {pages} pages in {trips} round trips of {} ms", LATENCY.as_millis()),
        &times,
        (ms(least) * BUDGET_RATIO).round(),
        "ms",
    )];
    simulator.clear_journal();
    let cost = simulator_cost(&lookup)?;
    let requests = simulator.journal().len();
    if requests != pages {
        return Err(format!("{requests} requests were made, not {pages}").into());
    }
    rows.extend(cost.map(|cost| {
        let share = 100.0 * cost / times.median();
        let page = cost / f64::from(u32::try_from(pages).unwrap_or(u32::MAX));
        let told = format!("{page:.2} ms a page, {share:.0} % of that time");
        Row::remark("  processor time of the simulator itself", told)
    }));
    rows.push(memory(&lookup)?);
    Ok(rows)
}

#[cfg(target_os = "linux")]
fn memory(lookup: &Plan) -> Result<Row, Obstacle> {
    let samples = [lookup.peak_memory()?].into_iter().collect();
    Ok(Row::at_most("  peak memory of the provider", &samples, MEMORY_MIB, "MiB"))
}

#[cfg(not(target_os = "linux"))]
fn memory(_: &Plan) -> Result<Row, Obstacle> {
    Ok(Row::remark("  peak memory of the provider", "can be measured on Linux only"))
}

/// Plans, and returns the milliseconds that the simulator's thread was busy, where the system
/// tells: it answers one request at a time, so that they could be mistaken for the provider's.
fn simulator_cost(lookup: &Plan) -> Result<Option<f64>, Obstacle> {
    let before = busy_ms();
    lookup.time()?;
    Ok(before.zip(busy_ms()).map(|(before, after)| after - before))
}

/// Returns how long the simulator's threads have been busy.
fn busy_ms() -> Option<f64> {
    // Linux keeps 15 bytes of a thread's name.
    const THREAD: &str = "imageguard-simu";
    let threads = std::fs::read_dir("/proc/self/task").ok()?;
    let busy = threads.filter_map(|thread| {
        let thread = thread.ok()?.path();
        let name = std::fs::read_to_string(thread.join("comm")).ok()?;
        let statistics = std::fs::read_to_string(thread.join("schedstat")).ok()?;
        let nanoseconds: f64 = statistics.split_whitespace().next()?.parse().ok()?;
        (name.trim() == THREAD).then_some(nanoseconds / 1e6)
    });
    Some(busy.sum())
}
