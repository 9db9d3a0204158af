//! How a plugin process ends: told to, left alone, or not yet.

use std::{fs, path::Path, process::Command};

use super::{COOKIE, Running, poll, signal, socket_folders, toy};
use crate::{
    harness::{Output, TOY, Workspace, errors},
    versions::{Version, on_every_version},
};

on_every_version!(ctrl_c_interrupts_the_read_and_not_the_process);
on_every_version!(the_process_ends_when_terraform_is_killed);

#[test]
fn nothing_is_left_of_the_sockets_after_a_run() {
    let workspace = toy("data \"toy_echo\" \"x\" {}\n");
    workspace.apply();
    assert_eq!(fs::read_dir(workspace.path("tmp")).unwrap().count(), 0);
}

#[test]
fn the_process_ends_at_once_when_told_to() {
    let workspace = toy("data \"toy_echo\" \"x\" {}\n").variable("TF_LOG", "debug");
    let plan = workspace.terraform(&["plan", "-no-color"]);
    assert!(plan.success, "{}", plan.text);
    let log = plan.text;
    assert!(!log.contains("failed to exit gracefully"), "{log}");

    // A status other than 0 would be told as an error.
    assert_eq!(log.matches("told to shut down").count(), 3, "{log}");
    assert_eq!(log.matches("provider: plugin process exited").count(), 3, "{log}");
    assert!(!log.contains("[ERROR] provider: plugin process exited"), "{log}");
}

/// Nobody calls Shutdown then: the connection closes, and that is all.
fn the_process_ends_when_terraform_is_killed(version: Version) {
    let waiting = Waiting::start(version);
    assert!(!socket_folders(&waiting.workspace).is_empty());
    signal("KILL", waiting.terraform.0.id());
    waiting.ends();
}

/// Terraform may be killed before it has connected, too.
#[test]
fn the_process_ends_when_its_parent_is_gone_before_it_connects() {
    let folder = tempfile::TempDir::new().unwrap();
    let launch = "\"$0\" > line & until test -s line; do sleep 0.05; done; echo $!";
    let parent = Command::new("sh")
        .args(["-c", launch, TOY])
        .current_dir(folder.path())
        .env("TF_PLUGIN_MAGIC_COOKIE", COOKIE)
        .output()
        .unwrap();
    let plugin = String::from_utf8(parent.stdout).unwrap().trim().parse().unwrap();
    poll("the plugin is gone", || (!is_alive(plugin)).then_some(()));
}

fn ctrl_c_interrupts_the_read_and_not_the_process(version: Version) {
    let mut waiting = Waiting::start(version);
    // In a terminal the signal reaches the whole process group, the plugin first or last.
    signal("INT", waiting.plugin);
    signal("INT", waiting.terraform.0.id());
    // An answer at all shows that the plugin has lived on.
    let told = errors(&waiting.refused());
    assert!(told.starts_with("Error: Interrupted"), "{told}");
    assert!(told.contains("The operation was interrupted before it was done."), "{told}");
    waiting.ends();
}

#[test]
fn a_plugin_told_to_terminate_still_answers() {
    let mut waiting = Waiting::start(Version::OnThePath);
    signal("TERM", waiting.plugin);
    let told = errors(&waiting.refused());
    assert!(told.starts_with("Error: Interrupted"), "{told}");
    waiting.ends();
}

/// A run of Terraform in which a read never comes back.
struct Waiting {
    workspace: Workspace,
    terraform: Running,
    plugin: u32,
}

impl Waiting {
    fn start(version: Version) -> Self {
        let note = "note";
        let workspace = toy(&format!(
            "data \"toy_echo\" \"x\" {{\n  behave = \"wait\"\n  text = \"{note}\"\n}}\n"
        ))
        .on_version(version);
        let terraform = Running(workspace.spawn(&["plan", "-no-color"]));
        let plugin = poll("the read begins", || {
            fs::read_to_string(workspace.path(note)).ok()?.strip_suffix('\n')?.parse().ok()
        });
        assert!(is_alive(plugin), "this test needs /proc");
        Self { workspace, terraform, plugin }
    }

    /// Waits for Terraform to fail, and returns what it has printed.
    fn refused(&mut self) -> String {
        assert!(!self.terraform.ended().success());
        let child = &mut self.terraform.0;
        let stdout = std::io::read_to_string(child.stdout.take().unwrap()).unwrap();
        let stderr = std::io::read_to_string(child.stderr.take().unwrap()).unwrap();
        Output { success: false, text: stdout + &stderr }.text
    }

    /// Waits for the plugin to end and to take its socket with it.
    fn ends(mut self) {
        self.terraform.ended();
        poll("the plugin is gone", || (!is_alive(self.plugin)).then_some(()));
        assert_eq!(socket_folders(&self.workspace), [] as [&Path; 0]);
    }
}

/// Tells whether a process is there and not just waiting to be buried.
fn is_alive(process: u32) -> bool {
    let state = fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    // The state follows the name, which is in parentheses and may hold anything.
    state.rsplit_once(") ").is_some_and(|(_, rest)| !rest.starts_with(['Z', 'X']))
}
