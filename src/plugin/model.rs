//! Typed views of values: what the code of a type works with.
//!
//! [`model!`](crate::model!) declares a struct whose fields are the
//! attributes of a schema. Each [`Model`] knows its own [`Type`], so one test
//! can hold every model against its schema.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    number::Number,
    path::Step,
    value::{Type, Value},
};

/// A Rust type that stands for a Terraform type.
pub trait Model: Sized {
    /// Returns the Terraform type.
    fn ty() -> Type;

    /// Reads a value of that type.
    ///
    /// # Errors
    ///
    /// Says what does not fit: an unknown or a null where the type has no place
    /// for one, or a value of another type.
    fn from_value(value: Value) -> Result<Self, Mismatch>;

    /// Writes the value.
    fn into_value(self) -> Value;
}

/// Why a value cannot be read as a [`Model`].
#[derive(Debug)]
pub struct Mismatch {
    /// What is wrong.
    pub kind: MismatchKind,
    /// Where, innermost step first; sets end the path.
    pub steps: Vec<Step>,
}

/// What is wrong with a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MismatchKind {
    /// Unknown where a known value is needed.
    Unknown,
    /// Null where a value is needed.
    Null,
    /// A value of another type, or out of range.
    Type,
}

impl Mismatch {
    fn of(value: &Value) -> Self {
        let kind = match value {
            Value::Unknown(_) => MismatchKind::Unknown,
            Value::Null => MismatchKind::Null,
            _ => MismatchKind::Type,
        };
        Self { kind, steps: Vec::new() }
    }

    /// Puts a step in front of the path.
    pub fn below(mut self, step: Step) -> Self {
        self.steps.push(step);
        self
    }

    /// Forgets the path below a set, whose elements have no address.
    fn inside_set(mut self) -> Self {
        self.steps.clear();
        self
    }
}

/// An attribute: null, unknown or known.
///
/// A value with an unknown inside is `Unknown` as a whole, unless `T` itself
/// has an `Attr` at that place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Attr<T> {
    /// Left out.
    #[default]
    Null,
    /// Known after apply.
    Unknown,
    /// This value.
    Known(T),
}

impl<T> Attr<T> {
    /// Returns the known value; `None` for null **and** for unknown.
    pub fn known(&self) -> Option<&T> {
        match self {
            Self::Known(value) => Some(value),
            Self::Null | Self::Unknown => None,
        }
    }

    /// Returns the known value by move; `None` for null **and** for unknown.
    pub fn into_known(self) -> Option<T> {
        match self {
            Self::Known(value) => Some(value),
            Self::Null | Self::Unknown => None,
        }
    }

    /// Tells whether the value is only known after apply.
    pub fn is_unknown(&self) -> bool {
        matches!(self, Self::Unknown)
    }

    /// Tells whether there is no value.
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }
}

impl<T> From<T> for Attr<T> {
    fn from(value: T) -> Self {
        Self::Known(value)
    }
}

impl<T> From<Option<T>> for Attr<T> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Self::Known)
    }
}

impl<T: Model> Model for Attr<T> {
    fn ty() -> Type {
        T::ty()
    }

    fn from_value(value: Value) -> Result<Self, Mismatch> {
        match value {
            Value::Null => Ok(Self::Null),
            Value::Unknown(_) => Ok(Self::Unknown),
            value => match T::from_value(value) {
                Err(mismatch) if mismatch.kind == MismatchKind::Unknown => Ok(Self::Unknown),
                result => result.map(Self::Known),
            },
        }
    }

    fn into_value(self) -> Value {
        match self {
            Self::Null => Value::Null,
            Self::Unknown => Value::unknown(),
            Self::Known(value) => value.into_value(),
        }
    }
}

impl Model for bool {
    fn ty() -> Type {
        Type::Bool
    }

    fn from_value(value: Value) -> Result<Self, Mismatch> {
        match value {
            Value::Bool(flag) => Ok(flag),
            other => Err(Mismatch::of(&other)),
        }
    }

    fn into_value(self) -> Value {
        Value::Bool(self)
    }
}

impl Model for String {
    fn ty() -> Type {
        Type::String
    }

    fn from_value(value: Value) -> Result<Self, Mismatch> {
        match value {
            Value::String(text) => Ok(text),
            other => Err(Mismatch::of(&other)),
        }
    }

    fn into_value(self) -> Value {
        Value::String(self)
    }
}

/// A value of any type; unknowns and nulls inside stay as they are.
impl Model for Value {
    fn ty() -> Type {
        Type::Dynamic
    }

    fn from_value(value: Value) -> Result<Self, Mismatch> {
        Ok(value)
    }

    fn into_value(self) -> Value {
        self
    }
}

impl Model for Number {
    fn ty() -> Type {
        Type::Number
    }

    fn from_value(value: Value) -> Result<Self, Mismatch> {
        match value {
            Value::Number(number) => Ok(number),
            other => Err(Mismatch::of(&other)),
        }
    }

    fn into_value(self) -> Value {
        Value::Number(self)
    }
}

impl Model for i64 {
    fn ty() -> Type {
        Type::Number
    }

    fn from_value(value: Value) -> Result<Self, Mismatch> {
        match &value {
            Value::Number(number) => number.as_i64().ok_or_else(|| Mismatch::of(&value)),
            other => Err(Mismatch::of(other)),
        }
    }

    fn into_value(self) -> Value {
        Value::Number(Number::Integer(self))
    }
}

impl<T: Model> Model for Vec<T> {
    fn ty() -> Type {
        Type::List(Box::new(T::ty()))
    }

    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let Value::Sequence(items) = value else { return Err(Mismatch::of(&value)) };
        let read = |(index, item)| {
            T::from_value(item).map_err(|mismatch| mismatch.below(Step::Index(index)))
        };
        items.into_iter().enumerate().map(read).collect()
    }

    fn into_value(self) -> Value {
        Value::Sequence(self.into_iter().map(T::into_value).collect())
    }
}

