//! Types in the JSON notation that schemas and dynamic values carry.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use crate::plugin::value::Type;

/// Deeper types are refused; nobody writes them by hand.
const DEEPEST: usize = 64;

/// Writes a type, for instance `["set","string"]`.
pub(super) fn to_json(ty: &Type) -> Json {
    match ty {
        Type::Bool => json!("bool"),
        Type::Number => json!("number"),
        Type::String => json!("string"),
        Type::Dynamic => json!("dynamic"),
        Type::List(element) => json!(["list", to_json(element)]),
        Type::Set(element) => json!(["set", to_json(element)]),
        Type::Map(element) => json!(["map", to_json(element)]),
        Type::Object(members) => {
            let members: BTreeMap<_, _> =
                members.iter().map(|(name, ty)| (name, to_json(ty))).collect();
            json!(["object", members])
        }
        Type::Tuple(items) => json!(["tuple", items.iter().map(to_json).collect::<Vec<_>>()]),
    }
}

/// Reads a type; `None` where the text is none.
pub(super) fn from_json(text: &[u8]) -> Option<Type> {
    from_value(&serde_json::from_slice(text).ok()?, DEEPEST)
}

fn from_value(json: &Json, depth: usize) -> Option<Type> {
    let depth = depth.checked_sub(1)?;
    if let Some(name) = json.as_str() {
        return match name {
            "bool" => Some(Type::Bool),
            "number" => Some(Type::Number),
            "string" => Some(Type::String),
            "dynamic" => Some(Type::Dynamic),
            _ => None,
        };
    }
    let (kind, of) = match json.as_array()?.as_slice() {
        [kind, of] => (kind.as_str()?, of),
        // The third element lists optional members: input only.
        [kind, of, _] if kind == "object" => ("object", of),
        _ => return None,
    };
    let element = || from_value(of, depth).map(Box::new);
    match kind {
        "list" => Some(Type::List(element()?)),
        "set" => Some(Type::Set(element()?)),
        "map" => Some(Type::Map(element()?)),
        "object" => {
            let members = of.as_object()?.iter();
            let read = |(name, json): (&String, _)| Some((name.clone(), from_value(json, depth)?));
            Some(Type::Object(members.map(read).collect::<Option<_>>()?))
        }
        "tuple" => {
            let items = of.as_array()?.iter();
            Some(Type::Tuple(items.map(|json| from_value(json, depth)).collect::<Option<_>>()?))
        }
        _ => None,
    }
}
