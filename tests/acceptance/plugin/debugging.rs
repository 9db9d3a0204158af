//! `-debug`: a process that a person starts, and that Terraform uses without having started it.

use std::{
    fs,
    io::{self, BufRead as _, BufReader, Read as _},
    os::unix::net::UnixStream,
    path::Path,
    process::{ChildStdout, Command, Stdio},
};

use serde_json::{Value, json};
use tempfile::TempDir;

use super::{Running, poll, signal, toy};
use crate::{
    harness::{PROVIDER, TOY, Workspace},
    versions::{Version, on_every_version},
};

on_every_version!(terraform_uses_the_process_again_and_again);

fn terraform_uses_the_process_again_and_again(version: Version) {
    let mut process = Debugged::start(TOY);
    let run = toy(r#"
        provider "toy" {
          token = "one"
        }

        provider "toy" {
          alias = "two"
          token = "two"
        }

        data "toy_echo" "one" {
          text = "first"
        }

        data "toy_echo" "two" {
          provider = toy.two
          text     = "second"
        }

        output "texts" {
          value = [data.toy_echo.one.text, data.toy_echo.two.text]
        }
        "#)
    .on_version(version);
    let run = attached(run, &process.providers);
    for _ in 0..2 {
        run.apply();
        assert_eq!(run.outputs()["texts"], json!(["first", "second"]));
    }
    assert!(process.ends_after("INT"));
}

#[test]
fn the_line_names_provider_process_and_socket() {
    for (program, address) in [
        (PROVIDER, "registry.terraform.io/imageguard/imageguard"),
        (TOY, "registry.terraform.io/imageguard/toy"),
    ] {
        let mut process = Debugged::start(program);
        let socket = process.socket().to_owned();
        assert_eq!(
            process.providers,
            json!({
                address: {
                    "Protocol": "grpc",
                    "ProtocolVersion": 6,
                    "Pid": process.running.0.id(),
                    "Test": true,
                    "Addr": { "Network": "unix", "String": socket },
                }
            })
        );
        assert!(socket.starts_with(process.folder.path()), "{}", socket.display());
        assert!(process.ends_after("TERM"));
    }
}

/// Terraform connects and closes at once, only to see whether somebody is there.
#[test]
fn a_probe_does_no_harm() {
    let mut process = Debugged::start(TOY);
    for _ in 0..3 {
        drop(UnixStream::connect(process.socket()).unwrap());
    }
    let run = attached(toy("data \"toy_echo\" \"x\" {}\n"), &process.providers);
    run.apply();
    assert!(process.ends_after("INT"));
}

#[test]
fn the_process_outlives_the_shell_that_started_it() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("env");
    let shell = Command::new("sh")
        .args(["-c", "\"$0\" -debug-env-file \"$1\" > /dev/null 2>&1 & echo $!", TOY])
        .arg(&file)
        .output()
        .unwrap();
    let process: u32 = String::from_utf8(shell.stdout).unwrap().trim().parse().unwrap();
    let line = poll("the file is written", || fs::read_to_string(&file).ok());
    let run = attached(toy("data \"toy_echo\" \"x\" {}\n"), &assigned(&line));
    run.apply();
    signal("TERM", process);
    poll("the process ends", || {
        (!Path::new(&format!("/proc/{process}/exe")).exists()).then_some(())
    });
}

#[test]
fn ctrl_c_lets_what_is_in_flight_end_first() {
    let mut process = Debugged::start(TOY);
    let run = toy("data \"toy_echo\" \"x\" {\n  behave = \"wait\"\n  text = \"note\"\n}\n");
    let note = process.folder.path().join("note");
    let run = attached(run, &process.providers);
    let mut plan = Running(run.spawn(&["plan", "-no-color"]));
    poll("the read begins", || note.exists().then_some(()));
    assert!(process.ends_after("INT"));
    assert!(!plan.ended().success());
    let told = io::read_to_string(plan.0.stderr.take().unwrap()).unwrap();
    assert!(told.contains("Interrupted"), "{told}");
}

#[test]
fn another_ctrl_c_does_not_wait_for_who_is_connected() {
    let mut process = Debugged::start(TOY);
    let _connection = UnixStream::connect(process.socket()).unwrap();
    let id = process.running.0.id();
    let ended = poll("the process ends", || {
        signal("INT", id);
        process.running.0.try_wait().unwrap()
    });
    assert_eq!(ended.code(), Some(0));
    assert!(!process.socket().exists());
}

#[test]
fn an_argument_that_is_not_known_is_explained() {
    for (argument, words) in
        [("-version", "Unknown argument `-version`."), ("-debug-env-file", "path")]
    {
        let output = Command::new(PROVIDER).arg(argument).output().unwrap();
        assert_eq!(output.status.code(), Some(1));
        assert_eq!(output.stdout, b"");
        let told = String::from_utf8(output.stderr).unwrap();
        assert!(told.contains(words), "{told}");
    }
}

/// A process started with `-debug`, in a folder whose name needs quoting.
struct Debugged {
    running: Running,
    /// What the line assigns.
    providers: Value,
    folder: TempDir,
    _stdout: BufReader<ChildStdout>,
}

impl Debugged {
    fn start(program: &str) -> Self {
        let folder = tempfile::Builder::new().prefix("it's $a ").tempdir().unwrap();
        let mut command = Command::new(program);
        command.arg("-debug").env_clear().env("TMPDIR", folder.path());
        command.current_dir(folder.path()).stdin(Stdio::null()).stdout(Stdio::piped());
        let mut running = Running(command.spawn().unwrap());
        let mut stdout = BufReader::new(running.0.stdout.take().unwrap());
        let line = stdout
            .by_ref()
            .lines()
            .map(Result::unwrap)
            .find(|line| line.starts_with("TF_REATTACH_PROVIDERS="))
            .unwrap();
        Self { running, providers: assigned(&line), folder, _stdout: stdout }
    }

    fn socket(&self) -> &Path {
        let provider = self.providers.as_object().unwrap().values().next().unwrap();
        Path::new(provider["Addr"]["String"].as_str().unwrap())
    }

    /// Sends a signal, and tells whether the process then ends well and leaves no socket.
    fn ends_after(&mut self, name: &str) -> bool {
        let socket = self.socket().to_owned();
        assert!(socket.exists());
        signal(name, self.running.0.id());
        self.running.ended().code() == Some(0) && !socket.parent().unwrap().exists()
    }
}

/// Hands the variable over, and nothing else: without it the toy would be looked for in a registry.
fn attached(run: Workspace, providers: &Value) -> Workspace {
    let providers = providers.to_string().replace("registry.terraform.io", run.registry());
    run.command_line_settings("").variable("TF_REATTACH_PROVIDERS", providers)
}

/// What a shell makes of the line.
fn assigned(line: &str) -> Value {
    let script = format!("{line}\nprintf %s \"$TF_REATTACH_PROVIDERS\"");
    let output = Command::new("sh").args(["-c", &script]).output().unwrap();
    assert!(output.status.success(), "{line}");
    serde_json::from_slice(&output.stdout).unwrap()
}
