//! Allows that are meant to restrict.

use serde_json::json;

use super::*;

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
