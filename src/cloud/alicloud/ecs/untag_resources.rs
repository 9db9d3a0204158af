//! `UntagResources`: removes tags.

use super::{Alicloud, tag_resources::of_image};
use crate::cloud::{
    Error,
    alicloud::{endpoints::Service, retry::InDoubt, rpc::Operation},
};

const UNTAG_RESOURCES: Operation = Operation { service: Service::Ecs, name: "ecs:UntagResources" };

impl Alicloud {
    /// Removes tags of an image by their keys, at most 20, whatever their values; keys that it
    /// does not have do not matter.
    ///
    /// Not sent again after an attempt whose outcome is not known: by then somebody else may
    /// have set a key, and its value would be lost. Look at the tags first.
    ///
    /// # Errors
    ///
    /// Any kind; `NotFound` where there is no such image. [`Error::leaves_in_doubt`] where the
    /// tags may be gone all the same.
    pub async fn untag_resources<'a>(
        &self,
        region: &str,
        image_id: &str,
        keys: impl IntoIterator<Item = &'a str> + Send,
    ) -> Result<(), Error> {
        let mut parameters = of_image(region, image_id);
        let keys = keys.into_iter().zip(1..);
        parameters.extend(keys.map(|(key, number)| (format!("TagKey.{number}"), key.to_owned())));
        self.write(UNTAG_RESOURCES, Some(region), &parameters, InDoubt::Fail).await
    }
}
