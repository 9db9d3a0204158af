//! What answers of IAM have in common.

use std::collections::BTreeMap;

use quick_xml::DeError;
use serde::{Deserialize, de::Error as _};

use super::super::paging::Page;

/// A list.
#[derive(Deserialize)]
pub(super) struct Members<T> {
    #[serde(default = "Vec::new", bound = "T: Deserialize<'de>")]
    pub(super) member: Vec<T>,
}

/// A list that may be left out.
impl<T> Default for Members<T> {
    fn default() -> Self {
        Self { member: Vec::new() }
    }
}

/// A tag.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct TagElement {
    key: String,
    #[serde(default)]
    value: String,
}

impl Members<TagElement> {
    /// Returns values by key.
    pub(super) fn into_tags(self) -> BTreeMap<String, String> {
        self.member.into_iter().map(|tag| (tag.key, tag.value)).collect()
    }
}

/// Puts the items of a page and what is said about the next one together.
///
/// # Errors
///
/// There is more, but it is not said where.
pub(super) fn page<Item>(
    items: Vec<Item>,
    is_truncated: bool,
    marker: Option<String>,
) -> Result<Page<Item>, DeError> {
    let next = marker.filter(|marker| is_truncated && !marker.is_empty());
    if is_truncated && next.is_none() {
        return Err(DeError::custom("it is truncated and has no marker"));
    }
    Ok(Page { items, next })
}

/// Reads the answer to a call that says nothing but that it succeeded; half of it is none.
pub(super) fn acknowledged(text: &str) -> Result<(), DeError> {
    #[derive(Deserialize)]
    struct Reply {}

    quick_xml::de::from_str::<Reply>(text).map(|_| ())
}
