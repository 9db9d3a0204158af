//! The attributes in which every image type says what golden means.

use std::collections::{BTreeMap, BTreeSet};

use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use super::block::{TagPatterns, tag_patterns};
use crate::{
    image::{Owner, Pattern, Rule, TagRule, WatermarkRule},
    model,
    plugin::{
        Attr, Diagnostic, Diagnostics, Path, read_span,
        schema::{Attribute, BOOL, STRING, optional, optional_computed, set},
    },
};

model! {
    /// The rule attributes that both clouds have.
    #[derive(Default)]
    pub(super) struct RuleModel {
        pub(super) tags: Attr<TagPatterns>,
        pub(super) owners: Attr<BTreeSet<String>>,
        pub(super) name_pattern: Attr<String>,
        pub(super) architecture: Attr<String>,
        pub(super) max_age: Attr<String>,
        pub(super) min_age: Attr<String>,
        pub(super) as_of: Attr<String>,
        pub(super) include_deprecated: Attr<bool>,
    }
}

/// All rule attributes of one block; those that only one cloud has are optional.
#[derive(Clone, Copy)]
pub(super) struct RuleInputs<'a> {
    pub(super) common: &'a RuleModel,
    pub(super) family: Option<&'a String>,
    pub(super) platform: Option<&'a String>,
    pub(super) watermarks: Option<&'a BTreeSet<String>>,
    pub(super) watermark_direct_only: Option<&'a bool>,
}

/// What differs between the clouds.
pub(super) struct CloudTerms {
    /// The vendor's words for groups of owners.
    pub(super) groups: &'static [&'static str],
    /// How many digits an account id has.
    pub(super) account_digits: std::ops::RangeInclusive<usize>,
    /// An example of an account id.
    pub(super) example: &'static str,
    /// The attribute for the platform: each vendor's word.
    pub(super) platform_attribute: &'static str,
}

/// Describes the rule attributes that both clouds have.
pub(super) fn attributes(owners: &'static str) -> Vec<Attribute> {
    vec![
        optional(
            "tags",
            tag_patterns(),
            "Tags the image must have besides the provider's `golden_tags`, written the same \
             way. A key in both must match both: a module can narrow the rule, never widen it.",
        ),
        optional("owners", set(STRING), owners),
        optional(
            "name_pattern",
            STRING,
            "A pattern that the whole name must match: `*` is any run, `?` one character.",
        ),
        optional_computed(
            "architecture",
            STRING,
            "The architecture, exactly, such as `x86_64` or `arm64`. Left out, it tells the found \
             image's.",
        ),
        optional(
            "max_age",
            STRING,
            "The longest time since creation, such as `90d` or `1d12h` (`d` is 24 hours).",
        ),
        optional("min_age", STRING, "The shortest time since creation, such as `36h`: soak time."),
        optional(
            "as_of",
            STRING,
            "An instant in RFC 3339, such as `2026-06-01T00:00:00Z`: images created later are \
             ignored, and ages and deprecation are judged at that instant. Tags and existence \
             are today's: clouds keep no history. Alibaba Cloud does not tell since when an image \
             is deprecated, so there one that is deprecated today always counts as such.",
        ),
        optional(
            "include_deprecated",
            BOOL,
            "Whether a deprecated image may be golden. Default `false`.",
        ),
    ]
}

impl RuleInputs<'_> {
    /// Finds fault with whatever is known; the provider block does not matter here.
    pub(super) fn validate(&self, terms: &CloudTerms) -> Diagnostics {
        let mut problems = Diagnostics::new();
        self.read(terms, &mut problems);
        problems
    }

    /// Makes the rule, with the provider's tags added.
    ///
    /// # Errors
    ///
    /// What [`validate`](Self::validate) finds, and a rule that nothing marks as golden.
    pub(super) fn rule(
        &self,
        terms: &CloudTerms,
        golden_tags: &Attr<TagPatterns>,
    ) -> Result<Rule, Diagnostics> {
        if golden_tags.is_unknown() {
            return Err(unknown_golden_tags().into());
        }
        let mut problems = Diagnostics::new();
        let mut rule = self.read(terms, &mut problems);
        if let Some(golden) = golden_tags.known() {
            // The provider block has been validated; its faults are told there.
            let golden = read_tags(golden, &Path::root("golden_tags"), &mut Diagnostics::new());
            rule.tags.splice(0..0, golden);
        }
        let is_marked = !rule.tags.is_empty() || rule.watermarks.is_some();
        if !is_marked && self.common.owners.is_null() {
            problems.push(no_rule());
        }
        problems.or_value(rule)
    }

    fn read(&self, terms: &CloudTerms, problems: &mut Diagnostics) -> Rule {
        let Self { common, family, platform, .. } = self;
        let tags = common.tags.known();
        let mut span = |name, text: &Attr<String>| {
            text.known().and_then(|text| read_span(text, Path::root(name), problems))
        };
        let (max_age, min_age) =
            (span("max_age", &common.max_age), span("min_age", &common.min_age));
        let rule = Rule {
            tags: tags
                .map(|tags| read_tags(tags, &Path::root("tags"), problems))
                .unwrap_or_default(),
            owners: self.read_owners(terms, problems),
            name: common.name_pattern.known().and_then(|text| read_name_pattern(text, problems)),
            family: read_exact("family", *family, problems),
            platform: platform
                .and_then(|text| read_platform(terms.platform_attribute, text, problems)),
            architecture: read_exact("architecture", common.architecture.known(), problems),
            watermarks: self.read_watermarks(problems),
            max_age,
            min_age,
            include_deprecated: common.include_deprecated.known().copied().unwrap_or(false),
            as_of: common.as_of.known().and_then(|text| read_instant(text, problems)),
        };
        if let (Some(min), Some(max)) = (&rule.min_age, &rule.max_age)
            && min.duration() > max.duration()
        {
            let detail = format!(
                "No image is at least {min} and at most {max} old. Make `min_age` the shorter one."
            );
            problems.push(Diagnostic::error("Impossible Age", detail).at(Path::root("min_age")));
        }
        rule
    }

    fn read_owners(&self, terms: &CloudTerms, problems: &mut Diagnostics) -> BTreeSet<Owner> {
        let Some(owners) = self.common.owners.known() else {
            return BTreeSet::from([Owner::Caller]);
        };
        if owners.is_empty() {
            let detail = "The set is empty, so no image could ever be golden. Name somebody, or \
                          leave `owners` out: it defaults to `[\"self\"]`.";
            problems.push(Diagnostic::error("Empty Owners", detail).at(Path::root("owners")));
        }
        let mut read = BTreeSet::new();
        for owner in owners {
            match terms.read(owner) {
                Some(owner) => {
                    read.insert(owner);
                }
                None => problems.push(terms.unknown_owner(owner)),
            }
        }
        read
    }

    fn read_watermarks(&self, problems: &mut Diagnostics) -> Option<WatermarkRule> {
        let keys = self.watermarks?;
        let path = || Path::root("watermarks");
        if keys.is_empty() {
            let detail = "The set is empty, so no image could ever be golden. Name a watermark, \
                          or leave `watermarks` out.";
            problems.push(Diagnostic::error("Empty Watermarks", detail).at(path()));
        }
        for key in keys.iter().filter(|key| !is_watermark_key(key)) {
            let detail = format!(
                "`{key}` is no watermark key. Write it as `ACCOUNT:NAME`, for instance \
                 `123456789012:hardened`; AttachImageWatermark returns it."
            );
            problems.push(Diagnostic::error("Invalid Watermark Key", detail).at(path()));
        }
        let direct_only = self.watermark_direct_only.copied().unwrap_or(true);
        Some(WatermarkRule { any_of: keys.clone(), direct_only })
    }
}

