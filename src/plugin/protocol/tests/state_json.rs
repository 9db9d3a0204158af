//! Stored states, read along their type.

use super::{
    random_values::{any_type, typed_value},
    *,
};
use crate::plugin::protocol::state_json::from_json;

#[test]
fn numbers_are_taken_digit_for_digit() {
    for digits in [
        "0",
        "-7",
        "18446744073709551616",
        "0.10",
        "-0.010000000000000000000003",
        "1e400",
        "2.5E-3",
    ] {
        let Ok(Value::Number(number)) = from_json(digits.as_bytes(), &Type::Number) else {
            panic!("{digits} is no number")
        };
        assert_eq!(number.to_string(), digits);
    }
    reads("9223372036854775807", &Type::Number, Value::Number(Number::Integer(i64::MAX)));
}

#[test]
fn a_member_that_is_missing_is_null_and_one_too_many_is_dropped() {
    let ty = object(&[("a", Type::String), ("b", object(&[("c", Type::Bool)]))]);
    let expected = mapping(&[("a", text("x")), ("b", Value::Null)]);
    reads(r#"{"a": "x", "z": {"deep": [1]}}"#, &ty, expected);
    let expected = mapping(&[("a", Value::Null), ("b", mapping(&[("c", Value::Null)]))]);
    reads(r#"{"a": null, "b": {}}"#, &ty, expected);
}

#[test]
fn primitives_may_be_written_as_one_another() {
    reads(r#""0.10""#, &Type::Number, decimal("0.10"));
    reads("0.10", &Type::String, text("0.10"));
    reads("true", &Type::String, text("true"));
    reads(r#""true""#, &Type::Bool, Value::Bool(true));
    reads(r#""false""#, &Type::Bool, Value::Bool(false));
    reads(" \"x\\n\\u00e9\" ", &Type::String, text("x\né"));
}

#[test]
fn what_is_neither_is_refused_with_its_place() {
    let ty = object(&[("a", list(object(&[("b", Type::Number)]))), ("m", map(Type::Bool))]);
    refuses(r#"{"a": [{"b": 1}, {"b": "one"}]}"#, &ty, "`a.1.b` is not a number");
    refuses(r#"{"a": [{"b": true}]}"#, &ty, "`a.0.b` is not a number");
    refuses(r#"{"a": {"b": 1}}"#, &ty, "`a` is not a list");
    refuses(r#"{"a": [[1]]}"#, &ty, "`a.0` is not a object");
    refuses(r#"{"m": {"k": 1}}"#, &ty, "`m.k` is not a bool");
    refuses(r#"{"m": {"k": "yes"}}"#, &ty, "`m.k` is not a bool");
    refuses(r#"{"m": []}"#, &ty, "`m` is not a map");
    refuses("[]", &ty, "`the state` is not a object");
    refuses("{}", &Type::String, "`the state` is not a string");
    refuses(r#""""#, &Type::Number, "`the state` is not a number");
}

#[test]
fn what_is_not_json_is_refused() {
    for json in ["", "{", "nul", r#"{"a": 1,}"#, "1 2", "\"\u{0}\"", "01"] {
        refuses(json, &object(&[("a", Type::Number)]), "it is not JSON");
    }
    let not_utf8 = from_json(b"\"\xff\"", &Type::String).unwrap_err();
    assert_eq!(not_utf8.to_string(), "it is not JSON");
}

#[test]
fn a_value_of_any_type_stands_beside_its_type() {
    let ty = object(&[("any", Type::Dynamic)]);
    let any = |value| mapping(&[("any", value)]);
    let of = |ty, value| any(Value::Dynamic(ty, Box::new(value)));
    reads(r#"{"any": null}"#, &ty, any(Value::Null));
    reads(r#"{"any": {"value": null, "type": "bool"}}"#, &ty, of(Type::Bool, Value::Null));
    reads(
        r#"{"any": {"type": ["list","string"], "value": ["x"]}}"#,
        &ty,
        of(list(Type::String), sequence(&["x"])),
    );
    refuses(r#"{"any": "x"}"#, &ty, "`any` is not a value with its type");
    refuses(r#"{"any": {"value": "x"}}"#, &ty, "`any` is not a value with its type");
    refuses(r#"{"any": {"value": "x", "type": "text"}}"#, &ty, "`any` is not a type");
    refuses(r#"{"any": {"value": ["x"], "type": "bool"}}"#, &ty, "`any` is not a bool");
}

#[test]
fn a_tuple_has_its_length() {
    let ty = Type::Tuple(vec![Type::String, Type::Bool]);
    reads(r#"["x", true]"#, &ty, Value::Sequence(vec![text("x"), Value::Bool(true)]));
    for json in ["[]", r#"["x"]"#, r#"["x", true, true]"#] {
        refuses(json, &ty, "`the state` is not a tuple of that length");
    }
    refuses(r#"{"0": "x"}"#, &ty, "`the state` is not a tuple");
}

#[test]
fn a_state_nested_too_deep_is_refused() {
    let ty = |levels| (0..levels).fold(Type::Bool, |ty, _| list(ty));
    let json = |levels: usize| format!("{}true{}", "[".repeat(levels), "]".repeat(levels));
    assert!(from_json(json(64).as_bytes(), &ty(64)).is_ok());
    refuses(&json(65), &ty(65), "it is nested more than 64 levels deep");
}

#[test]
fn values_of_any_type_inside_each_other_end_somewhere() {
    let nested = |levels: usize| {
        let open = r#"{"type":"dynamic","value":"#.repeat(levels);
        format!("{open}null{}", "}".repeat(levels))
    };
    assert!(from_json(nested(64).as_bytes(), &Type::Dynamic).is_ok());
    refuses(&nested(65), &Type::Dynamic, "it is nested more than 64 levels deep");
    refuses(&nested(5_000), &Type::Dynamic, "it is nested more than 64 levels deep");
}

proptest! {
    #[test]
    fn values_survive_being_stored((ty, value) in typed_value()) {
        let value = storable(value);
        let read = from_json(stored(&value).as_bytes(), &ty);
        prop_assert_eq!(read.unwrap(), value);
    }

    #[test]
    fn no_text_makes_the_reader_panic(ty in any_type(), json in ".{0,60}") {
        let _ = from_json(json.as_bytes(), &ty);
    }

    /// Gets further into the reader than mere noise does.
    #[test]
    fn a_state_of_another_type_makes_no_panic((_, value) in typed_value(), ty in any_type()) {
        let _ = from_json(stored(&storable(value)).as_bytes(), &ty);
    }
}

/// Writes a state as Terraform does; what is of any type must tell it.
fn stored(value: &Value) -> String {
    let quoted = |text: &str| serde_json::to_string(text).unwrap();
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(flag) => flag.to_string(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => quoted(text),
        Value::Sequence(items) => {
            format!("[{}]", items.iter().map(stored).collect::<Vec<_>>().join(","))
        }
        Value::Mapping(members) => {
            let member = |(name, it): (&String, &Value)| format!("{}:{}", quoted(name), stored(it));
            format!("{{{}}}", members.iter().map(member).collect::<Vec<_>>().join(","))
        }
        Value::Dynamic(ty, inner) => {
            let ty = type_json::to_json(ty);
            format!(r#"{{"value":{},"type":{ty}}}"#, stored(inner))
        }
        Value::Unknown(_) => panic!("no state has unknowns"),
    }
}

/// Takes out what no state holds: unknowns, and floats that are not written in decimals.
fn storable(value: Value) -> Value {
    match value {
        Value::Unknown(_) | Value::Number(Number::Float(_)) => Value::Null,
        Value::Sequence(items) => Value::Sequence(items.into_iter().map(storable).collect()),
        Value::Mapping(members) => {
            let members = members.into_iter();
            Value::Mapping(members.map(|(name, it)| (name, storable(it))).collect())
        }
        Value::Dynamic(ty, inner) => Value::Dynamic(ty, Box::new(storable(*inner))),
        value => value,
    }
}

fn reads(json: &str, ty: &Type, value: Value) {
    assert_eq!(from_json(json.as_bytes(), ty).unwrap(), value, "{json}");
}

fn refuses(json: &str, ty: &Type, why: &str) {
    let error = from_json(json.as_bytes(), ty).unwrap_err();
    assert_eq!(error.to_string(), why, "{json:.80}");
}
