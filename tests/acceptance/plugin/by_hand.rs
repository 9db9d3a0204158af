//! A launch without Terraform: the handshake, and who may connect.
//!
//! Python makes the certificates and is the client, too: its TLS is OpenSSL's and
//! shares nothing with the provider's own.

use std::{
    fs::{self, File},
    io::{self, Read as _, Write as _},
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    sync::mpsc::channel,
    thread,
};

use tempfile::TempDir;

use super::{COOKIE, PATIENCE, Running, poll};
use crate::{
    harness::{PROVIDER, ROOT, TOY},
    python,
};

const MAGIC_COOKIE: &str = "TF_PLUGIN_MAGIC_COOKIE";

#[test]
fn without_terraform_a_plugin_explains_itself() {
    for program in [TOY, PROVIDER] {
        for cookie in ["", "something else"] {
            let output = launch(program).env(MAGIC_COOKIE, cookie).output().unwrap();
            assert_eq!(output.status.code(), Some(1));
            assert_eq!(output.stdout, b"");
            let told = String::from_utf8(output.stderr).unwrap();
            assert!(told.starts_with("This is a Terraform plugin."), "{told}");
            assert_eq!(told.lines().count(), 1, "{told}");
        }
    }
}

#[test]
fn a_certificate_that_cannot_be_read_ends_the_launch() {
    let mut command = launch(TOY);
    command.env(MAGIC_COOKIE, COOKIE).env("PLUGIN_CLIENT_CERT", "no certificate");
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(output.stdout, b"");
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(told.contains("PLUGIN_CLIENT_CERT"), "{told}");
}

#[test]
fn stdout_has_the_handshake_line_and_nothing_else() {
    let folder = TempDir::new().unwrap();
    let mut plugin = Plugin::start(folder.path(), &[]);
    let fields: Vec<_> = plugin.line.split('|').collect();
    let [core, app, network, address, protocol, certificate] = fields[..] else {
        panic!("{} has not six fields", plugin.line)
    };
    assert_eq!([core, app, network, protocol, certificate], ["1", "6", "unix", "grpc", ""]);
    let socket = Path::new(address);
    assert!(socket.is_absolute() && socket.starts_with(folder.path()), "{address}");
    // Terraform has seen the end of stdout by now, and the plugin serves on.
    assert!(plugin.process.is_alive());
    std::os::unix::net::UnixStream::connect(socket).unwrap();
    assert_eq!(plugin.told(), "");
}

#[test]
fn the_seventh_field_comes_only_when_asked_for() {
    let folder = TempDir::new().unwrap();
    let plugin = Plugin::start(folder.path(), &[("PLUGIN_MULTIPLEX_GRPC", "true")]);
    assert_eq!(plugin.line.split('|').skip(4).collect::<Vec<_>>(), ["grpc", "", "false"]);
}

/// The control for the refusals below: the same client, with the right certificate.
#[test]
fn the_right_certificate_connects_over_h2() {
    let folder = TempDir::new().unwrap();
    let right = Certificate::make(folder.path(), "right");
    let session = Plugin::with_tls(folder.path(), &right).connect(Some(&right));
    assert!(session.is_served, "{}", session.text);
    // Our own certificate is all the client trusts, and it asks for the name that Go asks for.
    assert_eq!(session.alpn.as_deref(), Some("h2"), "{}", session.text);
}

#[test]
fn no_certificate_is_refused() {
    let folder = TempDir::new().unwrap();
    let right = Certificate::make(folder.path(), "right");
    let mut plugin = Plugin::with_tls(folder.path(), &right);
    let session = plugin.connect(None);
    assert!(!session.is_served, "{}", session.text);
    plugin.says("peer sent no certificates");
    assert!(plugin.process.is_alive());
}

#[test]
fn another_p521_certificate_is_refused() {
    let folder = TempDir::new().unwrap();
    let right = Certificate::make(folder.path(), "right");
    let other = Certificate::make(folder.path(), "other");
    let plugin = Plugin::with_tls(folder.path(), &right);
    let session = plugin.connect(Some(&other));
    assert!(!session.is_served, "{}", session.text);
    plugin.says("invalid peer certificate");
    // The right one still gets in.
    assert!(plugin.connect(Some(&right)).is_served);
}

#[test]
fn plain_http_is_refused_where_tls_is_meant() {
    let folder = TempDir::new().unwrap();
    let right = Certificate::make(folder.path(), "right");
    let mut plugin = Plugin::with_tls(folder.path(), &right);
    let mut stream = std::os::unix::net::UnixStream::connect(plugin.socket()).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream.write_all(PREFACE).unwrap();
    let mut answer = Vec::new();
    if let Err(error) = stream.read_to_end(&mut answer) {
        assert_eq!(error.kind(), io::ErrorKind::ConnectionReset);
    }
    // At most an alert of TLS: type 21.
    assert!(answer.first().is_none_or(|first| *first == 21), "{answer:?}");
    assert!(plugin.process.is_alive());
}

