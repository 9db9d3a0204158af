//! One image against the rule: every reason why it is not golden.

use std::fmt;

use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use super::{
    facts::{Deprecation, Image, ImageState},
    rule::{Owner, Rule, TagRule, WatermarkRule, alternatives},
};
use crate::span::Span;

/// Why an image is not golden.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason<'a> {
    /// None of the trusted owners.
    OwnerNotTrusted(&'a str),
    /// Open to every account, and the owner is not trusted.
    Public,
    /// Deregistered.
    Deleted,
    /// Asked for by its id, but the cloud does not show it.
    NotVisible,
    /// Disabled by its owner.
    Disabled,
    /// In another state, told in the vendor's word.
    NotAvailable(&'a str),
    /// Deprecated; since when, if the cloud tells.
    Deprecated(Option<OffsetDateTime>),
    /// Not among the account's Allowed AMIs.
    NotAllowed,
    /// The tag is not there.
    TagMissing(&'a TagRule),
    /// The tag has another value, told second.
    TagMismatch(&'a TagRule, &'a str),
    /// The tag is not there, but the image is another account's, whose tags do not travel.
    TagsNotVisible(&'a TagRule),
    /// The name does not match.
    Name,
    /// Another family, or none.
    Family(Option<&'a str>),
    /// Another platform.
    Platform(&'a str),
    /// Another architecture.
    Architecture(&'a str),
    /// None of the watermarks.
    WatermarkMissing(&'a WatermarkRule),
    /// A watermark, but of an ancestor, told by its id.
    WatermarkInherited(&'a str),
    /// Created too long ago.
    TooOld(OffsetDateTime, &'a Span),
    /// Created too recently.
    TooNew(OffsetDateTime, &'a Span),
    /// Created after `as_of`.
    AfterAsOf(OffsetDateTime),
    /// The cloud's creation time is no time.
    Unreadable,
}

/// The stages in which a rule thins the images out, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// Whose it is.
    Owner,
    /// Whether it can be used.
    State,
    /// Tags and watermarks.
    Tags,
    /// Name, family, platform and architecture.
    Name,
    /// How old it is.
    Age,
}

/// Returns every reason against an image, in the order of the stages; none for a golden one.
///
/// `now` counts unless the rule has an `as_of`.
pub fn judge<'a>(image: &'a Image, rule: &'a Rule, now: OffsetDateTime) -> Vec<Reason<'a>> {
    let instant = rule.as_of.unwrap_or(now);
    let mut reasons = Vec::new();
    judge_owner(image, rule, &mut reasons);
    judge_state(image, rule, instant, &mut reasons);
    reasons.extend(rule.tags.iter().filter_map(|tag| judge_tag(image, tag)));
    reasons.extend(rule.watermarks.as_ref().and_then(|wanted| judge_watermarks(image, wanted)));
    judge_name(image, rule, &mut reasons);
    judge_age(image, rule, instant, &mut reasons);
    reasons
}

fn judge_owner<'a>(image: &'a Image, rule: &Rule, reasons: &mut Vec<Reason<'a>>) {
    let is_trusted = rule.owners.iter().any(|owner| match owner {
        Owner::Caller => image.owner.is_caller,
        Owner::Group(group) => image.owner.alias.as_deref() == Some(*group),
        Owner::Account(id) => *image.owner.id == **id,
    });
    if !is_trusted {
        reasons.push(Reason::OwnerNotTrusted(&image.owner.id));
        reasons.extend(image.is_public.then_some(Reason::Public));
    }
}

fn judge_state<'a>(
    image: &'a Image,
    rule: &Rule,
    instant: OffsetDateTime,
    reasons: &mut Vec<Reason<'a>>,
) {
    reasons.extend(match &image.state {
        ImageState::Available => None,
        ImageState::Disabled => Some(Reason::Disabled),
        ImageState::Deregistered => Some(Reason::Deleted),
        ImageState::Other(state) => Some(Reason::NotAvailable(state)),
    });
    let deprecated = match image.deprecation {
        Deprecation::At(since) if since <= instant => Some(Reason::Deprecated(Some(since))),
        Deprecation::Now => Some(Reason::Deprecated(None)),
        Deprecation::At(_) | Deprecation::None => None,
    };
    reasons.extend(deprecated.filter(|_| !rule.include_deprecated));
    // Absent means that the setting is off, never that the image is forbidden.
    reasons.extend((image.allowed == Some(false)).then_some(Reason::NotAllowed));
}

fn judge_tag<'a>(image: &'a Image, rule: &'a TagRule) -> Option<Reason<'a>> {
    match image.tags.get(&rule.key) {
        Some(value) if rule.admits(value) => None,
        Some(value) => Some(Reason::TagMismatch(rule, value)),
        None if image.owner.is_caller => Some(Reason::TagMissing(rule)),
        None => Some(Reason::TagsNotVisible(rule)),
    }
}

fn judge_watermarks<'a>(image: &'a Image, rule: &'a WatermarkRule) -> Option<Reason<'a>> {
    let mut carried = image.watermarks.iter().filter(|mark| rule.any_of.contains(&*mark.key));
    let Some(first) = carried.next() else { return Some(Reason::WatermarkMissing(rule)) };
    let is_direct =
        std::iter::once(first).chain(carried).any(|mark| mark.source_image_id == image.id);
    (rule.direct_only && !is_direct).then_some(Reason::WatermarkInherited(&first.source_image_id))
}

fn judge_name<'a>(image: &'a Image, rule: &Rule, reasons: &mut Vec<Reason<'a>>) {
    if rule.name.as_ref().is_some_and(|pattern| !pattern.matches(&image.name)) {
        reasons.push(Reason::Name);
    }
    if rule.family.is_some() && rule.family.as_deref() != image.family.as_deref() {
        reasons.push(Reason::Family(image.family.as_deref()));
    }
    if rule.platform.as_ref().is_some_and(|wanted| **wanted != *image.platform) {
        reasons.push(Reason::Platform(&image.platform));
    }
    if rule.architecture.as_ref().is_some_and(|wanted| **wanted != *image.architecture) {
        reasons.push(Reason::Architecture(&image.architecture));
    }
}

fn judge_age<'a>(
    image: &Image,
    rule: &'a Rule,
    instant: OffsetDateTime,
    reasons: &mut Vec<Reason<'a>>,
) {
    let Some(created) = image.created_at else {
        reasons.push(Reason::Unreadable);
        return;
    };
    if rule.as_of.is_some() && created > instant {
        reasons.push(Reason::AfterAsOf(created));
        return;
    }
    let age = instant - created;
    let max = rule.max_age.as_ref().filter(|max| age > max.duration());
    let min = rule.min_age.as_ref().filter(|min| age < min.duration());
    reasons.extend(max.map(|max| Reason::TooOld(created, max)));
    reasons.extend(min.map(|min| Reason::TooNew(created, min)));
}

impl Reason<'_> {
    /// Returns the code that configurations may branch on.
    pub fn code(&self) -> &'static str {
        match self {
            Self::OwnerNotTrusted(_) => "owner_not_trusted",
            Self::Public => "public",
            Self::Deleted | Self::NotVisible => "deleted",
            Self::Disabled => "disabled",
            Self::NotAvailable(_) => "not_available",
            Self::Deprecated(_) => "deprecated",
            Self::NotAllowed => "not_allowed",
            Self::TagMissing(_) => "tag_missing",
            Self::TagMismatch(..) => "tag_mismatch",
            Self::TagsNotVisible(_) => "tags_not_visible",
            Self::Name => "name",
            Self::Family(_) => "family",
            Self::Platform(_) => "platform",
            Self::Architecture(_) => "architecture",
            Self::WatermarkMissing(_) => "watermark_missing",
            Self::WatermarkInherited(_) => "watermark_inherited",
            Self::TooOld(..) => "too_old",
            Self::TooNew(..) | Self::AfterAsOf(_) => "too_new",
            Self::Unreadable => "unreadable",
        }
    }

    /// Tells whether it says only that a fact is hidden, so that the image may be golden.
    pub fn is_ignorance(&self) -> bool {
        matches!(self, Self::NotVisible | Self::TagsNotVisible(_) | Self::Unreadable)
    }

    /// Returns the stage at which it counts.
    pub fn stage(&self) -> Stage {
        match self {
            Self::OwnerNotTrusted(_) | Self::Public => Stage::Owner,
            Self::Deleted
            | Self::NotVisible
            | Self::Disabled
            | Self::NotAvailable(_)
            | Self::Deprecated(_)
            | Self::NotAllowed => Stage::State,
            Self::TagMissing(_)
            | Self::TagMismatch(..)
            | Self::TagsNotVisible(_)
            | Self::WatermarkMissing(_)
            | Self::WatermarkInherited(_) => Stage::Tags,
            Self::Name | Self::Family(_) | Self::Platform(_) | Self::Architecture(_) => Stage::Name,
            Self::TooOld(..) | Self::TooNew(..) | Self::AfterAsOf(_) | Self::Unreadable => {
                Stage::Age
            }
        }
    }
}

/// Writes what the image lacks, as a part of a sentence.
impl fmt::Display for Reason<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OwnerNotTrusted("") => formatter.write_str("its owner is not among `owners`"),
            Self::OwnerNotTrusted(id) => write!(formatter, "its owner {id} is not among `owners`"),
            Self::Public => formatter.write_str("it is open to every account"),
            Self::Deleted => formatter.write_str("it is deregistered"),
            Self::NotVisible => formatter.write_str("it is deleted, or hidden from the caller"),
            Self::Disabled => formatter.write_str("it is disabled"),
            Self::NotAvailable(state) => write!(formatter, "its state is `{state}`"),
            Self::Deprecated(None) => formatter.write_str("it is deprecated"),
            Self::Deprecated(Some(since)) => {
                write!(formatter, "it is deprecated since {}", instant(*since))
            }
            Self::NotAllowed => formatter.write_str("the account's Allowed AMIs leave it out"),
            Self::TagMissing(rule) => write!(formatter, "it has no tag `{}`", rule.key),
            Self::TagMismatch(rule, value) => write!(
                formatter,
                "its tag `{}` is `{value}`, not {}",
                rule.key,
                alternatives(&rule.any_of)
            ),
            Self::TagsNotVisible(rule) => write!(
                formatter,
                "no tag `{}` is visible: another account's tags do not travel with its images",
                rule.key
            ),
            Self::Name => formatter.write_str("its name does not match `name_pattern`"),
            Self::Family(None) => formatter.write_str("it belongs to no family"),
            Self::Family(Some(family)) => write!(formatter, "its family is `{family}`"),
            Self::Platform(platform) => write!(formatter, "its platform is `{platform}`"),
            Self::Architecture(found) => write!(formatter, "its architecture is `{found}`"),
            Self::WatermarkMissing(rule) => {
                write!(formatter, "it has no watermark {}", alternatives(&rule.any_of))
            }
            Self::WatermarkInherited(ancestor) => {
                write!(formatter, "its watermark is inherited from {ancestor}")
            }
            Self::TooOld(created, max) => {
                write!(formatter, "it was created {}, more than {max} ago", instant(*created))
            }
            Self::TooNew(created, min) => {
                write!(formatter, "it was created {}, less than {min} ago", instant(*created))
            }
            Self::AfterAsOf(created) => {
                write!(formatter, "it was created {}, after `as_of`", instant(*created))
            }
            Self::Unreadable => formatter.write_str("the cloud tells no readable creation time"),
        }
    }
}

fn instant(instant: OffsetDateTime) -> String {
    // Years beyond 9999 are the only ones that RFC 3339 cannot write.
    instant.format(&Rfc3339).unwrap_or_else(|_| "at an unwritable time".to_owned())
}
