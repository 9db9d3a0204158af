//! An image as `DescribeImages` shows it.

use serde::{Serialize, Serializer};

use super::query::{is_usable, usage};
use crate::cloud::alicloud::viewer::{Source, Viewer};
use crate::world::alicloud::{Disk, Image, Owner, Scalars, Status};

/// One element of `Images.Image`.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ImageView<'a> {
    image_id: &'a str,
    image_name: &'a str,
    image_family: &'a str,
    image_version: Flexible<'a>,
    image_owner_alias: &'static str,
    /// Absent for images that are no customer's. Can exceed 2^53, so that a JSON reader that thinks
    /// in doubles spoils it.
    #[serde(skip_serializing_if = "Option::is_none")]
    image_owner_id: Option<u64>,
    description: &'a str,
    status: Status,
    usable: bool,
    usage: &'static str,
    progress: &'static str,
    creation_time: String,
    #[serde(rename = "OSType")]
    os_type: &'a str,
    #[serde(rename = "OSName")]
    os_name: &'a str,
    #[serde(rename = "OSNameEn")]
    os_name_en: &'a str,
    platform: &'a str,
    architecture: &'a str,
    boot_mode: &'a str,
    size: u32,
    product_code: &'a str,
    resource_group_id: &'a str,
    is_copied: bool,
    is_public: bool,
    is_self_shared: Flexible<'a>,
    is_subscribed: bool,
    is_support_cloudinit: bool,
    is_support_io_optimized: bool,
    login_as_non_root_supported: bool,
    features: Features<'a>,
    disk_device_mappings: DiskList<'a>,
    tags: TagList<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Features<'a> {
    nvme_support: &'static str,
    imds_support: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct DiskList<'a> {
    disk_device_mapping: Vec<DiskView<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct DiskView<'a> {
    device: &'a str,
    r#type: &'static str,
    snapshot_id: &'a str,
    size: Flexible<'a>,
    encrypted: Flexible<'a>,
    format: &'static str,
    progress: &'static str,
    remain_time: u32,
    #[serde(rename = "ImportOSSBucket")]
    import_oss_bucket: &'static str,
    #[serde(rename = "ImportOSSObject")]
    import_oss_object: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct TagList<'a> {
    tag: Vec<TagView<'a>>,
}

/// Named differently from the tags of a request, which have `Key` and `Value`.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct TagView<'a> {
    tag_key: &'a str,
    tag_value: &'a str,
}

impl<'a> ImageView<'a> {
    pub(super) fn new(image: &'a Image, viewer: &'a Viewer, scalars: Scalars) -> Self {
        let source = viewer.source(image);
        let is_own = source == Some(Source::Own);
        let tags = viewer.tags(image).into_iter().flatten();
        let shares = is_own && !image.shared_with.is_empty();
        Self {
            image_id: &image.id,
            image_name: &image.name,
            image_family: &image.family,
            image_version: Flexible::number_or_text(&image.version, scalars),
            image_owner_alias: alias(source),
            image_owner_id: match image.owner {
                Owner::Account(id) => Some(id),
                Owner::System | Owner::Marketplace => None,
            },
            description: &image.description,
            status: image.status,
            usable: is_usable(image),
            usage: usage(image),
            progress: "100%",
            creation_time: image.created_at.with_seconds(),
            os_type: &image.os_type,
            os_name: &image.os_name,
            os_name_en: &image.os_name_en,
            platform: &image.platform,
            architecture: &image.architecture,
            boot_mode: &image.boot_mode,
            size: image.size_gib,
            product_code: &image.product_code,
            resource_group_id: if is_own { &image.resource_group } else { "" },
            is_copied: image.copied,
            is_public: image.community,
            is_self_shared: if is_own {
                Flexible::boolean(shares, scalars)
            } else {
                Flexible::Text("")
            },
            is_subscribed: false,
            is_support_cloudinit: image.cloud_init,
            is_support_io_optimized: image.io_optimized,
            login_as_non_root_supported: false,
            features: Features {
                nvme_support: if image.nvme { "supported" } else { "unsupported" },
                imds_support: &image.imds,
            },
            disk_device_mappings: DiskList {
                disk_device_mapping: image
                    .disks
                    .iter()
                    .map(|disk| DiskView::new(disk, scalars))
                    .collect(),
            },
            tags: TagList {
                tag: tags.map(|(tag_key, tag_value)| TagView { tag_key, tag_value }).collect(),
            },
        }
    }
}

impl<'a> DiskView<'a> {
    fn new(disk: &'a Disk, scalars: Scalars) -> Self {
        Self {
            device: &disk.device,
            r#type: if disk.system { "system" } else { "data" },
            snapshot_id: &disk.snapshot_id,
            size: Flexible::number(disk.size_gib, scalars),
            encrypted: Flexible::boolean(disk.encrypted, scalars),
            format: "",
            progress: "",
            remain_time: 0,
            import_oss_bucket: "",
            import_oss_object: "",
        }
    }
}

fn alias(source: Option<Source>) -> &'static str {
    match source {
        Some(Source::Own) => "self",
        Some(Source::System) => "system",
        Some(Source::Marketplace) => "marketplace",
        Some(Source::Shared | Source::Community) | None => "others",
    }
}

/// A scalar whose JSON type depends on whom one believes.
enum Flexible<'a> {
    Text(&'a str),
    QuotedNumber(u32),
    Number(u32),
    Boolean(bool),
}

impl<'a> Flexible<'a> {
    fn number_or_text(text: &'a str, scalars: Scalars) -> Self {
        match (scalars, text.parse()) {
            (Scalars::Sampled, Ok(number)) => Self::Number(number),
            _ => Self::Text(text),
        }
    }

    fn number(number: u32, scalars: Scalars) -> Self {
        match scalars {
            Scalars::Modelled => Self::QuotedNumber(number),
            Scalars::Sampled => Self::Number(number),
        }
    }

    fn boolean(value: bool, scalars: Scalars) -> Self {
        match scalars {
            Scalars::Modelled => Self::Text(if value { "true" } else { "false" }),
            Scalars::Sampled => Self::Boolean(value),
        }
    }
}

impl Serialize for Flexible<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(text) => serializer.serialize_str(text),
            Self::QuotedNumber(number) => serializer.collect_str(number),
            Self::Number(number) => serializer.serialize_u32(*number),
            Self::Boolean(value) => serializer.serialize_bool(*value),
        }
    }
}
