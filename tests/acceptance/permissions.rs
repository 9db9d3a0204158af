//! The policy that each page prints is enough, and nothing in it is too much.

use std::{collections::BTreeSet, fs, path::Path};

use imageguard_simulator::{AccessKey, Simulator, alicloud, aws};
use serde_json::Value;

use crate::{
    clouds::{golden_ami, golden_image, world},
    harness::{ROOT, Workspace},
};

/// The actions of the policy on a page.
fn printed_actions(page: &str) -> BTreeSet<String> {
    let file = Path::new(ROOT).join("docs").join(page);
    let text = fs::read_to_string(&file).unwrap();
    let (_, after) = text.split_once("## Permissions").unwrap();
    let (_, after) = after.split_once("```json").unwrap();
    let (policy, _) = after.split_once("```").unwrap();
    let policy: Value = serde_json::from_str(policy).unwrap();
    let actions = policy["Statement"][0]["Action"].as_array().unwrap();
    actions.iter().map(|action| action.as_str().unwrap().to_owned()).collect()
}

/// Plans an example as somebody who may do just this.
fn plan(example: &str, allowed: &BTreeSet<String>) -> bool {
    let simulator = Simulator::start(world(
        [golden_image("m-golden1", 9)],
        [golden_ami("ami-00000000000000a1", 9)],
    ));
    simulator.edit(|world| {
        let user = format!("arn:aws:iam::{}:user/runner", aws::ACCOUNT);
        let mut key = AccessKey::new("AKIARUNNER", "runner-secret", &user);
        key.permissions = Some(allowed.clone());
        world.aws.access_keys.push(key);
        let user = format!("acs:ram::{}:user/runner", alicloud::ACCOUNT);
        let mut key = AccessKey::new("LTAI5tRunner", "runner-secret", &user);
        key.permissions = Some(allowed.clone());
        world.alicloud.access_keys.push(key);
    });
    let run = Workspace::example(example)
        .on(&simulator)
        .variable("AWS_ACCESS_KEY_ID", "AKIARUNNER")
        .variable("AWS_SECRET_ACCESS_KEY", "runner-secret")
        .variable("ALIBABA_CLOUD_ACCESS_KEY_ID", "LTAI5tRunner")
        .variable("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "runner-secret")
        .variable("TF_VAR_ami", "ami-00000000000000a1")
        .variable("TF_VAR_image_id", "m-golden1");
    run.terraform(&["plan"]).success
}

fn exactly_this_policy_is_needed(stem: &str) {
    let example = format!("data-sources/imageguard_{stem}/data-source.tf");
    let printed = printed_actions(&format!("data-sources/{stem}.md"));
    assert!(!printed.is_empty());
    assert!(plan(&example, &printed), "{printed:?} does not suffice");
    for action in &printed {
        let mut less = printed.clone();
        less.remove(action);
        assert!(!plan(&example, &less), "{action} is not needed");
    }
}

#[test]
fn alicloud_image_needs_exactly_its_policy() {
    exactly_this_policy_is_needed("alicloud_image");
}

#[test]
fn aws_image_needs_exactly_its_policy() {
    exactly_this_policy_is_needed("aws_image");
}

#[test]
fn alicloud_image_check_needs_exactly_its_policy() {
    exactly_this_policy_is_needed("alicloud_image_check");
}

#[test]
fn alicloud_images_needs_exactly_its_policy() {
    exactly_this_policy_is_needed("alicloud_images");
}

#[test]
fn aws_image_check_needs_exactly_its_policy() {
    exactly_this_policy_is_needed("aws_image_check");
}

#[test]
fn aws_images_needs_exactly_its_policy() {
    exactly_this_policy_is_needed("aws_images");
}
