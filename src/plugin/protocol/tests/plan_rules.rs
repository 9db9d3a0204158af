//! What Terraform does before and after a plan: how it proposes a state, and which plans it
//! calls invalid. Written from Terraform's rules, with nothing of the planner in it.

use super::*;
use crate::plugin::{
    path::{Path, Step},
    schema::Kind,
};

/// Returns the state that Terraform proposes for a configuration.
pub(super) fn proposed(attributes: &[Attribute], config: &Value, prior: &Value) -> Value {
    let member = |attribute: &Attribute| {
        let (config, prior) = (part(config, attribute.name), part(prior, attribute.name));
        let is_left_out = attribute.is_computed() && config == Value::Null;
        let proposed = match &attribute.kind {
            _ if is_left_out && was_configured(attribute, &prior) => Value::Null,
            _ if is_left_out => prior,
            Kind::Nested(nesting, inner) => proposed_nested(*nesting, inner, config, &prior),
            Kind::Plain(_) => config,
        };
        (attribute.name.to_owned(), proposed)
    };
    Value::Mapping(attributes.iter().map(member).collect())
}

fn proposed_nested(nesting: Nesting, inner: &[Attribute], config: Value, prior: &Value) -> Value {
    let object = |config: &Value, prior: &Value| match config {
        Value::Mapping(_) => proposed(inner, config, prior),
        other => other.clone(),
    };
    match (nesting, &config) {
        (Nesting::Single, _) => object(&config, prior),
        (Nesting::List, Value::Sequence(items)) => {
            let items = items.iter().enumerate();
            Value::Sequence(items.map(|(at, item)| object(item, &element(prior, at))).collect())
        }
        (Nesting::Map, Value::Mapping(members)) => {
            let members = members.iter();
            let member =
                |(key, member): (&String, &Value)| (key.clone(), object(member, &part(prior, key)));
            Value::Mapping(members.map(member).collect())
        }
        _ => config,
    }
}

/// A nested value that only a practitioner can have written is not kept once it is left out.
fn was_configured(attribute: &Attribute, prior: &Value) -> bool {
    fn has_own(inner: &[Attribute], value: &Value) -> bool {
        inner.iter().any(|attribute| {
            let value = part(value, attribute.name);
            value != Value::Null && (!attribute.is_computed() || below(attribute, &value))
        })
    }
    fn below(attribute: &Attribute, value: &Value) -> bool {
        match (&attribute.kind, value) {
            (Kind::Nested(Nesting::Single, inner), _) => has_own(inner, value),
            (Kind::Nested(_, inner), Value::Sequence(items)) => {
                items.iter().any(|item| has_own(inner, item))
            }
            (Kind::Nested(_, inner), Value::Mapping(members)) => {
                members.values().any(|member| has_own(inner, member))
            }
            _ => false,
        }
    }
    attribute.presence == Presence::OptionalComputed && below(attribute, prior)
}

/// Lists where Terraform would say "Provider produced invalid plan".
pub(super) fn violations(
    attributes: &[Attribute],
    config: &Value,
    prior: &Value,
    planned: &Value,
) -> Vec<String> {
    let mut found = Vec::new();
    judge_object("", attributes, (config, prior, planned), &mut found);
    found
}

type Three<'a> = (&'a Value, &'a Value, &'a Value);

fn judge_object(path: &str, attributes: &[Attribute], values: Three<'_>, found: &mut Vec<String>) {
    let (config, prior, planned) = values;
    let Value::Mapping(members) = planned else {
        return found.push(format!("{path}: the object is {planned:?}"));
    };
    assert_eq!(members.len(), attributes.len(), "{path}");
    for attribute in attributes {
        let name = attribute.name;
        let (config, prior) = (part(config, name), part(prior, name));
        let path = format!("{path}.{name}");
        judge(&path, attribute, (&config, &prior, &members[name]), found);
    }
}

