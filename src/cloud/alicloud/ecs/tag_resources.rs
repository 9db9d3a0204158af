//! `TagResources`: sets tags.

use std::collections::BTreeMap;

use super::Alicloud;
use crate::cloud::{
    Error,
    alicloud::{endpoints::Service, retry::InDoubt, rpc::Operation, sign::Parameters},
};

const TAG_RESOURCES: Operation = Operation { service: Service::Ecs, name: "ecs:TagResources" };

impl Alicloud {
    /// Sets tags of an image, at most 20; a key that it has gets the new value.
    ///
    /// Sent again after an attempt whose outcome is not known: that sets the same once more.
    ///
    /// # Errors
    ///
    /// Any kind; `NotFound` where there is no such image. [`Error::leaves_in_doubt`] where the
    /// tags may have been set all the same.
    pub async fn tag_resources(
        &self,
        region: &str,
        image_id: &str,
        tags: &BTreeMap<String, String>,
    ) -> Result<(), Error> {
        let mut parameters = of_image(region, image_id);
        for (number, (key, value)) in (1..).zip(tags) {
            parameters.insert(format!("Tag.{number}.Key"), key.clone());
            parameters.insert(format!("Tag.{number}.Value"), value.clone());
        }
        self.write(TAG_RESOURCES, Some(region), &parameters, InDoubt::Repeat).await
    }
}

/// Returns what says whose tags are meant.
pub(super) fn of_image(region: &str, image_id: &str) -> Parameters {
    let parameters = [("RegionId", region), ("ResourceType", "image"), ("ResourceId.1", image_id)];
    parameters.map(|(name, value)| (name.to_owned(), value.to_owned())).into()
}
