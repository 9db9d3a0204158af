//! What service control policies are attached where, as it is and as listings show it.

use std::time::Duration;

use super::Aws;
use super::organizations::{
    Busy, FULL_ACCESS, Organization, PolicyTypeStatus, ServiceControlPolicyAttachment,
};
use crate::timestamp::Timestamp;

impl Organization {
    /// Lists all attachments as they are, those of `FullAWSAccess` last; none while the policy type is
    /// off or on its way.
    fn all_attachments(&self) -> Vec<ServiceControlPolicyAttachment> {
        if self.service_control_policy_status != PolicyTypeStatus::Enabled {
            return Vec::new();
        }
        let units = self.units.iter().map(|unit| &unit.id);
        let members = self.members.iter().map(|member| &member.account);
        let nodes = [&self.root].into_iter().chain(units).chain(members);
        let nodes = nodes.chain([&self.management_account]);
        let full = nodes.filter(|id| !self.without_full_access.contains(*id));
        let full = full.map(|id| attachment(FULL_ACCESS, id));
        self.attachments.iter().cloned().chain(full).collect()
    }

    /// Lists what a root, unit or account has.
    pub(crate) fn attached_to(&self, target: &str) -> Vec<ServiceControlPolicyAttachment> {
        let mut attachments = self.all_attachments();
        attachments.retain(|attachment| attachment.target == target);
        attachments
    }

    /// Attaches a policy, which some listings to come do not show.
    pub fn attach(&mut self, policy: &str, target: &str) {
        if policy == FULL_ACCESS {
            self.without_full_access.remove(target);
        } else {
            self.attachments.push(attachment(policy, target));
        }
        self.unseen.note(attachment(policy, target), true, self.listing_lag);
    }

    /// Detaches a policy, which some listings to come still show.
    pub fn detach(&mut self, policy: &str, target: &str) {
        if policy == FULL_ACCESS {
            self.without_full_access.insert(target.to_owned());
        }
        let gone = attachment(policy, target);
        self.attachments.retain(|attachment| *attachment != gone);
        self.unseen.note(gone, false, self.listing_lag);
    }

    /// Lists the attachments that a listing shows, and counts it for the changes it is about.
    pub(crate) fn listed(
        &mut self,
        is_about: impl Fn(&ServiceControlPolicyAttachment) -> bool,
    ) -> Vec<ServiceControlPolicyAttachment> {
        let truth = self.all_attachments();
        self.unseen.read(&truth, is_about)
    }

    /// Begins to switch the policy type on or off.
    pub fn begin_change(&mut self, status: PolicyTypeStatus) {
        self.service_control_policy_status = status;
        self.polls_left = self.pending_polls;
    }

    /// Counts a question about the status, which may be what a pending change waits for.
    pub(crate) fn poll(&mut self) -> PolicyTypeStatus {
        let settled = match self.service_control_policy_status {
            PolicyTypeStatus::PendingEnable => PolicyTypeStatus::Enabled,
            PolicyTypeStatus::PendingDisable => PolicyTypeStatus::Disabled,
            settled => settled,
        };
        match self.polls_left {
            0 => self.service_control_policy_status = settled,
            _ => self.polls_left -= 1,
        }
        self.service_control_policy_status
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

fn attachment(policy: &str, target: &str) -> ServiceControlPolicyAttachment {
    ServiceControlPolicyAttachment { policy: policy.to_owned(), target: target.to_owned() }
}

impl Aws {
    /// Returns how long a request that was just carried out takes: writes to the organisation can.
    pub(crate) fn duration_of(&self, request_id: &str) -> Duration {
        let is_writing = |organization: &&Organization| {
            organization.busy.as_ref().is_some_and(|busy| busy.request_id == request_id)
        };
        let organization = self.organization.as_ref().filter(is_writing);
        Duration::from_millis(organization.map_or(0, |organization| organization.write_ms))
    }
}
