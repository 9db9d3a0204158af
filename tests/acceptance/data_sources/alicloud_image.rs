//! `imageguard_alicloud_image`

use imageguard_simulator::{
    Effect, Fault, Simulator,
    alicloud::{self, Owner, Status},
};
use serde_json::json;

use crate::{
    clouds::{days_ago, golden_image, world},
    harness::{Workspace, unwrapped},
};

const EXAMPLE: &str = "data-sources/imageguard_alicloud_image/data-source.tf";

/// A lookup with the given arguments; the golden tag is `status = approved`.
fn lookup(arguments: &str) -> Workspace {
    Workspace::new(&format!(
        r#"
terraform {{
  required_providers {{
    imageguard = {{ source = "imageguard/imageguard" }}
  }}
}}
provider "imageguard" {{
  golden_tags = {{ status = ["approved"] }}
  alicloud    = {{ region = "{}" }}
}}
data "imageguard_alicloud_image" "it" {{
  {arguments}
}}
output "it" {{
  value = data.imageguard_alicloud_image.it
}}
"#,
        alicloud::REGION
    ))
}

/// Images that each miss the example's rule in one way, most of them newer than the golden ones.
fn decoys() -> Vec<alicloud::Image> {
    let mut arm = golden_image("m-decoy02", 2);
    arm.architecture = "arm64".to_owned();
    vec![
        golden_image("m-decoy01", 2).status(Status::Creating),
        arm,
        golden_image("m-decoy03", 2).tag("status", "draft"),
        golden_image("m-decoy04", 2).tag("role", "database"),
        golden_image("m-decoy05", 0),
        golden_image("m-decoy06", 2).status(Status::UnAvailable),
        golden_image("m-decoy07", 2).status(Status::Deprecated),
        golden_image("m-decoy08", 2).region("cn-shanghai"),
        golden_image("m-decoy09", 2).owner(Owner::System),
        golden_image("m-decoy10", 200),
    ]
}

#[test]
fn the_example_picks_the_newest_golden_image_among_decoys() {
    let golden = [golden_image("m-golden1", 9), golden_image("m-golden2", 3)];
    let simulator = Simulator::start(world(decoys().into_iter().chain(golden), []));
    let run = Workspace::example(EXAMPLE).on(&simulator);
    run.apply();
    assert_eq!(run.outputs(), json!({ "image_id": "m-golden2" }));
}

#[test]
fn all_facts_are_told() {
    let mut image = golden_image("m-golden1", 9).family("web");
    image.disks.push(alicloud::Disk {
        device: "/dev/xvda".to_owned(),
        system: true,
        snapshot_id: "s-1".to_owned(),
        size_gib: 40,
        encrypted: false,
    });
    let created = image.created_at.to_string();
    let simulator = Simulator::start(world([image], []));
    let run = lookup("").on(&simulator);
    run.apply();
    let it = &run.outputs()["it"];
    let told = |name: &str| it[name].clone();
    assert_eq!(told("id"), "m-golden1");
    assert_eq!(told("owner_id"), alicloud::ACCOUNT);
    assert_eq!(told("created_at"), json!(created));
    assert_eq!((told("family"), told("os_type")), (json!("web"), json!("linux")));
    assert_eq!((told("deprecated"), told("deprecated_at")), (json!(false), json!(null)));
    assert_eq!(told("image_tags"), json!({ "status": "approved", "role": "web" }));
    assert_eq!(told("root_device_name"), "/dev/xvda");
    assert_eq!((told("root_device_size_gib"), told("root_snapshot_id")), (json!(40), json!("s-1")));
}

#[test]
fn without_a_golden_image_the_run_fails_and_says_why() {
    let simulator = Simulator::start(world(decoys(), []));
    let text = unwrapped(&Workspace::example(EXAMPLE).on(&simulator).refused());
    for part in [
        "Error: No Golden Image",
        "on main.tf line",
        "No image in cn-hangzhou (Alibaba Cloud) satisfies the rule",
        "tag: status = approved tag: role = web or web-*",
        "8 scanned → 8 of a trusted owner → 5 in a usable state → 3 with the tags → 2 with the \
         name → 0 of the age",
        "less than 24h ago",
        "its state is `Creating`",
        "its architecture is `arm64`",
    ] {
        assert!(text.contains(part), "`{part}` is missing in:\n{text}");
    }
}

#[test]
fn deprecated_images_count_only_on_request() {
    let simulator =
        Simulator::start(world([golden_image("m-golden1", 9).status(Status::Deprecated)], []));
    let text = unwrapped(&lookup("").on(&simulator).refused());
    assert!(text.contains("m-golden1 (web-m-golden1"), "{text}");
    assert!(text.contains("it is deprecated"), "{text}");
    let run = lookup("include_deprecated = true").on(&simulator);
    run.apply();
    assert_eq!(run.outputs()["it"]["deprecated"], true);
}

