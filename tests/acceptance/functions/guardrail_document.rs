//! `guardrail_document`: documents as Terraform gets them, and intents that are none.

use serde_json::{Value, json};

use super::{imageguard, refusal};
use crate::{
    harness::{ROOT, Workspace},
    versions::{Version, on_every_version},
};

on_every_version!(the_example_is_a_document_without_errors);

fn the_example_is_a_document_without_errors(version: Version) {
    let example = Workspace::example("functions/guardrail_document/function.tf");
    let main = std::fs::read_to_string(example.path("main.tf")).unwrap();
    let run = imageguard(&main).on_version(version);
    run.apply();
    let outputs = run.outputs();
    assert_eq!(outputs["errors"], json!([]));
    let document: Value = serde_json::from_str(outputs["document"].as_str().unwrap()).unwrap();
    let sids: Vec<_> = document["Statement"]
        .as_array()
        .unwrap()
        .iter()
        .map(|statement| statement["Sid"].as_str().unwrap())
        .collect();
    assert_eq!(
        sids,
        [
            "Launch1",
            "Launch1From20270101T000000Z",
            "ProtectTags1",
            "ProtectTags2",
            "TagOnCreate1",
            "Export1"
        ]
    );
}

/// Every intent beside its document, in one plan; Terraform adds nothing to the text.
#[test]
fn every_case_becomes_its_document() {
    let mut cases = Vec::new();
    for (cloud, level) in [("aws", "scp"), ("alicloud", "ram_policy")] {
        let folder = format!("{ROOT}/src/guardrail/cases/documents/{cloud}");
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let text = |name: &str| std::fs::read_to_string(path.join(name)).unwrap();
            let document = text("document.json").trim_end().to_owned();
            if document.chars().count() <= 6_144 {
                let name = path.file_name().unwrap().to_str().unwrap();
                cases.push(json!({
                    "id": format!("{cloud}/{name}"), "cloud": cloud, "level": level,
                    "intent": text("intent.json"), "document": document,
                }));
            }
        }
    }
    assert!(cases.len() >= 36, "{} cases", cases.len());
    let run = imageguard(
        r#"
        locals {
          cases = jsondecode(file("cases.json"))
        }
        output "wrong" {
          value = [
            for case in local.cases : case.id
            if provider::imageguard::guardrail_document(case.cloud, case.level, case.intent) != case.document
          ]
        }
        "#,
    );
    run.write("cases.json", &json!(cases).to_string());
    run.apply();
    assert_eq!(run.outputs()["wrong"], json!([]));
}

#[test]
fn what_is_no_guardrail_is_refused_at_its_argument_and_place() {
    let table = [
        ("\"gcp\", \"scp\", \"{}\"", "\"cloud\" parameter: `gcp` is no cloud."),
        (
            "\"aws\", \"ram_policy\", \"{}\"",
            "\"level\" parameter: `ram_policy` is no level there. Write `scp` or `iam_policy`.",
        ),
        (
            "\"aws\", \"scp\", jsonencode({})",
            "\"intent_json\" parameter: At line 1, column 1: no rule is given;",
        ),
        (
            "\"aws\", \"scp\", jsonencode({ protect_tags = { keys = [\"status\"] } })",
            "\"intent_json\" parameter: At line 1, column 17, at protect_tags: nobody is exempt,",
        ),
        (
            "\"alicloud\", \"control_policy\", jsonencode({ export = { exempt_principals = \
             [\"arn:aws:iam::111122223333:role/x\"] } })",
            "\"intent_json\" parameter: At line 1, column 33, at export.exempt_principals[0]: \
             `arn:aws:iam::111122223333:role/x` is no name of a role or user here;",
        ),
    ];
    for (arguments, expected) in table {
        let told = refusal(&format!("guardrail_document({arguments})"));
        assert!(told.starts_with(expected), "{arguments}:\n{told}");
    }
}

#[test]
fn a_document_over_the_limit_names_what_exemptions_cost() {
    let told = refusal(
        "guardrail_document(\"alicloud\", \"control_policy\", jsonencode({ export = {}, \
         exemptions = [for n in range(18) : { rules = [\"export\"], principals = \
         [\"acs:ram::1111222233334444:role/r${n}\"], expires_at = \"${2027 + n}-01-01T00:00:00Z\" }] }))",
    );
    let (start, rest) = told.split_once(" characters, and 4096 are allowed: ").unwrap();
    assert!(start.starts_with("\"intent_json\" parameter: the document has "), "{told}");
    assert!(rest.contains("` costs ") && rest.contains("Leave rules out"), "{told}");
}
