//! What the figures depend on: the machine, and what else it does.

use std::time::Duration;

use crate::Obstacle;

/// From which share of the processors on other programs distort the times.
const DISTORTING: f64 = 0.1;

/// Tells cores and system.
pub(crate) fn describe() -> Result<String, Obstacle> {
    use std::env::consts::{ARCH, OS};
    Ok(format!("{} cores, {OS} {ARCH}", std::thread::available_parallelism()?))
}

/// Warns if other programs are busy; says nothing where the system does not tell.
pub(crate) fn warn_if_busy() -> Option<String> {
    let before = ticks()?;
    std::thread::sleep(Duration::from_secs(2));
    let after = ticks()?;
    let share = 1.0 - (after.idle - before.idle) / (after.all - before.all);
    (share > DISTORTING).then(|| {
        let percent = share * 100.0;
        format!("Other programs kept {percent:.0} % of the processors busy: times are too high.")
    })
}

/// How the processors have spent their time since the start of the system.
struct Ticks {
    idle: f64,
    all: f64,
}

/// Reads them where Linux keeps them: user, nice, system, idle, waiting for disks, and more.
fn ticks() -> Option<Ticks> {
    let statistics = std::fs::read_to_string("/proc/stat").ok()?;
    let line = statistics.lines().next()?.strip_prefix("cpu ")?;
    let ticks: Vec<f64> = line.split_whitespace().filter_map(|word| word.parse().ok()).collect();
    let idle = ticks.get(3..5)?.iter().sum();
    Some(Ticks { idle, all: ticks.iter().take(8).sum() })
}
