//! What models promise.

use super::*;

crate::model! {
    #[derive(Debug, PartialEq)]
    struct Whole {
        name: Attr<String>,
        list: Attr<Vec<String>>,
        set: Attr<BTreeSet<String>>,
        map: Attr<BTreeMap<String, i64>>,
        parts: Attr<Vec<Part>>,
        strict: Attr<Strict>,
        anything: Attr<Value>,
        ..shared: Shared,
    }
}

crate::model! {
    #[derive(Debug, PartialEq)]
    struct Part {
        size: Attr<i64>,
    }
}

crate::model! {
    /// Has no place for null or unknown members.
    #[derive(Debug, PartialEq)]
    struct Strict {
        size: i64,
    }
}

crate::model! {
    #[derive(Debug, Default, PartialEq)]
    struct Shared {
        flag: Attr<bool>,
        number: Attr<Number>,
    }
}

#[test]
fn a_model_knows_its_type_with_that_of_its_flattened_parts() {
    let object = |members: &[(&str, Type)]| {
        let members = members.iter().map(|(name, ty)| ((*name).to_owned(), ty.clone()));
        Type::Object(members.collect())
    };
    let expected = object(&[
        ("name", Type::String),
        ("list", schema::list(Type::String)),
        ("set", schema::set(Type::String)),
        ("map", schema::map(Type::Number)),
        ("parts", schema::list(object(&[("size", Type::Number)]))),
        ("strict", object(&[("size", Type::Number)])),
        ("anything", Type::Dynamic),
        ("flag", Type::Bool),
        ("number", Type::Number),
    ]);
    assert_eq!(Whole::ty(), expected);
}

#[test]
fn a_model_survives_being_a_value() {
    let whole = || Whole {
        name: Attr::Unknown,
        list: vec!["b".to_owned(), "a".to_owned()].into(),
        set: BTreeSet::from(["x".to_owned()]).into(),
        map: BTreeMap::from([("k".to_owned(), -1)]).into(),
        parts: vec![Part { size: Attr::Unknown }, Part { size: Attr::Null }].into(),
        strict: Strict { size: 7 }.into(),
        anything: Value::Dynamic(Type::Bool, Box::new(Value::Bool(true))).into(),
        shared: Shared { flag: true.into(), number: Number::Decimal("0.1".to_owned()).into() },
    };
    let value = whole().into_value();
    let Value::Mapping(members) = &value else { panic!("no object") };
    // Flattened members are members of the object itself.
    assert_eq!(members["flag"], Value::Bool(true));
    assert_eq!(members.len(), 9);
    assert_eq!(Whole::from_value(value).unwrap(), whole());
}

#[test]
fn members_that_are_missing_are_null() {
    let empty = Whole::from_value(Value::Mapping(BTreeMap::new())).unwrap();
    assert!(empty.name.is_null() && empty.parts.is_null());
    assert_eq!(empty.shared, Shared::default());
}

#[test]
fn an_unknown_inside_a_collection_makes_the_whole_attribute_unknown() {
    let unknown_inside = Value::Sequence(vec![text("a"), Value::unknown()]);
    assert!(whole("list", unknown_inside.clone()).unwrap().list.is_unknown());
    assert!(whole("set", unknown_inside).unwrap().set.is_unknown());
    let keyed = Value::Mapping([("k".to_owned(), Value::unknown())].into());
    assert!(whole("map", keyed).unwrap().map.is_unknown());
    assert!(whole("parts", Value::Sequence(vec![Value::unknown()])).unwrap().parts.is_unknown());
    let strict = Value::Mapping([("size".to_owned(), Value::unknown())].into());
    assert!(whole("strict", strict).unwrap().strict.is_unknown());
}

#[test]
fn an_unknown_stays_where_there_is_a_place_for_it() {
    let part = Value::Mapping([("size".to_owned(), Value::unknown())].into());
    let whole = whole("parts", Value::Sequence(vec![part])).unwrap();
    assert_eq!(whole.parts, vec![Part { size: Attr::Unknown }].into());
}

