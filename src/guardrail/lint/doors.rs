//! What a document leaves open beside what it closes.

use std::collections::BTreeSet;

use super::{
    Check, Example, Lint, Severity,
    conditions::list,
    subject::{Asks as _, Spot, Subject, View},
    survey::{State, Surveyed, examples},
};
use crate::guardrail::{
    assumption::Assumptions,
    atlas::Way,
    document::{Effect, Test},
    operator::Comparison,
};

pub(super) static UNCOVERED_DOOR: Check = Check {
    lint: Lint {
        code: "uncovered_door",
        severity: Severity::Warning,
        title: "One API is closed, others that do the same are open",
        explanation: "Whoever is refused there goes through another door: a fleet instead of a \
                      single machine, a copy instead of a new image, a share of resources instead \
                      of a permission. The message names the doors by the codes of the atlas.",
        fix: "Add the actions in the message to the statement, or to one of their own where they \
              need other resources or condition keys; a guardrail compiles them all.",
        example: Example {
            level: "scp",
            document: r#"{"Version": "2012-10-17", "Statement": [{"Sid": "Launch", "Effect": "Deny", "Action": "ec2:RunInstances", "Resource": "arn:aws:ec2:*::image/*", "Condition": {"StringNotEquals": {"ec2:ResourceTag/status": "approved"}}}]}"#,
        },
    },
    find: |subject| {
        let spot = |way: Way| {
            let survey = subject.survey.as_ref()?;
            let refusing = survey.doors_of(way).flat_map(|surveyed| &surveyed.closed_by);
            let first =
                refusing.min().and_then(|index| subject.statements().into_iter().nth(*index))?;
            let open = open_doors(subject, way);
            let message = format!("Open beside it, for {}: {}.", way.name(), doors(&open));
            (!open.is_empty()).then(|| first.spot(message))
        };
        // Tags sent along with a creation have a lint of their own.
        let ways = Way::ALL.into_iter().filter(|way| *way != Way::MarkAtCreation);
        ways.filter_map(spot).collect()
    },
};

pub(super) static NO_TAG_LOCK: Check = Check {
    lint: Lint {
        code: "no_tag_lock",
        severity: Severity::Warning,
        title: "The launch guard trusts a tag that anybody may set",
        explanation: "Whoever may tag images approves whatever image they like, on AWS also images \
                      of others and public ones. Another policy may hold the lock; this one does \
                      not.",
        fix: "Deny tagging and untagging images to all but approvers, in this document or beside \
              it.",
        example: Example {
            level: "scp",
            document: r#"{"Version": "2012-10-17", "Statement": [{"Sid": "Launch", "Effect": "Deny", "Action": ["ec2:RunInstances", "ec2:CreateFleet", "ec2:ModifyFleet", "ec2:RequestSpotFleet", "ec2:RequestSpotInstances", "ec2:CreateReplaceRootVolumeTask"], "Resource": "arn:aws:ec2:*::image/*", "Condition": {"StringNotEquals": {"ec2:ResourceTag/status": "approved"}}}]}"#,
        },
    },
    find: |subject| {
        let locked = closing(subject, Way::Mark);
        let guard = tag_guard(subject).filter(|_| locked.is_empty());
        let message = "Nothing here keeps people from setting the tag themselves.";
        guard.map(|view| view.spot(message)).into_iter().collect()
    },
};

pub(super) static NO_CREATION_LOCK: Check = Check {
    lint: Lint {
        code: "no_creation_lock",
        severity: Severity::Warning,
        title: "The tag can still be set while an image is made",
        explanation: "Tags that are sent along with a creation are not judged as tagging on \
                      Alibaba Cloud, and on AWS only where the statement covers `ec2:CreateTags` \
                      on new images: whoever makes an image can make it an approved one.",
        fix: "Deny `ecs:CreateImage`, `ecs:CopyImage` and `ecs:ImportImage` with the tag in \
              `acs:RequestTag/KEY` to all but approvers; on AWS do not narrow the lock by \
              `ec2:CreateAction`.",
        example: Example {
            level: "control_policy",
            document: r#"{"Version": "1", "Statement": [{"Effect": "Deny", "Action": ["ecs:TagResources", "ecs:UntagResources", "ecs:AddTags", "ecs:RemoveTags", "tag:TagResources", "tag:UntagResources"], "Resource": "acs:ecs:*:*:image/*", "Condition": {"StringNotLike": {"acs:PrincipalARN": "acs:ram::1111222233334444:role/image-approver"}}}]}"#,
        },
    },
    find: |subject| {
        let open = open_doors(subject, Way::MarkAtCreation);
        let lock = first_closing(subject, Way::Mark).filter(|_| !open.is_empty());
        let message = format!("Open beside the lock: {}.", doors(&open));
        lock.map(|view| view.spot(message)).into_iter().collect()
    },
};

