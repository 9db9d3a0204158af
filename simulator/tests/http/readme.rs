//! The README: what it shows must work.

use imageguard_simulator::{Alteration, Change, Fault, World};

const README: &str = include_str!("../../README.md");

/// Returns the contents of all code blocks of a language.
fn blocks(language: &str) -> Vec<&'static str> {
    let fence = format!("```{language}\n");
    README.split(fence.as_str()).skip(1).map(|block| block.split("```").next().unwrap()).collect()
}

#[test]
fn the_world_and_the_faults_shown_are_understood() {
    let blocks = blocks("json");
    let [world, roles, policies, organization, faults @ .., vanishing, tagged] = blocks.as_slice()
    else {
        panic!("{}", blocks.len())
    };
    let sessions = World::from_json(roles.as_bytes()).unwrap();
    assert_eq!((sessions.aws.roles.len(), sessions.alicloud.roles.len()), (1, 1));
    let guarded = World::from_json(policies.as_bytes()).unwrap();
    assert_eq!(guarded.alicloud.ram.attachments.len(), 1);
    let organization = World::from_json(organization.as_bytes()).unwrap();
    assert_eq!(organization.aws.iam.attachments.len(), 1);
    let world = World::from_json(world.as_bytes()).unwrap();
    assert_eq!((world.aws.images.len(), world.alicloud.images.len()), (2, 4));
    assert_eq!(faults.len(), 2);
    for fault in faults {
        serde_json::from_str::<Fault>(fault).unwrap();
    }
    for change in [vanishing, tagged] {
        serde_json::from_str::<Change>(change).unwrap();
    }
}

/// Returns the JSON values in the first column of a section's table.
fn listed(title: &str) -> Vec<&'static str> {
    let section = README.split(title).nth(1).unwrap().split("\n## ").next().unwrap();
    let cells = section.lines().filter_map(|line| line.strip_prefix("| `")?.split(" | ").next());
    cells
        .flat_map(|cell| cell.trim_end_matches('`').split("`, `"))
        .filter(|text| text.starts_with(['{', '"']))
        .collect()
}

#[test]
fn every_effect_in_the_table_is_understood() {
    let effects = listed("## Faults");
    assert_eq!(effects.len(), 15);
    for effect in effects {
        let fault = format!("{{\"effect\": {effect}}}");
        serde_json::from_str::<Fault>(&fault).unwrap_or_else(|error| panic!("{effect}: {error}"));
    }
}

#[test]
fn every_alteration_in_the_table_is_understood() {
    let alterations = listed("## Changes");
    assert_eq!(alterations.len(), 8);
    for alteration in alterations {
        serde_json::from_str::<Alteration>(alteration)
            .unwrap_or_else(|error| panic!("{alteration}: {error}"));
    }
}
