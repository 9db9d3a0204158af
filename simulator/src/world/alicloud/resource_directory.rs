//! The resource directory: folders, member accounts, and the control policies that bind them.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::ACCOUNT;
use crate::policy::alicloud::{Document, Kind};
use crate::timestamp::Timestamp;
use crate::world::unseen::Unseen;

/// The id of the system policy that allows everything.
pub(crate) const FULL_ACCESS: &str = "cp-FullAliyunAccess";

/// What [`FULL_ACCESS`] says.
pub(crate) const FULL_ACCESS_DOCUMENT: &str =
    r#"{"Version":"1","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#;

/// An organisation of accounts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ResourceDirectory {
    /// Id.
    pub id: String,
    /// Account that manages the others; control policies do not bind it.
    pub management_account: String,
    /// Member accounts that may manage the directory, too.
    pub delegated_administrators: BTreeSet<String>,
    /// Id of the folder everything is in.
    pub root: String,
    /// The other folders.
    pub folders: Vec<Folder>,
    /// Accounts besides the management account.
    pub members: Vec<Member>,
    /// Whether control policies are in force.
    pub control_policy_status: FeatureStatus,
    /// Custom control policies.
    pub control_policies: Vec<ControlPolicy>,
    /// Where they are attached, oldest first.
    pub attachments: Vec<ControlPolicyAttachment>,
    /// Folders and members that `FullAliyunAccess` was detached from; new ones have it.
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
    pub(crate) unseen: Unseen<ControlPolicyAttachment>,
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

/// Whether control policies are in force, named as the API names it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the vendor's words")]
pub enum FeatureStatus {
    #[default]
    Disabled,
    PendingEnable,
    Enabled,
    PendingDisable,
}

/// A folder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Folder {
    /// Id such as `fd-abc`.
    pub id: String,
    /// Name.
    #[serde(default)]
    pub name: String,
    /// Folder it is in; empty for the root.
    #[serde(default)]
    pub parent: String,
    /// Time of creation.
    #[serde(default = "default_time")]
    pub created_at: Timestamp,
}

/// A member account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Member {
    /// Id of the account.
    pub account: String,
    /// Folder it is in; empty for the root.
    #[serde(default)]
    pub folder: String,
    /// When it joined.
    #[serde(default = "default_time")]
    pub joined_at: Timestamp,
}

/// A custom control policy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ControlPolicy {
    /// Id such as `cp-abc`.
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
    /// Time of creation.
    #[serde(default = "default_time")]
    pub created_at: Timestamp,
    /// Time of the last change.
    #[serde(default = "default_time")]
    pub updated_at: Timestamp,
}

/// A custom control policy attached to a folder or member.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ControlPolicyAttachment {
    /// Id of the policy.
    pub policy: String,
    /// Id of the folder or member.
    pub target: String,
    /// Time of the attachment.
    #[serde(default = "default_time")]
    pub attached_at: Timestamp,
}

/// What a control policy can be attached to, named as the API names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(crate) enum TargetType {
    Root,
    Folder,
    Account,
}

fn default_time() -> Timestamp {
    Timestamp::from_unix(1_704_067_200)
}

