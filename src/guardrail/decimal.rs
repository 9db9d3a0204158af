//! Decimal numbers of any length, compared exactly.

use std::cmp::Ordering;

/// A number as its digits: `-?digits(.digits)?`.
///
/// Signs other than minus, exponents and blanks are not documented by the vendors and
/// make a text no number. No binary fractions: `0.1` is a tenth.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Decimal {
    negative: bool,
    /// Without leading zeros; empty for zero.
    whole: Box<str>,
    /// Without trailing zeros; empty for none.
    fraction: Box<str>,
    plain: bool,
}

impl Decimal {
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (negative, digits) = match text.strip_prefix('-') {
            Some(digits) => (true, digits),
            None => (false, text),
        };
        let (whole, fraction) = match digits.split_once('.') {
            Some((whole, fraction)) => (whole, Some(fraction)),
            None => (digits, None),
        };
        let is_digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        if !is_digits(whole) || !fraction.is_none_or(is_digits) {
            return None;
        }
        let has_zeros = whole.len() > 1 && whole.starts_with('0');
        let plain = !(text.starts_with('-') || fraction.is_some() || has_zeros);
        let whole = whole.trim_start_matches('0');
        let digits = fraction.unwrap_or_default().trim_end_matches('0');
        Some(Self {
            // Minus zero is zero.
            negative: negative && !(whole.is_empty() && digits.is_empty()),
            whole: whole.into(),
            fraction: digits.into(),
            plain,
        })
    }

    /// Tells whether the text was digits alone: how the vendors read signs, fractions and
    /// leading zeros they do not say.
    pub(super) fn is_plain(&self) -> bool {
        self.plain
    }

    /// Compares by value.
    pub(super) fn order(&self, other: &Self) -> Ordering {
        match (self.negative, other.negative) {
            (false, true) => Ordering::Greater,
            (true, false) => Ordering::Less,
            (false, false) => self.order_of_size(other),
            (true, true) => other.order_of_size(self),
        }
    }

    fn order_of_size(&self, other: &Self) -> Ordering {
        let lengths = self.whole.len().cmp(&other.whole.len());
        lengths
            .then_with(|| self.whole.cmp(&other.whole))
            // Digits after the point compare like text: 0.25 < 0.3.
            .then_with(|| self.fraction.cmp(&other.fraction))
    }
}
