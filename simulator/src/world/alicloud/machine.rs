//! Machines, as far as images concern them, and shares of resources.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{ACCOUNT, REGION};

/// A machine, which the vendor calls an instance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Machine {
    /// Id such as `i-bp1…`.
    pub id: String,
    /// Account it belongs to.
    pub account: String,
    /// Region it runs in.
    pub region: String,
    /// Image of its system disk.
    pub image_id: String,
    /// Whether it is stopped; it runs otherwise.
    pub stopped: bool,
    /// Tags.
    pub tags: BTreeMap<String, String>,
}

impl Default for Machine {
    fn default() -> Self {
        Self {
            id: String::new(),
            account: ACCOUNT.to_owned(),
            region: REGION.to_owned(),
            image_id: String::new(),
            stopped: false,
            tags: BTreeMap::new(),
        }
    }
}

impl Machine {
    /// Makes a running machine of the default account in the default region.
    #[must_use]
    pub fn new(id: impl Into<String>, image_id: impl Into<String>) -> Self {
        Self { id: id.into(), image_id: image_id.into(), ..Self::default() }
    }

    /// Stops it.
    #[must_use]
    pub fn stopped(mut self) -> Self {
        self.stopped = true;
        self
    }
}

/// Resources that an account shares with others.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ResourceShare {
    /// Id such as `rs-abc`.
    pub id: String,
    /// Name.
    pub name: String,
    /// Account that shares.
    pub account: String,
    /// Whether accounts outside the resource directory may be targets.
    pub allow_external_targets: bool,
    /// What is shared, as `Image/m-1`.
    pub resources: Vec<String>,
    /// Accounts, folders and directories it is shared with.
    pub targets: Vec<String>,
}
