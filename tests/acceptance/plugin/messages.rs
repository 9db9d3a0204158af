//! What a practitioner is told, and what never shows.

use super::{LINES_BEFORE, toy};
use crate::harness::{errors, unwrapped};

const TOKEN: &str = "acceptance-token-81";

#[test]
fn an_error_points_at_the_line_to_blame() {
    let workspace = toy("data \"toy_echo\" \"x\" {\n  flag = true\n  text = \"invalid\"\n}\n");
    let line = LINES_BEFORE + 3;
    assert_eq!(
        workspace.refused(),
        format!(
            "Error: Invalid Text\n\
             with data.toy_echo.x,\n\
             on main.tf line {line}, in data \"toy_echo\" \"x\":\n\
             {line}:   text = \"invalid\"\n\
             The text is `invalid`. Write another one."
        )
    );
}

#[test]
fn a_null_element_is_pointed_at() {
    let workspace = toy("data \"toy_echo\" \"x\" {\n  list = [\"a\", null]\n}\n");
    let refused = workspace.refused();
    assert!(refused.starts_with("Error: Null Element"), "{refused}");
    assert!(refused.contains(&format!("on main.tf line {}", LINES_BEFORE + 2)), "{refused}");
}

#[test]
fn validate_needs_no_known_values() {
    let workspace = toy(r#"
        variable "text" {}
        variable "token" {}

        provider "toy" {
          token = var.token
        }

        data "toy_echo" "x" {
          text = var.text
          list = [var.text]
        }
        "#);
    let validated = workspace.terraform(&["validate", "-no-color"]);
    assert!(validated.success, "{}", validated.text);
}

#[test]
fn a_warning_is_shown_and_stops_nothing() {
    let workspace = toy("data \"toy_echo\" \"x\" {\n  behave = \"warn\"\n}\n");
    let applied = workspace.apply();
    assert!(applied.text.contains("Warning: Told To Warn"), "{}", applied.text);
}

#[test]
fn an_error_shows_no_secret() {
    let refused = toy(&with_token("fail")).refused();
    assert!(refused.starts_with("Error: Told To Fail"), "{refused}");
    assert!(refused.contains("Token (secret)."), "{refused}");
    assert!(!refused.contains(TOKEN), "{refused}");
}

#[test]
fn a_panic_is_told_as_a_crash_without_a_secret() {
    let plan = toy(&with_token("panic")).terraform(&["plan", "-no-color"]);
    assert!(!plan.success, "{}", plan.text);
    let told = errors(&plan.text);
    assert!(told.starts_with("Error: Bug In The Provider"), "{told}");
    assert!(unwrapped(&told).contains("told to panic, token (secret)"), "{told}");
    for line in [
        "Stack trace from the terraform-provider-toy plugin:",
        "panic: told to panic, token (secret)",
        "Error: The terraform-provider-toy plugin crashed!",
    ] {
        assert!(told.contains(line), "no `{line}` in:\n{told}");
    }
    assert!(!plan.text.contains(TOKEN), "{}", plan.text);
}

#[test]
fn the_log_has_our_lines_at_their_level_and_no_secret() {
    let long = "d".repeat(90);
    let workspace = toy(&with_token("panic"));
    let sockets = workspace.path("tmp").join(long);
    std::fs::create_dir(&sockets).unwrap();
    let workspace = workspace.variable("TMPDIR", sockets).variable("TF_LOG", "trace");
    let log = workspace.terraform(&["plan", "-no-color"]).text;
    // Terraform writes the fields of a line in any order.
    for (start, field) in [
        (
            "[DEBUG] provider.terraform-provider-toy: told to shut down: ",
            "@module=imageguard::plugin::process::services",
        ),
        (
            "[WARN]  provider.terraform-provider-toy: no path for a socket, trying elsewhere: ",
            "@module=imageguard::plugin::process::listener",
        ),
    ] {
        let mut lines = log.lines();
        let found = lines.any(|line| line.contains(start) && line.contains(field));
        assert!(found, "no `{start}` with `{field}` in:\n{log}");
    }
    // The log is not just quiet about it: a panic has tried to show it.
    assert!(log.contains("told to panic, token (secret)"), "{log}");
    assert!(!log.contains(TOKEN), "the log shows the secret");
}

fn with_token(behave: &str) -> String {
    format!(
        r#"
        variable "token" {{
          sensitive = true
          default   = "{TOKEN}"
        }}

        provider "toy" {{
          token = var.token
        }}

        data "toy_echo" "x" {{
          behave = "{behave}"
        }}
        "#
    )
}
