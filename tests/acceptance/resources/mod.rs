//! Each resource from creation to deletion; approvals of both clouds share their scenarios.

mod alicloud_image_approval;
mod approval_scenarios;
mod aws_image_approval;
mod image_pin;
