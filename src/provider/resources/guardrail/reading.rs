//! What has become of a guardrail.

use std::collections::BTreeMap;

use super::{
    Guarding, Level, Written,
    cautions::Cautions,
    drafting::facts,
    drift, explain, find_place, find_policy,
    model::{GuardrailModel, Shown, called, known, unless_empty},
    rules::recorded_intent,
    written::{mean_the_same, note_ended, without},
};
use crate::{
    guardrail::{compile::compile, intent::Intent},
    plugin::{Context, Diagnostic, Diagnostics},
    provider::{
        configure::Clouds,
        place::Place,
        policies::{Feature, Policy, Tier},
    },
};

/// Reads the policy again; `None` when it is gone.
pub(super) async fn read<Client: Guarding>(
    clouds: &Clouds,
    state: Shown<Client>,
    context: &Context,
) -> Result<Option<Shown<Client>>, Diagnostics> {
    let place = find_place(clouds, &state).await?;
    let level = Level::find::<Client>(known(&state.level), Client::partition(&place.region))?;
    let Some(policy) = find_policy(&place, level.tier, &state).await? else {
        context.warn(gone::<Client>(&state));
        return Ok(None);
    };
    let mut state = state.into_model();
    let written = Written::of(&state, context);
    let intent = without(&recorded_intent(&state, level.target), &written.left_out);
    let found = compare(&mut state, &policy, &written, &intent, &level);
    match found {
        Found::Written => {}
        Found::WrittenElsewhere => {
            let (document, version) = (policy.document.clone(), policy.version.clone());
            Written { document, version, ..written }.keep(context);
        }
        Found::Changed => context.warn(changed(&state, &policy, &written, &level)),
    }
    take_over(&mut state, policy, &level);
    state.facts = facts(&intent, level.target, known(&state.document));
    if !matches!(found, Found::Changed) {
        warn_if_outgrown(&state, &intent, &level, context);
    }
    if level.tier == Tier::Organisation {
        check_feature(&place, &state, context).await?;
    }
    Cautions::about(&state).dates(&state, clouds.now()).tell(context);
    note_ended(&state, clouds.now(), context);
    Ok(Some(state.into()))
}

/// What a read finds in force.
#[derive(Clone, Copy)]
enum Found {
    /// What was written last.
    Written,
    /// Something else that says what the rules say: the apply of another state, or one that was
    /// cut off.
    WrittenElsewhere,
    /// Somebody else's document.
    Changed,
}

/// Holds the document in force against the one that was written last. The state keeps its own
/// text as long as that says the same.
fn compare(
    state: &mut GuardrailModel,
    policy: &Policy,
    written: &Written,
    intent: &Intent,
    level: &Level,
) -> Found {
    let target = level.target;
    let is_live = |text: &str| mean_the_same(&policy.document, text, target);
    let stored_is_live = is_live(known(&state.document));
    if is_live(&written.document) {
        if !stored_is_live {
            state.document = written.document.clone().into();
        }
        return Found::Written;
    }
    if !stored_is_live {
        state.document = policy.document.clone().into();
    }
    let is_ours = is_live(&compile(intent, target).document);
    if is_ours { Found::WrittenElsewhere } else { Found::Changed }
}

/// Takes over what people may change beside the document.
pub(super) fn take_over(state: &mut GuardrailModel, policy: Policy, level: &Level) {
    let tags = own_tags(&policy, level);
    if state.known_tags() != tags {
        let tags: BTreeMap<_, _> =
            tags.into_iter().map(|(key, value)| (key, value.into())).collect();
        state.tags = tags.into();
    }
    if known(&state.description) != policy.description {
        state.description = unless_empty(&policy.description);
    }
    state.name = policy.name.into();
    state.arn = policy.arn.into();
}

/// Returns the tags that people have set: what the vendor has set itself is nobody's business
/// here.
pub(super) fn own_tags(policy: &Policy, level: &Level) -> BTreeMap<String, String> {
    let reserved = level.target.atlas().reserved_tag_keys;
    let is_own =
        |key: &str| !reserved.iter().any(|start| key.to_ascii_lowercase().starts_with(start));
    let own = policy.tags.iter().filter(|(key, _)| is_own(key));
    own.map(|(key, value)| (key.clone(), value.clone())).collect()
}

/// Warns if this build knows what the document in force does not stop: it stays, all the same.
fn warn_if_outgrown(state: &GuardrailModel, intent: &Intent, level: &Level, context: &Context) {
    let target = level.target;
    let words = || drift::words(&compile(intent, target).document, known(&state.document), target);
    Cautions::about(state).outgrown(&state.facts, words).tell(context);
}

/// Warns if policies of the organisation bind nobody.
async fn check_feature<Client: Guarding>(
    place: &Place<Client>,
    state: &GuardrailModel,
    context: &Context,
) -> Result<(), Diagnostics> {
    let why = match place.client.feature(&place.region).await {
        Ok(Feature::On | Feature::TurningOn) => return Ok(()),
        Ok(Feature::Off) => "is switched off in the organisation. Switch it on",
        Ok(Feature::NoOrganisation) => "belongs to an organisation, and the account is in none",
        Err(error) => return Err(explain(place, Tier::Organisation, &error).await),
    };
    Cautions::about(state).binds_nobody(why).tell(context);
    Ok(())
}

fn gone<Client: Guarding>(state: &GuardrailModel) -> Diagnostic {
    let detail = format!(
        "The policy {} is not there any more on {}: nothing guards what it guarded. The next apply \
         makes it again, and attaches it where attachments are configured.",
        called(known(&state.id), known(&state.name)),
        Client::NAME
    );
    Diagnostic::warning(state.summary("Is Gone"), detail)
}

/// Says in words what the document in force does that the one written last does not.
fn changed(
    state: &GuardrailModel,
    policy: &Policy,
    written: &Written,
    level: &Level,
) -> Diagnostic {
    let what = match (&policy.version, &written.version) {
        (Some(now), Some(before)) if now != before => {
            format!("Its default version is {now} instead of {before}, which was written last.")
        }
        _ => "Its document is not the one that was written last.".to_owned(),
    };
    let detail = format!(
        "Somebody else has changed the policy {}. {what}\n\n{}\n\nAn apply writes again what the \
         rules say.",
        called(&policy.id, &policy.name),
        drift::words(&written.document, &policy.document, level.target)
    );
    Diagnostic::warning(state.summary("Was Changed"), detail)
}
