//! Data sources: configured, read, stopped, and what is said about their values.

use super::*;

/// Terraform may never ask for the schema: it has cached it.
#[tokio::test]
async fn a_read_needs_configure_and_nothing_else() {
    let mut client = client().await;
    let answer = read(&mut client, &[("text", text("x"))]).await;
    assert_eq!(summaries(&answer), ["Error: Provider Not Configured"]);
    assert_eq!(answer.state, None);

    configure(&mut client, text("any-token")).await;
    let state = state_of(&read(&mut client, &[("text", text("x"))]).await);
    assert_eq!(state["text"], text("x"));
    assert_eq!(state["id"], text("echo"));
}

#[tokio::test]
async fn a_later_configure_replaces_the_client() {
    let mut client = client().await;
    for token in ["earlier-token-1", "later-token-2"] {
        configure(&mut client, text(token)).await;
        let state = state_of(&read(&mut client, &[("behave", text("tell"))]).await);
        assert_eq!(state["id"], text(token));
    }
}

#[tokio::test]
async fn after_a_configure_that_fails_nothing_is_read_with_the_old_client() {
    let mut client = client().await;
    configure(&mut client, text("first")).await;
    let broken = wire::DynamicValue { msgpack: vec![0xc1], json: Vec::new() };
    let request = wire::configure_provider::Request { config: Some(broken), ..Default::default() };
    let answer = client.configure_provider(request).await.unwrap().into_inner();
    assert_eq!(answer.diagnostics.len(), 1);
    let answer = read(&mut client, &[("behave", text("tell"))]).await;
    assert_eq!(summaries(&answer), ["Error: Provider Not Configured"]);
}

#[tokio::test]
async fn six_mebibytes_go_there_and_back() {
    let mut client = configured().await;
    let long = "0123456789abcdef".repeat(6 << 16);
    assert_eq!(long.len(), 6 << 20);
    let state = state_of(&read(&mut client, &[("text", text(&long))]).await);
    assert!(state["text"] == text(&long));
}

#[tokio::test]
async fn a_type_that_is_not_there_is_an_error() {
    let mut client = configured().await;
    let config = Some(config(&[]));
    let type_name = "toy_absent".to_owned();
    let request = wire::read_data_source::Request { type_name, config, ..Default::default() };
    let answer = client.read_data_source(request.clone()).await.unwrap().into_inner();
    assert_eq!(summaries(&answer), ["Error: Unknown Data Source"]);
    assert!(answer.diagnostics[0].detail.contains("`toy_absent`"));

    let wire::read_data_source::Request { type_name, config, .. } = request;
    let request = wire::validate_data_resource_config::Request { type_name, config };
    let answer = client.validate_data_resource_config(request).await.unwrap().into_inner();
    assert_eq!(answer.diagnostics[0].summary, "Unknown Data Source");
}

#[tokio::test]
async fn a_panic_is_a_diagnostic_and_the_server_goes_on() {
    let mut client = configured().await;
    let answer = read(&mut client, &[("behave", text("panic"))]).await;
    assert_eq!(summaries(&answer), ["Warning: Before It", "Error: Bug In The Provider"]);
    assert!(answer.diagnostics[1].detail.contains("told to panic"));
    assert_eq!(answer.state, None);

    let diagnostics = validate(&mut client, &[("text", text("panic"))]).await;
    assert_eq!(diagnostics[0].summary, "Bug In The Provider");

    let configured = try_configure(&mut client, text("panic")).await;
    assert_eq!(configured[0].summary, "Bug In The Provider");
    let request = wire::validate_provider_config::Request { config: Some(block(text("panic"))) };
    let validated = client.validate_provider_config(request).await.unwrap().into_inner();
    assert_eq!(validated.diagnostics[0].summary, "Bug In The Provider");

    configure(&mut client, text("any-token")).await;
    state_of(&read(&mut client, &[]).await);
}

