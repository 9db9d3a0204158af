//! Patterns over whole texts: `*` is any run, `?` one character.

use std::fmt;

use thiserror::Error;

/// A pattern that a whole text must match, case-sensitively.
///
/// `*` stands for any run of characters, also none; `?` for exactly one;
/// everything else for itself. There is no escape: a text that contains a star
/// is matched by a pattern that has one, among others.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Pattern {
    text: String,
}

/// Why a text is no pattern.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum PatternError {
    /// Nothing to match.
    #[error("it is empty")]
    Empty,
}

impl Pattern {
    /// Reads a pattern.
    ///
    /// # Errors
    ///
    /// An empty text, which would match only texts without a character.
    pub fn parse(text: &str) -> Result<Self, PatternError> {
        if text.is_empty() {
            return Err(PatternError::Empty);
        }
        Ok(Self { text: text.to_owned() })
    }

    /// Returns the text if it stands for itself alone.
    pub fn literal(&self) -> Option<&str> {
        (!self.text.contains(['*', '?'])).then_some(&self.text)
    }

    /// Tells whether the whole text matches.
    ///
    /// Goes back to the latest star only, which is enough for globs and keeps
    /// hostile patterns from exploding.
    pub fn matches(&self, text: &str) -> bool {
        let (mut pattern, mut rest) = (self.text.chars(), text.chars());
        let mut latest_star = None;
        loop {
            let before = (pattern.clone(), rest.clone());
            match (pattern.next(), rest.next()) {
                (Some('*'), _) => {
                    rest = before.1;
                    latest_star = Some((pattern.clone(), rest.clone()));
                    continue;
                }
                (Some('?'), Some(_)) => continue,
                (Some(wanted), Some(found)) if wanted == found => continue,
                (None, None) => return true,
                _ => {}
            }
            // Let the latest star swallow one character more and try again.
            let Some((after_star, mut swallowed)) = latest_star else { return false };
            if swallowed.next().is_none() {
                return false;
            }
            pattern = after_star.clone();
            rest = swallowed.clone();
            latest_star = Some((after_star, swallowed));
        }
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.text.fmt(formatter)
    }
}