impl CloudTerms {
    fn read(&self, text: &str) -> Option<Owner> {
        let is_account = self.account_digits.contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_digit());
        match text {
            "self" => Some(Owner::Caller),
            _ if is_account => Some(Owner::Account(text.to_owned())),
            _ => self.groups.iter().find(|group| **group == text).copied().map(Owner::Group),
        }
    }

    fn unknown_owner(&self, text: &str) -> Diagnostic {
        let groups: Vec<_> = self.groups.iter().map(|group| format!("`{group}`")).collect();
        let detail = format!(
            "`{text}` is nobody whose images can be trusted. Write `self`, {} or an account id \
             such as `{}`. Searching everybody's images is not possible: whoever may publish an \
             image could then plant one.",
            groups.join(", "),
            self.example
        );
        Diagnostic::error("Invalid Owner", detail).at(Path::root("owners"))
    }
}

/// Reads tag patterns; also used for the provider block.
pub(super) fn read_tags(
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

fn read_name_pattern(text: &str, problems: &mut Diagnostics) -> Option<Pattern> {
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
fn read_exact(
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

fn read_platform(
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

fn read_instant(text: &str, problems: &mut Diagnostics) -> Option<OffsetDateTime> {
    let instant = OffsetDateTime::parse(text, &Rfc3339);
    if instant.is_err() {
        let detail = format!(
            "`{text}` is no instant in RFC 3339. Write date, time and zone, for instance \
             `2026-06-01T00:00:00Z`."
        );
        problems.push(Diagnostic::error("Invalid Date", detail).at(Path::root("as_of")));
    }
    instant.ok()
}

/// `ACCOUNT:NAME`, the name with 3 to 128 characters (AWS API reference, AttachImageWatermark).
fn is_watermark_key(key: &str) -> bool {
    key.split_once(':').is_some_and(|(account, name)| {
        account.len() == 12
            && account.bytes().all(|byte| byte.is_ascii_digit())
            && (3..=128).contains(&name.chars().count())
    })
}

fn no_rule() -> Diagnostic {
    Diagnostic::error(
        "No Golden Rule",
        "Nothing says which images are golden, so any image would do. Set `golden_tags` in the \
         provider block, for instance `golden_tags = { status = [\"approved\"] }`, or `tags` or \
         `owners` here.",
    )
}

fn unknown_golden_tags() -> Diagnostic {
    Diagnostic::error(
        "Unknown Golden Rule",
        "`golden_tags` in the provider block depends on something that is only known after \
         apply. Terraform reads this data source now and would never read it again, so nothing \
         could be checked. Give `golden_tags` values that are known when planning, or apply what \
         they depend on first, with `-target`.",
    )
}

/// Collects a rule's tags by key, for vendors that are asked for them.
///
/// A key with one exact value is asked for with the value, anything else by key
/// alone. The answer is judged again anyway.
pub(super) fn vendor_tags(rule: &Rule) -> Vec<(String, Option<String>)> {
    let mut tags: BTreeMap<&str, Option<&str>> = BTreeMap::new();
    for tag in &rule.tags {
        let mut patterns = tag.any_of.iter();
        let exact =
            patterns.next().and_then(Pattern::literal).filter(|_| patterns.next().is_none());
        let asked = tags.entry(&tag.key).or_default();
        *asked = asked.or(exact);
    }
    let owned = |(key, value): (&str, Option<&str>)| (key.to_owned(), value.map(str::to_owned));
    tags.into_iter().map(owned).collect()
}