/// What an HTTP/2 client says first: the preface and an empty SETTINGS frame.
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";

/// The toy, launched as Terraform would.
struct Plugin {
    process: Running,
    /// The handshake line.
    line: String,
    log: PathBuf,
}

/// What became of a connection.
struct Session {
    /// Whether the server took part in HTTP/2.
    is_served: bool,
    /// The protocol that the server chose.
    alpn: Option<String>,
    /// How the connection ended.
    text: String,
}

impl Plugin {
    fn start(folder: &Path, variables: &[(&str, &str)]) -> Self {
        let log = folder.join("stderr");
        let mut command = launch(TOY);
        command.env(MAGIC_COOKIE, COOKIE).env("TMPDIR", folder).envs(variables.iter().copied());
        command.stdout(Stdio::piped()).stderr(File::create(&log).unwrap());
        let mut process = Running(command.spawn().unwrap());
        // The plugin gives stdout away after the line, so that this does not block.
        let stdout = process.0.stdout.take().unwrap();
        let printed = String::from_utf8(read_to_end(stdout)).unwrap();
        let line = printed.strip_suffix('\n').unwrap_or_else(|| panic!("no line: {printed:?}"));
        assert!(!line.contains('\n'), "{line}");
        Self { line: line.to_owned(), process, log }
    }

    fn with_tls(folder: &Path, client: &Certificate) -> Self {
        let pem = fs::read_to_string(&client.certificate).unwrap();
        Self::start(folder, &[("PLUGIN_CLIENT_CERT", &pem)])
    }

    fn socket(&self) -> &Path {
        Path::new(self.line.split('|').nth(3).unwrap())
    }

    /// Returns what the plugin has written to stderr.
    fn told(&self) -> String {
        fs::read_to_string(&self.log).unwrap()
    }

    /// Waits for a text on stderr. What the client gets to read of the refusal depends on whether
    /// it was still writing when the connection closed.
    fn says(&self, text: &str) {
        poll(text, || self.told().contains(text).then_some(()));
    }

    /// Connects as Terraform does and speaks some HTTP/2.
    fn connect(&self, client: Option<&Certificate>) -> Session {
        let certificate = self.line.split('|').nth(5).unwrap();
        assert!(!certificate.contains('='), "{certificate}");
        let mut command = python_script("client.py");
        command.arg(self.socket()).arg(certificate);
        if let Some(client) = client {
            command.args([&client.certificate, &client.key]);
        }
        let told: serde_json::Value = serde_json::from_slice(&output_of(command)).unwrap();
        Session {
            is_served: told["served"].as_bool().unwrap(),
            alpn: told["alpn"].as_str().map(str::to_owned),
            text: told["error"].as_str().unwrap_or_default().to_owned(),
        }
    }
}

/// A certificate like Terraform's, self-signed and P-521, with its key.
struct Certificate {
    certificate: PathBuf,
    key: PathBuf,
}

impl Certificate {
    fn make(folder: &Path, name: &str) -> Self {
        let made = Self {
            certificate: folder.join(format!("{name}.pem")),
            key: folder.join(format!("{name}.key")),
        };
        let mut command = python_script("certificate.py");
        command.args([&made.certificate, &made.key]);
        output_of(command);
        made
    }
}

fn launch(program: &str) -> Command {
    let mut command = Command::new(program);
    command.env_clear().stdin(Stdio::null());
    command
}

/// A script beside this file.
fn python_script(name: &str) -> Command {
    let mut command = Command::new(python::interpreter());
    command.arg(Path::new(ROOT).join("tests/acceptance/plugin").join(name));
    command.env_clear().stdin(Stdio::null());
    command
}

/// Runs a script that must succeed, and returns what it prints.
fn output_of(mut command: Command) -> Vec<u8> {
    let Output { status, stdout, stderr } = command.output().unwrap();
    assert!(status.success(), "{}", String::from_utf8_lossy(&stderr));
    stdout
}

/// Reads until the end, which must come soon.
fn read_to_end(mut from: impl io::Read + Send + 'static) -> Vec<u8> {
    let (sender, receiver) = channel();
    thread::spawn(move || {
        let mut read = Vec::new();
        let _ =
            from.read_to_end(&mut read).and_then(|_| sender.send(read).map_err(io::Error::other));
    });
    receiver.recv_timeout(PATIENCE).expect("stdout ends after the handshake line")
}
