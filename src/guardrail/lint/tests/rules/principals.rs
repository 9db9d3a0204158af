//! Who is exempt.

use serde_json::json;

use super::*;

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
