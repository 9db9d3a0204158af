//! `imageguard_aws_image`: the one golden image on AWS.

use super::image_outcome::{self, OutcomeModel};
use crate::{
    model,
    plugin::{Context, DataSource, Diagnostics, schema::Schema},
    provider::{
        configure::Clouds,
        rule_inputs::{AwsRuleModel, CloudRule as _, LeftOut},
    },
};

/// The data source.
pub(super) struct AwsImage;

model! {
    /// Its attributes.
    #[derive(Default)]
    pub(super) struct AwsImageModel {
        ..rule: AwsRuleModel,
        ..outcome: OutcomeModel,
    }
}

impl DataSource for AwsImage {
    type Client = Clouds;
    type Model = AwsImageModel;

    fn type_name(&self) -> &'static str {
        "imageguard_aws_image"
    }

    fn schema(&self) -> Schema {
        let mut attributes = AwsRuleModel::attributes(LeftOut::TellsTheImages);
        attributes.extend(image_outcome::switches());
        attributes.extend(image_outcome::results());
        Schema {
            version: 0,
            description: "Finds the one golden image in a region of AWS: the newest that \
                satisfies the golden rule. If there is none, the run fails and says why.",
            attributes,
        }
    }

    fn permissions(&self) -> &'static [&'static str] {
        &["ec2:DescribeImages"]
    }

    fn notes(&self) -> &'static str {
        image_outcome::NOTES
    }

    fn validate(&self, config: &AwsImageModel) -> Diagnostics {
        let mut problems = config.rule.validate();
        problems.append(config.outcome.validate());
        problems
    }

    async fn read(
        &self,
        clouds: &Clouds,
        mut config: AwsImageModel,
        context: &Context,
    ) -> Result<AwsImageModel, Diagnostics> {
        if let Some(image) = config.outcome.look_up(&config.rule, clouds, context).await? {
            config.rule.platform = image.platform.to_string().into();
            config.rule.common.architecture = image.architecture.to_string().into();
        }
        Ok(config)
    }
}
