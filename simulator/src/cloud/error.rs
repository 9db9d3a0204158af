//! A refusal in a vendor's words, before it gets the vendor's shape.

use serde::Serialize;

use super::{Cloud, Service};

/// An error that a cloud answers with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct VendorError {
    /// HTTP status.
    pub status: u16,
    pub code: String,
    pub message: String,
    /// Milliseconds the client is told to wait (Alibaba Cloud only).
    pub retry_after_ms: Option<u64>,
    /// What sort of mistake or limit it is (Organizations only).
    pub reason: Option<&'static str>,
    /// Which permission was missing, in detail (Alibaba Cloud only).
    pub access_denied: Option<Box<AccessDenied>>,
}

/// Alibaba Cloud's account of a missing permission.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct AccessDenied {
    pub auth_action: String,
    pub auth_principal_type: &'static str,
    pub auth_principal_owner_id: String,
    pub auth_principal_display_name: String,
    pub policy_type: String,
    pub no_permission_type: &'static str,
    pub encoded_diagnostic_message: String,
}

impl VendorError {
    /// Makes an error without extras.
    pub(crate) fn new(status: u16, code: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            status,
            code: code.into(),
            message: message.into(),
            retry_after_ms: None,
            reason: None,
            access_denied: None,
        }
    }

    /// Says that there are too many requests, as a service says it.
    pub(crate) fn throttled(service: &Service) -> Self {
        match (service.cloud, service.name) {
            (_, "metadata") => Self::new(503, "Service Unavailable", "Service Unavailable"),
            (Cloud::Alicloud, _) => {
                Self::new(400, "Throttling.User", "Request was denied due to user flow control.")
            }
            (Cloud::Aws, "ec2") => {
                Self::new(503, "RequestLimitExceeded", "Request limit exceeded.")
            }
            (Cloud::Aws, "organizations") => {
                let message = "AWS Organizations can't complete your request because too many \
                               requests were sent.";
                Self::new(400, "TooManyRequestsException", message)
            }
            (Cloud::Aws, _) => Self::new(400, "Throttling", "Rate exceeded"),
        }
    }

    /// Refuses something the vendor documents and the simulator lacks, with a code no vendor uses.
    pub(crate) fn not_simulated(what: &str) -> Self {
        Self::new(400, "NotSimulated", format!("imageguard-simulator does not simulate {what}."))
    }
}
