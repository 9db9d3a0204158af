//! The product's functions under the real Terraform, without an account or a cloud.

mod evaluate;
mod lint;

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
