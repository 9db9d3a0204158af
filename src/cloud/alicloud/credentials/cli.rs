//! Profiles of the `aliyun` CLI, which keeps them as JSON.
//!
//! All modes work that need neither a browser nor a command. Those that need a browser work as
//! long as the session lasts that the CLI has stored: `CloudSSO` and `OAuth` keep it in the
//! fields of the mode `StsToken`, with `sts_expiration` in seconds since 1970.
//! Source: aliyun/aliyun-cli 3.5, `config/profile.go`.

use std::{path::Path, sync::Arc};

use serde::Deserialize;
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use super::{
    Credentials, Identity, Sight,
    argument::{self, Given},
    error,
    files::{DEFAULT_NAME, Entry},
    non_empty,
    oidc::{OidcRole, Token},
    recipe::Recipe,
    role::{GivenRole, Role},
    service,
};
use crate::cloud::{Error, alicloud::quote::quoted};

const MODES: &str = "`AK`, `StsToken`, `RamRoleArn`, `EcsRamRole`, `RamRoleArnWithRoleName`, \
                     `ChainableRamRoleArn`, `OIDC`, `CredentialsURI`, `CloudSSO` and `OAuth` work \
                     here";

/// The CLI's file. Not `Debug`, because it holds secrets.
#[derive(Deserialize)]
struct File {
    current: Option<String>,
    #[serde(default)]
    profiles: Vec<Profile>,
}

#[derive(Deserialize)]
struct Profile {
    #[serde(default)]
    name: String,
    mode: Option<String>,
    access_key_id: Option<String>,
    access_key_secret: Option<String>,
    sts_token: Option<String>,
    sts_expiration: Option<i64>,
    sts_region: Option<String>,
    region_id: Option<String>,
    ram_role_name: Option<String>,
    ram_role_arn: Option<String>,
    ram_session_name: Option<String>,
    external_id: Option<String>,
    policy: Option<String>,
    expired_seconds: Option<i64>,
    source_profile: Option<String>,
    oidc_provider_arn: Option<String>,
    oidc_token_file: Option<String>,
    credentials_uri: Option<String>,
}

/// A profile, and what is needed to make sense of it.
struct Reader<'a> {
    profile: &'a Profile,
    file: &'a File,
    path: &'a Path,
    sight: Sight<'a>,
    /// The profiles that have led here, each being the source of the one before it.
    chain: Vec<&'a str>,
}

/// Reads a file, and from it the profile of that name, else the current one.
///
/// # Errors
///
/// [`Kind::Credentials`](crate::cloud::Kind::Credentials) where the text is not a file of
/// profiles, the current profile is not there, or a profile lacks what its mode needs.
pub(super) fn read(
    sight: Sight<'_>,
    text: &str,
    path: &Path,
    name: Option<&str>,
) -> Result<Entry, Error> {
    let file = parse(text, path)?;
    let current = non_empty(file.current.as_deref()).unwrap_or(DEFAULT_NAME);
    let Some(profile) = file.profile(name.unwrap_or(current)) else {
        if name.is_some() || file.profiles.is_empty() {
            return Ok(Entry::Missing(file.contents()));
        }
        let (current, place, there) = (quoted(current), path.display(), file.contents());
        return Err(error(format!(
            "there is no profile {current} in the file `{place}`; it has {there}"
        )));
    };
    let reader = Reader { profile, file: &file, path, sight, chain: Vec::new() };
    let region = non_empty(profile.region_id.as_deref()).map(str::to_owned);
    Ok(Entry::Profile(Identity { region, ..Identity::new(reader.recipe()?) }))
}

/// Reads the file's text. The error tells where, not what: the parser would quote secrets.
fn parse(text: &str, path: &Path) -> Result<File, Error> {
    serde_json::from_str(text).map_err(|cause| {
        let what = if cause.is_data() { "is not a file of CLI profiles" } else { "is not JSON" };
        let (place, line, column) = (path.display(), cause.line(), cause.column());
        error(format!("the file `{place}` {what}: line {line}, column {column}"))
    })
}

impl File {
    fn profile(&self, name: &str) -> Option<&Profile> {
        self.profiles.iter().find(|profile| profile.name == name)
    }

    fn contents(&self) -> String {
        let names: Vec<_> = self.profiles.iter().map(|it| quoted(&it.name)).collect();
        match names.as_slice() {
            [] => "no profiles".to_owned(),
            [name] => format!("the profile {name}"),
            names => format!("the profiles {}", names.join(", ")),
        }
    }
}

impl<'a> Reader<'a> {
    fn recipe(&self) -> Result<Recipe, Error> {
        let profile = self.profile;
        match self.mode() {
            "AK" => self.keys(None).map(Recipe::Keys),
            "StsToken" => self.session().map(Recipe::Keys),
            "CloudSSO" | "OAuth" => self.stored_session().map(Recipe::Keys),
            // The keys may be those of a session.
            "RamRoleArn" => {
                let keys = self.keys(non_empty(profile.sts_token.as_deref()))?;
                self.role_with(Recipe::Keys(keys))
            }
            "EcsRamRole" => self.instance(),
            // An older name for a chain of two.
            "RamRoleArnWithRoleName" => self.role_with(self.instance()?),
            "ChainableRamRoleArn" => self.role_with(self.source()?),
            "OIDC" => self.oidc(),
            "CredentialsURI" => {
                let uri = self.need("credentials_uri", profile.credentials_uri.as_ref())?;
                service::uri(uri, &self.field("credentials_uri"))
            }
            "External" => Err(error(format!(
                "{} runs a command, which this provider does not; let the command's output be \
                 served at a `credentials_uri`, or put its keys into the environment",
                self.place()
            ))),
            "" => Err(error(format!("{} has no `mode`", self.place()))),
            mode => {
                let (place, mode) = (self.place(), quoted(mode));
                Err(error(format!("{place} has the mode {mode}; only {MODES}")))
            }
        }
    }

