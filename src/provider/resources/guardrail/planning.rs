//! What a guardrail will be.
//!
//! No value depends on the clock: which exemptions a read has found over is kept beside the
//! state. The cloud is asked for nothing but the account, and whether the policy is seen from
//! there, and that only if the role changes.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Form, Guarding, Level, Written,
    cautions::{Cautions, check_accepted},
    drafting::{Draft, draft},
    find_place,
    model::{FactsModel, GuardrailModel, Shown, USUAL_PATH, known},
    rules::{check_values, fill_in, intent_of, recorded_intent},
    written::{ended, mean_the_same, without},
};
use crate::{
    guardrail::{Target, atlas::Atlas, intent::Intent},
    plugin::{Attr, Change, Context, Diagnostic, Diagnostics, Path},
    provider::{
        configure::Clouds,
        place::{self, PlaceModel},
        policies::Tier,
    },
};

/// Finds fault with whatever is known of a configuration.
pub(super) fn validate<Client: Guarding>(config: &Shown<Client>) -> Diagnostics {
    let place =
        PlaceModel { assume_role_arn: config.assume_role_arn.clone(), ..PlaceModel::default() };
    let mut problems = place::validate::<Client>(&place);
    if let Some(accepted) = config.accepted.known() {
        problems.append(check_accepted(accepted, Client::DIALECT));
    }
    if config.size_limit.known().is_some_and(|limit| *limit < 1) {
        let detail = "A document has at least one character. Leave it out for the cloud's limit.";
        problems.push(Diagnostic::error("Invalid Limit", detail).at(Path::root("size_limit")));
    }
    problems.append(check_tags(config, Atlas::of(Client::DIALECT)));
    let Some(level) = config.level.known() else { return problems };
    match Level::find::<Client>(level, None) {
        Ok(level) => {
            problems.append(check_words::<Client>(config, &level));
            // Elsewhere the partition decides what ARNs look like, and that is known in a plan.
            if Atlas::of(Client::DIALECT).partitions.is_empty() {
                problems.append(check_values(config, level.target));
            }
        }
        Err(problem) => problems.append(problem),
    }
    problems
}

/// Finds fault with tags that the vendor keeps for itself.
fn check_tags(config: &GuardrailModel, atlas: &Atlas) -> Diagnostics {
    let mut problems = Diagnostics::new();
    for key in config.tags.known().into_iter().flat_map(BTreeMap::keys) {
        let is_reserved = |start: &&&str| key.to_ascii_lowercase().starts_with(**start);
        if let Some(start) = atlas.reserved_tag_keys.iter().find(is_reserved) {
            let detail = format!(
                "Tags that begin with `{start}` are the vendor's own, and nobody else can set \
                 `{}`. Choose another key.",
                key.escape_debug()
            );
            let at = Path::root("tags").key(key);
            problems.push(Diagnostic::error("Reserved Tag", detail).at(at));
        }
    }
    problems
}

/// Finds fault with the texts that the vendor sets limits to.
fn check_words<Client: Guarding>(config: &GuardrailModel, level: &Level) -> Diagnostics {
    let mut problems = Diagnostics::new();
    let terms = level.terms::<Client>();
    let level = level.target.level_name();
    if let Some(name) = config.name.known().filter(|name| !(terms.name.fits)(name)) {
        let detail = format!(
            "`{}` is no name for a policy at the level `{level}`: {}.",
            name.escape_debug(),
            terms.name.told
        );
        problems.push(Diagnostic::error("Invalid Name", detail).at(Path::root("name")));
    }
    let description = config.description.known().map(|text| text.chars().count());
    if description.is_some_and(|length| !(1..=terms.longest_description).contains(&length)) {
        let detail = format!(
            "A description has 1 to {} characters at the level `{level}`. Leave it out for none.",
            terms.longest_description
        );
        let problem = Diagnostic::error("Invalid Description", detail);
        problems.push(problem.at(Path::root("description")));
    }
    if let Some(path) = config.path.known()
        && let Some(problem) = fault_of_path(path, terms.path, level)
    {
        problems.push(problem.at(Path::root("path")));
    }
    problems
}

