//! Texts that must not be shown.

use std::fmt;

/// A secret text. Its debug form does not tell it, and there is no display form.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Secret {
    text: String,
}

impl Secret {
    /// Wraps a secret.
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into() }
    }

    /// Returns the text, for signing or sending only.
    pub fn reveal(&self) -> &str {
        &self.text
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Secret(…)")
    }
}
