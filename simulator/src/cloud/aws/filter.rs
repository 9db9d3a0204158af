//! EC2's `Filter.N.Name` and `Filter.N.Value.M`, with wildcards.
//!
//! Names and values are case-sensitive. Values of one filter are alternatives, filters add up. `*`
//! is any text, `?` any one character, `\` makes the next character literal. Source: "Filtering" in
//! the EC2 API reference.

use std::borrow::Cow;

use crate::cloud::{Call, VendorError};

/// Most values one call may filter by.
const MAX_VALUES: usize = 200;

/// What a filter looks at.
pub(super) enum Property<T> {
    /// The texts of a property: none when absent, several for a list.
    Of(fn(&T) -> Vec<Cow<'_, str>>),
    /// Documented, but not simulated.
    Unsimulated,
}

/// The filters of an action by name, except those whose name holds a tag key.
pub(super) type Properties<T> = &'static [(&'static str, Property<T>)];

/// A filter of a request, for things of type `T`.
pub(super) struct Filter<T> {
    texts: fn(&T) -> Vec<Cow<'_, str>>,
    patterns: Vec<Pattern>,
}

impl<T> Filter<T> {
    /// Reads all filters of a request.
    ///
    /// Errors: `InvalidParameterValue` for a filter the action does not have.
    pub(super) fn read_all(call: &Call, known: Properties<T>) -> Result<Vec<Self>, VendorError> {
        read(call)?.into_iter().map(|(name, patterns)| Self::new(name, patterns, known)).collect()
    }

    /// Makes a filter of a name and its patterns.
    pub(super) fn new(
        name: &str,
        patterns: Vec<Pattern>,
        known: Properties<T>,
    ) -> Result<Self, VendorError> {
        match known.iter().find(|(candidate, _)| *candidate == name) {
            Some((_, Property::Of(texts))) => Ok(Self { texts: *texts, patterns }),
            Some((_, Property::Unsimulated)) => {
                Err(VendorError::not_simulated(&format!("the filter `{name}`")))
            }
            None => Err(VendorError::new(
                400,
                "InvalidParameterValue",
                format!("The filter '{name}' is invalid"),
            )),
        }
    }

    /// Tells whether a thing passes.
    pub(super) fn matches(&self, thing: &T) -> bool {
        (self.texts)(thing).iter().any(|text| any_matches(&self.patterns, text))
    }
}

/// Reads names and patterns of all filters of a request.
pub(super) fn read(call: &Call) -> Result<Vec<(&str, Vec<Pattern>)>, VendorError> {
    let mut count = 0;
    let mut filters = Vec::new();
    for index in call.parameters.indices("Filter") {
        let name = call.parameters.get(&format!("Filter.{index}.Name")).ok_or_else(|| {
            VendorError::new(
                400,
                "MissingParameter",
                format!("The request must contain the parameter Filter.{index}.Name"),
            )
        })?;
        let values = call.parameters.list(&format!("Filter.{index}.Value"));
        if values.is_empty() {
            let message = "The filter 'null' is invalid: a filter needs a value";
            return Err(VendorError::new(400, "InvalidParameterValue", message));
        }
        count += values.len();
        if count > MAX_VALUES {
            let message = "The maximum number of filter values specified on a single call is 200";
            return Err(VendorError::new(400, "FilterLimitExceeded", message));
        }
        filters.push((name, values.into_iter().map(Pattern::parse).collect()));
    }
    Ok(filters)
}

/// Tells whether a text fits one of some patterns.
pub(super) fn any_matches(patterns: &[Pattern], text: &str) -> bool {
    patterns.iter().any(|pattern| pattern.matches(text))
}

/// A filter value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Pattern {
    /// A value without wildcards.
    Literal(String),
    /// Anything else.
    Wildcards(Vec<Token>),
}

/// A piece of a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token {
    Character(char),
    AnyCharacter,
    AnyText,
}

impl Pattern {
    /// Reads a filter value; a trailing `\` stands for itself.
    pub(super) fn parse(value: &str) -> Self {
        let mut tokens = Vec::new();
        let mut characters = value.chars();
        while let Some(character) = characters.next() {
            tokens.push(match character {
                '*' => Token::AnyText,
                '?' => Token::AnyCharacter,
                '\\' => Token::Character(characters.next().unwrap_or('\\')),
                other => Token::Character(other),
            });
        }
        let literal: Option<String> = tokens.iter().map(|token| token.literal()).collect();
        literal.map_or(Self::Wildcards(tokens), Self::Literal)
    }

    /// Tells whether the whole text fits.
    pub(super) fn matches(&self, text: &str) -> bool {
        match self {
            Self::Literal(literal) => literal == text,
            Self::Wildcards(tokens) => matches_tokens(tokens, text),
        }
    }
}

impl Token {
    fn literal(self) -> Option<char> {
        match self {
            Self::Character(character) => Some(character),
            Self::AnyCharacter | Self::AnyText => None,
        }
    }

    fn accepts(self, character: char) -> bool {
        match self {
            Self::Character(expected) => expected == character,
            Self::AnyCharacter | Self::AnyText => true,
        }
    }
}

/// Matches greedily and, on a mismatch, lets the last `*` swallow one character more: no
/// exponential cases.
fn matches_tokens(mut tokens: &[Token], text: &str) -> bool {
    let mut rest = text.chars();
    let mut last_star = None;
    loop {
        match (tokens.split_first(), rest.clone().next()) {
            (Some((Token::AnyText, after)), _) => {
                tokens = after;
                last_star = Some((after, rest.clone()));
            }
            (Some((token, after)), Some(character)) if token.accepts(character) => {
                tokens = after;
                rest.next();
            }
            (None, None) => return true,
            _ => {
                let Some((after, mut swallowed)) = last_star.take() else { return false };
                if swallowed.next().is_none() {
                    return false;
                }
                tokens = after;
                rest = swallowed.clone();
                last_star = Some((after, swallowed));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Pattern;

    #[track_caller]
    fn check(pattern: &str, fitting: &[&str], other: &[&str]) {
        for text in fitting {
            assert!(Pattern::parse(pattern).matches(text), "`{pattern}` should fit `{text}`");
        }
        for text in other {
            assert!(!Pattern::parse(pattern).matches(text), "`{pattern}` should not fit `{text}`");
        }
    }

    #[test]
    fn values_without_wildcards_are_equal_or_not() {
        check("golden", &["golden"], &["Golden", "golden ", ""]);
        check("", &[""], &["x"]);
    }

    #[test]
    fn a_star_is_any_text_and_a_question_mark_one_character() {
        check("*", &["", "x", "黄金"], &[]);
        check("2021-09-29T*", &["2021-09-29T11:04:43.305Z"], &["2021-09-30T11:04:43.305Z"]);
        check("a*b?c", &["abxc", "aabbxc", "a黄b金c"], &["abc", "abxd", "xabxc"]);
        check("*ab*ab", &["abab", "xabyabzab"], &["ab", "ababx"]);
    }

    #[test]
    fn a_backslash_makes_the_next_character_literal() {
        check(r"a\*b", &["a*b"], &["axb", r"a\*b"]);
        check(r"\?", &["?"], &["x"]);
        check(r"a\\b", &[r"a\b"], &["ab"]);
        check("a\\", &["a\\"], &["a"]);
    }

    #[test]
    fn many_stars_take_no_exponential_time() {
        check(&"*a".repeat(40), &[], &[&"a".repeat(39), &format!("{}b", "a".repeat(500))]);
    }
}
