//! What a guardrail leaves open, and why.

use std::collections::BTreeMap;

use super::{
    super::{atlas::Rule, intent::Principal},
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
            if !door.stays_open.is_empty() {
                open.insert(door.code, door.stays_open.to_owned());
            } else if !is_closed {
                let rules = door.rules.iter().map(|cover| match cover.with.name() {
                    "" => format!("`{}`", cover.rule.name()),
                    with => format!("`{}` with `{with}`", cover.rule.name()),
                });
                let rules: Vec<String> = rules.collect();
                let why = format!("the guardrail lacks the rule {}", rules.join(" or "));
                open.insert(door.code, why);
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
