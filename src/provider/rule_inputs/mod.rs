//! The attributes in which every image type says what golden means.
//!
//! Start at [`CloudRule`]; each cloud has a file with the attributes that it has.

mod alicloud;
mod aws;
mod reading;

use std::collections::{BTreeMap, BTreeSet};

use self::reading::{is_watermark_key, read_exact, read_name_pattern, read_platform};
pub(super) use self::{
    alicloud::AlicloudRuleModel,
    aws::AwsRuleModel,
    reading::{read_instant, read_tags},
};
use super::{
    block::{TagPatterns, tag_patterns},
    configure::{Access, Clouds},
    place::{self, Cloud, Place, PlaceModel},
};
use crate::{
    image::{Owner, Pattern, Rule, WatermarkRule},
    model,
    plugin::{
        Attr, Diagnostic, Diagnostics, Path, read_span,
        schema::{Attribute, BOOL, STRING, optional, optional_computed, set},
    },
};

/// The attributes of one cloud that say what golden means, and where to look.
pub(super) trait CloudRule: Sync {
    /// What its images are read with.
    type Client: Cloud;

    /// The cloud's words.
    const TERMS: CloudTerms;

    /// Describes the attributes.
    fn attributes(left_out: LeftOut) -> Vec<Attribute>;

    /// Returns what says which images are golden.
    fn inputs(&self) -> RuleInputs<'_>;

    /// Returns what says where to look.
    fn whereabouts(&self) -> &PlaceModel;

    /// Picks the way to the cloud.
    fn access(clouds: &Clouds) -> &Access<Self::Client>;

    /// Finds fault with whatever is known; the provider block does not matter here.
    fn validate(&self) -> Diagnostics {
        let mut problems = self.inputs().validate(&Self::TERMS);
        problems.append(place::validate::<Self::Client>(self.whereabouts()));
        problems
    }

    /// Makes the rule, with the provider's tags added.
    ///
    /// # Errors
    ///
    /// What [`validate`](Self::validate) finds, and a rule that nothing marks as golden.
    fn rule(&self, clouds: &Clouds) -> Result<Rule, Diagnostics> {
        self.inputs().rule(&Self::TERMS, &clouds.golden_tags)
    }

    /// Finds the place to look in.
    ///
    /// # Errors
    ///
    /// Those of [`Place::find`].
    fn place(
        &self,
        clouds: &Clouds,
    ) -> impl Future<Output = Result<Place<Self::Client>, Diagnostics>> + Send {
        Place::find(Self::access(clouds), self.whereabouts())
    }
}

/// What becomes of an attribute that is left out and that every image has a value for.
#[derive(Clone, Copy)]
pub(super) enum LeftOut {
    /// It stays null.
    StaysNull,
    /// It tells the value of the image that is found.
    TellsTheImages,
}

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
    /// Tells whether a text can be the id of an image.
    pub(super) is_image_id: fn(&str) -> bool,
    /// An example of an image id.
    pub(super) example_image: &'static str,
    /// The attribute for the platform: each vendor's word.
    pub(super) platform_attribute: &'static str,
}

/// Describes the rule attributes that both clouds have.
fn attributes(owners: &'static str, left_out: LeftOut) -> Vec<Attribute> {
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
        left_out.attribute(
            "architecture",
            "The architecture, exactly, such as `x86_64` or `arm64`.",
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

impl LeftOut {
    /// Describes an exact text, with the description that fits.
    fn attribute(
        self,
        name: &'static str,
        only_in: &'static str,
        in_and_out: &'static str,
    ) -> Attribute {
        match self {
            Self::StaysNull => optional(name, STRING, only_in),
            Self::TellsTheImages => optional_computed(name, STRING, in_and_out),
        }
    }
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
            as_of: common
                .as_of
                .known()
                .and_then(|text| read_instant(text, Path::root("as_of"), problems)),
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
