//! The policy engine before a third party: a simulator that others wrote from the same
//! documentation must come to the same decisions.
//!
//! `third_party` fetches and asks it, in a process of its own: its licence, AGPL, is not
//! ours. `cases` asks about the table of decisions, `guards` about compiled documents,
//! whose `meaning` is read off the intent once more.

#![allow(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test that meets the unexpected fails, and this is how"
)]

mod cases;
mod guards;
mod meaning;
#[path = "../acceptance/python.rs"]
mod python;
mod requests;
mod third_party;

/// The packages from PyPI that the tests need.
const REQUIREMENTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/judge/requirements.txt");
