//! Roles, whom they trust, and the identity providers outside the cloud.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::access::{Principal, PrincipalKind};
use crate::timestamp::Timestamp;

/// A role that others can assume.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Role {
    /// `acs:ram::<account>:role/<name>` or `arn:<partition>:iam::<account>:role/<path and name>`.
    pub arn: String,
    /// Who may assume it: ARNs of accounts (`…:root`), users, roles and OIDC providers.
    #[serde(default)]
    pub trusts: BTreeSet<String>,
    /// Whoever assumes the role must state this id; `None` asks for none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// Most seconds a session may last.
    #[serde(default = "default_max_session_seconds")]
    pub max_session_seconds: u32,
    /// The only permissions its sessions have; `None` allows everything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub permissions: Option<BTreeSet<String>>,
}

/// Both clouds start with one hour.
fn default_max_session_seconds() -> u32 {
    3600
}

impl Role {
    /// Makes a role that trusts nobody and may do everything, for an hour.
    #[must_use]
    pub fn new(arn: impl Into<String>) -> Self {
        Self {
            arn: arn.into(),
            trusts: BTreeSet::new(),
            external_id: None,
            max_session_seconds: default_max_session_seconds(),
            permissions: None,
        }
    }

    /// Trusts the principal with this ARN; `…:root` stands for all of an account.
    #[must_use]
    pub fn trusts(mut self, arn: impl Into<String>) -> Self {
        self.trusts.insert(arn.into());
        self
    }

    /// Asks for an external id.
    #[must_use]
    pub fn external_id(mut self, id: impl Into<String>) -> Self {
        self.external_id = Some(id.into());
        self
    }

    /// Sets how long a session may last.
    #[must_use]
    pub fn max_session_seconds(mut self, seconds: u32) -> Self {
        self.max_session_seconds = seconds;
        self
    }

    /// Leaves its sessions these permissions only.
    #[must_use]
    pub fn permissions<const N: usize>(mut self, permissions: [&str; N]) -> Self {
        self.permissions = Some(permissions.into_iter().map(str::to_owned).collect());
        self
    }

    /// Tells whether a caller is among those the role trusts.
    pub(crate) fn admits(&self, caller: &Principal) -> bool {
        let is_role = |arn: &RoleArn<'_>| match caller.kind() {
            PrincipalKind::AssumedRole { role, .. } => {
                arn.account == caller.account() && arn.name == role
            }
            PrincipalKind::Root | PrincipalKind::User { .. } => false,
        };
        self.trusts.iter().any(|trusted| {
            let account = trusted.strip_suffix(":root").and_then(|arn| arn.rsplit(':').next());
            trusted == caller.arn()
                || account == Some(caller.account())
                || RoleArn::parse(trusted).as_ref().is_some_and(is_role)
        })
    }
}

/// The parts of a role's ARN.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RoleArn<'a> {
    /// `acs` or the partition, such as `aws-cn`.
    pub partition: &'a str,
    pub account: &'a str,
    /// Without the path that AWS allows before it.
    pub name: &'a str,
}

impl<'a> RoleArn<'a> {
    /// Reads the ARN of a role of either cloud.
    pub(crate) fn parse(arn: &'a str) -> Option<Self> {
        let parts: Vec<&str> = arn.splitn(6, ':').collect();
        let (partition, account, resource) = match *parts.as_slice() {
            ["acs", "ram", "", account, resource] => ("acs", account, resource),
            ["arn", partition, "iam", "", account, resource] => (partition, account, resource),
            _ => return None,
        };
        let path = resource.strip_prefix("role/")?;
        let name = path.rsplit('/').next()?;
        let is_number = !account.is_empty() && account.bytes().all(|byte| byte.is_ascii_digit());
        let has_path = path.contains('/');
        (is_number && !name.is_empty() && !(has_path && partition == "acs")).then_some(Self {
            partition,
            account,
            name,
        })
    }

