//! `DeleteTags`: removes tags.

use std::collections::BTreeMap;

use super::{
    super::{Aws, call::Effect, endpoints::Service, query::Action},
    create_tags::{form, read_acknowledgement},
};
use crate::cloud::Error;

static ACTION: Action<()> = Action {
    service: Service::Ec2,
    name: "DeleteTags",
    label: "ec2:DeleteTags",
    effect: Effect::Writes,
    root: "DeleteTagsResponse",
    holds_keys: false,
    read: read_acknowledgement,
};

impl Aws {
    /// Removes tags of an image, each only where it still has this value.
    ///
    /// At least one: without any EC2 removes all that there are. Sent again after an attempt
    /// whose outcome is not known: a tag that has got another value since then stays.
    ///
    /// # Errors
    ///
    /// Credentials, transport, what EC2 says; `NotFound` where there is no such image.
    pub async fn delete_tags(
        &self,
        region: &str,
        image_id: &str,
        tags: &BTreeMap<String, String>,
    ) -> Result<(), Error> {
        if tags.is_empty() {
            return Ok(());
        }
        self.call(&ACTION, region, form(image_id, tags)).await
    }
}
