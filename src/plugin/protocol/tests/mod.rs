//! What goes over the wire, and what plans are made of.
//!
//! `values`, `types` and `schemas` look at bytes, `random_values` at whatever chance makes up.
//! `planning` holds plans against `plan_rules`, which Terraform enforces; `missing` looks for
//! nulls; `state_json` reads stored states. Shorthand is below.

mod missing;
mod plan_rules;
mod planning;
mod random_plans;
mod random_values;
mod schemas;
mod state_json;
mod types;
mod values;

use std::collections::BTreeMap;

use proptest::{collection::vec, prelude::*, sample::Index};
use unicode_normalization::UnicodeNormalization as _;

use super::{
    convert::{from_dynamic, to_dynamic, to_schema},
    msgpack::{DecodeError, from_msgpack, to_msgpack},
    type_json, wire,
};
use crate::plugin::{
    number::Number,
    schema::{self, Attribute, Nesting, Presence, Schema, computed, nested, optional, required},
    value::{Refinement, Type, Value},
};

fn exchanges(bytes: &str, ty: &Type, value: Value) {
    writes(&value, ty, bytes);
    reads(bytes, ty, value);
}

fn reads(bytes: &str, ty: &Type, value: Value) {
    assert_eq!(from_msgpack(&hex::decode(bytes).unwrap(), ty), Ok(value), "reading {bytes}");
}

fn writes(value: &Value, ty: &Type, bytes: &str) {
    assert_eq!(hex::encode(to_msgpack(value, ty)), bytes, "writing {value:?}");
}

fn refuses(bytes: &str, ty: &Type, error: DecodeError) {
    assert_eq!(from_msgpack(&hex::decode(bytes).unwrap(), ty), Err(error));
}

fn text(text: &str) -> Value {
    Value::String(text.to_owned())
}

fn decimal(text: &str) -> Value {
    Value::Number(Number::Decimal(text.to_owned()))
}

fn refined(bytes: &str) -> Value {
    Value::Unknown(Refinement { encoded: hex::decode(bytes).unwrap() })
}

fn sequence(texts: &[&str]) -> Value {
    Value::Sequence(texts.iter().map(|item| text(item)).collect())
}

fn mapping(members: &[(&str, Value)]) -> Value {
    Value::Mapping(members.iter().map(|(name, it)| ((*name).to_owned(), it.clone())).collect())
}

fn list(element: Type) -> Type {
    schema::list(element)
}

fn set(element: Type) -> Type {
    schema::set(element)
}

fn map(element: Type) -> Type {
    schema::map(element)
}

fn object(members: &[(&str, Type)]) -> Type {
    Type::Object(members.iter().map(|(name, ty)| ((*name).to_owned(), ty.clone())).collect())
}

fn sample() -> Schema {
    let name = || vec![optional("name", Type::String, "A name.")];
    let any = |name, nesting, inner: Vec<Attribute>| {
        nested(name, nesting, Presence::Optional, "Objects.", inner)
    };
    Schema {
        version: 3,
        description: "A sample.",
        attributes: vec![
            required("needed", Type::String, "Needed."),
            optional("allowed", list(Type::String), "Allowed.").sensitive(),
            computed("given", Type::Number, "Given."),
            schema::optional_computed("either", Type::Dynamic, "Either."),
            any(
                "single",
                Nesting::Single,
                vec![
                    optional("name", Type::String, "A name."),
                    optional("size", Type::Number, "A size."),
                ],
            ),
            any("listed", Nesting::List, name()),
            any("unordered", Nesting::Set, name()),
            any("keyed", Nesting::Map, name()),
        ],
    }
}
