//! `imageguard_aws_images`: all golden images on AWS.

use time::OffsetDateTime;

use super::{
    image_facts::{self, FactsModel},
    images_outcome::{self, ListedModel},
};
use crate::{
    image::Image,
    model,
    plugin::{
        Attr, Context, DataSource, Diagnostics,
        schema::{STRING, Schema, computed},
    },
    provider::{
        configure::Clouds,
        rule_inputs::{AwsRuleModel, CloudRule as _, LeftOut},
    },
};

/// The data source.
pub(super) struct AwsImages;

model! {
    /// Its attributes.
    #[derive(Default)]
    pub(super) struct AwsImagesModel {
        images: Attr<Vec<AwsImageFacts>>,
        ..rule: AwsRuleModel,
        ..listed: ListedModel,
    }
}

model! {
    /// A golden image.
    pub(super) struct AwsImageFacts {
        platform: Attr<String>,
        architecture: Attr<String>,
        ..facts: FactsModel,
    }
}

impl AwsImageFacts {
    fn of(image: &Image, instant: OffsetDateTime) -> Self {
        Self {
            platform: image.platform.to_string().into(),
            architecture: image.architecture.to_string().into(),
            facts: FactsModel::of(image, instant),
        }
    }
}

impl DataSource for AwsImages {
    type Client = Clouds;
    type Model = AwsImagesModel;

    fn type_name(&self) -> &'static str {
        "imageguard_aws_images"
    }

    fn schema(&self) -> Schema {
        let mut facts = vec![computed("id", STRING, "The image's id.")];
        facts.extend(image_facts::attributes());
        facts.extend([
            computed("platform", STRING, "`linux` or `windows`."),
            computed("architecture", STRING, "Its architecture, such as `x86_64` or `arm64`."),
        ]);
        let mut attributes = AwsRuleModel::attributes(LeftOut::StaysNull);
        attributes.extend(images_outcome::results(facts));
        Schema {
            version: 0,
            description: "Lists all golden images in a region of AWS, newest first.",
            attributes,
        }
    }

    fn permissions(&self) -> &'static [&'static str] {
        &["ec2:DescribeImages"]
    }

    fn notes(&self) -> &'static str {
        images_outcome::NOTES
    }

    fn validate(&self, config: &AwsImagesModel) -> Diagnostics {
        config.rule.validate()
    }

    async fn read(
        &self,
        clouds: &Clouds,
        mut config: AwsImagesModel,
        context: &Context,
    ) -> Result<AwsImagesModel, Diagnostics> {
        let (images, instant) = config.listed.list(&config.rule, clouds, context).await?;
        let facts = images.iter().map(|image| AwsImageFacts::of(image, instant));
        config.images = facts.collect::<Vec<_>>().into();
        Ok(config)
    }
}
