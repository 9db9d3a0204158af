//! Values byte for byte, types, schemas; what no wire may do to us.
//!
//! `planning` holds plans against `plan_rules`, which Terraform enforces; `missing` looks for
//! nulls; `state_json` reads stored states.

mod missing;
mod plan_rules;
mod planning;
mod random_plans;
mod state_json;

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

// Bytes, as Terraform 1.11 sends them.

#[test]
fn null_of_any_type_is_one_byte() {
    for ty in [Type::Bool, Type::Number, Type::Dynamic, list(Type::String), object(&[])] {
        exchanges("c0", &ty, Value::Null);
    }
}

#[test]
fn unknown_is_extension_zero() {
    for ty in [Type::Bool, Type::Number, Type::Dynamic, list(Type::String), object(&[])] {
        exchanges("d40000", &ty, Value::unknown());
    }
}

#[test]
fn any_extension_of_one_byte_or_none_is_unknown() {
    reads("d47f2a", &Type::String, Value::unknown());
    reads("c70005", &Type::String, Value::unknown());
    // A refinement needs more than a byte; an empty one must not be sent back.
    reads("d40c80", &Type::String, Value::unknown());
}

#[test]
fn longer_extensions_of_other_types_are_refused() {
    let wrong = DecodeError::WrongType { expected: "known extension" };
    refuses("d5000000", &Type::String, wrong);
}

#[test]
fn refinements_are_echoed_unchanged() {
    // Not null; not null and starting with "ami-"; above zero; one to three elements.
    exchanges("c7030c8101c2", &Type::String, refined("8101c2"));
    exchanges("c7090c8201c202a4616d692d", &Type::String, refined("8201c202a4616d692d"));
    exchanges("c7070c8201c2039200c2", &Type::Number, refined("8201c2039200c2"));
    exchanges("c7070c8301c205010603", &list(Type::String), refined("8301c205010603"));
    // Keys that nobody knows yet.
    exchanges("c7030c817f01", &Type::Bool, refined("817f01"));
    // A length with a marker of its own.
    exchanges("d60c8163ff00", &Type::Bool, refined("8163ff00"));
}

#[test]
fn refinements_longer_than_terraform_sends_are_refused() {
    let longest = [vec![0xc8, 0x04, 0x00, 0x0c], vec![0x81; 1024]].concat();
    assert!(from_msgpack(&longest, &Type::String).is_ok());
    let longer = [vec![0xc8, 0x04, 0x01, 0x0c], vec![0x81; 1025]].concat();
    let wrong = DecodeError::WrongType { expected: "known extension" };
    assert_eq!(from_msgpack(&longer, &Type::String), Err(wrong));
}

#[test]
fn texts_have_the_shortest_length_marker() {
    exchanges("a0", &Type::String, text(""));
    exchanges("a3616263", &Type::String, text("abc"));
    let long = "x".repeat(32);
    exchanges(&format!("d920{}", hex::encode(&long)), &Type::String, text(&long));
    let longer = "x".repeat(256);
    exchanges(&format!("da0100{}", hex::encode(&longer)), &Type::String, text(&longer));
}

#[test]
fn texts_may_arrive_as_binary() {
    reads("c403616263", &Type::String, text("abc"));
    reads("d903616263", &Type::String, text("abc"));
}

#[test]
fn texts_leave_in_normal_form() {
    // An "e" with a combining accent becomes the accented letter.
    writes(&text("e\u{301}"), &Type::String, "a2c3a9");
    exchanges("a2c3a9", &Type::String, text("é"));
    let keys = Value::Mapping([("e\u{301}".to_owned(), Value::Null)].into());
    writes(&keys, &map(Type::String), "81a2c3a9c0");
}

#[test]
fn text_that_is_not_utf8_is_refused() {
    refuses("a2c328", &Type::String, DecodeError::NotUtf8);
}

#[test]
fn flags_are_one_byte() {
    exchanges("c2", &Type::Bool, Value::Bool(false));
    exchanges("c3", &Type::Bool, Value::Bool(true));
}

