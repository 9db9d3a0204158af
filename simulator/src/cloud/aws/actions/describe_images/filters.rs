//! The filters of `DescribeImages`.

use std::borrow::Cow;

use super::view;
use crate::cloud::aws::filter::{self, Filter, Pattern, Properties, Property};
use crate::cloud::aws::viewer::Viewer;
use crate::cloud::{Call, VendorError};
use crate::timestamp::Timestamp;
use crate::world::aws::{BlockDevice, Image, Scan, Watermark};

/// A filter of a request; some depend on who looks.
pub(super) enum ImageFilter<'a> {
    Property(Filter<Image>),
    /// `tag:KEY`: the value of one tag.
    Tag {
        key: &'a str,
        values: Vec<Pattern>,
    },
    /// `tag-key`: the keys of all tags.
    TagKey(Vec<Pattern>),
    /// `image-allowed`.
    Allowed(Vec<Pattern>),
}

impl<'a> ImageFilter<'a> {
    /// Reads all filters of a request.
    pub(super) fn read_all(call: &'a Call) -> Result<Vec<Self>, VendorError> {
        let filters = filter::read(call)?.into_iter();
        filters
            .map(|(name, values)| {
                Ok(match (name, name.strip_prefix("tag:")) {
                    (_, Some(key)) => Self::Tag { key, values },
                    ("tag-key", _) => Self::TagKey(values),
                    ("image-allowed", _) => Self::Allowed(values),
                    _ => Self::Property(Filter::new(name, values, PROPERTIES)?),
                })
            })
            .collect()
    }

    /// Tells whether an image passes.
    pub(super) fn matches(&self, image: &Image, viewer: &Viewer<'_>) -> bool {
        match self {
            Self::Property(filter) => filter.matches(image),
            Self::Tag { key, values } => {
                let value = viewer.tags(image).and_then(|tags| tags.get(*key));
                value.is_some_and(|value| filter::any_matches(values, value))
            }
            Self::TagKey(keys) => viewer
                .tags(image)
                .is_some_and(|tags| tags.keys().any(|key| filter::any_matches(keys, key))),
            Self::Allowed(values) => {
                viewer.allowed_images.is_some()
                    && filter::any_matches(values, boolean(viewer.allows(image)))
            }
        }
    }
}

type Texts<'a> = Vec<Cow<'a, str>>;

