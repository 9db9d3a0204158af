//! The doors of each cloud: every API that can boot or replace an OS image, make one,
//! let one out, or change what counts as golden. Data; nothing here decides.
//!
//! `aws/` and `alicloud/` are the tables, one entry for each door; `request.rs`
//! makes requests of them, for the evaluator. Compiler, prover, lint and pages read the
//! same tables, so a door that is added here is known everywhere.

mod alicloud;
mod aws;
mod request;

#[cfg(test)]
mod tests;

use std::ops::RangeInclusive;

use super::dialect::Dialect;

pub use self::{
    alicloud::ALICLOUD_ATLAS,
    aws::AWS_ATLAS,
    request::{Mark, Setting, Situation},
};

/// What is known about one cloud.
#[derive(Debug)]
pub struct Atlas {
    /// The language of its policies.
    pub dialect: &'static Dialect,
    /// The partitions of the cloud, as resource names have them; the first is usual.
    pub partitions: &'static [&'static str],
    /// The region that requests are made in where nothing else is said.
    pub region: &'static str,
    /// The doors, in tables by what goes through them.
    pub tables: &'static [&'static [Door]],
    /// What each rule refuses, in the order of [`Rule::ALL`].
    pub bounds: &'static [Bounds],
    /// Who and what no document at a level reaches, as `(level, why)`.
    pub out_of_reach: &'static [(&'static str, &'static str)],
    /// Condition keys whose values are lists, without case.
    pub multivalued_keys: &'static [&'static str],
    /// How condition keys that tell who calls start, without case; not those that only
    /// tell whether a service of the cloud does.
    pub principal_keys: &'static [&'static str],
    /// How condition keys for the tags of what exists start, without case.
    pub resource_tag_keys: &'static [&'static str],
    /// How condition keys for the tags a request sets start, without case.
    pub request_tag_keys: &'static [&'static str],
    /// Condition keys for the region of a request, without case.
    pub region_keys: &'static [&'static str],
    /// Condition keys for the owner of an image, without case.
    pub owner_keys: &'static [&'static str],
    /// Whether the tags of an image shared with another account are not seen there.
    pub tags_stay_behind: bool,
    /// How the last field of names without an account starts.
    pub without_account: &'static [&'static str],
    /// Names that look like actions and are none, and what to write instead.
    pub dead_actions: &'static [(&'static str, &'static str)],
    /// The service of machines in the other cloud, whose name is easily mistaken.
    pub service_elsewhere: &'static str,
    /// How many digits an account's id has.
    pub account_digits: RangeInclusive<usize>,
    /// Owners of images that are no accounts.
    pub owner_groups: &'static [&'static str],
    /// How tag keys start that people cannot set, without case.
    pub reserved_tag_keys: &'static [&'static str],
    /// How names of users and roles start, up to the account, with `{partition}` to fill
    /// in; policies are written with the first.
    pub principal_starts: &'static [&'static str],
    /// Whether names of roles are compared in lower case.
    pub roles_in_lower_case: bool,
    /// How names of callers start that are neither users, roles nor root users, with
    /// `{partition}` and `{account}` to fill in.
    pub other_callers: &'static [&'static str],
    /// The caller of requests, with `{partition}` and `{account}` to fill in.
    pub caller: &'static str,
    /// What every request's context says, as far as it matters.
    pub context: &'static [Fact],
    /// An image that carries the marks.
    pub marked_image: &'static [Fact],
    /// A creation that puts the marks on the image alone.
    pub marked_creation: &'static [Fact],
    /// A creation that puts the marks on all that is created.
    pub marked_creation_of_all: &'static [Fact],
}

/// An API that matters for which images machines run on.
#[derive(Debug)]
pub struct Door {
    /// Stable: `aws_run_instances`.
    pub code: &'static str,
    /// What goes through it.
    pub way: Way,
    /// What it does, in a sentence.
    pub does: &'static str,
    /// The actions that open it; each alone does.
    pub actions: &'static [&'static str],
    /// What a call is authorised on; never empty.
    pub touches: &'static [Touch],
    /// The rules that close it, any of them; empty if none does.
    pub rules: &'static [Cover],
    /// What stays open though a rule closes the door, or why none does; may be empty
    /// for a door with rules.
    pub stays_open: &'static str,
    /// The vendor's page that says so.
    pub source: &'static str,
    /// Calls, and what a guard with every rule makes of them; never empty.
    pub cases: &'static [Case],
}

