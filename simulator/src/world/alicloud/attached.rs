//! What control policies are attached where, as it is and as listings show it.

use std::time::Duration;

use super::Alicloud;
use super::resource_directory::{
    Busy, ControlPolicyAttachment, FULL_ACCESS, FeatureStatus, ResourceDirectory, Unseen,
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
    pub(crate) fn attach(&mut self, policy: &str, target: &str, now: Timestamp) {
        if policy == FULL_ACCESS {
            self.without_full_access.remove(target);
        } else {
            let (policy, target) = (policy.to_owned(), target.to_owned());
            self.attachments.push(ControlPolicyAttachment { policy, target, attached_at: now });
        }
        self.note(policy, target, None);
    }

    /// Detaches a policy, which some listings to come still show.
    pub(crate) fn detach(&mut self, policy: &str, target: &str) {
        let attached = self.attached_to(target);
        let found = attached.iter().find(|attachment| attachment.policy == policy);
        let attached_at = found.map(|attachment| attachment.attached_at);
        if policy == FULL_ACCESS {
            self.without_full_access.insert(target.to_owned());
        }
        let is_it = |attachment: &ControlPolicyAttachment| {
            attachment.policy == policy && attachment.target == target
        };
        self.attachments.retain(|attachment| !is_it(attachment));
        self.note(policy, target, attached_at);
    }

    fn note(&mut self, policy: &str, target: &str, was_attached_at: Option<Timestamp>) {
        self.unseen.retain(|unseen| unseen.policy != policy || unseen.target != target);
        self.unseen.push(Unseen {
            policy: policy.to_owned(),
            target: target.to_owned(),
            was_attached_at,
            listings_left: self.listing_lag,
        });
    }

    /// Lists the attachments that a listing shows, and counts it for the changes it is about.
    pub(crate) fn listed(
        &mut self,
        is_about: impl Fn(&ControlPolicyAttachment) -> bool,
    ) -> Vec<ControlPolicyAttachment> {
        let mut shown = self.all_attachments();
        for unseen in &mut self.unseen {
            let attachment = ControlPolicyAttachment {
                policy: unseen.policy.clone(),
                target: unseen.target.clone(),
                attached_at: unseen.was_attached_at.unwrap_or(Timestamp::from_unix(0)),
            };
            if unseen.listings_left == 0 || !is_about(&attachment) {
                continue;
            }
            unseen.listings_left -= 1;
            match unseen.was_attached_at {
                Some(_) => shown.push(attachment),
                None => shown.retain(|other| {
                    other.policy != attachment.policy || other.target != attachment.target
                }),
            }
        }
        self.unseen.retain(|unseen| unseen.listings_left > 0);
        shown.retain(is_about);
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
