//! `guardrail_document`: what a guardrail's rules are as a policy document.

use super::{cloud_parameter, dialect, level_parameter, no_level, unreadable};
use crate::{
    guardrail::{
        Dialect, DocumentError, Target,
        compile::{TooLong, compile},
        intent::IntentText,
    },
    model,
    plugin::{Argument, Function, FunctionError, Parameter, Signature, schema::STRING},
};

const INTENT: &str = "intent_json";

/// The function.
pub(super) struct GuardrailDocument;

model! {
    /// What it takes.
    pub(super) struct Arguments {
        cloud: String,
        level: String,
        intent_json: String,
    }
}

impl Function for GuardrailDocument {
    type Arguments = Arguments;
    type Output = String;

    fn name(&self) -> &'static str {
        "guardrail_document"
    }

    fn signature(&self) -> Signature {
        Signature {
            summary: "Writes the policy document of a guardrail, offline",
            description: include_str!("guardrail_document.md"),
            parameters: vec![
                cloud_parameter(),
                level_parameter(),
                Parameter::new(
                    INTENT,
                    STRING,
                    "The rules, a JSON object with `launch`, `protect_tags`, `tag_on_create`, \
                     `export` and `share`, at least one of them, and beside them `exemptions`, \
                     `partition` and `accepted`.",
                ),
            ],
            variadic: None,
        }
    }

    fn call(&self, arguments: Arguments) -> Result<String, FunctionError> {
        let dialect = dialect(&arguments.cloud)?;
        if !dialect.level_names().any(|level| level == arguments.level) {
            return Err(no_level(dialect, &arguments.level));
        }
        document(dialect, &arguments.level, &arguments.intent_json)
    }
}

fn document(dialect: &'static Dialect, level: &str, text: &str) -> Result<String, FunctionError> {
    let blame = |error: DocumentError| unreadable(INTENT, &error);
    let text = IntentText::parse(text).map_err(blame)?;
    let partition = text.partition().map_err(blame)?;
    let target = Target::find(dialect, level, partition)
        .map_err(|error| blame(text.partition_fault(error.to_string())))?;
    let intent = text.intent(target).map_err(blame)?;
    let compiled = compile(&intent, target);
    let fits = compiled.check_size(&intent, target, target.longest());
    fits.map_err(|error| too_long(&error)).map(|()| compiled.document)
}

fn too_long(error: &TooLong) -> FunctionError {
    let text = format!(
        "{error}. Leave rules out, give principals a path in common, or let exemptions end together."
    );
    FunctionError::new(text).at(Argument::Of(INTENT))
}