impl<T: Model + Ord> Model for BTreeSet<T> {
    fn ty() -> Type {
        Type::Set(Box::new(T::ty()))
    }

    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let Value::Sequence(items) = value else { return Err(Mismatch::of(&value)) };
        items.into_iter().map(|item| T::from_value(item).map_err(Mismatch::inside_set)).collect()
    }

    fn into_value(self) -> Value {
        Value::Sequence(self.into_iter().map(T::into_value).collect())
    }
}

/// A set whose elements have no order of their own, such as objects.
///
/// Terraform drops equal elements, and their order means nothing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Set<T>(pub Vec<T>);

impl<T: Model> Model for Set<T> {
    fn ty() -> Type {
        Type::Set(Box::new(T::ty()))
    }

    fn from_value(value: Value) -> Result<Self, Mismatch> {
        Vec::from_value(value).map(Self).map_err(Mismatch::inside_set)
    }

    fn into_value(self) -> Value {
        self.0.into_value()
    }
}

impl<T: Model> Model for BTreeMap<String, T> {
    fn ty() -> Type {
        Type::Map(Box::new(T::ty()))
    }

    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let Value::Mapping(members) = value else { return Err(Mismatch::of(&value)) };
        let read = |(key, member): (String, Value)| match T::from_value(member) {
            Ok(member) => Ok((key, member)),
            Err(mismatch) => Err(mismatch.below(Step::Key(key))),
        };
        members.into_iter().map(read).collect()
    }

    fn into_value(self) -> Value {
        Value::Mapping(self.into_iter().map(|(key, member)| (key, member.into_value())).collect())
    }
}

/// A [`Model`] of an object type, attribute by attribute.
///
/// Implemented by [`model!`](crate::model!) only. Objects can be flattened into
/// others, so that types with attributes in common share them.
pub trait Object: Sized {
    /// Adds the types of the attributes.
    fn types(types: &mut BTreeMap<String, Type>);

    /// Takes the attributes out of an object's members; one that is missing is null.
    ///
    /// # Errors
    ///
    /// A value that an attribute has no place for.
    fn take(members: &mut BTreeMap<String, Value>) -> Result<Self, Mismatch>;

    /// Puts the attributes into an object's members.
    fn put(self, members: &mut BTreeMap<String, Value>);
}

/// Takes one attribute out of an object's members.
#[doc(hidden)]
pub fn take_attribute<T: Model>(
    members: &mut BTreeMap<String, Value>,
    name: &str,
) -> Result<T, Mismatch> {
    let value = members.remove(name).unwrap_or(Value::Null);
    T::from_value(value).map_err(|mismatch| mismatch.below(Step::Attribute(name.to_owned())))
}

/// Reads an object.
#[doc(hidden)]
pub fn object_from_value<T: Object>(value: Value) -> Result<T, Mismatch> {
    match value {
        Value::Mapping(mut members) => T::take(&mut members),
        other => Err(Mismatch::of(&other)),
    }
}

/// Declares a struct that stands for an object type, attribute by attribute.
///
/// The field names are the attribute names. Fields after `..` are objects whose
/// attributes belong to this one.
#[macro_export]
macro_rules! model {
    (
        $(#[$meta:meta])*
        $visibility:vis struct $name:ident {
            $($(#[$field_meta:meta])* $field_visibility:vis $field:ident: $ty:ty,)*
            $(..$flat_visibility:vis $flat:ident: $flat_ty:ty,)*
        }
    ) => {
        $(#[$meta])*
        $visibility struct $name {
            $($(#[$field_meta])* $field_visibility $field: $ty,)*
            $($flat_visibility $flat: $flat_ty,)*
        }

        #[allow(unused_variables, reason = "an object may have no attributes")]
        impl $crate::plugin::model::Object for $name {
            fn types(types: &mut std::collections::BTreeMap<String, $crate::plugin::Type>) {
                $(types.insert(
                    stringify!($field).to_owned(),
                    <$ty as $crate::plugin::Model>::ty(),
                );)*
                $(<$flat_ty as $crate::plugin::model::Object>::types(types);)*
            }

            fn take(
                members: &mut std::collections::BTreeMap<String, $crate::plugin::Value>,
            ) -> Result<Self, $crate::plugin::Mismatch> {
                Ok(Self {
                    $($field: $crate::plugin::model::take_attribute(members, stringify!($field))?,)*
                    $($flat: $crate::plugin::model::Object::take(members)?,)*
                })
            }

            fn put(
                self,
                members: &mut std::collections::BTreeMap<String, $crate::plugin::Value>,
            ) {
                $(members.insert(
                    stringify!($field).to_owned(),
                    $crate::plugin::Model::into_value(self.$field),
                );)*
                $($crate::plugin::model::Object::put(self.$flat, members);)*
            }
        }

        impl $crate::plugin::Model for $name {
            fn ty() -> $crate::plugin::Type {
                let mut types = std::collections::BTreeMap::new();
                <Self as $crate::plugin::model::Object>::types(&mut types);
                $crate::plugin::Type::Object(types)
            }

            fn from_value(value: $crate::plugin::Value) -> Result<Self, $crate::plugin::Mismatch> {
                $crate::plugin::model::object_from_value(value)
            }

            fn into_value(self) -> $crate::plugin::Value {
                let mut members = std::collections::BTreeMap::new();
                $crate::plugin::model::Object::put(self, &mut members);
                $crate::plugin::Value::Mapping(members)
            }
        }
    };
}
