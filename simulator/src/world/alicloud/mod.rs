//! The state of the simulated Alibaba Cloud.

mod attached;
mod contradictions;
mod image;
mod machine;
mod ram;
mod resource_directory;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::access::{AccessKey, Account};
use super::catalog::Catalog;
use super::instance::{Agent, Instance};
use super::role::{IdentityProvider, IdentityToken, Role};
use super::tag_lag::{Lag, TagWrites};

pub use crate::policy::alicloud::{ImageTags, LaunchResources, OpenQuestions};
pub(crate) use contradictions::{MAX_ATTACHED, MAX_LEVELS, MAX_VERSIONS};
pub use image::{Disk, Image, Owner, Status};
pub use machine::{Machine, ResourceShare};
pub(crate) use ram::SYSTEM_POLICIES;
pub use ram::{Group, Policy, PolicyAttachment, PolicyType, PolicyVersion, Ram};
pub use resource_directory::{
    ControlPolicy, ControlPolicyAttachment, FeatureStatus, Folder, Member, ResourceDirectory,
};
pub(crate) use resource_directory::{FULL_ACCESS, FULL_ACCESS_DOCUMENT, TargetType};

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
    /// Policies of RAM, groups and attachments.
    pub ram: Ram,
    /// The organisation of accounts, if there is one.
    pub resource_directory: Option<ResourceDirectory>,
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
    /// Machines of all accounts.
    pub machines: Vec<Machine>,
    /// Shares of resources of all accounts.
    pub resource_shares: Vec<ResourceShare>,
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
    /// How the cloud answers what nobody has written down about policies.
    pub open_questions: OpenQuestions,
    #[serde(skip)]
    pub(crate) tag_writes: TagWrites,
    /// What calls with a client token made, by account, action and token.
    #[serde(skip)]
    pub(crate) made: BTreeMap<String, Vec<String>>,
}

impl Default for Alicloud {
    fn default() -> Self {
        let root = format!("acs:ram::{ACCOUNT}:root");
        Self {
            accounts: vec![Account::new(ACCOUNT, "simulated")],
            access_keys: vec![AccessKey::new(ACCESS_KEY_ID, ACCESS_KEY_SECRET, &root)],
            roles: Vec::new(),
            ram: Ram::default(),
            resource_directory: None,
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
            machines: Vec::new(),
            resource_shares: Vec::new(),
            owner_tags_cross_accounts: false,
            scalars: Scalars::default(),
            tag_rows_per_page: 50,
            tag_lag: BTreeMap::new(),
            open_questions: OpenQuestions::default(),
            tag_writes: TagWrites::default(),
            made: BTreeMap::new(),
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
