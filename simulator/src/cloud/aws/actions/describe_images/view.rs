//! An image as `DescribeImages` shows it.

use crate::cloud::aws::viewer::Viewer;
use crate::cloud::aws::xml::Xml;
use crate::world::aws::{BlockDevice, Image, Scan, State, Watermark};

/// Severities in the order in which the model names them.
const SEVERITIES: [&str; 5] = ["informational", "low", "medium", "high", "critical"];

/// Writes the content of one `imagesSet/item`.
pub(super) fn write(xml: &mut Xml, image: &Image, viewer: &Viewer<'_>) {
    write_identity(xml, image);
    write_machine(xml, image);
    write_origin(xml, image);
    if viewer.allowed_images.is_some() {
        xml.value("imageAllowed", viewer.allows(image));
    }
    if !image.product_codes.is_empty() {
        xml.set("productCodes", &image.product_codes, |xml, code| {
            xml.leaf("productCode", &code.code);
            xml.leaf("type", &code.kind);
        });
    }
    xml.set("blockDeviceMapping", &image.block_devices, write_device);
    if !image.watermarks.is_empty() {
        xml.set("imageWatermarkSet", &image.watermarks, write_watermark);
    }
    if let Some(scan) = &image.scan {
        xml.within("scanResults", |xml| write_scan(xml, scan));
    }
    if let Some(tags) = viewer.tags(image).filter(|tags| !tags.is_empty()) {
        xml.set("tagSet", tags, |xml, (key, value)| {
            xml.leaf("key", key);
            xml.leaf("value", value);
        });
    }
}

fn write_identity(xml: &mut Xml, image: &Image) {
    xml.leaf("imageId", &image.id);
    xml.leaf("imageLocation", &location(image));
    xml.leaf("imageState", state(image.state));
    xml.leaf("imageOwnerId", &image.owner);
    xml.option("imageOwnerAlias", image.owner_alias.as_deref());
    xml.leaf("creationDate", &image.created_at.with_milliseconds());
    xml.value("isPublic", image.public);
    xml.leaf("name", &image.name);
    xml.option("description", Some(image.description.as_str()).filter(|text| !text.is_empty()));
    if let Some(reason) = &image.state_reason {
        xml.within("stateReason", |xml| {
            xml.leaf("code", &reason.code);
            xml.leaf("message", &reason.message);
        });
    }
    if let Some(time) = image.deprecated_at {
        xml.leaf("deprecationTime", &time.with_milliseconds());
    }
    if let Some(time) = image.last_launched_at {
        xml.leaf("lastLaunchedTime", &time.with_milliseconds());
    }
    xml.leaf("deregistrationProtection", &image.deregistration_protection);
    xml.option("publicSsmParameterName", image.public_ssm_parameter_name.as_deref());
    if image.free_tier_eligible {
        xml.value("freeTierEligible", true);
    }
}

fn write_machine(xml: &mut Xml, image: &Image) {
    xml.leaf("imageType", &image.image_type);
    xml.leaf("architecture", &image.architecture);
    xml.option("platform", image.windows.then_some("windows"));
    xml.leaf("platformDetails", &image.platform_details);
    xml.leaf("usageOperation", &image.usage_operation);
    xml.leaf("virtualizationType", &image.virtualization_type);
    xml.leaf("hypervisor", &image.hypervisor);
    xml.leaf("rootDeviceName", &image.root_device_name);
    xml.leaf("rootDeviceType", &image.root_device_type);
    xml.value("enaSupport", image.ena_support);
    xml.option("sriovNetSupport", image.sriov_net_support.as_deref());
    xml.option("bootMode", image.boot_mode.as_deref());
    xml.option("tpmSupport", image.tpm_support.as_deref());
    xml.option("imdsSupport", image.imds_support.as_deref());
    xml.option("kernelId", image.kernel_id.as_deref());
    xml.option("ramdiskId", image.ramdisk_id.as_deref());
}

fn write_origin(xml: &mut Xml, image: &Image) {
    xml.option("sourceInstanceId", image.source_instance_id.as_deref());
    xml.option("sourceImageId", image.source_image_id.as_deref());
    xml.option("sourceImageRegion", image.source_image_region.as_deref());
}

fn write_device(xml: &mut Xml, device: &BlockDevice) {
    xml.leaf("deviceName", &device.device_name);
    xml.within("ebs", |xml| {
        xml.leaf("snapshotId", &device.snapshot_id);
        xml.value("volumeSize", device.size_gib);
        xml.leaf("volumeType", &device.volume_type);
        xml.value("encrypted", device.encrypted);
        xml.option("kmsKeyId", device.kms_key_id.as_deref());
        if let Some(iops) = device.iops {
            xml.value("iops", iops);
        }
        if let Some(throughput) = device.throughput {
            xml.value("throughput", throughput);
        }
        xml.value("deleteOnTermination", device.delete_on_termination);
    });
}

fn write_watermark(xml: &mut Xml, watermark: &Watermark) {
    xml.leaf("watermarkKey", &watermark.key);
    xml.leaf("sourceImageRegion", &watermark.source_image_region);
    xml.leaf("sourceImageId", &watermark.source_image_id);
    xml.leaf("sourceImageCreationTime", &watermark.source_image_created_at.with_milliseconds());
    xml.leaf("watermarkCreationTime", &watermark.created_at.with_milliseconds());
}

fn write_scan(xml: &mut Xml, scan: &Scan) {
    xml.option("highestFindingSeverityLabel", scan.highest_severity.as_deref());
    xml.leaf("findingScanDate", &scan.scanned_at.with_milliseconds());
    for severity in SEVERITIES {
        if let Some(since) = scan.fix_available_since.get(severity) {
            xml.leaf(&format!("{severity}FixAvailableSince"), &since.with_milliseconds());
        }
    }
}

/// Returns `OWNER/NAME`, where an image without a manifest of its own says it is.
pub(super) fn location(image: &Image) -> String {
    format!("{}/{}", image.owner_alias.as_deref().unwrap_or(&image.owner), image.name)
}

/// Returns a state as the API spells it.
pub(super) fn state(state: State) -> &'static str {
    match state {
        State::Pending => "pending",
        State::Available => "available",
        State::Invalid => "invalid",
        State::Deregistered => "deregistered",
        State::Transient => "transient",
        State::Failed => "failed",
        State::Error => "error",
        State::Disabled => "disabled",
    }
}
