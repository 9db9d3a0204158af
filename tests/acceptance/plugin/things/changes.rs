//! How things change: created, updated, replaced, drifted, tainted, deleted.

use std::fs;

use serde_json::json;

use super::{Version, things};
use crate::{
    harness::{errors, unwrapped},
    versions::on_every_version,
};

on_every_version!(a_thing_is_created_changed_replaced_and_deleted);
on_every_version!(drift_is_seen_and_put_right);
on_every_version!(a_thing_that_is_gone_is_created_again);
on_every_version!(a_tainted_thing_is_replaced);
on_every_version!(a_saved_plan_is_applied_later);
on_every_version!(a_change_deep_inside_can_replace);
on_every_version!(a_plan_may_ask_for_replacement_or_warn);
on_every_version!(a_deletion_is_planned_too);
on_every_version!(a_text_that_means_the_same_is_no_change);

fn a_thing_is_created_changed_replaced_and_deleted(version: Version) {
    let run = things(version, "resource \"toy_thing\" \"x\" {\n  name = \"a\"\n}\n");
    let planned = run.planned();
    assert_eq!(*planned.actions("toy_thing.x"), json!(["create"]));
    let change = planned.change("toy_thing.x");
    assert_eq!(change["after"]["size"], 1, "the default is planned");
    assert_eq!(change["after_unknown"]["id"], true);
    assert_eq!(change["after_unknown"]["revision"], true);
    run.apply_plan();
    assert_eq!(run.kept("a").unwrap(), "1\n");
    assert!(run.planned().is_empty());

    run.rewrite("resource \"toy_thing\" \"x\" {\n  name = \"a\"\n  text = \"new\"\n}\n");
    let planned = run.planned();
    assert_eq!(*planned.actions("toy_thing.x"), json!(["update"]));
    let change = planned.change("toy_thing.x");
    assert_eq!(change["after"]["id"], "thing-a", "the id outlives the change");
    assert_eq!(change["after_unknown"]["revision"], true, "the revision does not");
    run.apply();
    assert_eq!(run.kept("a").unwrap(), "2\nnew");

    run.rewrite("resource \"toy_thing\" \"x\" {\n  name = \"b\"\n  text = \"new\"\n}\n");
    let planned = run.planned();
    assert_eq!(*planned.actions("toy_thing.x"), json!(["delete", "create"]));
    assert_eq!(planned.change("toy_thing.x")["replace_paths"], json!([["name"]]));
    assert_eq!(planned.change("toy_thing.x")["after_unknown"]["id"], true);
    run.apply();
    assert_eq!((run.kept("a"), run.kept("b").unwrap().as_str()), (None, "1\nnew"));

    let destroyed = run.terraform(&["destroy", "-auto-approve", "-no-color"]);
    assert!(destroyed.success, "{}", destroyed.text);
    assert_eq!(run.kept("b"), None);
    assert_eq!(run.stored("toy_thing.x"), None);
}

fn drift_is_seen_and_put_right(version: Version) {
    let run =
        things(version, "resource \"toy_thing\" \"x\" {\n  name = \"a\"\n  text = \"ours\"\n}\n");
    run.apply();
    fs::write(run.thing("a"), "7\ntheirs").unwrap();
    let planned = run.planned();
    assert_eq!(*planned.actions("toy_thing.x"), json!(["update"]));
    assert_eq!(planned.change("toy_thing.x")["before"]["text"], "theirs");
    run.apply();
    assert_eq!(run.kept("a").unwrap(), "8\nours");
}

fn a_thing_that_is_gone_is_created_again(version: Version) {
    let run = things(version, "resource \"toy_thing\" \"x\" {\n  name = \"a\"\n}\n");
    run.apply();
    fs::remove_file(run.thing("a")).unwrap();
    assert_eq!(*run.planned().actions("toy_thing.x"), json!(["create"]));
    run.apply_plan();
    assert_eq!(run.kept("a").unwrap(), "1\n");
    // Gone again, and deleted all the same.
    fs::remove_file(run.thing("a")).unwrap();
    let destroyed = run.terraform(&["destroy", "-auto-approve", "-no-color", "-refresh=false"]);
    assert!(destroyed.success, "{}", destroyed.text);
}

