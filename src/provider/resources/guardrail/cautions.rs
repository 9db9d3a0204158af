//! What speaks against a guardrail and does not forbid it: warnings with codes. Pure.
//!
//! Whoever has read one puts its code into `accepted`, and is not told again.

use std::collections::BTreeSet;

use time::{Duration, OffsetDateTime};

use super::{
    Level,
    model::{ExemptionModel, FactsModel, GuardrailModel, known},
    rules::{NO_APPROVER, exemption_path, rule_path},
};
use crate::{
    guardrail::{
        Dialect,
        atlas::Rule,
        intent::{Expiry, Intent, Principal},
        prove::{Proof, Property},
    },
    plugin::{Context, Diagnostic, Diagnostics, Path},
    provider::policies::Tier,
};

const EXEMPTION_ANY_ACCOUNT: &str = "exemption_any_account";
const TAGS_STAY_BEHIND: &str = "tags_stay_behind";
const NO_BUILDER: &str = "no_builder";
const NO_TAG_LOCK: &str = "no_tag_lock";
const EXEMPTION_ENDS_SOON: &str = "exemption_ends_soon";
const EXEMPTION_ENDED: &str = "exemption_ended";
const PROOF_REFUTED: &str = "proof_refuted";
const PROOF_UNKNOWN: &str = "proof_unknown";
const BINDS_NOBODY: &str = "binds_nobody";

/// All codes but those of assumptions.
const CODES: [&str; 10] = [
    EXEMPTION_ANY_ACCOUNT,
    TAGS_STAY_BEHIND,
    NO_BUILDER,
    NO_TAG_LOCK,
    EXEMPTION_ENDS_SOON,
    EXEMPTION_ENDED,
    PROOF_REFUTED,
    PROOF_UNKNOWN,
    BINDS_NOBODY,
    NO_APPROVER,
];

/// How long before its end an exemption is called to mind.
const SOON: Duration = Duration::days(14);

/// Warnings about one guardrail.
pub(super) struct Cautions<'a> {
    model: &'a GuardrailModel,
    accepted: BTreeSet<String>,
    told: Vec<Diagnostic>,
}

/// Finds fault with codes that nobody knows.
pub(super) fn check_accepted(accepted: &BTreeSet<String>, dialect: &Dialect) -> Diagnostics {
    let assumptions = dialect.assumptions().codes(dialect);
    let is_known = |code: &str| CODES.contains(&code) || assumptions.iter().any(|it| it == code);
    let mut problems = Diagnostics::new();
    for code in accepted.iter().filter(|code| !is_known(code)) {
        let known: Vec<_> = CODES.iter().map(|code| format!("`{code}`")).collect();
        let detail = format!(
            "There is no warning with the code `{}`. These can be accepted: {}; and the codes of \
             assumptions: `{}`.",
            code.escape_debug(),
            known.join(", "),
            assumptions.join("`, `")
        );
        problems.push(Diagnostic::error("Unknown Code", detail).at(Path::root("accepted")));
    }
    problems
}

impl<'a> Cautions<'a> {
    /// Starts with none.
    pub(super) fn about(model: &'a GuardrailModel) -> Self {
        Self { model, accepted: model.accepted(), told: Vec::new() }
    }

    /// Hands the warnings on.
    pub(super) fn tell(self, context: &Context) {
        self.told.into_iter().for_each(|caution| context.warn(caution));
    }

    /// The warnings so far.
    #[cfg(test)]
    pub(super) fn told(&self) -> &[Diagnostic] {
        &self.told
    }

