//! What a rule is to refuse, and what it may: written from the intent and the atlas, with
//! no look at how documents are compiled.
//!
//! Where letters beyond ASCII make it doubtful whether two tag keys are the same, a call
//! is neither blocked nor free.

use std::collections::BTreeSet;

use super::{
    super::{
        atlas::{Asked, Atlas, Cover, Door, Rule, Way},
        instant::Instant,
        intent::{Intent, Principal, Tags},
        name::NamePattern,
        pattern::wildcards,
        target::Target,
    },
    attributes::{Ask, caller_key},
    formula::Formula,
    matcher::{Fold, Matcher},
    shapes::Shape,
    space::Space,
    values::Probe,
};

/// What a rule says about a call.
pub(super) struct Region {
    /// What it refuses to whom it binds.
    pub(super) refused: Formula,
    /// What it must refuse: the same, and who is bound.
    pub(super) blocked: Formula,
    /// What it may refuse beside that.
    pub(super) tolerated: Formula,
    /// What the rule permits to those whom it binds; `None` if the call is none of its
    /// business, or it permits nothing.
    pub(super) permitted: Option<Formula>,
}

/// An intent for a place.
#[derive(Clone, Copy)]
pub(super) struct Wish<'a> {
    pub(super) intent: &'a Intent,
    pub(super) target: Target,
}

