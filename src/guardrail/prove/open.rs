//! What a guardrail leaves open, and why.

use std::collections::BTreeMap;

use super::{
    super::{
        atlas::{Asked, Door, Rule},
        intent::Principal,
    },
    region::Wish,
};

impl Wish<'_> {
    /// The doors that stay open, by code, and why.
    pub(super) fn open_doors(&self) -> BTreeMap<&'static str, String> {
        let mut open = BTreeMap::new();
        for door in self.target.atlas.doors() {
            let mut closing = self
                .intent
                .rules
                .present()
                .filter(|rule| door.rules.iter().any(|cover| self.counts(cover, *rule)));
            let is_closed = closing.next().is_some();
            if is_closed && self.is_all_asked_of(door) {
                continue;
            }
            if !door.stays_open.is_empty() {
                open.insert(door.code, door.stays_open.to_owned());
            } else if !is_closed {
                open.insert(
                    door.code,
                    format!("the guardrail lacks the rule {}", closing_rules(door)),
                );
            }
        }
        let takeable = self.takeable();
        if !takeable.is_empty() {
            let why = format!(
                "whoever may create roles in any account can take the name of {}",
                takeable.join(", ")
            );
            open.insert("exempt_role_takeover", why);
        }
        open
    }

    /// Tells whether a door that only tags of images close is asked for nothing but tags: what
    /// stays open of it are images with the tags that somebody else owns.
    fn is_all_asked_of(&self, door: &Door) -> bool {
        let looks_at_tags_only = door.rules.iter().any(|cover| cover.with == Asked::Tags);
        let launch = self.intent.rules.launch.as_ref();
        looks_at_tags_only && launch.is_none_or(|launch| launch.owner_ids.is_empty())
    }

    /// The exempt principals of whatever account.
    fn takeable(&self) -> Vec<String> {
        let of_rule = |rule: Rule| self.intent.rules.exempt_principals(rule).into_iter().flatten();
        let permanent = self.intent.rules.present().flat_map(of_rule);
        let dated = self.intent.exemptions.iter().flat_map(|exemption| &exemption.principals);
        let any = permanent.chain(dated).filter(|principal| principal.has_any_account());
        let mut names: Vec<String> = any.map(|it: &Principal| format!("`{it}`")).collect();
        names.sort();
        names.dedup();
        names
    }
}

/// The rules that would close a door; not what they may ask for where they do without.
fn closing_rules(door: &Door) -> String {
    let asks_nothing =
        |rule| door.rules.iter().any(|cover| cover.rule == rule && cover.with == Asked::Nothing);
    let rules = door.rules.iter().filter_map(|cover| match cover.with {
        Asked::Nothing => Some(format!("`{}`", cover.rule.name())),
        _ if asks_nothing(cover.rule) => None,
        with => Some(format!("`{}` with `{}`", cover.rule.name(), with.name())),
    });
    rules.collect::<Vec<_>>().join(" or ")
}
