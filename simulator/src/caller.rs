//! Calls of somebody the world knows, for Rust programs that have no client of the vendor.
//!
//! They are signed as the vendors' clients sign, and admitted, judged and journalled like all others;
//! only the way through a socket is left out.

use crate::cloud::{Cloud, Wish};
use crate::fault::Delivery;
use crate::journal::Entry;
use crate::simulator::Simulator;

/// Somebody who calls a cloud; made by [`Simulator::caller`].
#[derive(Clone, Debug)]
pub struct Caller<'s> {
    simulator: &'s Simulator,
    cloud: Cloud,
    access_key_id: String,
    region: String,
}

/// What a call came to.
#[derive(Clone, Debug)]
pub struct Answered {
    /// What the journal says of it; in `code` why it was refused, if it was.
    pub entry: Entry,
    /// The body of the answer, in the vendor's form.
    pub body: String,
}

impl Simulator {
    /// Lets the holder of an access key call a cloud.
    #[must_use]
    pub fn caller(&self, cloud: Cloud, access_key_id: impl Into<String>) -> Caller<'_> {
        let (access_key_id, region) = (access_key_id.into(), String::new());
        Caller { simulator: self, cloud, access_key_id, region }
    }
}

impl Caller<'_> {
    /// Calls in this region; without one, only services that have no regions answer.
    #[must_use]
    pub fn region(mut self, region: impl Into<String>) -> Self {
        self.region = region.into();
        self
    }

    /// Makes a call, such as `RunInstances` of `ecs`, with the vendor's parameters.
    ///
    /// Panics: when the cloud has no such access key or operation, or a fault leaves the call without
    /// an answer.
    #[must_use]
    pub fn call(&self, service: &str, action: &str, parameters: &[(&str, &str)]) -> Answered {
        let wish = Wish { service, action, region: &self.region, parameters };
        let (outcome, entry) =
            self.simulator.exchange(self.cloud, &self.access_key_id, &wish).unwrap_or_else(|| {
                panic!("{self:?} has no key here, or there is no {service}:{action}")
            });
        let Delivery::Reply(reply) = outcome.delivery else {
            panic!("a fault left {service}:{action} without an answer")
        };
        let body = String::from_utf8_lossy(&reply.body.first_chunk()).into_owned();
        Answered { entry, body }
    }
}
