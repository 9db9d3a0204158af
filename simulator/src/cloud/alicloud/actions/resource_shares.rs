//! ResourceSharing `CreateResourceShare`, `AssociateResourceShare` (2020-01-10), for images.
//!
//! Sources: the pages of the operations, "Resource Sharing: RAM authorization", and the SDK model
//! (alibabacloud-resourcesharing20200110 2.2.2). Judged on `*`, as the page says. An image that is
//! shared with an account is seen there at once. Guesses: the codes of absent arguments and unknown
//! shares, and that several types of resources are all in `RequestedResourceType`. Folders and
//! directories as targets are noted and give nobody anything.

use serde_json::{Value, json};

use crate::cloud::alicloud::role_session::mandatory;
use crate::cloud::alicloud::{RESOURCE_SHARING, to_json};
use crate::cloud::{Action, Call, Touched, VendorError};
use crate::world::World;
use crate::world::alicloud::{Alicloud, Owner, ResourceShare};

/// Most resources, and most targets, one call may name.
const MAX_NAMED: usize = 5;

pub(super) const CREATE: Action = Action {
    parameters: &[
        "AllowExternalTargets",
        "RegionId",
        "ResourceShareName",
        "Resources.N.ResourceId",
        "Resources.N.ResourceType",
        "Targets.N",
    ],
    unsimulated: &["PermissionNames.N", "ResourceArns.N", "ResourceGroupId"],
    touches: |call, _| {
        let external = call.parameters.get("AllowExternalTargets").unwrap_or("false");
        let mut touched = touched(call);
        touched.keys.push((
            "resourcesharing:RequestedAllowExternalTargets".to_owned(),
            vec![external.to_lowercase()],
        ));
        vec![touched]
    },
    ..Action::new(
        &RESOURCE_SHARING,
        "CreateResourceShare",
        |_| vec!["resourcesharing:CreateResourceShare"],
        create,
    )
};

pub(super) const ASSOCIATE: Action = Action {
    parameters: &[
        "RegionId",
        "ResourceShareId",
        "Resources.N.ResourceId",
        "Resources.N.ResourceType",
        "Targets.N",
    ],
    unsimulated: &["PermissionNames.N", "ResourceArns.N"],
    touches: |call, _| vec![touched(call)],
    ..Action::new(
        &RESOURCE_SHARING,
        "AssociateResourceShare",
        |_| vec!["resourcesharing:AssociateResourceShare"],
        associate,
    )
};

/// Returns types and ids of the resources a call names.
fn resources(call: &Call) -> Vec<(String, String)> {
    let read = |index| {
        let part = |name| call.parameters.get(&format!("Resources.{index}.{name}"));
        Some((part("ResourceType")?.to_owned(), part("ResourceId")?.to_owned()))
    };
    call.parameters.indices("Resources").into_iter().filter_map(read).collect()
}

fn targets(call: &Call) -> Vec<String> {
    call.parameters.list("Targets").into_iter().map(str::to_owned).collect()
}

/// A call without resources, or without targets, does not have their keys.
fn touched(call: &Call) -> Touched {
    let types = resources(call).into_iter().map(|(kind, _)| kind).collect();
    let keys = vec![
        ("resourcesharing:RequestedResourceType".to_owned(), types),
        ("resourcesharing:Target".to_owned(), targets(call)),
    ];
    Touched { arn: "*".to_owned(), keys }
}

/// Refuses what one call cannot share: too much, and images of others.
fn check(call: &Call, cloud: &Alicloud) -> Result<(), VendorError> {
    let (resources, targets) = (resources(call), targets(call));
    if resources.len() > MAX_NAMED || targets.len() > MAX_NAMED {
        let message = "The number of resources or targets exceeds the limit.";
        return Err(VendorError::new(400, "InvalidParameter", message));
    }
    let owner = Owner::Account(call.account().parse().unwrap_or_default());
    let has = |id: &str| cloud.images.iter().any(|image| image.id == id && image.owner == owner);
    match resources.iter().find(|(kind, id)| kind == "Image" && !has(id)) {
        Some(_) => Err(VendorError::new(
            404,
            "EntityNotExists.Resource",
            "The specified resource does not exist.",
        )),
        None => Ok(()),
    }
}

/// Gives the images of a share to its targets.
fn give(share: &ResourceShare, cloud: &mut Alicloud) {
    let is_shared =
        |id: &str| share.resources.iter().any(|resource| *resource == format!("Image/{id}"));
    for image in cloud.images.iter_mut().filter(|image| is_shared(&image.id)) {
        image.shared_with.extend(share.targets.clone());
        image.shared_with.sort_unstable();
        image.shared_with.dedup();
    }
}

fn add(call: &Call, share: &mut ResourceShare) {
    share.resources.extend(resources(call).into_iter().map(|(kind, id)| format!("{kind}/{id}")));
    share.targets.extend(targets(call));
}

fn create(call: &Call, world: &mut World) -> Result<String, VendorError> {
    let name = mandatory(call, "ResourceShareName")?;
    if name.chars().count() > 50 {
        return Err(call.invalid("ResourceShareName", name));
    }
    let allow_external_targets = call.boolean("AllowExternalTargets")?;
    let cloud = &mut world.alicloud;
    check(call, cloud)?;
    let random: String = std::iter::repeat_with(fastrand::alphanumeric).take(16).collect();
    let mut share = ResourceShare {
        id: format!("rs-{random}"),
        name: name.to_owned(),
        account: call.account().to_owned(),
        allow_external_targets,
        ..ResourceShare::default()
    };
    add(call, &mut share);
    give(&share, cloud);
    let view = json!({
        "ResourceShareId": share.id,
        "ResourceShareName": share.name,
        "ResourceShareOwner": share.account,
        "ResourceShareStatus": "Active",
        "AllowExternalTargets": share.allow_external_targets,
        "CreateTime": call.now.with_milliseconds(),
        "UpdateTime": call.now.with_milliseconds(),
    });
    cloud.resource_shares.push(share);
    Ok(to_json(call, json!({"ResourceShare": view})))
}

fn associate(call: &Call, world: &mut World) -> Result<String, VendorError> {
    let id = mandatory(call, "ResourceShareId")?;
    let cloud = &mut world.alicloud;
    check(call, cloud)?;
    let is_own = |share: &&mut ResourceShare| share.id == id && share.account == call.account();
    let share = cloud.resource_shares.iter_mut().find(is_own).ok_or_else(|| {
        let message = "The specified resource share does not exist.";
        VendorError::new(404, "EntityNotExists.ResourceShare", message)
    })?;
    add(call, share);
    let share = share.clone();
    give(&share, cloud);
    let row = |kind: &str, entity: &str, of: Option<&str>| {
        json!({
            "ResourceShareId": share.id, "ResourceShareName": share.name, "AssociationType": kind,
            "AssociationStatus": "Associated", "EntityId": entity, "EntityType": of,
        })
    };
    let named = resources(call);
    let rows = named.iter().map(|(kind, id)| row("Resource", id, Some(kind)));
    let named = targets(call);
    let rows: Vec<Value> =
        rows.chain(named.iter().map(|target| row("Target", target, Some("Account")))).collect();
    Ok(to_json(call, json!({"ResourceShareAssociations": rows})))
}
