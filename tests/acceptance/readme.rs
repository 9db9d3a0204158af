//! What the README shows is what happens.

use imageguard_simulator::{
    Simulator,
    alicloud::{ControlPolicy, ResourceDirectory},
    aws,
};

use crate::{
    clouds::{AWS_REGION, golden_ami, world},
    harness::{ROOT, Workspace, unwrapped},
};

/// The two fenced blocks of a language: about the image that is looked up, and the guardrail.
fn blocks(language: &str) -> [String; 2] {
    let readme = std::fs::read_to_string(format!("{ROOT}/README.md")).unwrap();
    let start = format!("```{language}\n");
    let blocks =
        readme.split(&start).skip(1).map(|block| block.split_once("```").unwrap().0.to_owned());
    blocks.collect::<Vec<_>>().try_into().unwrap()
}

#[test]
fn the_example_works() {
    let simulator = Simulator::start(world([], [golden_ami("ami-00000000000000a1", 9)]));
    let run = Workspace::new(&blocks("terraform")[0]).on(&simulator);
    run.apply();
    assert_eq!(run.outputs()["ami"], "ami-00000000000000a1");
}

#[test]
fn the_sample_error_is_the_real_one() {
    let image = |id: &str, name: &str, date: &str| {
        aws::Image::new(id).region(AWS_REGION).name(name).created_at(date.parse().unwrap())
    };
    let images = [
        image("ami-0c2f8a41d9e07b365", "web-2026-03", "2026-03-14T06:00:00Z").tag("role", "web"),
        image("ami-07d41be09a6c5f218", "web-2025-01", "2025-01-11T06:00:00Z")
            .tag("role", "web")
            .tag("status", "approved"),
        image("ami-0e95c3b7f2a18d640", "db-2025-02", "2025-02-08T06:00:00Z")
            .tag("role", "database")
            .tag("status", "approved"),
        image("ami-01b6f3d58c9e4a702", "scratch", "2025-02-09T06:00:00Z"),
    ];
    let simulator = Simulator::start(world([], images));
    let text = Workspace::new(&blocks("terraform")[0]).on(&simulator).refused();
    let lines = text.lines().filter(|line| {
        !line.starts_with("with data.")
            && !line.starts_with("on main.tf")
            && !line.contains(": data \"")
    });
    let told = lines.collect::<Vec<_>>().join("\n");
    assert_eq!(unwrapped(&told), unwrapped(&blocks("text")[0]), "the README should say:\n{told}");
}

#[test]
fn the_sample_drift_is_the_real_one() {
    let simulator = Simulator::start(world([], []));
    let policy = |change: fn(&mut ControlPolicy)| {
        simulator.edit(|world| {
            let directory = world.alicloud.resource_directory.as_mut().unwrap();
            let policy = &mut directory.control_policies[0];
            change(policy);
            policy.id.clone()
        })
    };
    simulator.edit(|world| {
        let directory = world.alicloud.resource_directory.insert(ResourceDirectory::enabled());
        directory.root = "r-Zo7xQp".to_owned();
    });
    let [lookup, guardrail] = blocks("terraform");
    let (settings, _) = lookup.split_once("data ").unwrap();
    let run = Workspace::new(&(settings.to_owned() + &guardrail)).on(&simulator);
    run.apply();
    let id = policy(|policy| {
        let builder = "\"acs:ram:*:1000000000000111:role/image-builder\"";
        let both = format!("[{builder},\"acs:ram::1000000000000111:user/developer\"]");
        assert!(policy.document.contains(builder), "{}", policy.document);
        policy.document = policy.document.replace(builder, &both);
    });
    let planned = run.terraform(&["plan", "-no-color"]).text;
    for line in blocks("text")[1].lines() {
        let line = line.trim().replace("cp-jExXAqIYkwHN2rQx", &id);
        assert!(unwrapped(&planned).contains(&line), "`{line}` is not in:\n{planned}");
    }
}
