//! The doors of AWS.
//!
//! Actions, resource types, names and condition keys: Service Authorization Reference,
//! "Actions, resources, and condition keys for Amazon EC2" and those of the other
//! services (2026-08). Where a creation is authorised on what does not exist yet, the
//! id in its name is a star.

use super::{Atlas, Case, Cover, Door, Fact, Rule, Touch, Way, mark_keys, one, passes, refused};
use crate::guardrail::dialect::AWS;

const EC2: &str = "Service Authorization Reference: Actions, resources, and condition keys for \
                   Amazon EC2";
const BOTH: &[&str] = &["scp", "iam_policy"];

/// What is known about AWS.
pub static AWS_ATLAS: Atlas = Atlas {
    dialect: &AWS,
    partitions: &["aws", "aws-cn", "aws-us-gov", "aws-eusc"],
    region: "eu-central-1",
    doors: DOORS,
    out_of_reach: &[
        ("scp", "the management account of the organisation"),
        ("scp", "service-linked roles: Auto Scaling, EC2 Fleet and Spot Fleet launch with them"),
        ("iam_policy", "every user, group and role that the policy is not attached to"),
        ("iam_policy", "service-linked roles: no policy can be attached to them"),
    ],
    multivalued_keys: &[
        "aws:calledvia",
        "aws:principalorgpaths",
        "aws:principalservicenameslist",
        "aws:resourceorgpaths",
        "aws:sourceorgpaths",
        "aws:tagkeys",
        "aws:vpceorgpaths",
    ],
    principal_keys: &["aws:principal", "aws:userid", "aws:username", "aws:viaawsservice"],
    resource_tag_keys: &["aws:resourcetag/", "ec2:resourcetag/"],
    request_tag_keys: &["aws:requesttag/"],
    owner_keys: &["ec2:owner", "aws:resourceaccount"],
    tags_stay_behind: true,
    without_account: &["image/", "snapshot/"],
    dead_actions: &[
        ("ec2:CopyImages", "ec2:CopyImage"),
        ("ec2:CreateAMI", "ec2:CreateImage"),
        ("ec2:RunInstance", "ec2:RunInstances"),
        ("ec2:ShareImage", "ec2:ModifyImageAttribute"),
        ("ec2:TagResources", "ec2:CreateTags"),
        ("ec2:UntagResources", "ec2:DeleteTags"),
    ],
    caller: "arn:{partition}:iam::{account}:role/somebody",
    context: &[
        one("", "aws:PrincipalArn", "arn:{partition}:iam::{account}:role/somebody"),
        one("", "aws:PrincipalAccount", "{account}"),
        one("", "aws:PrincipalIsAWSService", "false"),
        one("", "aws:ViaAWSService", "false"),
        one("", "aws:RequestedRegion", "{region}"),
        one("", "ec2:Region", "{region}"),
    ],
    marked_image: MARKED,
    marked_creation: &[
        one("new image", "aws:RequestTag/{key}", "{value}"),
        mark_keys("new image", "aws:TagKeys"),
    ],
    marked_creation_of_all: MARKED_ALL,
};

const IMAGE_KEYS: &[&str] = &[
    "ec2:ResourceTag/",
    "aws:ResourceTag/",
    "ec2:ImageID",
    "ec2:ImageType",
    "ec2:Owner",
    "ec2:Public",
    "ec2:RootDeviceType",
    "aws:ResourceAccount",
];
const TAGGED: &[&str] = &["ec2:ResourceTag/", "aws:ResourceTag/"];
const CREATED: &[&str] = &["aws:RequestTag/", "aws:TagKeys"];
const TAGGING: &[&str] =
    &["aws:RequestTag/", "aws:TagKeys", "ec2:ResourceTag/", "aws:ResourceTag/"];