    fn mode(&self) -> &'a str {
        self.profile.mode.as_deref().unwrap_or_default()
    }

    fn place(&self) -> String {
        let (name, path) = (quoted(&self.profile.name), self.path.display());
        format!("the profile {name} in the file `{path}`")
    }

    fn field(&self, name: &str) -> String {
        format!("`{name}` of {}", self.place())
    }

    fn need(&self, field: &str, value: Option<&'a String>) -> Result<&'a str, Error> {
        non_empty(value.map(String::as_str)).ok_or_else(|| {
            let (place, mode) = (self.place(), self.mode());
            error(format!("{place} has the mode `{mode}`, but no `{field}`"))
        })
    }

    fn keys(&self, token: Option<&str>) -> Result<Credentials, Error> {
        let access_key = self.need("access_key_id", self.profile.access_key_id.as_ref())?;
        let secret_key = self.need("access_key_secret", self.profile.access_key_secret.as_ref())?;
        Ok(Credentials::new(access_key, secret_key, token))
    }

    fn session(&self) -> Result<Credentials, Error> {
        self.keys(Some(self.need("sts_token", self.profile.sts_token.as_ref())?))
    }

    /// Takes the session that the CLI stored when somebody logged in with a browser.
    fn stored_session(&self) -> Result<Credentials, Error> {
        let (place, mode, name) = (self.place(), self.mode(), &self.profile.name);
        let renew = format!(
            "`aliyun sts GetCallerIdentity --profile {name}` stores a new one, and `aliyun \
             configure --profile {name}` logs in again"
        );
        let expires = self.profile.sts_expiration.unwrap_or_default();
        if non_empty(self.profile.sts_token.as_deref()).is_none() || expires == 0 {
            return Err(error(format!("{place} has the mode `{mode}`, but no session: {renew}")));
        }
        if expires <= self.sight.now.unix_timestamp() {
            let at = OffsetDateTime::from_unix_timestamp(expires).ok();
            let at = at.and_then(|at| Some(format!(" at {}", at.format(&Rfc3339).ok()?)));
            let at = at.unwrap_or_default();
            return Err(error(format!("the session stored in {place} expired{at}: {renew}")));
        }
        self.session()
    }

    fn instance(&self) -> Result<Recipe, Error> {
        let role = non_empty(self.profile.ram_role_name.as_deref());
        let because = format!("{} has the mode `{}`", self.place(), self.mode());
        service::instance(self.sight, role, &because)
    }

    /// Reads the profile that this one names as its source.
    fn source(&self) -> Result<Recipe, Error> {
        let name = self.need("source_profile", self.profile.source_profile.as_ref())?;
        let chain: Vec<_> =
            self.chain.iter().copied().chain([self.profile.name.as_str()]).collect();
        if chain.contains(&name) {
            let links: Vec<_> = chain.iter().chain([&name]).map(|name| quoted(name)).collect();
            let (path, links) = (self.path.display(), links.join(", which names "));
            return Err(error(format!(
                "the profiles in the file `{path}` are each other's `source_profile`: {links}"
            )));
        }
        let Some(profile) = self.file.profile(name) else {
            let (place, name, there) = (self.place(), quoted(name), self.file.contents());
            return Err(error(format!(
                "{place} names the `source_profile` {name}, which is not there; the file has {there}"
            )));
        };
        Reader { profile, chain, ..*self }.recipe()
    }

    fn role_with(&self, source: Recipe) -> Result<Recipe, Error> {
        Ok(Recipe::Role { source: Arc::new(source), role: self.role()? })
    }

    fn role(&self) -> Result<Role, Error> {
        let arn = self.need("ram_role_arn", self.profile.ram_role_arn.as_ref())?;
        let given =
            |name: &str, value: Option<&str>| Some(Given::new(self.field(name), non_empty(value)?));
        // The CLI writes a zero where nothing was said.
        let seconds = self.profile.expired_seconds.filter(|seconds| *seconds != 0);
        let seconds = seconds.map(|seconds| seconds.to_string());
        let role = GivenRole {
            session_name: given("ram_session_name", self.profile.ram_session_name.as_deref()),
            external_id: given("external_id", self.profile.external_id.as_deref()),
            policy: given("policy", self.profile.policy.as_deref()),
            session_expiration: given("expired_seconds", seconds.as_deref()),
            sts_region: non_empty(self.profile.sts_region.as_deref()).map(str::to_owned),
            ..GivenRole::new(Given::new(self.field("ram_role_arn"), arn))
        };
        role.checked()
    }

    fn oidc(&self) -> Result<Recipe, Error> {
        let provider = self.need("oidc_provider_arn", self.profile.oidc_provider_arn.as_ref())?;
        let provider = Given::new(self.field("oidc_provider_arn"), provider);
        let file = self.need("oidc_token_file", self.profile.oidc_token_file.as_ref())?;
        Ok(Recipe::Oidc(OidcRole {
            provider_arn: provider.checked(argument::oidc_provider_arn)?,
            token: Token::File(self.sight.environment.expand(Path::new(file))),
            role: self.role()?,
        }))
    }
}
