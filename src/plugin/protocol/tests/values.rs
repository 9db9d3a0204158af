//! Values, byte for byte as Terraform 1.11 sends them.

use super::*;

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
