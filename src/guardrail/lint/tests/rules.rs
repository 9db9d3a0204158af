//! Where each fault begins and ends: documents that nearly have it, and other forms that
//! do.

use serde_json::{Value, json};

use super::*;

const IMAGES: &str = "arn:aws:ec2:*::image/*";
const LAUNCHES: &str = "ec2:*";

/// A document with one statement, for the level.
fn document(level: &str, statement: &Value) -> String {
    let version = if ["scp", "iam_policy"].contains(&level) { "2012-10-17" } else { "1" };
    json!({"Version": version, "Statement": statement}).to_string()
}

fn deny(action: &str, resource: &str, condition: Value) -> Value {
    json!({"Effect": "Deny", "Action": action, "Resource": resource, "Condition": condition})
}

fn allow(action: &str, resource: &str, condition: Value) -> Value {
    json!({"Effect": "Allow", "Action": action, "Resource": resource, "Condition": condition})
}

/// Holds statements against a code; collects what is not as expected, so that one broken
/// lint does not hide another.
#[derive(Default)]
struct Bounds(Vec<String>);

impl Bounds {
    fn text(&mut self, has: bool, code: &str, level: &str, text: &str) {
        if codes(level, text).contains(&code) != has {
            let wanted = if has { "is not found in" } else { "is found in" };
            self.0.push(format!("{code} {wanted} {text}"));
        }
    }

    fn has(&mut self, code: &str, level: &str, statement: Value) {
        self.text(true, code, level, &document(level, &statement));
    }

    fn not(&mut self, code: &str, level: &str, statement: Value) {
        self.text(false, code, level, &document(level, &statement));
    }
}

impl Drop for Bounds {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            assert!(self.0.is_empty(), "{}", self.0.join("\n"));
        }
    }
}

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

