//! `TagSpecification.N`: tags for what a call makes, by type of resource.

use std::collections::{BTreeMap, BTreeSet};

use super::tagging::{self, Tags};
use crate::cloud::{Call, VendorError};
use crate::parameters::Parameters;

/// The permission that setting tags needs, also while making something.
pub(super) const CREATE_TAGS: &str = "ec2:CreateTags";

/// Returns the permissions of a call that makes something: its own, and that of tagging if it does.
pub(super) fn permissions(own: &'static str, parameters: &Parameters) -> Vec<&'static str> {
    let names_tags = parameters
        .names()
        .any(|name| name.starts_with("TagSpecification.") && name.ends_with(".Key"));
    [own].into_iter().chain(names_tags.then_some(CREATE_TAGS)).collect()
}

/// Returns the tags for each type of resource, as they are.
pub(super) fn by_type(call: &Call) -> BTreeMap<&str, Tags> {
    let mut all: BTreeMap<&str, Tags> = BTreeMap::new();
    let text = |name: String| call.parameters.get(&name);
    for index in call.parameters.indices("TagSpecification") {
        let specification = format!("TagSpecification.{index}");
        let kind = text(format!("{specification}.ResourceType")).unwrap_or_default();
        let tags = all.entry(kind).or_default();
        for tag in call.parameters.indices(&format!("{specification}.Tag")) {
            let part = |name| text(format!("{specification}.Tag.{tag}.{name}"));
            let (key, value) = (part("Key").unwrap_or_default(), part("Value"));
            tags.insert(key.to_owned(), value.unwrap_or_default().to_owned());
        }
    }
    all
}

/// Returns the tags for each type of resource, once they are found to be right.
///
/// Errors: a type that the call does not make, and tags that nothing can have.
pub(super) fn read<'a>(
    call: &'a Call,
    kinds: &[&str],
) -> Result<BTreeMap<&'a str, Tags>, VendorError> {
    let all = by_type(call);
    let mut seen = BTreeSet::new();
    for index in call.parameters.indices("TagSpecification") {
        let name = format!("TagSpecification.{index}.ResourceType");
        let kind = call.parameters.get(&name).unwrap_or_default();
        if !kinds.contains(&kind) {
            let message =
                format!("'{kind}' is not a valid taggable resource type for this operation.");
            return Err(tagging::invalid(message));
        }
        if !seen.insert(kind) {
            return Err(tagging::invalid(format!("Duplicate tag specification for '{kind}'.")));
        }
    }
    for (key, value) in all.values().flatten() {
        tagging::check_tag(key, value)?;
    }
    if all.values().any(|tags| tags.len() > tagging::MAX_TAGS_OF_RESOURCE) {
        return Err(tagging::too_many());
    }
    Ok(all)
}
