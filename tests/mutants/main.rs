//! Every fault of the policy engine must be noticed by one of its cases.
//!
//! `mutants.json` lists single faults, one for each thing the engine must get right:
//! `build.rs` makes a copy of the engine that can have any of them. With none of them
//! all cases come out as expected, and with each at least one does not. A mutant that
//! survives asks for a case; see `CONTRIBUTING.md`.

#![allow(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test that meets the unexpected fails, and this is how"
)]

use std::{cell::Cell, thread};

#[path = "../../src/guardrail/tests/case.rs"]
mod case;

use case::Case;

// The copy of the engine, `MUTANTS` and `STRAYS`.
include!(concat!(env!("OUT_DIR"), "/engine.rs"));

thread_local! {
    /// The mutant this thread's engine is.
    static ON: Cell<Option<usize>> = const { Cell::new(None) };
}

/// Asked by the engine wherever it may be faulty.
fn is_on(mutant: usize) -> bool {
    ON.get() == Some(mutant)
}

/// The mutants among every so many that no case notices.
fn survivors(first: usize, step: usize) -> Vec<&'static str> {
    let cases = case::all();
    let survives = |mutant: &usize| {
        ON.set(Some(*mutant));
        cases.iter().all(|case| case.fault().is_none())
    };
    let mutants = (first..MUTANTS.len()).step_by(step);
    mutants.filter(survives).map(|mutant| MUTANTS[mutant]).collect()
}

#[test]
fn the_copy_without_a_fault_decides_every_case_as_expected() {
    let faults: Vec<_> = case::all().iter().filter_map(Case::fault).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn every_mutant_has_its_place_in_the_engine() {
    assert!(
        STRAYS.is_empty(),
        "the engine has changed; mark these expressions of mutants.json anew:\n{}",
        STRAYS.join("\n")
    );
}

#[test]
fn every_mutant_changes_a_case() {
    let workers = thread::available_parallelism().map_or(1, usize::from);
    let survivors: Vec<_> = thread::scope(|scope| {
        let start = |first| scope.spawn(move || survivors(first, workers));
        let running: Vec<_> = (0..workers).map(start).collect();
        running.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    assert!(
        survivors.is_empty(),
        "no case notices these faults; add one to src/guardrail/cases/answers.json:\n{}",
        survivors.join("\n")
    );
}
