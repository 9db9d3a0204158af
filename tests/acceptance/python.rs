//! A Python with the packages of a `requirements.txt`, in a virtual environment of its own.
//!
//! The environment lives under `target/python/`, in a folder named after what is in it: the
//! requirements and the version of Python. It is made when first asked for, which needs PyPI once.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

use sha2::{Digest, Sha256};

// `tests/judge/` has a Python of its own, made here, too.
use crate::REQUIREMENTS;

const HOW_TO_GET_PYTHON: &str = "\
tests run programs by others, such as the vendors' official clients, which need `python3` 3.10 or \
newer with `venv` (Debian and Ubuntu: `apt install python3-venv`; macOS: `brew install python`)";

/// Written last: an environment without it was interrupted, and is made anew.
const COMPLETE: &str = "complete";

/// Returns the interpreter that has the packages.
///
/// Panics: there is no `python3`, or the packages cannot be installed.
pub(crate) fn interpreter() -> PathBuf {
    script("python")
}

/// Returns a command that comes with a package, such as `moto_server`.
///
/// Panics: as [`interpreter`], or when no package brings such a command.
pub(crate) fn script(name: &str) -> PathBuf {
    static ENVIRONMENT: OnceLock<PathBuf> = OnceLock::new();
    let environment = ENVIRONMENT.get_or_init(environment);
    let path = match cfg!(windows) {
        true => environment.join("Scripts").join(name).with_extension("exe"),
        false => environment.join("bin").join(name),
    };
    assert!(path.exists(), "no package in {REQUIREMENTS} brings `{name}`");
    path
}

/// Returns the environment's folder, complete.
fn environment() -> PathBuf {
    let version = run(Command::new("python3").arg("--version"), HOW_TO_GET_PYTHON);
    let requirements = fs::read(REQUIREMENTS).expect("the requirements are part of the sources");
    let contents =
        Sha256::new().chain_update(&requirements).chain_update(&version.stdout).finalize();
    let name: String = hex::encode(contents).chars().take(16).collect();
    let all = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("python");
    fs::create_dir_all(&all).expect("the target folder is writable");
    // Other test processes may want the same environment. The operating system drops the lock of a
    // killed one.
    let lock =
        File::create(all.join(format!("{name}.lock"))).expect("the target folder is writable");
    lock.lock().expect("the file system has locks");
    let environment = all.join(name);
    if !environment.join(COMPLETE).exists() {
        create(&environment);
    }
    environment
}

/// Makes the environment, in place of whatever an interrupted attempt left: it cannot be moved once
/// it is made.
fn create(environment: &Path) {
    if environment.exists() {
        fs::remove_dir_all(environment).expect("the target folder is writable");
    }
    run(Command::new("python3").args(["-m", "venv"]).arg(environment), HOW_TO_GET_PYTHON);
    let python = environment.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" });
    let install =
        ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input", "-r"];
    run(Command::new(python).args(install).arg(REQUIREMENTS), "packages come from PyPI");
    File::create(environment.join(COMPLETE)).expect("the target folder is writable");
}

/// Runs a command, which must succeed; `hint` tells what it needs.
pub(crate) fn run(command: &mut Command, hint: &str) -> Output {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}\n{hint}"));
    let Output { status, stdout, stderr } = &output;
    let said = format!("{}{}", String::from_utf8_lossy(stdout), String::from_utf8_lossy(stderr));
    assert!(status.success(), "{command:?}: {status}\n{said}\n{hint}");
    output
}
