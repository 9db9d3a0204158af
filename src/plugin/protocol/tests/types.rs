//! Types in their notation.

use super::*;

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
