//! What can go wrong.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{Fault, damage};
use crate::cloud::{Answer, Format, Service, VendorError};
use crate::message::{Body, Reply};

/// What a struck request gets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Effect {
    /// The vendor's throttling error; the delay goes into `x-acs-retry-after`, which only Alibaba
    /// Cloud has.
    Throttle {
        /// Milliseconds the client is told to wait.
        #[serde(default)]
        retry_after_ms: Option<u64>,
    },
    /// Any error in the vendor's shape.
    Error {
        /// HTTP status.
        status: u16,
        /// Error code.
        code: String,
        /// Error message.
        #[serde(default)]
        message: String,
    },
    /// The vendor's refusal of a caller whom a policy of its own denies all that the call needs. Means
    /// nothing to calls that need no permission.
    Denied,
    /// An HTML page, as proxies send it.
    Html {
        /// HTTP status.
        status: u16,
    },
    /// Status 200 and bytes that are neither JSON nor XML nor UTF-8.
    Garbage,
    /// Status 200 and nothing.
    EmptyBody,
    /// A redirect, status 307.
    Redirect {
        /// Where to.
        location: String,
    },
    /// Exactly this answer.
    Verbatim {
        /// HTTP status.
        status: u16,
        /// Headers.
        #[serde(default)]
        headers: BTreeMap<String, String>,
        /// Body.
        #[serde(default)]
        body: String,
    },
    /// Status 200 and a well-formed body of about this size, which the simulator does not hold in
    /// memory.
    HugeBody {
        /// Size in bytes.
        bytes: u64,
    },
    /// Status 200 and a well-formed body nested this deep.
    DeepBody {
        /// Levels of nesting.
        levels: usize,
    },
    /// The honest answer, but every scalar is of another type.
    WrongTypes,
    /// The honest answer, cut in the middle: fewer bytes than `content-length` says, then the end
    /// of the connection.
    Truncated,
    /// The honest answer, late.
    Delay {
        /// Milliseconds.
        ms: u64,
    },
    /// No answer, and the connection stays open.
    Silence,
    /// No answer, and the connection is reset.
    Reset,
}

/// Whose request is struck.
pub(crate) struct Target<'a> {
    pub service: &'static Service,
    pub request_id: &'a str,
}

/// What the client gets, and when.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub delay: Duration,
    pub delivery: Delivery,
    /// Error code, for the journal.
    pub code: Option<String>,
}

/// How the client gets it.
#[derive(Debug)]
pub(crate) enum Delivery {
    Reply(Reply),
    /// These bytes instead of an HTTP message, then the end of the connection.
    Bytes(Vec<u8>),
    Silence,
    Reset,
}

impl From<Answer> for Outcome {
    fn from(answer: Answer) -> Self {
        Self { delay: Duration::ZERO, delivery: Delivery::Reply(answer.reply), code: answer.code }
    }
}

impl From<Delivery> for Outcome {
    fn from(delivery: Delivery) -> Self {
        Self { delay: Duration::ZERO, delivery, code: None }
    }
}

impl From<Reply> for Outcome {
    fn from(reply: Reply) -> Self {
        Delivery::Reply(reply).into()
    }
}

impl Fault {
    /// Returns what a struck request gets.
    ///
    /// `honest` carries the action out and answers it; it is called once or not at all.
    pub(crate) fn outcome(
        &self,
        target: &Target<'_>,
        honest: &mut dyn FnMut() -> Answer,
    ) -> Outcome {
        let keeps_answer = matches!(
            self.effect,
            Effect::Delay { .. } | Effect::Denied | Effect::Truncated | Effect::WrongTypes
        );
        if self.takes_effect && !keeps_answer {
            honest();
        }
        self.effect.outcome(target, honest)
    }
}

impl Effect {
    /// Returns the name of the effect as JSON spells it.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Throttle { .. } => "throttle",
            Self::Error { .. } => "error",
            Self::Denied => "denied",
            Self::Html { .. } => "html",
            Self::Garbage => "garbage",
            Self::EmptyBody => "empty_body",
            Self::Redirect { .. } => "redirect",
            Self::Verbatim { .. } => "verbatim",
            Self::HugeBody { .. } => "huge_body",
            Self::DeepBody { .. } => "deep_body",
            Self::WrongTypes => "wrong_types",
            Self::Truncated => "truncated",
            Self::Delay { .. } => "delay",
            Self::Silence => "silence",
            Self::Reset => "reset",
        }
    }

    fn outcome(&self, target: &Target<'_>, honest: &mut dyn FnMut() -> Answer) -> Outcome {
        match self {
            Self::Throttle { retry_after_ms } => target.refusal(&VendorError {
                retry_after_ms: *retry_after_ms,
                ..VendorError::throttled(target.service)
            }),
            Self::Error { status, code, message } => {
                target.refusal(&VendorError::new(*status, code, message))
            }
            // Whoever answers honestly has been told to deny.
            Self::Denied => honest().into(),
            Self::Html { status } => {
                let page = format!("<html><body><h1>{status}</h1><hr>nginx</body></html>");
                Reply::new(*status, "text/html", page).into()
            }
            Self::Garbage => target.success(Body::default().then(&b"\xff\xfe\x00<{garbage"[..], 1)),
            Self::EmptyBody => target.success(Body::default()),
            Self::Redirect { location } => {
                Reply::new(307, "text/plain", "").header("location", location).into()
            }
            Self::Verbatim { status, headers, body } => Reply {
                status: *status,
                headers: headers.clone().into_iter().collect(),
                body: Body::default().then(body.clone(), 1),
            }
            .into(),
            Self::HugeBody { bytes } => {
                target.success(damage::huge(target.service.format(), *bytes))
            }
            Self::DeepBody { levels } => {
                target.success(damage::deep(target.service.format(), *levels))
            }
            Self::WrongTypes => {
                let Answer { reply, code } = honest();
                Answer { reply: damage::with_wrong_types(reply, target.service.format()), code }
                    .into()
            }
            Self::Truncated => {
                let Answer { reply, code } = honest();
                Outcome { code, ..Delivery::Bytes(damage::truncated(&reply)).into() }
            }
            Self::Delay { ms } => Outcome { delay: Duration::from_millis(*ms), ..honest().into() },
            Self::Silence => Delivery::Silence.into(),
            Self::Reset => Delivery::Reset.into(),
        }
    }
}

impl Target<'_> {
    fn success(&self, body: Body) -> Outcome {
        let content_type = match self.service.format() {
            Format::Json => "application/json;charset=utf-8",
            Format::Xml => "text/xml;charset=UTF-8",
        };
        Reply { body, ..Reply::new(200, content_type, "") }.into()
    }

    fn refusal(&self, error: &VendorError) -> Outcome {
        let reply = self.service.cloud.refuse(error, Some(self.service), self.request_id);
        Answer { reply, code: Some(error.code.clone()) }.into()
    }
}
