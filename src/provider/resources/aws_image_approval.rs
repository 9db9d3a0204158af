//! `imageguard_aws_image_approval`: tags that make an image on AWS golden.

use super::image_approval::{Approving, Freshness, ImageApproval, TagMap, TagTerms};
use crate::{
    cloud::{
        Error,
        aws::{Aws, DescribeImages, ImagesOf},
    },
    image::Image,
    provider::{
        configure::{Access, Clouds},
        rule_inputs::{AwsRuleModel, CloudRule as _, CloudTerms},
    },
};

/// The resource.
pub(super) const AWS_IMAGE_APPROVAL: ImageApproval<Aws> = ImageApproval::NEW;

impl Approving for Aws {
    const TYPE_NAME: &'static str = "imageguard_aws_image_approval";
    const DESCRIPTION: &'static str = "Approves an image in a region of AWS: sets the tags that \
        make it golden, shows when somebody changes them, and removes them when the approval ends.";
    const REGION_OF_IMAGE: &'static str =
        "The region of the image. Default: the region of the provider block's `aws`.";
    const NOTES: &'static str = concat!(
        include_str!("image_approval/notes.md"),
        "\n",
        include_str!("image_approval/notes_aws.md")
    );
    const PERMISSIONS: &'static [&'static str] =
        &["ec2:CreateTags", "ec2:DeleteTags", "ec2:DescribeImages"];
    const IMAGES: CloudTerms = AwsRuleModel::TERMS;
    /// Source: `CreateTags` and "Tag your Amazon EC2 resources" in AWS's guides.
    const TAGS: TagTerms = TagTerms {
        most: 50,
        longest_key: 127,
        longest_value: 256,
        reserved_for_keys: &["aws:"],
        reserved_for_values: &[],
        forbidden: &[],
        system: "aws:",
    };
    const BLAMES: &'static [(&'static str, &'static str, &'static str)] = &[
        (
            "InvalidAMIID.NotFound",
            "image_id",
            "Check id and region; an image of another account must be shared with this one.",
        ),
        ("InvalidAMIID.Malformed", "image_id", "Check the id."),
        ("TagLimitExceeded", "tags", "Remove tags of the image that are not needed."),
    ];

    fn access(clouds: &Clouds) -> &Access<Self> {
        &clouds.aws
    }

    async fn account(&self, region: &str) -> Result<String, Error> {
        self.account_id(region).await
    }

    /// Whoever owns it: tags on images of others exist in the caller's account only, and are
    /// how a consumer approves what is shared with them.
    async fn image(
        &self,
        region: &str,
        id: &str,
        freshness: Freshness,
    ) -> Result<Option<Image>, Error> {
        let question = DescribeImages {
            region: region.to_owned(),
            source: ImagesOf::Anybody,
            ids: vec![id.to_owned()],
            available_only: false,
            tags: Vec::new(),
            include_deprecated: true,
            include_disabled: true,
            limit: None,
        };
        let listing = match freshness {
            Freshness::Recent => self.describe_images(question).await?,
            Freshness::Now => self.describe_images_anew(question).await?,
        };
        Ok(listing.items.iter().find(|image| *image.id == *id).cloned())
    }

    fn obstacle(_image: &Image) -> Option<String> {
        None
    }

    async fn set(&self, region: &str, id: &str, tags: &TagMap) -> Result<(), Error> {
        self.create_tags(region, id, tags).await
    }

    async fn remove(&self, region: &str, id: &str, tags: &TagMap) -> Result<(), Error> {
        self.delete_tags(region, id, tags).await
    }
}