#[test]
fn every_page_is_read() {
    let golden = golden_image("m-golden", 1);
    let others = (0..950).map(|n| golden_image(&format!("m-{n:04}"), 30));
    let simulator = Simulator::start(world(others.chain([golden]), []));
    let run = lookup("").on(&simulator);
    run.apply();
    let it = &run.outputs()["it"];
    assert_eq!((&it["id"], &it["scanned"]), (&json!("m-golden"), &json!(951)));
}

#[test]
fn more_images_than_the_vendors_tag_search_can_return_are_all_seen() {
    let golden = golden_image("m-golden", 1);
    let others = (0..1_200).map(|n| golden_image(&format!("m-{n:04}"), 30));
    let simulator = Simulator::start(world(others.chain([golden]), []));
    let run = lookup("").on(&simulator);
    run.apply();
    let it = &run.outputs()["it"];
    assert_eq!((&it["id"], &it["matched"]), (&json!("m-golden"), &json!(1_201)));
}

#[test]
fn two_hundred_identical_lookups_are_one_request() {
    let simulator = Simulator::start(world([golden_image("m-golden1", 9)], []));
    let plan = lookup("count = 200").on(&simulator).terraform(&["plan", "-no-color"]);
    assert!(plan.success, "{}", plan.text);
    assert_eq!(simulator.journal().len(), 1, "{:#?}", simulator.journal());
}

#[test]
fn the_vendor_is_asked_with_owner_state_and_tags() {
    let simulator = Simulator::start(world([golden_image("m-golden1", 9)], []));
    let plan = lookup("tags = { role = [\"web*\"] }").on(&simulator).terraform(&["plan"]);
    assert!(plan.success, "{}", plan.text);
    let asked = &simulator.journal()[0].parameters;
    assert_eq!((&*asked["ImageOwnerAlias"], &*asked["Status"]), ("self", "Available"));
    assert_eq!((&*asked["Tag.1.Key"], asked.get("Tag.1.Value")), ("role", None));
    assert_eq!((&*asked["Tag.2.Key"], &*asked["Tag.2.Value"]), ("status", "approved"));
}

#[test]
fn an_image_shared_by_a_trusted_account_counts_if_its_tags_are_visible() {
    let shared = golden_image("m-shared", 9)
        .owner(Owner::Account(2_000_000_000_000_002))
        .shared_with(alicloud::ACCOUNT);
    let mut world = world([shared], []);
    let trusted = "owners = [\"2000000000000002\"]";
    let simulator = Simulator::start(world.clone());
    let text = unwrapped(&lookup(trusted).on(&simulator).refused());
    assert!(text.contains("no tag `status` is visible"), "{text}");
    world.alicloud.owner_tags_cross_accounts = true;
    let simulator = Simulator::start(world);
    let run = lookup(trusted).on(&simulator);
    run.apply();
    assert_eq!(run.outputs()["it"]["id"], "m-shared");
}

#[test]
fn the_callers_own_uid_means_the_caller() {
    let simulator = Simulator::start(world([golden_image("m-golden1", 9)], []));
    let run = lookup(&format!("owners = [\"{}\"]", alicloud::ACCOUNT)).on(&simulator);
    run.apply();
    assert_eq!(run.outputs()["it"]["id"], "m-golden1");
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
    let plan = lookup("").on(&simulator).terraform(&["plan", "-no-color"]);
    assert!(plan.success, "{}", plan.text);
    assert!(plan.text.contains("Warning: Incomplete List Of Images Behind m-"), "{}", plan.text);
    assert_eq!(simulator.journal().len(), 4);
}

#[test]
fn as_of_looks_back() {
    let simulator =
        Simulator::start(world([golden_image("m-golden1", 30), golden_image("m-golden2", 3)], []));
    let run = lookup(&format!("as_of = \"{}\"", days_ago(10))).on(&simulator);
    run.apply();
    assert_eq!(run.outputs()["it"]["id"], "m-golden1");
}

#[test]
fn passing_trouble_is_retried() {
    let simulator = Simulator::start(world([golden_image("m-golden1", 9)], []));
    simulator.inject(Fault::new(Effect::Throttle { retry_after_ms: Some(10) }).calls(1..=1));
    simulator.inject(Fault::new(Effect::Html { status: 502 }).calls(2..=2));
    simulator.inject(Fault::new(Effect::Reset).calls(3..=3));
    lookup("").on(&simulator).apply();
    let statuses: Vec<_> = simulator.journal().iter().map(|entry| entry.status).take(4).collect();
    assert_eq!(statuses, [Some(400), Some(502), None, Some(200)]);
}
