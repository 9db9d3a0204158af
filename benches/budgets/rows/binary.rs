//! The size of what users download.

use std::fs;

use super::Measurement;
use crate::{
    Obstacle,
    figure::{Row, Samples},
    terraform::PROVIDER,
};

const BUDGET_MB: f64 = 15.0;

pub(super) const BINARY: Measurement =
    Measurement { name: "binary", what: "release binary, stripped", only_if_named: false, measure };

fn measure() -> Result<Vec<Row>, Obstacle> {
    let bytes = u32::try_from(fs::metadata(PROVIDER)?.len())?;
    let size: Samples = [f64::from(bytes) / 1e6].into_iter().collect();
    Ok(vec![Row::at_most(BINARY.what, &size, BUDGET_MB, "MB")])
}
