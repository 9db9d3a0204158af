//! `cargo demo`: real Terraform runs the provider against simulated clouds, explained step by step.
//!
//! Needs no account and no network, and touches neither the user's Terraform settings nor
//! credentials. Exits with 0 only if everything happened as told.
//!
//! Reading order: `chapters` (the story, a list), `world` (what the clouds hold), `organisation` (who
//! there is), `attempts` (what they try), `terraform` (how it is run), `prerequisites` (what must be
//! there first), `narration` (how it looks).

mod attempts;
mod chapters;
mod narration;
mod organisation;
mod prerequisites;
mod terraform;
mod world;

use std::process::ExitCode;

use imageguard_simulator::Simulator;

use crate::{
    chapters::{CHAPTERS, Stage},
    narration::{headline, tell},
    terraform::Terraform,
};

fn main() -> ExitCode {
    match play() {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            eprintln!("\nimageguard-demo: {reason}");
            ExitCode::FAILURE
        }
    }
}

/// Plays all chapters, and cleans up whatever happens.
fn play() -> Result<(), String> {
    let (program, version) = prerequisites::find_terraform()?;
    tell(
        "This demo runs a Terraform provider against two simulated clouds on this computer. It \
         needs no account and costs nothing. First cargo builds the provider:",
    );
    let provider = prerequisites::build_provider()?;
    let simulator = Simulator::builder()
        .start(world::world())
        .map_err(|error| format!("the simulated clouds did not start: {error}"))?;
    let terraform = Terraform::new(program, &provider, &simulator.url())
        .map_err(|error| format!("cannot write to a temporary folder: {error}"))?;
    let stage = Stage { simulator, terraform, version };
    for (number, chapter) in (1..).zip(CHAPTERS) {
        headline(number, chapter.title);
        tell(chapter.opening);
        (chapter.play)(&stage)
            .map_err(|reason| format!("chapter {number} did not go as told: {reason}"))?;
    }
    drop(stage);
    tell(
        "Everything went as told. The simulated clouds and Terraform's temporary folder are gone; \
         nothing is left on this computer but the build.",
    );
    Ok(())
}
