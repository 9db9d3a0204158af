//! Roles that the token service gives: assumed with keys, and with a token.

use std::{io::Write as _, sync::Mutex};

use super::*;
use crate::cloud::alicloud::{DescribeImages, ImagesOf};

fn sts(request: &Request, before: usize) -> Answer {
    match request.action() {
        "AssumeRole" | "AssumeRoleWithOIDC" => (200, role_reply(before + 1, LATER)),
        "GetCallerIdentity" => identity(request),
        action => panic!("{action}"),
    }
}

pub(super) fn oidc(file: &std::path::Path) -> World {
    let mut world = World::new();
    world.credentials.assume_role_with_oidc = Some(OidcSettings {
        role_arn: Some(ROLE.to_owned()),
        oidc_provider_arn: Some("acs:ram::1:oidc-provider/p".to_owned()),
        oidc_token_file: Some(file.display().to_string()),
        session_expiration: Some(900),
        ..OidcSettings::default()
    });
    world
}

fn token_file(text: &str) -> tempfile::NamedTempFile {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(text.as_bytes()).unwrap();
    file
}

#[tokio::test]
async fn a_role_is_assumed_once_and_its_keys_sign_what_follows() {
    let server = Server::start(sts).await;
    let mut world = World::keys();
    world.credentials.assume_role = Some(RoleSettings {
        role_arn: Some(ROLE.to_owned()),
        session_name: Some("pipeline".to_owned()),
        external_id: Some("ext:1".to_owned()),
        policy: Some("{}".to_owned()),
        session_expiration: Some(900),
    });
    let client = world.client(&server);
    assert_eq!(who(&client).await.unwrap(), "acs:ram::1:user/STS.1");
    assert_eq!(who(&client).await.unwrap(), "acs:ram::1:user/STS.1");
    expect![[r#"
        AssumeRole LTAI
        GetCallerIdentity STS.1
        GetCallerIdentity STS.1"#]]
    .assert_eq(&calls(&server));
    let requests = server.requests();
    expect!["/?DurationSeconds=900&ExternalId=ext%3A1&Policy=%7B%7D&RoleArn=acs%3Aram%3A%3A1%3Arole%2Fgolden&RoleSessionName=pipeline"].assert_eq(requests[0].head.split(' ').nth(1).unwrap());
    assert_eq!(requests[1].header("x-acs-security-token"), "token1");
}

#[tokio::test]
async fn a_role_of_a_type_has_a_session_and_answers_of_its_own() {
    let server = Server::start(sts).await;
    let client = World::keys().client(&server);
    let [first, again, other] =
        [ROLE, ROLE, "acs:ram::2:role/other"].map(|arn| client.assuming(arn));
    for client in [&first, &again, &other, &client] {
        who(client).await.unwrap();
    }
    expect![[r#"
        AssumeRole LTAI
        GetCallerIdentity STS.1
        GetCallerIdentity STS.1
        AssumeRole LTAI
        GetCallerIdentity STS.4
        GetCallerIdentity LTAI"#]]
    .assert_eq(&calls(&server));
    assert!(std::sync::Arc::ptr_eq(&first.inner, &again.inner));
    assert!(!std::sync::Arc::ptr_eq(&first.inner, &other.inner));
}

#[tokio::test]
async fn equal_questions_share_an_answer_only_if_the_same_role_asks() {
    let server = Server::start(|request, before| match request.action() {
        "DescribeImages" => (200, r#"{"TotalCount":0,"Images":{"Image":[]}}"#.to_owned()),
        _ => sts(request, before),
    })
    .await;
    let client = World::keys().client(&server);
    let [first, again, other] = [ROLE, ROLE, "acs:ram::2:role/other"].map(|it| client.assuming(it));
    for client in [&client, &client, &first, &again, &other] {
        let question = DescribeImages {
            region: "cn-hangzhou".to_owned(),
            owner: ImagesOf::Caller,
            ids: Vec::new(),
            statuses: vec![],
            tags: vec![],
            limit: None,
        };
        client.describe_images(question).await.unwrap();
    }
    expect![[r#"
        DescribeImages LTAI
        AssumeRole LTAI
        DescribeImages STS.2
        AssumeRole LTAI
        DescribeImages STS.4"#]]
    .assert_eq(&calls(&server));
}

#[tokio::test]
async fn the_role_of_a_type_takes_the_place_of_the_blocks_and_has_only_its_sessions_name() {
    let server = Server::start(sts).await;
    let mut world = World::keys();
    world.credentials.assume_role = Some(RoleSettings {
        role_arn: Some("acs:ram::1:role/block".to_owned()),
        session_name: Some("pipeline".to_owned()),
        external_id: Some("ext:1".to_owned()),
        policy: Some("{}".to_owned()),
        session_expiration: Some(900),
    });
    let block = world.client(&server);
    let type_ = block.assuming("acs:ram::2:role/type");
    for client in [&type_, &type_.assuming("acs:ram::3:role/next"), &block] {
        who(client).await.unwrap();
    }
    expect![[r#"
        AssumeRole LTAI
        GetCallerIdentity STS.1
        AssumeRole LTAI
        GetCallerIdentity STS.3
        AssumeRole LTAI
        GetCallerIdentity STS.5"#]]
    .assert_eq(&calls(&server));
    let first = &server.requests()[0];
    expect!["/?RoleArn=acs%3Aram%3A%3A2%3Arole%2Ftype&RoleSessionName=pipeline"]
        .assert_eq(first.head.split(' ').nth(1).unwrap());
}

#[tokio::test]
async fn a_block_that_only_names_the_session_serves_types_that_name_the_role() {
    let server = Server::start(sts).await;
    let mut world = World::keys();
    let session_name = Some("pipeline".to_owned());
    world.credentials.assume_role = Some(RoleSettings { session_name, ..RoleSettings::default() });
    let block = world.client(&server);
    who(&block.assuming(ROLE)).await.unwrap();
    assert_eq!(block.region().unwrap(), None);
    assert_eq!(who(&block).await.unwrap_err().kind, Kind::Setting);
}

#[tokio::test]
async fn an_arn_that_is_none_turns_out_when_the_client_is_used() {
    let server = Server::start(sts).await;
    let client = World::keys().client(&server).assuming("admin");
    check_error(&client, Kind::Setting, &server, expect!["no credentials: the attribute `assume_role_arn`: `admin` is no role; one has the form `acs:ram::ACCOUNT:role/NAME`"]).await;
    assert_eq!(calls(&server), "");
}

#[tokio::test]
async fn a_refused_role_names_caller_role_and_code() {
    let server = Server::start(|request, _| match request.action() {
        "AssumeRole" => complaint(403, "NoPermission"),
        _ => identity(request),
    })
    .await;
    let client = World::keys().role(ROLE).client(&server);
    check_error(&client, Kind::Role, &server, expect!["sts:AssumeRole at HOST failed: `acs:ram::1:user/LTAI` cannot assume the role `acs:ram::1:role/golden`: No (code NoPermission, request id R-1)"]).await;
}

#[tokio::test]
async fn a_refused_role_is_told_also_where_nobody_says_who_asked() {
    for code in ["EntityNotExist.Role", "InvalidParameter.DurationSeconds"] {
        let server = Server::start(move |request, _| match request.action() {
            "AssumeRole" => complaint(404, code),
            _ => complaint(403, "NoPermission"),
        })
        .await;
        let client = World::keys().role(ROLE).client(&server);
        let error = who(&client).await.unwrap_err();
        assert_eq!((error.kind, error.code.as_deref()), (Kind::Role, Some(code)));
        assert_eq!(error.message, format!("the caller cannot assume the role `{ROLE}`: No"));
    }
}

#[tokio::test]
async fn what_is_not_a_refusal_of_the_role_keeps_its_kind() {
    let cases = [
        (404, "InvalidAccessKeyId.NotFound", Kind::Credentials),
        (400, "Throttling.User", Kind::Throttled),
        (503, "ServiceUnavailable", Kind::Unavailable),
        (400, "InvalidTimeStamp.Expired", Kind::Clock),
    ];
    for (status, code, kind) in cases {
        let server = Server::start(move |_, _| complaint(status, code)).await;
        let error = who(&World::keys().role(ROLE).client(&server)).await.unwrap_err();
        assert_eq!((error.kind, error.operation), (kind, "sts:AssumeRole"));
    }
}

#[tokio::test]
async fn an_answer_without_keys_says_what_it_lacks_and_quotes_nothing() {
    let cases = [
        (
            r#"{"Credentials":{"AccessKeyId":1,"AccessKeySecret":"hush"}}"#.to_owned(),
            expect![
                "sts:AssumeRole at HOST failed: status 200, content type `application/json`, not as expected at line 1 column 31"
            ],
        ),
        (
            "{}".to_owned(),
            expect![
                "sts:AssumeRole at HOST failed: status 200, content type `application/json`, not as expected at line 1 column 2"
            ],
        ),
        (
            r#"{"Credentials":{"AccessKeyId":"k"}}"#.to_owned(),
            expect!["sts:AssumeRole failed: the answer has no `AccessKeySecret`"],
        ),
        (
            role_reply(1, "tomorrow"),
            expect![
                "sts:AssumeRole failed: the answer has the `Expiration` `tomorrow`, which is no time"
            ],
        ),
        (
            role_reply(1, "2024-05-06T07:08:09Z"),
            expect![
                "sts:AssumeRole failed: the answer has keys that expired at 2024-05-06T07:08:09Z; is this machine's clock right?"
            ],
        ),
    ];
    for (body, expected) in cases {
        let server = Server::always(200, body).await;
        check_error(&World::keys().role(ROLE).client(&server), Kind::Unreadable, &server, expected)
            .await;
    }
}

#[tokio::test]
async fn a_token_is_sent_unsigned_in_a_form() {
    static REMEMBERED: Mutex<Vec<String>> = Mutex::new(Vec::new());
    let server = Server::start(sts).await;
    let file = token_file("  jwt+/=\n");
    let mut world = oidc(file.path());
    world.remember_secret = |secret| REMEMBERED.lock().unwrap().push(secret.to_owned());
    let client = world.client(&server);
    assert_eq!(who(&client).await.unwrap(), "acs:ram::1:user/STS.1");
    let request = server.requests().remove(0);
    let nonce = request.parameter("SignatureNonce");
    assert_eq!(nonce.len(), 32);
    let head = request.head.replace(nonce, "NONCE").replace(&server.endpoint.authority(), "HOST");
    expect![[r#"
        POST /?Action=AssumeRoleWithOIDC&Format=JSON&SignatureNonce=NONCE&Timestamp=2024-05-06T07%3A08%3A09Z&Version=2015-04-01 HTTP/1.1
        accept: application/json
        content-type: application/x-www-form-urlencoded
        user-agent: terraform-provider-imageguard/0.1.0
        host: HOST
        content-length: 162"#]].assert_eq(&head);
    expect!["DurationSeconds=900&OIDCProviderArn=acs%3Aram%3A%3A1%3Aoidc-provider%2Fp&OIDCToken=jwt%2B%2F%3D&RoleArn=acs%3Aram%3A%3A1%3Arole%2Fgolden&RoleSessionName=terraform"].assert_eq(&request.body);
    assert_eq!(*REMEMBERED.lock().unwrap(), ["jwt+/=", "secret1", "token1"]);
}

#[tokio::test]
async fn a_token_that_is_missing_or_empty_is_told_with_its_file() {
    let server = Server::start(sts).await;
    check_error(
        &oidc("/nowhere/token".as_ref()).client(&server),
        Kind::Credentials,
        &server,
        expect!["no credentials: the file `/nowhere/token` with the OIDC token cannot be read: No such file or directory (os error 2)"],
    )
    .await;
    let file = token_file("\n");
    let error = who(&oidc(file.path()).client(&server)).await.unwrap_err();
    let path = file.path().display();
    assert_eq!(error.message, format!("the file `{path}` with the OIDC token is empty"));
    assert_eq!(calls(&server), "");
}

#[tokio::test]
async fn a_token_that_is_refused_is_told_as_such() {
    let file = token_file("jwt");
    let cases = [
        (
            400,
            "AuthenticationFail.OIDCToken.Expired",
            Kind::Credentials,
            expect![
                "sts:AssumeRoleWithOIDC at HOST failed: No (code AuthenticationFail.OIDCToken.Expired, request id R-1)"
            ],
        ),
        (
            403,
            "AuthenticationFail.NoPermission",
            Kind::Role,
            expect![
                "sts:AssumeRoleWithOIDC at HOST failed: the holder of the OIDC token in `FILE` cannot assume the role `acs:ram::1:role/golden`: No (code AuthenticationFail.NoPermission, request id R-1)"
            ],
        ),
        (
            404,
            "EntityNotExist.Role",
            Kind::Role,
            expect![
                "sts:AssumeRoleWithOIDC at HOST failed: the holder of the OIDC token in `FILE` cannot assume the role `acs:ram::1:role/golden`: No (code EntityNotExist.Role, request id R-1)"
            ],
        ),
    ];
    for (status, code, kind, expected) in cases {
        let server = Server::start(move |_, _| complaint(status, code)).await;
        let error = who(&oidc(file.path()).client(&server)).await.unwrap_err();
        assert_eq!(error.kind, kind);
        let path = file.path().display().to_string();
        let text = error.to_string().replace(&path, "FILE");
        expected.assert_eq(&text.replace(&server.endpoint.authority(), "HOST"));
    }
}
