//! What a model changed, put over the value that it was made from. Pure.

use crate::plugin::value::{Type, Value};

/// Puts what a refinement has changed over the value it was made from.
///
/// `before` and `after` went through a model, which can show less than `value` holds. Lists
/// of the same length are compared item by item; in sets nothing has a place of its own, so
/// one that was changed is taken as a whole.
pub(super) fn overlay(value: Value, before: &Value, after: Value, ty: &Type) -> Value {
    if *before == after {
        return value;
    }
    match (ty, value, before, after) {
        (
            Type::Object(_) | Type::Map(_),
            Value::Mapping(mut members),
            Value::Mapping(before),
            Value::Mapping(after),
        ) => {
            let merge = |(name, after): (String, Value)| {
                let merged = match (members.remove(&name), before.get(&name), member(ty, &name)) {
                    (Some(value), Some(before), Some(ty)) => overlay(value, before, after, ty),
                    _ => after,
                };
                (name, merged)
            };
            Value::Mapping(after.into_iter().map(merge).collect())
        }
        (
            Type::List(ty),
            Value::Sequence(items),
            Value::Sequence(before),
            Value::Sequence(after),
        ) if items.len() == before.len() && before.len() == after.len() => {
            let places = items.into_iter().zip(before).zip(after);
            let merged = places.map(|((value, before), after)| overlay(value, before, after, ty));
            Value::Sequence(merged.collect())
        }
        (_, _, _, after) => after,
    }
}

fn member<'a>(ty: &'a Type, name: &str) -> Option<&'a Type> {
    match ty {
        Type::Object(types) => types.get(name),
        Type::Map(element) => Some(element),
        _ => None,
    }
}
