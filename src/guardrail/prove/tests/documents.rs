//! Proofs of documents written by hand.

use serde_json::{Value, json};

use super::*;
use crate::guardrail::{
    AWS,
    atlas::{AWS_ATLAS, Rule},
    intent::{Intent, Launch, Principal, Rules, TagTest, Tags},
    target::Target,
};

fn intent() -> Intent {
    let test = TagTest::of(["yes".to_owned()]).unwrap();
    let tags: Tags = [("approved".to_owned(), test)].into();
    let factory = "arn:aws:iam::111122223333:role/factory";
    let exempt = [Principal::parse(&AWS_ATLAS, "aws", factory).unwrap()].into();
    let launch = Launch { tags, exempt_principals: exempt, ..Launch::default() };
    Intent { rules: Rules { launch: Some(launch), ..Rules::default() }, exemptions: Vec::new() }
}

fn document() -> Value {
    json!({"Version": "2012-10-17", "Statement": [{
        "Effect": "Deny",
        "Action": ["ec2:RunInstances", "ec2:CreateFleet", "ec2:ModifyFleet",
            "ec2:RequestSpotFleet", "ec2:RequestSpotInstances", "ec2:CreateReplaceRootVolumeTask"],
        "Resource": "arn:aws:ec2:*::image/*",
        "Condition": {
            "StringNotEquals": {"ec2:ResourceTag/approved": "yes"},
            "ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::111122223333:role/factory"},
        },
    }]})
}

fn results(document: &Value) -> Vec<String> {
    let target = Target::find(&AWS, "scp", None).unwrap();
    let proofs = prove(&intent(), target, &strict(&AWS, "scp", document));
    Property::ALL
        .iter()
        .map(|property| {
            let proof = proofs.of(Rule::Launch, *property).unwrap();
            let why = match proof {
                Proof::Refuted { why, .. } | Proof::Unknown(why) => format!(": {why}"),
                Proof::ProvedWithAssumptions(some) => format!(": {:?}", some.codes(&AWS)),
                Proof::Proved => String::new(),
            };
            format!("{} {}{why}", property.name(), proof.name())
        })
        .collect()
}

fn check(document: &Value, expected: expect_test::Expect) {
    expected.assert_eq(&(results(document).join("\n") + "\n"));
}

#[test]
fn a_sound_guard_is_proved() {
    check(
        &document(),
        expect_test::expect![[r#"
        protection proved
        non_interference proved
        not_vacuous proved
        satisfiable proved
    "#]],
    );
}

#[test]
fn a_guard_without_type_of_resource_blocks_every_launch() {
    let mut document = document();
    document["Statement"][0]["Resource"] = json!("*");
    check(
        &document,
        expect_test::expect![[r#"
            protection proved
            non_interference refuted: a request that the rule has nothing against is denied: `arn:aws:iam::111122223333:role/somebody` calls `ec2:CreateFleet` on `arn:aws:ec2:eu-central-1:111122223333:fleet/*`
            not_vacuous proved
            satisfiable refuted: nobody whom the rules bind can use `ec2:CreateFleet` even as the rule permits
        "#]],
    );
}

#[test]
fn a_guard_with_an_account_in_the_name_of_the_image_guards_nothing() {
    let mut document = document();
    document["Statement"][0]["Resource"] = json!("arn:aws:ec2:*:111122223333:image/*");
    check(
        &document,
        expect_test::expect![[r#"
            protection refuted: a request that the rule must refuse goes through: `arn:aws:iam::111122223333:role/somebody` calls `ec2:CreateFleet` on `arn:aws:ec2:eu-central-1::image/ami-0abcdef1234567890` with no `ec2:ResourceTag/approved`
            non_interference proved
            not_vacuous refuted: statement 1 denies no request
            satisfiable proved
        "#]],
    );
}

#[test]
fn a_positive_test_turns_the_guard_around() {
    let mut document = document();
    document["Statement"][0]["Condition"] = json!({
        "StringEquals": {"ec2:ResourceTag/approved": "yes"},
    });
    check(
        &document,
        expect_test::expect![[r#"
            protection refuted: a request that the rule must refuse goes through: `arn:aws:iam::111122223333:role/somebody` calls `ec2:CreateFleet` on `arn:aws:ec2:eu-central-1::image/ami-0abcdef1234567890` with no `ec2:ResourceTag/approved`
            non_interference refuted: a request that the rule has nothing against is denied: `arn:aws:iam::111122223333:role/somebody` calls `ec2:CreateFleet` on `arn:aws:ec2:eu-central-1::image/ami-0abcdef1234567890` with `ec2:ResourceTag/approved` being `yes`
            not_vacuous proved
            satisfiable refuted: nobody whom the rules bind can use `ec2:CreateFleet` even as the rule permits
        "#]],
    );
}
