//! Points in time as the clouds write them.

use std::fmt;
use std::str::FromStr;
use std::time::SystemTime;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// A point in time, UTC, with millisecond precision.
///
/// Written as RFC 3339 in JSON: `2024-05-06T07:08:09Z`, with `.mmm` only when there are
/// milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Timestamp {
    unix_ms: i64,
}

impl Timestamp {
    /// Makes a time from seconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub const fn from_unix(seconds: i64) -> Self {
        Self { unix_ms: seconds * 1000 }
    }

    /// Returns whole seconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub const fn unix(self) -> i64 {
        self.unix_ms.div_euclid(1000)
    }

    /// Returns the time that is `seconds` later, or earlier when negative.
    #[must_use]
    pub const fn plus_seconds(self, seconds: i64) -> Self {
        Self { unix_ms: self.unix_ms + seconds * 1000 }
    }

    /// Returns the time that is `milliseconds` later.
    pub(crate) fn plus_milliseconds(self, milliseconds: u64) -> Self {
        let milliseconds = i64::try_from(milliseconds).unwrap_or(i64::MAX);
        Self { unix_ms: self.unix_ms.saturating_add(milliseconds) }
    }

    /// Reads the system clock.
    #[allow(clippy::disallowed_methods, reason = "the only place that reads the system clock")]
    pub(crate) fn of_system() -> Self {
        let since_epoch =
            SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        Self { unix_ms: i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX) }
    }

    /// Reads ISO 8601 basic format as in `x-amz-date`: `20240506T070809Z`.
    pub(crate) fn parse_basic(text: &str) -> Option<Self> {
        let digits_and_marks = text.len() == 16 && text.is_ascii() && text.get(8..9) == Some("T");
        let part = |range: std::ops::Range<usize>| text.get(range);
        if !digits_and_marks || part(15..16) != Some("Z") {
            return None;
        }
        let (year, month, day) = (part(0..4)?, part(4..6)?, part(6..8)?);
        let (hour, minute, second) = (part(9..11)?, part(11..13)?, part(13..15)?);
        format!("{year}-{month}-{day}T{hour}:{minute}:{second}Z").parse().ok()
    }

    /// Writes milliseconds always: `2024-05-06T07:08:09.000Z`, as AWS does.
    pub(crate) fn with_milliseconds(self) -> String {
        format!("{}.{:03}Z", self.date_and_time(), self.unix_ms.rem_euclid(1000))
    }

    /// Writes whole seconds: `2024-05-06T07:08:09Z`, as Alibaba Cloud does.
    pub(crate) fn with_seconds(self) -> String {
        format!("{}Z", self.date_and_time())
    }

    fn date_and_time(self) -> String {
        let moment =
            OffsetDateTime::from_unix_timestamp(self.unix()).unwrap_or(OffsetDateTime::UNIX_EPOCH);
        let (year, month, day) = moment.to_calendar_date();
        let (hour, minute, second) = moment.to_hms();
        format!("{year:04}-{:02}-{day:02}T{hour:02}:{minute:02}:{second:02}", u8::from(month))
    }
}

impl FromStr for Timestamp {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let moment = OffsetDateTime::parse(text, &Rfc3339)
            .map_err(|_| format!("`{text}` is not a time like `2024-05-06T07:08:09Z`"))?;
        let unix_ms = i64::try_from(moment.unix_timestamp_nanos() / 1_000_000)
            .map_err(|error| error.to_string())?;
        Ok(Self { unix_ms })
    }
}

impl TryFrom<String> for Timestamp {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<Timestamp> for String {
    fn from(timestamp: Timestamp) -> Self {
        timestamp.to_string()
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text =
            if self.unix_ms % 1000 == 0 { self.with_seconds() } else { self.with_milliseconds() };
        formatter.write_str(&text)
    }
}

#[cfg(test)]
mod tests {
    use super::Timestamp;

    #[test]
    fn every_notation_means_the_same_instant() {
        let expected = Timestamp::from_unix(1_714_979_289);
        assert_eq!("2024-05-06T07:08:09Z".parse(), Ok(expected));
        assert_eq!("2024-05-06T09:08:09+02:00".parse(), Ok(expected));
        assert_eq!(Timestamp::parse_basic("20240506T070809Z"), Some(expected));
        assert_eq!(expected.with_seconds(), "2024-05-06T07:08:09Z");
        assert_eq!(expected.with_milliseconds(), "2024-05-06T07:08:09.000Z");
    }

    #[test]
    fn milliseconds_survive_a_round_trip() {
        let time: Timestamp = "2021-09-29T11:04:43.305Z".parse().unwrap();
        assert_eq!(time.to_string(), "2021-09-29T11:04:43.305Z");
    }

    #[test]
    fn basic_format_takes_nothing_else() {
        for text in [
            "",
            "20240506T070809",
            "2024-05-06T07:08:09Z",
            "20241306T070809Z",
            "2024050 T070809Z",
            "20240506T07080éZ",
        ] {
            assert_eq!(Timestamp::parse_basic(text), None, "{text}");
        }
    }
}
