//! Profiles of the `aliyun` CLI, which keeps them as JSON.
//!
//! Of its modes only those with fixed keys work. Source: aliyun/aliyun-cli, `config/`.

use std::{
    io,
    path::{Path, PathBuf},
};

use serde::Deserialize;

use super::{Credentials, Finding, Identity, Sight, error, non_empty};
use crate::cloud::{Error, alicloud::quote::quoted};

const SWITCH_OFF: &str = "ALIBABA_CLOUD_CLI_PROFILE_DISABLED";
const NAME_VARIABLES: [&str; 2] = ["ALICLOUD_PROFILE", "ALIBABA_CLOUD_PROFILE"];
const FILE_VARIABLES: [&str; 2] = ["ALICLOUD_SHARED_CREDENTIALS_FILE", "ALIBABA_CLOUD_CONFIG_FILE"];
/// Where the CLI keeps its profiles unless told otherwise.
const DEFAULT_FILE: &str = "~/.aliyun/config.json";
/// What the CLI calls its first profile.
const DEFAULT_NAME: &str = "default";

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
    region_id: Option<String>,
}

/// Reads the profile that the settings name. Where they name only a file, the profile is the
/// one that the environment names, else the current one.
pub(super) fn explicit(sight: Sight<'_>) -> Result<Finding, Error> {
    match non_empty(sight.settings.profile.as_deref()) {
        Some(name) => look(sight, Some(name)),
        None if file_of_settings(sight).is_some() => look(sight, name_of_environment(sight)),
        None => {
            let place = "the attributes `profile` and `shared_credentials_file`";
            Ok(Finding::Nothing(place.to_owned()))
        }
    }
}

/// Reads the profile that the environment names, else the CLI's current one.
pub(super) fn from_environment(sight: Sight<'_>) -> Result<Finding, Error> {
    if sight.environment.is_on(SWITCH_OFF) {
        return Ok(Finding::Nothing(format!("no CLI profile, because `{SWITCH_OFF}` is on")));
    }
    look(sight, name_of_environment(sight))
}

fn name_of_environment(sight: Sight<'_>) -> Option<&str> {
    sight.environment.first(&NAME_VARIABLES).map(|(_, name)| name)
}

fn file_of_settings(sight: Sight<'_>) -> Option<&Path> {
    let set = sight.settings.shared_credentials_file.as_deref();
    set.filter(|path| !path.as_os_str().is_empty())
}

/// Reads the profile of that name, else the current one. What nobody named may be absent.
fn look(sight: Sight<'_>, name: Option<&str>) -> Result<Finding, Error> {
    let (path, is_named) = path(sight);
    let text = match (sight.read_file)(&path) {
        Ok(text) => text,
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => {
            return nothing_at(&path, is_named, name);
        }
        Err(cause) => {
            let place = path.display();
            return Err(error(format!("the file `{place}` cannot be read: {cause}")));
        }
    };
    let file = parse(&text, &path)?;
    if file.profiles.is_empty() && name.is_none() && !is_named {
        let place = path.display();
        return Ok(Finding::Nothing(format!("the file `{place}`, which has no profiles")));
    }
    file.pick(name, &path)?.identity(&path).map(Finding::Found)
}

fn nothing_at(path: &Path, is_named: bool, profile: Option<&str>) -> Result<Finding, Error> {
    let place = path.display();
    let missing = format!("the file `{place}` does not exist");
    match profile {
        Some(profile) => {
            let profile = quoted(profile);
            Err(error(format!("{missing}; the profile {profile} should be in it")))
        }
        None if is_named => Err(error(missing)),
        None => Ok(Finding::Nothing(format!("the file `{place}`, which does not exist"))),
    }
}

/// Returns the file to read, and whether somebody named it.
fn path(sight: Sight<'_>) -> (PathBuf, bool) {
    let set = file_of_settings(sight);
    let named = set.or_else(|| Some(Path::new(sight.environment.first(&FILE_VARIABLES)?.1)));
    let path = named.unwrap_or(Path::new(DEFAULT_FILE));
    let expanded = match (path.strip_prefix("~"), sight.environment.home()) {
        (Ok(rest), Some(home)) => home.join(rest),
        _ => path.to_owned(),
    };
    (expanded, named.is_some())
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
    /// Takes out the profile of that name, else the current one.
    fn pick(self, name: Option<&str>, path: &Path) -> Result<Profile, Error> {
        let current = non_empty(self.current.as_deref());
        let name = name.or(current).unwrap_or(DEFAULT_NAME);
        let names: Vec<_> = self.profiles.iter().map(|it| quoted(&it.name)).collect();
        self.profiles.into_iter().find(|profile| profile.name == name).ok_or_else(|| {
            let there = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
            let place = path.display();
            let name = quoted(name);
            error(format!("there is no profile {name} in the file `{place}`; it has {there}"))
        })
    }
}

impl Profile {
    /// Takes the keys of a mode that has them.
    fn identity(self, path: &Path) -> Result<Identity, Error> {
        let place = format!("the profile {} in the file `{}`", quoted(&self.name), path.display());
        let mode = self.mode.as_deref().unwrap_or_default();
        if !matches!(mode, "AK" | "StsToken") {
            return Err(error(format!(
                "{place} has the mode {}; only `AK` and `StsToken` work here",
                quoted(mode)
            )));
        }
        let need = |field: &str, value: Option<String>| {
            let value = value.filter(|value| !value.is_empty());
            value.ok_or_else(|| error(format!("{place} has the mode `{mode}`, but no `{field}`")))
        };
        let access_key = need("access_key_id", self.access_key_id)?;
        let secret_key = need("access_key_secret", self.access_key_secret)?;
        let token = match mode {
            "StsToken" => Some(need("sts_token", self.sts_token)?),
            _ => None,
        };
        Ok(Identity {
            credentials: Credentials::new(&access_key, &secret_key, token.as_deref()),
            region: non_empty(self.region_id.as_deref()).map(str::to_owned),
        })
    }
}
