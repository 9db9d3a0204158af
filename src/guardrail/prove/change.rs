//! What a document does that another does not, what both do, and what one guard denies
//! that another leaves free.

use super::{
    super::{
        assumption::Assumptions,
        dialect::{Dialect, Level},
        document::{Document, Effect},
        intent::Intent,
        target::Target,
    },
    explain::{Judge, Witness},
    formula::Formula,
    region::Wish,
    search::Oracle,
    shapes::Shape,
    space::Space,
};

/// How one document differs from another in what it does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Requests that the first denies and the second does not.
    pub newly_allowed: Difference,
    /// Requests that the second denies and the first does not.
    pub newly_denied: Difference,
    /// Requests that a statement of the second allows and none of the first does. They go
    /// through only where nothing else denies them and, at a level that never grants,
    /// only where something else grants them.
    pub newly_granted: Difference,
}

/// Requests of a kind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Difference {
    /// One for each door through which there are some, and for other actions; empty if
    /// there are none.
    pub witnesses: Vec<Witness>,
    /// Why there may be some through doors without a witness; `None` if there are none.
    pub unknown: Option<String>,
    /// What it rests on that there are no more.
    pub assumptions: Assumptions,
}

impl Difference {
    /// Tells whether there are certainly no such requests.
    pub fn is_none(&self) -> bool {
        self.witnesses.is_empty() && self.unknown.is_none()
    }
}

impl Change {
    /// Tells whether both documents certainly do the same.
    pub fn is_none(&self) -> bool {
        let Self { newly_allowed, newly_denied, newly_granted } = self;
        [newly_allowed, newly_denied, newly_granted].into_iter().all(Difference::is_none)
    }
}

/// Compares what two documents do where they are placed.
///
/// Documents may be foreign; what cannot be understood of them leaves the differences it may
/// make unknown. Resources and callers are those of the target's partition: nothing else can
/// be asked for there, whatever the documents name.
pub fn changed(target: Target, before: &Document, after: &Document) -> Change {
    let comparison = Comparison::of(target, [before, after]);
    let differ = |effect: Effect, is_after: bool| {
        let (gains, lacks) = if is_after { (after, before) } else { (before, after) };
        comparison.look(effect, gains, lacks, false)
    };
    Change {
        newly_allowed: differ(Effect::Deny, false),
        newly_denied: differ(Effect::Deny, true),
        newly_granted: differ(Effect::Allow, true),
    }
}

/// Finds the requests that both of two documents deny where they are placed.
pub fn overlap(target: Target, one: &Document, other: &Document) -> Difference {
    Comparison::of(target, [one, other]).look(Effect::Deny, one, other, true)
}

/// Finds what a guard leaves free, of the calls it is about, and another document at the
/// same level denies: a launch it permits, or one by somebody it exempts.
///
/// Two guards whose rules are about different calls never interfere.
pub fn interferes(intent: &Intent, target: Target, other: &Document) -> Difference {
    let wish = Wish { intent, target };
    let comparison = Comparison::with(wish, other);
    let Target { atlas, level, .. } = target;
    let judge = Judge::new(atlas.dialect, level, other, Effect::Deny);
    let space = &comparison.space;
    let exempt: Vec<_> =
        intent.rules.present().map(|rule| (rule, wish.exempt(space, rule))).collect();
    let mut difference = Difference::default();
    for shape in &space.shapes {
        let regions = exempt.iter().filter(|(rule, _)| wish.concerns(shape, *rule));
        let regions = regions.map(|(rule, exempt)| wish.region(space, shape, *rule, exempt));
        let regions: Vec<_> = regions.collect();
        let denied = space.any_statement(shape, other, Effect::Deny);
        if regions.is_empty() || denied.is_false() {
            continue;
        }
        let own = regions.into_iter().flat_map(|region| [region.blocked, region.tolerated]);
        let condition = Formula::any(own).not().and(denied);
        let is_seen = |request: &str| judge.applies(request) == Some(true);
        comparison.look_at(shape, &condition, is_seen, &mut difference);
    }
    difference
}

/// Two documents side by side, or an intent and a document.
struct Comparison {
    dialect: &'static Dialect,
    level: &'static Level,
    space: Space,
    oracle: Oracle,
    reasons: Vec<String>,
}

impl Comparison {
    fn of(target: Target, documents: [&Document; 2]) -> Self {
        let Target { atlas, level, .. } = target;
        let space = Space::new(atlas, (level, target.setting()), &documents, Vec::new());
        let reasons = space.reasons(&documents);
        Self { dialect: atlas.dialect, level, space, oracle: Oracle::new(), reasons }
    }

    fn with(wish: Wish<'_>, document: &Document) -> Self {
        let Target { atlas, level, .. } = wish.target;
        let space = Space::new(atlas, (level, wish.target.setting()), &[document], wish.asks());
        let reasons = space.reasons(&[document]);
        Self { dialect: atlas.dialect, level, space, oracle: Oracle::new(), reasons }
    }

    /// Looks for requests to which a statement of `one` applies, and one of `other` does
    /// too or does not.
    fn look(&self, effect: Effect, one: &Document, other: &Document, both: bool) -> Difference {
        let mut difference = Difference::default();
        let judge = |document| Judge::new(self.dialect, self.level, document, effect);
        let (judge_of_one, judge_of_other) = (judge(one), judge(other));
        for shape in &self.space.shapes {
            let by_one = self.space.any_statement(shape, one, effect);
            if by_one.is_false() {
                continue;
            }
            let by_other = self.space.any_statement(shape, other, effect);
            let condition = by_one.and(if both { by_other } else { by_other.not() });
            let is_seen = |request: &str| {
                judge_of_one.applies(request) == Some(true)
                    && judge_of_other.applies(request) == Some(both)
            };
            self.look_at(shape, &condition, is_seen, &mut difference);
        }
        difference
    }

    fn look_at(
        &self,
        shape: &Shape,
        condition: &Formula,
        is_seen: impl Fn(&str) -> bool,
        difference: &mut Difference,
    ) {
        let choices = self.space.choices(shape);
        let within = self.space.well_formed(shape);
        let answer = self.oracle.search(&within, condition, &choices);
        difference.assumptions = difference.assumptions.or(answer.rests_on);
        if answer.given_up {
            difference.unknown = Some("there are too many cases to look at".to_owned());
        } else if answer.untold {
            difference.unknown = Some(self.reason());
        }
        let Some(found) = answer.found else { return };
        let witness = self.space.witness(shape, &found);
        if is_seen(&witness.request) {
            difference.add(witness);
        } else {
            difference.unknown = Some(disagreement(&witness));
        }
    }

    fn reason(&self) -> String {
        if self.reasons.is_empty() {
            "the answer turns on what the vendor does not document".to_owned()
        } else {
            self.reasons.join("; ")
        }
    }
}

impl Difference {
    /// Keeps one witness for each door, the one that rests on least.
    fn add(&mut self, witness: Witness) {
        let own =
            |other: &Witness| (other.door, other.door.is_none().then(|| other.request.clone()));
        match self.witnesses.iter_mut().find(|other| own(other) == own(&witness)) {
            Some(other) if witness.assumptions.weight() < other.assumptions.weight() => {
                *other = witness;
            }
            Some(_) => {}
            None => self.witnesses.push(witness),
        }
    }
}

/// Says that prover and evaluator see a request differently, which only a fault of ours
/// can bring about.
pub(super) fn disagreement(witness: &Witness) -> String {
    format!(
        "the prover and the evaluator disagree, which is a fault of this provider; please report \
         that {}",
        witness.words
    )
}
