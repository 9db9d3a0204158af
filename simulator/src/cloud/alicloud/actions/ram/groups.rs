//! `ListGroupsForUser`: the groups that a user is in. It is not paged.

use serde_json::{Value, json};

use super::attachments::{USER, find_identity, touched_identity};
use crate::cloud::alicloud::role_session::mandatory;
use crate::cloud::alicloud::{RAM, to_json};
use crate::cloud::{Action, Call, VendorError};
use crate::world::World;
use crate::world::alicloud::Group;

pub(in super::super) const LIST_FOR_USER: Action = Action {
    parameters: &["UserName"],
    touches: |call, _| vec![touched_identity(call, &USER)],
    ..Action::new(&RAM, "ListGroupsForUser", |_| vec!["ram:ListGroupsForUser"], list)
};

fn list(call: &Call, world: &mut World) -> Result<String, VendorError> {
    let cloud = &world.alicloud;
    let name = mandatory(call, "UserName")?;
    find_identity(call, &USER, name, cloud)?;
    let is_in = |group: &&Group| group.account == call.account() && group.members.contains(name);
    let views = cloud.ram.groups.iter().filter(is_in).map(|group| {
        json!({ "GroupName": group.name, "Comments": "", "JoinDate": "2024-01-01T00:00:00Z" })
    });
    let views: Vec<Value> = views.collect();
    Ok(to_json(call, json!({"Groups": {"Group": views}})))
}
