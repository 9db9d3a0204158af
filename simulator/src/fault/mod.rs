//! Faults a test injects: which requests they strike, and what comes back instead of the honest
//! answer.
//!
//! A fault strikes only requests the cloud has accepted as authentic, so that a retry with a stale
//! signature is not mistaken for a good one.

mod damage;
mod effect;

pub use effect::Effect;
pub(crate) use effect::{Delivery, Outcome, Target};

use std::ops::{Bound, RangeBounds};

use serde::{Deserialize, Serialize};

use crate::cloud::Cloud;

/// A rule: requests like these, the n-th of them, go wrong in this way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// Cloud to strike; `None` for both.
    #[serde(default)]
    pub cloud: Option<Cloud>,
    /// Action to strike, such as `DescribeImages`; `None` for all.
    #[serde(default)]
    pub action: Option<String>,
    /// Which of the matching calls to strike; all by default.
    #[serde(default)]
    pub calls: Calls,
    /// Whether the action is carried out although the client does not get to know. Of no meaning to
    /// effects that are changes of the honest answer.
    #[serde(default)]
    pub takes_effect: bool,
    /// What goes wrong.
    pub effect: Effect,
}

impl Fault {
    /// Makes a fault that strikes every request to either cloud.
    #[must_use]
    pub fn new(effect: Effect) -> Self {
        Self { cloud: None, action: None, calls: Calls::default(), takes_effect: false, effect }
    }

    /// Strikes only requests to one cloud.
    #[must_use]
    pub fn cloud(mut self, cloud: Cloud) -> Self {
        self.cloud = Some(cloud);
        self
    }

    /// Strikes only one action.
    #[must_use]
    pub fn action(mut self, action: impl Into<String>) -> Self {
        self.action = Some(action.into());
        self
    }

    /// Strikes only some of the matching calls, counted from 1: `.calls(2..=2)` is the second one.
    #[must_use]
    pub fn calls(mut self, calls: impl RangeBounds<u64>) -> Self {
        let first = match calls.start_bound() {
            Bound::Included(&first) => first,
            Bound::Excluded(&before) => before.saturating_add(1),
            Bound::Unbounded => 1,
        };
        let last = match calls.end_bound() {
            Bound::Included(&last) => Some(last),
            Bound::Excluded(&after) => Some(after.saturating_sub(1)),
            Bound::Unbounded => None,
        };
        self.calls = Calls { first, last };
        self
    }

    /// Carries the action out before the fault strikes.
    #[must_use]
    pub fn takes_effect(mut self) -> Self {
        self.takes_effect = true;
        self
    }

    fn concerns(&self, cloud: Cloud, action: &str) -> bool {
        self.cloud.is_none_or(|wanted| wanted == cloud)
            && self.action.as_ref().is_none_or(|wanted| wanted == action)
    }
}

/// A span of calls, counted from 1 among those that match a fault since it was injected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Calls {
    /// First call to strike.
    pub first: u64,
    /// Last call to strike; `None` for no end.
    pub last: Option<u64>,
}

impl Default for Calls {
    fn default() -> Self {
        Self { first: 1, last: None }
    }
}

/// The injected faults and how many matching calls each has seen.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    armed: Vec<(Fault, u64)>,
}

impl Faults {
    pub(crate) fn inject(&mut self, fault: Fault) {
        self.armed.push((fault, 0));
    }

    pub(crate) fn clear(&mut self) {
        self.armed.clear();
    }

    /// Counts a call and returns the fault that strikes it: the one injected first, if several do.
    pub(crate) fn strike(&mut self, cloud: Cloud, action: &str) -> Option<Fault> {
        let mut struck = None;
        for (fault, seen) in
            self.armed.iter_mut().filter(|(fault, _)| fault.concerns(cloud, action))
        {
            *seen += 1;
            let Calls { first, last } = fault.calls;
            if struck.is_none() && *seen >= first && last.is_none_or(|last| *seen <= last) {
                struck = Some(fault.clone());
            }
        }
        struck
    }
}

#[cfg(test)]
mod tests {
    use super::{Effect, Fault, Faults, Target};
    use crate::cloud::{Answer, Cloud, Service};
    use crate::message::Reply;

    fn struck(faults: &mut Faults, calls: usize) -> Vec<bool> {
        (0..calls).map(|_| faults.strike(Cloud::Aws, "DescribeImages").is_some()).collect()
    }

    #[test]
    fn only_the_named_calls_are_struck() {
        let mut faults = Faults::default();
        faults.inject(Fault::new(Effect::Garbage).calls(2..=3));
        assert_eq!(struck(&mut faults, 4), [false, true, true, false]);
    }

    #[test]
    fn calls_of_other_actions_are_not_counted() {
        let mut faults = Faults::default();
        faults.inject(
            Fault::new(Effect::Garbage).cloud(Cloud::Aws).action("DescribeImages").calls(..2),
        );
        assert_eq!(faults.strike(Cloud::Aws, "DescribeRegions"), None);
        assert_eq!(faults.strike(Cloud::Alicloud, "DescribeImages"), None);
        assert_eq!(struck(&mut faults, 2), [true, false]);
    }

    /// Counts how often a struck request is carried out.
    fn carried_out(fault: &Fault) -> u32 {
        const SERVICE: Service = Service { cloud: Cloud::Aws, name: "ec2", version: "" };
        let target = Target { service: &SERVICE, request_id: "id" };
        let mut count = 0;
        fault.outcome(&target, &mut || {
            count += 1;
            Answer { reply: Reply::new(200, "text/xml", "<a/>"), code: None }
        });
        count
    }

    #[test]
    fn actions_are_carried_out_once_if_the_fault_says_so_or_needs_the_answer() {
        assert_eq!(carried_out(&Fault::new(Effect::Reset)), 0);
        assert_eq!(carried_out(&Fault::new(Effect::Reset).takes_effect()), 1);
        assert_eq!(carried_out(&Fault::new(Effect::Truncated)), 1);
        assert_eq!(carried_out(&Fault::new(Effect::Truncated).takes_effect()), 1);
    }

    #[test]
    fn the_documented_json_is_understood() {
        let json = r#"{
            "cloud": "aws", "action": "DescribeImages", "calls": {"first": 1, "last": 2},
            "effect": {"throttle": {"retry_after_ms": 500}}
        }"#;
        let expected = Fault::new(Effect::Throttle { retry_after_ms: Some(500) });
        let expected = expected.cloud(Cloud::Aws).action("DescribeImages").calls(1..=2);
        assert_eq!(serde_json::from_str::<Fault>(json).unwrap(), expected);
        let every: Fault = serde_json::from_str(r#"{"effect": "silence"}"#).unwrap();
        assert_eq!(every, Fault::new(Effect::Silence));
    }
}
