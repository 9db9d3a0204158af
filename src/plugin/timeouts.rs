//! How long operations may take: the attribute `timeouts` of every resource that waits.
//!
//! The limit is told to the operation through its [`Context`](super::Context), which
//! ends a wait in time; nothing is torn off in the middle.

use std::time::Duration;

use super::{
    diagnostics::{Diagnostic, Diagnostics},
    model::{Attr, Model as _},
    path::Path,
    schema::{Attribute, Nesting, Presence, STRING, nested, optional},
    value::Value,
};
use crate::span::Span;

/// The name of the attribute.
const ATTRIBUTE: &str = "timeouts";

crate::model! {
    /// The attribute `timeouts`.
    #[derive(Clone, Debug, Default, PartialEq)]
    pub struct Timeouts {
        /// For creating.
        pub create: Attr<String>,
        /// For reading.
        pub read: Attr<String>,
        /// For updating.
        pub update: Attr<String>,
        /// For deleting.
        pub delete: Attr<String>,
    }
}

/// How long the operations of a type may take unless the practitioner says otherwise.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Creating.
    pub create: Duration,
    /// Reading.
    pub read: Duration,
    /// Updating.
    pub update: Duration,
    /// Deleting.
    pub delete: Duration,
}

/// The operations that have a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Limited {
    Create,
    Read,
    Update,
    Delete,
}

/// How long one operation may take.
#[derive(Clone, Debug)]
pub(super) struct Limit {
    pub(super) length: Duration,
    operation: Limited,
}

/// Describes the attribute `timeouts`.
pub fn timeouts() -> Attribute {
    let span = |name, description| optional(name, STRING, description);
    nested(
        ATTRIBUTE,
        Nesting::Single,
        Presence::Optional,
        "How long operations may wait for the cloud, such as `30m`. What is left out has the \
         default of this type.",
        vec![
            span("create", "How long creating may take."),
            span("read", "How long reading may take."),
            span("update", "How long updating may take."),
            span("delete", "How long deleting may take."),
        ],
    )
}

/// Finds fault with the attribute `timeouts` of a configuration, as far as it is known.
pub(super) fn validate(config: &Value) -> Diagnostics {
    let mut problems = Diagnostics::new();
    if let Some(timeouts) = of(config) {
        for operation in [Limited::Create, Limited::Read, Limited::Update, Limited::Delete] {
            if let Some(text) = timeouts.text(operation) {
                let path = Path::root(ATTRIBUTE).attribute(operation.name());
                read_span(text, path, &mut problems);
            }
        }
    }
    problems
}

/// Returns how long an operation may take: the practitioner's word, else the type's.
pub(super) fn limit(config: &Value, limits: Option<Limits>, operation: Limited) -> Option<Limit> {
    let asked = of(config)
        .and_then(|timeouts| Span::parse(timeouts.text(operation)?).ok())
        .and_then(|span| span.duration().try_into().ok());
    let length = asked.or_else(|| limits.map(|limits| limits.of(operation)))?;
    Some(Limit { length, operation })
}

fn of(config: &Value) -> Option<Timeouts> {
    let Value::Mapping(members) = config else { return None };
    Timeouts::from_value(members.get(ATTRIBUTE)?.clone()).ok()
}

impl Timeouts {
    fn text(&self, operation: Limited) -> Option<&str> {
        let text = match operation {
            Limited::Create => &self.create,
            Limited::Read => &self.read,
            Limited::Update => &self.update,
            Limited::Delete => &self.delete,
        };
        text.known().map(String::as_str)
    }
}

impl Limits {
    fn of(self, operation: Limited) -> Duration {
        match operation {
            Limited::Create => self.create,
            Limited::Read => self.read,
            Limited::Update => self.update,
            Limited::Delete => self.delete,
        }
    }
}

impl Limited {
    fn name(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Read => "read",
            Self::Update => "update",
            Self::Delete => "delete",
        }
    }
}

impl Limit {
    /// Says that the time is up.
    pub(super) fn exceeded(&self) -> Diagnostic {
        let name = self.operation.name();
        let detail = format!(
            "The cloud did not get there within {} seconds. It may do so later: plan again to \
             see. If it usually takes longer, set `timeouts = {{ {name} = \"…\" }}`.",
            self.length.as_secs()
        );
        Diagnostic::error("Timed Out", detail)
    }
}

/// Reads a span of time such as `90d` or `1d12h`, or says at `path` what is wrong with it.
pub fn read_span(text: &str, path: Path, problems: &mut Diagnostics) -> Option<Span> {
    let span = Span::parse(text);
    if let Err(error) = span {
        let detail = format!(
            "`{text}` is no span of time: {error}. Write whole numbers with the units `d`, `h`, \
             `m` and `s`, longest first: `90d`, `36h`, `1d12h`."
        );
        problems.push(Diagnostic::error("Invalid Duration", detail).at(path));
    }
    span.ok()
}
