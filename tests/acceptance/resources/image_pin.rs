//! `imageguard_image_pin`
//!
//! `late` stands in for whatever is known only after apply: it is unknown in each plan that
//! changes its input. `machine` stands in for an instance: it is replaced when its image changes.

use std::fs;

use imageguard_simulator::Simulator;
use serde_json::{Value, json};

use crate::{
    clouds::{golden_ami, golden_image, world},
    harness::{Planned, ROOT, Workspace, unwrapped},
    versions::{Version, on_versions},
};

on_versions!([on_the_path, terraform_1_15] an_unknown_candidate_alone_changes_nothing);
on_versions!([on_the_path, terraform_1_15] an_unknown_candidate_is_taken_when_a_trigger_changes);
on_versions!([on_the_path, terraform_1_15] an_unknown_candidate_that_is_the_pinned_image_stays_so);
on_versions!([on_the_path, terraform_1_15] an_unknown_candidate_is_recorded_with_other_changes);
on_versions!([on_the_path, terraform_1_15] no_triggers_and_an_empty_map_are_the_same);
on_versions!([on_the_path, terraform_1_15] unknown_golden_ids_wait_for_the_next_run);
on_versions!([on_the_path, terraform_1_15] unknown_golden_ids_that_cannot_wait_are_decided_on_in_apply);
on_versions!([on_the_path, terraform_1_15] an_unknown_trigger_is_decided_on_in_apply);
on_versions!([on_the_path, terraform_1_15] a_saved_plan_is_applied_after_the_soak_is_over);
on_versions!([on_the_path, terraform_1_15] a_new_image_changes_nothing_until_the_pinned_one_is_revoked);
on_versions!([on_the_path, terraform_1_15] an_imported_pin_does_not_move);
on_versions!([on_the_path, terraform_1_15] a_pin_moves_to_another_name);
on_versions!([terraform_1_15] the_example_is_imported_by_identity);

const EXAMPLE: &str = "resources/imageguard_image_pin/resource.tf";
const IMPORT_COMMAND: &str = "resources/imageguard_image_pin/import.sh";
const IMPORT_BY_IDENTITY: &str = "resources/imageguard_image_pin/import-by-identity.tf";
const INSTANCE_MODULE: &str = "resources/imageguard_image_pin/instance-module";

const PIN: &str = "imageguard_image_pin.web";
const MACHINE: &str = "terraform_data.machine";

/// A pin and a machine; `late` is the input of what is known only after apply.
fn configuration(late: &Value, arguments: &str) -> String {
    format!(
        r#"
terraform {{
  required_providers {{
    imageguard = {{ source = "imageguard/imageguard" }}
  }}
}}
resource "terraform_data" "late" {{
  input = jsondecode({:?})
}}
resource "imageguard_image_pin" "web" {{
  {arguments}
}}
resource "terraform_data" "machine" {{
  input = imageguard_image_pin.web.image_id
  lifecycle {{
    replace_triggered_by = [imageguard_image_pin.web.image_id]
  }}
}}
"#,
        late.to_string()
    )
}

/// Makes a folder with a pin.
fn pin(version: Version, late: &Value, arguments: &str) -> Workspace {
    Workspace::new(&configuration(late, arguments)).on_version(version)
}

impl Workspace {
    /// Replaces the pin's configuration.
    fn reconfigure(&self, late: &Value, arguments: &str) {
        self.write("main.tf", &configuration(late, arguments));
    }

    fn pinned(&self) -> Value {
        self.stored(PIN).unwrap().0
    }
}

/// The names of attributes that a plan changes.
fn changed(planned: &Planned, address: &str) -> Vec<String> {
    let change = planned.change(address);
    let before = change["before"].as_object().unwrap();
    let is_changed = |name: &&String| {
        change["after_unknown"][name.as_str()] == true
            || change["after"][name.as_str()] != before[name.as_str()]
    };
    before.keys().filter(is_changed).cloned().collect()
}

