//! What is measured.

mod binary;
mod catalogue;
mod clean_build;
mod evaluator;
mod handshake;
mod identical;
mod plan;
mod prover;

use crate::{Obstacle, figure::Row};

/// Something to measure.
pub(crate) struct Measurement {
    /// What a filter looks at.
    pub(crate) name: &'static str,
    /// What it tells of, where there is no figure.
    pub(crate) what: &'static str,
    /// Whether it takes too long to be measured unasked.
    pub(crate) only_if_named: bool,
    /// Takes the figures.
    pub(crate) measure: fn() -> Result<Vec<Row>, Obstacle>,
}

/// All measurements, in the order of the table.
pub(crate) const MEASUREMENTS: &[Measurement] = &[
    handshake::HANDSHAKE,
    plan::PLAN,
    plan::MEMORY,
    binary::BINARY,
    identical::IDENTICAL,
    catalogue::ALICLOUD_CATALOGUE,
    catalogue::AWS_CATALOGUE,
    evaluator::EVALUATOR,
    prover::PROVER,
    clean_build::CLEAN_BUILD,
];
