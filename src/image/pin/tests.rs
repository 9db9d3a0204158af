//! What a pin does, case by case; and that the two answers of one run never contradict each other.

use expect_test::{Expect, expect};
use time::macros::datetime;

use super::*;

const SINCE: OffsetDateTime = datetime!(2026-01-01 00:00 UTC);

fn text(text: &str) -> String {
    text.to_owned()
}

fn span(text: &str) -> Span {
    Span::parse(text).unwrap()
}

fn ids(ids: &[&str]) -> BTreeSet<String> {
    ids.iter().copied().map(text).collect()
}

/// A pin on `a` whose candidate is `b`, for less than its soak of a week.
fn held() -> Held {
    Held {
        image: text("a"),
        is_imported: false,
        candidate: Some(text("b")),
        candidate_since: Some(SINCE),
        soak: Some(span("7d")),
        golden_ids: Some(ids(&["a", "b"])),
        triggers: Some([(text("release"), Some(text("1")))].into()),
        soaked: None,
    }
}

/// The same when the week is over.
fn soaked() -> Held {
    let until = soak_end(SINCE, &span("7d")).unwrap();
    Held { soaked: Some(Soaked { candidate: text("b"), until }), ..held() }
}

/// A run that wants what there is.
fn unchanged() -> Wanted {
    let triggers = held().triggers.map(|triggers| {
        triggers.into_iter().map(|(name, value)| (name, Input::Known(value))).collect()
    });
    Wanted {
        candidate: Input::Known(held().candidate),
        soak: Input::Known(held().soak),
        golden_ids: Input::Known(held().golden_ids),
        triggers: Input::Known(triggers),
    }
}

fn candidate(id: &str) -> Input<Option<String>> {
    Input::Known(Some(text(id)))
}

fn golden(list: &[&str]) -> Input<Option<BTreeSet<String>>> {
    Input::Known(Some(ids(list)))
}

fn release(value: Input<&str>) -> Input<Option<BTreeMap<String, Input<Option<String>>>>> {
    let value = match value {
        Input::Known(value) => Input::Known(Some(text(value))),
        Input::Unknown => Input::Unknown,
    };
    Input::Known(Some([(text("release"), value)].into()))
}

/// What a run wants: its name, and how it differs from [`unchanged`].
type Case<'a> = (&'a str, &'a dyn Fn(&mut Wanted));

/// Decides the cases and writes one line for each.
fn check(held: Option<&Held>, cases: &[Case<'_>], expected: Expect) {
    let line = |(name, change): &Case<'_>| {
        let mut wanted = unchanged();
        change(&mut wanted);
        match decide(held, &wanted) {
            Ok(decision) => format!("{name}: {decision:?}\n"),
            Err(obstacle) => format!("{name}: error, {obstacle:?}\n"),
        }
    };
    expected.assert_eq(&cases.iter().map(line).collect::<String>());
}

