//! What control policies are attached where, as it is and as listings show it.

use std::time::Duration;

use super::Alicloud;
use super::resource_directory::{
    Busy, ControlPolicy, ControlPolicyAttachment, FULL_ACCESS, FeatureStatus, ResourceDirectory,
};
use crate::timestamp::Timestamp;

impl ResourceDirectory {
    /// Lists all attachments as they are, those of `FullAliyunAccess` last; none while the feature is
    /// off.
    fn all_attachments(&self) -> Vec<ControlPolicyAttachment> {
        if self.control_policy_status != FeatureStatus::Enabled {
            return Vec::new();
        }
        let root = [(&self.root, Timestamp::from_unix(0))];
        let folders = self.folders.iter().map(|folder| (&folder.id, folder.created_at));
        let members = self.members.iter().map(|member| (&member.account, member.joined_at));
        let nodes = root.into_iter().chain(folders).chain(members);
        let full = nodes.filter(|(id, _)| !self.without_full_access.contains(*id));
        let full = full.map(|(id, attached_at)| ControlPolicyAttachment {
            policy: FULL_ACCESS.to_owned(),
            target: id.clone(),
            attached_at,
        });
        self.attachments.iter().cloned().chain(full).collect()
    }

    /// Lists what a folder or member has.
    pub(crate) fn attached_to(&self, target: &str) -> Vec<ControlPolicyAttachment> {
        let mut attachments = self.all_attachments();
        attachments.retain(|attachment| attachment.target == target);
        attachments
    }

    /// Counts where a policy is attached.
    pub(crate) fn count_attachments(&self, policy: &str) -> usize {
        let attachments = self.all_attachments();
        attachments.iter().filter(|attachment| attachment.policy == policy).count()
    }

    /// Attaches a policy, which some listings to come do not show.
    pub fn attach(&mut self, policy: &str, target: &str, now: Timestamp) {
        if policy == FULL_ACCESS {
            self.without_full_access.remove(target);
        } else {
            let (policy, target) = (policy.to_owned(), target.to_owned());
            self.attachments.push(ControlPolicyAttachment { policy, target, attached_at: now });
        }
        for attachment in self.attachments_of(policy, target) {
            self.unseen.note(attachment, true, self.listing_lag);
        }
    }

    /// Detaches a policy, which some listings to come still show.
    pub fn detach(&mut self, policy: &str, target: &str) {
        for attachment in self.attachments_of(policy, target) {
            self.unseen.note(attachment, false, self.listing_lag);
        }
        if policy == FULL_ACCESS {
            self.without_full_access.insert(target.to_owned());
        }
        let is_it = |attachment: &ControlPolicyAttachment| {
            attachment.policy == policy && attachment.target == target
        };
        self.attachments.retain(|attachment| !is_it(attachment));
    }

    /// Deletes a policy, wherever it is attached.
    pub fn delete(&mut self, policy: &str) {
        self.control_policies.retain(|known| known.id != policy);
        self.attachments.retain(|attachment| attachment.policy != policy);
    }

    /// Begins to switch control policies off, which detaches all of them and deletes none.
    pub fn switch_off(&mut self) {
        self.control_policy_status = FeatureStatus::PendingDisable;
        self.polls_left = self.pending_polls;
        self.attachments.clear();
        self.unseen.clear();
    }

    /// Begins to switch control policies on; `FullAliyunAccess` is everywhere again.
    pub fn switch_on(&mut self) {
        self.control_policy_status = FeatureStatus::PendingEnable;
        self.polls_left = self.pending_polls;
        self.without_full_access.clear();
    }

    /// Finds a control policy by its name.
    ///
    /// Panics: when there is none.
    pub fn policy(&mut self, name: &str) -> &mut ControlPolicy {
        let found = self.control_policies.iter_mut().find(|policy| policy.name == name);
        found.unwrap_or_else(|| panic!("there is no control policy `{name}`"))
    }

    fn attachments_of(&self, policy: &str, target: &str) -> Vec<ControlPolicyAttachment> {
        let mut attachments = self.attached_to(target);
        attachments.retain(|attachment| attachment.policy == policy);
        attachments
    }

    /// Lists the attachments that a listing shows, and counts it for the changes it is about; a
    /// policy that is deleted is in no listing.
    pub(crate) fn listed(
        &mut self,
        is_about: impl Fn(&ControlPolicyAttachment) -> bool,
    ) -> Vec<ControlPolicyAttachment> {
        let truth = self.all_attachments();
        let mut shown = self.unseen.read(&truth, is_about);
        shown.retain(|attachment| {
            attachment.policy == FULL_ACCESS
                || self.control_policies.iter().any(|policy| policy.id == attachment.policy)
        });
        shown
    }

    /// Begins the write that a request makes, which lasts as long as the world has it.
    pub(crate) fn begin_write(&mut self, request_id: &str, now: Timestamp) {
        let until = now.plus_milliseconds(self.write_ms);
        self.busy = Some(Busy { request_id: request_id.to_owned(), until });
    }

    /// Tells whether a write is under way.
    pub(crate) fn is_busy(&self, now: Timestamp) -> bool {
        self.busy.as_ref().is_some_and(|busy| busy.until > now)
    }
}

impl Alicloud {
    /// Returns how long a request that was just carried out takes: writes to the resource directory
    /// can.
    pub(crate) fn duration_of(&self, request_id: &str) -> Duration {
        let directory = self.resource_directory.as_ref();
        let is_writing = |directory: &&ResourceDirectory| {
            let busy = directory.busy.as_ref();
            busy.is_some_and(|busy| busy.request_id == request_id)
        };
        let milliseconds = directory.filter(is_writing).map(|directory| directory.write_ms);
        Duration::from_millis(milliseconds.unwrap_or_default())
    }
}
