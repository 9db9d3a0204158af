//! The state of both clouds: who exists, what they own, how the clouds behave.
//!
//! A world is plain data. Tests build it in Rust, other programs send it as JSON; unknown JSON keys
//! are refused, absent ones take the value they have in [`World::default`]. Serving requests from
//! it is the business of `cloud`.

pub(crate) mod access;
pub mod alicloud;
pub mod aws;
pub(crate) mod catalog;
pub(crate) mod instance;
pub(crate) mod role;
pub(crate) mod session;
pub(crate) mod tag_lag;
pub(crate) mod unseen;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use access::{AccessKey, Account, KeyStatus};
use instance::{Agent, Instance};
use role::{Role, RoleArn};

/// Everything the simulated clouds know.
///
/// The default world has, on each cloud, one account whose root access key may do everything, a few
/// regions, and no images. See the constants in [`alicloud`] and [`aws`] for its names.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct World {
    /// Alibaba Cloud.
    pub alicloud: alicloud::Alicloud,
    /// AWS.
    pub aws: aws::Aws,
}

impl World {
    /// Reads a world from JSON.
    ///
    /// Errors: one sentence per line about JSON that is malformed or contradicts itself.
    pub fn from_json(json: &[u8]) -> Result<Self, String> {
        let world: Self = serde_json::from_slice(json)
            .map_err(|error| format!("the world is not readable: {error}"))?;
        let contradictions = world.contradictions();
        if contradictions.is_empty() { Ok(world) } else { Err(contradictions.join("\n")) }
    }

    /// Lists what cannot be true at once, such as an image in an unknown region; empty for a sound
    /// world.
    #[must_use]
    pub fn contradictions(&self) -> Vec<String> {
        let mut found = Vec::new();
        let (alicloud, aws) = (&self.alicloud, &self.aws);
        check_keys("alicloud", "acs:", &alicloud.accounts, &alicloud.access_keys, &mut found);
        check_keys("aws", "arn:", &aws.accounts, &aws.access_keys, &mut found);
        check_roles("alicloud", &alicloud.accounts, &alicloud.roles, &mut found);
        alicloud.check_policies(&mut found);
        if let Some(directory) = &alicloud.resource_directory {
            directory.check(&mut found);
        }
        check_roles("aws", &aws.accounts, &aws.roles, &mut found);
        aws.check_iam(&mut found);
        aws.check_sessions(&mut found);
        if let Some(organization) = &aws.organization {
            organization.check(aws, &mut found);
        }
        let (instance, agent) = (alicloud.instance.as_ref(), alicloud.agent.as_ref());
        check_users_of_roles("alicloud", instance, agent, &alicloud.roles, &mut found);
        let (instance, agent) = (aws.instance.as_ref(), aws.agent.as_ref());
        check_users_of_roles("aws", instance, agent, &aws.roles, &mut found);
        let regions: BTreeSet<&str> =
            alicloud.regions.iter().map(|region| region.id.as_str()).collect();
        let images = alicloud.images.iter().map(|image| (image.id.as_str(), image.region.as_str()));
        check_images("alicloud", images, &regions, &mut found);
        let regions: BTreeSet<&str> =
            aws.regions.iter().map(|region| region.name.as_str()).collect();
        let images = aws.images.iter().map(|image| (image.id.as_str(), image.region.as_str()));
        check_images("aws", images, &regions, &mut found);
        found
    }

    /// Ends all sessions at once, although their holders were told that they last longer. Keys with
    /// a token count, whoever made them.
    pub fn expire_sessions(&mut self) {
        let keys = self.alicloud.access_keys.iter_mut().chain(&mut self.aws.access_keys);
        for key in keys.filter(|key| key.token.is_some()) {
            key.status = KeyStatus::Expired;
        }
    }
}

fn check_keys(
    cloud: &str,
    scheme: &str,
    accounts: &[Account],
    keys: &[AccessKey],
    found: &mut Vec<String>,
) {
    let mut ids = BTreeSet::new();
    for key in keys {
        let principal = &key.principal;
        if !ids.insert(&key.id) {
            found.push(format!("{cloud}: the access key `{}` exists twice", key.id));
        }
        if !principal.arn().starts_with(scheme) {
            found.push(format!(
                "{cloud}: the principal `{}` belongs to another cloud",
                principal.arn()
            ));
        }
        if !accounts.iter().any(|account| account.id == principal.account()) {
            found
                .push(format!("{cloud}: the access key `{}` belongs to no listed account", key.id));
        }
    }
}

