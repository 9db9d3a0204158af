//! The operations of AWS, one file each, or one for what is done to one sort of thing.

mod assume_role;
mod assume_role_with_web_identity;
mod create_tags;
mod decode_authorization_message;
mod delete_tags;
mod describe_images;
mod describe_regions;
mod describe_tags;
mod get_caller_identity;
mod iam;
mod image_giving;
mod image_making;
mod machines;
mod organizations;
mod other_launches;
mod snapshot_making;

pub(super) use get_caller_identity::role_id;

use crate::cloud::Action;

/// Everything the simulated AWS can do.
pub(super) const ALL: &[&Action] = &[
    &assume_role::ACTION,
    &assume_role_with_web_identity::ACTION,
    &create_tags::ACTION,
    &decode_authorization_message::ACTION,
    &delete_tags::ACTION,
    &describe_images::ACTION,
    &describe_regions::ACTION,
    &describe_tags::ACTION,
    &get_caller_identity::ACTION,
    &iam::attachments::ATTACH_TO_GROUP,
    &iam::attachments::ATTACH_TO_ROLE,
    &iam::attachments::ATTACH_TO_USER,
    &iam::attachments::DETACH_FROM_GROUP,
    &iam::attachments::DETACH_FROM_ROLE,
    &iam::attachments::DETACH_FROM_USER,
    &iam::attachments::LIST_ENTITIES,
    &iam::attachments::LIST_FOR_GROUP,
    &iam::attachments::LIST_FOR_ROLE,
    &iam::attachments::LIST_FOR_USER,
    &iam::identities::ADD_USER_TO_GROUP,
    &iam::identities::CREATE_GROUP,
    &iam::identities::CREATE_ROLE,
    &iam::identities::CREATE_USER,
    &iam::identities::DELETE_GROUP,
    &iam::identities::DELETE_ROLE,
    &iam::identities::DELETE_USER,
    &iam::identities::LIST_GROUPS,
    &iam::identities::REMOVE_USER_FROM_GROUP,
    &iam::policies::CREATE,
    &iam::policies::DELETE,
    &iam::policies::GET,
    &iam::policies::LIST,
    &iam::tags::LIST,
    &iam::tags::TAG,
    &iam::tags::UNTAG,
    &iam::versions::CREATE,
    &iam::versions::DELETE,
    &iam::versions::GET,
    &iam::versions::LIST,
    &iam::versions::SET_DEFAULT,
    &image_giving::EXPORT,
    &image_giving::EXPORT_MACHINE,
    &image_giving::MODIFY_IMAGE,
    &image_giving::MODIFY_SNAPSHOT,
    &image_giving::RESET_IMAGE,
    &image_giving::STORE,
    &image_making::COPY,
    &image_making::CREATE,
    &image_making::IMPORT,
    &image_making::REGISTER,
    &image_making::RESTORE,
    &machines::DESCRIBE,
    &machines::RUN,
    &machines::TERMINATE,
    &organizations::accounts::CREATE,
    &organizations::accounts::CREATION_STATUS,
    &organizations::accounts::LIST,
    &organizations::accounts::LIST_FOR_PARENT,
    &organizations::attachments::ATTACH,
    &organizations::attachments::DETACH,
    &organizations::attachments::LIST_FOR_TARGET,
    &organizations::attachments::LIST_TARGETS,
    &organizations::organization::CREATE,
    &organizations::organization::DESCRIBE,
    &organizations::policies::CREATE,
    &organizations::policies::DELETE,
    &organizations::policies::DESCRIBE,
    &organizations::policies::LIST,
    &organizations::policies::UPDATE,
    &organizations::policy_type::DISABLE,
    &organizations::policy_type::ENABLE,
    &organizations::policy_type::LIST_ROOTS,
    &organizations::tags::LIST,
    &organizations::tags::TAG,
    &organizations::tags::UNTAG,
    &organizations::units::CREATE,
    &organizations::units::DESCRIBE,
    &organizations::units::LIST_FOR_PARENT,
    &organizations::units::LIST_PARENTS,
    &other_launches::FLEET,
    &other_launches::REPLACE_ROOT,
    &other_launches::SPOT_FLEET,
    &other_launches::SPOT_INSTANCES,
    &snapshot_making::COPY,
    &snapshot_making::CREATE,
    &snapshot_making::CREATE_ALL,
    &snapshot_making::IMPORT,
];
