//! Being stopped, being left alone, and running out of time.

use tokio::time::Instant;

use super::*;

fn told_to(behave: &str) -> Value {
    item(&[("name", text("a")), ("behave", text(behave))])
}

async fn host() -> (Toy, Host) {
    let (toy, channel) = start().await;
    let mut host = ProviderClient::new(channel);
    configure(&mut host, text("any-token")).await;
    (toy, host)
}

async fn stop(host: &mut Host) {
    let answer = host.stop_provider(wire::stop_provider::Request {}).await.unwrap();
    assert_eq!(answer.into_inner().error, "");
}

#[tokio::test]
async fn a_creation_that_waits_ends_at_a_stop_and_keeps_what_exists() {
    let (toy, mut host) = host().await;
    let creating = tokio::spawn({
        let mut host = host.clone();
        async move { apply(&mut host, &Value::Null, &told_to("create wait")).await }
    });
    soon(toy.waiting.acquire()).await.unwrap().forget();
    stop(&mut host).await;
    expect![[r#"
        state: behave=create wait, id=item-a, name=a
        beside: {"trail":["create"]}
        identity: id=item-a, zone=here
        Warning: Before It: Now it comes.
        Error: Interrupted: The operation was interrupted before it was done.
    "#]]
    .assert_eq(&soon(creating).await.unwrap());

    // The next one is not stopped, although it asks.
    toy.go.add_permits(1);
    let shown = apply(&mut host, &Value::Null, &told_to("create linger")).await;
    assert!(shown.contains("token=token of a") && !shown.contains("Error"), "{shown}");
}

#[tokio::test]
async fn a_creation_is_asked_to_stop_and_not_torn_off() {
    let (toy, mut host) = host().await;
    let creating = tokio::spawn({
        let mut host = host.clone();
        async move { apply(&mut host, &Value::Null, &told_to("create linger")).await }
    });
    soon(toy.waiting.acquire()).await.unwrap().forget();
    stop(&mut host).await;
    assert!(!creating.is_finished());
    toy.go.add_permits(1);
    let shown = soon(creating).await.unwrap();
    assert!(shown.contains("id=item-a") && shown.contains("Error: Interrupted"), "{shown}");
    assert_eq!(toy.done.available_permits(), 0);
}

#[tokio::test]
async fn a_creation_that_nobody_waits_for_any_more_is_done_all_the_same() {
    let (toy, mut host) = host().await;
    let creating = tokio::spawn({
        let mut host = host.clone();
        async move { apply(&mut host, &Value::Null, &told_to("create linger")).await }
    });
    soon(toy.waiting.acquire()).await.unwrap().forget();
    creating.abort();
    assert!(creating.await.unwrap_err().is_cancelled());
    // By then the server has seen that the call is given up.
    apply(&mut host, &Value::Null, &told_to("")).await;
    toy.go.add_permits(1);
    soon(toy.done.acquire()).await.unwrap().forget();
}

#[tokio::test]
async fn a_read_is_dropped_at_a_stop() {
    let (toy, mut host) = host().await;
    let state = created("a", &[("behave", text("read wait"))]);
    let read = tokio::spawn({
        let mut host = host.clone();
        async move { read_so(&mut host, reading(&state)).await }
    });
    soon(toy.waiting.acquire()).await.unwrap().forget();
    stop(&mut host).await;
    soon(toy.dropped.acquire()).await.unwrap().forget();
    expect![[r#"
        state: behave=read wait, id=item-a, name=a, size=1, token=90-made-once
        beside: {"trail":[]}
        Error: Interrupted: The operation was interrupted before it was done.
    "#]]
    .assert_eq(&soon(read).await.unwrap());

    // The next one waits too, and is not dropped.
    let state = created("a", &[("behave", text("read yield"))]);
    let shown = read_so(&mut host, reading(&state)).await;
    assert!(shown.contains("token=read") && !shown.contains("Error"), "{shown}");
}

// Time.

#[tokio::test(start_paused = true)]
async fn an_operation_ends_when_its_time_is_up() {
    let (_toy, mut host) = host().await;
    let begin = Instant::now();
    expect![[r#"
        state: behave=create wait, id=item-a, name=a
        beside: {"trail":["create"]}
        identity: id=item-a, zone=here
        Warning: Before It: Now it comes.
        Error: Timed Out: The cloud did not get there within 60 seconds. It may do so later: plan again to see. If it usually takes longer, set `timeouts = { create = "…" }`.
    "#]].assert_eq(&apply(&mut host, &Value::Null, &told_to("create wait")).await);
    assert_eq!(begin.elapsed().as_secs(), 60);

    let begin = Instant::now();
    let prior = created("a", &[]);
    let shown = apply(&mut host, &prior, &told_to("update wait")).await;
    assert!(shown.contains("within 80 seconds"), "{shown}");
    assert_eq!(begin.elapsed().as_secs(), 80);

    let begin = Instant::now();
    let state = created("a", &[("behave", text("read poll"))]);
    expect![[r#"
        state: behave=read poll, id=item-a, name=a, size=1, token=90-made-once
        beside: {"trail":[]}
        Error: Timed Out: The cloud did not get there within 70 seconds. It may do so later: plan again to see. If it usually takes longer, set `timeouts = { read = "…" }`.
    "#]].assert_eq(&read_so(&mut host, reading(&state)).await);
    assert_eq!(begin.elapsed().as_secs(), 70);
}

#[tokio::test(start_paused = true)]
async fn a_practitioner_says_how_long_it_may_take() {
    let (_toy, mut host) = host().await;
    let begin = Instant::now();
    let Value::Mapping(mut planned) = told_to("create wait") else { panic!("no object") };
    let limits = limits(&[("create", text("2h")), ("update", text("1s"))]);
    planned.insert("timeouts".to_owned(), limits);
    let shown = apply(&mut host, &Value::Null, &Value::Mapping(planned)).await;
    assert!(shown.contains("Error: Timed Out") && shown.contains("within 7200 seconds"), "{shown}");
    assert_eq!(begin.elapsed().as_secs(), 7200);
}
