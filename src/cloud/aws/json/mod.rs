//! The protocol of Organizations, AWS JSON 1.1: an object goes out, another one comes back.

mod object;

use std::{collections::HashMap, fmt};

use aws_smithy_types::type_erasure::TypeErasedBox;
use serde::{Deserialize, de::IgnoredAny};

pub(super) use self::object::Object;
use super::{
    call::{Effect, Facts, Headers, Interpreter, Operation, Payload, Refusal},
    endpoints::Service,
};

/// What an answer without members looks like: AWS sends no body at all, others send this.
const NOTHING: &str = "{}";

/// An operation of Organizations: how it is called and what its answer means.
#[derive(Debug)]
pub(super) struct Action<Output> {
    /// The vendor's name of it.
    pub(super) name: &'static str,
    /// Its name in reports: `organizations:Name`.
    pub(super) label: &'static str,
    /// What it does to the cloud.
    pub(super) effect: Effect,
    /// Reads its answer, an object.
    pub(super) read: fn(&str) -> Result<Output, serde_json::Error>,
}

impl<Output: fmt::Debug + Send + Sync + 'static> Operation for Action<Output> {
    type Parameters = Object;
    type Output = Output;

    fn facts(&self) -> Facts {
        let Self { name, label, effect, .. } = *self;
        Facts { service: Service::Organizations, name, label, effect, holds_keys: false }
    }

    fn payload(&self, object: Object) -> Payload {
        // The version of the API without its hyphens.
        let target = Some(format!("AWSOrganizationsV20161128.{}", self.name));
        let body = object.into_body();
        Payload { content_type: "application/x-amz-json-1.1", target, body }
    }
}

impl<Output: fmt::Debug + Send + Sync + 'static> Interpreter for Action<Output> {
    fn read(&self, text: &str) -> Result<TypeErasedBox, String> {
        let text = if text.trim().is_empty() { NOTHING } else { text };
        let broken = |error| format!("is no answer to `{}` ({error})", self.name);
        (self.read)(text).map(TypeErasedBox::new).map_err(broken)
    }

    fn refusal(&self, headers: &Headers, text: &str) -> Option<Refusal> {
        let text = if text.trim().is_empty() { NOTHING } else { text };
        let document: ErrorDocument = serde_json::from_str(text).ok()?;
        let code = headers.get("x-amzn-errortype").or(document.code.as_deref())?;
        let request_id = headers.get("x-amzn-requestid").map(str::to_owned);
        let message = document.message.or(document.capital_message).unwrap_or_default();
        let reason = document.reason.filter(|reason| !reason.is_empty());
        Some(Refusal { code: bare(code)?.to_owned(), message, reason, request_id })
    }
}

/// What comes with a status that is no success. Both spellings of the message are in use.
#[derive(Deserialize)]
struct ErrorDocument {
    #[serde(rename = "__type")]
    code: Option<String>,
    message: Option<String>,
    #[serde(rename = "Message")]
    capital_message: Option<String>,
    #[serde(rename = "Reason")]
    reason: Option<String>,
}

/// Takes the name out of `namespace#Name:http://address`.
fn bare(code: &str) -> Option<&str> {
    let code = code.split(':').next().unwrap_or_default();
    let code = code.rsplit('#').next().unwrap_or_default().trim();
    (!code.is_empty()).then_some(code)
}

/// Reads the answer to a call that says nothing but that it succeeded: an object, whatever is
/// in it.
pub(super) fn acknowledged(text: &str) -> Result<(), serde_json::Error> {
    serde_json::from_str::<HashMap<String, IgnoredAny>>(text).map(|_| ())
}
