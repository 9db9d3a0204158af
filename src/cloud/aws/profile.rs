//! The shared files, `~/.aws/config` and `~/.aws/credentials`, and the profile chosen in them.
//!
//! Unlike AWS's own loader this one does not overlook a file that is named in the
//! settings and missing, cannot be read, or is not UTF-8.

use std::{
    io::ErrorKind,
    path::{Path, PathBuf},
};

use aws_config::profile::{self, ProfileFileLoadError, ProfileSet};
use aws_runtime::env_config::{
    EnvConfigValue,
    file::{EnvConfigFileKind, EnvConfigFiles},
};
use aws_types::os_shim_internal::{Env, Fs};

use super::{Aws, Settings};
use crate::cloud::{CREDENTIALS, Environment, Error, Kind, aws::quote::one_line};

const LONGEST_REASON: usize = 600;

/// A profile, and the files that it is in.
#[derive(Clone, Debug)]
pub(super) struct Profile {
    name: String,
    sections: ProfileSet,
    files: EnvConfigFiles,
    paths: Vec<PathBuf>,
}

impl Aws {
    /// Returns the chosen profile, reading the shared files when first asked.
    pub(super) async fn profile(&self) -> Result<&Profile, Error> {
        let load = || Profile::load(&self.inner.settings, &self.inner.environment);
        self.inner.profile.get_or_init(load).await.as_ref().map_err(Error::clone)
    }
}

impl Profile {
    async fn load(settings: &Settings, environment: &Environment) -> Result<Self, Error> {
        let config = paths_of(
            &settings.shared_config_files,
            ("AWS_CONFIG_FILE", "~/.aws/config"),
            environment,
        )?;
        let credentials = paths_of(
            &settings.shared_credentials_files,
            ("AWS_SHARED_CREDENTIALS_FILE", "~/.aws/credentials"),
            environment,
        )?;
        let files = files(&config, &credentials);
        let name = settings.profile.as_deref().or_else(|| environment.get("AWS_PROFILE"));
        let name = name.unwrap_or("default").to_owned();
        // The environment is empty because everything it could say is in the arguments.
        let no_environment = Env::from_slice(&[]);
        let sections =
            profile::load(&Fs::real(), &no_environment, &files, Some(name.clone().into())).await;
        let sections = sections.map_err(|error| unreadable(&explain(&error)))?;
        Ok(Self { name, sections, files, paths: [config, credentials].concat() })
    }

    /// Returns its name.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Returns the files for AWS's loader.
    pub(super) fn files(&self) -> EnvConfigFiles {
        self.files.clone()
    }

    /// Tells whether the files have it.
    pub(super) fn is_defined(&self) -> bool {
        self.has(&self.name)
    }

    /// Says, for a report, where it was looked for.
    pub(super) fn places(&self) -> String {
        if self.paths.is_empty() {
            return "there are no shared files".to_owned();
        }
        let paths: Vec<_> = self.paths.iter().map(|path| format!("`{}`", path.display())).collect();
        format!("looked in {}", paths.join(" and "))
    }

    /// Returns one of its properties.
    pub(super) fn property(&self, key: &str) -> Option<&str> {
        self.sections.get(key).filter(|value| !value.is_empty())
    }

    /// Returns a property of a profile in the same files.
    pub(super) fn property_of(&self, name: &str, key: &str) -> Option<&str> {
        self.sections.get_profile(name)?.get(key).filter(|value| !value.is_empty())
    }

    /// Tells whether the files have a profile.
    pub(super) fn has(&self, name: &str) -> bool {
        self.sections.get_profile(name).is_some()
    }

    /// Tells whether one of its switches is on.
    pub(super) fn is_on(&self, key: &str) -> bool {
        self.property(key).is_some_and(|value| value.eq_ignore_ascii_case("true"))
    }

    /// Returns the endpoint that it names for a service, or else for all of them.
    pub(super) fn endpoint_url(&self, service_id: &str) -> Option<String> {
        if self.is_on("ignore_configured_endpoint_urls") {
            return None;
        }
        let no_environment = Env::from_slice(&[]);
        let value = EnvConfigValue::new()
            .profile("endpoint_url")
            .service_id(service_id)
            .load(&no_environment, Some(&self.sections))
            .map(|(value, _)| value.into_owned());
        value.filter(|value| !value.is_empty())
    }

    /// Tells whether the credentials of a profile come from a login in a browser.
    pub(super) fn uses_sso(&self, name: &str) -> bool {
        ["sso_session", "sso_start_url"].iter().any(|key| self.property_of(name, key).is_some())
    }
}

/// Puts files together for AWS's loader. It insists on at least one: an empty text.
fn files(config: &[PathBuf], credentials: &[PathBuf]) -> EnvConfigFiles {
    let mut files = EnvConfigFiles::builder();
    for path in config {
        files = files.with_file(EnvConfigFileKind::Config, path);
    }
    for path in credentials {
        files = files.with_file(EnvConfigFileKind::Credentials, path);
    }
    files.with_contents(EnvConfigFileKind::Config, "").build()
}

/// Finds the files of one kind. Those of the settings must exist; the one that a
/// variable names need not: pointing it nowhere is how people switch a file off.
fn paths_of(
    settings: &[PathBuf],
    (variable, standard): (&'static str, &str),
    environment: &Environment,
) -> Result<Vec<PathBuf>, Error> {
    let must_exist = !settings.is_empty();
    let mut paths: Vec<_> = settings.iter().map(|path| environment.expand(path)).collect();
    if !must_exist {
        paths.push(environment.expand(Path::new(environment.get(variable).unwrap_or(standard))));
    }
    let mut found = Vec::new();
    for path in paths {
        match std::fs::read(&path) {
            Ok(bytes) if std::str::from_utf8(&bytes).is_ok() => found.push(path),
            Ok(_) => return Err(unreadable(&format!("`{}` is not UTF-8", path.display()))),
            Err(error) if error.kind() == ErrorKind::NotFound && !must_exist => {}
            Err(error) => return Err(unreadable(&format!("`{}`: {error}", path.display()))),
        }
    }
    Ok(found)
}

fn explain(error: &ProfileFileLoadError) -> String {
    let cause = std::error::Error::source(error).map(|cause| format!(": {cause}"));
    one_line(&format!("{error}{}", cause.unwrap_or_default()), LONGEST_REASON)
}

fn unreadable(reason: &str) -> Error {
    let message = format!("the shared files cannot be used: {reason}");
    Error::new(Kind::Credentials, CREDENTIALS, message)
}
