//! `imageguard_alicloud_image_approval`: tags that make an image on Alibaba Cloud golden.

use std::time::Duration;

use tokio::time::sleep;

use super::image_approval::{Approving, Freshness, ImageApproval, TagMap, TagTerms};
use crate::{
    cloud::{
        Error,
        alicloud::{Alicloud, DescribeImages, ImagesOf},
    },
    image::Image,
    provider::{
        catalogue::EVERY_STATUS,
        configure::{Access, Clouds},
        rule_inputs::{AlicloudRuleModel, CloudRule as _, CloudTerms},
    },
};

/// The resource.
pub(super) const ALICLOUD_IMAGE_APPROVAL: ImageApproval<Alicloud> = ImageApproval::NEW;

/// How often to remove tags where no answer comes back.
const MOST_REMOVALS: u32 = 4;
const FIRST_PAUSE: Duration = Duration::from_secs(1);

impl Approving for Alicloud {
    const TYPE_NAME: &'static str = "imageguard_alicloud_image_approval";
    const DESCRIPTION: &'static str = "Approves an image in a region of Alibaba Cloud: sets the \
        tags that make it golden, shows when somebody changes them, and removes them when the \
        approval ends.";
    const REGION_OF_IMAGE: &'static str =
        "The region of the image. Default: the region of the provider block's `alicloud`.";
    const NOTES: &'static str = concat!(
        include_str!("image_approval/notes.md"),
        "\n",
        include_str!("image_approval/notes_alicloud.md")
    );
    const PERMISSIONS: &'static [&'static str] =
        &["ecs:DescribeImages", "ecs:TagResources", "ecs:UntagResources"];
    const IMAGES: CloudTerms = AlicloudRuleModel::TERMS;
    /// Source: `TagResources` of ECS and "Tag overview" in the vendor's documentation.
    const TAGS: TagTerms = TagTerms {
        most: 20,
        longest_key: 128,
        longest_value: 128,
        reserved_for_keys: &["acs:", "aliyun"],
        reserved_for_values: &["acs:"],
        forbidden: &["http://", "https://"],
        system: "acs:",
    };
    const BLAMES: &'static [(&'static str, &'static str, &'static str)] = &[
        ("InvalidResourceId.NotFound", "image_id", "Check id and region."),
        (
            "InvalidResourceId.NotSupported",
            "image_id",
            "Only the owner of an image can tag it: approve it with a role of that account \
             (`assume_role_arn`).",
        ),
        (
            "NoPermission.Tag",
            "image_id",
            "Only the owner of an image can tag it: approve it with a role of that account \
             (`assume_role_arn`).",
        ),
        (
            "TagKey.Duplication",
            "tags",
            "The image has a tag whose key differs in case only: remove that one first.",
        ),
        ("QuotaExceed.Tags", "tags", "Remove tags of the image that are not needed."),
        ("OperationDenied.QuotaExceed", "tags", "Remove tags of the image that are not needed."),
        ("NumberExceed.Tags", "tags", "Remove tags of the image that are not needed."),
    ];

    fn access(clouds: &Clouds) -> &Access<Self> {
        &clouds.alicloud
    }

    async fn account(&self, _region: &str) -> Result<String, Error> {
        self.account_id().await
    }

    /// First among the caller's own: only there does the vendor say that a permission is missing,
    /// instead of showing nothing.
    async fn image(
        &self,
        region: &str,
        id: &str,
        freshness: Freshness,
    ) -> Result<Option<Image>, Error> {
        for owner in [ImagesOf::Caller, ImagesOf::Anybody] {
            let question = DescribeImages {
                region: region.to_owned(),
                owner,
                ids: vec![id.to_owned()],
                statuses: EVERY_STATUS.to_vec(),
                tags: Vec::new(),
                limit: None,
            };
            let listing = match freshness {
                Freshness::Recent => self.describe_images(question).await?,
                Freshness::Now => self.describe_images_anew(question).await?,
            };
            if let Some(image) = listing.items.first() {
                return Ok(Some(image.clone()));
            }
        }
        Ok(None)
    }

    fn obstacle(image: &Image) -> Option<String> {
        let owner = image.owner.alias.as_deref().unwrap_or(&image.owner.id);
        let obstacle = || {
            format!(
                "belongs to another account ({owner}), and on Alibaba Cloud only the owner of an \
                 image can tag it. Approve it with a role of that account (`assume_role_arn`), or \
                 copy it and approve the copy."
            )
        };
        (!image.owner.is_caller).then(obstacle)
    }

    async fn set(&self, region: &str, id: &str, tags: &TagMap) -> Result<(), Error> {
        self.tag_resources(region, id, tags).await
    }

    /// The vendor removes keys whatever their values, so these are read before, and again
    /// after an attempt that no answer came back from.
    async fn remove(&self, region: &str, id: &str, tags: &TagMap) -> Result<(), Error> {
        let mut pause = FIRST_PAUSE;
        for attempt in 1.. {
            let Some(image) = self.image(region, id, Freshness::Now).await? else { break };
            let is_ours =
                |(key, value): &(&String, &String)| image.tags.get(key) == Some(value.as_str());
            let keys: Vec<_> = tags.iter().filter(is_ours).map(|(key, _)| key.as_str()).collect();
            if keys.is_empty() {
                break;
            }
            match self.untag_resources(region, id, keys).await {
                Err(error) if error.leaves_in_doubt() && attempt < MOST_REMOVALS => {
                    sleep(pause).await;
                    pause *= 2;
                }
                outcome => return outcome,
            }
        }
        Ok(())
    }
}
