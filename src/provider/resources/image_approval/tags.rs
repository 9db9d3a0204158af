//! What may be wrong with tags: pure.
//!
//! Vendors differ in limits, which are data here. Where keys clash they agree as far as this
//! type is concerned: Alibaba Cloud refuses two keys that differ in case only, and AWS allows
//! them but compares keys without case in the conditions of policies, so that the machine that
//! a guard stops would depend on luck.

use std::collections::{BTreeMap, BTreeSet};

use super::model::TagMap;
use crate::{
    image::{TagRule, Tags},
    plugin::{Attr, Diagnostic, Diagnostics, Path},
};

/// What a vendor says about tags.
pub(in crate::provider::resources) struct TagTerms {
    /// How many tags an image can have.
    pub(in crate::provider::resources) most: usize,
    /// How many characters a key can have.
    pub(in crate::provider::resources) longest_key: usize,
    /// How many characters a value can have.
    pub(in crate::provider::resources) longest_value: usize,
    /// What keys must not begin with, whatever the case.
    pub(in crate::provider::resources) reserved_for_keys: &'static [&'static str],
    /// What values must not begin with, whatever the case.
    pub(in crate::provider::resources) reserved_for_values: &'static [&'static str],
    /// What neither keys nor values may contain.
    pub(in crate::provider::resources) forbidden: &'static [&'static str],
    /// What the vendor's own tags begin with, which do not count.
    pub(in crate::provider::resources) system: &'static str,
}

/// Finds fault with configured tags, as far as they are known.
pub(super) fn validate(
    tags: &BTreeMap<String, Attr<String>>,
    terms: &TagTerms,
    vendor: &str,
) -> Diagnostics {
    let mut problems = Diagnostics::new();
    let mut fault = |path: Path, summary: &str, detail: String| {
        problems.push(Diagnostic::error(summary, detail).at(path));
    };
    if tags.is_empty() {
        let detail = "The map is empty, so nothing would be approved. Write the tags that mark a \
                      golden image, or leave `tags` out.";
        fault(root(), "Empty Tags", detail.to_owned());
    }
    if tags.len() > terms.most {
        let detail = format!(
            "These are {} tags; an image on {vendor} can have {}. Keep those that `golden_tags` \
             asks for.",
            tags.len(),
            terms.most
        );
        fault(root(), "Too Many Tags", detail);
    }
    for (key, value) in tags {
        if let Some(reason) = terms.fault_of_key(key) {
            let key = key.escape_debug();
            fault(at(key.to_string()), "Invalid Tag Key", format!("The key `{key}` {reason}."));
        }
        if value.is_null() {
            let detail = format!("The tag `{key}` has no value. Give it one, or leave it out.");
            fault(at(key.clone()), "No Tag Value", detail);
        }
        if let Some(reason) = value.known().and_then(|value| terms.fault_of_value(value)) {
            let detail = format!("The value of the tag `{key}` {reason}.");
            fault(at(key.clone()), "Invalid Tag Value", detail);
        }
    }
    for (one, other) in clashes(tags.keys().map(String::as_str)) {
        let detail = format!(
            "The keys `{one}` and `{other}` differ in case only. Policies on {vendor} cannot tell \
             them apart reliably. Keep the one that `golden_tags` asks for."
        );
        fault(at(other.to_owned()), "Clashing Tag Keys", detail);
    }
    problems
}

impl TagTerms {
    /// Says what is wrong with a key, as the rest of a sentence.
    fn fault_of_key(&self, key: &str) -> Option<String> {
        if key.is_empty() {
            return Some("is empty; write the key that marks golden images".to_owned());
        }
        self.fault(key, self.longest_key, self.reserved_for_keys)
    }

    fn fault_of_value(&self, value: &str) -> Option<String> {
        self.fault(value, self.longest_value, self.reserved_for_values)
    }

