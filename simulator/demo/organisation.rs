//! Who there is: on each cloud an organisation, a team's account in it, and people with keys.

use imageguard_simulator::{
    AccessKey, Account, Cloud, World,
    alicloud::{self, ResourceDirectory},
};

use crate::attempts::Deed;

/// What differs between the clouds.
pub(crate) struct Side {
    pub(crate) cloud: Cloud,
    /// What people call it.
    pub(crate) name: &'static str,
    pub(crate) region: &'static str,
    /// The account that manages the organisation. Its policies do not bind it.
    management: &'static str,
    /// The team's account, where the images of the earlier chapters are.
    team: &'static str,
    /// Where ARNs of users start, and those of who has taken on a role, up to the account.
    users: &'static str,
    role_sessions: &'static str,
    key_prefix: &'static str,
    /// What policies of the organisation are called, and the same in a refusal.
    pub(crate) policy: &'static str,
    pub(crate) policy_in_refusals: &'static str,
}

/// The clouds of the story.
pub(crate) const SIDES: &[Side] = &[Side {
    cloud: Cloud::Alicloud,
    name: "Alibaba Cloud",
    region: alicloud::REGION,
    management: "1500000000000001",
    team: alicloud::ACCOUNT,
    users: "acs:ram::",
    role_sessions: "acs:ram::",
    key_prefix: "LTAI5tDemo",
    policy: "control policy",
    policy_in_refusals: "\"PolicyType\":\"ControlPolicy\",\"NoPermissionType\":\"ExplicitDeny\"",
}];

/// The folder of the resource directory that the team's account is in.
const FOLDER: &str = "fd-webshops01";

/// Somebody with a key.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Person {
    /// A developer of the team, who may do whatever is tried.
    Developer,
    /// Whoever has taken on the role that approves images in the team's account.
    Approver,
    /// Administers the organisation.
    Administrator,
    /// Terraform, where it writes guardrails.
    Guardian,
}

impl Person {
    const ALL: [Self; 4] = [Self::Developer, Self::Approver, Self::Administrator, Self::Guardian];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Developer => "developer",
            Self::Approver => "image-approver",
            Self::Administrator => "administrator",
            Self::Guardian => "guardian",
        }
    }

    /// The id of the person's access key, which is its secret, too.
    pub(crate) fn key_id(self, side: &Side) -> String {
        format!("{}{}", side.key_prefix, self.name().replace('-', "").to_uppercase())
    }

    /// The ARN that policies see.
    pub(crate) fn arn(self, side: &Side) -> String {
        let Side { management, team, users, role_sessions, .. } = side;
        let name = self.name();
        match self {
            Self::Developer => format!("{users}{team}:user/{name}"),
            Self::Approver => format!("{role_sessions}{team}:assumed-role/{name}/kim"),
            Self::Administrator | Self::Guardian => format!("{users}{management}:user/{name}"),
        }
    }

    fn key(self, side: &Side) -> AccessKey {
        let id = self.key_id(side);
        let mut key = AccessKey::new(&id, &id, &self.arn(side));
        key.permissions = match self {
            Self::Developer | Self::Approver => Some(Deed::permissions(side.cloud)),
            Self::Administrator | Self::Guardian => None,
        };
        key
    }
}

/// Adds the organisations and everybody's keys.
pub(crate) fn add(world: &mut World) {
    let [alicloud] = SIDES else { unreachable!("there is one cloud") };
    let mut directory =
        ResourceDirectory::enabled().folder(FOLDER, "").member(alicloud.team, FOLDER);
    alicloud.management.clone_into(&mut directory.management_account);
    world.alicloud.resource_directory = Some(directory);
    for side in SIDES {
        let (accounts, keys) = match side.cloud {
            Cloud::Alicloud => (&mut world.alicloud.accounts, &mut world.alicloud.access_keys),
            Cloud::Aws => (&mut world.aws.accounts, &mut world.aws.access_keys),
        };
        accounts.push(Account::new(side.management, "head-office"));
        keys.extend(Person::ALL.map(|person| person.key(side)));
    }
}