/// What goes through a door.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Way {
    /// A machine that starts from an image, or gets another one.
    Boot,
    /// A new image.
    MakeImage,
    /// A new snapshot that images can be made of.
    MakeSnapshot,
    /// The mark itself: tags of images that exist.
    Mark,
    /// The mark, put on an image while it is made.
    MarkAtCreation,
    /// An image or its data, leaving the cloud.
    Export,
    /// An image or its data, handed to another account.
    Share,
    /// A setting that says which images may be used or shared.
    Setting,
}

impl Way {
    /// All of them, in the order of the tables.
    pub const ALL: [Self; 8] = [
        Self::Boot,
        Self::MakeImage,
        Self::MakeSnapshot,
        Self::Mark,
        Self::MarkAtCreation,
        Self::Export,
        Self::Share,
        Self::Setting,
    ];

    /// As sentences name it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Boot => "starting machines",
            Self::MakeImage => "making images",
            Self::MakeSnapshot => "making snapshots",
            Self::Mark => "tagging images",
            Self::MarkAtCreation => "tagging images while they are made",
            Self::Export => "exporting images",
            Self::Share => "sharing images",
            Self::Setting => "settings about images",
        }
    }
}

/// A rule of a guardrail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rule {
    /// Machines start from golden images only.
    Launch,
    /// Nobody but approvers changes the tags that make an image golden.
    ProtectTags,
    /// Images are tagged when they are made.
    TagOnCreate,
    /// Images do not leave the cloud.
    Export,
    /// Images are not handed to other accounts.
    Share,
}

impl Rule {
    /// All of them, in the order of documents and pages.
    pub const ALL: [Self; 5] =
        [Self::Launch, Self::ProtectTags, Self::TagOnCreate, Self::Export, Self::Share];

    /// As the attribute `rules` names it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Launch => "launch",
            Self::ProtectTags => "protect_tags",
            Self::TagOnCreate => "tag_on_create",
            Self::Export => "export",
            Self::Share => "share",
        }
    }
}

/// What a rule refuses.
#[derive(Debug)]
pub struct Bounds {
    /// The rule.
    pub rule: Rule,
    /// What it is for, in words.
    pub refuses: &'static str,
    /// What it refuses beyond that, on purpose; mostly empty.
    pub beyond: &'static [Beyond],
}

/// Something that a rule refuses though nobody asks it to: the language cannot tell it
/// from what the rule is for.
#[derive(Debug)]
pub struct Beyond {
    /// What it is, and why, in words.
    pub what: &'static str,
    /// The doors, by their codes: every call through them is refused.
    pub doors: &'static [&'static str],
    /// The context of a call that is refused, and that the rule is not for.
    pub facts: &'static [Fact],
}

/// A rule that closes a door.
#[derive(Debug)]
pub struct Cover {
    /// The rule.
    pub rule: Rule,
    /// The levels at which it does.
    pub levels: &'static [&'static str],
    /// The resource of the call that it looks at; empty where it refuses the call
    /// whatever it is on.
    pub on: &'static str,
    /// What the rule must ask for to do so.
    pub with: Asked,
}

/// What a rule may ask for, and a door may need.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// Nothing beside the rule itself.
    Nothing,
    /// Tags of images.
    Tags,
    /// That images are kept.
    Images,
    /// That snapshots are kept, or tagged.
    Snapshots,
}

impl Asked {
    /// As configurations write it; empty for nothing.
    pub fn name(self) -> &'static str {
        match self {
            Self::Nothing => "",
            Self::Tags => "tags",
            Self::Images => "images = true",
            Self::Snapshots => "snapshots = true",
        }
    }
}

/// A resource that a call is authorised on.
#[derive(Debug)]
pub struct Touch {
    /// The type, as the vendor's page names it: `image`; the new one of a creation is
    /// `new image`.
    pub resource: &'static str,
    /// The pattern that covers all of the type, with `{partition}` to fill in.
    pub pattern: &'static str,
    /// The name of one, with `{partition}`, `{region}` and `{account}` to fill in.
    pub sample: &'static str,
    /// Whether every call is authorised on it, or only some.
    pub required: bool,
    /// The action it is authorised for, where that is not the door's.
    pub action: Option<&'static str>,
    /// Condition keys about images and tags that are present; a slash ends a family.
    pub keys: &'static [&'static str],
}

