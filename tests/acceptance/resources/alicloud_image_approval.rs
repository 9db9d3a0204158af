//! `imageguard_alicloud_image_approval`.

use std::{fs, path::Path};

use imageguard_simulator::{
    AccessKey, Account, Alteration, Change, Effect, Fault, Role, Simulator, World, alicloud,
};
use serde_json::json;

use super::approval_scenarios::{self, Cloud, scenarios};
use crate::{
    clouds::world,
    harness::{ROOT, Workspace, errors, unwrapped},
};

const IMAGE: &str = "m-bp1g7004ksh0oeuc0001";
const OTHER: &str = "1000000000000002";

const ALICLOUD: Cloud = Cloud {
    cloud: imageguard_simulator::Cloud::Alicloud,
    name: "alicloud",
    region: "cn-hangzhou",
    image: IMAGE,
    gone: "m-nobody",
    place: "cn-hangzhou (Alibaba Cloud)",
    set: ("TagResources", "ecs:TagResources"),
    remove: "UntagResources",
    world: || world([alicloud::Image::new(IMAGE).name("web")], []),
    tags: |world| &mut world.alicloud.images[0].tags,
    delete: |world| world.alicloud.images.clear(),
    lag: |world, lag| {
        world.alicloud.tag_lag.insert("DescribeImages".to_owned(), lag);
    },
    add_key: |world, key| world.alicloud.access_keys.push(key),
    runner: (
        "acs:ram::1000000000000001:assumed-role/Pipeline/ci",
        "acs:ram::1000000000000001:role/pipeline to its",
    ),
    layer: "ControlPolicy",
    most: 20,
    reserved: "acs:",
};

scenarios! { ALICLOUD =>
    an_approval_lives_and_goes,
    tags_that_are_left_out_are_the_golden_ones,
    drift_is_told_and_put_right,
    what_somebody_else_has_written_stays,
    an_approval_goes_with_its_image,
    an_approval_ends_by_its_date,
    a_date_in_the_past_is_a_warning,
    a_saved_plan_is_applied_after_the_date,
    it_waits_until_the_tags_are_shown,
    lost_answers_and_full_queues_do_no_harm,
    the_image_tells_what_no_answer_does,
    an_image_may_vanish_at_any_moment,
    what_is_known_only_after_apply_is_checked_then,
    bad_inputs_are_told_in_the_plan,
    the_image_itself_may_be_in_the_way,
    approvals_that_fight_are_told,
    a_replacement_that_is_created_first_keeps_the_tags,
    an_approval_goes_also_if_the_next_one_is_refused,
    an_approval_moves_to_another_name,
    a_tag_that_is_taken_at_once_is_told,
    a_denial_names_the_caller_the_layer_and_the_exemption,
    no_secret_and_no_more_calls_than_needed,
    what_cannot_be_imported_says_why,
}

fn example(name: &str) -> String {
    fs::read_to_string(Path::new(ROOT).join("examples").join(name)).unwrap()
}

#[test]
fn the_example_is_applied_and_taken_back() {
    let simulator = Simulator::start((ALICLOUD.world)());
    let run = Workspace::example("resources/imageguard_alicloud_image_approval/resource.tf")
        .on(&simulator);
    run.apply();
    assert_eq!(run.outputs(), json!({ "approval": "active" }));
    let tags = simulator.edit(|world| world.alicloud.images[0].tags.clone());
    assert_eq!(json!(tags), json!({ "status": "approved", "role": "web" }));
    assert!(run.terraform(&["destroy", "-auto-approve"]).success);
    assert!(simulator.edit(|world| world.alicloud.images[0].tags.is_empty()));
}

#[test]
fn an_image_is_imported_by_id_and_by_identity() {
    approval_scenarios::import(
        &ALICLOUD,
        &example("resources/imageguard_alicloud_image_approval/resource.tf"),
        &example("resources/imageguard_alicloud_image_approval/import.sh"),
        &example("resources/imageguard_alicloud_image_approval/import-by-identity.tf"),
    );
}

