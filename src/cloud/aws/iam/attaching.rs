//! `AttachUserPolicy`, `DetachUserPolicy`, `ListAttachedUserPolicies`, and the same of groups and
//! roles: which managed policies somebody has.

use quick_xml::DeError;
use serde::Deserialize;

use super::{
    super::{
        call::Effect,
        endpoints::Service,
        paging::Page,
        query::{Action, Form},
    },
    Grantee, Iam, NamedPolicy, removed,
    xml::{Members, acknowledged, page},
};
use crate::cloud::{Attached, Error, Removed};

static ATTACH_USER_POLICY: Action<()> =
    write("AttachUserPolicy", "iam:AttachUserPolicy", "AttachUserPolicyResponse");
static ATTACH_GROUP_POLICY: Action<()> =
    write("AttachGroupPolicy", "iam:AttachGroupPolicy", "AttachGroupPolicyResponse");
static ATTACH_ROLE_POLICY: Action<()> =
    write("AttachRolePolicy", "iam:AttachRolePolicy", "AttachRolePolicyResponse");
static DETACH_USER_POLICY: Action<()> =
    write("DetachUserPolicy", "iam:DetachUserPolicy", "DetachUserPolicyResponse");
static DETACH_GROUP_POLICY: Action<()> =
    write("DetachGroupPolicy", "iam:DetachGroupPolicy", "DetachGroupPolicyResponse");
static DETACH_ROLE_POLICY: Action<()> =
    write("DetachRolePolicy", "iam:DetachRolePolicy", "DetachRolePolicyResponse");

static LIST_ATTACHED_USER_POLICIES: Action<Page<NamedPolicy>> = list(
    "ListAttachedUserPolicies",
    "iam:ListAttachedUserPolicies",
    "ListAttachedUserPoliciesResponse",
);
static LIST_ATTACHED_GROUP_POLICIES: Action<Page<NamedPolicy>> = list(
    "ListAttachedGroupPolicies",
    "iam:ListAttachedGroupPolicies",
    "ListAttachedGroupPoliciesResponse",
);
static LIST_ATTACHED_ROLE_POLICIES: Action<Page<NamedPolicy>> = list(
    "ListAttachedRolePolicies",
    "iam:ListAttachedRolePolicies",
    "ListAttachedRolePoliciesResponse",
);

const fn write(name: &'static str, label: &'static str, root: &'static str) -> Action<()> {
    let (service, effect, read) = (Service::Iam, Effect::Writes, acknowledged);
    Action { service, name, label, effect, root, holds_keys: false, read }
}

const fn list(
    name: &'static str,
    label: &'static str,
    root: &'static str,
) -> Action<Page<NamedPolicy>> {
    let (service, effect, read) = (Service::Iam, Effect::Reads, read_page);
    Action { service, name, label, effect, root, holds_keys: false, read }
}

impl Iam {
    /// Attaches a policy to a user, group or role. IAM does not tell whether it was attached
    /// before: then, too, the answer is `Now`.
    ///
    /// # Errors
    ///
    /// Any kind; `NotFound` where there is no such policy or grantee, the message tells which, or
    /// where IAM does not know yet what was made a moment ago; `Quota` where the grantee has as
    /// many as it may. [`Error::leaves_in_doubt`] where it may be attached all the same.
    pub async fn attach_policy(&self, arn: &str, grantee: &Grantee) -> Result<Attached, Error> {
        let action = match grantee {
            Grantee::User(_) => &ATTACH_USER_POLICY,
            Grantee::Group(_) => &ATTACH_GROUP_POLICY,
            Grantee::Role(_) => &ATTACH_ROLE_POLICY,
        };
        self.call(action, of_attachment(arn, grantee)).await.map(|()| Attached::Now)
    }

    /// Detaches a policy from a user, group or role. A policy or a grantee that does not exist
    /// has no attachment.
    ///
    /// # Errors
    ///
    /// Any kind. [`Error::leaves_in_doubt`] where it may be detached all the same.
    pub async fn detach_policy(&self, arn: &str, grantee: &Grantee) -> Result<Removed, Error> {
        let action = match grantee {
            Grantee::User(_) => &DETACH_USER_POLICY,
            Grantee::Group(_) => &DETACH_GROUP_POLICY,
            Grantee::Role(_) => &DETACH_ROLE_POLICY,
        };
        removed(self.call(action, of_attachment(arn, grantee)).await)
    }

    /// Lists the managed policies that are attached to a user, group or role itself: of a user not
    /// those of its groups, and none that are written into it.
    ///
    /// # Errors
    ///
    /// Any kind; `NotFound` where there is no such grantee.
    pub async fn list_attached_policies(
        &self,
        grantee: &Grantee,
    ) -> Result<Vec<NamedPolicy>, Error> {
        let action = match grantee {
            Grantee::User(_) => &LIST_ATTACHED_USER_POLICIES,
            Grantee::Group(_) => &LIST_ATTACHED_GROUP_POLICIES,
            Grantee::Role(_) => &LIST_ATTACHED_ROLE_POLICIES,
        };
        self.all_pages(action, of_grantee(grantee)).await
    }
}

fn of_grantee(grantee: &Grantee) -> Form {
    let mut form = Form::new();
    form.set(grantee.parameter(), grantee.name());
    form
}

fn of_attachment(arn: &str, grantee: &Grantee) -> Form {
    let mut form = of_grantee(grantee);
    form.set("PolicyArn", arn);
    form
}

fn read_page(text: &str) -> Result<Page<NamedPolicy>, DeError> {
    #[derive(Deserialize)]
    struct Reply {
        #[serde(
            rename = "ListAttachedUserPoliciesResult",
            alias = "ListAttachedGroupPoliciesResult",
            alias = "ListAttachedRolePoliciesResult"
        )]
        result: Outcome,
    }

    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Outcome {
        attached_policies: Members<Element>,
        #[serde(default)]
        is_truncated: bool,
        marker: Option<String>,
    }

    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Element {
        policy_arn: String,
        policy_name: String,
    }

    let Reply { result } = quick_xml::de::from_str(text)?;
    let policies = result.attached_policies.member.into_iter();
    let policies = policies.map(|it| NamedPolicy { arn: it.policy_arn, name: it.policy_name });
    page(policies.collect(), result.is_truncated, result.marker)
}
