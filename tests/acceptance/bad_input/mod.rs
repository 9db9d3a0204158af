//! Bad input of every kind: one message, which names the place and the next step.

mod answers;
mod arguments;
mod credentials;

use imageguard_simulator::{Simulator, alicloud, aws};

use crate::{
    clouds::{golden_ami, golden_image, world},
    harness::{Workspace, unwrapped},
};

/// What a diagnostic must never show.
const NEVER: [&str; 13] = [
    "hunter2",
    "dispatch failure",
    "StartEl",
    " { name:",
    alicloud::ACCESS_KEY_SECRET,
    aws::ACCESS_KEY_SECRET,
    "Stack trace",
    "panicked",
    "plugin crashed",
    "Plugin error",
    "Some(",
    "Error {",
    "imageguard::",
];

fn configuration(provider: &str, data: &str) -> String {
    format!(
        "terraform {{\n  required_providers {{\n    imageguard = {{\n      source = \
         \"imageguard/imageguard\"\n    }}\n  }}\n}}\nprovider \"imageguard\" {{\n{provider}\n}}\n{data}\n"
    )
}

/// Plans, expects exactly one error, and looks for its parts.
fn check(run: &Workspace, parts: &[&str]) {
    let raw = run.refused();
    assert_eq!(raw.matches("Error: ").count(), 1, "one error is expected:\n{raw}");
    let text = unwrapped(&raw);
    for part in parts {
        assert!(text.contains(part), "`{part}` is missing in:\n{text}");
    }
    // Terraform quotes the line to blame as it is written; the rest is ours.
    let is_quotation = |line: &&str| {
        line.split_once(": ").is_some_and(|(number, _)| number.parse::<u32>().is_ok())
    };
    let ours = raw.lines().filter(|line| !is_quotation(line)).collect::<Vec<_>>().join("\n");
    for never in NEVER {
        assert!(!ours.contains(never), "`{never}` must not be in:\n{ours}");
    }
}

const AWS: &str =
    "  golden_tags = { status = [\"approved\"] }\n  aws = { region = \"eu-central-1\" }";
const ALICLOUD: &str =
    "  golden_tags = { status = [\"approved\"] }\n  alicloud = { region = \"cn-hangzhou\" }";

fn aws_lookup(arguments: &str) -> String {
    format!("data \"imageguard_aws_image\" \"it\" {{\n  {arguments}\n}}")
}

fn alicloud_lookup(arguments: &str) -> String {
    format!("data \"imageguard_alicloud_image\" \"it\" {{\n  {arguments}\n}}")
}

fn clouds() -> Simulator {
    Simulator::start(world([golden_image("m-golden", 3)], [golden_ami("ami-00000000000000a1", 3)]))
}
