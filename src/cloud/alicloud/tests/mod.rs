//! The client against a loopback socket: what it sends, and what it makes of answers.

mod endpoints;
mod paging;
mod retry;
pub(super) mod server;

use std::sync::Mutex;

use expect_test::expect;
use time::{OffsetDateTime, macros::datetime};

use self::server::Server;
use super::*;
use crate::cloud::{Endpoint, Kind, Secret};

const IDENTITY: &str = r#"{"RequestId":"R-1","AccountId":"1234567890123456","UserId":"1",
    "Arn":"acs:ram::1234567890123456:root","IdentityType":"Account","PrincipalId":"1"}"#;

fn clock() -> OffsetDateTime {
    datetime!(2024-05-06 09:08:09 +2)
}

/// Settings with keys, and all endpoints at the same place.
fn settings(endpoint: &Endpoint) -> Settings {
    let endpoint = Some(endpoint.clone());
    Settings {
        region: None,
        credentials: CredentialSettings {
            access_key: Some("LTAI5tExampleKeyId01".to_owned()),
            secret_key: Some(Secret::new("ExampleSecretKey0123456789abcdef")),
            ..CredentialSettings::default()
        },
        endpoints: Endpoints {
            ecs: endpoint.clone(),
            ram: endpoint.clone(),
            resourcemanager: endpoint.clone(),
            resourcedirectory: endpoint.clone(),
            sts: endpoint,
        },
        http: HttpSettings::default(),
        max_retries: 1,
        request_timeout: Duration::from_secs(10),
        remember_secret: |_| (),
    }
}

pub(super) fn client(server: &Server) -> Alicloud {
    Alicloud::new(settings(&server.endpoint), Environment::default(), clock)
}

fn environment(variables: &[(&str, &str)]) -> Environment {
    Environment::new(variables.iter().map(|(name, value)| (name.to_string(), value.to_string())))
}

