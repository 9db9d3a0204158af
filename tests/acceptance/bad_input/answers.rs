//! What comes back.

use std::time::{Duration, Instant};

use imageguard_simulator::{AccessKey, Effect, Fault, alicloud, aws};

use super::{ALICLOUD, AWS, alicloud_lookup, aws_lookup, check, clouds, configuration};
use crate::harness::Workspace;

/// An answer that is not the API's, with retries kept short.
fn strange_answer(effect: Effect, parts: &[&str]) {
    let simulator = clouds();
    simulator.inject(Fault::new(effect));
    let settings = "max_retries = 1, request_timeout = \"2s\"";
    let aws = format!(
        "golden_tags = {{ status = [\"approved\"] }}\n  aws = {{ region = \"eu-central-1\", {settings} }}"
    );
    let alicloud = format!(
        "golden_tags = {{ status = [\"approved\"] }}\n  alicloud = {{ region = \"cn-hangzhou\", {settings} }}"
    );
    let started = Instant::now();
    check(&Workspace::new(&configuration(&aws, &aws_lookup(""))).on(&simulator), parts);
    let alicloud = configuration(&alicloud, &alicloud_lookup(""));
    check(&Workspace::new(&alicloud).on(&simulator), parts);
    // Not a measurement: two budgets of four seconds, and room for a busy machine.
    assert!(started.elapsed() < Duration::from_secs(60), "a strange answer must not hang");
}

#[test]
fn an_endpoint_that_answers_html_is_told_as_such() {
    strange_answer(
        Effect::Html { status: 200 },
        &["Unexpected Answer From", "html", "`endpoints`"],
    );
}

#[test]
fn an_answer_that_repeats_a_long_token_does_not_show_its_beginning() {
    let token = format!("TOKEN{}", "0123456789abcdef".repeat(40));
    let echo = format!("<html>debug: {token}</html>");
    let simulator = clouds();
    simulator.edit(|world| {
        let root = format!("arn:aws:iam::{}:root", aws::ACCOUNT);
        world.aws.access_keys.push(AccessKey::new("ASIALONG", "long-secret", &root).token(&token));
        let root = format!("acs:ram::{}:root", alicloud::ACCOUNT);
        let key = AccessKey::new("STS.LONG", "long-secret", &root).token(&token);
        world.alicloud.access_keys.push(key);
    });
    let headers = [("content-type".to_owned(), "text/html".to_owned())].into();
    simulator.inject(Fault::new(Effect::Verbatim { status: 200, headers, body: echo }));
    let temporary = |run: Workspace| {
        run.on(&simulator)
            .variable("AWS_ACCESS_KEY_ID", "ASIALONG")
            .variable("AWS_SECRET_ACCESS_KEY", "long-secret")
            .variable("AWS_SESSION_TOKEN", &token)
            .variable("ALIBABA_CLOUD_ACCESS_KEY_ID", "STS.LONG")
            .variable("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "long-secret")
            .variable("ALIBABA_CLOUD_SECURITY_TOKEN", &token)
    };
    for configuration in
        [configuration(AWS, &aws_lookup("")), configuration(ALICLOUD, &alicloud_lookup(""))]
    {
        let run = temporary(Workspace::new(&configuration));
        check(&run, &["Unexpected Answer From", "debug: (secret)"]);
        assert!(!run.refused().contains("TOKEN0123"));
    }
}

#[test]
fn an_endpoint_that_answers_garbage_is_told_as_such() {
    strange_answer(Effect::Garbage, &["Unexpected Answer From", "`endpoints`"]);
}

#[test]
fn an_endpoint_that_answers_nothing_is_told_as_such() {
    strange_answer(Effect::EmptyBody, &["Unexpected Answer From"]);
}

#[test]
fn an_endpoint_that_answers_other_types_is_told_as_such() {
    strange_answer(Effect::WrongTypes, &["Unexpected Answer From"]);
}

#[test]
fn a_redirect_is_not_followed() {
    let location = "http://192.0.2.1/".to_owned();
    strange_answer(Effect::Redirect { location }, &["Unexpected Answer From", "307"]);
}

#[test]
fn a_deep_answer_is_told_as_such() {
    strange_answer(Effect::DeepBody { levels: 100_000 }, &["Unexpected Answer From"]);
}

#[test]
fn a_huge_answer_is_not_read_to_its_end() {
    strange_answer(Effect::HugeBody { bytes: 1 << 30 }, &["Unexpected Answer From", "32 MiB"]);
}

#[test]
fn an_answer_that_breaks_off_is_told_as_such() {
    strange_answer(Effect::Truncated, &["DescribeImages", "attempts"]);
}

#[test]
fn an_endpoint_that_never_answers_does_not_hang() {
    strange_answer(Effect::Silence, &["Did Not Answer In Time", "`request_timeout`"]);
}

#[test]
fn a_cloud_that_keeps_failing_is_told_with_the_attempts() {
    let effect = Effect::Error {
        status: 503,
        code: "ServiceUnavailable".to_owned(),
        message: String::new(),
    };
    strange_answer(effect, &["Is Not Available", "ServiceUnavailable", "request id", "2 attempts"]);
}

#[test]
fn a_cloud_that_keeps_throttling_is_told_with_the_attempts() {
    let effect = Effect::Throttle { retry_after_ms: Some(10) };
    strange_answer(effect, &["Too Many Requests For", "`-parallelism`", "2 attempts"]);
}

#[test]
fn nobody_at_the_endpoint_is_told_as_such() {
    let settings = "max_retries = 1";
    let endpoint = "http://127.0.0.1:9";
    let provider = format!(
        "golden_tags = {{ status = [\"approved\"] }}\n  aws = {{ region = \"eu-central-1\", {settings}, endpoints = {{ ec2 = \"{endpoint}\" }} }}\n  \
         alicloud = {{ region = \"cn-hangzhou\", {settings}, endpoints = {{ ecs = \"{endpoint}\" }} }}"
    );
    let simulator = clouds();
    for lookup in [aws_lookup(""), alicloud_lookup("")] {
        check(
            &Workspace::new(&configuration(&provider, &lookup)).on(&simulator),
            &["Cannot Be Reached", "127.0.0.1:9", "refused"],
        );
    }
}