#[test]
fn a_null_inside_a_collection_is_refused_with_its_path() {
    let refusal = |name, value| {
        let mismatch = whole(name, value).unwrap_err();
        assert_eq!(mismatch.kind, MismatchKind::Null);
        misfit(mismatch).path.unwrap().to_string()
    };
    let elements = || Value::Sequence(vec![text("a"), Value::Null]);
    assert_eq!(refusal("list", elements()), "list[1]");
    // Elements of sets have no address.
    assert_eq!(refusal("set", elements()), "set");
    let keyed = Value::Mapping([("a key".to_owned(), Value::Null)].into());
    assert_eq!(refusal("map", keyed), r#"map["a key"]"#);
    assert_eq!(refusal("parts", Value::Sequence(vec![Value::Null])), "parts[0]");
    let strict = Value::Mapping([("size".to_owned(), Value::Null)].into());
    assert_eq!(refusal("strict", strict), "strict.size");
}

#[test]
fn a_number_beyond_i64_is_refused_where_an_i64_is_meant() {
    for number in ["9223372036854775808", "0.5"] {
        let number = Value::Number(Number::from_text(number).unwrap());
        let part = Value::Mapping([("size".to_owned(), number)].into());
        let mismatch = whole("parts", Value::Sequence(vec![part])).unwrap_err();
        let diagnostic = misfit(mismatch);
        assert_eq!(diagnostic.summary, "Value Out Of Range");
        assert_eq!(diagnostic.path.unwrap().to_string(), "parts[0].size");
    }
}

#[test]
fn a_root_that_does_not_fit_is_refused_without_a_path() {
    let mismatch = Whole::from_value(Value::Null).unwrap_err();
    assert_eq!(misfit(mismatch).path, None);
    assert_eq!(Path::from_steps(vec![]), None);
}

#[test]
fn known_is_neither_null_nor_unknown() {
    assert_eq!(Attr::from(1).known(), Some(&1));
    assert_eq!(Attr::from(Some(1)).into_known(), Some(1));
    assert_eq!(Attr::<i64>::from(None), Attr::Null);
    assert_eq!(Attr::<i64>::Null.known(), None);
    assert_eq!(Attr::<i64>::Unknown.known(), None);
    assert_eq!(Attr::<i64>::Unknown.into_known(), None);
}

#[test]
fn unknowns_are_found_at_any_depth() {
    let nested = |inner| {
        let object = Value::Mapping([("a".to_owned(), inner)].into());
        Value::Sequence(vec![Value::Null, Value::Dynamic(Type::Bool, Box::new(object))])
    };
    assert!(nested(text("x")).is_wholly_known());
    assert!(!nested(Value::unknown()).is_wholly_known());
}

#[test]
fn paths_read_like_configuration() {
    let path = Path::root("aws").attribute("endpoints").key("e\"c2").index(0);
    assert_eq!(path.to_string(), r#"aws.endpoints["e\"c2"][0]"#);
    assert_eq!(path.steps().len(), 4);
    assert_eq!(path.steps()[0], Step::Attribute("aws".to_owned()));
}

#[test]
fn numbers_are_printed_as_they_came() {
    for digits in ["0", "-7", "9223372036854775807", "18446744073709551616", "0.10", "1e400"] {
        assert_eq!(Number::from_text(digits).unwrap().to_string(), digits);
    }
    assert_eq!(Number::Float(-0.5).to_string(), "-0.5");
    assert_eq!(Number::from(u64::MAX).to_string(), "18446744073709551615");
    assert_eq!(Number::from(7_u64), Number::Integer(7));
    assert_eq!(Number::from_text("7").unwrap().as_i64(), Some(7));
    assert_eq!(Number::Float(7.5).as_i64(), None);
}

fn whole(name: &str, value: Value) -> Result<Whole, Mismatch> {
    Whole::from_value(Value::Mapping([(name.to_owned(), value)].into()))
}
