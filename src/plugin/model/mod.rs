//! Typed views of values: what the code of a type works with.
//!
//! [`model!`](crate::model!) declares a struct whose fields are the
//! attributes of a schema. Each [`Model`] knows its own [`Type`], so one test
//! can hold every model against its schema.

mod object;

use std::collections::{BTreeMap, BTreeSet};

#[doc(hidden)]
pub use self::object::{Object, object_from_value, take_attribute};

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
