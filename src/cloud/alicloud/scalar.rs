//! Scalars as the vendor sends them: the documentation's type, or another.
//!
//! The SDK's model and the documentation's samples disagree about which field is a
//! number, a boolean or a text, so all three are taken for each other.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{Error, Visitor},
};

/// A scalar in text form; empty where it is null or missing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Scalar {
    text: String,
}

impl Scalar {
    pub(super) fn as_str(&self) -> &str {
        &self.text
    }

    pub(super) fn into_text(self) -> String {
        self.text
    }

    /// Returns the text, unless it is empty.
    pub(super) fn into_non_empty(self) -> Option<String> {
        (!self.text.is_empty()).then_some(self.text)
    }

    /// Returns the number, if it is one.
    pub(super) fn number<N: std::str::FromStr>(&self) -> Option<N> {
        self.text.parse().ok()
    }

    /// Tells whether it says `true`, in any case.
    pub(super) fn is_true(&self) -> bool {
        self.text.eq_ignore_ascii_case("true")
    }
}

impl<'de> Deserialize<'de> for Scalar {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ScalarVisitor)
    }
}

struct ScalarVisitor;

impl Visitor<'_> for ScalarVisitor {
    type Value = Scalar;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a text, a number or a boolean")
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Scalar, E> {
        Ok(Scalar { text: value.to_owned() })
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Scalar, E> {
        Ok(Scalar { text: value.to_string() })
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Scalar, E> {
        Ok(Scalar { text: value.to_string() })
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Scalar, E> {
        Ok(Scalar { text: value.to_string() })
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Scalar, E> {
        Ok(Scalar { text: value.to_string() })
    }

    fn visit_unit<E: Error>(self) -> Result<Scalar, E> {
        Ok(Scalar::default())
    }
}
