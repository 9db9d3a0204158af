//! `imageguard_aws_image`

use imageguard_simulator::{
    Effect, Fault, Simulator,
    aws::{self, Pages, State, Watermark},
};
use serde_json::json;

use crate::{
    clouds::{AWS_REGION, Moto, days_ago, golden_ami, moto_image, world},
    harness::{Workspace, unwrapped},
};

const EXAMPLE: &str = "data-sources/imageguard_aws_image/data-source.tf";

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
  aws         = {{ region = "{AWS_REGION}" }}
}}
data "imageguard_aws_image" "it" {{
  {arguments}
}}
output "it" {{
  value = data.imageguard_aws_image.it
}}
"#
    ))
}

/// Images that each miss the example's rule in one way, all newer than the golden ones.
fn decoys() -> Vec<aws::Image> {
    let mut pending = golden_ami("ami-0000000000000d01", 2);
    pending.state = State::Pending;
    let mut arm = golden_ami("ami-0000000000000d02", 2);
    arm.architecture = "arm64".to_owned();
    vec![
        pending,
        arm,
        golden_ami("ami-0000000000000d03", 2).tag("status", "draft"),
        golden_ami("ami-0000000000000d04", 2).tag("role", "database"),
        golden_ami("ami-0000000000000d05", 0),
        golden_ami("ami-0000000000000d06", 2).state(State::Disabled),
        golden_ami("ami-0000000000000d07", 2).deprecated_at(days_ago(1)),
        golden_ami("ami-0000000000000d08", 2).region("us-east-1"),
        golden_ami("ami-0000000000000d09", 2).owner("222233334444").public(),
        golden_ami("ami-0000000000000d0a", 200),
    ]
}

#[test]
fn the_example_picks_the_newest_golden_image_among_decoys() {
    let golden = [golden_ami("ami-00000000000000a1", 9), golden_ami("ami-00000000000000a2", 3)];
    let simulator = Simulator::start(world([], decoys().into_iter().chain(golden)));
    let run = Workspace::example(EXAMPLE).on(&simulator);
    run.apply();
    assert_eq!(run.outputs(), json!({ "ami": "ami-00000000000000a2" }));
}

#[test]
fn all_facts_are_told() {
    let image = golden_ami("ami-00000000000000a1", 9).deprecated_at(days_ago(-9));
    let created = image.created_at.to_string();
    let deprecated = image.deprecated_at.unwrap().to_string();
    let simulator = Simulator::start(world([], [image]));
    let run = lookup("").on(&simulator);
    run.apply();
    let it = &run.outputs()["it"];
    let told = |name: &str| it[name].clone();
    assert_eq!(told("id"), "ami-00000000000000a1");
    assert_eq!(told("name"), "web-ami-00000000000000a1");
    assert_eq!(told("owner_id"), aws::ACCOUNT);
    assert_eq!(told("created_at"), json!(created));
    assert_eq!((told("deprecated"), told("deprecated_at")), (json!(false), json!(deprecated)));
    assert_eq!(told("image_tags"), json!({ "status": "approved", "role": "web" }));
    assert_eq!((told("platform"), told("architecture")), (json!("linux"), json!("x86_64")));
    assert_eq!((told("scanned"), told("matched")), (json!(1), json!(1)));
    assert_eq!(told("near_misses"), json!([]));
}

#[test]
fn without_a_golden_image_the_run_fails_and_says_why() {
    let simulator = Simulator::start(world([], decoys()));
    let text = unwrapped(&Workspace::example(EXAMPLE).on(&simulator).refused());
    for part in [
        "Error: No Golden Image",
        "on main.tf line",
        "tag: status = approved tag: role = web or web-*",
        "owners: self",
        "8 scanned → 8 of a trusted owner → 5 in a usable state → 3 with the tags → 2 with the \
         name → 0 of the age",
        "less than 24h ago",
        "its state is `pending`",
        "its architecture is `arm64`",
    ] {
        assert!(text.contains(part), "`{part}` is missing in:\n{text}");
    }
}

#[test]
fn on_missing_null_goes_on_without_an_image() {
    let simulator = Simulator::start(world([], decoys()));
    let run = lookup("tags = { role = [\"none\"] }\n  on_missing = \"null\"").on(&simulator);
    run.apply();
    let it = &run.outputs()["it"];
    assert_eq!((&it["id"], &it["matched"], &it["scanned"]), (&json!(null), &json!(0), &json!(8)));
    let nearest = it["near_misses"].as_array().unwrap();
    assert_eq!(nearest.len(), 8);
    assert_eq!(nearest[0]["id"], "ami-0000000000000d05");
    assert_eq!(nearest[0]["reasons"], json!(["tag_mismatch"]));
}

