//! The tables agree with themselves, and every case with the evaluator.

use std::collections::BTreeSet;

use serde_json::{Value as Json, json};

use super::*;
use crate::guardrail::{AWS, Decision, Policies, Request, evaluate};

const ATLASES: [&Atlas; 2] = [&AWS_ATLAS, &ALICLOUD_ATLAS];

/// A guard with every rule for the tag `status = approved`, written by hand.
fn aws_guard(partition: &str) -> Json {
    let images = format!("arn:{partition}:ec2:*::image/*");
    let snapshots = format!("arn:{partition}:ec2:*::snapshot/*");
    let lock = json!(["ec2:CreateTags", "ec2:DeleteTags"]);
    let no_owner = json!({"Null": {"aws:RequestTag/owner": "true"}});
    json!({"Version": "2012-10-17", "Statement": [
        {"Sid": "Launch", "Effect": "Deny", "Resource": images,
         "Action": ["ec2:RunInstances", "ec2:CreateFleet", "ec2:ModifyFleet", "ec2:RequestSpotFleet",
                    "ec2:RequestSpotInstances", "ec2:CreateReplaceRootVolumeTask"],
         "Condition": {"StringNotEquals": {"ec2:ResourceTag/status": "approved"}}},
        {"Sid": "Tags", "Effect": "Deny", "Resource": images, "Action": lock,
         "Condition": {"ForAnyValue:StringEqualsIgnoreCase": {"aws:TagKeys": "status"}}},
        {"Sid": "AllTags", "Effect": "Deny", "Resource": images, "Action": "ec2:DeleteTags",
         "Condition": {"Null": {"aws:TagKeys": "true"}}},
        {"Sid": "Creation", "Effect": "Deny", "Resource": images,
         "Action": ["ec2:CreateImage", "ec2:CopyImage", "ec2:RegisterImage", "ec2:ImportImage",
                    "ec2:CreateRestoreImageTask"],
         "Condition": no_owner},
        {"Sid": "Snapshots", "Effect": "Deny", "Resource": snapshots,
         "Action": ["ec2:CreateSnapshot", "ec2:CreateSnapshots", "ec2:CopySnapshot",
                    "ec2:ImportSnapshot"],
         "Condition": no_owner},
        {"Sid": "Export", "Effect": "Deny", "Resource": "*",
         "Action": ["ec2:ExportImage", "ec2:CreateStoreImageTask", "ec2:CreateInstanceExportTask"]},
        {"Sid": "Share", "Effect": "Deny", "Resource": [images, snapshots],
         "Action": ["ec2:ModifyImageAttribute", "ec2:ModifySnapshotAttribute"]},
    ]})
}

/// The same for Alibaba Cloud.
fn alicloud_guard() -> Json {
    let images = "acs:ecs:*:*:image/*";
    json!({"Version": "1", "Statement": [
        {"Effect": "Deny", "Resource": images,
         "Action": ["ecs:RunInstances", "ecs:CreateInstance", "ecs:ReplaceSystemDisk"],
         "Condition": {"StringNotEquals": {"acs:ResourceTag/status": "approved"}}},
        {"Effect": "Deny", "Resource": images,
         "Action": ["ecs:TagResources", "ecs:UntagResources", "ecs:AddTags", "ecs:RemoveTags",
                    "tag:TagResources", "tag:UntagResources"]},
        {"Effect": "Deny", "Resource": "*",
         "Action": ["ecs:CreateImage", "ecs:CopyImage", "ecs:ImportImage"],
         "Condition": {"StringLike": {"acs:RequestTag/status": "*"}}},
        {"Effect": "Deny", "Resource": images,
         "Action": ["ecs:CreateImage", "ecs:CopyImage", "ecs:ImportImage"],
         "Condition": {"StringNotLike": {"acs:RequestTag/owner": "*"}}},
        {"Effect": "Deny", "Resource": "*", "Action": ["ecs:ExportImage", "ecs:ExportSnapshot"]},
        {"Effect": "Deny", "Resource": "*",
         "Action": ["ecs:ModifyImageSharePermission", "ecs:ModifyImageShareGroupPermission"]},
        {"Effect": "Deny", "Resource": "*",
         "Action": ["resourcesharing:CreateResourceShare",
                    "resourcesharing:AssociateResourceShare"],
         "Condition": {"StringEquals":
             {"resourcesharing:RequestedResourceType": ["Image", "Snapshot"]}}},
        {"Effect": "Deny", "Resource": "*", "Action": "resourcesharing:AssociateResourceShare",
         "Condition": {"StringNotLike": {"resourcesharing:RequestedResourceType": "*"}}},
    ]})
}

