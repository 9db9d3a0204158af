//! `imageguard_aws_image_check`

use imageguard_simulator::{
    Simulator, World,
    aws::{self, AllowedImages, AllowedImagesState, State, Watermark},
};
use serde_json::json;

use super::check_scenarios::{self, Cloud, ids};
use crate::{
    clouds::{AWS_REGION, Moto, days_ago, golden_ami, moto_image, world},
    harness::{Workspace, unwrapped},
};

const CLOUD: Cloud = Cloud {
    name: "aws",
    place: "eu-central-1 (AWS)",
    block: "aws = { region = \"eu-central-1\" }",
    variable: "ami",
    example: "data-sources/imageguard_aws_image_check/data-source.tf",
    module: "data-sources/imageguard_aws_image_check/instance-module",
    check_block: "data-sources/imageguard_aws_image_check/check-block/main.tf",
    world: images,
    golden: "ami-00000000000000a1",
    draft: "ami-00000000000000d1",
    gone: "ami-00000000000000f1",
    nth: |number| format!("ami-{number:017x}"),
    add: |world, id| world.aws.images.push(golden_ami(&id, 9)),
    batch: 200,
};

const OTHER: &str = "222233334444";

fn images() -> World {
    let other = |id: &str| golden_ami(id, 9).owner(OTHER).shared_with(aws::ACCOUNT);
    let images = [
        golden_ami(CLOUD.golden, 9),
        golden_ami(CLOUD.draft, 9).tag("status", "draft"),
        aws::Image::new("ami-00000000000000d2").region(AWS_REGION).created_at(days_ago(9)),
        golden_ami("ami-00000000000000d3", 9).state(State::Disabled),
        golden_ami("ami-00000000000000d4", 9).deprecated_at(days_ago(1)),
        golden_ami("ami-00000000000000d5", 9).state(State::Pending),
        golden_ami("ami-00000000000000d6", 9).owner(OTHER).public(),
        golden_ami("ami-00000000000000d7", 9).region("us-east-1"),
        golden_ami("ami-00000000000000d8", 9).owner(OTHER),
        other("ami-00000000000000d9"),
        other("ami-00000000000000da").foreign_tag(aws::ACCOUNT, "status", "approved"),
    ];
    world([], images)
}

check_scenarios::all_on!(CLOUD);

#[test]
fn results_are_told_by_id() {
    let stranger = json!(["not_golden", ["owner_not_trusted", "tags_not_visible"]]);
    check_scenarios::results_are_told_by_id(
        &CLOUD,
        &json!({
            "ami-00000000000000a1": ["golden", []],
            "ami-00000000000000d1": ["not_golden", ["tag_mismatch"]],
            "ami-00000000000000d2": ["not_golden", ["tag_missing"]],
            "ami-00000000000000d3": ["not_golden", ["disabled"]],
            "ami-00000000000000d4": ["not_golden", ["deprecated"]],
            "ami-00000000000000d5": ["not_golden", ["not_available"]],
            "ami-00000000000000d6":
                ["not_golden", ["owner_not_trusted", "public", "tags_not_visible"]],
            "ami-00000000000000d7": ["unknown", ["deleted"]],
            "ami-00000000000000d8": ["unknown", ["deleted"]],
            "ami-00000000000000d9": stranger,
            "ami-00000000000000da": ["not_golden", ["owner_not_trusted"]],
            "ami-00000000000000f1": ["unknown", ["deleted"]],
        }),
    );
}

#[test]
fn the_rest_of_the_rule_is_judged_too() {
    let arguments =
        |more: &str| format!("{}\n  on_violation = \"none\"\n  {more}", ids([CLOUD.golden]));
    let simulator = Simulator::start(images());
    let table = [
        ("name_pattern = \"db-*\"", "name"),
        ("platform = \"windows\"", "platform"),
        ("architecture = \"arm64\"", "architecture"),
        ("max_age = \"1d\"", "too_old"),
        ("min_age = \"30d\"", "too_new"),
        (&format!("as_of = \"{}\"", days_ago(20)), "too_new"),
        (&format!("watermarks = [\"{}:hardened\"]", aws::ACCOUNT), "watermark_missing"),
    ];
    for (more, code) in table {
        let run = CLOUD.check(&arguments(more)).on(&simulator);
        run.apply();
        let result = &run.outputs()["it"]["results"][CLOUD.golden];
        assert_eq!(
            (&result["verdict"], &result["reasons"]),
            (&json!("not_golden"), &json!([code]))
        );
    }
}

