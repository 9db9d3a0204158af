//! The operations of Alibaba Cloud, one file each, or one for what is done to one sort of thing.

mod assume_role;
mod assume_role_with_oidc;
mod describe_images;
mod describe_regions;
mod get_caller_identity;
mod image_giving;
mod image_making;
mod legacy_tags;
mod list_tag_resources;
mod machines;
mod ram;
mod resource_directory;
mod resource_shares;
mod tag_resources;
mod untag_resources;

pub(super) use get_caller_identity::{role_id, user_id};

use crate::cloud::Action;

/// Everything the simulated Alibaba Cloud can do.
pub(in crate::cloud) fn all() -> impl Iterator<Item = &'static Action> {
    ALL.iter().copied().chain(&resource_directory::master::ALL)
}

/// The operations of all services but the twin of one.
const ALL: &[&Action] = &[
    &assume_role::ACTION,
    &assume_role_with_oidc::ACTION,
    &describe_images::ACTION,
    &describe_regions::ACTION,
    &get_caller_identity::ACTION,
    &image_giving::EXPORT,
    &image_giving::SHARE,
    &image_making::COPY,
    &image_making::CREATE,
    &image_making::IMPORT,
    &legacy_tags::ADD,
    &legacy_tags::REMOVE,
    &list_tag_resources::ACTION,
    &machines::CREATE,
    &machines::REPLACE_SYSTEM_DISK,
    &machines::RUN,
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
    &ram::groups::LIST_FOR_USER,
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
    &resource_directory::attachments::ATTACH,
    &resource_directory::attachments::DETACH,
    &resource_directory::attachments::LIST_FOR_TARGET,
    &resource_directory::attachments::LIST_TARGETS,
    &resource_directory::feature::DISABLE,
    &resource_directory::feature::ENABLE,
    &resource_directory::feature::GET_DIRECTORY,
    &resource_directory::feature::GET_STATUS,
    &resource_directory::folders::CREATE_FOLDER,
    &resource_directory::folders::GET_ACCOUNT,
    &resource_directory::folders::GET_FOLDER,
    &resource_directory::folders::LIST_ACCOUNTS,
    &resource_directory::folders::LIST_ACCOUNTS_FOR_PARENT,
    &resource_directory::folders::LIST_ANCESTORS,
    &resource_directory::folders::LIST_FOLDERS,
    &resource_directory::folders::MOVE_ACCOUNT,
    &resource_directory::policies::CREATE,
    &resource_directory::policies::DELETE,
    &resource_directory::policies::GET,
    &resource_directory::policies::LIST,
    &resource_directory::policies::UPDATE,
    &resource_shares::ASSOCIATE,
    &resource_shares::CREATE,
    &tag_resources::ACTION,
    &untag_resources::ACTION,
];
