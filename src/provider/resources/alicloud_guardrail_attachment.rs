//! `imageguard_alicloud_guardrail_attachment`: what a guardrail on Alibaba Cloud binds.

use super::guardrail_attachment::{Attaching, GuardrailAttachment};
use crate::{
    cloud::alicloud::Alicloud,
    provider::{
        configure::{Access, Clouds},
        policies::Tier,
    },
};

/// The resource.
pub(super) const ALICLOUD_GUARDRAIL_ATTACHMENT: GuardrailAttachment<Alicloud> =
    GuardrailAttachment::NEW;

/// The vendor's control policy that allows everything, and is everywhere by itself.
const FULL_ACCESS: &str = "cp-FullAliyunAccess";

impl Attaching for Alicloud {
    const TYPE_NAME: &'static str = "imageguard_alicloud_guardrail_attachment";
    const DESCRIPTION: &'static str = "Attaches a guardrail on Alibaba Cloud to what it is to \
        bind: the whole organisation, a folder or an account; or a user, a group or a role.";
    const GUARDRAIL: &'static str = "The `id` of the guardrail: of a control policy `cp-…`, of a \
        RAM policy its name.";
    const TARGET: &'static str = "What the guardrail is to bind. For a control policy the root \
        folder (`r-…`), a folder (`fd-…`) or the id of a member account; for a RAM policy \
        `user/NAME`, `group/NAME` or `role/NAME` in the account of the credentials.";
    const NOTES: &'static str = concat!(
        include_str!("guardrail_attachment/notes.md"),
        "\n",
        include_str!("guardrail_attachment/notes_alicloud.md")
    );
    const PERMISSIONS: &'static [&'static str] = &[
        "ram:AttachPolicyToGroup",
        "ram:AttachPolicyToRole",
        "ram:AttachPolicyToUser",
        "ram:DetachPolicyFromGroup",
        "ram:DetachPolicyFromRole",
        "ram:DetachPolicyFromUser",
        "ram:ListPoliciesForGroup",
        "ram:ListPoliciesForRole",
        "ram:ListPoliciesForUser",
        "resourcemanager:AttachControlPolicy",
        "resourcemanager:DetachControlPolicy",
        "resourcemanager:GetResourceDirectory",
        "resourcemanager:ListControlPolicyAttachmentsForTarget",
    ];
    const FORMS: &'static str = "Targets are the root folder `r-…`, folders `fd-…`, ids of \
        accounts, `user/NAME`, `group/NAME` and `role/NAME`";
    const EXAMPLE: &'static str = "fd-bVaRIGqWYF:cp-jExXAqIYkwHN2rQx";
    const FEATURE: &'static str = "Control Policies";
    const SWITCH_ON: &'static str = "Switch them on in the management account: in the console under \
        Resource Management, Control Policy, or with `EnableControlPolicy`; that takes a few minutes.";

    fn access(clouds: &Clouds) -> &Access<Self> {
        &clouds.alicloud
    }

    /// Source: `CreateControlPolicy` and `CreatePolicy` in the vendor's documentation.
    fn fault_of_id(tier: Tier, id: &str) -> Option<String> {
        let is_plain = |text: &str| {
            let is_part = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
            (1..=128).contains(&text.len()) && text.bytes().all(is_part)
        };
        match tier {
            Tier::Organisation if id == FULL_ACCESS => Some(
                "is the vendor's own policy, which allows everything and is no guardrail."
                    .to_owned(),
            ),
            Tier::Organisation => {
                let is_id = id.strip_prefix("cp-").is_some_and(is_plain);
                let fault = "is not the id of a control policy, such as `cp-jExXAqIYkwHN2rQx`, and \
                             nothing else can be attached to folders and accounts. A RAM policy is \
                             attached to `user/NAME`, `group/NAME` or `role/NAME`.";
                (!is_id).then(|| fault.to_owned())
            }
            Tier::Account => {
                let fault = "is not the name of a RAM policy: letters, digits and hyphens, at most \
                             128. A control policy is attached to folders and accounts.";
                (!is_plain(id)).then(|| fault.to_owned())
            }
        }
    }
}