fn fault_of_path(path: &str, form: Option<Form>, level: &str) -> Option<Diagnostic> {
    let path_shown = path.escape_debug();
    match form {
        None => {
            let detail = format!(
                "Policies at the level `{level}` have no path, and this is `{path_shown}`. Leave \
                 it out."
            );
            Some(Diagnostic::error("No Path At This Level", detail))
        }
        Some(form) if !(form.fits)(path) => {
            let detail = format!(
                "`{path_shown}` is no path of a policy at the level `{level}`: {}.",
                form.told
            );
            Some(Diagnostic::error("Invalid Path", detail))
        }
        Some(_) => None,
    }
}

/// Refines a plan.
pub(super) async fn plan<Client: Guarding>(
    clouds: &Clouds,
    change: &mut Change<Shown<Client>>,
    context: &Context,
) -> Result<(), Diagnostics> {
    fill_in(&mut change.planned.rules, &change.config.rules, &clouds.golden_tags);
    let Some(level) = find_level(clouds, &change.planned).await? else {
        leave_open(&mut change.planned);
        return Ok(());
    };
    if change.prior.is_none() && !clouds.guardrails.plan(&change.planned) {
        return Err(planned_twice(&change.planned).into());
    }
    plan_account(clouds, change, level.tier).await?;
    plan_names(change, &level)?;
    warn_of_gap(change, context);
    let intent = intent_of(&change.planned, level.target)?;
    let Some(intent) = intent.filter(|_| !change.planned.size_limit.is_unknown()) else {
        leave_open(&mut change.planned);
        return Ok(());
    };
    let written = change.prior.as_ref().map(|prior| Written::of(prior, context));
    let prior = change.prior.as_deref().zip(written.as_ref());
    // Of a policy that is made anew nothing has been read.
    let over = prior.map(|_| ended(context)).unwrap_or_default();
    let Draft { document, facts } =
        plan_document(&intent, &over, &change.planned, prior, level.target)?;
    change.planned.document = document.into();
    change.planned.facts = facts;
    if !change.planned.accepted.is_unknown() {
        Cautions::about(&change.planned)
            .intent(&intent, &level)
            .facts(&change.planned.facts, Client::DIALECT)
            .tell(context);
    }
    Ok(())
}

/// Decides which document there will be: the one that is there, as long as the rules are the
/// same and nobody has changed it; otherwise what the rules are compiled to.
///
/// `prior` is what there is, and what was written last. Exemptions whose ends a read has found
/// over (`ended`) are left out.
///
/// # Errors
///
/// Those of [`draft`].
pub(super) fn plan_document(
    intent: &Intent,
    ended: &BTreeSet<String>,
    planned: &GuardrailModel,
    prior: Option<(&GuardrailModel, &Written)>,
    target: Target,
) -> Result<Draft, Diagnostics> {
    let intent = without(intent, ended);
    let is_the_same = |(prior, written): &(&GuardrailModel, &Written)| {
        let before = without(&recorded_intent(prior, target), &written.left_out);
        before.normalised() == intent.normalised()
            && prior.size_limit == planned.size_limit
            && mean_the_same(known(&prior.document), &written.document, target)
    };
    let kept = |prior: &GuardrailModel| Draft {
        document: known(&prior.document).to_owned(),
        facts: prior.facts.clone(),
    };
    if let Some((prior, _)) = prior.filter(is_the_same) {
        return Ok(kept(prior));
    }
    let limit = planned.size_limit.known().and_then(|limit| usize::try_from(*limit).ok());
    let draft = draft(&intent, target, limit)?;
    let (prior, document) = (prior.map(|(prior, _)| prior), &draft.document);
    let says_so = prior.filter(|prior| mean_the_same(known(&prior.document), document, target));
    Ok(says_so.map_or(draft.clone(), kept))
}

/// Finds the level; `None` while it, or the partition, is not known.
async fn find_level<Client: Guarding>(
    clouds: &Clouds,
    planned: &Shown<Client>,
) -> Result<Option<Level>, Diagnostics> {
    let Some(name) = planned.level.known() else { return Ok(None) };
    if Atlas::of(Client::DIALECT).partitions.is_empty() {
        return Level::find::<Client>(name, None).map(Some);
    }
    let access = Client::access(clouds);
    if access.is_unknown() || access.region_is_unknown() || planned.assume_role_arn.is_unknown() {
        return Ok(None);
    }
    let place = find_place(clouds, planned).await?;
    Level::find::<Client>(name, Client::partition(&place.region)).map(Some)
}

