//! The operations of AWS, one file each.

mod describe_images;
mod describe_regions;
mod get_caller_identity;

use crate::cloud::Action;

/// Everything the simulated AWS can do.
pub(super) const ALL: &[&Action] =
    &[&describe_images::ACTION, &describe_regions::ACTION, &get_caller_identity::ACTION];
