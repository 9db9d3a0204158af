//! The operators of conditions: `ForAnyValue:StringNotEqualsIfExists`, taken apart.
//!
//! The names and what they compare are a table; which rows, and which of the two
//! decorations, a cloud knows is part of its dialect.

use std::cmp::Ordering;

use super::dialect::Dialect;

/// An operator as a policy names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Operator {
    pub(super) quantifier: Option<Quantifier>,
    pub(super) base: &'static Base,
    /// Whether an absent key satisfies it.
    pub(super) if_exists: bool,
}

/// How the several values of a key are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Quantifier {
    /// `ForAllValues:`, true without values.
    All,
    /// `ForAnyValue:`, false without values.
    Any,
}

/// An operator without decorations.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Base {
    pub(super) name: &'static str,
    pub(super) comparison: Comparison,
    /// Whether it holds if *no* value of the policy matches.
    pub(super) negated: bool,
}

/// How one value of the policy is held against one of the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Comparison {
    Text,
    TextWithoutCase,
    /// With wildcards.
    Like,
    Number(Relation),
    Date(Relation),
    Bool,
    /// Base64 text.
    Binary,
    Address,
    /// Field by field.
    Name,
    /// Not a comparison: whether the key is absent.
    Absence,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Relation {
    Equal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Relation {
    /// Tells whether the request's value, so ordered to the policy's, stands in it.
    pub(super) fn holds(self, order: Ordering) -> bool {
        match self {
            Self::Equal => order.is_eq(),
            Self::Less => order.is_lt(),
            Self::LessOrEqual => order.is_le(),
            Self::Greater => order.is_gt(),
            Self::GreaterOrEqual => order.is_ge(),
        }
    }
}

const fn row(name: &'static str, comparison: Comparison, negated: bool) -> Base {
    Base { name, comparison, negated }
}

/// The operators both clouds know.
/// Source: IAM User Guide, "Condition operators"; RAM, "Conditional operators" (2025-12).
pub(super) static BASIC: [Base; 21] = [
    row("StringEquals", Comparison::Text, false),
    row("StringNotEquals", Comparison::Text, true),
    row("StringEqualsIgnoreCase", Comparison::TextWithoutCase, false),
    row("StringNotEqualsIgnoreCase", Comparison::TextWithoutCase, true),
    row("StringLike", Comparison::Like, false),
    row("StringNotLike", Comparison::Like, true),
    row("NumericEquals", Comparison::Number(Relation::Equal), false),
    row("NumericNotEquals", Comparison::Number(Relation::Equal), true),
    row("NumericLessThan", Comparison::Number(Relation::Less), false),
    row("NumericLessThanEquals", Comparison::Number(Relation::LessOrEqual), false),
    row("NumericGreaterThan", Comparison::Number(Relation::Greater), false),
    row("NumericGreaterThanEquals", Comparison::Number(Relation::GreaterOrEqual), false),
    row("DateEquals", Comparison::Date(Relation::Equal), false),
    row("DateNotEquals", Comparison::Date(Relation::Equal), true),
    row("DateLessThan", Comparison::Date(Relation::Less), false),
    row("DateLessThanEquals", Comparison::Date(Relation::LessOrEqual), false),
    row("DateGreaterThan", Comparison::Date(Relation::Greater), false),
    row("DateGreaterThanEquals", Comparison::Date(Relation::GreaterOrEqual), false),
    row("Bool", Comparison::Bool, false),
    row("IpAddress", Comparison::Address, false),
    row("NotIpAddress", Comparison::Address, true),
];

/// The operators only AWS knows.
pub(super) static AWS_ONLY: [Base; 6] = [
    row("ArnEquals", Comparison::Name, false),
    row("ArnLike", Comparison::Name, false),
    row("ArnNotEquals", Comparison::Name, true),
    row("ArnNotLike", Comparison::Name, true),
    row("BinaryEquals", Comparison::Binary, false),
    row("Null", Comparison::Absence, false),
];

impl Operator {
    /// Reads a name, without regard to case, as the dialect knows it.
    ///
    /// # Errors
    ///
    /// An operator the dialect does not have, or decorations whose meaning together is
    /// not documented.
    pub(super) fn parse(name: &str, dialect: &Dialect) -> Result<Self, String> {
        let unknown = || format!("`{name}` is no condition operator of {}", dialect.vendor);
        let (quantifier, rest) = match name.split_once(':') {
            Some((word, rest)) if word.eq_ignore_ascii_case("ForAllValues") => {
                (Some(Quantifier::All), rest)
            }
            Some((word, rest)) if word.eq_ignore_ascii_case("ForAnyValue") => {
                (Some(Quantifier::Any), rest)
            }
            Some(_) => return Err(unknown()),
            None => (None, name),
        };
        let (rest, if_exists) = match strip_suffix_ignoring_case(rest, "IfExists") {
            Some(rest) => (rest, true),
            None => (rest, false),
        };
        let base = dialect.operator(rest).ok_or_else(unknown)?;
        if (quantifier.is_some() || if_exists) && !dialect.decorates_operators {
            return Err(unknown());
        }
        let absence = base.comparison == Comparison::Absence;
        if quantifier.is_some() && if_exists {
            return Err(format!("what `{name}` means for an absent key is not documented"));
        }
        if absence && (quantifier.is_some() || if_exists) {
            return Err(format!("`Null` stands alone, not in `{name}`"));
        }
        Ok(Self { quantifier, base, if_exists })
    }

    /// The name in the vendor's spelling.
    pub(super) fn name(&self) -> String {
        let quantifier = match self.quantifier {
            Some(Quantifier::All) => "ForAllValues:",
            Some(Quantifier::Any) => "ForAnyValue:",
            None => "",
        };
        let if_exists = if self.if_exists { "IfExists" } else { "" };
        format!("{quantifier}{}{if_exists}", self.base.name)
    }
}

fn strip_suffix_ignoring_case<'t>(text: &'t str, suffix: &str) -> Option<&'t str> {
    let (rest, end) = text.split_at_checked(text.len().checked_sub(suffix.len())?)?;
    end.eq_ignore_ascii_case(suffix).then_some(rest)
}
