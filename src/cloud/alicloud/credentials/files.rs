//! Files with profiles: which one to read, and which profile of it.
//!
//! A file is one of the `aliyun` CLI if its text begins with `{`, else an INI file of the
//! vendor's SDKs, whatever named it: the same variables mean one in some of the vendor's tools
//! and the other in others.

use std::{
    io,
    path::{Path, PathBuf},
};

use super::{Finding, Identity, Sight, cli, error, ini, non_empty};
use crate::cloud::{Error, alicloud::quote::quoted};

/// Turns off the CLI's files, unless an attribute names one.
const SWITCH_OFF: &str = "ALIBABA_CLOUD_CLI_PROFILE_DISABLED";
const NAME_VARIABLES: [&str; 2] = ["ALICLOUD_PROFILE", "ALIBABA_CLOUD_PROFILE"];
const CLI_FILE_VARIABLES: [&str; 2] =
    ["ALICLOUD_SHARED_CREDENTIALS_FILE", "ALIBABA_CLOUD_CONFIG_FILE"];
const INI_FILE_VARIABLE: &str = "ALIBABA_CLOUD_CREDENTIALS_FILE";
const DEFAULT_CLI_FILE: &str = "~/.aliyun/config.json";
/// The first is that of the Go SDK, the second that of the SDKs for Python and Java.
const DEFAULT_INI_FILES: [&str; 2] =
    ["~/.alibabacloud/credentials", "~/.alibabacloud/credentials.ini"];
/// The profile where nothing names one.
pub(super) const DEFAULT_NAME: &str = "default";

/// A file that may be there.
struct Candidate {
    path: PathBuf,
    /// Whether somebody named it, so that it must be there.
    is_named: bool,
}

/// What a file says about a profile.
pub(super) enum Entry {
    Profile(Identity),
    /// It is not there; says what is.
    Missing(String),
}

/// Reads the profile that the settings name. Where they name only a file, the profile is the
/// one that the environment names, else the current one.
pub(super) fn explicit(sight: Sight<'_>) -> Result<Finding, Error> {
    let named = non_empty(sight.settings.profile.as_deref());
    let file = sight.settings.shared_credentials_file.as_deref();
    let file = file.filter(|path| !path.as_os_str().is_empty());
    if named.is_none() && file.is_none() {
        return Ok(Finding::NotSet);
    }
    let candidates = match file {
        Some(path) => vec![Candidate::named(path, sight)],
        None => candidates(sight, true),
    };
    look(sight, named.or_else(|| name_of_environment(sight)), &candidates)
}

/// Reads the profile that the environment names, else the current one.
pub(super) fn from_environment(sight: Sight<'_>) -> Result<Finding, Error> {
    let has_cli = !sight.environment.is_on(SWITCH_OFF);
    let found = look(sight, name_of_environment(sight), &candidates(sight, has_cli))?;
    Ok(match found {
        Finding::Nothing(place) if !has_cli => {
            Finding::Nothing(format!("no CLI profile, because `{SWITCH_OFF}` is on; {place}"))
        }
        found => found,
    })
}

fn name_of_environment(sight: Sight<'_>) -> Option<&str> {
    sight.environment.first(&NAME_VARIABLES).map(|(_, name)| name)
}

impl Candidate {
    fn named(path: &Path, sight: Sight<'_>) -> Self {
        Self { path: sight.environment.expand(path), is_named: true }
    }
}

/// Lists the files to look at: the one that the environment names, else those that the
/// vendor's tools look for.
fn candidates(sight: Sight<'_>, has_cli: bool) -> Vec<Candidate> {
    let of_cli = sight.environment.first(&CLI_FILE_VARIABLES).filter(|_| has_cli);
    let named = of_cli.or_else(|| sight.environment.first(&[INI_FILE_VARIABLE]));
    if let Some((_, path)) = named {
        return vec![Candidate::named(Path::new(path), sight)];
    }
    let default =
        |path: &str| Candidate { path: sight.environment.expand(Path::new(path)), is_named: false };
    let of_cli = has_cli.then_some(DEFAULT_CLI_FILE);
    of_cli.into_iter().chain(DEFAULT_INI_FILES).map(default).collect()
}

/// Looks for the profile of that name, else the current one, in one file after the other.
/// What nobody named may be absent.
fn look(sight: Sight<'_>, name: Option<&str>, candidates: &[Candidate]) -> Result<Finding, Error> {
    let mut absent = Vec::new();
    for Candidate { path, is_named } in candidates {
        let place = path.display();
        let text = match (sight.read_file)(path) {
            Ok(text) => text,
            Err(cause) if cause.kind() == io::ErrorKind::NotFound && !is_named => {
                absent.push(format!("the file `{place}`, which does not exist"));
                continue;
            }
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => {
                return Err(error(format!("the file `{place}` does not exist")));
            }
            Err(cause) => {
                return Err(error(format!("the file `{place}` cannot be read: {cause}")));
            }
        };
        match read(sight, &text, path, name)? {
            Entry::Profile(identity) => return Ok(Finding::Found(identity)),
            Entry::Missing(what) if *is_named && name.is_none() => {
                return Err(error(format!("the file `{place}` has {what}")));
            }
            Entry::Missing(what) => absent.push(format!("the file `{place}`, which has {what}")),
        }
    }
    let places = absent.join("; ");
    match name {
        Some(name) => {
            let name = quoted(name);
            Err(error(format!("there is no profile {name}; looked at {places}")))
        }
        None => Ok(Finding::Nothing(places)),
    }
}

fn read(sight: Sight<'_>, text: &str, path: &Path, name: Option<&str>) -> Result<Entry, Error> {
    // Editors on Windows put a mark before the text.
    let text = text.trim_start_matches('\u{feff}');
    if text.trim_start().starts_with('{') {
        cli::read(sight, text, path, name)
    } else {
        ini::read(sight, text, path, name)
    }
}
