//! `CreatePolicyVersion`, `GetPolicyVersion`, `ListPolicyVersions`, `SetDefaultPolicyVersion`,
//! `DeletePolicyVersion`.

use super::{
    absent, conflict, document_leaf, find, find_any, members, over_limit, page, read_arn,
    read_boolean, read_document, touched_policy,
};
use crate::cloud::aws::IAM;
use crate::cloud::aws::role_session::{invalid, mandatory};
use crate::cloud::aws::xml::Xml;
use crate::cloud::{Action, Call, VendorError};
use crate::world::World;
use crate::world::aws::{Policy, PolicyVersion};

/// Most versions of a policy.
const MAX_VERSIONS: usize = 5;

pub(in super::super) const CREATE: Action = Action {
    parameters: &["PolicyArn", "PolicyDocument", "SetAsDefault"],
    touches: touched_policy,
    ..Action::new(&IAM, "CreatePolicyVersion", |_| vec!["iam:CreatePolicyVersion"], create)
};

pub(in super::super) const GET: Action = Action {
    parameters: &["PolicyArn", "VersionId"],
    touches: touched_policy,
    ..Action::new(&IAM, "GetPolicyVersion", |_| vec!["iam:GetPolicyVersion"], get)
};

pub(in super::super) const LIST: Action = Action {
    parameters: &["Marker", "MaxItems", "PolicyArn"],
    touches: touched_policy,
    ..Action::new(&IAM, "ListPolicyVersions", |_| vec!["iam:ListPolicyVersions"], list)
};

pub(in super::super) const SET_DEFAULT: Action = Action {
    parameters: &["PolicyArn", "VersionId"],
    touches: touched_policy,
    ..Action::new(
        &IAM,
        "SetDefaultPolicyVersion",
        |_| vec!["iam:SetDefaultPolicyVersion"],
        set_default,
    )
};

pub(in super::super) const DELETE: Action = Action {
    parameters: &["PolicyArn", "VersionId"],
    touches: touched_policy,
    ..Action::new(&IAM, "DeletePolicyVersion", |_| vec!["iam:DeletePolicyVersion"], delete)
};

/// Reads `VersionId`, `v` and a number.
fn read_number(call: &Call) -> Result<u32, VendorError> {
    let text = mandatory(call, "VersionId")?;
    let number = text.strip_prefix('v').and_then(|digits| digits.parse().ok());
    number.filter(|_| !text.starts_with("v0")).ok_or_else(|| {
        invalid(format!(
            "1 validation error detected: Value '{text}' at 'versionId' failed to satisfy \
             constraint: Member must satisfy regular expression pattern: \
             v[1-9][0-9]*(\\.[A-Za-z0-9-]*)?"
        ))
    })
}

fn find_version(policy: &Policy, number: u32) -> Result<&PolicyVersion, VendorError> {
    let found = policy.versions.iter().find(|version| version.number == number);
    found.ok_or_else(|| {
        absent(format!(
            "Policy {} version v{number} does not exist or is not attachable.",
            policy.arn
        ))
    })
}

/// Writes what every answer has about a version; only reading one shows the document.
fn write(xml: &mut Xml, version: &PolicyVersion) {
    xml.leaf("VersionId", &format!("v{}", version.number));
    xml.value("IsDefaultVersion", version.is_default);
    xml.leaf("CreateDate", &version.created_at.with_seconds());
}

/// Adds a version; where there are five, somebody has to make room first.
fn create(call: &Call, world: &mut World) -> Result<String, VendorError> {
    let arn = read_arn(call)?;
    let document = read_document(call)?;
    let is_default = read_boolean(call, "SetAsDefault")?;
    let policy = find(call, arn, &mut world.aws)?;
    if policy.versions.len() >= MAX_VERSIONS {
        return Err(over_limit(format!(
            "A managed policy can have up to {MAX_VERSIONS} versions. Before you create a new \
             version, you must delete an existing version."
        )));
    }
    let number = policy.add_version(document.to_owned(), is_default, call.now);
    let version = find_version(policy, number)?;
    let mut xml = Xml::default();
    xml.within("PolicyVersion", |xml| write(xml, version));
    Ok(xml.finish())
}

fn get(call: &Call, world: &mut World) -> Result<String, VendorError> {
    let (arn, number) = (read_arn(call)?, read_number(call)?);
    let policy = find_any(call, arn, &mut world.aws)?;
    let version = find_version(&policy, number)?;
    let mut xml = Xml::default();
    xml.within("PolicyVersion", |xml| {
        document_leaf(xml, "Document", &version.document);
        write(xml, version);
    });
    Ok(xml.finish())
}

/// Lists the versions, the newest first.
fn list(call: &Call, world: &mut World) -> Result<String, VendorError> {
    let policy = find_any(call, read_arn(call)?, &mut world.aws)?;
    let versions: Vec<&PolicyVersion> = policy.versions.iter().rev().collect();
    let mut xml = Xml::default();
    let shown = page(call, &world.aws, &versions, &mut xml)?;
    members(&mut xml, "Versions", shown, |xml, version| write(xml, version));
    Ok(xml.finish())
}

fn set_default(call: &Call, world: &mut World) -> Result<String, VendorError> {
    let (arn, number) = (read_arn(call)?, read_number(call)?);
    let policy = find(call, arn, &mut world.aws)?;
    find_version(policy, number)?;
    policy.set_default(number);
    policy.updated_at = call.now;
    Ok(String::new())
}

fn delete(call: &Call, world: &mut World) -> Result<String, VendorError> {
    let (arn, number) = (read_arn(call)?, read_number(call)?);
    let policy = find(call, arn, &mut world.aws)?;
    if find_version(policy, number)?.is_default {
        return Err(conflict("Cannot delete the default version of a policy."));
    }
    policy.versions.retain(|version| version.number != number);
    policy.updated_at = call.now;
    Ok(String::new())
}
