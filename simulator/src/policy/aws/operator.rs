//! Operators by name, and how each compares a value of a request with one of a policy.

use std::cmp::Ordering;
use std::net::IpAddr;

use super::condition::Context;
use super::pattern::{Pattern, covers, covers_arn};
use crate::policy::values::{Decimal, Network};
use crate::timestamp::Timestamp;

/// `ForAnyValue:StringNotLikeIfExists`, taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Operator {
    pub quantifier: Option<Quantifier>,
    pub is_negated: bool,
    test: Test,
    if_exists: bool,
}

/// What is asked of a key with several values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Quantifier {
    All,
    Any,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Test {
    Equals,
    EqualsIgnoreCase,
    Like,
    Number(Relation),
    Date(Relation),
    Bool,
    Binary,
    Address,
    Arn,
    Null,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Relation {
    Equal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// All operators there are, in lower case, as their case does not matter.
const OPERATORS: [(&str, Test, bool); 27] = [
    ("stringequals", Test::Equals, false),
    ("stringnotequals", Test::Equals, true),
    ("stringequalsignorecase", Test::EqualsIgnoreCase, false),
    ("stringnotequalsignorecase", Test::EqualsIgnoreCase, true),
    ("stringlike", Test::Like, false),
    ("stringnotlike", Test::Like, true),
    ("numericequals", Test::Number(Relation::Equal), false),
    ("numericnotequals", Test::Number(Relation::Equal), true),
    ("numericlessthan", Test::Number(Relation::Less), false),
    ("numericlessthanequals", Test::Number(Relation::LessOrEqual), false),
    ("numericgreaterthan", Test::Number(Relation::Greater), false),
    ("numericgreaterthanequals", Test::Number(Relation::GreaterOrEqual), false),
    ("dateequals", Test::Date(Relation::Equal), false),
    ("datenotequals", Test::Date(Relation::Equal), true),
    ("datelessthan", Test::Date(Relation::Less), false),
    ("datelessthanequals", Test::Date(Relation::LessOrEqual), false),
    ("dategreaterthan", Test::Date(Relation::Greater), false),
    ("dategreaterthanequals", Test::Date(Relation::GreaterOrEqual), false),
    ("bool", Test::Bool, false),
    ("binaryequals", Test::Binary, false),
    ("ipaddress", Test::Address, false),
    ("notipaddress", Test::Address, true),
    ("arnequals", Test::Arn, false),
    ("arnlike", Test::Arn, false),
    ("arnnotequals", Test::Arn, true),
    ("arnnotlike", Test::Arn, true),
    ("null", Test::Null, false),
];

impl Operator {
    /// Reads a name such as `ForAllValues:StringLike`.
    pub(super) fn parse(name: &str) -> Option<Self> {
        let name = name.to_lowercase();
        let (quantifier, name) = match name.split_once(':') {
            Some(("forallvalues", name)) => (Some(Quantifier::All), name),
            Some(("foranyvalue", name)) => (Some(Quantifier::Any), name),
            Some(_) => return None,
            None => (None, name.as_str()),
        };
        let (base, if_exists) =
            name.strip_suffix("ifexists").map_or((name, false), |base| (base, true));
        let (_, test, is_negated) = OPERATORS.into_iter().find(|(known, ..)| *known == base)?;
        let is_bare = quantifier.is_none() && !if_exists;
        (test != Test::Null || is_bare).then_some(Self { quantifier, is_negated, test, if_exists })
    }

    /// Tells whether the operator asks for nothing but whether the key is there.
    pub(super) fn is_null(self) -> bool {
        self.test == Test::Null
    }

    /// Tells whether the operator holds of a key that a request does not have.
    pub(super) fn holds_of_nothing(self) -> bool {
        match self.quantifier {
            Some(Quantifier::All) => true,
            // With `IfExists` the vendor does not say.
            Some(Quantifier::Any) => false,
            None => self.if_exists || self.is_negated,
        }
    }
}

/// A value of a policy, with how it is compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Operand {
    test: Test,
    pattern: Pattern,
    /// The value as the policy has it, for the types that know neither wildcards nor variables.
    text: String,
}

impl Operand {
    /// Reads a value that an operator compares with.
    pub(super) fn read(operator: Operator, text: String, has_variables: bool) -> Self {
        let test = operator.test;
        let pattern = match test {
            Test::Like | Test::Arn => Pattern::wild(&text, has_variables),
            _ => Pattern::plain(&text, has_variables),
        };
        Self { test, pattern, text }
    }

    /// Tells whether the value, of a `Null`, is this one.
    pub(super) fn says(&self, is_absent: bool) -> bool {
        truth(&self.text) == Some(is_absent)
    }

    /// Tells whether a value of a request matches; one that cannot be read, or is to be compared with a
    /// variable that has no value, does not.
    pub(super) fn matches(&self, found: &str, context: &Context) -> bool {
        self.compare(found, context).unwrap_or(false)
    }

    fn compare(&self, found: &str, context: &Context) -> Option<bool> {
        let glyphs = || self.pattern.fill(context);
        let text = self.text.as_str();
        Some(match self.test {
            Test::Equals | Test::Like => covers(&glyphs()?, found),
            Test::EqualsIgnoreCase => {
                self.pattern.text(context)?.to_lowercase() == found.to_lowercase()
            }
            Test::Bool => truth(&self.pattern.text(context)?)? == truth(found)?,
            Test::Arn => covers_arn(&glyphs()?, found),
            Test::Number(relation) => {
                relation.admits(Decimal::parse(found)?.cmp(&Decimal::parse(text)?))
            }
            Test::Date(relation) => relation.admits(date(found)?.cmp(&date(text)?)),
            Test::Binary => found == text,
            Test::Address => Network::parse(text)?.contains(found.parse::<IpAddr>().ok()?),
            Test::Null => return None,
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

/// Reads a point in time: of the forms of ISO 8601 that the W3C admits, or in seconds since 1970.
fn date(text: &str) -> Option<Timestamp> {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    // Four digits are a year; as seconds they would be a moment of 1970.
    let whole = match (text.len(), text.contains('T')) {
        (4, false) => format!("{text}-01-01T00:00:00Z"),
        _ if is_number => return text.parse().ok().map(Timestamp::from_unix),
        (7, false) => format!("{text}-01T00:00:00Z"),
        (10, false) => format!("{text}T00:00:00Z"),
        // Hours and minutes, then a zone.
        _ if matches!(text.as_bytes().get(16), Some(b'Z' | b'+' | b'-')) => {
            let (minutes, zone) = text.split_at_checked(16)?;
            format!("{minutes}:00{zone}")
        }
        _ => text.to_owned(),
    };
    whole.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::{Operator, date};

    #[test]
    fn dates_have_the_forms_the_vendor_names() {
        for text in [
            "2026",
            "2026-01",
            "2026-01-01",
            "2026-01-01T00:00Z",
            "2026-01-01T01:00+01:00",
            "2026-01-01T00:00:00.000Z",
            "1767225600",
        ] {
            assert_eq!(date(text).unwrap().unix(), 1_767_225_600, "{text}");
        }
        for text in ["", "soon", "2026-13", "2026-01-01T00:00", "-1"] {
            assert_eq!(date(text), None, "{text}");
        }
    }

    #[test]
    fn operators_have_quantifiers_and_endings_but_null_has_none() {
        for name in ["stringLIKE", "ForAllValues:StringNotLike", "NumericLessThanIfExists", "Null"]
        {
            assert!(Operator::parse(name).is_some(), "{name}");
        }
        for name in ["", "IpAddressNotEquals", "ForAnyValue:Null", "NullIfExists", "All:Bool"] {
            assert!(Operator::parse(name).is_none(), "{name}");
        }
    }
}