impl Wish<'_> {
    /// All that the regions ask about values.
    pub(super) fn asks(&self) -> Vec<Ask> {
        let atlas = self.target.atlas;
        let rules = &self.intent.rules;
        let text = |key: String, matcher| Ask { key, probe: Probe::Text(matcher) };
        let exact = |text: &str| Matcher::literal(text, Fold::No);
        let mut asks = Vec::new();
        let mut ask_tags = |tags: &Tags, start: &str| {
            for (key, test) in tags {
                for pattern in test.patterns() {
                    let glob = Matcher::glob(&wildcards(pattern).collect::<Vec<_>>());
                    asks.push(text(format!("{start}{key}"), glob));
                }
            }
        };
        if let Some(launch) = &rules.launch {
            ask_tags(&launch.tags, image_tags(atlas));
        }
        if let Some(demand) = &rules.tag_on_create {
            ask_tags(&demand.tags, request_tags(atlas));
        }
        if let Some(launch) = &rules.launch {
            let owners = launch.owner_ids.iter().chain(&launch.accept_owner_ids);
            asks.extend(owners.map(|owner| text(owner_key(atlas).to_owned(), exact(owner))));
        }
        for key in rules.protect_tags.iter().flat_map(|lock| &lock.keys) {
            let folded = |fold| Matcher::literal(key, fold);
            match tag_list(atlas) {
                Some(list) => asks.extend(
                    [Fold::Ascii, Fold::Unicode].map(|fold| text(list.to_owned(), folded(fold))),
                ),
                None => asks.push(text(format!("{}{key}", request_tags(atlas)), exact(""))),
            }
        }
        if rules.share.is_some() {
            let kinds =
                [IMAGE_TYPE, SNAPSHOT_TYPE].map(|kind| text(TYPE_KEY.to_owned(), exact(kind)));
            asks.extend(kinds.into_iter().filter(|_| tag_list(atlas).is_none()));
        }
        asks.extend(self.asks_about_exemptions());
        asks
    }

    fn asks_about_exemptions(&self) -> Vec<Ask> {
        let atlas = self.target.atlas;
        let caller = |principal: &Principal| {
            let tokens: Vec<_> = wildcards(principal.as_str()).collect();
            let strict = NamePattern::of(&tokens, atlas.dialect.name_fields).strict();
            Ask { key: caller_key(atlas).to_owned(), probe: Probe::Text(Matcher::name(strict)) }
        };
        let mut asks = Vec::new();
        for rule in self.intent.rules.present() {
            asks.extend(
                self.intent.rules.exempt_principals(rule).into_iter().flatten().map(caller),
            );
        }
        for exemption in &self.intent.exemptions {
            asks.extend(exemption.principals.iter().map(caller));
            let end = exemption.expires_at.and_then(|end| Instant::parse(&end.to_string()));
            asks.extend(end.map(|end| Ask { key: time_key(atlas), probe: Probe::Date(end) }));
        }
        asks
    }

    /// What a rule says about calls of a shape.
    pub(super) fn region(
        &self,
        space: &Space,
        shape: &Shape,
        rule: Rule,
        exempt: &Formula,
    ) -> Region {
        let own = |door: &Door| door.rules.iter().filter(|cover| self.counts(cover, rule)).count();
        let (refused, blocked, tolerated) = (Formula::FALSE, Formula::FALSE, Formula::FALSE);
        let mut region = Region { refused, blocked, tolerated, permitted: None };
        if shape.doors.iter().all(|door| own(door) == 0) {
            return region;
        }
        let bound = exempt.clone().not();
        for door in &shape.doors {
            for cover in door.rules.iter().filter(|cover| self.counts(cover, rule)) {
                if !cover.on.is_empty() && !shape.touched.contains(cover.on) {
                    continue;
                }
                let (blocked, doubtful) = self.refused(space, shape, door, rule);
                let passes = blocked.clone().not().and(doubtful.clone().not());
                region.refused = region.refused.or(blocked.clone());
                region.blocked = region.blocked.or(bound.clone().and(blocked));
                region.tolerated = region.tolerated.or(bound.clone().and(doubtful));
                if !passes.is_false() {
                    let before = region.permitted.take().unwrap_or(Formula::TRUE);
                    region.permitted = Some(before.and(bound.clone()).and(passes));
                }
            }
        }
        region
    }

    /// When a rule does not bind the caller.
    pub(super) fn exempt(&self, space: &Space, rule: Rule) -> Formula {
        let atlas = self.target.atlas;
        let caller_is = |principals: Vec<&Principal>| {
            if principals.is_empty() {
                return Formula::FALSE;
            }
            space.ask_always(caller_key(atlas), |caller| {
                principals.iter().any(|it| it.fits(atlas, caller))
            })
        };
        let always = self.intent.rules.exempt_principals(rule).into_iter().flatten().collect();
        let own = self.intent.exemptions.iter().filter(|it| it.rules.contains(&rule));
        let others = own.map(|exemption| {
            let caller = caller_is(exemption.principals.iter().collect());
            let end = exemption.expires_at.and_then(|end| Instant::parse(&end.to_string()));
            match end {
                None => caller,
                Some(end) => caller.and(space.ask_always(&time_key(atlas), |now| {
                    Instant::parse(now).is_some_and(|now| now.nanoseconds < end.nanoseconds)
                })),
            }
        });
        Formula::any(std::iter::once(caller_is(always)).chain(others.collect::<Vec<_>>()))
    }

    /// What the rule must refuse of a door's calls, and what it may, whoever calls.
    fn refused(&self, space: &Space, shape: &Shape, door: &Door, rule: Rule) -> (Formula, Formula) {
        let blocked = match rule {
            Rule::Launch => self.not_golden(space, shape),
            Rule::ProtectTags => return self.marks(space, shape, door),
            Rule::TagOnCreate => self.untagged(space, shape),
            Rule::Export => Formula::TRUE,
            Rule::Share => self.shares(space, shape),
        };
        (blocked, self.over_blocked(space, shape, door, rule))
    }

    /// The image lacks a tag and its owner does not make up for it, or is of the wrong
    /// owner; an owner that the call does not tell cannot be asked for.
    fn not_golden(&self, space: &Space, shape: &Shape) -> Formula {
        let Some(launch) = &self.intent.rules.launch else { return Formula::FALSE };
        let atlas = self.target.atlas;
        let owner = owner_key(atlas);
        let untagged = launch.tags.iter().map(|(key, test)| {
            let key = format!("{}{key}", image_tags(atlas));
            space.ask(shape, &key, |value| !test.accepts(value))
        });
        let untagged = Formula::any(untagged);
        let is_one_of = |owners: &BTreeSet<String>| {
            if owners.is_empty() || !space.has(shape, owner) {
                return None;
            }
            Some(space.ask(shape, owner, |id| id.is_some_and(|id| owners.contains(id))))
        };
        let accepted = is_one_of(&launch.accept_owner_ids).unwrap_or(Formula::FALSE);
        let trusted = is_one_of(&launch.owner_ids).unwrap_or(Formula::TRUE);
        untagged.and(accepted.not()).or(trusted.not())
    }

    fn untagged(&self, space: &Space, shape: &Shape) -> Formula {
        let demand = self.intent.rules.tag_on_create.as_ref();
        let tags = demand.into_iter().flat_map(|demand| &demand.tags);
        Formula::any(tags.map(|(key, test)| {
            let key = format!("{}{key}", request_tags(self.target.atlas));
            space.ask(shape, &key, |value| !test.accepts(value))
        }))
    }

    /// The call sets or removes a mark: surely, and perhaps.
    fn marks(&self, space: &Space, shape: &Shape, door: &Door) -> (Formula, Formula) {
        let atlas = self.target.atlas;
        let locked: Vec<&String> =
            self.intent.rules.protect_tags.iter().flat_map(|lock| &lock.keys).collect();
        if let Some(list) = tag_list(atlas) {
            let same = |one: &str, other: &str| one.to_lowercase() == other.to_lowercase();
            let surely = |named: &str| {
                locked.iter().any(|key| same(key, named) && key.is_ascii() == named.is_ascii())
            };
            let perhaps = |named: &str| locked.iter().any(|key| same(key, named));
            let mut blocked = space.ask_any(shape, list, surely);
            // Without keys the call removes all tags.
            if shape.call.action.eq_ignore_ascii_case("ec2:DeleteTags") {
                blocked = blocked.or(space.ask_any(shape, list, |_| true).not());
            }
            return (blocked, space.ask_any(shape, list, perhaps));
        }
        let sets = Formula::any(locked.iter().map(|key| {
            let key = format!("{}{key}", request_tags(atlas));
            space.ask(shape, &key, |value| value.is_some())
        }));
        let is_told = space.has(shape, request_tags(atlas));
        let blocked = if is_told { sets } else { Formula::holds(door.way == Way::Mark) };
        (blocked, self.over_blocked(space, shape, door, Rule::ProtectTags))
    }

    /// The call shares something that the rule keeps.
    fn shares(&self, space: &Space, shape: &Shape) -> Formula {
        let Some(share) = &self.intent.rules.share else { return Formula::FALSE };
        if !space.has(shape, TYPE_KEY)
            || shape.touched.is_empty()
            || tag_list(self.target.atlas).is_some()
        {
            return Formula::TRUE;
        }
        let kept = [(share.images, IMAGE_TYPE), (share.snapshots, SNAPSHOT_TYPE)];
        let names =
            |kind: Option<&str>| kept.iter().any(|(is_kept, it)| *is_kept && kind == Some(it));
        let is_target =
            shape.call.action.eq_ignore_ascii_case("resourcesharing:AssociateResourceShare");
        space.ask(shape, TYPE_KEY, |kind| names(kind) || (is_target && kind.is_none()))
    }

    /// The call goes through a door that the rule closes to every call, on purpose.
    fn over_blocked(&self, space: &Space, shape: &Shape, door: &Door, rule: Rule) -> Formula {
        let bounds = self.target.atlas.bounds_of(rule);
        let mut beyond = bounds.into_iter().flat_map(|bounds| bounds.beyond);
        if !beyond.any(|beyond| beyond.doors.contains(&door.code)) {
            return Formula::FALSE;
        }
        // Doors may share an action; then it is a key that this one lacks that tells.
        let own = door.touches.iter().flat_map(|touch| touch.keys).collect::<BTreeSet<_>>();
        let foreign = shape.known_keys().filter(|key| !own.contains(key) && !key.ends_with('/'));
        let lacks = |key| space.asks_about(key).then(|| space.ask(shape, key, |it| it.is_none()));
        Formula::all(foreign.filter_map(lacks))
    }

    /// Tells whether calls of a shape go through a door that the rule closes.
    pub(super) fn concerns(&self, shape: &Shape, rule: Rule) -> bool {
        let covers = shape.doors.iter().flat_map(|door| door.rules);
        covers.into_iter().any(|cover| self.counts(cover, rule))
    }

    /// Tells whether a cover is the rule's, at the level, with what the rule asks for.
    pub(super) fn counts(&self, cover: &Cover, rule: Rule) -> bool {
        let rules = &self.intent.rules;
        let is_asked = match (cover.with, rule) {
            (Asked::Nothing, _) => true,
            (Asked::Tags, _) => rules.launch.as_ref().is_some_and(|it| !it.tags.is_empty()),
            (Asked::Images, _) => rules.share.as_ref().is_some_and(|it| it.images),
            (Asked::Snapshots, Rule::Share) => rules.share.as_ref().is_some_and(|it| it.snapshots),
            (Asked::Snapshots, _) => rules.tag_on_create.as_ref().is_some_and(|it| it.snapshots),
        };
        cover.rule == rule && is_asked && cover.levels.contains(&self.target.level.name)
    }
}

const TYPE_KEY: &str = "resourcesharing:RequestedResourceType";
const IMAGE_TYPE: &str = "Image";
const SNAPSHOT_TYPE: &str = "Snapshot";

fn image_tags(atlas: &Atlas) -> &'static str {
    atlas.resource_tag_keys.first().copied().unwrap_or_default()
}

fn request_tags(atlas: &Atlas) -> &'static str {
    atlas.request_tag_keys.first().copied().unwrap_or_default()
}

fn owner_key(atlas: &Atlas) -> &'static str {
    atlas.owner_keys.first().copied().unwrap_or_default()
}

/// The key that lists the keys of the tags that a request is about, on clouds that have it.
fn tag_list(atlas: &Atlas) -> Option<&'static str> {
    atlas.multivalued_keys.iter().copied().find(|key| key.ends_with(":tagkeys"))
}

fn time_key(atlas: &Atlas) -> String {
    let prefix = caller_key(atlas).split(':').next().unwrap_or_default();
    format!("{prefix}:CurrentTime")
}
