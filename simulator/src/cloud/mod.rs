//! How the clouds answer: a request and the world in, a reply out; no sockets, no clock.
//!
//! A request is *admitted* (whose is it, which action, is it authentic) and then *performed*. Both
//! clouds list their actions in `<cloud>/actions/mod.rs`; adding one is one file there and one line
//! in the list.

mod action;
mod alicloud;
mod aws;
mod credentials;
mod error;
pub(crate) mod metadata;
mod wish;

pub(crate) use action::{Action, Call, Format, Service, Touched};
pub(crate) use alicloud::nonces::Nonces;
pub(crate) use error::VendorError;
pub(crate) use wish::Wish;

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::journal::Entry;
use crate::message::{Reply, Request};
use crate::timestamp::Timestamp;
use crate::world::World;

/// A cloud.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cloud {
    /// Alibaba Cloud.
    Alicloud,
    /// Amazon Web Services.
    Aws,
}

impl fmt::Display for Cloud {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Alicloud => "alicloud",
            Self::Aws => "aws",
        })
    }
}

/// What admitting a request depends on besides the request.
pub(crate) struct Gate<'a> {
    pub world: &'a World,
    pub nonces: &'a mut Nonces,
    pub now: Timestamp,
}

impl Cloud {
    /// Tells which cloud a request is for, from its headers; an unsigned query request names an action
    /// and, on Alibaba Cloud, a version of its own.
    pub(crate) fn of(request: &Request) -> Option<Self> {
        let authorization = request.header("authorization").unwrap_or_default();
        if authorization.starts_with("ACS3-") || request.header("x-acs-action").is_some() {
            return Some(Self::Alicloud);
        }
        let says = |start: &str| {
            let pairs = |text| <[u8]>::split(text, |&byte| byte == b'&');
            pairs(request.query.as_bytes())
                .chain(pairs(&request.body))
                .any(|pair| pair.starts_with(start.as_bytes()))
        };
        if authorization.starts_with("AWS4-") || request.header("x-amz-target").is_some() {
            return Some(Self::Aws);
        }
        if alicloud::VERSIONS.iter().any(|version| says(&format!("Version={version}"))) {
            return Some(Self::Alicloud);
        }
        says("Action=").then_some(Self::Aws)
    }

    /// Identifies action and caller and checks that the request is authentic.
    ///
    /// `entry` is filled in as the request gets to be known, so that a refused request is
    /// journalled too.
    pub(crate) fn admit(
        self,
        request: &Request,
        gate: Gate<'_>,
        entry: &mut Entry,
    ) -> Result<Call, VendorError> {
        match self {
            Self::Alicloud => alicloud::admit(request, gate, entry),
            Self::Aws => aws::admit(request, &gate, entry),
        }
    }

    /// Tells which service a request is for where that decides the shape of errors.
    pub(crate) fn service_of(self, request: &Request) -> Option<&'static Service> {
        match self {
            Self::Alicloud => None,
            Self::Aws => aws::service_of(request),
        }
    }

    /// Puts an error into the cloud's own shape.
    pub(crate) fn refuse(
        self,
        error: &VendorError,
        service: Option<&Service>,
        request_id: &str,
    ) -> Reply {
        if service.is_some_and(|service| service.name == "metadata") {
            return metadata::refuse(error);
        }
        match self {
            Self::Alicloud => alicloud::refuse(error, request_id),
            Self::Aws => aws::refuse(error, service, request_id),
        }
    }
}

/// Authorises an admitted request and runs its action.
fn perform(call: &Call, world: &mut World) -> Result<Reply, VendorError> {
    match call.action.service.cloud {
        Cloud::Alicloud => alicloud::authorise(call, world)?,
        Cloud::Aws => aws::authorise(call, world)?,
    }
    let content = (call.action.answer)(call, world)?;
    Ok(match call.action.service.cloud {
        Cloud::Alicloud => alicloud::accept(content),
        Cloud::Aws => aws::accept(call, content),
    })
}

/// A reply, and the error code in it for the journal.
#[derive(Debug)]
pub(crate) struct Answer {
    pub reply: Reply,
    pub code: Option<String>,
}

impl Answer {
    /// Answers an admitted request.
    pub(crate) fn to(call: &Call, world: &mut World) -> Self {
        match perform(call, world) {
            Ok(reply) => Self { reply, code: None },
            Err(error) => {
                let service = call.action.service;
                let reply = service.cloud.refuse(&error, Some(service), &call.request_id);
                Self { reply, code: Some(error.code) }
            }
        }
    }
}
