//! Edits of compiled documents that look harmless, and are not: nothing of that is proved.

use serde_json::{Value, json};

use super::{
    compiled::{all_rules, compiled, only, tags},
    *,
};
use crate::guardrail::{ALICLOUD, AWS, atlas::Rule, intent::Intent, target::Target};

fn place(dialect: &'static Dialect, level: &str) -> Target {
    Target::find(dialect, level, None).unwrap()
}

fn proofs(intent: &Intent, target: Target, document: &Value) -> Proofs {
    prove(intent, target, &foreign(target.atlas.dialect, target.level.name, document))
}

fn shown(proofs: &Proofs, rule: Rule, property: Property) -> String {
    match proofs.of(rule, property).unwrap() {
        Proof::Refuted { why, .. } => format!("refuted: {why}"),
        Proof::Unknown(why) => format!("unknown: {why}"),
        proved => proved.name().to_owned(),
    }
}

fn push(document: &mut Value, statement: Value) {
    document["Statement"].as_array_mut().unwrap().push(statement);
}

/// What becomes of an export guard that exempts a caller, too.
fn export_but(level: &str, caller: &str) -> String {
    let (intent, target) = (only(&all_rules(&AWS), Rule::Export), place(&AWS, level));
    let mut document = compiled(&intent, target);
    let statement = document["Statement"].as_array_mut().unwrap().first_mut().unwrap();
    let exempt = &mut statement["Condition"]["ArnNotLike"]["aws:PrincipalArn"];
    *exempt = json!([exempt.clone(), caller]);
    shown(&proofs(&intent, target, &document), Rule::Export, Property::Protection)
}

#[test]
fn root_users_are_callers_where_the_level_binds_them() {
    let found = export_but("scp", "arn:aws:iam::*:root");
    assert!(found.starts_with("refuted") && found.contains(":root` calls `ec2:"), "{found}");
    assert_eq!(export_but("iam_policy", "arn:aws:iam::*:root"), "proved");
}

#[test]
fn federated_users_are_callers_and_sessions_of_roles_call_by_their_role() {
    let federated = "arn:aws:sts::111122223333:federated-user/*";
    for level in ["scp", "iam_policy"] {
        assert!(export_but(level, federated).starts_with("refuted"), "{level}");
        let session = "arn:aws:sts::111122223333:assumed-role/somebody/*";
        assert_eq!(export_but(level, session), "proved");
    }
}

#[test]
fn what_the_document_allows_itself_interferes_where_the_level_grants() {
    let places =
        [(&AWS, "iam_policy", "ec2:*"), (&ALICLOUD, "ram_policy", "ecs:*"), (&AWS, "scp", "*")];
    for (dialect, level, action) in places {
        let (intent, target) = (all_rules(dialect), place(dialect, level));
        let mut document = compiled(&intent, target);
        push(&mut document, json!({"Effect": "Allow", "Action": action, "Resource": "*"}));
        let found =
            shown(&proofs(&intent, target, &document), Rule::Launch, Property::NonInterference);
        let is_refuted =
            found.starts_with("refuted: guardrails only deny, and the document allows");
        assert_eq!(is_refuted, level != "scp", "{level} {found}");
    }
}

#[test]
fn denied_actions_too_entangled_to_tell_apart_are_not_taken_for_none() {
    let (intent, target) = (only(&all_rules(&AWS), Rule::Export), place(&AWS, "scp"));
    let mut document = compiled(&intent, target);
    let before = foreign(&AWS, "scp", &document);
    let hostile = ('a'..='p').map(|letter| format!("s3:*{letter}????????????*{letter}?????"));
    let actions: Vec<String> = hostile.collect();
    push(&mut document, json!({"Effect": "Deny", "Action": actions, "Resource": "*"}));
    let found = shown(&proofs(&intent, target, &document), Rule::Export, Property::NonInterference);
    assert_eq!(
        found,
        "unknown: the patterns over actions or resources are too many or too entangled"
    );
    let change = changed(target, &before, &foreign(&AWS, "scp", &document));
    assert!(change.newly_denied.unknown.is_some(), "{change:?}");
}

#[test]
fn resources_of_more_kinds_than_are_worth_telling_apart_are_unknown() {
    let (intent, target) = (only(&all_rules(&AWS), Rule::Launch), place(&AWS, "scp"));
    let mut document = compiled(&intent, target);
    for letter in 'a'..='k' {
        let resource = format!("arn:aws:ec2:*::image/*{letter}*");
        push(
            &mut document,
            json!({"Effect": "Deny", "Action": "ec2:RunInstances",
            "Resource": resource, "Condition": {"StringEquals": {"aws:PrincipalTag/x": "y"}}}),
        );
    }
    let found = shown(&proofs(&intent, target, &document), Rule::Launch, Property::NonInterference);
    assert!(found.starts_with("unknown: the patterns over actions or resources"), "{found}");
}

#[test]
fn a_rule_whose_values_cannot_be_told_apart_is_not_called_void() {
    for (dialect, level) in [(&AWS, "scp"), (&ALICLOUD, "ram_policy")] {
        let (mut intent, target) = (only(&all_rules(dialect), Rule::Launch), place(dialect, level));
        let launch = intent.rules.launch.as_mut().unwrap();
        launch.tags = tags(&[("s", &["*a??????????", "*b??????????", "*c???????????"])]);
        let found = proofs(&intent, target, &compiled(&intent, target));
        assert_eq!(
            shown(&found, Rule::Launch, Property::NotVacuous),
            "unknown: the key `s` is compared with patterns too many or too entangled"
        );
    }
}