/// A required resource of EC2 with an account in its name; `touch!(opt …)` is optional.
macro_rules! touch {
    (opt $resource:literal, $path:literal, $id:literal, $keys:expr) => {
        Touch { required: false, ..touch!($resource, $path, $id, $keys) }
    };
    ($resource:literal, $path:literal, $id:literal, $keys:expr) => {
        Touch {
            resource: $resource,
            pattern: concat!("arn:{partition}:ec2:*:*:", $path, "/*"),
            sample: concat!("arn:{partition}:ec2:{region}:{account}:", $path, "/", $id),
            required: true,
            action: None,
            keys: $keys,
        }
    };
}

/// An image or snapshot: their names have no account.
const fn media(
    resource: &'static str,
    pattern: &'static str,
    sample: &'static str,
    keys: &'static [&'static str],
) -> Touch {
    Touch { resource, pattern, sample, required: true, action: None, keys }
}

const IMAGES: &str = "arn:{partition}:ec2:*::image/*";
const SNAPSHOTS: &str = "arn:{partition}:ec2:*::snapshot/*";
const IMAGE: Touch =
    media("image", IMAGES, "arn:{partition}:ec2:{region}::image/ami-0abcdef1234567890", IMAGE_KEYS);
const IMAGE_IF_NAMED: Touch = Touch { required: false, ..IMAGE };
const NEW_IMAGE: Touch =
    media("new image", IMAGES, "arn:{partition}:ec2:{region}::image/*", CREATED);
const SNAPSHOT: Touch = media(
    "snapshot",
    SNAPSHOTS,
    "arn:{partition}:ec2:{region}::snapshot/snap-0abcdef1234567890",
    &["ec2:ResourceTag/", "aws:ResourceTag/", "ec2:Owner"],
);
const NEW_SNAPSHOT: Touch =
    media("new snapshot", SNAPSHOTS, "arn:{partition}:ec2:{region}::snapshot/*", CREATED);
const NEW_INSTANCE: Touch = touch!("new instance", "instance", "*", CREATED);
const INSTANCE: Touch = touch!("instance", "instance", "i-0abcdef1234567890", TAGGED);
const NEW_VOLUME: Touch = touch!("new volume", "volume", "*", CREATED);
const VOLUME: Touch = touch!("volume", "volume", "vol-0abcdef1234567890", TAGGED);
const INTERFACE: Touch = touch!("new network interface", "network-interface", "*", CREATED);
const SUBNET: Touch = touch!("subnet", "subnet", "subnet-0abcdef1234567890", TAGGED);
const GROUP: Touch = touch!("security group", "security-group", "sg-0abcdef1234567890", TAGGED);
const KEY_PAIR: Touch = touch!(opt "key pair", "key-pair", "key", TAGGED);
const TEMPLATE: Touch =
    touch!("launch template", "launch-template", "lt-0abcdef1234567890", TAGGED);
/// Calls without resources are authorised on the lone star.
const NOTHING: Touch =
    Touch { resource: "all", pattern: "*", sample: "*", required: true, action: None, keys: &[] };

const LAUNCH: &[Cover] = &[Cover { rule: Rule::Launch, levels: BOTH, with: "" }];
const PROTECT_TAGS: &[Cover] = &[Cover { rule: Rule::ProtectTags, levels: BOTH, with: "" }];
const TAG_ON_CREATE: &[Cover] = &[Cover { rule: Rule::TagOnCreate, levels: BOTH, with: "" }];
const TAG_SNAPSHOTS: &[Cover] =
    &[Cover { rule: Rule::TagOnCreate, levels: BOTH, with: "snapshots = true" }];
const EXPORT: &[Cover] = &[Cover { rule: Rule::Export, levels: BOTH, with: "" }];
const SHARE_IMAGES: &[Cover] = &[Cover { rule: Rule::Share, levels: BOTH, with: "images = true" }];
const SHARE_SNAPSHOTS: &[Cover] =
    &[Cover { rule: Rule::Share, levels: BOTH, with: "snapshots = true" }];

