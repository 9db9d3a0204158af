//! Documents of others: what cannot be told is unknown, and nothing else is.

use serde_json::{Value, json};

use super::*;
use crate::guardrail::{ALICLOUD, AWS, atlas::AWS_ATLAS, target::Target};

fn guard(condition: &Value) -> Value {
    json!({"Version": "2012-10-17", "Statement": [
        {"Effect": "Deny", "Action": "ec2:RunInstances", "Resource": "arn:aws:ec2:*::image/*",
         "Condition": condition},
        {"Effect": "Deny", "Action": "ec2:ExportImage", "Resource": "*"},
    ]})
}

fn difference(before: &Value, after: &Value) -> Change {
    difference_in("aws", before, after)
}

fn difference_in(partition: &str, before: &Value, after: &Value) -> Change {
    let target = Target::find(&AWS, "scp", Some(partition)).unwrap();
    changed(target, &foreign(&AWS, "scp", before), &foreign(&AWS, "scp", after))
}

fn codes(difference: &Difference) -> Vec<&'static str> {
    difference.witnesses.iter().map(|witness| witness.door.unwrap_or("beyond")).collect()
}

#[test]
fn an_operator_that_cannot_be_read_leaves_only_its_statement_unknown() {
    let sound = guard(&json!({"StringNotEquals": {"ec2:ResourceTag/k": "v"}}));
    let odd = guard(&json!({"StringVaguelyEquals": {"ec2:ResourceTag/k": "v"}}));
    let change = difference(&sound, &odd);
    let why = change.newly_allowed.unknown.unwrap();
    assert!(why.starts_with("statement 1 could not be read"), "{why}");
    assert!(codes(&change.newly_denied).is_empty(), "{:?}", change.newly_denied);

    let mut without_export = odd.clone();
    without_export["Statement"].as_array_mut().unwrap().pop();
    let change = difference(&odd, &without_export);
    assert!(codes(&change.newly_allowed).contains(&"aws_export_image"));
}

#[test]
fn the_value_of_another_key_is_unknown() {
    let sound = guard(&json!({"StringNotEquals": {"ec2:ResourceTag/k": "v"}}));
    let open = guard(&json!({"StringNotEquals": {"ec2:ResourceTag/k": "${aws:PrincipalTag/k}"}}));
    let change = difference(&sound, &open);
    let why = change.newly_allowed.unknown.unwrap();
    assert_eq!(why, "the key `k` is compared with the value of another key");
    assert!(change.newly_denied.unknown.is_some());
}

#[test]
fn hostile_patterns_are_unknown_within_bounds() {
    let patterns: Vec<String> =
        ('a'..='p').map(|letter| format!("*{letter}????????????*{letter}?????")).collect();
    let hostile = guard(&json!({"StringNotLike": {"ec2:ResourceTag/k": patterns}}));
    let sound = guard(&json!({"StringNotEquals": {"ec2:ResourceTag/k": "v"}}));
    let change = difference(&sound, &hostile);
    let why = change.newly_allowed.unknown.unwrap();
    assert_eq!(why, "the key `k` is compared with patterns too many or too entangled");
    let names: Vec<String> = patterns.iter().map(|it| format!("arn:aws:ec2:*::{it}")).collect();
    let mut hostile = guard(&json!({}));
    hostile["Statement"][0]["Resource"] = json!(names);
    let actions: Vec<String> = patterns.iter().map(|it| format!("ec2:{it}")).collect();
    hostile["Statement"][1]["Action"] = json!(actions);
    let change = difference(&sound, &hostile);
    assert!(change.newly_allowed.unknown.is_some());
}

#[test]
fn an_allow_that_is_added_is_told() {
    let before = guard(&json!({}));
    let mut after = before.clone();
    let allow = json!({"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"});
    after["Statement"].as_array_mut().unwrap().push(allow);
    let change = difference(&before, &after);
    assert!(change.newly_allowed.is_none() && change.newly_denied.is_none(), "{change:?}");
    assert_eq!(codes(&change.newly_granted)[0], "beyond");
    assert!(change.newly_granted.witnesses[0].words.contains("calls `s3:GetObject` on"));
}

#[test]
fn bare_operators_on_lists_are_unknown() {
    let before = json!({"Version": "2012-10-17", "Statement": {"Effect": "Deny",
        "Action": "ec2:CreateImage", "Resource": "arn:aws:ec2:*::image/*",
        "Condition": {"StringNotEquals": {"aws:TagKeys": "k"}, "Null": {"aws:TagKeys": "false"}}}});
    let nothing = json!({"Version": "2012-10-17", "Statement": {"Effect": "Deny",
        "Action": "ec2:ExportImage", "Resource": "arn:aws:ec2:*::image/*"}});
    let change = difference(&before, &nothing);
    let why = change.newly_allowed.unknown.unwrap();
    assert_eq!(why, "the answer turns on what the vendor does not document");
    assert!(change.newly_allowed.witnesses.is_empty());
}

#[test]
fn alibaba_documents_with_existence_operators_are_unknown() {
    let of = |operator: &str| {
        json!({"Version": "1", "Statement": [{"Effect": "Deny",
            "Action": "ecs:RunInstances", "Resource": "acs:ecs:*:*:image/*",
            "Condition": {operator: {"acs:ResourceTag/k": "v"}}}]})
    };
    let read = |operator| foreign(&ALICLOUD, "control_policy", &of(operator));
    let (one, other) = (read("StringNotEquals"), read("StringNotEqualsIfExists"));
    let change = changed(Target::find(&ALICLOUD, "control_policy", None).unwrap(), &one, &other);
    assert!(change.newly_allowed.unknown.is_some() && change.newly_denied.unknown.is_some());
    assert!(change.newly_allowed.witnesses.is_empty());
}

/// Neither document says which partition it is in.
#[test]
fn an_exemption_is_found_in_the_partition_of_the_place() {
    let export = |condition: &Value| {
        json!({"Version": "2012-10-17", "Statement": [
            {"Effect": "Deny", "Action": "ec2:ExportImage", "Resource": "*",
             "Condition": condition}]})
    };
    let exempt = |partition: &str| {
        let role = format!("arn:{partition}:iam::111122223333:role/leak");
        export(&json!({"ArnNotLike": {"aws:PrincipalArn": role}}))
    };
    for partition in AWS_ATLAS.partitions {
        let change = difference_in(partition, &export(&json!({})), &exempt(partition));
        assert_eq!(codes(&change.newly_allowed), ["aws_export_image"], "{partition}");
        let request = &change.newly_allowed.witnesses[0].request;
        assert!(request.contains(&format!("arn:{partition}:iam::")), "{request}");
        let elsewhere = if *partition == "aws" { "aws-cn" } else { "aws" };
        assert!(difference_in(partition, &export(&json!({})), &exempt(elsewhere)).is_none());
    }
}
