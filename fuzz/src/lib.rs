//! The policy engine under hostile input.
//!
//! `entry_points/` says what must hold for any text, `mutation.rs` makes new texts of
//! old ones. The tests of the engine include both, so that a short run of the very same
//! is part of `cargo test`.

/// The engine alone: it depends on nothing else in the provider, whose other
/// dependencies would take many minutes to compile for fuzzing.
#[path = "../../src/guardrail/mod.rs"]
pub mod guardrail;

pub mod entry_points;
pub mod mutation;

use libfuzzer_sys::fuzzer_mutate;

/// Makes libFuzzer's next input: half of the time by what a document is made of,
/// otherwise as libFuzzer likes.
pub fn next_input(data: &mut [u8], size: usize, max_size: usize, seed: u32) -> usize {
    let mut rng = fastrand::Rng::with_seed(seed.into());
    let text = data.get(..size).and_then(|data| std::str::from_utf8(data).ok());
    let Some(text) = text.filter(|_| rng.bool()) else {
        return fuzzer_mutate(data, size, max_size);
    };
    let mutant = mutation::mutated(text, text, &mut rng);
    let end = mutant.floor_char_boundary(max_size.min(data.len()));
    data[..end].copy_from_slice(&mutant.as_bytes()[..end]);
    end
}

/// A fuzz target around an entry point.
#[macro_export]
macro_rules! target {
    ($entry_point:ident) => {
        libfuzzer_sys::fuzz_target!(|data: &[u8]| {
            // Terraform's strings are UTF-8.
            if let Ok(text) = std::str::from_utf8(data) {
                imageguard_fuzz::entry_points::$entry_point(text);
            }
        });
        libfuzzer_sys::fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
            imageguard_fuzz::next_input(data, size, max_size, seed)
        });
    };
}
