//! Random schemas, configurations and priors: what holds of every plan.

use super::{
    plan_rules::{at, inconsistencies, proposed, violations},
    *,
};
use crate::plugin::{
    protocol::planning::{plan, replacements},
    schema::{Kind, Planning},
};

const NAMES: [&str; 4] = ["a", "b", "c", "d"];

proptest! {
    #[test]
    fn every_plan_is_one_that_terraform_accepts(case in any_case()) {
        let planned = case.plan(&case.config);
        prop_assert!(planned.is_of(&case.ty()));
        let violations = violations(&case.attributes, &case.config, &case.prior, &planned);
        prop_assert_eq!(violations, Vec::<String>::new());
    }

    #[test]
    fn every_path_of_a_replacement_is_there_and_differs(case in any_case()) {
        let planned = case.plan(&case.config);
        for path in replacements(&case.attributes, &case.prior, &planned) {
            let (before, after) = (at(&case.prior, &path), at(&planned, &path));
            prop_assert!(before.or(after).is_some(), "{path} leads nowhere");
            prop_assert_ne!(before, after, "{} is the same", path);
        }
    }

    /// Terraform plans again in apply, when everything is known.
    #[test]
    fn a_final_plan_keeps_what_the_first_one_knew(case in any_case()) {
        let first = case.plan(&case.config);
        let settled = in_order(made_known(case.config.clone(), &case.ty()), &case.ty());
        let last = case.plan(&settled);
        prop_assert_eq!(inconsistencies(&first, &last, &case.ty()), Vec::<String>::new());
    }

    /// By then Terraform takes no other action than the one it has shown.
    #[test]
    fn a_final_plan_replaces_only_what_the_first_one_did(case in any_case()) {
        let settled = in_order(made_known(case.config.clone(), &case.ty()), &case.ty());
        let replaced = |config| {
            !replacements(&case.attributes, &case.prior, &case.plan(config)).is_empty()
        };
        prop_assert!(replaced(&case.config) || !replaced(&settled));
    }

    #[test]
    fn what_was_applied_needs_no_change(mut case in any_case()) {
        let ty = case.ty();
        case.config = in_order(made_known(case.config.clone(), &ty), &ty);
        case.prior = Value::Null;
        case.prior = in_order(made_known(case.plan(&case.config), &ty), &ty);
        prop_assert_eq!(case.plan(&case.config), case.prior);
    }

    #[test]
    fn the_schemas_made_up_here_are_good_ones(case in any_case()) {
        let schema = Schema { version: 0, description: "x", attributes: case.attributes };
        prop_assert_eq!(schema.faults(), Vec::<String>::new());
    }
}

#[derive(Clone, Debug)]
struct Case {
    attributes: Vec<Attribute>,
    config: Value,
    prior: Value,
}

impl Case {
    fn ty(&self) -> Type {
        Schema { version: 0, description: "x", attributes: self.attributes.clone() }.ty()
    }

    fn plan(&self, config: &Value) -> Value {
        let proposed = proposed(&self.attributes, config, &self.prior);
        plan(&self.attributes, config, &self.prior, proposed)
    }
}

/// The prior is nothing, anything, or what an apply of this or another configuration left.
fn any_case() -> impl Strategy<Value = Case> {
    attributes(2, false).prop_flat_map(|attributes| {
        let ty = Schema { version: 0, description: "x", attributes: attributes.clone() }.ty();
        let config = || object_of(&attributes);
        let history = (0..4, known_object(&ty));
        (Just(attributes.clone()), config(), config(), history).prop_map(
            move |(attributes, config, other, (kind, random))| {
                let mut case =
                    Case { attributes, config: in_order(config, &ty), prior: Value::Null };
                let applied = |config: &Value| in_order(made_known(case.plan(config), &ty), &ty);
                case.prior = match kind {
                    0 => Value::Null,
                    1 => in_order(random, &ty),
                    2 => applied(&in_order(other, &ty)),
                    _ => applied(&case.config),
                };
                case
            },
        )
    })
}

