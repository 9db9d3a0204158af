//! Values on their way through plan, apply and state: nothing is lost on any of them.

use std::fs;

use serde_json::json;

use super::{Version, things};
use crate::{
    harness::{errors, unwrapped},
    versions::on_every_version,
};

on_every_version!(every_kind_of_value_is_kept);
on_every_version!(a_null_is_no_value_for_what_is_required);
on_every_version!(what_is_unknown_stays_unknown_and_the_rest_stays_known);
on_every_version!(an_unknown_flows_from_one_thing_into_the_next);
on_every_version!(a_sensitive_value_is_kept_and_not_shown);
on_every_version!(six_mebibytes_are_kept);
on_every_version!(numbers_are_kept_digit_for_digit);

fn every_kind_of_value_is_kept(version: Version) {
    let run = things(
        version,
        r#"
        resource "toy_thing" "x" {
          name     = "a"
          number   = 1.5
          size     = 0
          words    = ["b", "a", "b", ""]
          labels   = { k = "v", "ü" = "" }
          parts    = [{ name = "one" }, { name = "two" }]
          marks    = [{ key = "m", value = "v" }, { key = "m" }, { key = "m" }]
          shape    = { kind = "box", corners = 8 }
          anything = { deep = [1, "x", { b = null }] }
        }
        "#,
    );
    run.apply();
    let expected = json!({
        "name": "a",
        "behave": null,
        "text": null,
        "secret": null,
        "number": 1.5,
        "size": 0,
        "words": ["b", "a", "b", ""],
        "labels": { "k": "v", "ü": "" },
        "parts": [
            { "name": "one", "serial": "serial of one" },
            { "name": "two", "serial": "serial of two" },
        ],
        "marks": [{ "key": "m", "value": null }, { "key": "m", "value": "v" }],
        "shape": { "kind": "box", "corners": 8 },
        "anything": { "deep": [1, "x", { "b": null }] },
        "id": "thing-a",
        "revision": 1,
        "timeouts": null,
    });
    let mut kept = run.stored("toy_thing.x").unwrap().0;
    // Elements of a set have no order.
    kept["marks"].as_array_mut().unwrap().sort_by_key(|mark| mark["value"].is_string());
    assert_eq!(kept, expected);
}

/// Terraform itself finds fault only with what is left out.
fn a_null_is_no_value_for_what_is_required(version: Version) {
    let table = [
        ("name = null", "`name` is null"),
        ("name = \"a\"\n  shape = { kind = null }", "`shape.kind` is null"),
        ("name = \"a\"\n  parts = [{ name = \"x\" }, { name = null }]", "`parts[1].name` is null"),
        ("name = \"a\"\n  marks = [{ key = null }]", "In an element of `marks`: `key` is null"),
    ];
    for (attributes, expected) in table {
        let thing = format!("resource \"toy_thing\" \"x\" {{\n  {attributes}\n}}\n");
        let told = things(version, &thing).refused();
        assert!(told.starts_with("Error: Missing Value\nwith toy_thing.x,"), "{told}");
        assert!(unwrapped(&told).contains(expected), "{told}");
    }
    // A null that comes out only in apply is told before anything is done.
    let run = things(
        version,
        r#"
        resource "terraform_data" "x" {}
        resource "toy_thing" "x" {
          name = terraform_data.x.id == "" ? "a" : null
        }
        "#,
    );
    let told = run.apply_in_vain();
    assert!(errors(&told).starts_with("Error: Missing Value\nwith toy_thing.x,"), "{told}");
    assert_eq!(run.stored("toy_thing.x"), None);
}

