//! Resources that match nothing, or other things than they seem to.

use super::{
    Check, Example, Lint, Severity,
    subject::{Spot, Subject, View},
};
use crate::guardrail::{
    assumption::Assumption,
    atlas::{Touch, Way},
    document::{Effect, ResourceForm},
    pattern::Glob,
};

pub(super) static IMAGE_ARN_WITH_ACCOUNT: Check = Check {
    lint: Lint {
        code: "image_arn_with_account",
        severity: Severity::Error,
        title: "Names of images and snapshots have no account: the pattern matches nothing",
        explanation: "The account field of an image's ARN is empty, also of one's own images. A \
                      pattern with an account id never matches, and the statement silently does \
                      nothing.",
        fix: "Leave the field empty: `arn:aws:ec2:*::image/*`. To tell owners apart, test \
              `ec2:Owner`.",
        example: Example {
            level: "scp",
            document: r#"{"Version": "2012-10-17", "Statement": [{"Sid": "NoExport", "Effect": "Deny", "Action": "ec2:ExportImage", "Resource": "arn:aws:ec2:*:111122223333:image/*"}]}"#,
        },
    },
    find: |subject| {
        let fault = |text: &str| {
            let fields: Vec<&str> = text.splitn(subject.dialect.name_fields, ':').collect();
            let [.., account, last] = fields.as_slice() else { return None };
            let without = subject.atlas.without_account;
            let is_such = without.iter().any(|start| last.starts_with(start));
            (is_such && !Glob::parse(account).matches(""))
                .then(|| format!("`{text}` matches nothing."))
        };
        let views = subject.statements().into_iter();
        views.flat_map(|view| view.spots_in("Resource", fault)).collect()
    },
};

pub(super) static CREATION_BY_ID: Check = Check {
    lint: Lint {
        code: "creation_by_id",
        severity: Severity::Error,
        title: "What is being created has no id yet: the pattern does not match it",
        explanation: "The name of a new image or snapshot ends in a star when its creation is \
                      authorised. A pattern for ids, such as `image/ami-*`, does not match that.",
        fix: "Write `image/*` and `snapshot/*`.",
        example: Example {
            level: "scp",
            document: r#"{"Version": "2012-10-17", "Statement": [{"Sid": "NoImages", "Effect": "Deny", "Action": "ec2:RegisterImage", "Resource": "arn:aws:ec2:*::image/ami-*"}]}"#,
        },
    },
    find: |subject| {
        let views = subject.with_effect(Effect::Deny).filter(|view| misses_new(subject, view));
        let message = "The statement matches what exists, not what is being created.";
        views.map(|view| view.spot(message)).collect()
    },
};

pub(super) static INCOMPLETE_ARN: Check = Check {
    lint: Lint {
        code: "incomplete_arn",
        severity: Severity::Warning,
        title: "A resource name with fields left out",
        explanation: "That missing fields count as stars, or that a star runs over colons, is not \
                      documented well enough to rest a guard on.",
        fix: "Write all fields, each a value or a star: `arn:aws:ec2:*::image/*`, \
              `acs:ecs:*:*:image/*`.",
        example: Example {
            level: "scp",
            document: r#"{"Version": "2012-10-17", "Statement": [{"Sid": "NoExport", "Effect": "Deny", "Action": "ec2:ExportImage", "Resource": "arn:aws:ec2:*"}]}"#,
        },
    },
    find: |subject| {
        let has_all = |text: &str| text.split(':').count() >= subject.dialect.name_fields;
        let fault = |text: &str| {
            (text != "*" && !has_all(text)).then(|| format!("`{text}` leaves fields out."))
        };
        let views = subject.statements().into_iter();
        views.flat_map(|view| view.spots_in("Resource", fault)).collect()
    },
};

pub(super) static VARIABLE_IN_NOT_RESOURCE: Check = Check {
    lint: Lint {
        code: "variable_in_not_resource",
        severity: Severity::Error,
        title: "A variable in `NotResource` may make it match everything",
        explanation: "A variable without a value makes its pattern match nothing. Under \
                      `NotResource` that would turn the statement to everything; simulators \
                      disagree with the documentation there.",
        fix: "Write the resources out, or use `Resource`.",
        example: Example {
            level: "iam_policy",
            document: r#"{"Version": "2012-10-17", "Statement": [{"Sid": "Own", "Effect": "Deny", "Action": "s3:PutObject", "NotResource": "arn:aws:s3:::images/${aws:username}/*"}]}"#,
        },
    },
    find: |subject| {
        let is_it = |view: &View<'_>| {
            let clause = view.statement.resources.as_ref().filter(|clause| clause.negated);
            clause.is_some_and(|clause| {
                clause.patterns.iter().any(|it| matches!(it.form, ResourceForm::Open(_)))
            })
        };
        spots_at(subject, is_it, "`NotResource` holds a variable.")
    },
};

pub(super) static NOT_RESOURCE_ON_ALICLOUD: Check = Check {
    lint: Lint {
        code: "not_resource_on_alicloud",
        severity: Severity::Warning,
        title: "`NotResource` is hardly documented on Alibaba Cloud",
        explanation: "One page on the policy language lists it, the pages on control policies do \
                      not, and none says what it does with several patterns.",
        fix: "Name the resources with `Resource`.",
        example: Example {
            level: "ram_policy",
            document: r#"{"Version": "1", "Statement": [{"Effect": "Deny", "Action": ["ecs:ExportImage", "ecs:ExportSnapshot"], "NotResource": "acs:ecs:*:*:image/m-public"}]}"#,
        },
    },
    find: |subject| {
        let is_it = |view: &View<'_>| {
            let is_open = !subject.dialect.open(Assumption::NotResource).is_empty();
            let is_negated = view.statement.resources.as_ref().is_some_and(|it| it.negated);
            is_open && is_negated
        };
        spots_at(subject, is_it, "The statement has `NotResource`.")
    },
};

fn spots_at(subject: &Subject<'_>, is_it: impl Fn(&View<'_>) -> bool, message: &str) -> Vec<Spot> {
    let views = subject.statements().into_iter().filter(is_it);
    let spot = |view: View<'_>| {
        let written = view.json.member("NotResource").unwrap_or(view.json);
        view.spot_at(written, message)
    };
    views.map(spot).collect()
}

/// Tells whether a statement about creations matches an image or snapshot that exists,
/// and none that is being created.
fn misses_new(subject: &Subject<'_>, view: &View<'_>) -> bool {
    let Some(survey) = &subject.survey else { return false };
    let ways = [Way::MakeImage, Way::MakeSnapshot];
    let doors = ways.into_iter().flat_map(|way| subject.atlas.doors_of(way));
    let named = doors.filter(|door| door.actions.iter().any(|action| view.names_action(action)));
    let created = named.flat_map(|door| door.touches).filter_map(|touch| {
        let existing = touch.resource.strip_prefix("new ")?;
        Some((touch, existing))
    });
    let covers = |touch: &Touch| view.covers(&survey.name_of(touch.sample));
    let all = || subject.atlas.doors().flat_map(|door| door.touches);
    let mut missed = created.filter(|(touch, _)| !covers(touch));
    missed.any(|(_, existing)| all().any(|other| other.resource == existing && covers(other)))
}
