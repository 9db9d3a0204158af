//! Plans, one rule at a time. `?` is unknown; what is not mentioned is null.

use expect_test::{Expect, expect};
use serde_json::Value as Json;

use super::{
    plan_rules::{proposed, violations},
    *,
};
use crate::plugin::{
    path::Path,
    protocol::planning::{plan, replacements, settled},
    schema::optional_computed,
};

#[test]
fn a_creation_knows_what_is_written_and_what_is_default() {
    check(
        r#"{"name": "a"}"#,
        "null",
        expect![[r#"{"colour":"?","id":"?","name":"a","revision":"?","size":1}"#]],
    );
}

#[test]
fn where_nothing_differs_everything_stays_known() {
    check(
        r#"{"name": "a"}"#,
        r#"{"name": "a", "size": 1, "colour": "red", "id": "i", "revision": 7}"#,
        expect![[r#"{"colour":"red","id":"i","name":"a","revision":7,"size":1}"#]],
    );
}

#[test]
fn a_difference_makes_unknown_what_only_the_provider_sets() {
    check(
        r#"{"name": "a", "note": "new"}"#,
        r#"{"name": "a", "note": "old", "size": 1, "colour": "red", "id": "i", "revision": 7}"#,
        expect![[r#"{"colour":"?","id":"i","name":"a","note":"new","revision":"?","size":1}"#]],
    );
}

#[test]
fn a_value_that_is_left_out_falls_back_to_its_default() {
    check(
        r#"{"name": "a"}"#,
        r#"{"name": "a", "size": 3, "id": "i", "revision": 7}"#,
        expect![[r#"{"colour":"?","id":"i","name":"a","revision":"?","size":1}"#]],
    );
}

#[test]
fn what_is_written_beats_default_and_prior() {
    check(
        r#"{"name": "a", "size": 3, "colour": "red"}"#,
        r#"{"name": "a", "size": 1, "colour": "blue", "id": "i", "revision": 7}"#,
        expect![[r#"{"colour":"red","id":"i","name":"a","revision":"?","size":3}"#]],
    );
}

#[test]
fn an_unknown_in_the_configuration_stays_and_makes_a_difference() {
    check(
        r#"{"name": "a", "size": "?", "colour": "?", "words": ["x", "?"]}"#,
        r#"{"name": "a", "size": 1, "colour": "red", "id": "i", "revision": 7}"#,
        expect![[
            r#"{"colour":"?","id":"i","name":"a","revision":"?","size":"?","words":["x","?"]}"#
        ]],
    );
}

#[test]
fn an_unknown_with_a_refinement_goes_through_unchanged() {
    let schema = vec![optional("a", Type::String, "x"), computed("b", Type::String, "x")];
    let ty = Schema { version: 0, description: "x", attributes: schema.clone() }.ty();
    let config = mapping(&[("a", refined("8101c2")), ("b", Value::Null)]);
    let prior = value(r#"{"a": "x", "b": "y"}"#, &ty);
    let planned = plan(&schema, &config, &prior, proposed(&schema, &config, &prior));
    assert_eq!(planned, mapping(&[("a", refined("8101c2")), ("b", Value::unknown())]));
}

#[test]
fn a_prior_null_at_the_root_is_kept_too() {
    check(
        r#"{"name": "a", "note": "new"}"#,
        r#"{"name": "a", "size": 1}"#,
        expect![[r#"{"colour":"?","name":"a","note":"new","revision":"?","size":1}"#]],
    );
}

#[test]
fn inside_an_object_a_prior_value_is_kept_but_a_prior_null_is_not() {
    check(
        r#"{"name": "a", "door": {"kind": "oak", "note": "new"}}"#,
        r#"{"name": "a", "size": 1, "id": "i", "door": {"kind": "oak", "serial": "s", "hint": "h"}}"#,
        expect![[
            r#"{"colour":"?","door":{"hint":"?","kind":"oak","note":"new","serial":"s"},"id":"i","name":"a","revision":"?","size":1}"#
        ]],
    );
    check(
        r#"{"name": "a", "door": {"kind": "oak", "note": "new"}}"#,
        r#"{"name": "a", "size": 1, "id": "i", "door": {"kind": "oak"}}"#,
        expect![[
            r#"{"colour":"?","door":{"hint":"?","kind":"oak","note":"new","serial":"?"},"id":"i","name":"a","revision":"?","size":1}"#
        ]],
    );
}

#[test]
fn an_object_that_is_new_or_gone_or_unknown_is_so_as_a_whole() {
    let prior = r#"{"name": "a", "size": 1, "id": "i", "door": {"kind": "oak", "serial": "s"}}"#;
    check(
        r#"{"name": "a"}"#,
        prior,
        expect![[r#"
            {"colour":"?","id":"i","name":"a","revision":"?","size":1}
            replaced for door.kind"#]],
    );
    check(
        r#"{"name": "a", "door": "?"}"#,
        prior,
        expect![[r#"
            {"colour":"?","door":"?","id":"i","name":"a","revision":"?","size":1}
            replaced for door.kind"#]],
    );
    check(
        r#"{"name": "a", "door": {"kind": "oak"}}"#,
        r#"{"name": "a", "size": 1, "id": "i"}"#,
        expect![[r#"
            {"colour":"?","door":{"hint":"?","kind":"oak","serial":"?"},"id":"i","name":"a","revision":"?","size":1}
            replaced for door.kind"#]],
    );
}

#[test]
fn items_of_lists_keep_values_by_position() {
    let prior = r#"{"name": "a", "size": 1, "id": "i",
        "rooms": [{"name": "x", "serial": "1"}, {"name": "y", "serial": "2"}]}"#;
    check(
        r#"{"name": "a", "rooms": [{"name": "x"}, {"name": "y"}, {"name": "z"}]}"#,
        prior,
        expect![[
            r#"{"colour":"?","id":"i","name":"a","revision":"?","rooms":[{"name":"x","serial":"1"},{"name":"y","serial":"2"},{"name":"z","serial":"?"}],"size":1}"#
        ]],
    );
    check(
        r#"{"name": "a", "rooms": [{"name": "y"}]}"#,
        prior,
        expect![[
            r#"{"colour":"?","id":"i","name":"a","revision":"?","rooms":[{"name":"y","serial":"1"}],"size":1}"#
        ]],
    );
    check(
        r#"{"name": "a", "rooms": ["?", {"name": "?"}]}"#,
        prior,
        expect![[r#"
            {"colour":"?","id":"i","name":"a","revision":"?","rooms":["?",{"name":"?","serial":"2"}],"size":1}
            replaced for rooms[0].base"#]],
    );
}

#[test]
fn members_of_maps_keep_values_by_key() {
    check(
        r#"{"name": "a", "keys": {"new": {"label": "n"}, "old": {"label": "o"}}}"#,
        r#"{"name": "a", "size": 1, "id": "i", "keys": {"gone": {"serial": "1"}, "old": {"label": "o", "serial": "2"}}}"#,
        expect![[r#"
            {"colour":"?","id":"i","keys":{"new":{"label":"n","serial":"?"},"old":{"label":"o","serial":"2"}},"name":"a","revision":"?","size":1}
            replaced for keys["new"].label"#]],
    );
}

#[test]
fn sets_are_planned_as_they_are_written() {
    check(
        r#"{"name": "a", "marks": [{"key": "k"}, "?"]}"#,
        r#"{"name": "a", "size": 1, "id": "i", "marks": [{"key": "k", "value": "v"}]}"#,
        expect![[
            r#"{"colour":"?","id":"i","marks":[{"key":"k"},"?"],"name":"a","revision":"?","size":1}"#
        ]],
    );
}

#[test]
fn a_default_set_that_terraform_has_put_in_order_is_no_difference() {
    let texts = |texts: &[&str]| sequence(texts);
    let mut tags = optional_computed("tags", set(Type::String), "x");
    tags.planning.default = Some(texts(&["b", "a"]));
    let attributes = vec![tags, computed("made", Type::String, "x")];
    let config = mapping(&[("tags", Value::Null), ("made", Value::Null)]);
    let prior = mapping(&[("tags", texts(&["a", "b"])), ("made", text("m"))]);
    let planned = plan(&attributes, &config, &prior, proposed(&attributes, &config, &prior));
    assert_eq!(planned, prior);
}

#[test]
fn a_computed_object_is_unknown_as_a_whole() {
    let inner = vec![computed("x", Type::String, "x"), computed("y", Type::String, "x")];
    let attributes = vec![
        optional("note", Type::String, "x"),
        nested("made", Nesting::Single, Presence::Computed, "x", inner.clone()),
        nested("kept", Nesting::List, Presence::Computed, "x", inner).keeps_prior(),
    ];
    let ty = Schema { version: 0, description: "x", attributes: attributes.clone() }.ty();
    let config = value(r#"{"note": "new"}"#, &ty);
    let prior = value(r#"{"note": "old", "made": {"x": "1"}, "kept": [{"x": "1"}]}"#, &ty);
    let planned = plan(&attributes, &config, &prior, proposed(&attributes, &config, &prior));
    let expected = value(r#"{"note": "new", "made": "?", "kept": [{"x": "1"}]}"#, &ty);
    assert_eq!(planned, expected);
}

// Replacement.

#[test]
fn a_change_of_what_is_fixed_needs_another_object() {
    check(
        r#"{"name": "b", "door": {"kind": "elm"}, "keys": {"k": {"label": "new"}}}"#,
        r#"{"name": "a", "size": 1, "id": "i", "door": {"kind": "oak"}, "keys": {"k": {"label": "old"}}}"#,
        expect![[r#"
            {"colour":"?","door":{"hint":"?","kind":"elm","serial":"?"},"id":"i","keys":{"k":{"label":"new","serial":"?"}},"name":"b","revision":"?","size":1}
            replaced for name
            replaced for door.kind
            replaced for keys["k"].label"#]],
    );
}

#[test]
fn an_item_of_a_list_is_pointed_at() {
    check(
        r#"{"name": "a", "rooms": [{"name": "x"}, {"name": "y", "base": "stone"}]}"#,
        r#"{"name": "a", "size": 1, "id": "i", "rooms": [{"name": "x"}, {"name": "y", "base": "wood"}]}"#,
        expect![[r#"
            {"colour":"?","id":"i","name":"a","revision":"?","rooms":[{"name":"x","serial":"?"},{"base":"stone","name":"y","serial":"?"}],"size":1}
            replaced for rooms[1].base"#]],
    );
}

#[test]
fn an_unknown_may_need_another_object() {
    check(
        r#"{"name": "?"}"#,
        r#"{"name": "a", "size": 1, "id": "i"}"#,
        expect![[r#"
            {"colour":"?","id":"i","name":"?","revision":"?","size":1}
            replaced for name"#]],
    );
}

#[test]
fn an_unknown_list_may_need_another_object_for_what_will_be_in_it() {
    check(
        r#"{"name": "a", "rooms": "?", "marks": "?"}"#,
        r#"{"name": "a", "size": 1, "id": "i"}"#,
        expect![[r#"
            {"colour":"?","id":"i","marks":"?","name":"a","revision":"?","rooms":"?","size":1}
            replaced for rooms"#]],
    );
}

#[test]
fn a_default_inside_an_object_that_nobody_wrote_does_not_hold() {
    let inner = vec![optional_computed("x", Type::Number, "x").or_default(1_i64)];
    let made = nested("made", Nesting::Single, Presence::OptionalComputed, "x", inner);
    let attributes = vec![made];
    let of =
        |number| mapping(&[("made", mapping(&[("x", Value::Number(Number::Integer(number)))]))]);
    let config = mapping(&[("made", Value::Null)]);
    assert_eq!(plan(&attributes, &config, &of(7), proposed(&attributes, &config, &of(7))), of(7));
    let config = mapping(&[("made", mapping(&[("x", Value::Null)]))]);
    assert_eq!(plan(&attributes, &config, &of(7), proposed(&attributes, &config, &of(7))), of(1));
}

#[test]
fn a_creation_replaces_nothing() {
    let attributes = house();
    let planned = value(r#"{"name": "a"}"#, &house_type());
    assert_eq!(replacements(&attributes, &Value::Null, &planned), []);
}

#[test]
fn a_marked_attribute_with_attributes_inside_is_replaced_as_a_whole() {
    let inner = vec![optional("x", Type::String, "x").replaces()];
    let attributes = vec![nested("fixed", Nesting::Set, Presence::Optional, "x", inner).replaces()];
    let of = |text: &str| {
        mapping(&[("fixed", Value::Sequence(vec![mapping(&[("x", super::text(text))])]))])
    };
    assert_eq!(replacements(&attributes, &of("a"), &of("b")), [Path::root("fixed")]);
    assert_eq!(replacements(&attributes, &of("a"), &of("a")), []);
}

// Shorthand.

fn house() -> Vec<Attribute> {
    let serial = || computed("serial", Type::String, "x").keeps_prior();
    let object = |name, nesting, inner| nested(name, nesting, Presence::Optional, "x", inner);
    vec![
        required("name", Type::String, "x").replaces(),
        optional("note", Type::String, "x"),
        optional_computed("size", Type::Number, "x").or_default(1_i64),
        optional_computed("colour", Type::String, "x"),
        optional("words", list(Type::String), "x"),
        computed("id", Type::String, "x").keeps_prior(),
        computed("revision", Type::Number, "x"),
        object(
            "door",
            Nesting::Single,
            vec![
                required("kind", Type::String, "x").replaces(),
                optional("note", Type::String, "x"),
                computed("hint", Type::String, "x"),
                serial(),
            ],
        ),
        object(
            "rooms",
            Nesting::List,
            vec![
                required("name", Type::String, "x"),
                optional("base", Type::String, "x").replaces(),
                serial(),
            ],
        ),
        object(
            "keys",
            Nesting::Map,
            vec![optional("label", Type::String, "x").replaces(), serial()],
        ),
        object(
            "marks",
            Nesting::Set,
            vec![required("key", Type::String, "x"), optional("value", Type::String, "x")],
        ),
    ]
}

fn house_type() -> Type {
    Schema { version: 0, description: "x", attributes: house() }.ty()
}

/// Plans a house, and holds the plan against Terraform's rules.
#[test]
fn a_refinement_that_leaves_nothing_but_what_is_to_be_found_out_is_no_change() {
    let attributes = vec![
        optional("tags", set(Type::String), "x"),
        computed("revision", Type::Number, "x"),
        computed("id", Type::String, "x").keeps_prior(),
    ];
    let ty = Schema { version: 0, description: "x", attributes: attributes.clone() }.ty();
    let of = |json| value(json, &ty);
    let config = of(r#"{"tags": ["a", "b"]}"#);
    let prior = of(r#"{"tags": ["a", "b"], "revision": 7, "id": "i"}"#);
    // A type may put a set together in another order.
    let refined = of(r#"{"tags": ["b", "a"], "revision": "?", "id": "i"}"#);
    assert_eq!(settled(&attributes, &config, &prior, refined), prior);

    for change in [
        r#"{"tags": ["b"], "revision": "?", "id": "i"}"#,
        r#"{"tags": ["a", "b"], "revision": 8, "id": "i"}"#,
        r#"{"tags": ["a", "b"], "revision": "?", "id": "?"}"#,
    ] {
        let refined = of(change);
        assert_eq!(settled(&attributes, &config, &prior, refined.clone()), refined);
    }

    let creation = of(r#"{"revision": "?", "id": "?"}"#);
    let nothing = of("{}");
    assert_eq!(settled(&attributes, &nothing, &Value::Null, creation.clone()), creation);
}

fn check(config: &str, prior: &str, expected: Expect) {
    let (attributes, ty) = (house(), house_type());
    let (config, prior) = (value(config, &ty), value(prior, &ty));
    let planned = plan(&attributes, &config, &prior, proposed(&attributes, &config, &prior));
    assert_eq!(violations(&attributes, &config, &prior, &planned), Vec::<String>::new());
    let mut shown = shown(&planned).to_string();
    for path in replacements(&attributes, &prior, &planned) {
        shown.push_str(&format!("\nreplaced for {path}"));
    }
    expected.assert_eq(&shown);
}

/// Reads a value along its type.
fn value(json: &str, ty: &Type) -> Value {
    of_type(&serde_json::from_str(json).unwrap(), ty)
}

fn of_type(json: &Json, ty: &Type) -> Value {
    match (json, ty) {
        (Json::Null, _) => Value::Null,
        (Json::String(text), _) if text == "?" => Value::unknown(),
        (Json::String(text), Type::String) => super::text(text),
        (Json::Number(number), Type::Number) => {
            Value::Number(Number::Integer(number.as_i64().unwrap()))
        }
        (Json::Array(items), Type::List(element) | Type::Set(element)) => {
            Value::Sequence(items.iter().map(|item| of_type(item, element)).collect())
        }
        (Json::Object(members), Type::Map(element)) => {
            let members = members.iter();
            Value::Mapping(members.map(|(key, it)| (key.clone(), of_type(it, element))).collect())
        }
        (Json::Object(members), Type::Object(types)) => {
            assert!(members.keys().all(|name| types.contains_key(name)), "{json}");
            let member = |(name, ty): (&String, &Type)| {
                (name.clone(), of_type(members.get(name).unwrap_or(&Json::Null), ty))
            };
            Value::Mapping(types.iter().map(member).collect())
        }
        (json, ty) => panic!("{json} is no {ty:?}"),
    }
}

fn shown(value: &Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Unknown(_) => "?".into(),
        Value::Number(number) => number.as_i64().into(),
        Value::String(text) => text.as_str().into(),
        Value::Sequence(items) => items.iter().map(shown).collect(),
        Value::Mapping(members) => {
            let members = members.iter().filter(|(_, member)| **member != Value::Null);
            members.map(|(name, member)| (name.clone(), shown(member))).collect()
        }
        other => panic!("no house has {other:?}"),
    }
}
