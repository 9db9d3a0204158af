//! What is wrong with a JSON text, and where.

use std::fmt;

use thiserror::Error;

use super::json::{self, Json};

/// Why a JSON text is no policy, list of policies or request.
///
/// Printed as `line 3, column 5, at Statement[0].Effect: …`; the path is left out
/// where the text is no JSON at all.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("line {line}, column {column}{}: {problem}", Place(.path))]
pub struct DocumentError {
    /// Counted from one.
    pub line: usize,
    /// In characters, counted from one.
    pub column: usize,
    /// The value to blame, from the root: `Statement[0].Condition.Null["aws:TagKeys"]`;
    /// the root is empty.
    pub path: String,
    /// Lower case, no full stop, input in backticks.
    pub problem: String,
}

/// A fault on its way to the reader: where it is in the text, and what it is.
#[derive(Debug)]
pub(super) struct Fault {
    /// Offset of the value to blame, in bytes.
    at: usize,
    problem: String,
}

impl Fault {
    pub(super) fn new(at: usize, problem: impl Into<String>) -> Self {
        Self { at, problem: problem.into() }
    }

    /// Finds line, column and path in the text the fault was found in.
    pub(super) fn locate(self, text: &str) -> DocumentError {
        let path = json::path(text, self.at);
        self.at_path(path, text)
    }

    /// The same, faster, in a text that was read: documents can have many faults.
    pub(super) fn locate_in(self, root: &Json<'_>, text: &str) -> DocumentError {
        let path = root.path(self.at);
        self.at_path(path, text)
    }

    fn at_path(self, path: String, text: &str) -> DocumentError {
        let before = text.get(..self.at).unwrap_or(text);
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        DocumentError {
            line: before.matches('\n').count() + 1,
            column: before.get(line_start..).map_or(0, |line| line.chars().count()) + 1,
            path: readable(&path),
            problem: readable(&self.problem),
        }
    }
}

/// The most characters of a message; a full name of a resource fits twice in most cases.
const LONGEST_MESSAGE: usize = 1_000;

/// Makes a message fit to be read: without control characters, which terminals obey, and
/// without the middle of what is too long. Its end tells what is wrong.
pub(super) fn readable(message: &str) -> String {
    let plain = |c: char| match c {
        '"' | '\'' | '\\' => c.to_string(),
        c => c.escape_debug().to_string(),
    };
    if message.len() <= LONGEST_MESSAGE {
        return message.chars().map(plain).collect();
    }
    let half = LONGEST_MESSAGE / 2;
    let (start, _) = message.split_at(message.floor_char_boundary(half));
    let (_, end) = message.split_at(message.ceil_char_boundary(message.len() - half));
    start.chars().chain(['…']).chain(end.chars()).map(plain).collect()
}

/// Writes `, at PATH` unless the path is empty.
struct Place<'a>(&'a str);

impl fmt::Display for Place<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() { Ok(()) } else { write!(formatter, ", at {}", self.0) }
    }
}
