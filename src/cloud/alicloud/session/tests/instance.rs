//! The instance's metadata service.

use super::*;

const TOKEN: &str = "latest/api/token";
const ROLES: &str = "latest/meta-data/ram/security-credentials/";

fn instance(server: &Server) -> World {
    let mut world = World::new();
    world.variables.retain(|(name, _)| !name.ends_with("DISABLED"));
    world.variable("IMAGEGUARD_ALICLOUD_METADATA_ENDPOINT", server.endpoint.url())
}

fn path(request: &Request) -> &str {
    request.head.split(' ').nth(1).unwrap().trim_start_matches('/')
}

/// A service that wants tokens; other calls are the cloud's.
fn service(request: &Request) -> Answer {
    let has_token = request.header("x-aliyun-ecs-metadata-token") == "imds-token";
    match path(request) {
        TOKEN if request.head.starts_with("PUT ") => {
            assert_eq!(request.header("x-aliyun-ecs-metadata-token-ttl-seconds"), "21600");
            (200, "imds-token".to_owned())
        }
        ROLES if has_token => (200, "golden\n".to_owned()),
        path if path.starts_with(ROLES) && has_token => match &path[ROLES.len()..] {
            "golden" | "other" => (200, keys(1, LATER)),
            _ => (404, "not found".to_owned()),
        },
        _ if request.action() == "GetCallerIdentity" => identity(request),
        _ => (403, "forbidden".to_owned()),
    }
}

