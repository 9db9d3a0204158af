//! What tests can tell apart about one value of a condition key: a value of every class.
//!
//! Texts are left to `text.rs`. Numbers, instants and addresses fall into the constants
//! that tests compare with and the gaps between them. A key that is compared in two such
//! ways has no classes here.

use std::net::IpAddr;

use thiserror::Error;
use time::{OffsetDateTime, UtcOffset, format_description::well_known::Rfc3339};

use super::{
    super::{
        decimal::Decimal,
        document::{Form, Operand, Test},
        instant::Instant,
        network::Network,
        operator::Comparison,
    },
    matcher::{Fold, Matcher},
    text::{self, Allowance},
};

/// Something that a test can tell about a value.
#[derive(Clone, Debug)]
pub(super) enum Probe {
    Text(Matcher),
    /// As it was written.
    Number(Box<str>),
    Date(Instant),
    Address(Network),
}

/// Which values there are.
#[derive(Clone, Debug)]
pub(super) enum Domain {
    /// Any text.
    Texts,
    /// Texts of which one of the patterns matches.
    Like(Vec<Matcher>),
    /// Whole seconds, in UTC.
    Instants,
}

/// Why a key has no classes: the rest of a sentence that begins with the key.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub(super) enum Unsplit {
    #[error("is compared as values of several kinds")]
    Mixed,
    #[error("is compared with patterns too many or too entangled")]
    TooMany,
    #[error("is compared with the value of another key")]
    Variables,
}

/// Finds a value of every class. Of the preferred values each stands for its class.
///
/// # Errors
///
/// The tests are beyond this method.
pub(super) fn classes(
    probes: &[Probe],
    domain: &Domain,
    preferred: &[&str],
    allowance: &Allowance,
) -> Result<Vec<String>, Unsplit> {
    let texts: Vec<&Matcher> = probes.iter().filter_map(Probe::text).collect();
    let typed: Vec<&Probe> = probes.iter().filter(|probe| probe.text().is_none()).collect();
    if !typed.is_empty() && !texts.is_empty() {
        return Err(Unsplit::Mixed);
    }
    match (typed.first(), domain) {
        (None, Domain::Instants) => Ok(vec![written(0)]),
        (None, Domain::Texts) => of_texts(&texts, &[], preferred, allowance),
        (None, Domain::Like(domain)) => of_texts(&texts, domain, preferred, allowance),
        (Some(_), domain) => of_kind(&typed, matches!(domain, Domain::Instants)),
    }
}

/// Lists what a test can tell about a value; nothing for a test of presence.
///
/// # Errors
///
/// A value of the test holds variables.
pub(super) fn probes(test: &Test) -> Result<Vec<Probe>, Unsplit> {
    if test.operator.base.comparison == Comparison::Absence {
        return Ok(Vec::new());
    }
    let mut probes = Vec::new();
    for operand in &test.operands {
        probes.extend(of_operand(operand)?);
    }
    Ok(probes)
}

fn of_operand(operand: &Operand) -> Result<Vec<Probe>, Unsplit> {
    let exact = |text: &str| Probe::Text(Matcher::literal(text, Fold::No));
    let folded = |text: &str, fold| Probe::Text(Matcher::literal(text, fold));
    Ok(match &operand.form {
        Form::Text(text) => vec![exact(text)],
        Form::TextWithoutCase(text, lower) => {
            vec![folded(lower, Fold::Unicode), folded(text, Fold::Ascii)]
        }
        Form::Glob(glob) => vec![Probe::Text(Matcher::glob(&glob.tokens()))],
        Form::Name(pattern) => {
            vec![Probe::Text(Matcher::name(pattern.strict()))]
        }
        // Any spelling counts; only the usual one is sure to.
        Form::Bool(_) => ["true", "false"]
            .into_iter()
            .flat_map(|word| [exact(word), folded(word, Fold::Unicode)])
            .collect(),
        Form::Number(_) => vec![Probe::Number(operand.text.clone())],
        Form::Date(instant) => vec![Probe::Date(*instant)],
        Form::Address(network) => vec![Probe::Address(*network)],
        Form::Open(_) => return Err(Unsplit::Variables),
    })
}

impl Probe {
    fn text(&self) -> Option<&Matcher> {
        match self {
            Self::Text(matcher) => Some(matcher),
            _ => None,
        }
    }
}

fn of_texts(
    probes: &[&Matcher],
    domain: &[Matcher],
    preferred: &[&str],
    allowance: &Allowance,
) -> Result<Vec<String>, Unsplit> {
    // A value that is empty may be taken for none.
    let mut matchers = vec![Matcher::literal("", Fold::No)];
    for probe in probes {
        if !matchers.contains(probe) {
            matchers.push((*probe).clone());
        }
    }
    let mut found = text::partition(&matchers, domain, allowance).map_err(|_| Unsplit::TooMany)?;
    if preferred.is_empty() {
        return Ok(found);
    }
    let texts: Vec<&str> =
        found.iter().map(String::as_str).chain(preferred.iter().copied()).collect();
    let signatures = text::signatures(&matchers, domain, &texts);
    let (own, others) = signatures.split_at(found.len());
    let wanted: Vec<Option<&str>> = own
        .iter()
        .map(|signature| {
            let place = others.iter().position(|other| other == signature)?;
            preferred.get(place).copied()
        })
        .collect();
    for (text, better) in found.iter_mut().zip(wanted) {
        if let Some(better) = better {
            better.clone_into(text);
        }
    }
    Ok(found)
}

