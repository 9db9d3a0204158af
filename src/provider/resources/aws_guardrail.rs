//! `imageguard_aws_guardrail`: service control policies of an organisation and managed policies
//! of IAM that guard images on AWS.

use super::guardrail::{Form, Guarding, Guardrail, LevelTerms, Words};
use crate::{
    cloud::aws::Aws,
    provider::configure::{Access, Clouds},
};

/// The resource.
pub(super) const AWS_GUARDRAIL: Guardrail<Aws> = Guardrail::NEW;

impl Guarding for Aws {
    const TYPE_NAME: &'static str = "imageguard_aws_guardrail";
    const DESCRIPTION: &'static str = "Says what must not happen to images on AWS, compiles that to \
        a policy document, proves in the plan that the document does it and nothing else, and keeps \
        it as a service control policy of an organisation or as a managed policy of IAM. It binds \
        where `imageguard_aws_guardrail_attachment` attaches it.";
    const NOTES: &'static str = concat!(
        include_str!("guardrail/notes.md"),
        "\n",
        include_str!("guardrail/notes_aws.md"),
        "\n",
        include_str!("guardrail/cannot_stop_aws.md")
    );
    const PERMISSIONS: &'static [&'static str] = &[
        "iam:CreatePolicy",
        "iam:CreatePolicyVersion",
        "iam:DeletePolicy",
        "iam:DeletePolicyVersion",
        "iam:GetPolicy",
        "iam:GetPolicyVersion",
        "iam:ListEntitiesForPolicy",
        "iam:ListPolicies",
        "iam:ListPolicyTags",
        "iam:ListPolicyVersions",
        "iam:TagPolicy",
        "iam:UntagPolicy",
        "organizations:CreatePolicy",
        "organizations:DeletePolicy",
        "organizations:DescribePolicy",
        "organizations:ListPolicies",
        "organizations:ListRoots",
        "organizations:ListTagsForResource",
        "organizations:ListTargetsForPolicy",
        "organizations:TagResource",
        "organizations:UntagResource",
        "organizations:UpdatePolicy",
    ];
    const HAS_PATH: bool = true;
    const WORDS: Words = Words {
        level: "What the policy is, and whom it can bind: `scp` units and member accounts of an \
            organisation, `iam_policy` users, groups and roles of one account.",
        name: "The name of the policy. At the level `scp` 1 to 128 characters, changed in place. At \
            the level `iam_policy` 1 to 128 letters, digits and `+=,.@_-`; a managed policy cannot \
            be renamed, so that a change makes a new object.",
        description: "The description of the policy: up to 512 characters at the level `scp`, \
            changed in place; up to 1,000 at the level `iam_policy`, where it cannot change unless \
            `name` does.",
        path: "The path of the policy at the level `iam_policy`, such as `/security/`; default `/`. \
            A change makes a new object. Service control policies have none.",
        owner_ids: "Account ids, `amazon` or `aws-marketplace`. Only images that belong to one of \
            these start.",
        accept_owner_ids: "Account ids, `amazon` or `aws-marketplace`, whose images start without \
            the tags: those of shared images are not seen in other accounts, and AWS's own have \
            none.",
        snapshots: "Whether snapshots must be tagged as well, also those of an image that is made \
            in the same call. Default: `false`.",
        size_limit: "The longest document, in characters, where AWS allows another one than usual: \
            10,240 for a service control policy, 6,144 for a managed policy.",
        id: "The id of the service control policy, such as `p-9f8e7d6c5b`, or the ARN of the \
            managed policy; its name does, too.",
    };
    /// Source: `CreatePolicy` and `UpdatePolicy` of Organizations, `CreatePolicy` of IAM. White
    /// space at the end of a name gets lost in consoles, and one that is all white space is
    /// nothing to read.
    const TERMS: [LevelTerms; 2] = [
        LevelTerms {
            name: Form {
                fits: |name| (1..=128).contains(&name.chars().count()) && name == name.trim(),
                told: "write 1 to 128 characters, with no white space around them",
            },
            longest_description: 512,
            renames: true,
            redescribes: true,
            path: None,
        },
        LevelTerms {
            name: Form {
                fits: is_name,
                told: "write 1 to 128 letters, digits and `+=,.@_-`; the path is an attribute of \
                       its own",
            },
            longest_description: 1_000,
            renames: false,
            redescribes: false,
            path: Some(Form {
                fits: is_path,
                told: "write `/`, or names with a slash before and after each, such as \
                       `/security/images/`: at most 512 characters, in names letters, digits and \
                       `.,+@=_-`",
            }),
        },
    ];
    const BLAMES: &'static [(&'static str, &'static str, &'static str)] = &[(
        "MalformedPolicyDocument",
        "rules",
        "The provider has written this document and AWS does not read it, which is a fault of the \
         provider: please report it with the planned `document`.",
    )];

    fn access(clouds: &Clouds) -> &Access<Self> {
        &clouds.aws
    }
}

fn is_name(name: &str) -> bool {
    let is_part = |c: char| c.is_ascii_alphanumeric() || "+=,.@_-".contains(c);
    (1..=128).contains(&name.len()) && name.chars().all(is_part)
}

/// Source: the shape `policyPathType` in the vendor's model of IAM; paths of users and roles may
/// hold more.
fn is_path(path: &str) -> bool {
    let inner = path.strip_prefix('/').and_then(|rest| rest.strip_suffix('/'));
    let is_part = |c: char| c.is_ascii_alphanumeric() || ".,+@=_-".contains(c);
    let is_name = |name: &str| !name.is_empty() && name.chars().all(is_part);
    path == "/" || (path.len() <= 512 && inner.is_some_and(|it| it.split('/').all(is_name)))
}
