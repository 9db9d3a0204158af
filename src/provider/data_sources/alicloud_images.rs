//! `imageguard_alicloud_images`: all golden images on Alibaba Cloud.

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
        rule_inputs::{AlicloudRuleModel, CloudRule as _, LeftOut},
    },
};

/// The data source.
pub(super) struct AlicloudImages;

model! {
    /// Its attributes.
    #[derive(Default)]
    pub(super) struct AlicloudImagesModel {
        images: Attr<Vec<AlicloudImageFacts>>,
        ..rule: AlicloudRuleModel,
        ..listed: ListedModel,
    }
}

model! {
    /// A golden image.
    pub(super) struct AlicloudImageFacts {
        family: Attr<String>,
        os_type: Attr<String>,
        architecture: Attr<String>,
        ..facts: FactsModel,
    }
}

impl AlicloudImageFacts {
    fn of(image: &Image, instant: OffsetDateTime) -> Self {
        Self {
            family: image.family.as_deref().map(str::to_owned).into(),
            os_type: image.platform.to_string().into(),
            architecture: image.architecture.to_string().into(),
            facts: FactsModel::of(image, instant),
        }
    }
}

impl DataSource for AlicloudImages {
    type Client = Clouds;
    type Model = AlicloudImagesModel;

    fn type_name(&self) -> &'static str {
        "imageguard_alicloud_images"
    }

    fn schema(&self) -> Schema {
        let mut facts = vec![computed("id", STRING, "The image's id.")];
        facts.extend(image_facts::attributes());
        facts.extend([
            computed("family", STRING, "Its image family; null if it belongs to none."),
            computed("os_type", STRING, "`linux` or `windows`."),
            computed("architecture", STRING, "Its architecture, such as `x86_64` or `arm64`."),
        ]);
        let mut attributes = AlicloudRuleModel::attributes(LeftOut::StaysNull);
        attributes.extend(images_outcome::results(facts));
        Schema {
            version: 0,
            description: "Lists all golden images in a region of Alibaba Cloud, newest first.",
            attributes,
        }
    }

    fn permissions(&self) -> &'static [&'static str] {
        &["ecs:DescribeImages"]
    }

    fn notes(&self) -> &'static str {
        images_outcome::NOTES
    }

    fn validate(&self, config: &AlicloudImagesModel) -> Diagnostics {
        config.rule.validate()
    }

    async fn read(
        &self,
        clouds: &Clouds,
        mut config: AlicloudImagesModel,
        context: &Context,
    ) -> Result<AlicloudImagesModel, Diagnostics> {
        let (images, instant) = config.listed.list(&config.rule, clouds, context).await?;
        let facts = images.iter().map(|image| AlicloudImageFacts::of(image, instant));
        config.images = facts.collect::<Vec<_>>().into();
        Ok(config)
    }
}
