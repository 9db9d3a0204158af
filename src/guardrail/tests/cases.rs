//! The table of decisions: policies, a request, what must come of it, and why.

use std::collections::BTreeSet;

use super::case::{self, Case};

/// The part of an id that names its group: `aws-seed004-run` of `aws-seed004-run-003`.
fn group(case: &Case) -> &str {
    case.id.rsplit_once('-').unwrap().0
}

fn check(wanted: &str) {
    let cases: Vec<_> = case::all().into_iter().filter(|case| group(case) == wanted).collect();
    assert!(!cases.is_empty(), "no case of the group {wanted}");
    let faults: Vec<_> = cases.iter().filter_map(Case::fault).collect();
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
            let listed: BTreeSet<String> = case::all().iter().map(|case| group(case).to_owned()).collect();
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
    aws_texts_that_are_refused: "aws-read",
    alicloud_texts_that_are_refused: "ali-read",
}

#[test]
fn every_case_has_an_id_of_its_own() {
    let cases = case::all();
    let ids: BTreeSet<_> = cases.iter().map(|case| case.id.as_str()).collect();
    assert_eq!(ids.len(), cases.len());
}
