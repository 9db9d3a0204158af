//! Who asks: finds out how to come by the keys to sign with.
//!
//! Pure over the environment, the time and a function that reads files: nothing is sent. The
//! result is a [`Recipe`], which `session` follows. [`SOURCES`] is the order of precedence;
//! the first source that has an answer wins, and one that is only half filled in is an error:
//! falling through would act as somebody else. A role may come on top (`role.rs`): that of a
//! type, else that of the block.
//! Sources of the order: the vendor's SDKs, and terraform-provider-alicloud for its variables.

mod argument;
mod cli;
mod files;
mod ini;
mod oidc;
mod recipe;
mod role;
mod service;

use std::{
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use time::OffsetDateTime;

pub use self::{
    argument::is_role_arn,
    oidc::OidcSettings,
    role::{ArgumentFault, RoleSettings},
    service::CredentialsUri,
};
pub(super) use self::{
    argument::is_role_name,
    oidc::{OidcRole, Token},
    recipe::Recipe,
    role::Role,
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
    /// The name of a profile of the `aliyun` CLI, or a section of an INI file.
    pub profile: Option<String>,
    /// The file with the profiles; a leading `~/` means the home directory.
    pub shared_credentials_file: Option<PathBuf>,
    /// The role of the ECS instance that this runs on.
    pub ecs_role_name: Option<String>,
    /// An address that hands out temporary keys; secret, because it may hold a password.
    pub credentials_uri: Option<Secret>,
    /// A role to assume with whatever the others give.
    pub assume_role: Option<RoleSettings>,
    /// A role for the holder of a token.
    pub assume_role_with_oidc: Option<OidcSettings>,
}

/// Keys to sign with.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Credentials {
    pub(super) access_key: String,
    pub(super) secret_key: Secret,
    /// Where the keys are those of a session.
    pub(super) security_token: Option<Secret>,
}

impl Credentials {
    pub(super) fn new(access_key: &str, secret_key: &str, security_token: Option<&str>) -> Self {
        Self {
            access_key: access_key.to_owned(),
            secret_key: Secret::new(secret_key),
            security_token: security_token.map(Secret::new),
        }
    }
}

/// How to come by keys, and what their source says besides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Identity {
    pub(super) recipe: Arc<Recipe>,
    /// The region of the profile that the keys come from.
    pub(super) region: Option<String>,
}

impl Identity {
    fn new(recipe: Recipe) -> Self {
        Self { recipe: Arc::new(recipe), region: None }
    }
}

/// What sources look at.
#[derive(Clone, Copy)]
pub(super) struct Sight<'a> {
    pub(super) settings: &'a CredentialSettings,
    pub(super) environment: &'a Environment,
    pub(super) read_file: &'a dyn Fn(&Path) -> io::Result<String>,
    pub(super) now: OffsetDateTime,
}

/// What a source has to say.
enum Finding {
    Found(Identity),
    /// Nothing, and it was not told to have something; says where it looked.
    Nothing(String),
    /// Nothing in the block, which [`ATTRIBUTES`] says for all attributes together.
    NotSet,
}

/// A place that may hold credentials. Fails where it was filled in, but not rightly.
type Source = fn(Sight<'_>) -> Result<Finding, Error>;

/// The order of precedence: attributes, then the vendor's chain. Two sources that follow are
/// in [`last_resort`].
const SOURCES: [Source; 9] = [
    static_keys,
    files::explicit,
    oidc::explicit,
    service::explicit_role,
    service::explicit_uri,
    environment_keys,
    oidc::from_environment,
    files::from_environment,
    service::role_of_environment,
];

/// What is told of the block where nothing is found anywhere.
const ATTRIBUTES: &str = "the block's `access_key`, `profile`, `shared_credentials_file`, \
                          `assume_role_with_oidc`, `ecs_role_name` and `credentials_uri`";

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

/// Finds the source, before any role is assumed with what it gives.
///
/// # Errors
///
/// [`Kind::Credentials`] where nothing is found, and where the first source that was filled
/// in is incomplete or unreadable; [`Kind::Setting`] where what it says makes no sense.
pub(super) fn before_roles(sight: Sight<'_>) -> Result<Identity, Error> {
    let mut looked_at = vec![ATTRIBUTES.to_owned()];
    for source in SOURCES {
        match source(sight)? {
            Finding::Found(identity) => return Ok(identity),
            Finding::Nothing(place) => looked_at.push(place),
            Finding::NotSet => {}
        }
    }
    let recipe = last_resort(sight, looked_at)?;
    Ok(Identity { recipe, region: None })
}

/// Puts a role on top of what a source gives: the one that a type names, else that of the block
/// or the environment, if any. It is one role, never both: the type's takes the other's place.
///
/// # Errors
///
/// [`Kind::Setting`] where the block asks for a role and none is named, and where an argument
/// of the role makes no sense.
pub(super) fn with_role(
    sight: Sight<'_>,
    source: Arc<Recipe>,
    of_type: Option<&str>,
) -> Result<Arc<Recipe>, Error> {
    let role = match of_type {
        Some(arn) => Some(role::of_type(sight, arn)?),
        None => role::of_block(sight)?,
    };
    Ok(match role {
        Some(role) => Arc::new(Recipe::Role { source, role }),
        None => source,
    })
}

/// The end of the vendor's chain: whether this is an instance with a role turns out only when
/// it is asked, and an address that the environment names comes after it.
fn last_resort(sight: Sight<'_>, mut looked_at: Vec<String>) -> Result<Arc<Recipe>, Error> {
    let address = match service::uri_of_environment(sight)? {
        Finding::Found(identity) => Some(identity.recipe),
        Finding::Nothing(place) => {
            looked_at.push(place);
            None
        }
        Finding::NotSet => None,
    };
    let looked_at = looked_at.join("; ");
    match address {
        _ if !service::is_off(sight.environment) => {
            Ok(Arc::new(Recipe::Guess { otherwise: address, looked_at }))
        }
        Some(recipe) => Ok(recipe),
        None => Err(nothing(&looked_at)),
    }
}

/// Says that there is nothing.
pub(super) fn nothing(looked_at: &str) -> Error {
    error(format!("there are none; looked at {looked_at}"))
}

fn static_keys(sight: Sight<'_>) -> Result<Finding, Error> {
    let CredentialSettings { access_key, secret_key, security_token, .. } = sight.settings;
    let names = ["access_key", "secret_key", "security_token"];
    let given = [
        non_empty(access_key.as_deref()),
        non_empty(secret_key.as_ref().map(Secret::reveal)),
        non_empty(security_token.as_ref().map(Secret::reveal)),
    ];
    Ok(keys("attribute", names, given)?.unwrap_or(Finding::NotSet))
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
            return Ok(Some(Finding::Found(Identity::new(Recipe::Keys(credentials)))));
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

/// Says why there are no credentials.
pub(super) fn error(message: String) -> Error {
    Error::new(Kind::Credentials, CREDENTIALS, message)
}

fn setting_error(message: String) -> Error {
    Error::new(Kind::Setting, CREDENTIALS, message)
}

#[cfg(test)]
mod tests;