#[tokio::test]
async fn stop_ends_the_reads_in_flight_and_no_later_ones() {
    let (toy, channel) = start().await;
    let mut client = ProviderClient::new(channel);
    configure(&mut client, text("any-token")).await;
    let reads: Vec<_> = (0..2)
        .map(|_| {
            let mut client = client.clone();
            tokio::spawn(async move { read(&mut client, &[("behave", text("wait"))]).await })
        })
        .collect();
    soon(toy.waiting.acquire_many(2)).await.unwrap().forget();

    let answer = client.stop_provider(wire::stop_provider::Request {}).await.unwrap();
    assert_eq!(answer.into_inner().error, "");
    for read in reads {
        let answer = soon(read).await.unwrap();
        assert_eq!(summaries(&answer), ["Error: Interrupted"]);
        assert_eq!(answer.state, None);
    }
    state_of(&read(&mut client, &[]).await);

    // Nothing is in flight now: the next stop must not reach what comes after it.
    client.stop_provider(wire::stop_provider::Request {}).await.unwrap();
    state_of(&read(&mut client, &[]).await);
}

#[tokio::test]
async fn a_call_that_the_host_gives_up_is_dropped() {
    let (toy, channel) = start().await;
    let mut client = ProviderClient::new(channel);
    configure(&mut client, text("any-token")).await;
    let reading = tokio::spawn({
        let mut client = client.clone();
        async move { read(&mut client, &[("behave", text("wait"))]).await }
    });
    soon(toy.waiting.acquire()).await.unwrap().forget();
    reading.abort();
    soon(toy.dropped.acquire()).await.unwrap().forget();
    state_of(&read(&mut client, &[]).await);
}

#[tokio::test]
async fn warnings_come_with_the_result_and_with_the_error() {
    let mut client = configured().await;
    let answer = read(&mut client, &[("behave", text("warn"))]).await;
    assert_eq!(summaries(&answer), ["Warning: Told To Warn"]);
    state_of(&answer);

    let answer = read(&mut client, &[("behave", text("fail"))]).await;
    assert_eq!(summaries(&answer), ["Warning: Before It", "Error: Told To Fail"]);
    assert_eq!(answer.state, None);
}

#[tokio::test]
async fn a_diagnostic_points_at_its_attribute_or_nowhere() {
    let mut client = configured().await;
    let diagnostics = validate(&mut client, &[("text", text("invalid"))]).await;
    assert_eq!(diagnostics[0].severity, 1);
    assert_eq!(steps(&diagnostics[0]), ["text", "\"key\"", "3", "inner"]);

    // Present but empty would lose the source lines.
    let answer = read(&mut client, &[("behave", text("warn"))]).await;
    assert_eq!(answer.diagnostics[0].severity, 2);
    assert_eq!(answer.diagnostics[0].attribute, None);
}

#[tokio::test]
async fn the_rules_of_validate_hold_for_a_read_too() {
    let mut client = configured().await;
    let answer = read(&mut client, &[("text", text("invalid"))]).await;
    assert_eq!(summaries(&answer), ["Error: Invalid Text"]);
}

#[tokio::test]
async fn unknown_values_are_no_errors_before_they_are_needed() {
    let mut client = client().await;
    assert_eq!(try_configure(&mut client, Value::unknown()).await, []);
    let unknown_element = Value::Sequence(vec![text("a"), Value::unknown()]);
    let diagnostics =
        validate(&mut client, &[("text", Value::unknown()), ("list", unknown_element)]).await;
    assert_eq!(diagnostics, []);
}

#[tokio::test]
async fn a_null_element_is_pointed_at() {
    let mut client = configured().await;
    let list = Value::Sequence(vec![text("a"), Value::Null]);
    let diagnostics = validate(&mut client, &[("list", list)]).await;
    assert_eq!(diagnostics[0].summary, "Null Element");
    assert_eq!(steps(&diagnostics[0]), ["list", "1"]);
}

#[tokio::test]
async fn a_result_that_is_not_wholly_known_is_our_bug() {
    let mut client = configured().await;
    let answer = read(&mut client, &[("behave", text("unknown"))]).await;
    assert_eq!(summaries(&answer), ["Error: Bug In The Provider"]);
    assert_eq!(answer.state, None);
}

#[tokio::test]
async fn a_configuration_of_another_shape_is_an_error() {
    let mut client = configured().await;
    let other_shape = wire::DynamicValue { msgpack: vec![0x80], json: Vec::new() };
    let request = wire::read_data_source::Request {
        type_name: "toy_echo".to_owned(),
        config: Some(other_shape),
        ..Default::default()
    };
    let answer = client.read_data_source(request).await.unwrap().into_inner();
    assert_eq!(summaries(&answer), ["Error: Unreadable Value"]);
    assert!(answer.diagnostics[0].detail.contains("no member `behave`"));
}
