//! What must work on every version, however new or old: lookups, values, messages.
//!
//! How a run is interrupted is tested in `plugin/ending.rs`, also on every version.

use std::fs;

use imageguard_simulator::Simulator;
use serde_json::{Value, json};

use super::{Version, on_every_version};
use crate::{
    clouds::{golden_ami, golden_image, world},
    harness::Workspace,
    plugin::toy,
};

on_every_version!(says_its_number);
on_every_version!(ends_like_an_installed_program);
on_every_version!(finds_a_golden_image_on_each_cloud);
on_every_version!(tells_why_there_is_no_golden_image);
on_every_version!(hands_every_kind_of_value_on);
on_every_version!(tells_a_crash_as_a_crash);

/// Otherwise the row might be the same program five times.
fn says_its_number(version: Version) {
    let run = Workspace::new("").on_version(version);
    let told: Value = serde_json::from_str(&run.terraform(&["version", "-json"]).text).unwrap();
    match version {
        Version::OnThePath => assert!(told["terraform_version"].is_string(), "{told}"),
        Version::Fetched { terraform, .. } => assert_eq!(told["terraform_version"], terraform),
    }
}

/// A program that wraps a library might lose exit codes, `-chdir` or what comes on standard input.
fn ends_like_an_installed_program(version: Version) {
    let run = Workspace::new("").on_version(version);
    run.write("below/main.tf", "variable \"n\" {}\noutput \"n\" {\n  value = var.n\n}\n");
    let exit_code = |arguments: &[&str]| {
        let arguments = [&["-chdir=below"], arguments].concat();
        run.spawn(&arguments).wait_with_output().unwrap().status.code()
    };
    assert_eq!(exit_code(&["plan", "-detailed-exitcode", "-var", "n=1"]), Some(2));
    assert_eq!(exit_code(&["apply", "-auto-approve", "-var", "n=1"]), Some(0));
    assert_eq!(exit_code(&["plan", "-detailed-exitcode", "-var", "n=1"]), Some(0));
    assert_eq!(exit_code(&["plan", "-input=false"]), Some(1));
    assert!(run.path("below/terraform.tfstate").exists());

    let evaluated = run.answered("1 + 1\n", &["console"]);
    assert_eq!(evaluated.text, "2\n");
}

fn finds_a_golden_image_on_each_cloud(version: Version) {
    let simulator = Simulator::start(world(
        [golden_image("m-golden1", 9)],
        [golden_ami("ami-00000000000000a1", 9)],
    ));
    for (stem, id) in [("alicloud_image", "m-golden1"), ("aws_image", "ami-00000000000000a1")] {
        let example = format!("data-sources/imageguard_{stem}/data-source.tf");
        let run = Workspace::example(&example).on(&simulator).on_version(version);
        run.apply();
        let outputs = run.outputs();
        let outputs: Vec<_> = outputs.as_object().unwrap().values().collect();
        assert_eq!(outputs, [id]);
    }
}

fn tells_why_there_is_no_golden_image(version: Version) {
    let simulator = Simulator::start(world([], []));
    let example = "data-sources/imageguard_aws_image/data-source.tf";
    let told = Workspace::example(example).on(&simulator).on_version(version).refused();
    assert!(told.starts_with("Error: No Golden Image"), "{told}");
    assert!(told.contains("with data.imageguard_aws_image."), "{told}");
}

fn hands_every_kind_of_value_on(version: Version) {
    let run = toy(r#"
        data "toy_echo" "x" {
          text     = "ü"
          number   = 1.5
          flag     = true
          list     = ["b", "a"]
          set      = ["b", "a"]
          map      = { a = 1 }
          anything = { b = [true, null] }
          object   = { name = "n" }
          objects  = { k = { size = 2 } }
        }

        output "x" {
          value = data.toy_echo.x
        }
        "#)
    .on_version(version);
    run.apply();
    assert_eq!(
        run.outputs()["x"],
        json!({
            "behave": null,
            "text": "ü",
            "number": 1.5,
            "flag": true,
            "list": ["b", "a"],
            "set": ["a", "b"],
            "map": { "a": 1 },
            "anything": { "b": [true, null] },
            "object": { "name": "n", "size": null },
            "objects": { "k": { "name": null, "size": 2 } },
            "id": "echo",
        })
    );
    assert_eq!(fs::read_dir(run.path("tmp")).unwrap().count(), 0, "sockets are left behind");
}

fn tells_a_crash_as_a_crash(version: Version) {
    let run = toy("data \"toy_echo\" \"x\" {\n  behave = \"panic\"\n}\n").on_version(version);
    let told = run.refused();
    assert!(told.starts_with("Error: Bug In The Provider"), "{told}");
    assert!(told.contains("Stack trace from the terraform-provider-toy plugin:"), "{told}");
}
