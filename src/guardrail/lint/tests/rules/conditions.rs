//! Conditions that refuse too much, or let through what they are against.

use serde_json::{Value, json};

use super::*;

#[test]
fn tags_on_resources_that_have_none() {
    let mut it = Bounds::default();
    let code = "negated_tag_on_all_resources";
    let untagged = || json!({"StringNotEquals": {"ec2:ResourceTag/status": "approved"}});
    it.not(code, "scp", deny(LAUNCHES, IMAGES, untagged()));
    it.has(code, "scp", deny("ec2:RunInstances", "arn:aws:ec2:*:*:*", untagged()));
    it.has(
        code,
        "scp",
        deny("ec2:RunInstances", "*", json!({"Null": {"ec2:ResourceTag/status": "true"}})),
    );
    it.not(
        code,
        "scp",
        deny("ec2:RunInstances", "*", json!({"Null": {"ec2:ResourceTag/status": "false"}})),
    );
    it.not(
        code,
        "scp",
        deny("ec2:RunInstances", "*", json!({"StringEquals": {"ec2:ResourceTag/status": "draft"}})),
    );
    it.not(code, "scp", deny("ec2:StopInstances", "*", untagged()));
    it.not(
        code,
        "scp",
        deny(
            "ec2:RunInstances",
            IMAGES,
            json!({
                "StringNotEquals": {"ec2:ResourceTag/status": "approved", "ec2:Owner": "amazon"},
            }),
        ),
    );
    // The keys of images are no others': what lacks them is left alone.
    it.not(
        code,
        "scp",
        deny(
            "ec2:RunInstances",
            "*",
            json!({
                "StringNotEquals": {"ec2:ResourceTag/status": "approved"},
                "Null": {"ec2:ImageType": "false"},
            }),
        ),
    );
    it.has(
        code,
        "control_policy",
        deny(
            "ecs:RunInstances",
            "*",
            json!({
                "StringNotLike": {"acs:ResourceTag/status": "approved*"},
            }),
        ),
    );

    let code = "creation_tag_on_snapshots";
    let untagged = || json!({"Null": {"aws:RequestTag/owner": "true"}});
    it.not(code, "scp", deny("ec2:CreateImage", IMAGES, untagged()));
    it.has(
        code,
        "scp",
        deny("ec2:C*", "*", json!({"ForAllValues:StringNotEquals": {"aws:TagKeys": "owner"}})),
    );
    it.not(code, "scp", deny("ec2:CreateImage", "*", json!({})));
    it.not(code, "scp", deny("ec2:RegisterImage", "*", untagged()));
}

