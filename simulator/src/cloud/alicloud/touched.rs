//! What the calls of ECS touch, and the condition keys that go with it.
//!
//! Sources: "ECS: RAM authorization" and the older "Authentication rules", which disagree about
//! launches; a switch of the world says who is right. Guesses, because nothing is written: ARNs name
//! the caller's account, also for images of others; an image family stands for its newest image; the
//! values of `ecs:ImageSource` other than `System`.

use super::requested_tags;
use super::viewer::{Source, Viewer};
use crate::cloud::{Call, Touched};
use crate::world::World;
use crate::world::alicloud::{Image, ImageTags, LaunchResources, Owner, Status};

/// Condition keys with their values.
type Keys = Vec<(String, Vec<String>)>;

/// Names a resource of ECS in the region of the call and the account of the caller.
fn ecs(call: &Call, resource: &str, keys: Keys) -> Touched {
    ecs_in(&call.region, call, resource, keys)
}

/// Names a resource of ECS in a region, which may be unknown, and the account of the caller.
fn ecs_in(region: &str, call: &Call, resource: &str, keys: Keys) -> Touched {
    let region = if region.is_empty() { "*" } else { region };
    Touched { arn: format!("acs:ecs:{region}:{}:{resource}", call.account()), keys }
}

/// Returns `acs:RequestTag` of the tags a call sets.
fn request_tags(call: &Call) -> Keys {
    let tags = requested_tags(call).into_iter();
    tags.map(|(key, value)| (format!("acs:RequestTag/{key}"), vec![value])).collect()
}

/// Returns `acs:ResourceTag`, and its older twin, of the tags the world shows for an image.
fn image_tags(call: &Call, world: &World, image: &Image) -> Keys {
    let is_own = image.owner == Owner::Account(call.account().parse().unwrap_or_default());
    let is_shown = match world.alicloud.open_questions.image_tags_in_context {
        ImageTags::OwnAccount => is_own,
        ImageTags::None => false,
        ImageTags::CrossAccount => true,
    };
    let tags = image.tags.iter().filter(|_| is_shown);
    tags.flat_map(|(key, value)| {
        ["acs:ResourceTag", "ecs:tag"].map(|name| (format!("{name}/{key}"), vec![value.clone()]))
    })
    .collect()
}

/// Finds an image the caller sees, by id.
pub(super) fn find_image<'w>(call: &Call, id: &str, world: &'w World) -> Option<&'w Image> {
    let viewer = Viewer::of(call, &world.alicloud);
    let region = call.parameters.get("RegionId");
    world.alicloud.images.iter().find(|image| {
        image.id == id
            && region.is_none_or(|region| region == image.region)
            && viewer.source(image).is_some()
    })
}

/// Finds the image a launch names: by its id, or the newest available one of a family.
pub(super) fn find_launched<'w>(call: &Call, world: &'w World) -> Option<&'w Image> {
    if let Some(id) = call.parameters.get("ImageId").filter(|id| !id.is_empty()) {
        return find_image(call, id, world);
    }
    let family = call.parameters.get("ImageFamily").filter(|family| !family.is_empty())?;
    let viewer = Viewer::of(call, &world.alicloud);
    let members = world.alicloud.images.iter().filter(|image| {
        image.family == family
            && image.region == call.region
            && image.status == Status::Available
            && viewer.source(image).is_some()
    });
    members.max_by_key(|image| (image.created_at, image.id.as_str()))
}

/// Returns the keys about the image that every resource of a launch shares.
fn launch_keys(call: &Call, world: &World, image: &Image) -> Keys {
    let source = match Viewer::of(call, &world.alicloud).source(image) {
        Some(Source::System) => "System",
        Some(Source::Marketplace) => "Marketplace",
        Some(Source::Own) => "Custom",
        Some(Source::Shared | Source::Community) | None => "Shared",
    };
    let mut keys = vec![
        ("ecs:ImageSource".to_owned(), vec![source.to_owned()]),
        ("ecs:ImagePlatform".to_owned(), vec![image.os_type.clone()]),
    ];
    if let Owner::Account(owner) = image.owner {
        keys.push(("ecs:ImageOwnerId".to_owned(), vec![owner.to_string()]));
    }
    keys
}

