//! The doors of Alibaba Cloud.
//!
//! Actions, resources and keys: ECS, "RAM authorization" (2026-09) and the older
//! "Authentication rules", which disagree on whether a launch is judged on its image;
//! requests here are per resource, and the evaluator says what that rests on.
//! Resource Sharing: "RAM authorization".

use super::{Atlas, Case, Cover, Door, Fact, Rule, Touch, Way, one, passes, refused};
use crate::guardrail::dialect::ALICLOUD;

const ECS: &str = "Elastic Compute Service: RAM authorization";
const SHARING: &str = "Resource Sharing: RAM authorization";
const BOTH: &[&str] = &["control_policy", "ram_policy"];

/// What is known about Alibaba Cloud.
pub static ALICLOUD_ATLAS: Atlas = Atlas {
    dialect: &ALICLOUD,
    // Names have no partition; the second field is the service.
    partitions: &[],
    region: "cn-hangzhou",
    doors: DOORS,
    out_of_reach: &[
        ("control_policy", "the management account of the resource directory"),
        (
            "control_policy",
            "service-linked roles: Auto Scaling, node pools and auto provisioning launch with them",
        ),
        ("control_policy", "root users of members, unless its effect scope is `All`"),
        ("ram_policy", "every user, group and role that the policy is not attached to"),
        ("ram_policy", "service-linked roles and root users"),
    ],
    multivalued_keys: &["resourcesharing:requestedresourcetype"],
    principal_keys: &["acs:principal"],
    resource_tag_keys: &["acs:resourcetag/", "ecs:tag/"],
    request_tag_keys: &["acs:requesttag/"],
    owner_keys: &["ecs:imageownerid", "ecs:imagesource"],
    // Whether a launch sees the owner's tags is not documented.
    tags_stay_behind: false,
    without_account: &[],
    dead_actions: &[
        ("ecs:CreateTags", "ecs:TagResources"),
        ("ecs:DeleteTags", "ecs:UntagResources"),
        ("ecs:RunInstance", "ecs:RunInstances"),
        ("ecs:ShareImage", "ecs:ModifyImageSharePermission"),
    ],
    caller: "acs:ram::{account}:role/somebody",
    context: &[one("", "acs:PrincipalARN", "acs:ram::{account}:role/somebody")],
    marked_image: MARKED,
    marked_creation: MARKED_CREATION,
    marked_creation_of_all: MARKED_CREATION,
};

const TAGGED: &[&str] = &["acs:ResourceTag/", "ecs:tag/"];
const LAUNCHED_IMAGE_KEYS: &[&str] =
    &["acs:ResourceTag/", "ecs:tag/", "ecs:ImageOwnerId", "ecs:ImageSource", "ecs:ImagePlatform"];
const CREATED: &[&str] = &["acs:RequestTag/"];
const TAGGING: &[&str] = &["acs:RequestTag/", "acs:ResourceTag/", "ecs:tag/"];

const fn touch(
    resource: &'static str,
    pattern: &'static str,
    sample: &'static str,
    keys: &'static [&'static str],
) -> Touch {
    Touch { resource, pattern, sample, required: true, action: None, keys }
}

const IMAGE: Touch = touch(
    "image",
    "acs:ecs:*:*:image/*",
    "acs:ecs:{region}:{account}:image/m-bp1abcdefghijklmnopq",
    TAGGED,
);
const TAGGED_IMAGE: Touch = Touch { keys: TAGGING, ..IMAGE };
const LAUNCHED_IMAGE: Touch = Touch { keys: LAUNCHED_IMAGE_KEYS, ..IMAGE };
const NEW_IMAGE: Touch =
    touch("new image", "acs:ecs:*:*:image/*", "acs:ecs:{region}:{account}:image/*", CREATED);
