//! RAM: policies of accounts, the groups their users are in, and what is attached to whom.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::Alicloud;
use crate::policy::alicloud::{Document, Kind};
use crate::timestamp::Timestamp;
use crate::world::access::{Principal, PrincipalKind};
use crate::world::role::RoleArn;
use crate::world::unseen::Unseen;

/// Policies, groups and attachments of all accounts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Ram {
    /// Custom policies.
    pub policies: Vec<Policy>,
    /// What is attached to users, groups and roles, oldest first.
    pub attachments: Vec<PolicyAttachment>,
    /// Groups.
    pub groups: Vec<Group>,
    /// ARNs of users, besides those that access keys stand for.
    pub users: BTreeSet<String>,
    /// How many listings of attachments do not show a change yet.
    pub listing_lag: u32,
    /// Changes of attachments that listings do not show yet.
    #[serde(skip)]
    pub(crate) unseen: Unseen<PolicyAttachment>,
}

/// A custom policy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// Account it belongs to.
    #[serde(default = "default_account")]
    pub account: String,
    /// Name, unique in its account.
    pub name: String,
    /// Description.
    #[serde(default)]
    pub description: String,
    /// Tags.
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
    /// Versions, oldest first; the world needs one default among them.
    pub versions: Vec<PolicyVersion>,
    /// How many versions there ever were: numbers are not used twice.
    #[serde(default)]
    pub versions_made: u32,
    /// Time of creation.
    #[serde(default = "default_time")]
    pub created_at: Timestamp,
    /// Time of the last change.
    #[serde(default = "default_time")]
    pub updated_at: Timestamp,
}

/// A version of a policy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PolicyVersion {
    /// Number, which the API writes as `v1`.
    pub number: u32,
    /// The document, as it was sent.
    pub document: String,
    /// Whether it is the one in force.
    #[serde(default)]
    pub is_default: bool,
    /// Time of creation.
    #[serde(default = "default_time")]
    pub created_at: Timestamp,
}

/// A policy attached to a user, group or role of its account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PolicyAttachment {
    /// Account of the user, group or role.
    #[serde(default = "default_account")]
    pub account: String,
    /// Name of the policy.
    pub policy: String,
    /// Whose policy it is.
    #[serde(default)]
    pub policy_type: PolicyType,
    /// `user/NAME`, `group/NAME` or `role/NAME`.
    pub to: String,
    /// Time of the attachment.
    #[serde(default = "default_time")]
    pub attached_at: Timestamp,
}

/// Whose policy it is, named as the API names it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the vendor's words")]
pub enum PolicyType {
    #[default]
    Custom,
    System,
}

/// A group of users.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Group {
    /// Account it belongs to.
    #[serde(default = "default_account")]
    pub account: String,
    /// Name, unique in its account.
    pub name: String,
    /// Names of the users in it.
    #[serde(default)]
    pub members: BTreeSet<String>,
}

/// Policies of Alibaba Cloud that every account has: name and what they allow on everything.
pub(crate) const SYSTEM_POLICIES: [(&str, &str); 3] = [
    ("AdministratorAccess", "*"),
    ("AliyunECSFullAccess", "ecs:*"),
    ("AliyunRAMFullAccess", "ram:*"),
];

fn default_account() -> String {
    super::ACCOUNT.to_owned()
}

fn default_time() -> Timestamp {
    Timestamp::from_unix(1_704_067_200)
}

impl Policy {
    /// Makes a policy of the default account with one version.
    #[must_use]
    pub fn new(name: impl Into<String>, document: impl Into<String>) -> Self {
        let mut policy = Self {
            account: default_account(),
            name: name.into(),
            description: String::new(),
            tags: BTreeMap::new(),
            versions: Vec::new(),
            versions_made: 0,
            created_at: default_time(),
            updated_at: default_time(),
        };
        policy.add_version(document.into(), true, default_time());
        policy
    }

    /// Adds a version and returns its number.
    pub fn add_version(&mut self, document: String, is_default: bool, now: Timestamp) -> u32 {
        let highest = self.versions.iter().map(|version| version.number).max().unwrap_or_default();
        let number = highest.max(self.versions_made) + 1;
        self.versions_made = number;
        self.versions.push(PolicyVersion { number, document, is_default: false, created_at: now });
        self.updated_at = now;
        if is_default {
            self.set_default(number);
        }
        number
    }

    /// Puts a version in force.
    pub fn set_default(&mut self, number: u32) {
        for version in &mut self.versions {
            version.is_default = version.number == number;
        }
    }

    /// Returns the version in force.
    ///
    /// Panics: when there is none, which is a contradiction of the world.
    #[must_use]
    pub fn default_version(&self) -> &PolicyVersion {
        let found = self.versions.iter().find(|version| version.is_default);
        found.expect("a world without contradictions")
    }
}

impl PolicyAttachment {
    /// Attaches a custom policy of the default account.
    #[must_use]
    pub fn new(policy: impl Into<String>, to: impl Into<String>) -> Self {
        Self {
            account: default_account(),
            policy: policy.into(),
            policy_type: PolicyType::Custom,
            to: to.into(),
            attached_at: default_time(),
        }
    }
}

impl Group {
    /// Makes a group of the default account.
    #[must_use]
    pub fn new<const N: usize>(name: impl Into<String>, members: [&str; N]) -> Self {
        let members = members.into_iter().map(str::to_owned).collect();
        Self { account: default_account(), name: name.into(), members }
    }
}