pub(super) static CASE_SENSITIVE_TAG_LOCK: Check = Check {
    lint: Lint {
        code: "case_sensitive_tag_lock",
        severity: Severity::Warning,
        title: "The lock knows one spelling of the tag key, the launch guard all",
        explanation: "Condition keys are read without regard to case, `ec2:ResourceTag/status` \
                      also reads the tag `Status`; the values of `aws:TagKeys` are compared with \
                      regard to case. Setting `Status` passes the lock and satisfies the guard.",
        fix: "Use `ForAnyValue:StringEqualsIgnoreCase`.",
        example: Example {
            level: "scp",
            document: r#"{"Version": "2012-10-17", "Statement": [{"Sid": "Lock", "Effect": "Deny", "Action": ["ec2:CreateTags", "ec2:DeleteTags"], "Resource": "arn:aws:ec2:*::image/*", "Condition": {"ForAnyValue:StringEquals": {"aws:TagKeys": "status"}, "ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::111122223333:role/image-approver"}}}]}"#,
        },
    },
    find: |subject| {
        let locks = closing(subject, Way::Mark);
        let is_exact = |test: &&Test| {
            let comparison = test.operator.base.comparison;
            let minds_case = matches!(comparison, Comparison::Text | Comparison::Like);
            minds_case && !test.operator.base.negated
        };
        let spot = |view: View<'_>| {
            let test = view.tests_of(&["aws:tagkeys"]).find(is_exact)?;
            Some(view.spot_of(test, "Other spellings of the key are not locked."))
        };
        let views = subject.statements().into_iter().filter(|view| locks.contains(&view.index));
        views.filter_map(spot).collect()
    },
};

pub(super) static LOCKED_AND_DEMANDED: Check = Check {
    lint: Lint {
        code: "locked_and_demanded",
        severity: Severity::Error,
        title: "A tag is demanded of whoever makes an image, and locked: nobody can make one",
        explanation: "With the tag the creation is refused by the lock, without it by the demand. \
                      Only those exempt from either can make images at all.",
        fix: "Demand another key than the one that approvers set.",
        example: Example {
            level: "control_policy",
            document: r#"{"Version": "1", "Statement": [{"Effect": "Deny", "Action": ["ecs:CreateImage", "ecs:CopyImage", "ecs:ImportImage"], "Resource": "acs:ecs:*:*:image/*", "Condition": {"StringNotEquals": {"acs:RequestTag/status": "approved"}}}, {"Effect": "Deny", "Action": ["ecs:CreateImage", "ecs:CopyImage", "ecs:ImportImage"], "Resource": "*", "Condition": {"StringEquals": {"acs:RequestTag/status": "approved"}, "StringNotLike": {"acs:PrincipalARN": "acs:ram::1111222233334444:role/image-approver"}}}]}"#,
        },
    },
    find: |subject| {
        let demands = closing(subject, Way::MakeImage);
        let locks = closing(subject, Way::MarkAtCreation);
        let views = subject.statements().into_iter();
        let locked: BTreeSet<String> =
            views.filter(|view| locks.contains(&view.index)).flat_map(locked_keys).collect();
        let spot = |view: View<'_>| {
            let mut demanded = view.tests_of(subject.atlas.request_tag_keys);
            let test = demanded.find(|test| locked.contains(tag_of(test)))?;
            let message = format!("The key of `{}` is locked as well.", test.key.text());
            Some(view.spot_of(test, message))
        };
        let views = subject.statements().into_iter().filter(|view| demands.contains(&view.index));
        views.filter_map(spot).collect()
    },
};

pub(super) static TAGS_STAY_BEHIND: Check = Check {
    lint: Lint {
        code: "tags_stay_behind",
        severity: Severity::Info,
        title: "Images shared from another account arrive without tags",
        explanation: "On AWS the tags of an image are seen only in the account that set them. A \
                      golden image that a central account shares is refused until each account has \
                      tagged it.",
        fix: "Accept the owner as well, in the same block: `StringNotEquals` on `ec2:Owner` with \
              the account's id; or copy images instead of sharing them.",
        example: Example {
            level: "scp",
            document: r#"{"Version": "2012-10-17", "Statement": [{"Sid": "Launch", "Effect": "Deny", "Action": "ec2:RunInstances", "Resource": "arn:aws:ec2:*::image/*", "Condition": {"StringNotLike": {"ec2:ResourceTag/status": "?*"}}}]}"#,
        },
    },
    find: |subject| {
        let applies = subject.atlas.tags_stay_behind && subject.is_ceiling();
        let asks_owner = |view: &View<'_>| view.tests_of(subject.atlas.owner_keys).next().is_some();
        let guard = tag_guard(subject).filter(|view| applies && !asks_owner(view));
        let message = "A shared image has no tags in the accounts it is shared with.";
        guard.map(|view| view.spot(message)).into_iter().collect()
    },
};