fn judge(path: &str, attribute: &Attribute, values: Three<'_>, found: &mut Vec<String>) {
    let (config, prior, planned) = values;
    let is_kept = *prior != Value::Null && *config != Value::Null && planned == prior;
    if planned == config || is_kept || attribute.presence == Presence::Computed {
        return;
    }
    if *config == Value::Null {
        if !attribute.is_computed() {
            found.push(format!("{path}: planned though neither configured nor computed"));
        }
        return;
    }
    match (&attribute.kind, config, planned) {
        (Kind::Nested(Nesting::Single, inner), Value::Mapping(_), Value::Mapping(_)) => {
            judge_object(path, inner, values, found);
        }
        (Kind::Nested(Nesting::List, inner), Value::Sequence(from), Value::Sequence(to))
            if from.len() == to.len() =>
        {
            for (at, (config, planned)) in from.iter().zip(to).enumerate() {
                let path = format!("{path}[{at}]");
                judge_element(&path, inner, (config, &element(prior, at), planned), found);
            }
        }
        (Kind::Nested(Nesting::Map, inner), Value::Mapping(from), Value::Mapping(to))
            if from.keys().eq(to.keys()) =>
        {
            for (key, planned) in to {
                let path = format!("{path}[{key:?}]");
                judge_element(&path, inner, (&from[key], &part(prior, key), planned), found);
            }
        }
        _ => found.push(format!("{path}: planned otherwise than configured")),
    }
}

fn judge_element(path: &str, inner: &[Attribute], values: Three<'_>, found: &mut Vec<String>) {
    let (config, _, planned) = values;
    match config {
        Value::Mapping(_) => judge_object(path, inner, values, found),
        _ if config == planned => {}
        _ => found.push(format!("{path}: planned otherwise than configured")),
    }
}

/// Returns what a path leads to; `None` where it leads nowhere.
pub(super) fn at<'a>(root: &'a Value, path: &Path) -> Option<&'a Value> {
    path.steps().iter().try_fold(root, |value, step| match (value, step) {
        (Value::Unknown(_), _) => Some(value),
        (Value::Mapping(members), Step::Attribute(name) | Step::Key(name)) => members.get(name),
        (Value::Sequence(items), Step::Index(index)) => items.get(*index),
        _ => None,
    })
}

/// Lists where a final plan says otherwise than the first one, as far as that knew:
/// "Provider produced inconsistent final plan".
pub(super) fn inconsistencies(first: &Value, last: &Value, ty: &Type) -> Vec<String> {
    let mut found = Vec::new();
    compare("", first, last, ty, &mut found);
    found
}

fn compare(path: &str, first: &Value, last: &Value, ty: &Type, found: &mut Vec<String>) {
    match (first, last, ty) {
        (Value::Unknown(_), ..) => {}
        // Their elements are found by value, and that is not known yet.
        (Value::Sequence(from), Value::Sequence(to), Type::Set(_))
            if from.len() >= to.len() && !first.is_wholly_known() => {}
        (Value::Sequence(from), Value::Sequence(to), Type::List(element))
            if from.len() == to.len() =>
        {
            for (at, (from, to)) in from.iter().zip(to).enumerate() {
                compare(&format!("{path}[{at}]"), from, to, element, found);
            }
        }
        (Value::Mapping(from), Value::Mapping(to), _) if from.keys().eq(to.keys()) => {
            for (name, from) in from {
                let ty = match ty {
                    Type::Object(types) => &types[name],
                    Type::Map(element) => element,
                    other => panic!("a mapping cannot be {other:?}"),
                };
                compare(&format!("{path}.{name}"), from, &to[name], ty, found);
            }
        }
        _ if first == last => {}
        _ => found.push(format!("{path}: first {first:?}, then {last:?}")),
    }
}

/// The member of an object or a map; null where there is none.
pub(super) fn part(value: &Value, name: &str) -> Value {
    match value {
        Value::Mapping(members) => members.get(name).cloned().unwrap_or(Value::Null),
        _ => Value::Null,
    }
}

fn element(value: &Value, index: usize) -> Value {
    match value {
        Value::Sequence(items) => items.get(index).cloned().unwrap_or(Value::Null),
        _ => Value::Null,
    }
}
