//! JSON into documents, strictly: what the vendor's grammar does not have is an error,
//! because a guard with an element nobody evaluates guards nothing.
//!
//! Foreign documents are read leniently: what is not understood makes its statement
//! unknown, and the rest still counts.

mod clause;
mod condition;

use std::collections::BTreeSet;

pub(super) use self::condition::fixed_form;

use super::{
    dialect::{Dialect, Kind, Principals, Version},
    document::{Clause, Document, Effect, Statement},
    fault::{DocumentError, Fault},
    json::{self, Json},
    request::LONGEST_NAME,
};

impl Document {
    /// Reads the document of a guardrail's level (`scp`, `iam_policy`, `control_policy`,
    /// `ram_policy`) or of another kind of policy (a type of [`Policies::parse`]).
    ///
    /// # Errors
    ///
    /// `None` if the dialect has neither; otherwise whatever the vendor's grammar does
    /// not allow, and documents over the limit.
    ///
    /// [`Policies::parse`]: super::Policies::parse
    pub fn parse(
        dialect: &'static Dialect,
        level: &str,
        text: &str,
    ) -> Option<Result<Self, DocumentError>> {
        let (kind, longest) = dialect.place(level)?;
        Some(whole(dialect, kind, longest, false, text))
    }

    /// Reads a document written by others, as far as it can be understood.
    ///
    /// # Errors
    ///
    /// `None` if the dialect has no such level or kind; otherwise texts that are no
    /// JSON, and documents whose version or statements cannot be made out.
    pub fn parse_foreign(
        dialect: &'static Dialect,
        level: &str,
        text: &str,
    ) -> Option<Result<Self, DocumentError>> {
        let (kind, _) = dialect.place(level)?;
        let longest = LONGEST_FOREIGN;
        Some(whole(dialect, kind, longest, true, text))
    }
}

/// What a document is read as.
pub(super) struct Reading<'t> {
    pub(super) dialect: &'static Dialect,
    pub(super) kind: &'static Kind,
    /// In characters without white space.
    pub(super) longest: usize,
    pub(super) foreign: bool,
    /// The text the document is part of.
    pub(super) text: &'t str,
    /// The same, read.
    pub(super) root: &'t Json<'t>,
}

/// The longest foreign document, in characters: more than any vendor takes.
const LONGEST_FOREIGN: usize = 65_536;
/// How many times that length a foreign document may have with its white space: the
/// place of each fault is counted from the start.
const MOST_SPACED: usize = 4;
/// How many faults of a foreign statement are noted; a few are enough to explain it.
const MOST_NOTED: usize = 8;

const ELEMENTS: [&str; 9] = [
    "Sid",
    "Effect",
    "Principal",
    "NotPrincipal",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Condition",
];

fn whole(
    dialect: &'static Dialect,
    kind: &'static Kind,
    longest: usize,
    foreign: bool,
    text: &str,
) -> Result<Document, DocumentError> {
    let root = json::read(text).map_err(|fault| fault.locate(text))?;
    let reading = Reading { dialect, kind, longest, foreign, text, root: &root };
    reading.document(&root).map_err(|fault| fault.locate_in(&root, text))
}

