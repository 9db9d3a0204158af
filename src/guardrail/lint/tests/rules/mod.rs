//! Where each fault begins and ends: documents that nearly have it, and other forms that
//! do. A file for each family of lints.

mod conditions;
mod doors;
mod form;
mod grants;
mod names;
mod principals;
mod resources;

use serde_json::{Value, json};

use super::*;

const IMAGES: &str = "arn:aws:ec2:*::image/*";
const LAUNCHES: &str = "ec2:*";

/// A document with one statement, for the level.
fn document(level: &str, statement: &Value) -> String {
    let version = if ["scp", "iam_policy"].contains(&level) { "2012-10-17" } else { "1" };
    json!({"Version": version, "Statement": statement}).to_string()
}

fn deny(action: &str, resource: &str, condition: Value) -> Value {
    json!({"Effect": "Deny", "Action": action, "Resource": resource, "Condition": condition})
}

fn allow(action: &str, resource: &str, condition: Value) -> Value {
    json!({"Effect": "Allow", "Action": action, "Resource": resource, "Condition": condition})
}

/// Holds statements against a code; collects what is not as expected, so that one broken
/// lint does not hide another.
#[derive(Default)]
struct Bounds(Vec<String>);

impl Bounds {
    fn text(&mut self, has: bool, code: &str, level: &str, text: &str) {
        if codes(level, text).contains(&code) != has {
            let wanted = if has { "is not found in" } else { "is found in" };
            self.0.push(format!("{code} {wanted} {text}"));
        }
    }

    fn has(&mut self, code: &str, level: &str, statement: Value) {
        self.text(true, code, level, &document(level, &statement));
    }

    fn not(&mut self, code: &str, level: &str, statement: Value) {
        self.text(false, code, level, &document(level, &statement));
    }
}

impl Drop for Bounds {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            assert!(self.0.is_empty(), "{}", self.0.join("\n"));
        }
    }
}
