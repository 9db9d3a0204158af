//! The query protocol of EC2, IAM and STS: a form goes out, an XML document comes back.

mod form;

use std::fmt;

use aws_smithy_types::type_erasure::TypeErasedBox;
use quick_xml::events::Event;
use serde::Deserialize;

pub(super) use self::form::Form;
use super::{
    call::{Effect, Facts, Headers, Interpreter, Operation, Payload, Refusal},
    endpoints::Service,
};

/// An operation: how it is called and what its answer means.
#[derive(Debug)]
pub(super) struct Action<Output> {
    /// The service that offers it.
    pub(super) service: Service,
    /// The vendor's name of it.
    pub(super) name: &'static str,
    /// Its name in reports: `service:Name`.
    pub(super) label: &'static str,
    /// What it does to the cloud.
    pub(super) effect: Effect,
    /// The name of the root of its answer.
    pub(super) root: &'static str,
    /// Whether its answer holds keys, so that no part of it may be shown.
    pub(super) holds_keys: bool,
    /// Reads its answer, whose root has been checked.
    pub(super) read: fn(&str) -> Result<Output, quick_xml::DeError>,
}

impl<Output: fmt::Debug + Send + Sync + 'static> Operation for Action<Output> {
    type Parameters = Form;
    type Output = Output;

    fn facts(&self) -> Facts {
        let Self { service, name, label, effect, holds_keys, .. } = *self;
        Facts { service, name, label, effect, holds_keys }
    }

    fn payload(&self, form: Form) -> Payload {
        let body = form.with_action(self.name, self.service.version()).into_body();
        Payload { content_type: "application/x-www-form-urlencoded", target: None, body }
    }
}

impl<Output: fmt::Debug + Send + Sync + 'static> Interpreter for Action<Output> {
    fn read(&self, text: &str) -> Result<TypeErasedBox, String> {
        if !has_root(text, self.root) {
            return Err(format!("is no `{}`", self.root));
        }
        let broken = |error| format!("is a broken `{}` ({error})", self.root);
        (self.read)(text).map(TypeErasedBox::new).map_err(broken)
    }

    fn refusal(&self, _: &Headers, text: &str) -> Option<Refusal> {
        quick_xml::de::from_str::<ErrorDocument>(text).ok().and_then(ErrorDocument::flatten)
    }
}

/// Both error documents: EC2 has `Errors` and `RequestID`, the others `Error` and `RequestId`.
#[derive(Deserialize)]
struct ErrorDocument {
    #[serde(rename = "Errors")]
    errors: Option<VendorErrors>,
    #[serde(rename = "Error")]
    error: Option<VendorError>,
    #[serde(rename = "RequestID", alias = "RequestId")]
    request_id: Option<String>,
}

#[derive(Deserialize)]
struct VendorErrors {
    #[serde(rename = "Error")]
    error: Option<VendorError>,
}

#[derive(Deserialize)]
struct VendorError {
    #[serde(rename = "Code")]
    code: String,
    #[serde(rename = "Message", default)]
    message: String,
}

impl ErrorDocument {
    fn flatten(self) -> Option<Refusal> {
        let error = self.errors.and_then(|errors| errors.error).or(self.error)?;
        let VendorError { code, message } = error;
        let request_id = self.request_id;
        (!code.is_empty()).then_some(Refusal { code, message, reason: None, request_id })
    }
}

fn has_root(text: &str, expected: &str) -> bool {
    let mut reader = quick_xml::Reader::from_str(text);
    loop {
        match reader.read_event() {
            Ok(Event::Start(root) | Event::Empty(root)) => {
                return root.local_name().into_inner() == expected;
            }
            Ok(Event::Eof) | Err(_) => return false,
            Ok(_) => {}
        }
    }
}
