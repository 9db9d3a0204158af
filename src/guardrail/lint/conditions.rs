//! Conditions that refuse too much, or let through what they are against.

use super::{
    Check, Example, Lint, Severity,
    subject::{Asks as _, Spot, Subject, View},
};
use crate::guardrail::{
    atlas::Way,
    document::{Effect, Test},
    operator::{Comparison, Quantifier},
};

pub(super) static NEGATED_TAG_ON_ALL_RESOURCES: Check = Check {
    lint: Lint {
        code: "negated_tag_on_all_resources",
        severity: Severity::Error,
        title: "The tag is asked of every resource: approved images are refused too",
        explanation: "A launch is authorised on the image, and also on the machine, its disk, its \
                      network interface, its subnet and security group, each on its own. Those do \
                      not carry the image's tag, an absent key satisfies a negated operator, and \
                      one Deny refuses the whole launch.",
        fix: "Name images as the only resource: `arn:aws:ec2:*::image/*` on AWS, \
              `acs:ecs:*:*:image/*` on Alibaba Cloud.",
        example: Example {
            level: "scp",
            document: r#"{"Version": "2012-10-17", "Statement": [{"Sid": "Launch", "Effect": "Deny", "Action": "ec2:RunInstances", "Resource": "*", "Condition": {"StringNotEquals": {"ec2:ResourceTag/status": "approved"}}}]}"#,
        },
    },
    find: |subject| {
        let Some(survey) = &subject.survey else { return Vec::new() };
        let doors = survey.doors_of(Way::Boot).map(|surveyed| surveyed.door);
        let refused: Vec<_> = doors.map(|door| (door, survey.refusing_golden(door))).collect();
        let spot = |view: View<'_>| {
            let by_it = refused.iter().filter(|(_, by)| by.contains(&view.index));
            let actions: Vec<_> = by_it.flat_map(|(door, _)| door.actions).copied().collect();
            let mut tests = view.tests_of(subject.atlas.resource_tag_keys);
            let test = tests.find(|test| test.is_negative()).filter(|_| !actions.is_empty())?;
            let message =
                format!("Also from an image that has the tag, {} is refused.", list(&actions));
            Some(view.spot_of(test, message))
        };
        subject.with_effect(Effect::Deny).filter_map(spot).collect()
    },
};

pub(super) static CREATION_TAG_ON_SNAPSHOTS: Check = Check {
    lint: Lint {
        code: "creation_tag_on_snapshots",
        severity: Severity::Warning,
        title: "Who tags the image but not its snapshots is refused",
        explanation: "Making an image also makes snapshots, and the condition is asked of both. A \
                      caller must send the tags twice, once for each type; most tools send them \
                      for the image only.",
        fix: "Name `arn:aws:ec2:*::image/*` alone, unless snapshots are meant to be tagged too.",
        example: Example {
            level: "scp",
            document: r#"{"Version": "2012-10-17", "Statement": [{"Sid": "Tag", "Effect": "Deny", "Action": ["ec2:CreateImage", "ec2:CopyImage", "ec2:RegisterImage", "ec2:ImportImage", "ec2:CreateRestoreImageTask"], "Resource": ["arn:aws:ec2:*::image/*", "arn:aws:ec2:*::snapshot/*"], "Condition": {"Null": {"aws:RequestTag/owner": "true"}}}]}"#,
        },
    },
    find: |subject| {
        let Some(survey) = &subject.survey else { return Vec::new() };
        let doors = survey.doors_of(Way::MakeImage).map(|surveyed| surveyed.door);
        let refused: Vec<_> = doors
            .map(|door| {
                let whole = survey.refusing(door, subject.atlas.marked_creation_of_all);
                let half = survey.refusing(door, subject.atlas.marked_creation);
                (door, &half - &whole)
            })
            .collect();
        let spot = |view: View<'_>| {
            let by_it = refused.iter().filter(|(_, by)| by.contains(&view.index));
            let actions: Vec<_> = by_it.flat_map(|(door, _)| door.actions).copied().collect();
            let message = format!("{} is refused if only the image is tagged.", list(&actions));
            (!actions.is_empty()).then(|| view.spot(message))
        };
        subject.with_effect(Effect::Deny).filter_map(spot).collect()
    },
};

