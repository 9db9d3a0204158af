//! `CreateControlPolicy`, `GetControlPolicy`, `ListControlPolicies`, `UpdateControlPolicy`,
//! `DeleteControlPolicy`.

use serde_json::{Value, json};

use super::master::check_tags;
use super::{absent, conflict, invalid, manage, page, write};
use crate::cloud::alicloud::role_session::{is_made_of, mandatory};
use crate::cloud::alicloud::{RESOURCE_MANAGER, joined, requested_tags, to_json};
use crate::cloud::{Action, Call, VendorError};
use crate::policy::alicloud::{Document, Kind};
use crate::world::World;
use crate::world::alicloud::{ControlPolicy, FULL_ACCESS, FULL_ACCESS_DOCUMENT, ResourceDirectory};

/// Most characters of a document.
const LONGEST_DOCUMENT: usize = 4096;

/// Most custom control policies of a directory.
const MAX_POLICIES: usize = 1500;

pub(in super::super) const CREATE: Action = Action {
    parameters: &["Description", "EffectScope", "PolicyDocument", "PolicyName"],
    ..Action::new(
        &RESOURCE_MANAGER,
        "CreateControlPolicy",
        |_| vec!["resourcemanager:CreateControlPolicy"],
        create,
    )
};

pub(in super::super) const GET: Action = Action {
    parameters: &["Language", "PolicyId"],
    ..Action::new(
        &RESOURCE_MANAGER,
        "GetControlPolicy",
        |_| vec!["resourcemanager:GetControlPolicy"],
        get,
    )
};

pub(in super::super) const LIST: Action = Action {
    parameters: &["Language", "PageNumber", "PageSize", "PolicyType"],
    ..Action::new(
        &RESOURCE_MANAGER,
        "ListControlPolicies",
        |_| vec!["resourcemanager:ListControlPolicies"],
        list,
    )
};

pub(in super::super) const UPDATE: Action = Action {
    parameters: &["NewDescription", "NewPolicyDocument", "NewPolicyName", "PolicyId"],
    ..Action::new(
        &RESOURCE_MANAGER,
        "UpdateControlPolicy",
        |_| vec!["resourcemanager:UpdateControlPolicy"],
        update,
    )
};

pub(in super::super) const DELETE: Action = Action {
    parameters: &["PolicyId"],
    ..Action::new(
        &RESOURCE_MANAGER,
        "DeleteControlPolicy",
        |_| vec!["resourcemanager:DeleteControlPolicy"],
        delete,
    )
};

/// Writes what every answer has about a custom policy; counts are texts here.
fn view(policy: &ControlPolicy, directory: &ResourceDirectory) -> Value {
    json!({
        "PolicyId": policy.id,
        "PolicyName": policy.name,
        "PolicyType": "Custom",
        "EffectScope": "RAM",
        "Description": policy.description,
        "AttachmentCount": directory.count_attachments(&policy.id).to_string(),
        "CreateDate": policy.created_at.with_seconds(),
        "UpdateDate": policy.updated_at.with_seconds(),
    })
}

/// Writes the tags of a policy, which the older service does not know.
fn tags(call: &Call, policy: &ControlPolicy) -> Value {
    if *call.action.service == RESOURCE_MANAGER {
        return json!({});
    }
    let tags = policy.tags.iter().map(|(key, value)| json!({"Key": key, "Value": value}));
    json!({"Tags": {"Tag": tags.collect::<Vec<_>>()}})
}

/// Writes the policy that is everywhere unless somebody detaches it.
fn full_access(directory: &ResourceDirectory) -> Value {
    json!({
        "PolicyId": FULL_ACCESS,
        "PolicyName": "FullAliyunAccess",
        "PolicyType": "System",
        "EffectScope": "All",
        "Description": "Allows all operations on all cloud resources.",
        "AttachmentCount": directory.count_attachments(FULL_ACCESS).to_string(),
        "CreateDate": "2020-01-01T00:00:00Z",
        "UpdateDate": "2020-01-01T00:00:00Z",
    })
}

fn unknown() -> VendorError {
    absent("ControlPolicy", "The specified control policy does not exist.")
}

/// Reads the name under this parameter: a letter, then letters, digits and hyphens.
fn check_name(parameter: &str, name: &str) -> Result<(), VendorError> {
    let begins_well = name.starts_with(|first: char| first.is_ascii_alphabetic());
    if begins_well && is_made_of(name, 1..=128, "-") {
        return Ok(());
    }
    Err(invalid(parameter, &format!("The specified parameter {parameter} is not valid.")))
}

/// Refuses a document that is too long or none; the vendor's status for the former depends on the
/// operation.
fn check_document(parameter: &str, document: &str) -> Result<(), VendorError> {
    if document.chars().count() > LONGEST_DOCUMENT {
        let message =
            format!("The maximum length of {parameter} is {LONGEST_DOCUMENT} characters.");
        let code = format!("InvalidParameter.{parameter}.Length");
        let status = if parameter == "PolicyDocument" { 409 } else { 400 };
        return Err(VendorError::new(status, code, message));
    }
    let malformed = |reason| VendorError::new(400, "MalformedPolicyDocument", reason);
    Document::parse(document, Kind::Control).map(drop).map_err(malformed)
}

fn check_description(parameter: &str, description: &str) -> Result<(), VendorError> {
    match description.chars().count() > 1024 {
        true => Err(invalid(
            &format!("{parameter}.Length"),
            &format!("The maximum length of {parameter} is 1024 characters."),
        )),
        false => Ok(()),
    }
}

