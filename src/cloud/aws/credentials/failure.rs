//! Why a source gave no credentials, in words for a practitioner.

use std::error::Error;

use aws_config::imds::client::error::ImdsError;
use aws_credential_types::provider::error::{CredentialsError, TokenError};
use aws_smithy_types::error::ErrorMetadata;
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use crate::cloud::http::TransportError;

/// What an AWS loader writes before a reason; it names its type.
const JARGON: &str = "ProfileFile provider could not be built: ";
const LONGEST: usize = 600;

/// Tells whether a source has no credentials, rather than some that it cannot give.
pub(super) fn is_absence(error: &CredentialsError) -> bool {
    matches!(error, CredentialsError::CredentialsNotLoaded(_))
}

/// Returns the reason, on one line and without a final full stop.
///
/// Takes what STS or the transport says, where they were asked, and otherwise
/// everything in the chain of causes that is more than a heading.
pub(super) fn explain(error: &CredentialsError) -> String {
    let mut reasons = Vec::new();
    let causes = std::iter::successors(Some(error as &(dyn Error + 'static)), |it| (**it).source());
    for cause in causes {
        if let Some(reason) = last_word(cause) {
            reasons = vec![reason];
            break;
        }
        if !cause.is::<CredentialsError>() && !cause.is::<TokenError>() {
            let text = cause.to_string();
            reasons.push(text.strip_prefix(JARGON).unwrap_or(&text).to_owned());
        }
    }
    if reasons.is_empty() {
        let reason = if is_absence(error) { "it has none" } else { "it gives no reason" };
        return reason.to_owned();
    }
    one_line(&reasons.join(": "))
}

/// Returns an instant as practitioners write it.
pub(super) fn instant(instant: OffsetDateTime) -> String {
    instant.format(&Rfc3339).unwrap_or_else(|_| instant.to_string())
}

/// Returns the reason that a cause gives if no other cause can add to it.
fn last_word(cause: &(dyn Error + 'static)) -> Option<String> {
    if let Some(service) = cause.downcast_ref::<ErrorMetadata>() {
        let message = service.message().unwrap_or("no message");
        return Some(match service.code() {
            Some(code) => format!("{code}: {message}"),
            None => message.to_owned(),
        });
    }
    if let Some(ImdsError::ErrorResponse(context)) = cause.downcast_ref::<ImdsError>() {
        let status = context.response().status().as_u16();
        return Some(format!("the instance metadata service answers with HTTP {status}"));
    }
    cause.downcast_ref::<TransportError>().map(ToString::to_string)
}

fn one_line(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let line: String = line.chars().take(LONGEST).collect();
    line.trim_end_matches('.').to_owned()
}
