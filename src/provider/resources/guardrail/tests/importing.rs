//! What names a policy, and policies that are none of ours.

use expect_test::expect;

use super::{control_policy, told};
use crate::{
    cloud::alicloud::Alicloud,
    guardrail::recognise::recognise,
    plugin::Attr,
    provider::{
        policies::Policy,
        resources::guardrail::importing::{foreign, identity_from_id},
    },
};

#[test]
fn a_level_and_an_id_or_a_name_name_a_policy() {
    let parts = |text: &str| {
        let identity = identity_from_id::<Alicloud>(text).map_err(|it| told(it.iter()))?;
        assert!(identity.account_id.is_null());
        let known = |it: Attr<String>| it.into_known().unwrap();
        Ok((known(identity.level), known(identity.id)))
    };
    let pair = |level: &str, id: &str| Ok::<_, String>((level.to_owned(), id.to_owned()));
    assert_eq!(parts("control_policy:cp-1"), pair("control_policy", "cp-1"));
    assert_eq!(parts("ram_policy:golden"), pair("ram_policy", "golden"));
    for text in ["golden", "scp:p-1", "ram_policy:", "ram_policy: "] {
        assert!(parts(text).is_err(), "{text}");
    }
    expect![[r#"
        : Invalid Import Id: `p-1\u{1b}` does not name a policy at a level. Write it as `LEVEL:ID` or `LEVEL:NAME`; the levels are `control_policy` and `ram_policy`.
    "#]].assert_eq(&parts("p-1\u{1b}").unwrap_err());
}

fn policy(document: &str) -> Policy {
    Policy {
        id: "cp-1".to_owned(),
        arn: String::new(),
        name: "theirs".to_owned(),
        description: String::new(),
        path: None,
        tags: [].into(),
        document: document.to_owned(),
        version: None,
    }
}

#[test]
fn a_foreign_document_is_told_statement_by_statement() {
    let told_of = |document: &str| {
        let problem = recognise(control_policy(), document).unwrap_err();
        told([&foreign(&policy(document), &problem, control_policy())])
    };
    expect![[r#"
        : Policy theirs Is No Guardrail: The policy cp-1 (`theirs`) is none that a guardrail of this provider has written: Statement[1]: it allows, and guardrails only deny.

        It says:
          Statement[0]: Effect Deny, Action ["ecs:RunInstances"], Resource *, Condition {"StringNotEquals":{"acs:ResourceTag/status":"approved"}}
          Statement[1]: Effect Allow, NotAction ram:*, Resource *

        `lint` finds these faults:
          negated_tag_on_all_resources (error) in statement 0
          uncovered_door (warning) in statement 0
          no_tag_lock (warning) in statement 0
          out_of_reach (info)
          rests_on_assumptions (info)

        Write a guardrail with another name that says what this policy is meant to say, attach it beside this one, and then take this one away. The guide "From a policy you pasted to one that is proved" shows how.
    "#]].assert_eq(&told_of(
        r#"{"Version":"1","Statement":[
            {"Effect":"Deny","Action":["ecs:RunInstances"],"Resource":"*","Condition":{"StringNotEquals":{"acs:ResourceTag/status":"approved"}}},
            {"Effect":"Allow","NotAction":"ram:\u001b*","Resource":"*"}]}"#,
    ));
    expect![[r#"
        : Policy theirs Is No Guardrail: The policy cp-1 (`theirs`) is none that a guardrail of this provider has written: Line 1, column 1: the text is no JSON: EOF while parsing an object.

        `lint` finds these faults:
          invalid_json (error)

        Write a guardrail with another name that says what this policy is meant to say, attach it beside this one, and then take this one away. The guide "From a policy you pasted to one that is proved" shows how.
    "#]].assert_eq(&told_of("{"));
}
