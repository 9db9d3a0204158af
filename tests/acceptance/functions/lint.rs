//! `lint`: faults as values, and what is no level or no policy.

use serde_json::json;

use super::{imageguard, refusal};
use crate::{
    harness::Workspace,
    versions::{Version, on_every_version},
};

on_every_version!(the_example_has_the_fault_it_tells_of);

fn the_example_has_the_fault_it_tells_of(version: Version) {
    let example = Workspace::example("functions/lint/function.tf");
    let main = std::fs::read_to_string(example.path("main.tf")).unwrap();
    let run = imageguard(&main).on_version(version);
    run.apply();
    let errors = run.outputs()["errors"].to_string();
    assert!(errors.contains("negated_tag_on_all_resources: "), "{errors}");
}

#[test]
fn a_fault_is_an_object() {
    let run = imageguard(
        "output \"faults\" {\n  value = provider::imageguard::lint(\"alicloud\", \"ram_policy\", \
         \"no JSON\")\n}\n",
    );
    run.apply();
    let faults = &run.outputs()["faults"];
    assert_eq!(faults.as_array().unwrap().len(), 1, "{faults}");
    let fault = &faults[0];
    assert_eq!(
        (&fault["code"], &fault["severity"], &fault["statement"]),
        (&json!("invalid_json"), &json!("error"), &json!(null))
    );
    assert!(fault["message"].is_string() && fault["fix"].is_string(), "{fault}");
}

#[test]
fn what_is_no_cloud_or_level_is_refused_at_its_argument() {
    let table = [
        ("lint(\"gcp\", \"scp\", \"{}\")", "\"cloud\" parameter: `gcp` is no cloud."),
        (
            "lint(\"aws\", \"control_policy\", \"{}\")",
            "\"level\" parameter: `control_policy` is no level there. Write `scp` or `iam_policy`.",
        ),
        (
            "lint(\"alibaba\", \"\", \"{}\")",
            "\"level\" parameter: `` is no level there. Write `control_policy` or `ram_policy`.",
        ),
    ];
    for (call, expected) in table {
        let told = refusal(call);
        assert!(told.starts_with(expected), "{call}:\n{told}");
    }
}

/// Each is a fault, and the provider does not grow over it.
#[test]
fn hostile_texts_are_faults() {
    let stars = json!({
        "Version": "2012-10-17",
        "Statement": {
            "Effect": "Deny",
            "Action": format!("ec2:{}", "*".repeat(10_000)),
            "Resource": "*",
        },
    });
    let table = [
        ("a document of 10 MB", format!("[\"{}\"]", "x".repeat(10 << 20))),
        ("10,000 nested lists", "[".repeat(10_000) + &"]".repeat(10_000)),
        ("a pattern of 10,000 stars", stars.to_string()),
    ];
    for (what, document) in table {
        let run = imageguard(
            "output \"worst\" {\n  value = provider::imageguard::lint(\"aws\", \"scp\", \
             file(\"p\"))[0].severity\n}\n",
        );
        run.write("p", &document);
        run.apply();
        assert_eq!(run.outputs()["worst"], "error", "{what}");
    }
}
