//! Which nulls are told, and where.

use expect_test::{Expect, expect};

use super::super::missing::missing;
use crate::plugin::{
    protocol::state_json,
    schema::{Attribute, Nesting, Presence, Schema, computed, nested, optional, required},
    value::{Type, Value},
};

#[test]
fn what_may_be_null_is_not_missed() {
    check(r#"{ "name": "a" }"#, expect![""]);
    check(r#"{ "name": "", "rooms": [], "keys": {}, "marks": [] }"#, expect![""]);
}

#[test]
fn a_null_is_pointed_at_wherever_it_is() {
    check(
        r#"{ "name": null, "door": {}, "rooms": [{ "name": "a" }, {}], "keys": { "k": {} } }"#,
        expect![[r#"
            at name: `name` is null, but must have a value. Set it; where a variable or another expression gives the null, give that one a value.
            at door.name: `door.name` is null, but must have a value. Set it; where a variable or another expression gives the null, give that one a value.
            at rooms[1].name: `rooms[1].name` is null, but must have a value. Set it; where a variable or another expression gives the null, give that one a value.
            at keys["k"].name: `keys["k"].name` is null, but must have a value. Set it; where a variable or another expression gives the null, give that one a value.
        "#]],
    );
}

/// Terraform would lose the line of a path that leads into a set.
#[test]
fn a_null_in_a_set_is_pointed_at_by_the_set() {
    check(
        r#"{ "name": "a", "marks": [{ "name": "a" }, {}] }"#,
        expect![[r#"
            at marks: In an element of `marks`: `name` is null, but must have a value. Set it; where a variable or another expression gives the null, give that one a value.
        "#]],
    );
}

#[test]
fn unknown_is_not_null() {
    let Value::Mapping(mut house) = value(r#"{ "name": "a" }"#) else { panic!("no object") };
    for name in ["name", "door", "rooms", "keys", "marks"] {
        house.insert(name.to_owned(), Value::unknown());
    }
    assert_eq!(told(&Value::Mapping(house)), "");
    assert_eq!(told(&Value::unknown()), "");
}

// Shorthand.

fn house() -> Vec<Attribute> {
    let object = |name, nesting| {
        let inner = vec![
            required("name", Type::String, "x"),
            optional("note", Type::String, "x"),
            computed("serial", Type::String, "x"),
        ];
        nested(name, nesting, Presence::Optional, "x", inner)
    };
    vec![
        required("name", Type::String, "x"),
        optional("note", Type::String, "x"),
        object("door", Nesting::Single),
        object("rooms", Nesting::List),
        object("keys", Nesting::Map),
        object("marks", Nesting::Set),
    ]
}

fn value(json: &str) -> Value {
    let ty = Schema { version: 0, description: "x", attributes: house() }.ty();
    state_json::from_json(json.as_bytes(), &ty).unwrap()
}

fn told(house_value: &Value) -> String {
    let line = |problem: &crate::plugin::Diagnostic| {
        let path = problem.path.as_ref().expect("every one has a path");
        assert_eq!(problem.summary, "Missing Value");
        format!("at {path}: {}\n", problem.detail)
    };
    missing(&house(), house_value).iter().map(line).collect()
}

fn check(json: &str, expected: Expect) {
    expected.assert_eq(&told(&value(json)));
}
