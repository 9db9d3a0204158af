//! The data sources, one file each.

mod alicloud_image;
mod alicloud_image_check;
mod alicloud_images;
mod aws_image;
mod aws_image_check;
mod aws_images;
mod image_check_outcome;
mod image_facts;
mod image_outcome;
mod images_outcome;

use super::configure::Clouds;
use crate::plugin::AnyDataSource;

/// All data sources.
pub(super) const ALL: &[&dyn AnyDataSource<Clouds>] = &[
    &alicloud_image::AlicloudImage,
    &alicloud_image_check::AlicloudImageCheck,
    &alicloud_images::AlicloudImages,
    &aws_image::AwsImage,
    &aws_image_check::AwsImageCheck,
    &aws_images::AwsImages,
];
