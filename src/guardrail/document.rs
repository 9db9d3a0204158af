//! A policy document, read: what the vendor's JSON says, in types.
//!
//! Everything that deciding needs is prepared here once: patterns are taken apart,
//! numbers and dates are read, keys are folded. The words of the document are kept
//! beside it for printing and comparing.

use super::{
    assumption::Assumptions, decimal::Decimal, dialect::Version, fault::DocumentError,
    instant::Instant, name::NamePattern, network::Network, operator::Operator, pattern::Glob,
    template::Template, value::Key,
};

/// A policy document of one cloud.
#[derive(Clone, Debug)]
pub struct Document {
    pub(super) version: &'static Version,
    pub(super) id: Option<String>,
    /// In the order of the text; never empty.
    pub(super) statements: Vec<Statement>,
    /// Characters without white space between them: what the vendors limit.
    pub(super) size: usize,
}

/// What a statement does when it applies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effect {
    /// Grants, or raises a ceiling.
    Allow,
    /// Refuses, whatever else allows.
    Deny,
}

impl Effect {
    /// The vendors' word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Allow => "Allow",
            Self::Deny => "Deny",
        }
    }
}

/// A statement applies if all of its parts match.
#[derive(Clone, Debug)]
pub(super) struct Statement {
    pub(super) sid: Option<String>,
    pub(super) effect: Effect,
    pub(super) principals: Option<Clause<PrincipalEntry>>,
    pub(super) actions: Option<Clause<ActionPattern>>,
    pub(super) resources: Option<Clause<ResourcePattern>>,
    pub(super) tests: Vec<Test>,
    /// What of a foreign statement could not be read; whether it applies is unknown
    /// unless a part that could be read rules it out.
    pub(super) unread: Vec<DocumentError>,
}

/// An element with a `Not…` form: any of the patterns, or none of them.
#[derive(Clone, Debug)]
pub(super) struct Clause<T> {
    pub(super) negated: bool,
    /// Never empty.
    pub(super) patterns: Vec<T>,
}

/// `ec2:Create*`; compared without regard to case.
#[derive(Clone, Debug)]
pub(super) struct ActionPattern {
    pub(super) text: Box<str>,
    pub(super) folded: Glob,
    /// The same with regard to case, to tell whether case mattered.
    pub(super) exact: Glob,
}

/// `arn:aws:ec2:*::image/*`.
#[derive(Clone, Debug)]
pub(super) struct ResourcePattern {
    pub(super) text: Box<str>,
    pub(super) form: ResourceForm,
}

#[derive(Clone, Debug)]
pub(super) enum ResourceForm {
    Fixed(NamePattern),
    /// With variables, filled in for each request.
    Open(Template),
}

/// Somebody a resource policy names.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum PrincipalEntry {
    /// `*`
    Everyone,
    /// An account, by its id or by the name of its root.
    Account { text: Box<str>, id: Box<str> },
    /// A user, role or session, by its full name.
    Named(Box<str>),
    /// Somebody else: a service, a federated identity.
    Other { kind: &'static str, text: Box<str> },
}

/// One key under one operator.
#[derive(Clone, Debug)]
pub(super) struct Test {
    pub(super) operator: Operator,
    pub(super) key: Key,
    /// Never empty.
    pub(super) operands: Vec<Operand>,
    /// What reading the key may rest on, and what not finding it may.
    pub(super) gaps_read: Assumptions,
    pub(super) gaps_absent: Assumptions,
}

/// A value of a condition.
#[derive(Clone, Debug)]
pub(super) struct Operand {
    pub(super) text: Box<str>,
    pub(super) form: Form,
}

/// A value of a condition, read as its operator wants it.
#[derive(Clone, Debug)]
pub(super) enum Form {
    Text(Box<str>),
    /// The text, and the same without case.
    TextWithoutCase(Box<str>, Box<str>),
    Glob(Glob),
    Name(NamePattern),
    Number(Decimal),
    Date(Instant),
    Bool(bool),
    Address(Network),
    /// A text, pattern, name or boolean with variables.
    Open(Template),
}

impl Document {
    /// Counts the statements.
    pub fn statement_count(&self) -> usize {
        self.statements.len()
    }

    /// The effect of a statement, counted from zero.
    pub fn effect(&self, statement: usize) -> Option<Effect> {
        self.statements.get(statement).map(|statement| statement.effect)
    }

    /// The `Sid` of a statement, counted from zero.
    pub fn sid(&self, statement: usize) -> Option<&str> {
        self.statements.get(statement)?.sid.as_deref()
    }

    /// Counts the characters the vendors limit: all but the white space between them.
    pub fn size(&self) -> usize {
        self.size
    }

    /// Lists what of a foreign document could not be read, with the statement it is in.
    pub fn unread(&self) -> impl Iterator<Item = (usize, &DocumentError)> {
        let statements = self.statements.iter().enumerate();
        statements.flat_map(|(index, statement)| statement.unread.iter().map(move |e| (index, e)))
    }
}
