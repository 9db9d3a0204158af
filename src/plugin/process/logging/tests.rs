//! The shape of log lines, to the byte; what they let through and what they hide.

use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use time::macros::datetime;
use tracing::{Event, Subscriber, level_filters::LevelFilter, subscriber::with_default};
use tracing_subscriber::{
    layer::{Context, Layer, SubscriberExt as _},
    registry,
};

use super::{StderrLog, line, mask, masked, now};

#[test]
fn a_line_is_one_object_of_strings() {
    let line = only_line(|| tracing::info!(count = 3, ok = true, name = "x", "hello"));
    let expected = json!({
        "@level": "info",
        "@message": "hello",
        "@module": "imageguard::plugin::process::logging::tests",
        "@timestamp": "2026-01-02T03:04:05.000006Z",
        "count": "3",
        "ok": "true",
        "name": "x",
    });
    assert_eq!(serde_json::from_str::<Value>(&line).unwrap(), expected);
}

#[test]
fn levels_have_the_names_of_hclog() {
    let lines = lines(|| {
        tracing::error!("m");
        tracing::warn!("m");
        tracing::info!("m");
        tracing::debug!("m");
        tracing::trace!("m");
    });
    let levels: Vec<_> = lines.iter().map(|line| parsed(line)["@level"].clone()).collect();
    assert_eq!(levels, ["error", "warn", "info", "debug", "trace"]);
}

/// Terraform reads line by line, and panics on a message that is no string.
#[test]
fn a_line_has_no_line_feed_inside_and_always_a_message() {
    let line = only_line(|| tracing::warn!(detail = "one\ntwo", "a \"quoted\"\r\n\u{1}message"));
    assert_eq!(parsed(&line)["@message"], "a \"quoted\"\r\n\u{1}message");
    assert_eq!(parsed(&line)["detail"], "one\ntwo");
    let line = only_line(|| tracing::warn!(number = 1.5));
    assert_eq!(parsed(&line)["@message"], "");
    let line = only_line(|| tracing::warn!(message = 42));
    assert_eq!(parsed(&line)["@message"], "42");
}

#[test]
fn the_time_of_day_has_six_digits_after_the_point() {
    for now in [now(), datetime!(2026-12-31 23:59:59 UTC)] {
        let line = only_line_at(now, || tracing::warn!("m"));
        let timestamp = parsed(&line)["@timestamp"].as_str().unwrap().to_owned();
        let shape: String =
            timestamp.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
        assert_eq!(shape, "0000-00-00T00:00:00.000000Z");
    }
}

#[test]
fn our_lines_pass_at_the_level_asked_for_those_of_libraries_from_warnings_and_aws_from_errors_on() {
    let passing = |level| {
        let passing = Arc::new(Mutex::new(Vec::new()));
        let log = Filtered { log: StderrLog { level }, passing: Arc::clone(&passing) };
        with_default(registry().with(log), || {
            tracing::error!(name: "our error", "m");
            tracing::warn!(name: "our warning", "m");
            tracing::debug!(name: "our detail", "m");
            tracing::error!(name: "their error", target: "hyper::client", "m");
            tracing::warn!(name: "their warning", target: "rustls", "m");
            tracing::info!(name: "their news", target: "rustls", "m");
            tracing::trace!(name: "their detail", target: "hyper::client", "m");
            tracing::error!(name: "error of AWS", target: "aws_config::sso", "m");
            tracing::warn!(name: "warning of AWS", target: "aws_config", "m");
            tracing::warn!(name: "warning of AWS", target: "aws_smithy_runtime::client", "m");
        });
        std::mem::take(&mut *passing.lock().unwrap())
    };
    let errors = ["our error", "their error", "error of AWS"];
    let warnings = ["our error", "our warning", "their error", "their warning", "error of AWS"];
    let everything =
        ["our error", "our warning", "our detail", "their error", "their warning", "error of AWS"];
    assert_eq!(passing(LevelFilter::ERROR), errors);
    assert_eq!(passing(LevelFilter::WARN), warnings);
    assert_eq!(passing(LevelFilter::INFO), warnings);
    assert_eq!(passing(LevelFilter::TRACE), everything);
    assert!(passing(LevelFilter::OFF).is_empty());
}

#[test]
fn a_secret_is_masked_wherever_it_stands() {
    mask("hunter2-in-logs");
    let line = only_line(|| {
        tracing::warn!(header = "Bearer hunter2-in-logs", "sent hunter2-in-logs twice");
    });
    assert_eq!(parsed(&line)["@message"], "sent (secret) twice");
    assert_eq!(parsed(&line)["header"], "Bearer (secret)");
    assert_eq!(masked("hunter2-in-logs, hunter2-in-logs"), "(secret), (secret)");
}

