//! `CreatePolicy`, `DescribePolicy`, `ListPolicies`, `UpdatePolicy`, `DeletePolicy`.

use serde_json::{Value, json};

use super::{
    SERVICE_CONTROL_POLICY, administer, arn, check_policy_type, exception, invalid, mandatory,
    over_limit, page, random, tags, text, write,
};
use crate::cloud::aws::{ORGANIZATIONS, partition};
use crate::cloud::{Action, Call, VendorError};
use crate::parameters::Parameters;
use crate::policy::aws::{Document, Kind};
use crate::world::World;
use crate::world::aws::{FULL_ACCESS, FULL_ACCESS_DOCUMENT, Organization, ServiceControlPolicy};

/// Most characters of a document, white space included.
const LONGEST_DOCUMENT: usize = 10_240;

/// Most customer managed service control policies of an organisation.
const MAX_POLICIES: usize = 10_000;

pub(in super::super) const CREATE: Action = Action {
    parameters: &["Content", "Description", "Name", "Tags.N.Key", "Tags.N.Value", "Type"],
    ..Action::new(&ORGANIZATIONS, "CreatePolicy", needed_to_create, create)
};

pub(in super::super) const DESCRIBE: Action = Action {
    parameters: &["PolicyId"],
    ..Action::new(
        &ORGANIZATIONS,
        "DescribePolicy",
        |_| vec!["organizations:DescribePolicy"],
        describe,
    )
};

pub(in super::super) const LIST: Action = Action {
    parameters: &["Filter", "MaxResults", "NextToken"],
    ..Action::new(&ORGANIZATIONS, "ListPolicies", |_| vec!["organizations:ListPolicies"], list)
};

pub(in super::super) const UPDATE: Action = Action {
    parameters: &["Content", "Description", "Name", "PolicyId"],
    ..Action::new(&ORGANIZATIONS, "UpdatePolicy", |_| vec!["organizations:UpdatePolicy"], update)
};

pub(in super::super) const DELETE: Action = Action {
    parameters: &["PolicyId"],
    ..Action::new(&ORGANIZATIONS, "DeletePolicy", |_| vec!["organizations:DeletePolicy"], delete)
};

fn needed_to_create(parameters: &Parameters) -> Vec<&'static str> {
    let has_tags = !parameters.indices("Tags").is_empty();
    let tagging = has_tags.then_some("organizations:TagResource");
    ["organizations:CreatePolicy"].into_iter().chain(tagging).collect()
}

/// Writes what listings have about a policy, which can be AWS's own.
pub(super) fn summary(call: &Call, organization: &Organization, id: &str) -> Option<Value> {
    let lower = SERVICE_CONTROL_POLICY.to_lowercase();
    if id == FULL_ACCESS {
        let partition = partition(call.key());
        return Some(json!({
            "Id": FULL_ACCESS,
            "Arn": format!("arn:{partition}:organizations::aws:policy/{lower}/{FULL_ACCESS}"),
            "Name": "FullAWSAccess",
            "Description": "Allows access to every operation",
            "Type": SERVICE_CONTROL_POLICY,
            "AwsManaged": true,
        }));
    }
    let policy = organization.policies.iter().find(|policy| policy.id == id)?;
    Some(json!({
        "Id": id,
        "Arn": arn(call, organization, "policy", &format!("{lower}/{id}")),
        "Name": policy.name,
        "Description": policy.description,
        "Type": SERVICE_CONTROL_POLICY,
        "AwsManaged": false,
    }))
}

/// Writes a policy with its document.
fn view(call: &Call, organization: &Organization, id: &str) -> Result<String, VendorError> {
    let summary = summary(call, organization, id).ok_or_else(unknown)?;
    let policy = organization.policies.iter().find(|policy| policy.id == id);
    let document = policy.map_or(FULL_ACCESS_DOCUMENT, |policy| &policy.document);
    Ok(json!({"Policy": {"PolicySummary": summary, "Content": document}}).to_string())
}

/// Says that there is no such policy.
pub(super) fn unknown() -> VendorError {
    exception(
        "PolicyNotFoundException",
        "We can't find a policy with the PolicyId that you specified.",
    )
}

/// Reads `PolicyId`, which must have the form of one.
pub(super) fn read_id(call: &Call) -> Result<&str, VendorError> {
    let id = mandatory(call, "PolicyId")?;
    let is_fine = |rest: &str| {
        (8..=128).contains(&rest.len())
            && rest.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    };
    match id.strip_prefix("p-").is_some_and(is_fine) {
        true => Ok(id),
        false => Err(invalid(
            "INVALID_PATTERN",
            "You provided a value that does not match the required pattern.",
        )),
    }
}

