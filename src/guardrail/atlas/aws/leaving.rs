//! Doors that images leave through, and settings about that.

use super::{
    ALWAYS, CHANGED_IMAGE, CREATED, EBS, EC2, EXPORT, IMAGE, INSTANCE, NOTHING, OPEN, SHARE_IMAGES,
    SHARE_SNAPSHOTS, SNAPSHOT, touch,
};
use crate::guardrail::atlas::{Door, Touch, Way};

pub(super) const DOORS: &[Door] = &[
    Door {
        code: "aws_export_image",
        way: Way::Export,
        does: "Writes an image to a bucket as a disk file.",
        actions: &["ec2:ExportImage"],
        touches: &[IMAGE, touch!("new task", "export-image-task", "*", CREATED)],
        rules: EXPORT,
        stays_open: "",
        source: EC2,
        cases: ALWAYS,
    },
    Door {
        code: "aws_store_image",
        way: Way::Export,
        does: "Stores an image in a bucket.",
        actions: &["ec2:CreateStoreImageTask"],
        touches: &[IMAGE],
        rules: EXPORT,
        stays_open: "",
        source: EC2,
        cases: ALWAYS,
    },
    Door {
        code: "aws_export_instance",
        way: Way::Export,
        does: "Writes the disk of a machine to a bucket.",
        actions: &["ec2:CreateInstanceExportTask"],
        touches: &[INSTANCE, touch!("new task", "export-instance-task", "*", CREATED)],
        rules: EXPORT,
        stays_open: "",
        source: EC2,
        cases: ALWAYS,
    },
    Door {
        code: "aws_read_snapshot_blocks",
        way: Way::Export,
        does: "Reads the blocks of a snapshot.",
        actions: &["ebs:GetSnapshotBlock"],
        touches: &[Touch { keys: &["aws:ResourceTag/"], ..SNAPSHOT }],
        rules: &[],
        stays_open: "backup products read snapshots so; deny `ebs:GetSnapshotBlock` where none \
                     is in use",
        source: EBS,
        cases: OPEN,
    },
    Door {
        code: "aws_share_image",
        way: Way::Share,
        does: "Lets other accounts, or everybody, use an image.",
        actions: &["ec2:ModifyImageAttribute"],
        touches: &[Touch { keys: CHANGED_IMAGE, ..IMAGE }],
        rules: SHARE_IMAGES,
        stays_open: "",
        source: EC2,
        cases: ALWAYS,
    },
    Door {
        code: "aws_share_snapshot",
        way: Way::Share,
        does: "Lets other accounts, or everybody, use a snapshot.",
        actions: &["ec2:ModifySnapshotAttribute"],
        touches: &[Touch {
            keys: &[
                "ec2:ResourceTag/",
                "aws:ResourceTag/",
                "ec2:Owner",
                "ec2:Attribute",
                "ec2:Attribute/",
                "ec2:Add/userId",
                "ec2:Add/group",
            ],
            ..SNAPSHOT
        }],
        rules: SHARE_SNAPSHOTS,
        stays_open: "",
        source: EC2,
        cases: ALWAYS,
    },
    Door {
        code: "aws_block_public_access",
        way: Way::Setting,
        does: "Lifts or loosens the block on sharing with everybody.",
        actions: &[
            "ec2:DisableImageBlockPublicAccess",
            "ec2:DisableSnapshotBlockPublicAccess",
            "ec2:EnableSnapshotBlockPublicAccess",
        ],
        touches: &[NOTHING],
        rules: &[],
        stays_open: "the rule `share` stops sharing itself; a declarative policy keeps the setting",
        source: EC2,
        cases: OPEN,
    },
    Door {
        code: "aws_allowed_images",
        way: Way::Setting,
        does: "Changes which owners' images the account may use.",
        actions: &[
            "ec2:EnableAllowedImagesSettings",
            "ec2:DisableAllowedImagesSettings",
            "ec2:ReplaceImageCriteriaInAllowedImagesSettings",
        ],
        touches: &[NOTHING],
        rules: &[],
        stays_open: "a launch rule decides on tags whatever the setting; a declarative policy \
                     keeps the setting",
        source: EC2,
        cases: OPEN,
    },
];
