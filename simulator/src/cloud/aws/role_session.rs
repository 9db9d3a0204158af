//! What `AssumeRole` and `AssumeRoleWithWebIdentity` have in common: the arguments that describe a
//! session, and the answer.
//!
//! Sources: the pages of both operations (STS 2011-06-15), botocore's model (1.44.5), error messages
//! reported by users. Guesses: the code for a managed policy that does not exist, and how full a
//! policy makes the packed size.

use std::fmt::Display;
use std::ops::RangeInclusive;

use super::actions::role_id;
use super::xml::Xml;
use crate::cloud::{Call, Cloud, VendorError, credentials};
use crate::policy::aws::{Document, Kind};
use crate::world::access::AccessKey;
use crate::world::aws::Aws;
use crate::world::role::{Role, RoleArn};
use crate::world::session::{Session, SessionPolicy};

const SHORTEST_SECONDS: u32 = 900;
const LONGEST_SECONDS: u32 = 43_200;
const DEFAULT_SECONDS: u32 = 3600;
const LONGEST_POLICY: usize = 2048;
const MOST_POLICY_ARNS: usize = 10;

/// What names may hold besides letters and digits.
pub(super) const NAME_MARKS: &str = "_+=,.@-";

/// A session as a request describes it.
pub(super) struct RoleSession<'a> {
    pub role_arn: &'a str,
    name: &'a str,
    /// `None` for the default.
    pub seconds: Option<u32>,
    limits: Limits,
    /// Per cent of what policies and tags may need.
    packed: usize,
}

impl<'a> RoleSession<'a> {
    /// Reads the arguments and checks their form.
    pub(super) fn read(call: &'a Call, cloud: &Aws) -> Result<Self, VendorError> {
        let role_arn = mandatory(call, "RoleArn")?;
        if !role_arn.starts_with("arn:") || RoleArn::parse(role_arn).is_none() {
            return Err(invalid(format!("{role_arn} is invalid")));
        }
        let name = mandatory(call, "RoleSessionName")?;
        check_form("roleSessionName", name, 2..=64, NAME_MARKS)?;
        let seconds = call.parameters.get("DurationSeconds").map(read_seconds).transpose()?;
        let limits = Limits::read(call, cloud)?;
        let packed =
            call.parameters.get("Policy").map_or(0, |text| 1 + text.len() * 98 / LONGEST_POLICY);
        Ok(Self { role_arn, name, seconds, limits, packed })
    }

    /// Finds the role, if there is one.
    pub(super) fn find_role<'w>(&self, cloud: &'w Aws) -> Option<&'w Role> {
        cloud.roles.iter().find(|role| role.arn == self.role_arn)
    }

    /// Starts the session, on top of what `session` has from elsewhere.
    pub(super) fn start(
        self,
        call: &Call,
        role: &Role,
        cloud: &Aws,
        session: Session,
    ) -> Result<Started, VendorError> {
        let seconds = self.seconds.unwrap_or(DEFAULT_SECONDS);
        if seconds > role.max_session_seconds {
            let message =
                "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.";
            return Err(invalid(message));
        }
        let seconds = cloud.session_lifetime.unwrap_or(seconds.into());
        let Limits { policy, document } = self.limits;
        let expires_at = call.now.plus_seconds(seconds);
        let session = Session { expires_at, policy, document, ..session };
        let packed = (self.packed + session.tags.len() * 2).min(100);
        let key = credentials::issue(Cloud::Aws, role, self.name, session);
        Ok(Started { role_id: id_of(role), name: self.name.to_owned(), packed, key })
    }
}

/// A session that exists.
pub(super) struct Started {
    role_id: String,
    name: String,
    packed: usize,
    pub key: AccessKey,
}

impl Started {
    /// Writes what both answers hold.
    pub(super) fn write(&self, xml: &mut Xml) {
        let session = self.key.session.as_ref();
        xml.within("Credentials", |xml| {
            xml.leaf("AccessKeyId", &self.key.id);
            xml.leaf("SecretAccessKey", &self.key.secret);
            xml.option("SessionToken", self.key.token.as_deref());
            let expiration = session.map(|session| session.expires_at.with_seconds());
            xml.option("Expiration", expiration.as_deref());
        });
        xml.within("AssumedRoleUser", |xml| {
            xml.leaf("AssumedRoleId", &format!("{}:{}", self.role_id, self.name));
            xml.leaf("Arn", self.key.principal.arn());
        });
        if self.packed > 0 {
            xml.value("PackedPolicySize", self.packed);
        }
        xml.option(
            "SourceIdentity",
            session.and_then(|session| session.source_identity.as_deref()),
        );
    }
}

