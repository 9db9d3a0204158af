//! `imageguard_alicloud_image_check`

use imageguard_simulator::{
    Simulator, World,
    alicloud::{self, Owner, Status},
};
use serde_json::json;

use super::check_scenarios::{self, Cloud, ids};
use crate::{
    clouds::{days_ago, golden_image, world},
    harness::unwrapped,
};

const CLOUD: Cloud = Cloud {
    name: "alicloud",
    place: "cn-hangzhou (Alibaba Cloud)",
    block: "alicloud = { region = \"cn-hangzhou\" }",
    variable: "image_id",
    example: "data-sources/imageguard_alicloud_image_check/data-source.tf",
    module: "data-sources/imageguard_alicloud_image_check/instance-module",
    check_block: "data-sources/imageguard_alicloud_image_check/check-block/main.tf",
    world: images,
    golden: "m-golden",
    draft: "m-draft",
    gone: "m-gone",
    nth: |number| format!("m-{number:04}"),
    add: |world, id| world.alicloud.images.push(golden_image(&id, 9)),
    batch: 100,
};

const OTHER: u64 = 1_000_000_000_000_002;

fn images() -> World {
    let other = |id: &str| golden_image(id, 9).owner(Owner::Account(OTHER));
    let images = [
        golden_image(CLOUD.golden, 9),
        golden_image(CLOUD.draft, 9).tag("status", "draft"),
        alicloud::Image::new("m-untagged").created_at(days_ago(9)),
        golden_image("m-deprecated", 9).status(Status::Deprecated),
        golden_image("m-creating", 9).status(Status::Creating),
        golden_image("m-elsewhere", 9).region("cn-shanghai"),
        golden_image("aliyun_3_x64_20G.vhd", 9).owner(Owner::System),
        golden_image("m-marketplace", 9).owner(Owner::Marketplace),
        other("m-community").community(),
        other("m-shared").shared_with(alicloud::ACCOUNT),
        other("m-hidden"),
    ];
    world(images, [])
}

check_scenarios::all_on!(CLOUD);

#[test]
fn results_are_told_by_id() {
    let stranger = json!(["not_golden", ["owner_not_trusted", "tags_not_visible"]]);
    check_scenarios::results_are_told_by_id(
        &CLOUD,
        &json!({
            "m-golden": ["golden", []],
            "m-draft": ["not_golden", ["tag_mismatch"]],
            "m-untagged": ["not_golden", ["tag_missing"]],
            "m-deprecated": ["not_golden", ["deprecated"]],
            "m-creating": ["not_golden", ["not_available"]],
            "m-elsewhere": ["unknown", ["deleted"]],
            "aliyun_3_x64_20G.vhd": stranger,
            "m-marketplace": stranger,
            "m-community": ["not_golden", ["owner_not_trusted", "public", "tags_not_visible"]],
            "m-shared": stranger,
            "m-hidden": ["unknown", ["deleted"]],
            "m-gone": ["unknown", ["deleted"]],
        }),
    );
}

#[test]
fn the_rest_of_the_rule_is_judged_too() {
    let simulator = Simulator::start(images());
    let table = [
        ("name_pattern = \"db-*\"", "name"),
        ("family = \"base\"", "family"),
        ("os_type = \"windows\"", "platform"),
        ("architecture = \"arm64\"", "architecture"),
        ("max_age = \"1d\"", "too_old"),
        ("min_age = \"30d\"", "too_new"),
        (&format!("as_of = \"{}\"", days_ago(20)), "too_new"),
    ];
    for (more, code) in table {
        let arguments = format!("{}\n  on_violation = \"none\"\n  {more}", ids([CLOUD.golden]));
        let run = CLOUD.check(&arguments).on(&simulator);
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
    let trusted = format!("{}\n  owners = [\"{OTHER}\"]", ids(["m-shared"]));
    let simulator = Simulator::start(images());
    let text = unwrapped(&CLOUD.check(&trusted).on(&simulator).refused());
    assert!(text.contains("Error: Image m-shared Cannot Be Judged"), "{text}");
    assert!(text.contains("another account's tags do not travel with its images"), "{text}");
    simulator.edit(|world| world.alicloud.owner_tags_cross_accounts = true);
    CLOUD.check(&trusted).on(&simulator).apply();
}

#[test]
fn deprecated_images_pass_on_request() {
    let simulator = Simulator::start(images());
    let arguments = format!("{}\n  include_deprecated = true", ids(["m-deprecated"]));
    CLOUD.check(&arguments).on(&simulator).apply();
}
