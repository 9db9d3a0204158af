//! Sessions asked for: role after role, and by web identities.

use super::*;

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
