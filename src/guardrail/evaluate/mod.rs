//! Policies × request → decision, and what decided.
//!
//! `condition.rs` answers one test, `statement.rs` one statement, `layers.rs` puts the
//! layers of policies together as the vendor does.

mod condition;
mod layers;
mod statement;

use thiserror::Error;

use super::{
    assumption::Assumptions,
    document::Effect,
    finding::{Finding, Truth},
    policies::Policies,
    request::Request,
};

/// What becomes of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// It goes through.
    Allow,
    /// A statement refuses it.
    Deny,
    /// Nothing grants it, or a layer that must allow it does not.
    ImplicitDeny,
}

impl Decision {
    /// `allow`, `deny`, `implicit_deny`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Deny => "deny",
            Self::ImplicitDeny => "implicit_deny",
        }
    }
}

/// A decision and its reasons.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// What becomes of the request.
    pub decision: Decision,
    /// The statements that decided, in the order of the policies: those that deny, those
    /// that allow, or none where it is the lack of one that decides.
    pub matched: Vec<Matched>,
    /// What the decision rests on beyond the vendor's documentation.
    pub assumptions: Assumptions,
}

/// A statement that applies to a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Matched {
    /// The place of its policy in the list, from zero.
    pub policy: usize,
    /// Its place in the document, from zero.
    pub statement: usize,
    /// What it does.
    pub effect: Effect,
}

/// Why a request cannot be decided: the answer turns on what nobody documents, or on a
/// foreign statement that could not be read.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("the decision turns on a question that cannot be answered")]
pub struct Undecided {
    /// The questions.
    pub open: Assumptions,
    /// The statements they are about, in the order of the policies.
    pub statements: Vec<Matched>,
    /// Whether the request is refused either way, by a statement or for lack of one.
    pub refused: bool,
}

/// Decides a request.
///
/// Every resource of the request is authorised on its own; a Deny for any denies it all,
/// otherwise one that is not allowed refuses it all. Policies and request must be of the
/// same dialect.
///
/// # Errors
///
/// [`Undecided`] where a guess would be needed.
pub fn evaluate(policies: &Policies, request: &Request) -> Result<Outcome, Undecided> {
    let mut trail = Trail::default();
    let (mut denied, mut passes) = (Finding::NO, Finding::YES);
    for call in &request.calls {
        let verdict = layers::judge(policies, request, call, &mut trail);
        denied = denied.or(|| verdict.denied);
        passes = passes.and(|| verdict.passes);
    }
    let (decision, because) = match (denied.truth, passes.truth) {
        (Truth::Yes, _) => (Decision::Deny, denied.because),
        (Truth::No, Truth::Yes) => (Decision::Allow, denied.because.or(passes.because)),
        (Truth::No, Truth::No) => (Decision::ImplicitDeny, denied.because.or(passes.because)),
        (Truth::Unknown, _) | (_, Truth::Unknown) => {
            let open = [denied, passes].into_iter().filter(|finding| finding.is(Truth::Unknown));
            let open = open.fold(Assumptions::NONE, |all, finding| all.or(finding.because));
            let refused = passes.is(Truth::No);
            return Err(Undecided { open, statements: ordered(trail.unknown), refused });
        }
    };
    let deciding = match decision {
        Decision::Deny => Some(Effect::Deny),
        Decision::Allow => Some(Effect::Allow),
        Decision::ImplicitDeny => None,
    };
    trail.matched.retain(|matched| Some(matched.effect) == deciding);
    Ok(Outcome { decision, matched: ordered(trail.matched), assumptions: because })
}

/// The statements met on the way.
#[derive(Default)]
struct Trail {
    matched: Vec<Matched>,
    unknown: Vec<Matched>,
}

impl Trail {
    fn note(&mut self, finding: Finding, policy: usize, statement: usize, effect: Effect) {
        let met = Matched { policy, statement, effect };
        match finding.truth {
            Truth::Yes => self.matched.push(met),
            Truth::Unknown => self.unknown.push(met),
            Truth::No => {}
        }
    }
}

fn ordered(mut statements: Vec<Matched>) -> Vec<Matched> {
    statements.sort_unstable();
    statements.dedup();
    statements
}
