//! RAM (2015-05-01): custom policies, their versions, tags and attachments.
//!
//! Sources: the pages of the operations, and the SDK model (alibabacloud-ram20150501 1.3.0). Guesses,
//! because nothing is written: the codes of absent arguments (like those of STS), forms before
//! existence, existence before conflicts and quotas, that `DeleteConflict.Role.Policy` is also said when
//! a policy is deleted (as the vendor's own Terraform provider expects), and messages. The documents
//! that are returned are those that were sent.

pub(super) mod attachments;
pub(super) mod groups;
pub(super) mod policies;
pub(super) mod tags;
pub(super) mod versions;

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::cloud::alicloud::role_session::{is_made_of, mandatory};
use crate::cloud::{Call, Touched, VendorError};
use crate::policy::alicloud::{Document, Kind};
use crate::world::World;
use crate::world::alicloud::{Alicloud, Policy, PolicyType, SYSTEM_POLICIES};

/// Most characters of a document.
const LONGEST_DOCUMENT: usize = 6144;

/// Most tags of a policy.
const MAX_TAGS: usize = 20;

/// Refuses an argument.
fn invalid(what: &str, message: &str) -> VendorError {
    VendorError::new(400, format!("InvalidParameter.{what}"), message)
}

/// Says that something does not exist.
fn absent(what: &str, message: String) -> VendorError {
    VendorError::new(404, format!("EntityNotExist.{what}"), message)
}

/// Says that something is in the way.
fn conflict(code: &str, message: &str) -> VendorError {
    VendorError::new(409, code, message)
}

/// Reads `PolicyName`.
fn read_name(call: &Call) -> Result<&str, VendorError> {
    let name = mandatory(call, "PolicyName")?;
    if !is_made_of(name, 1..=usize::MAX, "-") {
        return Err(invalid(
            "PolicyName.InvalidChars",
            "The parameter - \"PolicyName\" contains invalid chars.",
        ));
    }
    if name.len() > 128 {
        return Err(invalid(
            "PolicyName.Length",
            "The parameter - \"PolicyName\" beyond the length limit.",
        ));
    }
    Ok(name)
}

/// Reads `PolicyType`.
fn read_type(call: &Call) -> Result<PolicyType, VendorError> {
    match mandatory(call, "PolicyType")? {
        "Custom" => Ok(PolicyType::Custom),
        "System" => Ok(PolicyType::System),
        _ => Err(invalid("PolicyType", "The parameter - \"PolicyType\" is incorrect.")),
    }
}

/// Reads `PolicyDocument`, as it is.
fn read_document(call: &Call) -> Result<&str, VendorError> {
    let document = mandatory(call, "PolicyDocument")?;
    if document.chars().count() > LONGEST_DOCUMENT {
        return Err(invalid(
            "PolicyDocument.Length",
            "The parameter - \"PolicyDocument\" beyond the length limit.",
        ));
    }
    Document::parse(document, Kind::Ram)
        .map_err(|reason| VendorError::new(400, "MalformedPolicyDocument", reason))?;
    Ok(document)
}

/// Reads a description of at most 1,024 characters.
fn read_description<'a>(call: &'a Call, name: &str) -> Result<&'a str, VendorError> {
    let text = call.parameters.get(name).unwrap_or_default();
    if text.chars().count() > 1024 {
        let message = "The parameter - \"Description\" beyond the length limit.";
        return Err(invalid("Description.Length", message));
    }
    Ok(text)
}

/// Reads `Tag`, which is JSON: `[{"Key": "team", "Value": "images"}]`.
fn read_tags(call: &Call) -> Result<BTreeMap<String, String>, VendorError> {
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Tag {
        key: String,
        #[serde(default)]
        value: String,
    }
    let text = call.parameters.get("Tag").unwrap_or("[]");
    let tags: Vec<Tag> = serde_json::from_str(text)
        .map_err(|_| invalid("Tag", "The parameter - \"Tag\" is incorrect."))?;
    let is_sound = |tag: &Tag| {
        let lengths = (tag.key.chars().count(), tag.value.chars().count());
        let is_reserved = ["acs:", "aliyun"].iter().any(|prefix| tag.key.starts_with(prefix));
        (1..=128).contains(&lengths.0) && lengths.1 <= 256 && !is_reserved
    };
    if tags.len() > MAX_TAGS || !tags.iter().all(is_sound) {
        return Err(invalid("Tag", "The parameter - \"Tag\" is incorrect."));
    }
    Ok(tags.into_iter().map(|tag| (tag.key, tag.value)).collect())
}

/// Finds a custom policy of the caller's account.
fn find<'w>(
    call: &Call,
    name: &str,
    cloud: &'w mut Alicloud,
) -> Result<&'w mut Policy, VendorError> {
    let is_it = |policy: &&mut Policy| policy.account == call.account() && policy.name == name;
    let found = cloud.ram.policies.iter_mut().find(is_it);
    found.ok_or_else(|| absent("Policy", format!("The policy does not exist: {name}.")))
}

/// Makes a system policy look like one of the caller's.
fn system_policy(name: &str) -> Option<Policy> {
    let (name, actions) = SYSTEM_POLICIES.into_iter().find(|(known, _)| *known == name)?;
    let statement = serde_json::json!({"Effect": "Allow", "Action": actions, "Resource": "*"});
    let document = serde_json::json!({"Version": "1", "Statement": [statement]});
    Some(Policy::new(name, document.to_string()))
}

/// Finds a policy of either type.
fn find_any(
    call: &Call,
    name: &str,
    policy_type: PolicyType,
    cloud: &mut Alicloud,
) -> Result<Policy, VendorError> {
    match policy_type {
        PolicyType::Custom => find(call, name, cloud).cloned(),
        PolicyType::System => system_policy(name)
            .ok_or_else(|| absent("Policy", format!("The policy does not exist: {name}."))),
    }
}

/// Names the policy a call is about.
fn touched_policy(call: &Call, _: &World) -> Vec<Touched> {
    let name = call.parameters.get("PolicyName").unwrap_or("*");
    let owner = match call.parameters.get("PolicyType") {
        Some("System") => "system",
        _ => call.account(),
    };
    vec![Touched { arn: format!("acs:ram:*:{owner}:policy/{name}"), keys: Vec::new() }]
}