/// `RunInstances`, `CreateInstance`: image, machine, security groups, switch and key pair; or just `*`.
pub(super) fn launch(call: &Call, world: &World) -> Vec<Touched> {
    let image = find_launched(call, world);
    let mut shared = request_tags(call);
    shared.extend(image.map(|image| launch_keys(call, world, image)).into_iter().flatten());
    let mut of_image = shared.clone();
    of_image.extend(image.map(|image| image_tags(call, world, image)).into_iter().flatten());
    if world.alicloud.open_questions.run_instances_resources == LaunchResources::StarOnly {
        return vec![Touched { arn: "*".to_owned(), keys: of_image }];
    }
    let named = call.parameters.get("ImageId").unwrap_or("*");
    let id = image.map_or(named, |image| &image.id);
    let mut touched =
        vec![ecs(call, "instance/*", shared.clone()), ecs(call, &format!("image/{id}"), of_image)];
    let groups = call.parameters.get("SecurityGroupId").into_iter();
    for group in groups.chain(call.parameters.list("SecurityGroupIds")) {
        touched.push(ecs(call, &format!("securitygroup/{group}"), shared.clone()));
    }
    if let Some(pair) = call.parameters.get("KeyPairName") {
        touched.push(ecs(call, &format!("keypair/{pair}"), shared.clone()));
    }
    if let Some(switch) = call.parameters.get("VSwitchId") {
        let arn = format!("acs:vpc:{}:{}:vswitch/{switch}", call.region, call.account());
        touched.push(Touched { arn, keys: shared });
    }
    touched
}

/// `ReplaceSystemDisk`: disk, machine and image, which is told by its platform only; the call names no
/// region, but the machine has one.
pub(super) fn replacement(call: &Call, world: &World) -> Vec<Touched> {
    let parameter = |name| call.parameters.get(name).unwrap_or("*");
    let id = parameter("ImageId");
    let image = find_image(call, id, world);
    let platform: Keys = image
        .map(|image| ("ecs:ImagePlatform".to_owned(), vec![image.os_type.clone()]))
        .into_iter()
        .collect();
    let mut of_image = platform.clone();
    of_image.extend(image.map(|image| image_tags(call, world, image)).into_iter().flatten());
    let machine = parameter("InstanceId");
    let known = world.alicloud.machines.iter().find(|known| known.id == machine);
    let region = known.map_or("", |known| &known.region);
    vec![
        ecs_in(region, call, "disk/*", platform.clone()),
        ecs_in(region, call, &format!("instance/{machine}"), platform),
        ecs_in(region, call, &format!("image/{id}"), of_image),
    ]
}

/// Calls that make an image: all images, and what the new one is made of.
pub(super) fn creation(call: &Call, world: &World) -> Vec<Touched> {
    let tags = request_tags(call);
    let mut touched = vec![ecs(call, "image/*", tags.clone())];
    for (parameter, kind) in [("InstanceId", "instance"), ("SnapshotId", "snapshot")] {
        if let Some(id) = call.parameters.get(parameter) {
            touched.push(ecs(call, &format!("{kind}/{id}"), tags.clone()));
        }
    }
    if let Some(id) = call.parameters.get("ImageId") {
        let mut keys = tags;
        let image = find_image(call, id, world);
        keys.extend(image.map(|image| image_tags(call, world, image)).into_iter().flatten());
        touched.push(ecs(call, &format!("image/{id}"), keys));
    }
    touched
}

/// Calls about images that are there already: those named as `ImageId`, `ResourceId` or
/// `ResourceId.N`, or all.
pub(super) fn images(call: &Call, world: &World) -> Vec<Touched> {
    let mut ids = call.parameters.list("ResourceId");
    ids.extend(call.parameters.get("ResourceId"));
    // A listing may name several.
    ids.extend(call.parameters.get("ImageId").into_iter().flat_map(|ids| ids.split(',')));
    if ids.is_empty() {
        return vec![ecs(call, "image/*", request_tags(call))];
    }
    let touched = ids.into_iter().map(|id| {
        let mut keys = request_tags(call);
        let image = find_image(call, id, world);
        keys.extend(image.map(|image| image_tags(call, world, image)).into_iter().flatten());
        ecs(call, &format!("image/{id}"), keys)
    });
    touched.collect()
}
