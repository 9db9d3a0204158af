//! Spans of time as people write them: `90d`, `36h`, `1d12h`.

use std::fmt;

use thiserror::Error;
use time::Duration;

/// The units, from the longest down, in seconds.
const UNITS: [(char, i64); 4] = [('d', 86_400), ('h', 3_600), ('m', 60), ('s', 1)];

/// A span of time, at least a second long.
///
/// Written as whole numbers with the units `d` (24 hours), `h`, `m` and `s`,
/// longest first and each at most once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    text: String,
    seconds: i64,
}

/// Why a text is no span.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum SpanError {
    /// Not numbers with units.
    #[error("it is not written like `90d`, `36h` or `1d12h`")]
    Malformed,
    /// Zero.
    #[error("it is zero")]
    Zero,
    /// Longer than any image has existed.
    #[error("it is longer than a thousand years")]
    TooLong,
}

impl Span {
    /// Reads a span.
    ///
    /// # Errors
    ///
    /// A text of another form, zero, or more than a thousand years.
    pub fn parse(text: &str) -> Result<Self, SpanError> {
        const LONGEST: i64 = 365_000 * 86_400;
        let mut seconds: i64 = 0;
        let mut units = UNITS.iter();
        let mut rest = text;
        while !rest.is_empty() {
            let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
            let (number, after) = rest.split_at(digits);
            let mut after = after.chars();
            let unit = after.next().ok_or(SpanError::Malformed)?;
            let (_, length) = units.find(|(name, _)| *name == unit).ok_or(SpanError::Malformed)?;
            if number.is_empty() {
                return Err(SpanError::Malformed);
            }
            let number: i64 = number.parse().map_err(|_| SpanError::TooLong)?;
            let part = number.checked_mul(*length).ok_or(SpanError::TooLong)?;
            seconds = seconds.checked_add(part).ok_or(SpanError::TooLong)?;
            rest = after.as_str();
        }
        match seconds {
            _ if text.is_empty() => Err(SpanError::Malformed),
            0 => Err(SpanError::Zero),
            1..=LONGEST => Ok(Self { text: text.to_owned(), seconds }),
            _ => Err(SpanError::TooLong),
        }
    }

    /// Returns the length.
    pub fn duration(&self) -> Duration {
        Duration::seconds(self.seconds)
    }
}

/// Writes the span as it was given.
impl fmt::Display for Span {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.text.fmt(formatter)
    }
}

#[cfg(test)]
mod tests;
