//! Allows that are meant to restrict.

use super::{
    Check, Example, Lint, Severity,
    subject::{Asks as _, View},
};
use crate::guardrail::{atlas::Way, document::Effect};

pub(super) static CONDITIONAL_ALLOW: Check = Check {
    lint: Lint {
        code: "conditional_allow",
        severity: Severity::Error,
        title: "A conditional Allow restricts nothing beside full access",
        explanation: "The statements of all policies at a level are one union, and the vendor \
                      attaches a policy that allows everything (`FullAWSAccess`, \
                      `FullAliyunAccess`) at every level. With it in place the condition changes \
                      nothing: every image still launches. Without it, everything that is not \
                      allowed here is refused, in every service.",
        fix: "Write a Deny with the opposite condition: refuse what lacks the tag, on images only.",
        example: Example {
            level: "control_policy",
            document: r#"{"Version": "1", "Statement": [{"Effect": "Allow", "Action": "ecs:RunInstances", "Resource": "acs:ecs:*:*:image/*", "Condition": {"StringEquals": {"acs:ResourceTag/status": "approved"}}}]}"#,
        },
    },
    find: |subject| {
        let is_it =
            |view: &View<'_>| subject.is_ceiling() && view.json.member("Condition").is_some();
        let views = subject.with_effect(Effect::Allow).filter(is_it);
        let message = "Beside the policy that allows everything, this Allow changes nothing.";
        views.map(|view| view.spot(message)).collect()
    },
};

pub(super) static ALLOW_LIST: Check = Check {
    lint: Lint {
        code: "allow_list",
        severity: Severity::Warning,
        title: "An Allow that limits nothing, or everything",
        explanation: "Policies at this level grant nothing. Beside the policy that allows \
                      everything the statement has no effect; once that policy is detached, \
                      whatever no statement allows is refused, down to assuming roles.",
        fix: "Deny what must not happen, and leave the policy that allows everything attached.",
        example: Example {
            level: "scp",
            document: r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "ec2:*", "Resource": "*"}]}"#,
        },
    },
    find: |subject| {
        let is_it = |view: &View<'_>| {
            let has_condition = view.json.member("Condition").is_some();
            subject.is_ceiling() && !has_condition && !is_full_access(view)
        };
        let views = subject.with_effect(Effect::Allow).filter(is_it);
        let message = "The Allow is without effect, or cuts off all other services.";
        views.map(|view| view.spot(message)).collect()
    },
};

pub(super) static ALLOW_IS_NO_GUARD: Check = Check {
    lint: Lint {
        code: "allow_is_no_guard",
        severity: Severity::Warning,
        title: "An Allow for tagged images only adds to what others grant",
        explanation: "A policy of an identity can only add permissions. Beside any broader Allow \
                      the condition blocks nothing.",
        fix: "Write a Deny with the opposite condition; keep Allows for what is to be granted.",
        example: Example {
            level: "ram_policy",
            document: r#"{"Version": "1", "Statement": [{"Effect": "Allow", "Action": "ecs:RunInstances", "Resource": "acs:ecs:*:*:image/*", "Condition": {"StringEquals": {"acs:ResourceTag/status": "approved"}}}]}"#,
        },
    },
    find: |subject| {
        let is_it = |view: &View<'_>| !subject.is_ceiling() && tests_image_tags(view);
        let views = subject.with_effect(Effect::Allow).filter(is_it);
        let message = "Beside any broader Allow, this condition blocks nothing.";
        views.map(|view| view.spot(message)).collect()
    },
};

pub(super) static TAG_ALLOW_ON_ALL_RESOURCES: Check = Check {
    lint: Lint {
        code: "tag_allow_on_all_resources",
        severity: Severity::Warning,
        title: "An Allow that wants the image's tag on every resource of the launch",
        explanation: "A launch is authorised on the image, and also on the machine, its security \
                      group, its subnet, …, each on its own. The statement allows those only if \
                      they carry the tag too, so that where no other Allow helps, approved images \
                      do not launch either.",
        fix: "Name the image alone in the statement with the condition, and allow the other \
              resources in one without.",
        example: Example {
            level: "ram_policy",
            document: r#"{"Version": "1", "Statement": [{"Effect": "Allow", "Action": "ecs:RunInstances", "Resource": "*", "Condition": {"StringEquals": {"acs:ResourceTag/status": "approved"}}}]}"#,
        },
    },
    find: |subject| {
        let is_it = |view: &View<'_>| tests_image_tags(view) && covers_more_than_images(view);
        let views = subject.with_effect(Effect::Allow).filter(is_it);
        let message = "Machines, security groups and subnets would need the image's tag as well.";
        views.map(|view| view.spot(message)).collect()
    },
};

fn is_full_access(view: &View<'_>) -> bool {
    let everything = view.subject.atlas.doors();
    let actions = everything.flat_map(|door| door.actions);
    actions.into_iter().all(|action| view.names_action(action)) && view.covers("*")
}

/// Tells whether the statement is about launches and wants tags to be there.
fn tests_image_tags(view: &View<'_>) -> bool {
    let doors = view.subject.atlas.doors_of(Way::Boot).filter(|door| !door.rules.is_empty());
    let launches = doors.flat_map(|door| door.actions).any(|action| view.names_action(action));
    launches && view.tests_of(view.subject.atlas.resource_tag_keys).any(|test| !test.is_negative())
}

fn covers_more_than_images(view: &View<'_>) -> bool {
    let Some(survey) = &view.subject.survey else { return false };
    let doors = view.subject.atlas.doors_of(Way::Boot).filter(|door| !door.rules.is_empty());
    let touches = doors.flat_map(|door| door.touches);
    let mut others = touches.filter(|touch| touch.resource != "image");
    others.any(|touch| view.covers(&survey.name_of(touch.sample)))
}
