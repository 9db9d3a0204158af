//! What goes wrong, and what is written wrong.

use imageguard_simulator::{AccessKey, Effect, Fault};
use serde_json::json;

use super::{Cloud, apply, assert_no_warning, assert_not_told, assert_told, destroy, plan, stored};

/// Wherever the client dies, the next apply finishes, and there is one attachment.
pub(in super::super) fn whoever_is_killed_at_any_call_goes_on_later(cloud: &Cloud) {
    for side in cloud.sides() {
        for call in 1.. {
            let (simulator, run) = cloud.with_one(side);
            let text = std::fs::read_to_string(run.path("main.tf")).unwrap();
            let region = format!("region = \"{}\"", cloud.region);
            run.write("main.tf", &text.replace(&region, &format!("{region}, max_retries = 0")));
            simulator.inject(Fault::new(Effect::Reset).calls(call..=call).takes_effect());
            simulator.inject(Fault::new(Effect::Reset).calls(call + 1..));
            let killed = run.terraform(&["apply", "-auto-approve", "-no-color"]);
            let is_over = killed.success;
            simulator.clear_faults();
            run.apply();
            assert_eq!(side.there(&simulator), side.first(), "killed at call {call}");
            destroy(&run);
            assert!(side.there(&simulator).is_empty(), "killed at call {call}");
            if is_over {
                assert!(call > 4, "{}", killed.text);
                break;
            }
        }
    }
}

pub(in super::super) fn lost_answers_and_full_queues_do_no_harm(cloud: &Cloud) {
    for side in cloud.sides() {
        let (simulator, run) = cloud.with_one(side);
        for action in &side.calls[..2] {
            let throttle = Effect::Throttle { retry_after_ms: None };
            simulator.inject(Fault::new(throttle).action(*action).calls(1..=1));
            simulator.inject(Fault::new(Effect::Reset).action(*action).calls(2..=2).takes_effect());
        }
        let applied = run.apply();
        assert_not_told(&applied.text, "Already");
        assert_eq!(side.there(&simulator), side.first());
        destroy(&run);
        assert!(side.there(&simulator).is_empty());
    }
}

pub(in super::super) fn a_target_that_does_not_exist_is_told_in_the_plan(cloud: &Cloud) {
    let configuration = |side: &super::Side| {
        let guardrail = (side.guardrail)(0);
        cloud.with_block(&cloud.attachment("it", &guardrail, side.nobody, ""))
    };
    let side = &cloud.organisation;
    let missing = |side: &super::Side| format!("There Is No {} On {}", side.nobody, cloud.vendor);
    let (_simulator, run) = cloud.with(&configuration(side));
    assert_told(&run.refused(), &[&missing(side), "The organisation of", "target_id = "]);
    // Whoever has a name may be made by the same run.
    let side = &cloud.account;
    let (_simulator, run) = cloud.with(&configuration(side));
    let told = plan(&run).text;
    assert_told(
        &told,
        &[&format!("Warning: {}", missing(side)), "as a reference to that resource"],
    );
    assert_told(&run.apply_refused(), &[&missing(side), "request id", "target_id = "]);
    assert!(run.resources().is_empty());
}

/// A guardrail of another account is none, and so is one that was deleted.
pub(in super::super) fn a_guardrail_that_does_not_exist_is_told_at_its_id(cloud: &Cloud) {
    for side in cloud.sides() {
        let (simulator, run) = cloud.with_one(side);
        let guardrail = (side.guardrail)(0);
        simulator.edit(|world| (side.delete)(world, &guardrail));
        let missing = format!("There Is No Guardrail {guardrail} On {}", cloud.vendor);
        assert_told(&run.apply_refused(), &[&missing, "request id", "guardrail_id = "]);
        assert!(run.resources().is_empty());
    }
}

pub(in super::super) fn bad_inputs_are_told_without_a_question(cloud: &Cloud) {
    let [organisation, account] = cloud.sides();
    let (of_organisation, of_account) = ((organisation.guardrail)(0), (account.guardrail)(0));
    let table = [
        (of_account.as_str(), organisation.targets[0], "", "Invalid Guardrail Id"),
        ("no such thing", account.targets[0], "", "Invalid Guardrail Id"),
        (&of_organisation, "everybody", "", "Invalid Target"),
        (&of_account, "user/", "", "Invalid Target"),
        (&of_account, account.targets[0], "accepted = [\"me\"]", "Unknown Code"),
        (&of_account, account.targets[0], "assume_role_arn = \"me\"", "Invalid Role"),
        (&of_account, account.targets[0], "timeouts = { create = \"soon\" }", "Invalid Duration"),
    ];
    let (simulator, run) = cloud.with("");
    for (guardrail, target, more, told) in table {
        let attachment = cloud.attachment("it", guardrail, target, more);
        run.write("main.tf", &cloud.with_block(&attachment));
        assert_told(&run.refused(), &[told, "on main.tf line"]);
    }
    assert!(simulator.journal().is_empty(), "nothing was asked for any of this");
}

