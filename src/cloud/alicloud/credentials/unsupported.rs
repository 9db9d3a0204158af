//! Sources that the vendor's tools know and we do not, yet.
//!
//! What would take effect there must not be passed over here: we would act as somebody
//! else. What would come last there is mentioned where nothing else is found.

use super::{Finding, Sight};
use crate::cloud::{CREDENTIALS, Environment, Error, Kind};

/// The role that terraform-provider-alicloud assumes with whatever credentials it finds.
const ROLE: &str = "ALICLOUD_ASSUME_ROLE_ARN";
/// All three together are a source, which comes before the CLI's profiles.
const OIDC: [&str; 3] =
    ["ALIBABA_CLOUD_OIDC_TOKEN_FILE", "ALIBABA_CLOUD_OIDC_PROVIDER_ARN", "ALIBABA_CLOUD_ROLE_ARN"];
/// Sources that come last.
const OTHERS: [&str; 4] = [
    "ALICLOUD_ECS_ROLE_NAME",
    "ALIBABA_CLOUD_ECS_METADATA",
    "ALICLOUD_CREDENTIALS_URI",
    "ALIBABA_CLOUD_CREDENTIALS_URI",
];

/// Refuses to go on without a role that ought to be assumed.
pub(super) fn role(sight: Sight<'_>) -> Result<Finding, Error> {
    match sight.environment.get(ROLE) {
        Some(_) => Err(error(format!("`{ROLE}` is not supported yet"))),
        None => Ok(Finding::Silence),
    }
}

/// Refuses to go on where all that OIDC needs is there.
pub(super) fn oidc(sight: Sight<'_>) -> Result<Finding, Error> {
    let names = set(sight.environment, &OIDC);
    if names.len() < OIDC.len() {
        return Ok(Finding::Silence);
    }
    let names = names.join(", ");
    Err(error(format!("{names} are set, but credentials from OIDC are not supported yet")))
}

/// Lists the variables that are set in vain, if any.
pub(super) fn in_vain(environment: &Environment) -> Option<String> {
    let names = [set(environment, &OIDC), set(environment, &OTHERS)].concat();
    (!names.is_empty()).then(|| format!("set, but not supported yet: {}", names.join(", ")))
}

fn set(environment: &Environment, names: &[&str]) -> Vec<String> {
    let set = names.iter().filter(|name| environment.get(name).is_some());
    set.map(|name| format!("`{name}`")).collect()
}

fn error(message: String) -> Error {
    Error::new(Kind::Setting, CREDENTIALS, message)
}
