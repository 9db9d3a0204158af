//! Texts that are no documents, and documents made to hurt.

use super::*;

fn only(level: &str, text: &str) -> Flaw {
    let mut found = flaws(level, text);
    assert_eq!(found.len(), 1, "{found:?}");
    found.remove(0)
}

#[test]
fn ten_megabytes_are_told_to_be_too_long() {
    let text = format!(r#"{{"Version": "1", "Statement": ["{}"]}}"#, "x".repeat(10 << 20));
    let flaw = only("ram_policy", &text);
    assert_eq!((flaw.code, flaw.path.as_str()), ("invalid_json", ""));
    assert!(flaw.message.contains("the text is longer than"), "{}", flaw.message);
}

#[test]
fn a_long_document_is_only_told_its_length() {
    let statement = r#"{"Effect": "Oops"}"#;
    let text = format!(r#"{{"Statement": [{}]}}"#, [statement; 50_000].join(","));
    assert_eq!(only("scp", &text).code, "too_long");
}

#[test]
fn a_document_of_white_space_is_only_told_that() {
    let statements = [r#"{"Effect": "Deny"}"#; 100].join(",");
    let text = format!(r#"{{{}"Statement": [{statements}]}}"#, " ".repeat(1_000_000));
    for level in ["scp", "iam_policy"] {
        let flaws = flaws(level, &text);
        let flaw = flaws.first().unwrap();
        assert_eq!(flaw.code, "too_long");
        assert!(flaw.message.contains("white space"), "{}", flaw.message);
    }
}

#[test]
fn ten_thousand_nested_lists_are_too_deep() {
    let text = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
    let flaw = only("scp", &text);
    assert_eq!(flaw.code, "invalid_json");
    assert!(flaw.message.contains("deeper"), "{}", flaw.message);
}

#[test]
fn ten_thousand_stars_are_one_star() {
    let stars = "*".repeat(10_000);
    for resource in [stars.clone(), format!("arn:aws:ec2:{stars}:image/*")] {
        let text = format!(
            r#"{{"Version": "2012-10-17", "Statement": {{"Effect": "Deny", "Action": "ec2:{stars}", "Resource": "{resource}"}}}}"#
        );
        let found = codes("scp", &text);
        assert!(found.contains(&"too_long"), "{found:?}");
    }
}

#[test]
fn wrong_shapes_are_no_policies() {
    let texts = [
        "null",
        "[]",
        "1",
        r#""Deny""#,
        "{}",
        r#"{"Statement": []}"#,
        r#"{"Version": "2012-10-17", "Statement": 1}"#,
        r#"{"Version": "2012-10-17", "Statement": [{"Effect": "deny"}]}"#,
        r#"{"Version": 1, "Statement": []}"#,
    ];
    for text in texts {
        assert_eq!(only("scp", text).code, "invalid_policy", "{text}");
    }
}

#[test]
fn conditions_of_wrong_shapes_are_told_where_they_are() {
    let conditions = [
        ("1", "Statement[0].Condition"),
        (r#"{"StringEquals": 1}"#, "Statement[0].Condition.StringEquals"),
        (
            r#"{"StringEquals": {"aws:username": null}}"#,
            r#"Statement[0].Condition.StringEquals["aws:username"]"#,
        ),
        (
            r#"{"StringEquals": {"aws:username": []}}"#,
            r#"Statement[0].Condition.StringEquals["aws:username"]"#,
        ),
    ];
    for (condition, path) in conditions {
        let text = format!(
            r#"{{"Version": "2012-10-17", "Statement": [{{"Effect": "Deny", "Action": "s3:*", "Resource": "*", "Condition": {condition}}}]}}"#
        );
        let flaw = only("scp", &text);
        assert_eq!((flaw.code, flaw.path.as_str()), ("invalid_policy", path));
    }
}

#[test]
fn a_name_that_comes_twice_is_no_json() {
    let text = r#"{"Version": "2012-10-17", "Statement": [], "Statement": []}"#;
    assert_eq!(only("scp", text).code, "invalid_json");
}

#[test]
fn levels_of_the_other_cloud_do_not_exist() {
    assert!(lint(&AWS, "control_policy", "{}").is_none());
    assert!(lint(&ALICLOUD, "scp", "{}").is_none());
    assert!(lint(&AWS, "", "{}").is_none());
}

#[test]
fn each_clouds_document_is_known_at_the_other() {
    let aws = r#"{"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Action": "ec2:*", "Resource": "*"}}"#;
    let alicloud =
        r#"{"Version": "1", "Statement": {"Effect": "Deny", "Action": "ecs:*", "Resource": "*"}}"#;
    assert_eq!(only("ram_policy", aws).code, "wrong_cloud");
    assert_eq!(only("iam_policy", alicloud).code, "wrong_cloud");
}
