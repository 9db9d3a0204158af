//! Organizations (2016-11-28): roots, units, accounts, and service control policies.
//!
//! Sources: the pages of the operations, "API operations by account", "Quotas for AWS Organizations",
//! botocore's model (1.44.5). Documents are returned as they were sent: nothing is minified here, the
//! console does that before it sends. Guesses, because nothing is written: most messages, existence
//! before conflicts and quotas, that what belongs to another organisation does not exist, that listings
//! about policies are empty while the policy type is off, and that reserved tags are
//! `INVALID_SYSTEM_TAGS_PARAMETER`.

pub(super) mod accounts;
pub(super) mod attachments;
pub(super) mod organization;
pub(super) mod policies;
pub(super) mod policy_type;
pub(super) mod tags;
pub(super) mod units;

use serde_json::{Value, json};

use crate::cloud::aws::paging::Place;
use crate::cloud::aws::partition;
use crate::cloud::{Call, VendorError};
use crate::world::World;
use crate::world::aws::{Organization, Pages};

/// The only policy type that is simulated.
const SERVICE_CONTROL_POLICY: &str = "SERVICE_CONTROL_POLICY";

/// The other policy types there are.
const OTHER_TYPES: [&str; 14] = [
    "AISERVICES_OPT_OUT_POLICY",
    "BACKUP_POLICY",
    "BEDROCK_POLICY",
    "CHATBOT_POLICY",
    "DECLARATIVE_POLICY_EC2",
    "GUARDDUTY_POLICY",
    "INSPECTOR_POLICY",
    "NETWORK_SECURITY_DIRECTOR_POLICY",
    "RESOURCE_CONTROL_POLICY",
    "S3_POLICY",
    "SECURITYHUB_CSPM_POLICY",
    "SECURITYHUB_POLICY",
    "TAG_POLICY",
    "UPGRADE_ROLLOUT_POLICY",
];

/// Most items of a page.
const LARGEST_PAGE: usize = 20;

/// Makes an error of the service; all of them have this status.
fn exception(code: &str, message: impl Into<String>) -> VendorError {
    VendorError::new(400, code, message)
}

/// Refuses an argument.
fn invalid(reason: &'static str, message: impl Into<String>) -> VendorError {
    VendorError { reason: Some(reason), ..exception("InvalidInputException", message) }
}

/// Says that a limit is reached.
fn over_limit(reason: &'static str, message: impl Into<String>) -> VendorError {
    VendorError { reason: Some(reason), ..exception("ConstraintViolationException", message) }
}

/// Returns an argument that must be there.
fn mandatory<'a>(call: &'a Call, name: &str) -> Result<&'a str, VendorError> {
    let value = call.parameters.get(name);
    value.ok_or_else(|| invalid("INPUT_REQUIRED", format!("You must specify {name}.")))
}

/// Returns a text that must be there and have a length within bounds.
fn text<'a>(
    call: &'a Call,
    name: &str,
    lengths: std::ops::RangeInclusive<usize>,
) -> Result<&'a str, VendorError> {
    let value = mandatory(call, name)?;
    let length = value.chars().count();
    if length < *lengths.start() {
        return Err(invalid("MIN_LENGTH_EXCEEDED", format!("{name} is too short.")));
    }
    match length > *lengths.end() {
        true => Err(invalid("MAX_LENGTH_EXCEEDED", format!("{name} is too long."))),
        false => Ok(value),
    }
}

/// Reads a policy type, which must be that of service control policies.
fn check_policy_type(call: &Call, name: &str) -> Result<(), VendorError> {
    match mandatory(call, name)? {
        SERVICE_CONTROL_POLICY => Ok(()),
        other if OTHER_TYPES.contains(&other) => {
            Err(VendorError::not_simulated(&format!("the policy type {other}")))
        }
        other => Err(invalid("INVALID_ENUM_POLICY_TYPE", format!("{other} is no policy type."))),
    }
}

/// Finds the organisation for an account that belongs to it.
fn belong<'w>(call: &Call, world: &'w mut World) -> Result<&'w mut Organization, VendorError> {
    let account = call.account();
    let organization = world.aws.organization.as_mut();
    organization.filter(|organization| organization.includes(account)).ok_or_else(|| {
        let message = "Your account is not a member of an organization.";
        exception("AWSOrganizationsNotInUseException", message)
    })
}

/// Finds the organisation for its management account.
fn manage<'w>(call: &Call, world: &'w mut World) -> Result<&'w mut Organization, VendorError> {
    let organization = belong(call, world)?;
    match organization.management_account == call.account() {
        true => Ok(organization),
        false => Err(stranger()),
    }
}

/// Finds the organisation for its management account or a delegated administrator.
fn administer<'w>(call: &Call, world: &'w mut World) -> Result<&'w mut Organization, VendorError> {
    let organization = belong(call, world)?;
    let account = call.account();
    match organization.management_account == account
        || organization.delegated_administrators.contains(account)
    {
        true => Ok(organization),
        false => Err(stranger()),
    }
}

fn stranger() -> VendorError {
    exception("AccessDeniedException", "You don't have permissions to access this resource.")
}

/// Refuses a write while another one is under way.
fn check_alone(call: &Call, organization: &Organization) -> Result<(), VendorError> {
    match organization.is_busy(call.now) {
        false => Ok(()),
        true => Err(exception(
            "ConcurrentModificationException",
            "AWS Organizations can't complete your request because it conflicts with another \
             attempt to modify the same entity. Try again later.",
        )),
    }
}

/// Finds the organisation for a write by whoever may administer policies; it must be the only write
/// at its time.
fn write<'w>(call: &Call, world: &'w mut World) -> Result<&'w mut Organization, VendorError> {
    let organization = administer(call, world)?;
    check_alone(call, organization)?;
    Ok(organization)
}

/// Makes an ARN: `arn:aws:organizations::MANAGEMENT_ACCOUNT:KIND/ORGANISATION/REST`.
fn arn(call: &Call, organization: &Organization, kind: &str, rest: &str) -> String {
    let (partition, account) = (partition(call.key()), &organization.management_account);
    let Organization { id, .. } = organization;
    format!("arn:{partition}:organizations::{account}:{kind}/{id}/{rest}")
}

/// Cuts a page out of a listing; `name` is that of the API.
fn page(call: &Call, name: &str, all: &[Value], pages: Pages) -> Result<String, VendorError> {
    let size = match call.parameters.get("MaxResults").map(str::parse) {
        None => LARGEST_PAGE,
        Some(Ok(0)) => return Err(invalid("MIN_VALUE_EXCEEDED", "MaxResults is too small.")),
        Some(Ok(size)) if size <= LARGEST_PAGE => size,
        Some(_) => return Err(invalid("MAX_VALUE_EXCEEDED", "MaxResults is too large.")),
    };
    let place = Place::read(call)
        .map_err(|_| invalid("INVALID_NEXT_TOKEN", "You provided an invalid NextToken."))?;
    let page = place.page(call, all.len(), Some(size), pages);
    let shown = all.get(page.items).unwrap_or_default();
    Ok(match page.next_token {
        Some(token) => json!({name: shown, "NextToken": token}).to_string(),
        None => json!({name: shown}).to_string(),
    })
}

/// Makes the random part of an id: small letters and digits.
fn random(length: usize) -> String {
    std::iter::repeat_with(|| fastrand::char('0'..='z'))
        .filter(|character| character.is_ascii_digit() || character.is_ascii_lowercase())
        .take(length)
        .collect()
}
