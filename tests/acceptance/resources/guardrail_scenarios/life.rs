//! Guardrails from creation to deletion, and what others do to them.

use imageguard_simulator::{Effect, Fault};
use serde_json::{Value, json};

use super::{Cloud, RULES, apply, assert_told, destroy, plan};

pub(in super::super) fn a_guardrail_lives_changes_and_goes(cloud: &Cloud) {
    for side in &cloud.sides {
        let simulator = cloud.start();
        let run = cloud.run(&simulator, side, &format!("description = \"first\"\n{RULES}"));
        run.apply();
        let first = side.only(&simulator);
        assert_eq!((&*first.name, &*first.description), ("golden", "first"));
        let (stored, _) = run.stored(&cloud.address()).unwrap();
        assert_eq!(stored["document"], json!(first.document));
        assert_eq!(stored["id"], json!(first.id));
        assert_eq!(stored["rules"]["launch"]["tags"], json!({ "status": ["approved"] }));
        assert_eq!(stored["proof"]["export.protection"], json!("proved"));

        let tags = r#"tags = { team = "platform" }"#;
        let more = RULES.replace("export       = {}", "share = {}");
        // Not every vendor can change a description, or take it away.
        cloud.rewrite(&run, side, &format!("description = \"first\"\n{tags}\n{more}"));
        assert_eq!(run.planned().actions(&cloud.address()), &json!(["update"]));
        run.apply();
        let second = side.only(&simulator);
        assert_eq!(second.id, first.id);
        assert_ne!(second.document, first.document);
        assert_eq!(second.tags, ["team=platform"]);

        let destroyed = destroy(&run);
        assert!(destroyed.success, "{}", destroyed.text);
        assert_eq!(side.seen(&simulator), []);
    }
}

pub(in super::super) fn reasons_and_owners_need_no_call(cloud: &Cloud) {
    let [side, _] = &cloud.sides;
    let simulator = cloud.start();
    let exemption = r#"
  exemptions = [{
    principals = ["MIGRATION"]
    rules      = ["launch"]
    reason     = "moving"
    owner      = "platform"
    expires_at = "2099-01-01T00:00:00Z"
  }]"#;
    let run = cloud.run(&simulator, side, &format!("{RULES}{exemption}"));
    run.apply();
    let before = side.only(&simulator);
    assert!(before.document.contains("2099-01-01T00:00:00Z"), "{}", before.document);
    cloud.rewrite(&run, side, &format!("{RULES}{exemption}").replace("moving", "moved"));
    assert_eq!(run.planned().actions(&cloud.address()), &json!(["update"]));
    simulator.clear_journal();
    run.apply();
    assert_eq!(side.only(&simulator), before);
    let journal = simulator.journal();
    let writes = journal.iter().filter(|entry| side.calls.contains(&entry.action.as_str()));
    assert_eq!(writes.count(), 0);
}

pub(in super::super) fn a_new_golden_rule_is_a_new_document(cloud: &Cloud) {
    let [side, _] = &cloud.sides;
    let simulator = cloud.start();
    let run = cloud.run(&simulator, side, RULES);
    run.apply();
    let run = run.variable("TF_VAR_golden", "blessed");
    let planned = run.planned();
    let rules = &planned.change(&cloud.address())["after"]["rules"];
    assert_eq!(rules["launch"]["tags"], json!({ "status": ["blessed"] }));
    run.apply();
    let document = side.only(&simulator).document;
    assert!(document.contains("blessed") && !document.contains("approved"), "{document}");
}

