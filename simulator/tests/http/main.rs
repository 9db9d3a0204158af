//! The simulator over HTTP, asked by a client that signs with code of its own.

#![allow(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test that meets something unexpected should fail there"
)]

mod alicloud;
mod alicloud_drift;
mod alicloud_guardrails;
mod alicloud_machines;
mod alicloud_ram;
mod alicloud_resource_directory;
mod alicloud_sts;
mod alicloud_tags;
mod aws;
mod aws_guardrails;
mod aws_iam;
mod aws_machines;
mod aws_organizations;
mod aws_sts;
mod aws_tags;
mod caller;
mod changes;
mod client;
mod command;
mod control;
mod faults;
mod metadata;
mod readme;
mod speed;
mod tag_lag;
