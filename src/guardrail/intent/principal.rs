//! Who is exempt: users and roles, by name or pattern; and whose images count.

use std::fmt;

use crate::guardrail::{atlas::Atlas, name::NamePattern, pattern::wildcards, target::Target};

/// The longest name: an AWS role with the longest path there can be, and some room.
const LONGEST: usize = 640;

/// A role or user, or a pattern over them within one account or across all.
///
/// In the form that documents hold: on Alibaba Cloud the region field is a star and the
/// names of roles are in lower case.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Principal(Box<str>);

impl Principal {
    /// Reads the name of a role or user with an account; `*` may stand for the account
    /// and anywhere after it, `?` only after it.
    ///
    /// # Errors
    ///
    /// A sentence that says how to write it.
    pub fn parse(atlas: &Atlas, partition: &str, text: &str) -> Result<Self, String> {
        let starts: Vec<String> = filled(atlas, partition).collect();
        let write = || format!("write `{}111122223333:role/NAME`", example_start(&starts));
        let is_fit = text.len() <= LONGEST && text.bytes().all(|b| b.is_ascii_graphic());
        if !is_fit {
            return Err(format!("a principal is no name of a role or user; {}", write()));
        }
        if text.starts_with(['*', '?']) {
            return Err(format!("`{text}` starts with a wildcard and fits anybody; {}", write()));
        }
        if let Some(role) = role_of_session(text) {
            return Err(format!(
                "`{text}` names a session, which policies never see; name the role `{role}`, with \
                 its path: {}",
                write()
            ));
        }
        let rest = starts.iter().find_map(|start| text.strip_prefix(start.as_str()));
        let Some((account, name)) = rest.and_then(|rest| rest.split_once(':')) else {
            return Err(format!("`{text}` is no name of a role or user here; {}", write()));
        };
        if account != "*" && !is_account_id(atlas, account) {
            return Err(format!("`{text}` has no account id; {}, or `*` for any account", write()));
        }
        let (kind, own_name) = name.split_once('/').unwrap_or((name, ""));
        if !matches!(kind, "role" | "user") || own_name.is_empty() {
            return Err(format!("`{text}` is neither a role nor a user; {}", write()));
        }
        if own_name.contains("${") {
            return Err(format!(
                "`{text}` holds a policy variable, and no name is filled in there: the exemption \
                 would never hold; {}",
                write()
            ));
        }
        if own_name.rsplit('/').next().is_some_and(|own_name| own_name.contains(':')) {
            return Err(format!("`{text}` has a colon in a name, which no name has; {}", write()));
        }
        let start = starts.first().map_or("", String::as_str);
        let is_folded = atlas.roles_in_lower_case && kind == "role";
        let own_name = if is_folded { own_name.to_ascii_lowercase() } else { own_name.to_owned() };
        Ok(Self(format!("{start}{account}:{kind}/{own_name}").into()))
    }

    /// The pattern, as documents hold it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The pattern as people know it from the console, which [`parse`](Self::parse) reads as well.
    pub fn as_shown(&self, target: Target) -> String {
        let starts: Vec<String> = filled(target.atlas, target.partition).collect();
        let rest = starts.first().and_then(|written| self.0.strip_prefix(written.as_str()));
        rest.map_or_else(|| self.0.to_string(), |rest| format!("{}{rest}", example_start(&starts)))
    }

    /// Tells whether accounts are left open: whoever may create roles in any account can
    /// take the name.
    pub fn has_any_account(&self) -> bool {
        self.0.split(':').rev().nth(1) == Some("*")
    }

    /// Tells whether the name of a caller fits, field by field.
    pub fn fits(&self, atlas: &Atlas, caller: &str) -> bool {
        let tokens: Vec<_> = wildcards(&self.0).collect();
        NamePattern::of(&tokens, atlas.dialect.name_fields).matches_strictly(caller)
    }
}

impl fmt::Display for Principal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// Checks the owner of an image that a launch rule asks for.
///
/// # Errors
///
/// A sentence, if it is neither an account id nor a group of owners that the cloud has.
pub fn check_owner_id(atlas: &Atlas, id: &str) -> Result<(), String> {
    if is_account_id(atlas, id) || atlas.owner_groups.contains(&id) {
        return Ok(());
    }
    let shown: String = id.chars().take(40).collect();
    let groups: Vec<_> = atlas.owner_groups.iter().map(|group| format!(", `{group}`")).collect();
    Err(format!("`{shown}` is no owner of images; write an account id{}", groups.concat()))
}

fn is_account_id(atlas: &Atlas, text: &str) -> bool {
    atlas.account_digits.contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())
}

fn filled(atlas: &Atlas, partition: &str) -> impl Iterator<Item = String> {
    let partition = partition.to_owned();
    atlas.principal_starts.iter().map(move |start| start.replace("{partition}", &partition))
}

/// The last is the one that people know from the console.
fn example_start(starts: &[String]) -> &str {
    starts.last().map_or("", String::as_str)
}

/// The role in `…:assumed-role/NAME/SESSION`.
fn role_of_session(text: &str) -> Option<&str> {
    let (_, session) = text.split_once(":assumed-role/")?;
    session.split('/').next()
}