/// A condition key of a call, and its value.
#[derive(Debug)]
pub struct Fact {
    /// The resource type it is about; empty for all.
    pub on: &'static str,
    /// The key; `{key}` stands for the key of a mark, and repeats the fact for each.
    pub name: &'static str,
    /// The value.
    pub value: Value,
}

/// The value of a condition key.
#[derive(Debug)]
pub enum Value {
    /// Of a key with one value; `{value}` stands for the value of the mark.
    One(&'static str),
    /// Of a key with many values.
    Many(&'static [&'static str]),
    /// The keys of all marks.
    MarkKeys,
}

/// A call through a door.
#[derive(Debug)]
pub struct Case {
    /// What is special about it, in words.
    pub name: &'static str,
    /// Its context, beside what every request has.
    pub facts: &'static [Fact],
    /// Whether a guard with every rule refuses it; without a guard it is allowed.
    pub refused: bool,
}

impl Atlas {
    /// The atlas of the cloud whose policies are in the language.
    pub fn of(dialect: &Dialect) -> &'static Self {
        let is_its_own = |atlas: &&&Self| std::ptr::eq(atlas.dialect, dialect);
        [&AWS_ATLAS, &ALICLOUD_ATLAS].iter().find(is_its_own).copied().unwrap_or(&AWS_ATLAS)
    }

    /// All doors.
    pub fn doors(&self) -> impl Iterator<Item = &'static Door> {
        self.tables.iter().copied().flatten()
    }

    /// The door with the code.
    pub fn door(&self, code: &str) -> Option<&'static Door> {
        self.doors().find(|door| door.code == code)
    }

    /// Tells whether a condition key, without case, is one of those that requests through
    /// the doors have.
    pub fn knows_key(&self, folded_key: &str) -> bool {
        let of_all = self.context.iter().map(|fact| fact.name);
        let of_touches = self.doors().flat_map(|door| door.touches).flat_map(|touch| touch.keys);
        of_all.chain(of_touches.copied()).any(|known| {
            let known = known.to_ascii_lowercase();
            known == folded_key || (known.ends_with('/') && folded_key.starts_with(&known))
        })
    }

    /// The doors through which something goes, in the order of the table.
    pub fn doors_of(&self, way: Way) -> impl Iterator<Item = &'static Door> {
        self.doors().filter(move |door| door.way == way)
    }

    /// What a rule refuses.
    pub fn bounds_of(&self, rule: Rule) -> Option<&'static Bounds> {
        self.bounds.iter().find(|bounds| bounds.rule == rule)
    }

    /// The doors that a rule closes, in the order of the table.
    pub fn closed_by(&self, rule: Rule) -> impl Iterator<Item = &'static Door> {
        self.doors().filter(move |door| door.rules.iter().any(|cover| cover.rule == rule))
    }
}

impl Door {
    /// The resource of the call that a cover looks at; `None` if it looks at none.
    pub fn touch_of(&self, cover: &Cover) -> Option<&'static Touch> {
        self.touches.iter().find(|touch| touch.resource == cover.on)
    }

    /// The actions that a call is authorised for on a resource of it.
    pub fn actions_on(&self, touch: &Touch) -> Vec<&'static str> {
        touch.action.map_or_else(|| self.actions.to_vec(), |action| vec![action])
    }
}

/// Closes a door, looking at a resource of the call.
const fn closes(
    rule: Rule,
    levels: &'static [&'static str],
    on: &'static str,
    with: Asked,
) -> Cover {
    Cover { rule, levels, on, with }
}

/// A rule that refuses what it is for, and nothing else.
const fn exactly(rule: Rule, refuses: &'static str) -> Bounds {
    Bounds { rule, refuses, beyond: &[] }
}

/// A key with one value.
const fn one(on: &'static str, name: &'static str, value: &'static str) -> Fact {
    Fact { on, name, value: Value::One(value) }
}

/// The keys of all marks, as the value of one key.
const fn mark_keys(on: &'static str, name: &'static str) -> Fact {
    Fact { on, name, value: Value::MarkKeys }
}

/// A call that a guard with every rule refuses.
const fn refused(name: &'static str, facts: &'static [Fact]) -> Case {
    Case { name, facts, refused: true }
}

/// A call that goes through all the same.
const fn passes(name: &'static str, facts: &'static [Fact]) -> Case {
    Case { name, facts, refused: false }
}