/// Leaves what follows from rules that are not known yet to the apply, which plans once more
/// before it calls anybody.
fn leave_open(planned: &mut GuardrailModel) {
    planned.document = Attr::Unknown;
    planned.facts = FactsModel {
        size: Attr::Unknown,
        proof: Attr::Unknown,
        assumptions: Attr::Unknown,
        open_doors: Attr::Unknown,
    };
}

/// Plans another policy where the vendor cannot change this one.
///
/// # Errors
///
/// Of a policy that stays, the description changes, and the vendor changes none: another policy
/// could not have the same name.
pub(super) fn plan_names<Client: Guarding>(
    change: &mut Change<Shown<Client>>,
    level: &Level,
) -> Result<(), Diagnostics> {
    let terms = level.terms::<Client>();
    let Change { prior: Some(prior), planned, replaced_for, .. } = change else { return Ok(()) };
    if prior.name != planned.name && !terms.renames {
        replaced_for.push(Path::root("name"));
    }
    if path_of(prior) != path_of(planned) {
        replaced_for.push(Path::root("path"));
    }
    let is_another = prior.level != planned.level || !replaced_for.is_empty();
    let is_redescribed =
        prior.description != planned.description && !planned.description.is_unknown();
    if is_redescribed && !is_another && !terms.redescribes {
        let detail = format!(
            "{} cannot change the description of a policy at the level `{}`, and another policy \
             cannot have the same name beside it. Change `name`, too, or leave the description \
             as it is.",
            Client::NAME,
            level.target.level_name()
        );
        let problem = Diagnostic::error("Description Cannot Change", detail);
        return Err(problem.at(Path::root("description")).into());
    }
    Ok(())
}

/// Returns the path; without one it is the usual. `None` while it is not known.
fn path_of(model: &GuardrailModel) -> Option<&str> {
    (!model.path.is_unknown()).then(|| model.path.known().map_or(USUAL_PATH, String::as_str))
}

/// Plans another policy where another role works in another account; not if that account manages
/// the same organisation.
async fn plan_account<Client: Guarding>(
    clouds: &Clouds,
    change: &mut Change<Shown<Client>>,
    tier: Tier,
) -> Result<(), Diagnostics> {
    let Some(prior) = &change.prior else { return Ok(()) };
    let role = &change.planned.assume_role_arn;
    let has_changed = prior.assume_role_arn != *role && !role.is_unknown();
    let Some(before) = prior.account_id.known().filter(|_| has_changed) else { return Ok(()) };
    if Client::access(clouds).is_unknown() {
        return Ok(());
    }
    let place = find_place(clouds, &change.planned).await?;
    if tier == Tier::Organisation {
        let policy = place.client.policy(&place.region, tier, known(&prior.id)).await;
        if matches!(policy, Ok(Some(_))) {
            return Ok(());
        }
    }
    match place.client.account(&place.region).await {
        Ok(account) if account != *before => {
            change.replaced_for.push(Path::root("assume_role_arn"));
            Ok(())
        }
        Ok(_) => Ok(()),
        Err(error) => Err(place.explain(&error).await),
    }
}

fn planned_twice(guardrail: &GuardrailModel) -> Diagnostic {
    let detail = format!(
        "Two guardrails in this configuration are to have the name `{}` at the level `{}`, and there \
         can be one policy of that name. Give one of them another name.",
        known(&guardrail.name),
        known(&guardrail.level)
    );
    Diagnostic::error("Two Guardrails Of One Name", detail).at(Path::root("name"))
}

/// Says that a replacement leaves nothing in force for a while.
fn warn_of_gap<Client: Guarding>(change: &Change<Shown<Client>>, context: &Context) {
    let Change { prior: Some(prior), planned, replaced_for, .. } = change else { return };
    if replaced_for.is_empty() && prior.level == planned.level {
        return;
    }
    let detail = format!(
        "The policy {} is replaced by another one. Unless `lifecycle {{ create_before_destroy = \
         true }}` is set here and in its attachments, nothing guards in between: Terraform \
         detaches and deletes the old one first. With it, the new policy needs a name of its own.",
        known(&prior.id)
    );
    let summary = prior.summary("Is Replaced");
    let at = replaced_for.first().cloned().unwrap_or_else(|| Path::root("level"));
    context.warn(Diagnostic::warning(summary, detail).at(at));
}
