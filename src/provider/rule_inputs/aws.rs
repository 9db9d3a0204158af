//! What golden means on AWS.

use std::collections::BTreeSet;

use super::{CloudRule, CloudTerms, LeftOut, RuleInputs, RuleModel, attributes};
use crate::{
    cloud::aws::Aws,
    model,
    plugin::{
        Attr,
        schema::{Attribute, BOOL, STRING, optional, set},
    },
    provider::{
        configure::{Access, Clouds},
        place::{self, PlaceModel},
    },
};

model! {
    /// The rule attributes of AWS.
    #[derive(Default)]
    pub(in crate::provider) struct AwsRuleModel {
        pub(in crate::provider) platform: Attr<String>,
        watermarks: Attr<BTreeSet<String>>,
        watermark_direct_only: Attr<bool>,
        ..place: PlaceModel,
        ..pub(in crate::provider) common: RuleModel,
    }
}

impl CloudRule for AwsRuleModel {
    type Client = Aws;

    const TERMS: CloudTerms = CloudTerms {
        groups: &["amazon", "aws-marketplace"],
        account_digits: 12..=12,
        example: "123456789012",
        is_image_id,
        example_image: "ami-0abcdef1234567890",
        platform_attribute: "platform",
    };

    fn attributes(left_out: LeftOut) -> Vec<Attribute> {
        let mut described = place::attributes::<Aws>();
        let owners = "Whose images may be golden: `self`, `amazon` (which includes providers that \
                      Amazon has verified), `aws-marketplace`, or account ids. Default \
                      `[\"self\"]`. There is no way to search everybody's images.";
        described.extend(attributes(owners, left_out));
        described.extend([
            left_out.attribute(
                "platform",
                "`linux` or `windows`.",
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
        described
    }

    fn inputs(&self) -> RuleInputs<'_> {
        RuleInputs {
            common: &self.common,
            family: None,
            platform: self.platform.known(),
            watermarks: self.watermarks.known(),
            watermark_direct_only: self.watermark_direct_only.known(),
        }
    }

    fn whereabouts(&self) -> &PlaceModel {
        &self.place
    }

    fn access(clouds: &Clouds) -> &Access<Aws> {
        &clouds.aws
    }
}

/// `ami-` and hexadecimal digits: eight in old ids, seventeen in new ones.
fn is_image_id(text: &str) -> bool {
    let is_digit = |byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    text.strip_prefix("ami-")
        .is_some_and(|digits| (8..=17).contains(&digits.len()) && digits.bytes().all(is_digit))
}
