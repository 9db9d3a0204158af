//! What one statement adds to an intent, read loosely: comparing comes later.

use std::collections::{BTreeMap, BTreeSet};

use super::Windows;
use crate::guardrail::{
    atlas::{Asked, Door, Rule, Touch},
    compile::{FROM, RESOURCE_TYPE, SNAPSHOT, Wording},
    document::{Clause, Effect, Statement, Test},
    intent::{
        Expiry, Intent, Launch, Principal, ProtectTags, Share, TagOnCreate, TagTest, Tags,
        check_owner_id, check_tag_key,
    },
    operator::Comparison,
    target::Target,
};

/// What the statements read so far say.
pub(super) struct Reading {
    target: Target,
    wording: &'static Wording,
    pub(super) intent: Intent,
    pub(super) windows: Windows,
}

/// The tests of a statement, by what they are about.
#[derive(Default)]
struct Sorted<'d> {
    exempt: BTreeSet<Principal>,
    from: Option<Expiry>,
    image_tag: Option<(&'d str, &'d Test)>,
    request_tag: Option<(&'d str, &'d Test)>,
    owner: Option<&'d Test>,
    other: Option<&'d Test>,
}

impl Reading {
    pub(super) fn new(target: Target) -> Self {
        Self {
            target,
            wording: Wording::of(target),
            intent: Intent::default(),
            windows: BTreeMap::new(),
        }
    }

    /// Takes a statement in.
    ///
    /// # Errors
    ///
    /// A sentence that says what of it no guardrail has.
    pub(super) fn statement(&mut self, statement: &Statement) -> Result<(), String> {
        if statement.effect != Effect::Deny {
            return Err("it allows, and guardrails only deny".to_owned());
        }
        let actions = plain(statement.actions.as_ref(), "Action", |it| &it.text)?;
        plain(statement.resources.as_ref(), "Resource", |it| &it.text)?;
        let sorted = self.sort(&statement.tests)?;
        let doors = self.doors(&actions)?;
        let rule = match &sorted {
            Sorted { image_tag: Some(_), .. } | Sorted { owner: Some(_), .. } => Rule::Launch,
            Sorted { request_tag: Some((_, test)), .. } if is_negative(test) => Rule::TagOnCreate,
            Sorted { request_tag: Some(_), .. } => Rule::ProtectTags,
            _ => doors.first().map(|(_, rule)| *rule).ok_or("it names no action")?,
        };
        match rule {
            Rule::Launch => self.launch(&sorted)?,
            Rule::ProtectTags => self.protect_tags(&sorted)?,
            Rule::TagOnCreate => self.tag_on_create(&sorted, statement)?,
            Rule::Export => _ = self.intent.rules.export.get_or_insert_default(),
            Rule::Share => self.share(&sorted, &actions),
        }
        let windows = self.windows.entry(rule).or_default();
        windows.entry(sorted.from).or_insert(sorted.exempt);
        Ok(())
    }

