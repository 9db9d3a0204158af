//! `imageguard_aws_images`

use imageguard_simulator::{
    Simulator,
    aws::{self, State},
};
use serde_json::json;

use crate::{
    clouds::{AWS_REGION, Moto, days_ago, golden_ami, moto_image, world},
    harness::{Workspace, unwrapped},
};

const EXAMPLE: &str = "data-sources/imageguard_aws_images/data-source.tf";

/// A list with the given arguments; the provider block's golden tags come first.
fn list(golden_tags: &str, arguments: &str) -> Workspace {
    Workspace::new(&format!(
        r#"
terraform {{
  required_providers {{
    imageguard = {{ source = "imageguard/imageguard" }}
  }}
}}
provider "imageguard" {{
  {golden_tags}
  aws = {{ region = "eu-central-1" }}
}}
data "imageguard_aws_images" "it" {{
  {arguments}
}}
output "it" {{
  value = data.imageguard_aws_images.it
}}
"#
    ))
}

const APPROVED: &str = "golden_tags = { status = [\"approved\"] }";

#[test]
fn the_example_lists_golden_images_newest_first() {
    let images = [
        golden_ami("ami-00000000000000a3", 9),
        golden_ami("ami-00000000000000a2", 3),
        golden_ami("ami-00000000000000a1", 3),
        golden_ami("ami-00000000000000d1", 1).tag("status", "draft"),
        golden_ami("ami-00000000000000d2", 1).tag("role", "database"),
        golden_ami("ami-00000000000000d3", 1).state(State::Disabled),
    ];
    let simulator = Simulator::start(world([], images));
    let run = Workspace::example(EXAMPLE).on(&simulator);
    run.apply();
    let ids = ["ami-00000000000000a1", "ami-00000000000000a2", "ami-00000000000000a3"];
    assert_eq!(run.outputs()["image_ids"], json!(ids));
    assert_eq!(run.outputs()["names"][ids[0]], "web-ami-00000000000000a1");
}

#[test]
fn all_facts_are_told() {
    let mut image = golden_ami("ami-00000000000000a1", 9).deprecated_at(days_ago(-9));
    image.description = "Web".to_owned();
    let (created, deprecated) = (image.created_at, image.deprecated_at.unwrap());
    let images = [image, golden_ami("ami-00000000000000d1", 1).tag("status", "draft")];
    let simulator = Simulator::start(world([], images));
    let run = list(APPROVED, "name_pattern = \"web-*\"").on(&simulator);
    run.apply();
    let it = &run.outputs()["it"];
    assert_eq!((&it["scanned"], &it["matched"]), (&json!(1), &json!(1)));
    // Left out, and many images may differ: nothing is told.
    assert_eq!((&it["platform"], &it["architecture"]), (&json!(null), &json!(null)));
    assert_eq!(
        it["images"],
        json!([{
            "id": "ami-00000000000000a1", "name": "web-ami-00000000000000a1",
            "description": "Web", "owner_id": aws::ACCOUNT, "created_at": created.to_string(),
            "deprecated": false, "deprecated_at": deprecated.to_string(),
            "image_tags": { "status": "approved", "role": "web" }, "platform": "linux",
            "architecture": "x86_64", "root_device_name": "/dev/xvda",
            "root_device_size_gib": null, "root_snapshot_id": null
        }])
    );
}

#[test]
fn no_golden_image_is_no_error() {
    let simulator = Simulator::start(world([], []));
    let run = list(APPROVED, "").on(&simulator);
    run.apply();
    let it = &run.outputs()["it"];
    assert_eq!((&it["ids"], &it["images"], &it["matched"]), (&json!([]), &json!([]), &json!(0)));
    assert!(simulator.journal().iter().all(|entry| entry.parameters.contains_key("Owner.1")));
}

#[test]
fn a_rule_that_marks_nothing_is_an_error() {
    let simulator = Simulator::start(world([], []));
    let text = unwrapped(&list("", "max_age = \"90d\"").on(&simulator).refused());
    assert!(text.contains("Error: No Golden Rule"), "{text}");
    assert!(simulator.journal().is_empty());
}

#[test]
fn every_page_is_read() {
    let images = (0..1_500).map(|n| golden_ami(&format!("ami-{n:017x}"), 30));
    let simulator = Simulator::start(world([], images));
    let run = list(APPROVED, "").on(&simulator);
    let applied = run.terraform(&["apply", "-auto-approve"]);
    assert!(applied.success, "{}", applied.text);
    let it = &run.outputs()["it"];
    assert_eq!(it["ids"].as_array().unwrap().len(), 1_500);
    assert_eq!(it["ids"][0], "ami-00000000000000000", "equally old images are ordered by id");
}

#[test]
fn equal_lists_share_one_request() {
    let simulator = Simulator::start(world([], [golden_ami("ami-00000000000000a1", 9)]));
    let plan = list(APPROVED, "count = 50").on(&simulator).terraform(&["plan", "-no-color"]);
    assert!(plan.success, "{}", plan.text);
    assert_eq!(simulator.journal().len(), 1, "{:#?}", simulator.journal());
}

#[test]
fn another_region_can_be_named() {
    let image = golden_ami("ami-00000000000000a1", 9).region("us-west-2");
    let simulator = Simulator::start(world([], [image, golden_ami("ami-00000000000000a2", 9)]));
    let run = list(APPROVED, "region = \"us-west-2\"").on(&simulator);
    run.apply();
    assert_eq!(run.outputs()["it"]["ids"], json!(["ami-00000000000000a1"]));
    assert_ne!(AWS_REGION, "us-west-2");
}

#[test]
fn the_list_agrees_with_an_independent_cloud() {
    let approved = json!({ "status": "approved" });
    let images = json!([
        moto_image("ami-000000000000000a1", "2025-01-01T00:00:00.000Z", approved.clone()),
        moto_image("ami-000000000000000a2", "2025-02-01T00:00:00.000Z", approved),
        moto_image("ami-000000000000000a3", "2025-03-01T00:00:00.000Z", json!({})),
    ]);
    // moto answers 500 for images with a date anywhere but in its first region.
    let run = list(APPROVED, "region = \"us-east-1\"");
    let file = run.write("images.json", &images.to_string());
    let moto = Moto::start(&file);
    let run = moto.serve(run);
    run.apply();
    let ids = &run.outputs()["it"]["ids"];
    assert_eq!(*ids, json!(["ami-000000000000000a2", "ami-000000000000000a1"]));
}
