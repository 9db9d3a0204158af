//! `evaluate`: every decision case, and what is no policy or request.

use serde_json::{Value, json};

use super::{imageguard, refusal};
use crate::{
    harness::{ROOT, Workspace},
    versions::{Version, on_every_version},
};

on_every_version!(the_example_is_refused_by_the_guard);

fn the_example_is_refused_by_the_guard(version: Version) {
    let example = Workspace::example("functions/evaluate/function.tf").on_version(version);
    let main = std::fs::read_to_string(example.path("main.tf")).unwrap();
    let run = imageguard(&main).on_version(version);
    run.apply();
    assert_eq!(run.outputs()["decision"], "deny");
}

#[test]
fn the_console_shows_decision_reasons_and_assumptions() {
    let run = imageguard("");
    let policies = json!([{ "type": "identity", "document": {
        "Version": "1",
        "Statement": { "Effect": "Allow", "Action": "ecs:*", "Resource": "*" },
    } }]);
    let request = json!({
        "principal": "acs:ram::1234567890123456:user/dev",
        "action": "ecs:RunInstances",
        "resource": "acs:ecs:cn-hangzhou:1234567890123456:image/m-1",
        "context": {},
    });
    let call = format!(
        "provider::imageguard::evaluate(\"alibaba\", {:?}, {:?})\n",
        policies.to_string(),
        request.to_string()
    );
    let shown = run.answered(&call, &["console"]);
    assert!(shown.text.contains("\"decision\" = \"allow\""), "{}", shown.text);
    assert!(shown.text.contains("\"effect\" = \"Allow\""), "{}", shown.text);
    assert!(shown.text.contains("\"ali_image_resource\","), "{}", shown.text);
}

/// One plan that decides all of them.
#[test]
fn every_decision_case_is_decided_as_expected() {
    let text = std::fs::read_to_string(format!("{ROOT}/src/guardrail/cases/decisions.json"));
    let cases: Value = serde_json::from_str(&text.unwrap()).unwrap();
    let cases = cases["cases"].as_array().unwrap().clone();
    assert!(cases.len() >= 190, "{} cases", cases.len());
    let run = imageguard(
        r#"
        locals {
          cases = jsondecode(file("cases.json"))
        }
        output "wrong" {
          value = {
            for case in local.cases : case.id => provider::imageguard::evaluate(
              case.dialect, case.policies, case.request
            ).decision
            if provider::imageguard::evaluate(
              case.dialect, case.policies, case.request
            ).decision != case.expect
          }
        }
        output "decided" {
          value = length(local.cases)
        }
        "#,
    );
    let inputs: Vec<_> = cases
        .iter()
        .map(|case| {
            json!({
                "id": case["id"],
                "dialect": case["dialect"],
                "policies": case["policies"].to_string(),
                "request": case["request"].to_string(),
                "expect": case["expect"],
            })
        })
        .collect();
    run.write("cases.json", &json!(inputs).to_string());
    run.apply();
    assert_eq!(run.outputs(), json!({ "wrong": {}, "decided": cases.len() }));
}

#[test]
fn what_is_no_policy_or_request_is_refused_at_its_argument_and_place() {
    let (policies, request) = (
        r#""[]""#,
        r#""{\"principal\":\"arn:aws:iam::111122223333:user/a\",\"action\":\"ec2:A\",\"resource\":\"*\"}""#,
    );
    let aws_policies = r#""[{\"type\":\"identity\",\"document\":{\"Version\":\"2012-10-17\"}}]""#;
    let table = [
        (
            format!("evaluate(\"gcp\", {policies}, {request})"),
            "\"cloud\" parameter: `gcp` is no cloud.",
        ),
        (
            format!("evaluate(\"aws\", \"{{\", {request})"),
            "\"policies_json\" parameter: At line 1, column 1: the text is no JSON",
        ),
        (
            format!("evaluate(\"aws\", \"{{}}\", {request})"),
            "\"policies_json\" parameter: At line 1, column 1: policies must be a list",
        ),
        (
            format!("evaluate(\"aws\", \"[\\n{{\\\"type\\\":\\\"scp\\\"}}]\", {request})"),
            "\"policies_json\" parameter: At line 2, column 1, at [0]: the policy has no `document`",
        ),
        (
            format!("evaluate(\"alicloud\", {policies}, {request})"),
            "\"request_json\" parameter: At line 1, column 14, at principal: \
             `arn:aws:iam::111122223333:user/a` is a name of AWS",
        ),
        (
            format!("evaluate(\"alicloud\", {aws_policies}, {request})"),
            "\"policies_json\" parameter: At line 1, column 43, at [0].document.Version: the \
             version `2012-10-17` does not exist; it must be `1`",
        ),
        (
            format!("evaluate(\"aws\", {policies}, \"7\")"),
            "\"request_json\" parameter: At line 1, column 1",
        ),
        (
            format!("evaluate(\"aws\", {policies}, \"\")"),
            "\"request_json\" parameter: At line 1, column 1",
        ),
    ];
    for (call, expected) in table {
        let told = refusal(&call);
        assert!(told.starts_with(expected), "{call}:\n{told}");
    }
}

/// Each is an error or a decision, and the provider does not grow over it.
#[test]
fn hostile_texts_are_refused() {
    let request = json!({
        "principal": "arn:aws:iam::111122223333:user/a",
        "action": "ec2:RunInstances",
        "resource": "arn:aws:ec2:eu-central-1::image/ami-1",
    });
    let stars = json!([{ "type": "identity", "document": {
        "Version": "2012-10-17",
        "Statement": {
            "Effect": "Allow",
            "Action": format!("ec2:{}", "*".repeat(10_000)),
            "Resource": "*",
        },
    } }]);
    let table = [
        ("a document of 10 MB", format!("[\"{}\"]", "x".repeat(10 << 20)), "is longer than"),
        ("10,000 nested lists", "[".repeat(10_000) + &"]".repeat(10_000), "At line 1"),
        ("a pattern of 10,000 stars", stars.to_string(), "At line 1"),
    ];
    for (what, policies, expected) in table {
        let run = imageguard(
            "output \"x\" {\n  value = provider::imageguard::evaluate(\"aws\", file(\"p\"), \
             file(\"r\"))\n}\n",
        );
        run.write("p", &policies);
        run.write("r", &request.to_string());
        let told = crate::harness::unwrapped(&run.refused());
        assert!(told.contains("Invalid value for \"policies_json\" parameter"), "{what}: {told}");
        assert!(told.contains(expected), "{what}: {told}");
    }
}
