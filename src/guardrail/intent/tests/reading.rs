//! Intents as JSON: what is no intent is told, with its place.

use expect_test::{Expect, expect};
use serde_json::json;

use super::*;
use crate::guardrail::Dialect;

fn read(dialect: &'static Dialect, text: &str) -> Result<Intent, String> {
    let read = IntentText::parse(text).map_err(|error| error.to_string())?;
    let level = dialect.level_names().next().unwrap();
    let partition = read.partition().map_err(|error| error.to_string())?;
    let target = Target::find(dialect, level, partition)
        .map_err(|error| read.partition_fault(error.to_string()).to_string())?;
    read.intent(target).map_err(|error| error.to_string())
}

fn check(dialect: &'static Dialect, texts: &[&str], expected: Expect) {
    let line = |text: &&str| match read(dialect, text) {
        Ok(_) => format!("{text}\n  ok\n"),
        Err(problem) => format!("{text}\n  {problem}\n"),
    };
    expected.assert_eq(&texts.iter().map(line).collect::<String>());
}

#[test]
fn what_is_no_intent_is_told_with_its_place() {
    check(
        &AWS,
        &[
            "",
            "[]",
            "{}",
            r#"{"launch": null}"#,
            r#"{"lunch": {}}"#,
            r#"{"launch": []}"#,
            r#"{"launch": {"tag": {}}}"#,
            r#"{"launch": {"tags": ["status"]}}"#,
            r#"{"launch": {"tags": {"status": "approved"}}}"#,
            r#"{"launch": {"tags": {"status": []}}}"#,
            r#"{"launch": {"tags": {"status": [true]}}}"#,
            r#"{"launch": {"tags": {"status": [""]}}}"#,
            r#"{"launch": {"tags": {"aws:status": ["x"]}}}"#,
            r#"{"launch": {"tags": {}}}"#,
            r#"{"launch": {"owner_ids": ["self"]}}"#,
            r#"{"launch": {"tags": {"a": ["x"]}, "owner_ids": []}}"#,
            r#"{"launch": {"tags": {"a": ["x"]}, "accept_owner_ids": [], "exempt_principals": []}}"#,
            r#"{"launch": {"tags": {"a": ["x"], "A": ["x"]}}}"#,
            r#"{"launch": {"tags": {"a": ["x"], "a": ["x"]}}}"#,
            r#"{"protect_tags": {"keys": []}}"#,
            r#"{"protect_tags": {"keys": ["status"]}}"#,
            r#"{"protect_tags": {"keys": ["status"]}, "accepted": ["no_approver"]}"#,
            r#"{"export": {}, "accepted": ["no_builder"]}"#,
            r#"{"tag_on_create": {"tags": {"a": ["*"]}, "snapshots": "true"}}"#,
            r#"{"share": {"images": false, "snapshots": false}}"#,
            r#"{"export": {"exempt_principals": ["*"]}}"#,
            r#"{"export": {"exempt_principals": "arn:aws:iam::111122223333:role/x"}}"#,
            r#"{"export": {}, "partition": "aws-cn"}"#,
            r#"{"export": {}, "partition": "azure"}"#,
            r#"{"export": {}, "partition": 1}"#,
        ],
        expect![[r#"

              line 1, column 1: the text is no JSON: EOF while parsing a value
            []
              line 1, column 1: an intent must be an object, not a list
            {}
              line 1, column 1: no rule is given; write `launch`, `protect_tags`, `tag_on_create`, `export`, `share`
            {"launch": null}
              line 1, column 1: no rule is given; write `launch`, `protect_tags`, `tag_on_create`, `export`, `share`
            {"lunch": {}}
              line 1, column 11, at lunch: an intent has no `lunch`; it may have `launch`, `protect_tags`, `tag_on_create`, `export`, `share`, `exemptions`, `partition`, `accepted`
            {"launch": []}
              line 1, column 12, at launch: `launch` must be an object, not a list
            {"launch": {"tag": {}}}
              line 1, column 20, at launch.tag: `launch` has no `tag`; it may have `tags`, `owner_ids`, `accept_owner_ids`, `exempt_principals`
            {"launch": {"tags": ["status"]}}
              line 1, column 21, at launch.tags: `tags` must be an object, not a list
            {"launch": {"tags": {"status": "approved"}}}
              line 1, column 32, at launch.tags.status: `status` must be a list, not a string
            {"launch": {"tags": {"status": []}}}
              line 1, column 32, at launch.tags.status: no value is given; write `["*"]` for any
            {"launch": {"tags": {"status": [true]}}}
              line 1, column 33, at launch.tags.status[0]: a value of a tag must be a string, not a boolean
            {"launch": {"tags": {"status": [""]}}}
              line 1, column 32, at launch.tags.status: a value is empty; write `*` for any, also an empty one
            {"launch": {"tags": {"aws:status": ["x"]}}}
              line 1, column 36, at launch.tags["aws:status"]: keys that start with `aws:` are the cloud's own: nobody can set them
            {"launch": {"tags": {}}}
              line 1, column 21, at launch.tags: `tags` is empty; leave it out
            {"launch": {"owner_ids": ["self"]}}
              line 1, column 27, at launch.owner_ids[0]: `self` is no owner of images; write an account id, `amazon`, `aws-marketplace`
            {"launch": {"tags": {"a": ["x"]}, "owner_ids": []}}
              line 1, column 48, at launch.owner_ids: `owner_ids` is empty; leave it out
            {"launch": {"tags": {"a": ["x"]}, "accept_owner_ids": [], "exempt_principals": []}}
              ok
            {"launch": {"tags": {"a": ["x"], "A": ["x"]}}}
              line 1, column 21, at launch.tags: `A` and `a` are one key to policies, which do not mind case; write one
            {"launch": {"tags": {"a": ["x"], "a": ["x"]}}}
              line 1, column 39, at launch.tags.a: the name `a` comes up twice in one object
            {"protect_tags": {"keys": []}}
              line 1, column 27, at protect_tags.keys: it names no tag key
            {"protect_tags": {"keys": ["status"]}}
              line 1, column 18, at protect_tags: nobody is exempt, so that nobody could approve an image; name the role that approves, or add `no_approver` to `accepted`
            {"protect_tags": {"keys": ["status"]}, "accepted": ["no_approver"]}
              ok
            {"export": {}, "accepted": ["no_builder"]}
              line 1, column 29, at accepted[0]: `no_builder` cannot be accepted here; only `no_approver` can
            {"tag_on_create": {"tags": {"a": ["*"]}, "snapshots": "true"}}
              line 1, column 55, at tag_on_create.snapshots: `snapshots` must be true or false, not a string
            {"share": {"images": false, "snapshots": false}}
              line 1, column 11, at share: it keeps neither `images` nor `snapshots`; leave the rule out
            {"export": {"exempt_principals": ["*"]}}
              line 1, column 35, at export.exempt_principals[0]: `*` starts with a wildcard and fits anybody; write `arn:aws:iam::111122223333:role/NAME`
            {"export": {"exempt_principals": "arn:aws:iam::111122223333:role/x"}}
              line 1, column 34, at export.exempt_principals: `exempt_principals` must be a list, not a string
            {"export": {}, "partition": "aws-cn"}
              ok
            {"export": {}, "partition": "azure"}
              line 1, column 29, at partition: the partition must be `aws` or `aws-cn` or `aws-us-gov` or `aws-eusc`
            {"export": {}, "partition": 1}
              line 1, column 29, at partition: `partition` must be a string, not a number
        "#]],
    );
}

#[test]
fn exemptions_are_told_with_their_place() {
    let with = |exemption: &str| format!(r#"{{"export": {{}}, "exemptions": [{exemption}]}}"#);
    let texts = [
        with("1"),
        with("{}"),
        with(r#"{"principals": ["arn:aws:iam::111122223333:role/x"]}"#),
        with(r#"{"principals": ["arn:aws:iam::111122223333:role/x"], "rules": ["exports"]}"#),
        with(r#"{"principals": ["arn:aws:iam::111122223333:role/x"], "rules": ["launch"]}"#),
        with(
            r#"{"principals": ["arn:aws:iam::111122223333:role/x"], "rules": ["export"],
                "expires_at": "2027-01-01T00:00:00"}"#,
        ),
        with(
            r#"{"principals": ["arn:aws:iam::111122223333:role/x"], "rules": ["export"],
                "expires_at": 1800000000}"#,
        ),
        with(
            r#"{"principals": ["arn:aws:iam::111122223333:role/x"], "rules": ["export"],
                "expires_at": null, "reason": "r", "owner": null}"#,
        ),
        with(r#"{"until": "2027"}"#),
        r#"{"export": {}, "exemptions": {}}"#.to_owned(),
        r#"{"export": {}, "exemptions": []}"#.to_owned(),
    ];
    check(
        &AWS,
        &texts.iter().map(String::as_str).collect::<Vec<_>>(),
        expect![[r#"
            {"export": {}, "exemptions": [1]}
              line 1, column 31, at exemptions[0]: an exemption must be an object, not a number
            {"export": {}, "exemptions": [{}]}
              line 1, column 31, at exemptions[0]: it names no principal
            {"export": {}, "exemptions": [{"principals": ["arn:aws:iam::111122223333:role/x"]}]}
              line 1, column 31, at exemptions[0]: it names no rule; an exemption says what it opens
            {"export": {}, "exemptions": [{"principals": ["arn:aws:iam::111122223333:role/x"], "rules": ["exports"]}]}
              line 1, column 94, at exemptions[0].rules[0]: `exports` is no rule; write `launch`, `protect_tags`, `tag_on_create`, `export`, `share`
            {"export": {}, "exemptions": [{"principals": ["arn:aws:iam::111122223333:role/x"], "rules": ["launch"]}]}
              line 1, column 31, at exemptions[0]: it is from `launch`, which is no rule of this guardrail
            {"export": {}, "exemptions": [{"principals": ["arn:aws:iam::111122223333:role/x"], "rules": ["export"],
                            "expires_at": "2027-01-01T00:00:00"}]}
              line 2, column 31, at exemptions[0].expires_at: `2027-01-01T00:00:00` is no instant with a time zone; write `2027-01-01T00:00:00Z`
            {"export": {}, "exemptions": [{"principals": ["arn:aws:iam::111122223333:role/x"], "rules": ["export"],
                            "expires_at": 1800000000}]}
              line 2, column 31, at exemptions[0].expires_at: `expires_at` must be a string, not a number
            {"export": {}, "exemptions": [{"principals": ["arn:aws:iam::111122223333:role/x"], "rules": ["export"],
                            "expires_at": null, "reason": "r", "owner": null}]}
              ok
            {"export": {}, "exemptions": [{"until": "2027"}]}
              line 1, column 41, at exemptions[0].until: an exemption has no `until`; it may have `principals`, `rules`, `expires_at`, `reason`, `owner`
            {"export": {}, "exemptions": {}}
              line 1, column 30, at exemptions: `exemptions` must be a list, not an object
            {"export": {}, "exemptions": []}
              ok
        "#]],
    );
}

#[test]
fn alibaba_cloud_has_no_partitions() {
    check(
        &ALICLOUD,
        &[r#"{"export": {}, "partition": "aws"}"#],
        expect![[r#"
        {"export": {}, "partition": "aws"}
          line 1, column 29, at partition: the cloud has no partitions; leave it out
    "#]],
    );
}

#[test]
fn hostile_texts_are_errors() {
    let nested = format!(r#"{{"export": {}1{}}}"#, "[".repeat(10_000), "]".repeat(10_000));
    let long = json!({"launch": {"tags": {"a": ["x".repeat(10 << 20)]}}}).to_string();
    let exemption = |number: usize| {
        json!({"principals": [format!("arn:aws:iam::111122223333:role/r{number}")],
               "rules": ["export"], "expires_at": format!("{}-01-01T00:00:00Z", 2027 + number)})
    };
    let exemptions: Vec<_> = (0..200).map(exemption).collect();
    let many = json!({"export": {}, "exemptions": exemptions}).to_string();
    let problems: Vec<_> =
        [nested, long, many].iter().map(|text| read(&AWS, text).unwrap_err()).collect();
    expect![[r#"
        line 1, column 44, at export[0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0]: values nest deeper than 32 levels
        line 1, column 1: the text is longer than 1048576 bytes
        line 1, column 1: the exemptions end at 200 different instants, each of which is a copy of every statement, and no policy has room for more than 60; let them end together"#]].assert_eq(&problems.join("\n"));
}

#[test]
fn patterns_of_many_readings_are_taken_as_they_are() {
    let pattern = format!("*a{}", "?".repeat(10));
    let text = json!({"launch": {"tags": {"a": [pattern]}}}).to_string();
    let launch = read(&AWS, &text).unwrap().rules.launch.unwrap();
    assert_eq!(launch.tags["a"].patterns(), [pattern]);
}
