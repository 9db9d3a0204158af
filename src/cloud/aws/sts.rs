//! Security Token Service, API version 2011-06-15: who asks, and sessions of roles.

use std::{sync::Arc, time::SystemTime};

use aws_credential_types::Credentials;
use aws_smithy_types::{DateTime, date_time::Format};
use serde::Deserialize;

use super::{
    Aws, Role,
    call::Effect,
    credentials::Session,
    endpoints::Service,
    query::{Action, Form},
};
use crate::cloud::{Error, Kind, Secret};

/// What audit logs call a session that nobody has named.
const SESSION_NAME: &str = "imageguard";

static GET_CALLER_IDENTITY: Action<CallerIdentity> = Action {
    service: Service::Sts,
    name: "GetCallerIdentity",
    label: "sts:GetCallerIdentity",
    effect: Effect::Reads,
    root: "GetCallerIdentityResponse",
    holds_keys: false,
    read: CallerIdentity::read,
};

static ASSUME_ROLE: Action<Option<Credentials>> = Action {
    service: Service::Sts,
    name: "AssumeRole",
    label: "sts:AssumeRole",
    effect: Effect::Reads,
    root: "AssumeRoleResponse",
    holds_keys: true,
    read: read_keys,
};

static ASSUME_ROLE_WITH_WEB_IDENTITY: Action<Option<Credentials>> = Action {
    service: Service::Sts,
    name: "AssumeRoleWithWebIdentity",
    label: "sts:AssumeRoleWithWebIdentity",
    effect: Effect::Reads,
    root: "AssumeRoleWithWebIdentityResponse",
    holds_keys: true,
    read: read_keys,
};

/// Whose credentials they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallerIdentity {
    /// The account.
    pub account_id: String,
    /// The user, or the session of a role.
    pub arn: String,
}

impl Aws {
    /// Asks whose credentials these are, in the given region. Needs no permission, and is
    /// answered in every account.
    ///
    /// # Errors
    ///
    /// Credentials, transport, or what STS says.
    pub async fn get_caller_identity(&self, region: &str) -> Result<CallerIdentity, Error> {
        self.get_caller_identity_of(&self.actor.session, region).await
    }

    /// Asks whose these credentials are, and not whose those that may be made instead of them.
    pub(super) async fn get_caller_identity_with(
        &self,
        credentials: &Credentials,
        region: &str,
    ) -> Result<CallerIdentity, Error> {
        self.send(Some(credentials), &GET_CALLER_IDENTITY, region, Form::new()).await
    }

    /// Asks whose session it is.
    pub(super) async fn get_caller_identity_of(
        &self,
        session: &Arc<Session>,
        region: &str,
    ) -> Result<CallerIdentity, Error> {
        self.call_as(session, &GET_CALLER_IDENTITY, region, Form::new()).await
    }

    /// Asks for a session of a role, with credentials that another session has given.
    pub(super) async fn assume_role(
        &self,
        role: &Role,
        credentials: Credentials,
        source: &Arc<Session>,
        region: &str,
    ) -> Result<Credentials, Error> {
        let mut form = self.role_form(role);
        for (name, value) in
            [("ExternalId", &role.external_id), ("SourceIdentity", &role.source_identity)]
        {
            if let Some(value) = value {
                form.set(name, value);
            }
        }
        for (index, (key, value)) in (1..).zip(&role.tags) {
            form.set(&format!("Tags.member.{index}.Key"), key);
            form.set(&format!("Tags.member.{index}.Value"), value);
        }
        for (index, key) in (1..).zip(&role.transitive_tag_keys) {
            form.set(&format!("TransitiveTagKeys.member.{index}"), key);
        }
        let action = &ASSUME_ROLE;
        keys(self.call_with(credentials, source, action, region, form).await?, action.label)
    }

    /// Asks for a session of a role, in the name of whoever a token is about.
    pub(super) async fn assume_role_with_web_identity(
        &self,
        role: &Role,
        token: &Secret,
        region: &str,
    ) -> Result<Credentials, Error> {
        let action = &ASSUME_ROLE_WITH_WEB_IDENTITY;
        let mut form = self.role_form(role);
        form.set("WebIdentityToken", token.reveal());
        keys(self.send(None, action, region, form).await?, action.label)
    }

    /// Says what both ways to assume a role have in common.
    fn role_form(&self, role: &Role) -> Form {
        let environment = self.inner.environment.get("AWS_ROLE_SESSION_NAME");
        let session_name = role.session_name.as_deref().or(environment).unwrap_or(SESSION_NAME);
        let mut form = Form::new();
        form.set("RoleArn", &role.arn);
        form.set("RoleSessionName", session_name);
        if let Some(duration) = role.duration {
            form.set("DurationSeconds", &duration.as_secs().to_string());
        }
        if let Some(policy) = &role.policy {
            form.set("Policy", policy);
        }
        for (index, arn) in (1..).zip(&role.policy_arns) {
            form.set(&format!("PolicyArns.member.{index}.arn"), arn);
        }
        form
    }
}

fn keys(keys: Option<Credentials>, operation: &'static str) -> Result<Credentials, Error> {
    keys.ok_or_else(|| {
        Error::new(Kind::Unreadable, operation, "the answer has no keys, or none that can be used")
    })
}

impl CallerIdentity {
    fn read(text: &str) -> Result<Self, quick_xml::DeError> {
        #[derive(Deserialize)]
        struct Reply {
            #[serde(rename = "GetCallerIdentityResult")]
            result: Identity,
        }

        #[derive(Deserialize)]
        struct Identity {
            #[serde(rename = "Account")]
            account_id: String,
            #[serde(rename = "Arn")]
            arn: String,
        }

        let reply: Reply = quick_xml::de::from_str(text)?;
        Ok(Self { account_id: reply.result.account_id, arn: reply.result.arn })
    }
}

/// Reads the keys of a session. An answer without them is no error here, because the
/// report of one shows how the answer begins, which might be secret.
#[allow(clippy::unnecessary_wraps, reason = "the signature of every action's reader")]
fn read_keys(text: &str) -> Result<Option<Credentials>, quick_xml::DeError> {
    #[derive(Deserialize)]
    struct Reply {
        #[serde(rename = "AssumeRoleResult", alias = "AssumeRoleWithWebIdentityResult")]
        result: Session,
    }

    #[derive(Deserialize)]
    struct Session {
        #[serde(rename = "Credentials")]
        keys: Keys,
    }

    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Keys {
        access_key_id: String,
        secret_access_key: String,
        session_token: String,
        expiration: String,
    }

    let reply = quick_xml::de::from_str::<Reply>(text).ok();
    Ok(reply.and_then(|Reply { result: Session { keys } }| {
        let expiry = DateTime::from_str(&keys.expiration, Format::DateTime).ok()?;
        let expiry = SystemTime::try_from(expiry).ok()?;
        let token = Some(keys.session_token);
        Some(Credentials::new(
            keys.access_key_id,
            keys.secret_access_key,
            token,
            Some(expiry),
            SESSION_NAME,
        ))
    }))
}
