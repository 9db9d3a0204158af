//! Instants, in the forms the vendors document.

use time::{Date, Month, PrimitiveDateTime, Time, UtcOffset};

/// A point in time, and the time zone it was written in.
///
/// Forms: the W3C profile of ISO 8601 (`2026`, `2026-05`, `2026-05-01`,
/// `2026-05-01T10:00Z`, with seconds, with up to nine digits of fraction, with `Z` or
/// `+08:00`), or seconds since 1970. Four digits are a year. A date without a time is
/// midnight in UTC.
/// Source: W3C note "Date and Time Formats"; IAM User Guide, "Date condition operators".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Instant {
    /// Since 1970.
    pub(super) nanoseconds: i128,
    /// The time zone; seconds since 1970 have none.
    pub(super) zone: Option<UtcOffset>,
}

impl Instant {
    pub(super) fn parse(text: &str) -> Option<Self> {
        let is_digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        if is_digits && text.len() != 4 {
            let seconds: i64 = text.parse().ok()?;
            return Some(Self { nanoseconds: i128::from(seconds) * 1_000_000_000, zone: None });
        }
        let (date, time) = match text.split_once('T') {
            Some((date, time)) => (date, Some(time)),
            None => (text, None),
        };
        let date = parse_date(date, time.is_some())?;
        let (time, zone) = match time {
            Some(time) => parse_time(time)?,
            None => (Time::MIDNIGHT, UtcOffset::UTC),
        };
        let instant = PrimitiveDateTime::new(date, time).assume_offset(zone);
        Some(Self { nanoseconds: instant.unix_timestamp_nanos(), zone: Some(zone) })
    }
}

fn parse_date(text: &str, complete: bool) -> Option<Date> {
    let mut parts = text.split('-');
    let year = number(parts.next()?, 4)?;
    let month = parts.next().map_or(Some(1), |part| number(part, 2));
    let day = parts.next().map_or(Some(1), |part| number(part, 2));
    if parts.next().is_some() || (complete && text.len() != "2026-05-01".len()) {
        return None;
    }
    let month = Month::try_from(u8::try_from(month?).ok()?).ok()?;
    Date::from_calendar_date(i32::try_from(year).ok()?, month, u8::try_from(day?).ok()?).ok()
}

/// Reads `10:00:00.5+08:00`.
fn parse_time(text: &str) -> Option<(Time, UtcOffset)> {
    let (clock, zone) = match text.strip_suffix('Z') {
        Some(clock) => (clock, UtcOffset::UTC),
        None => {
            let sign = text.find(['+', '-'])?;
            let (clock, zone) = text.split_at_checked(sign)?;
            (clock, parse_zone(zone)?)
        }
    };
    let (clock, fraction) = match clock.split_once('.') {
        Some((clock, fraction)) => (clock, Some(fraction)),
        None => (clock, None),
    };
    let mut parts = clock.split(':');
    let hour = number(parts.next()?, 2)?;
    let minute = number(parts.next()?, 2)?;
    let second = parts.next().map(|part| number(part, 2));
    if parts.next().is_some() || (fraction.is_some() && second.is_none()) {
        return None;
    }
    let small = |value: u32| u8::try_from(value).ok();
    let nanosecond = fraction.map_or(Some(0), parse_fraction)?;
    let second = second.unwrap_or(Some(0))?;
    let time = Time::from_hms_nano(small(hour)?, small(minute)?, small(second)?, nanosecond);
    Some((time.ok()?, zone))
}

fn parse_zone(text: &str) -> Option<UtcOffset> {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => (-1, digits),
        None => (1, text.strip_prefix('+')?),
    };
    let (hours, minutes) = digits.split_once(':')?;
    let part = |text: &str| number(text, 2).and_then(|value| i8::try_from(value).ok());
    UtcOffset::from_hms(sign * part(hours)?, sign * part(minutes)?, 0).ok()
}

fn parse_fraction(text: &str) -> Option<u32> {
    let is_fraction = (1..=9).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    if is_fraction { format!("{text:0<9}").parse().ok() } else { None }
}

/// Reads exactly so many digits.
fn number(text: &str, digits: usize) -> Option<u32> {
    let fits = text.len() == digits && text.bytes().all(|b| b.is_ascii_digit());
    if fits { text.parse().ok() } else { None }
}
