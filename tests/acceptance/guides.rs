//! What guides print is run as it is printed.

use std::{fs, path::Path};

use imageguard_simulator::{Simulator, aws};
use serde_json::{Value, json};

use crate::{
    clouds::{AWS_REGION, days_ago, world},
    harness::{ROOT, Workspace},
};

/// What a configuration says that only calls functions.
const REQUIRED: &str = r#"terraform {
  required_providers {
    imageguard = { source = "imageguard/imageguard" }
  }
}
"#;

fn text(guide: &str) -> String {
    fs::read_to_string(Path::new(ROOT).join("docs/guides").join(guide)).unwrap()
}

/// What a text prints in a language, in order.
fn blocks<'t>(text: &'t str, language: &str) -> Vec<&'t str> {
    let start = format!("```{language}\n");
    let blocks = text.split(&start).skip(1);
    blocks.map(|block| block.split("```").next().unwrap()).collect()
}

#[test]
fn an_image_is_published_approved_pinned_and_rolled_out() {
    let published = |id, days| {
        let image = aws::Image::new(id).region(AWS_REGION).name("web").tag("role", "web");
        image.created_at(days_ago(days))
    };
    let (old, new) = ("ami-00000000000000a1", "ami-00000000000000b2");
    let simulator = Simulator::start(world([], [published(old, 9), published(new, 2)]));
    let text = text("publish_approve_pin_roll_out.md");
    let [approvals, machines] = blocks(&text, "terraform")[..] else {
        panic!("the guide has other configurations")
    };
    let security = Workspace::new(approvals).on(&simulator);
    let approve = |ids: &[&str]| {
        let ids: Vec<_> =
            ids.iter().map(|id| format!("\"{id}\" = \"2999-01-01T00:00:00Z\"")).collect();
        security.write("terraform.tfvars", &format!("approved = {{ {} }}\n", ids.join(", ")));
        security.apply();
    };
    let team = Workspace::new(machines).on(&simulator);
    let ami = || {
        let state: Value =
            serde_json::from_str(&fs::read_to_string(team.path("terraform.tfstate")).unwrap())
                .unwrap();
        let resources = state["resources"].as_array().unwrap();
        let machine = resources.iter().find(|it| it["type"] == "terraform_data").unwrap();
        machine["instances"][0]["attributes"]["input"]["value"]["ami"].clone()
    };

    // Nothing is approved, so there is no machine.
    let told = team.refused();
    assert!(told.contains("Error: No Golden Image"), "{told}");
    approve(&[old]);
    team.apply();
    assert_eq!(ami(), old);

    // A newer one is approved: no machine changes.
    approve(&[old, new]);
    team.apply();
    assert_eq!((ami(), team.outputs()), (json!(old), json!({ "update_available": true })));

    // The next release takes it.
    team.write("terraform.tfvars", "release = \"2\"\n");
    team.apply();
    assert_eq!((ami(), team.outputs()), (json!(new), json!({ "update_available": false })));

    // Its approval is taken back: the pin goes to what is left.
    approve(&[old]);
    team.apply();
    assert_eq!(ami(), old);
}

#[test]
fn what_replaces_pasted_policies_comes_out_as_printed() {
    let text = text("pasted_policy_to_proof.md");
    let (mut configuration, mut printed) = (REQUIRED.to_owned(), serde_json::Map::new());
    for (number, section) in text.split("\n## ").skip(1).enumerate() {
        let ([call], [_, document]) = (&blocks(section, "hcl")[..], &blocks(section, "json")[..])
        else {
            panic!("the section is another: {section}")
        };
        let name = format!("document_{number}");
        configuration += &format!("output \"{name}\" {{\n  value = jsondecode({call})\n}}\n");
        printed.insert(name, serde_json::from_str(document).unwrap());
    }
    assert_eq!(printed.len(), 7);
    let workspace = Workspace::new(&configuration);
    workspace.apply();
    assert_eq!(workspace.outputs(), Value::Object(printed));
}
