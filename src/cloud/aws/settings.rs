//! What a practitioner may set.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
    time::Duration,
};

use super::endpoints::Service;
use crate::cloud::{Endpoint, HttpSettings, Secret};

/// How to reach an account.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The region of calls that name none.
    pub region: Option<String>,
    /// The profile of the shared files to use, and nothing else. Shared files without a
    /// profile mean `AWS_PROFILE` or else `default`, likewise.
    pub profile: Option<String>,
    /// Keys to use, and nothing else.
    pub keys: Option<StaticKeys>,
    /// A role to start from, assumed with a token of another identity provider, and
    /// nothing else.
    pub web_identity: Option<WebIdentity>,
    /// Roles to assume, each with the credentials of the one before it.
    pub roles: Vec<Role>,
    /// Where to work, and where not.
    pub accounts: Accounts,
    /// Instead of `~/.aws/config`; later files win.
    pub shared_config_files: Vec<PathBuf>,
    /// Instead of `~/.aws/credentials`; later files win.
    pub shared_credentials_files: Vec<PathBuf>,
    /// Instead of AWS's own endpoints.
    pub endpoints: Endpoints,
    /// Whether to use AWS's FIPS hosts; else the environment or the profile says.
    pub use_fips_endpoint: Option<bool>,
    /// Whether to use AWS's dual-stack hosts; else the environment or the profile says.
    pub use_dualstack_endpoint: Option<bool>,
    /// How to connect.
    pub http: HttpSettings,
    /// How often a call is repeated after its first attempt.
    pub max_retries: u32,
    /// How long one attempt may take; a whole call may take twice as long.
    pub request_timeout: Duration,
    /// Is told every secret as soon as it is known, so that logs can leave it out.
    pub remember_secret: fn(&str),
}

impl Settings {
    /// Tells whether they say that credentials come from a profile.
    pub(super) fn chooses_profile(&self) -> bool {
        let has_files =
            !self.shared_config_files.is_empty() || !self.shared_credentials_files.is_empty();
        self.profile.is_some() || has_files
    }

    /// Returns what the last session before the calls is called, where they say.
    pub(super) fn last_session_name(&self) -> Option<&str> {
        let roles = self.web_identity.iter().map(|identity| &identity.role).chain(&self.roles);
        roles.last()?.session_name.as_deref()
    }
}

/// An access key that was written down.
#[derive(Clone, Debug)]
pub struct StaticKeys {
    /// The id of the access key, which is no secret.
    pub access_key: String,
    /// The secret access key.
    pub secret_key: Secret,
    /// The session token, for temporary keys.
    pub token: Option<Secret>,
}

/// A role, and what a session of it is to be like. What is left out AWS decides.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Role {
    /// The role's ARN.
    pub arn: String,
    /// What audit logs call the session; else `AWS_ROLE_SESSION_NAME` or `imageguard`.
    pub session_name: Option<String>,
    /// What the role's owner asks for, so that nobody can be talked into assuming it.
    pub external_id: Option<String>,
    /// How long the session lasts; whole seconds.
    pub duration: Option<Duration>,
    /// A policy, in JSON, that narrows the session.
    pub policy: Option<String>,
    /// Managed policies that narrow the session.
    pub policy_arns: BTreeSet<String>,
    /// Tags of the session.
    pub tags: BTreeMap<String, String>,
    /// Keys of the tags that sessions made from this one keep.
    pub transitive_tag_keys: BTreeSet<String>,
    /// Who is behind the session; stays with all that are made from it.
    pub source_identity: Option<String>,
}

/// A role that is assumed without an AWS identity.
#[derive(Clone, Debug)]
pub struct WebIdentity {
    /// The role. Its `external_id`, tags and source identity are not sent: the token has them.
    pub role: Role,
    /// Who asks.
    pub token: WebIdentityToken,
}

/// A token of an identity provider that the role trusts.
#[derive(Clone, Debug)]
pub enum WebIdentityToken {
    /// The token.
    Text(Secret),
    /// A file with it, read whenever a session is made, because somebody else renews it; a
    /// leading `~/` means the home directory.
    File(PathBuf),
}

/// Accounts to work in, by id. At most one of the lists is filled.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Accounts {
    /// If not empty: the only accounts.
    pub allowed: BTreeSet<String>,
    /// Any account but these.
    pub forbidden: BTreeSet<String>,
}

/// Custom endpoints, by service.
#[derive(Clone, Debug, Default)]
pub struct Endpoints {
    /// EC2.
    pub ec2: Option<Endpoint>,
    /// IAM.
    pub iam: Option<Endpoint>,
    /// Organizations.
    pub organizations: Option<Endpoint>,
    /// STS.
    pub sts: Option<Endpoint>,
}

impl Endpoints {
    /// Returns that of a service.
    pub(super) fn of(&self, service: Service) -> Option<&Endpoint> {
        match service {
            Service::Ec2 => self.ec2.as_ref(),
            Service::Iam => self.iam.as_ref(),
            Service::Organizations => self.organizations.as_ref(),
            Service::Sts => self.sts.as_ref(),
        }
    }
}
