//! What one guard denies that another leaves free.

use std::fmt::Write as _;

use super::{compiled::*, *};
use crate::guardrail::{AWS, atlas::Rule, compile::compile, intent::Intent, target::Target};

fn place() -> Target {
    Target::find(&AWS, "scp", None).unwrap()
}

fn written(intent: &Intent) -> Document {
    let compiled = compile(intent, place());
    Document::parse(&AWS, "scp", &compiled.document).unwrap().unwrap()
}

fn told(difference: &Difference) -> String {
    let mut text = String::new();
    for witness in &difference.witnesses {
        writeln!(text, "{}", witness.words).unwrap();
    }
    difference.unknown.iter().for_each(|why| writeln!(text, "unknown: {why}").unwrap());
    text
}

#[test]
fn guards_about_different_calls_do_not_interfere() {
    let (launch, export) =
        (only(&all_rules(&AWS), Rule::Launch), only(&all_rules(&AWS), Rule::Export));
    assert!(interferes(&launch, place(), &written(&export)).is_none());
    assert!(interferes(&export, place(), &written(&launch)).is_none());
}

#[test]
fn a_guard_does_not_interfere_with_itself() {
    let all = all_rules(&AWS);
    assert!(interferes(&all, place(), &written(&all)).is_none());
}

#[test]
fn a_guard_that_demands_another_tag_denies_what_the_first_permits() {
    let mut first = only(&all_rules(&AWS), Rule::Launch);
    let mut other = first.clone();
    let tags = |values: &[&str]| tags(&[("status", values)]);
    for (intent, values) in [(&mut first, ["approved"]), (&mut other, ["golden"])] {
        let launch = intent.rules.launch.as_mut().unwrap();
        launch.owner_ids.clear();
        launch.accept_owner_ids.clear();
        launch.tags = tags(&values);
    }
    let difference = interferes(&first, place(), &written(&other));
    assert_eq!(difference.unknown, None);
    let run = difference.witnesses.iter().find(|it| it.door == Some("aws_run_instances")).unwrap();
    expect_test::expect!["`arn:aws:iam::111122223333:role/somebody` calls `ec2:RunInstances` on `arn:aws:ec2:eu-central-1::image/ami-0abcdef1234567890` with `ec2:ResourceTag/status` being `approved`"].assert_eq(&run.words);
}

#[test]
fn a_guard_that_exempts_nobody_denies_whom_the_first_exempts() {
    let first = only(&all_rules(&AWS), Rule::Export);
    let mut other = first.clone();
    other.rules.export.as_mut().unwrap().exempt_principals.clear();
    let difference = interferes(&first, place(), &written(&other));
    expect_test::expect![[r#"
        `arn:aws:iam::111122223333:role/archive` calls `ec2:CreateInstanceExportTask` on `arn:aws:ec2:eu-central-1:111122223333:export-instance-task/*`
        `arn:aws:iam::111122223333:role/archive` calls `ec2:CreateStoreImageTask` on `arn:aws:ec2:eu-central-1::image/ami-0abcdef1234567890`
        `arn:aws:iam::111122223333:role/archive` calls `ec2:ExportImage` on `arn:aws:ec2:eu-central-1::image/ami-0abcdef1234567890`
    "#]].assert_eq(&told(&difference));
    assert!(interferes(&other, place(), &written(&first)).is_none());
}