#[test]
fn more_than_one_is_an_error_without_most_recent() {
    let golden = [golden_ami("ami-00000000000000a1", 9), golden_ami("ami-00000000000000a2", 3)];
    let simulator = Simulator::start(world([], golden));
    let text = unwrapped(&lookup("most_recent = false").on(&simulator).refused());
    assert!(text.contains("More Than One Golden Image"), "{text}");
    assert!(text.contains("ami-00000000000000a2 web-ami-00000000000000a2"), "{text}");
    assert!(text.contains("ami-00000000000000a1 web-ami-00000000000000a1"), "{text}");
}

#[test]
fn every_page_is_read_even_after_an_empty_one() {
    let golden = golden_ami("ami-00000000000000aa", 1);
    let others = (0..2_500).map(|n| golden_ami(&format!("ami-{n:017x}"), 30));
    let mut world = world([], others.chain([golden]));
    world.aws.pages = Pages::EmptyBetween;
    let simulator = Simulator::start(world);
    let run = lookup("").on(&simulator);
    run.apply();
    let it = &run.outputs()["it"];
    assert_eq!((&it["id"], &it["scanned"]), (&json!("ami-00000000000000aa"), &json!(2_501)));
}

#[test]
fn two_hundred_identical_lookups_are_one_request() {
    let simulator = Simulator::start(world([], [golden_ami("ami-00000000000000a1", 9)]));
    let plan = lookup("count = 200").on(&simulator).terraform(&["plan", "-no-color"]);
    assert!(plan.success, "{}", plan.text);
    assert_eq!(simulator.journal().len(), 1, "{:#?}", simulator.journal());
}

#[test]
fn the_vendor_is_asked_with_owner_state_and_tags() {
    let simulator = Simulator::start(world([], [golden_ami("ami-00000000000000a1", 9)]));
    let plan = lookup("tags = { role = [\"web*\"], status = [\"app*\"] }").on(&simulator);
    assert!(plan.terraform(&["plan"]).success);
    let asked = &simulator.journal()[0].parameters;
    let filters: Vec<_> = asked.iter().filter(|(key, _)| key.starts_with("Filter")).collect();
    let texts: Vec<_> = filters.iter().map(|(key, value)| format!("{key}={value}")).collect();
    let texts = texts.join(" ");
    assert_eq!(asked["Owner.1"], "self");
    for part in ["=state", "=available", "=tag:status", "=approved", "=tag-key", "=role"] {
        assert!(texts.contains(part), "`{part}` is missing in {texts}");
    }
}

#[test]
fn a_watermark_marks_as_well_as_a_tag() {
    let mark = |source: &str| Watermark {
        key: format!("{}:hardened", aws::ACCOUNT),
        source_image_id: source.to_owned(),
        ..golden_watermark()
    };
    let marked = golden_ami("ami-00000000000000a1", 9).watermark(mark("ami-00000000000000a1"));
    let child = golden_ami("ami-00000000000000a2", 3).watermark(mark("ami-00000000000000a1"));
    let simulator = Simulator::start(world([], [marked, child]));
    let wanted = format!("watermarks = [\"{}:hardened\"]", aws::ACCOUNT);
    let direct = lookup(&wanted).on(&simulator);
    direct.apply();
    assert_eq!(direct.outputs()["it"]["id"], "ami-00000000000000a1");
    let inherited = lookup(&format!("{wanted}\n  watermark_direct_only = false")).on(&simulator);
    inherited.apply();
    assert_eq!(inherited.outputs()["it"]["id"], "ami-00000000000000a2");
}

fn golden_watermark() -> Watermark {
    Watermark {
        key: String::new(),
        source_image_id: String::new(),
        source_image_region: AWS_REGION.to_owned(),
        source_image_created_at: days_ago(9),
        created_at: days_ago(9),
    }
}

#[test]
fn another_accounts_tags_do_not_travel() {
    let shared =
        golden_ami("ami-00000000000000a1", 9).owner("222233334444").shared_with(aws::ACCOUNT);
    let simulator = Simulator::start(world([], [shared]));
    let text = unwrapped(&lookup("owners = [\"222233334444\"]").on(&simulator).refused());
    assert!(text.contains("no tag `status` is visible"), "{text}");
    let untrusted = unwrapped(&lookup("").on(&simulator).refused());
    assert!(untrusted.contains("its owner 222233334444 is not among `owners`"), "{untrusted}");
}

