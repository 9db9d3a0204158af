//! What the clouds have seen.

use std::collections::BTreeSet;

use imageguard_simulator::{Cloud, Entry};

use super::{Chapter, Stage, expect};
use crate::{
    narration::{frame, tell, wrapped},
    world::PERMISSIONS,
};

pub(super) const CHAPTER: Chapter = Chapter {
    title: "What the clouds have seen",
    opening: "Every request of the two runs, with the permission it needed. The provider only \
        reads, asks for no more than it needs, and asks once more without tags only to explain \
        why there is no image:",
    play,
};

/// Parameters that tell nothing new.
const IN_EVERY: &[&str] = &["MaxResults", "PageNumber", "PageSize", "RegionId"];

fn play(stage: &Stage) -> Result<(), String> {
    let journal = stage.simulator.journal();
    frame("requests", &journal.iter().map(line).collect::<Vec<_>>().join("\n"));
    for cloud in [Cloud::Alicloud, Cloud::Aws] {
        let asked = journal.iter().filter(|entry| entry.cloud == cloud);
        let with_tags: Vec<_> = asked.map(names_a_tag).collect();
        // The lookup, the lookup that is refused, and only then what explains the refusal.
        let is_as_told = with_tags.starts_with(&[true, true])
            && with_tags.len() > 2
            && !with_tags.iter().skip(2).any(|with_tags| *with_tags);
        expect(is_as_told, || format!("{cloud} was asked otherwise: {with_tags:?}"))?;
    }
    let needed: BTreeSet<_> = journal.iter().flat_map(|entry| &entry.permissions).collect();
    let (ecs, ec2) = PERMISSIONS;
    expect(journal.iter().all(|entry| entry.status == Some(200)), || {
        "a cloud has refused a request".to_owned()
    })?;
    expect(needed.iter().all(|permission| [ecs, ec2].contains(&permission.as_str())), || {
        format!("other permissions were needed: {needed:?}")
    })?;
    tell(&format!(
        "The keys that this demo has given Terraform may do nothing but {ecs} and {ec2}: that is \
         all it takes."
    ));
    Ok(())
}

/// Tells whether a request asks for images with a tag, in either cloud's way.
fn names_a_tag(entry: &Entry) -> bool {
    entry
        .parameters
        .iter()
        .any(|(name, value)| name.starts_with("Tag.") || value.starts_with("tag:"))
}

/// Shows a request: who was asked, the permission, the answer; below it the question.
fn line(entry: &Entry) -> String {
    let parameters = entry.parameters.iter().filter(|(name, _)| !IN_EVERY.contains(&name.as_str()));
    let parameters: Vec<_> = parameters.map(|(name, value)| format!("{name}={value}")).collect();
    let permissions = match entry.permissions.as_slice() {
        [] => "no permission".to_owned(),
        permissions => permissions.join(", "),
    };
    let status = entry.status.map_or_else(|| "none".to_owned(), |status| status.to_string());
    let head = format!("{} {}: needs {permissions}; answer {status}", entry.cloud, entry.action);
    format!("{head}\n{}", wrapped(&parameters.join(" "), "     "))
}
