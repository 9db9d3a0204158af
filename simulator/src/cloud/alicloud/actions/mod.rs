//! The operations of Alibaba Cloud, one file each, or one for what is done to one sort of thing.

mod assume_role;
mod assume_role_with_oidc;
mod describe_images;
mod describe_regions;
mod get_caller_identity;
mod list_tag_resources;
mod ram;
mod tag_resources;
mod untag_resources;

pub(super) use get_caller_identity::{role_id, user_id};

use crate::cloud::Action;

/// Everything the simulated Alibaba Cloud can do.
pub(super) const ALL: &[&Action] = &[
    &assume_role::ACTION,
    &assume_role_with_oidc::ACTION,
    &describe_images::ACTION,
    &describe_regions::ACTION,
    &get_caller_identity::ACTION,
    &list_tag_resources::ACTION,
    &ram::attachments::ATTACH_TO_GROUP,
    &ram::attachments::ATTACH_TO_ROLE,
    &ram::attachments::ATTACH_TO_USER,
    &ram::attachments::DETACH_FROM_GROUP,
    &ram::attachments::DETACH_FROM_ROLE,
    &ram::attachments::DETACH_FROM_USER,
    &ram::attachments::LIST_ENTITIES,
    &ram::attachments::LIST_FOR_GROUP,
    &ram::attachments::LIST_FOR_ROLE,
    &ram::attachments::LIST_FOR_USER,
    &ram::policies::CREATE,
    &ram::policies::DELETE,
    &ram::policies::GET,
    &ram::policies::LIST,
    &ram::policies::UPDATE_DESCRIPTION,
    &ram::tags::LIST,
    &ram::tags::TAG,
    &ram::tags::UNTAG,
    &ram::versions::CREATE,
    &ram::versions::DELETE,
    &ram::versions::GET,
    &ram::versions::LIST,
    &ram::versions::SET_DEFAULT,
    &tag_resources::ACTION,
    &untag_resources::ACTION,
];
