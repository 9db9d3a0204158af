//! What an intent must not say: rules that contradict each other, or ask for nothing.

use std::collections::{BTreeMap, BTreeSet};

use super::{Exemption, Intent, Launch, ProtectTags, Share, TagOnCreate, Tags};
use crate::guardrail::{
    atlas::{Asked, Rule},
    target::Target,
};

/// The most tags an image can have: 50 on AWS, 20 on Alibaba Cloud.
const MOST_TAGS: usize = 50;
/// How often principals can be named, once for each rule and end date, and the most end
/// dates. Names have some 24 characters, and each date is a copy of every statement, of 200
/// characters and more: no vendor takes so long a document.
const MOST_NAMES: usize = 500;
const MOST_DATES: usize = 60;
/// The last character that some levels take.
const LAST_OF_LATIN: char = '\u{ff}';

/// What is wrong with an intent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IntentFault {
    /// What is to blame.
    pub part: Part,
    /// What is wrong and how to mend it; lower case, no full stop.
    pub problem: String,
}

/// A part of an intent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// All of it.
    Whole,
    /// A rule.
    Rule(Rule),
    /// An attribute of a rule, by its name.
    Attribute(Rule, &'static str),
    /// An exemption, counted from zero.
    Exemption(usize),
}

/// What was found so far.
struct Check<'i> {
    intent: &'i Intent,
    target: Target,
    faults: Vec<IntentFault>,
}

impl Intent {
    /// Lists what keeps a document from being written; empty if nothing does.
    ///
    /// `accepts_no_approver` is for locks that nobody at all should open.
    pub fn faults(&self, target: Target, accepts_no_approver: bool) -> Vec<IntentFault> {
        let mut check = Check { intent: self, target, faults: Vec::new() };
        let Self { rules, exemptions } = self;
        if rules.present().next().is_none() {
            let names: Vec<_> = Rule::ALL.iter().map(|it| format!("`{}`", it.name())).collect();
            check.fault(Part::Whole, format!("no rule is given; write {}", names.join(", ")));
        }
        rules.launch.iter().for_each(|launch| check.launch(launch));
        rules.protect_tags.iter().for_each(|lock| check.lock(lock, accepts_no_approver));
        rules.tag_on_create.iter().for_each(|demand| check.demand(demand));
        rules.share.iter().for_each(|share| check.share(share));
        exemptions.iter().enumerate().for_each(|(at, exemption)| check.exemption(at, exemption));
        check.amount();
        check.characters();
        check.faults
    }

    /// Tells whether somebody is exempt from a rule, at least for a time.
    fn exempts_somebody(&self, rule: Rule) -> bool {
        self.windows(rule).first().is_some_and(|window| !window.exempt.is_empty())
    }
}

