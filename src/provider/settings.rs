//! Reading the attributes of one cloud's object, and collecting what is wrong with them.

use std::time::Duration;

use crate::{
    cloud::{Endpoint, Environment, HttpSettings, Secret, is_region_name},
    plugin::{Attr, Diagnostic, Diagnostics, Path, read_span},
};

const DEFAULT_MAX_RETRIES: u32 = 9;
const MOST_RETRIES: u32 = 100;
const DEFAULT_REQUEST_TIMEOUT: Duration = Duration::from_secs(60);

/// Reads the attributes of one cloud's object and collects what is wrong.
pub(super) struct Block {
    name: &'static str,
    /// The object in it that is being read, if any.
    object: Option<&'static str>,
    /// Wrong whatever the rest turns out to be.
    pub(super) faults: Diagnostics,
    /// Not known yet, or wrong in the environment: an error only once this cloud is used.
    pub(super) obstacles: Diagnostics,
    pub(super) region_is_unknown: bool,
}

impl Block {
    pub(super) fn new(name: &'static str) -> Self {
        Self {
            name,
            object: None,
            faults: Diagnostics::new(),
            obstacles: Diagnostics::new(),
            region_is_unknown: false,
        }
    }

    pub(super) fn path(&self, attribute: &str) -> Path {
        let block = Path::root(self.name);
        self.object.into_iter().fold(block, Path::attribute).attribute(attribute)
    }

    /// Reads an object in the block, if there is one; its attributes are told with its name.
    pub(super) fn object<Model, T>(
        &mut self,
        name: &'static str,
        value: &Attr<Model>,
        read: impl FnOnce(&mut Self, &Model) -> T,
    ) -> Option<T> {
        let model = self.known(name, value)?;
        self.object = Some(name);
        let result = read(self, model);
        self.object = None;
        Some(result)
    }

    pub(super) fn fault(&mut self, attribute: &str, diagnostic: Diagnostic) {
        let path = self.path(attribute);
        self.faults.push(diagnostic.at(path));
    }

