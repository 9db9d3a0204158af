//! `evaluate`: every decision case, and what is no policy or request.

use serde_json::{Value, json};

use super::{aws_document, imageguard, refusal};
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

/// Each is an error that names argument and place; all are told in one plan.
#[test]
fn hostile_texts_are_refused_at_their_argument_and_place() {
    let policies =
        |document: Value| json!([{"type": "identity", "document": document}]).to_string();
    let with = |statement: Value| policies(aws_document(statement));
    let request = |changes: Value| {
        let mut request = json!({
            "principal": "arn:aws:iam::111122223333:user/a",
            "action": "ec2:RunInstances",
            "resource": "arn:aws:ec2:eu-central-1::image/ami-1",
        });
        for (property, value) in changes.as_object().unwrap() {
            request[property] = value.clone();
        }
        request.to_string()
    };
    let (fine_policies, fine_request) = (with(json!({})), request(json!({})));
    let stars = "*".repeat(10_000);
    let of_policies = [
        (
            "those of Alibaba Cloud",
            policies(json!({"Version": "1", "Statement": {}})),
            "at [0].document.Version: the version `1`",
        ),
        (
            "a request",
            fine_request.clone(),
            "line 1, column 1: policies must be a list, not an object",
        ),
        ("numbers", "[7]".to_owned(), "line 1, column 2, at [0]: a policy must be an object"),
        (
            "stars",
            with(json!({"Action": format!("ec2:{stars}")})),
            "at [0].document.Statement.Action: a text of `Action` is longer",
        ),
        (
            "values",
            with(json!({"Condition": {"StringEquals": {"a:b": vec!["x"; 100_000]}}})),
            "at [0].document: the document has",
        ),
        (
            "variables",
            with(json!({"Resource": format!("arn:aws:s3:::{}", "${".repeat(900))})),
            "at [0].document.Statement.Resource: the variable",
        ),
        (
            "exponents",
            with(json!({"Condition": {"NumericEquals": {"a:b": "1e999999999"}}})),
            "`1e999999999` is no number",
        ),
        ("control", with(json!({"Effect": "\u{1b}[2J"})), "the effect `\\u{1b}[2J` must be"),
    ];
    let of_requests = [
        (
            "one of Alibaba Cloud",
            request(json!({"principal": "acs:ram::1:user/a"})),
            "at principal: `acs:ram::1:user/a` is a name of Alibaba Cloud",
        ),
        (
            "policies",
            fine_policies.clone(),
            "line 1, column 1: a request must be an object, not a list",
        ),
        (
            "stars",
            request(json!({"resource": stars})),
            "at resource: `resource` must have 1 to 2048 bytes",
        ),
        (
            "no form",
            request(json!({"context": {"a:b": {"c": 1}}})),
            "at context[\"a:b\"]: a context value must be a string",
        ),
        (
            "values",
            request(json!({"context": {"a:b": "x".repeat(100_000)}})),
            "the context value is longer than",
        ),
        (
            "resources",
            request(json!({"resource": null, "resources": vec![json!({}); 10_000]})),
            "`resource` and `resources` exclude each other",
        ),
    ];
    let mut rows = Vec::new();
    for (what, text, part) in super::unreadable_texts() {
        rows.push((format!("policies: {what}"), text.clone(), fine_request.clone(), part));
        rows.push((format!("request: {what}"), fine_policies.clone(), text, part));
    }
    rows.extend(
        of_policies.map(|(what, text, part)| {
            (format!("policies: {what}"), text, fine_request.clone(), part)
        }),
    );
    rows.extend(
        of_requests.map(|(what, text, part)| {
            (format!("request: {what}"), fine_policies.clone(), text, part)
        }),
    );
    let calls: String = (0..rows.len())
        .map(|row| {
            format!(
                "output \"row_{row}_\" {{\n  value = provider::imageguard::evaluate(\"aws\", \
                 file(\"policies_{row}\"), file(\"request_{row}\"))\n}}\n"
            )
        })
        .collect();
    let run = imageguard(&calls);
    for (row, (_, policies, request, _)) in rows.iter().enumerate() {
        run.write(&format!("policies_{row}"), policies);
        run.write(&format!("request_{row}"), request);
    }
    let told = run.refused();
    let errors: Vec<_> = told.split("Error: ").skip(1).map(crate::harness::unwrapped).collect();
    assert_eq!(errors.len(), rows.len());
    for (row, (what, _, _, part)) in rows.iter().enumerate() {
        let output = format!("row_{row}_");
        let error = errors.iter().find(|error| error.contains(&output)).unwrap();
        let (argument, _) = what.split_once(": ").unwrap();
        let blamed = format!("Invalid value for \"{argument}_json\" parameter: At line 1, column ");
        assert!(error.contains(&blamed) && error.contains(part), "{what}: {error}");
        assert!(error.len() < 4_000, "{what}: {} bytes", error.len());
    }
}

/// Patterns that take other readers for ever.
#[test]
fn hostile_patterns_are_decided() {
    let letters = "a".repeat(2_000);
    let values = [
        "*a".repeat(4_000),
        format!("*{}b*", "a?".repeat(3_000)),
        "${aws:a}".repeat(1_000),
        "*".repeat(8_000),
    ];
    let mut policies: Vec<_> = values
        .iter()
        .map(|value| aws_document(json!({"Condition": {"StringLike": {"aws:a": value}}})))
        .collect();
    policies.push(aws_document(json!({"Resource": format!("arn:*:{}b", "*a".repeat(900))})));
    policies.push(aws_document(
        json!({"Condition": {"NumericLessThan": {"aws:n": "9".repeat(9_000)}}}),
    ));
    let policies: Vec<_> =
        policies.iter().map(|it| json!({"type": "identity", "document": it})).collect();
    let context = json!({"aws:a": "a".repeat(16_000), "aws:n": "1".repeat(16_000)});
    let resources: Vec<_> =
        (0..3).map(|n| json!({"resource": format!("arn:aws:ec2:::image/{n}{letters}")})).collect();
    let request = json!({"principal": "arn:aws:iam::111122223333:user/a",
        "action": "ec2:RunInstances", "resources": resources, "context": context});
    let run = imageguard(
        "output \"matched\" {\n  value = [for it in provider::imageguard::evaluate(\"aws\", \
         file(\"policies\"), file(\"request\")).matched : it.policy]\n}\n",
    );
    run.write("policies", &json!(policies).to_string());
    run.write("request", &request.to_string());
    run.apply();
    // The stars and letters match, and the stars alone; the others are long and do not.
    assert_eq!(run.outputs()["matched"], json!([0, 3]));
}
