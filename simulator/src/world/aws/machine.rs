//! Machines, as far as images concern them, and snapshots.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{ACCOUNT, REGION};
use crate::timestamp::Timestamp;

/// A machine, which the vendor calls an instance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Machine {
    /// Id such as `i-0123456789abcdef0`.
    pub id: String,
    /// Account it belongs to.
    pub account: String,
    /// Region it runs in.
    pub region: String,
    /// Image it was launched from, or whose volume has replaced its root.
    pub image_id: String,
    /// Type such as `m7i.large`.
    pub instance_type: String,
    /// Whether it was terminated; it runs otherwise.
    pub terminated: bool,
    /// Tags.
    pub tags: BTreeMap<String, String>,
    /// Time of the launch.
    pub launched_at: Timestamp,
}

impl Default for Machine {
    fn default() -> Self {
        Self {
            id: String::new(),
            account: ACCOUNT.to_owned(),
            region: REGION.to_owned(),
            image_id: String::new(),
            instance_type: "m7i.large".to_owned(),
            terminated: false,
            tags: BTreeMap::new(),
            launched_at: Timestamp::from_unix(1_704_067_200),
        }
    }
}

impl Machine {
    /// Makes a running machine of the default account in the default region.
    #[must_use]
    pub fn new(id: impl Into<String>, image_id: impl Into<String>) -> Self {
        Self { id: id.into(), image_id: image_id.into(), ..Self::default() }
    }
}

/// A snapshot of a volume.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Snapshot {
    /// Id such as `snap-0123456789abcdef0`.
    pub id: String,
    /// Account that owns it.
    pub owner: String,
    /// Region it lives in.
    pub region: String,
    /// Volume it was made of; empty when there was none.
    pub volume_id: String,
    /// Description, or empty.
    pub description: String,
    /// Whether everyone may use it.
    pub public: bool,
    /// Accounts that may use it besides the owner.
    pub shared_with: Vec<String>,
    /// Tags of the owner.
    pub tags: BTreeMap<String, String>,
    /// Time of creation.
    pub created_at: Timestamp,
}

impl Default for Snapshot {
    fn default() -> Self {
        Self {
            id: String::new(),
            owner: ACCOUNT.to_owned(),
            region: REGION.to_owned(),
            volume_id: String::new(),
            description: String::new(),
            public: false,
            shared_with: Vec::new(),
            tags: BTreeMap::new(),
            created_at: Timestamp::from_unix(1_704_067_200),
        }
    }
}

impl Snapshot {
    /// Makes a private snapshot of the default account in the default region.
    #[must_use]
    pub fn new(id: impl Into<String>) -> Self {
        Self { id: id.into(), ..Self::default() }
    }

    /// Tells whether an account may use it.
    pub(crate) fn is_open_to(&self, account: &str) -> bool {
        self.public || self.owner == account || self.shared_with.iter().any(|id| id == account)
    }
}