    pub(super) fn known<'a, T>(&mut self, attribute: &str, value: &'a Attr<T>) -> Option<&'a T> {
        let path = self.path(attribute);
        self.known_at(path, value)
    }

    /// As [`known`](Self::known), of an attribute further inside.
    pub(super) fn known_at<'a, T>(&mut self, path: Path, value: &'a Attr<T>) -> Option<&'a T> {
        if value.is_unknown() {
            self.obstacles.push(unknown(path));
        }
        value.known()
    }

    pub(super) fn text(&mut self, attribute: &str, value: &Attr<String>) -> Option<String> {
        let text = self.known(attribute, value)?;
        self.refuse_empty(attribute, text);
        Some(text.clone())
    }

    pub(super) fn secret(&mut self, attribute: &str, value: &Attr<Secret>) -> Option<Secret> {
        let secret = self.known(attribute, value)?;
        self.refuse_empty(attribute, secret.reveal());
        Some(secret.clone())
    }

    /// An unknown region matters only to a type that has none of its own.
    pub(super) fn region(&mut self, value: &Attr<String>) -> Option<String> {
        self.region_is_unknown = value.is_unknown();
        let region = value.known()?;
        if !is_region_name(region) {
            let detail = format!(
                "`{}` is not the name of a region. Write one such as `eu-central-1` or \
                 `cn-hangzhou`, or leave `region` out (or `null`) to use the environment.",
                region.escape_debug()
            );
            self.fault("region", Diagnostic::error("Invalid Region", detail));
        }
        Some(region.clone())
    }

    pub(super) fn paths(
        &mut self,
        attribute: &str,
        value: &Attr<Vec<String>>,
    ) -> Vec<std::path::PathBuf> {
        let Some(paths) = self.known(attribute, value) else { return Vec::new() };
        if paths.is_empty() || paths.iter().any(String::is_empty) {
            self.refuse_empty(attribute, "");
        }
        paths.iter().map(Into::into).collect()
    }

    /// Refuses keys that are not given whole: half of them are never completed by those of the
    /// environment, which may be of another account. Takes names, and whether they are set.
    pub(super) fn refuse_half_keys(&mut self, [key, secret, token]: [(&str, bool); 3]) {
        let (given, missing) = match (key, secret, token) {
            ((key, true), (secret, false), _) => (key, secret),
            ((key, false), (secret, true), _) => (secret, key),
            ((key, false), (_, false), (token, true)) => (token, key),
            _ => return,
        };
        let detail = format!(
            "`{given}` is set without `{missing}`. Set both, or none to use the environment or a \
             profile."
        );
        self.fault(given, Diagnostic::error("Incomplete Keys", detail));
    }

    pub(super) fn endpoint(&mut self, service: &str, value: &Attr<String>) -> Option<Endpoint> {
        let path = self.path("endpoints").attribute(service);
        if value.is_unknown() {
            self.obstacles.push(unknown(path.clone()));
        }
        let text = value.known()?;
        Endpoint::parse(text)
            .map_err(|error| {
                // A URL with a user may hold a password.
                let shown = if text.contains('@') { "The value" } else { &*format!("`{text}`") };
                let detail = format!(
                    "{shown} is no endpoint: {error}. Write a host such as `ecs.example.com`, or \
                     a URL such as `https://ecs.example.com:8443`."
                );
                self.faults.push(Diagnostic::error("Invalid Endpoint", detail).at(path));
            })
            .ok()
    }

    pub(super) fn http(&mut self, ca_bundle: &Attr<String>) -> HttpSettings {
        let settings = self.text("ca_bundle", ca_bundle).and_then(|file| {
            trusting(&file).map_err(|problem| self.fault("ca_bundle", problem)).ok()
        });
        settings.unwrap_or_default()
    }

    /// As [`http`](Self::http), with a variable that takes the place of the attribute.
    pub(super) fn http_or(
        &mut self,
        ca_bundle: &Attr<String>,
        environment: &Environment,
        variable: &str,
    ) -> HttpSettings {
        match environment.get(variable) {
            Some(file) if ca_bundle.is_null() => {
                let settings = trusting(file).map_err(|mut problem| {
                    problem.detail = format!("The variable `{variable}`: {}", problem.detail);
                    self.obstacles.push(problem);
                });
                settings.unwrap_or_default()
            }
            _ => self.http(ca_bundle),
        }
    }

    pub(super) fn max_retries(&mut self, value: &Attr<i64>) -> u32 {
        let Some(given) = self.known("max_retries", value) else { return DEFAULT_MAX_RETRIES };
        let retries = u32::try_from(*given).ok().filter(|retries| *retries <= MOST_RETRIES);
        retries.unwrap_or_else(|| {
            let detail =
                format!("`{given}` is out of range. Write a number from 0 to {MOST_RETRIES}.");
            self.fault("max_retries", Diagnostic::error("Invalid Number Of Retries", detail));
            DEFAULT_MAX_RETRIES
        })
    }

    pub(super) fn request_timeout(&mut self, value: &Attr<String>) -> Duration {
        let path = self.path("request_timeout");
        self.known("request_timeout", value)
            .and_then(|text| read_span(text, path, &mut self.faults))
            .and_then(|span| span.duration().try_into().ok())
            .unwrap_or(DEFAULT_REQUEST_TIMEOUT)
    }

    fn refuse_empty(&mut self, attribute: &str, text: &str) {
        if text.is_empty() {
            let detail = format!(
                "`{attribute}` is empty. Give it a value, or leave it out (or `null`) to \
                 use the environment."
            );
            self.fault(attribute, Diagnostic::error("Empty Value", detail));
        }
    }
}

pub(super) fn unknown(path: Path) -> Diagnostic {
    let detail = format!(
        "`{path}` in the provider block is only known after apply, but is needed to read now. \
         Give it a value that is known when planning, or apply what it depends on first, with \
         `-target`."
    );
    Diagnostic::error("Unknown Provider Setting", detail)
}

/// Trusts the certificates of a PEM file.
fn trusting(file: &str) -> Result<HttpSettings, Diagnostic> {
    HttpSettings::trusting(file).map_err(|why| {
        let detail = format!(
            "`{file}` cannot be used: {why}. Name a file with root certificates in PEM, each \
             between the lines BEGIN CERTIFICATE and END CERTIFICATE."
        );
        Diagnostic::error("Unusable CA Bundle", detail)
    })
}
