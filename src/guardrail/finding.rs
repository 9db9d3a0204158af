//! Three-valued answers that know which assumptions they rest on.
//!
//! A conjunction that fails because of one documented test rests on nothing, however
//! doubtful its other tests are: that is why assumptions travel with the answers
//! instead of being noted down wherever one was met.

use super::assumption::Assumptions;

/// Whether something holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Truth {
    No,
    /// It cannot be told; the assumptions beside it are the questions nobody answers.
    Unknown,
    Yes,
}

/// Whether something holds, and what that rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Finding {
    pub(super) truth: Truth,
    pub(super) because: Assumptions,
}

impl Finding {
    pub(super) const YES: Self = Self { truth: Truth::Yes, because: Assumptions::NONE };
    pub(super) const NO: Self = Self { truth: Truth::No, because: Assumptions::NONE };

    pub(super) fn of(holds: bool) -> Self {
        if holds { Self::YES } else { Self::NO }
    }

    pub(super) fn unknown(because: Assumptions) -> Self {
        Self { truth: Truth::Unknown, because }
    }

    pub(super) fn is(self, truth: Truth) -> bool {
        self.truth == truth
    }

    /// Adds what the answer rests on.
    pub(super) fn assuming(self, more: Assumptions) -> Self {
        Self { because: self.because.or(more), ..self }
    }

    pub(super) fn not(self) -> Self {
        let truth = match self.truth {
            Truth::Yes => Truth::No,
            Truth::Unknown => Truth::Unknown,
            Truth::No => Truth::Yes,
        };
        Self { truth, ..self }
    }

    /// Both; the other is not asked for once this one fails for sure.
    pub(super) fn and(self, other: impl FnOnce() -> Self) -> Self {
        if self == Self::NO { self } else { self.join(other(), Truth::No) }
    }

    /// Either; the other is not asked for once this one holds for sure.
    pub(super) fn or(self, other: impl FnOnce() -> Self) -> Self {
        if self == Self::YES { self } else { self.join(other(), Truth::Yes) }
    }

    /// All of them.
    pub(super) fn all(findings: impl IntoIterator<Item = Self>) -> Self {
        let mut all = Self::YES;
        for finding in findings {
            all = all.join(finding, Truth::No);
            if all == Self::NO {
                break;
            }
        }
        all
    }

    /// Any of them.
    pub(super) fn any(findings: impl IntoIterator<Item = Self>) -> Self {
        let mut any = Self::NO;
        for finding in findings {
            any = any.join(finding, Truth::Yes);
            if any == Self::YES {
                break;
            }
        }
        any
    }

    /// Joins two answers of which `decisive` settles the matter alone.
    ///
    /// Where both settle it, the one that assumes less is reason enough.
    fn join(self, other: Self, decisive: Truth) -> Self {
        match (self.is(decisive), other.is(decisive)) {
            (true, true) if other.because.weight() < self.because.weight() => other,
            (true, _) => self,
            (false, true) => other,
            (false, false) => {
                let unknown = self.is(Truth::Unknown) || other.is(Truth::Unknown);
                let truth = if unknown { Truth::Unknown } else { self.truth };
                Self { truth, because: self.because.or(other.because) }
            }
        }
    }
}
