//! What the README shows is what happens.

use imageguard_simulator::{Simulator, aws};

use crate::{
    clouds::{AWS_REGION, golden_ami, world},
    harness::{ROOT, Workspace, unwrapped},
};

/// The first fenced block of a language.
fn block(language: &str) -> String {
    let readme = std::fs::read_to_string(format!("{ROOT}/README.md")).unwrap();
    let (_, after) = readme.split_once(&format!("```{language}\n")).unwrap();
    after.split_once("```").unwrap().0.to_owned()
}

#[test]
fn the_example_works() {
    let simulator = Simulator::start(world([], [golden_ami("ami-00000000000000a1", 9)]));
    let run = Workspace::new(&block("terraform")).on(&simulator);
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
    let text = Workspace::new(&block("terraform")).on(&simulator).refused();
    let lines = text.lines().filter(|line| {
        !line.starts_with("with data.")
            && !line.starts_with("on main.tf")
            && !line.contains(": data \"")
    });
    let told = lines.collect::<Vec<_>>().join("\n");
    assert_eq!(unwrapped(&told), unwrapped(&block("text")), "the README should say:\n{told}");
}