const MARKED: &[Fact] = &[
    one("image", "ec2:ResourceTag/{key}", "{value}"),
    one("image", "aws:ResourceTag/{key}", "{value}"),
];
const MARKED_ALL: &[Fact] = &[
    one("new image", "aws:RequestTag/{key}", "{value}"),
    mark_keys("new image", "aws:TagKeys"),
    one("new snapshot", "aws:RequestTag/{key}", "{value}"),
    mark_keys("new snapshot", "aws:TagKeys"),
];
const MARKED_AT_CREATION: &[Fact] = &[
    one("new image", "aws:RequestTag/{key}", "{value}"),
    mark_keys("new image", "aws:TagKeys"),
    one("new image, tagged", "aws:RequestTag/{key}", "{value}"),
    mark_keys("new image, tagged", "aws:TagKeys"),
    one("new image, tagged", "ec2:CreateAction", "CreateImage"),
];
const SETS_MARK: &[Fact] =
    &[one("image", "aws:RequestTag/{key}", "{value}"), mark_keys("image", "aws:TagKeys")];
const SETS_ANOTHER: &[Fact] =
    &[Fact { on: "image", name: "aws:TagKeys", value: super::Value::Many(&["cost-centre"]) }];
const BOOTS: &[Case] =
    &[refused("from an image without the tag", &[]), passes("from an image with the tag", MARKED)];
const MAKES: &[Case] = &[refused("without the tag", &[]), passes("with the tag", TAG_AT_CREATION)];
/// The key that has to be set at creation is not one of the locked ones: what is both
/// locked and demanded shuts out everybody.
const TAG_AT_CREATION: &[Fact] = &[
    one("new image", "aws:RequestTag/owner", "team"),
    one("new snapshot", "aws:RequestTag/owner", "team"),
];
const ALWAYS: &[Case] = &[refused("whatever it says", &[])];
const OPEN: &[Case] = &[passes("whatever it says", &[])];

const SEES_NO_IMAGE: &str = "no image is part of the call, so no condition can look at it; a user's \
                             launch is judged when it happens, a service-linked role's never";

