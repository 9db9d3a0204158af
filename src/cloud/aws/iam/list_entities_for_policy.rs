//! `ListEntitiesForPolicy`: who has a managed policy.

use quick_xml::DeError;
use serde::Deserialize;

use super::{
    super::{call::Effect, endpoints::Service, paging::Page, query::Action},
    Grantee, Iam, of_policy,
    xml::{Members, page},
};
use crate::cloud::Error;

static ACTION: Action<Page<Grantee>> = Action {
    service: Service::Iam,
    name: "ListEntitiesForPolicy",
    label: "iam:ListEntitiesForPolicy",
    effect: Effect::Reads,
    root: "ListEntitiesForPolicyResponse",
    holds_keys: false,
    read,
};

/// What somebody has a policy for. Either keeps it from being deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PolicyUsage {
    /// It is attached.
    Permissions,
    /// It bounds what other policies give a user or a role.
    Boundary,
}

impl Iam {
    /// Lists who has a policy.
    ///
    /// # Errors
    ///
    /// Any kind; `NotFound` where there is no such policy.
    pub async fn list_entities_for_policy(
        &self,
        arn: &str,
        usage: PolicyUsage,
    ) -> Result<Vec<Grantee>, Error> {
        let mut form = of_policy(arn);
        let usage = match usage {
            PolicyUsage::Permissions => "PermissionsPolicy",
            PolicyUsage::Boundary => "PermissionsBoundary",
        };
        form.set("PolicyUsageFilter", usage);
        self.all_pages(&ACTION, form).await
    }
}

/// Reads users, groups and roles: none may be taken for empty because it is missing.
fn read(text: &str) -> Result<Page<Grantee>, DeError> {
    #[derive(Deserialize)]
    struct Reply {
        #[serde(rename = "ListEntitiesForPolicyResult")]
        result: Outcome,
    }

    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Outcome {
        policy_users: Members<User>,
        policy_groups: Members<Group>,
        policy_roles: Members<Role>,
        #[serde(default)]
        is_truncated: bool,
        marker: Option<String>,
    }

    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct User {
        user_name: String,
    }

    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Group {
        group_name: String,
    }

    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Role {
        role_name: String,
    }

    let Reply { result } = quick_xml::de::from_str(text)?;
    let users = result.policy_users.member.into_iter().map(|it| Grantee::User(it.user_name));
    let groups = result.policy_groups.member.into_iter().map(|it| Grantee::Group(it.group_name));
    let roles = result.policy_roles.member.into_iter().map(|it| Grantee::Role(it.role_name));
    page(users.chain(groups).chain(roles).collect(), result.is_truncated, result.marker)
}
