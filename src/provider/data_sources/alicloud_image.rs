//! `imageguard_alicloud_image`: the one golden image on Alibaba Cloud.

use super::image_outcome::{self, OutcomeModel};
use crate::{
    model,
    plugin::{Context, DataSource, Diagnostics, schema::Schema},
    provider::{
        configure::Clouds,
        rule_inputs::{AlicloudRuleModel, CloudRule as _, LeftOut},
    },
};

/// The data source.
pub(super) struct AlicloudImage;

model! {
    /// Its attributes.
    #[derive(Default)]
    pub(super) struct AlicloudImageModel {
        ..rule: AlicloudRuleModel,
        ..outcome: OutcomeModel,
    }
}

impl DataSource for AlicloudImage {
    type Client = Clouds;
    type Model = AlicloudImageModel;

    fn type_name(&self) -> &'static str {
        "imageguard_alicloud_image"
    }

    fn schema(&self) -> Schema {
        let mut attributes = AlicloudRuleModel::attributes(LeftOut::TellsTheImages);
        attributes.extend(image_outcome::switches());
        attributes.extend(image_outcome::results());
        Schema {
            version: 0,
            description: "Finds the one golden image in a region of Alibaba Cloud: the newest \
                that satisfies the golden rule. If there is none, the run fails and says why.",
            attributes,
        }
    }

    fn permissions(&self) -> &'static [&'static str] {
        &["ecs:DescribeImages"]
    }

    fn notes(&self) -> &'static str {
        image_outcome::NOTES
    }

    fn validate(&self, config: &AlicloudImageModel) -> Diagnostics {
        let mut problems = config.rule.validate();
        problems.append(config.outcome.validate());
        problems
    }

    async fn read(
        &self,
        clouds: &Clouds,
        mut config: AlicloudImageModel,
        context: &Context,
    ) -> Result<AlicloudImageModel, Diagnostics> {
        if let Some(image) = config.outcome.look_up(&config.rule, clouds, context).await? {
            config.rule.family = image.family.map(|family| family.to_string()).into();
            config.rule.os_type = image.platform.to_string().into();
            config.rule.common.architecture = image.architecture.to_string().into();
        }
        Ok(config)
    }
}
