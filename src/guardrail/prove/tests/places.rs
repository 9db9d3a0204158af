//! Every rule, alone and with all others, at every level, in every partition: compiled,
//! read, proved, recognised, tried out.
//!
//! `src/guardrail/cases/proofs.txt` says what is proved and what that rests on; it is the
//! same at all levels and in all partitions of a cloud.

use std::{collections::BTreeSet, path::Path, thread};

use expect_test::expect_file;
use fastrand::Rng;

use super::{
    compiled::{all_rules_in, compiled, only, ten_exemptions_in, told},
    random::{Call, Sort},
    *,
};
use crate::guardrail::{
    ALICLOUD, AWS, Request,
    atlas::{Atlas, Rule, Way},
    compile::compile,
    document::Effect,
    intent::Intent,
    prove::explain::Judge,
    recognise::recognise,
    target::Target,
};

/// Requests for each rule and place.
const REQUESTS: usize = 2_000;

fn places(dialect: &'static Dialect) -> Vec<Target> {
    let named = Atlas::of(dialect).partitions.iter().copied().map(Some);
    let partitions = if named.len() == 0 { vec![None] } else { named.collect::<Vec<_>>() };
    let at = |level| {
        let find = move |partition: &Option<&str>| Target::find(dialect, level, *partition);
        partitions.iter().map(move |it| find(it).unwrap()).collect::<Vec<_>>()
    };
    dialect.level_names().flat_map(at).collect()
}

/// All rules, exempting some for good.
fn permanent(target: Target) -> Intent {
    all_rules_in(target.atlas.dialect, target.partition)
}

/// The same, with exemptions that end.
fn dated(target: Target) -> Intent {
    let exemptions = ten_exemptions_in(target.atlas.dialect, target.partition);
    Intent { exemptions, ..permanent(target) }
}

/// Proofs of each rule alone, then of all.
fn proofs(target: Target) -> String {
    let of = |(kind, all): (&str, Intent)| -> String {
        let alone = Rule::ALL.map(|rule| (rule.name(), only(&all, rule)));
        let intents = alone.into_iter().chain([("every rule", all)]);
        intents.map(|(name, intent)| proved(&format!("{name}{kind}"), &intent, target)).collect()
    };
    [("", permanent(target)), (", with dates", dated(target))].map(of).concat()
}

/// Compiles, proves and recognises; a document over the limit, too.
fn proved(name: &str, intent: &Intent, target: Target) -> String {
    let (dialect, level) = (target.atlas.dialect, target.level.name);
    let text = compile(intent, target).document;
    let document = Document::parse_foreign(dialect, level, &text).unwrap().unwrap();
    let proofs = told(&prove(intent, target, &document), dialect);
    let recognised = recognise(target, &text).unwrap().intent;
    assert_eq!(recognised, intent.normalised(), "{level} {}: {name}", target.partition);
    format!("# {} · {name}\n{proofs}\n", dialect.vendor)
}

/// The proofs of all places, which are the same.
fn proved_alike(targets: Vec<Target>) -> String {
    thread::scope(|scope| {
        let runs: Vec<_> = targets
            .into_iter()
            .map(|target| (target, scope.spawn(move || proofs(target))))
            .collect();
        let mut texts = runs.into_iter().map(|(target, run)| (target, run.join().unwrap()));
        let (_, first) = texts.next().unwrap();
        for (target, text) in texts {
            assert_eq!(text, first, "{} {}", target.level.name, target.partition);
        }
        first
    })
}

#[test]
fn every_rule_is_proved_and_recognised_everywhere() {
    let text = [places(&AWS), places(&ALICLOUD)].map(proved_alike).concat();
    assert!(!text.contains(" refuted") && !text.contains(" unknown"), "{text}");
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/guardrail/cases/proofs.txt");
    expect_file![file].assert_eq(&text);
}

/// What a rule refuses beyond what it is for, as the actions of the calls.
fn declared(rule: Rule, target: Target) -> BTreeSet<&'static str> {
    let bounds = target.atlas.bounds_of(rule).unwrap();
    let codes = bounds.beyond.iter().flat_map(|beyond| beyond.doors);
    codes.flat_map(|code| target.atlas.door(code).unwrap().actions).copied().collect()
}

#[test]
fn a_rule_alone_refuses_what_it_is_for_and_what_is_declared_and_nothing_else() {
    for target in [places(&AWS), places(&ALICLOUD)].concat() {
        for rule in Rule::ALL {
            let beyond = refused_beyond(rule, target);
            // Shares that cannot be told apart count as what the rule is for.
            let declared = if rule == Rule::Share { [].into() } else { declared(rule, target) };
            assert_eq!(beyond, declared, "{} {}", rule.name(), target.level.name);
        }
    }
}

/// Tries a rule out, and lists the actions of what it refuses without being for it.
fn refused_beyond(rule: Rule, target: Target) -> BTreeSet<&'static str> {
    let atlas = target.atlas;
    let dialect = atlas.dialect;
    let intent = only(&dated(target), rule);
    let document = foreign(dialect, target.level.name, &compiled(&intent, target));
    let judge = Judge::new(dialect, target.level, &document, Effect::Deny);
    let setting = target.setting();
    // Two spellings of a key in a creation are doubtful, not declared: see `region.rs`.
    let marks = |action: &str| {
        let mut doors = atlas.doors_of(Way::Mark);
        doors.any(|door| door.actions.contains(&action))
    };
    let (all, closed): (Vec<_>, Vec<_>) =
        (atlas.doors().collect(), atlas.closed_by(rule).collect());
    let (mut rng, mut beyond) = (Rng::with_seed(43), BTreeSet::new());
    for number in 0..REQUESTS {
        // Half of them where the rule looks.
        let call = Call::random(if number % 2 == 0 { &all } else { &closed }, &mut rng);
        let request = call.json(atlas, &setting).to_string();
        let is_denied = judge.decides(&Request::parse(dialect, &request).unwrap()).unwrap();
        match call.sort_by(rule, dialect.has_ids) {
            Sort::Tolerated if is_denied && marks(call.action) => {
                beyond.insert(call.action);
            }
            Sort::Tolerated => {}
            sort => assert_eq!(is_denied, sort == Sort::Blocked, "{}: {request}", rule.name()),
        }
    }
    beyond
}
