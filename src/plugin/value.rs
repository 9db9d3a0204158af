//! Values and their types, as Terraform's language has them.
//!
//! | in configuration | here | means |
//! |---|---|---|
//! | left out, or `null` | [`Value::Null`] | no value: the cloud's or our default holds |
//! | known after apply | [`Value::Unknown`] | some value, not yet told: never treat it as absent |
//! | anything else | the other variants | this very value |
//!
//! A [`Value`] carries no type of its own; the schema's [`Type`] says how to read it.

use std::collections::BTreeMap;

use super::number::Number;

/// The type of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Type {
    /// `bool`
    Bool,
    /// `number`
    Number,
    /// `string`
    String,
    /// Any type, told together with each value.
    Dynamic,
    /// `list(T)`
    List(Box<Type>),
    /// `set(T)`
    Set(Box<Type>),
    /// `map(T)`
    Map(Box<Type>),
    /// `object({...})`, with all its attributes.
    Object(BTreeMap<String, Type>),
    /// `tuple([...])`
    Tuple(Vec<Type>),
}

/// A value of some [`Type`].
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// No value.
    Null,
    /// A value that is only known after apply.
    Unknown(Refinement),
    /// `true` or `false`.
    Bool(bool),
    /// A number.
    Number(Number),
    /// Text.
    String(String),
    /// A list, a set or a tuple.
    Sequence(Vec<Value>),
    /// A map or an object.
    Mapping(BTreeMap<String, Value>),
    /// A value of type [`Type::Dynamic`] together with the type it turned out to have.
    Dynamic(Type, Box<Value>),
}

/// What is known about an unknown value, for instance that it is not null.
///
/// Opaque: kept only so that an unknown of the configuration can be echoed unchanged.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Refinement {
    /// The encoded refinement map; empty when nothing is known.
    pub(super) encoded: Vec<u8>,
}

impl Value {
    /// Creates an unknown of which nothing more is known.
    pub fn unknown() -> Self {
        Self::Unknown(Refinement::default())
    }

    /// Tells whether no unknown is hidden anywhere inside.
    pub fn is_wholly_known(&self) -> bool {
        match self {
            Self::Unknown(_) => false,
            Self::Null | Self::Bool(_) | Self::Number(_) | Self::String(_) => true,
            Self::Sequence(items) => items.iter().all(Self::is_wholly_known),
            Self::Mapping(members) => members.values().all(Self::is_wholly_known),
            Self::Dynamic(_, inner) => inner.is_wholly_known(),
        }
    }

    /// Tells whether this is a value of the type, all the way down.
    pub fn is_of(&self, ty: &Type) -> bool {
        match (self, ty) {
            (Self::Null | Self::Unknown(_), _)
            | (Self::Bool(_), Type::Bool)
            | (Self::Number(_), Type::Number)
            | (Self::String(_), Type::String) => true,
            (Self::Dynamic(inner_type, inner), Type::Dynamic) => inner.is_of(inner_type),
            (Self::Sequence(items), Type::List(element) | Type::Set(element)) => {
                items.iter().all(|item| item.is_of(element))
            }
            (Self::Sequence(items), Type::Tuple(types)) => {
                items.len() == types.len() && items.iter().zip(types).all(|(i, ty)| i.is_of(ty))
            }
            (Self::Mapping(members), Type::Map(element)) => {
                members.values().all(|member| member.is_of(element))
            }
            (Self::Mapping(members), Type::Object(types)) => {
                members.len() == types.len()
                    && types.iter().all(|(name, ty)| members.get(name).is_some_and(|m| m.is_of(ty)))
            }
            _ => false,
        }
    }

    /// Returns the value with nulls in the place of unknowns.
    pub(super) fn without_unknowns(self) -> Self {
        match self {
            Self::Unknown(_) => Self::Null,
            Self::Sequence(items) => {
                Self::Sequence(items.into_iter().map(Self::without_unknowns).collect())
            }
            Self::Mapping(members) => {
                let known = |(name, member): (String, Self)| (name, member.without_unknowns());
                Self::Mapping(members.into_iter().map(known).collect())
            }
            Self::Dynamic(ty, inner) => Self::Dynamic(ty, Box::new(inner.without_unknowns())),
            value => value,
        }
    }
}