pub(in super::super) fn what_is_known_only_after_apply_is_checked_then(cloud: &Cloud) {
    let side = &cloud.organisation;
    let guardrail = (side.guardrail)(0);
    let (simulator, run) = cloud.with("");
    let later = |attribute: &str, value: &str| {
        let attachment = cloud.attachment("it", &guardrail, side.targets[0], "");
        let given = if attribute == "guardrail_id" { &guardrail } else { side.targets[0] };
        let attachment = attachment.replace(&format!("\"{given}\""), "terraform_data.later.output");
        let later =
            format!("resource \"terraform_data\" \"later\" {{\n  input = \"{value}\"\n}}\n");
        run.write("main.tf", &cloud.with_block(&format!("{later}{attachment}")));
    };
    later("target_id", "everybody");
    assert_told(&run.apply_refused(), &["Invalid Target", "`everybody`"]);
    later("guardrail_id", "no such thing");
    assert_told(&run.apply_refused(), &["Invalid Guardrail Id", "`no such thing`"]);
    later("guardrail_id", &guardrail);
    run.apply();
    assert_eq!(side.there(&simulator), side.first());
    destroy(&run);
}

pub(in super::super) fn two_attachments_of_one_guardrail_are_refused(cloud: &Cloud) {
    let side = &cloud.organisation;
    let (guardrail, target) = ((side.guardrail)(0), side.targets[0]);
    let twice = ["one", "two"].map(|name| cloud.attachment(name, &guardrail, target, ""));
    let (simulator, run) = cloud.with(&cloud.with_block(&twice.concat()));
    assert_told(&run.refused(), &["Two Attachments Of One Guardrail", &guardrail, target]);
    assert!(side.there(&simulator).is_empty());
}

pub(in super::super) fn whoever_binds_themselves_is_warned(cloud: &Cloud) {
    let side = &cloud.account;
    let [user, group, role] = side.targets;
    for (caller, target) in
        [(cloud.callers[0], user), (cloud.callers[0], group), (cloud.callers[1], role)]
    {
        let guardrail = (side.guardrail)(0);
        let configuration =
            |more: &str| cloud.with_block(&cloud.attachment("it", &guardrail, target, more));
        let (simulator, run) = cloud.with(&configuration(""));
        let key = AccessKey::new("KEYOFCALLER", "caller-secret", caller);
        let key = if caller.contains("assumed-role") { key.token("caller-token") } else { key };
        simulator.edit(cloud.join);
        let run = cloud.as_somebody(run, &simulator, key);
        let told = plan(&run).text;
        let binds = format!("{guardrail} On {target} Binds Its Own Caller");
        assert_told(&told, &[&binds, caller, "accepted = [\"self_target\"]"]);
        run.write("main.tf", &configuration("accepted = [\"self_target\"]"));
        assert_no_warning(&plan(&run).text);
        apply(&run);
        assert_eq!(stored(&run)["accepted"], json!(["self_target"]));
        simulator.clear_journal();
        run.write("main.tf", &configuration(""));
        apply(&run);
        let is_write = |entry: &imageguard_simulator::Entry| !entry.action.starts_with("List");
        assert!(!simulator.journal().iter().any(is_write), "only the state changes");
    }
}

pub(in super::super) fn a_denial_names_the_caller_and_who_may(cloud: &Cloud) {
    for side in cloud.sides() {
        let (simulator, run) = cloud.with_one(side);
        let caller = cloud.callers[0];
        let operation = format!("{}:{}", side.service, side.calls[0]);
        let key =
            AccessKey::new("KEYOFCALLER", "caller-secret", caller).denied(&operation, cloud.layer);
        let run = cloud.as_somebody(run, &simulator, key);
        let told = run.apply_refused();
        assert_told(&told, &["Access Denied By", &operation, caller, "request id"]);
        match side.is_organisations() {
            true => assert_told(&told, &[cloud.managers]),
            false => assert_not_told(&told, cloud.managers),
        }
        assert!(run.resources().is_empty());
    }
}

/// The same names mean something else there.
pub(in super::super) fn credentials_of_another_account_do_not_make_it_gone(cloud: &Cloud) {
    let (simulator, run) = cloud.with_one(&cloud.account);
    run.apply();
    let [account, root] = cloud.stranger;
    simulator.edit(|world| (cloud.add_account)(world, account));
    let key = AccessKey::new("KEYOFSTRANGER", "stranger-secret", root);
    let run = cloud.as_somebody(run, &simulator, key);
    assert_told(&run.refused(), &["Another Account", account, "`assume_role_arn`"]);
    let destroyed = run.terraform(&["destroy", "-auto-approve", "-no-color", "-refresh=false"]);
    assert!(!destroyed.success);
    assert_told(&destroyed.text, &["Another Account", account]);
}

/// In the plan and again in the apply it is looked; then comes the write, and a look whether it shows.
pub(in super::super) fn no_more_calls_than_needed(cloud: &Cloud) {
    for side in cloud.sides() {
        let (simulator, run) = cloud.with_one(side);
        apply(&run);
        let actions = || {
            let journal = simulator.journal();
            journal.iter().map(|entry| entry.action.clone()).collect::<Vec<_>>()
        };
        assert_eq!(actions(), side.creation);
        simulator.clear_journal();
        assert!(plan(&run).text.contains("No changes"));
        assert_eq!(actions(), [side.calls[2]], "a plan without a change reads once");
        simulator.clear_journal();
        destroy(&run);
        assert_eq!(actions(), side.deletion);
    }
}
