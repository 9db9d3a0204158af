//! Every lint is documented and shown.

use std::collections::BTreeSet;

use super::*;

#[test]
fn every_example_has_the_fault_it_is_for() {
    let lacks_it =
        |lint: &&Lint| !codes(lint.example.level, lint.example.document).contains(&lint.code);
    let lacking: Vec<_> = lints().filter(lacks_it).map(|lint| lint.code).collect();
    assert_eq!(lacking, Vec::<&str>::new());
}

#[test]
fn examples_have_few_other_faults() {
    // What is shown must stand out; infos and what follows from the fault may be beside.
    for lint in lints() {
        let Example { level, document } = lint.example;
        let others = flaws(level, document).into_iter();
        let others: Vec<_> =
            others.filter(|it| it.code != lint.code && it.severity == Severity::Error).collect();
        assert!(others.len() <= 1, "{}: {others:?}", lint.code);
    }
}

#[test]
fn codes_are_words_and_come_up_once() {
    let codes: BTreeSet<_> = lints().map(|lint| lint.code).collect();
    assert_eq!(codes.len(), lints().count());
    assert!(codes.iter().all(|code| code.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')));
}

#[test]
fn texts_are_sentences() {
    for lint in lints() {
        assert!(!lint.title.ends_with('.'), "{}", lint.code);
        assert!(lint.explanation.ends_with('.') && lint.fix.ends_with('.'), "{}", lint.code);
        for flaw in flaws(lint.example.level, lint.example.document) {
            assert!(flaw.message.ends_with('.'), "{}: {}", flaw.code, flaw.message);
        }
    }
}

#[test]
fn flaws_point_at_what_is_there() {
    for lint in lints() {
        let Example { level, document } = lint.example;
        let Ok(json) = serde_json::from_str::<serde_json::Value>(document) else { continue };
        for flaw in flaws(level, document) {
            let pointer = flaw.path.replace("[\"", "/").replace("\"]", "").replace(['.', '['], "/");
            let found = if flaw.path.contains("Condition") || flaw.path.is_empty() {
                true
            } else {
                json.pointer(&format!("/{}", pointer.replace(']', ""))).is_some()
            };
            assert!(found, "{}: {}", flaw.code, flaw.path);
        }
    }
}