pub(super) static SEVERAL_NEGATED_KEYS: Check = Check {
    lint: Lint {
        code: "several_negated_keys",
        severity: Severity::Warning,
        title: "Several tags are asked for in one Deny: any one of them suffices",
        explanation: "All tests of a statement must hold for it to deny. With two negated tests, \
                      an image that has one of the tags right and the other wrong is not refused.",
        fix: "Write one statement for each tag that must be right.",
        example: Example {
            level: "control_policy",
            document: r#"{"Version": "1", "Statement": [{"Effect": "Deny", "Action": ["ecs:RunInstances", "ecs:CreateInstance", "ecs:ReplaceSystemDisk"], "Resource": "acs:ecs:*:*:image/*", "Condition": {"StringNotEquals": {"acs:ResourceTag/status": "approved", "acs:ResourceTag/level": "trusted"}}}]}"#,
        },
    },
    find: |subject| {
        let spot = |view: View<'_>| {
            let atlas = subject.atlas;
            let tests = view.tests_of(atlas.resource_tag_keys);
            let tests = tests.chain(view.tests_of(atlas.request_tag_keys));
            let mut keys: Vec<_> =
                tests.filter(|test| test.is_negative()).map(|test| test.key.text()).collect();
            keys.sort_unstable();
            keys.dedup_by(|one, other| one.eq_ignore_ascii_case(other));
            let message = format!("Only what fails all of {} is refused.", list(&keys));
            (keys.len() > 1).then(|| view.spot(message))
        };
        subject.with_effect(Effect::Deny).filter_map(spot).collect()
    },
};

pub(super) static BARE_MULTIVALUED_KEY: Check = Check {
    lint: Lint {
        code: "bare_multivalued_key",
        severity: Severity::Error,
        title: "A key with many values is compared without a set operator",
        explanation: "AWS asks for `ForAllValues:` or `ForAnyValue:` there and does not say what \
                      happens without. As soon as a request carries two tags nobody can tell \
                      whether the statement applies.",
        fix: "To ask for a tag, test `aws:RequestTag/KEY` with `Null`; to guard one, test \
              `aws:TagKeys` with `ForAnyValue:StringEqualsIgnoreCase`.",
        example: Example {
            level: "scp",
            document: r#"{"Version": "2012-10-17", "Statement": [{"Sid": "Tag", "Effect": "Deny", "Action": "ec2:CreateImage", "Resource": "arn:aws:ec2:*::image/*", "Condition": {"StringNotEquals": {"aws:TagKeys": "owner"}}}]}"#,
        },
    },
    find: |subject| {
        let is_it = |test: &Test| {
            has_many_values(subject, test)
                && subject.dialect.decorates_operators
                && test.operator.quantifier.is_none()
                && !test.is_about_presence()
        };
        spots_of_tests(subject, |_, test| {
            let message = || format!("`{}` has many values.", test.key.text());
            is_it(test).then(message)
        })
    },
};

pub(super) static SEVERAL_VALUES_UNDOCUMENTED: Check = Check {
    lint: Lint {
        code: "several_values_undocumented",
        severity: Severity::Info,
        title: "A request may send several values, and what happens then is not documented",
        explanation: "Alibaba Cloud has no set operators. One resource share may hold images and \
                      other things; whether the statement applies to such a request is not \
                      documented.",
        fix: "Try it in an account where nothing depends on it, or deny the action without \
              condition.",
        example: Example {
            level: "control_policy",
            document: r#"{"Version": "1", "Statement": [{"Effect": "Deny", "Action": "resourcesharing:CreateResourceShare", "Resource": "*", "Condition": {"StringEquals": {"resourcesharing:RequestedResourceType": "Image"}}}]}"#,
        },
    },
    find: |subject| {
        spots_of_tests(subject, |_, test| {
            let is_it = has_many_values(subject, test) && !subject.dialect.decorates_operators;
            is_it.then(|| format!("`{}` may have several values.", test.key.text()))
        })
    },
};

pub(super) static FAIL_OPEN_QUANTIFIER: Check = Check {
    lint: Lint {
        code: "fail_open_quantifier",
        severity: Severity::Error,
        title: "The set operator lets through what the statement is against",
        explanation: "In a Deny, `ForAnyValue:` with a negated operator is false for a request \
                      without tags, and `ForAllValues:` with a positive one is false as soon as a \
                      second tag is sent along. In an Allow, `ForAllValues:` is true for a request \
                      without tags.",
        fix: "Deny with `ForAllValues:` and a negated operator to ask for a tag, and with \
              `ForAnyValue:` and a positive one to guard it; in an Allow add `Null` with `false`.",
        example: Example {
            level: "scp",
            document: r#"{"Version": "2012-10-17", "Statement": [{"Sid": "Tag", "Effect": "Deny", "Action": "ec2:CreateImage", "Resource": "arn:aws:ec2:*::image/*", "Condition": {"ForAnyValue:StringNotEquals": {"aws:TagKeys": "owner"}}}]}"#,
        },
    },
    find: |subject| {
        spots_of_tests(subject, |view, test| {
            let message = match (view.statement.effect, test.operator.quantifier?) {
                (Effect::Deny, Quantifier::Any) if test.operator.base.negated => {
                    "A request without any value is not refused."
                }
                (Effect::Deny, Quantifier::All) if !test.operator.base.negated => {
                    "A request that sends one more value along is not refused."
                }
                (Effect::Allow, Quantifier::All) if !asks_for_presence(&view, test) => {
                    "A request without any value is allowed."
                }
                _ => return None,
            };
            Some(message.to_owned())
        })
    },
};

