//! `lint`: the faults of a policy document.

use super::{cloud_parameter, dialect, level_parameter, no_level};
use crate::{
    guardrail::lint::{Flaw, lint},
    model,
    plugin::{Attr, Function, FunctionError, Parameter, Signature, schema::STRING},
};

/// The function.
pub(super) struct Lint;

model! {
    /// What it takes.
    pub(super) struct Arguments {
        cloud: String,
        level: String,
        document: String,
    }
}

model! {
    /// A fault.
    pub(super) struct Fault {
        code: String,
        severity: String,
        statement: Attr<i64>,
        message: String,
        fix: String,
    }
}

impl Function for Lint {
    type Arguments = Arguments;
    type Output = Vec<Fault>;

    fn name(&self) -> &'static str {
        "lint"
    }

    fn signature(&self) -> Signature {
        Signature {
            summary: "Finds the faults of a policy document, offline",
            description: include_str!("lint.md"),
            parameters: vec![
                cloud_parameter(),
                level_parameter(),
                Parameter::new("document", STRING, "The policy document, in JSON."),
            ],
            variadic: None,
        }
    }

    fn call(&self, arguments: Arguments) -> Result<Vec<Fault>, FunctionError> {
        let dialect = dialect(&arguments.cloud)?;
        let flaws = lint(dialect, &arguments.level, &arguments.document)
            .ok_or_else(|| no_level(dialect, &arguments.level))?;
        Ok(flaws.into_iter().map(Fault::from).collect())
    }
}

impl From<Flaw> for Fault {
    fn from(flaw: Flaw) -> Self {
        // Documents are never so long.
        let place = |index| i64::try_from(index).unwrap_or(i64::MAX);
        Self {
            code: flaw.code.to_owned(),
            severity: flaw.severity.name().to_owned(),
            statement: flaw.statement.map(|statement| place(statement.index)).into(),
            message: flaw.message,
            fix: flaw.fix.to_owned(),
        }
    }
}
