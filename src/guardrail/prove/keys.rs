//! Which condition keys calls have, and under which names.

use std::collections::BTreeSet;

use super::{
    attributes::{Described, Subject},
    shapes::{Keys, Shape},
    space::Space,
};

/// Whether a key is part of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Presence {
    Never,
    Optional,
    Always,
}

impl Space {
    /// Under which names a key is part of the call.
    pub(super) fn names(
        &self,
        shape: &Shape,
        subject: &Subject,
        described: &Described,
    ) -> Vec<String> {
        let tag = |families: &[&str]| -> Vec<String> {
            let known = self.known_keys.iter();
            let known = known.filter(|(_, folded)| families.contains(&folded.as_str()));
            let there = known.filter(|(key, _)| match &shape.keys {
                Keys::Of(keys) => keys.contains(*key),
                Keys::Any => true,
            });
            there.map(|(family, _)| format!("{family}{}", described.spelling)).collect()
        };
        match subject {
            Subject::Tag(_) => tag(self.atlas.resource_tag_keys),
            Subject::NewTag(_) => tag(self.atlas.request_tag_keys),
            Subject::Region => {
                let names = self.atlas.context.iter().map(|fact| fact.name);
                let is_region =
                    |name: &&str| self.atlas.region_keys.contains(&&*name.to_lowercase());
                names.filter(is_region).map(str::to_owned).collect()
            }
            Subject::Key(folded) => {
                let own = self.known_keys.iter().find(|(_, known)| *known == folded);
                let spelling = || described.spelling.clone();
                vec![own.map_or_else(spelling, |(own, _)| (*own).to_owned())]
            }
        }
    }

    /// Tells whether anybody asks about the key.
    pub(super) fn asks_about(&self, key: &str) -> bool {
        self.attributes.described(&Subject::of(self.atlas, key)).is_some()
    }

    /// Tells whether calls of the shape may have the key.
    pub(super) fn has(&self, shape: &Shape, key: &str) -> bool {
        self.presence(shape, &Subject::of(self.atlas, key)) != Presence::Never
    }

    pub(super) fn presence(&self, shape: &Shape, subject: &Subject) -> Presence {
        match (subject, &shape.keys) {
            (Subject::Region, _) => Presence::Always,
            (Subject::Key(folded), _) if subject.is_time() || self.is_everywhere(folded) => {
                Presence::Always
            }
            (_, Keys::Any) => Presence::Optional,
            (Subject::Tag(_), Keys::Of(keys)) => one_of(keys, self.atlas.resource_tag_keys),
            (Subject::NewTag(_), Keys::Of(keys)) => one_of(keys, self.atlas.request_tag_keys),
            (Subject::Key(folded), Keys::Of(keys)) => {
                let own = self.known_keys.iter().filter(|(_, known)| *known == folded);
                let mut own = own.map(|(key, _)| keys.contains(key)).peekable();
                let is_known = own.peek().is_some();
                if own.any(|is_here| is_here) || !is_known {
                    Presence::Optional
                } else {
                    Presence::Never
                }
            }
        }
    }

    /// Tells whether every request has the key.
    fn is_everywhere(&self, folded: &str) -> bool {
        self.atlas.context.iter().any(|fact| fact.name.to_lowercase() == folded)
    }
}

fn one_of(keys: &BTreeSet<&'static str>, families: &[&str]) -> Presence {
    let is_there = keys.iter().any(|key| families.contains(&&*key.to_lowercase()));
    if is_there { Presence::Optional } else { Presence::Never }
}
