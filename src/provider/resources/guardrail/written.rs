//! What a guardrail keeps beside its state: what was written last, and which exemptions a read
//! has found over.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::{
    cautions::end_of,
    model::{GuardrailModel, known},
};
use crate::{
    guardrail::{
        Document, Target,
        intent::{Expiry, Intent},
    },
    plugin::Context,
};

/// The key of [`Written`].
const WRITTEN: &str = "written";
/// The key of the ends that a read has found over.
const ENDED: &str = "ended";

/// A document as it was last written, adopted or imported.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub(super) struct Written {
    pub(super) document: String,
    /// The version that was in force then; `None` where there are no versions.
    pub(super) version: Option<String>,
    /// The ends of the exemptions that were over by then, and left out.
    pub(super) left_out: BTreeSet<String>,
}

impl Written {
    /// Returns what was kept; without a note of ours, as after a move by hand, that is what the
    /// state has.
    pub(super) fn of(state: &GuardrailModel, context: &Context) -> Self {
        let from_state = || Self { document: known(&state.document).to_owned(), ..Self::default() };
        context.private(WRITTEN).unwrap_or_else(from_state)
    }

    /// Keeps it for the operations that follow.
    pub(super) fn keep(&self, context: &Context) {
        context.keep_private(WRITTEN, self);
    }
}

/// Returns the ends that a read has found over.
pub(super) fn ended(context: &Context) -> BTreeSet<String> {
    context.private(ENDED).unwrap_or_default()
}

/// Notes which exemptions are over: plans have no clock.
pub(super) fn note_ended(state: &GuardrailModel, now: OffsetDateTime, context: &Context) {
    let ends = state.exemptions.known().into_iter().flatten().filter_map(end_of);
    let over: BTreeSet<_> =
        ends.filter(|end| end.instant() <= now).map(|end| end.to_string()).collect();
    match over.is_empty() {
        true => context.forget_private(ENDED),
        false => context.keep_private(ENDED, &over),
    }
}

/// Leaves out the exemptions with these ends.
pub(super) fn without(intent: &Intent, ends: &BTreeSet<String>) -> Intent {
    let mut left = intent.clone();
    let is_over = |end: Expiry| ends.contains(&end.to_string());
    left.exemptions.retain(|exemption| !exemption.expires_at.is_some_and(is_over));
    left
}

/// Tells whether two documents say the same, however they are written.
pub(super) fn mean_the_same(one: &str, other: &str, target: Target) -> bool {
    let canonical = |text| {
        let (dialect, level) = (target.atlas().dialect, target.level_name());
        Document::parse_foreign(dialect, level, text)?.ok()?.canonical()
    };
    one == other || canonical(one).is_some_and(|one| canonical(other) == Some(one))
}
