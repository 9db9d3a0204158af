//! When the process ends, and what it says until then.
//!
//! Where time is paused it jumps to whatever is waited for.

use super::*;

#[tokio::test(start_paused = true)]
async fn a_plugin_that_nobody_connects_to_is_abandoned() {
    let start = Instant::now();
    soon(Lifetime::new().abandoned()).await;
    assert_eq!(start.elapsed().as_secs(), 90);
}

#[tokio::test(start_paused = true)]
async fn a_plugin_is_abandoned_soon_after_its_last_connection_closes() {
    let lifetime = Lifetime::new();
    let (first, second) = (lifetime.connected(), lifetime.connected());
    drop(first);
    assert!(timeout(Duration::from_secs(86400), lifetime.abandoned()).await.is_err());
    drop(second);
    let start = Instant::now();
    soon(lifetime.abandoned()).await;
    assert_eq!(start.elapsed().as_secs(), 2);
}

#[tokio::test(start_paused = true)]
async fn another_connection_in_time_keeps_the_process_alive() {
    let lifetime = Lifetime::new();
    drop(lifetime.connected());
    let abandoned = lifetime.abandoned();
    tokio::pin!(abandoned);
    assert!(timeout(Duration::from_millis(1900), &mut abandoned).await.is_err());
    let open = lifetime.connected();
    assert!(timeout(Duration::from_secs(86400), &mut abandoned).await.is_err());
    drop(open);
    let start = Instant::now();
    soon(abandoned).await;
    assert_eq!(start.elapsed().as_secs(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_process_is_unused_as_soon_as_nobody_is_connected() {
    let lifetime = Lifetime::new();
    soon(lifetime.unused()).await;
    let open = lifetime.connected();
    assert!(timeout(Duration::from_secs(86400), lifetime.unused()).await.is_err());
    let start = Instant::now();
    drop(open);
    soon(lifetime.unused()).await;
    assert_eq!(start.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn the_process_ends_at_once_when_told_to_and_not_before() {
    let lifetime = Lifetime::new();
    assert!(timeout(Duration::from_secs(86400), lifetime.ended()).await.is_err());
    let start = Instant::now();
    let told = lifetime.clone();
    soon(future::join(lifetime.ended(), async move { told.end() })).await;
    assert_eq!(start.elapsed(), Duration::ZERO);
    // And it stays so for whoever asks later.
    soon(lifetime.ended()).await;
}

#[tokio::test(start_paused = true)]
async fn shutdown_ends_the_server_whatever_streams_are_open() {
    let lifetime = Lifetime::new();
    let (channel, server) = connected(routes(&lifetime).await, &lifetime).await;
    let mut stdio = GrpcStdioClient::new(channel.clone()).stream_stdio(()).await.unwrap();
    let mut broker = GrpcBrokerClient::new(channel.clone())
        .start_stream(stream::pending::<ConnInfo>())
        .await
        .unwrap();

    // Both are silent for as long as nobody asks for the end.
    let day = Duration::from_secs(86400);
    assert!(timeout(day, stdio.get_mut().message()).await.is_err());
    assert!(timeout(day, broker.get_mut().message()).await.is_err());

    let start = Instant::now();
    GrpcControllerClient::new(channel.clone()).shutdown(Empty {}).await.unwrap();
    assert_eq!(soon(stdio.get_mut().message()).await.unwrap(), None);
    assert_eq!(soon(broker.get_mut().message()).await.unwrap(), None);
    drop(channel);
    timeout(Duration::from_millis(200), server).await.unwrap().unwrap().unwrap();
    assert!(start.elapsed() < Duration::from_millis(200));
}

#[tokio::test]
async fn what_the_broker_is_told_is_not_echoed() {
    let lifetime = Lifetime::new();
    let (channel, _server) = connected(routes(&lifetime).await, &lifetime).await;
    let told = stream::iter([ConnInfo { service_id: 1, ..Default::default() }]);
    let told = told.chain(stream::pending());
    let mut broker = GrpcBrokerClient::new(channel.clone()).start_stream(told).await.unwrap();
    // Another call has gone there and back by the time the answer is looked for.
    GrpcControllerClient::new(channel).shutdown(Empty {}).await.unwrap();
    assert_eq!(soon(broker.get_mut().message()).await.unwrap(), None);
}

#[tokio::test]
async fn the_plugin_says_that_it_is_well() {
    let lifetime = Lifetime::new();
    let (channel, _server) = connected(routes(&lifetime).await, &lifetime).await;
    let request = HealthCheckRequest { service: "plugin".to_owned() };
    let answer = HealthClient::new(channel).check(request).await.unwrap();
    assert_eq!(answer.get_ref().status(), ServingStatus::Serving);
}

#[test]
fn a_panic_has_a_text_whatever_it_carries() {
    assert_eq!(payload_text(&"a literal"), "a literal");
    assert_eq!(payload_text(&"a text".to_owned()), "a text");
    assert_eq!(payload_text(&42), "no message");
}
