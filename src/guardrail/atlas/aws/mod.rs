//! The doors of AWS.
//!
//! Actions, resource types, names and condition keys: Service Authorization Reference,
//! "Actions, resources, and condition keys for Amazon EC2" and those of the other
//! services (2026-08). Where a creation is authorised on what does not exist yet, the
//! id in its name is a star.

mod boot;
mod images;
mod leaving;

use super::{
    Asked, Atlas, Beyond, Bounds, Case, Cover, Fact, Rule, Touch, closes, exactly, mark_keys, one,
    passes, refused,
};
use crate::guardrail::dialect::AWS;

const EC2: &str = "Service Authorization Reference: Actions, resources, and condition keys for \
                   Amazon EC2";
const EBS: &str = "Service Authorization Reference: Actions, resources, and condition keys for \
                   Amazon Elastic Block Store";
const AUTO_SCALING: &str = "Service Authorization Reference: Actions, resources, and condition \
                            keys for Amazon EC2 Auto Scaling";
const BOTH: &[&str] = &["scp", "iam_policy"];

/// What is known about AWS.
pub static AWS_ATLAS: Atlas = Atlas {
    dialect: &AWS,
    partitions: &["aws", "aws-cn", "aws-us-gov", "aws-eusc"],
    region: "eu-central-1",
    tables: &[boot::DOORS, images::DOORS, leaving::DOORS],
    bounds: &[
        exactly(
            Rule::Launch,
            "starting a machine from an image that fails a requirement; tag keys are compared \
             without case",
        ),
        exactly(
            Rule::ProtectTags,
            "setting or removing tags of an image with one of the keys, in any case; removing \
             tags without naming keys",
        ),
        exactly(
            Rule::TagOnCreate,
            "making an image without one of the tags; with `snapshots = true` also a snapshot",
        ),
        exactly(Rule::Export, "writing an image, or the disk of a machine, to a bucket"),
        Bounds {
            rule: Rule::Share,
            refuses: "letting others use an image or a snapshot, as far as it is asked to",
            beyond: &[Beyond {
                what: "changing another attribute, such as the description, by the same call",
                doors: &["aws_share_image", "aws_share_snapshot"],
                facts: &[one("", "ec2:Attribute", "Description")],
            }],
        },
    ],
    out_of_reach: &[
        ("scp", "the management account of the organisation"),
        ("scp", "service-linked roles: Auto Scaling, EC2 Fleet and Spot Fleet launch with them"),
        ("iam_policy", "every user, group and role that the policy is not attached to"),
        ("iam_policy", "service-linked roles and the root user: no policy can be attached to them"),
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
    principal_keys: &[
        "aws:principalarn",
        "aws:principalaccount",
        "aws:principalorg",
        "aws:principaltag/",
        "aws:principaltype",
        "aws:userid",
        "aws:username",
    ],
    resource_tag_keys: &["aws:resourcetag/", "ec2:resourcetag/"],
    request_tag_keys: &["aws:requesttag/"],
    region_keys: &["aws:requestedregion", "ec2:region"],
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
    service_elsewhere: "ecs",
    account_digits: 12..=12,
    owner_groups: &["amazon", "aws-marketplace"],
    reserved_tag_keys: &["aws:"],
    principal_starts: &["arn:{partition}:iam::"],
    roles_in_lower_case: false,
    // IAM User Guide, "AWS global condition context keys": `aws:PrincipalArn`.
    other_callers: &["arn:{partition}:sts::{account}:federated-user/"],
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
const CHANGED_IMAGE: &[&str] = &[
    "ec2:ResourceTag/",
    "aws:ResourceTag/",
    "ec2:ImageID",
    "ec2:ImageType",
    "ec2:Owner",
    "ec2:Public",
    "ec2:RootDeviceType",
    "aws:ResourceAccount",
    "ec2:Attribute",
    "ec2:Attribute/",
];
const TAGGED: &[&str] = &["ec2:ResourceTag/", "aws:ResourceTag/"];
const CREATED: &[&str] = &["aws:RequestTag/", "aws:TagKeys"];
const CREATED_WITH_OWNER: &[&str] = &["aws:RequestTag/", "aws:TagKeys", "ec2:Owner"];
const CREATED_IMAGE: &[&str] = &["aws:RequestTag/", "aws:TagKeys", "ec2:ImageID", "ec2:Owner"];
const IMPORTED_IMAGE: &[&str] = &[
    "aws:RequestTag/",
    "aws:TagKeys",
    "ec2:ImageID",
    "ec2:ImageType",
    "ec2:Owner",
    "ec2:Public",
    "ec2:RootDeviceType",
];
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
use touch;

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
    media("new image", IMAGES, "arn:{partition}:ec2:{region}::image/*", CREATED_IMAGE);
const SNAPSHOT: Touch = media(
    "snapshot",
    SNAPSHOTS,
    "arn:{partition}:ec2:{region}::snapshot/snap-0abcdef1234567890",
    &["ec2:ResourceTag/", "aws:ResourceTag/", "ec2:Owner"],
);
const SNAPSHOT_IF_NAMED: Touch = Touch { required: false, ..SNAPSHOT };
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
const PLACEMENT: Touch = touch!(opt "placement group", "placement-group", "spread", TAGGED);
const TEMPLATE: Touch =
    touch!("launch template", "launch-template", "lt-0abcdef1234567890", TAGGED);
/// Calls without resources are authorised on the lone star.
const NOTHING: Touch =
    Touch { resource: "all", pattern: "*", sample: "*", required: true, action: None, keys: &[] };

const LAUNCH: &[Cover] = &[closes(Rule::Launch, BOTH, "image", Asked::Nothing)];
const PROTECT_TAGS: &[Cover] = &[closes(Rule::ProtectTags, BOTH, "image", Asked::Nothing)];
const PROTECT_TAGS_OF_NEW: &[Cover] =
    &[closes(Rule::ProtectTags, BOTH, "new image, tagged", Asked::Nothing)];
const TAG_IMAGE: Cover = closes(Rule::TagOnCreate, BOTH, "new image", Asked::Nothing);
const TAG_SNAPSHOT: Cover = closes(Rule::TagOnCreate, BOTH, "new snapshot", Asked::Snapshots);
const TAG_IMAGES: &[Cover] = &[TAG_IMAGE];
/// Where an image is made of snapshots that are made with it.
const TAG_IMAGES_AND_SNAPSHOTS: &[Cover] = &[TAG_IMAGE, TAG_SNAPSHOT];
const TAG_SNAPSHOTS: &[Cover] = &[TAG_SNAPSHOT];
const EXPORT: &[Cover] = &[closes(Rule::Export, BOTH, "", Asked::Nothing)];
const SHARE_IMAGES: &[Cover] = &[closes(Rule::Share, BOTH, "", Asked::Images)];
const SHARE_SNAPSHOTS: &[Cover] = &[closes(Rule::Share, BOTH, "", Asked::Snapshots)];

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
