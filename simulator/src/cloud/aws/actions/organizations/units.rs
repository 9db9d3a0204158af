//! Organizational units: `CreateOrganizationalUnit`, `DescribeOrganizationalUnit`,
//! `ListOrganizationalUnitsForParent`, `ListParents`.

use serde_json::{Value, json};

use super::{
    administer, arn, check_alone, exception, manage, mandatory, over_limit, page, random, tags,
    text,
};
use crate::cloud::aws::ORGANIZATIONS;
use crate::cloud::{Action, Call, VendorError};
use crate::world::World;
use crate::world::aws::{Organization, OrganizationalUnit, TargetType};

/// Most levels of units below the root.
const MAX_LEVELS: usize = 5;

pub(in super::super) const CREATE: Action = Action {
    parameters: &["Name", "ParentId"],
    unsimulated: tags::PARAMETERS,
    ..Action::new(
        &ORGANIZATIONS,
        "CreateOrganizationalUnit",
        |_| vec!["organizations:CreateOrganizationalUnit"],
        create,
    )
};

pub(in super::super) const DESCRIBE: Action = Action {
    parameters: &["OrganizationalUnitId"],
    ..Action::new(
        &ORGANIZATIONS,
        "DescribeOrganizationalUnit",
        |_| vec!["organizations:DescribeOrganizationalUnit"],
        describe,
    )
};

pub(in super::super) const LIST_FOR_PARENT: Action = Action {
    parameters: &["MaxResults", "NextToken", "ParentId"],
    ..Action::new(
        &ORGANIZATIONS,
        "ListOrganizationalUnitsForParent",
        |_| vec!["organizations:ListOrganizationalUnitsForParent"],
        list_for_parent,
    )
};

pub(in super::super) const LIST_PARENTS: Action = Action {
    parameters: &["ChildId", "MaxResults", "NextToken"],
    ..Action::new(
        &ORGANIZATIONS,
        "ListParents",
        |_| vec!["organizations:ListParents"],
        list_parents,
    )
};

/// Refuses a parent that is no root or unit.
pub(super) fn check_parent(id: &str, organization: &Organization) -> Result<(), VendorError> {
    match organization.target_type(id) {
        Some(TargetType::Root | TargetType::OrganizationalUnit) => Ok(()),
        _ => Err(exception("ParentNotFoundException", "You provided a parent that doesn't exist.")),
    }
}

/// Writes where something is: `o-…/r-…/ou-…/…/`.
pub(super) fn path(id: &str, organization: &Organization) -> String {
    let mut parts = vec![organization.id.as_str()];
    parts.extend(organization.ancestors(id));
    parts.extend([id, ""]);
    parts.join("/")
}

fn view(call: &Call, unit: &OrganizationalUnit, organization: &Organization) -> Value {
    json!({
        "Id": unit.id,
        "Arn": arn(call, organization, "ou", &unit.id),
        "Name": unit.name,
        "Path": path(&unit.id, organization),
    })
}

fn create(call: &Call, world: &mut World) -> Result<String, VendorError> {
    let (parent, name) = (mandatory(call, "ParentId")?, text(call, "Name", 1..=128)?);
    let organization = manage(call, world)?;
    check_alone(call, organization)?;
    check_parent(parent, organization)?;
    if organization.ancestors(parent).len() >= MAX_LEVELS {
        let message = "You have exceeded the number of levels that units can have.";
        return Err(over_limit("OU_DEPTH_LIMIT_EXCEEDED", message));
    }
    let is_taken = |unit: &OrganizationalUnit| {
        unit.name == name && organization.parent(&unit.id) == Some(parent)
    };
    if organization.units.iter().any(is_taken) {
        let message = "An OU with the same name already exists.";
        return Err(exception("DuplicateOrganizationalUnitException", message));
    }
    let tree = organization.root.trim_start_matches("r-");
    let unit = OrganizationalUnit {
        id: format!("ou-{tree}-{}", random(8)),
        name: name.to_owned(),
        parent: parent.to_owned(),
    };
    organization.units.push(unit.clone());
    organization.begin_write(&call.request_id, call.now);
    Ok(json!({"OrganizationalUnit": view(call, &unit, organization)}).to_string())
}

fn describe(call: &Call, world: &mut World) -> Result<String, VendorError> {
    let id = mandatory(call, "OrganizationalUnitId")?;
    let organization = administer(call, world)?;
    let unit = organization.units.iter().find(|unit| unit.id == id).ok_or_else(|| {
        let message = "You specified an organizational unit that doesn't exist.";
        exception("OrganizationalUnitNotFoundException", message)
    })?;
    Ok(json!({"OrganizationalUnit": view(call, unit, organization)}).to_string())
}

fn list_for_parent(call: &Call, world: &mut World) -> Result<String, VendorError> {
    let parent = mandatory(call, "ParentId")?;
    let pages = world.aws.pages;
    let organization = administer(call, world)?;
    check_parent(parent, organization)?;
    let children =
        organization.units.iter().filter(|unit| organization.parent(&unit.id) == Some(parent));
    let views: Vec<Value> = children.map(|unit| view(call, unit, organization)).collect();
    page(call, "OrganizationalUnits", &views, pages)
}

/// Lists the one parent a unit or account has.
fn list_parents(call: &Call, world: &mut World) -> Result<String, VendorError> {
    let child = mandatory(call, "ChildId")?;
    let pages = world.aws.pages;
    let organization = administer(call, world)?;
    let parent = organization.parent(child).ok_or_else(|| {
        let message = "You specified a child that doesn't exist.";
        exception("ChildNotFoundException", message)
    })?;
    let view = json!({"Id": parent, "Type": organization.target_type(parent)});
    page(call, "Parents", &[view], pages)
}
