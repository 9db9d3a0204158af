//! The resources, one file each.

mod image_pin;
mod image_pin_faults;

use super::configure::Clouds;
use crate::plugin::AnyResource;

/// All resources.
pub(super) const ALL: &[&dyn AnyResource<Clouds>] = &[&image_pin::ImagePin];
