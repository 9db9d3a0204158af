//! The functions, one file each. They work offline and never see the provider block.

mod evaluate;
mod guardrail_document;
mod lint;

use crate::{
    guardrail::{Dialect, DocumentError},
    plugin::{AnyFunction, Argument, FunctionError, Parameter, schema::STRING},
};

/// All functions.
pub(super) const ALL: &[&dyn AnyFunction] =
    &[&evaluate::Evaluate, &guardrail_document::GuardrailDocument, &lint::Lint];

const LEVEL: &str = "level";

/// The parameter that chooses the policy language.
fn cloud_parameter() -> Parameter {
    Parameter::new("cloud", STRING, "`aws` or `alicloud`; `alibaba` is accepted, too.")
}

/// The parameter that says what a document is for.
fn level_parameter() -> Parameter {
    let description = "What the document is for: on AWS `scp` or `iam_policy`, on Alibaba Cloud \
                       `control_policy` or `ram_policy`.";
    Parameter::new(LEVEL, STRING, description)
}

fn dialect(cloud: &str) -> Result<&'static Dialect, FunctionError> {
    Dialect::named(cloud).ok_or_else(|| {
        let text = format!("`{}` is no cloud. Write `aws` or `alicloud`.", shortened(cloud));
        FunctionError::new(text).at(Argument::Of("cloud"))
    })
}

fn no_level(dialect: &Dialect, level: &str) -> FunctionError {
    let names: Vec<_> = dialect.level_names().map(|name| format!("`{name}`")).collect();
    let text = format!("`{}` is no level there. Write {}.", shortened(level), names.join(" or "));
    FunctionError::new(text).at(Argument::Of(LEVEL))
}

/// Blames the JSON text of a parameter.
fn unreadable(parameter: &'static str, error: &DocumentError) -> FunctionError {
    FunctionError::new(format!("At {error}.")).at(Argument::Of(parameter))
}

/// As much of a text as fits into a sentence.
fn shortened(text: &str) -> String {
    const LONGEST: usize = 40;
    let mut shortened: String = text.chars().take(LONGEST).flat_map(char::escape_debug).collect();
    if text.chars().nth(LONGEST).is_some() {
        shortened.push('…');
    }
    shortened
}
