//! The parameters of a call.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// Everything but the unreserved characters of RFC 3986, as signatures want it.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// An `application/x-www-form-urlencoded` text, in the order in which it was filled.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::cloud::aws) struct Form {
    body: String,
}

impl Form {
    /// Starts without parameters.
    pub(in crate::cloud::aws) fn new() -> Self {
        Self::default()
    }

    /// Adds a parameter. An empty value is sent, because it is not the same as none.
    pub(in crate::cloud::aws) fn set(&mut self, name: &str, value: &str) {
        if !self.body.is_empty() {
            self.body.push('&');
        }
        self.body.extend(utf8_percent_encode(name, RESERVED));
        self.body.push('=');
        self.body.extend(utf8_percent_encode(value, RESERVED));
    }

    /// Puts in front what to do.
    pub(super) fn with_action(self, action: &str, version: &str) -> Self {
        let mut form = Self::new();
        form.set("Action", action);
        form.set("Version", version);
        if !self.body.is_empty() {
            form.body.push('&');
            form.body.push_str(&self.body);
        }
        form
    }

    /// Returns the text.
    pub(in crate::cloud::aws) fn into_body(self) -> String {
        self.body
    }
}
