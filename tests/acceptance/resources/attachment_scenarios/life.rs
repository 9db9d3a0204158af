//! Attachments come, change, get lost and go.

use imageguard_simulator::{AccessKey, Simulator};
use serde_json::json;

use super::{Cloud, Switch, apply, assert_no_warning, assert_told, destroy, plan, stored};
use crate::{harness::Workspace, permissions};

/// To everything that can have one; and then nothing is left.
pub(in super::super) fn guardrails_are_attached_and_detached(cloud: &Cloud) {
    for side in cloud.sides() {
        let guardrail = (side.guardrail)(0);
        let targets = side.targets.map(|target| format!("\"{target}\"")).join(", ");
        let more = format!("for_each = toset([{targets}])");
        let all = cloud.attachment("all", &guardrail, "X", &more).replace("\"X\"", "each.key");
        let (simulator, run) = cloud.with(&cloud.with_block(&all));
        let applied = run.apply();
        assert_no_warning(&applied.text);
        for target in side.targets {
            let there = simulator.edit(|world| (side.attached)(world, target));
            assert_eq!(there, std::slice::from_ref(&guardrail), "{target}");
        }
        destroy(&run);
        for target in side.targets {
            let there = simulator.edit(|world| (side.attached)(world, target));
            assert_eq!(there, Vec::<String>::new(), "{target}");
        }
    }
}

pub(in super::super) fn the_state_says_what_is_where(cloud: &Cloud) {
    let (_simulator, run) = cloud.with_one(&cloud.organisation);
    run.apply();
    let (target, guardrail) = (cloud.organisation.targets[0], (cloud.organisation.guardrail)(0));
    let state = stored(&run);
    assert_eq!(state["id"], format!("{target}:{guardrail}"));
    assert_eq!(state["account_id"], json!(null), "several accounts manage the organisation");
    let (_simulator, run) = cloud.with_one(&cloud.account);
    run.apply();
    let account = cloud.callers[0].split(':').nth(if cloud.name == "aws" { 4 } else { 3 });
    assert_eq!(stored(&run)["account_id"], account.unwrap());
}

pub(in super::super) fn a_detachment_by_others_is_told_and_repaired(cloud: &Cloud) {
    for side in cloud.sides() {
        let (simulator, run) = cloud.with_one(side);
        run.apply();
        let (guardrail, target) = ((side.guardrail)(0), side.targets[0]);
        simulator.edit(|world| (side.detach)(world, &guardrail, target));
        let planned = plan(&run);
        let gone = format!("{guardrail} Is Not On {target} Any More");
        assert_told(&planned.text, &[&gone, "Somebody else has detached", "1 to add"]);
        run.apply();
        assert_eq!(side.there(&simulator), side.first());
    }
}

pub(in super::super) fn a_guardrail_that_is_deleted_is_told_as_such(cloud: &Cloud) {
    for side in cloud.sides() {
        let (simulator, run) = cloud.with_one(side);
        run.apply();
        let guardrail = (side.guardrail)(0);
        simulator.edit(|world| (side.delete)(world, &guardrail));
        let planned = plan(&run);
        assert_told(&planned.text, &[&format!("The guardrail {guardrail} is deleted"), "1 to add"]);
        let missing = format!("There Is No Guardrail {guardrail} On {}", cloud.vendor);
        let told = run.apply_refused();
        assert_told(&told, &[&missing, "guardrail_id = ", "request id"]);
        destroy(&run);
    }
}

pub(in super::super) fn a_target_that_is_deleted_takes_the_attachment_along(cloud: &Cloud) {
    for side in cloud.sides() {
        for arguments in [&["-no-color"][..], &["-no-color", "-refresh=false"]] {
            let (simulator, run) = cloud.with_one(side);
            run.apply();
            simulator.edit(side.remove);
            if arguments.len() == 1 {
                let planned = plan(&run);
                assert_told(&planned.text, &[&format!("There is no {} any more", side.targets[0])]);
            }
            let destroyed = run.terraform(&[&["destroy", "-auto-approve"], arguments].concat());
            assert!(destroyed.success, "{}", destroyed.text);
            assert!(run.resources().is_empty());
        }
        let (simulator, run) = cloud.with_one(side);
        run.apply();
        simulator.edit(side.remove);
        let missing = format!("There Is No {} On {}", side.targets[0], cloud.vendor);
        assert_told(&run.apply_refused(), &[&missing, "target_id"]);
    }
}

