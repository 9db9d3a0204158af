//! Roles in the object `aws`: what is known of them is held against AWS's rules when
//! planning, so that a slip is told at its attribute and not by STS in the middle of a run.
//!
//! Source of the limits: the model of the STS API, version 2011-06-15, and "Roles terms
//! and concepts" in AWS's guide for role chains.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::RangeInclusive,
    time::Duration,
};

use crate::{
    cloud::aws::{Role, WebIdentity, WebIdentityToken, is_role_arn},
    plugin::{Attr, Diagnostic, Path, read_span},
    provider::{
        block::{AwsModel, AwsRoleModel, AwsWebIdentityModel},
        settings::Block,
    },
};

const HOUR: Duration = Duration::from_secs(3600);
const SHORTEST: Duration = Duration::from_secs(15 * 60);
const LONGEST: Duration = Duration::from_secs(12 * 3600);
/// How long a session may last that is made with a session of another role.
const LONGEST_IN_CHAIN: Duration = HOUR;
const LONGEST_POLICY: usize = 2_048;
const MOST_POLICIES: usize = 10;
const MOST_TAGS: usize = 50;

/// What a text may be.
struct Form {
    length: RangeInclusive<usize>,
    /// Besides ASCII letters and digits.
    others: &'static str,
    /// What the others are, for messages.
    shown: &'static str,
}

const SESSION_NAME: Form = Form { length: 2..=64, others: "_+=,.@-", shown: "`_+=,.@-`" };
const EXTERNAL_ID: Form = Form { length: 2..=1_224, others: "_+=,.@:/-", shown: "`_+=,.@:/-`" };

/// Reads `assume_role`.
pub(super) fn chain(model: &AwsModel, block: &mut Block) -> Vec<Role> {
    let Some(roles) = block.known("assume_role", &model.assume_role) else { return Vec::new() };
    if roles.is_empty() {
        let detail = "`assume_role` is an empty list. Name a role, or leave it out (or `null`) to \
                      assume none.";
        block.fault("assume_role", Diagnostic::error("Empty Value", detail));
    }
    let starts_as_role = !model.assume_role_with_web_identity.is_null();
    let path = block.path("assume_role");
    let read = |(index, role): (usize, &AwsRoleModel)| {
        let longest = if index > 0 || starts_as_role { LONGEST_IN_CHAIN } else { LONGEST };
        Reader { block, path: path.clone().index(index) }.role(role, longest)
    };
    roles.iter().enumerate().map(read).collect()
}

/// Reads `assume_role_with_web_identity`.
pub(super) fn web_identity(model: &AwsModel, block: &mut Block) -> Option<WebIdentity> {
    let name = "assume_role_with_web_identity";
    let identity = block.known(name, &model.assume_role_with_web_identity)?;
    for (other, is_set) in
        [("access_key", !model.access_key.is_null()), ("profile", !model.profile.is_null())]
    {
        if is_set {
            let detail = format!(
                "`{name}` and `{other}` exclude each other: a web identity needs no other \
                 credentials. Remove one of them."
            );
            block.fault(name, Diagnostic::error("Contradictory Credentials", detail));
        }
    }
    let path = block.path(name);
    Reader { block, path }.web_identity(identity)
}

/// Reads one object.
struct Reader<'a> {
    block: &'a mut Block,
    path: Path,
}

