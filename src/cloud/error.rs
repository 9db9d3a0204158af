//! What a call to a cloud fails with.
//!
//! Branch on the [`Kind`]; everything else is for the report. Nobody matches on text.

use std::fmt;

/// What kind of failure it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The thing asked for is not there.
    NotFound,
    /// The caller is known but may not do this.
    Denied,
    /// The cloud asked to slow down, more often than we were told to retry.
    Throttled,
    /// Somebody else is changing the same thing, it exists already, or its state forbids the call.
    Conflict,
    /// A limit of the account, or of the thing that would get more of something, is reached.
    Quota,
    /// What the call needs is switched off in the account or organisation, or is not there at
    /// all: a type of policies, the organisation itself.
    SwitchedOff,
    /// The cloud found fault with the request.
    Invalid,
    /// A variable or a file says how to make the call, and what it says makes no sense.
    Setting,
    /// No credentials, or credentials that the cloud does not accept.
    Credentials,
    /// A role that credentials are to be taken from cannot be assumed; the message names
    /// caller and role.
    Role,
    /// The clocks of cloud and machine are too far apart.
    Clock,
    /// The region does not exist, or is not enabled.
    Region,
    /// The account is none that the settings allow, so no call was made.
    Account,
    /// The endpoint cannot be reached: name, route, proxy or TLS.
    Unreachable,
    /// The connection broke off before the answer was complete.
    Broken,
    /// The endpoint did not answer in time.
    Timeout,
    /// The answer is not one that this API gives.
    Unreadable,
    /// The cloud failed by itself.
    Unavailable,
    /// Anything else.
    Other,
}

impl Kind {
    /// Tells whether what was asked for may have been done although there is no answer that
    /// says so.
    pub fn leaves_in_doubt(self) -> bool {
        matches!(self, Self::Broken | Self::Timeout | Self::Unreadable | Self::Unavailable)
    }
}

/// Which policies refused a call, as far as the cloud tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Denial {
    /// Where the policy is that decided.
    pub layer: Layer,
    /// Whether a statement denies it; if not, none allows it.
    pub is_explicit: bool,
}

/// A layer of policies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layer {
    /// The organisation's guards: service control policies, control policies.
    Organisation,
    /// The organisation's guards on resources: resource control policies.
    Resources,
    /// The permissions boundary of the caller.
    Boundary,
    /// The policy that a session was limited to when its role was assumed.
    Session,
    /// What is attached to the caller, its groups or its role.
    Identity,
    /// The policy of a network endpoint.
    Endpoint,
}

/// What a failure to find credentials calls the call.
pub const CREDENTIALS: &str = "credentials";

/// A failed call.
#[derive(Clone, Debug)]
pub struct Error {
    /// What kind of failure it was.
    pub kind: Kind,
    /// The call, as `service:Operation`, for instance `ecs:DescribeImages`;
    /// `credentials` where none was made.
    pub operation: &'static str,
    /// Where it was sent: a host, or empty where nothing was sent.
    pub endpoint: String,
    /// The vendor's code, where there was one.
    pub code: Option<String>,
    /// What the vendor, the transport or we say about it, secrets left out; no final full stop.
    pub message: String,
    /// The vendor's request id, where there was one.
    pub request_id: Option<String>,
    /// How often the call was sent.
    pub attempts: u32,
    /// Whether an attempt before the last may have been carried out.
    pub earlier_in_doubt: bool,
    /// Which policies refused it, if that is what happened and the vendor tells.
    pub denial: Option<Denial>,
}

impl Error {
    /// Creates an error about a call that was not sent, or not answered by the vendor.
    pub fn new(kind: Kind, operation: &'static str, message: impl Into<String>) -> Self {
        Self {
            kind,
            operation,
            endpoint: String::new(),
            code: None,
            message: message.into(),
            request_id: None,
            attempts: 0,
            earlier_in_doubt: false,
            denial: None,
        }
    }

    /// Tells whether the cloud may have done what it was asked for, although there is no answer
    /// that says so.
    pub fn leaves_in_doubt(&self) -> bool {
        self.kind.leaves_in_doubt() || self.earlier_in_doubt
    }
}

/// Writes what was tried and what came back, in a sentence without its full stop;
/// what to do next is said elsewhere.
impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let message = self.message.trim_end_matches('.');
        if self.operation == CREDENTIALS {
            return write!(formatter, "no credentials: {message}");
        }
        write!(formatter, "{}", self.operation)?;
        if !self.endpoint.is_empty() {
            write!(formatter, " at {}", self.endpoint)?;
        }
        write!(formatter, " failed: {message}")?;
        let facts = [
            self.code.as_ref().map(|code| format!("code {code}")),
            self.request_id.as_ref().map(|id| format!("request id {id}")),
            (self.attempts > 1).then(|| format!("{} attempts", self.attempts)),
        ];
        let facts: Vec<_> = facts.into_iter().flatten().collect();
        if facts.is_empty() { Ok(()) } else { write!(formatter, " ({})", facts.join(", ")) }
    }
}

impl std::error::Error for Error {}
