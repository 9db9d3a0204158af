//! Sessions of roles: asked for, kept, renewed, refused.

use std::sync::atomic::{AtomicI64, Ordering};

use expect_test::expect;
use futures_util::future::join_all;

use super::*;

const DEPLOY: &str = "arn:aws:iam::111122223333:role/deploy";
const AUDIT: &str = "arn:aws:iam::444455556666:role/audit";

fn role(arn: &str) -> Role {
    Role { arn: arn.to_owned(), ..Role::default() }
}

/// A session with this access key that ends an hour after the time of all tests.
fn session(key: &str) -> Answer {
    session_until(key, "2026-05-01T13:00:00Z")
}

fn session_until(key: &str, expiration: &str) -> Answer {
    Answer::Http(
        200,
        format!(
            "<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>{key}</AccessKeyId>\
             <SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken><Expiration>\
             {expiration}</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>"
        ),
    )
}

fn web_session(key: &str) -> Answer {
    let Answer::Http(status, body) = session(key) else { unreachable!() };
    Answer::Http(status, body.replace("AssumeRole", "AssumeRoleWithWebIdentity"))
}

fn identity(account: &str) -> Answer {
    Answer::Http(
        200,
        format!(
            "<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::{account}:user/ann\
             </Arn><Account>{account}</Account></GetCallerIdentityResult></GetCallerIdentityResponse>"
        ),
    )
}

fn refusal(status: u16, code: &str) -> Answer {
    Answer::Http(
        status,
        format!(
            "<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>Because.</Message>\
             </Error><RequestId>r-1</RequestId></ErrorResponse>"
        ),
    )
}

fn regions() -> Answer {
    let body = "<DescribeRegionsResponse><regionInfo/></DescribeRegionsResponse>";
    Answer::Http(200, body.to_owned())
}

fn client(server: &Server, change: impl FnOnce(&mut Settings)) -> Aws {
    let mut settings = settings_of(server);
    change(&mut settings);
    Aws::new(settings, environment(&[]), clock)
}

/// Shows requests in order: who signed which action.
fn calls(server: &Server) -> Vec<String> {
    let show = |request: String| {
        let (head, body) = request.split_once("\r\n\r\n").unwrap();
        let key = head.split_once("Credential=").map(|(_, rest)| rest.split('/').next().unwrap());
        let action = body.split('&').next().unwrap().trim_start_matches("Action=");
        format!("{}: {action}", key.unwrap_or("nobody"))
    };
    server.requests().into_iter().map(show).collect()
}

async fn failure(aws: &Aws, server: &Server) -> String {
    let error = aws.describe_regions("eu-central-1").await.unwrap_err();
    let text = error.to_string().replace(server.url().trim_start_matches("http://"), "HOST");
    format!("{:?}: {text}", error.kind)
}

