//! `imageguard_aws_image_approval`.

use std::{collections::BTreeMap, fs, path::Path};

use imageguard_simulator::{AccessKey, Account, Role, Simulator, World, aws};
use serde_json::json;

use super::approval_scenarios::{self, Cloud, scenarios};
use crate::{
    clouds::{AWS_REGION, Moto, moto_image, world},
    harness::{ROOT, Workspace, unwrapped},
};

const IMAGE: &str = "ami-0abcdef1234567890";
const OTHER: &str = "222233334444";

const AWS: Cloud = Cloud {
    cloud: imageguard_simulator::Cloud::Aws,
    name: "aws",
    region: AWS_REGION,
    image: IMAGE,
    gone: "ami-00000000000000dd",
    place: "eu-central-1 (AWS)",
    set: ("CreateTags", "ec2:CreateTags"),
    remove: "DeleteTags",
    world: || world([], [aws::Image::new(IMAGE).region(AWS_REGION).name("web")]),
    tags: |world| &mut world.aws.images[0].tags,
    delete: |world| world.aws.images.clear(),
    lag: |world, lag| {
        world.aws.tag_lag.insert("DescribeImages".to_owned(), lag);
    },
    add_key: |world, key| world.aws.access_keys.push(key),
    runner: (
        "arn:aws:sts::111122223333:assumed-role/Pipeline/ci",
        "arn:aws:iam::111122223333:role/Pipeline (with the role's path, if it has one)",
    ),
    layer: "service control policy",
    most: 50,
    reserved: "aws:",
};

scenarios! { AWS =>
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
    let simulator = Simulator::start((AWS.world)());
    let run =
        Workspace::example("resources/imageguard_aws_image_approval/resource.tf").on(&simulator);
    run.apply();
    assert_eq!(run.outputs(), json!({ "approval": "active" }));
    let tags = simulator.edit(|world| world.aws.images[0].tags.clone());
    assert_eq!(json!(tags), json!({ "status": "approved", "role": "web" }));
    assert!(run.terraform(&["destroy", "-auto-approve"]).success);
    assert!(simulator.edit(|world| world.aws.images[0].tags.is_empty()));
}

#[test]
fn an_image_is_imported_by_id_and_by_identity() {
    approval_scenarios::import(
        &AWS,
        &example("resources/imageguard_aws_image_approval/resource.tf"),
        &example("resources/imageguard_aws_image_approval/import.sh"),
        &example("resources/imageguard_aws_image_approval/import-by-identity.tf"),
    );
}

/// A world with an image in each of two regions, which another account may use, and with approvers
/// in both accounts.
fn two_accounts() -> World {
    let image = |id, region| aws::Image::new(id).region(region).name("web").shared_with(OTHER);
    let mut world =
        world([], [image(IMAGE, AWS_REGION), image("ami-0fedcba9876543210", "us-west-2")]);
    let user = format!("arn:aws:iam::{}:user/runner", aws::ACCOUNT);
    world.aws.accounts.push(Account::new(OTHER, "other"));
    world.aws.access_keys.push(AccessKey::new("AKIARUNNER", "runner-secret", &user));
    for account in [aws::ACCOUNT, OTHER] {
        let role = format!("arn:aws:iam::{account}:role/approver");
        world.aws.roles.push(Role::new(&role).trusts(&user));
    }
    world
}

fn as_runner(run: Workspace) -> Workspace {
    run.variable("AWS_ACCESS_KEY_ID", "AKIARUNNER")
        .variable("AWS_SECRET_ACCESS_KEY", "runner-secret")
}

#[test]
fn one_block_approves_in_two_accounts_and_two_regions() {
    let simulator = Simulator::start(two_accounts());
    let folder = "resources/imageguard_aws_image_approval/accounts-and-regions";
    let run = as_runner(Workspace::example(&format!("{folder}/main.tf")).on(&simulator));
    run.apply();
    let approved = BTreeMap::from([("status".to_owned(), "approved".to_owned())]);
    let tags = |simulator: &Simulator| {
        simulator.edit(|world| {
            let images = world.aws.images.iter();
            let both = images.map(|it| (it.tags.clone(), it.foreign_tags.get(OTHER).cloned()));
            both.collect::<Vec<_>>()
        })
    };
    let everywhere = (approved.clone(), Some(approved));
    assert_eq!(tags(&simulator), [everywhere.clone(), everywhere]);
    assert_eq!(run.resources().len(), 4);
    assert!(run.terraform(&["destroy", "-auto-approve"]).success);
    for (own, foreign) in tags(&simulator) {
        assert!(own.is_empty() && foreign.unwrap_or_default().is_empty());
    }
}

