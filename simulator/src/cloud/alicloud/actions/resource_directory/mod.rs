//! Resource Directory (ResourceManager 2020-03-31): folders, members, control policies.
//!
//! Sources: the pages of the operations, and the SDK model (alibabacloud-resourcemanager20200331 2.6.2).
//! Guesses after what the pages of 2022-04-19 say about resource control policies, the newer sibling:
//! codes of attaching twice, too often, or while the feature is off. Other guesses, because nothing is
//! written: codes and statuses of absent arguments, of names taken, of detaching what is not attached
//! and deleting what is, of callers from other accounts (`NoPermission`); the status of
//! `ConcurrentCallNotSupported`; that ten attachments are ten custom ones; that a description may be
//! any text, although the pages want letters, digits, `_` and `-`.

pub(super) mod attachments;
pub(super) mod feature;
pub(super) mod folders;
pub(super) mod master;
pub(super) mod policies;

use serde_json::{Value, json};

use crate::cloud::{Call, VendorError};
use crate::world::World;
use crate::world::alicloud::ResourceDirectory;

/// Refuses an argument.
fn invalid(what: &str, message: &str) -> VendorError {
    VendorError::new(400, format!("InvalidParameter.{what}"), message)
}

/// Says that something does not exist.
fn absent(what: &str, message: &str) -> VendorError {
    VendorError::new(404, format!("EntityNotExists.{what}"), message)
}

/// Says that something is in the way.
fn conflict(code: &str, message: &str) -> VendorError {
    VendorError::new(409, code, message)
}

/// Finds the directory for its management account or a delegated administrator.
fn manage<'w>(call: &Call, world: &'w mut World) -> Result<&'w mut ResourceDirectory, VendorError> {
    let directory = belong(call, world)?;
    let account = call.account();
    if directory.management_account == account
        || directory.delegated_administrators.contains(account)
    {
        return Ok(directory);
    }
    let message = "Only the management account of the resource directory can do this.";
    Err(VendorError::new(403, "NoPermission", message))
}

/// Finds the directory for an account that belongs to it.
fn belong<'w>(call: &Call, world: &'w mut World) -> Result<&'w mut ResourceDirectory, VendorError> {
    let account = call.account();
    let directory = world.alicloud.resource_directory.as_mut().filter(|directory| {
        directory.management_account == account
            || directory.members.iter().any(|member| member.account == account)
    });
    directory.ok_or_else(|| {
        let message = "The specified account is not an Alibaba Cloud account or a member account \
                       of the resource directory.";
        VendorError::new(404, "ResourceDirectoryNotInUse", message)
    })
}

/// Finds the directory for a write, which must be the only one at its time.
fn write<'w>(call: &Call, world: &'w mut World) -> Result<&'w mut ResourceDirectory, VendorError> {
    let directory = manage(call, world)?;
    if directory.is_busy(call.now) {
        let message = "Concurrent calls are not supported. Please try again later.";
        return Err(conflict("ConcurrentCallNotSupported", message));
    }
    Ok(directory)
}

/// Cuts a page out of a listing; `name` and `element` are those of the API.
fn page(call: &Call, name: &str, element: &str, all: &[Value]) -> Result<Value, VendorError> {
    let number = call.number("PageNumber", 1..=usize::MAX)?.unwrap_or(1);
    let size = call.number("PageSize", 1..=100)?.unwrap_or(10);
    let start = (number - 1).saturating_mul(size);
    let shown: Vec<&Value> = all.iter().skip(start).take(size).collect();
    Ok(json!({
        name: {element: shown},
        "TotalCount": all.len(), "PageNumber": number, "PageSize": size,
    }))
}