const SNAPSHOT: Touch = touch(
    "snapshot",
    "acs:ecs:*:*:snapshot/*",
    "acs:ecs:{region}:{account}:snapshot/s-bp1abcdefghijklmnopq",
    TAGGED,
);
const NEW_SNAPSHOT: Touch = touch(
    "new snapshot",
    "acs:ecs:*:*:snapshot/*",
    "acs:ecs:{region}:{account}:snapshot/*",
    CREATED,
);
const NEW_INSTANCE: Touch = touch(
    "new instance",
    "acs:ecs:*:*:instance/*",
    "acs:ecs:{region}:{account}:instance/*",
    CREATED,
);
const INSTANCE: Touch = touch(
    "instance",
    "acs:ecs:*:*:instance/*",
    "acs:ecs:{region}:{account}:instance/i-bp1abcdefghijklmnopq",
    TAGGED,
);
const DISK: Touch = touch(
    "disk",
    "acs:ecs:*:*:disk/*",
    "acs:ecs:{region}:{account}:disk/d-bp1abcdefghijklmnopq",
    TAGGED,
);
const GROUP: Touch = touch(
    "security group",
    "acs:ecs:*:*:securitygroup/*",
    "acs:ecs:{region}:{account}:securitygroup/sg-bp1abcdefghijklmnop",
    TAGGED,
);
const SWITCH: Touch = touch(
    "vswitch",
    "acs:vpc:*:*:vswitch/*",
    "acs:vpc:{region}:{account}:vswitch/vsw-bp1abcdefghijklmno",
    TAGGED,
);
const TEMPLATE: Touch = touch(
    "launch template",
    "acs:ecs:*:*:launchtemplate/*",
    "acs:ecs:{region}:{account}:launchtemplate/lt-bp1abcdefghijklmnop",
    TAGGED,
);
/// Calls without resources are authorised on the lone star.
const NOTHING: Touch = touch("all", "*", "*", &[]);
const SHARE: Touch = Touch {
    keys: &[
        "resourcesharing:RequestedResourceType",
        "resourcesharing:ResourceArn",
        "resourcesharing:Target",
    ],
    ..NOTHING
};

const LAUNCH: &[Cover] = &[Cover { rule: Rule::Launch, levels: BOTH, with: "" }];
const LAUNCH_BY_TAG: &[Cover] = &[Cover { rule: Rule::Launch, levels: BOTH, with: "tags" }];
const PROTECT_TAGS: &[Cover] = &[Cover { rule: Rule::ProtectTags, levels: BOTH, with: "" }];
const TAG_ON_CREATE: &[Cover] = &[Cover { rule: Rule::TagOnCreate, levels: BOTH, with: "" }];
const EXPORT: &[Cover] = &[Cover { rule: Rule::Export, levels: BOTH, with: "" }];
const SHARE_IMAGES: &[Cover] = &[Cover { rule: Rule::Share, levels: BOTH, with: "images = true" }];
const SHARE_ANY: &[Cover] = &[Cover { rule: Rule::Share, levels: BOTH, with: "" }];

const MARKED: &[Fact] = &[one("image", "acs:ResourceTag/{key}", "{value}")];
const MARKED_CREATION: &[Fact] = &[one("new image", "acs:RequestTag/{key}", "{value}")];
const SETS_MARK: &[Fact] = &[one("image", "acs:RequestTag/{key}", "{value}")];
/// The key that has to be set at creation is not one of the locked ones: what is both
/// locked and demanded shuts out everybody.
const TAG_AT_CREATION: &[Fact] = &[one("new image", "acs:RequestTag/owner", "team")];
const OF_IMAGE: Fact = one("all", "resourcesharing:RequestedResourceType", "Image");
const OF_SNAPSHOT: Fact = one("all", "resourcesharing:RequestedResourceType", "Snapshot");
const OF_SWITCH: Fact = one("all", "resourcesharing:RequestedResourceType", "VSwitch");

const BOOTS: &[Case] =
    &[refused("from an image without the tag", &[]), passes("from an image with the tag", MARKED)];
const MAKES: &[Case] = &[refused("without the tag", &[]), passes("with the tag", TAG_AT_CREATION)];
const MARKS: &[Case] = &[refused("with the key", SETS_MARK)];
const ALWAYS: &[Case] = &[refused("whatever it says", &[])];
const OPEN: &[Case] = &[passes("whatever it says", &[])];

