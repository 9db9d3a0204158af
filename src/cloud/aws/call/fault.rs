//! Why an attempt gave no result, and what kind of failure that is.

use std::{error::Error as StdError, fmt};

use aws_smithy_types::error::metadata::{ErrorMetadata, ProvideErrorMetadata};

use super::super::endpoints::Destination;
use crate::cloud::{Denial, Error, Kind, http::TransportError};

/// A failed attempt.
#[derive(Clone, Debug)]
pub(super) struct Fault {
    /// What kind of failure it was.
    pub(super) kind: Kind,
    /// What a report says about it.
    pub(super) message: String,
    /// The vendor's request id, where there was one.
    pub(super) request_id: Option<String>,
    /// Which policies refused, where the vendor tells.
    pub(super) denial: Option<Denial>,
    /// The vendor's code, where AWS's classifier looks for it. Boxed for its size.
    pub(super) metadata: Box<ErrorMetadata>,
}

impl Fault {
    /// Creates a fault that the vendor has a code for.
    pub(super) fn vendor(kind: Kind, code: &str, message: String) -> Self {
        let metadata = Box::new(ErrorMetadata::builder().code(code).build());
        Self { metadata, ..Self::plain(kind, message) }
    }

    /// Creates a fault for an answer that this API does not give.
    pub(super) fn unreadable(message: String) -> Self {
        Self::plain(Kind::Unreadable, message)
    }

    /// Creates a fault for an answer that did not come, or not completely.
    pub(super) fn transport(error: &TransportError) -> Self {
        Self::plain(error.kind(), error.to_string())
    }

    /// Creates a fault for what should not happen: the request could not be made.
    pub(super) fn internal(error: &(dyn StdError + 'static)) -> Self {
        let causes = std::iter::successors(Some(error), |it| (**it).source());
        let texts: Vec<_> = causes.map(ToString::to_string).collect();
        Self::plain(Kind::Other, texts.join(": "))
    }

    fn plain(kind: Kind, message: String) -> Self {
        let metadata = Box::new(ErrorMetadata::builder().build());
        Self { kind, message, request_id: None, denial: None, metadata }
    }

    /// Turns it into what callers get.
    pub(super) fn into_error(
        self,
        operation: &'static str,
        destination: &Destination,
        attempts: u32,
    ) -> Error {
        let mut message = self.message;
        if let (Kind::Unreachable, Some(doubt)) = (self.kind, destination.doubt) {
            message = format!("{message}; {doubt}");
        }
        Error {
            endpoint: destination.endpoint.authority(),
            code: self.metadata.code().map(str::to_owned),
            request_id: self.request_id,
            denial: self.denial,
            attempts,
            ..Error::new(self.kind, operation, message)
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}

impl StdError for Fault {}

impl ProvideErrorMetadata for Fault {
    fn meta(&self) -> &ErrorMetadata {
        &self.metadata
    }
}
