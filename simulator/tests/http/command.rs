//! The binary.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Output, Stdio};

use crate::client::exchange;

fn command() -> Command {
    Command::new(env!("CARGO_BIN_EXE_imageguard-simulator"))
}

fn refused(arguments: &[&str]) -> String {
    let Output { status, stdout, stderr } = command().args(arguments).output().unwrap();
    assert!(!status.success() && stdout.is_empty());
    String::from_utf8(stderr).unwrap()
}

/// A running binary, killed when the test is over.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn it_says_where_it_listens_and_prints_requests() {
    let child = command().stdout(Stdio::piped()).spawn().unwrap();
    let mut running = Running(child);
    let mut output = BufReader::new(running.0.stdout.take().unwrap());
    let mut line = String::new();
    output.read_line(&mut line).unwrap();
    let endpoint = line.trim_end().strip_prefix("listening on http://").unwrap().to_owned();
    let form = [("content-type".to_owned(), "application/x-www-form-urlencoded".to_owned())];
    exchange(&endpoint, "POST", "/", &form, b"Action=DescribeRegions").unwrap();
    line.clear();
    output.read_line(&mut line).unwrap();
    let expected =
        "POST aws DescribeRegions -: not authenticated -> 403 MissingAuthenticationToken\n";
    assert_eq!(line, expected);
}

#[cfg(unix)]
#[test]
fn ctrl_c_stops_it() {
    let mut running = Running(command().stdout(Stdio::piped()).spawn().unwrap());
    let mut output = BufReader::new(running.0.stdout.take().unwrap());
    output.read_line(&mut String::new()).unwrap();
    let killed = Command::new("kill").args(["-INT", &running.0.id().to_string()]).status().unwrap();
    assert!(killed.success());
    let mut rest = String::new();
    output.read_to_string(&mut rest).unwrap();
    assert!(running.0.wait().unwrap().success());
    assert_eq!(rest, "");
}

#[test]
fn mistakes_are_explained() {
    assert!(refused(&["--listen", "0.0.0.0:0"]).contains("0.0.0.0:0 is not a loopback address"));
    assert!(refused(&["--listen", "localhost"]).contains("`localhost` is not an address and port"));
    assert!(refused(&["--listen"]).contains("`--listen` needs a value"));
    assert!(refused(&["--wrold", "x"]).contains("unknown argument `--wrold`"));
    assert!(refused(&["--world", "/nowhere.json"]).contains("cannot read `/nowhere.json`"));
}

#[test]
fn help_fits_the_arguments() {
    let Output { status, stdout, .. } = command().arg("--help").output().unwrap();
    let help = String::from_utf8(stdout).unwrap();
    assert!(status.success());
    for argument in ["--listen ADDRESS", "--world FILE", "--help"] {
        assert!(help.contains(argument), "{help}");
    }
}
