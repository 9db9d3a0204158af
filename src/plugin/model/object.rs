//! Objects as structs: [`model!`](crate::model!) and what it is made of.

use std::collections::BTreeMap;

use super::{Mismatch, Model};
use crate::plugin::{
    path::Step,
    value::{Type, Value},
};

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