impl Check<'_> {
    fn fault(&mut self, part: Part, problem: impl Into<String>) {
        self.faults.push(IntentFault { part, problem: problem.into() });
    }

    fn launch(&mut self, launch: &Launch) {
        let Launch { tags, owner_ids, accept_owner_ids, .. } = launch;
        let rule = Rule::Launch;
        self.tags(rule, tags);
        if tags.is_empty() && owner_ids.is_empty() {
            self.fault(
                Part::Rule(rule),
                "it asks for neither `tags` nor `owner_ids`, so that any image would do",
            );
        }
        let accepted = Part::Attribute(rule, "accept_owner_ids");
        if tags.is_empty() && !accept_owner_ids.is_empty() {
            self.fault(
                accepted,
                "it lets images pass without the tags, and there are none; write `owner_ids` to \
                 require an owner",
            );
        }
        let pointless = accept_owner_ids.iter().find(|id| !owner_ids.contains(*id));
        if let Some(id) = pointless.filter(|_| !owner_ids.is_empty()) {
            self.fault(
                accepted,
                format!(
                    "`{id}` is none of `owner_ids`, so that its images are refused all the same"
                ),
            );
        }
    }

    fn lock(&mut self, lock: &ProtectTags, accepts_no_approver: bool) {
        let rule = Rule::ProtectTags;
        let keys = Part::Attribute(rule, "keys");
        if lock.keys.is_empty() {
            self.fault(keys, "it names no tag key");
        }
        self.one_spelling(keys, lock.keys.iter());
        if !accepts_no_approver && !self.intent.exempts_somebody(rule) {
            self.fault(
                Part::Attribute(rule, "exempt_principals"),
                "nobody is exempt, so that nobody could approve an image; name the role that \
                 approves, or add `no_approver` to `accepted`",
            );
        }
    }

    fn demand(&mut self, demand: &TagOnCreate) {
        let rule = Rule::TagOnCreate;
        let tags = Part::Attribute(rule, "tags");
        if demand.tags.is_empty() {
            self.fault(tags, "it names no tag");
        }
        self.tags(rule, &demand.tags);
        let mut doors = self.target.atlas.closed_by(rule).flat_map(|door| door.rules);
        if demand.snapshots && !doors.any(|cover| cover.with == Asked::Snapshots) {
            let problem = "snapshots are not guarded on this cloud: they start no machine before \
                           they are images; leave it out";
            self.fault(Part::Attribute(rule, "snapshots"), problem);
        }
        let locked = self.intent.rules.protect_tags.iter().flat_map(|lock| &lock.keys);
        let locked: BTreeSet<String> = locked.map(|key| key.to_lowercase()).collect();
        if let Some(key) = demand.tags.keys().find(|key| locked.contains(&key.to_lowercase())) {
            let problem = format!(
                "the key `{key}` is locked by `protect_tags`: with it a new image is refused by the \
                 lock, without it by the demand; demand another key"
            );
            self.fault(tags, problem);
        }
    }

    fn share(&mut self, share: &Share) {
        if !share.images && !share.snapshots {
            let problem = "it keeps neither `images` nor `snapshots`; leave the rule out";
            self.fault(Part::Rule(Rule::Share), problem);
        }
    }

    fn exemption(&mut self, at: usize, exemption: &Exemption) {
        let part = Part::Exemption(at);
        if exemption.principals.is_empty() {
            self.fault(part, "it names no principal");
        }
        if exemption.rules.is_empty() {
            self.fault(part, "it names no rule; an exemption says what it opens");
        }
        let rules = &self.intent.rules;
        let absent = exemption.rules.iter().find(|rule| rules.exempt_principals(**rule).is_none());
        if let Some(rule) = absent {
            let problem =
                format!("it is from `{}`, which is no rule of this guardrail", rule.name());
            self.fault(part, problem);
        }
    }

    fn tags(&mut self, rule: Rule, tags: &Tags) {
        let part = Part::Attribute(rule, "tags");
        if tags.len() > MOST_TAGS {
            let problem = format!("it asks for {} tags, and images have {MOST_TAGS}", tags.len());
            self.fault(part, problem);
        }
        self.one_spelling(part, tags.keys());
    }

    /// The clouds read condition keys without regard to case, the tag's key included.
    fn one_spelling<'k>(&mut self, part: Part, keys: impl Iterator<Item = &'k String>) {
        let mut seen: BTreeMap<String, &String> = BTreeMap::new();
        for key in keys {
            if let Some(other) = seen.insert(key.to_lowercase(), key) {
                let problem = format!(
                    "`{other}` and `{key}` are one key to policies, which do not mind case; write \
                     one"
                );
                self.fault(part, problem);
                return;
            }
        }
    }

    fn amount(&mut self) {
        let Intent { rules, exemptions } = self.intent;
        let dates: BTreeSet<_> = exemptions.iter().filter_map(|it| it.expires_at).collect();
        if dates.len() > MOST_DATES {
            let problem = format!(
                "the exemptions end at {} different instants, each of which is a copy of every \
                 statement, and no policy has room for more than {MOST_DATES}; let them end together",
                dates.len()
            );
            self.fault(Part::Whole, problem);
        }
        let windows = rules.present().flat_map(|rule| self.intent.windows(rule));
        let names: usize = windows.map(|window| window.exempt.len()).sum();
        if names > MOST_NAMES {
            let problem = format!(
                "exempt principals have to be named {names} times, once for each rule and end date, \
                 and no policy has room for more than {MOST_NAMES}; give them a path in common and \
                 name that: `role/images/*`"
            );
            self.fault(Part::Whole, problem);
        }
    }

    /// Some levels take few characters.
    fn characters(&mut self) {
        let Intent { rules, .. } = self.intent;
        let mut texts: Vec<(Part, &str)> = Vec::new();
        let tags = [
            (Rule::Launch, rules.launch.as_ref().map(|it| &it.tags)),
            (Rule::TagOnCreate, rules.tag_on_create.as_ref().map(|it| &it.tags)),
        ];
        for (rule, tags) in tags {
            for (key, test) in tags.into_iter().flatten() {
                let part = Part::Attribute(rule, "tags");
                texts.push((part, key));
                texts.extend(test.patterns().into_iter().map(|pattern| (part, pattern)));
            }
        }
        let keys = rules.protect_tags.iter().flat_map(|lock| &lock.keys);
        texts.extend(keys.map(|key| (Part::Attribute(Rule::ProtectTags, "keys"), key.as_str())));
        let is_beyond = |character: &char| self.target.level.is_latin && *character > LAST_OF_LATIN;
        let beyond = texts.iter().find_map(|(part, text)| {
            let character = text.chars().find(is_beyond)?;
            Some((*part, character))
        });
        if let Some((part, character)) = beyond {
            let problem = format!(
                "policies at the level `{}` hold characters up to U+00FF, and `{character}` is \
                 U+{:04X}; choose another tag, or another level",
                self.target.level.name,
                u32::from(character)
            );
            self.fault(part, problem);
        }
    }
}
