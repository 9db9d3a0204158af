//! How things come into a state without being created: import, older versions, other types.

use std::fs;

use serde_json::json;

use super::{Version, things};
use crate::{
    harness::{Workspace, errors, unwrapped},
    versions::{on_every_version, on_versions},
};

on_every_version!(an_import_block_takes_an_id);
on_every_version!(the_import_command_takes_an_id);
on_every_version!(an_import_id_of_another_shape_is_refused);
on_every_version!(what_is_not_there_cannot_be_imported);
on_versions!([terraform_1_12, terraform_1_15] an_import_block_takes_an_identity);
on_versions!([terraform_1_12, terraform_1_15] an_identity_of_another_shape_is_refused);
on_every_version!(state_of_an_older_version_is_upgraded);
on_every_version!(state_of_a_newer_version_is_refused);
on_every_version!(a_thing_moves_to_another_name);
on_every_version!(another_type_becomes_a_thing);
on_every_version!(a_type_that_is_no_thing_stays_what_it_is);

const THING: &str = "resource \"toy_thing\" \"x\" {\n  name = \"a\"\n  text = \"there\"\n}\n";

/// Makes a folder with a thing that nobody manages yet.
fn with_stranger(version: Version, configuration: &str) -> Workspace {
    let run = things(version, configuration);
    fs::write(run.thing("a"), "3\nthere").unwrap();
    run
}

fn import_block(of: &str) -> String {
    format!("{THING}import {{\n  to = toy_thing.x\n  {of}\n}}\n")
}

fn an_import_block_takes_an_id(version: Version) {
    let run = with_stranger(version, &import_block("id = \"thing-a\""));
    let planned = run.planned();
    assert!(planned.text.contains("1 to import, 0 to add, 0 to change"), "{}", planned.text);
    run.apply_plan();
    assert_eq!(run.stored("toy_thing.x").unwrap().0["revision"], 3);
    assert_eq!(run.kept("a").unwrap(), "3\nthere");
    assert!(run.planned().is_empty());
}

fn the_import_command_takes_an_id(version: Version) {
    let run = with_stranger(version, THING);
    let imported = run.terraform(&["import", "-no-color", "toy_thing.x", "thing-a"]);
    assert!(imported.success, "{}", imported.text);
    assert!(run.planned().is_empty());
}

fn an_import_id_of_another_shape_is_refused(version: Version) {
    for id in ["a", "thing-", "thing-a/b", "THING-a", " thing-a", "thing", "thing_a", "a:thing-a"] {
        let run = with_stranger(version, &import_block(&format!("id = \"{id}\"")));
        let told = run.refused();
        assert!(told.starts_with("Error: Invalid Import Id"), "{id}: {told}");
        assert!(unwrapped(&told).contains("Write it like `thing-NAME`."), "{id}: {told}");
    }
}

fn what_is_not_there_cannot_be_imported(version: Version) {
    let run = things(version, &import_block("id = \"thing-a\""));
    let told = run.refused();
    assert!(told.starts_with("Error: Cannot import non-existent remote object"), "{told}");
}

fn an_import_block_takes_an_identity(version: Version) {
    let run = with_stranger(version, &import_block("identity = { id = \"thing-a\" }"));
    let planned = run.planned();
    assert!(planned.text.contains("1 to import, 0 to add, 0 to change"), "{}", planned.text);
    run.apply_plan();
    assert!(run.planned().is_empty());
    let state = fs::read_to_string(run.path("terraform.tfstate")).unwrap();
    let state: serde_json::Value = serde_json::from_str(&state).unwrap();
    let instance = &state["resources"][0]["instances"][0];
    assert_eq!(instance["identity"], json!({ "id": "thing-a", "folder": null }));
}

