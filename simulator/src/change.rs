//! What somebody else does while a client is at work, at once or before a certain call.
//!
//! A [`Change`] is data and about an image; whatever else shall happen is an edit of the world, which
//! only Rust can ask for. Neither needs a permission, follows rules for tags, or lags.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::cloud::Cloud;
use crate::timestamp::Timestamp;
use crate::world::{World, alicloud, aws};

/// A change of one image.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// Cloud the image is in.
    pub cloud: Cloud,
    /// Id of the image.
    pub image: String,
    /// What becomes of it.
    pub alteration: Alteration,
    /// Call that meets the changed image; `None` changes it at once.
    #[serde(default)]
    pub before: Option<Occasion>,
}

/// What becomes of an image.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Alteration {
    /// Nobody finds it any more.
    Delete,
    /// Listings by its id are empty instead of an error, as they are for a while (AWS only).
    Deregister,
    /// It is deprecated from now on.
    Deprecate,
    /// It is disabled, and nobody but the owner has it (AWS only).
    Disable,
    /// Tags get these values.
    Tag {
        /// Keys and values.
        tags: BTreeMap<String, String>,
        /// Account whose tags they are, if not the owner (AWS only).
        #[serde(default)]
        account: Option<String>,
    },
    /// Tags go.
    Untag {
        /// Their keys.
        keys: Vec<String>,
        /// Account whose tags they are, if not the owner (AWS only).
        #[serde(default)]
        account: Option<String>,
    },
    /// An account gets it.
    Share {
        /// That account.
        account: String,
    },
    /// An account has it no more.
    Unshare {
        /// That account.
        account: String,
    },
}

/// A call to come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Occasion {
    /// Action such as `DescribeImages`.
    pub action: String,
    /// Which of its authentic calls, counted from 1 since the change was asked for.
    pub call: u64,
}

impl Change {
    /// Makes a change that happens at once.
    #[must_use]
    pub fn new(cloud: Cloud, image: impl Into<String>, alteration: Alteration) -> Self {
        Self { cloud, image: image.into(), alteration, before: None }
    }

    /// Waits until just before a call of an action, counted from 1.
    #[must_use]
    pub fn before(mut self, action: impl Into<String>, call: u64) -> Self {
        self.before = Some(Occasion { action: action.into(), call });
        self
    }

    /// Carries the change out.
    ///
    /// Errors: a sentence about an image that does not exist, or a change its cloud does not have.
    fn apply(&self, world: &mut World, now: Timestamp) -> Result<(), String> {
        let Self { cloud, image: id, alteration, .. } = self;
        let missing = || format!("{cloud} has no image `{id}`");
        match cloud {
            Cloud::Alicloud => {
                let images = &mut world.alicloud.images;
                let image = images.iter_mut().find(|image| image.id == *id).ok_or_else(missing)?;
                alter_alicloud(image, alteration)?;
                images.retain(|image| image.id != *id || *alteration != Alteration::Delete);
            }
            Cloud::Aws => {
                let images = &mut world.aws.images;
                let image = images.iter_mut().find(|image| image.id == *id).ok_or_else(missing)?;
                alter_aws(image, alteration, now);
                images.retain(|image| image.id != *id || *alteration != Alteration::Delete);
            }
        }
        Ok(())
    }
}

fn alter_alicloud(image: &mut alicloud::Image, alteration: &Alteration) -> Result<(), String> {
    match alteration {
        Alteration::Delete => {}
        Alteration::Deregister | Alteration::Disable => {
            return Err("images on alicloud are neither deregistered nor disabled".to_owned());
        }
        Alteration::Deprecate => image.status = alicloud::Status::Deprecated,
        Alteration::Tag { account: Some(_), .. } | Alteration::Untag { account: Some(_), .. } => {
            return Err("images on alicloud have the tags of their owner only".to_owned());
        }
        Alteration::Tag { tags, account: None } => image.tags.extend(tags.clone()),
        Alteration::Untag { keys, account: None } => {
            image.tags.retain(|key, _| !keys.contains(key));
        }
        Alteration::Share { account } => image.shared_with.push(account.clone()),
        Alteration::Unshare { account } => image.shared_with.retain(|other| other != account),
    }
    Ok(())
}

fn alter_aws(image: &mut aws::Image, alteration: &Alteration, now: Timestamp) {
    let owner = image.owner.clone();
    match alteration {
        Alteration::Delete => {}
        Alteration::Deregister => image.state = aws::State::Deregistered,
        Alteration::Deprecate => image.deprecated_at = Some(now),
        Alteration::Disable => {
            image.state = aws::State::Disabled;
            image.launch_permissions.clear();
            image.public = false;
        }
        Alteration::Tag { tags, account } => {
            image.tags_of(account.as_ref().unwrap_or(&owner)).extend(tags.clone());
        }
        Alteration::Untag { keys, account } => {
            let tags = image.tags_of(account.as_ref().unwrap_or(&owner));
            tags.retain(|key, _| !keys.contains(key));
        }
        Alteration::Share { account } => image.launch_permissions.push(account.clone()),
        Alteration::Unshare { account } => {
            image.launch_permissions.retain(|other| other != account);
        }
    }
}

/// What is done to the world before a call.
type Edit = Box<dyn FnOnce(&mut World, Timestamp) + Send>;

/// An edit that waits for its call.
struct Pending {
    cloud: Cloud,
    occasion: Occasion,
    /// How many such calls there were.
    seen: u64,
    edit: Edit,
}

impl fmt::Debug for Pending {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Pending").field("occasion", &self.occasion).finish_non_exhaustive()
    }
}

/// The changes to come.
#[derive(Debug, Default)]
pub(crate) struct Changes {
    pending: Vec<Pending>,
}

impl Changes {
    /// Changes an image, now or before a call to come.
    ///
    /// Errors: as the change would give now, also if it is for later.
    pub(crate) fn request(
        &mut self,
        change: Change,
        world: &mut World,
        now: Timestamp,
    ) -> Result<(), String> {
        let Some(occasion) = change.before.clone() else { return change.apply(world, now) };
        change.apply(&mut world.clone(), now)?;
        let cloud = change.cloud;
        // An image that is gone by then has nothing left to change.
        self.edit_before(
            cloud,
            occasion,
            Box::new(move |world, now| drop(change.apply(world, now))),
        );
        Ok(())
    }

    /// Edits the world before a call to come.
    pub(crate) fn edit_before(&mut self, cloud: Cloud, occasion: Occasion, edit: Edit) {
        self.pending.push(Pending { cloud, occasion, seen: 0, edit });
    }

    pub(crate) fn clear(&mut self) {
        self.pending.clear();
    }

    /// Counts a call that is about to be answered and carries out the changes it is to meet.
    pub(crate) fn meet(&mut self, cloud: Cloud, action: &str, world: &mut World, now: Timestamp) {
        let is_due = |pending: &mut Pending| {
            let concerns = pending.cloud == cloud && pending.occasion.action == action;
            pending.seen += u64::from(concerns);
            concerns && pending.seen >= pending.occasion.call
        };
        let due: Vec<Pending> = self.pending.extract_if(.., is_due).collect();
        for pending in due {
            (pending.edit)(world, now);
        }
    }
}
