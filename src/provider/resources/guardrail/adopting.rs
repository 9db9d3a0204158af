//! Names that are taken: a policy that an apply has left behind, or somebody else's.

use super::{
    Guarding, Level, explain,
    model::{USUAL_PATH, called},
    writing::{FIRST_PAUSE, LOOKS, Writing},
    written::mean_the_same,
};
use crate::{
    cloud::Error,
    plugin::{Diagnostic, Diagnostics, Path},
    provider::policies::{Draft, Policy},
};

impl<Client: Guarding> Writing<'_, Client> {
    /// Takes over a policy that has the name, if it says the same.
    pub(super) async fn adopt(&self, draft: &Draft, error: &Error) -> Result<Policy, Diagnostics> {
        let Self { place, level, progress, .. } = self;
        let mut found = None;
        for look in 0..LOOKS {
            if look > 0 {
                progress.pause(FIRST_PAUSE).await?;
            }
            let named = place.client.policy_named(&place.region, level.tier, &draft.name).await;
            found = match named {
                Ok(found) => found,
                Err(error) => return Err(explain(place, level.tier, &error).await),
            };
            if found.is_some() {
                break;
            }
        }
        let Some(policy) = found else { return Err(explain(place, level.tier, error).await) };
        if self.run.owns(&policy.arn) {
            return Err(two_of_one_name(&policy).into());
        }
        if let Some(other) = difference(&policy, draft, level) {
            return Err(self.name_taken(&policy, other).into());
        }
        progress.warn(adopted(&policy));
        Ok(policy)
    }

    /// Says that the name is that of a policy with another document, description or path (`other`).
    fn name_taken(&self, policy: &Policy, other: &str) -> Diagnostic {
        let detail = format!(
            "The policy {} is there already on {}, and its {other} is another. If it is a \
             guardrail that this configuration should manage, import it:\n\n\
             import {{\n  to = {}.NAME\n  id = \"{}:{}\"\n}}\n\nOtherwise choose another name.",
            called(&policy.id, &policy.name),
            Client::NAME,
            Client::TYPE_NAME,
            self.level.target.level_name(),
            policy.id
        );
        Diagnostic::error("Name Is Taken", detail).at(Path::root("name"))
    }
}

/// Names what a policy has that a draft has not; `None` if it is what the draft asks for. Tags can
/// be set right.
fn difference(policy: &Policy, draft: &Draft, level: &Level) -> Option<&'static str> {
    let path = |path: &Option<String>| path.clone().unwrap_or_else(|| USUAL_PATH.to_owned());
    // To some vendors names that differ in case only are the same.
    if policy.name != draft.name {
        return Some("spelling");
    }
    if !mean_the_same(&policy.document, &draft.document, level.target) {
        return Some("document");
    }
    if policy.description != draft.description {
        return Some("description");
    }
    (path(&policy.path) != path(&draft.path)).then_some("path")
}

fn two_of_one_name(policy: &Policy) -> Diagnostic {
    let detail = format!(
        "Another guardrail of this run has just made the policy {}, or taken it over, and one policy \
         cannot belong to two guardrails. Give one of them another name.",
        called(&policy.id, &policy.name)
    );
    Diagnostic::error("Two Guardrails Of One Name", detail).at(Path::root("name"))
}

fn adopted(policy: &Policy) -> Diagnostic {
    let detail = format!(
        "The policy {} had this name, document and description before, and is the guardrail's from \
         now on: an update changes it, destroying the guardrail deletes it. If an apply was cut \
         off, go on. If another configuration manages it, take one of the two out.",
        policy.id
    );
    let summary = format!("Guardrail {} Was There Already ({})", policy.name, policy.id);
    Diagnostic::warning(summary, detail).at(Path::root("name"))
}
