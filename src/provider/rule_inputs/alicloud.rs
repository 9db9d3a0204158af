//! What golden means on Alibaba Cloud.

use super::{CloudRule, CloudTerms, LeftOut, RuleInputs, RuleModel, attributes};
use crate::{
    cloud::alicloud::Alicloud,
    model,
    plugin::{Attr, schema::Attribute},
    provider::{
        configure::{Access, Clouds},
        place::{self, PlaceModel},
    },
};

model! {
    /// The rule attributes of Alibaba Cloud.
    #[derive(Default)]
    pub(in crate::provider) struct AlicloudRuleModel {
        pub(in crate::provider) family: Attr<String>,
        pub(in crate::provider) os_type: Attr<String>,
        ..place: PlaceModel,
        ..pub(in crate::provider) common: RuleModel,
    }
}

impl CloudRule for AlicloudRuleModel {
    type Client = Alicloud;

    const TERMS: CloudTerms = CloudTerms {
        groups: &["system", "marketplace"],
        account_digits: 5..=20,
        example: "1234567890123456",
        is_image_id,
        example_image: "m-bp1g7004ksh0oeuc0001",
        platform_attribute: "os_type",
    };

    fn attributes(left_out: LeftOut) -> Vec<Attribute> {
        let mut described = place::attributes::<Alicloud>();
        let owners = "Whose images may be golden: `self`, `system` (Alibaba Cloud's own), \
                      `marketplace`, or account UIDs whose images are shared with the caller. \
                      Default `[\"self\"]`. There is no way to search everybody's images.";
        described.extend(attributes(owners, left_out));
        described.extend([
            left_out.attribute(
                "family",
                "The image family, exactly.",
                "The image family, exactly. Left out, it tells the found image's.",
            ),
            left_out.attribute(
                "os_type",
                "`linux` or `windows`.",
                "`linux` or `windows`. Left out, it tells the found image's.",
            ),
        ]);
        described
    }

    fn inputs(&self) -> RuleInputs<'_> {
        RuleInputs {
            common: &self.common,
            family: self.family.known(),
            platform: self.os_type.known(),
            watermarks: None,
            watermark_direct_only: None,
        }
    }

    fn whereabouts(&self) -> &PlaceModel {
        &self.place
    }

    fn access(clouds: &Clouds) -> &Access<Alicloud> {
        &clouds.alicloud
    }
}

/// `m-` and more in the ids of customers; the vendor's own are file names, such as
/// `aliyun_3_x64_20G_alibase_20240528.vhd`. A comma would make two of one.
fn is_image_id(text: &str) -> bool {
    let is_usual = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    (1..=128).contains(&text.len()) && text.bytes().all(is_usual)
}