impl Ram {
    /// Finds a custom policy by its name.
    ///
    /// Panics: when the account has none of that name.
    pub fn policy(&mut self, account: &str, name: &str) -> &mut Policy {
        let is_it = |policy: &&mut Policy| policy.account == account && policy.name == name;
        let found = self.policies.iter_mut().find(is_it);
        found.unwrap_or_else(|| panic!("{account} has no policy `{name}`"))
    }

    /// Attaches a policy, which some listings to come do not show.
    pub fn attach(&mut self, attachment: PolicyAttachment) {
        self.unseen.note(attachment.clone(), true, self.listing_lag);
        self.attachments.push(attachment);
    }

    /// Detaches a custom policy from `user/NAME`, `group/NAME` or `role/NAME`, which some listings to
    /// come still show.
    pub fn detach(&mut self, account: &str, policy: &str, from: &str) {
        self.detach_type(account, policy, PolicyType::Custom, from);
    }

    /// Detaches a policy of either type, and tells whether it was attached.
    pub(crate) fn detach_type(
        &mut self,
        account: &str,
        policy: &str,
        policy_type: PolicyType,
        from: &str,
    ) -> bool {
        let is_it = |attachment: &mut PolicyAttachment| {
            attachment.account == account
                && attachment.policy == policy
                && attachment.policy_type == policy_type
                && attachment.to == from
        };
        let gone: Vec<PolicyAttachment> = self.attachments.extract_if(.., is_it).collect();
        let was_attached = !gone.is_empty();
        for attachment in gone {
            self.unseen.note(attachment, false, self.listing_lag);
        }
        was_attached
    }

    /// Deletes a custom policy with its versions, wherever it is attached.
    pub fn delete(&mut self, account: &str, policy: &str) {
        self.policies.retain(|known| known.account != account || known.name != policy);
        self.attachments.retain(|attachment| {
            attachment.account != account
                || attachment.policy != policy
                || attachment.policy_type != PolicyType::Custom
        });
    }

    /// Lists the attachments that a listing shows, and counts it for the changes it is about; a
    /// policy that is deleted is in no listing.
    pub(crate) fn listed(
        &mut self,
        is_about: impl Fn(&PolicyAttachment) -> bool,
    ) -> Vec<PolicyAttachment> {
        let mut shown = self.unseen.read(&self.attachments, is_about);
        shown.retain(|attachment| self.knows(attachment));
        shown
    }

    /// Tells whether the policy of an attachment exists.
    pub(super) fn knows(&self, attachment: &PolicyAttachment) -> bool {
        let PolicyAttachment { account, policy, policy_type, .. } = attachment;
        match policy_type {
            PolicyType::System => SYSTEM_POLICIES.iter().any(|(name, _)| name == policy),
            PolicyType::Custom => {
                self.policies.iter().any(|known| known.account == *account && known.name == *policy)
            }
        }
    }

    /// Returns the policies in force for a principal: its own, and for a user those of its groups.
    pub(crate) fn documents_for(&self, principal: &Principal) -> Vec<Document> {
        let account = principal.account();
        let targets: Vec<String> = match principal.kind() {
            PrincipalKind::Root => return Vec::new(),
            PrincipalKind::AssumedRole { role, .. } => vec![format!("role/{role}")],
            PrincipalKind::User { name } => {
                let is_in =
                    |group: &&Group| group.account == account && group.members.contains(name);
                let groups = self.groups.iter().filter(is_in);
                let groups = groups.map(|group| format!("group/{}", group.name));
                groups.chain([format!("user/{name}")]).collect()
            }
        };
        let applies = |attachment: &&PolicyAttachment| {
            attachment.account == account && targets.contains(&attachment.to)
        };
        let attachments = self.attachments.iter().filter(applies);
        attachments.filter_map(|attachment| self.document(attachment)).collect()
    }

    fn document(&self, attachment: &PolicyAttachment) -> Option<Document> {
        match attachment.policy_type {
            PolicyType::System => {
                let known = |(name, _): &(&str, &str)| *name == attachment.policy;
                let (_, actions) = SYSTEM_POLICIES.into_iter().find(known)?;
                Some(Document::allowing([actions.to_owned()]))
            }
            PolicyType::Custom => {
                let is_it = |policy: &&Policy| {
                    policy.account == attachment.account && policy.name == attachment.policy
                };
                let policy = self.policies.iter().find(is_it)?;
                Document::parse(&policy.default_version().document, Kind::Ram).ok()
            }
        }
    }
}

impl Alicloud {
    /// Tells whether an account has the user, group or role `user/NAME`, `group/NAME`, `role/NAME`.
    pub(crate) fn has_identity(&self, account: &str, identity: &str) -> bool {
        let arn = format!("acs:ram::{account}:{identity}");
        match identity.split_once('/') {
            Some(("user", _)) => {
                self.ram.users.contains(&arn)
                    || self.access_keys.iter().any(|key| key.principal.arn() == arn)
            }
            Some(("group", name)) => {
                let is_it = |group: &Group| group.account == account && group.name == name;
                self.ram.groups.iter().any(is_it)
            }
            Some(("role", _)) => self.roles.iter().any(|role| role.arn == arn),
            _ => false,
        }
    }

    /// Returns the ARN of an account's role by name.
    pub(crate) fn role_arn(&self, account: &str, name: &str) -> Option<&str> {
        let is_it = |arn: &RoleArn<'_>| arn.account == account && arn.name == name;
        let mut arns = self.roles.iter().map(|role| role.arn.as_str());
        arns.find(|arn| RoleArn::parse(arn).as_ref().is_some_and(is_it))
    }
}
