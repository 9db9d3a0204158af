//! The plugin layer under the real Terraform, with a provider that only echoes.
//!
//! `values` sends values there and back, `messages` looks at what a practitioner
//! is told, `ending` at how the process ends, `by_hand` at what a launch without
//! Terraform shows: the handshake, and who may connect; `debugging` starts the
//! process first and Terraform later. `things` and `functions` do what their names say.

mod by_hand;
mod debugging;
mod ending;
mod functions;
mod messages;
mod things;
mod values;

use std::{
    fs,
    path::PathBuf,
    process::{Child, Command, ExitStatus},
    thread,
    time::{Duration, Instant},
};

use crate::harness::Workspace;

/// What Terraform puts into `TF_PLUGIN_MAGIC_COOKIE`.
const COOKIE: &str = "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2";
/// How long anything may take that should take a moment.
const PATIENCE: Duration = Duration::from_secs(10);
/// The lines that [`toy`] puts in front of a configuration.
const LINES_BEFORE: usize = 5;

/// Makes a folder for a configuration that uses the toy, with a place for sockets.
pub(crate) fn toy(configuration: &str) -> Workspace {
    let requirement = "terraform {\n  required_providers {\n    toy = { source = \
                       \"imageguard/toy\" }\n  }\n}\n";
    assert_eq!(requirement.lines().count(), LINES_BEFORE);
    let workspace = Workspace::new(&format!("{requirement}{configuration}"));
    let sockets = workspace.path("tmp");
    fs::create_dir(&sockets).unwrap();
    workspace.variable("TMPDIR", sockets)
}

/// Lists the folders that plugins have made for their sockets.
fn socket_folders(workspace: &Workspace) -> Vec<PathBuf> {
    let entries = fs::read_dir(workspace.path("tmp")).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    paths.filter(|path| path.join("plugin.sock").exists()).collect()
}

/// A process that does not outlive the test.
struct Running(Child);

impl Running {
    /// Waits until the process has ended by itself.
    fn ended(&mut self) -> ExitStatus {
        poll("the process ends", || self.0.try_wait().unwrap())
    }

    fn is_alive(&mut self) -> bool {
        self.0.try_wait().unwrap().is_none()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It has ended already, unless the test has failed.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Looks again and again until there is something to see.
fn poll<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let start = Instant::now();
    loop {
        if let Some(seen) = look() {
            return seen;
        }
        assert!(start.elapsed() < PATIENCE, "waited in vain: {what}");
        thread::sleep(Duration::from_millis(10));
    }
}

/// Sends a signal such as `INT`.
fn signal(name: &str, process: u32) {
    let kill = format!("kill -{name} {process}");
    assert!(Command::new("sh").args(["-c", &kill]).status().unwrap().success(), "{kill}");
}
