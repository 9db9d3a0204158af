//! Random types, values and bytes: there and back, and never a panic.

use super::*;

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

pub(super) fn any_type() -> impl Strategy<Value = Type> {
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

pub(super) fn typed_value() -> impl Strategy<Value = (Type, Value)> {
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
