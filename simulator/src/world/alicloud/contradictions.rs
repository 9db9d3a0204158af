//! What cannot be true about policies and the resource directory, because the API would not let it.

use std::collections::BTreeSet;

use super::{Alicloud, ControlPolicyAttachment, Policy, PolicyAttachment, ResourceDirectory};
use crate::policy::alicloud::{Document, Kind};

/// Most versions of a policy of RAM.
pub(crate) const MAX_VERSIONS: usize = 5;

/// Most custom policies that one user, group, role, folder or member can have.
pub(crate) const MAX_ATTACHED: usize = 10;

/// Most levels of folders below the root.
pub(crate) const MAX_LEVELS: usize = 5;

impl Alicloud {
    /// Lists what cannot be true about policies of RAM, and which accounts are unknown.
    pub(crate) fn check_policies(&self, found: &mut Vec<String>) {
        let names = self.ram.policies.iter().map(|policy| (&policy.account, &policy.name));
        for (account, name) in repeated(names) {
            found.push(format!("alicloud: {account} has the policy `{name}` twice"));
        }
        for policy in &self.ram.policies {
            self.check_account(&policy.account, found);
            check_versions(policy, found);
        }
        for group in &self.ram.groups {
            self.check_account(&group.account, found);
        }
        self.check_attachments(found);
        if let Some(directory) = &self.resource_directory {
            self.check_account(&directory.management_account, found);
            for member in &directory.members {
                self.check_account(&member.account, found);
            }
        }
    }

    fn check_account(&self, id: &str, found: &mut Vec<String>) {
        if !self.accounts.iter().any(|account| account.id == id) {
            found.push(format!("alicloud: `{id}` is no listed account"));
        }
    }

    fn check_attachments(&self, found: &mut Vec<String>) {
        for attachment in &self.ram.attachments {
            let PolicyAttachment { account, policy, to, .. } = attachment;
            if !self.ram.knows(attachment) {
                found
                    .push(format!("alicloud: the unknown policy `{policy}` is attached to `{to}`"));
            }
            if !self.has_identity(account, to) {
                found.push(format!("alicloud: `{policy}` is attached to the unknown `{to}`"));
            }
        }
        let custom = self.ram.attachments.iter().map(|attachment| {
            let PolicyAttachment { account, policy, policy_type, to, .. } = attachment;
            (format!("{to} of {account}"), format!("{policy_type:?} {policy}"))
        });
        check_counts(custom, |policy| policy.starts_with("Custom "), found);
    }
}

fn check_versions(policy: &Policy, found: &mut Vec<String>) {
    let Policy { name, versions, .. } = policy;
    if versions.iter().filter(|version| version.is_default).count() != 1 {
        found.push(format!("alicloud: the policy `{name}` needs one default version"));
    }
    if versions.len() > MAX_VERSIONS {
        found.push(format!("alicloud: the policy `{name}` has more than {MAX_VERSIONS} versions"));
    }
    for number in repeated(versions.iter().map(|version| version.number)) {
        found.push(format!("alicloud: the policy `{name}` has two versions {number}"));
    }
    for version in versions {
        if let Err(reason) = Document::parse(&version.document, Kind::Ram) {
            found.push(format!("alicloud: version {} of `{name}`: {reason}", version.number));
        }
    }
}

impl ResourceDirectory {
    /// Lists what cannot be true about folders, members and control policies.
    pub(crate) fn check(&self, found: &mut Vec<String>) {
        self.check_nodes(found);
        self.check_policies(found);
    }

    fn check_nodes(&self, found: &mut Vec<String>) {
        let folders = self.folders.iter().map(|folder| &folder.id);
        let members = self.members.iter().map(|member| &member.account);
        let nodes = folders.chain(members);
        for id in repeated(nodes.chain([&self.root, &self.management_account])) {
            found.push(format!("alicloud: the resource directory has `{id}` twice"));
        }
        let has_folder = |id: &String| {
            id.is_empty() || *id == self.root || self.folders.iter().any(|folder| folder.id == *id)
        };
        let parents = self.folders.iter().map(|folder| &folder.parent);
        for folder in parents.chain(self.members.iter().map(|member| &member.folder)) {
            if !has_folder(folder) {
                found.push(format!("alicloud: the resource directory has no folder `{folder}`"));
            }
        }
        // In a circle a folder has more above it than there are.
        let deepest = MAX_LEVELS.min(self.folders.len());
        let is_deep = |id: &&String| self.ancestors(id).len() > deepest;
        for id in self.folders.iter().map(|folder| &folder.id).filter(is_deep) {
            found
                .push(format!("alicloud: the folder `{id}` is more than {MAX_LEVELS} levels deep"));
        }
    }

    fn check_policies(&self, found: &mut Vec<String>) {
        let ids = self.control_policies.iter().map(|policy| &policy.id);
        for id in repeated(ids) {
            found.push(format!("alicloud: two control policies have the id `{id}`"));
        }
        let names = self.control_policies.iter().map(|policy| &policy.name);
        for name in repeated(names) {
            found.push(format!("alicloud: two control policies have the name `{name}`"));
        }
        for policy in &self.control_policies {
            if let Err(reason) = Document::parse(&policy.document, Kind::Control) {
                found.push(format!("alicloud: the control policy `{}`: {reason}", policy.id));
            }
        }
        for ControlPolicyAttachment { policy, target, .. } in &self.attachments {
            if !self.control_policies.iter().any(|known| known.id == *policy) {
                found.push(format!("alicloud: the unknown control policy `{policy}` is attached"));
            }
            if self.target_type(target).is_none() {
                found.push(format!("alicloud: `{policy}` is attached to the unknown `{target}`"));
            }
        }
        let attached = self.attachments.iter();
        let attached =
            attached.map(|attachment| (attachment.target.clone(), attachment.policy.clone()));
        check_counts(attached, |_| true, found);
    }
}

/// Names policies that are attached twice, and targets that have too many of those that count.
fn check_counts(
    attached: impl Iterator<Item = (String, String)> + Clone,
    counts: impl Fn(&str) -> bool,
    found: &mut Vec<String>,
) {
    for (target, policy) in repeated(attached.clone()) {
        found.push(format!("alicloud: `{policy}` is attached to `{target}` twice"));
    }
    let targets: BTreeSet<String> = attached.clone().map(|(target, _)| target).collect();
    for target in targets {
        let own = attached.clone().filter(|(other, policy)| *other == target && counts(policy));
        if own.count() > MAX_ATTACHED {
            found.push(format!("alicloud: `{target}` has more than {MAX_ATTACHED} policies"));
        }
    }
}

/// Returns what is there more than once.
fn repeated<T: Ord + Clone>(items: impl Iterator<Item = T>) -> BTreeSet<T> {
    let mut seen = BTreeSet::new();
    items.filter(|item| !seen.insert(item.clone())).collect()
}