#[test]
fn images_of_a_trusted_account_are_unknown_where_their_tags_do_not_travel() {
    let simulator = Simulator::start(images());
    let (shared, marked) = ("ami-00000000000000d9", "ami-00000000000000da");
    let trusted = format!("{}\n  owners = [\"{OTHER}\"]", ids([shared, marked]));
    let text = unwrapped(&CLOUD.check(&trusted).on(&simulator).refused());
    for part in [
        "Error: Image ami-00000000000000d9 Cannot Be Judged",
        "1 of 2 checked",
        "another account's tags do not travel with its images",
        "Set tags that are hidden again in this account (AWS)",
    ] {
        assert!(text.contains(part), "`{part}` is missing in:\n{text}");
    }
    let run = CLOUD.check(&format!("{trusted}\n  on_unknown = \"none\"")).on(&simulator);
    run.apply();
    let results = &run.outputs()["it"]["results"];
    assert_eq!(results[shared]["reasons"], json!(["tags_not_visible"]));
    assert_eq!(results[marked]["verdict"], "golden", "the caller has marked it itself");
}

#[test]
fn a_watermark_vouches_for_an_image_but_not_for_its_descendants() {
    let mark = || Watermark {
        key: format!("{OTHER}:hardened"),
        source_image_id: "ami-00000000000000a2".to_owned(),
        source_image_region: AWS_REGION.to_owned(),
        source_image_created_at: days_ago(9),
        created_at: days_ago(9),
    };
    let other = |id: &str| {
        let image = aws::Image::new(id).region(AWS_REGION).created_at(days_ago(9)).owner(OTHER);
        image.shared_with(aws::ACCOUNT).watermark(mark())
    };
    let images = [other("ami-00000000000000a2"), other("ami-00000000000000a3")];
    let simulator = Simulator::start(world([], images));
    let arguments = ids(["ami-00000000000000a2", "ami-00000000000000a3"])
        + &format!("\n  owners = [\"{OTHER}\"]\n  watermarks = [\"{OTHER}:hardened\"]")
        + "\n  on_violation = \"none\"";
    let run = CLOUD.check(&arguments).on(&simulator);
    let run = Workspace::new(&read_without_golden_tags(&run)).on(&simulator);
    run.apply();
    let results = &run.outputs()["it"]["results"];
    assert_eq!(results["ami-00000000000000a2"]["verdict"], "golden");
    assert_eq!(results["ami-00000000000000a3"]["reasons"], json!(["watermark_inherited"]));
}

fn read_without_golden_tags(run: &Workspace) -> String {
    let text = std::fs::read_to_string(run.path("main.tf")).unwrap();
    text.replace("golden_tags = { status = [\"approved\"] }", "")
}

#[test]
fn allowed_amis_count() {
    let foreign = golden_ami("ami-00000000000000a2", 9)
        .owner(OTHER)
        .public()
        .not_allowed()
        .foreign_tag(aws::ACCOUNT, "status", "approved");
    let mut world = world([], [foreign]);
    let simulator = |world: &mut World, state| {
        world.aws.allowed_images = vec![AllowedImages {
            account: aws::ACCOUNT.to_owned(),
            region: AWS_REGION.to_owned(),
            state,
        }];
        Simulator::start(world.clone())
    };
    let arguments = ids(["ami-00000000000000a2"])
        + &format!("\n  owners = [\"{OTHER}\"]\n  on_violation = \"none\"");
    let table = [
        (AllowedImagesState::AuditMode, "not_golden", "not_allowed"),
        (AllowedImagesState::Enabled, "unknown", "deleted"),
    ];
    for (state, verdict, code) in table {
        let simulator = simulator(&mut world, state);
        let run = CLOUD.check(&arguments).on(&simulator);
        run.apply();
        let result = &run.outputs()["it"]["results"]["ami-00000000000000a2"];
        assert_eq!((&result["verdict"], &result["reasons"]), (&json!(verdict), &json!([code])));
    }
}

#[test]
fn the_check_agrees_with_an_independent_cloud() {
    let (golden, draft) = ("ami-000000000000000a1", "ami-000000000000000a3");
    let date = "2025-01-01T00:00:00.000Z";
    let images = json!([
        moto_image(golden, date, json!({ "status": "approved" })),
        moto_image(draft, date, json!({ "status": "draft" })),
    ]);
    // moto answers 500 for images with a date anywhere but in its first region.
    let given = ids([golden, draft, "ami-000000000000000f1"]);
    let run = CLOUD.check(&format!("{given}\n  region = \"us-east-1\"\n  on_violation = \"none\""));
    let file = run.write("images.json", &images.to_string());
    let moto = Moto::start(&file);
    let run = moto.serve(run);
    run.apply();
    let results = &run.outputs()["it"]["results"];
    assert_eq!(results[golden]["verdict"], "golden");
    assert_eq!(results[draft]["reasons"], json!(["tag_mismatch"]));
    assert_eq!(results["ami-000000000000000f1"]["verdict"], "unknown");
}
