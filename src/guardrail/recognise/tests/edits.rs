//! Documents that somebody changed.

use std::fs;

use expect_test::{Expect, expect};
use serde_json::{Value as Json, json};

use super::*;
use crate::guardrail::intent::IntentText;

/// The document of a case, with its target.
fn case(dialect: &'static Dialect, name: &str) -> (Target, Json) {
    let cloud = if std::ptr::eq(dialect, &AWS) { "aws" } else { "alicloud" };
    let folder = format!("{}/src/guardrail/cases/documents", env!("CARGO_MANIFEST_DIR"));
    let text = fs::read_to_string(format!("{folder}/{cloud}/{name}/intent.json")).unwrap();
    let read = IntentText::parse(&text).unwrap();
    let level = dialect.level_names().next().unwrap();
    let target = Target::find(dialect, level, read.partition().unwrap()).unwrap();
    let document = compile(&read.intent(target).unwrap(), target).document;
    (target, serde_json::from_str(&document).unwrap())
}

/// Every document that differs by one value: taken away, added or changed.
fn edits(document: &Json) -> Vec<(String, Json)> {
    let mut edits = Vec::new();
    let count = document["Statement"].as_array().unwrap().len();
    let mut edit = |what: String, change: &dyn Fn(&mut Json)| {
        let mut edited = document.clone();
        change(&mut edited);
        edits.push((what, edited));
    };
    if count > 1 {
        for index in 0..count {
            edit(format!("without statement {index}"), &|it| {
                it["Statement"].as_array_mut().unwrap().remove(index);
            });
        }
    }
    for index in 0..count {
        let statement = document["Statement"][index].clone();
        let paths = leaves(&statement, "");
        for path in &paths {
            let text = statement.pointer(path).unwrap().as_str().unwrap().to_owned();
            for changed in [format!("{text}x"), text[..text.len() - 1].to_owned(), "*".to_owned()] {
                edit(format!("{index}{path} = {changed}"), &|it| {
                    *it["Statement"][index].pointer_mut(path).unwrap() = json!(changed);
                });
            }
        }
        for path in containers(&statement, "") {
            let length = match statement.pointer(&path).unwrap() {
                Json::Array(items) => items.len(),
                _ => 0,
            };
            for place in 0..length {
                edit(format!("{index}{path} without {place}"), &|it| {
                    let list = it["Statement"][index].pointer_mut(&path).unwrap();
                    list.as_array_mut().unwrap().remove(place);
                });
            }
        }
        let members: Vec<_> = statement.as_object().unwrap().keys().cloned().collect();
        for member in members {
            edit(format!("{index} without {member}"), &|it| {
                it["Statement"][index].as_object_mut().unwrap().remove(&member);
            });
        }
        for operator in statement["Condition"].as_object().into_iter().flat_map(|it| it.keys()) {
            edit(format!("{index} without {operator}"), &|it| {
                it["Statement"][index]["Condition"].as_object_mut().unwrap().remove(operator);
            });
            for other in ["StringEquals", "StringNotEquals", "StringLike", "DateLessThan"] {
                if other == operator {
                    continue;
                }
                edit(format!("{index} {operator} -> {other}"), &|it| {
                    let operators = it["Statement"][index]["Condition"].as_object_mut().unwrap();
                    let keys = operators.remove(operator).unwrap();
                    operators.insert(other.to_owned(), keys);
                });
            }
        }
    }
    edits
}

fn leaves(value: &Json, path: &str) -> Vec<String> {
    match value {
        Json::String(_) => vec![path.to_owned()],
        _ => inner(value, path).flat_map(|(path, value)| leaves(value, &path)).collect(),
    }
}

fn containers(value: &Json, path: &str) -> Vec<String> {
    let own = value.is_array().then(|| path.to_owned());
    own.into_iter()
        .chain(inner(value, path).flat_map(|(path, value)| containers(value, &path)))
        .collect()
}