#[test]
fn allows() {
    let mut it = Bounds::default();
    let tagged = || json!({"StringEquals": {"ec2:ResourceTag/status": "approved"}});
    let elsewhere = || json!({"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}});
    it.has("conditional_allow", "scp", allow("*", "*", elsewhere()));
    it.not("conditional_allow", "scp", deny("*", "*", elsewhere()));
    it.not("conditional_allow", "iam_policy", allow("ec2:*", "*", tagged()));
    it.not(
        "conditional_allow",
        "scp",
        json!({"Effect": "Allow", "Action": "ec2:*", "Resource": "*"}),
    );
    it.not("allow_list", "scp", json!({"Effect": "Allow", "Action": "*", "Resource": "*"}));
    it.has("allow_list", "scp", json!({"Effect": "Allow", "Action": "*", "Resource": IMAGES}));
    it.not("allow_list", "scp", allow("ec2:*", "*", tagged()));
    it.not(
        "allow_list",
        "iam_policy",
        json!({"Effect": "Allow", "Action": "ec2:*", "Resource": "*"}),
    );
    it.not("allow_list", "scp", json!({"Effect": "Deny", "Action": "ec2:*", "Resource": "*"}));
    it.has("allow_is_no_guard", "iam_policy", allow("ec2:Run*", IMAGES, tagged()));
    it.not("allow_is_no_guard", "iam_policy", allow("ec2:Run*", IMAGES, elsewhere()));
    it.not("allow_is_no_guard", "iam_policy", allow("s3:*", "*", tagged()));
    it.not("allow_is_no_guard", "iam_policy", deny("ec2:Run*", IMAGES, tagged()));
    it.not("allow_is_no_guard", "scp", allow("ec2:Run*", IMAGES, tagged()));
    let but_drafts = || json!({"StringNotEquals": {"ec2:ResourceTag/status": "draft"}});
    it.not("allow_is_no_guard", "iam_policy", allow("ec2:Run*", IMAGES, but_drafts()));
    it.not("tag_allow_on_all_resources", "scp", allow("ec2:Run*", "*", but_drafts()));
    let but = |action: &str, resource: &str| json!({"Effect": "Allow", "NotAction": action, "NotResource": resource, "Condition": tagged()});
    it.has("allow_is_no_guard", "iam_policy", but("s3:*", "*"));
    it.not("allow_is_no_guard", "iam_policy", but("ec2:*", "*"));
    it.has("tag_allow_on_all_resources", "scp", but("s3:*", "arn:aws:s3:::images/*"));
    it.not("tag_allow_on_all_resources", "scp", but("s3:*", "arn:*:*:*:*:*"));
    it.has("tag_allow_on_all_resources", "scp", allow("ec2:Run*", "*", tagged()));
    it.not("tag_allow_on_all_resources", "scp", allow("ec2:Run*", IMAGES, tagged()));
    it.not("tag_allow_on_all_resources", "scp", deny("ec2:Run*", "*", tagged()));
    it.not("tag_allow_on_all_resources", "scp", allow("ec2:Run*", "*", elsewhere()));
}

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

#[test]
fn resources() {
    let mut it = Bounds::default();
    let on = |resource: &str| json!({"Effect": "Deny", "Action": "ec2:*", "Resource": [resource]});
    let code = "image_arn_with_account";
    it.has(code, "scp", on("arn:aws:ec2:*:self:snapshot/*"));
    it.has(code, "scp", on("arn:aws:ec2:*:?*:image/*"));
    it.not(code, "scp", on("arn:aws:ec2:*:*:image/*"));
    it.not(code, "scp", on("arn:aws:ec2:*:111122223333:instance/*"));
    it.not(
        code,
        "control_policy",
        json!({"Effect": "Deny", "Action": "ecs:*", "Resource": "acs:ecs:*:1111:image/*"}),
    );

    let code = "creation_by_id";
    it.has(code, "scp", deny("ec2:CreateSnapshot", "arn:aws:ec2:*::snapshot/snap-*", json!({})));
    it.has(code, "control_policy", deny("ecs:CopyImage", "acs:ecs:*:*:image/m-*", json!({})));
    it.not(code, "scp", deny("ec2:RegisterImage", IMAGES, json!({})));
    it.not(code, "scp", deny("ec2:ExportImage", "arn:aws:ec2:*::image/ami-*", json!({})));
    it.not(code, "scp", deny("ec2:RegisterImage", "arn:aws:s3:::images/*", json!({})));
    it.not(code, "iam_policy", allow("ec2:RegisterImage", "arn:aws:ec2:*::image/ami-*", json!({})));

    it.has(
        "incomplete_arn",
        "ram_policy",
        json!({"Effect": "Deny", "Action": "ecs:*", "Resource": "acs:ecs:*"}),
    );
    it.not("incomplete_arn", "scp", on("*"));
    it.not("incomplete_arn", "scp", on("arn:*:*:*:*:*"));

    let code = "variable_in_not_resource";
    let but = |resource: &str| json!({"Effect": "Deny", "Action": "s3:*", "NotResource": resource});
    it.not(code, "iam_policy", but("arn:aws:s3:::images/*"));
    it.not(code, "iam_policy", on("arn:aws:s3:::images/${aws:username}"));
    it.not("not_resource_on_alicloud", "iam_policy", but("arn:aws:s3:::images/*"));
    it.not(
        "not_resource_on_alicloud",
        "ram_policy",
        json!({"Effect": "Deny", "Action": "ecs:*", "Resource": "*"}),
    );
}

#[test]
fn exemptions() {
    let mut it = Bounds::default();
    let but = |operator: &str, name: &str| {
        deny("ec2:CreateTags", IMAGES, json!({operator: {"aws:PrincipalArn": name}}))
    };
    let not = |name: &str| but("ArnNotLike", name);
    let approver = "arn:aws:iam::111122223333:role/image-approver";
    it.has(
        "no_approver",
        "scp",
        deny("ec2:*Tags", "*", json!({"ForAnyValue:StringLike": {"aws:TagKeys": "a"}})),
    );
    it.not("no_approver", "scp", not(approver));
    // Services of the cloud approve nothing.
    for key in ["aws:PrincipalIsAWSService", "aws:ViaAWSService"] {
        let by_people = json!({"BoolIfExists": {key: "false"}});
        it.has("no_approver", "scp", deny("ec2:*Tags", IMAGES, by_people));
    }
    // Nor is a lock what only keeps strangers and sessions without a second factor out.
    let no_mfa = || json!({"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}});
    it.not("no_approver", "scp", deny("*", "*", no_mfa()));
    let from_afar = || json!({"NotIpAddress": {"acs:SourceIp": "192.0.2.0/24"}});
    it.not("no_approver", "control_policy", deny("*", "*", from_afar()));
    let here = json!({"StringEquals": {"ec2:Region": "us-east-1"}});
    it.has("no_approver", "scp", deny("ec2:*Tags", "arn:aws:ec2:us-east-1::image/*", here));
    it.not(
        "no_approver",
        "scp",
        deny("ec2:*Tags", IMAGES, json!({"StringNotEquals": {"aws:PrincipalTag/team": "images"}})),
    );
    it.not("no_approver", "scp", deny("ec2:*Tags", "arn:aws:ec2:*:*:instance/*", json!({})));

    let of_alicloud =
        |name: &str| deny("ecs:*", "*", json!({"StringNotLike": {"acs:PrincipalARN": name}}));
    it.has(
        "exemption_any_account",
        "control_policy",
        of_alicloud("acs:ram:*:*:role/image-approver"),
    );
    it.not("exemption_any_account", "scp", not(approver));
    it.not("exemption_any_account", "scp", not("arn:aws:iam::*:role/*"));
    it.not("exemption_any_account", "scp", but("ArnLike", "arn:aws:iam::*:role/image-approver"));

    for loose in [
        "*",
        "*:aws:iam::1:role/image-approver",
        "arn:aws:iam::1:*/images/approver",
        "*:role/image-approver",
        "arn:aws:iam::1:*",
        "arn:aws:iam::1:role/*",
    ] {
        it.has("loose_exemption", "scp", but("StringNotLike", loose));
    }
    it.not("loose_exemption", "scp", not(approver));
    it.not("loose_exemption", "scp", not("arn:aws:iam::1:role/image-*"));
    it.not(
        "loose_exemption",
        "scp",
        not("arn:aws:iam::1:role/aws-reserved/sso.amazonaws.com/*_Images_*"),
    );
    it.not("loose_exemption", "scp", but("ArnLike", "arn:aws:iam::1:role/*"));

    it.not("session_exemption", "scp", not(approver));
    it.has(
        "session_exemption",
        "ram_policy",
        of_alicloud("acs:ram::1111:assumed-role/image-approver/x"),
    );
    it.not("exemption_in_capitals", "ram_policy", of_alicloud("acs:ram::1111:role/image-approver"));
    it.not("exemption_in_capitals", "ram_policy", of_alicloud("acs:ram::1111:user/Approver"));
    it.not("exemption_in_capitals", "scp", not("arn:aws:iam::1:role/Approver"));
}

#[test]
fn actions() {
    let mut it = Bounds::default();
    let action =
        |name: &str| json!({"Effect": "Deny", "NotAction": ["s3:*", name], "Resource": "*"});
    it.has("dead_action", "ram_policy", action("ECS:createtags"));
    it.has("dead_action", "ram_policy", action("ec2:RunInstances"));
    it.has("dead_action", "scp", action("ecs:RunInstances"));
    it.not("dead_action", "ram_policy", action("ecs:RunInstances"));
    it.not("dead_action", "scp", action("ecs:TagResource"));
    it.not("dead_action", "scp", action("appstream:CopyImage"));
}

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
