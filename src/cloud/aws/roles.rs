//! Working as a role: clients that are made of others, and the form of a role's ARN.

use std::sync::PoisonError;

use super::{Actor, Aws, Role, credentials::Session};

impl Aws {
    /// Returns a client that acts as a role, which it assumes when it makes its first call: with
    /// what the source of credentials gives, in place of any roles that this client acts as.
    ///
    /// Asks nobody. The same role gives the same client, so that there is one session of
    /// it in a process. Both have their connections in common, but no answers. The name of
    /// the session is that of the last role in the settings.
    #[must_use]
    pub fn assuming(&self, role_arn: &str) -> Self {
        let mut assumed = self.actor.assumed.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = assumed.get(role_arn) {
            return known.clone();
        }
        let role = Role {
            arn: role_arn.to_owned(),
            session_name: self.inner.settings.last_session_name().map(str::to_owned),
            ..Role::default()
        };
        let session = Session::of_role(role, self.actor.session.before_roles());
        let actor = Actor::new(session, &self.inner.writes);
        let client = Self { inner: self.inner.clone(), actor };
        assumed.insert(role_arn.to_owned(), client.clone());
        client
    }
}

/// Tells whether a text has the form of a role's ARN: `arn:aws:iam::123456789012:role/NAME`.
///
/// The partition may be any of AWS's, and the name may have a path. Whether the role
/// exists is for AWS to say.
///
/// Source: "IAM identifiers" and `CreateRole` in AWS's guides: names of at most 64 and
/// paths of at most 512 characters.
pub fn is_role_arn(text: &str) -> bool {
    const LONGEST_NAME: usize = 64;
    const LONGEST_PATH: usize = 512;
    let parts: Vec<_> = text.splitn(6, ':').collect();
    let ["arn", partition, "iam", "", account, resource] = parts.as_slice() else { return false };
    let Some(path_and_name) = resource.strip_prefix("role/") else { return false };
    let (path, name) = path_and_name.rsplit_once('/').unwrap_or(("", path_and_name));
    let is_in_partition = *partition == "aws"
        || partition.strip_prefix("aws-").is_some_and(|rest| {
            !rest.is_empty() && rest.bytes().all(|it| it.is_ascii_lowercase() || it == b'-')
        });
    let is_in_name = |byte: u8| byte.is_ascii_alphanumeric() || b"+=,.@_-".contains(&byte);
    is_in_partition
        && is_account_id(account)
        && (1..=LONGEST_NAME).contains(&name.len())
        && name.bytes().all(is_in_name)
        && path.len() <= LONGEST_PATH
        && path.bytes().all(|byte| (0x21..=0x7e).contains(&byte))
}

/// Tells whether a text has the form of an account id: twelve digits.
pub fn is_account_id(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arns_of_roles_have_one_form() {
        for arn in [
            "arn:aws:iam::123456789012:role/deploy",
            "arn:aws-cn:iam::123456789012:role/team/a/deploy+=,.@_-",
            "arn:aws-us-gov:iam::123456789012:role/x",
        ] {
            assert!(is_role_arn(arn), "{arn}");
        }
        for text in [
            "",
            "deploy",
            "arn:aws:iam::123456789012:user/deploy",
            "arn:aws:iam::12345:role/deploy",
            "arn:aws:iam:eu-central-1:123456789012:role/deploy",
            "arn:aws:iam::123456789012:role/",
            "arn:aws:iam::123456789012:role/a b",
            "arn:aws:iam::123456789012:role/a\n",
            "arn:aws:sts::123456789012:assumed-role/deploy/session",
            "arn:acs:iam::123456789012:role/deploy",
            "arn:aws-:iam::123456789012:role/deploy",
        ] {
            assert!(!is_role_arn(text), "{text}");
        }
        let long = format!("arn:aws:iam::123456789012:role/{}", "a".repeat(65));
        assert!(!is_role_arn(&long));
    }
}
