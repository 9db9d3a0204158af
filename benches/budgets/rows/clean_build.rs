//! A build from nothing.

use std::{
    process::{Command, Stdio},
    time::Instant,
};

use super::Measurement;
use crate::{
    Obstacle,
    figure::{Row, Samples},
    terraform::variable,
};

const BUDGET_MIN: f64 = 5.0;

pub(super) const CLEAN_BUILD: Measurement = Measurement {
    name: "clean-build",
    what: "clean build of the provider, cargo build --release",
    only_if_named: true,
    measure,
};

fn measure() -> Result<Vec<Row>, Obstacle> {
    let target = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
    let start = Instant::now();
    let status = Command::new(variable("CARGO").unwrap_or("cargo".into()))
        .args(["build", "--release", "--target-dir"])
        .arg(target.path())
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .stdin(Stdio::null())
        .status()?;
    let minutes: Samples = [start.elapsed().as_secs_f64() / 60.0].into_iter().collect();
    if !status.success() {
        return Err("the build failed".into());
    }
    Ok(vec![Row::at_most(CLEAN_BUILD.what, &minutes, BUDGET_MIN, "min")])
}
