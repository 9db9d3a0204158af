//! Alibaba Cloud: RAM policies, session policies and the control policies of a resource directory.
//!
//! Sources: "Policy structure and syntax", "Policy elements", "Policy evaluation process",
//! "Languages of access control policies", "Control Policy overview". What the vendor does not say
//! and tests may want both ways is in [`OpenQuestions`]; smaller guesses are noted where they are
//! made.

mod condition;
mod document;
mod evaluation;
mod questions;

#[cfg(test)]
mod tests;

pub use condition::Context;
pub use document::{Document, Kind};
pub use evaluation::{Caller, Layer, Policies, Request, Resource, Verdict, decide};
pub use questions::{ImageTags, LaunchResources, OpenQuestions};
