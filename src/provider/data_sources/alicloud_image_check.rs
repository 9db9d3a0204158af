//! `imageguard_alicloud_image_check`: whether given images on Alibaba Cloud are golden.

use super::image_check_outcome::{self, CheckModel};
use crate::{
    model,
    plugin::{Context, DataSource, Diagnostics, schema::Schema},
    provider::{
        configure::Clouds,
        rule_inputs::{AlicloudRuleModel, CloudRule, LeftOut},
    },
};

/// The data source.
pub(super) struct AlicloudImageCheck;

model! {
    /// Its attributes.
    #[derive(Default)]
    pub(super) struct AlicloudImageCheckModel {
        ..rule: AlicloudRuleModel,
        ..check: CheckModel,
    }
}

impl DataSource for AlicloudImageCheck {
    type Client = Clouds;
    type Model = AlicloudImageCheckModel;

    fn type_name(&self) -> &'static str {
        "imageguard_alicloud_image_check"
    }

    fn schema(&self) -> Schema {
        let mut attributes = image_check_outcome::inputs();
        attributes.extend(AlicloudRuleModel::attributes(LeftOut::StaysNull));
        attributes.extend(image_check_outcome::results());
        Schema {
            version: 0,
            description: "Checks images in a region of Alibaba Cloud that somebody else has \
                chosen. Write `image_id = \
                data.imageguard_alicloud_image_check.x.checked[var.image_id]`: the machine then \
                waits for the check, also where the id is known only after apply.",
            attributes,
        }
    }

    fn permissions(&self) -> &'static [&'static str] {
        &["ecs:DescribeImages"]
    }

    fn notes(&self) -> &'static str {
        image_check_outcome::NOTES
    }

    fn validate(&self, config: &AlicloudImageCheckModel) -> Diagnostics {
        let mut problems = config.rule.validate();
        problems.append(config.check.validate(&AlicloudRuleModel::TERMS));
        problems
    }

    async fn read(
        &self,
        clouds: &Clouds,
        mut config: AlicloudImageCheckModel,
        context: &Context,
    ) -> Result<AlicloudImageCheckModel, Diagnostics> {
        config.check.run(&config.rule, clouds, context).await?;
        Ok(config)
    }
}
