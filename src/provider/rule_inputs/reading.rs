//! Reading what configurations write: patterns, spans, instants and names.
//!
//! Each function adds what is wrong to the problems, at its attribute.

use std::collections::BTreeSet;

use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use crate::{
    image::{Pattern, TagRule},
    plugin::{Diagnostic, Diagnostics, Path},
    provider::block::TagPatterns,
};

/// Reads tag patterns; also used for the provider block.
pub(in crate::provider) fn read_tags(
    tags: &TagPatterns,
    path: &Path,
    problems: &mut Diagnostics,
) -> Vec<TagRule> {
    if tags.is_empty() {
        let detail = format!(
            "The map is empty, so nothing would mark an image as golden. Write at least one tag, \
             for instance `{path} = {{ status = [\"approved\"] }}`, or leave `{path}` out."
        );
        problems.push(Diagnostic::error("Empty Golden Rule", detail).at(path.clone()));
    }
    tags.iter().filter_map(|(key, patterns)| read_tag(key, patterns, path, problems)).collect()
}

fn read_tag(
    key: &str,
    patterns: &BTreeSet<String>,
    path: &Path,
    problems: &mut Diagnostics,
) -> Option<TagRule> {
    let path = path.clone().key(key);
    if key.is_empty() {
        let detail = "A tag key cannot be empty. Write the key that marks golden images.";
        problems.push(Diagnostic::error("Empty Tag Key", detail).at(path));
        return None;
    }
    if patterns.is_empty() {
        let detail = format!(
            "The tag `{key}` lists no pattern, so no value could match. Write the values that \
             count, or `[\"*\"]` if the key alone is enough."
        );
        problems.push(Diagnostic::error("Empty Tag Patterns", detail).at(path));
        return None;
    }
    let parsed: Result<_, _> = patterns.iter().map(|text| Pattern::parse(text)).collect();
    parsed
        .map_err(|_| {
            let detail = format!(
                "A pattern of the tag `{key}` is empty. Write the values that count; `[\"*\"]` \
                 matches any value, also an empty one."
            );
            problems.push(Diagnostic::error("Empty Pattern", detail).at(path));
        })
        .ok()
        .map(|any_of| TagRule { key: key.to_owned(), any_of })
}

pub(super) fn read_name_pattern(text: &str, problems: &mut Diagnostics) -> Option<Pattern> {
    let pattern = Pattern::parse(text);
    if let Err(error) = &pattern {
        let detail = format!(
            "The pattern is not usable: {error}. Write a pattern for the whole name, such as \
             `web-*`, or leave `name_pattern` out."
        );
        problems
            .push(Diagnostic::error("Invalid Name Pattern", detail).at(Path::root("name_pattern")));
    }
    pattern.ok()
}

/// Refuses an empty text, which the clouds take for "no filter".
pub(super) fn read_exact(
    name: &'static str,
    text: Option<&String>,
    problems: &mut Diagnostics,
) -> Option<String> {
    if text.is_some_and(String::is_empty) {
        let detail = format!("`{name}` is empty. Write what it must be exactly, or leave it out.");
        problems.push(Diagnostic::error("Empty Value", detail).at(Path::root(name)));
    }
    text.cloned()
}

pub(super) fn read_platform(
    attribute: &'static str,
    text: &str,
    problems: &mut Diagnostics,
) -> Option<String> {
    if ["linux", "windows"].contains(&text) {
        return Some(text.to_owned());
    }
    let detail = format!("`{text}` is no platform. Write `linux` or `windows`.");
    problems.push(Diagnostic::error("Invalid Platform", detail).at(Path::root(attribute)));
    None
}

/// Reads an instant in RFC 3339; also used where dates end something.
pub(in crate::provider) fn read_instant(
    text: &str,
    path: Path,
    problems: &mut Diagnostics,
) -> Option<OffsetDateTime> {
    let instant = OffsetDateTime::parse(text, &Rfc3339);
    if instant.is_err() {
        let detail = format!(
            "`{text}` is no instant in RFC 3339. Write date, time and zone, for instance \
             `2026-06-01T00:00:00Z`."
        );
        problems.push(Diagnostic::error("Invalid Date", detail).at(path));
    }
    instant.ok()
}

/// `ACCOUNT:NAME`, the name with 3 to 128 characters (AWS API reference, AttachImageWatermark).
pub(super) fn is_watermark_key(key: &str) -> bool {
    key.split_once(':').is_some_and(|(account, name)| {
        account.len() == 12
            && account.bytes().all(|byte| byte.is_ascii_digit())
            && (3..=128).contains(&name.chars().count())
    })
}
