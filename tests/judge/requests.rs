//! Requests through the doors of AWS, at random, as a guard may meet them.

use fastrand::Rng;
use imageguard::guardrail::atlas::{AWS_ATLAS, Door, Setting, Touch};
use serde_json::{Map, Value as Json, json};

/// Tags of an image, or tags that a call sets; with the intents of `intents.json` they
/// pass, fail in part, or are another spelling.
const TAGS: [&[(&str, &str)]; 9] = [
    &[],
    &[("status", "approved")],
    &[("status", "approved"), ("level", "gold"), ("owner", "team")],
    &[("STATUS", "approved"), ("Level", "gold"), ("Owner", "x1")],
    &[("status", "pending"), ("level", "silver"), ("owner", "other")],
    &[("status", ""), ("level", ""), ("owner", "")],
    &[("status", "approved-2027"), ("level", "g1")],
    &[("status", "a$b${x}"), ("owner", "team")],
    &[("cost-centre", "7")],
];
const GOLDEN: &[(&str, &str)] = TAGS[2];
const OWNERS: [&str; 3] = ["111122223333", "444455556666", "amazon"];
const ATTRIBUTES: [&str; 3] = ["LaunchPermission", "CreateVolumePermission", "Description"];

/// Who calls, when, and from which partition.
#[derive(Clone, Copy)]
pub(crate) struct Caller<'c> {
    pub(crate) name: &'c str,
    pub(crate) partition: &'c str,
    pub(crate) now: &'c str,
}

/// Makes a request with an action through a door, on everything that it can touch.
pub(crate) fn request(rng: &mut Rng, door: &Door, action: &str, caller: Caller<'_>) -> Json {
    let account = caller.name.split(':').nth(4).unwrap().to_owned();
    let partition = caller.partition.to_owned();
    let setting = Setting { partition, account, ..Setting::usual(&AWS_ATLAS) };
    let resources: Vec<_> = door.touches.iter().map(|it| resource(rng, it, &setting)).collect();
    json!({
        "principal": caller.name,
        "action": action,
        "resources": resources,
        "context": {"aws:PrincipalArn": caller.name, "aws:CurrentTime": caller.now},
    })
}

fn resource(rng: &mut Rng, touch: &Touch, setting: &Setting) -> Json {
    let mut context = Map::new();
    let (tags, set_tags) = (some_tags(rng, touch), some_tags(rng, touch));
    for key in touch.keys {
        match *key {
            "aws:TagKeys" if !set_tags.is_empty() => {
                let keys: Vec<_> = set_tags.iter().map(|(key, _)| key).collect();
                context.insert((*key).to_owned(), json!(keys));
            }
            "aws:RequestTag/" => context.extend(entries(key, set_tags)),
            "aws:ResourceTag/" | "ec2:ResourceTag/" => context.extend(entries(key, tags)),
            "ec2:Owner" => _ = context.insert((*key).to_owned(), json!(rng.choice(OWNERS))),
            "ec2:Attribute" => {
                context.insert((*key).to_owned(), json!(rng.choice(ATTRIBUTES)));
            }
            _ => {}
        }
    }
    let name = setting.fill(touch.sample);
    match touch.action {
        Some(action) => json!({"resource": name, "action": action, "context": context}),
        None => json!({"resource": name, "context": context}),
    }
}

/// What is no image has all the tags or none: a guard must look at images only.
fn some_tags(rng: &mut Rng, touch: &Touch) -> &'static [(&'static str, &'static str)] {
    let matters = touch.pattern.ends_with("image/*") || touch.pattern.ends_with("snapshot/*");
    match (matters, rng.bool()) {
        (true, _) => rng.choice(TAGS).unwrap(),
        (false, true) => GOLDEN,
        (false, false) => &[],
    }
}

fn entries(family: &str, tags: &[(&str, &str)]) -> impl Iterator<Item = (String, Json)> {
    tags.iter().map(move |(key, value)| (format!("{family}{key}"), json!(value)))
}