pub(in super::super) fn a_feature_that_is_switched_off_is_told_with_the_way_back(cloud: &Cloud) {
    let side = &cloud.organisation;
    let (simulator, run) = cloud.with_one(side);
    run.apply();
    simulator.edit(|world| (cloud.switch)(world, Switch::Off));
    let planned = plan(&run);
    let off = format!("{} are switched off", cloud.feature);
    assert_told(&planned.text, &[&off, "none binds anybody", "Switch them on", "1 to add"]);
    let told = run.apply_refused();
    assert_told(&told, &[&format!("{} Are Off", cloud.feature), &off, "Switch them on"]);
    assert!(run.resources().is_empty());

    // On their way, they are waited for.
    simulator.edit(|world| (cloud.switch)(world, Switch::TurningOn(3)));
    run.apply();
    assert_eq!(side.there(&simulator), side.first());
    // There is nothing to detach where nothing can be attached.
    simulator.edit(|world| (cloud.switch)(world, Switch::Off));
    let destroyed = run.terraform(&["destroy", "-auto-approve", "-no-color", "-refresh=false"]);
    assert!(destroyed.success, "{}", destroyed.text);
}

/// Another run may switch them on first, so that this is no error of the plan.
pub(in super::super) fn a_new_attachment_needs_the_feature_in_the_apply_only(cloud: &Cloud) {
    let (simulator, run) = cloud.with_one(&cloud.organisation);
    simulator.edit(|world| (cloud.switch)(world, Switch::Off));
    let told = plan(&run).text;
    assert_told(&told, &["unless this run switches them on first", "1 to add"]);
    assert_told(&run.apply_refused(), &[&format!("{} Are Off", cloud.feature), "target_id"]);
    simulator.edit(cloud.dissolve);
    assert_told(&run.refused(), &["No Organisation On", cloud.managers, "target_id"]);
}

pub(in super::super) fn an_organisation_that_is_gone_takes_its_attachments_along(cloud: &Cloud) {
    let (simulator, run) = cloud.with_one(&cloud.organisation);
    run.apply();
    simulator.edit(cloud.dissolve);
    let told = plan(&run).text;
    assert_told(&told, &["Any More", &format!("There is no {}", cloud.organisation.targets[0])]);
    destroy(&run);
    assert!(run.resources().is_empty());
}

pub(in super::super) fn what_is_attached_already_is_taken_over_with_a_warning(cloud: &Cloud) {
    for side in cloud.sides() {
        let (simulator, run) = cloud.with_one(side);
        let (guardrail, target) = ((side.guardrail)(0), side.targets[0]);
        simulator.edit(|world| (side.attach)(world, &guardrail, target));
        let adopted = format!("{guardrail} Is On {target} Already");
        assert_told(&plan(&run).text, &[&adopted, "The apply takes it over"]);
        let applied = run.apply();
        let adopted = format!("{guardrail} Was On {target} Already");
        assert_told(&applied.text, &[&adopted, "It is taken over"]);
        assert_eq!(side.there(&simulator), side.first());
        destroy(&run);
        assert!(side.there(&simulator).is_empty());
    }
}

/// Imports in both ways; `import` is the example's command, `by_identity` its block.
pub(in super::super) fn import(
    run: impl Fn() -> (Simulator, Workspace),
    command: &str,
    by_identity: &str,
) {
    let (_simulator, run_by_id) = run();
    let words: Vec<_> = command.split_whitespace().skip(1).chain(["-no-color"]).collect();
    let imported = run_by_id.terraform(&words);
    assert!(imported.success, "{}", imported.text);
    assert!(plan(&run_by_id).text.contains("No changes"));
    destroy(&run_by_id);

    let (_simulator, run) = run();
    let run = run.on_version(crate::versions::TERRAFORM_1_15);
    run.write("import.tf", by_identity);
    let applied = apply(&run);
    assert_told(&applied.text, &["1 imported, 0 added, 0 changed, 0 destroyed"]);
    assert!(plan(&run).text.contains("No changes"));
}

