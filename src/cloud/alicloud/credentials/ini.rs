//! INI files of the vendor's SDKs.
//!
//! A section is a profile: `type` says what it is, `enable = false` hides it. Not supported:
//! `rsa_key_pair`, which the vendor no longer offers. Source: the `profile` providers of
//! aliyun/credentials-go and aliyun/credentials-python, which differ in what they know.

use std::{collections::BTreeMap, path::Path, sync::Arc};

use super::{
    Credentials, Identity, Sight,
    argument::{self, Given},
    error,
    files::{DEFAULT_NAME, Entry},
    non_empty,
    oidc::{OidcRole, Token},
    recipe::Recipe,
    role::GivenRole,
    service,
};
use crate::cloud::{Error, alicloud::quote::quoted};

/// Keys and values by the names of their sections.
type Sections<'a> = BTreeMap<&'a str, BTreeMap<&'a str, &'a str>>;

/// A section, and what is needed to make sense of it.
struct Reader<'a> {
    section: &'a BTreeMap<&'a str, &'a str>,
    place: String,
    sight: Sight<'a>,
}

/// Reads a file, and from it the section of that name, else `default`.
///
/// # Errors
///
/// [`Kind::Credentials`](crate::cloud::Kind::Credentials) where a line cannot be read, or the
/// section lacks what its type needs.
pub(super) fn read(
    sight: Sight<'_>,
    text: &str,
    path: &Path,
    name: Option<&str>,
) -> Result<Entry, Error> {
    let sections = parse(text, path)?;
    let name = name.unwrap_or(DEFAULT_NAME);
    let Some(section) = sections.get(name).filter(|section| is_enabled(section)) else {
        return Ok(Entry::Missing(contents(&sections)));
    };
    let place = format!("the section {} in the file `{}`", quoted(name), path.display());
    let recipe = Reader { section, place, sight }.recipe()?;
    Ok(Entry::Profile(Identity::new(recipe)))
}

/// Reads lines: `[section]`, `key = value`, comments with `#` or `;`. The error tells where, not
/// what: a line may hold a secret.
fn parse<'a>(text: &'a str, path: &Path) -> Result<Sections<'a>, Error> {
    let mut sections = Sections::new();
    let mut section = None;
    for (number, line) in (1..).zip(text.lines().map(str::trim)) {
        if line.is_empty() || line.starts_with(['#', ';']) {
            continue;
        }
        if let Some(name) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            section = Some(sections.entry(name.trim()).or_default());
            continue;
        }
        let Some((section, (key, value))) = section.as_mut().zip(line.split_once('=')) else {
            let place = path.display();
            return Err(error(format!(
                "the file `{place}` is neither JSON nor INI: line {number} is not `[section]` \
                 followed by `key = value`"
            )));
        };
        // As the vendor's Python SDK has it. Of all values only a `policy` can have this character;
        // what is left of one is not JSON any more, which is an error.
        let value = value.split('#').next().unwrap_or_default();
        section.insert(key.trim(), value.trim());
    }
    Ok(sections)
}

fn is_enabled(section: &BTreeMap<&str, &str>) -> bool {
    !section.get("enable").is_some_and(|value| value.eq_ignore_ascii_case("false"))
}

fn contents(sections: &Sections<'_>) -> String {
    let names: Vec<_> =
        sections.iter().filter(|(_, it)| is_enabled(it)).map(|(name, _)| quoted(name)).collect();
    match names.as_slice() {
        [] => "no sections".to_owned(),
        [name] => format!("the section {name}"),
        names => format!("the sections {}", names.join(", ")),
    }
}

impl Reader<'_> {
    fn recipe(&self) -> Result<Recipe, Error> {
        match self.kind() {
            "access_key" => self.keys(None).map(Recipe::Keys),
            "sts" => self.keys(Some(self.need("security_token")?)).map(Recipe::Keys),
            "ecs_ram_role" => {
                let because = format!("{} has the type `ecs_ram_role`", self.place);
                service::instance(self.sight, self.get("role_name"), &because)
            }
            "ram_role_arn" => {
                let source = Recipe::Keys(self.keys(self.get("security_token"))?);
                let role = self.role()?.checked()?;
                Ok(Recipe::Role { source: Arc::new(source), role })
            }
            "oidc_role_arn" => {
                let provider = self.given("oidc_provider_arn")?;
                let file = Path::new(self.need("oidc_token_file_path")?);
                Ok(Recipe::Oidc(OidcRole {
                    provider_arn: provider.checked(argument::oidc_provider_arn)?,
                    token: Token::File(self.sight.environment.expand(file)),
                    role: self.role()?.checked()?,
                }))
            }
            "" => Err(error(format!("{} has no `type`", self.place))),
            kind => {
                let (place, kind) = (&self.place, quoted(kind));
                Err(error(format!(
                    "{place} has the type {kind}; only `access_key`, `sts`, `ecs_ram_role`, \
                     `ram_role_arn` and `oidc_role_arn` work here"
                )))
            }
        }
    }

    fn kind(&self) -> &str {
        self.get("type").unwrap_or_default()
    }

    fn get(&self, key: &str) -> Option<&str> {
        non_empty(self.section.get(key).copied())
    }

    fn need(&self, key: &str) -> Result<&str, Error> {
        self.get(key).ok_or_else(|| {
            let (place, kind) = (&self.place, self.kind());
            error(format!("{place} has the type `{kind}`, but no `{key}`"))
        })
    }

    fn given(&self, key: &str) -> Result<Given, Error> {
        Ok(Given::new(format!("`{key}` of {}", self.place), self.need(key)?))
    }

    fn keys(&self, token: Option<&str>) -> Result<Credentials, Error> {
        let (access_key, secret_key) =
            (self.need("access_key_id")?, self.need("access_key_secret")?);
        Ok(Credentials::new(access_key, secret_key, token))
    }

    fn role(&self) -> Result<GivenRole, Error> {
        let optional = |key: &str| self.get(key).and_then(|_| self.given(key).ok());
        Ok(GivenRole {
            session_name: optional("role_session_name"),
            policy: optional("policy"),
            ..GivenRole::new(self.given("role_arn")?)
        })
    }
}