/// Refuses a name that another policy has.
fn check_free(name: &str, id: &str, directory: &ResourceDirectory) -> Result<(), VendorError> {
    let mut others = directory.control_policies.iter().filter(|policy| policy.id != id);
    match name == "FullAliyunAccess" || others.any(|policy| policy.name == name) {
        true => Err(conflict(
            "EntityAlreadyExists.ControlPolicy",
            "The specified control policy name already exists.",
        )),
        false => Ok(()),
    }
}

fn create(call: &Call, world: &mut World) -> Result<String, VendorError> {
    let name = mandatory(call, "PolicyName")?;
    let document = mandatory(call, "PolicyDocument")?;
    let description = call.parameters.get("Description").unwrap_or_default();
    check_name("PolicyName", name)?;
    if mandatory(call, "EffectScope")? != "RAM" {
        return Err(invalid("EffectScope", "The specified parameter EffectScope is not valid."));
    }
    check_document("PolicyDocument", document)?;
    check_description("Description", description)?;
    check_tags(call)?;
    let directory = write(call, world)?;
    check_free(name, "", directory)?;
    if directory.control_policies.len() >= MAX_POLICIES {
        let message = "The number of control policies exceeds the limit.";
        return Err(conflict("LimitExceeded.ControlPolicy", message));
    }
    let random: String = std::iter::repeat_with(fastrand::alphanumeric).take(16).collect();
    let policy = ControlPolicy {
        id: format!("cp-{random}"),
        name: name.to_owned(),
        description: description.to_owned(),
        document: document.to_owned(),
        tags: requested_tags(call),
        created_at: call.now,
        updated_at: call.now,
    };
    let view = view(&policy, directory);
    directory.control_policies.push(policy);
    directory.begin_write(&call.request_id, call.now);
    Ok(to_json(call, json!({"ControlPolicy": view})))
}

fn get(call: &Call, world: &mut World) -> Result<String, VendorError> {
    let id = mandatory(call, "PolicyId")?;
    let directory = manage(call, world)?;
    let (view, document) = match directory.control_policies.iter().find(|policy| policy.id == id) {
        Some(policy) => (view(policy, directory), policy.document.as_str()),
        None if id == FULL_ACCESS => (full_access(directory), FULL_ACCESS_DOCUMENT),
        None => return Err(unknown()),
    };
    let view = joined(view, json!({"PolicyDocument": document}));
    Ok(to_json(call, json!({"ControlPolicy": view})))
}

fn list(call: &Call, world: &mut World) -> Result<String, VendorError> {
    let (has_system, has_custom) = match call.parameters.get("PolicyType") {
        None => (true, true),
        Some("System") => (true, false),
        Some("Custom") => (false, true),
        Some(other) => return Err(call.invalid("PolicyType", other)),
    };
    let directory = manage(call, world)?;
    let wanted = requested_tags(call);
    let is_wanted = |policy: &ControlPolicy| {
        wanted.iter().all(|(key, value)| policy.tags.get(key) == Some(value))
    };
    let custom = directory.control_policies.iter().filter(|policy| has_custom && is_wanted(policy));
    let custom = custom.map(|policy| joined(view(policy, directory), tags(call, policy)));
    let has_system = has_system && wanted.is_empty();
    let all: Vec<Value> = custom.chain(has_system.then(|| full_access(directory))).collect();
    Ok(to_json(call, page(call, "ControlPolicies", "ControlPolicy", &all)?))
}

fn update(call: &Call, world: &mut World) -> Result<String, VendorError> {
    let id = mandatory(call, "PolicyId")?;
    let given = |name: &str| call.parameters.get(name);
    let (name, document, description) =
        (given("NewPolicyName"), given("NewPolicyDocument"), given("NewDescription"));
    name.map_or(Ok(()), |name| check_name("NewPolicyName", name))?;
    document.map_or(Ok(()), |document| check_document("NewPolicyDocument", document))?;
    description.map_or(Ok(()), |text| check_description("NewDescription", text))?;
    let directory = write(call, world)?;
    let found = directory.control_policies.iter().position(|policy| policy.id == id);
    let position = found.ok_or_else(unknown)?;
    name.map_or(Ok(()), |name| check_free(name, id, directory))?;
    let policy = directory.control_policies.get_mut(position).ok_or_else(unknown)?;
    let replace = |field: &mut String, new: Option<&str>| {
        if let Some(new) = new {
            new.clone_into(field);
        }
    };
    replace(&mut policy.name, name);
    replace(&mut policy.document, document);
    replace(&mut policy.description, description);
    policy.updated_at = call.now;
    let policy = policy.clone();
    directory.begin_write(&call.request_id, call.now);
    Ok(to_json(call, json!({"ControlPolicy": view(&policy, directory)})))
}

fn delete(call: &Call, world: &mut World) -> Result<String, VendorError> {
    let id = mandatory(call, "PolicyId")?;
    let directory = write(call, world)?;
    if !directory.control_policies.iter().any(|policy| policy.id == id) {
        return Err(unknown());
    }
    if directory.count_attachments(id) > 0 {
        let message = "The specified control policy is attached to folders or members.";
        return Err(conflict("DeleteConflict.ControlPolicy.Attachment", message));
    }
    directory.delete(id);
    directory.begin_write(&call.request_id, call.now);
    Ok(to_json(call, json!({})))
}
