//! What an answer means.
//!
//! Anything can come back: the vendor's JSON, the vendor's XML, the page of a proxy,
//! nothing. Only the first two have a meaning; the rest is quoted in one line.

mod codes;

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Response, StatusCode, header};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;
use time::{OffsetDateTime, format_description::well_known::Rfc2822};

use self::codes::{is_passing, kind};
use super::{
    quote::{brief, one_line},
    retry::{Again, Failure},
};
use crate::cloud::{Denial, Error, Kind, Layer};

/// How much of the vendor's message is passed on, in characters.
const LONGEST_MESSAGE: usize = 400;
/// Has the request id, for an answer whose body tells none.
const REQUEST_ID: &str = "x-acs-request-id";
/// What stands before the token in the canonical request that the vendor quotes.
const TOKEN_HEADER: &str = "x-acs-security-token:";

/// Operations whose answers hold keys, so that no part of them may be quoted.
const SECRET_ANSWERS: [&str; 2] = ["sts:AssumeRole", "sts:AssumeRoleWithOIDC"];

/// The vendor's error in JSON.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Complaint {
    code: String,
    message: Option<String>,
    request_id: Option<String>,
    /// Which layer refused, if one did. Not typed: nothing may fail because of it.
    access_denied_detail: Option<Value>,
}

/// The vendor's error in XML. Has only texts, because the XML reader, unlike the JSON
/// reader, follows values into any depth.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct XmlComplaint {
    code: String,
    message: Option<String>,
    request_id: Option<String>,
}

/// Reads an answer.
///
/// # Errors
///
/// What the vendor complains about, or [`Kind::Unreadable`].
pub(super) fn read<T: DeserializeOwned>(
    operation: &'static str,
    response: &Response<Bytes>,
    now: OffsetDateTime,
) -> Result<T, Failure> {
    let error = if response.status().is_success() {
        match serde_json::from_slice(response.body()) {
            Ok(value) => return Ok(value),
            Err(cause) => unreadable(operation, response, Some(&cause)),
        }
    } else {
        match Complaint::read(response) {
            Some(complaint) => complaint.into_error(operation, response, now),
            None => unreadable(operation, response, None),
        }
    };
    let again = again(&error, response);
    Err(Failure::new(error, again))
}

/// Tells whether the same question may get another answer.
fn again(error: &Error, response: &Response<Bytes>) -> Again {
    let status = response.status();
    let is_turned_away = error.kind == Kind::Throttled
        || status == StatusCode::TOO_MANY_REQUESTS
        || error.code.as_deref().is_some_and(is_passing)
        // The next attempt is signed anew.
        || error.code.as_deref() == Some("SignatureNonceUsed");
    let asked = || asked_pause(response.headers());
    if is_turned_away {
        Again::After(asked())
    } else if error.kind == Kind::Unavailable || status.is_server_error() {
        Again::InDoubt(asked())
    } else {
        Again::Never
    }
}

/// Reads how long the vendor asks us to wait: its own header has milliseconds, the
/// standard's has seconds.
fn asked_pause(headers: &HeaderMap) -> Option<Duration> {
    let number = |name| text(headers, name)?.trim().parse().ok();
    number("x-acs-retry-after")
        .map(Duration::from_millis)
        .or_else(|| number(header::RETRY_AFTER.as_str()).map(Duration::from_secs))
}

impl Complaint {
    fn read(response: &Response<Bytes>) -> Option<Self> {
        if response.status().is_redirection() {
            return None;
        }
        let text = std::str::from_utf8(response.body()).ok()?;
        let xml = || quick_xml::de::from_str(text).map(XmlComplaint::into_complaint);
        let complaint: Self = serde_json::from_str(text).ok().or_else(|| xml().ok())?;
        (!complaint.code.is_empty()).then_some(complaint)
    }