    fn sort<'d>(&self, tests: &'d [Test]) -> Result<Sorted<'d>, String> {
        let mut sorted = Sorted::default();
        for test in tests {
            let is = |key: &str| test.key.folded() == key.to_lowercase();
            let tag = |start: &str| {
                let is_such = test.key.folded().starts_with(&start.to_lowercase());
                test.key.text().get(start.len()..).filter(|_| is_such)
            };
            if is(self.wording.exempt.1) {
                sorted.exempt = self.principals(test)?;
            } else if is(self.wording.time) {
                sorted.from = Some(expiry(test)?);
            } else if is(self.wording.owner) {
                sorted.owner = Some(test);
            } else if let Some(key) = tag(self.wording.image_tag) {
                sorted.image_tag = Some((key, test));
            } else if let Some(key) = tag(self.wording.request_tag) {
                sorted.request_tag = Some((key, test));
            } else if self.wording.others.iter().any(|key| is(key)) {
                sorted.other = Some(test);
            } else {
                return Err(format!("it looks at `{}`, which no guardrail does", test.key.text()));
            }
        }
        Ok(sorted)
    }

    /// The doors that the actions go through, with the rule that closes each.
    fn doors(&self, actions: &[&str]) -> Result<Vec<(&'static Door, Rule)>, String> {
        let mut found = Vec::new();
        for action in actions {
            let opens = |door: &&Door, touch: Option<&Touch>| {
                let own = touch.map_or_else(|| door.actions.to_vec(), |it| door.actions_on(it));
                own.iter().any(|own| own.eq_ignore_ascii_case(action))
            };
            let mut closed = self.target.atlas.doors().filter_map(|door| {
                let covers = |cover: &&_| opens(&door, door.touch_of(cover));
                door.rules.iter().find(covers).map(|cover| (door, cover.rule))
            });
            let first = closed.next();
            found.push(first.ok_or_else(|| format!("no rule is about `{action}`"))?);
        }
        Ok(found)
    }

    fn launch(&mut self, sorted: &Sorted<'_>) -> Result<(), String> {
        let owners = sorted.owner.map(|test| self.owners(test)).transpose()?;
        let tag = sorted.image_tag.map(|tag| self.tag(tag)).transpose()?;
        let launch: &mut Launch = self.intent.rules.launch.get_or_insert_default();
        match tag {
            Some(tag) => {
                add(&mut launch.tags, tag);
                launch.accept_owner_ids.extend(owners.into_iter().flatten());
            }
            None => launch.owner_ids.extend(owners.into_iter().flatten()),
        }
        Ok(())
    }

    fn protect_tags(&mut self, sorted: &Sorted<'_>) -> Result<(), String> {
        let named = sorted.request_tag.map(|(key, _)| key.to_owned());
        let listed =
            sorted.other.filter(|test| test.operator.base.comparison != Comparison::Absence);
        let listed = listed.map(|test| self.values(test)).unwrap_or_default();
        let keys: BTreeSet<String> = named.into_iter().chain(listed).collect();
        keys.iter().try_for_each(|key| check_tag_key(self.target.atlas, key))?;
        let lock: &mut ProtectTags = self.intent.rules.protect_tags.get_or_insert_default();
        lock.keys.extend(keys);
        Ok(())
    }

    fn tag_on_create(&mut self, sorted: &Sorted<'_>, statement: &Statement) -> Result<(), String> {
        let tag = sorted.request_tag.map(|tag| self.tag(tag)).transpose()?;
        let asks_snapshots = |pattern: &str| {
            let doors = self.target.atlas.closed_by(Rule::TagOnCreate);
            let covers = doors.flat_map(|door| door.rules.iter().map(move |cover| (door, cover)));
            let mut touches = covers
                .filter(|(_, cover)| cover.with == Asked::Snapshots)
                .filter_map(|(door, cover)| door.touch_of(cover));
            touches.any(|touch| self.target.fill(touch.pattern) == pattern)
        };
        let resources = statement.resources.iter().flat_map(|clause| &clause.patterns);
        let snapshots = resources.into_iter().any(|it| asks_snapshots(&it.text));
        let demand: &mut TagOnCreate = self.intent.rules.tag_on_create.get_or_insert_default();
        demand.snapshots |= snapshots;
        tag.into_iter().for_each(|tag| add(&mut demand.tags, tag));
        Ok(())
    }

    fn share(&mut self, sorted: &Sorted<'_>, actions: &[&str]) {
        let atlas = self.target.atlas;
        let opens = |asked: Asked| {
            let doors = atlas.closed_by(Rule::Share);
            let mut doors = doors.filter(|door| door.rules.iter().any(|it| it.with == asked));
            doors.any(|door| actions.iter().any(|it| door.actions.contains(it)))
        };
        let types = sorted.other.filter(|test| test.key.text() == RESOURCE_TYPE);
        let types = types.map(|test| self.values(test)).unwrap_or_default();
        let share: &mut Share = self.intent.rules.share.get_or_insert_default();
        share.images |= opens(Asked::Images);
        share.snapshots |= opens(Asked::Snapshots) || types.iter().any(|kind| kind == SNAPSHOT);
    }

    fn tag(&self, (key, test): (&str, &Test)) -> Result<(String, TagTest), String> {
        check_tag_key(self.target.atlas, key)?;
        let is_absence = test.operator.base.comparison == Comparison::Absence;
        let patterns = if is_absence { vec!["*".to_owned()] } else { self.values(test) };
        Ok((key.to_owned(), TagTest::of(patterns)?))
    }

    fn owners(&self, test: &Test) -> Result<Vec<String>, String> {
        let owners = self.values(test);
        owners.iter().try_for_each(|owner| check_owner_id(self.target.atlas, owner))?;
        Ok(owners)
    }

    fn principals(&self, test: &Test) -> Result<BTreeSet<Principal>, String> {
        let Target { atlas, partition, .. } = self.target;
        let values = self.values(test);
        values.iter().map(|text| Principal::parse(atlas, partition, text)).collect()
    }

    fn values(&self, test: &Test) -> Vec<String> {
        test.operands.iter().map(|operand| (self.wording.plain)(&operand.text)).collect()
    }
}

/// The entries of an element that must be there, and not in its negated form.
fn plain<'d, T>(
    clause: Option<&'d Clause<T>>,
    element: &str,
    text: impl Fn(&'d T) -> &'d str,
) -> Result<Vec<&'d str>, String> {
    match clause {
        Some(clause) if !clause.negated => Ok(clause.patterns.iter().map(text).collect()),
        _ => Err(format!("it has `Not{element}`, which no guardrail has")),
    }
}

fn expiry(test: &Test) -> Result<Expiry, String> {
    match test.operands.as_slice() {
        [only] if test.operator.name() == FROM => Expiry::parse(&only.text),
        _ => Err(format!("it tests the time by `{}`", test.operator.name())),
    }
}

fn is_negative(test: &Test) -> bool {
    test.operator.base.negated || test.operator.base.comparison == Comparison::Absence
}

/// A tag that comes up again is held against the first when documents are compared.
fn add(tags: &mut Tags, (key, test): (String, TagTest)) {
    tags.entry(key).or_insert(test);
}