fn an_identity_of_another_shape_is_refused(version: Version) {
    for identity in ["{}", "{ folder = \"store\" }", "\"thing-a\""] {
        let run = with_stranger(version, &import_block(&format!("identity = {identity}")));
        let told = run.refused();
        assert!(told.contains("dentity"), "{identity}: {told}");
    }
    let run = with_stranger(version, &import_block("identity = { id = 7 }"));
    assert!(run.refused().starts_with("Error: Invalid Import Id"));
}

/// Writes a state with a thing of some schema version.
fn write_state(run: &Workspace, schema_version: i64, attributes: &serde_json::Value) {
    let state = json!({
        "version": 4,
        "terraform_version": "1.8.0",
        "serial": 1,
        "lineage": "6f1c3d4e-0000-0000-0000-000000000000",
        "outputs": {},
        "resources": [{
            "mode": "managed",
            "type": "toy_thing",
            "name": "x",
            "provider": "provider[\"registry.terraform.io/imageguard/toy\"]",
            "instances": [{ "schema_version": schema_version, "attributes": attributes }],
        }],
    });
    run.write("terraform.tfstate", &state.to_string());
}

fn state_of_an_older_version_is_upgraded(version: Version) {
    let run = with_stranger(version, THING);
    write_state(&run, 0, &json!({ "title": "a", "text": "there", "id": "thing-a" }));
    assert!(run.planned().is_empty());
    // A change of something else writes all of it anew.
    run.rewrite(&THING.replace("there", "new"));
    run.apply();
    assert_eq!(run.kept("a").unwrap(), "4\nnew");
    let state = fs::read_to_string(run.path("terraform.tfstate")).unwrap();
    let state: serde_json::Value = serde_json::from_str(&state).unwrap();
    let instance = &state["resources"][0]["instances"][0];
    assert_eq!(instance["schema_version"], 1);
    let attributes = &instance["attributes"];
    assert_eq!((&attributes["name"], attributes.get("title")), (&json!("a"), None));
}

fn state_of_a_newer_version_is_refused(version: Version) {
    let run = with_stranger(version, THING);
    write_state(&run, 9, &json!({ "name": "a", "id": "thing-a" }));
    let told = unwrapped(&run.refused());
    assert!(told.contains("newer"), "{told}");
}

fn a_thing_moves_to_another_name(version: Version) {
    let run = things(version, THING);
    run.apply();
    let moved = "moved {\n  from = toy_thing.x\n  to = toy_thing.y\n}\n";
    run.rewrite(&format!("{}{moved}", THING.replace("\"x\"", "\"y\"")));
    let planned = run.planned();
    assert!(planned.is_empty(), "{}", planned.text);
    assert!(planned.text.contains("has moved to toy_thing.y"), "{}", planned.text);
    run.apply_plan();
    assert_eq!(run.kept("a").unwrap(), "1\nthere");
}

fn another_type_becomes_a_thing(version: Version) {
    let run = with_stranger(version, "resource \"terraform_data\" \"x\" {\n  input = \"a\"\n}\n");
    run.apply();
    let moved = "moved {\n  from = terraform_data.x\n  to = toy_thing.x\n}\n";
    run.rewrite(&format!("{THING}{moved}"));
    let planned = run.planned();
    assert!(planned.is_empty(), "{}", planned.text);
    run.apply_plan();
    let (thing, _) = run.stored("toy_thing.x").unwrap();
    assert_eq!((&thing["name"], &thing["revision"]), (&json!("a"), &json!(3)));
    assert_eq!(run.stored("terraform_data.x"), None);
}

fn a_type_that_is_no_thing_stays_what_it_is(version: Version) {
    let run = with_stranger(version, "resource \"terraform_data\" \"x\" {\n  input = 7\n}\n");
    run.apply();
    let moved = "moved {\n  from = terraform_data.x\n  to = toy_thing.x\n}\n";
    run.rewrite(&format!("{THING}{moved}"));
    let told = run.terraform(&["plan", "-no-color"]);
    assert!(!told.success);
    assert!(errors(&told.text).contains("Move Not Supported"), "{}", told.text);
}
