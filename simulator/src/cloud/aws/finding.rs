//! Finds the images, machines and snapshots that a call of EC2 names, or says that they are not there.
//!
//! Source: "Error codes for the Amazon EC2 API". An id that the world has is none to complain about,
//! however short.

use super::viewer::{Viewer, is_image_id};
use crate::cloud::{Call, VendorError};
use crate::world::World;
use crate::world::aws::{Image, Machine, Snapshot, State};

/// Finds an image that the caller sees in the region of the call.
pub(super) fn find_image<'w>(call: &Call, id: &str, world: &'w World) -> Option<&'w Image> {
    let viewer = Viewer::of(call, &world.aws, call.now);
    let mut images = world.aws.images.iter();
    images.find(|image| image.id == id && viewer.sees(image) && image.state != State::Deregistered)
}

/// Finds a machine of the caller in the region of the call.
pub(super) fn find_machine<'w>(call: &Call, id: &str, world: &'w World) -> Option<&'w Machine> {
    world.aws.machines.iter().find(|machine| {
        machine.id == id && machine.account == call.account() && machine.region == call.region
    })
}

/// Finds a snapshot that the caller may use in a region.
pub(super) fn find_snapshot<'w>(
    call: &Call,
    id: &str,
    region: &str,
    world: &'w World,
) -> Option<&'w Snapshot> {
    world.aws.snapshots.iter().find(|snapshot| {
        snapshot.id == id && snapshot.region == region && snapshot.is_open_to(call.account())
    })
}

/// Returns an argument that must be there.
pub(super) fn mandatory<'a>(call: &'a Call, name: &str) -> Result<&'a str, VendorError> {
    call.parameters.get(name).filter(|value| !value.is_empty()).ok_or_else(|| {
        let message = format!("The request must contain the parameter {name}");
        VendorError::new(400, "MissingParameter", message)
    })
}

/// Returns an image that machines can be made from.
pub(super) fn usable_image<'w>(
    call: &Call,
    id: &str,
    world: &'w World,
) -> Result<&'w Image, VendorError> {
    let image = find_image(call, id, world).ok_or_else(|| no_image(id))?;
    if image.state != State::Available {
        let message = format!("The image ID '{id}' is not available");
        return Err(VendorError::new(400, "InvalidAMIID.Unavailable", message));
    }
    Ok(image)
}

/// Returns where an image is that the caller owns.
pub(super) fn own_image(call: &Call, id: &str, world: &World) -> Result<usize, VendorError> {
    let image = find_image(call, id, world).ok_or_else(|| no_image(id))?;
    if image.owner != call.account() {
        let message = format!("Not authorized for image:{id}");
        return Err(VendorError::new(403, "AuthFailure", message));
    }
    let position = world.aws.images.iter().position(|image| image.id == id);
    position.ok_or_else(|| no_image(id))
}

/// Returns a machine that is not terminated.
pub(super) fn running_machine<'w>(
    call: &Call,
    id: &str,
    world: &'w World,
) -> Result<&'w Machine, VendorError> {
    let found = find_machine(call, id, world).filter(|machine| !machine.terminated);
    found.ok_or_else(|| no_machine(id))
}

/// Says that there is no such image.
pub(super) fn no_image(id: &str) -> VendorError {
    if is_image_id(id) {
        let message = format!("The image id '[{id}]' does not exist");
        return VendorError::new(400, "InvalidAMIID.NotFound", message);
    }
    VendorError::new(400, "InvalidAMIID.Malformed", format!("Invalid id: \"{id}\""))
}

/// Says that there is no such machine.
pub(super) fn no_machine(id: &str) -> VendorError {
    if id.starts_with("i-") {
        let message = format!("The instance ID '{id}' does not exist");
        return VendorError::new(400, "InvalidInstanceID.NotFound", message);
    }
    VendorError::new(400, "InvalidInstanceID.Malformed", format!("Invalid id: \"{id}\""))
}

/// Says that there is no such snapshot.
pub(super) fn no_snapshot(id: &str) -> VendorError {
    let message = format!("The snapshot '{id}' does not exist.");
    VendorError::new(400, "InvalidSnapshot.NotFound", message)
}

/// Makes an id: a prefix and 17 hexadecimal digits.
pub(super) fn new_id(prefix: &str) -> String {
    format!("{prefix}-{:017x}", fastrand::u128(..) >> 60)
}

/// Returns the id of a machine's root volume, which the world does not keep.
pub(super) fn root_volume_of(machine: &str) -> String {
    machine.replacen("i-", "vol-", 1)
}
