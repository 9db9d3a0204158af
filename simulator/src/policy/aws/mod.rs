//! AWS: the policies of IAM and Organizations, and those of resources.
//!
//! Sources: the IAM guide's "JSON policy element reference", "Policy evaluation logic" and "Policy
//! variables", the Organizations guide's "Service control policies". Guesses, because nothing is
//! written: a condition on a list of values without a quantifier never holds; a quantifier on `Null` is
//! refused; a value that cannot be read as what its operator compares matches nothing. Not here:
//! policies of VPC endpoints, and principals of resource policies other than `*` and ARNs.

mod condition;
mod document;
mod evaluation;
mod json;
mod operator;
mod pattern;

#[cfg(test)]
mod tests;

pub use condition::Context;
pub use document::{Document, Kind};
pub use evaluation::{Caller, Layer, Policies, Request, Resource, Verdict, decide};
