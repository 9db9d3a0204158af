//! The operations of Alibaba Cloud, one file each.

mod assume_role;
mod assume_role_with_oidc;
mod describe_images;
mod describe_regions;
mod get_caller_identity;
mod list_tag_resources;
mod tag_resources;
mod untag_resources;

pub(super) use get_caller_identity::role_id;

use crate::cloud::Action;

/// Everything the simulated Alibaba Cloud can do.
pub(super) const ALL: &[&Action] = &[
    &assume_role::ACTION,
    &assume_role_with_oidc::ACTION,
    &describe_images::ACTION,
    &describe_regions::ACTION,
    &get_caller_identity::ACTION,
    &list_tag_resources::ACTION,
    &tag_resources::ACTION,
    &untag_resources::ACTION,
];
