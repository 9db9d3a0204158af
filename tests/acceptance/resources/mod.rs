//! Each resource from creation to deletion; approvals of both clouds share their scenarios.

mod alicloud_guardrail;
mod alicloud_guardrail_attachment;
mod alicloud_image_approval;
mod approval_scenarios;
mod attachment_scenarios;
mod aws_guardrail_attachment;
mod aws_image_approval;
mod guardrail_scenarios;
mod image_pin;