#[test]
fn a_new_pin_takes_the_candidate() {
    check(
        None,
        &[
            ("known", &|_| ()),
            ("not known yet", &|it| it.candidate = Input::Unknown),
            ("null", &|it| it.candidate = Input::Known(None)),
            ("not golden", &|it| it.golden_ids = golden(&["a"])),
            ("golden ids not known yet", &|it| it.golden_ids = Input::Unknown),
        ],
        expect![[r#"
            known: Move(Known("b"))
            not known yet: Move(Unknown)
            null: error, NoCandidate(Created)
            not golden: error, NotGolden(Created, "b")
            golden ids not known yet: Move(Known("b"))
        "#]],
    );
}

#[test]
fn a_new_candidate_alone_moves_nothing() {
    check(
        Some(&held()),
        &[
            ("nothing new", &|_| ()),
            ("new", &|it| it.candidate = candidate("c")),
            ("new, and golden ids, too", &|it| {
                it.candidate = candidate("c");
                it.golden_ids = golden(&["a", "b", "c"]);
            }),
            ("back to the pinned one", &|it| it.candidate = candidate("a")),
            ("gone", &|it| it.candidate = Input::Known(None)),
            ("not golden", &|it| it.candidate = candidate("z")),
        ],
        expect![[r#"
            nothing new: Stay
            new: Stay
            new, and golden ids, too: Stay
            back to the pinned one: Stay
            gone: Stay
            not golden: Stay
        "#]],
    );
}

#[test]
fn other_triggers_move_the_pin() {
    check(
        Some(&held()),
        &[
            ("another value", &|it| it.triggers = release(Input::Known("2"))),
            ("another key", &|it| {
                it.triggers = Input::Known(Some([(text("x"), Input::Known(None))].into()));
            }),
            ("an empty map", &|it| it.triggers = Input::Known(Some(BTreeMap::new()))),
            ("none", &|it| it.triggers = Input::Known(None)),
            ("a value that is not known yet", &|it| it.triggers = release(Input::Unknown)),
            ("none is known yet", &|it| it.triggers = Input::Unknown),
            ("not known yet, and nowhere to go", &|it| {
                it.triggers = Input::Unknown;
                it.candidate = candidate("a");
            }),
            ("to a candidate that is not known yet", &|it| {
                it.triggers = release(Input::Known("2"));
                it.candidate = Input::Unknown;
            }),
            ("to the pinned image", &|it| {
                it.triggers = release(Input::Known("2"));
                it.candidate = candidate("a");
            }),
            ("to null", &|it| {
                it.triggers = release(Input::Known("2"));
                it.candidate = Input::Known(None);
            }),
            ("to an image that is not golden", &|it| {
                it.triggers = release(Input::Known("2"));
                it.golden_ids = golden(&["a"]);
            }),
        ],
        expect![[r#"
            another value: Move(Known("b"))
            another key: Move(Known("b"))
            an empty map: Move(Known("b"))
            none: Move(Known("b"))
            a value that is not known yet: Open
            none is known yet: Open
            not known yet, and nowhere to go: Stay
            to a candidate that is not known yet: Move(Unknown)
            to the pinned image: Stay
            to null: error, NoCandidate(Triggered)
            to an image that is not golden: error, NotGolden(Triggered, "b")
        "#]],
    );
}

#[test]
fn a_soak_that_is_over_moves_the_pin() {
    check(
        Some(&soaked()),
        &[
            ("over", &|_| ()),
            ("longer now", &|it| it.soak = Input::Known(Some(span("8d")))),
            ("as long in other words", &|it| it.soak = Input::Known(Some(span("168h")))),
            ("no soak any more", &|it| it.soak = Input::Known(None)),
            ("of another candidate", &|it| it.candidate = candidate("c")),
            ("and other golden ids", &|it| it.golden_ids = golden(&["a", "b", "c"])),
            ("not golden", &|it| it.golden_ids = golden(&["a"])),
            ("candidate not known yet", &|it| it.candidate = Input::Unknown),
            ("soak not known yet", &|it| it.soak = Input::Unknown),
        ],
        expect![[r#"
            over: Move(Known("b"))
            longer now: Stay
            as long in other words: Move(Known("b"))
            no soak any more: Stay
            of another candidate: Stay
            and other golden ids: Move(Known("b"))
            not golden: error, NotGolden(Soaked, "b")
            candidate not known yet: Wait
            soak not known yet: Wait
        "#]],
    );
}

#[test]
fn a_revoked_image_is_left() {
    check(
        Some(&held()),
        &[
            ("revoked", &|it| it.golden_ids = golden(&["b"])),
            ("no list", &|it| it.golden_ids = Input::Known(None)),
            ("candidate not known yet", &|it| {
                it.golden_ids = golden(&["b"]);
                it.candidate = Input::Unknown;
            }),
            ("no candidate", &|it| {
                it.golden_ids = golden(&["b"]);
                it.candidate = Input::Known(None);
            }),
            ("candidate revoked, too", &|it| it.golden_ids = golden(&["c"])),
            ("candidate is the pinned one", &|it| {
                it.golden_ids = golden(&["b"]);
                it.candidate = candidate("a");
            }),
        ],
        expect![[r#"
            revoked: Move(Known("b"))
            no list: Stay
            candidate not known yet: Move(Unknown)
            no candidate: error, NoCandidate(Revoked)
            candidate revoked, too: error, NotGolden(Revoked, "b")
            candidate is the pinned one: error, NotGolden(Revoked, "a")
        "#]],
    );
}

#[test]
fn what_is_not_known_yet_waits_unless_it_must_not() {
    check(
        Some(&held()),
        &[
            ("candidate", &|it| it.candidate = Input::Unknown),
            ("golden ids", &|it| it.golden_ids = Input::Unknown),
            ("both", &|it| {
                it.candidate = Input::Unknown;
                it.golden_ids = Input::Unknown;
            }),
            ("candidate, and another soak", &|it| {
                it.candidate = Input::Unknown;
                it.soak = Input::Known(Some(span("8d")));
            }),
            ("candidate, and other golden ids", &|it| {
                it.candidate = Input::Unknown;
                it.golden_ids = golden(&["a"]);
            }),
            ("golden ids, and another candidate", &|it| {
                it.golden_ids = Input::Unknown;
                it.candidate = candidate("c");
            }),
            ("golden ids, and no soak any more", &|it| {
                it.golden_ids = Input::Unknown;
                it.soak = Input::Known(None);
            }),
            ("golden ids, and nowhere to go", &|it| {
                it.golden_ids = Input::Unknown;
                it.candidate = candidate("a");
            }),
        ],
        expect![[r#"
            candidate: Wait
            golden ids: Wait
            both: Wait
            candidate, and another soak: Stay
            candidate, and other golden ids: Stay
            golden ids, and another candidate: Wait
            golden ids, and no soak any more: Open
            golden ids, and nowhere to go: Stay
        "#]],
    );
    let without_list = Held { golden_ids: None, candidate: None, ..held() };
    check(
        Some(&without_list),
        &[
            ("the first candidate", &|it| {
                it.candidate = Input::Unknown;
                it.golden_ids = Input::Known(None);
            }),
            ("the first golden ids", &|it| it.golden_ids = Input::Unknown),
        ],
        expect![[r#"
            the first candidate: Stay
            the first golden ids: Open
        "#]],
    );
}

#[test]
fn an_imported_pin_is_taken_over_as_it_is() {
    let imported = Held {
        is_imported: true,
        candidate: None,
        candidate_since: None,
        soak: None,
        golden_ids: None,
        triggers: None,
        ..held()
    };
    check(
        Some(&imported),
        &[
            ("everything new", &|_| ()),
            ("not golden", &|it| it.golden_ids = golden(&["b"])),
            ("no candidate", &|it| it.candidate = Input::Known(None)),
            ("nothing known", &|it| {
                it.candidate = Input::Unknown;
                it.golden_ids = Input::Unknown;
                it.triggers = Input::Unknown;
            }),
        ],
        expect![[r#"
            everything new: Stay
            not golden: Stay
            no candidate: Stay
            nothing known: Stay
        "#]],
    );
}

/// Every pin that a few values make, on image `a`.
fn all_held() -> Vec<Held> {
    let mut all = vec![Held {
        image: text("a"),
        is_imported: false,
        candidate: None,
        candidate_since: None,
        soak: None,
        golden_ids: None,
        triggers: None,
        soaked: None,
    }];
    let or = |all: &mut Vec<Held>, change: &dyn Fn(&mut Held)| {
        let mut changed = all.clone();
        changed.iter_mut().for_each(change);
        all.append(&mut changed);
    };
    let none = all.clone();
    or(&mut all, &|it| it.triggers = Some([(text("t"), Some(text("1")))].into()));
    all.extend(none.into_iter().map(|it| Held { triggers: Some(Triggers::new()), ..it }));
    or(&mut all, &|it| it.golden_ids = Some(ids(&["a", "b"])));
    or(&mut all, &|it| it.soak = Some(span("1d")));
    let without = all.clone();
    let until = SINCE + span("1d").duration();
    for id in ["a", "b"] {
        let mut with = without.clone();
        for held in &mut with {
            (held.candidate, held.candidate_since) = (Some(text(id)), Some(SINCE));
        }
        or(&mut with, &|it| it.soaked = Some(Soaked { candidate: text(id), until }));
        all.append(&mut with);
    }
    all
}

/// The values that an input may turn out to have.
fn outcomes<T: Clone>(input: &Input<T>, all: &[T]) -> Vec<Input<T>> {
    match input {
        Input::Known(_) => vec![input.clone()],
        Input::Unknown => all.iter().cloned().map(Input::Known).collect(),
    }
}

/// Every run that an unknown one may turn out to be, out of these values.
struct Values {
    candidates: Vec<Option<String>>,
    soaks: Vec<Option<Span>>,
    lists: Vec<Option<BTreeSet<String>>>,
    triggers: Vec<Option<BTreeMap<String, Input<Option<String>>>>>,
}

impl Values {
    fn a_few() -> Self {
        let trigger = |value: &str| Some([(text("t"), Input::Known(Some(text(value))))].into());
        Self {
            candidates: vec![None, Some(text("a")), Some(text("b"))],
            soaks: vec![None, Some(span("1d")), Some(span("2d"))],
            lists: vec![None, Some(ids(&["a", "b"])), Some(ids(&["b"]))],
            triggers: vec![None, Some(BTreeMap::new()), trigger("1"), trigger("2")],
        }
    }

    fn turned_out(&self, wanted: &Wanted) -> Vec<Wanted> {
        let mut all = Vec::new();
        let triggers = match &wanted.triggers {
            Input::Known(Some(values)) if values.get("t") == Some(&Input::Unknown) => {
                self.triggers[2..].iter().cloned().map(Input::Known).collect()
            }
            triggers => outcomes(triggers, &self.triggers),
        };
        for candidate in outcomes(&wanted.candidate, &self.candidates) {
            for soak in outcomes(&wanted.soak, &self.soaks) {
                for golden_ids in outcomes(&wanted.golden_ids, &self.lists) {
                    all.extend(triggers.iter().map(|triggers| Wanted {
                        candidate: candidate.clone(),
                        soak: soak.clone(),
                        golden_ids: golden_ids.clone(),
                        triggers: triggers.clone(),
                    }));
                }
            }
        }
        all
    }

    fn all(&self) -> Vec<Wanted> {
        let unknown = Wanted {
            candidate: Input::Unknown,
            soak: Input::Unknown,
            golden_ids: Input::Unknown,
            triggers: Input::Unknown,
        };
        let mut all = self.turned_out(&unknown);
        let with = |all: &mut Vec<Wanted>, hide: &dyn Fn(&mut Wanted)| {
            let mut hidden = all.clone();
            hidden.iter_mut().for_each(hide);
            all.append(&mut hidden);
        };
        with(&mut all, &|it| it.candidate = Input::Unknown);
        with(&mut all, &|it| it.soak = Input::Unknown);
        with(&mut all, &|it| it.golden_ids = Input::Unknown);
        with(&mut all, &|it| match &mut it.triggers {
            Input::Known(Some(triggers)) if !triggers.is_empty() => {
                triggers.values_mut().for_each(|value| *value = Input::Unknown);
            }
            triggers => *triggers = Input::Unknown,
        });
        all
    }
}

/// Terraform refuses a final plan in which a known value is another than in the first.
#[test]
fn the_final_decision_never_contradicts_the_planned_one() {
    let values = Values::a_few();
    let all = values.all();
    for held in all_held() {
        for wanted in &all {
            let Ok(planned) = decide(Some(&held), wanted) else { continue };
            if planned == Decision::Wait {
                continue;
            }
            for known in values.turned_out(wanted) {
                let agrees = match (&planned, decide(Some(&held), &known)) {
                    // An error of ours says what is wrong.
                    (_, Err(_)) => true,
                    (_, Ok(Decision::Open | Decision::Wait)) => false,
                    (Decision::Stay, Ok(last)) => last == Decision::Stay,
                    (Decision::Move(Input::Known(_)), Ok(last)) => last == planned,
                    (Decision::Move(Input::Unknown) | Decision::Open, Ok(_)) => true,
                    (Decision::Wait, _) => false,
                };
                assert!(agrees, "{held:#?}\n{wanted:#?}\n{planned:?}\n{known:#?}");
            }
        }
    }
}

/// Waiting keeps the whole prior state, which Terraform takes only where neither is null.
#[test]
fn nothing_waits_that_terraform_would_not_let_wait() {
    fn may_keep<T, U>(held: Option<&T>, wanted: &Input<Option<U>>) -> bool {
        match wanted {
            Input::Known(wanted) => held.is_some() == wanted.is_some(),
            Input::Unknown => held.is_some(),
        }
    }
    for held in all_held() {
        for wanted in Values::a_few().all() {
            if decide(Some(&held), &wanted) == Ok(Decision::Wait) {
                assert!(may_keep(held.candidate.as_ref(), &wanted.candidate), "{held:#?}");
                assert!(may_keep(held.soak.as_ref(), &wanted.soak), "{held:#?}");
                assert!(may_keep(held.golden_ids.as_ref(), &wanted.golden_ids), "{held:#?}");
                assert!(may_keep(held.triggers.as_ref(), &wanted.triggers), "{held:#?}");
            }
        }
    }
}
