//! Runs Terraform in a folder and an environment of its own.
//!
//! Of the user's environment only what programs need to start gets through: no home, no settings,
//! no credentials, no proxies.

use std::{
    ffi::{OsStr, OsString},
    fs, io,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use imageguard_simulator::{Cloud, alicloud, aws};
use serde_json::Value;
use tempfile::TempDir;

use crate::{
    organisation::{Person, SIDES},
    prerequisites,
};

/// Variables that are passed on where they are set.
const PASSED_ON: &[&str] = &["PATH", "TMPDIR", "TEMP", "TMP", "SystemRoot"];

/// The way to run Terraform. The folder goes when this is dropped.
pub(crate) struct Terraform {
    program: OsString,
    folder: TempDir,
    environment: Vec<(&'static str, OsString)>,
}

/// A configuration in a folder of its own, with its own state.
pub(crate) struct Configuration<'a> {
    terraform: &'a Terraform,
    folder: PathBuf,
    /// Variables besides those of all runs, which they win over.
    credentials: Vec<(&'static str, OsString)>,
}

/// What a run printed.
pub(crate) struct Output {
    pub(crate) success: bool,
    /// What the process ended with; `None` if it was killed.
    pub(crate) code: Option<i32>,
    /// Standard output, then standard error.
    pub(crate) text: String,
}

impl Terraform {
    /// Prepares a folder in which this provider needs no installation, and both clouds are at `url`.
    pub(crate) fn new(program: OsString, provider: &Path, url: &str) -> io::Result<Self> {
        let folder = tempfile::Builder::new().prefix("imageguard-demo-").tempdir()?;
        let settings = folder.path().join("terraform.rc");
        // Written as JSON text, backslashes of Windows paths are escaped as HCL wants them.
        let provider = Value::from(provider.to_string_lossy());
        fs::write(
            &settings,
            format!(
                "provider_installation {{\n  dev_overrides {{\n    \"imageguard/imageguard\" = \
                 {provider}\n  }}\n  direct {{}}\n}}\n"
            ),
        )?;
        let environment = vec![
            ("TF_CLI_CONFIG_FILE", settings.into()),
            ("AWS_EC2_METADATA_DISABLED", "true".into()),
            ("AWS_ENDPOINT_URL", url.into()),
            ("AWS_ACCESS_KEY_ID", aws::ACCESS_KEY_ID.into()),
            ("AWS_SECRET_ACCESS_KEY", aws::ACCESS_KEY_SECRET.into()),
            ("ALIBABA_CLOUD_ENDPOINT_ECS", url.into()),
            ("ALIBABA_CLOUD_ENDPOINT_RAM", url.into()),
            ("ALIBABA_CLOUD_ENDPOINT_RESOURCEDIRECTORY", url.into()),
            ("ALIBABA_CLOUD_ENDPOINT_RESOURCEMANAGER", url.into()),
            ("ALIBABA_CLOUD_ENDPOINT_STS", url.into()),
            ("ALIBABA_CLOUD_ACCESS_KEY_ID", alicloud::ACCESS_KEY_ID.into()),
            ("ALIBABA_CLOUD_ACCESS_KEY_SECRET", alicloud::ACCESS_KEY_SECRET.into()),
        ];
        Ok(Self { program, folder, environment })
    }

    /// Prepares a configuration in the folder of this name; what is there is kept.
    pub(crate) fn folder(&self, name: &str) -> Configuration<'_> {
        let folder = self.folder.path().join(name);
        Configuration { terraform: self, folder, credentials: Vec::new() }
    }
}

impl Configuration<'_> {
    /// Runs with the keys of this person.
    pub(crate) fn acting_as(mut self, person: Person) -> Self {
        for side in SIDES {
            let key = OsString::from(person.key_id(side));
            let (id, secret) = match side.cloud {
                Cloud::Alicloud => {
                    ("ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_SECRET")
                }
                Cloud::Aws => ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"),
            };
            self.credentials.extend([(id, key.clone()), (secret, key)]);
        }
        self
    }

    /// Writes `main.tf`.
    pub(crate) fn write(&self, text: &str) -> Result<(), String> {
        fs::create_dir_all(&self.folder)
            .and_then(|()| fs::write(self.folder.join("main.tf"), text))
            .map_err(|error| format!("cannot write to `{}`: {error}", self.folder.display()))
    }

    /// Runs Terraform to its end.
    pub(crate) fn run(&self, arguments: &[&str]) -> Result<Output, String> {
        let Terraform { program, folder, environment } = self.terraform;
        let output = command(program, folder.path())
            .args(arguments)
            .current_dir(&self.folder)
            .envs(environment.iter().chain(&self.credentials).map(|(name, value)| (name, value)))
            .output()
            .map_err(|error| format!("cannot run `{}`: {error}", program.to_string_lossy()))?;
        let printed = [output.stdout, output.stderr].concat();
        let text = without_override_warning(&String::from_utf8_lossy(&printed));
        Ok(Output { success: output.status.success(), code: output.status.code(), text })
    }

    /// Returns an output of the latest apply.
    pub(crate) fn output(&self, name: &str) -> Result<Value, String> {
        let output = self.run(&["output", "-json", name])?;
        serde_json::from_str(&output.text).map_err(|_| format!("there is no output `{name}`"))
    }

    /// Returns the state, in Terraform's format for machines.
    pub(crate) fn state(&self) -> Result<Value, String> {
        let shown = self.run(&["show", "-json"])?;
        serde_json::from_str(&shown.text).map_err(|_| "there is no state".to_owned())
    }
}

/// Makes a command that knows as little as possible of the user.
pub(crate) fn command(program: &OsStr, home: &Path) -> Command {
    let passed_on =
        PASSED_ON.iter().filter_map(|name| Some((name, prerequisites::variable(name)?)));
    let mut command = Command::new(program);
    command
        .env_clear()
        .envs(passed_on)
        .env("HOME", home)
        .env("APPDATA", home)
        .env("CHECKPOINT_DISABLE", "1")
        .stdin(Stdio::null());
    command
}

/// Leaves out the warning that the provider is not installed from a registry: every run has it,
/// and it has nothing to do with the story.
fn without_override_warning(text: &str) -> String {
    const START: &str = "Warning: Provider development overrides are in effect";
    const END: &str = "releases.\n";
    let without = text.split_once(START).and_then(|(before, warning)| {
        let (_, after) = warning.split_once(END)?;
        Some(format!("{before}{after}"))
    });
    without.unwrap_or_else(|| text.to_owned())
}
