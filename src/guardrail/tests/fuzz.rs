//! A short run of the fuzz targets, and what they once found.
//!
//! The entry points and the mutations are those of `fuzz/`, where `cargo fuzz` runs
//! them for as long as one likes.

#[path = "../../../fuzz/src/entry_points/mod.rs"]
#[allow(unreachable_pub, reason = "the crate of fuzz targets reaches it")]
mod entry_points;
#[path = "../../../fuzz/src/mutation.rs"]
#[allow(unreachable_pub, reason = "the crate of fuzz targets reaches it")]
mod mutation;

use std::{fs, panic, path::Path};

use fastrand::Rng;

const SEED: u64 = 2026;

/// Runs an entry point on so many of its seeds and on so many mutants of them.
fn hurt(target: &str, count: usize) {
    let seeds: Vec<String> = entry_points::seeds(target).into_iter().collect();
    let mut rng = Rng::with_seed(SEED);
    for seed in seeds.iter().take(count) {
        check(target, seed, "a seed");
    }
    for number in 0..count {
        let [one, other] = [(), ()].map(|()| &seeds[rng.usize(..seeds.len())]);
        let mut text = mutation::mutated(one, other, &mut rng);
        while rng.bool() {
            text = mutation::mutated(&text, other, &mut rng);
        }
        check(target, &text, &format!("mutant {number} of the seed {SEED}"));
    }
}

/// Runs an entry point, and says on which text it panicked.
fn check(target: &str, text: &str, what: &str) {
    let (_, run) = entry_points::ALL.iter().find(|(name, _)| *name == target).unwrap();
    if panic::catch_unwind(|| run(text)).is_err() {
        panic!("{target}: {what} breaks a law; keep it in fuzz/regressions/{target}/:\n{text}");
    }
}

#[test]
fn documents_that_are_hurt() {
    hurt("documents", 1_000);
}

#[test]
fn decisions_that_are_hurt() {
    hurt("decisions", 1_000);
}

#[test]
fn requests_that_are_hurt() {
    hurt("requests", 1_000);
}

#[test]
fn lints_of_documents_that_are_hurt() {
    // A hundred times as slow as the others: each asks for all doors at every level.
    hurt("lints", 100);
}

#[test]
fn what_fuzzing_found_stays_found() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/regressions");
    let mut found = 0;
    for target in fs::read_dir(folder).unwrap() {
        let target = target.unwrap();
        for file in fs::read_dir(target.path()).unwrap() {
            let file = file.unwrap();
            let text = fs::read_to_string(file.path()).unwrap();
            let name = target.file_name();
            check(name.to_str().unwrap(), &text, &file.path().display().to_string());
            found += 1;
        }
    }
    assert!(found > 0, "there are regressions");
}
