//! Functions under the real Terraform: typed, variadic, dynamic, and what they refuse.

use serde_json::json;

use super::toy;
use crate::{
    harness::unwrapped,
    versions::{Version, on_every_version},
};

on_every_version!(functions_take_and_return_every_kind_of_value);
on_every_version!(a_function_names_the_argument_to_blame);
on_every_version!(a_function_that_crashes_is_our_bug);
on_every_version!(an_unknown_argument_makes_an_unknown_result_unless_it_does_not_matter);

fn functions_take_and_return_every_kind_of_value(version: Version) {
    let run = toy(r#"
        output "values" {
          value = [
            provider::toy::join("-", "a", "b", "c"),
            provider::toy::join("-"),
            provider::toy::halve(84),
            provider::toy::tell("x", null),
            provider::toy::tell(null, null),
            provider::toy::wrap({ a = [1, null] }),
            provider::toy::wrap(null),
            provider::toy::wrap(18446744073709551616).inside == 18446744073709551616,
          ]
        }
        "#)
    .on_version(version);
    run.apply();
    let expected = json!([
        "a-b-c",
        "",
        42,
        "(x)",
        "null",
        { "inside": { "a": [1, null] } },
        { "inside": null },
        true,
    ]);
    assert_eq!(run.outputs()["values"], expected);
}

fn a_function_names_the_argument_to_blame(version: Version) {
    let table = [
        ("halve(7)", "Invalid value for \"number\" parameter: 7 is odd; write an even number."),
        ("join(\"-\", \"a\", \"\")", "Invalid value for \"words\" parameter: A word is empty"),
        ("halve(1.5)", "Invalid value for \"number\" parameter: The number does not fit"),
        ("halve(\"x\")", "Invalid value for \"number\" parameter: a number is required"),
        ("halve(null)", "Invalid value for \"number\" parameter: argument must not be null"),
        ("join(\"-\", null)", "Invalid value for \"words\" parameter: argument must not be null"),
        ("halve([])", "Invalid value for \"number\" parameter: number required"),
        ("halve()", "Not enough function arguments"),
        ("halve(2, 4)", "Too many function arguments"),
        ("quarter(4)", "The function \"quarter\" is not available from the provider \"toy\"."),
    ];
    for (call, expected) in table {
        let configuration = format!("output \"x\" {{\n  value = provider::toy::{call}\n}}\n");
        let told = toy(&configuration).on_version(version).refused();
        assert!(unwrapped(&told).contains(expected), "{call}: {told}");
        assert_eq!(told.matches("Error: ").count(), 1, "{call}: {told}");
        // Terraform ends the sentence itself.
        assert!(!told.trim_end().ends_with(".."), "{call}: {told}");
    }
}

fn a_function_that_crashes_is_our_bug(version: Version) {
    let run = toy("output \"x\" {\n  value = provider::toy::halve(0)\n}\n").on_version(version);
    let told = unwrapped(&run.refused());
    assert!(told.contains("Bug In The Provider: The provider failed in a way"), "{told}");
    assert!(told.contains("Stack trace from the terraform-provider-toy plugin:"), "{told}");
}

fn an_unknown_argument_makes_an_unknown_result_unless_it_does_not_matter(version: Version) {
    let run = toy(r#"
        resource "terraform_data" "x" {}
        resource "terraform_data" "y" {
          input = [
            provider::toy::join("-", terraform_data.x.id),
            provider::toy::tell("x", terraform_data.x.id),
          ]
        }
        "#)
    .on_version(version);
    let plan = run.terraform(&["plan", "-no-color"]);
    assert!(plan.success, "{}", plan.text);
    assert!(plan.text.contains("+ (known after apply),\n          + \"(x)\","), "{}", plan.text);
    run.apply();
}
