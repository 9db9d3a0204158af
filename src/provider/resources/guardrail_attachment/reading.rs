//! Whether an attachment is still there, and attachments that Terraform does not know yet.

use std::time::Duration;

use super::{
    Attaching, Link, check_account, explain, forms, holds,
    model::{AttachmentIdentity, AttachmentModel},
    no_such_target,
};
use crate::{
    cloud::Kind,
    plugin::{Attr, Context, Diagnostic, Diagnostics},
    provider::{
        configure::Clouds,
        place::Place,
        policies::{Attached, Feature, Tier, find_place},
    },
};

/// How often to look for an attachment that nothing else explains to be missing: a listing may be
/// older than the one before.
const LOOKS: u32 = 3;
const PAUSE: Duration = Duration::from_secs(1);

/// Why an attachment is not there any more.
enum Gone {
    /// Somebody has detached the guardrail.
    Detached,
    /// The guardrail is deleted.
    Policy,
    /// The target is deleted, or belongs to another organisation.
    Target,
    /// The organisation's policies are switched off.
    Feature,
}

/// Looks whether it is there; `None` when it is gone.
pub(super) async fn read<Client: Attaching>(
    clouds: &Clouds,
    state: AttachmentModel,
    context: &Context,
) -> Result<Option<AttachmentModel>, Diagnostics> {
    let Some(tier) = state.tier::<Client>() else {
        return Err(forms::invalid_target::<Client>(state.target()).into());
    };
    let place = find_place(Client::access(clouds), &state.assume_role_arn).await?;
    let Some(why) = why_gone(&place, tier, &state, context).await? else {
        return Ok(Some(state));
    };
    // To credentials of another account everything is gone.
    check_account(&place, tier, state.account_id.known()).await?;
    context.warn(gone::<Client>(&why, &state));
    clouds.attachments.note_gone(Link::of::<Client>(&state));
    Ok(None)
}

/// Finds out what has become of it; `None` if it is there.
async fn why_gone<Client: Attaching>(
    place: &Place<Client>,
    tier: Tier,
    state: &AttachmentModel,
    context: &Context,
) -> Result<Option<Gone>, Diagnostics> {
    let (region, guardrail) = (&place.region, state.guardrail());
    match place.client.attached(region, state.target()).await {
        Ok(Some(attached)) if holds(&attached, guardrail) => return Ok(None),
        Ok(Some(_)) => {}
        Ok(None) => return Ok(Some(Gone::Target)),
        // There is no organisation any more; the next question tells.
        Err(error) if error.kind == Kind::SwitchedOff => {}
        Err(error) => return Err(explain(place, tier, &error).await),
    }
    if tier == Tier::Organisation {
        match place.client.feature(region).await {
            Ok(Feature::On | Feature::TurningOn) => {}
            Ok(Feature::Off) => return Ok(Some(Gone::Feature)),
            Ok(Feature::NoOrganisation) => return Ok(Some(Gone::Target)),
            Err(error) => return Err(explain(place, tier, &error).await),
        }
    }
    // Only the words depend on it, so that whoever may not ask is not kept from reading.
    if let Ok(None) = place.client.policy(region, tier, guardrail).await {
        return Ok(Some(Gone::Policy));
    }
    for _ in 1..LOOKS {
        context.pause(PAUSE).await?;
        let attached = look(place, tier, state.target()).await?;
        if attached.is_some_and(|attached| holds(&attached, guardrail)) {
            return Ok(None);
        }
    }
    Ok(Some(Gone::Detached))
}

async fn look<Client: Attaching>(
    place: &Place<Client>,
    tier: Tier,
    target: &str,
) -> Result<Option<Vec<Attached>>, Diagnostics> {
    match place.client.attached(&place.region, target).await {
        Ok(attached) => Ok(attached),
        Err(error) => Err(explain(place, tier, &error).await),
    }
}

/// Says what has become of it, and what that means.
fn gone<Client: Attaching>(why: &Gone, state: &AttachmentModel) -> Diagnostic {
    let (guardrail, target) = (state.guardrail(), state.target());
    let detail = match why {
        Gone::Detached => format!(
            "Somebody else has detached {guardrail} from {target}: it does not bind there now. An \
             apply attaches it again."
        ),
        Gone::Policy => format!(
            "The guardrail {guardrail} is deleted, and with it its attachment to {target}: it binds \
             nobody now. An apply of the guardrail makes it again, and then attaches it."
        ),
        Gone::Target => format!(
            "There is no {target} any more, or the credentials are of others than those who have it: \
             nothing is left to attach {guardrail} to. Take the attachment out of the configuration, \
             or give it another target."
        ),
        Gone::Feature => format!(
            "{} are switched off, which has detached {guardrail} from {target} with all others: none \
             binds anybody now, and an apply that tries to attach one fails. {} An apply attaches \
             this one again after that.",
            Client::FEATURE,
            Client::SWITCH_ON
        ),
    };
    Diagnostic::warning(format!("{guardrail} Is Not On {target} Any More"), detail)
}

/// Takes over an attachment that is there.
pub(super) async fn import<Client: Attaching>(
    clouds: &Clouds,
    identity: AttachmentIdentity,
) -> Result<AttachmentModel, Diagnostics> {
    let AttachmentIdentity { account_id, target_id, guardrail_id } = identity;
    let mut model = AttachmentModel {
        guardrail_id,
        target_id,
        assume_role_arn: Attr::Null,
        accepted: Attr::Null,
        id: Attr::Null,
        account_id: Attr::Null,
        timeouts: Attr::Null,
    };
    model.id = model.joined();
    forms::validate::<Client>(&model).or_value(())?;
    let Some(tier) = model.tier::<Client>() else {
        return Err(forms::invalid_target::<Client>(model.target()).into());
    };
    let place = find_place(Client::access(clouds), &model.assume_role_arn).await?;
    model.account_id = check_account(&place, tier, account_id.known()).await?.into();
    let (guardrail, target) = (model.guardrail(), model.target());
    match look(&place, tier, target).await? {
        Some(attached) if holds(&attached, guardrail) => Ok(model),
        Some(attached) => Err(nothing_to_import(guardrail, target, &attached).into()),
        None => Err(no_such_target(&place, target).into()),
    }
}

fn nothing_to_import(guardrail: &str, target: &str, attached: &[Attached]) -> Diagnostic {
    let ids: Vec<_> = attached.iter().map(|policy| policy.id.as_str()).collect();
    let detail = format!(
        "{guardrail} is not attached to {target}, which has {}. An apply attaches it.",
        if ids.is_empty() { "no policies".to_owned() } else { ids.join(", ") }
    );
    Diagnostic::error("Nothing To Import", detail)
}
