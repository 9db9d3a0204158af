//! What every test of this client needs, and tests of the whole of it over loopback.

mod calls;
mod places;
mod roles;
mod server;

use std::time::Duration;

use time::{OffsetDateTime, macros::datetime};

pub(super) use self::server::{Answer, Server, ok};
use super::*;
use crate::cloud::{Endpoint, Secret};

/// The time of all tests.
pub(super) const NOW: OffsetDateTime = datetime!(2026-05-01 12:00 UTC);

/// The clock of all tests.
pub(super) fn clock() -> OffsetDateTime {
    NOW
}

/// How long to wait for what never comes.
pub(super) const SHORT: Duration = Duration::from_millis(600);

/// Settings that say nothing, and are patient enough for a busy machine.
pub(super) fn settings() -> Settings {
    Settings {
        region: None,
        profile: None,
        keys: None,
        web_identity: None,
        roles: Vec::new(),
        accounts: Accounts::default(),
        shared_config_files: Vec::new(),
        shared_credentials_files: Vec::new(),
        endpoints: Endpoints::default(),
        use_fips_endpoint: None,
        use_dualstack_endpoint: None,
        http: HttpSettings::default(),
        max_retries: 4,
        request_timeout: Duration::from_secs(5),
        remember_secret: |_| {},
    }
}

/// An environment without metadata service, and with these variables.
pub(super) fn environment(variables: &[(&str, &str)]) -> Environment {
    let variables = [&[("AWS_EC2_METADATA_DISABLED", "true")], variables].concat();
    let owned = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
    Environment::new(variables.into_iter().map(owned))
}

/// A client with keys whose calls go to this server.
pub(super) fn client_of(server: &Server) -> Aws {
    Aws::new(settings_of(server), environment(&[]), clock)
}

/// Settings with keys and with this server as all endpoints.
pub(super) fn settings_of(server: &Server) -> Settings {
    let keys = StaticKeys {
        access_key: "AKIDEXAMPLE".to_owned(),
        secret_key: Secret::new("wJalrXUtnFEMI"),
        token: None,
    };
    let endpoint = Some(Endpoint::parse(&server.url()).unwrap());
    let [ec2, iam, organizations, sts] = [(); 4].map(|()| endpoint.clone());
    let endpoints = Endpoints { ec2, iam, organizations, sts };
    Settings { keys: Some(keys), endpoints, ..settings() }
}