/// Two accounts with an image in each of two regions, and with approvers.
fn two_accounts() -> World {
    let other = || alicloud::Owner::try_from(OTHER.to_owned()).unwrap();
    let image = |id, region| alicloud::Image::new(id).region(region).name("web");
    let mut world = world(
        [
            image(IMAGE, "cn-hangzhou"),
            image("m-2ze7004ksh0oeuc00002", "cn-shanghai"),
            image("m-bp1g7004ksh0oeuc0003", "cn-hangzhou")
                .owner(other())
                .shared_with(alicloud::ACCOUNT),
            image("m-2ze7004ksh0oeuc00004", "cn-shanghai").owner(other()),
        ],
        [],
    );
    let user = format!("acs:ram::{}:user/runner", alicloud::ACCOUNT);
    world.alicloud.accounts.push(Account::new(OTHER, "other"));
    world.alicloud.access_keys.push(AccessKey::new("LTAI5tRunner", "runner-secret", &user));
    for account in [alicloud::ACCOUNT, OTHER] {
        let role = format!("acs:ram::{account}:role/approver");
        world.alicloud.roles.push(Role::new(&role).trusts(&user));
    }
    world
}

#[test]
fn one_block_approves_in_two_accounts_and_two_regions() {
    let simulator = Simulator::start(two_accounts());
    let folder = "resources/imageguard_alicloud_image_approval/accounts-and-regions";
    let run = Workspace::example(&format!("{folder}/main.tf"))
        .on(&simulator)
        .variable("ALIBABA_CLOUD_ACCESS_KEY_ID", "LTAI5tRunner")
        .variable("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "runner-secret");
    run.apply();
    let statuses = |simulator: &Simulator| {
        simulator.edit(|world| {
            let images = world.alicloud.images.iter();
            images.map(|image| image.tags.get("status").cloned()).collect::<Vec<_>>()
        })
    };
    assert_eq!(statuses(&simulator), vec![Some("approved".to_owned()); 4]);
    assert!(run.terraform(&["destroy", "-auto-approve"]).success);
    assert_eq!(statuses(&simulator), vec![None; 4]);
}

#[test]
fn only_its_owner_can_approve_an_image() {
    let simulator = Simulator::start(two_accounts());
    let text = example("resources/imageguard_alicloud_image_approval/resource.tf")
        .replace(IMAGE, "m-bp1g7004ksh0oeuc0003");
    let run = Workspace::new(&text).on(&simulator);
    // Neither in a plan nor by import, even where its owner's tags are shown.
    simulator.edit(|world| {
        world.alicloud.owner_tags_cross_accounts = true;
        world.alicloud.images[2].tags.insert("status".to_owned(), "approved".to_owned());
    });
    let address = "imageguard_alicloud_image_approval.web";
    let import = ["import", "-no-color", address, "cn-hangzhou/m-bp1g7004ksh0oeuc0003"];
    for told in [run.refused(), errors(&run.terraform(&import).text)] {
        let told = unwrapped(&told);
        for part in [
            "Error: Image Of Another Account",
            &format!("belongs to another account ({OTHER})"),
            "(`assume_role_arn`)",
        ] {
            assert!(told.contains(part), "`{part}` is missing in:\n{told}");
        }
    }
}

/// The first attempt to remove the tags is lost, and before the second somebody sets one of them
/// to something else: a removal by key alone would take that away.
#[test]
fn a_lost_removal_is_followed_by_a_look_at_the_tags() {
    let simulator = Simulator::start((ALICLOUD.world)());
    let run = Workspace::example("resources/imageguard_alicloud_image_approval/resource.tf")
        .on(&simulator);
    run.apply();
    simulator.clear_journal();
    simulator.inject(Fault::new(Effect::Reset).action("UntagResources").calls(1..=1));
    let tags = [("status".to_owned(), "rejected".to_owned())].into();
    let rejected = Alteration::Tag { tags, account: None };
    let rejected = Change::new(imageguard_simulator::Cloud::Alicloud, IMAGE, rejected);
    simulator.change(rejected.before("DescribeImages", 2));
    assert!(run.terraform(&["destroy", "-auto-approve", "-refresh=false"]).success);
    let tags = simulator.edit(|world| world.alicloud.images[0].tags.clone());
    assert_eq!(json!(tags), json!({ "status": "rejected" }));
    let journal = simulator.journal();
    let actions = journal.iter().map(|entry| entry.action.as_str());
    let actions: Vec<_> = actions.filter(|action| !action.starts_with("Get")).collect();
    let look_and_remove = ["DescribeImages", "UntagResources"];
    assert_eq!(actions, [look_and_remove, look_and_remove].concat());
}