// Schemas.

fn attributes(depth: u32, in_set: bool) -> BoxedStrategy<Vec<Attribute>> {
    vec((kind(depth, in_set), 0..4_usize, any::<[bool; 3]>()), 1..=NAMES.len())
        .prop_flat_map(move |drawn| {
            let attributes: Vec<_> = NAMES
                .into_iter()
                .zip(drawn)
                .map(|(name, (kind, presence, flags))| {
                    attribute(name, kind, presence, flags, in_set)
                })
                .collect();
            attributes
        })
        .boxed()
}

fn kind(depth: u32, in_set: bool) -> BoxedStrategy<Kind> {
    let plain = prop_oneof![
        Just(Type::String),
        Just(Type::Number),
        Just(list(Type::String)),
        Just(set(Type::String)),
    ];
    let plain = plain.prop_map(Kind::Plain);
    if depth == 0 {
        return plain.boxed();
    }
    let nested = |nesting| {
        let inner = attributes(depth - 1, in_set || nesting == Nesting::Set);
        inner.prop_map(move |inner| Kind::Nested(nesting, inner))
    };
    prop_oneof![
        4 => plain,
        1 => nested(Nesting::Single),
        1 => nested(Nesting::List),
        1 => nested(Nesting::Map),
        1 => nested(Nesting::Set),
    ]
    .boxed()
}

fn attribute(
    name: &'static str,
    kind: Kind,
    presence: usize,
    [defaults, keeps_prior, replaces]: [bool; 3],
    in_set: bool,
) -> BoxedStrategy<Attribute> {
    let drawn =
        [Presence::Required, Presence::Optional, Presence::OptionalComputed, Presence::Computed]
            [presence];
    let presence = match (drawn, &kind) {
        (Presence::OptionalComputed | Presence::Computed, _) if in_set => Presence::Optional,
        // Terraform takes what it finds in there for configured.
        (Presence::OptionalComputed, Kind::Nested(_, inner)) if !all_computed(inner) => {
            Presence::Optional
        }
        (drawn, _) => drawn,
    };
    let is_computed = matches!(presence, Presence::OptionalComputed | Presence::Computed);
    let planning = Planning {
        default: None,
        keeps_prior: keeps_prior && is_computed,
        replaces: replaces && !in_set,
    };
    let attribute =
        Attribute { name, kind, presence, description: "x", sensitive: false, planning };
    // A default for a whole object has no computed attributes inside, and there are others.
    let is_plain = matches!(attribute.kind, Kind::Plain(_));
    if !(defaults && is_plain && presence == Presence::OptionalComputed) {
        return Just(attribute).boxed();
    }
    let default = known(&attribute.ty());
    default
        .prop_map(move |default| {
            let mut attribute = attribute.clone();
            attribute.planning.default = Some(default);
            attribute
        })
        .boxed()
}

fn all_computed(attributes: &[Attribute]) -> bool {
    attributes.iter().all(|attribute| {
        attribute.is_computed()
            && !matches!(&attribute.kind, Kind::Nested(_, inner) if !all_computed(inner))
    })
}

// Values.

/// What a practitioner may write.
fn object_of(attributes: &[Attribute]) -> BoxedStrategy<Value> {
    let members: Vec<_> = attributes
        .iter()
        .map(|attribute| (Just(attribute.name.to_owned()), written(attribute)))
        .collect();
    members.prop_map(|members| Value::Mapping(members.into_iter().collect())).boxed()
}