    fn into_error(
        self,
        operation: &'static str,
        response: &Response<Bytes>,
        now: OffsetDateTime,
    ) -> Error {
        let denial = self.access_denied_detail.as_ref().and_then(denial);
        let refusal = self.access_denied_detail.as_ref().and_then(refusal);
        let difference = clock_difference(response.headers(), now);
        let kind = match kind(response.status(), &self.code) {
            Kind::Other if refusal.is_some() => Kind::Denied,
            kind => kind,
        };
        let mut message = presentable(self.message.as_deref().unwrap_or_default());
        if message.is_empty() {
            message = "no reason given".to_owned();
        }
        match (kind, refusal, difference) {
            (Kind::Denied, Some(refusal), _) => message += &format!(" ({refusal})"),
            (Kind::Clock, _, Some(difference)) => message += &format!("; {difference}"),
            _ => {}
        }
        let code = Some(brief(&self.code));
        let request_id = self.request_id.or_else(|| text(response.headers(), REQUEST_ID));
        let request_id = request_id.map(|id| brief(&id));
        Error { code, request_id, denial, ..Error::new(kind, operation, message) }
    }
}

impl XmlComplaint {
    fn into_complaint(self) -> Complaint {
        let Self { code, message, request_id } = self;
        Complaint { code, message, request_id, access_denied_detail: None }
    }
}

/// Says which layer refused: the parts of the vendor's detail that people can read.
fn refusal(detail: &Value) -> Option<String> {
    let part = |name| Some(format!("{name} `{}`", presentable(detail.get(name)?.as_str()?)));
    let parts: Vec<_> =
        ["AuthAction", "NoPermissionType", "PolicyType"].into_iter().filter_map(part).collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

/// Tells which policies refused, where the vendor uses words that we know.
fn denial(detail: &Value) -> Option<Denial> {
    let part = |name| detail.get(name).and_then(Value::as_str);
    let layer = match part("PolicyType")? {
        "ControlPolicy" => Layer::Organisation,
        "SessionPolicy" | "AssumeRolePolicy" => Layer::Session,
        "AccountLevelIdentityBasedPolicy" | "ResourceGroupLevelIdentityBasedPolicy" => {
            Layer::Identity
        }
        _ => return None,
    };
    let is_explicit = match part("NoPermissionType")? {
        "ExplicitDeny" => true,
        "ImplicitDeny" => false,
        _ => return None,
    };
    Some(Denial { layer, is_explicit })
}

/// Makes one line of a message, without the session's token and of bearable length:
/// where a signature is wrong, the vendor quotes all that it has signed itself.
fn presentable(message: &str) -> String {
    let without_token = |line: &str| match line.split_once(TOKEN_HEADER) {
        Some((before, _)) => format!("{before}{TOKEN_HEADER}(left out)"),
        None => line.to_owned(),
    };
    let lines: Vec<_> = message.lines().map(without_token).collect();
    let line = one_line(&lines.join(" "), LONGEST_MESSAGE);
    line.trim_end_matches('.').to_owned()
}

/// Says by how much the clocks differ, if the answer tells the time.
fn clock_difference(headers: &HeaderMap, now: OffsetDateTime) -> Option<String> {
    let theirs = OffsetDateTime::parse(&text(headers, header::DATE.as_str())?, &Rfc2822).ok()?;
    let seconds = (now - theirs).whole_seconds();
    let side = if seconds < 0 { "behind" } else { "ahead of" };
    Some(format!("this machine's clock is {} s {side} the cloud's", seconds.unsigned_abs()))
}

fn unreadable(
    operation: &'static str,
    response: &Response<Bytes>,
    cause: Option<&serde_json::Error>,
) -> Error {
    let mut message = format!("status {}", response.status().as_u16());
    match text(response.headers(), header::CONTENT_TYPE.as_str()) {
        Some(it) => message += &format!(", content type `{}`", brief(&it)),
        None => message += ", no content type",
    }
    if let Some(cause) = cause {
        // The parser's own words may quote any part of the answer.
        message += &format!(", not as expected at line {} column {}", cause.line(), cause.column());
    }
    let request_id = text(response.headers(), REQUEST_ID).map(|id| brief(&id));
    if SECRET_ANSWERS.contains(&operation) && response.status().is_success() {
        return Error { request_id, ..Error::new(Kind::Unreadable, operation, message) };
    }
    let body = response.body();
    // Enough for the quotation, even where all is white space for a while.
    let start = String::from_utf8_lossy(body.get(..4096).unwrap_or(body));
    match brief(&start).as_str() {
        "" => message += ", empty",
        start => message += &format!(", begins with `{start}`"),
    }
    Error { request_id, ..Error::new(Kind::Unreadable, operation, message) }
}

fn text(headers: &HeaderMap, name: &str) -> Option<String> {
    headers.get(name)?.to_str().ok().map(str::to_owned)
}

#[cfg(test)]
mod tests;
