//! Keys from an address.

use super::*;

fn at(server: &Server, path: &str) -> World {
    let mut world = World::new();
    world.credentials.credentials_uri =
        Some(Secret::new(format!("{}{path}", server.endpoint.url())));
    world
}

#[tokio::test]
async fn keys_are_fetched_from_the_address_with_its_query() {
    let server = Server::start(|request, _| match request.action() {
        "" => (200, keys(1, LATER).replace(r#""Code":"Success","#, "")),
        _ => identity(request),
    })
    .await;
    let client = at(&server, "role/golden?hush=1").client(&server);
    assert_eq!(who(&client).await.unwrap(), "acs:ram::1:user/STS.1");
    expect![[r#"
        GET /role/golden?hush=1
        GetCallerIdentity STS.1"#]]
    .assert_eq(&calls(&server));
}

#[tokio::test]
async fn an_answer_without_keys_is_told_without_what_may_be_secret() {
    let cases = [
        (
            404,
            String::new(),
            expect![
                "no credentials: the credentials URI http://HOST/keys gave none: it answered with status 404 Not Found"
            ],
        ),
        (
            200,
            "<html>hush".to_owned(),
            expect![
                "no credentials: the credentials URI http://HOST/keys gave none: its answer is not JSON as expected at line 1, column 1"
            ],
        ),
        (
            200,
            r#"{"Code":"Denied"}"#.to_owned(),
            expect![
                "no credentials: the credentials URI http://HOST/keys gave none: its answer has the code `Denied` instead of `Success`"
            ],
        ),
        (
            200,
            keys(1, "2024-05-06T07:00:00Z"),
            expect![
                "no credentials: the credentials URI http://HOST/keys gave none: its answer has keys that expired at 2024-05-06T07:00:00Z; is this machine's clock right?"
            ],
        ),
        (
            200,
            keys(1, LATER).replace("secret1", ""),
            expect![
                "no credentials: the credentials URI http://HOST/keys gave none: its answer has no `AccessKeySecret`"
            ],
        ),
    ];
    for (status, body, expected) in cases {
        let server = Server::always(status, body).await;
        let client = at(&server, "keys?hush").client(&server);
        check_error(&client, Kind::Credentials, &server, expected).await;
    }
}

#[tokio::test]
async fn nobody_at_the_address_is_told_with_its_place() {
    let server = Server::always(200, "").await;
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let mut world = World::new();
    world.credentials.credentials_uri = Some(Secret::new(format!("http://{nobody}/keys?hush")));
    let error = who(&world.client(&server)).await.unwrap_err();
    assert_eq!(error.kind, Kind::Credentials);
    let text = error.to_string().replace(&nobody.to_string(), "NOBODY");
    assert!(text.starts_with("no credentials: the credentials URI http://NOBODY/keys gave none: "));
    assert!(!text.contains("hush"), "{text}");
}