#[tokio::test]
async fn the_instances_role_is_the_last_resort() {
    let server = Server::start(|request, _| service(request)).await;
    let client = instance(&server).client(&server);
    assert_eq!(who(&client).await.unwrap(), "acs:ram::1:user/STS.1");
    expect![[r#"
        PUT /latest/api/token
        GET /latest/meta-data/ram/security-credentials/
        GET /latest/meta-data/ram/security-credentials/golden
        GetCallerIdentity STS.1"#]]
    .assert_eq(&calls(&server));
}

#[tokio::test]
async fn a_role_that_is_named_is_not_asked_for() {
    let server = Server::start(|request, _| service(request)).await;
    let client = instance(&server).variable("ALIBABA_CLOUD_ECS_METADATA", "other").client(&server);
    who(&client).await.unwrap();
    let mut world = instance(&server);
    world.credentials.ecs_role_name = Some("golden".to_owned());
    who(&world.client(&server)).await.unwrap();
    expect![[r#"
        PUT /latest/api/token
        GET /latest/meta-data/ram/security-credentials/other
        GetCallerIdentity STS.1
        PUT /latest/api/token
        GET /latest/meta-data/ram/security-credentials/golden
        GetCallerIdentity STS.1"#]]
    .assert_eq(&calls(&server));
}

#[tokio::test]
async fn a_role_that_the_instance_does_not_have_is_an_error() {
    let server = Server::start(|request, _| service(request)).await;
    let client = instance(&server).variable("ALICLOUD_ECS_ROLE_NAME", "gone").client(&server);
    check_error(&client, Kind::Credentials, &server, expect!["no credentials: the metadata service at http://HOST/ gave no keys: the instance has no role `gone`"]).await;
}

#[tokio::test]
async fn a_service_without_tokens_is_asked_without_unless_that_is_forbidden() {
    let old = |request: &Request, _| match path(request) {
        TOKEN => (404, String::new()),
        ROLES => (200, "golden".to_owned()),
        path if path.starts_with(ROLES) => (200, keys(1, LATER)),
        _ => identity(request),
    };
    let server = Server::start(old).await;
    assert!(who(&instance(&server).client(&server)).await.is_ok());
    assert!(server.requests()[1].header("x-aliyun-ecs-metadata-token").is_empty());
    let strict = instance(&server).variable("ALIBABA_CLOUD_IMDSV1_DISABLED", "TRUE");
    check_error(&strict.client(&server), Kind::Credentials, &server, expect!["no credentials: the metadata service at http://HOST/ gave no keys: it answered with status 404 Not Found to the question for a token"]).await;
}

#[tokio::test]
async fn without_a_service_the_next_source_is_taken_and_an_error_lists_all() {
    let server = Server::start(|request, _| match path(request) {
        "keys" => (200, keys(1, LATER)),
        _ => identity(request),
    })
    .await;
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let world = || {
        instance(&server)
            .variable("IMAGEGUARD_ALICLOUD_METADATA_ENDPOINT", format!("http://{nobody}"))
    };
    let uri = format!("{}keys", server.endpoint.url());
    let client = world().variable("ALICLOUD_CREDENTIALS_URI", uri).client(&server);
    assert_eq!(who(&client).await.unwrap(), "acs:ram::1:user/STS.1");
    let error = who(&world().client(&server)).await.unwrap_err();
    assert_eq!(error.kind, Kind::Credentials);
    let text = error.to_string().replace(&nobody.to_string(), "NOBODY");
    assert!(text.starts_with("no credentials: there are none; looked at the block's"), "{text}");
    let (_, end) = text.rsplit_once("; ").unwrap();
    let silence = "the metadata service at http://NOBODY/, which does not answer: ";
    assert!(end.starts_with(silence), "{end}");
    // Whoever names a role wants the service to be there.
    let named = world().variable("ALICLOUD_ECS_ROLE_NAME", "golden").client(&server);
    let text = who(&named).await.unwrap_err().to_string().replace(&nobody.to_string(), "NOBODY");
    assert!(text.starts_with(&format!("no credentials: {silence}")), "{text}");
}

#[tokio::test]
async fn an_instance_without_a_role_is_no_source() {
    // The last is what a gateway may say for a host that it does not know.
    for (status, body) in [(404, "none"), (200, ""), (200, "\n"), (200, "<html> </html>")] {
        let server = Server::start(move |request, _| match path(request) {
            TOKEN => (200, "imds-token".to_owned()),
            _ => (status, body.to_owned()),
        })
        .await;
        let error = who(&instance(&server).client(&server)).await.unwrap_err();
        assert!(error.message.contains("looked at"), "{error}");
        let end = format!("which names no role (status {status})");
        assert!(error.message.ends_with(&end), "{error}");
    }
}

/// A metadata service that does what it is told from request to request, and an address that
/// hands out keys of somebody else.
fn flighty(answer: fn(&Request, usize) -> Answer) -> impl Fn(&Request, usize) -> Answer {
    move |request, before| match path(request) {
        "keys" => (200, keys(9, LATER)),
        _ if request.action() == "GetCallerIdentity" => identity(request),
        _ => answer(request, before),
    }
}

#[tokio::test]
async fn a_service_that_fails_half_way_is_not_passed_over() {
    let cases: [fn(&Request, usize) -> Answer; 2] = [
        |request, _| match path(request) {
            TOKEN => (200, "imds-token".to_owned()),
            _ => (503, String::new()),
        },
        |request, _| match path(request) {
            TOKEN => (404, String::new()),
            ROLES => (200, "golden".to_owned()),
            _ => (503, String::new()),
        },
    ];
    for case in cases {
        let server = Server::start(flighty(case)).await;
        let uri = format!("{}keys", server.endpoint.url());
        let client = instance(&server).variable("ALICLOUD_CREDENTIALS_URI", uri).client(&server);
        check_error(&client, Kind::Credentials, &server, expect!["no credentials: the metadata service at http://HOST/ gave no keys: it answered with status 503 Service Unavailable"]).await;
    }
}

#[tokio::test]
async fn what_a_guess_came_to_stays() {
    // The first session is the instance's. It is refused, and the service is away by then.
    let server = Server::start(|request, before| match path(request) {
        "keys" => (200, keys(9, LATER)),
        _ if request.key() == "STS.1" => complaint(400, "InvalidSecurityToken.Expired"),
        _ if request.action() == "GetCallerIdentity" => identity(request),
        _ if before < 3 => service(request),
        _ => (404, String::new()),
    })
    .await;
    let uri = format!("{}keys", server.endpoint.url());
    let client = instance(&server).variable("ALICLOUD_CREDENTIALS_URI", uri).client(&server);
    check_error(
        &client,
        Kind::Credentials,
        &server,
        expect![
            "no credentials: the metadata service at http://HOST/, which names no role (status 404)"
        ],
    )
    .await;
    assert!(server.requests().iter().all(|request| path(request) != "keys"));
}

#[tokio::test]
async fn keys_of_an_address_behind_a_guess_are_fetched_anew_when_they_are_refused() {
    let server = Server::start(|request, before| match path(request) {
        "keys" => (200, keys(before, LATER)),
        _ if request.key() == "STS.2" => complaint(400, "InvalidSecurityToken.Expired"),
        _ if request.action() == "GetCallerIdentity" => identity(request),
        _ => (404, String::new()),
    })
    .await;
    let uri = format!("{}keys", server.endpoint.url());
    let client = instance(&server).variable("ALICLOUD_CREDENTIALS_URI", uri).client(&server);
    who(&client).await.unwrap();
    expect![[r#"
        PUT /latest/api/token
        GET /latest/meta-data/ram/security-credentials/
        GET /keys
        GetCallerIdentity STS.2
        GET /keys
        GetCallerIdentity STS.4"#]]
    .assert_eq(&calls(&server));
}

#[tokio::test]
async fn an_answer_that_is_none_is_an_error_also_of_the_last_resort() {
    let cases = [
        (
            200,
            "<html>".to_owned(),
            expect![
                "no credentials: the metadata service at http://HOST/ gave no keys: its answer for the role `golden` is not JSON as expected at line 1, column 1"
            ],
        ),
        (
            200,
            keys(1, LATER).replace("Success", "Failed"),
            expect![
                "no credentials: the metadata service at http://HOST/ gave no keys: its answer for the role `golden` has the code `Failed` instead of `Success`"
            ],
        ),
        (
            200,
            keys(1, LATER).replace("token1", ""),
            expect![
                "no credentials: the metadata service at http://HOST/ gave no keys: its answer for the role `golden` has no `SecurityToken`"
            ],
        ),
        (
            200,
            keys(1, "2024-05-06T07:00:00Z"),
            expect![
                "no credentials: the metadata service at http://HOST/ gave no keys: its answer for the role `golden` has keys that expired at 2024-05-06T07:00:00Z; is this machine's clock right?"
            ],
        ),
        (
            503,
            String::new(),
            expect![
                "no credentials: the metadata service at http://HOST/ gave no keys: it answered with status 503 Service Unavailable"
            ],
        ),
    ];
    for (status, body, expected) in cases {
        let server = Server::start(move |request, _| match path(request) {
            TOKEN => (200, "imds-token".to_owned()),
            ROLES => (200, "golden".to_owned()),
            _ => (status, body.clone()),
        })
        .await;
        check_error(&instance(&server).client(&server), Kind::Credentials, &server, expected).await;
    }
}

#[tokio::test]
async fn a_service_that_fails_is_asked_again_and_its_place_must_be_one() {
    let server = Server::start(|request, before| match path(request) {
        ROLES if before < 3 => (503, String::new()),
        _ => service(request),
    })
    .await;
    assert!(who(&instance(&server).client(&server)).await.is_ok());
    expect![[r#"
        PUT /latest/api/token
        GET /latest/meta-data/ram/security-credentials/
        GET /latest/meta-data/ram/security-credentials/
        GET /latest/meta-data/ram/security-credentials/
        GET /latest/meta-data/ram/security-credentials/golden
        GetCallerIdentity STS.1"#]]
    .assert_eq(&calls(&server));
    let far =
        instance(&server).variable("IMAGEGUARD_ALICLOUD_METADATA_ENDPOINT", "http://example.com");
    check_error(&far.client(&server), Kind::Credentials, &server, expect!["no credentials: the variable `IMAGEGUARD_ALICLOUD_METADATA_ENDPOINT`: plain http would send signed requests in the clear; only loopback addresses may use it"]).await;
}
