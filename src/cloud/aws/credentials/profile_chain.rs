//! What a profile's credentials are made from: a beginning, and roles on top of it. Pure.
//!
//! As AWS's own tools read profiles: a `role_arn` leads on to its `source_profile`, whose
//! keys end the search even if it has a `role_arn`, too; a web identity is a beginning.

use std::{collections::BTreeSet, time::Duration};

use super::{
    super::{Role, WebIdentity, WebIdentityToken, profile::Profile},
    keys::{self, Keys},
};

/// The properties of keys: id, secret, token.
const KEYS: [&str; 3] = ["aws_access_key_id", "aws_secret_access_key", "aws_session_token"];

/// How the credentials of a profile come about.
#[derive(Debug)]
pub(super) struct Chain<'a> {
    pub(super) start: Start<'a>,
    /// In the order in which they are assumed.
    pub(super) roles: Vec<Role>,
}

/// What the first role is assumed with, or what is used if there is none.
#[derive(Debug)]
pub(super) enum Start<'a> {
    /// Keys in the profile of this name.
    Keys(&'a str, Keys<'a>),
    /// Whatever else the profile of this name has.
    Profile(&'a str),
    /// The token in the profile of this name.
    WebIdentity(&'a str, WebIdentity),
    /// A source outside the shared files, by its name in them.
    Elsewhere(&'a str),
}

/// Follows a profile to its beginning.
///
/// # Errors
///
/// The profiles contradict themselves, in words for a report.
pub(super) fn follow(profile: &Profile) -> Result<Chain<'_>, String> {
    let mut roles = Vec::new();
    let mut seen = BTreeSet::new();
    let mut name = profile.name();
    let start = loop {
        if !seen.insert(name) {
            return Err(format!("its `source_profile`s lead back to `{name}`"));
        }
        let get = |key| profile.property_of(name, key);
        if !roles.is_empty()
            && let Some(keys) = keys_of(profile, name)?
        {
            break Start::Keys(name, keys);
        }
        let Some(arn) = get("role_arn") else { break Start::Profile(name) };
        let role = role_of(profile, name, arn)?;
        if let Some(file) = get("web_identity_token_file") {
            let token = WebIdentityToken::File(file.into());
            break Start::WebIdentity(name, WebIdentity { role, token });
        }
        roles.push(role);
        match (get("source_profile"), get("credential_source")) {
            (Some(source), None) if source == name => {
                let keys = keys_of(profile, name)?
                    .ok_or_else(|| format!("`{name}` is its own source, without keys"))?;
                break Start::Keys(name, keys);
            }
            (Some(source), None) if profile.has(source) => name = source,
            (Some(source), None) => {
                return Err(format!(
                    "`source_profile` of `{name}` is `{source}`, which is not defined"
                ));
            }
            (None, Some(source)) => break Start::Elsewhere(source),
            (Some(_), Some(_)) => {
                return Err(format!("`{name}` has both `source_profile` and `credential_source`"));
            }
            (None, None) => {
                return Err(format!(
                    "`{name}` has a `role_arn`, but neither `source_profile` nor \
                     `credential_source`"
                ));
            }
        }
    };
    roles.reverse();
    Ok(Chain { start, roles })
}

/// Returns the keys of a profile that is a source; half of them are an error, as everywhere.
fn keys_of<'a>(profile: &'a Profile, name: &str) -> Result<Option<Keys<'a>>, String> {
    let keys = keys::complete(KEYS, KEYS.map(|key| profile.property_of(name, key)));
    keys.map_err(|why| format!("in `{name}`, {why}"))
}

fn role_of(profile: &Profile, name: &str, arn: &str) -> Result<Role, String> {
    let get = |key| profile.property_of(name, key);
    if get("mfa_serial").is_some() {
        return Err(format!("`{name}` has `mfa_serial`: one-time passwords are not supported"));
    }
    let seconds = get("duration_seconds").map(|text| {
        let seconds = text.parse().map(Duration::from_secs);
        seconds.map_err(|_| format!("`duration_seconds` of `{name}` is no number of seconds"))
    });
    Ok(Role {
        arn: arn.to_owned(),
        session_name: get("role_session_name").map(str::to_owned),
        external_id: get("external_id").map(str::to_owned),
        duration: seconds.transpose()?,
        ..Role::default()
    })
}
