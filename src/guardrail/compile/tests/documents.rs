//! Intents beside the documents they become: `src/guardrail/cases/documents/`.
//!
//! `facts.txt` is what the compiler says about a document, and what lint does.

use std::{collections::BTreeSet, fs, path::PathBuf};

use expect_test::expect_file;

use super::*;
use crate::guardrail::{ALICLOUD, AWS, lint::Severity};

/// What cases are about: a lock for everybody, and documents over the limit.
const DECLARED: [&str; 2] = ["no_approver", "too_long"];

fn folder(cloud: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src/guardrail/cases/documents").join(cloud)
}

fn check(cloud: &str, name: &str) {
    let folder = folder(cloud).join(name);
    let text = fs::read_to_string(folder.join("intent.json")).unwrap();
    let dialect = Dialect::named(cloud).unwrap();
    let level = dialect.level_names().next().unwrap();
    let (intent, target) = read(dialect, level, &text);
    let compiled = compile(&intent, target);

    expect_file![folder.join("document.json")].assert_eq(&format!("{}\n", compiled.document));
    expect_file![folder.join("facts.txt")].assert_eq(&facts(&intent, target, &compiled));
    at_all_levels(dialect, &text, &compiled.document);
    in_all_partitions(target, &text, &compiled.document);
}

/// Levels differ in what they take, not in what they mean.
fn at_all_levels(dialect: &'static Dialect, text: &str, document: &str) {
    for level in dialect.level_names() {
        let (intent, target) = read(dialect, level, text);
        let compiled = compile(&intent, target);
        assert_eq!(compiled.document, document, "{level}");
        let read = Document::parse(dialect, level, document).unwrap();
        if compiled.size() <= target.longest() {
            let read = read.unwrap_or_else(|error| panic!("{level}: {error}"));
            assert_eq!(read.size(), compiled.size());
            assert_eq!(read.statement_count(), compiled.statements.len());
        } else {
            assert!(read.unwrap_err().problem.contains("characters"), "{level}");
        }
    }
}

fn in_all_partitions(target: Target, text: &str, document: &str) {
    let written = format!("arn:{}:", target.partition);
    for partition in target.atlas.partitions {
        let start = format!("arn:{partition}:");
        let mut moved: Json = serde_json::from_str(&text.replace(&written, &start)).unwrap();
        moved["partition"] = json!(partition);
        let level = target.level.name;
        let (intent, target) = read(target.atlas.dialect, level, &moved.to_string());
        assert_eq!(compile(&intent, target).document, document.replace(&written, &start));
    }
}

fn facts(intent: &Intent, target: Target, compiled: &Compiled) -> String {
    let mut facts = format!("{} characters\n", compiled.size());
    for statement in &compiled.statements {
        facts += &format!("{statement}\n");
    }
    let costs = compiled.check_size(intent, target, 0).unwrap_err().costs;
    for (index, cost) in costs.iter().enumerate() {
        facts += &format!("exemptions[{index}] costs {cost}\n");
    }
    for level in target.atlas.dialect.level_names() {
        let flaws = lint::lint(target.atlas.dialect, level, &compiled.document).unwrap();
        let codes: BTreeSet<_> = flaws.iter().map(|flaw| flaw.code).collect();
        let mut errors = flaws.iter().filter(|flaw| flaw.severity == Severity::Error);
        assert!(errors.all(|flaw| DECLARED.contains(&flaw.code)), "{codes:?}");
        let codes: Vec<_> = codes.into_iter().collect();
        facts += &format!("lint {level}: {}\n", codes.join(" "));
    }
    facts
}

/// One test for each folder.
macro_rules! folders {
    ($($cloud:ident: $($name:ident)*;)*) => {
        $(mod $cloud {
            $(#[test]
            fn $name() {
                super::check(stringify!($cloud), stringify!($name));
            })*
        })*

        #[test]
        fn no_folder_is_forgotten() {
            let tested = [$((stringify!($cloud), &[$(stringify!($name)),*][..])),*];
            for (cloud, names) in tested {
                let listed = fs::read_dir(folder(cloud)).unwrap();
                let listed: BTreeSet<_> =
                    listed.map(|it| it.unwrap().file_name().into_string().unwrap()).collect();
                assert_eq!(listed, names.iter().map(|name| (*name).to_owned()).collect());
            }
        }
    };
}

folders! {
    aws:
        launch launch_several_values launch_patterns launch_owners launch_accepted_owners
        protect_tags protect_tags_without_approver tag_on_create tag_on_create_snapshots export
        share share_images share_snapshots characters every_rule one_date three_dates
        every_rule_three_dates any_account china;
    alicloud:
        launch launch_several_values launch_patterns launch_owners launch_accepted_owners
        protect_tags protect_tags_without_approver tag_on_create export share share_images
        share_snapshots characters every_rule one_date three_dates every_rule_three_dates
        any_account;
}

#[test]
fn how_an_intent_is_written_never_matters() {
    let one = r#"{"launch":{"tags":{"b":["x","y"],"a":["*"]},"exempt_principals":null},
        "exemptions":[{"principals":["arn:aws:iam::111122223333:role/r"],"rules":["launch"],
                       "expires_at":"2027-01-01T08:00:00+08:00"}]}"#;
    let other = r#"{"exemptions":[{"expires_at":"2027-01-01T00:00:00Z","rules":["launch"],
        "principals":["arn:aws:iam::111122223333:role/r"]}],
        "launch":{"tags":{"a":["a","*"],"b":["y","x","x"]}},"partition":"aws"}"#;
    let document = |text| {
        let (intent, target) = read(&AWS, "scp", text);
        compile(&intent, target).document
    };
    assert_eq!(document(one), document(other));
}

#[test]
fn every_action_of_a_closed_door_is_named_and_no_other() {
    for (cloud, dialect) in [("aws", &AWS), ("alicloud", &ALICLOUD)] {
        let text = fs::read_to_string(folder(cloud).join("every_rule/intent.json")).unwrap();
        let (mut intent, target) = read(dialect, dialect.level_names().next().unwrap(), &text);
        let is_aws = cloud == "aws";
        intent.rules.tag_on_create.as_mut().unwrap().snapshots = is_aws;
        let document: Json = serde_json::from_str(&compile(&intent, target).document).unwrap();
        let statements = document["Statement"].as_array().unwrap().iter();
        let named: BTreeSet<String> = statements
            .flat_map(|statement| match &statement["Action"] {
                Json::Array(actions) => actions.clone(),
                action => vec![action.clone()],
            })
            .map(|action| action.as_str().unwrap().to_owned())
            .collect();
        let doors = target.atlas.doors().flat_map(|door| {
            door.rules.iter().map(move |cover| match door.touch_of(cover) {
                Some(touch) => door.actions_on(touch),
                None => door.actions.to_vec(),
            })
        });
        let closed: BTreeSet<String> = doors.flatten().map(str::to_owned).collect();
        assert_eq!(named, closed);
    }
}
