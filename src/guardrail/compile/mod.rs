//! Intents into documents.
//!
//! A rule becomes one or more Deny statements, its *cores*; each core is written once
//! for every window of the rule's exemptions. Which actions and resources a core names
//! comes from the atlas: the doors that the rule closes at the level. How a cloud's
//! language says it is in `aws.rs` and `alicloud.rs`, side by side; `size.rs` counts.
//!
//! Rules of writing, each against a mistake that published policies make: Deny only;
//! one requirement, one statement; the type of resource is named wherever a negated test
//! looks at a key of it.

mod alicloud;
mod aws;
mod size;
mod statement;

#[cfg(test)]
mod tests;

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use serde_json::json;

use self::statement::{Condition, Core, written};
use super::{
    atlas::{Asked, Door, Rule, Touch},
    dialect::AWS,
    intent::{Expiry, Export, Intent, Launch, ProtectTags, Rules, Share, TagOnCreate, TagTest},
    target::Target,
};

pub(super) use self::alicloud::{RESOURCE_TYPE, SNAPSHOT};
pub use self::size::TooLong;

/// A document, and what it is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Compiled {
    /// The document: JSON without white space, names of objects and lists sorted, a list
    /// of one as a scalar. The same intent gives the same bytes.
    pub document: String,
    /// What the statements are for, in their order.
    pub statements: Vec<Written>,
}

/// What a statement is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Written {
    /// The rule it is part of.
    pub rule: Rule,
    /// Which of the rule's cores it is, counted from one.
    pub number: usize,
    /// From when on it counts; `None` is always.
    pub from: Option<Expiry>,
}

/// How a cloud's policies say what rules need.
pub(super) struct Wording {
    /// What the keys for tags of an image that exists start with.
    pub(super) image_tag: &'static str,
    /// What the keys for tags that a request sets start with.
    pub(super) request_tag: &'static str,
    /// The key for the owner of an image.
    pub(super) owner: &'static str,
    /// The operator and the key that exempt principals.
    pub(super) exempt: (&'static str, &'static str),
    /// The key for the time.
    pub(super) time: &'static str,
    /// The other keys that statements look at.
    pub(super) others: &'static [&'static str],
    /// The test that holds where a key is absent.
    absent: fn(String) -> Condition,
    /// Writes a text so that the language takes it literally.
    literal: fn(&str) -> String,
    /// The text that was written so.
    pub(super) plain: fn(&str) -> String,
    protect_tags: fn(&ProtectTags, &Guarded) -> Vec<Core>,
    share: fn(&Share, &Guarded) -> Vec<Core>,
}

/// The operator that starts a window.
pub(super) const FROM: &str = "DateGreaterThanEquals";

impl Wording {
    /// The wording of the cloud.
    pub(super) fn of(target: Target) -> &'static Self {
        if std::ptr::eq(target.atlas.dialect, &AWS) { &aws::WORDING } else { &alicloud::WORDING }
    }

    /// The test that holds for a tag that does not pass.
    fn fails(&self, key: String, test: &TagTest) -> Condition {
        let literal =
            |values: &BTreeSet<String>| values.iter().map(|value| (self.literal)(value)).collect();
        match test {
            TagTest::Present => (self.absent)(key),
            TagTest::Exact(values) => Condition::new("StringNotEquals", key, literal(values)),
            TagTest::Like(patterns) => Condition::new("StringNotLike", key, literal(patterns)),
        }
    }

    /// The test that holds for an image of anybody else.
    fn is_not_of(&self, owners: &BTreeSet<String>) -> Condition {
        Condition::new("StringNotEquals", self.owner, owners.clone())
    }
}

/// The calls that a rule looks at.
pub(super) struct Guarded {
    target: Target,
    calls: Vec<Call>,
}

/// A call, and the resource of it that decides; `None` if none does.
#[derive(Clone)]
struct Call {
    door: &'static Door,
    touch: Option<&'static Touch>,
    actions: Vec<&'static str>,
}

/// Writes the document of an intent.
///
/// An intent with [`faults`] gives a document, too, but not one to use. Whether it fits
/// is for [`Compiled::check_size`] to say.
///
/// [`faults`]: Intent::faults
pub fn compile(intent: &Intent, target: Target) -> Compiled {
    let wording = Wording::of(target);
    let mut statements = Vec::new();
    let mut texts = Vec::new();
    for rule in intent.rules.present() {
        let windows = intent.windows(rule);
        for (index, core) in cores(&intent.rules, rule, target).into_iter().enumerate() {
            for window in &windows {
                let purpose = Written { rule, number: index + 1, from: window.from };
                let sid = target.atlas.dialect.has_ids.then(|| purpose.sid());
                texts.push(written(&core, window, wording, sid));
                statements.push(purpose);
            }
        }
    }
    let version = target.atlas.dialect.versions.first().map_or("", |version| version.name);
    let document = json!({"Statement": texts, "Version": version}).to_string();
    Compiled { document, statements }
}