fn an_unknown_candidate_alone_changes_nothing(version: Version) {
    // A condition makes Terraform look at what does not change, too.
    let arguments = "candidate = terraform_data.late.output\n  soak = \"7d\"\n  \
                     lifecycle {\n    postcondition {\n      condition = self.image_id != null\n      \
                     error_message = \"no image\"\n    }\n  }";
    let run = pin(version, &json!("ami-1"), arguments);
    assert_eq!(run.planned().change(PIN)["after_unknown"]["image_id"], true);
    run.apply();
    run.reconfigure(&json!("ami-2"), arguments);
    let planned = run.planned();
    assert_eq!(*planned.actions(PIN), json!(["no-op"]));
    assert_eq!(*planned.actions(MACHINE), json!(["no-op"]));
    run.apply_plan();
    // The next run knows more, and records it.
    let planned = run.planned();
    let expected = ["candidate", "candidate_since", "update_available"];
    assert_eq!(changed(&planned, PIN), expected);
    assert_eq!(*planned.actions(MACHINE), json!(["no-op"]));
    run.apply();
    let pinned = run.pinned();
    assert_eq!((&pinned["image_id"], &pinned["candidate"]), (&json!("ami-1"), &json!("ami-2")));
}

fn an_unknown_candidate_is_taken_when_a_trigger_changes(version: Version) {
    let arguments = |release| {
        format!("candidate = terraform_data.late.output\n  triggers = {{ release = {release} }}")
    };
    let run = pin(version, &json!("ami-1"), &arguments(1));
    run.apply();
    run.reconfigure(&json!("ami-2"), &arguments(2));
    let planned = run.planned();
    assert_eq!(planned.change(PIN)["after_unknown"]["image_id"], true);
    assert_eq!(*planned.actions(MACHINE), json!(["delete", "create"]));
    run.apply_plan();
    assert!(run.planned().is_empty());
    let pinned = run.pinned();
    assert_eq!(
        (&pinned["image_id"], &pinned["update_available"]),
        (&json!("ami-2"), &json!(false))
    );
}

fn an_unknown_candidate_that_is_the_pinned_image_stays_so(version: Version) {
    let arguments = |release| {
        format!("candidate = terraform_data.late.output.id\n  triggers = {{ release = {release} }}")
    };
    let run = pin(version, &json!({ "id": "ami-1", "build": 1 }), &arguments(1));
    run.apply();
    let before = run.pinned();
    run.reconfigure(&json!({ "id": "ami-1", "build": 2 }), &arguments(2));
    run.planned();
    run.apply_plan();
    let after = run.pinned();
    assert_eq!(after["triggers"]["release"], "2");
    for kept in ["image_id", "pinned_at", "candidate_since"] {
        assert_eq!(after[kept], before[kept], "{kept}");
    }
    assert!(run.planned().is_empty());
}

fn an_unknown_candidate_is_recorded_with_other_changes(version: Version) {
    let arguments = |rest| format!("candidate = terraform_data.late.output\n  {rest}");
    let run = pin(version, &json!("ami-1"), &arguments("soak = \"7d\""));
    run.apply();
    for (candidate, rest) in [
        ("ami-2", "soak = \"8d\""),
        ("ami-3", "soak = \"8d\"\n  golden_ids = [\"ami-1\"]"),
        ("ami-4", "golden_ids = [\"ami-1\", \"ami-2\"]"),
    ] {
        run.reconfigure(&json!(candidate), &arguments(rest));
        let planned = run.planned();
        assert_eq!(*planned.actions(PIN), json!(["update"]), "{candidate}");
        assert_eq!(planned.change(PIN)["after"]["image_id"], "ami-1", "{candidate}");
        assert_eq!(planned.change(PIN)["after_unknown"]["candidate"], true, "{candidate}");
        assert_eq!(*planned.actions(MACHINE), json!(["no-op"]), "{candidate}");
        run.apply_plan();
        assert!(run.planned().is_empty(), "{candidate}");
        assert_eq!(run.pinned()["candidate"], candidate);
    }
}

/// Terraform tells them apart: a plan must not keep the one where the other is written.
fn no_triggers_and_an_empty_map_are_the_same(version: Version) {
    let arguments = |triggers| format!("candidate = terraform_data.late.output\n  {triggers}");
    let run = pin(version, &json!("ami-1"), &arguments(""));
    run.apply();
    for (candidate, triggers) in [("ami-2", "triggers = {}"), ("ami-3", "")] {
        run.reconfigure(&json!(candidate), &arguments(triggers));
        let planned = run.planned();
        assert_eq!(planned.change(PIN)["after"]["image_id"], "ami-1", "{triggers}");
        run.apply_plan();
        assert_eq!(run.pinned()["candidate"], candidate);
        assert!(run.planned().is_empty(), "{triggers}");
    }
}

