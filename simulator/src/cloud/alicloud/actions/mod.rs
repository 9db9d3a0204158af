//! The operations of Alibaba Cloud, one file each.

mod assume_role;
mod assume_role_with_oidc;
mod describe_images;
mod describe_regions;
mod get_caller_identity;

pub(super) use get_caller_identity::role_id;

use crate::cloud::Action;

/// Everything the simulated Alibaba Cloud can do.
pub(super) const ALL: &[&Action] = &[
    &assume_role::ACTION,
    &assume_role_with_oidc::ACTION,
    &describe_images::ACTION,
    &describe_regions::ACTION,
    &get_caller_identity::ACTION,
];
