//! `CreateTags`: sets tags.

use std::collections::BTreeMap;

use serde::{Deserialize, de::Error as _};

use super::super::{
    Aws,
    call::Effect,
    endpoints::Service,
    query::{Action, Form},
};
use crate::cloud::Error;

static ACTION: Action<()> = Action {
    service: Service::Ec2,
    name: "CreateTags",
    label: "ec2:CreateTags",
    effect: Effect::Writes,
    root: "CreateTagsResponse",
    holds_keys: false,
    read: read_acknowledgement,
};

impl Aws {
    /// Sets tags of an image; a key that it has gets the new value.
    ///
    /// Sent again after an attempt whose outcome is not known: that sets the same once more.
    /// Tags that are set on another account's image exist in the caller's account only.
    ///
    /// # Errors
    ///
    /// Credentials, transport, what EC2 says; `NotFound` where there is no such image.
    /// [`Error::leaves_in_doubt`] where the tags may have been set all the same.
    pub async fn create_tags(
        &self,
        region: &str,
        image_id: &str,
        tags: &BTreeMap<String, String>,
    ) -> Result<(), Error> {
        self.call(&ACTION, region, form(image_id, tags)).await
    }
}

/// Puts an image and its tags into parameters.
pub(super) fn form(image_id: &str, tags: &BTreeMap<String, String>) -> Form {
    let mut form = Form::new();
    form.set("ResourceId.1", image_id);
    for (number, (key, value)) in (1..).zip(tags) {
        form.set(&format!("Tag.{number}.Key"), key);
        form.set(&format!("Tag.{number}.Value"), value);
    }
    form
}

/// Reads the answer to a write, which says at most that it was done: the model gives `DeleteTags`
/// no output at all, and SDKs look at nothing but the status.
pub(super) fn read_acknowledgement(text: &str) -> Result<(), quick_xml::DeError> {
    #[derive(Deserialize)]
    struct Reply {
        #[serde(rename = "return")]
        is_done: Option<bool>,
    }

    let reply: Reply = quick_xml::de::from_str(text)?;
    let refused = || quick_xml::DeError::custom("it says that nothing was done");
    reply.is_done.unwrap_or(true).then_some(()).ok_or_else(refused)
}
