//! Schemas on the wire.

use super::*;

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