fn unknown_golden_ids_wait_for_the_next_run(version: Version) {
    let arguments = |candidate| {
        format!("candidate = \"{candidate}\"\n  golden_ids = terraform_data.late.output")
    };
    let run = pin(version, &json!(["ami-1"]), &arguments("ami-1"));
    run.apply();
    // The list will turn out to revoke the image, and there is another candidate besides.
    run.reconfigure(&json!(["ami-2"]), &arguments("ami-2"));
    let planned = run.planned();
    assert_eq!(*planned.actions(PIN), json!(["no-op"]));
    assert_eq!(*planned.actions(MACHINE), json!(["no-op"]));
    run.apply_plan();
    let planned = run.planned();
    assert_eq!(planned.change(PIN)["after"]["image_id"], "ami-2");
    assert_eq!(*planned.actions(MACHINE), json!(["delete", "create"]));
    run.apply();
}

fn unknown_golden_ids_that_cannot_wait_are_decided_on_in_apply(version: Version) {
    let run = pin(version, &json!([]), "candidate = \"ami-1\"");
    run.apply();
    let arguments = "candidate = \"ami-2\"\n  golden_ids = terraform_data.late.output";
    run.reconfigure(&json!(["ami-1", "ami-2"]), arguments);
    assert_eq!(run.planned().change(PIN)["after_unknown"]["image_id"], true);
    run.apply_plan();
    assert_eq!(run.pinned()["image_id"], "ami-1", "the list does not revoke it");
    assert!(run.planned().is_empty());
}

fn an_unknown_trigger_is_decided_on_in_apply(version: Version) {
    let arguments = |candidate| {
        format!(
            "candidate = \"{candidate}\"\n  \
             triggers = {{ release = terraform_data.late.output.release }}"
        )
    };
    let run = pin(version, &json!({ "release": 1, "build": 1 }), &arguments("ami-1"));
    run.apply();
    for (release, build, image) in [(1, 2, "ami-1"), (2, 3, "ami-2")] {
        run.reconfigure(&json!({ "release": release, "build": build }), &arguments("ami-2"));
        assert_eq!(run.planned().change(PIN)["after_unknown"]["image_id"], true);
        run.apply_plan();
        assert_eq!(run.pinned()["image_id"], image);
        assert!(run.planned().is_empty());
    }
}

/// A machine that is too slow to save the plan in time gets longer soaks.
fn a_saved_plan_is_applied_after_the_soak_is_over(version: Version) {
    let arguments = |candidate, soak, golden: &str| {
        format!("candidate = \"{candidate}\"\n  soak = \"{soak}\"\n  golden_ids = [{golden}]")
    };
    let (two, three) = ("\"ami-1\", \"ami-2\"", "\"ami-1\", \"ami-2\", \"ami-3\"");
    let run = pin(version, &json!(null), &arguments("ami-1", "1s", two));
    run.apply();
    let saved_in_time = ["4s", "16s", "1m4s"].into_iter().any(|soak| {
        run.reconfigure(&json!(null), &arguments("ami-2", soak, two));
        let applied = run.terraform(&["apply", "-auto-approve", "-no-color"]);
        assert!(applied.success, "{}", applied.text);
        run.reconfigure(&json!(null), &arguments("ami-2", soak, three));
        let planned = run.planned();
        assert_eq!(*planned.actions(PIN), json!(["update"]));
        planned.change(PIN)["after"]["image_id"] == "ami-1"
    });
    assert!(saved_in_time, "planning takes longer than a minute");
    // Only reading looks at the clock; the pin is read until the soak is over.
    let is_over = || run.terraform(&["plan", "-no-color"]).text.contains("\"ami-1\" -> \"ami-2\"");
    assert!((0..10_000).any(|_| is_over()), "the soak is never over");
    run.apply_plan();
    assert_eq!(run.pinned()["image_id"], "ami-1", "the saved plan does what it says");
    let planned = run.planned();
    let expected = ["image_id", "pinned_at", "update_available"];
    assert_eq!(changed(&planned, PIN), expected);
    assert_eq!(*planned.actions(MACHINE), json!(["delete", "create"]));
    run.apply();
}

