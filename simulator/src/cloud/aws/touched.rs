//! What the calls of EC2 touch, and the condition keys that go with it.
//!
//! Source: "Actions, resources, and condition keys for Amazon EC2" of the Service Authorization
//! Reference (2026-09). What a call makes is named with a star for its id. Tags that are set while
//! something is made need `ec2:CreateTags` on it as well. Not here: keys about anything but images,
//! snapshots and tags, such as types of machines, and tags of subnets, security groups and key pairs.
//! Guesses, because nothing is written: a call that deletes tags by key alone has no `aws:RequestTag`;
//! the values of `ec2:Attribute` are named like the API's arguments; of several accounts that are added,
//! `ec2:Add/userId` holds all.

use std::collections::BTreeSet;

use super::finding::{find_image, find_machine, find_snapshot};
use super::tag_specification;
use super::viewer::Viewer;
use crate::cloud::{Call, Touched};
use crate::parameters::fits;
use crate::world::World;

/// Types of resources whose ARNs name no account.
const WITHOUT_ACCOUNT: [&str; 2] = ["image", "snapshot"];

/// Condition keys with their values.
type Keys = Vec<(String, Vec<String>)>;

/// A resource that has this key is tagged while it is made: that needs another permission, and the key
/// tells by which action it is made.
pub(super) const CREATE_ACTION: &str = "ec2:CreateAction";

pub(super) fn key(name: &str, value: impl Into<String>) -> (String, Vec<String>) {
    (name.to_owned(), vec![value.into()])
}

/// Names a resource of EC2 in the region of a call.
pub(super) fn ec2(call: &Call, kind: &str, id: &str, mut keys: Keys) -> Touched {
    let partition = call.key().principal.arn().split(':').nth(1).unwrap_or("aws");
    let account = if WITHOUT_ACCOUNT.contains(&kind) { "" } else { call.account() };
    let is_known = keys.iter().any(|(name, _)| name == "aws:ResourceAccount");
    keys.extend((!is_known).then(|| key("aws:ResourceAccount", call.account())));
    Touched { arn: format!("arn:{partition}:ec2:{}:{account}:{kind}/{id}", call.region), keys }
}

fn resource_tags<'a>(tags: impl IntoIterator<Item = (&'a String, &'a String)>) -> Keys {
    let named = |(name, value): (&String, &String)| {
        ["aws", "ec2"].map(|service| key(&format!("{service}:ResourceTag/{name}"), value))
    };
    tags.into_iter().flat_map(named).collect()
}

fn request_tags<'a>(tags: impl IntoIterator<Item = (&'a String, &'a String)>) -> Keys {
    let mut keys = Vec::new();
    let mut names = Vec::new();
    for (name, value) in tags {
        keys.push(key(&format!("aws:RequestTag/{name}"), value));
        names.push(name.clone());
    }
    keys.push(("aws:TagKeys".to_owned(), names));
    keys
}

/// Names something that the call makes, with the tags it gets.
pub(super) fn new(call: &Call, kind: &str) -> Touched {
    let all = tag_specification::by_type(call);
    let mut keys = all.get(kind).map(request_tags).unwrap_or_default();
    keys.extend((kind == "image").then(|| key("ec2:Owner", call.account())));
    ec2(call, kind, "*", keys)
}

/// Adds what is tagged while it is made.
pub(super) fn with_tagging(call: &Call, mut touched: Vec<Touched>) -> Vec<Touched> {
    for (kind, tags) in tag_specification::by_type(call) {
        let mut keys = request_tags(&tags);
        keys.push(key(CREATE_ACTION, call.action.name));
        touched.push(ec2(call, kind, "*", keys));
    }
    touched
}

/// Names an image that is there; of one that the caller does not see nothing is known.
pub(super) fn image(call: &Call, id: &str, world: &World) -> Touched {
    let mut keys = vec![key("ec2:ImageID", id)];
    if let Some(image) = find_image(call, id, world) {
        let viewer = Viewer::of(call, &world.aws, call.now);
        keys.extend(resource_tags(viewer.tags(image).into_iter().flatten()));
        let owner = image.owner_alias.as_ref().unwrap_or(&image.owner);
        keys.extend([
            key("aws:ResourceAccount", &image.owner),
            key("ec2:ImageType", &image.image_type),
            key("ec2:Owner", owner),
            key("ec2:Public", image.public.to_string()),
            key("ec2:RootDeviceType", &image.root_device_type),
        ]);
    }
    ec2(call, "image", id, keys)
}

/// Names a snapshot that is there.
pub(super) fn snapshot(call: &Call, id: &str, world: &World) -> Touched {
    let mut keys = vec![key("ec2:SnapshotID", id)];
    if let Some(snapshot) = find_snapshot(call, id, &call.region, world) {
        let own = Some(&snapshot.tags).filter(|_| snapshot.owner == call.account());
        keys.extend(resource_tags(own.into_iter().flatten()));
        let owner = || snapshot.owner.clone();
        keys.extend([key("aws:ResourceAccount", owner()), key("ec2:Owner", owner())]);
    }
    ec2(call, "snapshot", id, keys)
}

/// Names a machine that is there.
pub(super) fn machine(call: &Call, id: &str, world: &World) -> Touched {
    let mut keys = vec![key("ec2:InstanceID", id)];
    let tags = find_machine(call, id, world).map(|machine| &machine.tags);
    keys.extend(resource_tags(tags.into_iter().flatten()));
    ec2(call, "instance", id, keys)
}

/// Lists the values of a parameter whose name has several indices, whatever those are.
pub(super) fn named<'a>(call: &'a Call, pattern: &str) -> Vec<&'a str> {
    let names = call.parameters.names().filter(|name| fits(pattern, name));
    let values = names.filter_map(|name| call.parameters.get(name));
    values.filter(|value| !value.is_empty()).collect()
}

/// Names the images, snapshots or machines that a parameter names, each once.
pub(super) fn each(
    call: &Call,
    pattern: &str,
    world: &World,
    name: fn(&Call, &str, &World) -> Touched,
) -> Vec<Touched> {
    let ids: BTreeSet<&str> = named(call, pattern).into_iter().collect();
    ids.into_iter().map(|id| name(call, id, world)).collect()
}

/// `CreateTags`, `DeleteTags`: what is tagged, with the tags.
pub(super) fn tagged(call: &Call, world: &World) -> Vec<Touched> {
    let mut keys = Vec::new();
    let mut names = Vec::new();
    for index in call.parameters.indices("Tag") {
        let part = |name| call.parameters.get(&format!("Tag.{index}.{name}"));
        let Some(name) = part("Key") else { continue };
        names.push(name.to_owned());
        keys.extend(part("Value").map(|value| key(&format!("aws:RequestTag/{name}"), value)));
    }
    keys.push(("aws:TagKeys".to_owned(), names));
    let touched = call.parameters.list("ResourceId").into_iter().map(|id| {
        let mut touched = match id.split_once('-') {
            Some(("snap", _)) => snapshot(call, id, world),
            Some(("i", _)) => machine(call, id, world),
            _ => image(call, id, world),
        };
        touched.keys.extend(keys.clone());
        touched
    });
    touched.collect()
}
