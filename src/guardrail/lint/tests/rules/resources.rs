//! Resources that match nothing, or other things than they seem to.

use serde_json::json;

use super::*;

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