/// A guard at each level of a cloud, beside policies that allow everything.
fn guards(atlas: &Atlas, partition: &str) -> Vec<Json> {
    let is_aws = std::ptr::eq(atlas.dialect, &AWS);
    let (guard, version, ceiling) = if is_aws {
        (aws_guard(partition), "2012-10-17", "scp")
    } else {
        (alicloud_guard(), "1", "control")
    };
    let everything = json!({
        "Version": version, "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"},
    });
    let identity = json!({"type": "identity", "document": everything});
    vec![
        json!([
            {"type": ceiling, "level": 0, "document": everything},
            {"type": ceiling, "level": 0, "document": guard},
            identity,
        ]),
        json!([identity, {"type": "identity", "document": guard}]),
    ]
}

fn decide(atlas: &Atlas, policies: &Json, request: &Json) -> Decision {
    let policies = Policies::parse(atlas.dialect, &policies.to_string()).unwrap();
    let request = Request::parse(atlas.dialect, &request.to_string()).unwrap();
    evaluate(&policies, &request).unwrap().decision
}

#[test]
fn every_case_is_decided_as_the_tables_say() {
    let marks = [Mark { key: "status".to_owned(), value: "approved".to_owned() }];
    for atlas in ATLASES {
        let partitions = if atlas.partitions.is_empty() { &[""][..] } else { atlas.partitions };
        for partition in partitions {
            let setting = Setting { partition: (*partition).to_owned(), ..Setting::usual(atlas) };
            for door in atlas.doors() {
                for case in door.cases {
                    let situation =
                        Situation { facts: case.facts, marks: &marks, setting: &setting };
                    for request in atlas.requests(door, situation) {
                        for policies in guards(atlas, partition) {
                            let expected =
                                if case.refused { Decision::Deny } else { Decision::Allow };
                            let found = decide(atlas, &policies, &request);
                            let (code, name) = (door.code, case.name);
                            assert_eq!(found, expected, "{code}, {name}: {request}");
                        }
                    }
                }
            }
        }
    }
}

#[test]
fn without_a_guard_every_case_is_allowed() {
    for atlas in ATLASES {
        let setting = Setting::usual(atlas);
        let identity = json!([guards(atlas, "aws")[1][0]]);
        for (door, case) in
            atlas.doors().flat_map(|door| door.cases.iter().map(move |case| (door, case)))
        {
            let situation = Situation { facts: case.facts, marks: &[], setting: &setting };
            for request in atlas.requests(door, situation) {
                let found = decide(atlas, &identity, &request);
                assert_eq!(found, Decision::Allow, "{}: {request}", door.code);
            }
        }
    }
}

#[test]
fn codes_are_words_and_come_up_once() {
    let codes: Vec<_> =
        ATLASES.iter().flat_map(|atlas| atlas.doors()).map(|door| door.code).collect();
    let distinct: BTreeSet<_> = codes.iter().collect();
    assert_eq!(distinct.len(), codes.len());
    for atlas in ATLASES {
        let prefix = if std::ptr::eq(atlas.dialect, &AWS) { "aws_" } else { "ali_" };
        for door in atlas.doors() {
            assert!(door.code.starts_with(prefix), "{}", door.code);
            assert!(
                door.code.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'),
                "{}",
                door.code
            );
        }
    }
}

#[test]
fn every_door_says_all_there_is_to_say() {
    for door in ATLASES.iter().flat_map(|atlas| atlas.doors()) {
        let code = door.code;
        assert!(!door.actions.is_empty() && !door.touches.is_empty(), "{code}");
        assert!(door.does.ends_with('.') && !door.source.is_empty(), "{code}");
        assert!(!door.rules.is_empty() || !door.stays_open.is_empty(), "{code}: why is it open?");
        let is_refused = door.cases.iter().any(|case| case.refused);
        assert_eq!(is_refused, !door.rules.is_empty(), "{code}: cases and rules disagree");
        let names: BTreeSet<_> = door.cases.iter().map(|case| case.name).collect();
        assert_eq!(names.len(), door.cases.len(), "{code}: cases of one name");
    }
}

