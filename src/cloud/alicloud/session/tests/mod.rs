//! Sessions from scripted services on a loopback socket.

mod instance;
mod renewal;
mod roles;
mod uri;

use std::time::Duration;

use expect_test::{Expect, expect};
use time::{OffsetDateTime, macros::datetime};

use crate::cloud::{
    Clock, Environment, Error, HttpSettings, Kind, Secret,
    alicloud::{
        Alicloud, CallerIdentity, CredentialSettings, Endpoints, OidcSettings, RoleSettings,
        Settings,
        tests::server::{Answer, Request, Server},
    },
};

const START: OffsetDateTime = datetime!(2024-05-06 07:08:09 UTC);
/// An hour after the start.
const LATER: &str = "2024-05-06T08:08:09Z";
const ROLE: &str = "acs:ram::1:role/golden";

fn clock() -> OffsetDateTime {
    START
}

/// A world with one server for everything; the metadata service is asked only if a test
/// says so.
struct World {
    credentials: CredentialSettings,
    variables: Vec<(String, String)>,
    clock: Clock,
    remember_secret: fn(&str),
}

impl World {
    fn new() -> Self {
        let variables = vec![];
        let world = Self {
            credentials: CredentialSettings::default(),
            variables,
            clock,
            remember_secret: |_| (),
        };
        world.variable("HOME", "/nowhere").variable("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "true")
    }

    fn keys() -> Self {
        let mut world = Self::new();
        world.credentials.access_key = Some("LTAI".to_owned());
        world.credentials.secret_key = Some(Secret::new("secret"));
        world
    }

    fn role(mut self, arn: &str) -> Self {
        let role = RoleSettings { role_arn: Some(arn.to_owned()), ..RoleSettings::default() };
        self.credentials.assume_role = Some(role);
        self
    }

    fn variable(mut self, name: &str, value: impl Into<String>) -> Self {
        self.variables.push((name.to_owned(), value.into()));
        self
    }

    fn client(self, server: &Server) -> Alicloud {
        let endpoint = Some(server.endpoint.clone());
        let settings = Settings {
            region: None,
            credentials: self.credentials,
            endpoints: Endpoints { ecs: endpoint.clone(), sts: endpoint, ..Endpoints::default() },
            http: HttpSettings::default(),
            max_retries: 0,
            request_timeout: Duration::from_secs(60),
            remember_secret: self.remember_secret,
        };
        Alicloud::new(settings, Environment::new(self.variables), self.clock)
    }
}

/// Keys as services hand them out, with a number.
fn keys(number: usize, expiration: &str) -> String {
    format!(
        r#"{{"Code":"Success","AccessKeyId":"STS.{number}","AccessKeySecret":"secret{number}",
        "SecurityToken":"token{number}","Expiration":"{expiration}"}}"#
    )
}

fn role_reply(number: usize, expiration: &str) -> String {
    format!(r#"{{"RequestId":"R","Credentials":{}}}"#, keys(number, expiration))
}

/// Says who signed, as the account's user of the key's name.
fn identity(request: &Request) -> Answer {
    let key = request.key();
    let reply = format!(
        r#"{{"RequestId":"R","AccountId":"1","Arn":"acs:ram::1:user/{key}","IdentityType":"RAMUser"}}"#
    );
    (200, reply)
}

fn complaint(status: u16, code: &str) -> Answer {
    (status, format!(r#"{{"Code":"{code}","Message":"No.","RequestId":"R-1"}}"#))
}

/// Lists the calls and who made them.
fn calls(server: &Server) -> String {
    let requests = server.requests();
    let calls: Vec<_> = requests
        .iter()
        .map(|request| {
            let mut words = request.head.split(' ');
            let (method, target) = (words.next().unwrap(), words.next().unwrap());
            match request.action() {
                "" => format!("{method} {target}"),
                action => format!("{action} {}", request.key()).trim_end().to_owned(),
            }
        })
        .collect();
    calls.join("\n")
}

async fn who(client: &Alicloud) -> Result<String, Error> {
    client.get_caller_identity().await.map(|CallerIdentity { arn, .. }| arn)
}

async fn check_error(client: &Alicloud, kind: Kind, server: &Server, expected: Expect) {
    let error = client.get_caller_identity().await.unwrap_err();
    assert_eq!(error.kind, kind, "{error}");
    let place = server.endpoint.authority();
    expected.assert_eq(&error.to_string().replace(&place, "HOST"));
}
