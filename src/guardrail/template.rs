//! Texts of policies with wildcards and `${variables}`.
//!
//! `${key}` stands for the value of a context key, `${key, 'text'}` for the text where
//! the key is absent, `${*}`, `${?}` and `${$}` for those characters.
//! Source: IAM User Guide, "IAM policy elements: Variables and tags".

use super::{
    pattern::{Token, wildcards},
    request::LONGEST_VALUE,
    value::Key,
};

/// A text whose variables are not filled in yet.
#[derive(Clone, Debug)]
pub(super) struct Template {
    parts: Vec<Part>,
}

#[derive(Clone, Debug)]
enum Part {
    Tokens(Vec<Token>),
    Variable { key: Key, default: Option<Box<str>> },
}

/// A template with its variables filled in.
pub(super) struct Filled {
    pub(super) tokens: Vec<Token>,
    /// Whether a value held a star or a question mark, which are then ordinary.
    pub(super) wild_value: bool,
}

impl Template {
    /// Reads a text; `wild` makes `*` and `?` wildcards.
    ///
    /// # Errors
    ///
    /// A variable that is not closed, has no name or a malformed default.
    pub(super) fn parse(text: &str, wild: bool) -> Result<Self, String> {
        let plain = |text: &str| -> Vec<Token> {
            if wild { wildcards(text).collect() } else { text.chars().map(Token::Char).collect() }
        };
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("${") {
            parts.push(Part::Tokens(plain(before)));
            let Some((inside, after)) = after.split_once('}') else {
                return Err(format!("the variable `${{{after}` is not closed"));
            };
            parts.push(Part::parse(inside)?);
            rest = after;
        }
        parts.push(Part::Tokens(plain(rest)));
        Ok(Self { parts })
    }

    /// Takes a text without variables.
    pub(super) fn literal(text: &str, wild: bool) -> Self {
        let tokens =
            if wild { wildcards(text).collect() } else { text.chars().map(Token::Char).collect() };
        Self { parts: vec![Part::Tokens(tokens)] }
    }

    /// The pieces, if there is no variable among them.
    pub(super) fn fixed(&self) -> Option<Vec<Token>> {
        let mut tokens = Vec::new();
        for part in &self.parts {
            match part {
                Part::Tokens(more) => tokens.extend_from_slice(more),
                Part::Variable { .. } => return None,
            }
        }
        Some(tokens)
    }

    /// Tells whether a variable stands before the last of so many fields.
    pub(super) fn has_variable_before_field(&self, field_count: usize) -> bool {
        let mut colons = 0;
        for part in &self.parts {
            match part {
                Part::Tokens(tokens) => {
                    colons += tokens.iter().filter(|token| **token == Token::Char(':')).count();
                }
                Part::Variable { .. } if colons + 1 < field_count => return true,
                Part::Variable { .. } => {}
            }
        }
        false
    }

    /// Lists the keys of the variables.
    pub(super) fn keys(&self) -> impl Iterator<Item = &Key> {
        self.parts.iter().filter_map(|part| match part {
            Part::Variable { key, .. } => Some(key),
            Part::Tokens(_) => None,
        })
    }

    /// Puts in the values; `None` if a key has neither a value nor a default.
    ///
    /// What is already longer than any text is left there: it matches none.
    pub(super) fn fill<'v>(&self, value: impl Fn(&Key) -> Option<&'v str>) -> Option<Filled> {
        let mut filled = Filled { tokens: Vec::new(), wild_value: false };
        let mut length = 0;
        for part in &self.parts {
            match part {
                Part::Tokens(tokens) => filled.tokens.extend_from_slice(tokens),
                Part::Variable { key, default } => {
                    let text = value(key).or(default.as_deref())?;
                    filled.wild_value |= text.contains(['*', '?']);
                    filled.tokens.extend(text.chars().map(Token::Char));
                    length += text.chars().count();
                    if length > LONGEST_VALUE {
                        break;
                    }
                }
            }
        }
        Some(filled)
    }
}

impl Part {
    /// Reads what stands between the braces.
    fn parse(inside: &str) -> Result<Self, String> {
        if let "*" | "?" | "$" = inside {
            return Ok(Self::Tokens(inside.chars().map(Token::Char).collect()));
        }
        let (name, default) = match inside.split_once(',') {
            Some((name, default)) => (name, Some(default.trim())),
            None => (inside, None),
        };
        let name = name.trim();
        if name.is_empty() || name.contains(['$', '{', '*', '?']) {
            return Err(format!("`${{{inside}}}` names no context key"));
        }
        let default = match default {
            Some(quoted) => {
                let text = quoted.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\''));
                let text = text.ok_or_else(|| {
                    format!("the default in `${{{inside}}}` must stand in single quotes")
                })?;
                Some(text.into())
            }
            None => None,
        };
        Ok(Self::Variable { key: Key::new(name), default })
    }
}
