//! Lint: faults of any text, at every level.

use super::is_short;
use crate::guardrail::{
    ALICLOUD, AWS, Document,
    lint::{self, Severity},
};

/// What keeps a document from being read.
const OF_READING: [&str; 7] = [
    "invalid_json",
    "invalid_policy",
    "operator_not_on_alicloud",
    "too_long",
    "undocumented_operator",
    "unknown_operator",
    "wrong_cloud",
];

/// Takes a text for a document of every level.
///
/// The same faults are found twice, the worst first; what cannot be read strictly has
/// a fault that says so, and what can has none.
pub fn lints(text: &str) {
    let levels = [
        (&AWS, "scp"),
        (&AWS, "iam_policy"),
        (&ALICLOUD, "control_policy"),
        (&ALICLOUD, "ram_policy"),
    ];
    for (dialect, level) in levels {
        let flaws = lint::lint(dialect, level, text).expect("the level exists");
        assert_eq!(lint::lint(dialect, level, text).as_ref(), Some(&flaws), "twice the same");
        assert!(flaws.is_sorted_by_key(|flaw| flaw.severity), "the worst come first");
        for flaw in &flaws {
            is_short(&flaw.message);
            is_short(&flaw.path);
        }
        let of_reading: Vec<_> =
            flaws.iter().filter(|flaw| OF_READING.contains(&flaw.code)).collect();
        match Document::parse(dialect, level, text).expect("the level exists") {
            Ok(document) => {
                assert!(of_reading.is_empty(), "{level}: it can be read: {of_reading:?}");
                let is_there = |index| document.effect(index).is_some();
                let mut places = flaws.iter().filter_map(|flaw| flaw.statement.as_ref());
                assert!(places.all(|place| is_there(place.index)), "{level}: {flaws:?}");
            }
            // Published policies have it; lint only mentions it.
            Err(error) if error.problem.starts_with("`Sid` is no element") => {}
            Err(error) => {
                assert!(!of_reading.is_empty(), "{level}: it cannot be read: {error}");
                assert!(of_reading.iter().all(|flaw| flaw.severity == Severity::Error));
            }
        }
    }
}
