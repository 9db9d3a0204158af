//! Copies the policy engine and gives every place of `mutants.json` a second, faulty reading.
//!
//! A marked expression becomes `(if crate::is_on(7) { faulty } else { expression })`, so
//! that one compilation holds all mutants, and which of them lives is a matter of a word.
//! A mutant whose place is not there any more, or there twice, is left out and told.

#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "Cargo talks to build scripts through the environment and their output"
)]

use std::{
    collections::BTreeMap,
    env, fs, io,
    path::{Path, PathBuf},
};

use serde::Deserialize;

const ENGINE: &str = "../../src/guardrail";
const MUTANTS: &str = "mutants.json";

#[derive(Deserialize)]
struct Mutant {
    /// What the faulty engine would do.
    fault: String,
    /// Source around one expression, which stands between `«` and `»`; white space is
    /// all the same.
    place: String,
    /// The expression instead.
    becomes: String,
}

/// The mutants of each file, by its path in the engine.
type Mutants = BTreeMap<String, Vec<Mutant>>;

fn main() -> io::Result<()> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or(io::ErrorKind::NotFound)?);
    println!("cargo::rerun-if-changed={ENGINE}");
    println!("cargo::rerun-if-changed={MUTANTS}");

    let mutants: Mutants = serde_json::from_str(&fs::read_to_string(root.join(MUTANTS))?)?;
    let copy = out.join("guardrail");
    if copy.exists() {
        fs::remove_dir_all(&copy)?;
    }
    copy_folder(&root.join(ENGINE), &copy)?;

    let (mut names, mut strays) = (Vec::new(), Vec::new());
    for (file, mutants) in &mutants {
        let path = copy.join(file);
        let source = fs::read_to_string(&path).unwrap_or_default();
        let mut spliced = Spliced::new(&source);
        for mutant in mutants {
            let name = format!("{file}: {}", mutant.fault);
            match spliced.add(names.len(), mutant) {
                Ok(()) => names.push(name),
                Err(count) => strays.push(format!("{name}: its place is there {count} times")),
            }
        }
        fs::write(path, spliced.text())?;
    }
    let engine = copy.join("mod.rs");
    let list = format!(
        "#[allow(warnings, reason = \"a copy, and parts of it faulty on purpose\")]\n\
         #[path = {engine:?}]\n\
         mod guardrail;\n\
         const MUTANTS: &[&str] = &{names:#?};\n\
         const STRAYS: &[&str] = &{strays:#?};\n"
    );
    fs::write(out.join("engine.rs"), list)
}

/// Copies the sources without their unit tests.
fn copy_folder(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let (path, target) = entry.map(|entry| (entry.path(), to.join(entry.file_name())))?;
        if path.is_dir() {
            copy_folder(&path, &target)?;
        } else {
            let text = fs::read_to_string(&path)?;
            fs::write(target, text.replace("#[cfg(test)]", "#[cfg(any())]"))?;
        }
    }
    Ok(())
}

/// A source, and what is to be put into it.
struct Spliced<'s> {
    source: &'s str,
    /// The source with single spaces for all white space, and where each of its bytes was.
    flat: String,
    origins: Vec<usize>,
    /// Where an expression starts and ends, and what comes before it.
    wraps: Vec<(usize, usize, String)>,
}

impl<'s> Spliced<'s> {
    fn new(source: &'s str) -> Self {
        let (mut flat, mut origins) = (String::new(), Vec::new());
        for (at, c) in source.char_indices() {
            let c = if c.is_whitespace() { ' ' } else { c };
            if c != ' ' || !flat.ends_with(' ') {
                flat.push(c);
                origins.extend((0..c.len_utf8()).map(|byte| at + byte));
            }
        }
        Self { source, flat, origins, wraps: Vec::new() }
    }

    /// Adds a mutant; fails with how often its place occurs unless that is once.
    fn add(&mut self, number: usize, mutant: &Mutant) -> Result<(), usize> {
        let (before, rest) = mutant.place.split_once('«').ok_or(0_usize)?;
        let (expression, after) = rest.split_once('»').ok_or(0_usize)?;
        let wanted = format!("{before}{expression}{after}");
        let mut found = self.flat.match_indices(&wanted);
        let (Some((at, _)), None) = (found.next(), found.next()) else {
            return Err(self.flat.matches(&wanted).count());
        };
        let start = at + before.len();
        let end = start + expression.len();
        let origin = |at: usize| self.origins.get(at).copied();
        let (Some(start), Some(last)) = (origin(start), origin(end - 1)) else { return Err(0) };
        let faulty = format!("(if crate::is_on({number}) {{ {} }} else {{ ", mutant.becomes);
        self.wraps.push((start, last + 1, faulty));
        Ok(())
    }

    /// The source with all its readings; expressions may lie in each other.
    fn text(&self) -> String {
        let ends = self.wraps.iter().map(|(_, end, _)| (*end, 0, 0, " })"));
        // The outer of two that start together comes first.
        let starts = self.wraps.iter().enumerate().map(|(number, (start, end, faulty))| {
            (*start, usize::MAX - *end, number + 1, faulty.as_str())
        });
        let mut inserts: Vec<_> = ends.chain(starts).collect();
        inserts.sort_by_key(|(at, outer, number, _)| (*at, *number > 0, *outer, *number));
        let mut text = String::new();
        let mut done = 0;
        for (at, _, _, insert) in inserts {
            text.push_str(self.source.get(done..at).unwrap_or_default());
            text.push_str(insert);
            done = at;
        }
        text.push_str(self.source.get(done..).unwrap_or_default());
        text
    }
}
