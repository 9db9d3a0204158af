//! Warnings with codes.

use expect_test::expect;
use time::{Duration, OffsetDateTime, macros::datetime};

use super::{control_policy, exemption, guardrail, rules, scp, tags, texts, told};
use crate::{
    guardrail::{ALICLOUD, AWS, Target},
    plugin::{Attr, Diagnostic},
    provider::{
        policies::Tier,
        resources::guardrail::{
            Level,
            cautions::{Cautions, check_accepted},
            model::{ExportModel, FactsModel, GuardrailModel, LaunchModel, RulesModel},
            rules::recorded_intent,
        },
    },
};

fn at(tier: Tier, target: Target) -> Level {
    Level { tier, target }
}

/// What is told of the rules of a guardrail.
fn of_rules(model: &GuardrailModel, level: &Level) -> Vec<Diagnostic> {
    let intent = recorded_intent(model, level.target);
    Cautions::about(model).intent(&intent, level).told().to_vec()
}

fn summaries(told: &[Diagnostic]) -> Vec<&str> {
    told.iter().map(|it| it.summary.as_str()).collect()
}

/// A launch rule that every warning but one is about.
fn careless() -> GuardrailModel {
    let launch = LaunchModel { tags: tags(&[("status", &["approved"])]), ..LaunchModel::default() };
    let export = ExportModel { exempt_principals: texts(&["arn:aws:iam::*:role/exporter"]) };
    let rules =
        RulesModel { launch: launch.into(), export: export.into(), ..RulesModel::default() };
    guardrail(rules, Vec::new())
}

