//! Which images a `DescribeImages` request asks for.

use super::filters::ImageFilter;
use crate::cloud::aws::viewer::{Viewer, is_image_id};
use crate::cloud::{Call, VendorError};
use crate::timestamp::Timestamp;
use crate::world::aws::{Aws, Image, State};
use crate::world::catalog::shuffled_rank;

/// A request's criteria, checked and ready to be held against images.
pub(super) struct Query<'a> {
    pub viewer: Viewer<'a>,
    ids: Vec<&'a str>,
    owners: Vec<&'a str>,
    executable_by: Vec<&'a str>,
    filters: Vec<ImageFilter<'a>>,
    include_deprecated: bool,
    include_disabled: bool,
}

impl<'a> Query<'a> {
    /// Reads and checks the parameters of a request.
    pub(super) fn read(call: &'a Call, cloud: &Aws, now: Timestamp) -> Result<Self, VendorError> {
        Ok(Self {
            viewer: Viewer::of(call, cloud, now),
            ids: call.parameters.list("ImageId"),
            owners: read_accounts(
                call,
                "Owner",
                &["self", "amazon", "aws-backup-vault", "aws-marketplace"],
            )?,
            executable_by: read_accounts(call, "ExecutableBy", &["self", "all"])?,
            filters: ImageFilter::read_all(call)?,
            include_deprecated: call.boolean("IncludeDeprecated")?,
            include_disabled: call.boolean("IncludeDisabled")?,
        })
    }

    /// Tells whether the request names images by `ImageId.N`.
    pub(super) fn names_ids(&self) -> bool {
        !self.ids.is_empty()
    }

    /// Refuses ids that are no ids, or of images the account cannot see.
    pub(super) fn check_ids(&self, images: &[Image]) -> Result<(), VendorError> {
        let known = |id: &str| images.iter().find(|image| image.id == id);
        if let Some(id) = self.ids.iter().find(|id| !is_image_id(id) && known(id).is_none()) {
            return Err(VendorError::new(
                400,
                "InvalidAMIID.Malformed",
                format!("Invalid id: \"{id}\""),
            ));
        }
        let is_missing = |id: &&&str| !known(id).is_some_and(|image| self.viewer.sees(image));
        let missing: Vec<&str> = self.ids.iter().filter(is_missing).copied().collect();
        let message = match missing.as_slice() {
            [] => return Ok(()),
            [id] => format!("The image id '[{id}]' does not exist"),
            ids => format!("The image ids '[{}]' do not exist", ids.join(", ")),
        };
        Err(VendorError::new(400, "InvalidAMIID.NotFound", message))
    }

    /// Returns the positions of matching images, in an order that means nothing.
    pub(super) fn select(&self, images: &[Image]) -> Vec<usize> {
        let matching = images.iter().enumerate().filter(|(_, image)| self.matches(image));
        let mut ranked: Vec<(u64, usize)> =
            matching.map(|(position, image)| (shuffled_rank(&image.id), position)).collect();
        ranked.sort_unstable();
        ranked.into_iter().map(|(_, position)| position).collect()
    }

    fn matches(&self, image: &Image) -> bool {
        self.viewer.sees(image)
            && self.is_listed(image)
            && (self.ids.is_empty() || self.ids.contains(&image.id.as_str()))
            && (self.owners.is_empty()
                || self.owners.iter().any(|owner| self.is_owner(owner, image)))
            && (self.executable_by.is_empty()
                || self.executable_by.iter().any(|who| self.is_executable_by(who, image)))
            && self.filters.iter().all(|filter| filter.matches(image, &self.viewer))
    }

    /// Tells whether the image's life cycle lets it appear in this result.
    fn is_listed(&self, image: &Image) -> bool {
        let is_deprecated = image.deprecated_at.is_some_and(|time| time <= self.viewer.now);
        let shows_deprecated =
            self.include_deprecated || self.names_ids() || image.owner == self.viewer.account;
        image.state != State::Deregistered
            && (image.state != State::Disabled || self.include_disabled)
            && (!is_deprecated || shows_deprecated)
    }

    fn is_owner(&self, owner: &str, image: &Image) -> bool {
        match owner {
            "self" => image.owner == self.viewer.account,
            other => image.owner == other || image.owner_alias.as_deref() == Some(other),
        }
    }

    /// Explicit permissions only: owning an image does not count.
    fn is_executable_by(&self, who: &str, image: &Image) -> bool {
        match who {
            "all" => image.public,
            "self" => image.launch_permissions.iter().any(|account| account == self.viewer.account),
            other => image.launch_permissions.iter().any(|account| account == other),
        }
    }
}

/// Reads a list of account ids and words that stand for accounts.
fn read_accounts<'a>(
    call: &'a Call,
    name: &str,
    words: &[&str],
) -> Result<Vec<&'a str>, VendorError> {
    let accounts = call.parameters.list(name);
    let is_account =
        |text: &str| text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit());
    match accounts.iter().find(|account| !words.contains(account) && !is_account(account)) {
        Some(other) => Err(VendorError::new(
            400,
            "InvalidUserID.Malformed",
            format!("Invalid user id: \"{other}\""),
        )),
        None => Ok(accounts),
    }
}
