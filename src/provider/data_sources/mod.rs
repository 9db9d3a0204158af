//! The data sources, one file each.

mod alicloud_image;
mod aws_image;
mod image_outcome;

use super::configure::Clouds;
use crate::plugin::AnyDataSource;

/// All data sources.
pub(super) const ALL: &[&dyn AnyDataSource<Clouds>] =
    &[&alicloud_image::AlicloudImage, &aws_image::AwsImage];
