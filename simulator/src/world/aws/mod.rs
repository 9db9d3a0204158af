//! The state of the simulated AWS.

mod attached;
mod iam;
mod image;
mod machine;
mod organizations;

pub(crate) use iam::{AWS_POLICIES, aws_document};
pub use iam::{Group, Iam, Policy, PolicyAttachment, PolicyVersion};
pub use image::{BlockDevice, Image, ProductCode, Scan, State, StateReason, Watermark};
pub use machine::{Machine, Snapshot};
pub(crate) use organizations::{FULL_ACCESS, FULL_ACCESS_DOCUMENT, TargetType};
pub use organizations::{
    MemberAccount, Organization, OrganizationalUnit, PolicyTypeStatus, ServiceControlPolicy,
    ServiceControlPolicyAttachment,
};

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::access::{AccessKey, Account};
use super::catalog::Catalog;
use super::instance::{Agent, Instance};
use super::role::{IdentityProvider, IdentityToken, Role};
use super::session::SessionPolicy;
use super::tag_lag::{Lag, TagWrites};

/// The account of the default world.
pub const ACCOUNT: &str = "111122223333";
/// The access key id of that account's root user.
pub const ACCESS_KEY_ID: &str = "AKIASIMULATEDROOT001";
/// The secret of [`ACCESS_KEY_ID`].
pub const ACCESS_KEY_SECRET: &str = "simulated-aws-secret";
/// The first region of the default world; images are there unless they say otherwise.
pub const REGION: &str = "us-east-1";

/// Everything AWS knows.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Aws {
    /// Accounts that own access keys.
    pub accounts: Vec<Account>,
    /// Access keys of all accounts.
    pub access_keys: Vec<AccessKey>,
    /// Roles of all accounts.
    pub roles: Vec<Role>,
    /// Policies of IAM, users, groups and attachments.
    pub iam: Iam,
    /// The organisation of accounts, if there is one.
    pub organization: Option<Organization>,
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
    /// Managed policies that sessions can be limited to, by ARN.
    pub managed_policies: BTreeMap<String, SessionPolicy>,
    /// Regions, in the order `DescribeRegions` lists them.
    pub regions: Vec<Region>,
    /// Images of all owners in all regions.
    pub images: Catalog<Image>,
    /// Machines of all accounts.
    pub machines: Vec<Machine>,
    /// Snapshots of all owners.
    pub snapshots: Vec<Snapshot>,
    /// Machines that launches with a client token have made, by account and token.
    #[serde(skip)]
    pub(crate) launched: BTreeMap<String, Vec<String>>,
    /// How listings are cut into pages.
    pub pages: Pages,
    /// The Allowed AMIs setting, where it is not disabled.
    pub allowed_images: Vec<AllowedImages>,
    /// How far answers lag behind tag writes, by action, such as `DescribeImages`; not at all for
    /// actions that are not listed.
    pub tag_lag: BTreeMap<String, Lag>,
    #[serde(skip)]
    pub(crate) tag_writes: TagWrites,
}

impl Default for Aws {
    fn default() -> Self {
        let root = format!("arn:aws:iam::{ACCOUNT}:root");
        Self {
            accounts: vec![Account::new(ACCOUNT, "simulated")],
            access_keys: vec![AccessKey::new(ACCESS_KEY_ID, ACCESS_KEY_SECRET, &root)],
            roles: Vec::new(),
            iam: Iam::default(),
            organization: None,
            identity_providers: Vec::new(),
            identity_tokens: Vec::new(),
            session_lifetime: None,
            instance: None,
            agent: None,
            managed_policies: BTreeMap::new(),
            regions: ["us-east-1", "us-west-2", "eu-central-1"].map(Region::new).into(),
            images: Catalog::default(),
            machines: Vec::new(),
            snapshots: Vec::new(),
            launched: BTreeMap::new(),
            pages: Pages::default(),
            allowed_images: Vec::new(),
            tag_lag: BTreeMap::new(),
            tag_writes: TagWrites::default(),
        }
    }
}

/// How a result is cut into pages; all three are what AWS permits itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pages {
    /// Every page but the last holds as many items as asked for.
    #[default]
    Full,
    /// Pages hold half as many items as asked for.
    Short,
    /// Full pages, and before each of them and after the last an empty one.
    EmptyBetween,
}

/// The Allowed AMIs setting of one account in one region.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AllowedImages {
    /// Account that made the setting.
    pub account: String,
    /// Region it holds in.
    pub region: String,
    /// What it does.
    pub state: AllowedImagesState,
}

/// What an Allowed AMIs setting does with images that are not allowed. An absent setting means
/// `disabled`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AllowedImagesState {
    /// Hides them.
    Enabled,
    /// Marks them.
    AuditMode,
}

/// A region.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Region {
    /// Name such as `us-east-1`.
    pub name: String,
    /// Whether accounts can use it.
    #[serde(default)]
    pub opt_in: OptIn,
}

impl Region {
    /// Makes a region that needs no opt-in.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), opt_in: OptIn::OptInNotRequired }
    }
}

/// Whether accounts can use a region; the simulator has one answer for all accounts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OptIn {
    /// Enabled for everyone.
    #[default]
    OptInNotRequired,
    /// Enabled on request.
    OptedIn,
    /// Not enabled: requests signed for the region are refused.
    NotOptedIn,
}
