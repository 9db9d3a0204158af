//! What an answer means.
//!
//! Success is status 200 with what the operation expects; failure is what its protocol calls a
//! refusal. Anything else (a proxy's page, a redirect, half a document) is unreadable.

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
pub(in super::super) use aws_smithy_runtime_api::http::Headers;
use aws_smithy_types::type_erasure::TypeErasedBox;
use time::{Duration, OffsetDateTime, format_description::well_known::Rfc2822};

use super::{Facts, Interpreter, codes::kind_of, fault::Fault};
use crate::cloud::{Clock, Denial, Kind, Layer, aws::quote::one_line};

/// How far clocks may be apart; AWS accepts 15 minutes for most calls and 5 for some.
const TOLERANCE: Duration = Duration::minutes(4);
/// Follows the message of a refusal, when AWS explains it to those who may decode it.
const ENCODED: &str = " Encoded authorization failure message:";
/// What refusals call the layers of policies, with or without `an explicit deny in a`.
///
/// Source: "Troubleshoot access denied error messages" in IAM's user guide.
const LAYERS: [(&str, Layer); 6] = [
    ("service control policy", Layer::Organisation),
    ("resource control policy", Layer::Resources),
    ("permissions boundary", Layer::Boundary),
    ("session policy", Layer::Session),
    ("identity-based policy", Layer::Identity),
    ("VPC endpoint policy", Layer::Endpoint),
];
const EXPLICIT: &str = "with an explicit deny in a";
const IMPLICIT: &str = "because no ";
const LONGEST_MESSAGE: usize = 400;
const LONGEST_EXCERPT: usize = 80;

/// What has to be known about the sender to understand a refusal.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sender {
    /// The clock that requests are signed by.
    pub(super) clock: Clock,
    /// Whether the keys come with a session token, and so expire.
    pub(super) has_temporary_keys: bool,
}

/// What a service says of a call that failed.
#[derive(Debug)]
pub(in super::super) struct Refusal {
    /// The vendor's code.
    pub(in super::super) code: String,
    /// What it says about it, as it came.
    pub(in super::super) message: String,
    /// A second, finer code.
    pub(in super::super) reason: Option<String>,
    /// The vendor's request id.
    pub(in super::super) request_id: Option<String>,
}

/// Reads the answer to a call, as what its operation gives.
pub(super) fn read(
    response: &HttpResponse,
    facts: Facts,
    interpreter: &dyn Interpreter,
    sender: Sender,
) -> Result<TypeErasedBox, Fault> {
    let status = response.status();
    let hides_answer = facts.holds_keys && status.is_success();
    let foreign = |what: &str| foreign(response, what, hides_answer);
    let bytes = response.body().bytes().unwrap_or_default();
    let text = std::str::from_utf8(bytes).map_err(|_| foreign("is not UTF-8"))?;
    if status.as_u16() == 200 {
        return interpreter.read(text).map_err(|what| foreign(&what));
    }
    match interpreter.refusal(response.headers(), text) {
        Some(refusal) if !status.is_success() && !is_redirect(status.as_u16()) => {
            let server_time = server_time(response);
            Err(refused(refusal, status.as_u16(), server_time, sender))
        }
        _ => Err(foreign("is not an answer of AWS")),
    }
}

fn refused(
    refusal: Refusal,
    status: u16,
    server_time: Option<OffsetDateTime>,
    sender: Sender,
) -> Fault {
    let Refusal { code, message, reason, request_id } = refusal;
    let mut message = tidy(&message);
    let kind = kind_of(&code, reason.as_deref(), status);
    if let Some(reason) = reason {
        message = format!("{message}; reason {}", one_line(&reason, LONGEST_EXCERPT));
    }
    let ahead = server_time.map(|time| (sender.clock)() - time);
    let is_off = ahead.is_some_and(|ahead| ahead.abs() > TOLERANCE);
    let fault = match (kind, ahead) {
        // EC2 calls a wrong clock `AuthFailure`, too.
        (Kind::Clock | Kind::Credentials, Some(ahead)) if is_off => {
            let side = if ahead.is_positive() { "ahead of" } else { "behind" };
            let seconds = ahead.whole_seconds().abs();
            let message = format!("{message}; this machine's clock is {seconds} s {side} AWS's");
            Fault::vendor(Kind::Clock, &code, message)
        }
        // EC2 calls expired keys `RequestExpired`, too.
        (Kind::Clock, Some(_)) if code == "RequestExpired" && sender.has_temporary_keys => {
            let message = format!("{message}; the clocks agree, so the session has expired");
            Fault::vendor(Kind::Credentials, &code, message)
        }
        (Kind::Denied, _) => {
            Fault { denial: denial(&message), ..Fault::vendor(kind, &code, message) }
        }
        _ if code == "AuthFailure" => {
            let message = format!(
                "{message}; AWS also says this of a region that is not enabled for the account"
            );
            Fault::vendor(kind, &code, message)
        }
        _ => Fault::vendor(kind, &code, message),
    };
    Fault { request_id, ..fault }
}

/// Tells which policies refused: AWS says so in words only.
fn denial(message: &str) -> Option<Denial> {
    let explicit = message.split_once(EXPLICIT).map(|(_, after)| (after, true));
    let implicit = || message.split_once(IMPLICIT).map(|(_, after)| (after, false));
    let (after, is_explicit) = explicit.or_else(implicit)?;
    // Either `a` or `an`.
    let after = after.strip_prefix('n').unwrap_or(after).trim_start();
    let (_, layer) = LAYERS.iter().find(|(words, _)| after.starts_with(words))?;
    Some(Denial { layer: *layer, is_explicit })
}

/// Takes the first line: those behind it repeat the request, session token included.
fn tidy(message: &str) -> String {
    let message = message.split_once(ENCODED).map_or(message, |(message, _)| message);
    let line = message.trim().lines().next().unwrap_or_default();
    let line = one_line(line, LONGEST_MESSAGE);
    let line = line.trim_end_matches('.');
    if line.is_empty() { "no message".to_owned() } else { line.to_owned() }
}

fn server_time(response: &HttpResponse) -> Option<OffsetDateTime> {
    OffsetDateTime::parse(response.headers().get("date")?, &Rfc2822).ok()
}

fn is_redirect(status: u16) -> bool {
    (300..400).contains(&status)
}

/// Describes an answer that no AWS service gives, with a taste of it unless it is to be hidden.
fn foreign(response: &HttpResponse, what: &str, is_hidden: bool) -> Fault {
    let kind = response.headers().get("content-type").map(|kind| printable(kind.as_bytes()));
    let kind = kind.map_or_else(String::new, |kind| format!(", {kind}"));
    let taste = printable(response.body().bytes().unwrap_or_default());
    let taste = match taste.as_str() {
        "" => ": it is empty".to_owned(),
        _ if is_hidden => String::new(),
        taste => format!(": `{taste}`"),
    };
    let status = response.status().as_u16();
    Fault::unreadable(format!("the answer (HTTP {status}{kind}) {what}{taste}"))
}

/// Returns the beginning of what may be a text, fit for a report.
fn printable(bytes: &[u8]) -> String {
    let beginning = bytes.get(..LONGEST_EXCERPT * 8).unwrap_or(bytes);
    one_line(&String::from_utf8_lossy(beginning), LONGEST_EXCERPT)
}
