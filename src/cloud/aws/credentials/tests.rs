use std::{
    path::Path,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use aws_config::{
    imds::{self, credentials::ImdsCredentialsProvider},
    provider_config::ProviderConfig,
};
use aws_credential_types::provider::ProvideCredentials as _;
use expect_test::{Expect, expect};
use tempfile::TempDir;

use super::{
    super::{
        Aws, Endpoints, Settings, StaticKeys,
        connector::Connector,
        tests::{Answer, SHORT, Server, clock, environment, settings},
    },
    failure,
    profile_chain::{self, Start},
};
use crate::cloud::{Endpoint, Http, HttpSettings, Secret};

const ENVIRONMENT: [(&str, &str); 2] =
    [("AWS_ACCESS_KEY_ID", "AKENVIRONMENT"), ("AWS_SECRET_ACCESS_KEY", "s")];
const FILE: &str = "[default]\naws_access_key_id = AKDEFAULT\naws_secret_access_key = s\n\
    [team]\naws_access_key_id = AKTEAM\naws_secret_access_key = s\naws_session_token = t\n";

fn keys() -> Option<StaticKeys> {
    let secret_key = Secret::new("s");
    Some(StaticKeys { access_key: "AKSETTINGS".to_owned(), secret_key, token: None })
}

fn profile(name: &str) -> Settings {
    Settings { profile: Some(name.to_owned()), ..settings() }
}

/// A home directory with these two files, unless they are empty.
fn home(config: &str, credentials: &str) -> TempDir {
    let home = TempDir::new().unwrap();
    std::fs::create_dir(home.path().join(".aws")).unwrap();
    for (name, text) in [("config", config), ("credentials", credentials)] {
        if !text.is_empty() {
            std::fs::write(home.path().join(".aws").join(name), text).unwrap();
        }
    }
    home
}

/// Returns the access key that is found, or why there is none, with `~` for the home directory.
async fn found(home: &Path, settings: Settings, variables: &[(&str, &str)]) -> String {
    let home = home.to_str().unwrap();
    let variables = [&[("HOME", home)], variables].concat();
    let aws = Aws::new(settings, environment(&variables), clock);
    match aws.credentials_of(&aws.actor.session, "eu-central-1").await {
        Ok(credentials) => credentials.access_key_id().to_owned(),
        Err(error) => error.to_string().replace(home, "~"),
    }
}

async fn check(config: &str, settings: Settings, variables: &[(&str, &str)], expected: Expect) {
    let home = home(config, "");
    expected.assert_eq(&found(home.path(), settings, variables).await);
}

#[tokio::test]
async fn settings_beat_a_chosen_profile_beats_the_environment_beats_the_default_profile() {
    let home = home("[default]\nregion = eu-central-1\n", FILE);
    let at = home.path();
    let both = Settings { keys: keys(), ..profile("team") };
    assert_eq!(found(at, both, &ENVIRONMENT).await, "AKSETTINGS");
    assert_eq!(found(at, profile("team"), &ENVIRONMENT).await, "AKTEAM");
    assert_eq!(found(at, settings(), &ENVIRONMENT).await, "AKENVIRONMENT");
    assert_eq!(found(at, settings(), &[("AWS_PROFILE", "team")]).await, "AKTEAM");
    assert_eq!(found(at, settings(), &[("AWS_DEFAULT_PROFILE", "team")]).await, "AKDEFAULT");
}

#[tokio::test]
async fn half_of_the_keys_in_the_environment_is_an_error() {
    let home = home("", FILE);
    let mut lines = String::new();
    for name in ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"] {
        lines += &found(home.path(), settings(), &[(name, "SECRET")]).await;
        lines += "\n";
    }
    expect![[r#"
        no credentials: environment: `AWS_ACCESS_KEY_ID` is set, but `AWS_SECRET_ACCESS_KEY` is not
        no credentials: environment: `AWS_SECRET_ACCESS_KEY` is set, but `AWS_ACCESS_KEY_ID` is not
        no credentials: environment: `AWS_SESSION_TOKEN` is set, but `AWS_ACCESS_KEY_ID` is not
    "#]]
    .assert_eq(&lines);
    let config = "[default]\nrole_arn = arn:aws:iam::1:role/r\ncredential_source = Environment\n";
    check(config, profile("default"), &ENVIRONMENT[1..], expect!["no credentials: environment: `AWS_SECRET_ACCESS_KEY` is set, but `AWS_ACCESS_KEY_ID` is not"]).await;
}

#[tokio::test]
async fn files_in_the_settings_beat_the_environment() {
    let home = home("", FILE);
    let file = || vec!["~/.aws/credentials".into()];
    let credentials = Settings { shared_credentials_files: file(), ..settings() };
    assert_eq!(found(home.path(), credentials.clone(), &ENVIRONMENT).await, "AKDEFAULT");
    let variables = [ENVIRONMENT[0], ENVIRONMENT[1], ("AWS_PROFILE", "team")];
    assert_eq!(found(home.path(), credentials.clone(), &variables).await, "AKTEAM");
    let both = Settings { profile: Some("team".to_owned()), ..credentials };
    assert_eq!(found(home.path(), both, &ENVIRONMENT).await, "AKTEAM");
    std::fs::write(home.path().join("config"), "[profile other]\nregion = eu-central-1\n").unwrap();
    let config = Settings { shared_config_files: vec!["~/config".into()], ..settings() };
    let nowhere = ("AWS_SHARED_CREDENTIALS_FILE", "/nowhere");
    let variables = [ENVIRONMENT[0], ENVIRONMENT[1], nowhere];
    expect!["no credentials: profile `default`: it is not defined, looked in `~/config`"]
        .assert_eq(&found(home.path(), config, &variables).await);
}

#[tokio::test]
async fn files_are_found_where_settings_or_variables_say() {
    let home = home("", FILE);
    std::fs::write(home.path().join("mine"), FILE.replace("AKDEFAULT", "AKMINE")).unwrap();
    std::fs::write(home.path().join("theirs"), FILE.replace("AKDEFAULT", "AKTHEIRS")).unwrap();
    let theirs = home.path().join("theirs");
    let variables = [("AWS_SHARED_CREDENTIALS_FILE", theirs.to_str().unwrap())];
    let mine = Settings { shared_credentials_files: vec!["~/mine".into()], ..settings() };
    assert_eq!(found(home.path(), mine, &variables).await, "AKMINE");
    assert_eq!(found(home.path(), settings(), &variables).await, "AKTHEIRS");
    let nowhere = [("AWS_SHARED_CREDENTIALS_FILE", "/nowhere"), ENVIRONMENT[0], ENVIRONMENT[1]];
    assert_eq!(found(home.path(), settings(), &nowhere).await, "AKENVIRONMENT");
}

#[tokio::test]
async fn a_role_may_start_from_the_environment() {
    let config = "[default]\nrole_arn = arn:aws:iam::1:role/r\ncredential_source = Environment\n";
    check(
        config,
        profile("default"),
        &[],
        expect!["no credentials: environment: `AWS_ACCESS_KEY_ID` is not set"],
    )
    .await;
}

#[tokio::test]
async fn a_failure_lists_every_place_that_was_empty() {
    check("", settings(), &[], expect!["no credentials: no source has any (environment: `AWS_ACCESS_KEY_ID` is not set; profile `default`: it is not defined, there are no shared files; web identity: `AWS_WEB_IDENTITY_TOKEN_FILE` is not set; container: neither `AWS_CONTAINER_CREDENTIALS_RELATIVE_URI` nor `AWS_CONTAINER_CREDENTIALS_FULL_URI` is set; instance metadata: switched off by `AWS_EC2_METADATA_DISABLED`)"]).await;
    let config = "[default]\nregion = eu-central-1\n";
    let variables = [("AWS_ROLE_ARN", "arn:aws:iam::111122223333:role/r")];
    check(config, settings(), &variables, expect!["no credentials: no source has any (environment: `AWS_ACCESS_KEY_ID` is not set; profile `default`: it has none; web identity: `AWS_WEB_IDENTITY_TOKEN_FILE` is not set; container: neither `AWS_CONTAINER_CREDENTIALS_RELATIVE_URI` nor `AWS_CONTAINER_CREDENTIALS_FULL_URI` is set; instance metadata: switched off by `AWS_EC2_METADATA_DISABLED`)"]).await;
}

#[tokio::test]
async fn a_token_without_a_role_is_not_passed_over() {
    let variables = [
        ("AWS_WEB_IDENTITY_TOKEN_FILE", "/nowhere/token"),
        ("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://127.0.0.1:9/"),
    ];
    check("", settings(), &variables, expect!["no credentials: web identity: `AWS_WEB_IDENTITY_TOKEN_FILE` is set, but `AWS_ROLE_ARN` is not (nor has any source before that: environment: `AWS_ACCESS_KEY_ID` is not set; profile `default`: it is not defined, there are no shared files)"]).await;
}

#[tokio::test]
async fn a_profile_that_the_environment_names_is_not_passed_over_if_it_is_empty() {
    let config = "[profile ci]\nregion = eu-central-1\n";
    let variables = [
        ("AWS_PROFILE", "ci"),
        ("AWS_ROLE_ARN", "arn:aws:iam::111122223333:role/r"),
        ("AWS_WEB_IDENTITY_TOKEN_FILE", "/nowhere/token"),
    ];
    check(config, settings(), &variables, expect!["no credentials: no source has any (environment: `AWS_ACCESS_KEY_ID` is not set; profile `ci`: it has none)"]).await;
}

#[tokio::test]
async fn a_chosen_profile_must_exist() {
    let config = "[profile other]\nregion = eu-central-1\n";
    check(
        config,
        profile("team"),
        &ENVIRONMENT,
        expect!["no credentials: profile `team`: it is not defined, looked in `~/.aws/config`"],
    )
    .await;
    check(config, settings(), &[("AWS_PROFILE", "team")], expect!["no credentials: profile `team`: it is not defined, looked in `~/.aws/config` (nor has any source before that: environment: `AWS_ACCESS_KEY_ID` is not set)"]).await;
    check(
        "",
        profile("team"),
        &[],
        expect!["no credentials: profile `team`: it is not defined, there are no shared files"],
    )
    .await;
}

#[tokio::test]
async fn a_chosen_file_must_be_readable() {
    let missing = Settings { shared_config_files: vec!["~/mine".into()], ..settings() };
    check("", missing, &[], expect!["no credentials: the shared files cannot be used: `~/mine`: No such file or directory (os error 2)"]).await;
    check("[default]\nregion eu-central-1\n", settings(), &[], expect!["no credentials: the shared files cannot be used: could not parse profile file: error parsing ~/.aws/config on line 2: Expected an '=' sign defining a property"]).await;
    let home = TempDir::new().unwrap();
    std::fs::create_dir(home.path().join(".aws")).unwrap();
    std::fs::write(home.path().join(".aws/config"), b"[default]\nregion = \xff\n").unwrap();
    expect!["no credentials: the shared files cannot be used: `~/.aws/config` is not UTF-8"]
        .assert_eq(&found(home.path(), settings(), &[]).await);
}

#[tokio::test]
async fn a_profile_that_cannot_work_says_why() {
    let profiles = [
        "role_arn = arn:aws:iam::1:role/r\nsource_profile = gone",
        "role_arn = arn:aws:iam::1:role/r",
        "credential_process = echo 'not json'",
        "credential_process = echo 'the vault is sealed' >&2; exit 3",
        r#"credential_process = echo '{"Version":1,"AccessKeyId":"A","SecretAccessKey":"S","SessionToken":"T","Expiration":"2026-05-01T11:00:00Z"}'"#,
        "login_session = arn:aws:iam::1:user/u",
        "aws_access_key_id = AK",
    ];
    let mut lines = String::new();
    for text in profiles {
        let home = home(&format!("[default]\nregion = eu-central-1\n{text}\n"), "");
        lines += &found(home.path(), settings(), &[]).await;
        lines += "\n";
    }
    expect![[r#"
        no credentials: profile `default`: `source_profile` of `default` is `gone`, which is not defined (nor has any source before that: environment: `AWS_ACCESS_KEY_ID` is not set)
        no credentials: profile `default`: `default` has a `role_arn`, but neither `source_profile` nor `credential_source` (nor has any source before that: environment: `AWS_ACCESS_KEY_ID` is not set)
        no credentials: profile `default`: Error retrieving credentials from external process, could not parse response: invalid JSON in response: Error at offset 0: expected literal: null (nor has any source before that: environment: `AWS_ACCESS_KEY_ID` is not set)
        no credentials: profile `default`: Error retrieving credentials: external process exited with code exit status: 3. Stderr: the vault is sealed (nor has any source before that: environment: `AWS_ACCESS_KEY_ID` is not set)
        no credentials: profile `default`: they have expired, at 2026-05-01T11:00:00Z
        no credentials: profile `default`: it uses `login_session`, a session of the AWS console, which is not supported (nor has any source before that: environment: `AWS_ACCESS_KEY_ID` is not set)
        no credentials: profile `default`: invalid credential source in `default`: profile missing aws_secret_access_key (nor has any source before that: environment: `AWS_ACCESS_KEY_ID` is not set)
    "#]].assert_eq(&lines);
}

#[tokio::test]
async fn profiles_lead_to_where_their_roles_start() {
    let follow = async |text: &str, name: &str| {
        let home = home(text, "");
        let aws =
            Aws::new(profile(name), environment(&[("HOME", home.path().to_str().unwrap())]), clock);
        match profile_chain::follow(aws.profile().await.unwrap()) {
            Ok(chain) => {
                let roles: Vec<_> = chain.roles.iter().map(|role| role.arn.as_str()).collect();
                let start = match chain.start {
                    Start::Keys(name, _) => format!("keys of {name}"),
                    Start::Profile(name) => format!("profile {name}"),
                    Start::WebIdentity(name, _) => format!("token of {name}"),
                    Start::Elsewhere(source) => source.to_owned(),
                };
                format!("{start}, {}", roles.join(", "))
            }
            Err(reason) => reason,
        }
    };
    let keys = "aws_access_key_id = A\naws_secret_access_key = s";
    let files = [
        format!("[profile a]\n{keys}\n"),
        format!("[profile a]\nrole_arn = A\nsource_profile = a\n{keys}\n"),
        "[profile a]\nrole_arn = A\nsource_profile = a\n".to_owned(),
        format!(
            "[profile a]\nrole_arn = A\nsource_profile = b\n[profile b]\n{keys}\nrole_arn = B\n"
        ),
        "[profile a]\nrole_arn = A\nsource_profile = b\n[profile b]\nrole_arn = B\n\
         credential_source = EcsContainer\n"
            .to_owned(),
        "[profile a]\nrole_arn = A\nsource_profile = b\n[profile b]\nrole_arn = B\n\
         source_profile = a\n"
            .to_owned(),
        "[profile a]\nrole_arn = A\nsource_profile = b\n[profile b]\nrole_arn = B\n\
         web_identity_token_file = t\n"
            .to_owned(),
        "[profile a]\nrole_arn = A\nsource_profile = b\n[profile b]\n\
         credential_process = p\n"
            .to_owned(),
        "[profile a]\nrole_arn = A\nsource_profile = b\ncredential_source = Environment\n\
         [profile b]\n"
            .to_owned(),
        "[profile a]\nrole_arn = A\nsource_profile = b\n[profile b]\nrole_arn = B\n\
         source_profile = c\naws_access_key_id = A\n[profile c]\n"
            .to_owned(),
        "[profile a]\nrole_arn = A\nsource_profile = b\n[profile b]\nrole_arn = B\n\
         credential_source = EcsContainer\naws_secret_access_key = s\n"
            .to_owned(),
        "[profile a]\nrole_arn = A\nsource_profile = a\naws_access_key_id = A\n".to_owned(),
        "[profile a]\nrole_arn = A\nsource_profile = b\nmfa_serial = m\n[profile b]\n".to_owned(),
        "[profile a]\nrole_arn = A\nsource_profile = b\nduration_seconds = 1h\n[profile b]\n"
            .to_owned(),
    ];
    let mut lines = String::new();
    for text in &files {
        lines += &follow(text, "a").await;
        lines += "\n";
    }
    expect![[r#"
        profile a, 
        keys of a, A
        `a` is its own source, without keys
        keys of b, A
        EcsContainer, B, A
        its `source_profile`s lead back to `a`
        token of b, A
        profile b, A
        `a` has both `source_profile` and `credential_source`
        in `b`, `aws_access_key_id` is set, but `aws_secret_access_key` is not
        in `b`, `aws_secret_access_key` is set, but `aws_access_key_id` is not
        in `a`, `aws_access_key_id` is set, but `aws_secret_access_key` is not
        `a` has `mfa_serial`: one-time passwords are not supported
        `duration_seconds` of `a` is no number of seconds
    "#]]
    .assert_eq(&lines);
}

#[tokio::test]
async fn a_session_of_the_browser_can_be_renewed() {
    let config = "[profile web]\nsso_start_url = https://nowhere.example\nsso_region = eu-central-1\n\
         sso_account_id = 1\nsso_role_name = r\n[profile role]\nsource_profile = web\n\
         role_arn = arn:aws:iam::1:role/r\n";
    let home = home(config, "");
    for name in ["web", "role"] {
        let text = found(home.path(), profile(name), &[]).await;
        assert!(text.ends_with("a login in the browser: `aws sso login` renews it"), "{text}");
    }
}

/// Asks the sources for a role, where STS answers like this.
async fn assume_role(answer: Answer) -> (String, Vec<String>) {
    assume_role_within(settings().request_timeout, answer).await
}

async fn assume_role_within(patience: Duration, answer: Answer) -> (String, Vec<String>) {
    let server = Server::start(vec![answer]).await;
    let config = format!(
        "[default]\nregion = eu-central-1\nrole_arn = arn:aws:iam::1:role/r\n\
         credential_source = Environment\nendpoint_url = {}\n",
        server.url()
    );
    let home = home(&config, "");
    let settings = Settings { request_timeout: patience, ..profile("default") };
    let found = found(home.path(), settings, &ENVIRONMENT).await;
    (found.replace(server.url().trim_start_matches("http://"), "HOST"), server.bodies())
}

#[tokio::test]
async fn a_role_is_assumed_through_our_connector() {
    let keys = "<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>AKROLE</AccessKeyId>\
         <SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken><Expiration>\
         2026-05-01T13:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>";
    let (found, bodies) = assume_role(Answer::Http(200, keys.to_owned())).await;
    assert_eq!(found, "AKROLE");
    assert!(bodies[0].starts_with("Action=AssumeRole&Version=2011-06-15&"), "{bodies:?}");
}

#[tokio::test]
async fn a_role_is_assumed_at_the_endpoint_of_the_settings() {
    let keys = "<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>AKROLE</AccessKeyId>\
         <SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken><Expiration>\
         2026-05-01T13:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>";
    for section in ["default", "profile default", "profile team"] {
        let server = Server::start(vec![Answer::Http(200, keys.to_owned())]).await;
        let config = format!(
            "[{section}]\nregion = eu-central-1\nrole_arn = arn:aws:iam::1:role/r\n\
             credential_source = Environment\nservices = mine\n[services mine]\nsts =\n  \
             endpoint_url = https://nowhere.invalid\n"
        );
        let home = home(&config, "");
        let endpoints =
            Endpoints { sts: Endpoint::parse(&server.url()).ok(), ..Endpoints::default() };
        let name = section.trim_start_matches("profile ");
        let settings = Settings { endpoints, ..profile(name) };
        let elsewhere = ("AWS_ENDPOINT_URL_STS", "https://nowhere.invalid");
        let variables = [ENVIRONMENT[0], ENVIRONMENT[1], elsewhere];
        assert_eq!(found(home.path(), settings, &variables).await, "AKROLE", "{section}");
    }
}

#[tokio::test]
async fn a_metadata_service_that_is_none_is_told_in_plain_words() {
    let server = Server::start(vec![Answer::Http(200, "<html>hello</html>".to_owned())]).await;
    let connector = Connector::new(Http::new(HttpSettings::default()), SHORT);
    let config = ProviderConfig::without_region().with_http_client(connector);
    let client = imds::Client::builder().configure(&config).endpoint(server.url()).unwrap();
    let provider = ImdsCredentialsProvider::builder().imds_client(client.build()).build();
    let error = provider.provide_credentials().await.unwrap_err();
    expect!["the instance metadata service gives no session token"]
        .assert_eq(&failure::explain(&error));
}

#[tokio::test]
async fn a_role_that_is_refused_says_so_in_the_words_of_sts() {
    let refusal = "<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>User: u \
         is not authorized to perform: sts:AssumeRole.</Message></Error></ErrorResponse>";
    let (found, _) = assume_role(Answer::Http(403, refusal.to_owned())).await;
    expect!["sts:AssumeRole at HOST failed: `arn:aws:iam::1:role/r` cannot be assumed: User: u is not authorized to perform: sts:AssumeRole (code AccessDenied)"].assert_eq(&found);
}

#[tokio::test]
async fn what_is_no_answer_of_sts_is_told_in_plain_words() {
    let mut lines = String::new();
    for (status, body) in [
        (200, "<!DOCTYPE html><html><body>Sign in</body></html>"),
        (200, "<html>"),
        (200, "{}"),
        (200, "<AssumeRoleResponse/>"),
        (200, "<AssumeRoleResponse><AssumeRoleResult><Credentials><Expiration>9</Expiration>"),
        (403, "<html><body>Forbidden</body></html>"),
        (400, "<ErrorResponse><Error><Code>ExpiredTokenException</Code></Error></ErrorResponse>"),
        (302, ""),
    ] {
        let (found, _) = assume_role(Answer::Http(status, body.to_owned())).await;
        lines += &found;
        lines += "\n";
    }
    expect![[r#"
        sts:AssumeRole at HOST failed: the answer (HTTP 200, text/xml) is no `AssumeRoleResponse`; it was to assume `arn:aws:iam::1:role/r`
        sts:AssumeRole at HOST failed: the answer (HTTP 200, text/xml) is no `AssumeRoleResponse`; it was to assume `arn:aws:iam::1:role/r`
        sts:AssumeRole at HOST failed: the answer (HTTP 200, text/xml) is no `AssumeRoleResponse`; it was to assume `arn:aws:iam::1:role/r`
        sts:AssumeRole failed: the answer has no keys, or none that can be used; it was to assume `arn:aws:iam::1:role/r`
        sts:AssumeRole failed: the answer has no keys, or none that can be used; it was to assume `arn:aws:iam::1:role/r`
        sts:AssumeRole at HOST failed: the answer (HTTP 403, text/xml) is not an answer of AWS: `<html><body>Forbidden</body></html>`; it was to assume `arn:aws:iam::1:role/r`
        sts:AssumeRole at HOST failed: `arn:aws:iam::1:role/r` cannot be assumed: no message (code ExpiredTokenException)
        sts:AssumeRole at HOST failed: the answer (HTTP 302, text/xml) is not an answer of AWS: it is empty; it was to assume `arn:aws:iam::1:role/r`
    "#]]
    .assert_eq(&lines);
}

#[tokio::test]
async fn a_connection_to_sts_that_breaks_is_told_in_plain_words() {
    let (found, _) = assume_role(Answer::HangUp).await;
    assert!(found.starts_with("sts:AssumeRole at HOST failed: "), "{found}");
    assert!(!found.contains(['{', '}']) && !found.contains("io error"), "{found}");
}

#[tokio::test]
async fn a_source_that_never_answers_is_left() {
    let (found, _) = assume_role_within(SHORT, Answer::Silence).await;
    expect!["sts:AssumeRole at HOST failed: no answer within 0.6 s; it was to assume `arn:aws:iam::1:role/r` (2 attempts)"].assert_eq(&found);
}

#[tokio::test]
async fn secrets_are_remembered_before_they_are_used() {
    static REMEMBERED: Mutex<Vec<String>> = Mutex::new(Vec::new());
    let remember = |secret: &str| {
        REMEMBERED.lock().unwrap_or_else(PoisonError::into_inner).push(secret.to_owned());
    };
    let home = home("", FILE);
    let settings = Settings { remember_secret: remember, ..profile("team") };
    found(home.path(), settings, &[]).await;
    assert_eq!(*REMEMBERED.lock().unwrap(), ["s", "t"]);
}
