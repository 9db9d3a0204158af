//! Numbers as Terraform means them: of any size and precision.
//!
//! Nothing here computes. A number travels through the provider exactly as it
//! arrived, because a detour over `f64` changes integers above 2^53 and
//! decimals such as `1 - 0.99`, and Terraform then calls the plan inconsistent.

use std::fmt;

/// An exact number.
///
/// The variants follow what Terraform puts on the wire, so that an echo is
/// byte for byte what came in: an `i64` where it fits, a float only where it is
/// an exact fraction, and decimal text for everything else.
#[derive(Clone, Debug, PartialEq)]
pub enum Number {
    /// A whole number within `i64`.
    Integer(i64),
    /// A fraction that an `f64` carries exactly, or an infinity. Never NaN.
    Float(f64),
    /// Plain decimal text such as `18446744073709551616` or `0.1`.
    Decimal(String),
}

impl Number {
    /// Reads decimal text: an optional sign, digits, a fraction and an exponent.
    ///
    /// Returns `None` for anything else, `Infinity` and `NaN` included.
    pub fn from_text(text: &str) -> Option<Self> {
        if let Ok(integer) = text.parse::<i64>() {
            return Some(Self::Integer(integer));
        }
        is_decimal(text).then(|| Self::Decimal(text.to_owned()))
    }

    /// Returns the number as an `i64`, or `None` where it is not one.
    pub fn as_i64(&self) -> Option<i64> {
        match self {
            Self::Integer(integer) => Some(*integer),
            Self::Float(_) | Self::Decimal(_) => None,
        }
    }
}

impl From<i64> for Number {
    fn from(integer: i64) -> Self {
        Self::Integer(integer)
    }
}

impl From<u64> for Number {
    fn from(integer: u64) -> Self {
        i64::try_from(integer).map_or_else(|_| Self::Decimal(integer.to_string()), Self::Integer)
    }
}

impl fmt::Display for Number {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Integer(integer) => integer.fmt(formatter),
            Self::Float(float) => float.fmt(formatter),
            Self::Decimal(text) => text.fmt(formatter),
        }
    }
}

fn is_decimal(text: &str) -> bool {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    digits(whole)
        && fraction.is_none_or(digits)
        && exponent
            .is_none_or(|exponent| digits(exponent.strip_prefix(['+', '-']).unwrap_or(exponent)))
}
