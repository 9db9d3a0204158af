//! The resources, one file each.

mod alicloud_guardrail;
mod alicloud_image_approval;
mod aws_image_approval;
mod guardrail;
mod image_approval;
mod image_pin;
mod image_pin_faults;

pub(super) use self::image_approval::Claims;
use super::configure::Clouds;
use crate::plugin::AnyResource;

/// All resources.
pub(super) const ALL: &[&dyn AnyResource<Clouds>] = &[
    &alicloud_guardrail::ALICLOUD_GUARDRAIL,
    &alicloud_image_approval::ALICLOUD_IMAGE_APPROVAL,
    &aws_image_approval::AWS_IMAGE_APPROVAL,
    &image_pin::ImagePin,
];