#[tokio::test]
async fn roles_are_assumed_one_after_the_other() {
    let script = vec![session("AKDEPLOY"), session("AKAUDIT"), regions()];
    let server = Server::start(script).await;
    let aws = client(&server, |it| it.roles = vec![role(DEPLOY), role(AUDIT)]);
    aws.describe_regions("eu-central-1").await.unwrap();
    aws.describe_regions("eu-central-1").await.unwrap();
    expect![[r#"
        [
            "AKIDEXAMPLE: AssumeRole",
            "AKDEPLOY: AssumeRole",
            "AKAUDIT: DescribeRegions",
            "AKAUDIT: DescribeRegions",
        ]
    "#]]
    .assert_debug_eq(&calls(&server));
}

#[tokio::test]
async fn everything_about_a_session_is_said() {
    let server = Server::start(vec![session("AKDEPLOY"), regions()]).await;
    let texts = |texts: &[&str]| texts.iter().map(ToString::to_string).collect();
    let full = Role {
        arn: DEPLOY.to_owned(),
        session_name: Some("ci-42".to_owned()),
        external_id: Some("x/1".to_owned()),
        duration: Some(Duration::from_secs(900)),
        policy: Some("{\"Version\":\"2012-10-17\"}".to_owned()),
        policy_arns: texts(&["arn:aws:iam::aws:policy/A", "arn:aws:iam::aws:policy/B"]),
        tags: [("team".to_owned(), "a b".to_owned()), ("z".to_owned(), String::new())].into(),
        transitive_tag_keys: texts(&["team"]),
        source_identity: Some("ann".to_owned()),
    };
    client(&server, |it| it.roles = vec![full]).describe_regions("eu-central-1").await.unwrap();
    expect![[r#"
        Action=AssumeRole
        Version=2011-06-15
        RoleArn=arn%3Aaws%3Aiam%3A%3A111122223333%3Arole%2Fdeploy
        RoleSessionName=ci-42
        DurationSeconds=900
        Policy=%7B%22Version%22%3A%222012-10-17%22%7D
        PolicyArns.member.1.arn=arn%3Aaws%3Aiam%3A%3Aaws%3Apolicy%2FA
        PolicyArns.member.2.arn=arn%3Aaws%3Aiam%3A%3Aaws%3Apolicy%2FB
        ExternalId=x%2F1
        SourceIdentity=ann
        Tags.member.1.Key=team
        Tags.member.1.Value=a%20b
        Tags.member.2.Key=z
        Tags.member.2.Value=
        TransitiveTagKeys.member.1=team"#]]
    .assert_eq(&server.bodies()[0].replace('&', "\n"));
}

#[tokio::test]
async fn a_session_that_nobody_named_is_called_by_the_variable_or_after_us() {
    for (variables, name) in [
        (&[("AWS_ROLE_SESSION_NAME", "ci-42")] as &[_], "RoleSessionName=ci-42"),
        (&[], "RoleSessionName=imageguard"),
    ] {
        let server = Server::start(vec![session("AKDEPLOY"), regions()]).await;
        let settings = Settings { roles: vec![role(DEPLOY)], ..settings_of(&server) };
        let aws = Aws::new(settings, environment(variables), clock);
        aws.describe_regions("eu-central-1").await.unwrap();
        assert!(server.bodies()[0].ends_with(name), "{:?}", server.bodies());
    }
}

#[tokio::test]
async fn calls_to_sts_go_to_the_clients_own_region_or_else_to_that_of_the_call() {
    for (region, scope) in [(Some("eu-west-1"), "/eu-west-1/sts/"), (None, "/eu-central-1/sts/")] {
        let server = Server::start(vec![session("AKDEPLOY"), regions()]).await;
        let aws = client(&server, |it| {
            it.roles = vec![role(DEPLOY)];
            it.region = region.map(str::to_owned);
        });
        aws.describe_regions("eu-central-1").await.unwrap();
        assert!(server.requests()[0].contains(scope), "{}", server.requests()[0]);
    }
}

#[tokio::test]
async fn a_web_identity_needs_no_other_credentials_and_may_go_on_to_roles() {
    let script = vec![web_session("AKDEPLOY"), session("AKAUDIT"), regions()];
    let server = Server::start(script).await;
    let aws = client(&server, |it| {
        let token = WebIdentityToken::Text(Secret::new("eyJ0oken"));
        it.keys = None;
        it.web_identity = Some(WebIdentity { role: role(DEPLOY), token });
        it.roles = vec![role(AUDIT)];
    });
    aws.describe_regions("eu-central-1").await.unwrap();
    assert_eq!(
        calls(&server),
        ["nobody: AssumeRoleWithWebIdentity", "AKDEPLOY: AssumeRole", "AKAUDIT: DescribeRegions"]
    );
    assert!(server.bodies()[0].ends_with("&WebIdentityToken=eyJ0oken"), "{:?}", server.bodies());
}

#[tokio::test]
async fn a_web_identity_of_the_environment_is_assumed_at_the_endpoint_of_the_settings() {
    let server = Server::start(vec![web_session("AKDEPLOY"), regions()]).await;
    let home = tempfile::tempdir().unwrap();
    std::fs::write(home.path().join("token"), "eyJ0oken\n").unwrap();
    let variables = [
        ("AWS_ENDPOINT_URL_STS", "https://nowhere.invalid"),
        ("AWS_ROLE_ARN", DEPLOY),
        ("AWS_WEB_IDENTITY_TOKEN_FILE", "~/token"),
        ("HOME", home.path().to_str().unwrap()),
    ];
    let settings = Settings { keys: None, ..settings_of(&server) };
    let aws = Aws::new(settings, environment(&variables), clock);
    aws.describe_regions("eu-central-1").await.unwrap();
    assert_eq!(calls(&server), ["nobody: AssumeRoleWithWebIdentity", "AKDEPLOY: DescribeRegions"]);
    assert!(server.bodies()[0].ends_with("&WebIdentityToken=eyJ0oken"), "{:?}", server.bodies());
}

#[tokio::test]
async fn a_token_that_cannot_be_had_is_told_with_its_file() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("empty"), "\n").unwrap();
    let server = Server::start(vec![regions()]).await;
    let mut lines = String::new();
    for name in ["empty", "missing"] {
        let aws = client(&server, |it| {
            let token = WebIdentityToken::File(folder.path().join(name));
            it.keys = None;
            it.web_identity = Some(WebIdentity { role: role(DEPLOY), token });
        });
        lines += &failure(&aws, &server).await.replace(folder.path().to_str().unwrap(), "DIR");
        lines += "\n";
    }
    assert_eq!(server.requests().len(), 0);
    expect![[r#"
        Credentials: no credentials: `assume_role_with_web_identity`: `DIR/empty` is empty
        Credentials: no credentials: `assume_role_with_web_identity`: `DIR/missing` cannot be read: No such file or directory (os error 2)
    "#]].assert_eq(&lines);
}

#[tokio::test]
async fn a_token_that_is_refused_is_told_with_its_role() {
    let mut lines = String::new();
    for (status, code) in [
        (400, "ExpiredTokenException"),
        (400, "InvalidIdentityToken"),
        (403, "IDPRejectedClaim"),
        (403, "AccessDenied"),
    ] {
        let server = Server::start(vec![refusal(status, code)]).await;
        let aws = client(&server, |it| {
            let token = WebIdentityToken::Text(Secret::new("eyJ0oken"));
            it.keys = None;
            it.web_identity = Some(WebIdentity { role: role(DEPLOY), token });
        });
        lines += &failure(&aws, &server).await;
        lines += "\n";
    }
    expect![[r#"
        Credentials: sts:AssumeRoleWithWebIdentity at HOST failed: the token cannot assume `arn:aws:iam::111122223333:role/deploy`: Because (code ExpiredTokenException, request id r-1)
        Credentials: sts:AssumeRoleWithWebIdentity at HOST failed: the token cannot assume `arn:aws:iam::111122223333:role/deploy`: Because (code InvalidIdentityToken, request id r-1)
        Credentials: sts:AssumeRoleWithWebIdentity at HOST failed: the token cannot assume `arn:aws:iam::111122223333:role/deploy`: Because (code IDPRejectedClaim, request id r-1)
        Role: sts:AssumeRoleWithWebIdentity at HOST failed: the token cannot assume `arn:aws:iam::111122223333:role/deploy`: Because (code AccessDenied, request id r-1)
    "#]].assert_eq(&lines);
}

#[tokio::test]
async fn a_session_is_renewed_before_it_ends() {
    static MINUTES: AtomicI64 = AtomicI64::new(0);
    let later = || NOW + time::Duration::minutes(MINUTES.load(Ordering::Relaxed));
    let script = vec![
        session_until("AKFIRST", "2026-05-01T13:00:00Z"),
        regions(),
        regions(),
        session_until("AKSECOND", "2026-05-01T14:00:00Z"),
        regions(),
    ];
    let server = Server::start(script).await;
    let settings = Settings {
        roles: vec![role(DEPLOY)],
        request_timeout: Duration::from_secs(60),
        ..settings_of(&server)
    };
    let aws = Aws::new(settings, environment(&[]), later);
    for minute in [0, 57, 59] {
        MINUTES.store(minute, Ordering::Relaxed);
        aws.describe_regions("eu-central-1").await.unwrap();
    }
    expect![[r#"
        [
            "AKIDEXAMPLE: AssumeRole",
            "AKFIRST: DescribeRegions",
            "AKFIRST: DescribeRegions",
            "AKIDEXAMPLE: AssumeRole",
            "AKSECOND: DescribeRegions",
        ]
    "#]]
    .assert_debug_eq(&calls(&server));
}

#[tokio::test]
async fn the_role_of_a_profile_is_renewed_before_it_ends() {
    static MINUTES: AtomicI64 = AtomicI64::new(0);
    let later = || NOW + time::Duration::minutes(MINUTES.load(Ordering::Relaxed));
    let script = vec![
        session("AKHOP"),
        session("AKFIRST"),
        regions(),
        // One that is too short to be kept is still good for what it was made for.
        session("AKHOP2"),
        session_until("AKSECOND", "2026-05-01T14:00:00Z"),
        regions(),
    ];
    let server = Server::start(script).await;
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("config");
    let text = format!(
        "[profile ci]\naws_access_key_id = AKCI\naws_secret_access_key = s\n[profile hop]\n\
         role_arn = {AUDIT}\nsource_profile = ci\n[profile deploy]\nrole_arn = {DEPLOY}\n\
         source_profile = hop\n"
    );
    std::fs::write(&file, text).unwrap();
    let settings = Settings {
        keys: None,
        profile: Some("deploy".to_owned()),
        region: Some("eu-central-1".to_owned()),
        shared_config_files: vec![file],
        request_timeout: Duration::from_secs(60),
        ..settings_of(&server)
    };
    let aws = Aws::new(settings, environment(&[]), later);
    for minute in [0, 59] {
        MINUTES.store(minute, Ordering::Relaxed);
        aws.describe_regions("eu-central-1").await.unwrap();
    }
    expect![[r#"
        [
            "AKCI: AssumeRole",
            "AKHOP: AssumeRole",
            "AKFIRST: DescribeRegions",
            "AKCI: AssumeRole",
            "AKHOP2: AssumeRole",
            "AKSECOND: DescribeRegions",
        ]
    "#]]
    .assert_debug_eq(&calls(&server));
}

#[tokio::test]
async fn calls_at_the_same_time_share_one_session_and_its_failure() {
    let server = Server::start(vec![session("AKDEPLOY"), regions()]).await;
    let aws = client(&server, |it| it.roles = vec![role(DEPLOY)]);
    let answers = join_all((0..50).map(|_| aws.describe_regions("eu-central-1"))).await;
    assert!(answers.iter().all(Result::is_ok));
    let roles = calls(&server).iter().filter(|call| call.ends_with("AssumeRole")).count();
    assert_eq!((roles, server.requests().len()), (1, 51));
    let server = Server::start(vec![refusal(400, "ValidationError")]).await;
    let aws = client(&server, |it| it.roles = vec![role(DEPLOY)]);
    let answers = join_all((0..50).map(|_| aws.describe_regions("eu-central-1"))).await;
    assert!(answers.iter().all(Result::is_err));
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn patient_calls_do_not_mean_a_session_for_each_of_them() {
    static MINUTES: AtomicI64 = AtomicI64::new(0);
    let later = || NOW + time::Duration::minutes(MINUTES.load(Ordering::Relaxed));
    let script =
        vec![session("AKFIRST"), regions(), regions(), session("AKSECOND"), regions(), regions()];
    let server = Server::start(script).await;
    let settings = Settings {
        roles: vec![role(DEPLOY)],
        request_timeout: Duration::from_secs(3600),
        ..settings_of(&server)
    };
    let aws = Aws::new(settings, environment(&[]), later);
    for minute in [0, 29, 30, 44] {
        MINUTES.store(minute, Ordering::Relaxed);
        aws.describe_regions("eu-central-1").await.unwrap();
    }
    expect![[r#"
        [
            "AKIDEXAMPLE: AssumeRole",
            "AKFIRST: DescribeRegions",
            "AKFIRST: DescribeRegions",
            "AKIDEXAMPLE: AssumeRole",
            "AKSECOND: DescribeRegions",
            "AKSECOND: DescribeRegions",
        ]
    "#]]
    .assert_debug_eq(&calls(&server));
}

#[tokio::test]
async fn a_session_that_cannot_be_renewed_serves_until_its_end() {
    static MINUTES: AtomicI64 = AtomicI64::new(0);
    let later = || NOW + time::Duration::minutes(MINUTES.load(Ordering::Relaxed));
    let no = || refusal(400, "ValidationError");
    let script = vec![session("AKFIRST"), regions(), no(), regions(), no()];
    let server = Server::start(script).await;
    let settings = Settings {
        roles: vec![role(DEPLOY)],
        request_timeout: Duration::from_secs(60),
        ..settings_of(&server)
    };
    let aws = Aws::new(settings, environment(&[]), later);
    for minute in [0, 59] {
        MINUTES.store(minute, Ordering::Relaxed);
        aws.describe_regions("eu-central-1").await.unwrap();
    }
    MINUTES.store(60, Ordering::Relaxed);
    assert!(failure(&aws, &server).await.starts_with("Role: "));
    expect![[r#"
        [
            "AKIDEXAMPLE: AssumeRole",
            "AKFIRST: DescribeRegions",
            "AKIDEXAMPLE: AssumeRole",
            "AKFIRST: DescribeRegions",
            "AKIDEXAMPLE: AssumeRole",
        ]
    "#]]
    .assert_debug_eq(&calls(&server));
}

#[tokio::test]
async fn while_a_session_cannot_be_renewed_calls_do_not_wait_for_that_but_every_ten_seconds() {
    static SECONDS: AtomicI64 = AtomicI64::new(0);
    let later = || NOW + time::Duration::seconds(SECONDS.load(Ordering::Relaxed));
    let script = vec![
        session("AKFIRST"),
        regions(),
        refusal(400, "ValidationError"),
        regions(),
        regions(),
        session_until("AKSECOND", "2026-05-01T14:00:00Z"),
        regions(),
    ];
    let server = Server::start(script).await;
    let settings = Settings {
        roles: vec![role(DEPLOY)],
        request_timeout: Duration::from_secs(60),
        ..settings_of(&server)
    };
    let aws = Aws::new(settings, environment(&[]), later);
    for second in [0, 3500, 3509, 3510] {
        SECONDS.store(second, Ordering::Relaxed);
        aws.describe_regions("eu-central-1").await.unwrap();
    }
    expect![[r#"
        [
            "AKIDEXAMPLE: AssumeRole",
            "AKFIRST: DescribeRegions",
            "AKIDEXAMPLE: AssumeRole",
            "AKFIRST: DescribeRegions",
            "AKFIRST: DescribeRegions",
            "AKIDEXAMPLE: AssumeRole",
            "AKSECOND: DescribeRegions",
        ]
    "#]]
    .assert_debug_eq(&calls(&server));
}

#[tokio::test]
async fn a_session_that_ends_before_its_time_is_renewed_once() {
    let script = vec![
        session("AKFIRST"),
        refusal(400, "ExpiredToken"),
        session("AKSECOND"),
        regions(),
        refusal(403, "ExpiredToken"),
        session("AKTHIRD"),
        refusal(403, "ExpiredToken"),
    ];
    let server = Server::start(script).await;
    let aws = client(&server, |it| it.roles = vec![role(DEPLOY)]);
    aws.describe_regions("eu-central-1").await.unwrap();
    expect!["Credentials: ec2:DescribeRegions at HOST failed: Because (code ExpiredToken, request id r-1)"].assert_eq(&failure(&aws, &server).await);
    expect![[r#"
        [
            "AKIDEXAMPLE: AssumeRole",
            "AKFIRST: DescribeRegions",
            "AKIDEXAMPLE: AssumeRole",
            "AKSECOND: DescribeRegions",
            "AKSECOND: DescribeRegions",
            "AKIDEXAMPLE: AssumeRole",
            "AKTHIRD: DescribeRegions",
        ]
    "#]]
    .assert_debug_eq(&calls(&server));
}

#[tokio::test]
async fn keys_that_stay_the_same_are_not_tried_again() {
    let server = Server::start(vec![refusal(400, "ExpiredToken")]).await;
    let aws = client_of(&server);
    expect!["Credentials: ec2:DescribeRegions at HOST failed: Because (code ExpiredToken, request id r-1)"].assert_eq(&failure(&aws, &server).await);
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn a_role_that_is_refused_is_told_with_who_asked() {
    let script = vec![refusal(403, "AccessDenied"), identity("111122223333")];
    let server = Server::start(script).await;
    let aws = client(&server, |it| it.roles = vec![role(DEPLOY)]);
    expect!["Role: sts:AssumeRole at HOST failed: arn:aws:iam::111122223333:user/ann cannot assume `arn:aws:iam::111122223333:role/deploy`: Because (code AccessDenied, request id r-1)"].assert_eq(&failure(&aws, &server).await);
    let script = vec![session("AKDEPLOY"), refusal(403, "AccessDenied"), identity("444455556666")];
    let server = Server::start(script).await;
    let aws = client(&server, |it| it.roles = vec![role(DEPLOY), role(AUDIT)]);
    expect!["Role: sts:AssumeRole at HOST failed: arn:aws:iam::444455556666:user/ann cannot assume `arn:aws:iam::444455556666:role/audit`: Because (code AccessDenied, request id r-1)"].assert_eq(&failure(&aws, &server).await);
    expect![[r#"
        [
            "AKIDEXAMPLE: AssumeRole",
            "AKDEPLOY: AssumeRole",
            "AKDEPLOY: GetCallerIdentity",
        ]
    "#]]
    .assert_debug_eq(&calls(&server));
}

#[tokio::test]
async fn who_asked_is_not_waited_for_if_nobody_says() {
    let script = vec![refusal(403, "AccessDenied"), refusal(403, "AccessDenied")];
    let server = Server::start(script).await;
    let aws = client(&server, |it| it.roles = vec![role(DEPLOY)]);
    expect!["Role: sts:AssumeRole at HOST failed: `arn:aws:iam::111122223333:role/deploy` cannot be assumed: Because (code AccessDenied, request id r-1)"].assert_eq(&failure(&aws, &server).await);
}

#[tokio::test]
async fn what_else_fails_on_the_way_to_a_role_keeps_its_kind() {
    let mut lines = String::new();
    for answer in [
        refusal(403, "InvalidClientTokenId"),
        refusal(400, "PackedPolicyTooLarge"),
        refusal(403, "RegionDisabledException"),
        Answer::Http(403, "<html>".to_owned()),
        session_until("AKOLD", "2026-05-01T11:00:00Z"),
        session_until("AKBAD", "soon"),
    ] {
        let server = Server::start(vec![answer]).await;
        let aws = client(&server, |it| it.roles = vec![role(DEPLOY), role(AUDIT)]);
        lines += &failure(&aws, &server).await;
        lines += "\n";
    }
    expect![[r#"
        Credentials: sts:AssumeRole at HOST failed: `arn:aws:iam::111122223333:role/deploy` cannot be assumed: Because (code InvalidClientTokenId, request id r-1)
        Role: sts:AssumeRole at HOST failed: `arn:aws:iam::111122223333:role/deploy` cannot be assumed: Because (code PackedPolicyTooLarge, request id r-1)
        Region: sts:AssumeRole at HOST failed: `arn:aws:iam::111122223333:role/deploy` cannot be assumed: Because (code RegionDisabledException, request id r-1)
        Unreadable: sts:AssumeRole at HOST failed: the answer (HTTP 403, text/xml) is not an answer of AWS: `<html>`; it was to assume `arn:aws:iam::111122223333:role/deploy`
        Credentials: no credentials: role `arn:aws:iam::111122223333:role/deploy`: they have expired, at 2026-05-01T11:00:00Z
        Unreadable: sts:AssumeRole failed: the answer has no keys, or none that can be used; it was to assume `arn:aws:iam::111122223333:role/deploy`
    "#]].assert_eq(&lines);
}

#[tokio::test]
async fn an_answer_with_half_of_the_keys_shows_none_of_them() {
    let body = "<AssumeRoleResponse><AssumeRoleResult><Credentials><SecretAccessKey>hunter2\
                </SecretAccessKey></Credentials></AssumeRoleResult></AssumeRoleResponse>";
    let server = Server::start(vec![Answer::Http(200, body.to_owned())]).await;
    let aws = client(&server, |it| it.roles = vec![role(DEPLOY)]);
    let text = failure(&aws, &server).await;
    assert!(!text.contains("hunter2"), "{text}");
}

#[tokio::test]
async fn nothing_is_called_in_an_account_that_is_not_allowed() {
    let allowed = |it: &mut Settings| it.accounts.allowed = ["444455556666".to_owned()].into();
    let forbidden = |it: &mut Settings| it.accounts.forbidden = ["111122223333".to_owned()].into();
    let mut lines = String::new();
    for change in [allowed as fn(&mut Settings), forbidden] {
        let server = Server::start(vec![identity("111122223333")]).await;
        let aws = client(&server, change);
        for _ in 0..2 {
            lines += &failure(&aws, &server).await;
            lines += "\n";
        }
        assert_eq!(calls(&server), ["AKIDEXAMPLE: GetCallerIdentity"]);
    }
    expect![[r#"
        Account: ec2:DescribeRegions failed: the call was not made, because arn:aws:iam::111122223333:user/ann is in account 111122223333, and `allowed_account_ids` lists 444455556666 only
        Account: ec2:DescribeRegions failed: the call was not made, because arn:aws:iam::111122223333:user/ann is in account 111122223333, and `allowed_account_ids` lists 444455556666 only
        Account: ec2:DescribeRegions failed: the call was not made, because arn:aws:iam::111122223333:user/ann is in account 111122223333, and `forbidden_account_ids` lists it
        Account: ec2:DescribeRegions failed: the call was not made, because arn:aws:iam::111122223333:user/ann is in account 111122223333, and `forbidden_account_ids` lists it
    "#]].assert_eq(&lines);
}

#[tokio::test]
async fn an_account_that_is_allowed_is_asked_for_once() {
    let server = Server::start(vec![identity("111122223333"), regions()]).await;
    let aws = client(&server, |it| it.accounts.allowed = ["111122223333".to_owned()].into());
    for _ in 0..2 {
        aws.describe_regions("eu-central-1").await.unwrap();
    }
    assert_eq!(aws.account_id("eu-central-1").await.unwrap(), "111122223333");
    assert_eq!(server.requests().len(), 3);
}

#[tokio::test]
async fn keys_that_a_renewal_gives_are_asked_about_anew() {
    static MINUTES: AtomicI64 = AtomicI64::new(0);
    let later = || NOW + time::Duration::minutes(MINUTES.load(Ordering::Relaxed));
    let script = vec![
        session("AKFIRST"),
        identity("111122223333"),
        regions(),
        session_until("AKSECOND", "2026-05-01T14:00:00Z"),
        identity("444455556666"),
    ];
    let server = Server::start(script).await;
    let mut settings = Settings { roles: vec![role(DEPLOY)], ..settings_of(&server) };
    settings.accounts.allowed = ["111122223333".to_owned()].into();
    let aws = Aws::new(settings, environment(&[]), later);
    aws.describe_regions("eu-central-1").await.unwrap();
    MINUTES.store(60, Ordering::Relaxed);
    assert!(failure(&aws, &server).await.starts_with("Account: "));
    assert!(failure(&aws, &server).await.starts_with("Account: "));
    expect![[r#"
        [
            "AKIDEXAMPLE: AssumeRole",
            "AKFIRST: GetCallerIdentity",
            "AKFIRST: DescribeRegions",
            "AKIDEXAMPLE: AssumeRole",
            "AKSECOND: GetCallerIdentity",
        ]
    "#]]
    .assert_debug_eq(&calls(&server));
}

#[tokio::test]
async fn keys_that_replace_expired_ones_within_a_call_are_asked_about_too() {
    for (script, is_allowed) in [
        (vec![identity("111122223333"), refusal(400, "ExpiredToken")], false),
        (vec![refusal(400, "ExpiredToken")], true),
    ] {
        let account = if is_allowed { "111122223333" } else { "444455556666" };
        let new = vec![session("AKSECOND"), identity(account), regions()];
        let server = Server::start([vec![session("AKFIRST")], script, new].concat()).await;
        let aws = client(&server, |it| {
            it.roles = vec![role(DEPLOY)];
            it.accounts.allowed = ["111122223333".to_owned()].into();
        });
        let outcome = aws.describe_regions("eu-central-1").await.map_err(|error| error.kind);
        assert_eq!(outcome.err(), (!is_allowed).then_some(Kind::Account));
        let listings = calls(&server).into_iter().filter(|it| it == "AKSECOND: DescribeRegions");
        assert_eq!(listings.count(), usize::from(is_allowed), "{:?}", calls(&server));
    }
}

#[tokio::test]
async fn a_failure_to_tell_the_account_is_shared_by_those_who_wait() {
    let server = Server::start(vec![refusal(400, "ValidationError")]).await;
    let aws = client(&server, |it| it.accounts.allowed = ["111122223333".to_owned()].into());
    let answers = join_all((0..20).map(|_| aws.describe_regions("eu-central-1"))).await;
    assert!(answers.iter().all(Result::is_err));
    assert_eq!(calls(&server), ["AKIDEXAMPLE: GetCallerIdentity"]);
}

#[tokio::test]
async fn without_lists_the_account_is_asked_for_when_somebody_wants_to_know() {
    let server = Server::start(vec![regions(), identity("111122223333")]).await;
    let aws = client_of(&server);
    aws.describe_regions("eu-central-1").await.unwrap();
    for _ in 0..2 {
        assert_eq!(aws.account_id("eu-central-1").await.unwrap(), "111122223333");
    }
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn a_client_can_act_as_a_role() {
    let server = Server::start(vec![session("AKDEPLOY"), regions()]).await;
    let aws = client_of(&server);
    let deploy = aws.assuming(DEPLOY);
    assert_eq!(server.requests().len(), 0);
    deploy.describe_regions("eu-central-1").await.unwrap();
    aws.assuming(DEPLOY).describe_regions("eu-central-1").await.unwrap();
    aws.describe_regions("eu-central-1").await.unwrap();
    expect![[r#"
        [
            "AKIDEXAMPLE: AssumeRole",
            "AKDEPLOY: DescribeRegions",
            "AKDEPLOY: DescribeRegions",
            "AKIDEXAMPLE: DescribeRegions",
        ]
    "#]]
    .assert_debug_eq(&calls(&server));
}

#[tokio::test]
async fn the_lists_of_accounts_hold_for_the_account_of_the_role() {
    let script = vec![session("AKDEPLOY"), identity("111122223333"), regions()];
    let server = Server::start(script).await;
    let aws = client(&server, |it| it.accounts.allowed = ["111122223333".to_owned()].into());
    aws.assuming(DEPLOY).describe_regions("eu-central-1").await.unwrap();
    let server = Server::start(vec![session("AKAUDIT"), identity("444455556666")]).await;
    let aws = client(&server, |it| it.accounts.allowed = ["111122223333".to_owned()].into());
    assert!(failure(&aws.assuming(AUDIT), &server).await.starts_with("Account: "));
}

#[tokio::test]
async fn answers_to_a_role_are_given_to_nobody_else() {
    let images = "<DescribeImagesResponse><imagesSet/></DescribeImagesResponse>".to_owned();
    let images = Answer::Http(200, images);
    let script = vec![images.clone(), session("AKDEPLOY"), images];
    let server = Server::start(script).await;
    let question = DescribeImages {
        region: "eu-central-1".to_owned(),
        source: ImagesOf::Caller,
        ids: Vec::new(),
        available_only: false,
        tags: Vec::new(),
        include_deprecated: false,
        include_disabled: false,
        limit: None,
    };
    let aws = client_of(&server);
    for client in [aws.clone(), aws.assuming(DEPLOY), aws.assuming(DEPLOY), aws] {
        client.describe_images(question.clone()).await.unwrap();
    }
    expect![[r#"
        [
            "AKIDEXAMPLE: DescribeImages",
            "AKIDEXAMPLE: AssumeRole",
            "AKDEPLOY: DescribeImages",
        ]
    "#]]
    .assert_debug_eq(&calls(&server));
}

#[tokio::test]
async fn the_role_of_a_type_takes_the_place_of_the_whole_list_and_has_only_its_sessions_name() {
    let script = vec![session("AKTYPE"), regions(), session("AKNEXT"), regions()];
    let server = Server::start(script).await;
    let last = Role {
        session_name: Some("ci-42".to_owned()),
        external_id: Some("x/1".to_owned()),
        policy: Some("{}".to_owned()),
        ..role(DEPLOY)
    };
    let aws = client(&server, |it| it.roles = vec![role(DEPLOY), last]).assuming(AUDIT);
    aws.describe_regions("eu-central-1").await.unwrap();
    aws.assuming(DEPLOY).describe_regions("eu-central-1").await.unwrap();
    expect![[r#"
        [
            "AKIDEXAMPLE: AssumeRole",
            "AKTYPE: DescribeRegions",
            "AKIDEXAMPLE: AssumeRole",
            "AKNEXT: DescribeRegions",
        ]
    "#]]
    .assert_debug_eq(&calls(&server));
    expect![[r#"
        Action=AssumeRole
        Version=2011-06-15
        RoleArn=arn%3Aaws%3Aiam%3A%3A444455556666%3Arole%2Faudit
        RoleSessionName=ci-42"#]]
    .assert_eq(&server.bodies()[0].replace('&', "\n"));
}

#[tokio::test]
async fn the_role_of_a_type_is_assumed_by_whoever_the_source_gives_be_it_a_role() {
    let script = vec![web_session("AKTOKEN"), session("AKTYPE"), regions()];
    let server = Server::start(script).await;
    let aws = client(&server, |it| {
        let token = WebIdentityToken::Text(Secret::new("eyJ0oken"));
        it.keys = None;
        it.web_identity = Some(WebIdentity { role: role(DEPLOY), token });
        it.roles = vec![role(DEPLOY)];
    });
    aws.assuming(AUDIT).describe_regions("eu-central-1").await.unwrap();
    expect![[r#"
        [
            "nobody: AssumeRoleWithWebIdentity",
            "AKTOKEN: AssumeRole",
            "AKTYPE: DescribeRegions",
        ]
    "#]]
    .assert_debug_eq(&calls(&server));
}

#[tokio::test]
async fn a_client_that_is_dropped_takes_its_sessions_along() {
    let server = Server::start(vec![session("AKDEPLOY"), regions()]).await;
    let aws = client_of(&server);
    aws.assuming(DEPLOY).describe_regions("eu-central-1").await.unwrap();
    let watch = Arc::downgrade(&aws.inner);
    drop(aws);
    assert!(watch.upgrade().is_none());
}