fn what_is_unknown_stays_unknown_and_the_rest_stays_known(version: Version) {
    let run = things(
        version,
        r#"
        resource "terraform_data" "x" {}
        resource "toy_thing" "x" {
          name     = "a"
          words    = ["known", terraform_data.x.id]
          labels   = { known = "v", later = terraform_data.x.id }
          parts    = [{ name = "one" }, { name = terraform_data.x.id }]
          marks    = [{ key = "known" }, { key = terraform_data.x.id }]
          shape    = { kind = terraform_data.x.id }
          anything = [true, terraform_data.x.id]
        }
        "#,
    );
    let planned = run.planned();
    let change = planned.change("toy_thing.x");
    assert_eq!(change["after"]["words"], json!(["known", null]));
    assert_eq!(change["after_unknown"]["words"], json!([false, true]));
    assert_eq!(change["after"]["labels"], json!({ "known": "v" }));
    assert_eq!(change["after_unknown"]["labels"], json!({ "later": true }));
    assert_eq!(
        change["after_unknown"]["parts"],
        json!([{ "serial": true }, { "name": true, "serial": true }])
    );
    assert_eq!(change["after"]["shape"], json!({ "corners": 4 }));
    assert_eq!(change["after_unknown"]["shape"], json!({ "kind": true }));
    assert_eq!(change["after"]["anything"], json!([true, null]));
    run.apply_plan();
    let (thing, _) = run.stored("toy_thing.x").unwrap();
    let id = &run.stored("terraform_data.x").unwrap().0["id"];
    assert_eq!(thing["words"], json!(["known", id]));
    assert_eq!(thing["anything"], json!([true, id]));
    assert!(run.planned().is_empty());
}

fn an_unknown_flows_from_one_thing_into_the_next(version: Version) {
    let things_of = |text| {
        format!(
            "resource \"toy_thing\" \"x\" {{\n  name = \"a\"\n  text = \"{text}\"\n}}\n\
             resource \"toy_thing\" \"y\" {{\n  name = \"b\"\n  \
             text = \"after revision ${{toy_thing.x.revision}}\"\n}}\n"
        )
    };
    let run = things(version, &things_of("one"));
    run.apply();
    assert_eq!(run.kept("b").unwrap(), "1\nafter revision 1");
    run.rewrite(&things_of("two"));
    let planned = run.planned();
    assert_eq!(planned.change("toy_thing.y")["after_unknown"]["text"], true);
    run.apply();
    assert_eq!(run.kept("b").unwrap(), "2\nafter revision 2");
}

fn a_sensitive_value_is_kept_and_not_shown(version: Version) {
    let thing = |secret| {
        format!("resource \"toy_thing\" \"x\" {{\n  name = \"a\"\n  secret = \"{secret}\"\n}}\n")
    };
    let run = things(version, &thing("first-secret"));
    let applied = run.apply();
    assert!(applied.text.contains("(sensitive value)"), "{}", applied.text);
    assert!(!applied.text.contains("first-secret"), "{}", applied.text);
    assert_eq!(run.stored("toy_thing.x").unwrap().0["secret"], "first-secret");
    run.rewrite(&thing("second-secret"));
    let planned = run.planned();
    assert_eq!(*planned.actions("toy_thing.x"), json!(["update"]));
    assert!(!planned.text.contains("-secret"), "{}", planned.text);
}

fn six_mebibytes_are_kept(version: Version) {
    let run = things(
        version,
        r#"
        resource "toy_thing" "x" {
          name = "a"
          text = file("long")
        }
        "#,
    );
    let long = "0123456789abcdef".repeat(6 << 16);
    run.write("long", &long);
    run.apply();
    assert!(fs::read_to_string(run.thing("a")).unwrap() == format!("1\n{long}"));
}

fn numbers_are_kept_digit_for_digit(version: Version) {
    let digits = "1234567890".repeat(15);
    // Terraform 1.8 writes 2^64 itself with fewer digits once it has planned it.
    let numbers =
        ["18446744073709551617", "9007199254740993", &digits, &format!("0.{digits}"), "1 - 0.99"];
    let list: String = numbers.iter().map(|number| format!("    {number},\n")).collect();
    let run = things(
        version,
        &format!(
            r#"
            locals {{
              numbers = [
                {list}
              ]
            }}
            resource "toy_thing" "x" {{
              count    = length(local.numbers)
              name     = "n${{count.index}}"
              number   = local.numbers[count.index]
              size     = local.numbers[count.index]
              anything = local.numbers[count.index]
            }}
            output "same" {{
              value = alltrue([
                for index, number in local.numbers : alltrue([
                  for kept in [
                    toy_thing.x[index].number,
                    toy_thing.x[index].size,
                    toy_thing.x[index].anything,
                  ] : kept == number && tostring(kept) == tostring(number)
                ])
              ])
            }}
            output "long" {{
              value = tostring(toy_thing.x[2].number)
            }}
            "#
        ),
    );
    run.apply();
    let outputs = run.outputs();
    assert_eq!((&outputs["same"], &outputs["long"]), (&json!(true), &json!(digits)));
}
