//! Conditions: one operator, one key, the values it is compared with.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use crate::policy::values::{Decimal, Network, is_like};
use crate::timestamp::Timestamp;

/// What is known about a request: values by condition key.
///
/// Keys are found whatever their case, but for the name of a tag in `acs:ResourceTag/Name`: the
/// vendor's own samples spell keys in several ways.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Context {
    values: BTreeMap<String, Vec<String>>,
}

impl Context {
    /// Adds a key with its one value.
    pub fn set(&mut self, key: &str, value: impl Into<String>) {
        self.set_all(key, [value.into()]);
    }

    /// Adds a key with several values; with none, the request does not have the key.
    pub fn set_all(&mut self, key: &str, values: impl IntoIterator<Item = String>) {
        let values: Vec<String> = values.into_iter().collect();
        if !values.is_empty() {
            self.values.insert(canonical(key), values);
        }
    }

    /// Adds what another context has, which wins.
    pub fn extend(&mut self, other: &Self) {
        self.values.extend(other.values.clone());
    }

    fn get(&self, key: &str) -> Option<&[String]> {
        self.values.get(&canonical(key)).map(Vec::as_slice)
    }
}

fn canonical(key: &str) -> String {
    match key.split_once('/') {
        Some((prefix, name)) => format!("{}/{name}", prefix.to_lowercase()),
        None => key.to_lowercase(),
    }
}

/// `"StringEquals": {"acs:ResourceTag/status": ["approved"]}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Condition {
    pub operator: Operator,
    pub key: String,
    pub values: Vec<String>,
}

impl Condition {
    /// Tells whether the condition holds.
    ///
    /// Several values of a positive operator: one must match. Of a negated one: none may match, as
    /// official samples only make sense so. A value that is not of the operator's type makes the
    /// condition, and with it the statement, ineffective.
    pub(super) fn holds(&self, context: &Context, absent_negated: bool) -> bool {
        let Operator { test, is_negated } = self.operator;
        let Some(found) = context.get(&self.key) else { return is_negated && absent_negated };
        let pairs =
            found.iter().flat_map(|found| self.values.iter().map(move |value| (found, value)));
        let matches: Option<Vec<bool>> =
            pairs.map(|(found, value)| test.matches(found, value)).collect();
        matches.is_some_and(|matches| matches.contains(&true) != is_negated)
    }
}

/// An operator, which may be the opposite of another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Operator {
    test: Test,
    is_negated: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Test {
    Equals,
    EqualsIgnoreCase,
    Like,
    Number(Relation),
    Date(Relation),
    Bool,
    Address,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Relation {
    Equal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// All operators there are. Neither `…IfExists` nor `Null` nor quantifiers: the API refuses them.
const OPERATORS: [(&str, Test, bool); 21] = [
    ("StringEquals", Test::Equals, false),
    ("StringNotEquals", Test::Equals, true),
    ("StringEqualsIgnoreCase", Test::EqualsIgnoreCase, false),
    ("StringNotEqualsIgnoreCase", Test::EqualsIgnoreCase, true),
    ("StringLike", Test::Like, false),
    ("StringNotLike", Test::Like, true),
    ("NumericEquals", Test::Number(Relation::Equal), false),
    ("NumericNotEquals", Test::Number(Relation::Equal), true),
    ("NumericLessThan", Test::Number(Relation::Less), false),
    ("NumericLessThanEquals", Test::Number(Relation::LessOrEqual), false),
    ("NumericGreaterThan", Test::Number(Relation::Greater), false),
    ("NumericGreaterThanEquals", Test::Number(Relation::GreaterOrEqual), false),
    ("DateEquals", Test::Date(Relation::Equal), false),
    ("DateNotEquals", Test::Date(Relation::Equal), true),
    ("DateLessThan", Test::Date(Relation::Less), false),
    ("DateLessThanEquals", Test::Date(Relation::LessOrEqual), false),
    ("DateGreaterThan", Test::Date(Relation::Greater), false),
    ("DateGreaterThanEquals", Test::Date(Relation::GreaterOrEqual), false),
    ("Bool", Test::Bool, false),
    ("IpAddress", Test::Address, false),
    ("NotIpAddress", Test::Address, true),
];

impl Operator {
    /// Finds an operator by its exact name.
    pub(super) fn parse(name: &str) -> Option<Self> {
        let (_, test, is_negated) = OPERATORS.into_iter().find(|(known, ..)| *known == name)?;
        Some(Self { test, is_negated })
    }
}

impl Test {
    /// Compares a value of the request with one of the policy; `None` when either is of another
    /// type.
    fn matches(self, found: &str, value: &str) -> Option<bool> {
        Some(match self {
            Self::Equals => found == value,
            Self::EqualsIgnoreCase => found.to_lowercase() == value.to_lowercase(),
            Self::Like => is_like(value, found),
            Self::Number(relation) => {
                relation.admits(Decimal::parse(found)?.cmp(&Decimal::parse(value)?))
            }
            Self::Date(relation) => {
                let (found, value): (Timestamp, Timestamp) =
                    (found.parse().ok()?, value.parse().ok()?);
                relation.admits(found.cmp(&value))
            }
            Self::Bool => truth(found)? == truth(value)?,
            Self::Address => Network::parse(value)?.contains(found.parse().ok()?),
        })
    }
}

impl Relation {
    fn admits(self, ordering: Ordering) -> bool {
        match self {
            Self::Equal => ordering.is_eq(),
            Self::Less => ordering.is_lt(),
            Self::LessOrEqual => ordering.is_le(),
            Self::Greater => ordering.is_gt(),
            Self::GreaterOrEqual => ordering.is_ge(),
        }
    }
}

fn truth(text: &str) -> Option<bool> {
    text.to_lowercase().parse().ok()
}
