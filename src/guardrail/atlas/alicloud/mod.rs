//! The doors of Alibaba Cloud.
//!
//! Actions, resources and keys: ECS, "RAM authorization" (2026-09) and the older
//! "Authentication rules", which disagree on whether a launch is judged on its image;
//! requests here are per resource, and the evaluator says what that rests on.
//! Resource Sharing: "RAM authorization".

mod boot;
mod images;
mod leaving;

use super::{
    Asked, Atlas, Beyond, Bounds, Case, Cover, Fact, Rule, Touch, closes, exactly, one, passes,
    refused,
};
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
    tables: &[boot::DOORS, images::DOORS, leaving::DOORS],
    bounds: &[
        exactly(
            Rule::Launch,
            "starting a machine from an image that fails a requirement; replacing a system disk \
             by one that fails a requirement of tags",
        ),
        Bounds {
            rule: Rule::ProtectTags,
            refuses: "changing tags of an image; making an image with one of the keys",
            beyond: &[Beyond {
                what: "changing tags of an image with other keys: a call that tags cannot be asked \
                       which keys it is about",
                doors: &[
                    "ali_tag_resources",
                    "ali_untag_resources",
                    "ali_add_tags",
                    "ali_remove_tags",
                    "ali_tag_service",
                ],
                facts: &[one("", "acs:RequestTag/cost-centre", "4711")],
            }],
        },
        exactly(Rule::TagOnCreate, "making an image without one of the tags"),
        exactly(Rule::Export, "writing an image or a snapshot to a bucket"),
        Bounds {
            rule: Rule::Share,
            refuses: "letting others use an image, or a share of images or snapshots, as far as it \
                      is asked to",
            beyond: &[Beyond {
                what: "adding a target to a share of anything: the call does not say what it is of",
                doors: &["ali_add_share_target"],
                facts: &[one("", "resourcesharing:Target", "1111222233334444")],
            }],
        },
    ],
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
    region_keys: &["ecs:region"],
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
    service_elsewhere: "ec2",
    account_digits: 5..=20,
    owner_groups: &[],
    reserved_tag_keys: &["acs:", "aliyun"],
    // Samples write a star for the region, which names leave empty.
    principal_starts: &["acs:ram:*:", "acs:ram::"],
    // Resource Directory, "Examples of custom access control policies".
    roles_in_lower_case: true,
    other_callers: &[],
    caller: "acs:ram::{account}:role/somebody",
    context: &[
        one("", "acs:PrincipalARN", "acs:ram::{account}:role/somebody"),
        one("", "ecs:Region", "{region}"),
    ],
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

/// Adding a target names no resource type.
const SHARE_TARGET: Touch = Touch { keys: &["resourcesharing:Target"], ..NOTHING };

const LAUNCH: &[Cover] = &[closes(Rule::Launch, BOTH, "image", Asked::Nothing)];
const LAUNCH_BY_TAG: &[Cover] = &[closes(Rule::Launch, BOTH, "image", Asked::Tags)];
const PROTECT_TAGS: &[Cover] = &[closes(Rule::ProtectTags, BOTH, "image", Asked::Nothing)];
const PROTECT_TAGS_OF_NEW: &[Cover] =
    &[closes(Rule::ProtectTags, BOTH, "new image", Asked::Nothing)];
const TAG_IMAGES: &[Cover] = &[closes(Rule::TagOnCreate, BOTH, "new image", Asked::Nothing)];
const EXPORT: &[Cover] = &[closes(Rule::Export, BOTH, "", Asked::Nothing)];
const SHARE_IMAGES: &[Cover] = &[closes(Rule::Share, BOTH, "", Asked::Images)];
const SHARE_ANY: &[Cover] = &[closes(Rule::Share, BOTH, "all", Asked::Nothing)];

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
