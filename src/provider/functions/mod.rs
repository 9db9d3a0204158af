//! The functions, one file each. They work offline and never see the provider block.

mod evaluate;
mod lint;

use crate::{
    guardrail::{Dialect, DocumentError},
    plugin::{AnyFunction, Argument, FunctionError, Parameter, schema::STRING},
};

/// All functions.
pub(super) const ALL: &[&dyn AnyFunction] = &[&evaluate::Evaluate, &lint::Lint];

/// The parameter that chooses the policy language.
fn cloud_parameter() -> Parameter {
    Parameter::new("cloud", STRING, "`aws` or `alicloud`; `alibaba` is accepted, too.")
}

fn dialect(cloud: &str) -> Result<&'static Dialect, FunctionError> {
    Dialect::named(cloud).ok_or_else(|| {
        let text = format!("`{}` is no cloud. Write `aws` or `alicloud`.", shortened(cloud));
        FunctionError::new(text).at(Argument::Of("cloud"))
    })
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