#[test]
fn whole_numbers_have_the_shortest_form() {
    for (bytes, integer) in [
        ("00", 0),
        ("7f", 127),
        ("cc80", 128),
        ("ccff", 255),
        ("cd0100", 256),
        ("ce00010000", 65536),
        ("cf0000000100000000", 1 << 32),
        ("cf0020000000000001", 9_007_199_254_740_993),
        ("cf7fffffffffffffff", i64::MAX),
        ("ff", -1),
        ("e0", -32),
        ("d0df", -33),
        ("d080", -128),
        ("d1ff7f", -129),
        ("d2ffff7fff", -32769),
        ("d3ffffffff7fffffff", -2_147_483_649),
        ("d38000000000000000", i64::MIN),
    ] {
        exchanges(bytes, &Type::Number, Value::Number(Number::Integer(integer)));
    }
}

#[test]
fn whole_numbers_beyond_i64_are_text() {
    let digits = "18446744073709551615";
    exchanges(&format!("b4{}", hex::encode(digits)), &Type::Number, decimal(digits));
    // The same number in the form that other hosts may use.
    reads("cfffffffffffffffff", &Type::Number, decimal(digits));
    reads("cf8000000000000000", &Type::Number, decimal("9223372036854775808"));
    reads("cb43f0000000000000", &Type::Number, decimal("18446744073709551616"));
    reads("cbc3e0000000000001", &Type::Number, decimal("-9223372036854777856"));
}

#[test]
fn exact_fractions_are_floats() {
    exchanges("cbbfe0000000000000", &Type::Number, Value::Number(Number::Float(-0.5)));
    reads("cabf000000", &Type::Number, Value::Number(Number::Float(-0.5)));
}

#[test]
fn other_fractions_are_text_digit_for_digit() {
    exchanges("a3302e31", &Type::Number, decimal("0.1"));
    // What Terraform makes of `1 - 0.99`.
    let long = format!("0.01{}3", "0".repeat(153));
    assert_eq!(long.len(), 158);
    exchanges(&format!("d99e{}", hex::encode(&long)), &Type::Number, decimal(&long));
}

#[test]
fn small_whole_numbers_may_arrive_as_text() {
    reads("a23132", &Type::Number, Value::Number(Number::Integer(12)));
}

#[test]
fn small_whole_numbers_may_arrive_as_floats() {
    reads("cb4008000000000000", &Type::Number, Value::Number(Number::Integer(3)));
    reads("cb8000000000000000", &Type::Number, Value::Number(Number::Integer(0)));
}

#[test]
fn infinity_is_a_number_and_nan_is_none() {
    exchanges("cb7ff0000000000000", &Type::Number, Value::Number(Number::Float(f64::INFINITY)));
    refuses("cb7ff8000000000000", &Type::Number, DecodeError::NotANumber);
    refuses("ca7fc00000", &Type::Number, DecodeError::NotANumber);
    refuses("a34e614e", &Type::Number, DecodeError::NotANumber);
}

#[test]
fn text_that_is_no_decimal_is_no_number() {
    for no_number in ["", "-", "1.", ".5", "1e", "0x10", " 1", "1 ", "Inf", "1_000", "é"] {
        let bytes = to_msgpack(&text(no_number), &Type::String);
        assert_eq!(
            from_msgpack(&bytes, &Type::Number),
            Err(DecodeError::NotANumber),
            "{no_number}"
        );
    }
}

#[test]
fn lists_keep_their_order() {
    exchanges("93a162a161a162", &list(Type::String), sequence(&["b", "a", "b"]));
    exchanges("90", &list(Type::String), sequence(&[]));
}

#[test]
fn sets_leave_sorted_and_without_duplicates() {
    writes(&sequence(&["b", "a", "b"]), &set(Type::String), "92a161a162");
    // Two spellings of the same text are the same element.
    writes(&sequence(&["é", "e\u{301}"]), &set(Type::String), "91a2c3a9");
    reads("92a162a161", &set(Type::String), sequence(&["b", "a"]));
}

#[test]
fn tuples_have_their_exact_length() {
    let ty = Type::Tuple(vec![Type::String, Type::Bool]);
    exchanges("92a161c3", &ty, Value::Sequence(vec![text("a"), Value::Bool(true)]));
    let wrong = || DecodeError::WrongType { expected: "tuple of another length" };
    refuses("91a161", &ty, wrong());
    refuses("93a161c3c3", &ty, wrong());
}