    fn fault(&self, text: &str, longest: usize, reserved: &[&str]) -> Option<String> {
        let length = text.chars().count();
        let folded = text.to_lowercase();
        let prefix = reserved.iter().find(|prefix| folded.starts_with(**prefix));
        let part = self.forbidden.iter().find(|part| folded.contains(**part));
        match (prefix, part) {
            _ if length > longest => {
                Some(format!("has {length} characters; at most {longest} are allowed"))
            }
            (Some(prefix), _) => Some(format!(
                "begins with `{prefix}`, which the vendor keeps for itself; choose another"
            )),
            (None, Some(part)) => {
                Some(format!("contains `{part}`, which the vendor does not accept"))
            }
            (None, None) => None,
        }
    }
}

/// Finds keys that differ in case only.
fn clashes<'a>(keys: impl Iterator<Item = &'a str>) -> Vec<(&'a str, &'a str)> {
    let mut seen = BTreeMap::new();
    let mut found = Vec::new();
    for key in keys {
        if let Some(earlier) = seen.insert(folded(key), key) {
            found.push((earlier, key));
        }
    }
    found
}

/// Writes a key as the vendors compare it.
pub(super) fn folded(key: &str) -> String {
    key.to_lowercase()
}

/// Finds fault with tags that would not make an image golden, as far as they are known.
pub(super) fn judge(tags: &BTreeMap<String, Attr<String>>, golden: &[TagRule]) -> Diagnostics {
    let mut problems = Diagnostics::new();
    for rule in golden {
        let (path, has) = match tags.get(&rule.key) {
            Some(Attr::Known(value)) if !rule.admits(value) => {
                (at(rule.key.clone()), format!("`{}` is `{value}`", rule.key))
            }
            None => (root(), format!("`{}` is not there", rule.key)),
            Some(_) => continue,
        };
        let detail = format!(
            "An image with these tags would still not be golden: {has}, and `golden_tags` of the \
             provider block asks for {rule}. Change the tag, or the rule."
        );
        problems.push(Diagnostic::error("Tags Are Not Golden", detail).at(path));
    }
    problems
}

/// Returns the tags that a rule leaves no choice about.
///
/// # Errors
///
/// The rule allows several values of a key.
pub(super) fn only_tags(golden: &[TagRule]) -> Result<TagMap, Diagnostics> {
    let mut problems = Diagnostics::new();
    let mut tags = TagMap::new();
    for rule in golden {
        let mut values = rule.any_of.iter();
        match (values.next().and_then(|pattern| pattern.literal()), values.next()) {
            (Some(value), None) => {
                tags.insert(rule.key.clone(), value.to_owned());
            }
            _ => {
                let detail = format!(
                    "`golden_tags` of the provider block allows more than one value: {rule}. Set \
                     `tags` to say which this image gets."
                );
                problems.push(Diagnostic::error("No Exact Tags", detail).at(root()));
            }
        }
    }
    problems.or_value(tags)
}

/// Finds fault with setting tags on an image that has some already. Keys that the approval
/// holds are its own to change.
pub(super) fn judge_beside(
    existing: &Tags,
    keys: &BTreeSet<&str>,
    held: &TagMap,
    terms: &TagTerms,
    image: &str,
) -> Diagnostics {
    let mut problems = Diagnostics::new();
    let user: BTreeSet<&str> =
        existing.iter().map(|(key, _)| key).filter(|key| !key.starts_with(terms.system)).collect();
    let foreign = user.iter().filter(|key| !held.contains_key(**key));
    let by_folded: BTreeMap<_, _> = foreign.map(|key| (folded(key), *key)).collect();
    for key in keys {
        if let Some(other) = by_folded.get(&folded(key)).filter(|other| *other != key) {
            let detail = format!(
                "{image} has a tag `{other}` already, which differs from `{key}` in case only. \
                 Remove that one first, or write the key as it is there."
            );
            problems.push(Diagnostic::error("Clashing Tag Keys", detail).at(at((*key).to_owned())));
        }
    }
    let total = user.union(keys).count();
    if total > terms.most {
        let detail = format!(
            "{image} has {} tags already; with these it would have {total}, and {} are allowed. \
             Remove some that are not needed.",
            user.len(),
            terms.most
        );
        problems.push(Diagnostic::error("Too Many Tags", detail).at(root()));
    }
    problems
}

/// The attribute.
pub(super) fn root() -> Path {
    Path::root("tags")
}

/// One tag of the attribute.
pub(super) fn at(key: String) -> Path {
    root().key(key)
}
