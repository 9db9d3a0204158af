//! What must be there before the story: a Terraform, and the provider built from this checkout.

use std::{
    env::consts::EXE_SUFFIX,
    ffi::{OsStr, OsString},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use crate::terraform;

const NO_TERRAFORM: &str = "this demo needs Terraform 1.8 or OpenTofu 1.7, or later: install one \
    from https://developer.hashicorp.com/terraform/install or https://opentofu.org/docs/intro/install \
    so that `terraform` or `tofu` is on the PATH, or name the program in TF_ACC_TERRAFORM_PATH";

/// Finds Terraform, or else OpenTofu; returns the program and what it calls itself.
///
/// # Errors
///
/// Neither is there, or the one that is named does not run.
pub(crate) fn find_terraform() -> Result<(OsString, String), String> {
    if let Some(program) = variable("TF_ACC_TERRAFORM_PATH") {
        let version = version(&program).ok_or_else(|| {
            let name = program.to_string_lossy();
            format!("TF_ACC_TERRAFORM_PATH names `{name}`, which does not run; {NO_TERRAFORM}")
        })?;
        // It runs in other folders; a bare name is looked up on the PATH.
        let is_path = Path::new(&program).components().count() > 1;
        let program =
            std::path::absolute(&program).ok().filter(|_| is_path).map_or(program, Into::into);
        return Ok((program, version));
    }
    ["terraform", "tofu"]
        .into_iter()
        .find_map(|name| Some((name.into(), version(name.as_ref())?)))
        .ok_or_else(|| NO_TERRAFORM.to_owned())
}

/// Asks a program for its version, such as `Terraform v1.11.4`.
fn version(program: &OsStr) -> Option<String> {
    let mut command = terraform::command(program, &std::env::temp_dir());
    let output = command.arg("version").output().ok().filter(|output| output.status.success())?;
    let text = String::from_utf8_lossy(&output.stdout);
    let line = text.lines().find(|line| line.starts_with(char::is_alphabetic));
    line.map(str::to_owned)
}

/// Builds the provider with cargo, which shows its progress; returns the folder it is in.
///
/// # Errors
///
/// The build fails.
pub(crate) fn build_provider() -> Result<PathBuf, String> {
    const NAME: &str = "terraform-provider-imageguard";
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.toml");
    let mut cargo = Command::new(variable("CARGO").unwrap_or("cargo".into()));
    // What cargo tells a program about its package would make build scripts run again.
    for (name, _) in std::env::vars_os() {
        if ["CARGO_PKG_", "CARGO_MANIFEST_"].iter().any(|prefix| is_prefix(prefix, &name)) {
            cargo.env_remove(name);
        }
    }
    let output = cargo
        .args(["build", "--package", NAME, "--bin", NAME, "--manifest-path", manifest])
        .arg("--message-format=json-render-diagnostics")
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| format!("cannot run cargo: {error}"))?;
    if !output.status.success() {
        return Err("the provider does not build; cargo said why".to_owned());
    }
    // One JSON object a line; the program's is the one with its path.
    let messages = output.stdout.split(|byte| *byte == b'\n');
    let mut executables = messages.filter_map(|message| {
        let message: serde_json::Value = serde_json::from_slice(message).ok()?;
        Some(PathBuf::from(message.get("executable")?.as_str()?))
    });
    executables
        .rfind(|path| path.ends_with(format!("{NAME}{EXE_SUFFIX}")))
        .and_then(|path| path.parent().map(Into::into))
        .ok_or_else(|| format!("cargo built `{NAME}` but did not tell where it is"))
}

fn is_prefix(prefix: &str, name: &OsStr) -> bool {
    name.to_str().is_some_and(|name| name.starts_with(prefix))
}

/// Looks up a variable of the user's environment.
#[allow(clippy::disallowed_methods, reason = "the only place that reads the environment")]
pub(crate) fn variable(name: &str) -> Option<OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
}
