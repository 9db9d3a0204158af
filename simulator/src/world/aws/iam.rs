//! IAM: managed policies, the groups that users are in, and what is attached to whom.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{ACCOUNT, Aws};
use crate::policy::aws::{Document, Kind};
use crate::timestamp::Timestamp;
use crate::world::access::{Principal, PrincipalKind};
use crate::world::unseen::Unseen;

/// Policies, groups, users and attachments of all accounts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Iam {
    /// Customer managed policies.
    pub policies: Vec<Policy>,
    /// What is attached to users, groups and roles, oldest first.
    pub attachments: Vec<PolicyAttachment>,
    /// Groups.
    pub groups: Vec<Group>,
    /// ARNs of users, besides those that access keys stand for.
    pub users: BTreeSet<String>,
    /// How many readings do not know a new policy yet.
    pub creation_lag: u32,
    /// How many listings of attachments do not show a change yet.
    pub listing_lag: u32,
    /// New policies, by ARN, that readings do not show yet.
    #[serde(skip)]
    pub(crate) unseen_policies: Unseen<String>,
    /// Changes of attachments that listings do not show yet.
    #[serde(skip)]
    pub(crate) unseen_attachments: Unseen<PolicyAttachment>,
}

/// A managed policy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// `arn:<partition>:iam::<account>:policy/<path and name>`.
    pub arn: String,
    /// Description, which cannot be changed.
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

/// A policy attached to a user, group or role.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PolicyAttachment {
    /// Account of the user, group or role.
    #[serde(default = "default_account")]
    pub account: String,
    /// ARN of the policy, which can be AWS's own.
    pub policy: String,
    /// `user/NAME`, `group/NAME` or `role/NAME`, without the path.
    pub to: String,
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

/// Policies of AWS that every account has: name and document.
pub(crate) const AWS_POLICIES: [(&str, &str); 3] = [
    (
        "AdministratorAccess",
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#,
    ),
    (
        "AmazonEC2FullAccess",
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"ec2:*","Resource":"*"}]}"#,
    ),
    (
        "IAMFullAccess",
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iam:*","Resource":"*"}]}"#,
    ),
];

fn default_account() -> String {
    ACCOUNT.to_owned()
}

fn default_time() -> Timestamp {
    Timestamp::from_unix(1_704_067_200)
}

impl Policy {
    /// Makes a policy of the default account with one version; `name` may begin with a path, as in
    /// `images/guard`.
    #[must_use]
    pub fn new(name: impl AsRef<str>, document: impl Into<String>) -> Self {
        let arn = format!("arn:aws:iam::{ACCOUNT}:policy/{}", name.as_ref());
        Self::with_arn(arn, document.into(), default_time())
    }

    /// Makes a policy with one version.
    pub(crate) fn with_arn(arn: String, document: String, now: Timestamp) -> Self {
        let mut policy = Self {
            arn,
            description: String::new(),
            tags: BTreeMap::new(),
            versions: Vec::new(),
            versions_made: 0,
            created_at: now,
            updated_at: now,
        };
        policy.add_version(document, true, now);
        policy
    }

    /// Returns the name, without the path.
    #[must_use]
    pub fn name(&self) -> &str {
        self.arn.rsplit('/').next().unwrap_or_default()
    }

    /// Returns the path, which is `/` or begins and ends with one.
    #[must_use]
    pub fn path(&self) -> &str {
        let path_and_name = self.arn.split_once(":policy").map_or("", |(_, resource)| resource);
        path_and_name.strip_suffix(self.name()).unwrap_or_default()
    }

