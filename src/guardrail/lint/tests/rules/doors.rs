//! What a document leaves open beside what it closes.

use serde_json::{Value, json};

use super::*;

#[test]
fn doors_left_open() {
    let mut it = Bounds::default();
    it.not("uncovered_door", "scp", deny(LAUNCHES, "*", json!({})));
    it.not("uncovered_door", "scp", deny("s3:*", "*", json!({})));
    it.has("uncovered_door", "scp", deny("ec2:DeleteTags", IMAGES, json!({})));
    it.has("uncovered_door", "scp", deny("ec2:ModifyImageAttribute", IMAGES, json!({})));
    // A door that is shut for one type of resource, or one of two actions, is open.
    let of_images = json!({"StringEquals": {"resourcesharing:RequestedResourceType": "Image"}});
    let share = "resourcesharing:CreateResourceShare";
    it.has("uncovered_door", "control_policy", deny(share, "*", of_images));
    it.has("uncovered_door", "scp", deny("ec2:CreateSnapshots", "*", json!({})));
    // Which account and region a document is for, it says itself.
    let at =
        |region: &str| deny("ecs:*Instance*", &format!("acs:ecs:{region}:1111:image/*"), json!({}));
    it.has("uncovered_door", "ram_policy", at("cn-beijing"));
    it.has(
        "uncovered_door",
        "scp",
        deny("ec2:RunInstances", "arn:aws-cn:ec2:*::image/*", json!({})),
    );

    let launch =
        |key: &str| deny("ec2:RunInstances", IMAGES, json!({"StringNotEquals": {key: "a"}}));
    it.has("no_tag_lock", "scp", launch("aws:ResourceTag/status"));
    it.not(
        "no_tag_lock",
        "scp",
        deny("ec2:StopInstances", "*", json!({"StringNotEquals": {"ec2:ResourceTag/a": "a"}})),
    );
    it.not("no_tag_lock", "scp", launch("ec2:Owner"));
    it.not(
        "no_tag_lock",
        "scp",
        json!([launch("ec2:ResourceTag/status"), deny("ec2:CreateTags", IMAGES, json!({})),]),
    );

    let code = "no_creation_lock";
    let lock = |more: Value| {
        let mut condition =
            json!({"ForAnyValue:StringEqualsIgnoreCase": {"aws:TagKeys": "status"}});
        condition["Null"] = more;
        deny("ec2:*Tags", IMAGES, condition)
    };
    it.not(code, "scp", lock(json!({"aws:TagKeys": "false"})));
    it.has(code, "scp", lock(json!({"ec2:CreateAction": "true"})));
    it.not(code, "ram_policy", deny("ecs:*", "acs:ecs:*:*:image/*", json!({})));
    it.not(code, "ram_policy", deny("ecs:ExportImage", "acs:ecs:*:*:image/*", json!({})));

    let code = "case_sensitive_tag_lock";
    let lock = |operator: &str| {
        deny("ec2:CreateTags", IMAGES, json!({operator: {"aws:TagKeys": "status"}}))
    };
    it.has(code, "scp", lock("ForAnyValue:StringLike"));
    it.not(code, "scp", lock("ForAnyValue:StringEqualsIgnoreCase"));
    it.not(
        code,
        "scp",
        deny("s3:*", "*", json!({"ForAnyValue:StringEquals": {"aws:TagKeys": "a"}})),
    );

    let code = "locked_and_demanded";
    let demand = |key: &str| {
        deny("ec2:*Image*", IMAGES, json!({"Null": {format!("aws:RequestTag/{key}"): "true"}}))
    };
    it.has(code, "scp", json!([demand("Status"), lock("ForAnyValue:StringEqualsIgnoreCase")]));
    it.not(code, "scp", json!([demand("owner"), lock("ForAnyValue:StringEqualsIgnoreCase")]));
    it.not(code, "scp", json!([demand("status")]));

    let guard = |condition: Value| deny(LAUNCHES, IMAGES, condition);
    let tag = || json!({"StringNotEquals": {"ec2:ResourceTag/status": "a"}});
    it.has("tags_stay_behind", "scp", guard(tag()));
    it.not("tags_stay_behind", "iam_policy", guard(tag()));
    it.not(
        "tags_stay_behind",
        "scp",
        guard(json!({"StringNotEquals": {"ec2:ResourceTag/status": "a", "ec2:Owner": "1"}})),
    );
    it.not(
        "tags_stay_behind",
        "control_policy",
        deny(
            "ecs:*",
            "acs:ecs:*:*:image/*",
            json!({"StringNotEquals": {"acs:ResourceTag/s": "a"}}),
        ),
    );
    it.has("out_of_reach", "scp", deny("ec2:ExportImage", IMAGES, json!({})));
    it.not("out_of_reach", "scp", deny("s3:*", "*", json!({})));
    // What keeps other regions out says nothing about images in this one.
    let regions = || {
        json!({
            "Effect": "Deny", "NotAction": "iam:*", "Resource": "*",
            "Condition": {"StringNotEquals": {"aws:RequestedRegion": ["eu-west-1", "eu-west-2"]}},
        })
    };
    it.not("out_of_reach", "scp", regions());
    it.not("no_approver", "scp", regions());
    it.not("rests_on_assumptions", "scp", guard(tag()));
    it.not(
        "rests_on_assumptions",
        "ram_policy",
        deny("ess:*", "*", json!({"StringNotEquals": {"acs:x": "a"}})),
    );
}
