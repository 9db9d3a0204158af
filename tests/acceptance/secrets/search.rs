//! Looks for secrets wherever a run may have left them, in whatever form.

use std::{collections::BTreeSet, fs, path::Path, process::Command};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::Value;

use crate::python;

/// How much of a secret gives it away.
const PIECE: usize = 12;

/// A text that must be found nowhere.
#[derive(Clone, Debug)]
pub(super) struct Planted {
    /// What it is, for the failure.
    pub(super) what: String,
    pub(super) text: String,
}

impl Planted {
    pub(super) fn new(what: impl Into<String>, text: impl Into<String>) -> Self {
        Self { what: what.into(), text: text.into() }
    }

    /// Returns the texts that show a part of it. A run of letters and digits is the same in
    /// JSON, in HTML and in a URL, so pieces of runs find those, too, and whatever was cut off or
    /// wrapped; only Base64 and hexadecimal digits have forms of their own.
    fn pieces(&self) -> BTreeSet<String> {
        let mut pieces = BTreeSet::new();
        let bytes = self.text.as_bytes();
        // Base64 depends on how many bytes stand before; its ends, on what surrounds it.
        let in_base64 = (0..3).map(|before| {
            let text = STANDARD.encode([&[b' '; 2][..before], bytes].concat());
            text.get(4..text.len() - 4).unwrap_or_default().to_owned()
        });
        for form in in_base64.chain([self.text.clone(), hex::encode(bytes)]) {
            for run in form.split(|char: char| !char.is_ascii_alphanumeric()) {
                pieces.extend(
                    (PIECE..=run.len()).step_by(PIECE).map(|end| run[end - PIECE..end].to_owned()),
                );
            }
        }
        assert!(!pieces.is_empty(), "{} is too short to be looked for", self.what);
        pieces
    }
}

/// Something a run has left behind.
pub(super) struct Trace {
    /// Where it is.
    pub(super) place: String,
    pub(super) text: String,
}

impl Trace {
    pub(super) fn new(place: impl Into<String>, bytes: &[u8]) -> Self {
        // Joins what Terraform has wrapped, and drops the frames it draws.
        let text = String::from_utf8_lossy(bytes);
        let text = text.chars().filter(|char| !char.is_whitespace() && *char != '│').collect();
        Self { place: place.into(), text }
    }
}

/// Says which secrets are in which traces, without repeating them.
pub(super) fn found(secrets: &[Planted], traces: &[Trace]) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for secret in secrets {
        let pieces = secret.pieces();
        for trace in traces {
            if let Some(at) = pieces.iter().find_map(|piece| trace.text.find(piece.as_str())) {
                let before: String = trace.text[..at].chars().rev().take(120).collect();
                let before: String = before.chars().rev().collect();
                found.insert(format!("{} in {}, behind `{before}`", secret.what, trace.place));
            }
        }
    }
    found
}

/// Reads every file below a folder but those that were there before, archives unpacked.
/// `variables` are those whose values Terraform keeps.
pub(super) fn files(
    folder: &Path,
    planted: &BTreeSet<String>,
    variables: &[(&str, String)],
) -> Vec<Trace> {
    let mut traces = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            traces.extend(files(&path, planted, variables));
        } else if path.is_file() && !planted.contains(path.to_str().unwrap()) {
            let bytes = fs::read(&path).unwrap();
            if bytes.starts_with(b"PK\x03\x04") {
                traces.extend(members(&path, variables));
            }
            traces.push(Trace::new(path.display().to_string(), &bytes));
        }
    }
    traces
}

/// Lists the files below a folder.
pub(super) fn listing(folder: &Path) -> BTreeSet<String> {
    let paths = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let lists = paths.map(|path| match path.is_dir() {
        true => listing(&path),
        false => BTreeSet::from([path.to_str().unwrap().to_owned()]),
    });
    lists.flatten().collect()
}

/// Unpacks a saved plan.
///
/// Terraform itself copies into it the configuration (`tfconfig/`) and, into the message `tfplan`,
/// the value of each variable, once. These, and nothing else, are left out here.
fn members(archive: &Path, variables: &[(&str, String)]) -> Vec<Trace> {
    let folder = tempfile::tempdir().unwrap();
    let mut unpack = Command::new(python::interpreter());
    unpack.args(["-m", "zipfile", "-e"]).arg(archive).arg(folder.path());
    python::run(&mut unpack, "the plan is a ZIP archive");
    let is_configuration = |path: &str| path.contains("/tfconfig/");
    let paths = listing(folder.path()).into_iter().filter(|path| !is_configuration(path));
    let traces = paths.map(|path| {
        let mut bytes = fs::read(&path).unwrap();
        if path.ends_with("/tfplan") {
            variables.iter().for_each(|(name, value)| bytes = without_entry(&bytes, name, value));
        }
        Trace::new(format!("{} of {}", path, archive.display()), &bytes)
    });
    let traces: Vec<_> = traces.collect();
    assert!(traces.iter().any(|trace| trace.place.contains("/tfplan of ")), "no plan inside");
    traces
}

/// Takes out the entry of a variable, which must be there exactly once.
///
/// In protobuf, `variables` is a map of names to messages, whose field 1 is MessagePack: a list
/// of the type, in JSON, and the value.
fn without_entry(plan: &[u8], name: &str, value: &str) -> Vec<u8> {
    let length = match u8::try_from(value.len()).unwrap() {
        short @ ..32 => vec![0xa0 | short],
        long => vec![0xd9, long],
    };
    let packed = [b"\x92\xc4\x08\"string\"", length.as_slice(), value.as_bytes()].concat();
    let message = [b"\x0a", varint(packed.len()).as_slice(), &packed].concat();
    let entry = [name.as_bytes(), b"\x12", &varint(message.len()), &message].concat();
    let starts: Vec<_> =
        (0..plan.len()).filter(|start| plan[*start..].starts_with(&entry)).collect();
    assert_eq!(starts.len(), 1, "the plan keeps `{name}` otherwise than it did");
    [&plan[..starts[0]], &plan[starts[0] + entry.len()..]].concat()
}

/// Writes a length as protobuf does.
fn varint(length: usize) -> Vec<u8> {
    let low = u8::try_from(length % 128).unwrap();
    match length / 128 {
        0 => vec![low],
        high => [vec![low | 0x80], varint(high)].concat(),
    }
}

/// Takes out of `terraform show -json` what Terraform itself puts there: the values of variables.
pub(super) fn without_variables(json: &str) -> String {
    let mut shown: Value = serde_json::from_str(json).unwrap();
    let variables = shown.as_object_mut().unwrap().remove("variables");
    assert!(variables.is_none_or(|it| it.is_object()), "no longer an object");
    shown.to_string()
}

/// Writes a secret in the ways in which it could slip through, for the search to find.
pub(super) fn forms(secret: &str) -> Vec<String> {
    let (first, second) = secret.split_at(secret.len() / 2);
    let html = secret.replace('/', "&#x2F;").replace('+', "&#43;");
    let percent = percent_encoding::utf8_percent_encode(secret, percent_encoding::NON_ALPHANUMERIC);
    let before = ["", "k", "id:"].map(|before| STANDARD.encode(format!("{before}{secret}, more")));
    let mut forms = vec![
        secret.to_owned(),
        percent.to_string(),
        html,
        secret.replace('/', "\\/"),
        hex::encode(secret),
        first.to_owned(),
        second.to_owned(),
        format!("{second}{first}"),
        format!("│ {}\n│ {}", &secret[..7], &secret[7..]),
    ];
    forms.extend(before);
    forms
}
