//! What lints look at: a document, as text, as JSON, as statements, and as what it does.

use super::{Flaw, Lint, Place, survey::Survey};
use crate::guardrail::{
    atlas::Atlas,
    dialect::{Dialect, Level, Stage},
    document::{Document, Effect, ResourceForm, Statement, Test},
    fault::{DocumentError, Fault, readable},
    finding::Truth,
    json::{self, Json},
    operator::{Comparison, Operator},
};

/// How many times the limit a document may be long and still be looked into.
const LOOKED_INTO: usize = 2;
/// The same for a document with its white space.
const LOOKED_INTO_SPACED: usize = 8;

/// A document under examination.
pub(super) struct Subject<'t> {
    pub(super) dialect: &'static Dialect,
    pub(super) atlas: &'static Atlas,
    pub(super) level: &'static Level,
    pub(super) text: &'t str,
    pub(super) json: Result<Json<'t>, DocumentError>,
    /// In characters without white space; zero if the text is no JSON.
    pub(super) size: usize,
    /// As far as it can be understood; `None` if the text is no JSON, or too long.
    pub(super) document: Option<Result<Document, DocumentError>>,
    /// What the document does; `None` if it could not be read.
    pub(super) survey: Option<Survey>,
}

/// Where a fault is, and what it is.
pub(super) struct Spot {
    statement: Option<usize>,
    /// The value to blame: an offset in the text, or a path.
    at: At,
    message: String,
}

enum At {
    Offset(usize),
    Path(String),
}

impl Spot {
    /// A fault of the whole document.
    pub(super) fn whole(message: impl Into<String>) -> Self {
        Self { statement: None, at: At::Path(String::new()), message: message.into() }
    }

    /// A fault that reading found.
    pub(super) fn of_reading(statement: Option<usize>, error: &DocumentError) -> Self {
        let DocumentError { line, column, path, problem } = error;
        let message = format!("Line {line}, column {column}: {problem}.");
        Self { statement, at: At::Path(path.clone()), message }
    }
}

impl<'t> Subject<'t> {
    /// Reads a text; `None` if the dialect has no such level.
    pub(super) fn read(dialect: &'static Dialect, level: &str, text: &'t str) -> Option<Self> {
        let level = dialect.levels.iter().find(|known| known.name == level)?;
        let json = json::read(text).map_err(|fault: Fault| fault.locate(text));
        let size = json.as_ref().map_or(0, Json::size);
        let is_looked_into = json.is_ok()
            && size <= LOOKED_INTO * level.longest
            && text.len() <= LOOKED_INTO_SPACED * level.longest;
        let document =
            if is_looked_into { Document::parse_foreign(dialect, level.name, text) } else { None };
        let atlas = Atlas::of(dialect);
        let survey = match &document {
            Some(Ok(document)) => Survey::of(atlas, level, document),
            _ => None,
        };
        Some(Self { dialect, atlas, level, text, json, size, document, survey })
    }

    /// The document, if it was read.
    pub(super) fn document(&self) -> Option<&Document> {
        self.document.as_ref()?.as_ref().ok()
    }

    /// The statements, with what they look like as JSON.
    pub(super) fn statements(&self) -> Vec<View<'_>> {
        let (Some(document), Ok(json)) = (self.document(), &self.json) else { return Vec::new() };
        let written = json.member("Statement").map(Json::one_or_many).unwrap_or_default();
        let pairs = document.statements.iter().zip(written).enumerate();
        pairs
            .map(|(index, (statement, json))| View { subject: self, index, statement, json })
            .collect()
    }

    /// The statements with the effect.
    pub(super) fn with_effect(&self, effect: Effect) -> impl Iterator<Item = View<'_>> {
        self.statements().into_iter().filter(move |view| view.statement.effect == effect)
    }

    /// Tells whether policies at the level only limit what others grant.
    pub(super) fn is_ceiling(&self) -> bool {
        self.dialect.kind(self.level.kind).is_some_and(|kind| kind.stage == Stage::Ceiling)
    }

    /// Tells whether the text is JSON, but too long with its white space to be looked into.
    pub(super) fn is_mostly_space(&self) -> bool {
        self.json.is_ok() && self.document.is_none() && self.size <= self.level.longest
    }

    /// Writes the way from the root to the value at `at`.
    pub(super) fn path(&self, at: usize) -> String {
        self.json.as_ref().map(|json| json.path(at)).unwrap_or_default()
    }

    /// Makes a flaw of a spot.
    pub(super) fn flaw(&self, lint: &'static Lint, spot: Spot) -> Flaw {
        let sid = |index| self.document().and_then(|document| document.sid(index));
        let place = |index| Place { index, sid: sid(index).map(str::to_owned) };
        Flaw {
            code: lint.code,
            severity: lint.severity,
            statement: spot.statement.map(place),
            path: match spot.at {
                At::Offset(at) => readable(&self.path(at)),
                At::Path(path) => path,
            },
            message: readable(&spot.message),
            fix: lint.fix,
        }
    }
}

