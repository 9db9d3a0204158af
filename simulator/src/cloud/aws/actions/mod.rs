//! The operations of AWS, one file each.

mod assume_role;
mod assume_role_with_web_identity;
mod create_tags;
mod delete_tags;
mod describe_images;
mod describe_regions;
mod describe_tags;
mod get_caller_identity;

pub(super) use get_caller_identity::role_id;

use crate::cloud::Action;

/// Everything the simulated AWS can do.
pub(super) const ALL: &[&Action] = &[
    &assume_role::ACTION,
    &assume_role_with_web_identity::ACTION,
    &create_tags::ACTION,
    &delete_tags::ACTION,
    &describe_images::ACTION,
    &describe_regions::ACTION,
    &describe_tags::ACTION,
    &get_caller_identity::ACTION,
];
