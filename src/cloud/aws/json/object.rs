//! The members of a call.

use serde_json::{Map, Value};

/// A JSON object.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::cloud::aws) struct Object {
    members: Map<String, Value>,
}

impl Object {
    /// Starts without members.
    pub(in crate::cloud::aws) fn new() -> Self {
        Self::default()
    }

    /// Adds a member, or replaces the one of this name.
    #[must_use]
    pub(in crate::cloud::aws) fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.members.insert(name.to_owned(), value.into());
        self
    }

    /// Adds a member if there is something to say.
    #[must_use]
    pub(in crate::cloud::aws) fn with_some(self, name: &str, value: Option<&str>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }

    /// Returns the text.
    pub(super) fn into_body(self) -> String {
        Value::Object(self.members).to_string()
    }
}