/// Both lookups are wired to the pin, which Terraform would refuse if it were a cycle.
fn a_new_image_changes_nothing_until_the_pinned_one_is_revoked(version: Version) {
    let (first, second) = ("ami-00000000000000a1", "ami-00000000000000a2");
    let simulator = Simulator::start(world([], [golden_ami(first, 9)]));
    let run = Workspace::example(EXAMPLE).on_version(version).on(&simulator);
    run.apply();
    let before = run.pinned();
    assert_eq!(before["image_id"], first);

    simulator.edit(|world| world.aws.images.push(golden_ami(second, 1)));
    let planned = run.planned();
    let expected = ["candidate", "candidate_since", "golden_ids", "update_available"];
    assert_eq!(changed(&planned, PIN), expected);
    assert_eq!(*planned.actions("terraform_data.web"), json!(["no-op"]));
    run.apply();
    assert_eq!(run.outputs()["update_available"], true);
    assert_eq!(run.pinned()["pinned_at"], before["pinned_at"]);

    simulator.edit(|world| {
        let image = world.aws.images.iter_mut().find(|image| image.id == first).unwrap();
        image.tags.insert("status".to_owned(), "revoked".to_owned());
    });
    let planned = run.planned();
    assert_eq!(planned.change(PIN)["after"]["image_id"], second);
    let warning = format!("Warning: Pinned Image {first} Is Not Golden");
    assert!(planned.text.contains(&warning), "{}", planned.text);
    assert_eq!(planned.change("terraform_data.web")["after"]["input"]["ami"], second);
    run.apply();
    assert_eq!(run.outputs()["update_available"], false);
}

#[test]
fn a_pin_is_destroyed_when_image_and_cloud_are_gone() {
    let simulator = Simulator::start(world([], [golden_ami("ami-00000000000000a1", 9)]));
    let run = Workspace::example(EXAMPLE).on(&simulator);
    run.apply();
    simulator.edit(|world| world.aws.images.clear());
    let told = run.terraform(&["destroy", "-auto-approve", "-no-color"]);
    assert!(!told.success, "the lookups fail: {}", told.text);
    drop(simulator);
    let destroyed = run.terraform(&["destroy", "-auto-approve", "-no-color", "-refresh=false"]);
    assert!(destroyed.success, "{}", destroyed.text);
    assert_eq!(run.resources(), Vec::<String>::new());

    let alone = pin(Version::OnThePath, &json!(null), "candidate = \"ami-1\"");
    alone.apply();
    let destroyed = alone.terraform(&["destroy", "-auto-approve", "-no-color"]);
    assert!(destroyed.success, "{}", destroyed.text);
}

fn an_imported_pin_does_not_move(version: Version) {
    let arguments = "candidate = \"ami-2\"\n  soak = \"1s\"\n  triggers = { release = 1 }\n  \
                     golden_ids = [\"ami-2\"]";
    let run = pin(version, &json!(null), arguments);
    run.write("import.tf", &format!("import {{\n  to = {PIN}\n  id = \"ami-1\"\n}}\n"));
    let planned = run.planned();
    assert!(planned.text.contains("1 to import, 2 to add, 1 to change"), "{}", planned.text);
    assert!(planned.text.contains("Pinned Image ami-1 Is Not Golden"), "{}", planned.text);
    assert_eq!(planned.change(PIN)["after"]["image_id"], "ami-1");
    run.apply_plan();
    let pinned = run.pinned();
    assert_eq!((&pinned["image_id"], &pinned["update_available"]), (&json!("ami-1"), &json!(true)));
    assert_eq!(pinned["pinned_at"], pinned["candidate_since"]);
    // From now on it is a pin like any other.
    assert_eq!(run.planned().change(PIN)["after"]["image_id"], "ami-2");
}