pub(super) static OUT_OF_REACH: Check = Check {
    lint: Lint {
        code: "out_of_reach",
        severity: Severity::Info,
        title: "Some callers are outside the reach of any policy at this level",
        explanation: "No document can bind those that the message names. It is how the clouds \
                      work, and no fault of the document.",
        fix: "Watch what runs, with the fleet's data source; on AWS also set the account's Allowed \
              AMIs.",
        example: Example {
            level: "iam_policy",
            document: r#"{"Version": "2012-10-17", "Statement": [{"Sid": "NoLaunch", "Effect": "Deny", "Action": ["ec2:RunInstances", "ec2:CreateFleet", "ec2:ModifyFleet", "ec2:RequestSpotFleet", "ec2:RequestSpotInstances", "ec2:CreateReplaceRootVolumeTask"], "Resource": "*"}]}"#,
        },
    },
    find: |subject| {
        let of_level = |(level, _): &&(&str, &str)| *level == subject.level.name;
        let reasons = subject.atlas.out_of_reach.iter().filter(of_level);
        let reasons: Vec<_> = reasons.map(|(_, why)| *why).collect();
        let message = format!("Not bound: {}.", reasons.join("; "));
        let guards = Way::ALL.into_iter().any(|way| !closing(subject, way).is_empty());
        if guards { vec![Spot::whole(message)] } else { Vec::new() }
    },
};

pub(super) static RESTS_ON_ASSUMPTIONS: Check = Check {
    lint: Lint {
        code: "rests_on_assumptions",
        severity: Severity::Info,
        title: "What the document refuses rests on what the vendor does not document",
        explanation: "The documentation leaves open what happens in the cases that the message \
                      names; the likeliest answer is taken.",
        fix: "Try it in an account where nothing depends on it, with a launch probe.",
        example: Example {
            level: "control_policy",
            document: r#"{"Version": "1", "Statement": [{"Effect": "Deny", "Action": ["ecs:RunInstances", "ecs:CreateInstance", "ecs:ReplaceSystemDisk"], "Resource": "acs:ecs:*:*:image/*", "Condition": {"StringNotEquals": {"acs:ResourceTag/status": "approved"}}}]}"#,
        },
    },
    find: |subject| {
        let surveyed = subject.survey.iter().flat_map(|survey| survey.doors());
        let closed = surveyed.filter(|surveyed| surveyed.state == State::Closed);
        let all = closed.fold(Assumptions::NONE, |all, surveyed| all.or(surveyed.assumptions));
        let meanings =
            all.iter().map(|it| format!("`{}`: {}", it.code(subject.dialect), it.meaning()));
        let meanings: Vec<_> = meanings.collect();
        if meanings.is_empty() { Vec::new() } else { vec![Spot::whole(meanings.join(" "))] }
    },
};

fn closing(subject: &Subject<'_>, way: Way) -> BTreeSet<usize> {
    subject.survey.as_ref().map(|survey| survey.closing(way)).unwrap_or_default()
}

/// The first statement that closes a door of the kind.
fn first_closing<'s>(subject: &'s Subject<'s>, way: Way) -> Option<View<'s>> {
    let first = closing(subject, way).into_iter().next()?;
    subject.statements().into_iter().nth(first)
}

/// The doors of the kind that the document leaves open.
fn open_doors<'s>(subject: &'s Subject<'_>, way: Way) -> Vec<&'s Surveyed> {
    let surveyed = subject.survey.iter().flat_map(|survey| survey.doors_of(way));
    surveyed.filter(|surveyed| surveyed.state == State::Open).collect()
}

/// Writes `` `ec2:CopyImage` (aws_copy_image), … ``; some calls through a door may be
/// refused and others not.
fn doors(open: &[&Surveyed]) -> String {
    let each = open.iter().map(|surveyed| {
        let partly = if surveyed.closed_by.is_empty() { "" } else { ", in part" };
        format!("{} ({}{partly})", list(surveyed.door.actions), surveyed.door.code)
    });
    each.collect::<Vec<_>>().join(", ")
}

/// The first statement that closes a launch door and asks for a tag.
fn tag_guard<'s>(subject: &'s Subject<'s>) -> Option<View<'s>> {
    let guards = closing(subject, Way::Boot);
    let asks_tag = |view: &View<'_>| {
        view.tests_of(subject.atlas.resource_tag_keys).any(|test| test.is_negative())
    };
    let mut views = subject.with_effect(Effect::Deny);
    views.find(|view| guards.contains(&view.index) && asks_tag(view))
}

/// The tag keys, without case, that a lock is about.
fn locked_keys(view: View<'_>) -> Vec<String> {
    let families = view.subject.atlas.request_tag_keys;
    let named = view.tests_of(families).filter(|test| !test.is_negative());
    let named = named.map(|test| tag_of(test).to_owned());
    let listed = view.tests_of(&["aws:tagkeys"]).filter(|test| !test.operator.base.negated);
    let listed = listed.flat_map(examples).map(|key| key.to_lowercase());
    named.chain(listed).collect()
}

/// The tag key, without case, in the condition key of a test.
fn tag_of(test: &Test) -> &str {
    test.key.folded().split_once('/').map_or("", |(_, key)| key)
}
