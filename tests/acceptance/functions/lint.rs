//! `lint`: faults as values, and what is no level or no policy.

use serde_json::{Value, json};

use super::{aws_document, imageguard, refusal};
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

/// Each is a fault, in one plan; none is an error of the function.
#[test]
fn hostile_texts_are_faults() {
    let run = imageguard(
        "output \"worst\" {\n  value = {\n    for name in fileset(path.module, \"hostile/*\") : \
         trimprefix(name, \"hostile/\") =>\n    provider::imageguard::lint(\"aws\", \"scp\", \
         file(name))[0]\n  }\n}\n",
    );
    let stars = json!({"Action": format!("ec2:{}", "*".repeat(10_000))});
    let alternating = json!({"Condition": {"StringLike": {"aws:a": "*a".repeat(4_000)}}});
    let variables = json!({"Resource": format!("arn:aws:s3:::{}", "${".repeat(900))});
    let statements: Vec<_> =
        (0..100_000).map(|_| json!({"Effect": "Deny", "Action": "a:b"})).collect();
    let values: Vec<_> = (0..100_000).map(|number| number.to_string()).collect();
    let texts = [
        ("a document of Alibaba Cloud", r#"{"Version": "1", "Statement": {"Effect": "Deny", "Action": "ecs:*", "Resource": "acs:ecs:*"}}"#.to_owned(), "wrong_cloud"),
        ("a number", "7".to_owned(), "invalid_policy"),
        ("a list of policies", "[]".to_owned(), "invalid_policy"),
        ("a statement that is a list", r#"{"Version": "2012-10-17", "Statement": [[]]}"#.to_owned(), "invalid_policy"),
        ("an action of 10,000 stars", aws_document(stars).to_string(), "invalid_policy"),
        ("a value of stars and letters", aws_document(alternating).to_string(), "long_for_some_partitions"),
        ("variables in variables", aws_document(variables).to_string(), "invalid_policy"),
        ("100,000 statements", json!({"Statement": statements}).to_string(), "invalid_json"),
        ("100,000 values", aws_document(json!({"Condition": {"StringEquals": {"aws:a": values}}})).to_string(), "too_long"),
        ("control characters", aws_document(json!({"Effect": "\u{1b}[2J\0"})).to_string(), "invalid_policy"),
        ("white space", format!(r#"{{{}"Statement": {{}}}}"#, " ".repeat(1_000_000)), "too_long"),
    ];
    let mut expected = serde_json::Map::new();
    for (name, text, _) in super::unreadable_texts() {
        run.write(&format!("hostile/{name}"), &text);
        expected.insert(name.to_owned(), "invalid_json".into());
    }
    for (name, text, code) in texts {
        run.write(&format!("hostile/{name}"), &text);
        expected.insert(name.to_owned(), code.into());
    }
    run.apply();
    let mut found = run.outputs()["worst"].clone();
    for (name, _, part) in super::unreadable_texts() {
        let message = found[name]["message"].as_str().unwrap();
        // At the start of a sentence.
        let (first, rest) = part.split_at(1);
        let begun = message.starts_with(&format!("{}{rest}", first.to_uppercase()));
        assert!((begun || message.contains(part)) && message.len() < 3_000, "{name}: {message}");
    }
    for flaw in found.as_object_mut().unwrap().values_mut() {
        *flaw = flaw["code"].clone();
    }
    assert_eq!(found, Value::Object(expected));
}
