//! Actions that do not exist.

use super::{Check, Example, Lint, Severity, subject::Subject};

pub(super) static DEAD_ACTION: Check = Check {
    lint: Lint {
        code: "dead_action",
        severity: Severity::Warning,
        title: "There is no such action: the name matches nothing",
        explanation: "The vendor takes any name. One that no API has, or that is the other \
                      cloud's, makes the statement look complete while what it means stays open.",
        fix: "Write the name of the API as the vendor's authorization page has it.",
        example: Example {
            level: "ram_policy",
            document: r#"{"Version": "1", "Statement": [{"Effect": "Deny", "Action": "ecs:CreateTags", "Resource": "acs:ecs:*:*:image/*", "Condition": {"StringNotLike": {"acs:PrincipalARN": "acs:ram::1111222233334444:role/image-approver"}}}]}"#,
        },
    },
    find: |subject| {
        let fault = |action: &str| {
            let instead = instead_of(subject, action)?;
            Some(format!("`{action}` is no action; `{instead}` is."))
        };
        let views = subject.statements().into_iter();
        views.flat_map(|view| view.spots_in("Action", fault)).collect()
    },
};

/// The action that is meant by one that does not exist.
fn instead_of(subject: &Subject<'_>, action: &str) -> Option<&'static str> {
    let atlas = subject.atlas;
    let is_it = |name: &str| name.eq_ignore_ascii_case(action);
    if let Some((_, instead)) = atlas.dead_actions.iter().find(|(dead, _)| is_it(dead)) {
        return Some(instead);
    }
    // The machines of both clouds have services of nearly the same name.
    let (service, name) = action.split_once(':')?;
    let actions = || atlas.doors().flat_map(|door| door.actions).copied();
    let is_meant = |known: &&str| {
        known.split_once(':').is_some_and(|(_, meant)| meant.eq_ignore_ascii_case(name))
    };
    if service.eq_ignore_ascii_case(atlas.service_elsewhere) {
        actions().find(is_meant)
    } else {
        None
    }
}
