//! What must not happen: policies of both clouds, read and decided. Pure.
//!
//! A [`Document`] is a vendor's JSON, [`Policies`] are all that are in force, a
//! [`Request`] is what somebody asks for; [`evaluate`] says what becomes of it, which
//! statements decide, and which [`Assumptions`] the answer rests on. Nothing here asks
//! a cloud, reads the clock or knows Terraform: time is a value of the request.
//!
//! The clouds differ in data, not in code. Start with `dialect/` (what differs), then
//! `document.rs` (what a policy says) and `evaluate/` (what it does). `json.rs` and
//! `parse/` read; `finding.rs` is the logic answers are made of; `pattern.rs`,
//! `automaton.rs`, `name.rs`, `template.rs`, `operator.rs` and the kinds of values are the words of conditions.

mod assumption;
mod dialect;
mod target;

mod fault;
mod json;

mod automaton;
mod decimal;
mod instant;
mod name;
mod network;
mod operator;
mod pattern;
mod template;
mod value;

mod canonical;
mod document;
mod parse;
mod policies;
mod request;

mod evaluate;
mod finding;

pub mod atlas;
pub mod compile;
pub mod intent;
pub mod lint;
pub mod prove;
pub mod recognise;

#[cfg(test)]
mod tests;

pub use self::{
    assumption::{Assumption, Assumptions},
    dialect::{ALICLOUD, AWS, Dialect},
    document::{Document, Effect},
    evaluate::{Decision, Matched, Outcome, Undecided, evaluate},
    fault::DocumentError,
    policies::{Policies, Policy},
    request::Request,
    target::{Target, TargetError},
};
