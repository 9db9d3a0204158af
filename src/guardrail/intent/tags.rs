//! What the value of a tag must be.

use std::collections::BTreeSet;

use crate::guardrail::{atlas::Atlas, pattern::Glob};

/// The longest key and the longest value of a tag, in characters, on both clouds.
const LONGEST_KEY: usize = 128;
const LONGEST_VALUE: usize = 256;

/// What the value of a tag must be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TagTest {
    /// Anything, also empty, as long as the tag is there.
    Present,
    /// One of these; never empty.
    Exact(BTreeSet<String>),
    /// One that fits one of these patterns, where `*` is any run of characters and `?`
    /// one; never empty, and at least one has a wildcard.
    Like(BTreeSet<String>),
}

impl TagTest {
    /// Takes patterns, as configurations write them: `["approved"]`, `["*"]`.
    ///
    /// A pattern that fits everything makes the others say nothing.
    ///
    /// # Errors
    ///
    /// A sentence, if there is none, or one is empty, too long or not printable.
    pub fn of(patterns: impl IntoIterator<Item = String>) -> Result<Self, String> {
        let patterns: BTreeSet<String> = patterns.into_iter().collect();
        for pattern in &patterns {
            check_value(pattern)?;
        }
        if patterns.is_empty() {
            return Err("no value is given; write `[\"*\"]` for any".to_owned());
        }
        let fits_everything = |pattern: &String| pattern.bytes().all(|b| b == b'*');
        if patterns.iter().any(fits_everything) {
            return Ok(Self::Present);
        }
        let has_wildcard = patterns.iter().any(|pattern| pattern.contains(['*', '?']));
        Ok(if has_wildcard { Self::Like(patterns) } else { Self::Exact(patterns) })
    }

    /// Tells whether a tag passes; `None` is a tag that is not there.
    pub fn accepts(&self, value: Option<&str>) -> bool {
        let Some(value) = value else { return false };
        match self {
            Self::Present => true,
            Self::Exact(values) => values.contains(value),
            Self::Like(patterns) => {
                patterns.iter().any(|pattern| Glob::parse(pattern).matches(value))
            }
        }
    }

    /// The patterns, as a configuration would write them, sorted.
    pub fn patterns(&self) -> Vec<&str> {
        match self {
            Self::Present => vec!["*"],
            Self::Exact(values) | Self::Like(values) => values.iter().map(String::as_str).collect(),
        }
    }
}

fn check_value(pattern: &str) -> Result<(), String> {
    if pattern.is_empty() {
        return Err("a value is empty; write `*` for any, also an empty one".to_owned());
    }
    if pattern.chars().count() > LONGEST_VALUE {
        return Err(format!("a value has more than {LONGEST_VALUE} characters, which no tag has"));
    }
    if pattern.chars().any(char::is_control) {
        return Err("a value holds a control character, which no tag does".to_owned());
    }
    Ok(())
}

/// Checks a tag key that a rule is about.
///
/// # Errors
///
/// A sentence, if no tag that people set can have the key.
pub fn check_tag_key(atlas: &Atlas, key: &str) -> Result<(), String> {
    let length = key.chars().count();
    if !(1..=LONGEST_KEY).contains(&length) {
        return Err(format!("tag keys have 1 to {LONGEST_KEY} characters, and this has {length}"));
    }
    if key.chars().any(char::is_control) {
        return Err("a tag key holds a control character, which no tag does".to_owned());
    }
    let folded = key.to_ascii_lowercase();
    let reserved = atlas.reserved_tag_keys.iter().find(|start| folded.starts_with(**start));
    match reserved {
        Some(start) => {
            Err(format!("keys that start with `{start}` are the cloud's own: nobody can set them"))
        }
        None => Ok(()),
    }
}
