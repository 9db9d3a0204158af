//! `imageguard_aws_image`: the one golden image on AWS.

use std::collections::BTreeSet;

use super::image_outcome::{self, Lookup, OutcomeModel};
use crate::{
    model,
    plugin::{
        Attr, Context, DataSource, Diagnostics,
        schema::{BOOL, STRING, Schema, optional, optional_computed, set},
    },
    provider::{
        configure::Clouds,
        place,
        rule_inputs::{self, CloudTerms, RuleInputs, RuleModel},
    },
};

const TERMS: CloudTerms = CloudTerms {
    groups: &["amazon", "aws-marketplace"],
    account_digits: 12..=12,
    example: "123456789012",
    platform_attribute: "platform",
};

/// The data source.
pub(super) struct AwsImage;

model! {
    /// Its attributes.
    #[derive(Default)]
    pub(super) struct AwsImageModel {
        region: Attr<String>,
        platform: Attr<String>,
        watermarks: Attr<BTreeSet<String>>,
        watermark_direct_only: Attr<bool>,
        ..rule: RuleModel,
        ..outcome: OutcomeModel,
    }
}

impl AwsImageModel {
    fn inputs(&self) -> RuleInputs<'_> {
        RuleInputs {
            common: &self.rule,
            family: None,
            platform: self.platform.known(),
            watermarks: self.watermarks.known(),
            watermark_direct_only: self.watermark_direct_only.known(),
        }
    }
}

impl DataSource for AwsImage {
    type Client = Clouds;
    type Model = AwsImageModel;

    fn type_name(&self) -> &'static str {
        "imageguard_aws_image"
    }

    fn schema(&self) -> Schema {
        let mut attributes = vec![optional(
            "region",
            STRING,
            "The region to look in. Default: the region of the provider block's `aws`.",
        )];
        attributes.extend(rule_inputs::attributes(
            "Whose images may be golden: `self`, `amazon` (which includes providers that Amazon \
             has verified), `aws-marketplace`, or account ids. Default `[\"self\"]`. There is no way to search everybody's images.",
        ));
        attributes.extend([
            optional_computed(
                "platform",
                STRING,
                "`linux` or `windows`. Left out, it tells the found image's.",
            ),
            optional(
                "watermarks",
                set(STRING),
                "Watermark keys, `ACCOUNT:NAME`, one of which the image must carry. Unlike tags \
                 they are visible to the accounts that an image is shared with.",
            ),
            optional(
                "watermark_direct_only",
                BOOL,
                "Whether the watermark must have been attached to the image itself. With `false` \
                 one that was inherited from an ancestor counts too, though somebody may have \
                 changed the image since. Default `true`.",
            ),
        ]);
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
        let mut problems = config.inputs().validate(&TERMS);
        problems.append(place::validate(&config.region));
        problems.append(config.outcome.validate());
        problems
    }

    async fn read(
        &self,
        clouds: &Clouds,
        mut config: AwsImageModel,
        context: &Context,
    ) -> Result<AwsImageModel, Diagnostics> {
        let rule = config.inputs().rule(&TERMS, &clouds.golden_tags)?;
        let lookup = Lookup { access: &clouds.aws, region: &config.region, rule: &rule };
        if let Some(image) = lookup.run(clouds.now(), &mut config.outcome, context).await? {
            config.platform = image.platform.to_string().into();
            config.rule.architecture = image.architecture.to_string().into();
        }
        Ok(config)
    }
}
