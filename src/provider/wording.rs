//! How instants, numbers and texts are put into results and messages.

use time::{OffsetDateTime, UtcOffset, format_description::well_known::Rfc3339};

use crate::plugin::Attr;

/// Writes an instant in UTC; none beyond the year 9999.
pub(in crate::provider) fn rfc3339(instant: OffsetDateTime) -> Option<String> {
    instant.checked_to_offset(UtcOffset::UTC)?.format(&Rfc3339).ok()
}

/// Writes when an image was created, as far as it is known.
pub(in crate::provider) fn created(instant: Option<OffsetDateTime>) -> String {
    instant.and_then(rfc3339).unwrap_or_else(|| "at an unknown time".to_owned())
}

/// Moves every line to the right.
pub(in crate::provider) fn indented(text: &str) -> String {
    let lines: Vec<_> = text.lines().map(|line| format!("  {line}")).collect();
    lines.join("\n")
}

/// Makes a number of things a value.
pub(in crate::provider) fn count(number: usize) -> Attr<i64> {
    i64::try_from(number).unwrap_or(i64::MAX).into()
}
