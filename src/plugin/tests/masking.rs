//! Secrets that no log line shows.

use super::*;

#[tokio::test]
async fn secrets_of_the_provider_block_are_masked() {
    let mut client = client().await;
    configure(&mut client, text("provider-token-71")).await;
    let answer = read(&mut client, &[("behave", text("leak token"))]).await;
    assert_eq!(answer.diagnostics[0].summary, "Leaked (secret)");
    assert_eq!(answer.diagnostics[0].detail, "It is (secret).");
}

#[tokio::test]
async fn secrets_of_a_configuration_are_masked_from_the_first_message_on() {
    let mut client = configured().await;
    let secret = || ("secret", text("read-secret-72"));
    let answer = read(&mut client, &[secret(), ("behave", text("leak secret"))]).await;
    assert_eq!(answer.diagnostics[0].detail, "It is (secret).");

    let fresh = [("secret", text("validate-secret-73")), ("text", text("leak"))];
    let diagnostics = validate(&mut client, &fresh).await;
    assert_eq!(diagnostics[0].detail, "It is (secret).");
}

#[tokio::test]
async fn secrets_inside_nested_objects_are_masked() {
    let mut client = configured().await;
    let object = |pin: &str| Value::Mapping([("pin".to_owned(), text(pin))].into());
    let keyed = Value::Mapping([("a".to_owned(), object("keyed-pin-74"))].into());
    let listed = Value::Sequence(vec![object("listed-pin-75")]);
    let config = [
        ("behave", text("leak pins")),
        ("single", object("single-pin-76")),
        ("keyed", keyed),
        ("listed", listed),
    ];
    let answer = read(&mut client, &config).await;
    assert_eq!(answer.diagnostics[0].detail, "They are (secret) (secret) (secret).");
}
