//! No secret is told anywhere: neither in logs, however detailed, nor in plans or states.
//!
//! Messages are searched by the tests of each source, panics by those of the plugin layer.

use std::fs;

use imageguard_simulator::{AccessKey, Role, Simulator, alicloud, aws};
use serde_json::json;

use crate::{
    clouds::{golden_ami, golden_image, world},
    harness::{Output, Workspace},
};

const CONFIGURATION: &str = r#"
terraform {
  required_providers {
    imageguard = { source = "imageguard/imageguard" }
  }
}
variable "roles" {
  type = object({ alicloud = string, aws = string })
}
provider "imageguard" {
  golden_tags = { status = ["approved"] }
  alicloud    = { region = "cn-hangzhou" }
  aws         = { region = "eu-central-1" }
}
data "imageguard_alicloud_images" "it" {
  assume_role_arn = var.roles.alicloud
}
data "imageguard_aws_images" "it" {
  assume_role_arn = var.roles.aws
}
output "ids" {
  value = concat(data.imageguard_alicloud_images.it.ids, data.imageguard_aws_images.it.ids)
}
"#;

/// A user of each cloud, who may do nothing but assume the role `reader`.
fn clouds() -> Simulator {
    let simulator = Simulator::start(world(
        [golden_image("m-golden", 9)],
        [golden_ami("ami-00000000000000a1", 9)],
    ));
    let (alicloud, aws) = (alicloud_principal("user/ci"), aws_principal("user/ci"));
    simulator.edit(|world| {
        let key = AccessKey::new("LTAICI", "alicloud-user-secret", &alicloud);
        world.alicloud.access_keys.push(key.permissions(["sts:AssumeRole"]));
        let reader = Role::new(alicloud_principal("role/reader"));
        world.alicloud.roles.push(reader.trusts(&alicloud));
        let key = AccessKey::new("AKIACI", "aws-user-secret", &aws);
        world.aws.access_keys.push(key.permissions(["sts:AssumeRole"]));
        world.aws.roles.push(Role::new(aws_principal("role/reader")).trusts(&aws));
    });
    simulator
}

fn alicloud_principal(name: &str) -> String {
    format!("acs:ram::{}:{name}", alicloud::ACCOUNT)
}

fn aws_principal(name: &str) -> String {
    format!("arn:aws:iam::{}:{name}", aws::ACCOUNT)
}

/// A run of that user, in a role of either cloud, with everything logged.
fn workspace(simulator: &Simulator, role: &str) -> Workspace {
    let role = format!("role/{role}");
    let roles = json!({ "alicloud": alicloud_principal(&role), "aws": aws_principal(&role) });
    Workspace::new(CONFIGURATION)
        .on(simulator)
        .variable("ALIBABA_CLOUD_ACCESS_KEY_ID", "LTAICI")
        .variable("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "alicloud-user-secret")
        .variable("AWS_ACCESS_KEY_ID", "AKIACI")
        .variable("AWS_SECRET_ACCESS_KEY", "aws-user-secret")
        .variable("TF_VAR_roles", roles.to_string())
        .variable("TF_LOG", "trace")
}

/// Every key's secret and every session's token that either cloud knows by now.
fn secrets(simulator: &Simulator) -> Vec<String> {
    simulator.edit(|world| {
        let keys = world.alicloud.access_keys.iter().chain(&world.aws.access_keys);
        keys.flat_map(|key| [Some(key.secret.clone()), key.token.clone()]).flatten().collect()
    })
}

fn run(workspace: &Workspace, arguments: &[&str]) -> Output {
    let output = workspace.terraform(arguments);
    assert!(output.text.contains("[TRACE]"), "nothing is traced:\n{}", output.text);
    output
}

#[test]
fn no_secret_is_in_a_log_a_plan_or_a_state() {
    let simulator = clouds();
    let planted = secrets(&simulator).len();
    let works = workspace(&simulator, "reader");
    let plan = run(&works, &["plan", "-no-color", "-out=plan"]);
    let shown = run(&works, &["show", "-json", "plan"]);
    let applied = run(&works, &["apply", "-no-color", "plan"]);
    assert!(plan.success && shown.success && applied.success, "{}", applied.text);
    let state = fs::read_to_string(works.path("terraform.tfstate")).unwrap();
    assert!(state.contains("m-golden") && state.contains("ami-00000000000000a1"), "{state}");
    let refused = run(&workspace(&simulator, "stranger"), &["plan", "-no-color"]);
    assert!(!refused.success, "{}", refused.text);

    let secrets = secrets(&simulator);
    assert!(secrets.len() >= planted + 4, "each cloud has handed out a session: two texts");
    let places = [
        ("log of the plan", &plan.text),
        ("plan", &shown.text),
        ("log of the apply", &applied.text),
        ("state", &state),
        ("log of the refusal", &refused.text),
    ];
    for (place, text) in places {
        for secret in &secrets {
            assert!(!text.contains(secret), "`{secret}` is in the {place}:\n{text}");
        }
    }
}
