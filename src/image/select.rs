//! Many images against the rule: the golden ones in order, and the best losers.

use std::{cmp::Reverse, fmt};

use time::OffsetDateTime;

use super::{
    facts::Image,
    judge::{Reason, Stage, judge},
    rule::Rule,
};

/// How many losers are kept.
const MOST_LOSERS: usize = 10;

/// The outcome of a selection.
#[derive(Debug)]
pub struct Selection<'a> {
    /// The golden images: newest first, and by id where creation times are equal,
    /// so that two images of the same second never change places.
    pub golden: Vec<&'a Image>,
    /// Those that came closest, best first; at most ten.
    pub losers: Vec<Loser<'a>>,
    /// How the images thinned out.
    pub funnel: Funnel,
}

/// An image that lost.
#[derive(Debug)]
pub struct Loser<'a> {
    /// The image.
    pub image: &'a Image,
    /// All that it lacks; never empty.
    pub reasons: Vec<Reason<'a>>,
}

/// How many images were left after each stage.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Funnel {
    /// All that were looked at.
    pub scanned: usize,
    /// Of a trusted owner.
    pub owner: usize,
    /// And in a usable state.
    pub state: usize,
    /// And with all tags and watermarks.
    pub tags: usize,
    /// And with the right name, family, platform and architecture.
    pub name: usize,
    /// And of the right age: the golden ones.
    pub age: usize,
}

/// Holds images against the rule; `now` counts unless the rule has an `as_of`.
///
/// The order of the images does not matter.
pub fn select<'a>(
    images: impl IntoIterator<Item = &'a Image>,
    rule: &'a Rule,
    now: OffsetDateTime,
) -> Selection<'a> {
    let mut selection =
        Selection { golden: Vec::new(), losers: Vec::new(), funnel: Funnel::default() };
    for image in images {
        let reasons = judge(image, rule, now);
        selection.funnel.count(reasons.first().map(Reason::stage));
        if reasons.is_empty() {
            selection.golden.push(image);
        } else {
            selection.keep_loser(Loser { image, reasons });
        }
    }
    selection.golden.sort_unstable_by_key(|image| newest_first(image));
    selection
}

impl<'a> Selection<'a> {
    /// Keeps a loser if it is among the best so far.
    fn keep_loser(&mut self, loser: Loser<'a>) {
        let rank = loser.rank();
        let place = self.losers.partition_point(|other| other.rank() <= rank);
        if place < MOST_LOSERS {
            self.losers.truncate(MOST_LOSERS - 1);
            self.losers.insert(place, loser);
        }
    }
}

impl Loser<'_> {
    /// Those that lack least come first, then the newest.
    fn rank(&self) -> (usize, Reverse<Option<OffsetDateTime>>, &str) {
        let (created, id) = newest_first(self.image);
        (self.reasons.len(), created, id)
    }
}

fn newest_first(image: &Image) -> (Reverse<Option<OffsetDateTime>>, &str) {
    (Reverse(image.created_at), &image.id)
}

impl Funnel {
    /// Counts an image that fell out at a stage, or nowhere.
    fn count(&mut self, fell_out_at: Option<Stage>) {
        let passed = |stage| fell_out_at.is_none_or(|fell| stage < fell);
        self.scanned += 1;
        self.owner += usize::from(passed(Stage::Owner));
        self.state += usize::from(passed(Stage::State));
        self.tags += usize::from(passed(Stage::Tags));
        self.name += usize::from(passed(Stage::Name));
        self.age += usize::from(passed(Stage::Age));
    }
}

impl fmt::Display for Funnel {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "{} scanned → {} of a trusted owner → {} in a usable state → {} with the tags → \
             {} with the name → {} of the age",
            self.scanned, self.owner, self.state, self.tags, self.name, self.age
        )
    }
}