impl Default for ResourceDirectory {
    fn default() -> Self {
        Self {
            id: "rd-simulated".to_owned(),
            management_account: ACCOUNT.to_owned(),
            delegated_administrators: BTreeSet::new(),
            root: "r-simulated".to_owned(),
            folders: Vec::new(),
            members: Vec::new(),
            control_policy_status: FeatureStatus::default(),
            control_policies: Vec::new(),
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

impl ResourceDirectory {
    /// Makes a directory of the default account with control policies in force.
    #[must_use]
    pub fn enabled() -> Self {
        Self { control_policy_status: FeatureStatus::Enabled, ..Self::default() }
    }

    /// Adds a folder below another, or below the root when `parent` is empty.
    #[must_use]
    pub fn folder(mut self, id: impl Into<String>, parent: impl Into<String>) -> Self {
        let id = id.into();
        let (name, parent) = (id.clone(), parent.into());
        self.folders.push(Folder { id, name, parent, created_at: default_time() });
        self
    }

    /// Adds a member account to a folder, or to the root when `folder` is empty.
    #[must_use]
    pub fn member(mut self, account: impl Into<String>, folder: impl Into<String>) -> Self {
        let (account, folder) = (account.into(), folder.into());
        self.members.push(Member { account, folder, joined_at: default_time() });
        self
    }

    /// Adds a control policy named like its id, and attaches it.
    #[must_use]
    pub fn guarded(
        mut self,
        id: impl Into<String>,
        document: impl Into<String>,
        target: impl Into<String>,
    ) -> Self {
        let (id, target) = (id.into(), target.into());
        self.control_policies.push(ControlPolicy {
            name: id.clone(),
            id: id.clone(),
            description: String::new(),
            document: document.into(),
            tags: BTreeMap::new(),
            created_at: default_time(),
            updated_at: default_time(),
        });
        let attached_at = default_time();
        self.attachments.push(ControlPolicyAttachment { policy: id, target, attached_at });
        self
    }

    /// Tells what a control policy attached to this id would be attached to.
    pub(crate) fn target_type(&self, id: &str) -> Option<TargetType> {
        if id == self.root {
            Some(TargetType::Root)
        } else if self.folders.iter().any(|folder| folder.id == id) {
            Some(TargetType::Folder)
        } else {
            let is_member = self.members.iter().any(|member| member.account == id);
            is_member.then_some(TargetType::Account)
        }
    }

    /// Returns the folder that a folder or member is in; `None` for the root and strangers.
    pub(crate) fn parent(&self, id: &str) -> Option<&str> {
        let folder = self.folders.iter().find(|folder| folder.id == id);
        let member = self.members.iter().find(|member| member.account == id);
        let parent = folder.map(|folder| &folder.parent).or(member.map(|member| &member.folder))?;
        Some(if parent.is_empty() { &self.root } else { parent })
    }

    /// Lists the folders above a folder or member, from the root down.
    pub(crate) fn ancestors(&self, id: &str) -> Vec<&str> {
        let mut above = Vec::new();
        let mut at = id;
        // A directory has five levels; a circle in a world file must not hang the simulator.
        while let Some(parent) = self.parent(at).filter(|_| above.len() <= self.folders.len()) {
            above.push(parent);
            at = parent;
        }
        above.reverse();
        above
    }

    /// Returns the control policies in force for a member, from the root folder down; none for other
    /// accounts, and while the feature is off or on its way.
    pub(crate) fn levels(&self, account: &str) -> Vec<Vec<Document>> {
        let is_member = self.members.iter().any(|member| member.account == account);
        if self.control_policy_status != FeatureStatus::Enabled || !is_member {
            return Vec::new();
        }
        let mut nodes = self.ancestors(account);
        nodes.push(account);
        nodes.into_iter().map(|node| self.documents(node)).collect()
    }

    fn documents(&self, node: &str) -> Vec<Document> {
        let full = (!self.without_full_access.contains(node)).then_some(FULL_ACCESS_DOCUMENT);
        let attached = self.attachments.iter().filter(|attachment| attachment.target == node);
        let custom = attached.filter_map(|attachment| {
            let policy =
                self.control_policies.iter().find(|policy| policy.id == attachment.policy)?;
            Some(policy.document.as_str())
        });
        let documents = custom.chain(full);
        documents.filter_map(|document| Document::parse(document, Kind::Control).ok()).collect()
    }

    /// Counts a question about the status, which may be what a pending change waits for.
    pub(crate) fn poll(&mut self) -> FeatureStatus {
        if self.polls_left > 0 {
            self.polls_left -= 1;
            return self.control_policy_status;
        }
        match self.control_policy_status {
            FeatureStatus::PendingEnable => self.control_policy_status = FeatureStatus::Enabled,
            FeatureStatus::PendingDisable => self.control_policy_status = FeatureStatus::Disabled,
            FeatureStatus::Enabled | FeatureStatus::Disabled => {}
        }
        self.control_policy_status
    }
}