const PROPERTIES: Properties<Image> = &[
    ("architecture", Property::Of(|image| one(&image.architecture))),
    (
        "block-device-mapping.delete-on-termination",
        Property::Of(|image| devices(image, |device| boolean(device.delete_on_termination).into())),
    ),
    (
        "block-device-mapping.device-name",
        Property::Of(|image| devices(image, |device| (&device.device_name).into())),
    ),
    (
        "block-device-mapping.encrypted",
        Property::Of(|image| devices(image, |device| boolean(device.encrypted).into())),
    ),
    (
        "block-device-mapping.snapshot-id",
        Property::Of(|image| devices(image, |device| (&device.snapshot_id).into())),
    ),
    (
        "block-device-mapping.volume-size",
        Property::Of(|image| devices(image, |device| device.size_gib.to_string().into())),
    ),
    (
        "block-device-mapping.volume-type",
        Property::Of(|image| devices(image, |device| (&device.volume_type).into())),
    ),
    ("boot-mode", Property::Of(|image| option(image.boot_mode.as_deref()))),
    ("creation-date", Property::Of(|image| vec![image.created_at.with_milliseconds().into()])),
    ("description", Property::Of(|image| one(&image.description))),
    ("ena-support", Property::Of(|image| one(boolean(image.ena_support)))),
    ("free-tier-eligible", Property::Of(|image| one(boolean(image.free_tier_eligible)))),
    ("hypervisor", Property::Of(|image| one(&image.hypervisor))),
    ("image-id", Property::Of(|image| one(&image.id))),
    ("image-type", Property::Of(|image| one(&image.image_type))),
    (
        "image-watermark.source-image-creation-time",
        Property::Of(|image| {
            watermarks(image, |mark| mark.source_image_created_at.with_milliseconds().into())
        }),
    ),
    (
        "image-watermark.source-image-id",
        Property::Of(|image| watermarks(image, |mark| (&mark.source_image_id).into())),
    ),
    (
        "image-watermark.source-image-region",
        Property::Of(|image| watermarks(image, |mark| (&mark.source_image_region).into())),
    ),
    (
        "image-watermark.watermark-creation-time",
        Property::Of(|image| watermarks(image, |mark| mark.created_at.with_milliseconds().into())),
    ),
    (
        "image-watermark.watermark-key",
        Property::Of(|image| watermarks(image, |mark| (&mark.key).into())),
    ),
    ("instance-type-specification.supported-instance-type", Property::Unsimulated),
    ("instance-type-specification.unsupported-instance-type", Property::Unsimulated),
    ("is-public", Property::Of(|image| one(boolean(image.public)))),
    ("kernel-id", Property::Of(|image| option(image.kernel_id.as_deref()))),
    ("manifest-location", Property::Of(|image| vec![view::location(image).into()])),
    ("name", Property::Of(|image| one(&image.name))),
    ("owner-alias", Property::Of(|image| option(image.owner_alias.as_deref()))),
    ("owner-id", Property::Of(|image| one(&image.owner))),
    ("platform", Property::Of(|image| option(image.windows.then_some("windows")))),
    (
        "product-code",
        Property::Of(|image| image.product_codes.iter().map(|code| (&code.code).into()).collect()),
    ),
    (
        "product-code.type",
        Property::Of(|image| image.product_codes.iter().map(|code| (&code.kind).into()).collect()),
    ),
    (
        "public-ssm-parameter-name",
        Property::Of(|image| option(image.public_ssm_parameter_name.as_deref())),
    ),
    ("ramdisk-id", Property::Of(|image| option(image.ramdisk_id.as_deref()))),
    ("root-device-name", Property::Of(|image| one(&image.root_device_name))),
    ("root-device-type", Property::Of(|image| one(&image.root_device_type))),
    ("scan-result.critical-fix-available-since", Property::Of(|image| fix(image, "critical"))),
    (
        "scan-result.finding-scan-date",
        Property::Of(|image| scan(image, |scan| Some(scan.scanned_at.with_milliseconds().into()))),
    ),
    ("scan-result.high-fix-available-since", Property::Of(|image| fix(image, "high"))),
    (
        "scan-result.highest-finding-severity-label",
        Property::Of(|image| scan(image, |scan| scan.highest_severity.as_deref().map(Cow::from))),
    ),
    (
        "scan-result.informational-fix-available-since",
        Property::Of(|image| fix(image, "informational")),
    ),
    ("scan-result.low-fix-available-since", Property::Of(|image| fix(image, "low"))),
    ("scan-result.medium-fix-available-since", Property::Of(|image| fix(image, "medium"))),
    ("source-image-id", Property::Of(|image| option(image.source_image_id.as_deref()))),
    ("source-image-region", Property::Of(|image| option(image.source_image_region.as_deref()))),
    ("source-instance-id", Property::Of(|image| option(image.source_instance_id.as_deref()))),
    ("sriov-net-support", Property::Of(|image| option(image.sriov_net_support.as_deref()))),
    ("state", Property::Of(|image| one(view::state(image.state)))),
    (
        "state-reason-code",
        Property::Of(|image| {
            option(image.state_reason.as_ref().map(|reason| reason.code.as_str()))
        }),
    ),
    (
        "state-reason-message",
        Property::Of(|image| {
            option(image.state_reason.as_ref().map(|reason| reason.message.as_str()))
        }),
    ),
    ("virtualization-type", Property::Of(|image| one(&image.virtualization_type))),
];

fn one(text: &str) -> Texts<'_> {
    vec![text.into()]
}

fn option(text: Option<&str>) -> Texts<'_> {
    text.into_iter().map(Cow::from).collect()
}

fn boolean(value: bool) -> &'static str {
    if value { "true" } else { "false" }
}

fn devices(image: &Image, text: fn(&BlockDevice) -> Cow<'_, str>) -> Texts<'_> {
    image.block_devices.iter().map(text).collect()
}

fn watermarks(image: &Image, text: fn(&Watermark) -> Cow<'_, str>) -> Texts<'_> {
    image.watermarks.iter().map(text).collect()
}

fn scan(image: &Image, text: fn(&Scan) -> Option<Cow<'_, str>>) -> Texts<'_> {
    image.scan.as_ref().and_then(text).into_iter().collect()
}

fn fix<'a>(image: &'a Image, severity: &str) -> Texts<'a> {
    let since =
        image.scan.as_ref().and_then(|scan| scan.fix_available_since.get(severity).copied());
    since.map(Timestamp::with_milliseconds).into_iter().map(Cow::from).collect()
}