const DOORS: &[Door] = &[
    Door {
        code: "ali_run_instances",
        way: Way::Boot,
        does: "Starts machines from an image.",
        actions: &["ecs:RunInstances"],
        touches: &[LAUNCHED_IMAGE, NEW_INSTANCE, GROUP, SWITCH],
        rules: LAUNCH,
        stays_open: "",
        source: ECS,
        cases: BOOTS,
    },
    Door {
        code: "ali_create_instance",
        way: Way::Boot,
        does: "Creates a machine from an image.",
        actions: &["ecs:CreateInstance"],
        touches: &[LAUNCHED_IMAGE, NEW_INSTANCE, GROUP, SWITCH],
        rules: LAUNCH,
        stays_open: "",
        source: ECS,
        cases: BOOTS,
    },
    Door {
        code: "ali_replace_system_disk",
        way: Way::Boot,
        does: "Replaces the system disk of a machine by that of another image.",
        actions: &["ecs:ReplaceSystemDisk"],
        touches: &[Touch { required: false, ..IMAGE }, INSTANCE, Touch { required: false, ..DISK }],
        rules: LAUNCH_BY_TAG,
        stays_open: "the call has no keys for the owner of the image",
        source: ECS,
        cases: BOOTS,
    },
    Door {
        code: "ali_attach_disk",
        way: Way::Boot,
        does: "Attaches a disk, also the system disk that was detached from the machine.",
        actions: &["ecs:AttachDisk"],
        touches: &[INSTANCE, DISK],
        rules: &[],
        stays_open: "disks do not say which image they come from, or who wrote on them meanwhile",
        source: "Elastic Compute Service: AttachDisk",
        cases: OPEN,
    },
    Door {
        code: "ali_launch_template",
        way: Way::Boot,
        does: "Writes down an image for launches by others.",
        actions: &["ecs:CreateLaunchTemplate", "ecs:CreateLaunchTemplateVersion"],
        touches: &[TEMPLATE],
        rules: &[],
        stays_open: "no image is part of the call, so no condition can look at it; a user's launch \
                     is judged when it happens, a service-linked role's never",
        source: ECS,
        cases: OPEN,
    },
    Door {
        code: "ali_auto_provisioning",
        way: Way::Boot,
        does: "Has auto provisioning start machines.",
        actions: &["ecs:CreateAutoProvisioningGroup"],
        touches: &[NOTHING],
        rules: &[],
        stays_open: "machines are launched with a service-linked role, which no policy binds",
        source: ECS,
        cases: OPEN,
    },
    Door {
        code: "ali_auto_scaling",
        way: Way::Boot,
        does: "Has Auto Scaling start machines.",
        actions: &["ess:CreateScalingConfiguration", "ess:ModifyScalingConfiguration"],
        touches: &[NOTHING],
        rules: &[],
        stays_open: "machines are launched with a service-linked role, which no policy binds",
        source: "Auto Scaling: Service-linked role",
        cases: OPEN,
    },
    Door {
        code: "ali_create_image",
        way: Way::MakeImage,
        does: "Makes an image of a machine, a snapshot or disks.",
        actions: &["ecs:CreateImage"],
        touches: &[
            NEW_IMAGE,
            Touch { required: false, ..INSTANCE },
            Touch { required: false, ..SNAPSHOT },
        ],
        rules: TAG_ON_CREATE,
        stays_open: "",
        source: ECS,
        cases: MAKES,
    },
    Door {
        code: "ali_copy_image",
        way: Way::MakeImage,
        does: "Copies an image to another region.",
        actions: &["ecs:CopyImage"],
        touches: &[NEW_IMAGE],
        rules: TAG_ON_CREATE,
        stays_open: "",
        source: ECS,
        cases: MAKES,
    },
    Door {
        code: "ali_import_image",
        way: Way::MakeImage,
        does: "Makes an image of a disk file in a bucket.",
        actions: &["ecs:ImportImage"],
        touches: &[NEW_IMAGE],
        rules: TAG_ON_CREATE,
        stays_open: "",
        source: ECS,
        cases: MAKES,
    },
    Door {
        code: "ali_image_pipeline",
        way: Way::MakeImage,
        does: "Has an image pipeline make and distribute images.",
        actions: &["ecs:StartImagePipelineExecution"],
        touches: &[NOTHING],
        rules: &[],
        stays_open: "images are made with a service-linked role, which no policy binds",
        source: ECS,
        cases: OPEN,
    },
    Door {
        code: "ali_create_snapshot",
        way: Way::MakeSnapshot,
        does: "Makes a snapshot of a disk, or copies one.",
        actions: &["ecs:CreateSnapshot", "ecs:CopySnapshot"],
        touches: &[NEW_SNAPSHOT],
        rules: &[],
        stays_open: "snapshots boot nothing before they are images, and making those is guarded",
        source: ECS,
        cases: OPEN,
    },
    Door {
        code: "ali_tag_resources",
        way: Way::Mark,
        does: "Tags an image, or changes its tags.",
        actions: &["ecs:TagResources"],
        touches: &[TAGGED_IMAGE],
        rules: PROTECT_TAGS,
        stays_open: "",
        source: ECS,
        cases: MARKS,
    },
    Door {
        code: "ali_untag_resources",
        way: Way::Mark,
        does: "Takes tags off an image.",
        actions: &["ecs:UntagResources"],
        touches: &[IMAGE],
        rules: PROTECT_TAGS,
        stays_open: "",
        source: ECS,
        cases: ALWAYS,
    },
    Door {
        code: "ali_add_tags",
        way: Way::Mark,
        does: "Tags an image, by the older API.",
        actions: &["ecs:AddTags"],
        touches: &[TAGGED_IMAGE],
        rules: PROTECT_TAGS,
        stays_open: "",
        source: ECS,
        cases: MARKS,
    },
    Door {
        code: "ali_remove_tags",
        way: Way::Mark,
        does: "Takes tags off an image, by the older API.",
        actions: &["ecs:RemoveTags"],
        touches: &[IMAGE],
        rules: PROTECT_TAGS,
        stays_open: "",
        source: ECS,
        cases: ALWAYS,
    },
    Door {
        code: "ali_tag_service",
        way: Way::Mark,
        does: "Tags an image through the Tag service, or takes tags off.",
        actions: &["tag:TagResources", "tag:UntagResources"],
        touches: &[TAGGED_IMAGE],
        rules: PROTECT_TAGS,
        stays_open: "whether the Tag service names the image as the resource is not documented",
        source: "Tag: RAM authorization",
        cases: MARKS,
    },
    Door {
        code: "ali_image_attribute",
        way: Way::Mark,
        does: "Changes status, family or name of an image.",
        actions: &["ecs:ModifyImageAttribute"],
        touches: &[IMAGE],
        rules: &[],
        stays_open: "it never makes an image golden that lacks the tag",
        source: ECS,
        cases: OPEN,
    },
    Door {
        code: "ali_tag_at_creation",
        way: Way::MarkAtCreation,
        does: "Tags an image in the call that makes it.",
        actions: &["ecs:CreateImage", "ecs:CopyImage", "ecs:ImportImage"],
        touches: &[NEW_IMAGE],
        rules: PROTECT_TAGS,
        stays_open: "",
        source: ECS,
        cases: &[refused("with the key", MARKED_CREATION)],
    },
    Door {
        code: "ali_export_image",
        way: Way::Export,
        does: "Writes an image to a bucket.",
        actions: &["ecs:ExportImage"],
        touches: &[IMAGE],
        rules: EXPORT,
        stays_open: "",
        source: ECS,
        cases: ALWAYS,
    },
    Door {
        code: "ali_export_snapshot",
        way: Way::Export,
        does: "Writes a snapshot to a bucket; deprecated, not gone.",
        actions: &["ecs:ExportSnapshot"],
        touches: &[SNAPSHOT],
        rules: EXPORT,
        stays_open: "",
        source: "Elastic Compute Service: ExportSnapshot",
        cases: ALWAYS,
    },
    Door {
        code: "ali_share_image",
        way: Way::Share,
        does: "Lets other accounts, or everybody, use an image.",
        actions: &["ecs:ModifyImageSharePermission"],
        touches: &[IMAGE],
        rules: SHARE_IMAGES,
        stays_open: "",
        source: ECS,
        cases: ALWAYS,
    },
    Door {
        code: "ali_share_image_group",
        way: Way::Share,
        does: "Lets groups of accounts use an image, by the older API.",
        actions: &["ecs:ModifyImageShareGroupPermission"],
        touches: &[IMAGE],
        rules: SHARE_IMAGES,
        stays_open: "",
        source: ECS,
        cases: ALWAYS,
    },
    Door {
        code: "ali_create_share",
        way: Way::Share,
        does: "Creates a resource share of images or snapshots.",
        actions: &["resourcesharing:CreateResourceShare"],
        touches: &[SHARE],
        rules: SHARE_ANY,
        stays_open: "what one request with several types holds is not documented",
        source: SHARING,
        cases: &[
            refused("of an image", &[OF_IMAGE]),
            refused("of a snapshot", &[OF_SNAPSHOT]),
            passes("of a vswitch", &[OF_SWITCH]),
        ],
    },
    Door {
        code: "ali_extend_share",
        way: Way::Share,
        does: "Adds images or snapshots to a resource share.",
        actions: &["resourcesharing:AssociateResourceShare"],
        touches: &[SHARE],
        rules: SHARE_ANY,
        stays_open: "what one request with several types holds is not documented",
        source: SHARING,
        cases: &[
            refused("with an image", &[OF_IMAGE]),
            refused("with a snapshot", &[OF_SNAPSHOT]),
            passes("with a vswitch", &[OF_SWITCH]),
        ],
    },
    Door {
        code: "ali_add_share_target",
        way: Way::Share,
        does: "Adds an account to a resource share, whatever is in it.",
        actions: &["resourcesharing:AssociateResourceShare"],
        touches: &[SHARE],
        rules: SHARE_ANY,
        stays_open: "",
        source: SHARING,
        cases: &[refused(
            "naming a target only",
            &[one("all", "resourcesharing:Target", "444455556666")],
        )],
    },
    Door {
        code: "ali_update_share",
        way: Way::Setting,
        does: "Lets a resource share have targets outside the resource directory.",
        actions: &["resourcesharing:UpdateResourceShare"],
        touches: &[NOTHING],
        rules: &[],
        stays_open: "the call names no resource type; the rule `share` stops adding targets",
        source: SHARING,
        cases: OPEN,
    },
];