/// The classes of what is compared as numbers, as dates or as addresses.
fn of_kind(probes: &[&Probe], only_instants: bool) -> Result<Vec<String>, Unsplit> {
    let (mut numbers, mut dates, mut networks) = (Vec::new(), Vec::new(), Vec::new());
    for probe in probes {
        match probe {
            Probe::Number(text) => numbers.push(&**text),
            Probe::Date(instant) => dates.push(*instant),
            Probe::Address(network) => networks.push(*network),
            Probe::Text(_) => {}
        }
    }
    let mut values = match (numbers.is_empty(), dates.is_empty(), networks.is_empty()) {
        (false, true, true) => around_numbers(&numbers),
        (true, false, true) => around_dates(&dates),
        (true, true, false) => around_networks(&networks),
        _ => return Err(Unsplit::Mixed),
    };
    if !only_instants {
        // Neither is of any type.
        values.extend(["x".to_owned(), String::new()]);
    }
    Ok(values)
}

/// The numbers, one between each two, and one beyond each end.
fn around_numbers(numbers: &[&str]) -> Vec<String> {
    let digits_after = |text: &str| text.split_once('.').map_or(0, |(_, digits)| digits.len());
    let finest = numbers.iter().map(|text| digits_after(text)).max().unwrap_or_default();
    let longest = numbers.iter().map(|text| text.len()).max().unwrap_or_default();
    let mut values: Vec<String> = numbers.iter().map(|text| (*text).to_owned()).collect();
    // Whole neighbours are the likelier numbers, where there is room for them.
    let whole = numbers.iter().filter_map(|text| text.parse::<i64>().ok());
    values.extend(
        whole.flat_map(|n| [n.saturating_add(1), n.saturating_sub(1)]).map(|n| n.to_string()),
    );
    // A digit more than any has: away from zero, but not past the next number.
    for text in numbers {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        values.push(format!("{whole}.{fraction:0<finest$}1"));
    }
    let zeros = "0".repeat(finest);
    let nines = "9".repeat(longest + 1);
    values.extend(["0".to_owned(), format!("0.{zeros}1"), format!("-0.{zeros}1")]);
    values.extend([nines.clone(), format!("-{nines}")]);
    distinct(values, |text| {
        let number = Decimal::parse(text)?;
        let others = numbers.iter().filter_map(|text| Decimal::parse(text));
        Some(others.map(|other| number.order(&other)).collect::<Vec<_>>())
    })
}

const SECOND: i128 = 1_000_000_000;

/// The instants, the seconds beside them, and both ends of time.
fn around_dates(dates: &[Instant]) -> Vec<String> {
    let seconds = dates.iter().map(|date| date.nanoseconds.div_euclid(SECOND));
    let beside = seconds.flat_map(|second| [second, second - 1, second + 1]);
    let ends = [0, LAST_SECOND];
    let values = beside.chain(ends).map(|second| second.clamp(0, LAST_SECOND));
    distinct(values.map(written).collect(), |text| {
        let instant = Instant::parse(text)?;
        let order = |date: &Instant| instant.nanoseconds.cmp(&date.nanoseconds);
        Some(dates.iter().map(order).collect::<Vec<_>>())
    })
}

/// The end of the year 9999.
const LAST_SECOND: i128 = 253_402_300_799;

/// Writes seconds since 1970 as clouds do.
fn written(seconds: i128) -> String {
    let instant = OffsetDateTime::from_unix_timestamp_nanos(seconds * SECOND).ok();
    let text = instant.and_then(|it| it.to_offset(UtcOffset::UTC).format(&Rfc3339).ok());
    text.unwrap_or_else(|| "1970-01-01T00:00:00Z".to_owned())
}

/// Both ends of each range and the addresses beyond them; what a range leaves free of the
/// ranges inside it begins at its start or just after one of those.
fn around_networks(networks: &[Network]) -> Vec<String> {
    let usual: [IpAddr; 2] = [[203, 0, 113, 9].into(), [0x2001, 0xdb8, 0, 0, 0, 0, 0, 9].into()];
    let addresses = networks.iter().flat_map(Network::edges).chain(usual);
    distinct(addresses.map(|address| address.to_string()).collect(), |text| {
        let address: IpAddr = text.parse().ok()?;
        Some((
            address.is_ipv4(),
            networks.iter().map(|it| it.contains(address)).collect::<Vec<_>>(),
        ))
    })
}

/// The first text of each kind.
fn distinct<K: PartialEq>(texts: Vec<String>, kind: impl Fn(&str) -> Option<K>) -> Vec<String> {
    let mut kinds = Vec::new();
    texts
        .into_iter()
        .filter(|text| {
            let kind = kind(text);
            let is_new = kind.is_some() && !kinds.contains(&kind);
            if is_new {
                kinds.push(kind);
            }
            is_new
        })
        .collect()
}
