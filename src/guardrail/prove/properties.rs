//! What is proved of a guardrail's document, rule by rule.
//!
//! *protection*: every request the rule must refuse is denied. *non_interference*: no
//! other is, but what is declared. *not_vacuous*: there are requests of both kinds, and
//! every statement denies some. *satisfiable*: whoever is bound can still do what the
//! rule permits, and who is exempt what it does not.
//!
//! Only the document's own statements are looked at. That is enough: a Deny holds whatever
//! other policies allow, and where there is none other policies decide as before, unless
//! the document allows something itself, at a level that grants: that interferes, too.

use std::collections::BTreeMap;

use super::{
    super::{
        assumption::Assumptions,
        atlas::Rule,
        dialect::Stage,
        document::{Document, Effect},
        intent::Intent,
        target::Target,
    },
    change::disagreement,
    explain::{Judge, Witness},
    formula::Formula,
    proof::{Proof, Proofs, Property, name, proved, refuted},
    region::{Region, Wish},
    search::{Answer, Oracle},
    shapes::Shape,
    space::Space,
};

/// Proves that a document does what an intent says, and nothing else.
///
/// The document may be any, also a foreign one; what cannot be understood of it makes
/// unknown what turns on it. An intent with faults gives proofs, too.
pub fn prove(intent: &Intent, target: Target, document: &Document) -> Proofs {
    let wish = Wish { intent, target };
    let place = (target.level, target.setting());
    let space = Space::new(target.atlas, place, &[document], wish.asks());
    let reasons = space.reasons(&[document]);
    let dialect = target.atlas.dialect;
    let judge = |effect| Judge::new(dialect, target.level, document, effect);
    let kind = dialect.kind(target.level.kind);
    let is_granting = kind.is_some_and(|kind| kind.stage == Stage::IdentityGrant);
    let (denies, grants) = (judge(Effect::Deny), is_granting.then(|| judge(Effect::Allow)));
    let exempt = intent.rules.present().map(|rule| (rule, wish.exempt(&space, rule))).collect();
    let oracle = Oracle::new();
    let prover = Prover { wish, document, space: &space, denies, grants, exempt, oracle, reasons };
    let calls = prover.calls();
    let idle = prover.idle(&calls);
    let mut results = BTreeMap::new();
    for rule in intent.rules.present() {
        for property in Property::ALL {
            let proof = match property {
                Property::Protection => prover.protection(rule, &calls),
                Property::NonInterference => prover.non_interference(rule, &calls),
                Property::NotVacuous => prover.not_vacuous(rule, &calls, &idle),
                Property::Satisfiable => prover.satisfiable(rule, &calls),
            };
            results.insert(name(rule, property), proof);
        }
    }
    Proofs { results, open_doors: wish.open_doors() }
}

pub(super) struct Prover<'a> {
    pub(super) wish: Wish<'a>,
    pub(super) document: &'a Document,
    pub(super) space: &'a Space,
    pub(super) denies: Judge,
    /// What the document allows; `None` at levels that never grant.
    pub(super) grants: Option<Judge>,
    /// Whom each rule does not bind, and when.
    pub(super) exempt: BTreeMap<Rule, Formula>,
    pub(super) oracle: Oracle,
    /// Why something may stay unknown.
    pub(super) reasons: Vec<String>,
}

/// All calls of a shape, and what is said about them.
pub(super) struct Calls<'a> {
    pub(super) shape: &'a Shape,
    pub(super) choices: Vec<Vec<usize>>,
    pub(super) well_formed: Formula,
    pub(super) denied: Formula,
    /// When each of the document's Denies applies, by its place.
    pub(super) statements: Vec<(usize, Formula)>,
    pub(super) regions: BTreeMap<Rule, Region>,
    /// Neither blocked nor tolerated by any rule.
    pub(super) free: Formula,
}

/// What searches have come to so far.
#[derive(Default)]
pub(super) struct Tally {
    pub(super) witness: Option<Witness>,
    pub(super) unknown: Option<String>,
    pub(super) rests_on: Assumptions,
}