/// Refuses a document that is too long or none.
fn check_document(document: &str) -> Result<(), VendorError> {
    if document.chars().count() > LONGEST_DOCUMENT {
        let message = "You have exceeded the maximum policy size.";
        return Err(over_limit("POLICY_CONTENT_LIMIT_EXCEEDED", message));
    }
    let malformed = |reason| exception("MalformedPolicyDocumentException", reason);
    Document::parse(document, Kind::ServiceControl).map(drop).map_err(malformed)
}

/// Refuses a name that another policy has.
fn check_free(name: &str, id: &str, organization: &Organization) -> Result<(), VendorError> {
    let mut others = organization.policies.iter().filter(|policy| policy.id != id);
    match name == "FullAWSAccess" || others.any(|policy| policy.name == name) {
        true => Err(exception(
            "DuplicatePolicyException",
            "A policy with the specified name and type already exists.",
        )),
        false => Ok(()),
    }
}

fn create(call: &Call, world: &mut World) -> Result<String, VendorError> {
    let name = text(call, "Name", 1..=128)?;
    let description = text(call, "Description", 0..=512)?;
    let document = text(call, "Content", 1..=usize::MAX)?;
    check_policy_type(call, "Type")?;
    let tags = tags::read(call)?;
    let organization = write(call, world)?;
    check_document(document)?;
    check_free(name, "", organization)?;
    if organization.policies.len() >= MAX_POLICIES {
        let message =
            "You have exceeded the number of policies that you can have in an organization.";
        return Err(over_limit("POLICY_NUMBER_LIMIT_EXCEEDED", message));
    }
    let id = format!("p-{}", random(8));
    organization.policies.push(ServiceControlPolicy {
        id: id.clone(),
        name: name.to_owned(),
        description: description.to_owned(),
        document: document.to_owned(),
        tags,
    });
    organization.begin_write(&call.request_id, call.now);
    view(call, organization, &id)
}

fn describe(call: &Call, world: &mut World) -> Result<String, VendorError> {
    let id = read_id(call)?;
    view(call, administer(call, world)?, id)
}

fn list(call: &Call, world: &mut World) -> Result<String, VendorError> {
    check_policy_type(call, "Filter")?;
    let pages = world.aws.pages;
    let organization = administer(call, world)?;
    let own = organization.policies.iter().map(|policy| policy.id.as_str());
    let all = own.chain([FULL_ACCESS]).filter_map(|id| summary(call, organization, id));
    page(call, "Policies", &all.collect::<Vec<_>>(), pages)
}

/// Changes whatever of name, description and document is given.
fn update(call: &Call, world: &mut World) -> Result<String, VendorError> {
    let id = read_id(call)?;
    let given = |parameter: &str, lengths| {
        call.parameters.get(parameter).map(|_| text(call, parameter, lengths)).transpose()
    };
    let name = given("Name", 1..=128)?;
    let description = given("Description", 0..=512)?;
    let document = given("Content", 1..=usize::MAX)?;
    let organization = write(call, world)?;
    check_own(id, organization)?;
    document.map_or(Ok(()), check_document)?;
    name.map_or(Ok(()), |name| check_free(name, id, organization))?;
    let found = organization.policies.iter_mut().find(|policy| policy.id == id);
    let policy = found.ok_or_else(unknown)?;
    let replace = |field: &mut String, new: Option<&str>| {
        if let Some(new) = new {
            new.clone_into(field);
        }
    };
    replace(&mut policy.name, name);
    replace(&mut policy.description, description);
    replace(&mut policy.document, document);
    organization.begin_write(&call.request_id, call.now);
    view(call, organization, id)
}

/// Refuses to change AWS's own policy.
fn check_own(id: &str, organization: &Organization) -> Result<(), VendorError> {
    if id == FULL_ACCESS {
        return Err(invalid(
            "IMMUTABLE_POLICY",
            "You specified a policy that is managed by AWS and can't be modified.",
        ));
    }
    match organization.policies.iter().any(|policy| policy.id == id) {
        true => Ok(()),
        false => Err(unknown()),
    }
}

fn delete(call: &Call, world: &mut World) -> Result<String, VendorError> {
    let id = read_id(call)?;
    let organization = write(call, world)?;
    check_own(id, organization)?;
    if organization.attachments.iter().any(|attachment| attachment.policy == id) {
        let message = "The policy is attached to one or more entities. You must detach it from \
                       all roots, OUs, and accounts before performing this operation.";
        return Err(exception("PolicyInUseException", message));
    }
    organization.policies.retain(|policy| policy.id != id);
    organization.begin_write(&call.request_id, call.now);
    Ok(String::new())
}
