//! What was asked and what was answered, for tests to assert on and for people to read.

use std::collections::{BTreeMap, VecDeque};
use std::fmt;

use serde::Serialize;

use crate::cloud::Cloud;
use crate::world::access::Principal;

/// How many entries are kept; the oldest go first.
const CAPACITY: usize = 100_000;

/// One request and its answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// Milliseconds between the start of the simulator and the arrival of the request.
    pub at_ms: u64,
    /// HTTP method.
    pub method: String,
    /// Cloud the request is for.
    pub cloud: Cloud,
    /// Action, or empty when the request names none.
    pub action: String,
    /// Region: `RegionId` on Alibaba Cloud, region of the signature on AWS; empty when there is
    /// none.
    pub region: String,
    /// Parameters of the action.
    pub parameters: BTreeMap<String, String>,
    /// ARN of the caller; `None` when the request was not authentic, or needed no signature.
    pub caller: Option<String>,
    /// Permissions the request needed, such as `ec2:DescribeImages`.
    pub permissions: Vec<String>,
    /// Id given to the request.
    pub request_id: String,
    /// HTTP status answered; `None` when the connection was cut or left silent.
    pub status: Option<u16>,
    /// Error code answered; `None` for a success, or for a fault that carries none.
    pub code: Option<String>,
    /// Name of the injected fault that struck, such as `throttle`.
    pub fault: Option<String>,
}

impl Entry {
    /// Notes who asks and which permissions that needs.
    pub(crate) fn identify(&mut self, caller: &Principal, permissions: &[&str]) {
        self.caller = Some(caller.arn().to_owned());
        self.permissions = permissions.iter().map(|&permission| permission.to_owned()).collect();
    }
}

impl fmt::Display for Entry {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (method, cloud, action) = (&self.method, &self.cloud, &self.action);
        let region = if self.region.is_empty() { "-" } else { &self.region };
        write!(formatter, "{method} {cloud} {action} {region}: ")?;
        match &self.caller {
            // Without a signature, only a request that needs none gets anything but an error.
            None if self.code.is_none() => write!(formatter, "unsigned")?,
            None => write!(formatter, "not authenticated")?,
            Some(caller) if self.permissions.is_empty() => {
                write!(formatter, "{caller} needs no permission")?;
            }
            Some(caller) => write!(formatter, "{caller} needs {}", self.permissions.join(", "))?,
        }
        write!(formatter, " -> ")?;
        match self.status {
            Some(status) => write!(formatter, "{status}")?,
            None => write!(formatter, "no answer")?,
        }
        if let Some(code) = &self.code {
            write!(formatter, " {code}")?;
        }
        if let Some(fault) = &self.fault {
            write!(formatter, " (fault: {fault})")?;
        }
        Ok(())
    }
}

/// The entries so far, oldest first.
#[derive(Debug, Default)]
pub(crate) struct Journal {
    entries: VecDeque<Entry>,
}

impl Journal {
    pub(crate) fn add(&mut self, entry: Entry) {
        if self.entries.len() == CAPACITY {
            self.entries.pop_front();
        }
        self.entries.push_back(entry);
    }

    pub(crate) fn entries(&self) -> Vec<Entry> {
        self.entries.iter().cloned().collect()
    }

    pub(crate) fn clear(&mut self) {
        self.entries.clear();
    }
}