#[test]
fn rules_close_doors_at_levels_of_the_cloud() {
    for atlas in ATLASES {
        let levels: Vec<_> = atlas.dialect.levels.iter().map(|level| level.name).collect();
        for cover in atlas.doors().flat_map(|door| door.rules) {
            assert!(cover.levels.iter().all(|level| levels.contains(level)));
        }
        assert!(atlas.out_of_reach.iter().all(|(level, _)| levels.contains(level)));
        for rule in Rule::ALL {
            assert!(atlas.closed_by(rule).next().is_some(), "{} closes nothing", rule.name());
        }
    }
}

#[test]
fn facts_are_about_resources_of_the_door_and_keys_they_have() {
    for atlas in ATLASES {
        for door in atlas.doors() {
            for fact in door.cases.iter().flat_map(|case| case.facts) {
                // Facts of all creations name snapshots, which not every door makes.
                let Some(touch) = door.touches.iter().find(|touch| touch.resource == fact.on)
                else {
                    assert!(fact.on.starts_with("new "), "{}: {}", door.code, fact.on);
                    continue;
                };
                let has_key = |key: &&str| fact.name.starts_with(*key);
                assert!(
                    touch.keys.iter().any(has_key),
                    "{}: {} on {}",
                    door.code,
                    fact.name,
                    fact.on
                );
            }
        }
    }
}

#[test]
fn samples_are_covered_by_the_patterns_of_their_types() {
    for atlas in ATLASES {
        let setting = Setting::usual(atlas);
        for touch in atlas.doors().flat_map(|door| door.touches) {
            let pattern = setting.fill(touch.pattern);
            let guard = json!([{"type": "identity", "document": {
                "Version": atlas.dialect.versions[0].name,
                "Statement": {"Effect": "Allow", "Action": "a:B", "Resource": pattern},
            }}]);
            let sample = setting.fill(touch.sample);
            let request = json!({"principal": "p", "action": "a:B", "resource": sample});
            assert_eq!(decide(atlas, &guard, &request), Decision::Allow, "{pattern}, {sample}");
        }
    }
}

#[test]
fn dead_actions_are_no_actions_and_what_is_meant_is_one() {
    for atlas in ATLASES {
        let actions: BTreeSet<_> = atlas.doors().flat_map(|door| door.actions).collect();
        for (dead, instead) in atlas.dead_actions {
            assert!(!actions.contains(dead) && actions.contains(instead), "{dead}");
        }
    }
}

#[test]
fn every_cloud_has_its_own_atlas() {
    for atlas in ATLASES {
        assert!(std::ptr::eq(Atlas::of(atlas.dialect), atlas));
        let door = atlas.doors().next().unwrap();
        assert!(atlas.door(door.code).is_some_and(|found| std::ptr::eq(found, door)));
    }
    assert!(AWS_ATLAS.door("ali_run_instances").is_none());
}

#[test]
fn rules_look_at_resources_of_the_calls_they_refuse() {
    for door in ATLASES.iter().flat_map(|atlas| atlas.doors()) {
        for cover in door.rules {
            assert_eq!(door.touch_of(cover).is_none(), cover.on.is_empty(), "{}", door.code);
        }
    }
}

#[test]
fn bounds_are_of_every_rule_and_of_doors_that_it_closes() {
    for atlas in ATLASES {
        assert_eq!(atlas.bounds.iter().map(|it| it.rule).collect::<Vec<_>>(), Rule::ALL);
        for bounds in atlas.bounds {
            let closed: Vec<_> = atlas.closed_by(bounds.rule).map(|door| door.code).collect();
            let mut named = bounds.beyond.iter().flat_map(|beyond| beyond.doors);
            assert!(named.all(|code| closed.contains(code)), "{}", bounds.refuses);
            assert_eq!(atlas.bounds_of(bounds.rule).map(|it| it.refuses), Some(bounds.refuses));
        }
    }
}
