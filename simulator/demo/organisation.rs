//! Who there is: on each cloud an organisation, a team's account in it, and people with keys.

use std::collections::BTreeSet;

use imageguard_simulator::{
    AccessKey, Account, Cloud, World,
    alicloud::{self, ResourceDirectory},
    aws::{self, Organization},
};
use serde_json::{Value, json};

use crate::{attempts::Deed, world::AWS_REGION};

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
    /// The pages of the types that the guardrail is made with.
    pages: [&'static str; 2],
    /// Makes the organisation, with the team's account in a part of it.
    found: fn(&Self, &mut World),
    /// Shows the organisation with its policies and what they are attached to.
    pub(crate) organisation: fn(&World) -> Value,
    /// The document of the organisation's only policy.
    pub(crate) document: fn(&mut World) -> Option<&mut String>,
}

/// The clouds of the story.
pub(crate) const SIDES: &[Side] = &[
    Side {
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
        pages: [
            include_str!("../../docs/resources/alicloud_guardrail.md"),
            include_str!("../../docs/resources/alicloud_guardrail_attachment.md"),
        ],
        found: |side, world| {
            let directory = ResourceDirectory::enabled().folder("fd-webshops01", "");
            let mut directory = directory.member(side.team, "fd-webshops01");
            side.management.clone_into(&mut directory.management_account);
            world.alicloud.resource_directory = Some(directory);
        },
        organisation: |world| json!(world.alicloud.resource_directory),
        document: |world| {
            let directory = world.alicloud.resource_directory.as_mut()?;
            directory.control_policies.first_mut().map(|policy| &mut policy.document)
        },
    },
    Side {
        cloud: Cloud::Aws,
        name: "AWS",
        region: AWS_REGION,
        management: "150000000001",
        team: aws::ACCOUNT,
        users: "arn:aws:iam::",
        role_sessions: "arn:aws:sts::",
        key_prefix: "AKIADEMO",
        policy: "service control policy",
        policy_in_refusals: "with an explicit deny in a service control policy",
        pages: [
            include_str!("../../docs/resources/aws_guardrail.md"),
            include_str!("../../docs/resources/aws_guardrail_attachment.md"),
        ],
        found: |side, world| {
            let organization = Organization::enabled().unit("ou-smlt-webshops", "");
            let mut organization = organization.member(side.team, "ou-smlt-webshops");
            side.management.clone_into(&mut organization.management_account);
            world.aws.organization = Some(organization);
        },
        organisation: |world| json!(world.aws.organization),
        document: |world| {
            let organization = world.aws.organization.as_mut()?;
            organization.policies.first_mut().map(|policy| &mut policy.document)
        },
    },
];

impl Side {
    /// The permissions that the pages say the types need.
    ///
    /// Panics: when a page prints none.
    pub(crate) fn printed_permissions(&self) -> BTreeSet<String> {
        let actions = self.pages.iter().flat_map(|page| {
            let (_, section) = page.split_once("## Permissions").expect("the page has the section");
            let (_, block) = section.split_once("```json").expect("the section has a policy");
            let (policy, _) = block.split_once("```").expect("the block ends");
            let policy: Value = serde_json::from_str(policy).expect("the policy is JSON");
            let actions = policy.pointer("/Statement/0/Action").and_then(Value::as_array);
            actions.cloned().expect("the policy names actions")
        });
        actions.filter_map(|action| action.as_str().map(str::to_owned)).collect()
    }
}

/// Somebody with a key.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Person {
    /// A developer of the team, who may do whatever is tried.
    Developer,
    /// Whoever has taken on the role that approves images in the team's account.
    Approver,
    /// Terraform, where it writes guardrails.
    Guardian,
}

impl Person {
    const ALL: [Self; 3] = [Self::Developer, Self::Approver, Self::Guardian];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Developer => "developer",
            Self::Approver => "image-approver",
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
            Self::Guardian => format!("{users}{management}:user/{name}"),
        }
    }

    fn key(self, side: &Side) -> AccessKey {
        let id = self.key_id(side);
        let mut key = AccessKey::new(&id, &id, &self.arn(side));
        key.permissions = match self {
            Self::Developer | Self::Approver => Some(Deed::permissions(side.cloud)),
            Self::Guardian => Some(side.printed_permissions()),
        };
        key
    }
}

/// Adds the organisations and everybody's keys.
pub(crate) fn add(world: &mut World) {
    for side in SIDES {
        (side.found)(side, world);
        let (accounts, keys) = match side.cloud {
            Cloud::Alicloud => (&mut world.alicloud.accounts, &mut world.alicloud.access_keys),
            Cloud::Aws => (&mut world.aws.accounts, &mut world.aws.access_keys),
        };
        accounts.push(Account::new(side.management, "head-office"));
        keys.extend(Person::ALL.map(|person| person.key(side)));
    }
}
