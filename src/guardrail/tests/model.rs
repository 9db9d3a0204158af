//! A second, slow and obvious reading of the same rules, to hold the engine against.
//!
//! It works on the JSON itself, without preparation, shortcuts or assumptions, and knows
//! just the language that `properties.rs` speaks. Where the engine will not decide, the
//! model has no say.

use serde_json::Value;
use time::{Date, OffsetDateTime, format_description::well_known::Rfc3339, macros::time};

/// `allow`, `deny` or `implicit_deny`.
pub(super) fn decide(is_aws: bool, policies: &Value, request: &Value) -> &'static str {
    let decisions: Vec<_> = request["resources"]
        .as_array()
        .unwrap()
        .iter()
        .map(|resource| {
            decide_one(is_aws, policies, request, resource["resource"].as_str().unwrap())
        })
        .collect();
    let worst = |wanted| decisions.iter().find(|decision| **decision == wanted);
    worst("deny").or(worst("implicit_deny")).unwrap_or(&"allow")
}

fn decide_one(is_aws: bool, policies: &Value, request: &Value, resource: &str) -> &'static str {
    let policies = policies.as_array().unwrap();
    let of_level = |level: Option<u64>| -> Vec<_> {
        policies.iter().filter(|policy| policy["level"].as_u64() == level).collect()
    };
    // The account's own level first.
    let mut layers = vec![of_level(Some(1)), of_level(Some(0))];
    layers.retain(|layer| !layer.is_empty());
    layers.push(of_level(None));
    let applies = |layer: &Vec<&Value>, effect: &str| {
        layer.iter().flat_map(|policy| policy["document"]["Statement"].as_array().unwrap()).any(
            |statement| {
                statement["Effect"] == effect
                    && statement_applies(is_aws, statement, request, resource)
            },
        )
    };
    if is_aws && layers.iter().any(|layer| applies(layer, "Deny")) {
        return "deny";
    }
    for layer in &layers {
        if applies(layer, "Deny") {
            return "deny";
        }
        if !applies(layer, "Allow") {
            return "implicit_deny";
        }
    }
    "allow"
}

fn statement_applies(is_aws: bool, statement: &Value, request: &Value, resource: &str) -> bool {
    let action = request["action"].as_str().unwrap().to_lowercase();
    let listed = |list: &Value| texts(list).any(|text| glob(&text.to_lowercase(), &action));
    let action_fits = match &statement["Action"] {
        Value::Null => !listed(&statement["NotAction"]),
        list => listed(list),
    };
    let covers =
        |pattern: &str| if is_aws { aws_name(pattern, resource) } else { glob(pattern, resource) };
    let tests = statement["Condition"].as_object().unwrap();
    action_fits
        && texts(&statement["Resource"]).any(covers)
        && tests.iter().all(|(operator, keys)| {
            let mut keys = keys.as_object().unwrap().iter();
            keys.all(|(key, values)| passes(is_aws, operator, key, values, &request["context"]))
        })
}

fn passes(is_aws: bool, operator: &str, key: &str, values: &Value, context: &Value) -> bool {
    let mut entries = context.as_object().unwrap().iter();
    let found = entries.find(|(name, _)| name.eq_ignore_ascii_case(key));
    let negated = operator.contains("Not");
    match found {
        None => negated,
        Some((_, found)) => {
            // On Alibaba Cloud a value of another type spoils the test.
            let is_address = found.as_str().unwrap().starts_with("10.");
            if !is_aws && operator == "NotIpAddress" && !is_address {
                return false;
            }
            let any = texts(values).any(|wanted| fits(operator, wanted, found.as_str().unwrap()));
            any != negated
        }
    }
}

fn fits(operator: &str, wanted: &str, found: &str) -> bool {
    match operator {
        "StringEquals" | "StringNotEquals" => wanted == found,
        "StringNotLike" => glob(wanted, found),
        // Small enough for binary fractions to be exact.
        "NumericLessThan" => {
            let is_number = found.chars().all(|c| c.is_ascii_digit()) && !found.is_empty();
            is_number && found.parse::<f64>().unwrap() < wanted.parse().unwrap()
        }
        "DateGreaterThanEquals" => date(found).is_some_and(|found| found >= date(wanted).unwrap()),
        "Bool" => wanted.eq_ignore_ascii_case(found),
        "NotIpAddress" => matches!((wanted, found), ("10.0.0.0/8" | "10.0.0.1", "10.0.0.1")),
        other => panic!("the model does not know {other}"),
    }
}

fn date(text: &str) -> Option<OffsetDateTime> {
    match text.len() {
        4 => date(&format!("{text}-01-01")),
        10 => {
            let format = time::macros::format_description!("[year]-[month]-[day]");
            Some(Date::parse(text, format).ok()?.with_time(time!(0:00)).assume_utc())
        }
        1 if text == "1" => Some(OffsetDateTime::UNIX_EPOCH + time::Duration::SECOND),
        _ => OffsetDateTime::parse(text, &Rfc3339).ok(),
    }
}

fn glob(pattern: &str, text: &str) -> bool {
    super::values::by_the_book(
        &pattern.chars().collect::<Vec<_>>(),
        &text.chars().collect::<Vec<_>>(),
    )
}

/// A star may run over colons only if it ends its field; missing fields may be anything.
fn aws_name(pattern: &str, name: &str) -> bool {
    fn walk(pattern: &[char], name: &[char], field: usize) -> bool {
        match (pattern, name) {
            ([], []) => true,
            (['*', rest @ ..], _) => {
                let ends_field = rest.first().is_none_or(|c| *c == ':');
                let crosses = field >= 5 || ends_field;
                walk(rest, name, field)
                    || (name.first().is_some_and(|c| crosses || *c != ':')
                        && walk(pattern, &name[1..], field))
            }
            ([c, rest @ ..], [d, others @ ..]) if c == d => {
                walk(rest, others, field + usize::from(*c == ':'))
            }
            _ => false,
        }
    }
    let chars = |text: &str| text.chars().collect::<Vec<_>>();
    pattern == "*" || walk(&chars(pattern), &chars(name), 0)
}

fn texts(list: &Value) -> impl Iterator<Item = &str> {
    list.as_array().unwrap().iter().map(|item| item.as_str().unwrap())
}
