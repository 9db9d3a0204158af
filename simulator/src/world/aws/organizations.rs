//! Organizations: roots, units, member accounts, and the service control policies that bind them.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{ACCOUNT, Aws};
use crate::policy::aws::{Document, Kind};
use crate::timestamp::Timestamp;
use crate::world::unseen::Unseen;

/// The id of AWS's own policy that allows everything.
pub(crate) const FULL_ACCESS: &str = "p-FullAWSAccess";

/// What [`FULL_ACCESS`] says.
pub(crate) const FULL_ACCESS_DOCUMENT: &str = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Allow",
      "Action": "*",
      "Resource": "*"
    }
  ]
}"#;

/// An organisation of accounts, with all features.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Organization {
    /// Id such as `o-simulated1`.
    pub id: String,
    /// Account that manages the others; service control policies do not bind it.
    pub management_account: String,
    /// Member accounts that may manage policies, too.
    pub delegated_administrators: BTreeSet<String>,
    /// Id of the root, such as `r-smlt`.
    pub root: String,
    /// Organizational units.
    pub units: Vec<OrganizationalUnit>,
    /// Accounts besides the management account, which is in the root.
    pub members: Vec<MemberAccount>,
    /// Whether service control policies are in force.
    pub service_control_policy_status: PolicyTypeStatus,
    /// Customer managed service control policies.
    pub policies: Vec<ServiceControlPolicy>,
    /// Where they are attached, oldest first.
    pub attachments: Vec<ServiceControlPolicyAttachment>,
    /// Roots, units and accounts that `FullAWSAccess` was detached from; new ones have it.
    pub without_full_access: BTreeSet<String>,
    /// How many questions about the status are answered with a pending one after a change.
    pub pending_polls: u32,
    /// How many listings of attachments do not show a change yet.
    pub listing_lag: u32,
    /// How long a write takes, in milliseconds; another one meanwhile is refused.
    pub write_ms: u64,
    /// Questions that still find the status pending.
    #[serde(skip)]
    pub(crate) polls_left: u32,
    /// Changes of attachments that listings do not show yet.
    #[serde(skip)]
    pub(crate) unseen: Unseen<ServiceControlPolicyAttachment>,
    /// The write under way, or the last one.
    #[serde(skip)]
    pub(crate) busy: Option<Busy>,
}

/// A write, and until when it keeps others away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Busy {
    pub request_id: String,
    pub until: Timestamp,
}

/// Whether a policy type is in force, named as the API names it; the API does not list disabled
/// ones.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[expect(missing_docs, reason = "the vendor's words")]
pub enum PolicyTypeStatus {
    #[default]
    Disabled,
    PendingEnable,
    Enabled,
    PendingDisable,
}

/// An organizational unit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OrganizationalUnit {
    /// Id such as `ou-smlt-team0001`.
    pub id: String,
    /// Name, unique in its parent.
    #[serde(default)]
    pub name: String,
    /// Unit it is in; empty for the root.
    #[serde(default)]
    pub parent: String,
}

/// A member account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MemberAccount {
    /// Id of the account.
    pub account: String,
    /// Unit it is in; empty for the root.
    #[serde(default)]
    pub parent: String,
    /// When it joined.
    #[serde(default = "default_time")]
    pub joined_at: Timestamp,
}

/// A customer managed service control policy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServiceControlPolicy {
    /// Id such as `p-guard001`.
    pub id: String,
    /// Name.
    pub name: String,
    /// Description.
    #[serde(default)]
    pub description: String,
    /// The document, as it was sent.
    pub document: String,
    /// Tags.
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
}

/// A customer managed policy attached to a root, unit or account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServiceControlPolicyAttachment {
    /// Id of the policy.
    pub policy: String,
    /// Id of the root, unit or account.
    pub target: String,
}

/// What a policy can be attached to, named as the API names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum TargetType {
    Root,
    OrganizationalUnit,
    Account,
}