    /// Returns the account it belongs to; `aws` for one of AWS's own.
    #[must_use]
    pub fn account(&self) -> &str {
        self.arn.split(':').nth(4).unwrap_or_default()
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
    /// Attaches a customer managed policy without path to `user/NAME`, `group/NAME` or `role/NAME`, all
    /// of the default account.
    #[must_use]
    pub fn new(policy: impl AsRef<str>, to: impl Into<String>) -> Self {
        let policy = format!("arn:aws:iam::{ACCOUNT}:policy/{}", policy.as_ref());
        Self { account: default_account(), policy, to: to.into() }
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

impl Iam {
    /// Returns the documents in force for a principal: of its own policies, and for a user of those of
    /// its groups, by their default versions. Root users have none.
    pub(crate) fn identity_policies(&self, principal: &Principal) -> Vec<&str> {
        let account = principal.account();
        let identities: Vec<String> = match principal.kind() {
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
            attachment.account == account && identities.contains(&attachment.to)
        };
        let attached = self.attachments.iter().filter(applies);
        attached.filter_map(|attachment| self.document(&attachment.policy)).collect()
    }

    /// Returns the document in force of a policy, which can be AWS's own.
    fn document(&self, arn: &str) -> Option<&str> {
        if let Some(document) = aws_document(arn) {
            return Some(document);
        }
        let policy = self.policies.iter().find(|policy| policy.arn == arn)?;
        Some(&policy.default_version().document)
    }
}

/// Returns the document of a policy of AWS's own.
pub(crate) fn aws_document(arn: &str) -> Option<&'static str> {
    let (_, name) = arn.split_once(":iam::aws:policy/")?;
    let found = AWS_POLICIES.into_iter().find(|(known, _)| *known == name);
    found.map(|(_, document)| document)
}

impl Aws {
    /// Returns the ARN of the user, group or role `user/NAME`, `group/NAME`, `role/NAME` of an account.
    pub(crate) fn identity_arn(&self, account: &str, identity: &str) -> Option<String> {
        let (kind, name) = identity.split_once('/')?;
        let is_it = |arn: &&str| {
            let mut parts = arn.splitn(6, ':').skip(4);
            let path_and_name = |resource: &str| resource.strip_prefix(kind).map(str::to_owned);
            parts.next() == Some(account)
                && parts.next().and_then(path_and_name).is_some_and(|path_and_name| {
                    path_and_name.starts_with('/') && path_and_name.rsplit('/').next() == Some(name)
                })
        };
        let found = match kind {
            "user" => {
                let keys = self.access_keys.iter().map(|key| key.principal.arn());
                let mut users = self.iam.users.iter().map(String::as_str).chain(keys);
                users.find(is_it)
            }
            "role" => self.roles.iter().map(|role| role.arn.as_str()).find(is_it),
            "group" => {
                let is_it = |group: &&Group| group.account == account && group.name == name;
                let group = self.iam.groups.iter().find(is_it)?;
                return Some(format!(
                    "arn:{}:iam::{account}:group/{}",
                    self.partition(),
                    group.name
                ));
            }
            _ => None,
        };
        found.map(str::to_owned)
    }

    /// Returns the partition of the world, which is that of its first access key.
    pub(crate) fn partition(&self) -> &str {
        let arn = self.access_keys.first().map(|key| key.principal.arn());
        arn.and_then(|arn| arn.split(':').nth(1)).unwrap_or("aws")
    }

    /// Lists what cannot be true about policies of IAM.
    pub(crate) fn check_iam(&self, found: &mut Vec<String>) {
        for policy in &self.iam.policies {
            let arn = &policy.arn;
            for version in &policy.versions {
                if let Err(reason) = Document::parse(&version.document, Kind::Identity) {
                    found.push(format!("aws: version {} of `{arn}`: {reason}", version.number));
                }
            }
            if policy.versions.iter().filter(|version| version.is_default).count() != 1 {
                found.push(format!("aws: the policy `{arn}` needs one default version"));
            }
            if policy.path().is_empty() || !self.has_account(policy.account()) {
                found.push(format!("aws: `{arn}` is not the ARN of a policy of a listed account"));
            }
        }
        for PolicyAttachment { account, policy, to } in &self.iam.attachments {
            let is_known = aws_document(policy).is_some()
                || self.iam.policies.iter().any(|known| known.arn == *policy);
            if !is_known {
                found.push(format!("aws: the unknown policy `{policy}` is attached to `{to}`"));
            }
            if self.identity_arn(account, to).is_none() {
                found.push(format!("aws: `{policy}` is attached to the unknown `{to}`"));
            }
        }
    }

    /// Lists sessions whose policies are none.
    pub(crate) fn check_sessions(&self, found: &mut Vec<String>) {
        for key in &self.access_keys {
            let document = key.session.as_ref().and_then(|session| session.document.as_deref());
            if let Some(Err(reason)) = document.map(|text| Document::parse(text, Kind::Identity)) {
                found.push(format!("aws: the session policy of `{}` is none: {reason}", key.id));
            }
        }
    }

    /// Tells whether an account exists.
    pub(crate) fn has_account(&self, id: &str) -> bool {
        self.accounts.iter().any(|account| account.id == id)
    }
}
