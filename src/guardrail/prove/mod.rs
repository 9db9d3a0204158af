//! What holds of all requests, not of one: proofs about documents.
//!
//! Every test of a policy looks at one fact of a request: action, resource, one condition
//! key. The values of each fall into finitely many classes that no test tells apart, so a
//! question about all requests becomes one about finitely many cases.
//!
//! `text.rs` and `values.rs` find the classes, `attributes.rs` and `shapes.rs` say which
//! facts and calls there are, `space.rs` turns documents into conditions (`formula.rs`),
//! `search.rs` looks for a case, `explain.rs` makes it a request in words. Every request
//! that is shown was decided once more by the evaluator. `region.rs` says what rules ask
//! for, `properties.rs` what is proved of it; `change.rs` compares documents.

mod attributes;
mod change;
mod explain;
mod formula;
mod keys;
mod matcher;
mod open;
mod proof;
mod properties;
mod region;
mod satisfiable;
mod search;
mod shapes;
mod space;
mod text;
mod values;

#[cfg(test)]
mod tests;

pub use self::{
    change::{Change, Difference, changed, interferes, overlap},
    explain::Witness,
    proof::{Proof, Proofs, Property},
    properties::prove,
};
