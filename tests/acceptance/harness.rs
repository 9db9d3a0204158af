//! Runs the real Terraform in a folder of its own.
//!
//! The environment is empty but for what a run is given, so nothing of the
//! machine leaks in: no home, no credentials, no proxies, no plugin cache.
//! `KEEP=1` keeps the folders and says where they are.

use std::{
    collections::BTreeMap,
    ffi::OsString,
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::{self, Child, Command, Stdio},
};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::versions::Version;

/// The provider, built by cargo for these tests.
pub(crate) const PROVIDER: &str = env!("CARGO_BIN_EXE_terraform-provider-imageguard");
/// The plugin layer's own test provider.
pub(crate) const TOY: &str = env!("CARGO_BIN_EXE_terraform-provider-toy");
/// The repository.
pub(crate) const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// A folder with a configuration, and the program and environment to run it with.
pub(crate) struct Workspace {
    folder: TempDir,
    program: OsString,
    environment: BTreeMap<OsString, OsString>,
}

/// What a command printed.
#[derive(Debug)]
pub(crate) struct Output {
    /// Whether it exited with 0.
    pub(crate) success: bool,
    /// Standard output and error, one after the other.
    pub(crate) text: String,
}

impl From<process::Output> for Output {
    fn from(output: process::Output) -> Self {
        let mut text = String::from_utf8(output.stdout).unwrap();
        text += &String::from_utf8(output.stderr).unwrap();
        Self { success: output.status.success(), text }
    }
}

impl Workspace {
    /// Makes a folder with `main.tf`; both providers are overridden to the ones
    /// cargo has built, so no `terraform init` is needed.
    pub(crate) fn new(configuration: &str) -> Self {
        let mut builder = tempfile::Builder::new();
        builder.prefix("imageguard-acceptance-");
        builder.disable_cleanup(std::env::var_os("KEEP").is_some());
        let folder = builder.tempdir().unwrap();
        if std::env::var_os("KEEP").is_some() {
            eprintln!("kept {}", folder.path().display());
        }
        let workspace = Self { folder, program: program(), environment: BTreeMap::new() }
            .variable("PATH", std::env::var_os("PATH").unwrap_or_default())
            .variable("CHECKPOINT_DISABLE", "1")
            .variable("AWS_EC2_METADATA_DISABLED", "true")
            .variable("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "true");
        workspace.write("main.tf", configuration);
        let overrides = Path::new(PROVIDER).parent().unwrap().display();
        workspace.command_line_settings(&format!(
            "provider_installation {{\n  dev_overrides {{\n    \"imageguard/imageguard\" = \"{overrides}\"\n    \
             \"imageguard/toy\" = \"{overrides}\"\n  }}\n  direct {{}}\n}}\n"
        ))
    }

    /// Makes a folder with one of the repository's examples.
    pub(crate) fn example(name: &str) -> Self {
        let file = Path::new(ROOT).join("examples").join(name);
        let text = fs::read_to_string(&file)
            .unwrap_or_else(|error| panic!("cannot read {}: {error}", file.display()));
        Self::new(&text)
    }

    /// Chooses the version of Terraform.
    pub(crate) fn on_version(mut self, version: Version) -> Self {
        self.program = version.program();
        self
    }

    /// Makes a folder with an example that has modules of its own, and installs those.
    pub(crate) fn example_with_modules(name: &str) -> Self {
        let workspace = Self::example(&format!("{name}/main.tf"));
        for entry in fs::read_dir(Path::new(ROOT).join("examples").join(name)).unwrap() {
            let module = entry.unwrap();
            if module.path().is_dir() {
                let text = fs::read_to_string(module.path().join("main.tf")).unwrap();
                workspace.write(&format!("{}/main.tf", module.file_name().display()), &text);
            }
        }
        let installed = workspace.terraform(&["get"]);
        assert!(installed.success, "{}", installed.text);
        workspace
    }

    /// Sets an environment variable.
    pub(crate) fn variable(mut self, name: &str, value: impl Into<OsString>) -> Self {
        self.environment.insert(name.into(), value.into());
        self
    }

    /// Replaces the CLI configuration.
    pub(crate) fn command_line_settings(self, text: &str) -> Self {
        let file = self.write("terraform.rc", text);
        let home = self.path("home");
        fs::create_dir_all(&home).unwrap();
        self.variable("TF_CLI_CONFIG_FILE", file).variable("HOME", home)
    }

    /// Returns a path in the folder.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file in the folder, with the folders above it.
    pub(crate) fn write(&self, name: &str, text: &str) -> PathBuf {
        let file = self.path(name);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, text).unwrap();
        file
    }

    /// Runs Terraform to its end.
    pub(crate) fn terraform(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap_or_else(|error| no_terraform(&error)).into()
    }