fn inner<'j>(value: &'j Json, path: &str) -> Box<dyn Iterator<Item = (String, &'j Json)> + 'j> {
    let path = path.to_owned();
    match value {
        Json::Object(members) => Box::new(members.iter().map(move |(name, value)| {
            (format!("{path}/{}", name.replace('~', "~0").replace('/', "~1")), value)
        })),
        Json::Array(items) => Box::new(
            items.iter().enumerate().map(move |(index, value)| (format!("{path}/{index}"), value)),
        ),
        _ => Box::new(std::iter::empty()),
    }
}

#[test]
fn an_edited_document_is_refused_or_says_what_it_is_recognised_as() {
    let (mut refused, mut named, mut recognised) = (0, 0, 0);
    for dialect in [&AWS, &ALICLOUD] {
        for name in ["every_rule", "one_date", "launch_accepted_owners", "share_images"] {
            let (target, document) = case(dialect, name);
            for (what, edited) in edits(&document) {
                match recognise(target, &edited.to_string()) {
                    Err(error) => {
                        refused += 1;
                        named += usize::from(error.statement.is_some());
                    }
                    Ok(read) => {
                        recognised += 1;
                        let again = compile(&read.intent, read.target).document;
                        let again: Json = serde_json::from_str(&again).unwrap();
                        let edited = canonical(target, &edited);
                        assert_eq!(canonical(target, &again), edited, "{name}: {what}");
                    }
                }
            }
        }
    }
    let counted = format!("{refused} refused, {named} by statement; {recognised} recognised");
    expect!["1312 refused, 1124 by statement; 74 recognised"].assert_eq(&counted);
}

fn canonical(target: Target, document: &Json) -> String {
    let (dialect, level) = (target.atlas.dialect, target.level.name);
    let document = Document::parse_foreign(dialect, level, &document.to_string()).unwrap();
    document.unwrap().canonical().unwrap()
}

fn check(document: &Json, target: Target, expected: Expect) {
    expected.assert_eq(&recognise(target, &document.to_string()).unwrap_err().to_string());
}

#[test]
fn what_does_not_fit_is_named() {
    let (target, document) = case(&AWS, "one_date");
    let edited = |change: &dyn Fn(&mut Json)| {
        let mut edited = document.clone();
        change(&mut edited);
        edited
    };
    let drop_action = edited(&|it| {
        it["Statement"][0]["Action"].as_array_mut().unwrap().remove(0);
    });
    check(
        &drop_action,
        target,
        expect!["Statement[0] (Launch1): this provider writes `launch` 1 with another `Action`"],
    );
    let widen = edited(&|it| it["Statement"][0]["Resource"] = json!("*"));
    check(
        &widen,
        target,
        expect!["Statement[0] (Launch1): this provider writes `launch` 1 with another `Resource`"],
    );
    let allow = edited(&|it| it["Statement"][3]["Effect"] = json!("Allow"));
    check(
        &allow,
        target,
        expect!["Statement[3] (ProtectTags2): it allows, and guardrails only deny"],
    );
    let other_value = edited(&|it| {
        it["Statement"][1]["Condition"]["StringNotEquals"]["ec2:ResourceTag/status"] = json!("x");
    });
    check(
        &other_value,
        target,
        expect![
            "Statement[1] (Launch1From20270101T000000Z): this provider writes `launch` 1 from 2027-01-01T00:00:00Z with another `Condition`"
        ],
    );
    let lost = edited(&|it| _ = it["Statement"].as_array_mut().unwrap().remove(0));
    check(
        &lost,
        target,
        expect![
            "Statement[0] (Launch1From20270101T000000Z): this provider writes `launch` 1 with another `Sid` and another `Condition`"
        ],
    );
    let renamed = edited(&|it| it["Statement"][5]["Sid"] = json!("Mine"));
    check(
        &renamed,
        target,
        expect!["Statement[5] (Mine): this provider writes `export` 1 with another `Sid`"],
    );
    let old = edited(&|it| it["Version"] = json!("2008-10-17"));
    check(&old, target, expect!["its `Version` is not the one that this provider writes"]);
    let session = edited(&|it| {
        it["Statement"][5]["Condition"]["ArnNotLike"]["aws:PrincipalArn"] =
            json!("arn:aws:sts::111122223333:assumed-role/migration/me");
    });
    check(
        &session,
        target,
        expect![
            "Statement[5] (Export1): `arn:aws:sts::111122223333:assumed-role/migration/me` names a session, which policies never see; name the role `migration`, with its path: write `arn:aws:iam::111122223333:role/NAME`"
        ],
    );
}

/// What the statements say together is looked at after each of them.
#[test]
fn a_test_that_no_guardrail_has_is_blamed_on_its_statement() {
    let (target, document) = case(&AWS, "every_rule");
    let with = |index: usize, condition: Json| {
        let mut edited = document.clone();
        edited["Statement"][index]["Condition"] = condition;
        edited
    };
    check(
        &with(0, json!({"StringNotEquals": {"aws:ResourceTag/status": "approved"}})),
        target,
        expect![
            "Statement[0] (Launch1): it looks at `aws:ResourceTag/status`, which no guardrail does"
        ],
    );
    let approver = json!({"aws:PrincipalArn": "arn:aws:iam::111122223333:role/image-approver"});
    let keys = json!({"aws:TagKeys": ["Status", "status"]});
    check(
        &with(1, json!({"ArnNotLike": approver, "ForAnyValue:StringLike": keys})),
        target,
        expect![
            "Statement[1] (ProtectTags1): this provider writes `protect_tags` 1 with another `Condition`"
        ],
    );
    check(
        &with(1, json!({"ArnNotLike": approver, "Null": {"aws:RequestTag/status": "false"}})),
        target,
        expect![
            "Statement[1] (ProtectTags1): this provider writes `protect_tags` 1 with another `Condition`"
        ],
    );
}

/// Without the statement that ends an exemption, the exemption has no end.
#[test]
fn a_lost_window_is_a_longer_exemption() {
    let (target, mut document) = case(&AWS, "one_date");
    document["Statement"].as_array_mut().unwrap().remove(1);
    let intent = recognise(target, &document.to_string()).unwrap().intent;
    let launch = intent.rules.launch.unwrap();
    let names: Vec<_> = launch.exempt_principals.iter().map(Principal::as_str).collect();
    assert_eq!(
        names,
        ["arn:aws:iam::111122223333:role/factory", "arn:aws:iam::111122223333:role/migration"]
    );
}

#[test]
fn foreign_documents_are_refused() {
    let scp = Target::find(&AWS, "scp", None).unwrap();
    let statement = |statement: Json| json!({"Version": "2012-10-17", "Statement": statement});
    let check = |document: Json, expected| check(&document, scp, expected);
    check(json!([]), expect!["line 1, column 1: a policy document must be an object, not a list"]);
    check(statement(json!([])), expect!["line 1, column 14, at Statement: `Statement` is empty"]);
    check(
        statement(json!({"Effect": "Deny", "Action": "s3:*", "Resource": "*"})),
        expect!["Statement[0]: no rule is about `s3:*`"],
    );
    check(
        statement(json!({"Effect": "Deny", "Action": "ec2:*", "Resource": "*"})),
        expect!["Statement[0]: no rule is about `ec2:*`"],
    );
    check(
        statement(json!({"Effect": "Deny", "NotAction": "ec2:RunInstances", "Resource": "*"})),
        expect!["Statement[0]: it has `NotAction`, which no guardrail has"],
    );
    check(
        statement(json!({"Effect": "Deny", "Action": "ec2:ExportImage", "Resource": "*",
                         "Condition": {"Invented": {"a": "b"}}})),
        expect![
            "Statement[0]: line 1, column 66, at Statement.Condition.Invented: `Invented` is no condition operator of AWS"
        ],
    );
}