pub(in super::super) fn what_cannot_be_imported_says_why(cloud: &Cloud) {
    for side in cloud.sides() {
        let (_simulator, run) = cloud.with_one(side);
        let import = |id: &str| {
            let imported = run.terraform(&["import", "-no-color", &cloud.address(), id]);
            assert!(!imported.success, "{}", imported.text);
            imported.text
        };
        let (guardrail, target) = ((side.guardrail)(0), side.targets[0]);
        assert_told(&import(&guardrail), &["Invalid Import Id", "TARGET:GUARDRAIL_ID"]);
        let told = import(&format!("{target}:{guardrail}"));
        assert_told(&told, &["Nothing To Import", &format!("{guardrail} is not attached")]);
        let told = import(&format!("{}:{guardrail}", side.nobody));
        assert_told(&told, &[&format!("There Is No {}", side.nobody)]);
    }
}

/// With or without a `moved` block, and created before it is destroyed.
pub(in super::super) fn an_attachment_outlives_its_name(cloud: &Cloud) {
    let side = &cloud.organisation;
    let (simulator, run) = cloud.with_one(side);
    run.apply();
    let renamed = cloud.configuration(side, "").replace("\"it\"", "\"that\"");
    let address = cloud.address();
    let moved = format!("moved {{\n  from = {address}\n  to   = {address}\n}}\n");
    let moved = moved.replacen(
        &format!("to   = {address}"),
        &format!("to   = {}that", address.trim_end_matches("it")),
        1,
    );
    run.write("main.tf", &format!("{renamed}\n{moved}"));
    simulator.clear_journal();
    run.apply();
    let actions = simulator.journal();
    assert!(actions.iter().all(|entry| !side.calls[..2].contains(&entry.action.as_str())));

    // Without the block one goes and one comes, in any order.
    run.write("main.tf", &cloud.configuration(side, "").replace("\"it\"", "\"those\""));
    apply(&run);
    assert_eq!(side.there(&simulator), side.first());
    run.write("main.tf", &cloud.configuration(side, "").replace("\"it\"", "\"that\""));
    run.apply();

    let more = "lifecycle {\n    create_before_destroy = true\n  }";
    run.write("main.tf", &cloud.configuration(side, more).replace("\"it\"", "\"that\""));
    let address = format!("{}that", address.trim_end_matches("it"));
    let replaced = ["apply", "-auto-approve", "-no-color", &format!("-replace={address}")];
    let replaced = run.terraform(&replaced);
    assert!(replaced.success, "{}", replaced.text);
    assert_eq!(side.there(&simulator), side.first(), "the old one leaves it to the new one");
    destroy(&run);
    assert!(side.there(&simulator).is_empty());
}

pub(in super::super) fn a_change_of_guardrail_or_target_makes_another_attachment(cloud: &Cloud) {
    for side in cloud.sides() {
        let (simulator, run) = cloud.with_one(side);
        run.apply();
        let other = (side.guardrail)(1);
        run.write(
            "main.tf",
            &cloud.with_block(&cloud.attachment("it", &other, side.targets[0], "")),
        );
        let planned = run.planned();
        assert_eq!(planned.actions(&cloud.address()), &json!(["delete", "create"]));
        run.apply();
        assert_eq!(side.there(&simulator), [other.as_str()]);
        run.write(
            "main.tf",
            &cloud.with_block(&cloud.attachment("it", &other, side.targets[1], "")),
        );
        run.apply();
        assert!(side.there(&simulator).is_empty());
    }
}

/// Creates, reads and deletes what both examples have, as somebody who may do just what the page
/// prints.
pub(in super::super) fn needs_exactly_its_policy(cloud: &Cloud, [one, other]: [&str; 2]) {
    // The second example without the blocks that the first has, too.
    let (_, other) = other.split_once("\n# ").unwrap();
    let text = format!("{one}\n# {other}");
    let page = format!("resources/{}_guardrail_attachment.md", cloud.name);
    permissions::exactly_suffices(&permissions::printed_actions(&page), |allowed| {
        let (simulator, run) = cloud.with(&text);
        let (account, _) = cloud.callers[0].rsplit_once(':').unwrap();
        let key = AccessKey::new("KEYOFRUNNER", "runner-secret", &format!("{account}:user/runner"));
        let key = AccessKey { permissions: Some(allowed.clone()), ..key };
        let run = cloud.as_somebody(run, &simulator, key);
        let steps = [&["apply", "-auto-approve"][..], &["plan"], &["destroy", "-auto-approve"]];
        steps.iter().all(|step| run.terraform(step).success)
    });
}
