//! Installed the ordinary way: `terraform init` from a filesystem mirror.

use std::{fs, process::Command};

use imageguard_simulator::Simulator;
use serde_json::Value;

use crate::{
    clouds::{golden_ami, golden_image, world},
    harness::{PROVIDER, Workspace},
};

const EXAMPLE: &str = "provider/provider.tf";

/// The platform in the mirror's folder names, as Terraform itself tells it.
fn platform() -> String {
    let version = Workspace::new("").terraform(&["version", "-json"]);
    let version: Value = serde_json::from_str(&version.text).unwrap();
    version["platform"].as_str().unwrap().to_owned()
}

#[test]
fn terraform_init_installs_from_a_filesystem_mirror() {
    let run = Workspace::new(
        "terraform {\n  required_providers {\n    imageguard = {\n      source  = \
         \"imageguard/imageguard\"\n      version = \"0.1.0\"\n    }\n  }\n}\nprovider \"imageguard\" \
         {\n  golden_tags = { status = [\"approved\"] }\n  aws = { region = \"eu-central-1\" }\n}\ndata \
         \"imageguard_aws_image\" \"it\" {}\noutput \"id\" {\n  value = data.imageguard_aws_image.it.id\n}\n",
    );
    let registry = run.registry();
    let folder = format!("mirror/{registry}/imageguard/imageguard/0.1.0/{}", platform());
    let binary = run.path(&folder).join("terraform-provider-imageguard_v0.1.0");
    fs::create_dir_all(binary.parent().unwrap()).unwrap();
    fs::copy(PROVIDER, &binary).unwrap();
    let mirror = run.path("mirror");
    let run = run.command_line_settings(&format!(
        "provider_installation {{\n  filesystem_mirror {{\n    path = {:?}\n  }}\n}}\n",
        mirror
    ));
    let init = run.terraform(&["init", "-no-color"]);
    assert!(init.success, "{}", init.text);
    assert!(init.text.contains("Installed imageguard/imageguard v0.1.0"), "{}", init.text);

    let simulator = Simulator::start(world([], [golden_ami("ami-00000000000000a1", 9)]));
    let run = run.on(&simulator);
    run.apply();
    assert_eq!(run.outputs()["id"], "ami-00000000000000a1");
}

#[test]
fn the_provider_example_works_for_both_clouds() {
    let simulator = Simulator::start(world(
        [golden_image("m-golden1", 9)],
        [golden_ami("ami-00000000000000a1", 9)],
    ));
    let run = Workspace::example(EXAMPLE).on(&simulator);
    run.write(
        "lookups.tf",
        "data \"imageguard_aws_image\" \"it\" {}\ndata \"imageguard_alicloud_image\" \"it\" {}\noutput \
         \"ids\" {\n  value = [data.imageguard_aws_image.it.id, data.imageguard_alicloud_image.it.id]\n}\n",
    );
    run.apply();
    assert_eq!(run.outputs()["ids"], serde_json::json!(["ami-00000000000000a1", "m-golden1"]));
}

#[test]
fn the_schema_is_complete_and_described() {
    let run = Workspace::example(EXAMPLE);
    let schemas = run.terraform(&["providers", "schema", "-json"]);
    assert!(schemas.success, "{}", schemas.text);
    let json = schemas.text.lines().find(|line| line.starts_with('{')).unwrap();
    let schemas: Value = serde_json::from_str(json).unwrap();
    let provider =
        &schemas["provider_schemas"][format!("{}/imageguard/imageguard", run.registry())];
    let block = &provider["provider"]["block"];
    let members = |of: &Value| -> Vec<String> { of.as_object().unwrap().keys().cloned().collect() };
    assert_eq!(members(&block["attributes"]), ["alicloud", "aws", "golden_tags"]);
    let inner = |name: &str| members(&block["attributes"][name]["nested_type"]["attributes"]);
    assert_eq!(
        inner("alicloud").join(" "),
        "access_key assume_role assume_role_with_oidc ca_bundle credentials_uri ecs_role_name \
         endpoints max_retries profile region request_timeout secret_key security_token \
         shared_credentials_file"
    );
    assert_eq!(
        inner("aws").join(" "),
        "access_key allowed_account_ids assume_role assume_role_with_web_identity ca_bundle \
         endpoints forbidden_account_ids max_retries profile region request_timeout secret_key \
         shared_config_files shared_credentials_files token use_dualstack_endpoint \
         use_fips_endpoint"
    );
    assert_eq!(
        members(&provider["data_source_schemas"]),
        [
            "imageguard_alicloud_image",
            "imageguard_alicloud_image_check",
            "imageguard_alicloud_images",
            "imageguard_aws_image",
            "imageguard_aws_image_check",
            "imageguard_aws_images",
        ]
    );
    let mut undescribed = Vec::new();
    described("provider", block, &mut undescribed);
    for (name, schema) in provider["data_source_schemas"].as_object().unwrap() {
        described(name, &schema["block"], &mut undescribed);
    }
    assert_eq!(undescribed, Vec::<String>::new());
}

/// Collects the blocks and attributes that have no description.
fn described(path: &str, of: &Value, undescribed: &mut Vec<String>) {
    let text = of["description"].as_str().unwrap_or_default();
    let is_object_type = of.get("nesting_mode").is_some();
    if text.is_empty() && !is_object_type {
        undescribed.push(path.to_owned());
    }
    let attributes = of["attributes"].as_object().into_iter().flatten();
    for (name, attribute) in attributes {
        described(&format!("{path}.{name}"), attribute, undescribed);
        if let Some(inner) = attribute.get("nested_type") {
            described(&format!("{path}.{name}"), inner, undescribed);
        }
    }
}

#[test]
fn the_binary_holds_no_other_tls_than_ring() {
    let tree = Command::new(env!("CARGO"))
        .args(["tree", "--edges", "normal", "--prefix", "none", "--package"])
        .arg("terraform-provider-imageguard")
        .current_dir(crate::harness::ROOT)
        .output()
        .unwrap();
    let tree = String::from_utf8(tree.stdout).unwrap();
    assert!(tree.lines().any(|line| line.starts_with("ring ")), "{tree}");
    for banned in ["aws-lc-rs ", "aws-lc-sys ", "openssl ", "openssl-sys ", "native-tls "] {
        assert!(!tree.lines().any(|line| line.starts_with(banned)), "{banned} is in the tree");
    }
}
