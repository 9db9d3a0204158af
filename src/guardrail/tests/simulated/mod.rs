//! The evaluators of the simulated clouds, which were written without looking at this one: a
//! misunderstanding of either shows where they differ.

mod alicloud;
mod aws;

use fastrand::Rng;
use serde_json::{Value, json};

fn pick<T: Copy>(rng: &mut Rng, from: &[T]) -> T {
    from[rng.usize(..from.len())]
}

/// One value, or a list of up to three.
fn some(rng: &mut Rng, from: &[&str]) -> Value {
    match rng.u8(0..3) {
        0 => json!(pick(rng, from)),
        most => json!((0..=most).map(|_| pick(rng, from)).collect::<Vec<_>>()),
    }
}
