//! Amazon Machine Images.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{ACCOUNT, REGION};
use crate::timestamp::Timestamp;

/// An Amazon Machine Image.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Image {
    /// Id such as `ami-0123456789abcdef0`, unique in the world.
    pub id: String,
    /// Name.
    pub name: String,
    /// Region it lives in.
    pub region: String,
    /// Account that owns it.
    pub owner: String,
    /// `amazon`, `aws-marketplace` or `aws-backup-vault`, for owners on Amazon's list.
    pub owner_alias: Option<String>,
    /// Description, or empty.
    pub description: String,
    /// `available`, `pending`, `failed`, `disabled`, ….
    pub state: State,
    /// Why the state is what it is.
    pub state_reason: Option<StateReason>,
    /// Time of creation.
    pub created_at: Timestamp,
    /// Time from which the image counts as deprecated.
    pub deprecated_at: Option<Timestamp>,
    /// Time of the last launch.
    pub last_launched_at: Option<Timestamp>,
    /// Whether everyone may launch it.
    pub public: bool,
    /// Accounts that may launch it besides the owner.
    pub launch_permissions: Vec<String>,
    /// Tags the owner set; nobody else sees them.
    pub tags: BTreeMap<String, String>,
    /// Tags other accounts set on it, by account; each account sees only its own.
    pub foreign_tags: BTreeMap<String, BTreeMap<String, String>>,
    /// Watermarks, which everyone who sees the image sees.
    pub watermarks: Vec<Watermark>,
    /// Result of the last Inspector scan.
    pub scan: Option<Scan>,
    /// Whether it meets the criteria of Allowed AMIs; an account's own images always do.
    pub allowed: bool,
    /// `i386`, `x86_64`, `arm64`, `x86_64_mac` or `arm64_mac`.
    pub architecture: String,
    /// Whether it is a Windows image.
    pub windows: bool,
    /// Billing information, such as `Linux/UNIX`.
    pub platform_details: String,
    /// Billing code, such as `RunInstances`.
    pub usage_operation: String,
    /// `machine`, `kernel` or `ramdisk`.
    pub image_type: String,
    /// `hvm` or `paravirtual`.
    pub virtualization_type: String,
    /// `xen` or `ovm`.
    pub hypervisor: String,
    /// `legacy-bios`, `uefi` or `uefi-preferred`.
    pub boot_mode: Option<String>,
    /// `v2.0` when the image has a TPM.
    pub tpm_support: Option<String>,
    /// `v2.0` when instances must use version 2 of the metadata service.
    pub imds_support: Option<String>,
    /// Whether enhanced networking with ENA works.
    pub ena_support: bool,
    /// `simple` when enhanced networking with the Intel 82599 works.
    pub sriov_net_support: Option<String>,
    /// Device of the root volume.
    pub root_device_name: String,
    /// `ebs` or `instance-store`.
    pub root_device_type: String,
    /// Volumes.
    pub block_devices: Vec<BlockDevice>,
    /// Product codes.
    pub product_codes: Vec<ProductCode>,
    /// Kernel, for paravirtual images.
    pub kernel_id: Option<String>,
    /// RAM disk, for paravirtual images.
    pub ramdisk_id: Option<String>,
    /// Instance it was made from.
    pub source_instance_id: Option<String>,
    /// Image it was copied or made from.
    pub source_image_id: Option<String>,
    /// Region of that image.
    pub source_image_region: Option<String>,
    /// `disabled`, `enabled-with-cooldown` or `enabled-without-cooldown`.
    pub deregistration_protection: String,
    /// Public Systems Manager parameter that points to it.
    pub public_ssm_parameter_name: Option<String>,
    /// Whether the free tier covers it.
    pub free_tier_eligible: bool,
}

impl Image {
    /// Makes an available, private Linux image of the default account in the default region, named
    /// like its id.
    #[must_use]
    pub fn new(id: impl Into<String>) -> Self {
        let id = id.into();
        Self { name: id.clone(), id, ..Self::default() }
    }

    /// Sets the name.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// Sets the region.
    #[must_use]
    pub fn region(mut self, region: impl Into<String>) -> Self {
        self.region = region.into();
        self
    }

    /// Sets the account that owns it.
    #[must_use]
    pub fn owner(mut self, account: impl Into<String>) -> Self {
        self.owner = account.into();
        self
    }

    /// Sets the owner's alias on Amazon's list: `amazon`, `aws-marketplace` or `aws-backup-vault`.
    #[must_use]
    pub fn owner_alias(mut self, alias: impl Into<String>) -> Self {
        self.owner_alias = Some(alias.into());
        self
    }

    /// Sets the state.
    #[must_use]
    pub fn state(mut self, state: State) -> Self {
        self.state = state;
        self
    }

    /// Adds a tag of the owner.
    #[must_use]
    pub fn tag(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.tags.insert(key.into(), value.into());
        self
    }

    /// Adds a tag that another account set on the image, for that account's eyes only.
    #[must_use]
    pub fn foreign_tag(
        mut self,
        account: impl Into<String>,
        key: impl Into<String>,
        value: impl Into<String>,
    ) -> Self {
        self.foreign_tags.entry(account.into()).or_default().insert(key.into(), value.into());
        self
    }

