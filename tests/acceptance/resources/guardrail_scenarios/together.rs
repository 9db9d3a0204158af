//! Guardrails that meet: their replacement, another of the same name, others at work.

use serde_json::json;

use super::{Cloud, RULES, assert_told, destroy};
use crate::harness::unwrapped;

/// Somebody deletes the policy while the plan is being read.
pub(in super::super) fn a_policy_that_is_gone_since_the_plan_is_told(cloud: &Cloud) {
    for side in &cloud.sides {
        let simulator = cloud.start();
        let run = cloud.run(&simulator, side, RULES);
        run.apply();
        cloud.rewrite(&run, side, &RULES.replace("export       = {}", "share = {}"));
        run.planned();
        simulator.edit(side.clear);
        let applied = run.terraform(&["apply", "-no-color", "plan"]);
        assert!(!applied.success, "{}", applied.text);
        assert_told(&applied.text, &["Guardrail golden Is Gone", "Plan again"]);
        run.apply();
        assert_eq!(side.only(&simulator).name, "golden");
    }
}

/// What may be accepted, or may be longer, is no error before it is known.
pub(in super::super) fn codes_and_limits_may_be_known_only_after_apply(cloud: &Cloud) {
    let [side, _] = &cloud.sides;
    let simulator = cloud.start();
    let run = cloud.run(&simulator, side, RULES);
    let later = |code: &str, limit: u32| {
        let attributes = "rules = { protect_tags = {} }
            accepted   = [terraform_data.code.output]
            size_limit = terraform_data.limit.output";
        let inputs = format!(
            "resource \"terraform_data\" \"code\" {{ input = \"{code}\" }}
             resource \"terraform_data\" \"limit\" {{ input = {limit} }}"
        );
        cloud.configuration(side, "golden", attributes) + &inputs
    };
    run.write("main.tf", &later("no_builder", 4096));
    run.planned();
    assert_told(&run.apply_refused(), &["Invalid Rule", "no_approver"]);
    run.write("main.tf", &later("no_approver", 60));
    run.planned();
    assert_told(&run.apply_refused(), &["Guardrail Is Too Long", "and 60 are allowed"]);
    assert_eq!(side.seen(&simulator), []);
    run.write("main.tf", &later("no_approver", 4096));
    run.apply();
    side.only(&simulator);
}

/// The new guardrail takes over the policy of the one that goes.
pub(in super::super) fn a_policy_that_replaces_itself_stays(cloud: &Cloud) {
    for side in &cloud.sides {
        let simulator = cloud.start();
        let lasting = format!("{RULES}\n  lifecycle {{ create_before_destroy = true }}");
        let run = cloud.run(&simulator, side, &lasting);
        run.apply();
        let before = side.only(&simulator);
        let replace = format!("-replace={}", cloud.address());
        let replaced = run.terraform(&["apply", "-auto-approve", "-no-color", &replace]);
        assert!(replaced.success, "{}", replaced.text);
        assert_told(&replaced.text, &["Guardrail golden Was There Already", "1 destroyed"]);
        assert_eq!(side.only(&simulator), before);
        assert!(run.planned().is_empty());
        assert!(destroy(&run).success);
        assert_eq!(side.seen(&simulator), []);
    }
}

pub(in super::super) fn two_guardrails_of_one_name_are_refused(cloud: &Cloud) {
    for side in &cloud.sides {
        let simulator = cloud.start();
        let first = cloud.configuration(side, "golden", RULES);
        let resource = first.find("resource").map(|start| first.split_at(start).1).unwrap();
        let second = resource.replacen("\"it\"", "\"other\"", 1);
        let run = cloud.run(&simulator, side, RULES);
        run.write("main.tf", &format!("{first}{second}"));
        assert_told(&run.refused(), &["Two Guardrails Of One Name", "`golden`", side.level]);
        assert_eq!(side.seen(&simulator), []);

        // Names that turn out the same.
        let name = "resource \"terraform_data\" \"name\" { input = \"golden\" }";
        let second = second.replacen("\"golden\"", "terraform_data.name.output", 1);
        run.write("main.tf", &format!("{first}{second}{name}"));
        assert_told(&run.apply_refused(), &["Two Guardrails Of One Name"]);
        side.only(&simulator);
    }
}

/// An organisation's policy belongs to no account; one account may hand it on to another.
pub(in super::super) fn a_delegated_administrator_manages_the_same_policy(cloud: &Cloud) {
    let [side, _] = &cloud.sides;
    let simulator = cloud.start();
    let run = cloud.run(&simulator, side, RULES);
    run.apply();
    let before = side.only(&simulator);
    let (_, add) = cloud.delegate;
    let (id, secret) = simulator.edit(add);
    let [id_variable, secret_variable] = cloud.key;
    let run = run.variable(id_variable, id).variable(secret_variable, secret);
    assert!(run.planned().is_empty());
    cloud.rewrite(&run, side, &RULES.replace("export       = {}", "share = {}"));
    assert_eq!(run.planned().actions(&cloud.address()), &json!(["update"]));
    run.apply();
    let after = side.only(&simulator);
    assert_eq!(after.id, before.id);
    assert_ne!(after.document, before.document);
    // To an account outside the organisation the policy is not gone, but out of sight.
    let (_, add) = cloud.stranger;
    let (id, secret) = simulator.edit(add);
    let run = run.variable(id_variable, id).variable(secret_variable, secret);
    let told = unwrapped(&run.refused());
    assert!(!told.contains("Is Gone"), "{told}");
    assert_eq!(side.only(&simulator), after);
}