fn a_tainted_thing_is_replaced(version: Version) {
    let run = things(version, "resource \"toy_thing\" \"x\" {\n  name = \"a\"\n}\n");
    run.apply();
    fs::write(run.thing("a"), "5\n").unwrap();
    let tainted = run.terraform(&["taint", "toy_thing.x"]);
    assert!(tainted.success, "{}", tainted.text);
    assert_eq!(*run.planned().actions("toy_thing.x"), json!(["delete", "create"]));
    run.apply_plan();
    assert_eq!(run.kept("a").unwrap(), "1\n");
    assert!(run.planned().is_empty());
}

fn a_saved_plan_is_applied_later(version: Version) {
    let run = things(
        version,
        r#"
        resource "terraform_data" "x" {}
        resource "toy_thing" "x" {
          name = "a"
          text = terraform_data.x.id
        }
        "#,
    );
    run.planned();
    // What happens in between is not looked at again.
    fs::write(run.path("store/stranger"), "1\n").unwrap();
    run.apply_plan();
    let (thing, _) = run.stored("toy_thing.x").unwrap();
    let (data, _) = run.stored("terraform_data.x").unwrap();
    assert_eq!(thing["text"], data["id"]);
    assert!(run.planned().is_empty());
}

fn a_change_deep_inside_can_replace(version: Version) {
    let thing = |kind| {
        format!(
            "resource \"toy_thing\" \"x\" {{\n  name = \"a\"\n  shape = {{ kind = \"{kind}\" }}\n}}\n"
        )
    };
    let run = things(version, &thing("box"));
    run.apply();
    run.rewrite(&thing("ball"));
    let planned = run.planned();
    assert_eq!(*planned.actions("toy_thing.x"), json!(["delete", "create"]));
    assert_eq!(planned.change("toy_thing.x")["replace_paths"], json!([["shape", "kind"]]));
    assert_eq!(planned.change("toy_thing.x")["after"]["shape"]["corners"], 4);
    run.apply();
}

fn a_plan_may_ask_for_replacement_or_warn(version: Version) {
    let run = things(version, "resource \"toy_thing\" \"x\" {\n  name = \"a\"\n}\n");
    run.apply();
    run.rewrite("resource \"toy_thing\" \"x\" {\n  name = \"a\"\n  behave = \"replace\"\n}\n");
    assert_eq!(*run.planned().actions("toy_thing.x"), json!(["delete", "create"]));
    run.rewrite("resource \"toy_thing\" \"x\" {\n  name = \"a\"\n  behave = \"warn\"\n}\n");
    let planned = run.planned();
    assert_eq!(*planned.actions("toy_thing.x"), json!(["update"]));
    assert!(planned.text.contains("Warning: Planned a"), "{}", planned.text);
}

/// What reading keeps beside the state reaches the plan of the deletion.
fn a_deletion_is_planned_too(version: Version) {
    let thing = |behave| {
        format!("resource \"toy_thing\" \"x\" {{\n  name = \"a\"\n  behave = \"{behave}\"\n}}\n")
    };
    let run = things(version, &thing("refuse_deletion"));
    run.apply();
    let destroyed = run.terraform(&["destroy", "-auto-approve", "-no-color"]);
    assert!(!destroyed.success);
    assert!(errors(&destroyed.text).starts_with("Error: Deletion Refused"), "{}", destroyed.text);
    assert_eq!(run.kept("a").unwrap(), "1\n");

    run.rewrite(&thing("warn"));
    run.apply();
    let destroyed = run.terraform(&["destroy", "-auto-approve", "-no-color"]);
    assert!(destroyed.success, "{}", destroyed.text);
    let told = unwrapped(&destroyed.text);
    assert!(told.contains("Warning: Deleting a"), "{told}");
    let reads = told.split("It was read ").nth(1).unwrap().split(' ').next().unwrap();
    assert!(reads.parse::<i64>().unwrap() >= 2, "{told}");
}

fn a_text_that_means_the_same_is_no_change(version: Version) {
    let run =
        things(version, "resource \"toy_thing\" \"x\" {\n  name = \"a\"\n  text = \"Yes\"\n}\n");
    run.apply();
    run.rewrite("resource \"toy_thing\" \"x\" {\n  name = \"a\"\n  text = \"YES\"\n}\n");
    assert!(run.planned().is_empty());
}
