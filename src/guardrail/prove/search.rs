//! Looks for attributes under which a condition holds, by choosing one after another and
//! turning back as soon as the condition is known.

use std::{
    cell::{Cell, RefCell},
    collections::HashMap,
};

use super::{
    super::{
        assumption::Assumptions,
        finding::{Finding, Truth},
    },
    formula::{Formula, Partly},
};

/// Answers all questions about a document, within bounds for all of them together.
///
/// Many actions are treated alike, so that the same question comes up again and again.
#[derive(Debug)]
pub(super) struct Oracle {
    steps_left: Cell<u32>,
    known: RefCell<HashMap<Question, Answer>>,
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Question {
    within: Formula,
    condition: Formula,
    choices: Vec<Vec<usize>>,
}

/// About a second's work.
const MOST_STEPS: u32 = 300_000;

/// What came of a search.
#[derive(Clone, Debug, Default)]
pub(super) struct Answer {
    /// A case in which the condition holds, and what that rests on.
    pub(super) found: Option<Found>,
    /// Whether a case could not be told.
    pub(super) untold: bool,
    /// Whether the search was given up.
    pub(super) given_up: bool,
    /// What it rests on that the condition fails in all cases in which it does.
    pub(super) rests_on: Assumptions,
}

/// A case.
#[derive(Clone, Debug)]
pub(super) struct Found {
    /// The class of each attribute that matters.
    pub(super) chosen: Vec<Option<usize>>,
    pub(super) because: Assumptions,
}

impl Oracle {
    pub(super) fn new() -> Self {
        Self { steps_left: Cell::new(MOST_STEPS), known: RefCell::default() }
    }

    /// Looks for a case of those meant by `within` in which the condition holds.
    ///
    /// `choices` lists the classes that each attribute may have. A case that rests on
    /// nothing ends the search; of others the one that rests on least is kept.
    pub(super) fn search(
        &self,
        within: &Formula,
        condition: &Formula,
        choices: &[Vec<usize>],
    ) -> Answer {
        let question = Question {
            within: within.clone(),
            condition: condition.clone(),
            choices: choices.to_vec(),
        };
        if let Some(answer) = self.known.borrow().get(&question) {
            return answer.clone();
        }
        let (chosen, answer) = (vec![None; choices.len()], Answer::default());
        let mut search = Search { within, condition, choices, oracle: self, chosen, answer };
        search.explore();
        let answer = search.answer;
        self.known.borrow_mut().insert(question, answer.clone());
        answer
    }

    /// Takes a step; false when there is none left.
    fn spend(&self) -> bool {
        let left = self.steps_left.get();
        self.steps_left.set(left.saturating_sub(1));
        left > 0
    }
}

struct Search<'a> {
    within: &'a Formula,
    condition: &'a Formula,
    choices: &'a [Vec<usize>],
    oracle: &'a Oracle,
    chosen: Vec<Option<usize>>,
    answer: Answer,
}

impl Search<'_> {
    fn explore(&mut self) {
        if !self.oracle.spend() {
            self.answer.given_up = true;
        }
        if self.is_over() {
            return;
        }
        // What is asked about comes first: a case outside it rests on nothing.
        let partly = match self.within.under(&self.chosen) {
            Partly::Known(finding) if finding.is(Truth::No) => return,
            Partly::Known(finding) if finding.is(Truth::Yes) => self.condition.under(&self.chosen),
            partly => partly,
        };
        match partly {
            Partly::Known(finding) => self.note(finding),
            Partly::Open(attribute) => {
                let classes = self.choices.get(attribute).cloned().unwrap_or_default();
                for class in classes {
                    self.choose(attribute, Some(class));
                    self.explore();
                }
                self.choose(attribute, None);
            }
        }
    }

    fn is_over(&self) -> bool {
        let is_sure = |found: &Found| found.because.is_empty();
        self.answer.given_up || self.answer.found.as_ref().is_some_and(is_sure)
    }

    fn choose(&mut self, attribute: usize, class: Option<usize>) {
        if let Some(slot) = self.chosen.get_mut(attribute) {
            *slot = class;
        }
    }

    fn note(&mut self, finding: Finding) {
        match finding.truth {
            Truth::No => self.answer.rests_on = self.answer.rests_on.or(finding.because),
            Truth::Unknown => self.answer.untold = true,
            Truth::Yes => {
                let least = self.answer.found.as_ref().map(|found| found.because.weight());
                if least.is_none_or(|least| finding.because.weight() < least) {
                    let chosen = self.chosen.clone();
                    self.answer.found = Some(Found { chosen, because: finding.because });
                }
            }
        }
    }
}
