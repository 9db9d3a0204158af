//! Intents at random, of short texts, so that they often have something in common.

use fastrand::Rng;

use super::*;
use crate::guardrail::intent::{
    Export, Launch, ProtectTags, Rules, Share, TagOnCreate, TagTest, Tags,
};

const KEYS: [&str; 6] = ["status", "Level", "k", "größe", "a/b", "$x"];
const VALUES: [&str; 10] = ["a", "b", "approved", "*", "?*", "g*", "x?", "$5", "\"q\"", "${*}"];
const NAMES: [&str; 5] = ["a", "b", "path/c", "d*", "with$dollar"];
const DATES: [&str; 3] = ["2027-01-01T00:00:00Z", "2027-01-01T00:00:01Z", "2030-06-01T00:00:00Z"];

/// An intent without faults at the target.
pub(super) fn intent(rng: &mut Rng, target: Target) -> Intent {
    loop {
        let mut intent = Intent { rules: rules(rng, target), exemptions: Vec::new() };
        let present: Vec<Rule> = intent.rules.present().collect();
        for _ in 0..rng.usize(..4) {
            intent.exemptions.push(Exemption {
                principals: principals(rng, target, 1),
                rules: some(rng, &present, 1).into_iter().collect(),
                expires_at: rng.bool().then(|| Expiry::parse(rng.choice(DATES).unwrap()).unwrap()),
            });
        }
        if intent.faults(target, true).is_empty() {
            return intent;
        }
    }
}

fn rules(rng: &mut Rng, target: Target) -> Rules {
    let mut launch = rng.bool().then(|| Launch {
        tags: tags(rng, 0),
        owner_ids: owners(rng, target),
        accept_owner_ids: owners(rng, target),
        exempt_principals: principals(rng, target, 0),
    });
    if let Some(launch) = &mut launch
        && !launch.owner_ids.is_empty()
        && rng.bool()
    {
        launch.accept_owner_ids.retain(|owner| launch.owner_ids.contains(owner));
    }
    Rules {
        launch,
        protect_tags: rng.bool().then(|| ProtectTags {
            keys: some(rng, &KEYS, 1).into_iter().map(str::to_owned).collect(),
            exempt_principals: principals(rng, target, 0),
        }),
        tag_on_create: rng.bool().then(|| TagOnCreate {
            tags: tags(rng, 1),
            snapshots: rng.bool(),
            exempt_principals: principals(rng, target, 0),
        }),
        export: rng.bool().then(|| Export { exempt_principals: principals(rng, target, 0) }),
        share: rng.bool().then(|| Share {
            images: rng.bool(),
            snapshots: rng.bool(),
            exempt_principals: principals(rng, target, 0),
        }),
    }
}

fn tags(rng: &mut Rng, least: usize) -> Tags {
    let keys = some(rng, &KEYS, least);
    let test =
        |rng: &mut Rng| TagTest::of(some(rng, &VALUES, 1).into_iter().map(str::to_owned)).unwrap();
    keys.into_iter().map(|key| (key.to_owned(), test(rng))).collect()
}

fn owners(rng: &mut Rng, target: Target) -> BTreeSet<String> {
    let mut owners = vec!["111122223333", "444455556666"];
    owners.extend(target.atlas.owner_groups);
    some(rng, &owners, 0).into_iter().map(str::to_owned).collect()
}

fn principals(rng: &mut Rng, target: Target, least: usize) -> BTreeSet<Principal> {
    let start = target.fill(target.atlas.principal_starts.last().unwrap());
    let one = |rng: &mut Rng, name: &str| {
        let account = rng.choice(["111122223333", "444455556666", "*"]).unwrap();
        let kind = rng.choice(["role", "user"]).unwrap();
        let text = format!("{start}{account}:{kind}/{name}");
        Principal::parse(target.atlas, target.partition, &text).unwrap()
    };
    let names = some(rng, &NAMES, least);
    names.into_iter().map(|name| one(rng, name)).collect()
}

/// Some of a list, few more often than many.
fn some<T: Copy>(rng: &mut Rng, list: &[T], least: usize) -> Vec<T> {
    let count = least + rng.usize(..3).min(rng.usize(..3));
    rng.choose_multiple(list.iter().copied(), count.min(list.len()))
}