    /// Looks at what the rules are about.
    pub(super) fn intent(mut self, intent: &Intent, level: &Level) -> Self {
        self.any_account(intent);
        let Some(launch) = &intent.rules.launch else { return self };
        let at = || rule_path(Rule::Launch);
        if level.target.atlas().tags_stay_behind
            && level.tier == Tier::Organisation
            && !launch.tags.is_empty()
            && launch.accept_owner_ids.is_empty()
        {
            let detail = "The tags of an image that is shared with another account are not seen \
                there: every member account that uses shared images is refused all of them. Name \
                the accounts whose images pass without tags in `accept_owner_ids`, or copy and \
                tag images in each account.";
            self.push(TAGS_STAY_BEHIND, "Refuses Shared Images", detail, at().attribute("tags"));
        }
        if !exempts_somebody(intent, Rule::Launch) {
            let detail = "Nobody is exempt from `launch`. Whoever builds images starts machines \
                from the vendor's, which have no tags: name the role of the image factory in \
                `exempt_principals`.";
            self.push(NO_BUILDER, "Stops The Image Factory", detail, at());
        }
        let locked: BTreeSet<String> = match &intent.rules.protect_tags {
            Some(lock) => lock.keys.iter().map(|key| key.to_lowercase()).collect(),
            None => BTreeSet::new(),
        };
        let open: Vec<_> =
            launch.tags.keys().filter(|key| !locked.contains(&key.to_lowercase())).collect();
        if !open.is_empty() {
            let keys: Vec<_> = open.iter().map(|key| format!("`{key}`")).collect();
            let detail = format!(
                "`launch` asks for the tags {}, and no rule here keeps people from setting them \
                 themselves. Add `protect_tags`, unless another policy locks them.",
                keys.join(", ")
            );
            self.push(NO_TAG_LOCK, "Does Not Lock Its Tags", &detail, at().attribute("tags"));
        }
        self
    }

    /// Looks at what was proved.
    pub(super) fn facts(mut self, facts: &FactsModel, dialect: &Dialect) -> Self {
        let open = properties(facts, &Proof::Unknown(String::new()));
        if !open.is_empty() {
            let detail = format!(
                "It cannot be told whether these properties hold: {}. Simpler rules, fewer \
                 exemptions or fewer dates may help.",
                open.join(", ")
            );
            self.push(PROOF_UNKNOWN, "Is Not Wholly Proved", &detail, Path::root("rules"));
        }
        let rests_on: Vec<_> = dialect
            .assumptions()
            .iter()
            .map(|it| (it.code(dialect), it.meaning()))
            .filter(|(code, _)| facts.assumptions.known().is_some_and(|all| all.contains(code)))
            .filter(|(code, _)| !self.accepted.contains(code))
            .map(|(code, meaning)| format!("  `{code}`: {meaning}"))
            .collect();
        if !rests_on.is_empty() {
            let detail = format!(
                "The vendor does not document all that the proof needs. It holds if:\n{}\nTry it \
                 in an account where nothing depends on it, and then put the codes into \
                 `accepted`.",
                rests_on.join("\n")
            );
            self.told.push(self.warning("Rests On Assumptions", &detail, Path::root("rules")));
        }
        self
    }

    /// Looks at what does not hold of a document that is ours, which another build has written.
    /// `words` say what this build's document would do that the one in force does not.
    pub(super) fn outgrown(mut self, facts: &FactsModel, words: impl FnOnce() -> String) -> Self {
        let refuted = Proof::Refuted { why: String::new(), witness: None };
        let mut broken = properties(facts, &refuted);
        // A rule with nothing to refuse does no harm.
        broken.retain(|key| !key.contains(Property::NotVacuous.name()));
        if !broken.is_empty() {
            let detail = format!(
                "Another release of the provider wrote the document, and nobody has changed it \
                 since. By what this one knows, these properties do not hold: {}. Held against what \
                 this one writes:\n\n{}\n\nThe document stays until the rules change. To have it \
                 written anew now, change `size_limit`, if only to the cloud's own limit.",
                broken.join(", "),
                words()
            );
            self.push(PROOF_REFUTED, "Is Outgrown", &detail, Path::root("rules"));
        }
        self
    }

