//! Each resource from creation to deletion; what both clouds have shares its scenarios.

mod alicloud_guardrail;
mod alicloud_guardrail_attachment;
mod alicloud_image_approval;
mod approval_scenarios;
mod attachment_scenarios;
mod aws_guardrail;
mod aws_guardrail_attachment;
mod aws_image_approval;
mod guardrail_scenarios;
mod guardrails_on_either_aws;
mod image_pin;
