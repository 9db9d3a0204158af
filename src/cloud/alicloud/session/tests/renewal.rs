//! When sessions are fetched anew.

use std::sync::atomic::{AtomicI64, Ordering};

use super::{roles::oidc, *};

/// Seconds after the start, for a test's own clock.
fn after(seconds: &AtomicI64) -> OffsetDateTime {
    START + time::Duration::seconds(seconds.load(Ordering::SeqCst))
}

fn written(time: OffsetDateTime) -> String {
    time.format(&time::format_description::well_known::Rfc3339).unwrap()
}

/// Gives sessions that last an hour.
fn hourly(clock: Clock) -> impl Fn(&Request, usize) -> Answer {
    move |request, before| match request.action() {
        "AssumeRole" => (200, role_reply(before, &written(clock() + time::Duration::HOUR))),
        _ => identity(request),
    }
}

#[tokio::test]
async fn a_session_is_renewed_when_three_minutes_are_left() {
    static NOW: AtomicI64 = AtomicI64::new(0);
    let now = || after(&NOW);
    let server = Server::start(hourly(now)).await;
    let client = World { clock: now, ..World::keys().role(ROLE) }.client(&server);
    let mut seen = Vec::new();
    for seconds in [0, 3419, 3420, 3421, 6839, 6840] {
        NOW.store(seconds, Ordering::SeqCst);
        seen.push(format!("{seconds}: {}", who(&client).await.unwrap()));
    }
    expect![[r#"
        0: acs:ram::1:user/STS.0
        3419: acs:ram::1:user/STS.0
        3420: acs:ram::1:user/STS.3
        3421: acs:ram::1:user/STS.3
        6839: acs:ram::1:user/STS.3
        6840: acs:ram::1:user/STS.7"#]]
    .assert_eq(&seen.join("\n"));
}

#[tokio::test]
async fn a_session_is_renewed_when_a_call_could_outlast_it_but_not_for_every_call() {
    static NOW: AtomicI64 = AtomicI64::new(0);
    let now = || after(&NOW);
    let server = Server::start(hourly(now)).await;
    let client = World { clock: now, ..World::keys().role(ROLE) }.client(&server);
    // Attempts of a minute mean calls of two; ten minutes mean twenty.
    let patient = |attempt| {
        let mut settings = client.inner.caller.base.settings.clone();
        settings.request_timeout = attempt;
        let environment = Environment::default();
        Alicloud::new(settings, environment, now)
    };
    for (attempt, last_good) in [(60, 3419), (600, 2399), (3600, 1799)] {
        let client = patient(Duration::from_secs(attempt));
        let session = async |seconds| {
            NOW.store(seconds, Ordering::SeqCst);
            who(&client).await.unwrap()
        };
        let first = session(0).await;
        assert_eq!(session(last_good).await, first);
        assert_ne!(session(last_good + 1).await, first, "{attempt}");
    }
}

#[tokio::test]
async fn a_session_of_two_minutes_serves_for_one() {
    static NOW: AtomicI64 = AtomicI64::new(0);
    let now = || after(&NOW);
    let server = Server::start(move |request, before| match request.action() {
        "AssumeRole" => (200, role_reply(before, &written(now() + time::Duration::minutes(2)))),
        _ => identity(request),
    })
    .await;
    let client = World { clock: now, ..World::keys().role(ROLE) }.client(&server);
    let mut seen = Vec::new();
    for seconds in [0, 59, 60] {
        NOW.store(seconds, Ordering::SeqCst);
        seen.push(who(&client).await.unwrap());
    }
    assert_eq!(seen, [0, 0, 3].map(|number| format!("acs:ram::1:user/STS.{number}")));
}

#[tokio::test]
async fn those_who_need_a_session_at_the_same_time_wait_for_one() {
    let server = Server::start(hourly(clock)).await;
    let client = World::keys().role(ROLE).client(&server);
    let calls_at_once = (0..20).map(|_| who(&client));
    let seen = futures_util::future::join_all(calls_at_once).await;
    assert!(seen.into_iter().all(|arn| arn.unwrap() == "acs:ram::1:user/STS.0"));
    let assumed = server.requests().iter().filter(|it| it.action() == "AssumeRole").count();
    assert_eq!(assumed, 1);
}

#[tokio::test]
async fn a_failure_is_shared_by_those_who_wait_and_forgotten_after() {
    let server = Server::start(|request, before| match (request.action(), before) {
        ("AssumeRole", 0) => complaint(404, "InvalidAccessKeyId.NotFound"),
        ("AssumeRole", _) => (200, role_reply(before, LATER)),
        _ => identity(request),
    })
    .await;
    let client = World::keys().role(ROLE).client(&server);
    let seen = futures_util::future::join_all((0..10).map(|_| who(&client))).await;
    assert!(seen.into_iter().all(|it| it.is_err()));
    assert_eq!(calls(&server), "AssumeRole LTAI");
    assert!(who(&client).await.is_ok());
}

#[tokio::test]
async fn a_session_that_is_refused_is_fetched_anew_once() {
    let server = Server::start(|request, before| match request.action() {
        "AssumeRole" => (200, role_reply(before, LATER)),
        _ if request.key() == "STS.0" => complaint(400, "InvalidSecurityToken.Expired"),
        _ => identity(request),
    })
    .await;
    let client = World::keys().role(ROLE).client(&server);
    let both = futures_util::future::join_all([who(&client), who(&client)]).await;
    assert!(both.into_iter().all(|arn| arn.unwrap().starts_with("acs:ram::1:user/STS.")));
    assert!(who(&client).await.is_ok());
    let assumed = server.requests().iter().filter(|it| it.action() == "AssumeRole").count();
    assert_eq!(assumed, 2);
}

#[tokio::test]
async fn a_session_that_is_refused_again_is_an_error() {
    let server = Server::start(|request, before| match request.action() {
        "AssumeRole" => (200, role_reply(before, LATER)),
        _ => complaint(400, "InvalidSecurityToken.Malformed"),
    })
    .await;
    let error = who(&World::keys().role(ROLE).client(&server)).await.unwrap_err();
    assert_eq!(error.kind, Kind::Credentials);
    expect![[r#"
        AssumeRole LTAI
        GetCallerIdentity STS.0
        AssumeRole LTAI
        GetCallerIdentity STS.2"#]]
    .assert_eq(&calls(&server));
}

#[tokio::test]
async fn keys_that_nothing_can_renew_are_refused_at_once() {
    let server = Server::always(400, complaint(400, "InvalidSecurityToken.Expired").1).await;
    let mut world = World::keys();
    world.credentials.security_token = Some(Secret::new("old"));
    let error = who(&world.client(&server)).await.unwrap_err();
    assert_eq!(error.kind, Kind::Credentials);
    assert_eq!(calls(&server), "GetCallerIdentity LTAI");
}

#[tokio::test]
async fn the_session_of_a_roles_source_is_renewed_too() {
    let server = Server::start(|request, before| match (request.action(), request.key()) {
        ("AssumeRole", "STS.0") => complaint(400, "InvalidSecurityToken.Expired"),
        ("AssumeRole" | "AssumeRoleWithOIDC", _) => (200, role_reply(before, LATER)),
        _ => identity(request),
    })
    .await;
    let token = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(token.path(), "jwt").unwrap();
    let client = oidc(token.path()).role(ROLE).client(&server);
    assert!(who(&client).await.is_ok());
    expect![[r#"
        AssumeRoleWithOIDC
        AssumeRole STS.0
        AssumeRoleWithOIDC
        AssumeRole STS.2
        GetCallerIdentity STS.3"#]]
    .assert_eq(&calls(&server));
}

#[tokio::test]
async fn a_call_that_is_given_up_does_not_keep_others_waiting() {
    let server = Server::start(hourly(clock)).await;
    let client = World::keys().role(ROLE).client(&server);
    let given_up = tokio::time::timeout(Duration::ZERO, who(&client)).await;
    assert!(given_up.is_err());
    assert!(who(&client).await.is_ok());
}

#[tokio::test]
async fn a_session_that_cannot_be_renewed_serves_until_its_end() {
    static NOW: AtomicI64 = AtomicI64::new(0);
    let now = || after(&NOW);
    let server = Server::start(|request, before| match (request.action(), before) {
        ("AssumeRole", 0) => (200, role_reply(0, LATER)),
        ("AssumeRole", _) => complaint(503, "ServiceUnavailable"),
        _ => identity(request),
    })
    .await;
    let client = World { clock: now, ..World::keys().role(ROLE) }.client(&server);
    for seconds in [0, 3420, 3599] {
        NOW.store(seconds, Ordering::SeqCst);
        assert_eq!(who(&client).await.unwrap(), "acs:ram::1:user/STS.0");
    }
    NOW.store(3600, Ordering::SeqCst);
    assert_eq!(who(&client).await.unwrap_err().kind, Kind::Unavailable);
}

#[tokio::test]
async fn while_a_session_cannot_be_renewed_calls_do_not_wait_for_that_but_every_ten_seconds() {
    static NOW: AtomicI64 = AtomicI64::new(0);
    let now = || after(&NOW);
    let server = Server::start(move |request, before| match (request.action(), before) {
        ("AssumeRole", 2) => complaint(503, "ServiceUnavailable"),
        ("AssumeRole", _) => (200, role_reply(before, &written(now() + time::Duration::HOUR))),
        _ => identity(request),
    })
    .await;
    let client = World { clock: now, ..World::keys().role(ROLE) }.client(&server);
    for seconds in [0, 3500, 3509, 3510] {
        NOW.store(seconds, Ordering::SeqCst);
        who(&client).await.unwrap();
    }
    expect![[r#"
        AssumeRole LTAI
        GetCallerIdentity STS.0
        AssumeRole LTAI
        GetCallerIdentity STS.0
        GetCallerIdentity STS.0
        AssumeRole LTAI
        GetCallerIdentity STS.5"#]]
    .assert_eq(&calls(&server));
}
