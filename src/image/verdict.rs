//! Given images against the rule: what can be said about each.

use std::collections::{BTreeMap, BTreeSet};

use time::OffsetDateTime;

use super::{
    facts::Image,
    judge::{Reason, judge},
    rule::Rule,
};

/// What can be said about an image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing speaks against it.
    Golden,
    /// It was seen, and something speaks against it.
    NotGolden,
    /// It was not seen, or nothing but facts that are hidden speaks against it.
    Unknown,
}

/// A given image, judged.
#[derive(Debug)]
pub struct Finding<'a> {
    /// The id that was given.
    pub id: &'a str,
    /// The image, if the cloud shows it.
    pub image: Option<&'a Image>,
    /// What can be said about it.
    pub verdict: Verdict,
    /// All that speaks against it; empty for a golden one only.
    pub reasons: Vec<Reason<'a>>,
}

/// Judges the images with these ids, in their order; an id without an image is one that the
/// cloud does not show.
///
/// `now` counts unless the rule has an `as_of`.
pub fn check<'a>(
    ids: &'a BTreeSet<String>,
    images: &'a [Image],
    rule: &'a Rule,
    now: OffsetDateTime,
) -> Vec<Finding<'a>> {
    let images: BTreeMap<&str, &Image> = images.iter().map(|image| (&*image.id, image)).collect();
    let judge_id = |id: &'a String| {
        let image = images.get(id.as_str()).copied();
        let reasons =
            image.map_or_else(|| vec![Reason::NotVisible], |image| judge(image, rule, now));
        Finding { id, image, verdict: Verdict::from_reasons(&reasons), reasons }
    };
    ids.iter().map(judge_id).collect()
}

impl Verdict {
    /// Returns the code that configurations may branch on.
    pub fn code(self) -> &'static str {
        match self {
            Self::Golden => "golden",
            Self::NotGolden => "not_golden",
            Self::Unknown => "unknown",
        }
    }

    fn from_reasons(reasons: &[Reason<'_>]) -> Self {
        match reasons {
            [] => Self::Golden,
            reasons if reasons.iter().all(Reason::is_ignorance) => Self::Unknown,
            _ => Self::NotGolden,
        }
    }
}