impl Written {
    /// The `Sid` on clouds that have them: `Launch1`, `Launch1From20270101T000000Z`.
    fn sid(&self) -> String {
        let rule = match self.rule {
            Rule::Launch => "Launch",
            Rule::ProtectTags => "ProtectTags",
            Rule::TagOnCreate => "TagOnCreate",
            Rule::Export => "Export",
            Rule::Share => "Share",
        };
        let from = self.from.map_or_else(String::new, |from| format!("From{}", from.compact()));
        format!("{rule}{}{from}", self.number)
    }
}

/// Prints `` `launch` 1 from 2027-01-01T00:00:00Z``.
impl fmt::Display for Written {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "`{}` {}", self.rule.name(), self.number)?;
        self.from.map_or(Ok(()), |from| write!(formatter, " from {from}"))
    }
}

/// What a rule refuses, whoever asks; nothing if the rule is absent.
fn cores(rules: &Rules, rule: Rule, target: Target) -> Vec<Core> {
    let Rules { launch, protect_tags, tag_on_create, export, share } = rules;
    let wording = Wording::of(target);
    let guarded = Guarded::by(rules, rule, target);
    let cores = match rule {
        Rule::Launch => launch.as_ref().map(|it| start(it, &guarded, wording)),
        Rule::ProtectTags => protect_tags.as_ref().map(|it| (wording.protect_tags)(it, &guarded)),
        Rule::TagOnCreate => tag_on_create.as_ref().map(|it| create(it, &guarded, wording)),
        Rule::Export => export.as_ref().map(|Export { .. }| guarded.cores(&[])),
        Rule::Share => share.as_ref().map(|it| (wording.share)(it, &guarded)),
    };
    cores.unwrap_or_default()
}

/// A statement for each requirement. Where the cloud does not tell the owner of the
/// image, nobody's images pass without the tags.
fn start(launch: &Launch, guarded: &Guarded, wording: &Wording) -> Vec<Core> {
    let Launch { tags, owner_ids, accept_owner_ids, .. } = launch;
    let (told, untold) = guarded.split(|call| call.has_key(wording.owner));
    let mut cores = Vec::new();
    for (key, test) in tags {
        let fails = wording.fails(format!("{}{key}", wording.image_tag), test);
        if accept_owner_ids.is_empty() {
            cores.extend(guarded.cores(&[fails]));
        } else {
            cores.extend(told.cores(&[fails.clone(), wording.is_not_of(accept_owner_ids)]));
            cores.extend(untold.cores(&[fails]));
        }
    }
    if !owner_ids.is_empty() {
        cores.extend(told.cores(&[wording.is_not_of(owner_ids)]));
    }
    cores
}

/// A statement for each tag and type of what is made.
fn create(demand: &TagOnCreate, guarded: &Guarded, wording: &Wording) -> Vec<Core> {
    let fails = |(key, test): (&String, &TagTest)| {
        guarded.cores(&[wording.fails(format!("{}{key}", wording.request_tag), test)])
    };
    demand.tags.iter().flat_map(fails).collect()
}

impl Guarded {
    /// The calls through the doors that the rule closes at the level.
    fn by(rules: &Rules, rule: Rule, target: Target) -> Self {
        let closed = target.atlas.doors().flat_map(|door| {
            let covers = door.rules.iter().filter(|cover| {
                cover.rule == rule
                    && cover.levels.contains(&target.level.name)
                    && asks(rules, rule, cover.with)
            });
            covers.map(move |cover| {
                let touch = door.touch_of(cover);
                let actions = touch.map_or_else(|| door.actions.to_vec(), |it| door.actions_on(it));
                Call { door, touch, actions }
            })
        });
        Self { target, calls: closed.collect() }
    }

    /// Those for which it holds, and the others.
    fn split(&self, holds: impl Fn(&Call) -> bool) -> (Self, Self) {
        let (those, others) = self.calls.iter().cloned().partition(|call| holds(call));
        let of = |calls| Self { target: self.target, calls };
        (of(those), of(others))
    }

    /// Refuses the calls if all conditions hold: a core for each type of resource.
    fn cores(&self, conditions: &[Condition]) -> Vec<Core> {
        let mut actions: BTreeMap<String, BTreeSet<&'static str>> = BTreeMap::new();
        for call in &self.calls {
            let pattern = call.touch.map_or("*", |touch| touch.pattern);
            actions.entry(self.target.fill(pattern)).or_default().extend(&call.actions);
        }
        let core =
            |(resource, actions)| Core { actions, resource, conditions: conditions.to_vec() };
        actions.into_iter().map(core).collect()
    }
}

impl Call {
    /// Tells whether the resource that decides has the condition key.
    fn has_key(&self, key: &str) -> bool {
        self.touch.is_some_and(|touch| touch.keys.contains(&key))
    }
}

/// Tells whether a rule asks for what a door needs.
fn asks(rules: &Rules, rule: Rule, asked: Asked) -> bool {
    let Rules { launch, tag_on_create, share, .. } = rules;
    match (asked, rule) {
        (Asked::Nothing, _) => true,
        (Asked::Tags, _) => launch.as_ref().is_some_and(|it| !it.tags.is_empty()),
        (Asked::Images, _) => share.as_ref().is_some_and(|it| it.images),
        (Asked::Snapshots, Rule::Share) => share.as_ref().is_some_and(|it| it.snapshots),
        (Asked::Snapshots, _) => tag_on_create.as_ref().is_some_and(|it| it.snapshots),
    }
}
