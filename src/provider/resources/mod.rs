//! The resources, one file each.

use super::configure::Clouds;
use crate::plugin::AnyResource;

/// All resources.
pub(super) const ALL: &[&dyn AnyResource<Clouds>] = &[];
