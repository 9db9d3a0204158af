//! The protocol of Organizations: AWS JSON 1.1, where a header names the action and the body holds the
//! parameters.
//!
//! Sources: "AWS JSON 1.1 protocol" of Smithy, botocore's model (1.44.5), "Common errors" of the
//! Organizations reference. A body is read into [`Parameters`] like those of the query protocols:
//! `{"Tags": [{"Key": "a"}]}` is `Tags.1.Key=a`.

use serde::Serialize;
use serde_json::{Map, Value};

use super::ORGANIZATIONS;
use crate::cloud::{Service, VendorError};
use crate::message::{Reply, Request};
use crate::parameters::Parameters;

pub(super) const CONTENT_TYPE: &str = "application/x-amz-json-1.1";

/// The only parameter of the simulated operations that is no text.
const NUMBER: &str = "MaxResults";

/// Codes of errors that belong to no service, in the query protocols and here.
const COMMON_CODES: [(&str, &str); 9] = [
    ("AccessDenied", "AccessDeniedException"),
    ("ExpiredToken", "ExpiredTokenException"),
    ("IncompleteSignature", "IncompleteSignatureException"),
    ("InvalidAction", "UnknownOperationException"),
    ("InvalidClientTokenId", "UnrecognizedClientException"),
    ("MalformedQueryString", "SerializationException"),
    ("MissingAuthenticationToken", "MissingAuthenticationTokenException"),
    ("NoSuchVersion", "UnknownOperationException"),
    ("SignatureDoesNotMatch", "InvalidSignatureException"),
];

/// Returns what a request has in the header that makes it one of this protocol.
pub(super) fn target(request: &Request) -> Option<String> {
    request.header("x-amz-target")
}

/// Tells whether a request is for Organizations, signed or not.
pub(super) fn is_for_organizations(request: &Request) -> bool {
    let names_it = |target: String| target.split('.').next() == Some(ORGANIZATIONS.version);
    target(request).is_some_and(names_it)
}

/// Reads the parameters of a request.
///
/// Errors: `SerializationException` for a body that is no object of texts, lists and objects.
pub(super) fn read(request: &Request) -> Result<Parameters, VendorError> {
    let content_type = request.header("content-type").unwrap_or_default();
    if request.method != "POST" || content_type != CONTENT_TYPE {
        let message = format!("Only POST of the content type {CONTENT_TYPE} is served.");
        return Err(malformed(message));
    }
    let body: Map<String, Value> =
        serde_json::from_slice(&request.body).map_err(|error| malformed(error.to_string()))?;
    let mut pairs = Vec::new();
    for (name, value) in &body {
        collect(name, value, &mut pairs)?;
    }
    Ok(Parameters::from_pairs(pairs))
}

/// Adds what a value holds, under its name; nothing for null, which means absent.
fn collect(
    name: &str,
    value: &Value,
    pairs: &mut Vec<(String, String)>,
) -> Result<(), VendorError> {
    match value {
        Value::Null => {}
        Value::String(text) if name != NUMBER => pairs.push((name.to_owned(), text.clone())),
        Value::Number(number) if name == NUMBER => {
            pairs.push((name.to_owned(), number.to_string()));
        }
        Value::Array(items) => {
            for (position, item) in items.iter().enumerate() {
                collect(&format!("{name}.{}", position + 1), item, pairs)?;
            }
        }
        Value::Object(members) => {
            for (member, value) in members {
                collect(&format!("{name}.{member}"), value, pairs)?;
            }
        }
        Value::String(_) | Value::Number(_) | Value::Bool(_) => {
            return Err(malformed(format!("The value of {name} has the wrong type.")));
        }
    }
    Ok(())
}

fn malformed(message: String) -> VendorError {
    VendorError::new(400, "SerializationException", message)
}

/// Says an error that belongs to no service in the words of a service of this protocol.
pub(super) fn in_words_of(service: &Service, mut error: VendorError) -> VendorError {
    if *service == ORGANIZATIONS {
        let found = COMMON_CODES.iter().find(|(code, _)| *code == error.code);
        if let Some((_, code)) = found {
            (*code).clone_into(&mut error.code);
            error.status = 400;
        }
    }
    error
}

/// Wraps the content of a success, which may be nothing at all.
pub(super) fn accept(content: String, request_id: &str) -> Reply {
    Reply::new(200, CONTENT_TYPE, content).header("x-amzn-requestid", request_id)
}

/// Writes an error.
pub(super) fn refuse(error: &VendorError, request_id: &str) -> Reply {
    #[derive(Serialize)]
    struct Body<'a> {
        #[serde(rename = "__type")]
        code: &'a str,
        #[serde(rename = "Message")]
        message: &'a str,
        #[serde(rename = "Reason", skip_serializing_if = "Option::is_none")]
        reason: Option<&'static str>,
    }
    let body = Body { code: &error.code, message: &error.message, reason: error.reason };
    let body = serde_json::to_vec(&body).expect("the keys are text");
    Reply::new(error.status, CONTENT_TYPE, body)
        .header("x-amzn-requestid", request_id)
        .header("x-amzn-errortype", error.code.as_str())
}