pub(super) static IF_EXISTS_REPAIRS_NOTHING: Check = Check {
    lint: Lint {
        code: "if_exists_repairs_nothing",
        severity: Severity::Warning,
        title: "`IfExists` changes nothing in a Deny with a negated operator",
        explanation: "A negated operator holds where the key is absent, and so does `IfExists`: \
                      resources that lack the tag are refused all the same. It is often added to a \
                      Deny on all resources that blocks every launch, and does not help.",
        fix: "Leave `IfExists` out, and name the resources that have the key: images.",
        example: Example {
            level: "scp",
            document: r#"{"Version": "2012-10-17", "Statement": [{"Sid": "Launch", "Effect": "Deny", "Action": "ec2:RunInstances", "Resource": "arn:aws:ec2:*::image/*", "Condition": {"StringNotEqualsIfExists": {"ec2:ResourceTag/status": "approved"}}}]}"#,
        },
    },
    find: |subject| {
        spots_of_tests(subject, |view, test| {
            let is_it = view.statement.effect == Effect::Deny && test.operator.if_exists;
            let message = || "The statement also applies where the key is absent.".to_owned();
            (is_it && test.operator.base.negated).then(message)
        })
    },
};

pub(super) static IF_EXISTS_LETS_THROUGH: Check = Check {
    lint: Lint {
        code: "if_exists_lets_through",
        severity: Severity::Warning,
        title: "With `IfExists` the statement applies to what has no such tag",
        explanation: "`IfExists` holds where the key is absent. An Allow for tagged images then \
                      allows untagged ones, and a Deny for marked ones refuses all without a mark.",
        fix: "Leave `IfExists` out.",
        example: Example {
            level: "iam_policy",
            document: r#"{"Version": "2012-10-17", "Statement": [{"Sid": "Launch", "Effect": "Allow", "Action": "ec2:RunInstances", "Resource": "arn:aws:ec2:*::image/*", "Condition": {"StringEqualsIfExists": {"ec2:ResourceTag/status": "approved"}}}]}"#,
        },
    },
    find: |subject| {
        let families = [subject.atlas.resource_tag_keys, subject.atlas.request_tag_keys].concat();
        spots_of_tests(subject, |_, test| {
            let is_tag = families.iter().any(|family| test.key.folded().starts_with(family));
            let is_it = is_tag && test.operator.if_exists && !test.operator.base.negated;
            is_it.then(|| format!("What lacks `{}` passes the test.", test.key.text()))
        })
    },
};

pub(super) static LITERAL_WILDCARD: Check = Check {
    lint: Lint {
        code: "literal_wildcard",
        severity: Severity::Warning,
        title: "A wildcard in an operator that compares letter by letter",
        explanation: "`*` and `?` are wildcards in `…Like` only (on AWS also in `Arn…`). Elsewhere \
                      they are ordinary characters, and a pattern equals no real value.",
        fix: "Use `StringLike` or `StringNotLike`.",
        example: Example {
            level: "control_policy",
            document: r#"{"Version": "1", "Statement": [{"Effect": "Deny", "Action": ["ecs:RunInstances", "ecs:CreateInstance", "ecs:ReplaceSystemDisk"], "Resource": "acs:ecs:*:*:image/*", "Condition": {"StringNotEquals": {"acs:ResourceTag/status": "approved-*"}}}]}"#,
        },
    },
    find: |subject| {
        spots_of_tests(subject, |_, test| {
            let comparison = test.operator.base.comparison;
            if !matches!(comparison, Comparison::Text | Comparison::TextWithoutCase) {
                return None;
            }
            let pattern = test.operands.iter().find(|it| it.text.contains(['*', '?']))?;
            Some(format!("`{}` is compared letter by letter.", pattern.text))
        })
    },
};

/// Looks at every test of every statement.
fn spots_of_tests(
    subject: &Subject<'_>,
    fault: impl Fn(View<'_>, &Test) -> Option<String>,
) -> Vec<Spot> {
    let mut spots = Vec::new();
    for view in subject.statements() {
        for test in &view.statement.tests {
            spots.extend(fault(view, test).map(|message| view.spot_of(test, message)));
        }
    }
    spots
}

fn has_many_values(subject: &Subject<'_>, test: &Test) -> bool {
    subject.atlas.multivalued_keys.contains(&test.key.folded())
}

/// Tells whether the statement also wants the key of the test to be there.
fn asks_for_presence(view: &View<'_>, test: &Test) -> bool {
    let mut others = view.statement.tests.iter().filter(|other| other.key.is(&test.key));
    others.any(|other| other.is_about_presence() && !other.is_negative())
}

/// Writes `` `a`, `b` ``.
pub(super) fn list(names: &[&str]) -> String {
    let quoted: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
    quoted.join(", ")
}
