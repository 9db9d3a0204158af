//! Which document a plan decides on.

use std::collections::BTreeSet;

use super::{control_policy, exemption, guardrail, rules, told};
use crate::{
    cloud::alicloud::Alicloud,
    guardrail::intent::Intent,
    plugin::{Attr, Change, Diagnostics},
    provider::{
        policies::Tier,
        resources::guardrail::{
            Level,
            drafting::draft,
            model::{ExportModel, FactsModel, GuardrailModel, RulesModel, Shown},
            planning::{plan_document, plan_names, validate},
            rules::recorded_intent,
            written::{Written, without},
        },
    },
};

const END: &str = "2027-01-01T00:00:00Z";

fn intent(model: &GuardrailModel) -> Intent {
    recorded_intent(model, control_policy())
}

/// The document of a guardrail.
fn compiled(model: &GuardrailModel) -> String {
    draft(&intent(model), control_policy(), None).unwrap().document
}

/// A guardrail that is in place, as this build or another one has written it.
fn placed(document: &str) -> (GuardrailModel, Written) {
    let model = guardrail(rules(), vec![exemption(Some(END))]);
    let facts = FactsModel { size: 7.into(), ..FactsModel::default() };
    let written = Written { document: document.to_owned(), ..Written::default() };
    (GuardrailModel { document: document.to_owned().into(), facts, ..model }, written)
}

fn planned(
    planned: &GuardrailModel,
    prior: &(GuardrailModel, Written),
    ended: &[&str],
) -> Result<(String, bool), Diagnostics> {
    let ended: BTreeSet<_> = ended.iter().map(|end| (*end).to_owned()).collect();
    let (state, written) = prior;
    let prior = Some((state, written));
    let plan = plan_document(&intent(planned), &ended, planned, prior, control_policy())?;
    Ok((plan.document, plan.facts == state.facts))
}

/// What a build that knows one door less has written.
fn by_another_build() -> String {
    let document = compiled(&guardrail(rules(), vec![exemption(Some(END))]));
    let older = document.replace("\"ecs:ReplaceSystemDisk\",", "");
    assert_ne!(older, document);
    older
}

#[test]
fn a_document_of_another_build_stays_while_the_rules_do() {
    let prior = placed(&by_another_build());
    let reworded = GuardrailModel {
        exemptions: vec![super::ExemptionModel {
            reason: "another".to_owned().into(),
            ..exemption(Some("2027-01-01T01:00:00+01:00"))
        }]
        .into(),
        ..prior.0.clone()
    };
    for wanted in [&prior.0, &reworded] {
        assert_eq!(planned(wanted, &prior, &[]).unwrap(), (by_another_build(), true));
    }
}

#[test]
fn other_rules_are_compiled_anew() {
    let prior = placed(&by_another_build());
    let rules = RulesModel { export: Attr::Null, ..rules() };
    let wanted = guardrail(rules, vec![exemption(Some(END))]);
    assert_eq!(planned(&wanted, &prior, &[]).unwrap(), (compiled(&wanted), false));
}

#[test]
fn a_limit_has_the_document_of_another_build_written_anew() {
    let prior = placed(&by_another_build());
    let wanted = GuardrailModel { size_limit: 4096.into(), ..prior.0.clone() };
    assert_eq!(planned(&wanted, &prior, &[]).unwrap(), (compiled(&wanted), false));
}

#[test]
fn what_others_have_changed_is_restored() {
    let ours = compiled(&guardrail(rules(), vec![exemption(Some(END))]));
    let (state, written) = placed(&ours);
    let theirs = ours.replace("\"ecs:ExportImage\",", "");
    let prior = (GuardrailModel { document: theirs.into(), ..state }, written);
    assert_eq!(planned(&prior.0, &prior, &[]).unwrap(), (ours, false));
}

#[test]
fn the_text_in_place_stays_while_it_says_the_same() {
    let ours = compiled(&guardrail(rules(), vec![exemption(Some(END))]));
    let spaced = ours.replacen("[{", "[ {", 1);
    let (state, written) = placed("{}");
    let prior = (GuardrailModel { document: spaced.clone().into(), ..state }, written);
    assert_eq!(planned(&prior.0, &prior, &[]).unwrap(), (spaced, true));
}

