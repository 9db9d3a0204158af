//! Values come back from a provider exactly as they went in.

use serde_json::json;

use super::toy;
use crate::versions::{Version, on_every_version};

on_every_version!(numbers_come_back_digit_for_digit);

fn numbers_come_back_digit_for_digit(version: Version) {
    let long = "1234567890".repeat(15);
    let workspace = toy(&format!(
        r#"
        locals {{
          numbers = {{
            zero     = 0
            negative = -129
            large    = 9007199254740993
            larger   = 18446744073709551616
            half     = -0.5
            tenth    = 0.1
            awkward  = 1 - 0.99
            long     = {long}
            longest  = -0.{long}
          }}
        }}

        data "toy_echo" "x" {{
          for_each = local.numbers
          number   = each.value
          map      = {{ inside = each.value }}
          object   = {{ size = each.value }}
          anything = each.value
        }}

        output "digits" {{
          value = {{ for name, x in data.toy_echo.x : name => tostring(x.number) }}
        }}

        output "same" {{
          value = alltrue([
            for name, number in local.numbers : alltrue([
              for echo in [
                data.toy_echo.x[name].number,
                data.toy_echo.x[name].map.inside,
                data.toy_echo.x[name].object.size,
                data.toy_echo.x[name].anything,
              ] : echo == number && tostring(echo) == tostring(number)
            ])
          ])
        }}
        "#
    ))
    .on_version(version);
    workspace.apply();
    let outputs = workspace.outputs();
    assert_eq!(outputs["same"], true);
    let digits = &outputs["digits"];
    assert_eq!(digits["larger"], "18446744073709551616");
    assert_eq!(digits["large"], "9007199254740993");
    assert_eq!(digits["half"], "-0.5");
    assert_eq!(digits["long"], *long);
    assert_eq!(digits["longest"], format!("-0.{}", long.trim_end_matches('0')));
    // Through a float it would be 0.010000000000000009.
    let awkward = digits["awkward"].as_str().unwrap();
    assert!(awkward.starts_with("0.0100000000000000000"), "{awkward}");
}

#[test]
fn values_of_any_type_come_back_with_their_type() {
    let workspace = toy(r#"
        locals {
          anything = {
            text   = "x"
            flag   = true
            tuple  = ["a", 1, null, { b = [] }]
            list   = tolist(["a", "b"])
            set    = toset([2, 1, 2])
            object = { a = { b = { c = [1, [2]] } }, n = null }
            map    = tomap({ a = 1, b = null })
          }
        }

        data "toy_echo" "text" { anything = local.anything.text }
        data "toy_echo" "flag" { anything = local.anything.flag }
        data "toy_echo" "tuple" { anything = local.anything.tuple }
        data "toy_echo" "list" { anything = local.anything.list }
        data "toy_echo" "set" { anything = local.anything.set }
        data "toy_echo" "object" { anything = local.anything.object }
        data "toy_echo" "map" { anything = local.anything.map }
        data "toy_echo" "null" { anything = null }

        output "same" {
          value = [
            data.toy_echo.text.anything == local.anything.text,
            data.toy_echo.flag.anything == local.anything.flag,
            data.toy_echo.tuple.anything == local.anything.tuple,
            data.toy_echo.list.anything == local.anything.list,
            data.toy_echo.set.anything == local.anything.set,
            data.toy_echo.object.anything == local.anything.object,
            data.toy_echo.map.anything == local.anything.map,
            data.toy_echo.null.anything == null,
          ]
        }

        output "tuple" {
          value = data.toy_echo.tuple.anything
        }
        "#);
    workspace.apply();
    let outputs = workspace.outputs();
    assert_eq!(outputs["same"], json!(vec![true; 8]));
    assert_eq!(outputs["tuple"], json!(["a", 1, null, { "b": [] }]));
}

#[test]
fn nested_values_come_back_with_their_nulls() {
    let workspace = toy(r#"
        data "toy_echo" "x" {
          flag   = false
          list   = ["b", "a", "b"]
          set    = ["b", "a", "b"]
          map    = {}
          object = { name = "o" }
          objects = {
            first  = { name = "f", size = 1 }
            second = {}
          }
        }

        output "echo" {
          value = data.toy_echo.x
        }
        "#);
    workspace.apply();
    let expected = json!({
        "behave": null,
        "text": null,
        "number": null,
        "flag": false,
        "list": ["b", "a", "b"],
        "set": ["a", "b"],
        "map": {},
        "anything": null,
        "object": { "name": "o", "size": null },
        "objects": {
            "first": { "name": "f", "size": 1 },
            "second": { "name": null, "size": null },
        },
        "id": "echo",
    });
    assert_eq!(workspace.outputs()["echo"], expected);
}

#[test]
fn texts_of_any_script_come_back() {
    let workspace = toy(r#"
        locals {
          text = "e\u0301 \U0001F980 שלום 漢字 \"\\ \t\r\n\u0001 $${x} %%{y}"
        }

        data "toy_echo" "x" {
          text = local.text
          list = [local.text, ""]
          map  = { "k\u00e9y\n" = 1 }
        }

        output "same" {
          value = [
            data.toy_echo.x.text == local.text,
            data.toy_echo.x.list[0] == local.text,
            data.toy_echo.x.list[1] == "",
            data.toy_echo.x.map["k\u00e9y\n"] == 1,
          ]
        }

        output "text" {
          value = data.toy_echo.x.text
        }
        "#);
    workspace.apply();
    let outputs = workspace.outputs();
    assert_eq!(outputs["same"], json!(vec![true; 4]));
    let expected = "é 🦀 שלום 漢字 \"\\ \t\r\n\u{1} ${x} %{y}";
    assert_eq!(outputs["text"], expected);
}

#[test]
fn a_read_waits_for_what_is_known_only_after_apply() {
    let workspace = toy(r#"
        resource "terraform_data" "x" {}

        data "toy_echo" "x" {
          text = terraform_data.x.id
          list = ["known", terraform_data.x.id]
        }

        output "same" {
          value = data.toy_echo.x.list[1] == terraform_data.x.id
        }
        "#);
    workspace.apply();
    assert_eq!(workspace.outputs()["same"], true);
}
