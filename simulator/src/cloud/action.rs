//! What an action is, and a call of one.

use std::ops::RangeInclusive;

use super::{Cloud, VendorError, alicloud, aws};
use crate::parameters::{Parameters, fits};
use crate::timestamp::Timestamp;
use crate::world::World;
use crate::world::access::AccessKey;

/// A vendor's service in the one version the simulator speaks.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Service {
    pub cloud: Cloud,
    /// Lower-case name, as in permissions and (on AWS) in the credential scope.
    pub name: &'static str,
    /// As requests state it.
    pub version: &'static str,
}

/// What the bodies of answers are written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    Json,
    Xml,
}

impl Service {
    /// Tells what the service's answers are written in.
    pub(crate) fn format(&self) -> Format {
        match (self.cloud, self.name) {
            (Cloud::Alicloud, _) | (Cloud::Aws, "metadata" | "organizations") => Format::Json,
            (Cloud::Aws, _) => Format::Xml,
        }
    }
}

/// A resource that a call touches.
pub(crate) struct Touched {
    pub arn: String,
    /// Condition keys with their values, besides those every request has.
    pub keys: Vec<(String, Vec<String>)>,
}

/// An API operation.
pub(crate) struct Action {
    pub service: &'static Service,
    pub name: &'static str,
    /// Parameters that work; `N` stands for an index from 1.
    pub parameters: &'static [&'static str],
    /// Parameters that are documented but refused, so that nobody believes they work.
    pub unsimulated: &'static [&'static str],
    /// Whether the parameters carry the proof of identity, so that requests need no signature.
    pub unsigned: bool,
    /// Says which permissions a call needs.
    pub permissions: fn(&Parameters) -> Vec<&'static str>,
    /// Says what a call touches, for policies; nothing in particular where that is empty.
    pub touches: fn(&Call, &World) -> Vec<Touched>,
    /// Does the work and returns the content of the answer, without the vendor's envelope.
    pub answer: fn(&Call, &mut World) -> Result<String, VendorError>,
}

impl Action {
    /// Makes an operation like most: signed, and without parameters or resources of its own.
    pub(crate) const fn new(
        service: &'static Service,
        name: &'static str,
        permissions: fn(&Parameters) -> Vec<&'static str>,
        answer: fn(&Call, &mut World) -> Result<String, VendorError>,
    ) -> Self {
        Self {
            service,
            name,
            parameters: &[],
            unsimulated: &[],
            unsigned: false,
            permissions,
            touches: |_, _| Vec::new(),
            answer,
        }
    }

    /// Refuses parameters the action does not have, and those the simulator lacks.
    pub(crate) fn check_names(&self, parameters: &Parameters) -> Result<(), VendorError> {
        for name in parameters.names() {
            if self.unsimulated.iter().any(|pattern| fits(pattern, name)) {
                return Err(VendorError::not_simulated(&format!(
                    "the parameter `{name}` of {}",
                    self.name
                )));
            }
            if !self.parameters.iter().any(|pattern| fits(pattern, name)) {
                return Err(match self.service.cloud {
                    Cloud::Alicloud => alicloud::unknown_parameter(name),
                    Cloud::Aws => aws::unknown_parameter(name),
                });
            }
        }
        Ok(())
    }
}

/// An authentic request for an action.
#[derive(Clone)]
pub(crate) struct Call {
    pub action: &'static Action,
    /// Empty for a call that needs no region and names none.
    pub region: String,
    pub parameters: Parameters,
    pub permissions: Vec<&'static str>,
    /// The key that signed; `None` when the action takes unsigned requests.
    pub access_key: Option<AccessKey>,
    pub now: Timestamp,
    pub request_id: String,
}

impl Call {
    /// Returns the key that signed.
    ///
    /// Panics: when the action takes unsigned requests; such an action must not ask.
    pub(crate) fn key(&self) -> &AccessKey {
        self.access_key.as_ref().expect("every action but the unsigned ones is authenticated")
    }

    /// Returns the account that asks.
    pub(crate) fn account(&self) -> &str {
        self.key().principal.account()
    }

    /// Returns the same call of somebody whom a policy of its own denies all that it needs.
    pub(crate) fn denied(&self) -> Self {
        let layer = match self.action.service.cloud {
            Cloud::Alicloud => "AccountLevelIdentityBasedPolicy",
            Cloud::Aws => "identity-based policy",
        };
        let mut call = self.clone();
        if let Some(key) = &mut call.access_key {
            let denied =
                self.permissions.iter().map(|&needed| (needed.to_owned(), layer.to_owned()));
            key.denied.extend(denied);
        }
        call
    }

    /// Reads `true` or `false`, in lower case or with a capital; an absent parameter is `false`.
    pub(crate) fn boolean(&self, name: &str) -> Result<bool, VendorError> {
        match self.parameters.get(name) {
            None | Some("false" | "False") => Ok(false),
            Some("true" | "True") => Ok(true),
            Some(other) => Err(self.invalid(name, other)),
        }
    }

    /// Reads a number within bounds.
    pub(crate) fn number(
        &self,
        name: &str,
        bounds: RangeInclusive<usize>,
    ) -> Result<Option<usize>, VendorError> {
        let Some(text) = self.parameters.get(name) else { return Ok(None) };
        match text.parse() {
            Ok(number) if bounds.contains(&number) => Ok(Some(number)),
            _ => Err(self.invalid(name, text)),
        }
    }

    /// Says that a value is none the parameter can have.
    pub(crate) fn invalid(&self, name: &str, value: &str) -> VendorError {
        match self.action.service.cloud {
            Cloud::Alicloud => alicloud::invalid_parameter(name, value),
            Cloud::Aws => aws::invalid_parameter(name, value),
        }
    }
}