#[test]
fn a_secret_is_masked_in_escaped_form_too() {
    let secret = "line one\nline \"two\" \\ slash";
    mask(secret);
    let line = only_line(|| tracing::warn!(debugged = ?secret, shown = secret, "got {secret:?}"));
    assert_eq!(parsed(&line)["@message"], r#"got "(secret)""#);
    assert_eq!(parsed(&line)["shown"], "(secret)");
    assert_eq!(parsed(&line)["debugged"], r#""(secret)""#);
}

#[test]
fn a_secret_is_masked_in_the_forms_of_a_url_of_json_and_of_html() {
    mask("short+/of=it&more-Zm9yIHRoaXMgdGVzdCBvbmx5/YW5kIG5vdGhpbmcgZWxzZQ==");
    let url = "short%2B%2Fof%3Dit%26more-Zm9yIHRoaXMgdGVzdCBvbmx5%2FYW5kIG5vdGhpbmcgZWxzZQ%3D%3D";
    assert_eq!(masked(&format!("t={url}&x")), "t=(secret)&x");
    let json = r"more-Zm9yIHRoaXMgdGVzdCBvbmx5\/YW5kIG5vdGhpbmcgZWxzZQ==";
    assert_eq!(masked(json), r"more-(secret)\/(secret)==");
    let html = "Zm9yIHRoaXMgdGVzdCBvbmx5&#x2F;YW5kIG5vdGhp";
    assert_eq!(masked(html), "(secret)&#x2F;(secret)");
}

/// The forms begin alike, and the longer one must not hide half of the shorter.
#[test]
fn a_secret_with_marks_behind_its_beginning_is_masked_to_its_end() {
    mask("abcdefghijklmnop+\"/tail=");
    assert_eq!(masked("<abcdefghijklmnop+\"/tail=>"), "<(secret)>");
    assert_eq!(masked("<abcdefghijklmnop+\\\"/tail=>"), "<(secret)>");
    assert_eq!(masked("<abcdefghijklmnop%2B%22%2Ftail%3D>"), "<(secret)>");
}

#[test]
fn a_secret_that_begins_another_leaves_nothing_of_it_bare() {
    mask("overlap-one");
    mask("overlap-one-and-more");
    assert_eq!(masked("x overlap-one-and-more y overlap-one z"), "x (secret) y (secret) z");
}

/// Whatever the secret is: a line that lost its keys would become plain text.
#[test]
fn masking_leaves_the_shape_of_a_line_alone() {
    mask("@timestamp");
    let line = only_line(|| tracing::warn!("the @timestamp"));
    assert_eq!(parsed(&line)["@message"], "the (secret)");
    assert_eq!(parsed(&line)["@timestamp"], "2026-01-02T03:04:05.000006Z");
}

#[test]
fn ordinary_words_are_not_masked() {
    mask("");
    mask("word");
    mask("words");
    assert_eq!(masked("a word, two words"), "a word, two words");
}

/// Renders events instead of printing them.
struct Rendering {
    now: time::OffsetDateTime,
    lines: Arc<Mutex<Vec<String>>>,
}

impl<S: Subscriber> Layer<S> for Rendering {
    fn on_event(&self, event: &Event<'_>, _context: Context<'_, S>) {
        self.lines.lock().unwrap().push(line(event, self.now));
    }
}

/// Notes the names of the events that would be printed.
struct Filtered {
    log: StderrLog,
    passing: Arc<Mutex<Vec<&'static str>>>,
}

impl<S: Subscriber> Layer<S> for Filtered {
    fn on_event(&self, event: &Event<'_>, _context: Context<'_, S>) {
        if self.log.wants(event.metadata()) {
            self.passing.lock().unwrap().push(event.metadata().name());
        }
    }
}

fn lines(events: impl FnOnce()) -> Vec<String> {
    lines_at(datetime!(2026-01-02 03:04:05.000006 UTC), events)
}

fn lines_at(now: time::OffsetDateTime, events: impl FnOnce()) -> Vec<String> {
    let lines = Arc::new(Mutex::new(Vec::new()));
    with_default(registry().with(Rendering { now, lines: Arc::clone(&lines) }), events);
    // Other threads may hold the subscriber a moment longer.
    std::mem::take(&mut *lines.lock().unwrap())
}

fn only_line(event: impl FnOnce()) -> String {
    only_line_at(datetime!(2026-01-02 03:04:05.000006 UTC), event)
}

fn only_line_at(now: time::OffsetDateTime, event: impl FnOnce()) -> String {
    let lines = lines_at(now, event);
    assert_eq!(lines.len(), 1);
    lines.into_iter().next().unwrap()
}

/// Parses a line as Terraform does: one object and a line feed, every value a string.
fn parsed(line: &str) -> Value {
    let object = line.strip_suffix('\n').expect("a line ends with a line feed");
    assert!(!object.contains('\n'), "{object}");
    let object: Value = serde_json::from_str(object).unwrap();
    assert!(object.as_object().unwrap().values().all(Value::is_string), "{object}");
    object
}

#[test]
fn a_secret_that_was_cut_off_is_masked_as_well() {
    let secret = "cut-secret-0123456789-abcdefghij-and-much-more";
    mask(secret);
    assert_eq!(masked("it is cut-secret-0123456789-abc"), "it is (secret)");
    assert_eq!(masked("cut-secret-0123 cut-secret-0x"), "(secret) (secret)x");
    assert_eq!(masked(&format!("<{secret}>")), "<(secret)>");
    assert_eq!(masked("cut-secret"), "cut-secret");
}
