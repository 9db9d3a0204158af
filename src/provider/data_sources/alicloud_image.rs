//! `imageguard_alicloud_image`: the one golden image on Alibaba Cloud.

use super::image_outcome::{self, Lookup, OutcomeModel};
use crate::{
    model,
    plugin::{
        Attr, Context, DataSource, Diagnostics,
        schema::{STRING, Schema, optional, optional_computed},
    },
    provider::{
        configure::Clouds,
        place,
        rule_inputs::{self, CloudTerms, RuleInputs, RuleModel},
    },
};

const TERMS: CloudTerms = CloudTerms {
    groups: &["system", "marketplace"],
    account_digits: 5..=20,
    example: "1234567890123456",
    platform_attribute: "os_type",
};

/// The data source.
pub(super) struct AlicloudImage;

model! {
    /// Its attributes.
    #[derive(Default)]
    pub(super) struct AlicloudImageModel {
        region: Attr<String>,
        family: Attr<String>,
        os_type: Attr<String>,
        ..rule: RuleModel,
        ..outcome: OutcomeModel,
    }
}

impl AlicloudImageModel {
    fn inputs(&self) -> RuleInputs<'_> {
        RuleInputs {
            common: &self.rule,
            family: self.family.known(),
            platform: self.os_type.known(),
            watermarks: None,
            watermark_direct_only: None,
        }
    }
}

impl DataSource for AlicloudImage {
    type Client = Clouds;
    type Model = AlicloudImageModel;

    fn type_name(&self) -> &'static str {
        "imageguard_alicloud_image"
    }

    fn schema(&self) -> Schema {
        let mut attributes = vec![optional(
            "region",
            STRING,
            "The region to look in. Default: the region of the provider block's `alicloud`.",
        )];
        attributes.extend(rule_inputs::attributes(
            "Whose images may be golden: `self`, `system` (Alibaba Cloud's own), `marketplace`, \
             or account UIDs whose images are shared with the caller. Default `[\"self\"]`. \
             There is no way to search everybody's images.",
        ));
        attributes.extend([
            optional_computed(
                "family",
                STRING,
                "The image family, exactly. Left out, it tells the found image's.",
            ),
            optional_computed(
                "os_type",
                STRING,
                "`linux` or `windows`. Left out, it tells the found image's.",
            ),
        ]);
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
        let mut problems = config.inputs().validate(&TERMS);
        problems.append(place::validate(&config.region));
        problems.append(config.outcome.validate());
        problems
    }

    async fn read(
        &self,
        clouds: &Clouds,
        mut config: AlicloudImageModel,
        context: &Context,
    ) -> Result<AlicloudImageModel, Diagnostics> {
        let rule = config.inputs().rule(&TERMS, &clouds.golden_tags)?;
        let lookup = Lookup { access: &clouds.alicloud, region: &config.region, rule: &rule };
        if let Some(image) = lookup.run(clouds.now(), &mut config.outcome, context).await? {
            config.family = image.family.map(|family| family.to_string()).into();
            config.os_type = image.platform.to_string().into();
            config.rule.architecture = image.architecture.to_string().into();
        }
        Ok(config)
    }
}
