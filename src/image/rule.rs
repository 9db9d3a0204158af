//! What golden means.

use std::{collections::BTreeSet, fmt};

use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use super::pattern::Pattern;
use crate::span::Span;

/// The golden rule: an image is golden if nothing here speaks against it.
#[derive(Clone, Debug)]
pub struct Rule {
    /// All of them must hold; the same key may come up twice.
    pub tags: Vec<TagRule>,
    /// Whose images may be golden at all; never empty.
    pub owners: BTreeSet<Owner>,
    /// The whole name.
    pub name: Option<Pattern>,
    /// The image family, exactly.
    pub family: Option<String>,
    /// `linux` or `windows`.
    pub platform: Option<String>,
    /// The architecture, exactly.
    pub architecture: Option<String>,
    /// Marks of origin.
    pub watermarks: Option<WatermarkRule>,
    /// The longest time since creation.
    pub max_age: Option<Span>,
    /// The shortest time since creation.
    pub min_age: Option<Span>,
    /// Whether a deprecated image may be golden.
    pub include_deprecated: bool,
    /// The instant at which ages and deprecation are judged, and after which no
    /// image counts. `None` is now.
    pub as_of: Option<OffsetDateTime>,
}

/// A tag that must be there with a value that matches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TagRule {
    /// The key, exactly.
    pub key: String,
    /// One of these must match the value; never empty.
    pub any_of: BTreeSet<Pattern>,
}

impl TagRule {
    /// Tells whether a value of the key is one that counts.
    pub fn admits(&self, value: &str) -> bool {
        self.any_of.iter().any(|pattern| pattern.matches(value))
    }
}

/// Watermarks, one of which an image must carry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WatermarkRule {
    /// One of these keys must be there; never empty.
    pub any_of: BTreeSet<String>,
    /// Whether it must have been attached to this very image, not to an ancestor.
    pub direct_only: bool,
}

/// Somebody whose images may be golden.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Owner {
    /// The account that asks.
    Caller,
    /// A group in the vendor's word: `system`, `amazon`, …
    Group(&'static str),
    /// An account, by its id.
    Account(String),
}

impl fmt::Display for Owner {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Caller => formatter.write_str("self"),
            Self::Group(group) => group.fmt(formatter),
            Self::Account(id) => id.fmt(formatter),
        }
    }
}

impl fmt::Display for TagRule {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} = {}", self.key, alternatives(&self.any_of))
    }
}

/// Writes the rule in the words of the configuration, one part a line.
impl fmt::Display for Rule {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "owners: {}", alternatives(&self.owners))?;
        for tag in &self.tags {
            write!(formatter, "\ntag: {tag}")?;
        }
        if let Some(watermarks) = &self.watermarks {
            let how = if watermarks.direct_only { "" } else { " (inherited ones count)" };
            write!(formatter, "\nwatermark: {}{how}", alternatives(&watermarks.any_of))?;
        }
        let texts = [
            ("name_pattern", self.name.as_ref().map(ToString::to_string)),
            ("family", self.family.clone()),
            ("platform", self.platform.clone()),
            ("architecture", self.architecture.clone()),
            ("max_age", self.max_age.as_ref().map(ToString::to_string)),
            ("min_age", self.min_age.as_ref().map(ToString::to_string)),
            ("as_of", self.as_of.and_then(|instant| instant.format(&Rfc3339).ok())),
        ];
        for (name, text) in texts {
            if let Some(text) = text {
                write!(formatter, "\n{name}: {text}")?;
            }
        }
        if self.include_deprecated {
            write!(formatter, "\ndeprecated images count")
        } else {
            Ok(())
        }
    }
}

/// Writes `a`, or `a or b`.
pub(super) fn alternatives<T: fmt::Display>(items: &BTreeSet<T>) -> String {
    let texts: Vec<String> = items.iter().map(ToString::to_string).collect();
    texts.join(" or ")
}
