//! How attachments are written: ids, targets, codes. Asks no cloud.

use super::{
    Attaching,
    model::{AttachmentIdentity, AttachmentModel, CODES},
};
use crate::{
    plugin::{Attr, Diagnostic, Diagnostics, Path},
    provider::{place, policies::Tier},
};

/// Finds fault with what is known.
pub(super) fn validate<Client: Attaching>(config: &AttachmentModel) -> Diagnostics {
    let mut problems = place::validate::<Client>(&config.place());
    let target = config.target_id.known();
    let tier = target.and_then(|target| Client::tier_of_target(target));
    if let Some(target) = target.filter(|_| tier.is_none()) {
        problems.push(invalid_target::<Client>(target));
    }
    if let Some((tier, id)) = tier.zip(config.guardrail_id.known()) {
        problems.append(check_id::<Client>(tier, id));
    }
    let codes = config.accepted.known().into_iter().flatten();
    for code in codes.filter(|code| !CODES.contains(&code.as_str())) {
        problems.push(unknown_code(code));
    }
    problems
}

/// Finds fault with the id of a guardrail.
pub(super) fn check_id<Client: Attaching>(tier: Tier, id: &str) -> Diagnostics {
    let Some(fault) = Client::fault_of_id(tier, id) else { return Diagnostics::new() };
    let detail = format!("`{}` {fault}", id.escape_debug());
    Diagnostic::error("Invalid Guardrail Id", detail).at(Path::root("guardrail_id")).into()
}

/// Reads `TARGET:GUARDRAIL_ID`; the first colon parts them.
pub(super) fn identity_from_id<Client: Attaching>(
    id: &str,
) -> Result<AttachmentIdentity, Diagnostics> {
    let parts = id.split_once(':');
    let is_sound = |(target, guardrail): &(&str, &str)| {
        let tier = Client::tier_of_target(target);
        tier.is_some_and(|tier| Client::fault_of_id(tier, guardrail).is_none())
    };
    match parts.filter(is_sound) {
        Some((target, guardrail)) => Ok(AttachmentIdentity {
            account_id: Attr::Null,
            target_id: target.to_owned().into(),
            guardrail_id: guardrail.to_owned().into(),
        }),
        None => {
            let detail = format!(
                "`{}` does not name a guardrail on a target. Write it as `TARGET:GUARDRAIL_ID`, for \
                 instance `{}`. {}.",
                id.escape_debug(),
                Client::EXAMPLE,
                Client::FORMS
            );
            Err(Diagnostic::error("Invalid Import Id", detail).into())
        }
    }
}

/// Says that nothing can be attached to that.
pub(super) fn invalid_target<Client: Attaching>(target: &str) -> Diagnostic {
    let detail = format!(
        "`{}` is nothing that a guardrail can be attached to on {}. {}.",
        target.escape_debug(),
        Client::NAME,
        Client::FORMS
    );
    Diagnostic::error("Invalid Target", detail).at(Path::root("target_id"))
}

fn unknown_code(code: &str) -> Diagnostic {
    let known: Vec<_> = CODES.iter().map(|code| format!("`{code}`")).collect();
    let detail = format!(
        "No warning of an attachment has the code `{}`. There is {}.",
        code.escape_debug(),
        known.join(", ")
    );
    Diagnostic::error("Unknown Code", detail).at(Path::root("accepted"))
}
