//! The README: what it shows must work.

use imageguard_simulator::{Fault, World};

const README: &str = include_str!("../../README.md");

/// Returns the contents of all code blocks of a language.
fn blocks(language: &str) -> Vec<&'static str> {
    let fence = format!("```{language}\n");
    README.split(fence.as_str()).skip(1).map(|block| block.split("```").next().unwrap()).collect()
}

#[test]
fn the_world_and_the_faults_shown_are_understood() {
    let blocks = blocks("json");
    let [world, roles, faults @ ..] = blocks.as_slice() else { panic!("{}", blocks.len()) };
    let sessions = World::from_json(roles.as_bytes()).unwrap();
    assert_eq!((sessions.aws.roles.len(), sessions.alicloud.roles.len()), (1, 1));
    let world = World::from_json(world.as_bytes()).unwrap();
    assert_eq!((world.aws.images.len(), world.alicloud.images.len()), (2, 4));
    assert_eq!(faults.len(), 2);
    for fault in faults {
        serde_json::from_str::<Fault>(fault).unwrap();
    }
}

#[test]
fn every_effect_in_the_table_is_understood() {
    let cells = README.lines().filter_map(|line| line.strip_prefix("| `")?.split(" | ").next());
    let effects: Vec<&str> = cells
        .flat_map(|cell| cell.trim_end_matches('`').split("`, `"))
        .filter(|text| text.starts_with(['{', '"']))
        .collect();
    assert_eq!(effects.len(), 14);
    for effect in effects {
        let fault = format!("{{\"effect\": {effect}}}");
        serde_json::from_str::<Fault>(&fault).unwrap_or_else(|error| panic!("{effect}: {error}"));
    }
}