#[test]
fn a_shared_image_marked_by_the_caller_counts_if_its_owner_is_trusted() {
    let shared = golden_ami("ami-00000000000000a1", 9)
        .owner("222233334444")
        .shared_with(aws::ACCOUNT)
        .foreign_tag(aws::ACCOUNT, "status", "approved");
    let simulator = Simulator::start(world([], [shared]));
    let run = lookup("owners = [\"self\", \"222233334444\"]").on(&simulator);
    run.apply();
    assert_eq!(run.outputs()["it"]["owner_id"], "222233334444");
}

#[test]
fn the_callers_own_account_id_means_the_caller() {
    let golden = golden_ami("ami-00000000000000a1", 9);
    let simulator = Simulator::start(world([], [golden]));
    let owners = format!("owners = [\"{}\"]", aws::ACCOUNT);
    lookup(&owners).on(&simulator).apply();
    let untagged = aws::Image::new("ami-00000000000000a2").region(AWS_REGION);
    let simulator = Simulator::start(world([], [untagged]));
    let text = unwrapped(&lookup(&owners).on(&simulator).refused());
    assert!(text.contains("it has no tag `status`"), "{text}");
}

#[test]
fn as_of_looks_back() {
    let golden = [
        golden_ami("ami-00000000000000a1", 30).deprecated_at(days_ago(5)),
        golden_ami("ami-00000000000000a2", 3),
    ];
    let simulator = Simulator::start(world([], golden));
    let run = lookup(&format!("as_of = \"{}\"", days_ago(10))).on(&simulator);
    run.apply();
    let it = &run.outputs()["it"];
    assert_eq!((&it["id"], &it["deprecated"]), (&json!("ami-00000000000000a1"), &json!(false)));
}

#[test]
fn a_type_may_name_another_region() {
    let simulator =
        Simulator::start(world([], [golden_ami("ami-00000000000000a1", 9).region("us-west-2")]));
    let run = lookup("region = \"us-west-2\"").on(&simulator);
    run.apply();
    assert_eq!(run.outputs()["it"]["id"], "ami-00000000000000a1");
}

#[test]
fn plain_http_goes_through_no_proxy() {
    let simulator = Simulator::start(world([], [golden_ami("ami-00000000000000a1", 9)]));
    lookup("").on(&simulator).variable("HTTP_PROXY", "http://127.0.0.1:9").apply();
}

#[test]
fn passing_trouble_is_retried() {
    let simulator = Simulator::start(world([], [golden_ami("ami-00000000000000a1", 9)]));
    simulator.inject(Fault::new(Effect::Throttle { retry_after_ms: None }).calls(1..=1));
    simulator.inject(Fault::new(Effect::Html { status: 502 }).calls(2..=2));
    simulator.inject(Fault::new(Effect::Reset).calls(3..=3));
    lookup("").on(&simulator).apply();
    let statuses: Vec<_> = simulator.journal().iter().map(|entry| entry.status).take(4).collect();
    assert_eq!(statuses, [Some(503), Some(502), None, Some(200)]);
}

#[test]
fn the_lookup_agrees_with_an_independent_cloud() {
    let approved = json!({ "status": "approved" });
    let images = json!([
        moto_image("ami-000000000000000a1", "2025-01-01T00:00:00.000Z", approved.clone()),
        moto_image("ami-000000000000000a2", "2025-02-01T00:00:00.000Z", approved.clone()),
        moto_image(
            "ami-000000000000000a3",
            "2025-03-01T00:00:00.000Z",
            json!({ "status": "draft" })
        ),
        moto_image("ami-000000000000000a4", "2025-04-01T00:00:00.000Z", json!({})),
    ]);
    // moto answers 500 for images with a date anywhere but in its first region.
    let run = lookup("region = \"us-east-1\"");
    let file = run.write("images.json", &images.to_string());
    let moto = Moto::start(&file);
    let run = moto.serve(run);
    run.apply();
    let it = &run.outputs()["it"];
    assert_eq!(it["id"], "ami-000000000000000a2");
    assert_eq!(it["matched"], 2);
    assert_eq!(it["created_at"], "2025-02-01T00:00:00Z");

    let nobody = lookup("region = \"us-east-1\"\n  tags = { status = [\"retired\"] }");
    let text = unwrapped(&moto.serve(nobody).refused());
    assert!(text.contains("its tag `status` is `approved`, not retired"), "{text}");
}