#[test]
fn the_example_is_imported_with_the_printed_command() {
    let command = fs::read_to_string(format!("{ROOT}/examples/{IMPORT_COMMAND}")).unwrap();
    let words: Vec<_> = command.lines().last().unwrap().split(' ').collect();
    let (id, newer) = ("ami-0123456789abcdef0", "ami-00000000000000a1");
    let simulator = Simulator::start(world([], [golden_ami(id, 9), golden_ami(newer, 1)]));
    let run = Workspace::example(EXAMPLE).on(&simulator);
    let imported = run.terraform(&words[1..]);
    assert!(imported.success, "{}", imported.text);
    run.apply();
    assert_eq!(run.pinned()["image_id"], id);
}

fn the_example_is_imported_by_identity(version: Version) {
    let block = fs::read_to_string(format!("{ROOT}/examples/{IMPORT_BY_IDENTITY}")).unwrap();
    let (id, newer) = ("ami-0123456789abcdef0", "ami-00000000000000a1");
    let simulator = Simulator::start(world([], [golden_ami(id, 9), golden_ami(newer, 1)]));
    let run = Workspace::example(EXAMPLE).on_version(version).on(&simulator);
    run.write("import.tf", &block);
    run.apply();
    assert_eq!(run.pinned()["image_id"], id);
    // The pin moves on, and its identity does not.
    simulator.edit(|world| world.aws.images.retain(|image| image.id == newer));
    run.apply();
    assert_eq!(run.pinned()["image_id"], newer);
    let state = fs::read_to_string(run.path("terraform.tfstate")).unwrap();
    let state: Value = serde_json::from_str(&state).unwrap();
    let resources = state["resources"].as_array().unwrap();
    let pin = resources.iter().find(|it| it["type"] == "imageguard_image_pin").unwrap();
    assert_eq!(pin["instances"][0]["identity"], json!({ "image_id": id }));
}

fn a_pin_moves_to_another_name(version: Version) {
    let run = pin(version, &json!(null), "candidate = \"ami-1\"\n  triggers = { release = 1 }");
    run.apply();
    let before = run.pinned();
    let text = fs::read_to_string(run.path("main.tf")).unwrap();
    let text =
        text.replace("\"imageguard_image_pin\" \"web\"", "\"imageguard_image_pin\" \"site\"");
    let text = text.replace("imageguard_image_pin.web", "imageguard_image_pin.site");
    let moved = format!("moved {{\n  from = {PIN}\n  to = imageguard_image_pin.site\n}}\n");
    run.write("main.tf", &format!("{text}{moved}"));
    let planned = run.planned();
    assert!(planned.is_empty(), "{}", planned.text);
    run.apply_plan();
    assert_eq!(run.stored("imageguard_image_pin.site").unwrap().0, before);
}

#[test]
fn a_pin_that_is_replaced_moves() {
    let run = pin(Version::OnThePath, &json!(null), "candidate = \"ami-1\"");
    run.apply();
    run.reconfigure(&json!(null), "candidate = \"ami-2\"");
    run.apply();
    assert_eq!(run.pinned()["image_id"], "ami-1");
    let replace = format!("-replace={PIN}");
    let applied = run.terraform(&["apply", "-auto-approve", "-no-color", &replace]);
    assert!(applied.success, "{}", applied.text);
    assert_eq!(run.pinned()["image_id"], "ami-2");
    assert!(run.planned().is_empty());
}

#[test]
fn several_pins_may_hold_the_same_image() {
    let run = pin(Version::OnThePath, &json!(null), "candidate = \"ami-1\"");
    let more = "resource \"imageguard_image_pin\" \"more\" {\n  for_each = toset([\"a\", \"b\"])\n  \
                candidate = \"ami-1\"\n}\n";
    run.write("more.tf", more);
    run.apply();
    assert_eq!(run.resources().len(), 5);
}

#[test]
fn the_module_makes_new_machines_with_a_new_release() {
    let images = [golden_image("m-golden1", 9)];
    let simulator = Simulator::start(world(images, []));
    let run = Workspace::example_with_modules(INSTANCE_MODULE).on(&simulator);
    run.apply();
    simulator.edit(|world| world.alicloud.images.push(golden_image("m-golden2", 1)));
    run.apply();
    assert_eq!(run.outputs()["image_id"], "m-golden1");
    let run = run.variable("TF_VAR_release", "2026-07");
    let machine = "module.web.terraform_data.this";
    assert_eq!(*run.planned().actions(machine), json!(["delete", "create"]));
    run.apply();
    assert_eq!(run.outputs()["image_id"], "m-golden2");
}

