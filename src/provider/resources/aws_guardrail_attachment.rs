//! `imageguard_aws_guardrail_attachment`: what a guardrail on AWS binds.

use super::guardrail_attachment::{Attaching, GuardrailAttachment};
use crate::{
    cloud::aws::{Aws, is_account_id},
    provider::{
        configure::{Access, Clouds},
        policies::Tier,
    },
};

/// The resource.
pub(super) const AWS_GUARDRAIL_ATTACHMENT: GuardrailAttachment<Aws> = GuardrailAttachment::NEW;

/// AWS's service control policy that allows everything, and is everywhere by itself.
const FULL_ACCESS: &str = "p-FullAWSAccess";

impl Attaching for Aws {
    const TYPE_NAME: &'static str = "imageguard_aws_guardrail_attachment";
    const DESCRIPTION: &'static str = "Attaches a guardrail on AWS to what it is to bind: the \
        whole organisation, an organizational unit or an account; or a user, a group or a role.";
    const GUARDRAIL: &'static str = "The `id` of the guardrail: of a service control policy `p-…`, \
        of an IAM policy its ARN.";
    const TARGET: &'static str = "What the guardrail is to bind. For a service control policy the \
        root (`r-…`), a unit (`ou-…`) or the id of an account; for an IAM policy `user/NAME`, \
        `group/NAME` or `role/NAME`, without the path, in the account of the credentials.";
    const NOTES: &'static str = concat!(
        include_str!("guardrail_attachment/notes.md"),
        "\n",
        include_str!("guardrail_attachment/notes_aws.md")
    );
    const PERMISSIONS: &'static [&'static str] = &[
        "iam:AttachGroupPolicy",
        "iam:AttachRolePolicy",
        "iam:AttachUserPolicy",
        "iam:DetachGroupPolicy",
        "iam:DetachRolePolicy",
        "iam:DetachUserPolicy",
        "iam:ListAttachedGroupPolicies",
        "iam:ListAttachedRolePolicies",
        "iam:ListAttachedUserPolicies",
        "organizations:AttachPolicy",
        "organizations:DetachPolicy",
        "organizations:ListPoliciesForTarget",
        "organizations:ListRoots",
    ];
    const FORMS: &'static str = "Targets are the root `r-…`, units `ou-…`, ids of accounts, \
        `user/NAME`, `group/NAME` and `role/NAME`";
    const EXAMPLE: &'static str = "ou-a1b2-c3d4e5f6:p-9f8e7d6c5b";
    const FEATURE: &'static str = "Service Control Policies";
    const SWITCH_ON: &'static str = "Switch them on in the management account: in the console under \
        AWS Organizations, Policies, or with `EnablePolicyType` for `SERVICE_CONTROL_POLICY`; the \
        organisation needs all features.";

    fn access(clouds: &Clouds) -> &Access<Self> {
        &clouds.aws
    }

    /// Source: the patterns of `PolicyId` in the API reference of Organizations, and "IAM
    /// identifiers".
    fn fault_of_id(tier: Tier, id: &str) -> Option<String> {
        match tier {
            Tier::Organisation if id == FULL_ACCESS => {
                Some("is AWS's own policy, which allows everything and is no guardrail.".to_owned())
            }
            Tier::Organisation => {
                let is_part = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
                let fits = |id: &str| (8..=128).contains(&id.len()) && id.bytes().all(is_part);
                let fault = "is not the id of a service control policy, such as `p-9f8e7d6c5b`, and \
                             nothing else can be attached to roots, units and accounts. An IAM \
                             policy is attached to `user/NAME`, `group/NAME` or `role/NAME`.";
                (!id.strip_prefix("p-").is_some_and(fits)).then(|| fault.to_owned())
            }
            Tier::Account => fault_of_arn(id),
        }
    }
}

/// Finds fault with the ARN of a managed policy.
fn fault_of_arn(arn: &str) -> Option<String> {
    let parts: Vec<_> = arn.splitn(6, ':').collect();
    let owner = match parts[..] {
        ["arn", _, "iam", "", owner, policy]
            if policy.strip_prefix("policy/").is_some_and(is_name) =>
        {
            owner
        }
        _ => "",
    };
    match owner {
        "aws" => Some("is AWS's own policy, and no guardrail.".to_owned()),
        account if is_account_id(account) => None,
        _ => {
            let fault = "is not the ARN of an IAM policy, such as \
                         `arn:aws:iam::111122223333:policy/golden-images-only`. A service control \
                         policy is attached to roots, units and accounts.";
            Some(fault.to_owned())
        }
    }
}

/// Tells whether this can be path and name of a policy.
fn is_name(text: &str) -> bool {
    let (_, name) = text.rsplit_once('/').unwrap_or(("", text));
    let is_part = |c: char| c.is_ascii_graphic() && c != ':';
    (1..=128).contains(&name.len()) && text.chars().all(is_part)
}
