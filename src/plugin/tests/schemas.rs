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
    assert_eq!((&Echo as &dyn AnyDataSource<ToyClient>).faults(), Vec::<String>::new());
    assert_eq!((&item::Item as &dyn AnyResource<ToyClient>).faults(), Vec::<String>::new());
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

#[test]
fn a_default_needs_its_type_and_an_attribute_that_either_side_may_set() {
    let fault = |attribute: Attribute| faults_of(schema_of(vec![attribute]));
    let either = || schema::optional_computed("a", Type::String, "x");
    assert_eq!(fault(either().or_default("x".to_owned())), "");
    assert_eq!(fault(either().or_default(true)), "`a` has a default of another type");
    let alone = "`a` has a default but is not both optional and computed";
    assert_eq!(fault(text_attribute("a").or_default("x".to_owned())), alone);
    assert_eq!(fault(computed("a", Type::String, "x").or_default("x".to_owned())), alone);
    assert_eq!(fault(required("a", Type::String, "x").or_default("x".to_owned())), alone);
}

/// The default would come back in the place of what was found out, in every plan.
#[test]
fn a_default_of_an_object_leaves_nothing_to_be_found_out() {
    let of = |inner: Attribute| {
        let mut nested = nested("a", Nesting::Single, Presence::OptionalComputed, "x", vec![inner]);
        nested.planning.default = Some(Value::Mapping([("b".to_owned(), text("x"))].into()));
        faults_of(schema_of(vec![nested]))
    };
    assert_eq!(of(text_attribute("b")), "");
    let fault = "`a` has a default and computed attributes inside";
    assert_eq!(of(computed("b", Type::String, "x")), fault);
}

#[test]
fn only_what_the_provider_sets_keeps_its_prior_value() {
    let fault = |attribute: Attribute| faults_of(schema_of(vec![attribute.keeps_prior()]));
    assert_eq!(fault(computed("a", Type::String, "x")), "");
    assert_eq!(fault(schema::optional_computed("a", Type::String, "x")), "");
    let expected = "`a` keeps its prior value but is not computed";
    assert_eq!(fault(text_attribute("a")), expected);
    let nest = |inner| nested("a", Nesting::Map, Presence::Optional, "x", vec![inner]);
    let inner = text_attribute("b").keeps_prior();
    let expected = "`a.b` keeps its prior value but is not computed";
    assert_eq!(faults_of(schema_of(vec![nest(inner)])), expected);
}

#[test]
fn elements_of_sets_are_wholly_configured_or_wholly_computed() {
    let set = |presence, inner| {
        faults_of(schema_of(vec![nested("a", Nesting::Set, presence, "x", vec![inner])]))
    };
    let fault = "`a` is a set and has computed attributes inside";
    let made = || computed("b", Type::String, "x");
    assert_eq!(set(Presence::Computed, made()), "");
    assert_eq!(set(Presence::Optional, text_attribute("b")), "");
    for presence in [Presence::Required, Presence::Optional, Presence::OptionalComputed] {
        assert_eq!(set(presence, made()), fault);
        assert_eq!(set(presence, text_attribute("b").replaces()), fault);
        let deep = nested("b", Nesting::Single, Presence::Optional, "x", vec![made()]);
        assert_eq!(set(presence, deep), fault);
    }
}

#[test]
fn a_type_whose_parts_do_not_fit_each_other_is_told_with_all_its_faults() {
    let faults = (&bad::Bad as &dyn AnyResource<ToyClient>).faults();
    expect_test::expect![[r#"
        `Less` is no attribute name
        `toy-bad` is no type name
        `Less` of the model is not as described
        `more` of the model is not as described
        `other` of the model is not as described
        identity: `Tags` is no attribute name
        identity: `Tags` has no description
        identity: `Tags` is neither primitive nor a list of that
        identity: `id` is there twice
        identity: nothing in it is required, so nothing tells objects apart
        `Tags` of the identity is not as described
        `id` of the identity is not as described
        limits and the attribute `timeouts` go together"#]]
    .assert_eq(&faults.join("\n"));
}

/// A resource in which nothing fits.
mod bad {
    use super::{super::*, schema_of, text_attribute};
    use crate::plugin::{IdentityAttribute, Limits, Progress, Resource};

    pub(super) struct Bad;

    crate::model! {
        #[derive(Clone)]
        pub(super) struct BadModel {
            same: Attr<String>,
            other: Attr<bool>,
            more: Attr<String>,
        }
    }

    crate::model! {
        pub(super) struct BadIdentity {
            id: Attr<bool>,
        }
    }

    impl Resource for Bad {
        type Client = ToyClient;
        type Model = BadModel;
        type Identity = BadIdentity;

        fn type_name(&self) -> &'static str {
            "toy-bad"
        }

        fn schema(&self) -> Schema {
            schema_of(vec![text_attribute("same"), text_attribute("other"), text_attribute("Less")])
        }

        fn identity_schema(&self) -> Vec<IdentityAttribute> {
            let part = |name, ty, description| IdentityAttribute {
                name,
                ty,
                required: false,
                description,
            };
            vec![
                part("id", Type::String, "x"),
                part("Tags", schema::map(Type::String), ""),
                part("id", schema::list(Type::String), "x"),
            ]
        }

        fn limits(&self) -> Option<Limits> {
            let minute = Duration::from_secs(60);
            Some(Limits { create: minute, read: minute, update: minute, delete: minute })
        }

        fn identity(&self, _: &BadModel) -> BadIdentity {
            unreachable!()
        }

        fn validate(&self, _: &BadModel) -> Diagnostics {
            unreachable!()
        }

        async fn create(
            &self,
            _: &ToyClient,
            _: BadModel,
            _: &Progress<'_, BadModel>,
        ) -> Result<BadModel, Diagnostics> {
            unreachable!()
        }

        async fn read(
            &self,
            _: &ToyClient,
            _: BadModel,
            _: &Context,
        ) -> Result<Option<BadModel>, Diagnostics> {
            unreachable!()
        }

        async fn update(
            &self,
            _: &ToyClient,
            _: BadModel,
            _: BadModel,
            _: &Progress<'_, BadModel>,
        ) -> Result<BadModel, Diagnostics> {
            unreachable!()
        }

        async fn delete(
            &self,
            _: &ToyClient,
            _: BadModel,
            _: &Progress<'_, BadModel>,
        ) -> Result<(), Diagnostics> {
            unreachable!()
        }

        fn identity_from_id(&self, _: &str) -> Result<BadIdentity, Diagnostics> {
            unreachable!()
        }

        async fn import(
            &self,
            _: &ToyClient,
            _: BadIdentity,
            _: &Context,
        ) -> Result<BadModel, Diagnostics> {
            unreachable!()
        }
    }
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
