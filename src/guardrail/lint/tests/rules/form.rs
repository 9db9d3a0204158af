//! Texts the vendor refuses, and forms that mean something else.

use serde_json::json;

use super::*;

#[test]
fn texts_and_grammar() {
    let mut it = Bounds::default();
    let plain = || deny("s3:*", "*", json!({"Bool": {"aws:SecureTransport": false}}));
    it.not("invalid_json", "scp", plain());
    it.text(true, "invalid_json", "scp", r#"{"Version": "1", "Version": "1"}"#);
    it.not("wrong_cloud", "scp", json!({"Effect": "Oops"}));
    it.not("invalid_policy", "scp", deny("s3:*", "*", json!({"Oops": {"aws:username": "x"}})));
    it.text(
        false,
        "invalid_policy",
        "scp",
        &document("ram_policy", &deny("ecs:*", "*", json!({}))),
    );
    it.has(
        "invalid_policy",
        "scp",
        json!({"Effect": "Deny", "Action": "s3:*", "Resource": "*", "Oops": 1}),
    );

    it.not(
        "unknown_operator",
        "scp",
        deny("s3:*", "*", json!({"stringequals": {"aws:username": "x"}})),
    );
    it.not(
        "unknown_operator",
        "ram_policy",
        deny("ecs:*", "*", json!({"Null": {"acs:x": "true"}})),
    );
    it.has(
        "unknown_operator",
        "scp",
        deny("s3:*", "*", json!({"SomeValue:StringEquals": {"aws:x": "x"}})),
    );
    it.has(
        "operator_not_on_alicloud",
        "ram_policy",
        deny("ecs:*", "*", json!({"Null": {"acs:x": "true"}})),
    );
    it.has(
        "operator_not_on_alicloud",
        "ram_policy",
        deny("ecs:*", "*", json!({"ArnLike": {"acs:x": "acs:*"}})),
    );
    it.not(
        "operator_not_on_alicloud",
        "ram_policy",
        deny("ecs:*", "*", json!({"StringLike": {"acs:x": "x"}})),
    );
    it.not(
        "operator_not_on_alicloud",
        "scp",
        deny("s3:*", "*", json!({"Null": {"aws:x": "true"}})),
    );
    for operator in ["NullIfExists", "ForAllValues:Null", "ForAnyValue:StringLikeIfExists"] {
        it.has(
            "undocumented_operator",
            "scp",
            deny("s3:*", "*", json!({operator: {"aws:x": "true"}})),
        );
    }
    it.not(
        "undocumented_operator",
        "scp",
        deny("s3:*", "*", json!({"StringLikeIfExists": {"aws:x": "x"}})),
    );
    it.not(
        "undocumented_operator",
        "scp",
        deny("s3:*", "*", json!({"OopsIfExists": {"aws:x": "x"}})),
    );
}

#[test]
fn lengths_and_characters() {
    let mut it = Bounds::default();
    let of_size = |size: usize| {
        let text = |padding: usize| {
            document(
                "scp",
                &deny("s3:*", "*", json!({"StringEquals": {"aws:x": "x".repeat(padding)}})),
            )
        };
        text(size - text(0).len())
    };
    it.text(false, "too_long", "scp", &of_size(10_240));
    it.text(true, "too_long", "scp", &of_size(10_241));
    it.text(false, "too_long", "iam_policy", &of_size(6_144));
    it.text(true, "too_long", "iam_policy", &of_size(6_145));
    it.text(false, "long_for_some_partitions", "scp", &of_size(5_120));
    it.text(true, "long_for_some_partitions", "scp", &of_size(5_121));
    it.text(false, "long_for_some_partitions", "scp", &of_size(10_241));
    it.text(false, "long_for_some_partitions", "iam_policy", &of_size(5_121));
    let spaced = |size: usize, spaces: usize| of_size(size) + &" ".repeat(spaces);
    it.text(true, "white_space_counts", "scp", &spaced(10_200, 41));
    it.text(false, "white_space_counts", "scp", &spaced(10_200, 40));
    it.text(false, "white_space_counts", "scp", &spaced(10_241, 40));
    it.text(false, "white_space_counts", "iam_policy", &spaced(6_100, 100));
    let named = |name: &str| deny("s3:*", "*", json!({"StringEquals": {"aws:username": name}}));
    it.not("character_out_of_range", "iam_policy", named("\u{ff}"));
    it.has("character_out_of_range", "iam_policy", named("\u{100}"));
    it.not("character_out_of_range", "scp", named("\u{100}"));
    let of_version = |version: &str| {
        let statement = deny("s3:*", "arn:aws:s3:::a/${aws:username}", json!({}));
        json!({"Version": version, "Statement": statement}).to_string()
    };
    it.text(true, "variable_is_text", "iam_policy", &of_version("2008-10-17"));
    it.text(false, "variable_is_text", "iam_policy", &of_version("2012-10-17"));
    it.text(false, "no_version", "iam_policy", &of_version("2008-10-17"));
    it.text(false, "no_version", "ram_policy", r#"{"Statement": []}"#);
    it.not(
        "undocumented_sid",
        "scp",
        json!({"Sid": "A", "Effect": "Deny", "Action": "s3:*", "Resource": "*"}),
    );
}