    /// Makes it public.
    #[must_use]
    pub fn public(mut self) -> Self {
        self.public = true;
        self
    }

    /// Lets an account launch it.
    #[must_use]
    pub fn shared_with(mut self, account: impl Into<String>) -> Self {
        self.launch_permissions.push(account.into());
        self
    }

    /// Attaches a watermark.
    #[must_use]
    pub fn watermark(mut self, watermark: Watermark) -> Self {
        self.watermarks.push(watermark);
        self
    }

    /// Sets the time of creation.
    #[must_use]
    pub fn created_at(mut self, time: Timestamp) -> Self {
        self.created_at = time;
        self
    }

    /// Sets the time from which the image counts as deprecated.
    #[must_use]
    pub fn deprecated_at(mut self, time: Timestamp) -> Self {
        self.deprecated_at = Some(time);
        self
    }

    /// Returns the tags that belong to an account: the owner's, or those it set on somebody else's
    /// image.
    pub(crate) fn tags_of(&mut self, account: &str) -> &mut BTreeMap<String, String> {
        if self.owner == account {
            &mut self.tags
        } else {
            self.foreign_tags.entry(account.to_owned()).or_default()
        }
    }

    /// Makes it fail the criteria of Allowed AMIs.
    #[must_use]
    pub fn not_allowed(mut self) -> Self {
        self.allowed = false;
        self
    }
}

impl Default for Image {
    fn default() -> Self {
        Self {
            id: String::new(),
            name: String::new(),
            region: REGION.to_owned(),
            owner: ACCOUNT.to_owned(),
            owner_alias: None,
            description: String::new(),
            state: State::Available,
            state_reason: None,
            created_at: Timestamp::from_unix(1_704_067_200),
            deprecated_at: None,
            last_launched_at: None,
            public: false,
            launch_permissions: Vec::new(),
            tags: BTreeMap::new(),
            foreign_tags: BTreeMap::new(),
            watermarks: Vec::new(),
            scan: None,
            allowed: true,
            architecture: "x86_64".to_owned(),
            windows: false,
            platform_details: "Linux/UNIX".to_owned(),
            usage_operation: "RunInstances".to_owned(),
            image_type: "machine".to_owned(),
            virtualization_type: "hvm".to_owned(),
            hypervisor: "xen".to_owned(),
            boot_mode: None,
            tpm_support: None,
            imds_support: None,
            ena_support: true,
            sriov_net_support: None,
            root_device_name: "/dev/xvda".to_owned(),
            root_device_type: "ebs".to_owned(),
            block_devices: Vec::new(),
            product_codes: Vec::new(),
            kernel_id: None,
            ramdisk_id: None,
            source_instance_id: None,
            source_image_id: None,
            source_image_region: None,
            deregistration_protection: "disabled".to_owned(),
            public_ssm_parameter_name: None,
            free_tier_eligible: false,
        }
    }
}

/// State of an image, named as the API names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the vendor's words, explained in the DescribeImages page")]
pub enum State {
    Pending,
    Available,
    Invalid,
    Deregistered,
    Transient,
    Failed,
    Error,
    Disabled,
}

/// Why an image is in its state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StateReason {
    /// Code for programs.
    pub code: String,
    /// Text for people.
    pub message: String,
}

/// A watermark on an image.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Watermark {
    /// `ACCOUNT:NAME` of who attached it.
    pub key: String,
    /// Image it was first attached to.
    pub source_image_id: String,
    /// Region of that image.
    pub source_image_region: String,
    /// Time at which that image was made.
    pub source_image_created_at: Timestamp,
    /// Time at which the watermark was attached.
    pub created_at: Timestamp,
}

/// Result of an Inspector scan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scan {
    /// Highest severity found: `informational`, `low`, `medium`, `high` or `critical`.
    #[serde(default)]
    pub highest_severity: Option<String>,
    /// Time of the scan.
    pub scanned_at: Timestamp,
    /// Since when a fix has been available, by severity.
    #[serde(default)]
    pub fix_available_since: BTreeMap<String, Timestamp>,
}

/// A volume of an image.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BlockDevice {
    /// Device such as `/dev/xvda`.
    pub device_name: String,
    /// Snapshot the volume is made of.
    pub snapshot_id: String,
    /// Size in GiB.
    pub size_gib: u32,
    /// Type such as `gp3`.
    pub volume_type: String,
    /// Whether it is encrypted.
    #[serde(default)]
    pub encrypted: bool,
    /// Key it is encrypted with.
    #[serde(default)]
    pub kms_key_id: Option<String>,
    /// I/O operations per second.
    #[serde(default)]
    pub iops: Option<u32>,
    /// Throughput in MiB/s.
    #[serde(default)]
    pub throughput: Option<u32>,
    /// Whether it goes with the instance.
    #[serde(default)]
    pub delete_on_termination: bool,
}

/// A product code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProductCode {
    /// Code.
    pub code: String,
    /// `marketplace` or `devpay`.
    pub kind: String,
}
