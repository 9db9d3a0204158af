//! What guides print is run as it is printed.

use std::{fs, path::Path};

use imageguard_simulator::{
    AccessKey, Account, Cloud, Simulator, World,
    alicloud::{self, ResourceDirectory},
    aws::{self, Organization},
};
use serde_json::{Value, json};

use crate::{
    clouds::{AWS_REGION, days_ago, world},
    harness::{ROOT, Workspace, unwrapped},
};

/// What a configuration says that only calls functions.
const REQUIRED: &str = r#"terraform {
  required_providers {
    imageguard = { source = "imageguard/imageguard" }
  }
}
"#;

fn text(guide: &str) -> String {
    fs::read_to_string(Path::new(ROOT).join("docs/guides").join(guide)).unwrap()
}

/// What a text prints in a language, in order.
fn blocks<'t>(text: &'t str, language: &str) -> Vec<&'t str> {
    let start = format!("```{language}\n");
    let blocks = text.split(&start).skip(1);
    blocks.map(|block| block.split("```").next().unwrap()).collect()
}

#[test]
fn an_image_is_published_approved_pinned_and_rolled_out() {
    let published = |id, days| {
        let image = aws::Image::new(id).region(AWS_REGION).name("web").tag("role", "web");
        image.created_at(days_ago(days))
    };
    let (old, new) = ("ami-00000000000000a1", "ami-00000000000000b2");
    let simulator = Simulator::start(world([], [published(old, 9), published(new, 2)]));
    let text = text("publish_approve_pin_roll_out.md");
    let [approvals, machines] = blocks(&text, "terraform")[..] else {
        panic!("the guide has other configurations")
    };
    let security = Workspace::new(approvals).on(&simulator);
    let approve = |ids: &[&str]| {
        let ids: Vec<_> =
            ids.iter().map(|id| format!("\"{id}\" = \"2999-01-01T00:00:00Z\"")).collect();
        security.write("terraform.tfvars", &format!("approved = {{ {} }}\n", ids.join(", ")));
        security.apply();
    };
    let team = Workspace::new(machines).on(&simulator);
    let ami = || {
        let state: Value =
            serde_json::from_str(&fs::read_to_string(team.path("terraform.tfstate")).unwrap())
                .unwrap();
        let resources = state["resources"].as_array().unwrap();
        let machine = resources.iter().find(|it| it["type"] == "terraform_data").unwrap();
        machine["instances"][0]["attributes"]["input"]["value"]["ami"].clone()
    };

    // Nothing is approved, so there is no machine.
    let told = team.refused();
    assert!(told.contains("Error: No Golden Image"), "{told}");
    approve(&[old]);
    team.apply();
    assert_eq!(ami(), old);

    // A newer one is approved: no machine changes.
    approve(&[old, new]);
    team.apply();
    assert_eq!((ami(), team.outputs()), (json!(old), json!({ "update_available": true })));

    // The next release takes it.
    team.write("terraform.tfvars", "release = \"2\"\n");
    team.apply();
    assert_eq!((ami(), team.outputs()), (json!(new), json!({ "update_available": false })));

    // Its approval is taken back: the pin goes to what is left.
    approve(&[old]);
    team.apply();
    assert_eq!(ami(), old);
}

/// A resource directory with a sandbox, a developer there, and an image that is approved and one
/// that is not.
fn organisation() -> World {
    const SANDBOX: &str = "1000000000000002";
    let image = |id| {
        let owner = SANDBOX.to_owned().try_into().unwrap();
        alicloud::Image::new(id).owner(owner)
    };
    let images = [image("m-approved").tag("status", "approved"), image("m-other")];
    let mut world = world(images, []);
    let mut directory = ResourceDirectory::enabled().folder("fd-sandbox001", "");
    directory.root = "r-root01".to_owned();
    world.alicloud.resource_directory = Some(directory.member(SANDBOX, "fd-sandbox001"));
    world.alicloud.accounts.push(Account::new(SANDBOX, "sandbox"));
    let user = format!("acs:ram::{SANDBOX}:user/dev");
    world.alicloud.access_keys.push(AccessKey::new("LTAIdev", "secret", &user));
    world
}