fn written(attribute: &Attribute) -> BoxedStrategy<Value> {
    let some = match &attribute.kind {
        Kind::Plain(ty) => known(ty),
        Kind::Nested(nesting, inner) => {
            let object = || prop_oneof![6 => object_of(inner), 1 => Just(Value::unknown())];
            match nesting {
                Nesting::Single => object_of(inner),
                Nesting::List | Nesting::Set => {
                    vec(object(), 0..3).prop_map(Value::Sequence).boxed()
                }
                Nesting::Map => vec(("[xyz]", object()), 0..3)
                    .prop_map(|members| Value::Mapping(members.into_iter().collect()))
                    .boxed(),
            }
        }
    };
    let unknown = Just(Value::unknown());
    match attribute.presence {
        Presence::Computed => Just(Value::Null).boxed(),
        Presence::Required => prop_oneof![6 => some, 1 => unknown].boxed(),
        Presence::Optional | Presence::OptionalComputed => {
            prop_oneof![4 => some, 2 => Just(Value::Null), 1 => unknown].boxed()
        }
    }
}

/// A value without unknowns; seldom two that differ, so that much stays as it was.
fn known(ty: &Type) -> BoxedStrategy<Value> {
    match ty {
        Type::String => "[pq]".prop_map(Value::String).boxed(),
        Type::Number => (0_i64..2).prop_map(|number| Value::Number(number.into())).boxed(),
        Type::List(element) | Type::Set(element) => {
            vec(known(element), 0..3).prop_map(Value::Sequence).boxed()
        }
        Type::Map(element) => vec(("[xyz]", known(element)), 0..3)
            .prop_map(|members| Value::Mapping(members.into_iter().collect()))
            .boxed(),
        object => known_object(object),
    }
}

fn known_object(ty: &Type) -> BoxedStrategy<Value> {
    let Type::Object(types) = ty else { panic!("{ty:?} is not used here") };
    let member = |(name, ty): (&String, &Type)| {
        let value = prop_oneof![3 => known(ty), 1 => Just(Value::Null)];
        (Just(name.clone()), value)
    };
    let members: Vec<_> = types.iter().map(member).collect();
    members.prop_map(|members| Value::Mapping(members.into_iter().collect())).boxed()
}

/// Puts something in the place of every unknown, as an apply does.
fn made_known(value: Value, ty: &Type) -> Value {
    match (value, ty) {
        (Value::Unknown(_), Type::String) => text("made"),
        (Value::Unknown(_), Type::Number) => Value::Number(Number::Integer(7)),
        (Value::Unknown(_), Type::List(_) | Type::Set(_)) => Value::Sequence(Vec::new()),
        (Value::Unknown(_), Type::Map(_)) => Value::Mapping(BTreeMap::new()),
        (Value::Unknown(_), Type::Object(types)) => {
            Value::Mapping(types.keys().map(|name| (name.clone(), Value::Null)).collect())
        }
        (value, ty) => each_part(value, ty, &made_known),
    }
}

/// Puts sets in an order of their own, which is not that of a default.
fn in_order(value: Value, ty: &Type) -> Value {
    match (each_part(value, ty, &in_order), ty) {
        (Value::Sequence(mut items), Type::Set(_)) => {
            items.sort_by_key(|item| std::cmp::Reverse(format!("{item:?}")));
            items.dedup();
            Value::Sequence(items)
        }
        (value, _) => value,
    }
}

fn each_part(value: Value, ty: &Type, change: &dyn Fn(Value, &Type) -> Value) -> Value {
    match (value, ty) {
        (Value::Sequence(items), Type::List(element) | Type::Set(element)) => {
            Value::Sequence(items.into_iter().map(|item| change(item, element)).collect())
        }
        (Value::Mapping(members), ty) => {
            let of = |name: &String| match ty {
                Type::Object(types) => types[name].clone(),
                Type::Map(element) => (**element).clone(),
                other => panic!("a mapping cannot be {other:?}"),
            };
            let members = members.into_iter();
            let member = |(name, it): (String, Value)| (name.clone(), change(it, &of(&name)));
            Value::Mapping(members.map(member).collect())
        }
        (value, _) => value,
    }
}
