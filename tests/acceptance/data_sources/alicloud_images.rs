//! `imageguard_alicloud_images`

use imageguard_simulator::{
    Effect, Fault, Simulator,
    alicloud::{self, Status},
};
use serde_json::json;

use crate::{
    clouds::{days_ago, golden_image, world},
    harness::{Workspace, unwrapped},
};

const EXAMPLE: &str = "data-sources/imageguard_alicloud_images/data-source.tf";

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
  alicloud = {{ region = "cn-hangzhou" }}
}}
data "imageguard_alicloud_images" "it" {{
  {arguments}
}}
output "it" {{
  value = data.imageguard_alicloud_images.it
}}
"#
    ))
}

const APPROVED: &str = "golden_tags = { status = [\"approved\"] }";

#[test]
fn the_example_lists_golden_images_newest_first() {
    let images = [
        golden_image("m-3", 9),
        golden_image("m-2", 3),
        golden_image("m-1", 3),
        golden_image("m-draft", 1).tag("status", "draft"),
        golden_image("m-database", 1).tag("role", "database"),
        golden_image("m-deprecated", 1).status(Status::Deprecated),
    ];
    let simulator = Simulator::start(world(images, []));
    let run = Workspace::example(EXAMPLE).on(&simulator);
    run.apply();
    assert_eq!(run.outputs()["image_ids"], json!(["m-1", "m-2", "m-3"]));
    assert_eq!(run.outputs()["names"]["m-1"], "web-m-1");
}

#[test]
fn all_facts_are_told() {
    let image = golden_image("m-1", 9).family("web").status(Status::Deprecated);
    let created = image.created_at.to_string();
    let images = [image, golden_image("m-draft", 1).tag("status", "draft")];
    let simulator = Simulator::start(world(images, []));
    let arguments = "name_pattern = \"web-*\"\n  include_deprecated = true";
    let run = list(APPROVED, arguments).on(&simulator);
    run.apply();
    let it = &run.outputs()["it"];
    assert_eq!((&it["scanned"], &it["matched"]), (&json!(1), &json!(1)));
    // Left out, and many images may differ: nothing is told.
    assert_eq!((&it["os_type"], &it["family"]), (&json!(null), &json!(null)));
    assert_eq!(
        it["images"],
        json!([{
            "id": "m-1", "name": "web-m-1", "description": "", "owner_id": alicloud::ACCOUNT,
            "created_at": created, "deprecated": true, "deprecated_at": null,
            "image_tags": { "status": "approved", "role": "web" }, "family": "web",
            "os_type": "linux", "architecture": "x86_64", "root_device_name": null,
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
    let images = (0..250).map(|n| golden_image(&format!("m-{n:04}"), 30));
    let simulator = Simulator::start(world(images, []));
    let run = list(APPROVED, "").on(&simulator);
    run.apply();
    let it = &run.outputs()["it"];
    assert_eq!(it["ids"].as_array().unwrap().len(), 250);
    assert_eq!(it["ids"][0], "m-0000", "equally old images are ordered by id");
}

#[test]
fn a_list_that_stays_incomplete_is_a_warning() {
    let images = (0..150).map(|n| golden_image(&format!("m-{n:04}"), 30));
    let simulator = Simulator::start(world(images, []));
    let empty_page = || Effect::Verbatim {
        status: 200,
        headers: [("content-type".to_owned(), "application/json".to_owned())].into(),
        body: json!({ "RequestId": "R", "TotalCount": 150, "PageNumber": 2, "PageSize": 100,
                      "Images": { "Image": [] } })
        .to_string(),
    };
    simulator.inject(Fault::new(empty_page()).calls(2..=2));
    simulator.inject(Fault::new(empty_page()).calls(4..=4));
    let plan = list(APPROVED, "").on(&simulator).terraform(&["plan", "-no-color"]);
    assert!(plan.success, "{}", plan.text);
    let warning = "Warning: Incomplete List Of Images In cn-hangzhou (Alibaba Cloud)";
    assert!(plan.text.contains(warning), "{}", plan.text);
}

#[test]
fn equal_lists_share_one_request() {
    let simulator = Simulator::start(world([golden_image("m-1", 9)], []));
    let plan = list(APPROVED, "count = 50").on(&simulator).terraform(&["plan", "-no-color"]);
    assert!(plan.success, "{}", plan.text);
    assert_eq!(simulator.journal().len(), 1, "{:#?}", simulator.journal());
}

#[test]
fn an_as_of_looks_back() {
    let simulator = Simulator::start(world([golden_image("m-1", 30), golden_image("m-2", 3)], []));
    let run = list(APPROVED, &format!("as_of = \"{}\"", days_ago(10))).on(&simulator);
    run.apply();
    assert_eq!(run.outputs()["it"]["ids"], json!(["m-1"]));
}