#[test]
fn a_guardrail_is_tried_attached_to_the_root_watched_and_taken_back() {
    let simulator = Simulator::start(organisation());
    let text = text("organisation_wide_guardrails.md");
    let ([configuration, _], [sandbox, root]) =
        (&blocks(&text, "terraform")[..], &blocks(&text, "hcl")[..])
    else {
        panic!("the guide has other configurations")
    };
    let run = Workspace::new(configuration).on(&simulator);
    let dev = simulator.caller(Cloud::Alicloud, "LTAIdev").region("cn-hangzhou");
    let dry_runs = || {
        ["m-approved", "m-other"].map(|image| {
            let machine =
                [("ImageId", image), ("InstanceType", "ecs.g7.large"), ("DryRun", "true")];
            dev.call("ecs", "RunInstances", &machine).entry.code.unwrap()
        })
    };
    let plan = || run.terraform(&["plan", "-detailed-exitcode", "-no-color"]);

    // Attached to nothing, it binds nobody, and says what it rests on.
    let applied = run.apply().text;
    assert!(applied.contains("golden-images-only Rests On Assumptions"), "{applied}");
    assert_eq!(dry_runs(), ["DryRunOperation", "DryRunOperation"]);

    // In the sandbox; what was tried there is accepted.
    run.write("terraform.tfvars", sandbox);
    run.apply();
    assert_eq!(dry_runs(), ["DryRunOperation", "Forbidden.RAM"]);
    let accepted = format!("accepted = {}\n", run.outputs()["rests_on"]);

    // On the root, in silence.
    run.write("terraform.tfvars", &(accepted.clone() + root));
    run.apply();
    assert_eq!(dry_runs(), ["DryRunOperation", "Forbidden.RAM"]);
    let planned = plan().text;
    assert!(!planned.contains("Warning: Guardrail"), "{planned}");

    // Somebody detaches it: the plan says so, and ends as one with changes.
    let id = simulator.edit(|world| {
        let directory = world.alicloud.resource_directory.as_mut().unwrap();
        directory.attachments.clear();
        directory.control_policies[0].id.clone()
    });
    assert_eq!(dry_runs(), ["DryRunOperation", "DryRunOperation"]);
    let planned = plan();
    assert!(!planned.success, "{}", planned.text);
    for line in blocks(&text, "text")[0].lines() {
        let line = line.replace("cp-0123456789abcdef", &id);
        assert!(unwrapped(&planned.text).contains(&line), "{line}\n{}", planned.text);
    }

    // Kept off until the cause is found: there is nothing to do.
    run.write("terraform.tfvars", &accepted);
    assert!(plan().success, "{}", plan().text);
    let destroyed = run.terraform(&["destroy", "-auto-approve", "-no-color"]);
    assert!(destroyed.success, "{}", destroyed.text);
}

/// An organisation with a sandbox, a developer there, and images: approved, not approved, and shared
/// by the account that builds them.
fn organisation_on_aws() -> World {
    const SANDBOX: &str = "222233334444";
    let image = |id, owner| aws::Image::new(id).region(AWS_REGION).owner(owner);
    let shared = image("ami-00000000000000c3", "333344445555").shared_with(SANDBOX);
    let approved = image("ami-00000000000000a1", SANDBOX).tag("status", "approved");
    let mut world = world([], [approved, image("ami-00000000000000b2", SANDBOX), shared]);
    let organization = Organization::enabled().unit("ou-smlt-sandbox1", "");
    world.aws.organization = Some(organization.member(SANDBOX, "ou-smlt-sandbox1"));
    world.aws.accounts.push(Account::new(SANDBOX, "sandbox"));
    let user = format!("arn:aws:iam::{SANDBOX}:user/dev");
    world.aws.access_keys.push(AccessKey::new("AKIADEV", "secret", &user));
    world
}

#[test]
fn on_aws_images_of_the_account_that_builds_them_pass_without_tags() {
    let simulator = Simulator::start(organisation_on_aws());
    let text = text("organisation_wide_guardrails.md");
    let run = Workspace::new(blocks(&text, "terraform")[1]).on(&simulator);
    run.write("terraform.tfvars", "targets = [\"ou-smlt-sandbox1\"]\n");
    run.apply();
    let dev = simulator.caller(Cloud::Aws, "AKIADEV").region(AWS_REGION);
    let dry_runs = ["a1", "b2", "c3"].map(|end| {
        let image = format!("ami-00000000000000{end}");
        let machine = [
            ("ImageId", image.as_str()),
            ("InstanceType", "m7i.large"),
            ("MinCount", "1"),
            ("MaxCount", "1"),
            ("DryRun", "true"),
        ];
        let answered = dev.call("ec2", "RunInstances", &machine);
        let is_guarded =
            answered.body.contains("with an explicit deny in a service control policy");
        (answered.entry.code.unwrap(), is_guarded)
    });
    let (starts, refused) = ("DryRunOperation".to_owned(), "UnauthorizedOperation".to_owned());
    assert_eq!(dry_runs, [(starts.clone(), false), (refused, true), (starts, false)]);
}

#[test]
fn what_replaces_pasted_policies_comes_out_as_printed() {
    let text = text("pasted_policy_to_proof.md");
    let (mut configuration, mut printed) = (REQUIRED.to_owned(), serde_json::Map::new());
    for (number, section) in text.split("\n## ").skip(1).enumerate() {
        let ([call], [_, document]) = (&blocks(section, "hcl")[..], &blocks(section, "json")[..])
        else {
            panic!("the section is another: {section}")
        };
        let name = format!("document_{number}");
        configuration += &format!("output \"{name}\" {{\n  value = jsondecode({call})\n}}\n");
        printed.insert(name, serde_json::from_str(document).unwrap());
    }
    assert_eq!(printed.len(), 7);
    let workspace = Workspace::new(&configuration);
    workspace.apply();
    assert_eq!(workspace.outputs(), Value::Object(printed));
}
