//! Choosing a golden image: pure.
//!
//! Both clouds translate what their API returns to [`Image`]; [`Rule`] says what
//! golden means; [`select`] holds one against the other and says, for each image
//! that lost, why. Nothing here asks a cloud, reads the clock or knows Terraform.
//!
//! Start with `facts.rs` (what an image is), then `rule.rs`, `judge.rs` (one
//! image), `select.rs` (the golden ones of many) and `verdict.rs` (given ones).
//! `pattern.rs` and `crate::span` are the words in which rules are written. `pin` is about the
//! image that was chosen: when to take another.

mod facts;
mod judge;
mod pattern;
pub mod pin;
mod rule;
mod select;
mod verdict;

#[cfg(test)]
mod tests;

pub use self::{
    facts::{Deprecation, Image, ImageOwner, ImageState, Tags, Watermark},
    judge::{Reason, Stage, judge},
    pattern::{Pattern, PatternError},
    rule::{Owner, Rule, TagRule, WatermarkRule},
    select::{Funnel, Loser, Selection, select},
    verdict::{Finding, Verdict, check},
};
