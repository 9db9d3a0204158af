//! What schemas promise.

use super::*;

#[test]
fn a_good_schema_has_no_faults() {
    assert_eq!(faults_of(DataSource::schema(&Echo)), "");
    let everything = vec![
        required("_a1", schema::set(schema::list(Type::Bool)), "x"),
        optional("dynamic", Type::Dynamic, "x"),
        computed("listed", schema::list(Type::Dynamic), "x"),
        schema::optional_computed("keyed", schema::map(Type::Dynamic), "x"),
        // Means something at the root only.
        nested("n", Nesting::List, Presence::Optional, "x", vec![text_attribute("count")]),
    ];
    assert_eq!(faults_of(schema_of(everything)), "");
}

#[test]
fn schemas_and_models_of_the_toy_agree() {
    assert_eq!(AnyDataSource::model_type(&Echo), DataSource::schema(&Echo).ty());
}

#[test]
fn a_negative_version_is_a_fault() {
    let schema = Schema { version: -1, ..schema_of(vec![]) };
    assert_eq!(faults_of(schema), "the version is negative");
}

#[test]
fn descriptions_must_not_be_missing() {
    let schema = Schema { description: "", ..schema_of(vec![optional("a", Type::Bool, "")]) };
    assert_eq!(faults_of(schema), "the schema has no description\n`a` has no description");
}

#[test]
fn names_are_lower_case_and_there_once() {
    for name in ["", "A", "aB", "1a", "a-b", "a.b", "é", "a b"] {
        let faults = faults_of(schema_of(vec![text_attribute(name)]));
        assert_eq!(faults, format!("`{name}` is no attribute name"));
    }
    let twice = schema_of(vec![text_attribute("a"), text_attribute("b"), text_attribute("a")]);
    assert_eq!(faults_of(twice), "`a` is there twice");
}

#[test]
fn meta_arguments_are_no_attributes() {
    for name in
        ["connection", "count", "depends_on", "for_each", "lifecycle", "provider", "provisioner"]
    {
        let faults = faults_of(schema_of(vec![text_attribute(name)]));
        assert_eq!(faults, format!("`{name}` means something to Terraform itself"));
    }
}

#[test]
fn sets_have_no_dynamic_types_inside() {
    let object = Type::Object([("m".to_owned(), schema::list(Type::Dynamic))].into());
    for ty in [
        schema::set(Type::Dynamic),
        schema::set(schema::map(Type::Dynamic)),
        schema::set(object),
        schema::list(schema::set(Type::Dynamic)),
        Type::Tuple(vec![Type::Bool, schema::set(Type::Dynamic)]),
    ] {
        let faults = faults_of(schema_of(vec![optional("a", ty, "x")]));
        assert_eq!(faults, "`a` has a dynamic type inside a set");
    }
    let dynamic = || vec![optional("d", Type::Dynamic, "x")];
    let nested_set = nested("a", Nesting::Set, Presence::Optional, "x", dynamic());
    assert_eq!(faults_of(schema_of(vec![nested_set])), "`a` has a dynamic type inside a set");
    for nesting in [Nesting::Single, Nesting::List, Nesting::Map] {
        let nested = nested("a", nesting, Presence::Optional, "x", dynamic());
        assert_eq!(faults_of(schema_of(vec![nested])), "");
    }
}

#[test]
fn faults_of_nested_attributes_have_a_path() {
    let empty = nested("deep", Nesting::Set, Presence::Optional, "x", Vec::new());
    let inner = vec![text_attribute("B"), text_attribute("c"), text_attribute("c"), empty];
    let schema = schema_of(vec![nested("a", Nesting::Map, Presence::Optional, "x", inner)]);
    assert_eq!(
        faults_of(schema),
        "`a.B` is no attribute name\n`a.c` is there twice\n`a.deep` nests no attributes"
    );
}

fn faults_of(schema: Schema) -> String {
    schema.faults().join("\n")
}

fn schema_of(attributes: Vec<Attribute>) -> Schema {
    Schema { version: 0, description: "x", attributes }
}

fn text_attribute(name: &'static str) -> Attribute {
    optional(name, Type::String, "x")
}
