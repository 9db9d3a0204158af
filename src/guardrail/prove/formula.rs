//! Conditions over the attributes of a call, and what they say while some are open.

use std::rc::Rc;

use super::super::finding::{Finding, Truth};

/// A condition. Every atom looks at one attribute; that is what makes questions finite.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Formula {
    Is(Finding),
    /// What is found for each class of the attribute.
    Atom {
        attribute: usize,
        findings: Rc<[Finding]>,
    },
    All(Vec<Self>),
    Any(Vec<Self>),
    Not(Box<Self>),
}

/// What a condition says while attributes are open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Partly {
    /// Whatever the open ones are.
    Known(Finding),
    /// It may depend on this one.
    Open(usize),
}

impl Formula {
    pub(super) const TRUE: Self = Self::Is(Finding::YES);
    pub(super) const FALSE: Self = Self::Is(Finding::NO);

    pub(super) fn holds(is_so: bool) -> Self {
        Self::Is(Finding::of(is_so))
    }

    /// All of them; what is known already is left out.
    pub(super) fn all(parts: impl IntoIterator<Item = Self>) -> Self {
        let mut open = Vec::new();
        for part in parts {
            match part {
                Self::Is(Finding::NO) => return Self::FALSE,
                Self::Is(Finding::YES) => {}
                Self::All(parts) => open.extend(parts),
                part => open.push(part),
            }
        }
        match open.len() {
            0 => Self::TRUE,
            1 => open.pop().unwrap_or(Self::TRUE),
            _ => Self::All(open),
        }
    }

    /// Any of them; what is known already is left out.
    pub(super) fn any(parts: impl IntoIterator<Item = Self>) -> Self {
        let mut open = Vec::new();
        for part in parts {
            match part {
                Self::Is(Finding::YES) => return Self::TRUE,
                Self::Is(Finding::NO) => {}
                Self::Any(parts) => open.extend(parts),
                part => open.push(part),
            }
        }
        match open.len() {
            0 => Self::FALSE,
            1 => open.pop().unwrap_or(Self::FALSE),
            _ => Self::Any(open),
        }
    }

    pub(super) fn not(self) -> Self {
        match self {
            Self::Is(finding) => Self::Is(finding.not()),
            Self::Not(inner) => *inner,
            other => Self::Not(Box::new(other)),
        }
    }

    pub(super) fn and(self, other: Self) -> Self {
        Self::all([self, other])
    }

    pub(super) fn or(self, other: Self) -> Self {
        Self::any([self, other])
    }

    /// Tells whether it is false whatever the attributes are.
    pub(super) fn is_false(&self) -> bool {
        matches!(self, Self::Is(finding) if finding.is(Truth::No))
    }

    /// What is known with the classes chosen so far, by attribute.
    pub(super) fn under(&self, chosen: &[Option<usize>]) -> Partly {
        match self {
            Self::Is(finding) => Partly::Known(*finding),
            Self::Atom { attribute, findings } => {
                let class = chosen.get(*attribute).copied().flatten();
                let finding = class.and_then(|class| findings.get(class));
                finding.map_or(Partly::Open(*attribute), |finding| Partly::Known(*finding))
            }
            Self::All(parts) => joined(parts, chosen, Finding::YES, Truth::No),
            Self::Any(parts) => joined(parts, chosen, Finding::NO, Truth::Yes),
            Self::Not(inner) => match inner.under(chosen) {
                Partly::Known(finding) => Partly::Known(finding.not()),
                open => open,
            },
        }
    }
}

/// Joins the parts, of which a `decisive` one settles the matter alone.
fn joined(parts: &[Formula], chosen: &[Option<usize>], start: Finding, decisive: Truth) -> Partly {
    let (mut known, mut open) = (start, None);
    let settled = Finding { truth: decisive, ..start };
    for part in parts {
        match part.under(chosen) {
            Partly::Known(finding) if decisive == Truth::No => known = known.and(|| finding),
            Partly::Known(finding) => known = known.or(|| finding),
            Partly::Open(attribute) => open = open.or(Some(attribute)),
        }
        if known == settled {
            return Partly::Known(known);
        }
    }
    match open {
        Some(attribute) if !known.is(decisive) => Partly::Open(attribute),
        _ => Partly::Known(known),
    }
}