fn default_time() -> Timestamp {
    Timestamp::from_unix(1_704_067_200)
}

impl Default for Organization {
    fn default() -> Self {
        Self {
            id: "o-simulated1".to_owned(),
            management_account: ACCOUNT.to_owned(),
            delegated_administrators: BTreeSet::new(),
            root: "r-smlt".to_owned(),
            units: Vec::new(),
            members: Vec::new(),
            service_control_policy_status: PolicyTypeStatus::default(),
            policies: Vec::new(),
            attachments: Vec::new(),
            without_full_access: BTreeSet::new(),
            pending_polls: 1,
            listing_lag: 0,
            write_ms: 0,
            polls_left: 0,
            unseen: Unseen::default(),
            busy: None,
        }
    }
}

impl Organization {
    /// Makes an organisation of the default account with service control policies in force.
    #[must_use]
    pub fn enabled() -> Self {
        Self { service_control_policy_status: PolicyTypeStatus::Enabled, ..Self::default() }
    }

    /// Adds a unit below another, or below the root when `parent` is empty.
    #[must_use]
    pub fn unit(mut self, id: impl Into<String>, parent: impl Into<String>) -> Self {
        let id = id.into();
        let (name, parent) = (id.clone(), parent.into());
        self.units.push(OrganizationalUnit { id, name, parent });
        self
    }

    /// Adds a member account to a unit, or to the root when `parent` is empty.
    #[must_use]
    pub fn member(mut self, account: impl Into<String>, parent: impl Into<String>) -> Self {
        let (account, parent) = (account.into(), parent.into());
        self.members.push(MemberAccount { account, parent, joined_at: default_time() });
        self
    }

    /// Adds a service control policy named like its id, and attaches it.
    #[must_use]
    pub fn guarded(
        mut self,
        id: impl Into<String>,
        document: impl Into<String>,
        target: impl Into<String>,
    ) -> Self {
        let (id, target) = (id.into(), target.into());
        self.policies.push(ServiceControlPolicy {
            name: id.clone(),
            id: id.clone(),
            description: String::new(),
            document: document.into(),
            tags: BTreeMap::new(),
        });
        self.attachments.push(ServiceControlPolicyAttachment { policy: id, target });
        self
    }

    /// Tells whether an account is the management account or a member.
    pub(crate) fn includes(&self, account: &str) -> bool {
        account == self.management_account
            || self.members.iter().any(|member| member.account == account)
    }

    /// Tells what a policy attached to this id would be attached to.
    pub(crate) fn target_type(&self, id: &str) -> Option<TargetType> {
        if id == self.root {
            Some(TargetType::Root)
        } else if self.units.iter().any(|unit| unit.id == id) {
            Some(TargetType::OrganizationalUnit)
        } else {
            self.includes(id).then_some(TargetType::Account)
        }
    }

    /// Returns the root or unit that a unit or account is in; `None` for the root and strangers.
    pub(crate) fn parent(&self, id: &str) -> Option<&str> {
        if id == self.management_account {
            return Some(&self.root);
        }
        let unit = self.units.iter().find(|unit| unit.id == id);
        let member = self.members.iter().find(|member| member.account == id);
        let parent = unit.map(|unit| &unit.parent).or(member.map(|member| &member.parent))?;
        Some(if parent.is_empty() { &self.root } else { parent })
    }

    /// Lists the root and the units above a unit or account, from the root down.
    pub(crate) fn ancestors(&self, id: &str) -> Vec<&str> {
        let mut above = Vec::new();
        let mut at = id;
        // A circle in a world file must not hang the simulator.
        while let Some(parent) = self.parent(at).filter(|_| above.len() <= self.units.len()) {
            above.push(parent);
            at = parent;
        }
        above.reverse();
        above
    }

