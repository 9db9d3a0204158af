//! Temporary credentials: what a role session may do, and until when.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::timestamp::Timestamp;

/// What makes an access key a session of a role.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Session {
    /// When the cloud stops accepting the key.
    pub expires_at: Timestamp,
    /// The session policies as one, which must allow whatever the session does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy: Option<SessionPolicy>,
    /// The policy that the session was started with, as it was sent, with resources and conditions; on
    /// AWS without managed ones beside it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document: Option<String>,
    /// Who is behind the session, for good (AWS only).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_identity: Option<String>,
    /// Session tags (AWS only).
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub tags: BTreeMap<String, String>,
    /// Keys of the tags that sessions started from this one inherit (AWS only).
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub transitive_tag_keys: BTreeSet<String>,
}

impl Session {
    /// Makes a session without policy and tags.
    #[must_use]
    pub fn until(expires_at: Timestamp) -> Self {
        Self {
            expires_at,
            policy: None,
            document: None,
            source_identity: None,
            tags: BTreeMap::new(),
            transitive_tag_keys: BTreeSet::new(),
        }
    }
}

/// The actions a policy names; resources and conditions do not count, as everywhere here.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SessionPolicy {
    /// Patterns of allowed actions, such as `ecs:Describe*`.
    #[serde(default)]
    pub allow: BTreeSet<String>,
    /// Patterns of denied actions, which win.
    #[serde(default)]
    pub deny: BTreeSet<String>,
}

impl SessionPolicy {
    /// Reads a policy document of either cloud.
    ///
    /// Errors: the document is no JSON object, or a statement lacks `Effect` or `Action`.
    pub(crate) fn parse(document: &str) -> Result<Self, String> {
        let document: Document =
            serde_json::from_str(document).map_err(|error| error.to_string())?;
        let mut policy = Self::default();
        for statement in document.statement.into_list() {
            let actions = statement.action.into_list();
            match statement.effect {
                Effect::Allow => policy.allow.extend(actions),
                Effect::Deny => policy.deny.extend(actions),
            }
        }
        Ok(policy)
    }

    /// Adds what another policy says.
    pub(crate) fn join(&mut self, other: Self) {
        self.allow.extend(other.allow);
        self.deny.extend(other.deny);
    }

    /// Tells whether the policy allows an action.
    pub(crate) fn allows(&self, action: &str) -> bool {
        let names = |patterns: &BTreeSet<String>| {
            patterns.iter().any(|pattern| covers(pattern.as_bytes(), action.as_bytes()))
        };
        names(&self.allow) && !names(&self.deny)
    }
}

/// Tells whether a pattern with `*` and `?` covers all of a text; case does not matter in actions.
fn covers(pattern: &[u8], text: &[u8]) -> bool {
    match (pattern.split_first(), text.split_first()) {
        (None, None) => true,
        (Some((b'*', rest)), _) => {
            covers(rest, text) || text.split_first().is_some_and(|(_, text)| covers(pattern, text))
        }
        (Some((expected, pattern)), Some((found, text))) => {
            (*expected == b'?' || expected.eq_ignore_ascii_case(found)) && covers(pattern, text)
        }
        _ => false,
    }
}

#[derive(Deserialize)]
struct Document {
    #[serde(rename = "Statement")]
    statement: OneOrMany<Statement>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Statement {
    effect: Effect,
    action: OneOrMany<String>,
}

#[derive(Deserialize)]
enum Effect {
    Allow,
    Deny,
}

/// Policies may leave out the brackets around a single element.
#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMany<T> {
    One(T),
    Many(Vec<T>),
}

impl<T> OneOrMany<T> {
    fn into_list(self) -> Vec<T> {
        match self {
            Self::One(element) => vec![element],
            Self::Many(elements) => elements,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::SessionPolicy;

    #[test]
    fn denied_actions_win_and_patterns_ignore_case() {
        let policy = SessionPolicy::parse(
            r#"{"Version": "1", "Statement": [
                {"Effect": "Allow", "Action": "ecs:describe*", "Resource": "*"},
                {"Effect": "Deny", "Action": ["ecs:DescribeRegion?"], "Resource": "*"}
            ]}"#,
        )
        .unwrap();
        assert!(policy.allows("ecs:DescribeImages"));
        assert!(!policy.allows("ecs:DescribeRegions"));
        assert!(!policy.allows("sts:AssumeRole"));
    }

    #[test]
    fn a_single_statement_needs_no_brackets() {
        let policy =
            SessionPolicy::parse(r#"{"Statement": {"Effect": "Allow", "Action": "*"}}"#).unwrap();
        assert!(policy.allows("ec2:DescribeImages"));
    }

    #[test]
    fn what_is_no_policy_is_refused() {
        for document in ["", "[]", "{}", r#"{"Statement": [{"Effect": "allow", "Action": "*"}]}"#] {
            assert!(SessionPolicy::parse(document).is_err(), "{document}");
        }
    }
}
