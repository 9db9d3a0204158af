//! Runs and watches the real Terraform, in a folder and an environment of its own.

use std::{
    ffi::{OsStr, OsString},
    fs,
    path::Path,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use imageguard_simulator::{Simulator, alicloud, aws};
use tempfile::TempDir;

use crate::{
    Obstacle,
    figure::{Samples, ms},
};

/// The provider, as cargo has built it for this benchmark.
pub(crate) const PROVIDER: &str = env!("CARGO_BIN_EXE_terraform-provider-imageguard");
/// The plugin layer's own test provider.
const TOY: &str = env!("CARGO_BIN_EXE_terraform-provider-toy");

/// A configuration, and what it takes to plan it.
pub(crate) struct Plan {
    folder: TempDir,
    environment: Vec<(&'static str, OsString)>,
}

impl Plan {
    /// Makes a folder with the configuration; both clouds are the simulator's.
    pub(crate) fn new(configuration: &str, simulator: &Simulator) -> Result<Self, Obstacle> {
        let folder = tempfile::Builder::new().prefix("imageguard-bench-").tempdir()?;
        let settings = folder.path().join("terraform.rc");
        let overrides = [("imageguard", PROVIDER), ("toy", TOY)].map(|(name, program)| {
            let folder = Path::new(program).parent().unwrap_or(Path::new("/")).to_string_lossy();
            format!("    \"imageguard/{name}\" = {}\n", serde_json::Value::from(folder))
        });
        let overrides = overrides.concat();
        fs::write(folder.path().join("main.tf"), configuration)?;
        fs::write(
            &settings,
            format!(
                "provider_installation {{\n  dev_overrides {{\n{overrides}  }}\n  direct {{}}\n}}\n"
            ),
        )?;
        let url = simulator.url();
        let environment = vec![
            ("HOME", folder.path().into()),
            ("TF_CLI_CONFIG_FILE", settings.into()),
            ("AWS_EC2_METADATA_DISABLED", "true".into()),
            ("AWS_ENDPOINT_URL", url.clone().into()),
            ("AWS_ACCESS_KEY_ID", aws::ACCESS_KEY_ID.into()),
            ("AWS_SECRET_ACCESS_KEY", aws::ACCESS_KEY_SECRET.into()),
            ("ALIBABA_CLOUD_ENDPOINT_ECS", url.clone().into()),
            ("ALIBABA_CLOUD_ENDPOINT_STS", url.into()),
            ("ALIBABA_CLOUD_ACCESS_KEY_ID", alicloud::ACCESS_KEY_ID.into()),
            ("ALIBABA_CLOUD_ACCESS_KEY_SECRET", alicloud::ACCESS_KEY_SECRET.into()),
        ];
        Ok(Self { folder, environment })
    }

    /// Plans, and returns how long it took.
    pub(crate) fn time(&self) -> Result<Duration, Obstacle> {
        let start = Instant::now();
        let output = self.command().output()?;
        let duration = start.elapsed();
        if !output.status.success() {
            let text = [output.stdout, output.stderr].concat();
            return Err(
                format!("terraform plan failed:\n{}", String::from_utf8_lossy(&text)).into()
            );
        }
        Ok(duration)
    }

    /// Plans, and returns the most memory that a process of the provider has used, in MiB.
    #[cfg(target_os = "linux")]
    pub(crate) fn peak_memory(&self) -> Result<f64, Obstacle> {
        let mut terraform = self.command().stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
        let provider = fs::canonicalize(PROVIDER)?;
        let mut peak_kib = None;
        let status = loop {
            if let Some(status) = terraform.try_wait()? {
                break status;
            }
            let peaks = processes::children(terraform.id(), &provider);
            peak_kib = peak_kib.max(peaks.into_iter().max());
            std::thread::sleep(Duration::from_millis(1));
        };
        let Some(peak_kib) = peak_kib.filter(|_| status.success()) else {
            return Err("terraform plan failed, or its provider was never seen".into());
        };
        Ok(f64::from(peak_kib) / 1024.0)
    }

    fn command(&self) -> Command {
        let mut command = bare();
        command
            .args(["plan", "-no-color", "-input=false"])
            .current_dir(self.folder.path())
            .envs(self.environment.iter().map(|(name, value)| (name, value)));
        command
    }
}

/// Plans all in turn, round after round, so that what else the machine does strikes all alike;
/// returns the milliseconds of each plan. The first round, which fills caches, does not count.
pub(crate) fn rounds<const N: usize>(
    count: usize,
    plans: [&Plan; N],
) -> Result<[Samples; N], Obstacle> {
    let mut times = [(); N].map(|()| Vec::new());
    for round in 0..=count {
        for (times, plan) in times.iter_mut().zip(plans) {
            let time = ms(plan.time()?);
            times.extend((round > 0).then_some(time));
        }
    }
    Ok(times.map(|times| times.into_iter().collect()))
}

/// Asks Terraform what it calls itself.
pub(crate) fn version() -> Result<String, Obstacle> {
    let output = bare().arg("version").env("HOME", std::env::temp_dir()).output();
    let output = output.map_err(|error| {
        format!(
            "cannot run Terraform ({error}): install Terraform 1.8 or later, or OpenTofu 1.7 or \
             later, so that `terraform` is on the PATH, or name the program in \
             TF_ACC_TERRAFORM_PATH"
        )
    })?;
    let text = String::from_utf8_lossy(&output.stdout);
    Ok(text.lines().next().unwrap_or_default().to_owned())
}

/// Makes a command that knows nothing of the user but the PATH.
fn bare() -> Command {
    let mut command = Command::new(variable("TF_ACC_TERRAFORM_PATH").unwrap_or("terraform".into()));
    command
        .env_clear()
        .env("PATH", variable("PATH").unwrap_or_default())
        .env("CHECKPOINT_DISABLE", "1")
        .stdin(Stdio::null());
    command
}

#[allow(clippy::disallowed_methods, reason = "the only place that reads the environment")]
pub(crate) fn variable(name: impl AsRef<OsStr>) -> Option<OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
}

#[cfg(target_os = "linux")]
mod processes {
    use std::{fs, path::Path};

    /// Returns the peak memory, in KiB, of each child that runs the program.
    pub(super) fn children(parent: u32, program: &Path) -> Vec<u32> {
        let Ok(processes) = fs::read_dir("/proc") else { return Vec::new() };
        // Processes may end at any moment: what cannot be read is left out.
        let peak = |process: &Path| {
            let runs = fs::read_link(process.join("exe")).ok()?;
            let status = fs::read_to_string(process.join("status")).ok()?;
            let number = |name: &str| -> Option<u32> {
                let line = status.lines().find_map(|line| line.strip_prefix(name))?;
                line.split_whitespace().next()?.parse().ok()
            };
            let is_ours = runs == program && number("PPid:")? == parent;
            if is_ours { number("VmHWM:") } else { None }
        };
        processes.filter_map(|process| peak(&process.ok()?.path())).collect()
    }
}
