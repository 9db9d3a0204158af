//! Accounts and access keys: who may ask, as whom, for what.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::session::Session;
use crate::timestamp::Timestamp;

/// An account of either cloud.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Account {
    /// Number given by the cloud, kept as text: 12 digits on AWS, 16 on Alibaba Cloud.
    pub id: String,
    /// Name for people.
    #[serde(default)]
    pub name: String,
}

impl Account {
    /// Makes an account.
    #[must_use]
    pub fn new(id: impl Into<String>, name: impl Into<String>) -> Self {
        Self { id: id.into(), name: name.into() }
    }
}

/// A key pair, or temporary credentials when there is a token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccessKey {
    /// Public part.
    pub id: String,
    /// Secret part. Nothing here is worth hiding: all credentials are made up.
    pub secret: String,
    /// Session token that every request must carry; `None` for a long-lived key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
    /// Who the key stands for.
    pub principal: Principal,
    /// Whether the cloud accepts the key.
    #[serde(default)]
    pub status: KeyStatus,
    /// The only permissions the principal has, such as `ecs:DescribeImages`; `None` allows
    /// everything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub permissions: Option<BTreeSet<String>>,
    /// Permissions that a policy takes away whatever else grants them, with the layer it belongs to
    /// as the vendor's refusal names it: `service control policy` on AWS, `ControlPolicy` on Alibaba
    /// Cloud.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub denied: BTreeMap<String, String>,
    /// What a cloud adds to a key it handed out itself; `None` for a key of the world file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<Session>,
}

impl AccessKey {
    /// Makes an active, long-lived key that may do everything.
    ///
    /// Panics: when `principal` is not an ARN of one of the forms listed at [`Principal`].
    #[must_use]
    pub fn new(id: impl Into<String>, secret: impl Into<String>, principal: &str) -> Self {
        let principal = principal.to_owned().try_into().unwrap_or_else(|error| panic!("{error}"));
        Self {
            id: id.into(),
            secret: secret.into(),
            token: None,
            principal,
            status: KeyStatus::Active,
            permissions: None,
            denied: BTreeMap::new(),
            session: None,
        }
    }

    /// Makes the key temporary: requests must carry this session token.
    #[must_use]
    pub fn token(mut self, token: impl Into<String>) -> Self {
        self.token = Some(token.into());
        self
    }

    /// Sets whether the cloud accepts the key.
    #[must_use]
    pub fn status(mut self, status: KeyStatus) -> Self {
        self.status = status;
        self
    }

    /// Leaves the principal these permissions only.
    #[must_use]
    pub fn permissions<const N: usize>(mut self, permissions: [&str; N]) -> Self {
        self.permissions = Some(permissions.into_iter().map(str::to_owned).collect());
        self
    }

    /// Takes a permission away by a policy of this layer.
    #[must_use]
    pub fn denied(mut self, permission: impl Into<String>, layer: impl Into<String>) -> Self {
        self.denied.insert(permission.into(), layer.into());
        self
    }

    /// Tells whether the principal has a permission.
    pub(crate) fn permits(&self, permission: &str) -> bool {
        !self.denied.contains_key(permission)
            && self.permissions.as_ref().is_none_or(|granted| granted.contains(permission))
            && !self.session_forbids(permission)
    }

    /// Tells whether the session's own policy takes a permission away.
    pub(crate) fn session_forbids(&self, permission: &str) -> bool {
        let policy = self.session.as_ref().and_then(|session| session.policy.as_ref());
        policy.is_some_and(|policy| !policy.allows(permission))
    }

    /// Returns the status at a point in time: sessions end by themselves.
    pub(crate) fn status_at(&self, now: Timestamp) -> KeyStatus {
        let is_over = self.session.as_ref().is_some_and(|session| session.expires_at <= now);
        if is_over { KeyStatus::Expired } else { self.status }
    }
}

/// Whether a cloud accepts a key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyStatus {
    /// It does.
    #[default]
    Active,
    /// The owner switched the key off.
    Inactive,
    /// The time of temporary credentials is over.
    Expired,
}

/// The identity behind a key, written as an ARN.
///
/// Forms, with `acs:ram::<account>:` on Alibaba Cloud and `arn:<partition>:iam::<account>:` (`sts`
/// for assumed roles) on AWS: `…:root`, `…:user/<name>`, `…:assumed-role/<role>/<session>`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Principal {
    arn: String,
    account: String,
    kind: PrincipalKind,
}

/// What sort of identity a principal is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum PrincipalKind {
    Root,
    User { name: String },
    AssumedRole { role: String, session: String },
}

impl Principal {
    /// Returns the ARN as given.
    #[must_use]
    pub fn arn(&self) -> &str {
        &self.arn
    }

    /// Returns the account the principal lives in.
    #[must_use]
    pub fn account(&self) -> &str {
        &self.account
    }

    pub(crate) fn kind(&self) -> &PrincipalKind {
        &self.kind
    }
}

impl TryFrom<String> for Principal {
    type Error = String;

    fn try_from(arn: String) -> Result<Self, String> {
        let parse = || {
            let parts: Vec<&str> = arn.splitn(6, ':').collect();
            let (account, resource) = match parts.as_slice() {
                ["acs", "ram", "", account, resource] => (*account, *resource),
                ["arn", _, "iam" | "sts", "", account, resource] => (*account, *resource),
                _ => return None,
            };
            let resource: Vec<&str> = resource.split('/').collect();
            let kind = match resource.as_slice() {
                ["root"] => PrincipalKind::Root,
                ["user", .., name] => PrincipalKind::User { name: (*name).to_owned() },
                ["assumed-role", role, session] => PrincipalKind::AssumedRole {
                    role: (*role).to_owned(),
                    session: (*session).to_owned(),
                },
                _ => return None,
            };
            let is_number =
                !account.is_empty() && account.bytes().all(|byte| byte.is_ascii_digit());
            is_number.then(|| (account.to_owned(), kind))
        };
        let Some((account, kind)) = parse() else {
            return Err(format!("`{arn}` is not the ARN of a root, user or assumed role"));
        };
        Ok(Self { arn, account, kind })
    }
}

impl From<Principal> for String {
    fn from(principal: Principal) -> Self {
        principal.arn
    }
}

#[cfg(test)]
mod tests {
    use super::{Principal, PrincipalKind};

    fn parse(arn: &str) -> Result<Principal, String> {
        arn.to_owned().try_into()
    }

    #[test]
    fn principals_of_both_clouds_are_understood() {
        let user = parse("acs:ram::1000000000000001:user/alice").unwrap();
        assert_eq!(
            (user.account(), user.kind()),
            ("1000000000000001", &PrincipalKind::User { name: "alice".into() })
        );
        let user = parse("arn:aws:iam::111122223333:user/team/bob").unwrap();
        assert_eq!(user.kind(), &PrincipalKind::User { name: "bob".into() });
        let role = parse("arn:aws-cn:sts::111122223333:assumed-role/builder/ci").unwrap();
        assert_eq!(
            role.kind(),
            &PrincipalKind::AssumedRole { role: "builder".into(), session: "ci".into() }
        );
    }

    #[test]
    fn other_arns_are_refused() {
        for arn in [
            "",
            "alice",
            "acs:ram::x:root",
            "acs:ram::1:group/g",
            "arn:aws:s3::1:root",
            "acs:ram::1:user",
        ] {
            assert!(parse(arn).is_err(), "{arn}");
        }
    }
}
