//! Elastic Compute Cloud, API version 2016-11-15: images, their tags, and regions.

mod create_tags;
mod delete_tags;
mod describe_images;
mod describe_regions;
mod image;

pub use self::describe_images::{DescribeImages, ImagesOf, MOST_IDS};

#[cfg(test)]
mod tests;