fn check_roles(cloud: &str, accounts: &[Account], roles: &[Role], found: &mut Vec<String>) {
    let mut arns = BTreeSet::new();
    for Role { arn, max_session_seconds, .. } in roles {
        let scheme = if cloud == "aws" { "arn:" } else { "acs:" };
        let parts = RoleArn::parse(arn).filter(|_| arn.starts_with(scheme));
        match parts {
            None => found.push(format!("{cloud}: `{arn}` is not the ARN of a role")),
            Some(RoleArn { account, .. }) => {
                if !accounts.iter().any(|known| known.id == account) {
                    found.push(format!("{cloud}: the role `{arn}` belongs to no listed account"));
                }
            }
        }
        if !(3600..=43_200).contains(max_session_seconds) {
            found.push(format!("{cloud}: sessions of `{arn}` last one to twelve hours at most"));
        }
        if !arns.insert(arn) {
            found.push(format!("{cloud}: the role `{arn}` exists twice"));
        }
    }
}

fn check_users_of_roles(
    cloud: &str,
    instance: Option<&Instance>,
    agent: Option<&Agent>,
    roles: &[Role],
    found: &mut Vec<String>,
) {
    let used = instance.and_then(|instance| instance.role.as_ref());
    for arn in used.into_iter().chain(agent.map(|agent| &agent.role)) {
        if !roles.iter().any(|role| role.arn == *arn) {
            found.push(format!("{cloud}: instance or agent use the unknown role `{arn}`"));
        }
    }
}

fn check_images<'a>(
    cloud: &str,
    images: impl Iterator<Item = (&'a str, &'a str)>,
    regions: &BTreeSet<&str>,
    found: &mut Vec<String>,
) {
    let mut ids = BTreeSet::new();
    for (id, region) in images {
        if id.is_empty() {
            found.push(format!("{cloud}: an image has no id"));
        } else if !ids.insert(id) {
            found.push(format!("{cloud}: the image `{id}` exists twice"));
        }
        if !regions.contains(region) {
            found.push(format!("{cloud}: the image `{id}` is in the unknown region `{region}`"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::World;

    #[test]
    fn an_empty_object_is_the_default_world() {
        let world = World::from_json(b"{}").unwrap();
        assert_eq!(
            serde_json::to_value(&world).unwrap(),
            serde_json::to_value(World::default()).unwrap()
        );
    }

    #[test]
    fn a_world_survives_a_round_trip_through_json() {
        let json = br#"{"aws":{"images":[{"id":"ami-1","name":"golden","tags":{"approved":""}}]}}"#;
        let world = World::from_json(json).unwrap();
        let again = World::from_json(&serde_json::to_vec(&world).unwrap()).unwrap();
        assert_eq!(again.aws.images.first().unwrap().tags.get("approved").unwrap(), "");
    }

    #[test]
    fn unknown_keys_are_refused() {
        let error = World::from_json(br#"{"aws":{"images":[{"id":"ami-1","nmae":"golden"}]}}"#)
            .unwrap_err();
        assert!(error.contains("unknown field `nmae`"), "{error}");
    }

    #[test]
    fn impossible_roles_are_named() {
        let json = br#"{
            "alicloud": {
                "roles": [{"arn": "arn:aws:iam::111122223333:role/a"}],
                "agent": {"role": "acs:ram::1000000000000001:role/none"}
            },
            "aws": {"roles": [
                {"arn": "arn:aws:iam::999999999999:role/a"},
                {"arn": "arn:aws:iam::111122223333:role/b", "max_session_seconds": 60},
                {"arn": "arn:aws:iam::111122223333:role/b"}
            ]}
        }"#;
        let error = World::from_json(json).unwrap_err();
        assert_eq!(error.lines().count(), 5, "{error}");
    }

    #[test]
    fn contradictions_are_all_named() {
        let json = br#"{
            "alicloud": {"accounts": []},
            "aws": {"images": [{"id":"ami-1"},{"id":"ami-1","region":"mars-1"},{"name":"nameless"}]}
        }"#;
        let error = World::from_json(json).unwrap_err();
        assert_eq!(error.lines().count(), 4, "{error}");
    }
}