#[test]
fn an_exemption_that_is_over_leaves_the_document_and_no_clock_decides_that() {
    let document = compiled(&guardrail(rules(), vec![exemption(Some(END))]));
    let prior = placed(&document);
    let bare = compiled(&guardrail(rules(), Vec::new()));
    assert_eq!(planned(&prior.0, &prior, &[END]).unwrap(), (bare.clone(), false));
    // Once it is left out, nothing changes until the configuration does.
    let (state, written) = placed(&bare);
    let left_out = BTreeSet::from([END.to_owned()]);
    let prior = (state, Written { left_out, ..written });
    assert_eq!(planned(&prior.0, &prior, &[END]).unwrap(), (bare, true));
    let later = guardrail(rules(), vec![exemption(Some("2028-01-01T00:00:00Z"))]);
    assert_eq!(planned(&later, &prior, &[END]).unwrap(), (compiled(&later), false));
}

#[test]
fn approvers_whose_time_is_over_do_not_stop_a_plan() {
    let mut locked = rules();
    locked.protect_tags =
        super::ProtectTagsModel { keys: super::texts(&["status"]), exempt_principals: Attr::Null }
            .into();
    let approver =
        super::ExemptionModel { rules: super::texts(&["protect_tags"]), ..exemption(Some(END)) };
    let wanted = guardrail(locked, vec![approver]);
    let prior = placed("{}");
    let (document, _) = planned(&wanted, &prior, &[END]).unwrap();
    let ended = BTreeSet::from([END.to_owned()]);
    let left = without(&intent(&wanted), &ended);
    assert_eq!(document, draft(&left, control_policy(), None).unwrap().document);
}

#[test]
fn a_lower_limit_is_held_against_what_is_in_place() {
    let prior = placed(&compiled(&guardrail(rules(), vec![exemption(Some(END))])));
    let wanted = GuardrailModel { size_limit: 100.into(), ..prior.0.clone() };
    let problems = planned(&wanted, &prior, &[]).unwrap_err();
    assert!(told(problems.iter()).contains("Guardrail Is Too Long"));
}

fn change(
    prior: &GuardrailModel,
    planned: &GuardrailModel,
    tier: Tier,
) -> Result<Vec<String>, Diagnostics> {
    let mut change = Change::<Shown<Alicloud>> {
        config: planned.clone().into(),
        prior: Some(prior.clone().into()),
        planned: planned.clone().into(),
        replaced_for: Vec::new(),
    };
    plan_names(&mut change, &Level { tier, target: control_policy() })?;
    Ok(change.replaced_for.iter().map(ToString::to_string).collect())
}

#[test]
fn a_name_is_changed_in_place_where_the_vendor_does_so() {
    let (prior, _) = placed("{}");
    let renamed = GuardrailModel { name: "other".to_owned().into(), ..prior.clone() };
    assert_eq!(change(&prior, &renamed, Tier::Organisation).unwrap(), Vec::<String>::new());
    assert_eq!(change(&prior, &renamed, Tier::Account).unwrap(), ["name"]);
    let described = GuardrailModel { description: "d".to_owned().into(), ..prior.clone() };
    assert_eq!(change(&prior, &described, Tier::Account).unwrap(), Vec::<String>::new());
}

#[test]
fn each_text_is_judged_by_its_level() {
    let judged = |level: &str, name: &str| {
        let model = GuardrailModel {
            level: level.to_owned().into(),
            name: name.to_owned().into(),
            ..guardrail(RulesModel { export: ExportModel::default().into(), ..rules() }, Vec::new())
        };
        let problems = validate::<Alicloud>(&Shown::from(model));
        problems.iter().map(|it| it.summary.clone()).collect::<Vec<_>>().join(", ")
    };
    assert_eq!(judged("control_policy", "golden-1"), "");
    assert_eq!(judged("control_policy", "1-golden"), "Invalid Name");
    assert_eq!(judged("ram_policy", "1-golden"), "");
    assert_eq!(judged("ram_policy", "golden images"), "Invalid Name");
    assert_eq!(judged("ram_policy", &"x".repeat(129)), "Invalid Name");
    assert_eq!(judged("scp", "golden"), "Invalid Level");
}