#[test]
fn maps_have_text_keys() {
    let value = mapping(&[("a", Value::Bool(true)), ("b", Value::Null)]);
    exchanges("82a161c3a162c0", &map(Type::Bool), value);
    refuses("8101c3", &map(Type::Bool), DecodeError::WrongType { expected: "string" });
    refuses("81c0c3", &map(Type::Bool), DecodeError::WrongType { expected: "string" });
}

#[test]
fn objects_leave_with_sorted_members_and_arrive_in_any_order() {
    let ty = object(&[("a", Type::Bool), ("b", Type::String)]);
    let value = mapping(&[("a", Value::Bool(true)), ("b", text("x"))]);
    exchanges("82a161c3a162a178", &ty, value.clone());
    reads("82a162a178a161c3", &ty, value);
}

#[test]
fn objects_have_exactly_their_members() {
    let ty = object(&[("a", Type::Bool), ("b", Type::String)]);
    refuses("81a161c3", &ty, DecodeError::MissingMember("b".to_owned()));
    refuses("80", &ty, DecodeError::MissingMember("a".to_owned()));
    let unexpected = |name: &str| DecodeError::UnexpectedMember(name.to_owned());
    refuses("83a161c3a162a178a163c0", &ty, unexpected("c"));
    refuses("83a161c3a162a178a161c2", &ty, unexpected("a"));
}

#[test]
fn dynamic_values_carry_their_type() {
    let string = Box::new(text("x"));
    exchanges("92c40822737472696e6722a178", &Type::Dynamic, Value::Dynamic(Type::String, string));
    // The type may be text instead of binary.
    let string = Box::new(text("x"));
    reads("92a822737472696e6722a178", &Type::Dynamic, Value::Dynamic(Type::String, string));

    let ty = object(&[("a", Type::Number), ("b", list(Type::Bool))]);
    let json = r#"["object",{"a":"number","b":["list","bool"]}]"#;
    let value = mapping(&[
        ("a", Value::Number(Number::Integer(1))),
        ("b", Value::Sequence(vec![Value::Bool(true)])),
    ]);
    exchanges(
        &format!("92c42d{}82a16101a16291c3", hex::encode(json)),
        &Type::Dynamic,
        Value::Dynamic(ty, Box::new(value)),
    );
}

#[test]
fn dynamic_values_may_be_null_or_unknown_of_a_known_type() {
    let of_string = |value| Value::Dynamic(Type::String, Box::new(value));
    exchanges("92c40822737472696e6722c0", &Type::Dynamic, of_string(Value::Null));
    exchanges("92c40822737472696e6722d40000", &Type::Dynamic, of_string(Value::unknown()));
    let bytes = "92c40822737472696e6722c7030c8101c2";
    exchanges(bytes, &Type::Dynamic, of_string(refined("8101c2")));
}

#[test]
fn dynamic_values_need_a_type_and_a_value() {
    let wrong = || DecodeError::WrongType { expected: "dynamic value" };
    refuses("91c40822737472696e6722", &Type::Dynamic, wrong());
    refuses("93c40822737472696e6722a178c0", &Type::Dynamic, wrong());
    refuses("92c4037a7a7aa178", &Type::Dynamic, DecodeError::BadDynamicType);
    refuses("92c4062274657874225a", &Type::Dynamic, DecodeError::BadDynamicType);
}

