//! `imageguard_alicloud_guardrail`: control policies of a resource directory and RAM policies
//! that guard images on Alibaba Cloud.

use super::guardrail::{Form, Guarding, Guardrail, LevelTerms, Words};
use crate::{
    cloud::alicloud::Alicloud,
    provider::configure::{Access, Clouds},
};

/// The resource.
pub(super) const ALICLOUD_GUARDRAIL: Guardrail<Alicloud> = Guardrail::NEW;

impl Guarding for Alicloud {
    const TYPE_NAME: &'static str = "imageguard_alicloud_guardrail";
    const DESCRIPTION: &'static str = "Says what must not happen to images on Alibaba Cloud, \
        compiles that to a policy document, proves in the plan that the document does it and \
        nothing else, and keeps it as a control policy of a resource directory or as a custom \
        policy of RAM. It binds where `imageguard_alicloud_guardrail_attachment` attaches it.";
    const NOTES: &'static str = concat!(
        include_str!("guardrail/notes.md"),
        "\n",
        include_str!("guardrail/notes_alicloud.md"),
        "\n",
        include_str!("guardrail/cannot_stop_alicloud.md")
    );
    const PERMISSIONS: &'static [&'static str] = &[
        "ram:CreatePolicy",
        "ram:CreatePolicyVersion",
        "ram:DeletePolicy",
        "ram:GetPolicy",
        "ram:ListEntitiesForPolicy",
        "ram:ListTagResources",
        "ram:TagResources",
        "ram:UntagResources",
        "ram:UpdatePolicyDescription",
        "resourcemanager:CreateControlPolicy",
        "resourcemanager:DeleteControlPolicy",
        "resourcemanager:GetControlPolicy",
        "resourcemanager:GetResourceDirectory",
        "resourcemanager:ListControlPolicies",
        "resourcemanager:ListTagResources",
        "resourcemanager:ListTargetAttachmentsForControlPolicy",
        "resourcemanager:TagResources",
        "resourcemanager:UntagResources",
        "resourcemanager:UpdateControlPolicy",
    ];
    const HAS_PATH: bool = false;
    const WORDS: Words = Words {
        level: "What the policy is, and whom it can bind: `control_policy` folders and member \
            accounts of a resource directory, `ram_policy` users, groups and roles of one account.",
        name: "The name of the policy: 1 to 128 letters, digits and hyphens, and a letter first \
            at the level `control_policy`. There it is changed in place; a custom policy of RAM \
            cannot be renamed, so that a change makes a new object.",
        description: "The description of the policy, up to 1,024 characters.",
        path: "",
        owner_ids: "Account ids. Only images that belong to one of these start; but \
            `ReplaceSystemDisk` does not tell the owner of the image, and looks at the tags only.",
        accept_owner_ids: "Account ids whose images start without the tags; they need no \
            `protect_tags`. Not by `ReplaceSystemDisk`, which does not tell the owner.",
        snapshots: "Whether snapshots must be tagged as well. On Alibaba Cloud they start no \
            machine before they are images, so that it can only be `false`, the default.",
        size_limit: "The longest document, in characters, where the vendor allows another one \
            than usual: 4,096 for a control policy, 6,144 for a RAM policy.",
        id: "The id of the control policy, such as `cp-1abcdefgh2ij`, or the name of the RAM policy.",
    };
    /// Source: `CreateControlPolicy` and `UpdateControlPolicy` of Resource Management,
    /// `CreatePolicy` and `UpdatePolicyDescription` of RAM.
    const TERMS: [LevelTerms; 2] = [
        LevelTerms {
            name: Form {
                fits: |name| is_name(name) && name.starts_with(|c: char| c.is_ascii_alphabetic()),
                told: "write 1 to 128 letters, digits and hyphens, a letter first",
            },
            longest_description: 1_024,
            renames: true,
            redescribes: true,
            path: None,
        },
        LevelTerms {
            name: Form { fits: is_name, told: "write 1 to 128 letters, digits and hyphens" },
            longest_description: 1_024,
            renames: false,
            redescribes: true,
            path: None,
        },
    ];
    const BLAMES: &'static [(&'static str, &'static str, &'static str)] = &[
        (
            "InvalidParameter.PolicyDocument.Length",
            "size_limit",
            "The vendor takes no document as long as this: lower `size_limit`, or leave it out.",
        ),
        (
            "InvalidParameter.NewPolicyDocument.Length",
            "size_limit",
            "The vendor takes no document as long as this: lower `size_limit`, or leave it out.",
        ),
        ("InvalidParameter.PolicyName", "name", "Choose another name."),
        ("InvalidParameter.Description", "description", "Choose another description."),
        ("LimitExceeded.Tag", "tags", "Remove tags of the policy that are not needed."),
    ];

    fn access(clouds: &Clouds) -> &Access<Self> {
        &clouds.alicloud
    }
}

fn is_name(name: &str) -> bool {
    (1..=128).contains(&name.len())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}
