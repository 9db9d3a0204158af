//! `evaluate`: what becomes of a request under given policies.

use super::{cloud_parameter, dialect, unreadable};
use crate::{
    guardrail::{self, Dialect, Matched, Outcome, Policies, Request, Undecided},
    model,
    plugin::{Argument, Function, FunctionError, Parameter, Signature, schema::STRING},
};

const POLICIES: &str = "policies_json";
const REQUEST: &str = "request_json";

/// The function.
pub(super) struct Evaluate;

model! {
    /// What it takes.
    pub(super) struct Arguments {
        cloud: String,
        policies_json: String,
        request_json: String,
    }
}

model! {
    /// What it returns.
    pub(super) struct Decided {
        decision: String,
        matched: Vec<MatchedModel>,
        assumptions: Vec<String>,
    }
}

model! {
    /// A statement that decided.
    struct MatchedModel {
        policy: i64,
        statement: i64,
        effect: String,
    }
}

impl Function for Evaluate {
    type Arguments = Arguments;
    type Output = Decided;

    fn name(&self) -> &'static str {
        "evaluate"
    }

    fn signature(&self) -> Signature {
        Signature {
            summary: "Decides a request under policies, offline",
            description: include_str!("evaluate.md"),
            parameters: vec![
                cloud_parameter(),
                Parameter::new(
                    POLICIES,
                    STRING,
                    "The policies in force, a JSON list of objects with `type` and `document`.",
                ),
                Parameter::new(
                    REQUEST,
                    STRING,
                    "The request, a JSON object with `principal`, `action`, `resource` and \
                     `context`.",
                ),
            ],
            variadic: None,
        }
    }

    fn call(&self, arguments: Arguments) -> Result<Decided, FunctionError> {
        let dialect = dialect(&arguments.cloud)?;
        let policies = Policies::parse(dialect, &arguments.policies_json)
            .map_err(|error| unreadable(POLICIES, &error))?;
        let request = Request::parse(dialect, &arguments.request_json)
            .map_err(|error| unreadable(REQUEST, &error))?;
        let outcome = guardrail::evaluate(&policies, &request)
            .map_err(|undecided| open_question(&undecided, dialect))?;
        Ok(Decided::from(outcome, dialect))
    }
}

impl Decided {
    fn from(outcome: Outcome, dialect: &Dialect) -> Self {
        Self {
            decision: outcome.decision.name().to_owned(),
            matched: outcome.matched.into_iter().map(MatchedModel::from).collect(),
            assumptions: outcome.assumptions.codes(dialect),
        }
    }
}

impl From<Matched> for MatchedModel {
    fn from(matched: Matched) -> Self {
        Self {
            policy: number(matched.policy),
            statement: number(matched.statement),
            effect: matched.effect.name().to_owned(),
        }
    }
}

/// Lists are never so long.
fn number(place: usize) -> i64 {
    i64::try_from(place).unwrap_or(i64::MAX)
}

fn open_question(undecided: &Undecided, dialect: &Dialect) -> FunctionError {
    let statements: Vec<_> = undecided
        .statements
        .iter()
        .map(|matched| format!("policy {}, statement {}", matched.policy, matched.statement))
        .collect();
    let questions: Vec<_> = undecided
        .open
        .iter()
        .map(|question| format!("{} ({})", question.code(dialect), question.meaning()))
        .collect();
    let text = format!(
        "The decision turns on what nobody documents: {}. It is about: {}.",
        questions.join("; "),
        statements.join("; ")
    );
    FunctionError::new(text).at(Argument::Of(POLICIES))
}