#[test]
fn keys_and_operators() {
    let mut it = Bounds::default();
    let code = "several_negated_keys";
    let status = "ec2:ResourceTag/status";
    let level = "ec2:ResourceTag/level";
    it.has(
        code,
        "scp",
        deny(
            LAUNCHES,
            IMAGES,
            json!({
                "StringNotLike": {status: "a*"}, "Null": {level: "true"},
            }),
        ),
    );
    it.has(
        code,
        "scp",
        deny(
            LAUNCHES,
            IMAGES,
            json!({
                "StringNotLike": {"aws:RequestTag/a": "a*", "aws:RequestTag/b": "b*"},
            }),
        ),
    );
    it.not(
        code,
        "scp",
        deny(
            LAUNCHES,
            IMAGES,
            json!({
                "StringNotEquals": {status: "a"}, "StringNotLike": {"ec2:resourceTag/Status": "a*"},
            }),
        ),
    );
    it.not(code, "scp", deny(LAUNCHES, IMAGES, json!({"StringEquals": {status: "a", level: "b"}})));
    it.not(
        code,
        "scp",
        deny(
            LAUNCHES,
            IMAGES,
            json!({
                "StringNotEquals": {status: "a", "ec2:Owner": "amazon"},
            }),
        ),
    );
    it.not(
        code,
        "iam_policy",
        allow(LAUNCHES, IMAGES, json!({"StringNotEquals": {status: "a", level: "b"}})),
    );

    let code = "bare_multivalued_key";
    let keys =
        |operator: &str| deny("ec2:CreateTags", IMAGES, json!({operator: {"aws:tagkeys": "true"}}));
    it.has(code, "scp", keys("StringEquals"));
    it.not(code, "scp", keys("ForAnyValue:StringEquals"));
    it.not(code, "scp", keys("Null"));
    it.not(
        code,
        "scp",
        deny("ec2:CreateTags", IMAGES, json!({"StringEquals": {"aws:RequestTag/x": "x"}})),
    );
    let types = || {
        deny(
            "resourcesharing:*",
            "*",
            json!({"StringEquals": {"resourcesharing:RequestedResourceType": "Image"}}),
        )
    };
    it.not(code, "ram_policy", types());
    it.not("several_values_undocumented", "scp", keys("StringEquals"));
    it.not(
        "several_values_undocumented",
        "ram_policy",
        deny("resourcesharing:*", "*", json!({"StringEquals": {"resourcesharing:Target": "1"}})),
    );

    let code = "fail_open_quantifier";
    it.has(code, "scp", keys("ForAnyValue:StringNotEquals"));
    it.has(code, "scp", keys("ForAllValues:StringEquals"));
    it.not(code, "scp", keys("ForAnyValue:StringEquals"));
    it.not(code, "scp", keys("ForAllValues:StringNotEquals"));
    it.not(code, "scp", keys("StringNotEquals"));
    let all = |more: Value| {
        let mut condition = json!({"ForAllValues:StringEquals": {"aws:TagKeys": "owner"}});
        condition["Null"] = more;
        allow("ec2:CreateTags", IMAGES, condition)
    };
    it.has(code, "iam_policy", all(json!({"aws:TagKeys": "true"})));
    it.has(code, "iam_policy", all(json!({"aws:RequestTag/owner": "false"})));
    it.not(code, "iam_policy", all(json!({"aws:TagKeys": "false"})));
    it.not(
        code,
        "iam_policy",
        allow("ec2:CreateTags", IMAGES, json!({"ForAnyValue:StringEquals": {"aws:TagKeys": "a"}})),
    );

    let if_exists =
        |negated: &str, key: &str| json!({format!("String{negated}EqualsIfExists"): {key: "a"}});
    it.not("if_exists_repairs_nothing", "scp", deny(LAUNCHES, IMAGES, if_exists("", status)));
    it.not(
        "if_exists_repairs_nothing",
        "iam_policy",
        allow(LAUNCHES, IMAGES, if_exists("Not", status)),
    );
    it.not(
        "if_exists_repairs_nothing",
        "scp",
        deny(LAUNCHES, IMAGES, json!({"StringNotEquals": {status: "a"}})),
    );
    it.has(
        "if_exists_lets_through",
        "scp",
        deny(LAUNCHES, IMAGES, if_exists("", "aws:RequestTag/a")),
    );
    it.not("if_exists_lets_through", "scp", deny(LAUNCHES, IMAGES, if_exists("", "ec2:Owner")));
    it.not("if_exists_lets_through", "scp", deny(LAUNCHES, IMAGES, if_exists("Not", status)));
    it.not(
        "if_exists_lets_through",
        "scp",
        deny(LAUNCHES, IMAGES, json!({"StringEquals": {status: "a"}})),
    );

    let value =
        |operator: &str, value: &str| deny(LAUNCHES, IMAGES, json!({operator: {status: value}}));
    it.has("literal_wildcard", "scp", value("StringNotEqualsIgnoreCase", "a?"));
    it.not("literal_wildcard", "scp", value("StringNotLike", "a*"));
    it.not("literal_wildcard", "scp", value("StringNotEquals", "a"));
}