#[tokio::test]
async fn a_call_is_a_signed_post_without_a_body() {
    let server = Server::always(200, IDENTITY).await;
    let mut settings = settings(&server.endpoint);
    settings.credentials.security_token = Some(Secret::new("CAISexampleToken+/=="));
    let client = Alicloud::new(settings, Environment::default(), clock);
    let identity = client.get_caller_identity().await.unwrap();
    assert_eq!(identity.account_id, "1234567890123456");
    let request = server.requests().remove(0);
    let nonce = request.header("x-acs-signature-nonce");
    assert!(nonce.len() == 32 && nonce.bytes().all(|byte| byte.is_ascii_hexdigit()));
    let signature = request.header("authorization").rsplit('=').next().unwrap();
    let head = request
        .head
        .replace(nonce, "NONCE")
        .replace(signature, "SIGNATURE")
        .replace(&server.endpoint.authority(), "HOST");
    expect![[r#"
        POST / HTTP/1.1
        accept: application/json
        content-length: 0
        authorization: ACS3-HMAC-SHA256 Credential=LTAI5tExampleKeyId01,SignedHeaders=host;x-acs-accesskey-id;x-acs-action;x-acs-content-sha256;x-acs-date;x-acs-security-token;x-acs-signature-nonce;x-acs-version,Signature=SIGNATURE
        host: HOST
        x-acs-accesskey-id: LTAI5tExampleKeyId01
        x-acs-action: GetCallerIdentity
        x-acs-content-sha256: e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
        x-acs-date: 2024-05-06T07:08:09Z
        x-acs-security-token: CAISexampleToken+/==
        x-acs-signature-nonce: NONCE
        x-acs-version: 2015-04-01
        user-agent: terraform-provider-imageguard/0.1.0"#]].assert_eq(&head);
}

#[tokio::test]
async fn a_retry_is_signed_anew() {
    let server = Server::start(|_, before| match before {
        0 => (503, r#"{"Code":"ServiceUnavailable"}"#.to_owned()),
        _ => (200, IDENTITY.to_owned()),
    })
    .await;
    client(&server).get_caller_identity().await.unwrap();
    let requests = server.requests();
    let nonces: Vec<_> = requests.iter().map(|it| it.header("x-acs-signature-nonce")).collect();
    assert_eq!(nonces.len(), 2);
    assert_ne!(nonces[0], nonces[1]);
}

#[tokio::test]
async fn an_error_tells_where_and_how_often() {
    let body = r#"{"Code":"InvalidAccessKeyId.NotFound","Message":"No.","RequestId":"R-1"}"#;
    let server = Server::always(404, body).await;
    let error = client(&server).get_caller_identity().await.unwrap_err();
    assert_eq!(error.endpoint, server.endpoint.authority());
    assert_eq!((error.kind, error.attempts), (Kind::Credentials, 1));
    assert_eq!(error.operation, "sts:GetCallerIdentity");
}

#[tokio::test]
async fn a_port_where_nobody_listens_is_unreachable() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = Endpoint::parse(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
    drop(listener);
    let settings = Settings { max_retries: 0, ..settings(&endpoint) };
    let client = Alicloud::new(settings, Environment::default(), clock);
    let error = client.get_caller_identity().await.unwrap_err();
    assert_eq!((error.kind, error.attempts), (Kind::Unreachable, 1));
}

#[tokio::test]
async fn keys_that_no_header_can_carry_are_refused() {
    let server = Server::always(200, IDENTITY).await;
    let mut settings = settings(&server.endpoint);
    settings.credentials.access_key = Some("LTAI\n".to_owned());
    let client = Alicloud::new(settings, Environment::default(), clock);
    let error = client.get_caller_identity().await.unwrap_err();
    assert_eq!(error.kind, Kind::Credentials);
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn secrets_are_remembered_once_they_are_known() {
    static REMEMBERED: Mutex<Vec<String>> = Mutex::new(Vec::new());
    let variables = [
        ("ALICLOUD_ACCESS_KEY", "key"),
        ("ALICLOUD_SECRET_KEY", "hush"),
        ("ALICLOUD_SECURITY_TOKEN", "quiet"),
    ];
    let server = Server::always(200, IDENTITY).await;
    let settings = Settings {
        credentials: CredentialSettings::default(),
        remember_secret: |secret| REMEMBERED.lock().unwrap().push(secret.to_owned()),
        ..settings(&server.endpoint)
    };
    let client = Alicloud::new(settings, environment(&variables), clock);
    assert!(REMEMBERED.lock().unwrap().is_empty());
    client.get_caller_identity().await.unwrap();
    client.clone().get_caller_identity().await.unwrap();
    assert_eq!(*REMEMBERED.lock().unwrap(), ["hush", "quiet"]);
}

#[test]
fn a_client_is_made_without_credentials_and_misses_them_later() {
    let endpoint = Endpoint::parse("ecs.example.com").unwrap();
    let mut settings = settings(&endpoint);
    settings.credentials = CredentialSettings::default();
    settings.credentials.shared_credentials_file = Some("/nowhere/config.json".into());
    let client = Alicloud::new(settings, Environment::default(), clock);
    let error = client.region().unwrap_err();
    assert_eq!(error.kind, Kind::Credentials);
    assert_eq!(error.message, "the file `/nowhere/config.json` does not exist");
}

#[test]
fn the_most_explicit_region_wins() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("config.json");
    let profile = r#"{"current":"p","profiles":[{"name":"p","mode":"AK","access_key_id":"k",
        "access_key_secret":"s","region_id":"profile-1"}]}"#;
    std::fs::write(&file, profile).unwrap();
    let region = |set: Option<&str>, variables: &[(&str, &str)], has_profile| {
        let mut settings = settings(&Endpoint::parse("ecs.example.com").unwrap());
        settings.region = set.map(str::to_owned);
        if has_profile {
            settings.credentials = CredentialSettings {
                shared_credentials_file: Some(file.clone()),
                ..CredentialSettings::default()
            };
        }
        Alicloud::new(settings, environment(variables), clock).region().unwrap()
    };
    let second = ("ALIBABA_CLOUD_REGION", "second-1");
    let both = [("ALICLOUD_REGION", "first-1"), second];
    assert_eq!(region(Some("set-1"), &both, true).as_deref(), Some("set-1"));
    assert_eq!(region(Some(""), &both, true).as_deref(), Some("first-1"));
    assert_eq!(region(None, &[second], true).as_deref(), Some("second-1"));
    assert_eq!(region(None, &[], true).as_deref(), Some("profile-1"));
    assert_eq!(region(None, &[], false), None);
}
