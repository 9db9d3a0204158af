//! Documents that are drafted, and documents of others in their place.

use expect_test::expect;

use super::{ExemptionModel, control_policy, exemption, guardrail, rules, texts, told};
use crate::{
    guardrail::intent::Intent,
    plugin::Attr,
    provider::resources::guardrail::{
        drafting::{draft, facts},
        drift,
        model::{FactsModel, RulesModel},
        rules::recorded_intent,
    },
};

fn intent(rules: RulesModel) -> Intent {
    let permanent = ExemptionModel { rules: texts(&["export"]), ..exemption(None) };
    let exemptions = vec![exemption(Some("2027-01-01T00:00:00Z")), permanent];
    recorded_intent(&guardrail(rules, exemptions), control_policy())
}

/// The whole intent's document.
fn written() -> String {
    draft(&intent(rules()), control_policy(), None).unwrap().document
}

#[test]
fn a_draft_is_proved() {
    let draft = draft(&intent(rules()), control_policy(), None).unwrap();
    let FactsModel { size, proof, assumptions, open_doors } = draft.facts;
    let lines = proof.known().unwrap().iter().map(|(key, result)| format!("{key}: {result}"));
    let doors = open_doors.known().unwrap().keys().cloned();
    expect![[r#"
        1388 characters
        export.non_interference: proved
        export.not_vacuous: proved
        export.protection: proved
        export.satisfiable: proved
        launch.non_interference: proved_with_assumptions
        launch.not_vacuous: proved_with_assumptions
        launch.protection: proved_with_assumptions
        launch.satisfiable: proved_with_assumptions
        protect_tags.non_interference: proved_with_assumptions
        protect_tags.not_vacuous: proved_with_assumptions
        protect_tags.protection: proved_with_assumptions
        protect_tags.satisfiable: proved_with_assumptions
        rests on ali_absent_negation, ali_current_time, ali_empty_value, ali_image_resource, ali_image_tags, ali_negated_list, ali_request_tag
        open: ali_add_share_target, ali_attach_disk, ali_auto_provisioning, ali_auto_scaling, ali_copy_image, ali_create_image, ali_create_share, ali_create_snapshot, ali_extend_share, ali_image_attribute, ali_image_pipeline, ali_import_image, ali_launch_template, ali_reset_disk, ali_share_image, ali_share_image_group, ali_tag_service, ali_update_share"#]].assert_eq(&format!(
        "{} characters\n{}\nrests on {}\nopen: {}",
        size.known().unwrap(),
        lines.collect::<Vec<_>>().join("\n"),
        assumptions.known().unwrap().iter().cloned().collect::<Vec<_>>().join(", "),
        doors.collect::<Vec<_>>().join(", ")
    ));
}

#[test]
fn a_document_over_the_limit_tells_what_exemptions_cost() {
    let problems = draft(&intent(rules()), control_policy(), Some(900)).unwrap_err();
    expect![[r#"
        rules: Guardrail Is Too Long: The document has 1388 characters, and 900 are allowed: `exemptions[0]` costs 388, `exemptions[1]` costs 95. The level `control_policy` takes 4096 unless `size_limit` says otherwise. Leave rules out, give principals a path in common and name that (`role/images/*`), let exemptions end together, or make two guardrails.
    "#]].assert_eq(&told(problems.iter()));
}

#[test]
fn what_is_proved_of_somebody_elses_document_is_told_as_it_is() {
    let weaker = written().replace("\"ecs:RunInstances\"", "\"ecs:StopInstances\"");
    let FactsModel { proof, .. } = facts(&intent(rules()), control_policy(), &weaker);
    let protection = &proof.known().unwrap()["launch.protection"];
    assert_eq!(protection, "refuted");
    let FactsModel { proof, assumptions, size, .. } =
        facts(&intent(rules()), control_policy(), "no JSON");
    assert!(proof.known().unwrap().values().all(|result| result == "unknown"));
    assert_eq!((assumptions, size), (Attr::Known([].into()), 7.into()));
}

fn words(live: &str) -> String {
    drift::words(&written(), live, control_policy())
}

#[test]
fn what_became_possible_is_told_with_a_request() {
    let weaker = written().replace("\"ecs:ExportImage\",", "");
    expect![[r#"
        It refuses less. Possible now, as far as this policy goes:
          `acs:ram::111122223333:role/somebody` calls `ecs:ExportImage` on `acs:ecs:cn-hangzhou:111122223333:image/m-bp1abcdefghijklmnopq`.
          The first as a request: {"action":"ecs:ExportImage","context":{"acs:CurrentTime":"2027-01-01T00:00:00Z","acs:PrincipalARN":"acs:ram::111122223333:role/somebody"},"principal":"acs:ram::111122223333:role/somebody","resource":"acs:ecs:cn-hangzhou:111122223333:image/m-bp1abcdefghijklmnopq"}"#]].assert_eq(&words(&weaker));
}

#[test]
fn what_became_impossible_and_what_is_allowed_is_told() {
    let stricter = written().replace("\"Statement\":[", concat!(
        "\"Statement\":[{\"Effect\":\"Deny\",\"Action\":\"ecs:RebootInstance\",\"Resource\":\"*\"},",
        "{\"Effect\":\"Allow\",\"Action\":\"oss:*\",\"Resource\":\"*\"},"
    ));
    expect![[r#"
        Nothing became possible that it refused.

        It refuses more. Refused now:
          `acs:ram::111122223333:role/somebody` calls `ecs:RebootInstance` on `*`.
          `acs:ram::111122223333:role/somebody` calls `ecs:RebootInstance` on `acs:ecs:::image/`.
          `acs:ram::111122223333:role/somebody` calls `ecs:RebootInstance` on `acs:ecs:::x:image/`.
          The first as a request: {"action":"ecs:RebootInstance","context":{"acs:CurrentTime":"2027-01-01T00:00:00Z","acs:PrincipalARN":"acs:ram::111122223333:role/somebody"},"principal":"acs:ram::111122223333:role/somebody","resource":"*"}

        It allows what no guardrail allows:
          `acs:ram::111122223333:role/somebody` calls `oss:z` on `*`.
          `acs:ram::111122223333:role/somebody` calls `oss:z` on `acs:ecs:::image/`.
          `acs:ram::111122223333:role/somebody` calls `oss:z` on `acs:ecs:::x:image/`.
          The first as a request: {"action":"oss:z","context":{"acs:CurrentTime":"2027-01-01T00:00:00Z","acs:PrincipalARN":"acs:ram::111122223333:role/somebody"},"principal":"acs:ram::111122223333:role/somebody","resource":"*"}"#]].assert_eq(&words(&stricter));
}

#[test]
fn a_document_that_only_reads_differently_is_told_so() {
    let wordier = written().replace(r#""Resource":"*""#, r#""Resource":["*","acs:oss:*:*:*"]"#);
    expect![[r#"It reads differently, and does the same: nothing became possible, and nothing impossible."#]]
        .assert_eq(&words(&wordier));
}

#[test]
fn what_cannot_be_read_is_told_so() {
    expect![[r#"What is there cannot be read: line 1, column 1: the text is no JSON: EOF while parsing an object."#]].assert_eq(&words("{"));
}
