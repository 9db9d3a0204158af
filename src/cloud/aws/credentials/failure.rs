//! Why a source gave no credentials, in words for a practitioner.

use std::{error::Error, time::SystemTime};

use aws_config::imds::client::error::{ImdsError, TokenError as MetadataTokenError};
use aws_credential_types::provider::error::{CredentialsError, TokenError};
use aws_smithy_types::{DateTime, date_time::Format, error::ErrorMetadata};

use super::super::quote::one_line;
use crate::cloud::http::TransportError;

const LONGEST: usize = 600;
/// What AWS's loaders write in front of a reason; it names a type of theirs.
const PROFILE: &str = "ProfileFile provider could not be built: ";
/// What they write around the status of an answer.
const STATUS: [&str; 2] = ["Non-success status from HTTP credential provider: StatusCode(", ")"];
/// What the program of a `credential_process` wrote follows; it is not theirs.
const PROCESS: &str = "Error retrieving credentials";
/// What they say where a cause follows that says it better.
const HEADINGS: [&str; 8] = [
    "dispatch failure",
    "failed to construct request",
    "failed to load IMDS session token",
    "io error",
    "other",
    "response error",
    "service error",
    "user error",
];
/// How they begin what they say in their own terms, and what it means.
const JARGON: [(&str, &str); 6] = [
    ("unhandled error", ""),
    ("Error at offset", "the answer is not JSON"),
    ("invalid JSON in response", "the answer is not JSON"),
    ("request has timed out", "no answer in time"),
    ("received 404 from IMDS", "this machine has no role"),
    ("This behavior requires", "it needs a kind of login that is not supported"),
];

/// Tells whether a source has no credentials, rather than some that it cannot give.
pub(super) fn is_absence(error: &CredentialsError) -> bool {
    matches!(error, CredentialsError::CredentialsNotLoaded(_))
}

/// Returns the reason, on one line and without a final full stop.
///
/// Takes what the service or the transport says, where they were asked, and otherwise
/// everything in the chain of causes that is more than a heading.
pub(super) fn explain(error: &CredentialsError) -> String {
    let mut reasons = Vec::new();
    let causes = std::iter::successors(Some(error as &(dyn Error + 'static)), |it| (**it).source());
    for cause in causes {
        if let Some(reason) = last_word(cause) {
            reasons = vec![reason];
            break;
        }
        if cause.is::<CredentialsError>() || cause.is::<TokenError>() {
            continue;
        }
        let reason = in_plain_words(&cause.to_string());
        // Wrappers repeat what is inside.
        if !reason.is_empty() && reasons.last() != Some(&reason) {
            reasons.push(reason);
        }
    }
    if reasons.is_empty() {
        let reason = if is_absence(error) { "it has none" } else { "it gives no reason" };
        return reason.to_owned();
    }
    one_line(&reasons.join(": "), LONGEST).trim_end_matches('.').to_owned()
}

/// Returns an instant as practitioners write it.
pub(super) fn instant(instant: SystemTime) -> String {
    let text = DateTime::from(instant).fmt(Format::DateTime);
    text.unwrap_or_else(|_| "a time that has no name".to_owned())
}

/// Returns the reason that a cause gives if no other cause can add to it.
fn last_word(cause: &(dyn Error + 'static)) -> Option<String> {
    if let Some(service) = cause.downcast_ref::<ErrorMetadata>() {
        return Some(match (service.code(), service.message()) {
            (Some(code), message) => format!("{code}: {}", message.unwrap_or("no message")),
            (None, Some(message)) => message.to_owned(),
            (None, None) => "the answer is not one of AWS".to_owned(),
        });
    }
    if let Some(ImdsError::ErrorResponse(context)) = cause.downcast_ref::<ImdsError>() {
        let status = context.response().status().as_u16();
        return Some(format!("the instance metadata service answers with HTTP {status}"));
    }
    if cause.is::<MetadataTokenError>() {
        return Some("the instance metadata service gives no session token".to_owned());
    }
    cause.downcast_ref::<TransportError>().map(ToString::to_string)
}

/// Returns what a cause says, without what only the makers of AWS's loaders understand;
/// perhaps nothing. Most of their types have no name here, so texts have to do.
fn in_plain_words(text: &str) -> String {
    if text.starts_with(PROCESS) {
        return text.to_owned();
    }
    let text = text.strip_prefix(PROFILE).unwrap_or(text);
    let [before, behind] = STATUS;
    if let Some(status) = text.strip_prefix(before).and_then(|text| text.strip_suffix(behind)) {
        return format!("it answers with HTTP {status}");
    }
    if let Some((_, meaning)) = JARGON.iter().find(|(beginning, _)| text.starts_with(beginning)) {
        return (*meaning).to_owned();
    }
    if HEADINGS.contains(&text) {
        return String::new();
    }
    // The rest may end in a value in Rust's notation: a type, then braces.
    let Some((beginning, _)) = text.split_once(" {") else { return text.to_owned() };
    let without_type = beginning.rsplit_once(' ').map_or("", |(beginning, _)| beginning);
    without_type.trim_end_matches(':').to_owned()
}
