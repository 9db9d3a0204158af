//! The arguments of a role: what the vendor accepts of each, and where one was found.
//!
//! Source: the pages of AssumeRole and AssumeRoleWithOIDC, version 2015-04-01.

use std::ops::RangeInclusive;

use super::{non_empty, setting_error};
use crate::cloud::{Environment, Error, alicloud::quote::quoted};

const SESSION_NAME_LENGTH: RangeInclusive<usize> = 2..=64;
const EXTERNAL_ID_LENGTH: RangeInclusive<usize> = 2..=1224;
/// In bytes.
const LONGEST_POLICY: usize = 2048;
/// In seconds; the role itself may allow less.
const SESSION_EXPIRATION: RangeInclusive<i64> = 900..=43_200;

/// A value that somebody set, and where.
#[derive(Clone, Debug)]
pub(super) struct Given {
    /// As messages name it: "the variable `X`".
    place: String,
    text: String,
}

/// Says what is wrong with a value, in words that follow the value's place; `None` for nothing.
pub(super) type Check = fn(&str) -> Option<String>;

impl Given {
    pub(super) fn new(place: impl Into<String>, text: impl Into<String>) -> Self {
        Self { place: place.into(), text: text.into() }
    }

    /// Takes an attribute of the provider block, unless it is empty.
    pub(super) fn attribute(name: &str, value: Option<&str>) -> Option<Self> {
        Some(Self::new(format!("the attribute `{name}`"), non_empty(value)?))
    }

    /// Takes the first of several variables that is set.
    pub(super) fn variable(environment: &Environment, names: &[&'static str]) -> Option<Self> {
        let (name, value) = environment.first(names)?;
        Some(Self::new(format!("the variable `{name}`"), value))
    }

    /// Returns the value if it is right.
    ///
    /// # Errors
    ///
    /// [`Kind::Setting`](crate::cloud::Kind::Setting), naming the place.
    pub(super) fn checked(self, check: Check) -> Result<String, Error> {
        match check(&self.text) {
            Some(fault) => Err(setting_error(format!("{}: {fault}", self.place))),
            None => Ok(self.text),
        }
    }
}

/// Tells whether a text has the form of a RAM role's ARN: `acs:ram::ACCOUNT:role/NAME`.
pub fn is_role_arn(text: &str) -> bool {
    is_ram_arn(text, "role")
}

fn is_ram_arn(text: &str, resource: &str) -> bool {
    let parts = text.strip_prefix("acs:ram::").and_then(|rest| rest.split_once(':'));
    let Some((account, rest)) = parts else { return false };
    let name = rest.strip_prefix(resource).and_then(|rest| rest.strip_prefix('/'));
    let is_account = !account.is_empty() && account.bytes().all(|byte| byte.is_ascii_digit());
    is_account && name.is_some_and(is_role_name)
}

/// Tells whether a text can be the name of a role.
pub(in crate::cloud::alicloud) fn is_role_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(is_of_a_name)
}

fn is_of_a_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b".-_".contains(&byte)
}

pub(super) fn role_arn(text: &str) -> Option<String> {
    let shown =
        || format!("{} is no role; one has the form `acs:ram::ACCOUNT:role/NAME`", quoted(text));
    (!is_role_arn(text)).then(shown)
}

pub(super) fn oidc_provider_arn(text: &str) -> Option<String> {
    let shown = || {
        let text = quoted(text);
        format!(
            "{text} is no identity provider; one has the form \
             `acs:ram::ACCOUNT:oidc-provider/NAME`"
        )
    };
    (!is_ram_arn(text, "oidc-provider")).then(shown)
}

pub(super) fn session_name(text: &str) -> Option<String> {
    let is_right = SESSION_NAME_LENGTH.contains(&text.len())
        && text.bytes().all(|byte| is_of_a_name(byte) || byte == b'@');
    let shown = || {
        format!(
            "{} is no name of a session; one has 2 to 64 letters, digits and characters of `.@-_`",
            quoted(text)
        )
    };
    (!is_right).then(shown)
}

/// An external id is a secret to some, so it is not shown.
pub(super) fn external_id(text: &str) -> Option<String> {
    let length = text.chars().count();
    let shown = || format!("an external id has 2 to 1224 characters, and this one has {length}");
    (!EXTERNAL_ID_LENGTH.contains(&length)).then(shown)
}

pub(super) fn policy(text: &str) -> Option<String> {
    if text.len() > LONGEST_POLICY {
        let length = text.len();
        return Some(format!(
            "a policy has at most {LONGEST_POLICY} bytes, and this one has {length}"
        ));
    }
    match serde_json::from_str::<serde_json::Value>(text) {
        Ok(serde_json::Value::Object(_)) => None,
        Ok(_) => Some("a policy is an object in JSON, and this is something else".to_owned()),
        Err(cause) => {
            let (line, column) = (cause.line(), cause.column());
            Some(format!("it is not JSON at line {line}, column {column}"))
        }
    }
}

pub(super) fn session_expiration(text: &str) -> Option<String> {
    let is_right = text.parse().is_ok_and(|seconds: i64| SESSION_EXPIRATION.contains(&seconds));
    let shown = || format!("{} is not a number of seconds from 900 to 43200", quoted(text));
    (!is_right).then(shown)
}
