//! `CreateOrganization`, `DescribeOrganization`.

use serde_json::{Value, json};

use super::{arn, belong, exception, invalid, random};
use crate::cloud::aws::{ORGANIZATIONS, partition};
use crate::cloud::{Action, Call, VendorError};
use crate::world::World;
use crate::world::aws::Organization;

pub(in super::super) const CREATE: Action = Action {
    parameters: &["FeatureSet"],
    ..Action::new(
        &ORGANIZATIONS,
        "CreateOrganization",
        |_| vec!["organizations:CreateOrganization"],
        create,
    )
};

pub(in super::super) const DESCRIBE: Action = Action::new(
    &ORGANIZATIONS,
    "DescribeOrganization",
    |_| vec!["organizations:DescribeOrganization"],
    describe,
);

/// Writes the organisation. `AvailablePolicyTypes` is there and tells nothing about what is in force:
/// it is out of date by the vendor's own words.
fn view(call: &Call, organization: &Organization) -> Value {
    let Organization { id, management_account: management, .. } = organization;
    let partition = partition(call.key());
    json!({
        "Organization": {
            "Id": id,
            "Arn": format!("arn:{partition}:organizations::{management}:organization/{id}"),
            "FeatureSet": "ALL",
            "MasterAccountArn": arn(call, organization, "account", management),
            "MasterAccountId": management,
            "MasterAccountEmail": format!("{management}@simulator.invalid"),
            "AvailablePolicyTypes": [{"Type": "SERVICE_CONTROL_POLICY", "Status": "ENABLED"}],
        },
    })
}

fn create(call: &Call, world: &mut World) -> Result<String, VendorError> {
    match call.parameters.get("FeatureSet") {
        None | Some("ALL") => {}
        Some("CONSOLIDATED_BILLING") => {
            return Err(VendorError::not_simulated("organisations for billing only"));
        }
        Some(other) => {
            return Err(invalid("INVALID_ENUM", format!("{other} is no feature set.")));
        }
    }
    if world.aws.organization.is_some() {
        let message = "The AWS account is already a member of an organization.";
        return Err(exception("AlreadyInOrganizationException", message));
    }
    let organization = Organization {
        id: format!("o-{}", random(10)),
        management_account: call.account().to_owned(),
        root: format!("r-{}", random(4)),
        ..Organization::default()
    };
    let view = view(call, &organization);
    world.aws.organization = Some(organization);
    Ok(view.to_string())
}

fn describe(call: &Call, world: &mut World) -> Result<String, VendorError> {
    let organization = belong(call, world)?;
    Ok(view(call, organization).to_string())
}
