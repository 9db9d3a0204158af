//! What `AssumeRole` and `AssumeRoleWithOIDC` have in common: the arguments that describe a session,
//! and the answer.
//!
//! Sources: the pages of both operations (STS 2015-04-01) and "common errors when you access OSS by
//! using STS". Guesses: forms are checked before existence, existence before trust; the HTTP status
//! of a missing argument.

use std::ops::RangeInclusive;

use serde_json::{Value, json};

use super::actions::role_id;
use crate::cloud::{Call, Cloud, VendorError, credentials};
use crate::policy::alicloud::{Document, Kind};
use crate::world::access::AccessKey;
use crate::world::alicloud::Alicloud;
use crate::world::role::{Role, RoleArn};
use crate::world::session::Session;

const SHORTEST_SECONDS: u32 = 900;
const DEFAULT_SECONDS: u32 = 3600;
const LONGEST_POLICY: usize = 2048;

/// A session as a request describes it.
pub(super) struct RoleSession<'a> {
    pub role_arn: &'a str,
    name: &'a str,
    seconds: Option<&'a str>,
    policy: Option<&'a str>,
}

impl<'a> RoleSession<'a> {
    /// Reads the arguments and checks their form.
    pub(super) fn read(call: &'a Call) -> Result<Self, VendorError> {
        let role_arn = mandatory(call, "RoleArn")?;
        if !role_arn.starts_with("acs:") || RoleArn::parse(role_arn).is_none() {
            return Err(wrongly_formed("RoleArn"));
        }
        let name = mandatory(call, "RoleSessionName")?;
        if !is_made_of(name, 2..=64, ".@-_") {
            return Err(wrongly_formed("RoleSessionName"));
        }
        let policy = call.parameters.get("Policy").map(check_policy).transpose()?;
        Ok(Self { role_arn, name, seconds: call.parameters.get("DurationSeconds"), policy })
    }

    /// Finds the role.
    pub(super) fn find_role<'w>(&self, cloud: &'w Alicloud) -> Result<&'w Role, VendorError> {
        let found = cloud.roles.iter().find(|role| role.arn == self.role_arn);
        found.ok_or_else(|| {
            let message = format!("The role not exists: {}. ", self.role_arn);
            VendorError::new(404, "EntityNotExist.Role", message)
        })
    }

    /// Starts the session and returns the fields of the answer.
    pub(super) fn start(
        self,
        call: &Call,
        role: &Role,
        cloud: &Alicloud,
    ) -> Result<(AccessKey, Value), VendorError> {
        let seconds = self.seconds(role)?;
        let seconds = cloud.session_lifetime.unwrap_or(seconds.into());
        let expires_at = call.now.plus_seconds(seconds);
        let document = self.policy.map(str::to_owned);
        let session = Session { document, ..Session::until(expires_at) };
        let key = credentials::issue(Cloud::Alicloud, role, self.name, session);
        let RoleArn { account, name: role_name, .. } =
            RoleArn::parse(&role.arn).expect("a world without contradictions");
        let view = json!({
            "Credentials": {
                "AccessKeyId": key.id,
                "AccessKeySecret": key.secret,
                "SecurityToken": key.token,
                "Expiration": expires_at.with_seconds(),
            },
            "AssumedRoleUser": {
                "Arn": format!("{}/{}", role.arn, self.name),
                "AssumedRoleId": format!("{}:{}", role_id(account, role_name), self.name),
            },
        });
        Ok((key, view))
    }

    fn seconds(&self, role: &Role) -> Result<u32, VendorError> {
        let Some(text) = self.seconds else {
            return Ok(DEFAULT_SECONDS);
        };
        let bounds = SHORTEST_SECONDS..=role.max_session_seconds;
        text.parse().ok().filter(|seconds| bounds.contains(seconds)).ok_or_else(|| {
            let message = format!(
                "The Min/Max value of DurationSeconds is {}s/{}s.",
                bounds.start(),
                bounds.end()
            );
            VendorError::new(400, "InvalidParameter.DurationSeconds", message)
        })
    }
}

/// Returns an argument that must be there.
pub(super) fn mandatory<'a>(call: &'a Call, name: &str) -> Result<&'a str, VendorError> {
    let value = call.parameters.get(name).filter(|value| !value.is_empty());
    value.ok_or_else(|| missing(name))
}

/// Refuses an absent argument.
pub(super) fn missing(name: &str) -> VendorError {
    let message = format!("{name} is mandatory for this action.");
    VendorError::new(400, format!("Missing{name}"), message)
}

/// Tells whether a text consists of ASCII letters, digits and these marks only.
pub(super) fn is_made_of(text: &str, length: RangeInclusive<usize>, marks: &str) -> bool {
    length.contains(&text.len())
        && text
            .chars()
            .all(|character| character.is_ascii_alphanumeric() || marks.contains(character))
}

/// Refuses an argument of the wrong form.
pub(super) fn wrongly_formed(name: &str) -> VendorError {
    let message = format!("The parameter {name} is wrongly formed.");
    VendorError::new(400, format!("InvalidParameter.{name}"), message)
}

/// Refuses a document that is too long or no policy.
fn check_policy(document: &str) -> Result<&str, VendorError> {
    if document.len() > LONGEST_POLICY {
        let message = format!("The size of Policy must be at most {LONGEST_POLICY}.");
        return Err(VendorError::new(400, "InvalidParameter.PolicySize", message));
    }
    Document::parse(document, Kind::Ram).map(|_| document).map_err(|_| {
        let message = "The parameter Policy has not passed grammar check.";
        VendorError::new(400, "InvalidParameter.PolicyGrammar", message)
    })
}
