//! The product's functions under the real Terraform, without an account or a cloud.

mod evaluate;
mod guardrail_document;
mod lint;

use serde_json::{Value, json};

use crate::harness::{Workspace, unwrapped};

/// Makes a folder for a configuration that calls the product's functions.
fn imageguard(configuration: &str) -> Workspace {
    Workspace::new(&format!(
        "terraform {{\n  required_providers {{\n    imageguard = {{ source = \
         \"imageguard/imageguard\" }}\n  }}\n}}\n{configuration}"
    ))
}

/// Calls a function with what must fail, and returns what is said of the argument.
fn refusal(call: &str) -> String {
    let run = imageguard(&format!("output \"x\" {{\n  value = provider::imageguard::{call}\n}}\n"));
    let told = unwrapped(&run.refused());
    assert_eq!(told.matches("Error: ").count(), 1, "{told}");
    match told.split_once("Invalid value for ") {
        Some((_, refusal)) => refusal.to_owned(),
        None => told,
    }
}

/// Texts that are no JSON object or list to read, and what is said of each.
fn unreadable_texts() -> Vec<(&'static str, String, &'static str)> {
    let twice = format!("{{\"{0}\":1,\"{0}\":2}}", "k".repeat(400_000));
    vec![
        ("no JSON", "{\"a\":".to_owned(), "line 1, column 5: the text is no JSON"),
        ("nothing", String::new(), "line 1, column 1: the text is no JSON"),
        ("a byte order mark", "\u{feff}{}".to_owned(), "it starts with a byte order mark"),
        ("half a character", "{\"a\":\"\\ud800\"}".to_owned(), "an escape that is no character"),
        ("10 MB", format!("[\"{}\"]", "x".repeat(10 << 20)), "the text is longer than"),
        ("10,000 nested lists", "[".repeat(10_000) + &"]".repeat(10_000), "nest deeper than"),
        ("10,000 open lists", "[".repeat(10_000), "column 10000: the text is no JSON"),
        ("500,000 values", format!("[{}1]", "1,".repeat(500_000)), "has more than 200000 values"),
        ("a long name twice", twice, "comes up twice in one object"),
    ]
}

/// A document of AWS with one statement, which is like this beside its effect.
fn aws_document(statement: Value) -> Value {
    let mut whole = json!({"Effect": "Deny", "Action": "ec2:*", "Resource": "*"});
    for (element, value) in statement.as_object().unwrap() {
        whole[element] = value.clone();
    }
    json!({"Version": "2012-10-17", "Statement": whole})
}
