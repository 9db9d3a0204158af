//! Who asks: finds the keys to sign with.
//!
//! Pure over the environment and a function that reads files. [`SOURCES`] is the
//! order of precedence; the first source that has an answer wins, and one that is
//! only half filled in is an error: falling through would act as somebody else.
//! Not read yet: roles, OIDC, instance metadata, URIs and the INI file; `unsupported.rs`
//! sees to it that they are not passed over in silence.

mod profile;
mod unsupported;

use std::{
    io,
    path::{Path, PathBuf},
};

use crate::cloud::{CREDENTIALS, Environment, Error, Kind, Secret};

/// What a practitioner may say about credentials. An empty text counts as not said.
#[derive(Clone, Debug, Default)]
pub struct CredentialSettings {
    /// The access key id.
    pub access_key: Option<String>,
    /// The access key secret.
    pub secret_key: Option<Secret>,
    /// The token of a session.
    pub security_token: Option<Secret>,
    /// The name of a profile of the `aliyun` CLI.
    pub profile: Option<String>,
    /// The CLI's configuration file; a leading `~/` means the home directory.
    pub shared_credentials_file: Option<PathBuf>,
}

/// Keys to sign with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Credentials {
    pub(super) access_key: String,
    pub(super) secret_key: Secret,
    /// Where the keys are those of a session.
    pub(super) security_token: Option<Secret>,
}

impl Credentials {
    fn new(access_key: &str, secret_key: &str, security_token: Option<&str>) -> Self {
        Self {
            access_key: access_key.to_owned(),
            secret_key: Secret::new(secret_key),
            security_token: security_token.map(Secret::new),
        }
    }

    /// Returns what must not be shown.
    pub(super) fn secrets(&self) -> impl Iterator<Item = &str> {
        std::iter::once(&self.secret_key).chain(&self.security_token).map(Secret::reveal)
    }
}

/// Keys, and what their source says besides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Identity {
    pub(super) credentials: Credentials,
    /// The region of the profile that the keys come from.
    pub(super) region: Option<String>,
}

/// What sources look at.
#[derive(Clone, Copy)]
struct Sight<'a> {
    settings: &'a CredentialSettings,
    environment: &'a Environment,
    read_file: &'a dyn Fn(&Path) -> io::Result<String>,
}

/// What a source has to say.
enum Finding {
    Found(Identity),
    /// Nothing, and it was not told to have something; says where it looked.
    Nothing(String),
    /// Nothing, and nowhere to look that could be recommended.
    Silence,
}

/// A place that may hold credentials. Fails where it was filled in, but not rightly.
type Source = fn(Sight<'_>) -> Result<Finding, Error>;

/// The order of precedence.
const SOURCES: [Source; 6] = [
    // Not credentials, but what to do with any.
    unsupported::role,
    static_keys,
    profile::explicit,
    environment_keys,
    unsupported::oidc,
    profile::from_environment,
];

/// The variables of keys; each row is a family: key, secret, token.
const KEY_VARIABLES: [[&str; 3]; 3] = [
    ["ALICLOUD_ACCESS_KEY", "ALICLOUD_SECRET_KEY", "ALICLOUD_SECURITY_TOKEN"],
    [
        "ALIBABA_CLOUD_ACCESS_KEY_ID",
        "ALIBABA_CLOUD_ACCESS_KEY_SECRET",
        "ALIBABA_CLOUD_SECURITY_TOKEN",
    ],
    ["ALIBABACLOUD_ACCESS_KEY_ID", "ALIBABACLOUD_ACCESS_KEY_SECRET", "ALIBABACLOUD_SECURITY_TOKEN"],
];

/// Finds out who asks.
///
/// # Errors
///
/// [`Kind::Credentials`] where nothing is found, and where the first source that was
/// filled in is incomplete, unreadable or of a kind that is not supported;
/// [`Kind::Setting`] where a variable asks for what is not supported.
pub(super) fn resolve(
    settings: &CredentialSettings,
    environment: &Environment,
    read_file: &dyn Fn(&Path) -> io::Result<String>,
) -> Result<Identity, Error> {
    let sight = Sight { settings, environment, read_file };
    let mut looked_at = Vec::new();
    for source in SOURCES {
        match source(sight)? {
            Finding::Found(identity) => return Ok(identity),
            Finding::Nothing(place) => looked_at.push(place),
            Finding::Silence => {}
        }
    }
    let mut message = format!("there are none; looked at {}", looked_at.join("; "));
    if let Some(in_vain) = unsupported::in_vain(environment) {
        message += &format!("; {in_vain}");
    }
    Err(error(message))
}

fn static_keys(sight: Sight<'_>) -> Result<Finding, Error> {
    let CredentialSettings { access_key, secret_key, security_token, .. } = sight.settings;
    let names = ["access_key", "secret_key", "security_token"];
    let given = [
        non_empty(access_key.as_deref()),
        non_empty(secret_key.as_ref().map(Secret::reveal)),
        non_empty(security_token.as_ref().map(Secret::reveal)),
    ];
    let nothing = || Finding::Nothing("the attributes `access_key` and `secret_key`".to_owned());
    Ok(keys("attribute", names, given)?.unwrap_or_else(nothing))
}

/// Looks at one family of variables after the other, and never mixes two: they may
/// belong to different accounts.
fn environment_keys(sight: Sight<'_>) -> Result<Finding, Error> {
    for names in KEY_VARIABLES {
        let given = names.map(|name| sight.environment.get(name));
        if let Some(found) = keys("variable", names, given)? {
            return Ok(found);
        }
    }
    let names = KEY_VARIABLES.map(|[key, ..]| format!("`{key}`")).join(", ");
    Ok(Finding::Nothing(format!("the variables {names} and those that go with them")))
}

/// Puts key, secret and token together; `None` where there is nothing at all.
fn keys(
    what: &str,
    [key_name, secret_name, token_name]: [&str; 3],
    [key, secret, token]: [Option<&str>; 3],
) -> Result<Option<Finding>, Error> {
    let (given, missing) = match (key, secret, token) {
        (Some(key), Some(secret), token) => {
            let credentials = Credentials::new(key, secret, token);
            return Ok(Some(Finding::Found(Identity { credentials, region: None })));
        }
        (None, None, None) => return Ok(None),
        (Some(_), None, _) => (key_name, secret_name),
        (None, Some(_), _) => (secret_name, key_name),
        (None, None, Some(_)) => (token_name, key_name),
    };
    Err(error(format!("the {what} `{given}` is set, but `{missing}` is not")))
}

fn non_empty(text: Option<&str>) -> Option<&str> {
    text.filter(|text| !text.is_empty())
}

fn error(message: String) -> Error {
    Error::new(Kind::Credentials, CREDENTIALS, message)
}

#[cfg(test)]
mod tests;