    /// Returns the principal of a session of the role.
    pub(crate) fn session(&self, name: &str) -> Principal {
        let Self { partition, account, name: role } = self;
        let arn = match *partition {
            "acs" => format!("acs:ram::{account}:assumed-role/{role}/{name}"),
            partition => format!("arn:{partition}:sts::{account}:assumed-role/{role}/{name}"),
        };
        Principal::try_from(arn).expect("a role's account is a number, and names have no slash")
    }
}

/// An OpenID Connect provider an account knows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IdentityProvider {
    /// `acs:ram::<account>:oidc-provider/<name>` or `arn:<partition>:iam::<account>:oidc-provider/<host>`.
    pub arn: String,
    /// `iss` of its tokens: an https URL.
    pub issuer: String,
    /// Client ids it serves: `aud` of its tokens.
    pub audiences: BTreeSet<String>,
}

impl IdentityProvider {
    /// Makes a provider that serves one client.
    #[must_use]
    pub fn new(
        arn: impl Into<String>,
        issuer: impl Into<String>,
        audience: impl Into<String>,
    ) -> Self {
        let audiences = BTreeSet::from([audience.into()]);
        Self { arn: arn.into(), issuer: issuer.into(), audiences }
    }

    /// Returns the account that knows the provider.
    pub(crate) fn account(&self) -> Option<&str> {
        self.arn.split(':').nth(4)
    }
}

/// A token as a provider would sign it. The simulator checks no signature: it knows the tokens that
/// exist.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IdentityToken {
    /// The text that clients send.
    pub token: String,
    /// `iss`.
    pub issuer: String,
    /// `aud`.
    pub audience: String,
    /// `sub`.
    pub subject: String,
    /// `exp`; `None` never expires.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
}

impl IdentityToken {
    /// Makes a token of the subject `simulated-subject` that does not expire.
    #[must_use]
    pub fn new(
        token: impl Into<String>,
        issuer: impl Into<String>,
        audience: impl Into<String>,
    ) -> Self {
        Self {
            token: token.into(),
            issuer: issuer.into(),
            audience: audience.into(),
            subject: "simulated-subject".to_owned(),
            expires_at: None,
        }
    }

    /// Sets when it expires.
    #[must_use]
    pub fn expires_at(mut self, time: Timestamp) -> Self {
        self.expires_at = Some(time);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::{Principal, Role, RoleArn};

    fn admits(trusted: &str, caller: &str) -> bool {
        let caller = Principal::try_from(caller.to_owned()).unwrap();
        Role::new("acs:ram::1:role/target").trusts(trusted).admits(&caller)
    }

    #[test]
    fn a_role_trusts_an_account_a_user_or_the_sessions_of_a_role() {
        assert!(admits("acs:ram::2:root", "acs:ram::2:user/alice"));
        assert!(!admits("acs:ram::2:root", "acs:ram::3:user/alice"));
        assert!(admits("acs:ram::2:user/alice", "acs:ram::2:user/alice"));
        assert!(!admits("acs:ram::2:user/alice", "acs:ram::2:user/bob"));
        assert!(admits("acs:ram::2:role/ci", "acs:ram::2:assumed-role/ci/run"));
        assert!(!admits("acs:ram::2:role/ci", "acs:ram::3:assumed-role/ci/run"));
        assert!(admits("arn:aws:iam::2:role/team/ci", "arn:aws:sts::2:assumed-role/ci/run"));
    }

    #[test]
    fn arns_of_other_things_are_no_roles() {
        assert!(RoleArn::parse("arn:aws:iam::2:role/team/ci").is_some());
        for arn in ["acs:ram::2:role/", "acs:ram::2:role/a/b", "acs:ram::x:role/a", "ci"] {
            assert_eq!(RoleArn::parse(arn), None, "{arn}");
        }
    }

    #[test]
    fn sessions_are_named_as_each_cloud_names_them() {
        let session = |arn: &str| RoleArn::parse(arn).unwrap().session("run").arn().to_owned();
        assert_eq!(session("acs:ram::2:role/ci"), "acs:ram::2:assumed-role/ci/run");
        assert_eq!(session("arn:aws-cn:iam::2:role/a/ci"), "arn:aws-cn:sts::2:assumed-role/ci/run");
    }
}