#[test]
fn a_careless_guardrail_is_warned_of() {
    let told = of_rules(&careless(), &at(Tier::Organisation, scp()));
    expect![[r#"
        rules.export.exempt_principals: Guardrail golden Exempts Any Account (rules.export.exempt_principals) (control_policy): `arn:aws:iam::*:role/exporter` names no account: whoever may create roles or users in any account that the guardrail binds can take the name, and is exempt. Name the accounts. To accept it, put `exemption_any_account` into `accepted`.
        rules.launch.tags: Guardrail golden Refuses Shared Images (control_policy): The tags of an image that is shared with another account are not seen there: every member account that uses shared images is refused all of them. Name the accounts whose images pass without tags in `accept_owner_ids`, or copy and tag images in each account. To accept it, put `tags_stay_behind` into `accepted`.
        rules.launch: Guardrail golden Stops The Image Factory (control_policy): Nobody is exempt from `launch`. Whoever builds images starts machines from the vendor's, which have no tags: name the role of the image factory in `exempt_principals`. To accept it, put `no_builder` into `accepted`.
        rules.launch.tags: Guardrail golden Does Not Lock Its Tags (control_policy): `launch` asks for the tags `status`, and no rule here keeps people from setting them themselves. Add `protect_tags`, unless another policy locks them. To accept it, put `no_tag_lock` into `accepted`.
    "#]].assert_eq(&super::told(&told));
}

#[test]
fn a_careful_guardrail_is_not() {
    let careful = guardrail(rules(), vec![exemption(None)]);
    let told = of_rules(&careful, &at(Tier::Organisation, control_policy()));
    assert_eq!(summaries(&told), Vec::<&str>::new());
}

#[test]
fn tags_stay_behind_only_where_accounts_are_bound_and_tags_are_not_shared() {
    let stays = |model: &GuardrailModel, level: &Level| {
        of_rules(model, level).iter().any(|it| it.summary.contains("Shared"))
    };
    let iam_policy = Target::find(&AWS, "iam_policy", None).unwrap();
    assert!(stays(&careless(), &at(Tier::Organisation, scp())));
    assert!(!stays(&careless(), &at(Tier::Account, iam_policy)));
    assert!(!stays(&careless(), &at(Tier::Organisation, control_policy())));
}

#[test]
fn each_code_silences_its_warning_alone() {
    let codes = ["exemption_any_account", "tags_stay_behind", "no_builder", "no_tag_lock"];
    let level = at(Tier::Organisation, scp());
    let all = of_rules(&careless(), &level);
    assert_eq!(all.len(), codes.len());
    for code in codes {
        let accepted = GuardrailModel { accepted: texts(&[code]), ..careless() };
        let left = of_rules(&accepted, &level);
        assert_eq!(left.len(), codes.len() - 1, "{code}");
        assert!(left.iter().all(|it| !it.detail.contains(&format!("`{code}`"))), "{code}");
    }
    let accepted = GuardrailModel { accepted: texts(&codes), ..careless() };
    assert_eq!(of_rules(&accepted, &level), Vec::new());
}

#[test]
fn only_codes_that_exist_can_be_accepted() {
    let accepted = texts(&["no_builder", "no_approver", "ali_image_tags"]).into_known().unwrap();
    assert_eq!(told(check_accepted(&accepted, &ALICLOUD).iter()), "");
    let problems = check_accepted(&accepted, &AWS);
    assert_eq!(problems.iter().count(), 1, "an assumption of the other cloud");
}

#[test]
fn what_is_unknown_or_assumed_is_told() {
    let facts = FactsModel {
        size: Attr::Null,
        proof: Attr::Known(
            [("launch.protection".to_owned(), "unknown".to_owned())].into_iter().collect(),
        ),
        assumptions: texts(&["ali_current_time", "ali_image_tags"]),
        open_doors: Attr::Null,
    };
    let accepted = GuardrailModel { accepted: texts(&["ali_image_tags"]), ..careless() };
    let told = Cautions::about(&accepted).facts(&facts, &ALICLOUD).told().to_vec();
    expect![[r#"
        rules: Guardrail golden Is Not Wholly Proved (control_policy): It cannot be told whether these properties hold: `launch.protection`. Simpler rules, fewer exemptions or fewer dates may help. To accept it, put `proof_unknown` into `accepted`.
        rules: Guardrail golden Rests On Assumptions (control_policy): The vendor does not document all that the proof needs. It holds if:
          `ali_current_time`: The cloud fills in the current time.
        Try it in an account where nothing depends on it, and then put the codes into `accepted`.
    "#]].assert_eq(&super::told(&told));
    let codes = texts(&["ali_image_tags", "ali_current_time", "proof_unknown"]);
    let accepted = GuardrailModel { accepted: codes, ..careless() };
    assert_eq!(Cautions::about(&accepted).facts(&facts, &ALICLOUD).told(), []);
}

#[test]
fn a_policy_that_binds_nobody_is_told_until_that_is_accepted() {
    let told = Cautions::about(&careless()).binds_nobody("is switched off").told().to_vec();
    expect![[r#"
        level: Guardrail golden Binds Nobody (control_policy): The guardrail's policy  is there, but its kind of policy, `control_policy`, is switched off: until then it binds nobody. To accept it, put `binds_nobody` into `accepted`.
    "#]].assert_eq(&super::told(&told));
    let accepted = GuardrailModel { accepted: texts(&["binds_nobody"]), ..careless() };
    assert_eq!(Cautions::about(&accepted).binds_nobody("is switched off").told(), []);
}

#[test]
fn a_document_that_another_build_left_open_is_told() {
    let proof = [("launch.protection", "refuted"), ("export.not_vacuous", "refuted")];
    let proof = proof.map(|(key, result)| (key.to_owned(), result.to_owned()));
    let facts = FactsModel { proof: Attr::Known(proof.into()), ..FactsModel::default() };
    let words = || "It refuses less.".to_owned();
    let told = Cautions::about(&careless()).outgrown(&facts, words).told().to_vec();
    expect![[r#"
        rules: Guardrail golden Is Outgrown (control_policy): Another release of the provider wrote the document, and nobody has changed it since. By what this one knows, these properties do not hold: `launch.protection`. Held against what this one writes:

        It refuses less.

        The document stays until the rules change. To have it written anew now, change `size_limit`, if only to the cloud's own limit. To accept it, put `proof_refuted` into `accepted`.
    "#]].assert_eq(&super::told(&told));
    let accepted = GuardrailModel { accepted: texts(&["proof_refuted"]), ..careless() };
    assert_eq!(Cautions::about(&accepted).outgrown(&facts, words).told(), []);
    let harmless = FactsModel::default();
    assert_eq!(Cautions::about(&careless()).outgrown(&harmless, words).told(), []);
}

const END: OffsetDateTime = datetime!(2027-01-01 0:00 UTC);

#[test]
fn an_exemption_is_called_to_mind_before_it_ends_and_after() {
    let dated = vec![exemption(None), exemption(Some("2027-01-01T08:00:00+08:00"))];
    let model = guardrail(rules(), dated);
    let seen = |now: OffsetDateTime| {
        let told = Cautions::about(&model).dates(&model, now).told().to_vec();
        super::told(&told)
    };
    assert_eq!(seen(END - Duration::days(14) - Duration::SECOND), "");
    expect![[r#"
        exemptions[1].expires_at: Guardrail golden Has An Exemption That Ends Soon (exemptions[1]) (control_policy): The exemption of `acs:ram::1000000000000002:role/migration` (platform answers for it) ends at 2027-01-01T00:00:00Z, whether or not anybody runs Terraform. Give it another date if it is still needed. To accept it, put `exemption_ends_soon` into `accepted`.
    "#]].assert_eq(&seen(END - Duration::days(14)));
    assert!(seen(END - Duration::SECOND).contains("Ends Soon"));
    expect![[r#"
        exemptions[1].expires_at: Guardrail golden Has An Exemption That Ended (exemptions[1]) (control_policy): The exemption of `acs:ram::1000000000000002:role/migration` (platform answers for it) ended at 2027-01-01T00:00:00Z: the document binds them from then on, and the first plan after that takes the exemption out of it. Take it out of the configuration, too, or give it another date. To accept it, put `exemption_ended` into `accepted`.
    "#]].assert_eq(&seen(END));
}