/// A statement of the subject.
#[derive(Clone, Copy)]
pub(super) struct View<'s> {
    pub(super) subject: &'s Subject<'s>,
    pub(super) index: usize,
    pub(super) statement: &'s Statement,
    pub(super) json: &'s Json<'s>,
}

impl<'s> View<'s> {
    /// A fault of the whole statement.
    pub(super) fn spot(&self, message: impl Into<String>) -> Spot {
        self.spot_at(self.json, message)
    }

    /// A fault of a part of the statement.
    pub(super) fn spot_at(&self, part: &Json<'_>, message: impl Into<String>) -> Spot {
        Spot { statement: Some(self.index), at: At::Offset(part.at), message: message.into() }
    }

    /// A fault of a test: what stands under its key.
    pub(super) fn spot_of(&self, test: &Test, message: impl Into<String>) -> Spot {
        let operators = self.json.member("Condition").map(members).unwrap_or_default();
        let is_operator = |name: &str| {
            Operator::parse(name, self.subject.dialect).is_ok_and(|found| found == test.operator)
        };
        let keys = operators.iter().filter(|(name, _)| is_operator(name));
        let written = keys.into_iter().find_map(|(_, keys)| keys.member(test.key.text()));
        self.spot_at(written.unwrap_or(self.json), message)
    }

    /// A fault of each entry of an element or its `Not…` form.
    pub(super) fn spots_in(
        &self,
        element: &str,
        fault: impl Fn(&str) -> Option<String>,
    ) -> Vec<Spot> {
        let negated = format!("Not{element}");
        let written = self.json.member(element).or_else(|| self.json.member(&negated));
        let entries = written.map(Json::one_or_many).unwrap_or_default();
        let found = entries.iter().filter_map(|entry| {
            let message = fault(entry.text(element).ok()?)?;
            Some(self.spot_at(entry, message))
        });
        found.collect()
    }

    /// Tells whether the statement is about the action.
    pub(super) fn names_action(&self, action: &str) -> bool {
        let Some(clause) = &self.statement.actions else { return false };
        let folded = action.to_ascii_lowercase();
        clause.patterns.iter().any(|pattern| pattern.folded.matches(&folded)) != clause.negated
    }

    /// Tells whether the statement is about the resource, as far as that is certain.
    pub(super) fn covers(&self, resource: &str) -> bool {
        let Some(clause) = &self.statement.resources else { return false };
        let any = clause.patterns.iter().any(|pattern| match &pattern.form {
            ResourceForm::Fixed(name) => name.covers(resource, self.subject.dialect).is(Truth::Yes),
            ResourceForm::Open(_) => false,
        });
        any != clause.negated
    }

    /// The tests of keys that start so, without case.
    pub(super) fn tests_of(&self, starts: &'s [&'s str]) -> impl Iterator<Item = &'s Test> {
        let tests = self.statement.tests.iter();
        tests.filter(move |test| starts.iter().any(|start| test.key.folded().starts_with(start)))
    }
}

/// What a test asks of a key.
pub(super) trait Asks {
    /// Whether it holds for what differs from its values, or lacks the key.
    fn is_negative(&self) -> bool;

    /// Whether it is about the presence of the key, not its value.
    fn is_about_presence(&self) -> bool;
}

impl Asks for Test {
    fn is_negative(&self) -> bool {
        let asks_for_absence =
            || self.operands.iter().any(|operand| operand.text.eq_ignore_ascii_case("true"));
        self.operator.base.negated || (self.is_about_presence() && asks_for_absence())
    }

    fn is_about_presence(&self) -> bool {
        self.operator.base.comparison == Comparison::Absence
    }
}

fn members<'j>(json: &'j Json<'j>) -> &'j [(String, Json<'j>)] {
    json.object("`Condition`").unwrap_or_default()
}
