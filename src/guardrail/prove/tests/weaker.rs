//! Compiled documents with one thing changed: refuted, or proved equal, never unknown.

use serde_json::{Value, json};

use super::{
    compiled::{PLACES, all_rules, compiled, role},
    *,
};
use crate::guardrail::{
    Dialect,
    atlas::Rule,
    intent::{Exemption, Expiry, Intent},
    target::Target,
};

/// A document with one edit, and what the edit is.
struct Edited {
    what: String,
    document: Value,
}

fn intent(dialect: &'static Dialect) -> Intent {
    let guest = Exemption {
        principals: [role(dialect, "guest")].into(),
        rules: [Rule::Launch, Rule::Share].into(),
        expires_at: Some(Expiry::parse("2027-01-01T00:00:00Z").unwrap()),
    };
    Intent { exemptions: vec![guest], ..all_rules(dialect) }
}

/// Every edit of every statement.
fn edits(document: &Value) -> Vec<Edited> {
    let mut edits = Vec::new();
    let count = document["Statement"].as_array().unwrap().len();
    for index in 0..count {
        let mut add = |what: String, change: &dyn Fn(&mut Value)| {
            let mut document = document.clone();
            change(&mut document["Statement"][index]);
            edits.push(Edited { what: format!("statement {index}: {what}"), document });
        };
        let statement = &document["Statement"][index];
        let actions = list(&statement["Action"]);
        for action in actions.iter().filter(|_| actions.len() > 1) {
            let rest: Vec<&String> = actions.iter().filter(|other| other != &action).collect();
            add(format!("without {action}"), &|it| it["Action"] = json!(rest));
        }
        add("all actions".to_owned(), &|it| it["Action"] = json!("*"));
        let resource = statement["Resource"].as_str().unwrap().to_owned();
        if resource != "*" {
            add("any resource".to_owned(), &|it| it["Resource"] = json!("*"));
            let one = resource.replace("/*", "/one");
            add("one resource".to_owned(), &|it| it["Resource"] = json!(one));
            let account =
                resource.replace("::", ":111122223333:").replace("*:*:image", "*:1:image");
            add("in an account".to_owned(), &|it| it["Resource"] = json!(account));
        }
        let tests = statement["Condition"].as_object().into_iter().flatten();
        for (operator, keys) in tests {
            edit_operator(operator, &mut add);
            for (key, values) in keys.as_object().unwrap() {
                edit_key(operator, key, &list(values), &mut add);
            }
        }
    }
    for index in (0..count).filter(|_| count > 1) {
        let mut document = document.clone();
        document["Statement"].as_array_mut().unwrap().remove(index);
        edits.push(Edited { what: format!("statement {index}: gone"), document });
    }
    edits
}

type Add<'a> = dyn FnMut(String, &dyn Fn(&mut Value)) + 'a;

fn edit_operator(operator: &str, add: &mut Add<'_>) {
    let swap = match operator {
        "StringNotEquals" => "StringEquals",
        "StringNotLike" => "StringLike",
        "StringLike" => "StringNotLike",
        "StringEquals" => "StringNotEquals",
        "ArnNotLike" => "ArnLike",
        "DateGreaterThanEquals" => "DateLessThan",
        "ForAnyValue:StringEqualsIgnoreCase" => "ForAllValues:StringEqualsIgnoreCase",
        _ => return,
    };
    let nearly = match operator {
        "DateGreaterThanEquals" => "DateGreaterThan",
        "StringNotLike" => "StringNotEquals",
        "ForAnyValue:StringEqualsIgnoreCase" => "ForAnyValue:StringEquals",
        _ => swap,
    };
    for other in [swap, nearly] {
        add(format!("{operator} becomes {other}"), &|it| {
            let condition = it["Condition"].as_object_mut().unwrap();
            let tests = condition.remove(operator).unwrap();
            let old = condition.entry(other).or_insert_with(|| json!({}));
            for (key, values) in tests.as_object().unwrap() {
                old[key] = values.clone();
            }
        });
    }
}

fn edit_key(operator: &str, key: &str, values: &[String], add: &mut Add<'_>) {
    add(format!("without {key}"), &|it| {
        let tests = it["Condition"][operator].as_object_mut().unwrap();
        tests.remove(key);
        if tests.is_empty() {
            it["Condition"].as_object_mut().unwrap().remove(operator);
        }
    });
    let mut set = |what: String, values: Value| {
        add(what, &|it| it["Condition"][operator][key] = values.clone());
    };
    for value in values {
        if values.len() > 1 {
            let rest: Vec<&String> = values.iter().filter(|other| other != &value).collect();
            set(format!("{key} without {value}"), json!(rest));
        }
        let other = match operator {
            "Null" => "false".to_owned(),
            "DateGreaterThanEquals" => "2027-01-02T00:00:00Z".to_owned(),
            _ => value.replace("role/", "role/x").replace("approved", "Approved") + "x",
        };
        set(format!("{key}: {value} becomes {other}"), json!(other));
    }
    if operator != "Null" && operator != "DateGreaterThanEquals" {
        let more: Vec<String> = values.iter().cloned().chain(["*".to_owned()]).collect();
        set(format!("{key} with a star"), json!(more));
    }
}

fn list(values: &Value) -> Vec<String> {
    match values {
        Value::Array(items) => items.iter().map(|it| it.as_str().unwrap().to_owned()).collect(),
        one => vec![one.as_str().unwrap().to_owned()],
    }
}

#[test]
fn a_single_edit_is_refuted_or_proved_to_be_none() {
    let mut count = 0;
    for (dialect, level) in [PLACES[0], PLACES[2]] {
        let intent = intent(dialect);
        let target = Target::find(dialect, level, None).unwrap();
        let text = compiled(&intent, target);
        let original = foreign(dialect, level, &text);
        // Many edits are alike; every fifth keeps the test short.
        for Edited { what, document } in edits(&text).into_iter().step_by(5) {
            let edited = foreign(dialect, level, &document);
            let change = changed(target, &original, &edited);
            let Change { newly_allowed, newly_denied, .. } = &change;
            let sides = [newly_allowed, newly_denied];
            let unknown = sides.iter().find_map(|side| side.unknown.as_ref());
            assert_eq!(unknown, None, "{level} {what}");
            let proofs = prove(&intent, target, &edited);
            let by = |kind| proofs.results.values().filter(|proof| proof.name() == kind).count();
            assert_eq!(by("unknown"), 0, "{level} {what} {proofs:?}");
            count += 1;
            if change.is_none() {
                // Equal documents; only a statement that does nothing may be at fault.
                let is_idle = |name: &String| name.ends_with("not_vacuous");
                let refuted = proofs.results.iter().filter(|(_, it)| it.name() == "refuted");
                let others: Vec<_> = refuted.filter(|(name, _)| !is_idle(name)).collect();
                assert!(others.is_empty(), "{level} {what} {others:?}");
            } else {
                let witnesses = sides.iter().map(|side| side.witnesses.len()).sum::<usize>();
                assert!(witnesses > 0, "{level} {what}");
                // What makes any difference, the proofs of the intent notice.
                assert!(by("refuted") > 0, "{level} {what}");
            }
        }
    }
    assert!(count >= 60, "only {count} edits");
}
