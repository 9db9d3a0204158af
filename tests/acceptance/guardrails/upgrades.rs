//! A build that knows one more door meets what a build before it has written.
//!
//! That build is played by its traces: the document, without the door, in the cloud, in the state
//! and in the note beside the state.

use std::fs;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use imageguard_simulator::Simulator;
use serde_json::{Value, json};

use super::{AS_A_REQUEST, Cloud, Level, Verdict, alicloud, aws};
use crate::harness::{Workspace, unwrapped};

/// How a plan calls a document that does not stop what this build knows.
const OUTGROWN: &str = "Guardrail guard Is Outgrown";

fn what_an_older_build_wrote_stays_until_the_rules_change(cloud: &Cloud, level: &Level) {
    let [launch, _, _, export, _] = &cloud.rules;
    let newest = &launch.forbidden[2];
    let (service, operation) = newest.operation;
    let simulator = cloud.start(launch);
    let rules = format!("rules = {{ {} }}", launch.written);
    let run = cloud.workspace(&simulator, level, &rules);
    run.apply();
    be_written_without(&format!("\"{service}:{operation}\","), &simulator, &run, level);
    assert_eq!((cloud.attempt)(&simulator, newest), Verdict::Admitted);

    simulator.clear_journal();
    let planned = run.planned();
    assert!(planned.is_empty(), "{}", planned.text);
    let told = unwrapped(&planned.text);
    assert!(!told.contains("Was Changed"), "{told}");
    for words in [OUTGROWN, &format!("calls `{service}:{operation}`"), AS_A_REQUEST] {
        assert!(told.contains(words), "{words}:\n{told}");
    }
    let [guardrail, _] = cloud.addresses();
    let read = &planned.change(&guardrail)["after"];
    // What this build knows decides what holds, also of a document that it has not written.
    assert_eq!(read["proof"]["launch.protection"], json!("refuted"));
    assert_eq!(read["size"], json!(read["document"].as_str().unwrap().len()));
    run.apply();
    assert_eq!(Cloud::writes(&simulator), <[&str; 0]>::default());

    let more = format!("rules = {{\n    {}\n    {}\n  }}", launch.written, export.written);
    run.write("main.tf", &cloud.configuration(level, &more));
    run.apply();
    for rule in [launch, export] {
        cloud.expect_closed(&simulator, rule, level);
    }
    let (stored, _) = run.stored(&guardrail).unwrap();
    assert!(!stored["proof"].to_string().contains("refuted"), "{stored}");
    assert!(!run.planned().text.contains(OUTGROWN));
}

/// Takes a text out of the document, wherever it is kept.
fn be_written_without(text: &str, simulator: &Simulator, run: &Workspace, level: &Level) {
    simulator.edit(|world| {
        let document = (level.document)(world);
        assert!(document.contains(text), "{document}");
        *document = document.replace(text, "");
    });
    let state = fs::read_to_string(run.path("terraform.tfstate")).unwrap();
    let mut state: Value = serde_json::from_str(&state).unwrap();
    for resource in state["resources"].as_array_mut().unwrap() {
        let instance = &mut resource["instances"][0];
        if instance["attributes"].get("document").is_none() {
            continue;
        }
        let note = STANDARD.decode(instance["private"].as_str().unwrap()).unwrap();
        let mut note: Value = serde_json::from_slice(&note).unwrap();
        for document in [&mut instance["attributes"]["document"], &mut note["written"]["document"]]
        {
            *document = json!(document.as_str().unwrap().replace(text, ""));
        }
        instance["private"] = json!(STANDARD.encode(note.to_string()));
    }
    run.write("terraform.tfstate", &state.to_string());
}

#[test]
fn a_control_policy_of_an_older_build_stays_until_the_rules_change() {
    let [level, _] = &alicloud::CLOUD.levels;
    what_an_older_build_wrote_stays_until_the_rules_change(&alicloud::CLOUD, level);
}

#[test]
fn a_ram_policy_of_an_older_build_stays_until_the_rules_change() {
    let [_, level] = &alicloud::CLOUD.levels;
    what_an_older_build_wrote_stays_until_the_rules_change(&alicloud::CLOUD, level);
}

#[test]
fn a_service_control_policy_of_an_older_build_stays_until_the_rules_change() {
    let [level, _] = &aws::CLOUD.levels;
    what_an_older_build_wrote_stays_until_the_rules_change(&aws::CLOUD, level);
}

#[test]
fn an_iam_policy_of_an_older_build_stays_until_the_rules_change() {
    let [_, level] = &aws::CLOUD.levels;
    what_an_older_build_wrote_stays_until_the_rules_change(&aws::CLOUD, level);
}
