//! Approvals that get in each other's way, or in that of somebody else.

use imageguard_simulator::{Alteration, Change, Effect, Fault};
use serde_json::json;

use super::{Cloud, apply, assert_told, plan};

pub(in crate::resources) fn approvals_that_fight_are_told(cloud: &Cloud) {
    let (simulator, run) = cloud.with("");
    let rule = "golden_tags = { status = [\"*\"] }";
    let two = |one: &str, other: &str| {
        let one = cloud.approval("one", &format!("tags = {{ status = \"{one}\" }}"));
        let other = cloud.approval("other", &format!("tags = {{ status = \"{other}\" }}"));
        cloud.with_rule(rule, &format!("{one}{other}"))
    };
    run.write("main.tf", &two("approved", "blessed"));
    assert_told(&run.refused(), &["Contradicting Approvals", "approved", "blessed", "Keep one"]);
    run.write("main.tf", &two("approved", "approved"));
    assert_told(&run.apply_refused(), &["Two Approvals Of One Image", cloud.image, "Keep one"]);
    assert_eq!(run.resources().len(), 1);
    assert_eq!(cloud.tags_of(&simulator), json!({ "status": "approved" }));
}

pub(in crate::resources) fn a_replacement_that_is_created_first_keeps_the_tags(cloud: &Cloud) {
    let (simulator, run) = cloud.with("lifecycle {\n    create_before_destroy = true\n  }");
    run.apply();
    let replaced = run.terraform(&[
        "apply",
        "-auto-approve",
        "-no-color",
        &format!("-replace={}", cloud.address()),
    ]);
    assert!(replaced.success, "{}", replaced.text);
    assert_eq!(cloud.tags_of(&simulator), json!({ "status": "approved" }));
    assert!(plan(&run).text.contains("No changes"));
}

/// Whichever of them is first: the one that goes must not leave its tags for one that never was.
pub(in crate::resources) fn an_approval_goes_also_if_the_next_one_is_refused(cloud: &Cloud) {
    let (simulator, run) = cloud.with("");
    run.apply();
    let denied = Effect::Error {
        status: 403,
        code: if cloud.name == "aws" { "UnauthorizedOperation" } else { "Forbidden.RAM" }
            .to_owned(),
        message: "no".to_owned(),
    };
    simulator.inject(Fault::new(denied).action(cloud.set.0));
    let rule = "golden_tags = { status = [\"approved\"] }";
    run.write("main.tf", &cloud.with_rule(rule, &cloud.approval("next", "")));
    assert_told(&run.apply_refused(), &["Access Denied By", cloud.set.1]);
    assert!(run.resources().is_empty());
    assert_eq!(cloud.tags_of(&simulator), json!({}));
}

pub(in crate::resources) fn an_approval_moves_to_another_name(cloud: &Cloud) {
    let (simulator, run) = cloud.with("");
    run.apply();
    simulator.clear_journal();
    let rule = "golden_tags = { status = [\"approved\"] }";
    let (from, to) = (cloud.address(), cloud.address().replace(".it", ".other"));
    let moved = format!("moved {{\n  from = {from}\n  to = {to}\n}}\n");
    let approval = cloud.approval("other", "");
    run.write("main.tf", &cloud.with_rule(rule, &format!("{approval}{moved}")));
    let planned = plan(&run);
    assert_told(&planned.text, &["0 to add, 0 to change, 0 to destroy", "has moved to"]);
    apply(&run);
    assert_eq!(run.resources(), [to]);
    assert_eq!(cloud.count(&simulator, cloud.set.0), 0);
    assert_eq!(cloud.count(&simulator, cloud.remove), 0);
    assert_eq!(cloud.tags_of(&simulator), json!({ "status": "approved" }));
}

/// The image is looked at in the plan, in the apply, and then for its new tags.
pub(in crate::resources) fn a_tag_that_is_taken_at_once_is_told(cloud: &Cloud) {
    let (simulator, run) = cloud.with("timeouts = { create = \"2s\" }");
    let tags = [("status".to_owned(), "rejected".to_owned())].into();
    let rejected = Alteration::Tag { tags, account: None };
    let rejected = Change::new(cloud.cloud, cloud.image, rejected);
    simulator.change(rejected.before("DescribeImages", 3));
    assert_told(
        &run.apply_refused(),
        &["Tags Are Not Shown", "`status` is `rejected`, not `approved`", "keep one of them"],
    );
    assert_eq!(cloud.tags_of(&simulator), json!({ "status": "rejected" }));
}
