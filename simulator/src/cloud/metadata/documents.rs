//! The JSON documents that carry credentials.

use serde_json::{Value, json};

use super::refusal;
use crate::cloud::{Cloud, VendorError, credentials};
use crate::timestamp::Timestamp;
use crate::world::World;
use crate::world::access::{AccessKey, KeyStatus};
use crate::world::role::{Role, RoleArn};
use crate::world::session::Session;

/// How long the credentials of machines and containers last.
const SECONDS: i64 = 6 * 3600;
/// Credentials that end sooner are replaced by new ones, as both clouds promise to do in time.
const REPLACED_SECONDS: i64 = 5 * 60;

/// Writes what the metadata service says about the machine's role.
pub(super) fn of_instance(
    cloud: Cloud,
    world: &mut World,
    now: Timestamp,
) -> Result<Value, VendorError> {
    let instance = match cloud {
        Cloud::Alicloud => &world.alicloud.instance,
        Cloud::Aws => &world.aws.instance,
    };
    let instance = instance.clone().ok_or_else(|| refusal(404, "Not Found"))?;
    let session = match cloud {
        Cloud::Alicloud => format!("vm-ram-{}", instance.id),
        Cloud::Aws => instance.id,
    };
    let role = instance.role.unwrap_or_default();
    let Credentials { id, secret, token, expiration } =
        Credentials::of(cloud, world, &role, &session, now)?;
    let updated = now.with_seconds();
    Ok(match cloud {
        Cloud::Alicloud => json!({
            "Code": "Success", "LastUpdated": updated, "Expiration": expiration,
            "AccessKeyId": id, "AccessKeySecret": secret, "SecurityToken": token,
        }),
        Cloud::Aws => json!({
            "Code": "Success", "LastUpdated": updated, "Expiration": expiration,
            "Type": "AWS-HMAC",
            "AccessKeyId": id, "SecretAccessKey": secret, "Token": token,
        }),
    })
}

/// Writes what the agent says about its role.
pub(super) fn of_agent(
    cloud: Cloud,
    world: &mut World,
    now: Timestamp,
) -> Result<Value, VendorError> {
    let agent = match cloud {
        Cloud::Alicloud => &world.alicloud.agent,
        Cloud::Aws => &world.aws.agent,
    };
    let role = agent.as_ref().map(|agent| agent.role.clone()).unwrap_or_default();
    let Credentials { id, secret, token, expiration } =
        Credentials::of(cloud, world, &role, "agent", now)?;
    Ok(match cloud {
        Cloud::Alicloud => json!({
            "Code": "Success", "Expiration": expiration,
            "AccessKeyId": id, "AccessKeySecret": secret, "SecurityToken": token,
        }),
        Cloud::Aws => json!({
            "RoleArn": role, "Expiration": expiration,
            "AccessKeyId": id, "SecretAccessKey": secret, "Token": token,
        }),
    })
}

struct Credentials {
    id: String,
    secret: String,
    token: Option<String>,
    expiration: Option<String>,
}

impl Credentials {
    /// Returns the credentials a session has, or new ones when those are about to end.
    fn of(
        cloud: Cloud,
        world: &mut World,
        role: &str,
        session: &str,
        now: Timestamp,
    ) -> Result<Self, VendorError> {
        let (roles, keys, lifetime) = match cloud {
            Cloud::Alicloud => {
                let cloud = &mut world.alicloud;
                (&cloud.roles, &mut cloud.access_keys, cloud.session_lifetime)
            }
            Cloud::Aws => {
                let cloud = &mut world.aws;
                (&cloud.roles, &mut cloud.access_keys, cloud.session_lifetime)
            }
        };
        let role = roles.iter().find(|known| known.arn == role);
        let role = role.ok_or_else(|| refusal(404, "Not Found"))?;
        if let Some(key) = keys.iter().rev().find(|key| lasts(key, role, session, now)) {
            return Ok(Self::in_key(key));
        }
        let end = now.plus_seconds(lifetime.unwrap_or(SECONDS));
        let key = credentials::issue(cloud, role, session, Session::until(end));
        let credentials = Self::in_key(&key);
        keys.push(key);
        Ok(credentials)
    }

    fn in_key(key: &AccessKey) -> Self {
        Self {
            id: key.id.clone(),
            secret: key.secret.clone(),
            token: key.token.clone(),
            expiration: key.session.as_ref().map(|session| session.expires_at.with_seconds()),
        }
    }
}

/// Tells whether a key is one of this session and good for a while.
fn lasts(key: &AccessKey, role: &Role, session: &str, now: Timestamp) -> bool {
    let principal = RoleArn::parse(&role.arn).map(|arn| arn.session(session));
    let soon = now.plus_seconds(REPLACED_SECONDS);
    key.session.is_some()
        && Some(&key.principal) == principal.as_ref()
        && key.status_at(soon) == KeyStatus::Active
}
