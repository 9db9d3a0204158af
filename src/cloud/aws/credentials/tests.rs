use std::{
    path::Path,
    sync::{Mutex, PoisonError},
};

use expect_test::{Expect, expect};
use tempfile::TempDir;

use super::super::{
    Aws, Settings, StaticKeys,
    tests::{Answer, Server, clock, environment, settings},
};
use crate::cloud::Secret;

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
    match Aws::new(settings, environment(&variables), clock).credentials().await {
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
    assert_eq!(found(at, settings(), &[("AWS_ACCESS_KEY_ID", "AKHALF")]).await, "AKDEFAULT");
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
    check(config, profile("default"), &[], expect!["credentials failed (Credentials): the credentials cannot be used: profile `default`: `AWS_ACCESS_KEY_ID` is not set"]).await;
}

#[tokio::test]
async fn a_failure_lists_every_place_that_was_empty() {
    check("", settings(), &[], expect!["credentials failed (Credentials): no credentials found (environment: `AWS_ACCESS_KEY_ID` is not set; profile `default`: it is not defined, there are no shared files; web identity: `AWS_WEB_IDENTITY_TOKEN_FILE` is not set; container: neither `AWS_CONTAINER_CREDENTIALS_RELATIVE_URI` nor `AWS_CONTAINER_CREDENTIALS_FULL_URI` is set; instance metadata: switched off by `AWS_EC2_METADATA_DISABLED`)"]).await;
    let config = "[default]\nregion = eu-central-1\n";
    let variables =
        [("AWS_ACCESS_KEY_ID", "AK"), ("AWS_WEB_IDENTITY_TOKEN_FILE", "/nowhere/token")];
    check(config, settings(), &variables, expect!["credentials failed (Credentials): no credentials found (environment: `AWS_SECRET_ACCESS_KEY` is not set; profile `default`: it has none; web identity: `AWS_ROLE_ARN` is not set; container: neither `AWS_CONTAINER_CREDENTIALS_RELATIVE_URI` nor `AWS_CONTAINER_CREDENTIALS_FULL_URI` is set; instance metadata: switched off by `AWS_EC2_METADATA_DISABLED`)"]).await;
}

#[tokio::test]
async fn a_chosen_profile_must_exist() {
    let config = "[profile other]\nregion = eu-central-1\n";
    check(config, profile("team"), &ENVIRONMENT, expect!["credentials failed (Credentials): the credentials cannot be used: profile `team`: it is not defined, looked in `~/.aws/config`"]).await;
    check(config, settings(), &[("AWS_PROFILE", "team")], expect!["credentials failed (Credentials): the credentials cannot be used: profile `team`: it is not defined, looked in `~/.aws/config` (there were none before that: environment: `AWS_ACCESS_KEY_ID` is not set)"]).await;
    check("", profile("team"), &[], expect!["credentials failed (Credentials): the credentials cannot be used: profile `team`: it is not defined, there are no shared files"]).await;
}

#[tokio::test]
async fn a_chosen_file_must_be_readable() {
    let missing = Settings { shared_config_files: vec!["~/mine".into()], ..settings() };
    check("", missing, &[], expect!["credentials failed (Credentials): the shared files cannot be used: `~/mine`: No such file or directory (os error 2)"]).await;
    check("[default]\nregion eu-central-1\n", settings(), &[], expect!["credentials failed (Credentials): the shared files cannot be used: could not parse profile file: error parsing ~/.aws/config on line 2: Expected an '=' sign defining a property"]).await;
    let home = TempDir::new().unwrap();
    std::fs::create_dir(home.path().join(".aws")).unwrap();
    std::fs::write(home.path().join(".aws/config"), b"[default]\nregion = \xff\n").unwrap();
    expect!["credentials failed (Credentials): the shared files cannot be used: `~/.aws/config` is not UTF-8"].assert_eq(&found(home.path(), settings(), &[]).await);
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
        credentials failed (Credentials): no credentials found (environment: `AWS_ACCESS_KEY_ID` is not set; profile `default`: profile `gone` was not defined: could not find source profile gone referenced from default; web identity: `AWS_WEB_IDENTITY_TOKEN_FILE` is not set; container: neither `AWS_CONTAINER_CREDENTIALS_RELATIVE_URI` nor `AWS_CONTAINER_CREDENTIALS_FULL_URI` is set; instance metadata: switched off by `AWS_EC2_METADATA_DISABLED`)
        credentials failed (Credentials): the credentials cannot be used: profile `default`: invalid credential source in `default`: profile must contain `source_profile` or `credential_source` but neither were defined (there were none before that: environment: `AWS_ACCESS_KEY_ID` is not set)
        credentials failed (Credentials): the credentials cannot be used: profile `default`: Error retrieving credentials from external process, could not parse response: invalid JSON in response: Error at offset 0: expected literal: null (there were none before that: environment: `AWS_ACCESS_KEY_ID` is not set)
        credentials failed (Credentials): the credentials cannot be used: profile `default`: Error retrieving credentials: external process exited with code exit status: 3. Stderr: the vault is sealed (there were none before that: environment: `AWS_ACCESS_KEY_ID` is not set)
        credentials failed (Credentials): the credentials cannot be used: profile `default`: they have expired, at 2026-05-01T11:00:00Z
        credentials failed (Credentials): the credentials cannot be used: profile `default`: it uses `login_session`, a session of the AWS console, which is not supported (there were none before that: environment: `AWS_ACCESS_KEY_ID` is not set)
        credentials failed (Credentials): the credentials cannot be used: profile `default`: invalid credential source in `default`: profile missing aws_secret_access_key (there were none before that: environment: `AWS_ACCESS_KEY_ID` is not set)
    "#]].assert_eq(&lines);
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
    let server = Server::start(vec![answer]).await;
    let config = format!(
        "[default]\nregion = eu-central-1\nrole_arn = arn:aws:iam::1:role/r\n\
         credential_source = Environment\nendpoint_url = {}\n",
        server.url()
    );
    let home = home(&config, "");
    (found(home.path(), profile("default"), &ENVIRONMENT).await, server.bodies())
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
async fn a_role_that_is_refused_says_so_in_the_words_of_sts() {
    let refusal = "<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>User: u \
         is not authorized to perform: sts:AssumeRole.</Message></Error></ErrorResponse>";
    let (found, _) = assume_role(Answer::Http(403, refusal.to_owned())).await;
    expect!["credentials failed (Credentials): the credentials cannot be used: profile `default`: AccessDenied: User: u is not authorized to perform: sts:AssumeRole"].assert_eq(&found);
}

#[tokio::test]
async fn a_source_that_never_answers_is_left() {
    let (found, _) = assume_role(Answer::Silence).await;
    expect!["credentials failed (Credentials): the credentials cannot be used: profile `default`: no answer in time"].assert_eq(&found);
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
