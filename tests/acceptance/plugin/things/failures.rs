//! What is left when an operation fails, is interrupted, takes too long or crashes.

use serde_json::json;

use super::{Version, things};
use crate::{
    harness::{Workspace, errors},
    plugin::{Running, poll, signal},
    versions::on_every_version,
};

on_every_version!(a_creation_that_did_nothing_leaves_nothing);
on_every_version!(a_creation_that_failed_late_is_replaced);
on_every_version!(an_update_that_failed_is_told_as_far_as_it_got);
on_every_version!(a_deletion_that_failed_leaves_the_thing);
on_every_version!(a_creation_that_crashed_is_not_forgotten);
on_every_version!(a_creation_that_takes_too_long_is_not_forgotten);
on_every_version!(ctrl_c_ends_a_creation_and_keeps_what_it_made);

fn behaving(version: Version, behave: &str) -> Workspace {
    things(version, &thing(behave))
}

fn thing(behave: &str) -> String {
    format!("resource \"toy_thing\" \"x\" {{\n  name = \"a\"\n  {behave}\n}}\n")
}

fn a_creation_that_did_nothing_leaves_nothing(version: Version) {
    let run = behaving(version, "behave = \"fail_create\"");
    let told = run.apply_in_vain();
    assert!(errors(&told).starts_with("Error: Told To Fail\nwith toy_thing.x,"), "{told}");
    assert_eq!(run.stored("toy_thing.x"), None);
}

fn a_creation_that_failed_late_is_replaced(version: Version) {
    let run = behaving(version, "behave = \"fail_late\"");
    let told = run.apply_in_vain();
    assert!(errors(&told).starts_with("Error: Told To Fail"), "{told}");
    assert_eq!(run.kept("a").unwrap(), "1\n");
    let (stored, tainted) = run.stored("toy_thing.x").unwrap();
    assert_eq!((&stored["id"], tainted), (&json!("thing-a"), true));

    run.rewrite(&thing(""));
    assert_eq!(*run.planned().actions("toy_thing.x"), json!(["delete", "create"]));
    run.apply();
}

fn an_update_that_failed_is_told_as_far_as_it_got(version: Version) {
    let run = behaving(version, "");
    run.apply();
    run.rewrite(&thing("behave = \"fail_update\"\n  text = \"new\"\n  size = 2"));
    let told = run.apply_in_vain();
    assert!(errors(&told).starts_with("Error: Told To Fail"), "{told}");
    let (stored, tainted) = run.stored("toy_thing.x").unwrap();
    assert!(!tainted);
    assert_eq!(stored["text"], "new", "what was changed is stored");
    assert_eq!((&stored["size"], &stored["behave"]), (&json!(1), &json!(null)), "the rest is not");

    run.rewrite(&thing("text = \"new\"\n  size = 2"));
    assert_eq!(*run.planned().actions("toy_thing.x"), json!(["update"]));
    run.apply();
}

fn a_deletion_that_failed_leaves_the_thing(version: Version) {
    let run = behaving(version, "behave = \"fail_delete\"");
    run.apply();
    let destroyed = run.terraform(&["destroy", "-auto-approve", "-no-color"]);
    assert!(errors(&destroyed.text).starts_with("Error: Told To Fail"), "{}", destroyed.text);
    let (stored, tainted) = run.stored("toy_thing.x").unwrap();
    assert_eq!((&stored["id"], tainted), (&json!("thing-a"), false));
    run.rewrite(&thing(""));
    run.apply();
}

fn a_creation_that_crashed_is_not_forgotten(version: Version) {
    let run = behaving(version, "behave = \"panic\"\n  secret = \"hush-hush\"");
    let told = run.apply_in_vain();
    assert!(errors(&told).starts_with("Error: Bug In The Provider"), "{told}");
    assert!(told.contains("Stack trace from the terraform-provider-toy plugin:"), "{told}");
    assert!(!told.contains("hush-hush"), "{told}");
    let (stored, tainted) = run.stored("toy_thing.x").unwrap();
    assert_eq!((&stored["id"], tainted), (&json!("thing-a"), true));
}

fn a_creation_that_takes_too_long_is_not_forgotten(version: Version) {
    let run = behaving(version, "behave = \"wait\"\n  timeouts = { create = \"1s\" }");
    let told = run.apply_in_vain();
    assert!(errors(&told).starts_with("Error: Timed Out\nwith toy_thing.x,"), "{told}");
    assert!(told.contains("timeouts = { create ="), "{told}");
    assert!(run.stored("toy_thing.x").unwrap().1, "it is tainted");

    run.rewrite(&thing("timeouts = { create = \"soon\" }"));
    let told = run.refused();
    assert!(told.starts_with("Error: Invalid Duration\nwith toy_thing.x,"), "{told}");
}

fn ctrl_c_ends_a_creation_and_keeps_what_it_made(version: Version) {
    let run = behaving(version, "behave = \"wait\"");
    let mut terraform = Running(run.spawn(&["apply", "-auto-approve", "-no-color"]));
    poll("the thing is made", || run.kept("a"));
    signal("INT", terraform.0.id());
    assert!(!terraform.ended().success());
    let (stored, tainted) = run.stored("toy_thing.x").unwrap();
    assert_eq!((&stored["id"], tainted), (&json!("thing-a"), true));
    run.rewrite(&thing(""));
    run.apply();
}
