//! Machine images.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{ACCOUNT, REGION};
use crate::timestamp::Timestamp;

/// A machine image.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Image {
    /// Id such as `m-bp1…`, unique in the world.
    pub id: String,
    /// Name.
    pub name: String,
    /// Region it lives in.
    pub region: String,
    /// Who made it.
    pub owner: Owner,
    /// Image family, or empty.
    pub family: String,
    /// Version, or empty.
    pub version: String,
    /// Description.
    pub description: String,
    /// Life cycle.
    pub status: Status,
    /// Time of creation.
    pub created_at: Timestamp,
    /// The owner's tags.
    pub tags: BTreeMap<String, String>,
    /// Accounts the owner shared the image with.
    pub shared_with: Vec<String>,
    /// Whether the owner published it as a community image.
    pub community: bool,
    /// `linux` or `windows`.
    pub os_type: String,
    /// Operating system in Chinese.
    pub os_name: String,
    /// Operating system in English.
    pub os_name_en: String,
    /// Distribution, such as `Ubuntu`.
    pub platform: String,
    /// `i386`, `x86_64` or `arm64`.
    pub architecture: String,
    /// `BIOS`, `UEFI` or `UEFI-Preferred`.
    pub boot_mode: String,
    /// System disk in GiB.
    pub size_gib: u32,
    /// Disks behind the image.
    pub disks: Vec<Disk>,
    /// Resource group, or empty for the default group.
    pub resource_group: String,
    /// Product code of a Marketplace image, or empty.
    pub product_code: String,
    /// Whether an instance runs it.
    pub in_use: bool,
    /// Whether it is a copy of another image.
    pub copied: bool,
    /// Whether cloud-init works.
    pub cloud_init: bool,
    /// Whether I/O optimized instances can run it.
    pub io_optimized: bool,
    /// Whether NVMe disks work.
    pub nvme: bool,
    /// Metadata service version, `v1` or `v2`.
    pub imds: String,
}

impl Image {
    /// Makes an available Linux image of the default account in the default region, named like its
    /// id.
    #[must_use]
    pub fn new(id: impl Into<String>) -> Self {
        let id = id.into();
        Self { name: id.clone(), id, ..Self::default() }
    }

    /// Sets the name.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// Sets the region.
    #[must_use]
    pub fn region(mut self, region: impl Into<String>) -> Self {
        self.region = region.into();
        self
    }

    /// Sets who made it.
    #[must_use]
    pub fn owner(mut self, owner: Owner) -> Self {
        self.owner = owner;
        self
    }

    /// Sets the image family.
    #[must_use]
    pub fn family(mut self, family: impl Into<String>) -> Self {
        self.family = family.into();
        self
    }

    /// Sets the life cycle status.
    #[must_use]
    pub fn status(mut self, status: Status) -> Self {
        self.status = status;
        self
    }

    /// Adds a tag of the owner.
    #[must_use]
    pub fn tag(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.tags.insert(key.into(), value.into());
        self
    }

    /// Shares it with an account.
    #[must_use]
    pub fn shared_with(mut self, account: impl Into<String>) -> Self {
        self.shared_with.push(account.into());
        self
    }

    /// Publishes it as a community image.
    #[must_use]
    pub fn community(mut self) -> Self {
        self.community = true;
        self
    }

    /// Sets the time of creation.
    #[must_use]
    pub fn created_at(mut self, time: Timestamp) -> Self {
        self.created_at = time;
        self
    }
}

impl Default for Image {
    fn default() -> Self {
        Self {
            id: String::new(),
            name: String::new(),
            region: REGION.to_owned(),
            owner: Owner::default(),
            family: String::new(),
            version: String::new(),
            description: String::new(),
            status: Status::Available,
            created_at: Timestamp::from_unix(1_704_067_200),
            tags: BTreeMap::new(),
            shared_with: Vec::new(),
            community: false,
            os_type: "linux".to_owned(),
            os_name: "Ubuntu 24.04 64位".to_owned(),
            os_name_en: "Ubuntu 24.04 64 bit".to_owned(),
            platform: "Ubuntu".to_owned(),
            architecture: "x86_64".to_owned(),
            boot_mode: "UEFI-Preferred".to_owned(),
            size_gib: 40,
            disks: Vec::new(),
            resource_group: String::new(),
            product_code: String::new(),
            in_use: false,
            copied: false,
            cloud_init: true,
            io_optimized: true,
            nvme: true,
            imds: "v1".to_owned(),
        }
    }
}

/// A disk behind an image.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Disk {
    /// Device such as `/dev/xvda`.
    pub device: String,
    /// Whether it is the system disk; data disk otherwise.
    #[serde(default)]
    pub system: bool,
    /// Snapshot the disk is made of.
    pub snapshot_id: String,
    /// Size in GiB.
    pub size_gib: u32,
    /// Whether it is encrypted.
    #[serde(default)]
    pub encrypted: bool,
}

/// Who made an image; in JSON `"system"`, `"marketplace"` or an account id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Owner {
    /// A customer.
    Account(u64),
    /// Alibaba Cloud.
    System,
    /// A seller on the Marketplace.
    Marketplace,
}

impl Default for Owner {
    fn default() -> Self {
        Self::try_from(ACCOUNT.to_owned()).expect("the default account id is a number")
    }
}

impl TryFrom<String> for Owner {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        match text.as_str() {
            "system" => Ok(Self::System),
            "marketplace" => Ok(Self::Marketplace),
            account => account.parse().map(Self::Account).map_err(|_| {
                format!("`{account}` is neither an account id nor `system` nor `marketplace`")
            }),
        }
    }
}

impl From<Owner> for String {
    fn from(owner: Owner) -> Self {
        match owner {
            Owner::Account(id) => id.to_string(),
            Owner::System => "system".to_owned(),
            Owner::Marketplace => "marketplace".to_owned(),
        }
    }
}

/// Life cycle of an image, named as the API names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the vendor's words, explained in the DescribeImages page")]
pub enum Status {
    Creating,
    Waiting,
    Available,
    UnAvailable,
    CreateFailed,
    Deprecated,
}
