//! Services that hand out credentials: the instance's metadata service, and any address.

use std::fmt;

use super::{Finding, Identity, Sight, error, non_empty, recipe::Recipe, setting_error};
use crate::cloud::{Environment, Error, Secret, endpoint::is_loopback};

/// Turns the metadata service off, as in the vendor's SDKs.
const SWITCH_OFF: &str = "ALIBABA_CLOUD_ECS_METADATA_DISABLED";
const ROLE_VARIABLES: [&str; 2] = ["ALICLOUD_ECS_ROLE_NAME", "ALIBABA_CLOUD_ECS_METADATA"];
const URI_VARIABLES: [&str; 2] = ["ALICLOUD_CREDENTIALS_URI", "ALIBABA_CLOUD_CREDENTIALS_URI"];

/// An address that credentials may be fetched from: https, or http on this machine.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct CredentialsUri {
    url: reqwest::Url,
}

impl CredentialsUri {
    /// Reads an address.
    ///
    /// # Errors
    ///
    /// What is wrong with it, without showing it: it may hold a password.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let url = reqwest::Url::parse(text).map_err(|_| "it is not a URL")?;
        let host = url.host_str().ok_or("it names no host")?;
        match url.scheme() {
            "https" => Ok(Self { url }),
            "http" if is_loopback(host) => Ok(Self { url }),
            "http" => Err("plain http would send credentials in the clear; only loopback \
                           addresses may use it"),
            _ => Err("only https is possible, and http for loopback addresses"),
        }
    }

    /// Returns the address as it is asked.
    pub(in crate::cloud::alicloud) fn url(&self) -> &str {
        self.url.as_str()
    }

    /// Returns the address without what may be secret.
    pub(in crate::cloud::alicloud) fn shown(&self) -> String {
        let port = self.url.port().map(|port| format!(":{port}")).unwrap_or_default();
        let host = self.url.host_str().unwrap_or_default();
        format!("{}://{host}{port}{}", self.url.scheme(), self.url.path())
    }

    /// Returns the parts that may be secret.
    pub(super) fn secrets(&self) -> impl Iterator<Item = &str> {
        self.url.query().into_iter().chain(self.url.password())
    }
}

/// Leaves out what may be secret.
impl fmt::Debug for CredentialsUri {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.shown())
    }
}

/// Takes the role that the attribute names.
pub(super) fn explicit_role(sight: Sight<'_>) -> Result<Finding, Error> {
    match non_empty(sight.settings.ecs_role_name.as_deref()) {
        Some(role) => {
            instance(sight, Some(role), "the attribute `ecs_role_name` is set").map(found)
        }
        None => Ok(Finding::NotSet),
    }
}

/// Takes the role that the environment names.
pub(super) fn role_of_environment(sight: Sight<'_>) -> Result<Finding, Error> {
    match sight.environment.first(&ROLE_VARIABLES) {
        Some((name, role)) => {
            instance(sight, Some(role), &format!("the variable `{name}` is set")).map(found)
        }
        None if is_off(sight.environment) => {
            Ok(Finding::Nothing(format!("no instance role, because `{SWITCH_OFF}` is on")))
        }
        None => {
            let names = ROLE_VARIABLES.map(|name| format!("`{name}`")).join(" and ");
            Ok(Finding::Nothing(format!("the variables {names}")))
        }
    }
}

/// Asks the metadata service for a role's keys, because somebody wants it to be asked.
///
/// # Errors
///
/// [`Kind::Credentials`](crate::cloud::Kind::Credentials) where it is turned off.
pub(super) fn instance(
    sight: Sight<'_>,
    role: Option<&str>,
    because: &str,
) -> Result<Recipe, Error> {
    if is_off(sight.environment) {
        return Err(error(format!("{because}, but `{SWITCH_OFF}` is on")));
    }
    Ok(Recipe::Instance(role.map(str::to_owned)))
}

/// Tells whether the metadata service must not be asked.
pub(super) fn is_off(environment: &Environment) -> bool {
    environment.is_on(SWITCH_OFF)
}

/// Takes the address that the attribute names.
pub(super) fn explicit_uri(sight: Sight<'_>) -> Result<Finding, Error> {
    match non_empty(sight.settings.credentials_uri.as_ref().map(Secret::reveal)) {
        Some(text) => uri(text, "the attribute `credentials_uri`").map(found),
        None => Ok(Finding::NotSet),
    }
}

/// Takes the address that the environment names.
pub(super) fn uri_of_environment(sight: Sight<'_>) -> Result<Finding, Error> {
    match sight.environment.first(&URI_VARIABLES) {
        Some((name, text)) => uri(text, &format!("the variable `{name}`")).map(found),
        None => {
            let names = URI_VARIABLES.map(|name| format!("`{name}`")).join(" and ");
            Ok(Finding::Nothing(format!("the variables {names}")))
        }
    }
}

/// Reads an address.
///
/// # Errors
///
/// [`Kind::Setting`](crate::cloud::Kind::Setting), naming the place.
pub(super) fn uri(text: &str, place: &str) -> Result<Recipe, Error> {
    let uri = CredentialsUri::parse(text);
    uri.map(Recipe::Uri).map_err(|fault| setting_error(format!("{place}: {fault}")))
}

fn found(recipe: Recipe) -> Finding {
    Finding::Found(Identity::new(recipe))
}
