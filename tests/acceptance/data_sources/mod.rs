//! The data sources, a file each.

mod alicloud_image;
mod aws_image;
