//! Actions that do not exist.

use serde_json::json;

use super::*;

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
