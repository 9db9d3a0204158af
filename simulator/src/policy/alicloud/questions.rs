//! What nobody has written down, as switches.

use serde::{Deserialize, Serialize};

/// How the cloud answers the open questions about policies; the default is what evidence suggests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct OpenQuestions {
    /// Whether a negated operator holds when the request does not have the key.
    pub absent_negated: bool,
    /// What `RunInstances` and `CreateInstance` are judged on.
    pub run_instances_resources: LaunchResources,
    /// Whose tags of an image are in the context of a request.
    pub image_tags_in_context: ImageTags,
}

impl Default for OpenQuestions {
    fn default() -> Self {
        Self {
            absent_negated: true,
            run_instances_resources: LaunchResources::default(),
            image_tags_in_context: ImageTags::default(),
        }
    }
}

/// What the calls that launch machines are judged on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LaunchResources {
    /// Image, machine, security group and so on, each on its own, as the older table has it.
    #[default]
    PerResource,
    /// One check on `*`, as today's table reads literally.
    StarOnly,
}

/// Whose tags of an image `acs:ResourceTag` shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ImageTags {
    /// Those of the caller's own images.
    #[default]
    OwnAccount,
    /// Nobody's.
    None,
    /// The owner's, also to accounts the image is shared with.
    CrossAccount,
}
