//! The token of an identity provider, which a role is given for.

use std::path::PathBuf;

use super::{
    Finding, Identity, Sight,
    argument::{self, Check, Given},
    error, non_empty,
    recipe::Recipe,
    role::{self, ArgumentFault, GivenRole, Role},
};
use crate::cloud::{Error, Secret};

const PROVIDER_VARIABLE: &str = "ALIBABA_CLOUD_OIDC_PROVIDER_ARN";
const FILE_VARIABLE: &str = "ALIBABA_CLOUD_OIDC_TOKEN_FILE";
const TOKEN_VARIABLE: &str = "ALIBABA_CLOUD_OIDC_TOKEN";

/// A role for the holder of a token, as the provider block asks for it. What is left out comes
/// from the environment; an empty text counts as not said.
#[derive(Clone, Debug, Default)]
pub struct OidcSettings {
    /// The role.
    pub role_arn: Option<String>,
    /// The identity provider as RAM knows it.
    pub oidc_provider_arn: Option<String>,
    /// The file with the token; a leading `~/` means the home directory.
    pub oidc_token_file: Option<String>,
    /// The token itself.
    pub oidc_token: Option<Secret>,
    /// What the session is called in audit logs.
    pub role_session_name: Option<String>,
    /// A policy in JSON that narrows the session.
    pub policy: Option<String>,
    /// How long the session lasts, in seconds.
    pub session_expiration: Option<i64>,
}

impl OidcSettings {
    /// Finds what the vendor would refuse, attribute by attribute.
    pub fn faults(&self) -> Vec<ArgumentFault> {
        let mut faults = role::faults([
            ("role_arn", self.role_arn.as_deref(), argument::role_arn as Check),
            ("oidc_provider_arn", self.oidc_provider_arn.as_deref(), argument::oidc_provider_arn),
            ("role_session_name", self.role_session_name.as_deref(), argument::session_name),
            ("policy", self.policy.as_deref(), argument::policy),
            (
                "session_expiration",
                self.session_expiration.map(|it| it.to_string()).as_deref(),
                argument::session_expiration,
            ),
        ]);
        if self.oidc_token.is_some() && self.oidc_token_file.is_some() {
            let fault = "the token itself is set too, as `oidc_token`; set one of them";
            faults.push(("oidc_token_file", fault.to_owned()));
        }
        faults
    }
}

/// A role, and the token that it is given for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(in crate::cloud::alicloud) struct OidcRole {
    pub(in crate::cloud::alicloud) provider_arn: String,
    pub(in crate::cloud::alicloud) token: Token,
    pub(in crate::cloud::alicloud) role: Role,
}

/// Where a token is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(in crate::cloud::alicloud) enum Token {
    /// Read each time: whoever issues it puts a new one there before the old one expires.
    File(PathBuf),
    Text(Secret),
}

/// Tells whether anything speaks of OIDC.
pub(super) fn is_hinted_at(sight: Sight<'_>) -> bool {
    let variables = [PROVIDER_VARIABLE, FILE_VARIABLE, TOKEN_VARIABLE];
    sight.settings.assume_role_with_oidc.is_some() || sight.environment.first(&variables).is_some()
}

/// Takes the attributes, and the variables for those that are not set.
pub(super) fn explicit(sight: Sight<'_>) -> Result<Finding, Error> {
    match &sight.settings.assume_role_with_oidc {
        Some(set) => find(sight, set, "the attribute `assume_role_with_oidc` is set"),
        None => Ok(Finding::NotSet),
    }
}

/// Takes the variables, provided that one of them speaks of OIDC: the role's alone does not.
pub(super) fn from_environment(sight: Sight<'_>) -> Result<Finding, Error> {
    let variables = [FILE_VARIABLE, PROVIDER_VARIABLE, TOKEN_VARIABLE];
    match sight.environment.first(&variables) {
        Some((name, _)) => {
            find(sight, &OidcSettings::default(), &format!("the variable `{name}` is set"))
        }
        None => {
            let names = [FILE_VARIABLE, PROVIDER_VARIABLE, role::SHARED_VARIABLE];
            let names = names.map(|name| format!("`{name}`")).join(", ");
            Ok(Finding::Nothing(format!("the variables {names}")))
        }
    }
}

fn find(sight: Sight<'_>, set: &OidcSettings, because: &str) -> Result<Finding, Error> {
    let attribute = |name: &str, value: Option<&str>| {
        Given::attribute(&format!("assume_role_with_oidc.{name}"), value)
    };
    let variable = |names| Given::variable(sight.environment, names);
    let lacks = |attribute: &str, variable: &str| {
        error(format!("{because}, but neither the attribute `{attribute}` nor `{variable}` is"))
    };
    let provider_arn = attribute("oidc_provider_arn", set.oidc_provider_arn.as_deref())
        .or_else(|| variable(&[PROVIDER_VARIABLE]))
        .ok_or_else(|| lacks("oidc_provider_arn", PROVIDER_VARIABLE))?;
    let token = token(sight, set).ok_or_else(|| lacks("oidc_token_file", FILE_VARIABLE))?;
    let arn = attribute("role_arn", set.role_arn.as_deref())
        .or_else(|| variable(&[role::SHARED_VARIABLE]))
        .ok_or_else(|| lacks("role_arn", role::SHARED_VARIABLE))?;
    let seconds = set.session_expiration.map(|it| it.to_string());
    let role = GivenRole {
        session_name: attribute("role_session_name", set.role_session_name.as_deref())
            .or_else(|| variable(&["ALIBABA_CLOUD_ROLE_SESSION_NAME"])),
        policy: attribute("policy", set.policy.as_deref()),
        session_expiration: attribute("session_expiration", seconds.as_deref()),
        ..GivenRole::new(arn)
    };
    let provider_arn = provider_arn.checked(argument::oidc_provider_arn)?;
    let recipe = Recipe::Oidc(OidcRole { provider_arn, token, role: role.checked()? });
    Ok(Finding::Found(Identity::new(recipe)))
}

fn token(sight: Sight<'_>, set: &OidcSettings) -> Option<Token> {
    let file = |path: &str| Token::File(sight.environment.expand(path.as_ref()));
    let text = |token: &str| Token::Text(Secret::new(token));
    non_empty(set.oidc_token.as_ref().map(Secret::reveal))
        .map(text)
        .or_else(|| non_empty(set.oidc_token_file.as_deref()).map(file))
        .or_else(|| sight.environment.get(FILE_VARIABLE).map(file))
        .or_else(|| sight.environment.get(TOKEN_VARIABLE).map(text))
}
