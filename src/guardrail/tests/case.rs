//! A row of the tables in `cases/`, and whether the engine's answer agrees with it.
//!
//! Compiled twice: here, and by `tests/mutants/` against faulty engines. So it uses
//! nothing but what the engine shows to everybody.

use serde_json::Value;

use crate::guardrail::{
    Dialect, Document, DocumentError, Matched, Outcome, Policies, Policy, Request, Undecided,
    evaluate,
};

/// Decisions as the vendors' documentation has them.
const DECISIONS: &str = include_str!("../cases/decisions.json");
/// Whole answers: decision, assumptions, sometimes statements, or where a text is refused.
const ANSWERS: &str = include_str!("../cases/answers.json");

/// Policies, a request, and what must come of it.
pub(crate) struct Case {
    pub(crate) id: String,
    dialect: &'static Dialect,
    policies: String,
    request: String,
    /// Whether documents are read leniently.
    foreign: bool,
    expected: Expected,
    why: String,
}

enum Expected {
    /// The decision, and whether it is documented: if not, it must rest on something.
    Decision { name: String, documented: bool },
    /// All of it as [`words`] writes it and, if given, the statements: `1.0`.
    Answer { words: String, by: Option<Vec<String>> },
}

/// All rows of both tables, the more telling first.
pub(crate) fn all() -> Vec<Case> {
    [ANSWERS, DECISIONS].into_iter().flat_map(rows).map(|row| Case::of(&row)).collect()
}

fn rows(table: &str) -> Vec<Value> {
    let table: Value = serde_json::from_str(table).unwrap();
    table["cases"].as_array().unwrap().clone()
}

impl Case {
    fn of(row: &Value) -> Self {
        let word = |name: &str| row[name].as_str().map(str::to_owned);
        // A text that is no JSON, or not all of it, stands as a string.
        let text = |name: &str| word(name).unwrap_or_else(|| row[name].to_string());
        let expected = match word("answer") {
            Some(words) => Expected::Answer { words, by: texts(&row["by"]) },
            None => Expected::Decision {
                name: word("expect").unwrap(),
                documented: row["confidence"] == "documented",
            },
        };
        Self {
            id: word("id").unwrap(),
            dialect: Dialect::named(row["dialect"].as_str().unwrap()).unwrap(),
            policies: text("policies"),
            request: text("request"),
            foreign: row["foreign"] == true,
            expected,
            why: word("why").unwrap(),
        }
    }

    /// What is wrong with the engine's answer, if anything.
    pub(crate) fn fault(&self) -> Option<String> {
        let answer = self.answer();
        let found = match &answer {
            Ok(result) => words(self.dialect, result),
            Err(error) => format!("refused at {}", error.path),
        };
        let fault = match &self.expected {
            Expected::Answer { words, .. } if found != *words => {
                Some(format!("instead of {words}"))
            }
            Expected::Answer { by: Some(wanted), .. } => {
                let by = answer.as_ref().map(statements).unwrap_or_default();
                (by != *wanted).then(|| format!("by {by:?} instead of {wanted:?}"))
            }
            Expected::Answer { .. } => None,
            Expected::Decision { name, documented } => match answer {
                Ok(Ok(outcome)) if outcome.decision.name() == name => {
                    // What is not documented must be owned up to.
                    let is_silent = !documented && outcome.assumptions.is_empty();
                    is_silent.then(|| "rests on no assumption, but is not documented".to_owned())
                }
                _ => Some(format!("instead of {name}")),
            },
        };
        fault.map(|fault| format!("{}: {found} {fault}: {}", self.id, self.why))
    }

    fn answer(&self) -> Result<Result<Outcome, Undecided>, DocumentError> {
        let policies = if self.foreign {
            self.foreign_policies()?
        } else {
            Policies::parse(self.dialect, &self.policies)?
        };
        let request = Request::parse(self.dialect, &self.request)?;
        Ok(evaluate(&policies, &request))
    }

    fn foreign_policies(&self) -> Result<Policies, DocumentError> {
        let list: Vec<Value> = serde_json::from_str(&self.policies).unwrap();
        let read = |policy: &Value| {
            let kind = policy["type"].as_str().unwrap();
            let text = policy["document"].to_string();
            let document = Document::parse_foreign(self.dialect, kind, &text).unwrap()?;
            let level = policy["level"].as_u64().unwrap_or_default();
            Ok(Policy::new(self.dialect, kind, level.try_into().unwrap(), document).unwrap())
        };
        let policies = list.iter().map(read).collect::<Result<_, _>>()?;
        Ok(Policies::of(self.dialect, policies))
    }
}

/// Writes `deny ["aws_decimals"]`, or what keeps from deciding.
pub(crate) fn words(dialect: &Dialect, result: &Result<Outcome, Undecided>) -> String {
    match result {
        Ok(outcome) => {
            let (decision, codes) = (outcome.decision.name(), outcome.assumptions.codes(dialect));
            format!("{decision} {codes:?}")
        }
        Err(undecided) => format!("undecided {:?}", undecided.open.codes(dialect)),
    }
}

/// The statements that decided, or that keep from deciding: `1.0`, policy and place.
fn statements(result: &Result<Outcome, Undecided>) -> Vec<String> {
    let matched = match result {
        Ok(outcome) => &outcome.matched,
        Err(undecided) => &undecided.statements,
    };
    let word = |met: &Matched| format!("{}.{}", met.policy, met.statement);
    matched.iter().map(word).collect()
}

fn texts(list: &Value) -> Option<Vec<String>> {
    let texts = list.as_array()?.iter().map(|text| text.as_str().unwrap().to_owned());
    Some(texts.collect())
}
