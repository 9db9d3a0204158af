//! STS `AssumeRole` (2011-06-15). Sources: the operation's page, "Pass session tags in AWS STS",
//! "Monitor and control actions taken with assumed roles", botocore's model (1.44.5).
//!
//! A role that does not exist, does not trust the caller or wants another external id is refused in
//! the same words, so that nobody can look for roles. Left out: a user the trust policy of the same
//! account names needs the permission all the same.

use std::collections::{BTreeMap, BTreeSet};

use crate::cloud::aws::STS;
use crate::cloud::aws::role_session::{NAME_MARKS, RoleSession, check_form, invalid, mandatory};
use crate::cloud::aws::xml::Xml;
use crate::cloud::{Action, Call, VendorError};
use crate::parameters::Parameters;
use crate::world::World;
use crate::world::access::PrincipalKind;
use crate::world::role::Role;
use crate::world::session::Session;

pub(super) const ACTION: Action = Action {
    service: &STS,
    name: "AssumeRole",
    parameters: &[
        "DurationSeconds",
        "ExternalId",
        "Policy",
        "PolicyArns.member.N.arn",
        "RoleArn",
        "RoleSessionName",
        "SourceIdentity",
        "Tags.member.N.Key",
        "Tags.member.N.Value",
        "TransitiveTagKeys.member.N",
    ],
    unsimulated: &[
        "ProvidedContexts.member.N.ContextAssertion",
        "ProvidedContexts.member.N.ProviderArn",
        "SerialNumber",
        "TokenCode",
    ],
    unsigned: false,
    permissions,
    touches: |_, _| Vec::new(),
    answer,
};

const MOST_TAGS: usize = 50;
/// Longest session of a role assumed by the session of another one.
const LONGEST_CHAINED_SECONDS: u32 = 3600;

/// Tags and source identities need permissions of their own.
fn permissions(parameters: &Parameters) -> Vec<&'static str> {
    let has_tags = !parameters.indices("Tags.member").is_empty();
    let names_source = parameters.get("SourceIdentity").is_some();
    ["sts:AssumeRole"]
        .into_iter()
        .chain(has_tags.then_some("sts:TagSession"))
        .chain(names_source.then_some("sts:SetSourceIdentity"))
        .collect()
}

fn answer(call: &Call, world: &mut World) -> Result<String, VendorError> {
    let cloud = &mut world.aws;
    let key = call.key();
    if *key.principal.kind() == PrincipalKind::Root {
        let message = "Roles may not be assumed by root accounts.";
        return Err(VendorError::new(403, "AccessDenied", message));
    }
    let wanted = RoleSession::read(call, cloud)?;
    if let Some(id) = call.parameters.get("ExternalId") {
        check_form("externalId", id, 2..=1224, "_+=,.@:/-")?;
    }
    let role = wanted.find_role(cloud).filter(|role| lets_in(role, call));
    let role = role.ok_or_else(|| denied(call, wanted.role_arn))?;
    let is_chained = matches!(key.principal.kind(), PrincipalKind::AssumedRole { .. });
    if is_chained && wanted.seconds.is_some_and(|seconds| seconds > LONGEST_CHAINED_SECONDS) {
        let message = "The requested DurationSeconds exceeds the 1 hour session limit for roles \
                       assumed by role chaining.";
        return Err(invalid(message));
    }
    let (tags, transitive_tag_keys) = read_tags(call)?;
    let source_identity = read_source_identity(call, wanted.role_arn)?;
    let session =
        Session { tags, transitive_tag_keys, source_identity, ..Session::until(call.now) };
    let started = wanted.start(call, role, cloud, session)?;
    let mut xml = Xml::default();
    started.write(&mut xml);
    cloud.access_keys.push(started.key);
    Ok(xml.finish())
}

fn lets_in(role: &Role, call: &Call) -> bool {
    let external_id = call.parameters.get("ExternalId");
    role.admits(&call.key().principal)
        && role.external_id.as_deref().is_none_or(|id| external_id == Some(id))
}

fn denied(call: &Call, role_arn: &str) -> VendorError {
    let message = format!(
        "User: {} is not authorized to perform: sts:AssumeRole on resource: {role_arn}",
        call.key().principal.arn()
    );
    VendorError::new(403, "AccessDenied", message)
}

/// Returns the session's tags, with those the calling session passes on, and which of them are
/// passed on again.
fn read_tags(call: &Call) -> Result<(BTreeMap<String, String>, BTreeSet<String>), VendorError> {
    let (mut tags, mut transitive) = inherited_tags(call);
    let indices = call.parameters.indices("Tags.member");
    if indices.len() > MOST_TAGS {
        return Err(invalid(format!("At most {MOST_TAGS} session tags can be given.")));
    }
    let mut own = BTreeSet::new();
    for index in indices {
        let key = mandatory(call, &format!("Tags.member.{index}.Key"))?;
        let value = mandatory(call, &format!("Tags.member.{index}.Value"))?;
        if !(1..=128).contains(&key.chars().count()) || value.chars().count() > 256 {
            return Err(invalid(format!("The session tag '{key}' is too long, or has no key.")));
        }
        if transitive.contains(key) {
            let message = "One of the specified transitive tag keys can't be set because it \
                           conflicts with a transitive tag key from the calling session.";
            return Err(VendorError::new(400, "InvalidParameterValue", message));
        }
        if !own.insert(key.to_lowercase()) {
            let message = "Duplicate tag keys found. Please note that Tag keys are case \
                           insensitive.";
            return Err(VendorError::new(400, "InvalidParameterValue", message));
        }
        tags.insert(key.to_owned(), value.to_owned());
    }
    for key in call.parameters.list("TransitiveTagKeys.member") {
        if !own.contains(&key.to_lowercase()) {
            let message =
                "The specified transitive tag key must be included in the requested tags.";
            return Err(VendorError::new(400, "InvalidParameterValue", message));
        }
        transitive.insert(key.to_owned());
    }
    Ok((tags, transitive))
}

fn inherited_tags(call: &Call) -> (BTreeMap<String, String>, BTreeSet<String>) {
    let Some(session) = &call.key().session else { return Default::default() };
    let keys = session.transitive_tag_keys.clone();
    let tags = session.tags.iter().filter(|(key, _)| keys.contains(*key));
    (tags.map(|(key, value)| (key.clone(), value.clone())).collect(), keys)
}

/// Returns the source identity, which a chain of sessions can set once and never change.
fn read_source_identity(call: &Call, role_arn: &str) -> Result<Option<String>, VendorError> {
    let inherited = call.key().session.as_ref().and_then(|session| session.source_identity.clone());
    let Some(wanted) = call.parameters.get("SourceIdentity") else { return Ok(inherited) };
    check_form("sourceIdentity", wanted, 2..=64, NAME_MARKS)?;
    if inherited.is_some_and(|inherited| inherited != wanted) {
        return Err(denied(call, role_arn));
    }
    Ok(Some(wanted.to_owned()))
}