#[test]
fn a_dynamic_set_leaves_sorted_too() {
    let ty = set(Type::Number);
    let numbers = [2, 1, 2].map(|integer| Value::Number(Number::Integer(integer)));
    let value = Value::Dynamic(ty, Box::new(Value::Sequence(numbers.to_vec())));
    let json = hex::encode(r#"["set","number"]"#);
    writes(&value, &Type::Dynamic, &format!("92c410{json}920102"));
}

#[test]
fn each_type_refuses_the_others() {
    let refused = |bytes, ty, expected| refuses(bytes, &ty, DecodeError::WrongType { expected });
    refused("a178", Type::Bool, "bool");
    refused("01", Type::Bool, "bool");
    refused("c3", Type::Number, "number");
    refused("90", Type::Number, "number");
    refused("01", Type::String, "string");
    refused("90", Type::String, "string");
    refused("80", list(Type::String), "list");
    refused("a178", set(Type::String), "list");
    refused("90", map(Type::String), "map");
    refused("90", object(&[]), "map");
    refused("a178", Type::Dynamic, "list");
}

#[test]
fn nothing_follows_a_value() {
    refuses("c3c3", &Type::Bool, DecodeError::TrailingBytes(1));
    refuses("c0c0c0", &Type::String, DecodeError::TrailingBytes(2));
}

#[test]
fn every_cut_is_noticed() {
    let ty = object(&[("a", Type::Dynamic), ("b", map(set(Type::Number)))]);
    let value = mapping(&[
        ("a", Value::Dynamic(Type::String, Box::new(refined("8101c2")))),
        ("b", mapping(&[("k", Value::Sequence(vec![decimal("0.1")]))])),
    ]);
    let bytes = to_msgpack(&value, &ty);
    assert_eq!(from_msgpack(&bytes, &ty), Ok(value));
    for length in 0..bytes.len() {
        let outcome = from_msgpack(&bytes[..length], &ty);
        assert!(outcome.is_err(), "{length} of {} bytes: {outcome:?}", bytes.len());
    }
}

/// Whoever allocated for these would need 100 GiB.
#[test]
fn lengths_that_lie_are_noticed_before_anything_is_allocated() {
    let tuple = Type::Tuple(vec![Type::Bool]);
    for (bytes, ty) in [
        ("ddffffffff", list(Type::String)),
        ("ddffffffffc0c0", set(Type::String)),
        ("ddffffffffc0", tuple),
        ("ddffffffffc0", Type::Dynamic),
        ("dfffffffffa161c0", map(Type::String)),
        ("dfffffffffa161c0", object(&[("a", Type::Bool)])),
        ("dbffffffff61", Type::String),
        ("c6ffffffff61", Type::String),
        ("dbffffffff31", Type::Number),
        ("c9ffffffff0c00", Type::String),
        // Ten members need at least twenty bytes.
        ("8aa161c0a162c0a163c0", map(Type::String)),
    ] {
        refuses(bytes, &ty, DecodeError::Truncated);
    }
}

#[test]
fn nesting_is_limited() {
    let nested = |levels: usize| {
        let ty = (0..levels).fold(Type::Bool, |ty, _| list(ty));
        (hex::encode([vec![0x91; levels], vec![0xc3]].concat()), ty)
    };
    let (bytes, ty) = nested(63);
    assert!(from_msgpack(&hex::decode(bytes).unwrap(), &ty).is_ok());
    let (bytes, ty) = nested(64);
    refuses(&bytes, &ty, DecodeError::TooDeep);
}

#[test]
fn nesting_of_dynamic_values_is_limited() {
    let deep = "92c4092264796e616d696322".repeat(100_000);
    refuses(&deep, &Type::Dynamic, DecodeError::TooDeep);
}

#[test]
fn messages_without_a_value_are_null() {
    let empty = wire::DynamicValue::default();
    assert_eq!(from_dynamic(None, &Type::String), Ok(Value::Null));
    assert_eq!(from_dynamic(Some(&empty), &Type::String), Ok(Value::Null));
}

#[test]
fn values_in_json_are_not_taken_for_null() {
    let message = wire::DynamicValue { msgpack: Vec::new(), json: b"\"x\"".to_vec() };
    assert_eq!(from_dynamic(Some(&message), &Type::String), Err(DecodeError::Json));
}

#[test]
fn values_leave_in_msgpack_only() {
    let message = to_dynamic(&text("x"), &Type::String);
    assert_eq!(message.msgpack, [0xa1, b'x']);
    assert!(message.json.is_empty());
}

// Types.

#[test]
fn types_have_a_compact_notation() {
    for (json, ty) in [
        (r#""bool""#, Type::Bool),
        (r#""number""#, Type::Number),
        (r#""string""#, Type::String),
        (r#""dynamic""#, Type::Dynamic),
        (r#"["list","string"]"#, list(Type::String)),
        (r#"["set",["map","bool"]]"#, set(map(Type::Bool))),
        (r#"["object",{}]"#, object(&[])),
        (
            r#"["object",{"a":"string","b":["tuple",["bool",["list","dynamic"]]]}]"#,
            object(&[
                ("b", Type::Tuple(vec![Type::Bool, list(Type::Dynamic)])),
                ("a", Type::String),
            ]),
        ),
        (r#"["tuple",[]]"#, Type::Tuple(Vec::new())),
    ] {
        assert_eq!(type_json::to_json(&ty).to_string(), json);
        assert_eq!(type_json::from_json(json.as_bytes()), Some(ty), "{json}");
    }
}

#[test]
fn object_types_may_name_optional_members() {
    let json = br#"["object",{"a":"string"},["a"]]"#;
    assert_eq!(type_json::from_json(json), Some(object(&[("a", Type::String)])));
}

#[test]
fn other_texts_are_no_types() {
    for json in [
        "",
        "string",
        r#""text""#,
        "null",
        "1",
        "{}",
        "[]",
        r#"["list"]"#,
        r#"["list","string","bool"]"#,
        r#"["list",["list"]]"#,
        r#"["object",["string"]]"#,
        r#"["object",{"a":1}]"#,
        r#"["tuple",{"a":"string"}]"#,
        r#"["tuple",["nothing"]]"#,
        r#"["string"]"#,
        r#""bool" "bool""#,
    ] {
        assert_eq!(type_json::from_json(json.as_bytes()), None, "{json}");
    }
}

#[test]
fn types_nested_too_deep_are_refused() {
    let nested = |levels: usize| {
        [r#"["list","#.repeat(levels), r#""bool""#.to_owned(), "]".repeat(levels)].concat()
    };
    assert!(type_json::from_json(nested(63).as_bytes()).is_some());
    assert!(type_json::from_json(nested(64).as_bytes()).is_none());
    assert!(type_json::from_json(nested(100_000).as_bytes()).is_none());
}

// Schemas.

#[test]
fn attributes_have_either_a_type_or_nested_attributes() {
    let block = to_schema(&sample()).block.unwrap();
    assert_eq!(block.attributes.len(), 8);
    let mut seen = 0;
    let mut rest = block.attributes;
    while let Some(attribute) = rest.pop() {
        seen += 1;
        match attribute.nested_type {
            Some(object) => {
                assert!(attribute.r#type.is_empty(), "{} has both", attribute.name);
                rest.extend(object.attributes);
            }
            None => assert!(type_json::from_json(&attribute.r#type).is_some()),
        }
    }
    assert_eq!(seen, 8 + 5);
}

#[test]
fn a_block_is_always_set() {
    let empty = Schema { version: 0, description: "Nothing.", attributes: Vec::new() };
    let block = wire::schema::Block {
        description: "Nothing.".to_owned(),
        description_kind: wire::StringKind::Markdown.into(),
        ..Default::default()
    };
    assert_eq!(to_schema(&empty), wire::Schema { version: 0, block: Some(block) });
}

#[test]
fn attributes_say_who_sets_them() {
    let schema = to_schema(&sample());
    assert_eq!(schema.version, 3);
    let flags: Vec<_> = schema
        .block
        .unwrap()
        .attributes
        .into_iter()
        .map(|it| (it.name, it.required, it.optional, it.computed, it.sensitive))
        .collect();
    let row = |name: &str, required, optional, computed, sensitive| {
        (name.to_owned(), required, optional, computed, sensitive)
    };
    let expected = [
        row("needed", true, false, false, false),
        row("allowed", false, true, false, true),
        row("given", false, false, true, false),
        row("either", false, true, true, false),
    ];
    assert_eq!(flags[..4], expected);
}

#[test]
fn an_attribute_goes_over_with_everything_it_has() {
    let schema = Schema {
        version: 0,
        description: "Things.",
        attributes: vec![
            nested(
                "one",
                Nesting::Single,
                Presence::Optional,
                "One.",
                vec![required("name", Type::String, "A name.")],
            )
            .sensitive(),
        ],
    };
    let name = wire::schema::Attribute {
        name: "name".to_owned(),
        r#type: br#""string""#.to_vec(),
        description: "A name.".to_owned(),
        description_kind: wire::StringKind::Markdown.into(),
        required: true,
        ..Default::default()
    };
    let one = wire::schema::Attribute {
        name: "one".to_owned(),
        nested_type: Some(wire::schema::Object {
            attributes: vec![name],
            nesting: wire::schema::object::NestingMode::Single.into(),
            ..Default::default()
        }),
        description: "One.".to_owned(),
        description_kind: wire::StringKind::Markdown.into(),
        optional: true,
        sensitive: true,
        ..Default::default()
    };
    assert_eq!(to_schema(&schema).block.unwrap().attributes, [one]);
}

#[test]
fn nesting_modes_have_the_numbers_of_the_protocol() {
    let block = to_schema(&sample()).block.unwrap();
    let modes = block.attributes.iter().filter_map(|attribute| {
        attribute.nested_type.as_ref().map(|object| (attribute.name.as_str(), object.nesting))
    });
    let expected = [("single", 1), ("listed", 2), ("unordered", 3), ("keyed", 4)];
    assert_eq!(modes.collect::<Vec<_>>(), expected);
}

#[test]
fn the_type_on_the_wire_is_the_type_of_the_schema() {
    let schema = sample();
    let Type::Object(members) = schema.ty() else { panic!("no object") };
    assert_eq!(members.len(), schema.attributes.len());
    assert_eq!(members["needed"], Type::String);
    let name = || object(&[("name", Type::String)]);
    assert_eq!(members["single"], object(&[("name", Type::String), ("size", Type::Number)]));
    assert_eq!(members["listed"], list(name()));
    assert_eq!(members["unordered"], set(name()));
    assert_eq!(members["keyed"], map(name()));
}

// Random types, values and bytes.

proptest! {
    #[test]
    fn values_survive_the_wire((ty, value) in typed_value()) {
        let bytes = to_msgpack(&value, &ty);
        prop_assert_eq!(from_msgpack(&bytes, &ty), Ok(settled(value, &ty)));
    }

    #[test]
    fn what_came_off_the_wire_goes_back_byte_for_byte((ty, value) in typed_value()) {
        let bytes = to_msgpack(&value, &ty);
        let echo = to_msgpack(&from_msgpack(&bytes, &ty).unwrap(), &ty);
        prop_assert_eq!(hex::encode(echo), hex::encode(bytes));
    }

    #[test]
    fn types_survive_their_notation(ty in any_type()) {
        let json = type_json::to_json(&ty).to_string();
        prop_assert_eq!(type_json::from_json(json.as_bytes()), Some(ty));
    }

    #[test]
    fn no_bytes_make_the_reader_panic(ty in any_type(), bytes in vec(any::<u8>(), 0..200)) {
        let _ = from_msgpack(&bytes, &ty);
        let _ = type_json::from_json(&bytes);
    }

    /// Gets further into the reader than mere noise does.
    #[test]
    fn no_damage_makes_the_reader_panic(
        (ty, value) in typed_value(),
        damage in vec((any::<Index>(), any::<u8>()), 1..4),
        cut in any::<Index>(),
    ) {
        let mut bytes = to_msgpack(&value, &ty);
        for (place, byte) in damage {
            let place = place.index(bytes.len());
            bytes[place] = byte;
        }
        let _ = from_msgpack(&bytes, &ty);
        let _ = from_msgpack(&bytes[..cut.index(bytes.len())], &ty);
    }
}

fn any_type() -> impl Strategy<Value = Type> {
    let leaf =
        prop_oneof![Just(Type::Bool), Just(Type::Number), Just(Type::String), Just(Type::Dynamic),];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            inner.clone().prop_map(list),
            inner.clone().prop_map(set),
            inner.clone().prop_map(map),
            vec(("[a-z_][a-z0-9_]{0,6}", inner.clone()), 0..4)
                .prop_map(|members| Type::Object(members.into_iter().collect())),
            vec(inner, 0..4).prop_map(Type::Tuple),
        ]
    })
}

fn typed_value() -> impl Strategy<Value = (Type, Value)> {
    any_type().prop_flat_map(|ty| (Just(ty.clone()), value_of(&ty)))
}

fn value_of(ty: &Type) -> BoxedStrategy<Value> {
    let known = match ty {
        Type::Bool => any::<bool>().prop_map(Value::Bool).boxed(),
        Type::Number => any_number().prop_map(Value::Number).boxed(),
        Type::String => any_text().prop_map(Value::String).boxed(),
        // One level is enough: the inner types have dynamic members again.
        Type::Dynamic => {
            let inner = prop_oneof![
                Just(Type::String),
                Just(set(Type::Number)),
                Just(object(&[("a", Type::Bool)])),
            ];
            let typed = inner.prop_flat_map(|ty| (Just(ty.clone()), value_of(&ty)));
            typed.prop_map(|(ty, value)| Value::Dynamic(ty, Box::new(value))).boxed()
        }
        Type::List(element) | Type::Set(element) => {
            vec(value_of(element), 0..4).prop_map(Value::Sequence).boxed()
        }
        Type::Map(element) => vec((any_text(), value_of(element)), 0..4)
            .prop_map(|members| Value::Mapping(members.into_iter().collect()))
            .boxed(),
        Type::Object(types) => {
            let members: Vec<_> =
                types.iter().map(|(name, ty)| (Just(name.clone()), value_of(ty))).collect();
            members.prop_map(|members| Value::Mapping(members.into_iter().collect())).boxed()
        }
        Type::Tuple(types) => {
            types.iter().map(value_of).collect::<Vec<_>>().prop_map(Value::Sequence).boxed()
        }
    };
    let unknown =
        vec(any::<u8>(), 2..40).prop_map(|encoded| Value::Unknown(Refinement { encoded }));
    prop_oneof![8 => known, 1 => Just(Value::Null), 1 => Just(Value::unknown()), 1 => unknown]
        .boxed()
}

fn any_number() -> impl Strategy<Value = Number> {
    prop_oneof![
        any::<i64>().prop_map(Number::Integer),
        (-300_i64..300).prop_map(Number::Integer),
        any::<f64>()
            .prop_filter("a fraction", |float| float.fract() != 0.0 && !float.is_nan())
            .prop_map(Number::Float),
        "-?[1-9][0-9]{20,150}".prop_map(Number::Decimal),
        "-?(0|[1-9][0-9]{0,30})\\.[0-9]{1,160}".prop_map(Number::Decimal),
        "[1-9](\\.[0-9]{1,9})?e[-+]?[1-9][0-9]".prop_map(Number::Decimal),
    ]
}

/// Text in normal form, as Terraform has it; long enough for every length marker but one.
fn any_text() -> impl Strategy<Value = String> {
    let text = prop_oneof!["\\PC{0,12}", "[a-z]{30,40}", "[a-z]{250,300}", ".{0,4}"];
    text.prop_map(|text| text.nfc().collect())
}

/// Sorts and thins out sets, which is all that the wire may do to a value.
fn settled(value: Value, ty: &Type) -> Value {
    match (value, ty) {
        (Value::Sequence(items), Type::Set(element)) => {
            let settled = items.into_iter().map(|item| settled(item, element));
            let by_bytes = settled.map(|item| (to_msgpack(&item, element), item));
            Value::Sequence(by_bytes.collect::<BTreeMap<_, _>>().into_values().collect())
        }
        (Value::Sequence(items), Type::List(element)) => {
            Value::Sequence(items.into_iter().map(|item| settled(item, element)).collect())
        }
        (Value::Sequence(items), Type::Tuple(types)) => {
            let items = items.into_iter().zip(types);
            Value::Sequence(items.map(|(item, ty)| settled(item, ty)).collect())
        }
        (Value::Mapping(members), ty) => {
            let of = |name: &String| match ty {
                Type::Object(types) => types[name].clone(),
                Type::Map(element) => (**element).clone(),
                other => panic!("a mapping cannot be {other:?}"),
            };
            let members = members.into_iter();
            Value::Mapping(
                members.map(|(name, it)| (name.clone(), settled(it, &of(&name)))).collect(),
            )
        }
        (Value::Dynamic(ty, inner), _) => {
            let inner = settled(*inner, &ty);
            Value::Dynamic(ty, Box::new(inner))
        }
        (value, _) => value,
    }
}

// Shorthand.

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

#[test]
fn a_value_of_too_many_parts_is_refused() {
    let list = Type::List(Box::new(Type::Bool));
    let of = |length: u32| {
        let mut bytes = vec![0xdd];
        bytes.extend(length.to_be_bytes());
        bytes.resize(bytes.len() + usize::try_from(length).unwrap(), 0xc0);
        from_msgpack(&bytes, &list)
    };
    assert!(of(3_999_999).is_ok());
    assert_eq!(of(4_000_000), Err(DecodeError::TooMany));
}