    fn documents(&self, node: &str) -> Vec<&str> {
        let full = (!self.without_full_access.contains(node)).then_some(FULL_ACCESS_DOCUMENT);
        let attached = self.attachments.iter().filter(|attachment| attachment.target == node);
        let own = attached.filter_map(|attachment| {
            let policy = self.policies.iter().find(|policy| policy.id == attachment.policy)?;
            Some(policy.document.as_str())
        });
        own.chain(full).collect()
    }

    /// Lists what cannot be true.
    pub(crate) fn check(&self, cloud: &Aws, found: &mut Vec<String>) {
        let has_parent = |id: &String| {
            id.is_empty() || *id == self.root || self.units.iter().any(|unit| unit.id == *id)
        };
        let parents = self.units.iter().map(|unit| &unit.parent);
        for parent in parents.chain(self.members.iter().map(|member| &member.parent)) {
            if !has_parent(parent) {
                found.push(format!("aws: the organisation has no unit `{parent}`"));
            }
        }
        let members = self.members.iter().map(|member| &member.account);
        for account in members.chain([&self.management_account]) {
            if !cloud.has_account(account) {
                found.push(format!("aws: the organisation's account `{account}` is not listed"));
            }
        }
        for policy in &self.policies {
            if let Err(reason) = Document::parse(&policy.document, Kind::ServiceControl) {
                found.push(format!("aws: the policy `{}`: {reason}", policy.id));
            }
        }
        self.check_ids(found);
        for ServiceControlPolicyAttachment { policy, target } in &self.attachments {
            if !self.policies.iter().any(|known| known.id == *policy) {
                found.push(format!("aws: the unknown policy `{policy}` is attached"));
            }
            if self.target_type(target).is_none() {
                found.push(format!("aws: `{policy}` is attached to the unknown `{target}`"));
            }
        }
    }
}

/// Tells whether an id is a prefix and then parts, joined by hyphens, of at least so many small letters
/// and digits.
fn has_form(id: &str, prefix: &str, lengths: &[usize]) -> bool {
    let is_fine = |(part, shortest): (&str, &usize)| {
        let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
        (*shortest..=32).contains(&part.len()) && part.bytes().all(fits)
    };
    let parts: Vec<&str> =
        id.strip_prefix(prefix).map_or(Vec::new(), |rest| rest.split('-').collect());
    parts.len() == lengths.len() && parts.into_iter().zip(lengths).all(is_fine)
}

impl Organization {
    /// Lists ids that no client could use, as requests with them are refused.
    fn check_ids(&self, found: &mut Vec<String>) {
        let mut check = |id: &str, is_fine: bool, form: &str| {
            if !is_fine {
                found.push(format!("aws: the id `{id}` is not like `{form}`"));
            }
        };
        check(&self.id, has_form(&self.id, "o-", &[10]), "o-simulated1");
        check(&self.root, has_form(&self.root, "r-", &[4]), "r-smlt");
        for OrganizationalUnit { id, .. } in &self.units {
            check(id, has_form(id, "ou-", &[4, 8]), "ou-smlt-team0001");
        }
        for ServiceControlPolicy { id, .. } in &self.policies {
            check(id, has_form(id, "p-", &[8]), "p-guard001");
        }
    }
}

impl Aws {
    /// Returns the documents of the service control policies in force for an account, level by level
    /// from the root down; none for accounts outside the organisation and its management account, and
    /// while the policy type is off or on its way.
    pub(crate) fn guard_levels(&self, account: &str) -> Vec<Vec<&str>> {
        let is_bound = |organization: &&Organization| {
            organization.service_control_policy_status == PolicyTypeStatus::Enabled
                && organization.members.iter().any(|member| member.account == account)
        };
        let Some(organization) = self.organization.as_ref().filter(is_bound) else {
            return Vec::new();
        };
        let mut nodes = organization.ancestors(account);
        nodes.push(account);
        nodes.into_iter().map(|node| organization.documents(node)).collect()
    }
}
