//! The state of the simulated Alibaba Cloud.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::access::{AccessKey, Account};
use super::catalog::Catalog;
use super::instance::{Agent, Instance};
use super::role::{IdentityProvider, IdentityToken, Role};
use super::tag_lag::{Lag, TagWrites};
use crate::timestamp::Timestamp;

/// The account of the default world.
pub const ACCOUNT: &str = "1000000000000001";
/// The access key id of that account's root user.
pub const ACCESS_KEY_ID: &str = "LTAI5tSimulatedRoot01";
/// The secret of [`ACCESS_KEY_ID`].
pub const ACCESS_KEY_SECRET: &str = "simulated-alicloud-secret";
/// The first region of the default world; images are there unless they say otherwise.
pub const REGION: &str = "cn-hangzhou";

/// Everything Alibaba Cloud knows.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Alicloud {
    /// Accounts that own access keys.
    pub accounts: Vec<Account>,
    /// Access keys of all accounts.
    pub access_keys: Vec<AccessKey>,
    /// Roles of all accounts.
    pub roles: Vec<Role>,
    /// OpenID Connect providers of all accounts.
    pub identity_providers: Vec<IdentityProvider>,
    /// Tokens those providers have signed.
    pub identity_tokens: Vec<IdentityToken>,
    /// Seconds every new session lasts, whatever was asked for; zero hands out credentials that are
    /// over already. `None` grants what was asked for.
    pub session_lifetime: Option<i64>,
    /// The machine whose metadata service answers; `None` is no machine of this cloud.
    pub instance: Option<Instance>,
    /// The agent that hands out credentials beside the program, if there is one.
    pub agent: Option<Agent>,
    /// Regions, in the order `DescribeRegions` lists them.
    pub regions: Vec<Region>,
    /// Images of all owners in all regions.
    pub images: Catalog<Image>,
    /// Whether an account that an image is shared with sees the owner's tags. Undocumented,
    /// therefore a switch.
    pub owner_tags_cross_accounts: bool,
    /// Which JSON types the answers use where model and samples of the vendor disagree.
    pub scalars: Scalars,
    /// Most rows in a page of `ListTagResources`, which no request can choose.
    pub tag_rows_per_page: usize,
    /// How far answers lag behind tag writes, by action, such as `DescribeImages`; not at all for
    /// actions that are not listed.
    pub tag_lag: BTreeMap<String, Lag>,
    #[serde(skip)]
    pub(crate) tag_writes: TagWrites,
}

impl Default for Alicloud {
    fn default() -> Self {
        let root = format!("acs:ram::{ACCOUNT}:root");
        Self {
            accounts: vec![Account::new(ACCOUNT, "simulated")],
            access_keys: vec![AccessKey::new(ACCESS_KEY_ID, ACCESS_KEY_SECRET, &root)],
            roles: Vec::new(),
            identity_providers: Vec::new(),
            identity_tokens: Vec::new(),
            session_lifetime: None,
            instance: None,
            agent: None,
            regions: [
                ("cn-hangzhou", "华东1（杭州）"),
                ("cn-shanghai", "华东2（上海）"),
                ("eu-central-1", "德国（法兰克福）"),
            ]
            .map(|(id, local_name)| Region::new(id, local_name))
            .into(),
            images: Catalog::default(),
            owner_tags_cross_accounts: false,
            scalars: Scalars::default(),
            tag_rows_per_page: 50,
            tag_lag: BTreeMap::new(),
            tag_writes: TagWrites::default(),
        }
    }
}

/// Which JSON types to use for `ImageVersion`, `IsSelfShared`, and a disk's `Size` and `Encrypted`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scalars {
    /// Strings for all of them, as the SDK models mostly declare.
    #[default]
    Modelled,
    /// Numbers and booleans, as the samples in the documentation show.
    Sampled,
}

/// A region.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Region {
    /// Id such as `cn-hangzhou`.
    pub id: String,
    /// Name for people.
    #[serde(default)]
    pub local_name: String,
    /// Whether all resources there are sold out, which `DescribeRegions` reports as its status.
    #[serde(default)]
    pub sold_out: bool,
}

impl Region {
    /// Makes a region with resources to sell.
    #[must_use]
    pub fn new(id: impl Into<String>, local_name: impl Into<String>) -> Self {
        Self { id: id.into(), local_name: local_name.into(), sold_out: false }
    }
}

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
