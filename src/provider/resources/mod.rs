//! The resources, one file each.

mod alicloud_guardrail;
mod alicloud_guardrail_attachment;
mod alicloud_image_approval;
mod aws_guardrail;
mod aws_guardrail_attachment;
mod aws_image_approval;
mod guardrail;
mod guardrail_attachment;
mod image_approval;
mod image_pin;
mod image_pin_faults;

pub(super) use self::{
    guardrail::Guardrails, guardrail_attachment::Attachments, image_approval::Claims,
};
use super::configure::Clouds;
use crate::plugin::AnyResource;

/// All resources.
pub(super) const ALL: &[&dyn AnyResource<Clouds>] = &[
    &alicloud_guardrail::ALICLOUD_GUARDRAIL,
    &alicloud_guardrail_attachment::ALICLOUD_GUARDRAIL_ATTACHMENT,
    &alicloud_image_approval::ALICLOUD_IMAGE_APPROVAL,
    &aws_guardrail::AWS_GUARDRAIL,
    &aws_guardrail_attachment::AWS_GUARDRAIL_ATTACHMENT,
    &aws_image_approval::AWS_IMAGE_APPROVAL,
    &image_pin::ImagePin,
];