fn id_of(role: &Role) -> String {
    let RoleArn { account, name, .. } =
        RoleArn::parse(&role.arn).expect("a world without contradictions");
    role_id(account, name)
}

/// Returns an argument that must be there.
pub(super) fn mandatory<'a>(call: &'a Call, name: &str) -> Result<&'a str, VendorError> {
    call.parameters.get(name).ok_or_else(|| {
        invalid(format!(
            "1 validation error detected: Value null at '{name}' failed to satisfy constraint: \
             Member must not be null"
        ))
    })
}

/// Refuses a text of the wrong length or with characters other than letters, digits and these
/// marks.
pub(super) fn check_form(
    name: &str,
    text: &str,
    length: RangeInclusive<usize>,
    marks: &str,
) -> Result<(), VendorError> {
    let is_fine = |character: char| character.is_ascii_alphanumeric() || marks.contains(character);
    if length.contains(&text.len()) && text.chars().all(is_fine) {
        return Ok(());
    }
    let (shortest, longest) = (length.start(), length.end());
    Err(invalid(format!(
        "1 validation error detected: Value '{text}' at '{name}' failed to satisfy constraint: \
         Member must have length between {shortest} and {longest} and satisfy regular expression \
         pattern: [a-zA-Z0-9{marks}]*"
    )))
}

/// Refuses an argument, as STS and IAM do.
pub(super) fn invalid(message: impl Into<String>) -> VendorError {
    VendorError::new(400, "ValidationError", message)
}

fn read_seconds(text: &str) -> Result<u32, VendorError> {
    let bounds = SHORTEST_SECONDS..=LONGEST_SECONDS;
    text.parse().ok().filter(|seconds| bounds.contains(seconds)).ok_or_else(|| {
        invalid(format!(
            "1 validation error detected: Value '{text}' at 'durationSeconds' failed to satisfy \
             constraint: Member must have value between {SHORTEST_SECONDS} and {LONGEST_SECONDS}"
        ))
    })
}

/// What the policies of a session leave to it.
struct Limits {
    /// The actions of all, once a managed one is among them: of those the world knows no more.
    policy: Option<SessionPolicy>,
    /// The inline policy, when it is alone.
    document: Option<String>,
}

impl Limits {
    /// Reads the inline policy and looks up the managed ones; together they are one.
    fn read(call: &Call, cloud: &Aws) -> Result<Self, VendorError> {
        let document = call.parameters.get("Policy");
        document.map_or(Ok(()), check_policy)?;
        let managed = read_managed(call, cloud)?;
        if managed.is_empty() {
            return Ok(Self { policy: None, document: document.map(str::to_owned) });
        }
        let inline = document.map(SessionPolicy::parse).transpose().map_err(malformed)?;
        let policy = inline.into_iter().chain(managed).reduce(|mut all, policy| {
            all.join(policy);
            all
        });
        Ok(Self { policy, document: None })
    }
}

fn check_policy(document: &str) -> Result<(), VendorError> {
    if !(1..=LONGEST_POLICY).contains(&document.len()) {
        return Err(invalid(format!(
            "1 validation error detected: Value at 'policy' failed to satisfy constraint: \
             Member must have length less than or equal to {LONGEST_POLICY}"
        )));
    }
    Document::parse(document, Kind::Identity).map(drop).map_err(malformed)
}

fn malformed(reason: impl Display) -> VendorError {
    let message = format!("The policy is not in the valid JSON format: {reason}");
    VendorError::new(400, "MalformedPolicyDocument", message)
}

fn read_managed(call: &Call, cloud: &Aws) -> Result<Vec<SessionPolicy>, VendorError> {
    let indices = call.parameters.indices("PolicyArns.member");
    if indices.len() > MOST_POLICY_ARNS {
        return Err(invalid(format!("At most {MOST_POLICY_ARNS} policy ARNs can be given.")));
    }
    let read = |index| {
        let arn = mandatory(call, &format!("PolicyArns.member.{index}.arn"))?;
        cloud.managed_policies.get(arn).cloned().ok_or_else(|| {
            invalid(format!("The policy {arn} does not exist or is not attachable."))
        })
    };
    indices.into_iter().map(read).collect()
}