const DOORS: &[Door] = &[
    Door {
        code: "aws_run_instances",
        way: Way::Boot,
        does: "Starts machines from an image.",
        actions: &["ec2:RunInstances"],
        touches: &[
            IMAGE,
            NEW_INSTANCE,
            INTERFACE,
            GROUP,
            SUBNET,
            Touch { required: false, ..NEW_VOLUME },
            KEY_PAIR,
            Touch { required: false, ..TEMPLATE },
            Touch { required: false, ..SNAPSHOT },
        ],
        rules: LAUNCH,
        stays_open: "",
        source: EC2,
        cases: BOOTS,
    },
    Door {
        code: "aws_create_fleet",
        way: Way::Boot,
        does: "Starts machines as a fleet.",
        actions: &["ec2:CreateFleet"],
        touches: &[
            touch!("new fleet", "fleet", "*", CREATED),
            IMAGE_IF_NAMED,
            NEW_INSTANCE,
            Touch { required: false, ..TEMPLATE },
            Touch { required: false, ..SUBNET },
            Touch { required: false, ..NEW_VOLUME },
        ],
        rules: LAUNCH,
        stays_open: "a fleet that keeps its size launches with a service-linked role later",
        source: EC2,
        cases: BOOTS,
    },
    Door {
        code: "aws_modify_fleet",
        way: Way::Boot,
        does: "Gives a fleet other launch templates, and so other images.",
        actions: &["ec2:ModifyFleet"],
        touches: &[
            touch!("fleet", "fleet", "fleet-0abcdef1234567890", TAGGED),
            IMAGE_IF_NAMED,
            Touch { required: false, ..TEMPLATE },
            Touch { required: false, ..SUBNET },
        ],
        rules: LAUNCH,
        stays_open: "a new version of a template that the fleet follows is no call to the fleet",
        source: EC2,
        cases: BOOTS,
    },
    Door {
        code: "aws_request_spot_fleet",
        way: Way::Boot,
        does: "Starts spot machines as a fleet.",
        actions: &["ec2:RequestSpotFleet"],
        touches: &[
            touch!("new spot fleet request", "spot-fleet-request", "*", CREATED),
            IMAGE_IF_NAMED,
            KEY_PAIR,
            Touch { required: false, ..TEMPLATE },
            Touch { required: false, ..GROUP },
            Touch { required: false, ..SUBNET },
        ],
        rules: LAUNCH,
        stays_open: "the fleet replaces machines with a service-linked role later",
        source: EC2,
        cases: BOOTS,
    },
    Door {
        code: "aws_request_spot_instances",
        way: Way::Boot,
        does: "Starts spot machines.",
        actions: &["ec2:RequestSpotInstances"],
        touches: &[
            touch!("new spot instances request", "spot-instances-request", "*", CREATED),
            IMAGE_IF_NAMED,
            KEY_PAIR,
            Touch { required: false, ..GROUP },
            Touch { required: false, ..SUBNET },
        ],
        rules: LAUNCH,
        stays_open: "",
        source: EC2,
        cases: BOOTS,
    },
    Door {
        code: "aws_replace_root_volume",
        way: Way::Boot,
        does: "Replaces the root volume of a running machine by that of an image.",
        actions: &["ec2:CreateReplaceRootVolumeTask"],
        touches: &[
            IMAGE_IF_NAMED,
            INSTANCE,
            NEW_VOLUME,
            touch!("new task", "replace-root-volume-task", "*", CREATED),
        ],
        rules: LAUNCH,
        stays_open: "",
        source: EC2,
        cases: BOOTS,
    },
    Door {
        code: "aws_replace_root_volume_from_snapshot",
        way: Way::Boot,
        does: "Replaces the root volume of a running machine by a snapshot.",
        actions: &["ec2:CreateReplaceRootVolumeTask"],
        touches: &[
            SNAPSHOT,
            INSTANCE,
            NEW_VOLUME,
            touch!("new task", "replace-root-volume-task", "*", CREATED),
        ],
        rules: &[],
        stays_open: "no image is part of the call; the snapshot must be of the machine's own \
                     volumes",
        source: EC2,
        cases: OPEN,
    },
    Door {
        code: "aws_attach_volume",
        way: Way::Boot,
        does: "Attaches a volume, also as the root of a stopped machine.",
        actions: &["ec2:AttachVolume"],
        touches: &[INSTANCE, VOLUME],
        rules: &[],
        stays_open: "volumes do not say which image they come from",
        source: EC2,
        cases: OPEN,
    },
    Door {
        code: "aws_import_instance",
        way: Way::Boot,
        does: "Starts a machine from a disk image outside AWS.",
        actions: &["ec2:ImportInstance"],
        touches: &[
            NEW_INSTANCE,
            NEW_VOLUME,
            Touch { required: false, ..GROUP },
            Touch { required: false, ..SUBNET },
        ],
        rules: &[],
        stays_open: "no image is part of the call; deny the action where nobody imports machines",
        source: EC2,
        cases: OPEN,
    },
    Door {
        code: "aws_launch_template",
        way: Way::Boot,
        does: "Writes down an image for launches by others.",
        actions: &["ec2:CreateLaunchTemplateVersion", "ec2:ModifyLaunchTemplate"],
        touches: &[TEMPLATE],
        rules: &[],
        stays_open: SEES_NO_IMAGE,
        source: EC2,
        cases: OPEN,
    },
    Door {
        code: "aws_auto_scaling",
        way: Way::Boot,
        does: "Has Auto Scaling start machines.",
        actions: &["autoscaling:CreateAutoScalingGroup", "autoscaling:UpdateAutoScalingGroup"],
        touches: &[Touch {
            resource: "group",
            pattern: "arn:{partition}:autoscaling:*:*:autoScalingGroup:*",
            sample: "arn:{partition}:autoscaling:{region}:{account}:autoScalingGroup:\
                     *:autoScalingGroupName/web",
            required: true,
            action: None,
            keys: &["autoscaling:ImageId", "autoscaling:LaunchTemplateVersionSpecified"],
        }],
        rules: &[],
        stays_open: "machines are launched with a service-linked role, which no policy binds; the \
                     Allowed AMIs setting does",
        source: "Service Authorization Reference: Actions, resources, and condition keys for \
                 Amazon EC2 Auto Scaling",
        cases: OPEN,
    },
    Door {
        code: "aws_create_image",
        way: Way::MakeImage,
        does: "Makes an image of a machine.",
        actions: &["ec2:CreateImage"],
        touches: &[NEW_IMAGE, NEW_SNAPSHOT, INSTANCE],
        rules: TAG_ON_CREATE,
        stays_open: "",
        source: EC2,
        cases: MAKES,
    },
    Door {
        code: "aws_copy_image",
        way: Way::MakeImage,
        does: "Copies an image, also from another account or region.",
        actions: &["ec2:CopyImage"],
        touches: &[NEW_IMAGE, NEW_SNAPSHOT],
        rules: TAG_ON_CREATE,
        stays_open: "the image that is copied is no resource of the call",
        source: EC2,
        cases: MAKES,
    },
    Door {
        code: "aws_register_image",
        way: Way::MakeImage,
        does: "Makes an image of snapshots.",
        actions: &["ec2:RegisterImage"],
        touches: &[NEW_IMAGE, Touch { required: false, ..SNAPSHOT }],
        rules: TAG_ON_CREATE,
        stays_open: "",
        source: EC2,
        cases: MAKES,
    },
    Door {
        code: "aws_import_image",
        way: Way::MakeImage,
        does: "Makes an image of a disk outside AWS.",
        actions: &["ec2:ImportImage"],
        touches: &[NEW_IMAGE, touch!("new task", "import-image-task", "*", CREATED)],
        rules: TAG_ON_CREATE,
        stays_open: "",
        source: EC2,
        cases: MAKES,
    },
    Door {
        code: "aws_restore_image",
        way: Way::MakeImage,
        does: "Makes an image of one stored in a bucket.",
        actions: &["ec2:CreateRestoreImageTask"],
        touches: &[NEW_IMAGE],
        rules: TAG_ON_CREATE,
        stays_open: "",
        source: EC2,
        cases: MAKES,
    },
    Door {
        code: "aws_image_builder",
        way: Way::MakeImage,
        does: "Has EC2 Image Builder make and distribute images.",
        actions: &["imagebuilder:StartImagePipelineExecution"],
        touches: &[Touch {
            resource: "pipeline",
            pattern: "arn:{partition}:imagebuilder:*:*:image-pipeline/*",
            sample: "arn:{partition}:imagebuilder:{region}:{account}:image-pipeline/golden",
            required: true,
            action: None,
            keys: CREATED,
        }],
        rules: &[],
        stays_open: "images are made with a service-linked role, which no policy binds",
        source: "EC2 Image Builder User Guide: Using service-linked roles for Image Builder",
        cases: OPEN,
    },
    Door {
        code: "aws_create_snapshot",
        way: Way::MakeSnapshot,
        does: "Makes a snapshot of a volume.",
        actions: &["ec2:CreateSnapshot", "ec2:CreateSnapshots"],
        touches: &[NEW_SNAPSHOT, VOLUME],
        rules: TAG_SNAPSHOTS,
        stays_open: "",
        source: EC2,
        cases: MAKES,
    },
    Door {
        code: "aws_copy_snapshot",
        way: Way::MakeSnapshot,
        does: "Copies a snapshot, also from another account or region.",
        actions: &["ec2:CopySnapshot"],
        touches: &[NEW_SNAPSHOT],
        rules: TAG_SNAPSHOTS,
        stays_open: "",
        source: EC2,
        cases: MAKES,
    },
    Door {
        code: "aws_import_snapshot",
        way: Way::MakeSnapshot,
        does: "Makes a snapshot of a disk outside AWS.",
        actions: &["ec2:ImportSnapshot"],
        touches: &[NEW_SNAPSHOT, touch!("new task", "import-snapshot-task", "*", CREATED)],
        rules: TAG_SNAPSHOTS,
        stays_open: "",
        source: EC2,
        cases: MAKES,
    },
    Door {
        code: "aws_create_tags",
        way: Way::Mark,
        does: "Tags an image, also one shared by others or public.",
        actions: &["ec2:CreateTags"],
        touches: &[Touch { keys: TAGGING, ..IMAGE }],
        rules: PROTECT_TAGS,
        stays_open: "",
        source: EC2,
        cases: &[refused("with the key", SETS_MARK), passes("with another key", SETS_ANOTHER)],
    },
    Door {
        code: "aws_delete_tags",
        way: Way::Mark,
        does: "Takes named tags off an image.",
        actions: &["ec2:DeleteTags"],
        touches: &[Touch { keys: TAGGING, ..IMAGE }],
        rules: PROTECT_TAGS,
        stays_open: "",
        source: EC2,
        cases: &[refused("with the key", SETS_MARK), passes("with another key", SETS_ANOTHER)],
    },
    Door {
        code: "aws_delete_all_tags",
        way: Way::Mark,
        does: "Takes all tags off an image: the call names none.",
        actions: &["ec2:DeleteTags"],
        touches: &[Touch { keys: TAGGED, ..IMAGE }],
        rules: PROTECT_TAGS,
        stays_open: "",
        source: "Amazon EC2 API Reference: DeleteTags",
        cases: &[refused("naming no key", &[])],
    },
    Door {
        code: "aws_tag_editor",
        way: Way::Mark,
        does: "Tags an image through the Resource Groups Tagging API.",
        actions: &["tag:TagResources"],
        touches: &[NOTHING, Touch { action: Some("ec2:CreateTags"), keys: TAGGING, ..IMAGE }],
        rules: PROTECT_TAGS,
        stays_open: "",
        source: "Resource Groups Tagging API Reference: TagResources",
        cases: &[refused("with the key", SETS_MARK), passes("with another key", SETS_ANOTHER)],
    },
    Door {
        code: "aws_tag_at_creation",
        way: Way::MarkAtCreation,
        does: "Tags an image in the call that makes it.",
        actions: &[
            "ec2:CreateImage",
            "ec2:CopyImage",
            "ec2:RegisterImage",
            "ec2:ImportImage",
            "ec2:CreateRestoreImageTask",
        ],
        touches: &[
            NEW_IMAGE,
            Touch {
                resource: "new image, tagged",
                action: Some("ec2:CreateTags"),
                keys: &["aws:RequestTag/", "aws:TagKeys", "ec2:CreateAction"],
                ..NEW_IMAGE
            },
        ],
        rules: PROTECT_TAGS,
        stays_open: "",
        source: "Amazon EC2 User Guide: Grant permission to tag resources during creation",
        cases: &[refused("with the key", MARKED_AT_CREATION)],
    },
    Door {
        code: "aws_image_watermark",
        way: Way::Mark,
        does: "Attaches a watermark to an image, or takes it off.",
        actions: &["ec2:AttachImageWatermark", "ec2:DetachImageWatermark"],
        touches: &[IMAGE],
        rules: &[],
        stays_open: "only the owner of the image can; deny both actions to all but approvers \
                     where watermarks decide",
        source: EC2,
        cases: OPEN,
    },
    Door {
        code: "aws_image_state",
        way: Way::Mark,
        does: "Deprecates or disables an image, or takes that back.",
        actions: &[
            "ec2:EnableImage",
            "ec2:DisableImage",
            "ec2:EnableImageDeprecation",
            "ec2:DisableImageDeprecation",
        ],
        touches: &[IMAGE],
        rules: &[],
        stays_open: "only the owner of the image can, and it never makes an image golden that \
                     lacks the tag",
        source: EC2,
        cases: OPEN,
    },
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
        source: "Service Authorization Reference: Actions, resources, and condition keys for \
                 Amazon Elastic Block Store",
        cases: OPEN,
    },
    Door {
        code: "aws_share_image",
        way: Way::Share,
        does: "Lets other accounts, or everybody, use an image.",
        actions: &["ec2:ModifyImageAttribute"],
        touches: &[Touch {
            keys: &["ec2:ResourceTag/", "aws:ResourceTag/", "ec2:Attribute"],
            ..IMAGE
        }],
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
            keys: &["ec2:ResourceTag/", "aws:ResourceTag/", "ec2:Add/userId", "ec2:Add/group"],
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