impl Reader<'_> {
    fn role(&mut self, model: &AwsRoleModel, longest: Duration) -> Role {
        let role = Role {
            arn: self.role_arn(&model.role_arn),
            session_name: self.text("session_name", &model.session_name, &SESSION_NAME),
            external_id: self.text("external_id", &model.external_id, &EXTERNAL_ID),
            duration: self.duration(&model.duration, longest),
            policy: self.policy(&model.policy),
            policy_arns: self.policy_arns(&model.policy_arns),
            tags: self.tags(&model.tags),
            transitive_tag_keys: self
                .known("transitive_tag_keys", &model.transitive_tag_keys)
                .cloned()
                .unwrap_or_default(),
            source_identity: self.text("source_identity", &model.source_identity, &SESSION_NAME),
        };
        if !model.tags.is_unknown() {
            self.check_transitive_keys(&role);
        }
        role
    }

    fn web_identity(&mut self, model: &AwsWebIdentityModel) -> Option<WebIdentity> {
        let role = Role {
            arn: self.role_arn(&model.role_arn),
            session_name: self.text("session_name", &model.session_name, &SESSION_NAME),
            duration: self.duration(&model.duration, LONGEST),
            policy: self.policy(&model.policy),
            policy_arns: self.policy_arns(&model.policy_arns),
            ..Role::default()
        };
        let [text, file_name] = ["web_identity_token", "web_identity_token_file"];
        if model.web_identity_token.is_null() == model.web_identity_token_file.is_null() {
            let found = if model.web_identity_token.is_null() { "Neither" } else { "Both" };
            let detail = format!("{found} of `{text}` and `{file_name}` are set. Set one of them.");
            let path = self.path.clone();
            self.block.faults.push(Diagnostic::error("Which Token", detail).at(path));
        }
        let token = self.known(text, &model.web_identity_token).cloned();
        let file = self.known(file_name, &model.web_identity_token_file).cloned();
        let token = match (token, file) {
            (Some(token), _) if token.reveal().is_empty() => {
                self.fault(text, "Empty Value", "The token is an empty text.".to_owned());
                None
            }
            (Some(token), _) => Some(WebIdentityToken::Text(token)),
            (None, Some(name)) if name.is_empty() => {
                self.fault(file_name, "Empty Value", "The name of the file is empty.".to_owned());
                None
            }
            (None, file) => file.map(|file| WebIdentityToken::File(file.into())),
        };
        Some(WebIdentity { role, token: token? })
    }

    fn role_arn(&mut self, value: &Attr<String>) -> String {
        let arn = self.known("role_arn", value).cloned().unwrap_or_default();
        if value.known().is_some() && !is_role_arn(&arn) {
            let detail = format!(
                "`{}` is not the ARN of a role. Write one such as \
                 `arn:aws:iam::123456789012:role/deploy`.",
                arn.escape_debug()
            );
            self.fault("role_arn", "Invalid Role", detail);
        }
        arn
    }

    fn text(&mut self, name: &str, value: &Attr<String>, form: &Form) -> Option<String> {
        let text = self.known(name, value)?;
        let is_allowed = |it: char| it.is_ascii_alphanumeric() || form.others.contains(it);
        if !form.length.contains(&text.len()) || !text.chars().all(is_allowed) {
            let detail = format!(
                "`{}` cannot be `{name}`. Write {} to {} letters, digits and {}, or leave it out \
                 (or `null`).",
                text.escape_debug(),
                form.length.start(),
                form.length.end(),
                form.shown
            );
            self.fault(name, "Invalid Text", detail);
        }
        Some(text.clone())
    }

    fn duration(&mut self, value: &Attr<String>, longest: Duration) -> Option<Duration> {
        let text = self.known("duration", value)?;
        let path = self.at("duration");
        let span = read_span(text, path, &mut self.block.faults)?;
        let duration = span.duration().try_into().ok()?;
        if !(SHORTEST..=longest).contains(&duration) {
            let (most, why) = if longest == LONGEST {
                ("12h", "")
            } else {
                ("1h", ", because a session made with that of another role lasts no longer")
            };
            let detail =
                format!("`{text}` is out of range. Write a span from `15m` to `{most}`{why}.");
            self.fault("duration", "Invalid Duration", detail);
        }
        Some(duration)
    }

    fn policy(&mut self, value: &Attr<String>) -> Option<String> {
        let policy = self.known("policy", value)?;
        let length = policy.chars().count();
        let problem = match serde_json::from_str::<serde_json::Value>(policy) {
            Ok(serde_json::Value::Object(_)) if length <= LONGEST_POLICY => None,
            Ok(serde_json::Value::Object(_)) => Some(format!(
                "The policy has {length} characters; AWS takes {LONGEST_POLICY}. Shorten it, for \
                 instance with `jsonencode`, which leaves no white space, or use `policy_arns`."
            )),
            Ok(_) => Some("The policy is no JSON object.".to_owned()),
            Err(error) => Some(format!("The policy is not JSON: {error}.")),
        };
        if let Some(problem) = problem {
            self.fault("policy", "Invalid Policy", problem);
        }
        Some(policy.clone())
    }

    fn policy_arns(&mut self, value: &Attr<BTreeSet<String>>) -> BTreeSet<String> {
        let arns = self.known("policy_arns", value).cloned().unwrap_or_default();
        if arns.len() > MOST_POLICIES {
            let detail = format!("There are {}; AWS takes {MOST_POLICIES}.", arns.len());
            self.fault("policy_arns", "Too Many Policies", detail);
        }
        let is_policy = |arn: &&String| arn.starts_with("arn:") && arn.contains(":policy/");
        if let Some(other) = arns.iter().find(|arn| !is_policy(arn)) {
            let detail = format!(
                "`{}` is not the ARN of a policy. Write one such as \
                 `arn:aws:iam::aws:policy/ReadOnlyAccess`.",
                other.escape_debug()
            );
            self.fault("policy_arns", "Invalid Policy", detail);
        }
        arns
    }

    fn tags(&mut self, value: &Attr<BTreeMap<String, String>>) -> BTreeMap<String, String> {
        let tags = self.known("tags", value).cloned().unwrap_or_default();
        let fits = |key: &str, value: &str| {
            (1..=128).contains(&key.chars().count())
                && value.chars().count() <= 256
                && !key.to_ascii_lowercase().starts_with("aws:")
        };
        let has_misfit = tags.iter().any(|(key, value)| !fits(key, value));
        if has_misfit || tags.len() > MOST_TAGS {
            let detail = format!(
                "AWS takes at most {MOST_TAGS} tags; keys have 1 to 128 characters and do not \
                 begin with `aws:`, values have at most 256."
            );
            self.fault("tags", "Invalid Tags", detail);
        }
        tags
    }

    fn check_transitive_keys(&mut self, role: &Role) {
        // AWS does not tell keys apart by case.
        let is_tag = |key: &String| role.tags.keys().any(|tag| tag.eq_ignore_ascii_case(key));
        let unknown = role.transitive_tag_keys.iter().find(|key| !is_tag(key));
        if let Some(key) = unknown {
            let detail = format!(
                "`{}` is none of the keys in `tags`. Only tags of this session can be kept.",
                key.escape_debug()
            );
            self.fault("transitive_tag_keys", "Invalid Tags", detail);
        }
    }

    fn known<'a, T>(&mut self, name: &str, value: &'a Attr<T>) -> Option<&'a T> {
        let path = self.at(name);
        self.block.known_at(path, value)
    }

    fn fault(&mut self, name: &str, summary: &str, detail: String) {
        let path = self.at(name);
        self.block.faults.push(Diagnostic::error(summary, detail).at(path));
    }

    fn at(&self, name: &str) -> Path {
        self.path.clone().attribute(name)
    }
}