    /// Runs Terraform to its end, with a text on its standard input.
    pub(crate) fn answered(&self, input: &str, arguments: &[&str]) -> Output {
        let mut command = self.command(arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap_or_else(|error| no_terraform(&error));
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        child.wait_with_output().unwrap().into()
    }

    /// Starts Terraform without waiting.
    pub(crate) fn spawn(&self, arguments: &[&str]) -> Child {
        let mut command = self.command(arguments);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        command.spawn().unwrap_or_else(|error| no_terraform(&error))
    }

    /// Applies, and shows that another plan is empty.
    pub(crate) fn apply(&self) -> Output {
        let applied = self.terraform(&["apply", "-auto-approve", "-no-color"]);
        assert!(applied.success, "apply failed:\n{}", applied.text);
        let plan = self.terraform(&["plan", "-detailed-exitcode", "-no-color"]);
        assert!(plan.success, "the plan after the apply is not empty:\n{}", plan.text);
        applied
    }

    /// Plans what must fail, and returns the errors without box drawing and wrapping.
    pub(crate) fn refused(&self) -> String {
        let plan = self.terraform(&["plan", "-no-color"]);
        assert!(!plan.success, "the plan succeeded:\n{}", plan.text);
        errors(&plan.text)
    }

    /// Applies what must fail, and returns the errors without box drawing and wrapping.
    pub(crate) fn apply_refused(&self) -> String {
        let applied = self.terraform(&["apply", "-auto-approve", "-no-color"]);
        assert!(!applied.success, "the apply succeeded:\n{}", applied.text);
        errors(&applied.text)
    }

    /// Plans, keeps the plan as the file `plan`, and returns what it would do.
    pub(crate) fn planned(&self) -> Planned {
        let plan = self.terraform(&["plan", "-no-color", "-out=plan"]);
        assert!(plan.success, "the plan failed:\n{}", plan.text);
        let shown = self.terraform(&["show", "-json", "plan"]);
        let shown: Value = serde_json::from_str(&shown.text).unwrap();
        let changes = shown["resource_changes"].as_array().cloned().unwrap_or_default();
        let changes = changes.into_iter().map(|change| {
            (change["address"].as_str().unwrap().to_owned(), change["change"].clone())
        });
        Planned { text: plan.text, changes: changes.collect() }
    }

    /// Applies the plan that [`planned`](Self::planned) has kept.
    pub(crate) fn apply_plan(&self) {
        let applied = self.terraform(&["apply", "-no-color", "plan"]);
        assert!(applied.success, "apply failed:\n{}", applied.text);
    }

    /// Returns the addresses of all resources that there are, data sources aside.
    pub(crate) fn resources(&self) -> Vec<String> {
        let list = self.terraform(&["state", "list", "-no-color"]);
        assert!(list.success, "{}", list.text);
        let is_read = |address: &str| address.starts_with("data.") || address.contains(".data.");
        list.text.lines().filter(|address| !is_read(address)).map(str::to_owned).collect()
    }

    /// Returns the stored object of an address: attributes, and whether it is tainted.
    pub(crate) fn stored(&self, address: &str) -> Option<(Value, bool)> {
        let state = self.terraform(&["show", "-json"]);
        let state: Value = serde_json::from_str(&state.text).unwrap();
        let resources = state["values"]["root_module"]["resources"].as_array()?.clone();
        let resource = resources.into_iter().find(|resource| resource["address"] == address)?;
        Some((resource["values"].clone(), resource["tainted"] == true))
    }

    /// Returns the outputs of the latest apply.
    pub(crate) fn outputs(&self) -> Value {
        let output = self.terraform(&["output", "-json"]);
        assert!(output.success, "{}", output.text);
        let outputs: BTreeMap<String, Value> = serde_json::from_str(&output.text).unwrap();
        outputs.into_iter().map(|(name, output)| (name, output["value"].clone())).collect()
    }

    /// Returns the host that an address such as `imageguard/toy` leaves out: OpenTofu has its own.
    pub(crate) fn registry(&self) -> &'static str {
        let is_tofu = self.terraform(&["version"]).text.contains("OpenTofu");
        if is_tofu { "registry.opentofu.org" } else { "registry.terraform.io" }
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        command
            .args(arguments)
            .current_dir(self.folder.path())
            .env_clear()
            .envs(&self.environment)
            .stdin(Stdio::null());
        command
    }
}

/// What a plan would do.
pub(crate) struct Planned {
    /// What the command printed.
    pub(crate) text: String,
    /// By address; as `terraform show -json` has them.
    changes: BTreeMap<String, Value>,
}

impl Planned {
    /// What would be done to one object, such as `delete` and `create`.
    pub(crate) fn actions(&self, address: &str) -> &Value {
        &self.change(address)["actions"]
    }

    pub(crate) fn change(&self, address: &str) -> &Value {
        self.changes.get(address).unwrap_or_else(|| panic!("{address}:\n{}", self.text))
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.changes.values().all(|change| change["actions"] == json!(["no-op"]))
    }
}

/// The program to run: the one that is named, else Terraform, else OpenTofu.
pub(crate) fn program() -> OsString {
    let named = std::env::var_os("TF_ACC_TERRAFORM_PATH");
    let path = std::env::var_os("PATH").unwrap_or_default();
    let is_there =
        |name: &str| std::env::split_paths(&path).any(|folder| folder.join(name).exists());
    named.unwrap_or_else(|| {
        let only_tofu = !is_there("terraform") && is_there("tofu");
        if only_tofu { "tofu" } else { "terraform" }.into()
    })
}

fn no_terraform(error: &std::io::Error) -> ! {
    panic!(
        "cannot run Terraform ({error}): install Terraform 1.8 or later, or OpenTofu 1.7 or \
         later, so that `terraform` is on the PATH, or name the program in TF_ACC_TERRAFORM_PATH"
    )
}

/// Keeps the error boxes of Terraform's output, without their frames.
pub(crate) fn errors(text: &str) -> String {
    let start = text.find("Error: ").unwrap_or(0);
    let lines = text[start..].lines().map(|line| line.trim_start_matches(['│', '╷', '╵']).trim());
    lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}

/// Joins wrapped lines, so that a sentence can be looked for.
pub(crate) fn unwrapped(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
