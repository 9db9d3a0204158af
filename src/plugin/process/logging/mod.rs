//! Logs on stderr in hclog's JSON, one object a line, with secrets masked.
//!
//! Terraform itself crashes on an `@message` that is no string, and takes a
//! line with another time format for plain text; so the shape here is exact.

use std::{
    borrow::Cow,
    fmt,
    io::Write as _,
    sync::{PoisonError, RwLock},
};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value};
use time::{OffsetDateTime, format_description::BorrowedFormatItem, macros::format_description};
use tracing::{
    Event, Level, Metadata, Subscriber,
    field::{Field, Visit},
    level_filters::LevelFilter,
};
use tracing_subscriber::{
    layer::{Context, Layer, SubscriberExt as _},
    registry::LookupSpan,
};

const TIMESTAMP: &[BorrowedFormatItem<'_>] =
    format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:6]Z");
/// Shorter texts are not masked: they would blot out ordinary words.
const SHORTEST_SECRET: usize = 6;
/// How many characters of a secret give it away; fewer may be the beginning of anything.
const SHORTEST_BEGINNING: usize = 12;
const MASK: &str = "(secret)";
/// What URLs and forms encode: all but what RFC 3986 leaves alone.
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// Texts that must not leave the process through logs, panics or diagnostics.
static SECRETS: RwLock<Vec<String>> = RwLock::new(Vec::new());

/// Remembers a secret, so that no log, panic report or diagnostic shows it.
///
/// The last line of defence: nothing should put one there in the first place.
pub fn mask(secret: &str) {
    if secret.len() < SHORTEST_SECRET {
        return;
    }
    let mut secrets = SECRETS.write().unwrap_or_else(PoisonError::into_inner);
    for form in forms(secret) {
        if !secrets.contains(&form) {
            secrets.push(form);
        }
    }
}

/// Lists the ways in which a secret may be written: as it is, as Rust, a URL and a form quote it,
/// and its long runs of letters and digits, which look the same in JSON, HTML and everywhere.
fn forms(secret: &str) -> impl Iterator<Item = String> {
    let quoted = format!("{secret:?}");
    let escaped = quoted.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    let encoded = utf8_percent_encode(secret, UNRESERVED).to_string();
    let runs = secret.split(|char: char| !char.is_ascii_alphanumeric());
    let runs = runs.filter(|run| run.len() >= SHORTEST_BEGINNING).map(str::to_owned);
    let whole = [secret.to_owned(), escaped.unwrap_or(secret).to_owned(), encoded];
    whole.into_iter().chain(runs.collect::<Vec<_>>())
}

/// Replaces every remembered secret in a text, and beginnings of it: an excerpt may
/// have cut the rest off.
pub(in crate::plugin) fn masked(text: &str) -> Cow<'_, str> {
    let secrets = SECRETS.read().unwrap_or_else(PoisonError::into_inner);
    let mut hidden = String::new();
    let (mut rest, mut is_hiding) = (text, false);
    while let Some(char) = rest.chars().next() {
        // The longest: forms of one secret, and secrets of one issuer, begin alike.
        let longest = secrets.iter().map(|secret| shown(secret, rest)).max();
        let skipped = match longest {
            None | Some(0) => {
                hidden.push(char);
                char.len_utf8()
            }
            Some(length) => {
                hidden.push_str(MASK);
                is_hiding = true;
                length
            }
        };
        rest = rest.get(skipped..).unwrap_or_default();
    }
    if is_hiding { Cow::Owned(hidden) } else { Cow::Borrowed(text) }
}

/// Tells how much of a secret a text begins with, in bytes; zero if that gives nothing away.
fn shown(secret: &str, text: &str) -> usize {
    let telling = secret.char_indices().nth(SHORTEST_BEGINNING).map_or(secret.len(), |(at, _)| at);
    Some(alike(text, secret)).filter(|length| *length >= telling).unwrap_or_default()
}

/// How many bytes two texts have in common at their beginning.
fn alike(one: &str, other: &str) -> usize {
    let pairs = one.chars().zip(other.chars());
    pairs.take_while(|(a, b)| a == b).map(|(a, _)| a.len_utf8()).sum()
}

/// Reads Terraform's log level; without one only warnings and errors are worth a line.
pub(in crate::plugin) fn level(name: Option<&str>) -> LevelFilter {
    match name.map(str::to_ascii_uppercase).as_deref() {
        Some("TRACE" | "JSON") => LevelFilter::TRACE,
        Some("DEBUG") => LevelFilter::DEBUG,
        Some("INFO") => LevelFilter::INFO,
        Some("ERROR") => LevelFilter::ERROR,
        Some("OFF") => LevelFilter::OFF,
        _ => LevelFilter::WARN,
    }
}

/// Sends the process's logs to stderr.
pub(in crate::plugin) fn install(level: LevelFilter) {
    let subscriber = tracing_subscriber::registry().with(StderrLog { level });
    // Fails only where a test has installed one before.
    let _ = tracing::subscriber::set_global_default(subscriber);
}

struct StderrLog {
    level: LevelFilter,
}

impl StderrLog {
    /// Lets our own events through at the asked level, and those of libraries
    /// from warnings on: at lower levels they print headers and bodies. Of AWS's crates only
    /// errors: their warnings may quote an answer, which may hold keys.
    fn wants(&self, metadata: &Metadata<'_>) -> bool {
        let highest = match metadata.target() {
            target if target.starts_with(env!("CARGO_CRATE_NAME")) => LevelFilter::TRACE,
            target if target.starts_with("aws_") => LevelFilter::ERROR,
            _ => LevelFilter::WARN,
        };
        *metadata.level() <= self.level.min(highest)
    }
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for StderrLog {
    fn enabled(&self, metadata: &Metadata<'_>, _context: Context<'_, S>) -> bool {
        self.wants(metadata)
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(self.level)
    }

    fn on_event(&self, event: &Event<'_>, _context: Context<'_, S>) {
        let line = line(event, now());
        // Nobody is left to tell when stderr is closed.
        let _ = std::io::stderr().write_all(line.as_bytes());
    }
}

#[allow(clippy::disallowed_methods, reason = "a log line tells when it was written")]
fn now() -> OffsetDateTime {
    OffsetDateTime::now_utc()
}

/// Renders an event as one line of hclog JSON, line feed included.
fn line(event: &Event<'_>, now: OffsetDateTime) -> String {
    let mut fields = Fields::default();
    event.record(&mut fields);
    let mut object = fields.rest;
    object.insert("@level".to_owned(), level_name(event.metadata().level()).into());
    object.insert("@message".to_owned(), fields.message.into());
    object.insert("@module".to_owned(), event.metadata().target().into());
    object.insert("@timestamp".to_owned(), now.format(TIMESTAMP).unwrap_or_default().into());
    let mut line = Value::Object(object).to_string();
    line.push('\n');
    line
}

fn level_name(level: &Level) -> &'static str {
    match *level {
        Level::ERROR => "error",
        Level::WARN => "warn",
        Level::INFO => "info",
        Level::DEBUG => "debug",
        Level::TRACE => "trace",
    }
}

/// Collects an event's fields; all become strings.
#[derive(Default)]
struct Fields {
    message: String,
    rest: Map<String, Value>,
}

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.record_str(field, &format!("{value:?}"));
    }

    /// Masks here, because JSON's escapes would hide a secret from a later search.
    fn record_str(&mut self, field: &Field, value: &str) {
        let value = masked(value).into_owned();
        match field.name() {
            "message" => self.message = value,
            name => {
                self.rest.insert(name.to_owned(), value.into());
            }
        }
    }
}

#[cfg(test)]
mod tests;
