//! What an account sees of images and their tags; the same for every operation.

use std::collections::BTreeMap;

use crate::cloud::Call;
use crate::timestamp::Timestamp;
use crate::world::aws::{AllowedImagesState, Aws, Image};
use crate::world::tag_lag::{PastTags, Reading};

/// Who looks, where and when.
pub(super) struct Viewer<'a> {
    pub account: &'a str,
    region: &'a str,
    pub now: Timestamp,
    /// The account's Allowed AMIs setting; `None` when disabled.
    pub allowed_images: Option<AllowedImagesState>,
    /// Tags that are shown as they were; nothing until [`Viewer::look_back`].
    pub past: PastTags,
}

impl<'a> Viewer<'a> {
    /// Makes the viewer who sends a request.
    pub(super) fn of(call: &'a Call, cloud: &Aws, now: Timestamp) -> Self {
        let (account, region) = (call.account(), call.region.as_str());
        let setting = cloud
            .allowed_images
            .iter()
            .find(|setting| setting.account == account && setting.region == region);
        let allowed_images = setting.map(|setting| setting.state);
        Self { account, region, now, allowed_images, past: PastTags::default() }
    }

    /// Counts a read, and from now on shows tags as the world's lag has it.
    pub(super) fn look_back(&mut self, call: &Call, cloud: &mut Aws) {
        let images = named_images(call);
        self.past = cloud.tag_writes.read(&Reading {
            action: call.action.name,
            viewer: self.account,
            images: &images,
            lag: cloud.tag_lag.get(call.action.name).copied(),
            now: call.now,
        });
    }

    /// Tells whether the account may know of an image at all.
    pub(super) fn sees(&self, image: &Image) -> bool {
        let may_launch = || {
            image.public || image.launch_permissions.iter().any(|account| account == self.account)
        };
        image.region == self.region
            && (image.owner == self.account || may_launch())
            && (self.allowed_images != Some(AllowedImagesState::Enabled) || self.allows(image))
    }

    /// Tells whether an image meets the account's criteria.
    pub(super) fn allows(&self, image: &Image) -> bool {
        image.allowed || image.owner == self.account
    }

    /// Returns the tags the account set on an image, which are all it sees.
    pub(super) fn tags<'i>(&'i self, image: &'i Image) -> Option<&'i BTreeMap<String, String>> {
        if let Some(past) = self.past.of(&image.id, self.account) {
            Some(past)
        } else if image.owner == self.account {
            Some(&image.tags)
        } else {
            image.foreign_tags.get(self.account)
        }
    }
}

/// Returns the ids a request names, as such or in a filter; a pattern names none.
fn named_images(call: &Call) -> Vec<&str> {
    let mut ids = call.parameters.list("ImageId");
    for index in call.parameters.indices("Filter") {
        let name = call.parameters.get(&format!("Filter.{index}.Name"));
        if matches!(name, Some("image-id" | "resource-id")) {
            let values = call.parameters.list(&format!("Filter.{index}.Value")).into_iter();
            ids.extend(values.filter(|value| !value.contains(['*', '?'])));
        }
    }
    ids
}

/// Tells whether a text is an image id: a prefix and 8 or 17 hexadecimal digits.
pub(super) fn is_image_id(id: &str) -> bool {
    let digits = ["ami-", "aki-", "ari-"].iter().find_map(|prefix| id.strip_prefix(prefix));
    let is_hex = |byte: u8| byte.is_ascii_digit() || matches!(byte, b'a'..=b'f');
    digits.is_some_and(|digits| matches!(digits.len(), 8 | 17) && digits.bytes().all(is_hex))
}
