//! Eventual consistency: tag writes that some reads do not show yet.
//!
//! What a write changed is true at once for every other write, as quotas and clashes are judged by
//! the truth; only the answers of reads lag behind. Neither vendor says by how much. Out-of-band
//! changes of the world do not lag, but a write before them hides them as long as itself.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::timestamp::Timestamp;

/// How long the answers of an action show tags as they were before a write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lag {
    /// For this many reads by the account that looks. A read counts for an image if it names the
    /// image's id, or names no id at all.
    Reads(u32),
    /// For this many seconds of the clouds' clock.
    Seconds(i64),
}

type Tags = BTreeMap<String, String>;

/// The tag writes since the world has a lag, in order.
///
/// Writes that every action shows by now stay in the list: a test makes few.
#[derive(Clone, Debug, Default)]
pub(crate) struct TagWrites {
    writes: Vec<TagWrite>,
}

#[derive(Clone, Debug)]
struct TagWrite {
    image: String,
    /// Whose tags on the image these are.
    account: String,
    before: Tags,
    at: Timestamp,
    /// Reads since then, by action and by the account that looked.
    reads: BTreeMap<(String, String), u32>,
}

/// Who reads which images with what, and how far its answers lag behind.
pub(crate) struct Reading<'a> {
    pub action: &'a str,
    pub viewer: &'a str,
    /// Ids the request names; empty for a request that names none.
    pub images: &'a [&'a str],
    pub lag: Option<Lag>,
    pub now: Timestamp,
}

/// Tags as a read shows them, where that is not as they are.
#[derive(Clone, Debug, Default)]
pub(crate) struct PastTags {
    /// Image, account whose tags they are, tags.
    shown: Vec<(String, String, Tags)>,
}

impl TagWrites {
    /// Remembers what an account's tags on an image were before a write.
    pub(crate) fn note(&mut self, image: &str, account: &str, before: &Tags, at: Timestamp) {
        self.writes.push(TagWrite {
            image: image.to_owned(),
            account: account.to_owned(),
            before: before.clone(),
            at,
            reads: BTreeMap::new(),
        });
    }

    /// Counts a read and returns what it shows of the past: the state before the first write it is
    /// too early for.
    pub(crate) fn read(&mut self, reading: &Reading<'_>) -> PastTags {
        let mut past = PastTags::default();
        let Some(lag) = reading.lag else { return past };
        for write in &mut self.writes {
            let is_hidden = write.is_hidden(reading, lag);
            if is_hidden && past.of(&write.image, &write.account).is_none() {
                let before = write.before.clone();
                past.shown.push((write.image.clone(), write.account.clone(), before));
            }
        }
        past
    }
}

impl TagWrite {
    fn is_hidden(&mut self, reading: &Reading<'_>, lag: Lag) -> bool {
        match lag {
            Lag::Seconds(seconds) => reading.now < self.at.plus_seconds(seconds),
            Lag::Reads(reads) => {
                let who = (reading.action.to_owned(), reading.viewer.to_owned());
                let seen = self.reads.entry(who).or_default();
                let is_hidden = *seen < reads;
                let counts =
                    reading.images.is_empty() || reading.images.contains(&self.image.as_str());
                *seen = seen.saturating_add(u32::from(counts));
                is_hidden
            }
        }
    }
}

impl PastTags {
    /// Tells whether everything is to be shown as it is.
    pub(crate) fn is_empty(&self) -> bool {
        self.shown.is_empty()
    }

    /// Returns an account's tags on an image, if they are to be shown as they were.
    pub(crate) fn of(&self, image: &str, account: &str) -> Option<&Tags> {
        let is_it = |(shown_image, owner, _): &&(String, String, Tags)| {
            shown_image == image && owner == account
        };
        self.shown.iter().find(is_it).map(|(_, _, tags)| tags)
    }
}

#[cfg(test)]
mod tests {
    use super::{Lag, Reading, TagWrites, Tags};
    use crate::timestamp::Timestamp;

    const START: Timestamp = Timestamp::from_unix(1_714_979_289);

    fn tags(value: &str) -> Tags {
        [("status".to_owned(), value.to_owned())].into()
    }

    fn reading<'a>(viewer: &'a str, images: &'a [&'a str], lag: Lag) -> Reading<'a> {
        Reading { action: "List", viewer, images, lag: Some(lag), now: START }
    }

    /// Reads and returns the past value of the one tag.
    fn read(writes: &mut TagWrites, reading: &Reading<'_>) -> Option<String> {
        writes.read(reading).of("m-1", "1").and_then(|tags| tags.get("status").cloned())
    }

    #[test]
    fn writes_become_visible_in_their_order() {
        let mut writes = TagWrites::default();
        let look = |writes: &mut TagWrites| read(writes, &reading("1", &[], Lag::Reads(2)));
        writes.note("m-1", "1", &tags("first"), START);
        assert_eq!(look(&mut writes).as_deref(), Some("first"));
        writes.note("m-1", "1", &tags("second"), START);
        let then = [look(&mut writes), look(&mut writes), look(&mut writes)];
        assert_eq!(then, [Some("first".to_owned()), Some("second".to_owned()), None]);
    }

    #[test]
    fn reads_of_other_images_and_by_other_accounts_do_not_count() {
        let mut writes = TagWrites::default();
        writes.note("m-1", "1", &tags("old"), START);
        let lag = Lag::Reads(1);
        assert!(read(&mut writes, &reading("1", &["m-2"], lag)).is_some());
        assert!(read(&mut writes, &reading("2", &["m-1"], lag)).is_some());
        assert!(read(&mut writes, &reading("1", &["m-2", "m-1"], lag)).is_some());
        assert!(read(&mut writes, &reading("1", &["m-1"], lag)).is_none());
    }

    #[test]
    fn a_lag_can_be_a_time() {
        let mut writes = TagWrites::default();
        writes.note("m-1", "1", &tags("old"), START);
        let at = |seconds| Reading {
            now: START.plus_seconds(seconds),
            ..reading("1", &[], Lag::Seconds(30))
        };
        assert!(read(&mut writes, &at(29)).is_some());
        assert!(read(&mut writes, &at(30)).is_none());
    }

    #[test]
    fn without_a_lag_nothing_is_hidden() {
        let mut writes = TagWrites::default();
        writes.note("m-1", "1", &tags("old"), START);
        let reading = Reading { lag: None, ..reading("1", &[], Lag::Reads(1)) };
        assert_eq!(read(&mut writes, &reading), None);
    }
}