pub(in super::super) fn drift_is_told_with_a_request_and_put_right(cloud: &Cloud) {
    for side in &cloud.sides {
        let simulator = cloud.start();
        let run = cloud.run(&simulator, side, RULES);
        run.apply();
        let ours = side.only(&simulator).document;
        // Everybody is exempt from whatever exports.
        let action = format!("\"{}\"", cloud.export);
        side.replace(&simulator, &action, &action.replace("Export", "Ekspert"));
        let told = plan(&run);
        let request = format!("calls `{}`", cloud.export);
        assert_told(&told, &["Guardrail golden Was Changed", "It refuses less", &request]);
        assert_told(&told, &[r#""export.protection" = "refuted" -> "proved"#]);
        run.apply();
        assert_eq!(side.only(&simulator).document, ours);
    }
}

/// Clouds hand documents back in another form.
pub(in super::super) fn a_document_that_reads_differently_is_no_change(cloud: &Cloud) {
    for side in &cloud.sides {
        let simulator = cloud.start();
        let run = cloud.run(&simulator, side, RULES);
        run.apply();
        let document: Value = serde_json::from_str(&side.only(&simulator).document).unwrap();
        let laid_out = serde_json::to_string_pretty(&document).unwrap();
        simulator.edit(|world| (side.rewrite)(world, laid_out.clone()));
        assert!(run.planned().is_empty());
        assert_eq!(side.only(&simulator).document, laid_out);
    }
}

pub(in super::super) fn a_policy_that_is_gone_is_made_again(cloud: &Cloud) {
    for side in &cloud.sides {
        let simulator = cloud.start();
        let run = cloud.run(&simulator, side, RULES);
        run.apply();
        simulator.edit(side.clear);
        assert_told(&plan(&run), &["Guardrail golden Is Gone", "1 to add"]);
        run.apply();
        assert_eq!(side.only(&simulator).name, "golden");
        simulator.edit(side.clear);
        assert!(destroy(&run).success);
    }
}

pub(in super::super) fn a_name_changes_as_the_vendor_allows(cloud: &Cloud) {
    for side in &cloud.sides {
        let simulator = cloud.start();
        let run = cloud.run(&simulator, side, RULES);
        run.apply();
        run.write("main.tf", &cloud.configuration(side, "other", RULES));
        let planned = run.planned();
        if side.renames {
            assert_eq!(planned.actions(&cloud.address()), &json!(["update"]));
        } else {
            assert_eq!(planned.actions(&cloud.address()), &json!(["delete", "create"]));
            let warned = ["Guardrail golden Is Replaced", "create_before_destroy"];
            assert_told(&planned.text, &warned);
        }
        run.apply();
        assert_eq!(side.only(&simulator).name, "other");
    }
}

pub(in super::super) fn it_is_not_deleted_while_it_is_attached(cloud: &Cloud) {
    for side in &cloud.sides {
        let simulator = cloud.start();
        let run = cloud.run(&simulator, side, RULES);
        run.apply();
        let target = simulator.edit(side.attach);
        let refused = destroy(&run);
        assert!(!refused.success, "{}", refused.text);
        assert_told(&refused.text, &["Guardrail golden Is Attached", target]);
        side.only(&simulator);
        simulator.edit(side.detach);
        assert!(destroy(&run).success);
        assert_eq!(side.seen(&simulator), []);
    }
}

/// Every second change of a document is one version more, and vendors keep five.
pub(in super::super) fn versions_do_not_run_out(cloud: &Cloud) {
    let [_, side] = &cloud.sides;
    let simulator = cloud.start();
    let run = cloud.run(&simulator, side, RULES);
    for value in ["a", "b", "c", "d", "e", "f", "g"] {
        let applied = run.terraform(&[
            "apply",
            "-auto-approve",
            "-no-color",
            &format!("-var=golden={value}"),
        ]);
        assert!(applied.success, "{}", applied.text);
    }
    let seen = side.only(&simulator);
    assert!(seen.document.contains(r#":"g""#), "{}", seen.document);
    assert_eq!(seen.versions, 5);
}

pub(in super::super) fn policies_that_are_switched_off_bind_nobody(cloud: &Cloud) {
    let [side, _] = &cloud.sides;
    let simulator = cloud.start();
    let run = cloud.run(&simulator, side, RULES);
    run.apply();
    simulator.edit(cloud.switch_off);
    let told = plan(&run);
    assert_told(
        &told,
        &["Guardrail golden Binds Nobody", "switched off", "`binds_nobody`", "No changes"],
    );
}

pub(in super::super) fn an_end_in_the_past_is_a_warning(cloud: &Cloud) {
    let [side, _] = &cloud.sides;
    let simulator = cloud.start();
    let exemption = r#"
  exemptions = [{
    principals = ["MIGRATION"]
    rules      = ["launch"]
    reason     = "moving"
    owner      = "platform"
    expires_at = "2020-01-01T00:00:00Z"
  }]"#;
    let run = cloud.run(&simulator, side, &format!("{RULES}{exemption}"));
    let applied = apply(&run);
    assert!(applied.success, "{}", applied.text);
    let ended = ["Guardrail golden Has An Exemption That Ended", "2020-01-01T00:00:00Z"];
    assert_told(&applied.text, &ended);
    assert!(side.only(&simulator).document.contains("2020-01-01T00:00:00Z"));
    // A read has seen by now that it is over.
    assert_told(&plan(&run), &["1 to change", "exemption_ended"]);
    let accepted = format!("accepted = [\"exemption_ended\"]\n{RULES}{exemption}");
    cloud.rewrite(&run, side, &accepted);
    run.apply();
    assert!(!side.only(&simulator).document.contains("2020-01-01T00:00:00Z"));
    assert!(!plan(&run).contains("exemption_ended"));
}

/// What the plan could not know is compiled, proved and checked in the apply.
pub(in super::super) fn what_is_known_only_after_apply_is_checked_then(cloud: &Cloud) {
    let [side, _] = &cloud.sides;
    let simulator = cloud.start();
    let unknown = RULES.replace("\"APPROVER\"", "\"${terraform_data.approver.output}\"");
    let with = |approver: &str| {
        let input =
            format!("resource \"terraform_data\" \"approver\" {{ input = \"{approver}\" }}");
        cloud.configuration(side, "golden", &unknown) + &input
    };
    let run = cloud.run(&simulator, side, RULES);
    run.write("main.tf", &with("*"));
    let planned = run.planned();
    assert_eq!(planned.change(&cloud.address())["after_unknown"]["document"], json!(true));
    assert_told(&run.apply_refused(), &["Invalid Rule", "starts with a wildcard"]);
    assert_eq!(side.seen(&simulator), []);
    run.write("main.tf", &with(cloud.roles[1]));
    run.apply();
    side.only(&simulator);
}

/// The answer to the creation is lost, and once more the state.
pub(in super::super) fn what_a_lost_answer_has_made_is_taken_over(cloud: &Cloud) {
    for side in &cloud.sides {
        let simulator = cloud.start();
        let lost = Fault::new(Effect::Reset).action(side.calls[0]).calls(1..=1).takes_effect();
        simulator.inject(lost);
        let run = cloud.run(&simulator, side, RULES);
        run.apply();
        let made = side.only(&simulator);
        let again = cloud.run(&simulator, side, RULES);
        let applied = again.apply();
        assert_told(&applied.text, &["Guardrail golden Was There Already", &made.id]);
        assert_eq!(side.only(&simulator), made);
    }
}
