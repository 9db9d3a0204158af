//! The table of decisions: policies, a request, what must come of it, and why.

use std::collections::BTreeSet;

use serde_json::Value;

use super::*;

const TABLE: &str = include_str!("../cases/decisions.json");

fn table() -> Vec<Value> {
    let table: Value = serde_json::from_str(TABLE).unwrap();
    table["cases"].as_array().unwrap().clone()
}

/// The part of an id that names its group: `aws-seed004-run` of `aws-seed004-run-003`.
fn group(case: &Value) -> String {
    let id = case["id"].as_str().unwrap();
    id.rsplit_once('-').unwrap().0.to_owned()
}

/// What is wrong with the engine's answer to a case, if anything.
fn fault(case: &Value) -> Option<String> {
    let dialect = Dialect::named(case["dialect"].as_str().unwrap()).unwrap();
    let result = decide(dialect, &case["policies"], &case["request"]);
    let (id, why) = (case["id"].as_str().unwrap(), case["why"].as_str().unwrap());
    let expected = case["expect"].as_str().unwrap();
    let found = words(dialect, &result);
    if result.as_ref().map(|outcome| outcome.decision.name()) != Ok(expected) {
        return Some(format!("{id}: {found} instead of {expected}: {why}"));
    }
    // What is not documented must be owned up to.
    let is_documented = case["confidence"] == "documented";
    if !is_documented && result.is_ok_and(|outcome| outcome.assumptions.is_empty()) {
        return Some(format!("{id}: {found} rests on no assumption, but is not documented: {why}"));
    }
    None
}

fn check(wanted: &str) {
    let cases: Vec<_> = table().into_iter().filter(|case| group(case) == wanted).collect();
    assert!(!cases.is_empty(), "no case of the group {wanted}");
    let faults: Vec<_> = cases.iter().filter_map(fault).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// One test for each group of the table.
macro_rules! groups {
    ($($test:ident: $group:literal,)*) => {
        $(#[test]
        fn $test() {
            check($group);
        })*

        #[test]
        fn no_group_is_forgotten() {
            let tested: BTreeSet<String> = [$($group.to_owned()),*].into();
            let listed: BTreeSet<String> = table().iter().map(group).collect();
            assert_eq!(listed, tested);
        }
    };
}

groups! {
    aws_actions: "aws-act",
    aws_statement_forms: "aws-str",
    aws_explicit_and_implicit_denies: "aws-eval",
    aws_resources: "aws-res",
    aws_string_equals: "aws-seq",
    aws_negated_strings: "aws-sne",
    aws_string_like: "aws-slk",
    aws_if_exists: "aws-ife",
    aws_key_names: "aws-key",
    aws_conjunctions: "aws-and",
    aws_null: "aws-nul",
    aws_bool: "aws-bool",
    aws_numbers: "aws-num",
    aws_dates: "aws-date",
    aws_addresses: "aws-ip",
    aws_arns: "aws-arn",
    aws_set_operators: "aws-set",
    aws_variables: "aws-var",
    aws_service_control_policies: "aws-scp",
    aws_permission_boundaries: "aws-pb",
    aws_session_policies: "aws-ses",
    aws_resource_policies: "aws-rp",
    aws_resource_control_policies: "aws-rcp",
    aws_launch_guard: "aws-guard-launch",
    aws_published_launch_document: "aws-seed004-run",
    aws_published_creation_document: "aws-seed004-ci",
    aws_tag_on_create_guard: "aws-guard-tagcreate",
    aws_tag_guard: "aws-guard-tag",
    aws_share_guard: "aws-guard-share",
    alicloud_published_launch_document: "ali-seed000",
    alicloud_published_share_document: "ali-seed003",
    alicloud_launch_guard: "ali-guard-launch",
    alicloud_tag_guard: "ali-guard-tag",
    alicloud_operators: "ali-op",
    alicloud_actions: "ali-act",
    alicloud_resources: "ali-res",
    alicloud_layers: "ali-eval",
}

#[test]
fn the_table_is_complete() {
    let cases = table();
    let ids: BTreeSet<_> = cases.iter().map(|case| case["id"].as_str().unwrap()).collect();
    assert_eq!((cases.len(), ids.len()), (190, 190));
}