/// What must fail as a new pin: arguments, summary, the line that is blamed, a part of the advice.
const BAD_INPUT: [(&str, &str, &str, &str); 12] = [
    ("candidate = \"\"", "Invalid Image Id", "candidate = \"\"", "where there is none, `null`"),
    ("candidate = \" ami-1\"", "Invalid Image Id", "candidate = \" ami-1\"", "` ami-1` is no id"),
    ("candidate = null", "No Candidate To Pin", "candidate = null", "a lookup with `on_missing"),
    ("", "No Candidate To Pin", "\"web\" {", "but `candidate` is null"),
    ("candidate = \"a\"\nsoak = \"a week\"", "Invalid Duration", "soak = ", "`90d`, `36h`"),
    ("candidate = \"a\"\nsoak = \"-7d\"", "Invalid Duration", "soak = ", "`-7d` is no span"),
    ("candidate = \"a\"\nsoak = \"\"", "Invalid Duration", "soak = ", "`` is no span"),
    ("candidate = \"a\"\nsoak = \"0s\"", "Invalid Duration", "soak = ", "it is zero"),
    ("candidate = \"a\"\ngolden_ids = []", "No Golden Image", "golden_ids = []", "write `null`"),
    ("candidate = \"a\"\ngolden_ids = [\"\"]", "Invalid Image Id", "golden_ids = ", "empty text"),
    ("candidate = \"a\"\ngolden_ids = [null]", "Null Element", "golden_ids = ", "out"),
    (
        "candidate = \"a\"\ngolden_ids = [\"b\"]",
        "Candidate Is Not Golden",
        "candidate = \"a\"",
        "the `candidate` `a` is not in `golden_ids`",
    ),
];

#[test]
fn bad_input_is_refused_at_its_attribute() {
    let run = pin(Version::OnThePath, &json!(null), "");
    for (arguments, summary, line, advice) in BAD_INPUT {
        run.reconfigure(&json!(null), arguments);
        let told = unwrapped(&run.refused());
        assert!(told.starts_with(&format!("Error: {summary}")), "{arguments}: {told}");
        assert!(told.contains(line) && told.contains(advice), "{arguments}: {told}");
    }
}

#[test]
fn a_pin_that_should_move_and_cannot_is_an_error() {
    let arguments = |candidate, golden, release| {
        format!(
            "candidate = {candidate}\n  golden_ids = {golden}\n  triggers = {{ release = {release} }}"
        )
    };
    let run = pin(Version::OnThePath, &json!(null), &arguments("\"ami-1\"", "null", 1));
    run.apply();
    for (candidate, golden, release, advice) in [
        ("null", "null", 2, "`triggers` have changed, so the pin should leave `ami-1`, but"),
        ("null", "[\"ami-2\"]", 1, "`ami-1` is not in `golden_ids` any more, but `candidate` is"),
        ("\"ami-1\"", "[\"ami-2\"]", 1, "any more, and it is still the `candidate`"),
        ("\"ami-3\"", "[\"ami-2\"]", 1, "`ami-3` is not in `golden_ids`"),
        ("\"ami-3\"", "[\"ami-1\"]", 2, "should leave `ami-1`, but the `candidate` `ami-3`"),
    ] {
        run.reconfigure(&json!(null), &arguments(candidate, golden, release));
        let told = unwrapped(&run.refused());
        assert!(told.contains(advice) && told.contains("candidate = "), "{told}");
    }
    // Without a reason to move, no candidate is needed.
    run.reconfigure(&json!(null), &arguments("null", "[\"ami-1\"]", 1));
    run.apply();
    assert_eq!(run.pinned()["update_available"], false);
}

#[test]
fn an_import_id_with_more_than_the_image_is_refused() {
    for id in ["", "eu-central-1/ami-1", "ami 1"] {
        let run = pin(Version::OnThePath, &json!(null), "candidate = \"ami-2\"");
        let imported = run.terraform(&["import", "-no-color", PIN, id]);
        assert!(!imported.success);
        let told = unwrapped(&imported.text);
        assert!(told.contains("Error: Invalid Import Id"), "{id}: {told}");
        assert!(told.contains("without region"), "{id}: {told}");
    }
}