impl Reading<'_> {
    /// Reads a document that is part of the text.
    pub(super) fn document(&self, json: &Json<'_>) -> Result<Document, Fault> {
        let members = json.object("a policy document")?;
        let size = json.size();
        if size > self.longest {
            return Err(json.fault(format!(
                "the document has {size} characters without white space, and {} takes {}",
                self.dialect.vendor, self.longest
            )));
        }
        if self.foreign && json.raw.len() > MOST_SPACED * self.longest {
            return Err(json.fault("most of the document is white space"));
        }
        let has_id = self.dialect.has_ids && self.kind.principals != Principals::Never;
        for (name, value) in members {
            if !matches!(name.as_str(), "Version" | "Statement") && (name != "Id" || !has_id) {
                return Err(unknown_element(value, name, "this policy document"));
            }
        }
        let version = self.version(json)?;
        let id = json.member("Id").map(|id| id.text("`Id`").map(str::to_owned)).transpose()?;
        let statements = json.member("Statement");
        let statements = statements.ok_or_else(|| json.fault("`Statement` is missing"))?;
        let statements = self.statements(statements, version)?;
        Ok(Document { version, id, statements, size })
    }

    fn version(&self, document: &Json<'_>) -> Result<&'static Version, Fault> {
        let versions = self.dialect.versions;
        let names: Vec<_> = versions.iter().map(|version| format!("`{}`", version.name)).collect();
        let names = names.join(" or ");
        match document.member("Version") {
            Some(value) => {
                let text = value.text("`Version`")?;
                let found = versions.iter().find(|version| version.name == text);
                found.ok_or_else(|| {
                    value.fault(format!("the version `{text}` does not exist; it must be {names}"))
                })
            }
            None if self.dialect.version_is_required => {
                Err(document.fault(format!("`Version` is missing; it must be {names}")))
            }
            None => versions.last().ok_or_else(|| document.fault("the language has no version")),
        }
    }

    fn statements(&self, json: &Json<'_>, version: &Version) -> Result<Vec<Statement>, Fault> {
        let items = json.one_or_many();
        if items.is_empty() {
            return Err(json.fault("`Statement` is empty"));
        }
        let mut sids = BTreeSet::new();
        let mut statements = Vec::new();
        for item in items {
            let mut statement = self.statement(item, version)?;
            if let Some(sid) = &statement.sid
                && !sids.insert(sid.clone())
            {
                let fault = item.fault(format!("the Sid `{sid}` comes up twice"));
                statement.unread.push(self.noted(fault)?);
            }
            statements.push(statement);
        }
        Ok(statements)
    }

    fn statement(&self, json: &Json<'_>, version: &Version) -> Result<Statement, Fault> {
        let members = json.object("a statement")?;
        let effect = effect(json)?;
        let mut unread = Unread { reading: self, faults: Vec::new() };
        for (name, value) in members {
            if !ELEMENTS.contains(&name.as_str()) {
                unread.or_fail(Err::<(), _>(unknown_element(value, name, "a statement")))?;
            }
        }
        let sid = unread.or_fail(self.sid(json))?.flatten();
        let principals = unread.or_fail(self.principals(json))?.flatten();
        let actions = unread.or_fail(self.actions(json))?;
        let resources = unread.or_fail(self.resources(json, version))?.flatten();
        let tests = self.tests(json, version, &mut unread)?;
        let unread = unread.faults;
        Ok(Statement { sid, effect, principals, actions, resources, tests, unread })
    }

    fn sid(&self, statement: &Json<'_>) -> Result<Option<String>, Fault> {
        let Some(value) = statement.member("Sid") else { return Ok(None) };
        if !self.dialect.has_ids {
            // It says nothing about what the statement does.
            return if self.foreign {
                Ok(None)
            } else {
                Err(unknown_element(value, "Sid", "a statement"))
            };
        }
        let sid = value.text("`Sid`")?;
        let is_plain = sid.bytes().all(|b| b.is_ascii_alphanumeric());
        if !is_plain && self.kind.principals != Principals::Required {
            return Err(value.fault(format!("the Sid `{sid}` must be letters and digits only")));
        }
        Ok(Some(sid.to_owned()))
    }

    /// Takes down the fault of a foreign document; passes on that of any other.
    fn noted(&self, fault: Fault) -> Result<DocumentError, Fault> {
        if self.foreign { Ok(fault.locate_in(self.root, self.text)) } else { Err(fault) }
    }

    /// Reads an element or its `Not…` form.
    fn clause<T>(
        &self,
        statement: &Json<'_>,
        names: [&'static str; 2],
        read: impl Fn(&Json<'_>, &str) -> Result<Vec<T>, Fault>,
    ) -> Result<Option<Clause<T>>, Fault> {
        let [name, negated_name] = names;
        match (statement.member(name), statement.member(negated_name)) {
            (Some(_), Some(negated)) => {
                Err(negated.fault(format!("`{name}` and `{negated_name}` exclude each other")))
            }
            (Some(value), None) => {
                Ok(Some(Clause { negated: false, patterns: read(value, name)? }))
            }
            (None, Some(value)) => {
                Ok(Some(Clause { negated: true, patterns: read(value, negated_name)? }))
            }
            (None, None) => Ok(None),
        }
    }
}

/// Faults of a foreign statement, which count against that statement only.
struct Unread<'r, 't> {
    reading: &'r Reading<'t>,
    faults: Vec<DocumentError>,
}

impl Unread<'_, '_> {
    /// Keeps the fault of a foreign statement; passes on that of any other.
    fn or_fail<T>(&mut self, result: Result<T, Fault>) -> Result<Option<T>, Fault> {
        match result {
            Ok(value) => Ok(Some(value)),
            Err(_) if self.faults.len() >= MOST_NOTED => Ok(None),
            Err(fault) => {
                self.faults.push(self.reading.noted(fault)?);
                Ok(None)
            }
        }
    }
}

fn effect(statement: &Json<'_>) -> Result<Effect, Fault> {
    let value = statement.member("Effect");
    let value = value.ok_or_else(|| statement.fault("`Effect` is missing"))?;
    match value.text("`Effect`")? {
        "Allow" => Ok(Effect::Allow),
        "Deny" => Ok(Effect::Deny),
        other => Err(value.fault(format!("the effect `{other}` must be `Allow` or `Deny`"))),
    }
}

fn unknown_element(value: &Json<'_>, name: &str, place: &str) -> Fault {
    value.fault(format!("`{name}` is no element of {place}"))
}

/// Reads a string or a list of strings, which must not be empty.
fn texts<'j>(json: &'j Json<'_>, name: &str) -> Result<Vec<(&'j Json<'j>, &'j str)>, Fault> {
    let items = json.one_or_many();
    if items.is_empty() {
        return Err(json.fault(format!("`{name}` is an empty list")));
    }
    let what = format!("`{name}`");
    let read = |item: &'j Json<'j>| match item.text(&what)? {
        text if text.len() > LONGEST_NAME => {
            Err(item.fault(format!("a text of {what} is longer than {LONGEST_NAME} bytes")))
        }
        text => Ok((item, text)),
    };
    items.iter().map(read).collect()
}
