//! `imageguard_aws_image_check`: whether given images on AWS are golden.

use super::image_check_outcome::{self, CheckModel};
use crate::{
    model,
    plugin::{Context, DataSource, Diagnostics, schema::Schema},
    provider::{
        configure::Clouds,
        rule_inputs::{AwsRuleModel, CloudRule, LeftOut},
    },
};

/// The data source.
pub(super) struct AwsImageCheck;

model! {
    /// Its attributes.
    #[derive(Default)]
    pub(super) struct AwsImageCheckModel {
        ..rule: AwsRuleModel,
        ..check: CheckModel,
    }
}

impl DataSource for AwsImageCheck {
    type Client = Clouds;
    type Model = AwsImageCheckModel;

    fn type_name(&self) -> &'static str {
        "imageguard_aws_image_check"
    }

    fn schema(&self) -> Schema {
        let mut attributes = image_check_outcome::inputs();
        attributes.extend(AwsRuleModel::attributes(LeftOut::StaysNull));
        attributes.extend(image_check_outcome::results());
        Schema {
            version: 0,
            description: "Checks images in a region of AWS that somebody else has chosen. Write \
                `ami = data.imageguard_aws_image_check.x.checked[var.ami]`: the machine then waits \
                for the check, also where the id is known only after apply.",
            attributes,
        }
    }

    fn permissions(&self) -> &'static [&'static str] {
        &["ec2:DescribeImages"]
    }

    fn notes(&self) -> &'static str {
        image_check_outcome::NOTES
    }

    fn validate(&self, config: &AwsImageCheckModel) -> Diagnostics {
        let mut problems = config.rule.validate();
        problems.append(config.check.validate(&AwsRuleModel::TERMS));
        problems
    }

    async fn read(
        &self,
        clouds: &Clouds,
        mut config: AwsImageCheckModel,
        context: &Context,
    ) -> Result<AwsImageCheckModel, Diagnostics> {
        config.check.run(&config.rule, clouds, context).await?;
        Ok(config)
    }
}
