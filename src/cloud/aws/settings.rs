//! What a practitioner may set.

use std::{path::PathBuf, time::Duration};

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
    /// Instead of `~/.aws/config`; later files win.
    pub shared_config_files: Vec<PathBuf>,
    /// Instead of `~/.aws/credentials`; later files win.
    pub shared_credentials_files: Vec<PathBuf>,
    /// Instead of AWS's own endpoints.
    pub endpoints: Endpoints,
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