#[test]
fn a_role_of_another_account_makes_another_approval() {
    let simulator = Simulator::start(two_accounts());
    let configuration = |account: &str| {
        let text = example("resources/imageguard_aws_image_approval/resource.tf");
        text.replace(
            "expires_at =",
            &format!("assume_role_arn = \"arn:aws:iam::{account}:role/approver\"\n  expires_at ="),
        )
    };
    let run = as_runner(Workspace::new(&configuration(aws::ACCOUNT)).on(&simulator));
    run.apply();
    run.write("main.tf", &configuration(OTHER));
    let plan = run.terraform(&["plan", "-no-color"]);
    assert!(plan.text.contains("1 to add, 0 to change, 1 to destroy"), "{}", plan.text);
    run.apply();
    let image = simulator.edit(|world| world.aws.images[0].clone());
    assert!(image.tags.is_empty(), "{image:?}");
    assert_eq!(image.foreign_tags[OTHER].len(), 2);
}

/// In a plan nobody knows whose account a role is in; in the apply it shows.
#[test]
fn approvals_under_two_roles_of_an_account_fight() {
    let simulator = Simulator::start(two_accounts());
    let text = example("resources/imageguard_aws_image_approval/resource.tf");
    let role = format!("assume_role_arn = \"arn:aws:iam::{}:role/approver\"", aws::ACCOUNT);
    let more = format!(
        "resource \"imageguard_aws_image_approval\" \"more\" {{\n  image_id = \"{IMAGE}\"\n  {role}\n}}\n"
    );
    let run = as_runner(Workspace::new(&format!("{text}{more}")).on(&simulator));
    let told = unwrapped(&run.apply_refused());
    assert!(told.contains("Error: Two Approvals Of One Image"), "{told}");
    assert_eq!(run.resources().len(), 1);
}

#[test]
fn credentials_of_another_account_are_not_taken_for_changed_tags_or_a_deleted_image() {
    let simulator = Simulator::start(two_accounts());
    let run =
        Workspace::example("resources/imageguard_aws_image_approval/resource.tf").on(&simulator);
    run.apply();
    simulator.edit(|world| {
        let user = format!("arn:aws:iam::{OTHER}:user/lost");
        world.aws.access_keys.push(AccessKey::new("AKIALOST", "lost-secret", &user));
    });
    let run = run
        .variable("AWS_ACCESS_KEY_ID", "AKIALOST")
        .variable("AWS_SECRET_ACCESS_KEY", "lost-secret");
    let refused = || {
        let told = unwrapped(&run.refused());
        assert!(told.contains("Error: Another Account"), "{told}");
        assert!(told.contains("tags are in account 111122223333"), "{told}");
    };
    // The image is shared with that account, where it has other tags; and then it is not.
    refused();
    simulator.edit(|world| world.aws.images[0].launch_permissions.clear());
    refused();
    assert!(!run.terraform(&["destroy", "-auto-approve", "-refresh=false"]).success);
    assert_eq!(run.resources().len(), 1);
}

#[test]
fn an_independent_cloud_agrees() {
    let run = Workspace::new(
        &example("resources/imageguard_aws_image_approval/resource.tf")
            // moto answers 500 for images with a date anywhere but in its first region.
            .replace("eu-central-1", "us-east-1"),
    );
    let images = json!([moto_image(IMAGE, "2025-01-01T00:00:00.000Z", json!({ "owner": "team" }))]);
    let file = run.write("images.json", &images.to_string());
    let moto = Moto::start(&file);
    let run = moto.serve(run);
    run.apply();
    let text = fs::read_to_string(run.path("main.tf")).unwrap();
    run.write("main.tf", &text.replace("role = \"web\"", "tier = \"prod\""));
    run.apply();
    assert!(run.terraform(&["destroy", "-auto-approve"]).success);
    // What was there before is there still, and nothing else.
    run.write("main.tf", &text.replace("tags       = {", "tags       = { owner = \"team\", "));
    let planned = run.terraform(&["plan", "-no-color"]);
    assert!(planned.text.contains("Has The Tag owner Already"), "{}", planned.text);
    assert!(!planned.text.contains("Has The Tag status Already"), "{}", planned.text);
}
