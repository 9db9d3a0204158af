//! The data sources, a file each; those that are alike on both clouds share their scenarios.

mod alicloud_image;
mod alicloud_image_check;
mod alicloud_images;
mod aws_image;
mod aws_image_check;
mod aws_images;
mod check_scenarios;
mod roles;