impl<'a> Prover<'a> {
    fn calls(&self) -> Vec<Calls<'a>> {
        self.space.shapes.iter().map(|shape| self.calls_of(shape)).collect()
    }

    fn calls_of(&self, shape: &'a Shape) -> Calls<'a> {
        let regions = self
            .exempt
            .iter()
            .map(|(rule, exempt)| (*rule, self.wish.region(self.space, shape, *rule, exempt)));
        let regions: BTreeMap<Rule, Region> = regions.collect();
        let statements = self.space.statements(shape, self.document, Effect::Deny);
        let touched =
            regions.values().flat_map(|region| [region.blocked.clone(), region.tolerated.clone()]);
        let well_formed = self.space.well_formed(shape);
        Calls {
            shape,
            choices: self.space.choices(shape),
            free: Formula::any(touched).not().and(well_formed.clone()),
            well_formed,
            denied: Formula::any(statements.iter().map(|(_, applies)| applies.clone())),
            statements,
            regions,
        }
    }

    /// Looks for a blocked request that goes through.
    fn protection(&self, rule: Rule, calls: &[Calls<'_>]) -> Proof {
        let mut tally = Tally::default();
        for call in calls {
            let Some(region) = call.regions.get(&rule) else { continue };
            if region.blocked.is_false() {
                continue;
            }
            let within = call.well_formed.clone().and(region.blocked.clone());
            self.look(call, &within, &call.denied.clone().not(), (&self.denies, false), &mut tally);
        }
        tally.proof("a request that the rule must refuse goes through")
    }

    /// Looks for a free request that is denied, or granted: through the doors that concern
    /// the rule, and through those that concern none.
    fn non_interference(&self, rule: Rule, calls: &[Calls<'_>]) -> Proof {
        let mut tally = Tally::default();
        let calls = || calls.iter().filter(|call| self.concerns(call, rule));
        for call in calls() {
            self.look(call, &call.free, &call.denied, (&self.denies, true), &mut tally);
        }
        let Some(judge) = self.grants.as_ref().filter(|_| tally.witness.is_none()) else {
            return tally.proof("a request that the rule has nothing against is denied");
        };
        for call in calls() {
            let granted = self.space.any_statement(call.shape, self.document, Effect::Allow);
            self.look(call, &call.free, &granted, (judge, true), &mut tally);
        }
        tally.proof("guardrails only deny, and the document allows a request")
    }

    /// Tells whether calls are the rule's business, or no rule's.
    fn concerns(&self, call: &Calls<'_>, rule: Rule) -> bool {
        let by = |rule: Rule| self.wish.concerns(call.shape, rule);
        by(rule) || !self.wish.intent.rules.present().any(by)
    }

    /// Looks for a request within a region that meets a condition, and asks the evaluator
    /// whether it sees the same.
    fn look(
        &self,
        call: &Calls<'_>,
        within: &Formula,
        condition: &Formula,
        (judge, applies): (&Judge, bool),
        tally: &mut Tally,
    ) {
        if within.is_false() {
            return;
        }
        let answer = self.oracle.search(within, condition, &call.choices);
        self.note(&answer, tally);
        let Some(found) = &answer.found else { return };
        let witness = self.space.witness(call.shape, found);
        if judge.applies(&witness.request) != Some(applies) {
            tally.unknown = Some(disagreement(&witness));
            return;
        }
        let least = tally.witness.as_ref().map(|other| other.assumptions.weight());
        if least.is_none_or(|least| witness.assumptions.weight() < least) {
            tally.witness = Some(witness);
        }
    }

    pub(super) fn note(&self, answer: &Answer, tally: &mut Tally) {
        tally.rests_on = tally.rests_on.or(answer.rests_on);
        if answer.given_up {
            tally.unknown = Some("there are too many cases to look at".to_owned());
        } else if answer.untold {
            let reasons = self.reasons.join("; ");
            let usual = "the answer turns on what the vendor does not document";
            tally.unknown = Some(if reasons.is_empty() { usual.to_owned() } else { reasons });
        }
    }

    /// There are requests that the rule blocks and such as no rule does, and each Deny
    /// denies some. What that rests on is told of the statements that block for the rule.
    fn not_vacuous(&self, rule: Rule, calls: &[Calls<'_>], idle: &Idle) -> Proof {
        let mut tally = Tally::default();
        let mut has = |call: &Calls<'_>, within: &Formula, condition: &Formula| {
            let answer = self.exists(call, within, condition);
            self.note(&answer, &mut tally);
            answer.found.is_some()
        };
        let blocks = |call: &&Calls<'_>| {
            let region = call.regions.get(&rule);
            region.is_some_and(|region| has(call, &call.well_formed, &region.blocked))
        };
        let blocking: Vec<&Calls<'_>> = calls.iter().filter(blocks).collect();
        if blocking.is_empty() {
            return tally.missing("there is no request that the rule is to refuse");
        }
        if !calls.iter().any(|call| has(call, &call.free, &Formula::TRUE)) {
            return tally.missing("there is no request that the rules leave alone");
        }
        match idle {
            Idle::None => {}
            Idle::Statement(number) => {
                return refuted(&format!("statement {number} denies no request"));
            }
            Idle::Untold(why) => return Proof::Unknown(why.clone()),
        }
        let mut rests_on: BTreeMap<usize, Assumptions> = BTreeMap::new();
        for call in blocking {
            let Some(region) = call.regions.get(&rule) else { continue };
            let within = call.well_formed.clone().and(region.blocked.clone());
            for (index, applies) in &call.statements {
                if rests_on.get(index).is_some_and(|it| it.is_empty()) {
                    continue;
                }
                if let Some(found) = self.exists(call, &within, applies).found {
                    let least = rests_on.entry(*index).or_insert(found.because);
                    if found.because.weight() < least.weight() {
                        *least = found.because;
                    }
                }
            }
        }
        proved(rests_on.into_values().fold(Assumptions::NONE, Assumptions::or))
    }

    /// Looks for a Deny that denies nothing.
    fn idle(&self, calls: &[Calls<'_>]) -> Idle {
        let mut tally = Tally::default();
        let denies = self.document.statements.iter().enumerate();
        for (index, _) in denies.filter(|(_, it)| it.effect == Effect::Deny) {
            let mut own = calls.iter().flat_map(|call| {
                let own = call.statements.iter().filter(move |(place, _)| *place == index);
                own.map(move |(_, applies)| (call, applies))
            });
            let is_busy = own.any(|(call, applies)| {
                let answer = self.exists(call, &call.well_formed, applies);
                self.note(&answer, &mut tally);
                answer.found.is_some()
            });
            match tally.unknown {
                _ if is_busy => tally.unknown = None,
                Some(why) => return Idle::Untold(why),
                None => return Idle::Statement(index + 1),
            }
        }
        Idle::None
    }

    fn exists(&self, call: &Calls<'_>, within: &Formula, condition: &Formula) -> Answer {
        if within.is_false() || condition.is_false() {
            return Answer::default();
        }
        self.oracle.search(within, condition, &call.choices)
    }
}

/// Whether a Deny denies nothing.
enum Idle {
    None,
    /// This one, counted from one.
    Statement(usize),
    Untold(String),
}

impl Tally {
    /// What it means that nothing was found.
    fn missing(self, why: &str) -> Proof {
        self.unknown.map_or_else(|| refuted(why), Proof::Unknown)
    }

    fn proof(self, why: &str) -> Proof {
        match self {
            Self { witness: Some(witness), .. } => {
                let why = format!("{why}: {}", witness.words);
                Proof::Refuted { why, witness: Some(Box::new(witness)) }
            }
            Self { unknown: Some(why), .. } => Proof::Unknown(why),
            Self { rests_on, .. } => proved(rests_on),
        }
    }
}
