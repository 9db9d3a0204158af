//! `cargo bench`: measures what has a budget and prints figure, budget and PASS or MISS.
//!
//! A figure never makes it fail; something that cannot be measured does. Words after `--` pick
//! measurements by name: `cargo bench -- plan memory`. Needs Terraform, like the acceptance tests.
//!
//! Reading order: `rows` (the measurements, a list), `figure` (samples and table rows), `terraform`
//! (how it is run and watched), `clouds` (what it is run against), `machine` (what it runs on).

mod clouds;
mod figure;
mod machine;
mod rows;
mod terraform;

use std::{
    io::{self, Write as _},
    process::ExitCode,
};

use crate::{figure::Row, rows::MEASUREMENTS, terraform::version};

/// Why something cannot be measured.
type Obstacle = Box<dyn std::error::Error>;

fn main() -> ExitCode {
    // Cargo adds `--bench`.
    let wanted: Vec<_> = std::env::args().skip(1).filter(|word| !word.starts_with("--")).collect();
    match run(&wanted) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(obstacle) => {
            eprintln!("{obstacle}");
            ExitCode::FAILURE
        }
    }
}

/// Measures, prints, and tells whether everything could be measured.
fn run(wanted: &[String]) -> Result<bool, Obstacle> {
    let names: Vec<_> = MEASUREMENTS.iter().map(|measurement| measurement.name).collect();
    for word in wanted {
        if !names.iter().any(|name| name.contains(word.as_str())) {
            return Err(
                format!("nothing is called `{word}`; there are {}", names.join(", ")).into()
            );
        }
    }
    let system = format!("{}, {}", machine::describe()?, version()?);
    let warning = machine::warn_if_busy();
    let mut rows = vec![Row::heads()];
    let mut obstacles = Vec::new();
    for measurement in MEASUREMENTS {
        let is_named = wanted.iter().any(|word| measurement.name.contains(word.as_str()));
        if !is_named && !wanted.is_empty() {
            continue;
        }
        if measurement.only_if_named && !is_named {
            rows.push(Row::skipped(measurement));
            continue;
        }
        eprintln!("measuring {} …", measurement.name);
        match (measurement.measure)() {
            Ok(measured) => rows.extend(measured),
            Err(obstacle) => {
                obstacles.push(format!("{} cannot be measured: {obstacle}", measurement.name));
            }
        }
    }
    let mut stdout = io::stdout().lock();
    writeln!(stdout, "\n{}\n\n{system}", figure::table(&rows))?;
    warning.map_or(Ok(()), |warning| writeln!(stdout, "{warning}"))?;
    obstacles.iter().for_each(|obstacle| eprintln!("\n{obstacle}"));
    Ok(obstacles.is_empty())
}