    /// Looks at the clock: never in a plan.
    pub(super) fn dates(mut self, model: &GuardrailModel, now: OffsetDateTime) -> Self {
        for (index, exemption) in model.exemptions.known().into_iter().flatten().enumerate() {
            let Some(end) = end_of(exemption) else { continue };
            let place = exemption_path(index);
            let at = place.clone().attribute("expires_at");
            let who = whose(exemption);
            if end.instant() <= now {
                let detail = format!(
                    "The exemption of {who} ended at {end}: the document binds them from then \
                     on, and the first plan after that takes the exemption out of it. Take it out \
                     of the configuration, too, or give it another date."
                );
                let what = format!("Has An Exemption That Ended ({place})");
                self.push(EXEMPTION_ENDED, &what, &detail, at);
            } else if end.instant() - now <= SOON {
                let detail = format!(
                    "The exemption of {who} ends at {end}, whether or not anybody runs Terraform. \
                     Give it another date if it is still needed."
                );
                let what = format!("Has An Exemption That Ends Soon ({place})");
                self.push(EXEMPTION_ENDS_SOON, &what, &detail, at);
            }
        }
        self
    }

    fn any_account(&mut self, intent: &Intent) {
        for rule in intent.rules.present() {
            let exempt = intent.rules.exempt_principals(rule).into_iter().flatten();
            self.open_to_all(exempt, rule_path(rule).attribute("exempt_principals"));
        }
        for (index, exemption) in intent.exemptions.iter().enumerate() {
            self.open_to_all(
                exemption.principals.iter(),
                exemption_path(index).attribute("principals"),
            );
        }
    }

    fn open_to_all<'p>(&mut self, principals: impl Iterator<Item = &'p Principal>, at: Path) {
        let any = principals.filter(|principal| principal.has_any_account());
        let any: Vec<_> = any.map(|principal| format!("`{principal}`")).collect();
        if !any.is_empty() {
            let detail = format!(
                "{} names no account: whoever may create roles or users in any account that the \
                 guardrail binds can take the name, and is exempt. Name the accounts.",
                any.join(", ")
            );
            self.push(EXEMPTION_ANY_ACCOUNT, &format!("Exempts Any Account ({at})"), &detail, at);
        }
    }

    /// Says why policies of the organisation bind nobody.
    pub(super) fn binds_nobody(mut self, why: &str) -> Self {
        let detail = format!(
            "The guardrail's policy {} is there, but its kind of policy, `{}`, {why}: until then \
             it binds nobody.",
            known(&self.model.id),
            known(&self.model.level)
        );
        self.push(BINDS_NOBODY, "Binds Nobody", &detail, Path::root("level"));
        self
    }

    fn push(&mut self, code: &'static str, what: &str, detail: &str, at: Path) {
        if !self.accepted.contains(code) {
            let detail = format!("{detail} To accept it, put `{code}` into `accepted`.");
            self.told.push(self.warning(what, &detail, at));
        }
    }

    /// The summary names the guardrail, and the place where there can be several: Terraform
    /// merges warnings with equal summaries and shows the detail of the first one only.
    fn warning(&self, what: &str, detail: &str, at: Path) -> Diagnostic {
        Diagnostic::warning(self.model.summary(what), detail).at(at)
    }
}

/// Names the properties that were found so.
fn properties(facts: &FactsModel, result: &Proof) -> Vec<String> {
    let proofs = facts.proof.known().into_iter().flatten();
    let found = proofs.filter(|(_, found)| *found == result.name());
    found.map(|(key, _)| format!("`{key}`")).collect()
}

/// Returns when an exemption ends; `None` if it does not, or nobody knows.
pub(super) fn end_of(exemption: &ExemptionModel) -> Option<Expiry> {
    Expiry::parse(exemption.expires_at.known()?).ok()
}

fn whose(exemption: &ExemptionModel) -> String {
    let principals = exemption.principals.known().into_iter().flatten();
    let names: Vec<_> = principals.map(|name| format!("`{name}`")).collect();
    let owner = exemption.owner.known().map(|owner| format!(" ({owner} answers for it)"));
    format!("{}{}", names.join(", "), owner.unwrap_or_default())
}

fn exempts_somebody(intent: &Intent, rule: Rule) -> bool {
    intent.windows(rule).first().is_some_and(|window| !window.exempt.is_empty())
}
