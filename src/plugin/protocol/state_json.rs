//! Values in JSON, as state files have them, read along their type.
//!
//! Lenient where old states are: a member that is missing is null, one that the type
//! does not have is dropped, and primitives may be written as one another. Numbers are
//! taken digit for digit.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::value::RawValue;
use thiserror::Error;

use super::type_json;
use crate::plugin::{
    number::Number,
    value::{Type, Value},
};

const DEEPEST: usize = 64;

/// Why a state is no value of the expected type.
#[derive(Debug, Error)]
pub(in crate::plugin) enum StateError {
    #[error("it is not JSON")]
    NotJson,
    #[error("`{path}` is not a {expected}")]
    WrongType { path: String, expected: &'static str },
    #[error("it is nested more than {DEEPEST} levels deep")]
    TooDeep,
}

/// Reads a value.
pub(in crate::plugin) fn from_json(json: &[u8], ty: &Type) -> Result<Value, StateError> {
    let raw: &RawValue = serde_json::from_slice(json).map_err(|_| StateError::NotJson)?;
    Place { path: String::new(), depth: DEEPEST }.value(raw, ty)
}

/// Where in the state a value is.
struct Place {
    path: String,
    depth: usize,
}

impl Place {
    fn value(&self, raw: &RawValue, ty: &Type) -> Result<Value, StateError> {
        if raw.get() == "null" {
            return Ok(Value::Null);
        }
        match ty {
            Type::Bool => self.flag(raw).map(Value::Bool),
            Type::Number => self.number(raw).map(Value::Number),
            Type::String => self.text(raw).map(Value::String),
            Type::List(element) | Type::Set(element) => {
                let items = self.parsed::<Vec<&RawValue>>(raw, "list")?;
                let items = items.into_iter().enumerate();
                let items = items.map(|(index, item)| self.inner(&index)?.value(item, element));
                items.collect::<Result<_, _>>().map(Value::Sequence)
            }
            Type::Tuple(types) => {
                let items = self.parsed::<Vec<&RawValue>>(raw, "tuple")?;
                if items.len() != types.len() {
                    return Err(self.wrong("tuple of that length"));
                }
                let items = items.into_iter().zip(types).enumerate();
                let items = items.map(|(index, (item, ty))| self.inner(&index)?.value(item, ty));
                items.collect::<Result<_, _>>().map(Value::Sequence)
            }
            Type::Map(element) => {
                let members = self.parsed::<BTreeMap<String, &RawValue>>(raw, "map")?;
                let members = members.into_iter().map(|(key, member)| {
                    let member = self.inner(&key)?.value(member, element)?;
                    Ok((key, member))
                });
                members.collect::<Result<_, _>>().map(Value::Mapping)
            }
            Type::Object(types) => {
                let members = self.parsed::<BTreeMap<String, &RawValue>>(raw, "object")?;
                let members = types.iter().map(|(name, ty)| {
                    let member = match members.get(name) {
                        Some(member) => self.inner(name)?.value(member, ty)?,
                        None => Value::Null,
                    };
                    Ok((name.clone(), member))
                });
                members.collect::<Result<_, _>>().map(Value::Mapping)
            }
            Type::Dynamic => self.dynamic(raw),
        }
    }

    fn flag(&self, raw: &RawValue) -> Result<bool, StateError> {
        match raw.get() {
            "true" | "\"true\"" => Ok(true),
            "false" | "\"false\"" => Ok(false),
            _ => Err(self.wrong("bool")),
        }
    }

    fn number(&self, raw: &RawValue) -> Result<Number, StateError> {
        Number::from_text(raw.get().trim_matches('"')).ok_or_else(|| self.wrong("number"))
    }

    fn text(&self, raw: &RawValue) -> Result<String, StateError> {
        let text = raw.get();
        match text.bytes().next() {
            Some(b'"') => self.parsed(raw, "string"),
            Some(b'[' | b'{') | None => Err(self.wrong("string")),
            Some(_) => Ok(text.to_owned()),
        }
    }

    /// Reads a value that stands beside its own type.
    fn dynamic(&self, raw: &RawValue) -> Result<Value, StateError> {
        #[derive(Deserialize)]
        struct Dynamic<'a> {
            #[serde(borrow)]
            value: &'a RawValue,
            #[serde(borrow)]
            r#type: &'a RawValue,
        }
        let Dynamic { value, r#type } = self.parsed(raw, "value with its type")?;
        let ty = type_json::from_json(r#type.get().as_bytes()).ok_or_else(|| self.wrong("type"))?;
        // A value of any type may hold another one, without an end.
        let depth = self.depth.checked_sub(1).ok_or(StateError::TooDeep)?;
        let value = Self { path: self.path.clone(), depth }.value(value, &ty)?;
        Ok(Value::Dynamic(ty, Box::new(value)))
    }

    fn parsed<'a, T: Deserialize<'a>>(
        &self,
        raw: &'a RawValue,
        expected: &'static str,
    ) -> Result<T, StateError> {
        serde_json::from_str(raw.get()).map_err(|_| self.wrong(expected))
    }

    fn inner(&self, step: &impl ToString) -> Result<Self, StateError> {
        let depth = self.depth.checked_sub(1).ok_or(StateError::TooDeep)?;
        let mut path = self.path.clone();
        if !path.is_empty() {
            path.push('.');
        }
        path.push_str(&step.to_string());
        Ok(Self { path, depth })
    }

    fn wrong(&self, expected: &'static str) -> StateError {
        let path = if self.path.is_empty() { "the state".to_owned() } else { self.path.clone() };
        StateError::WrongType { path, expected }
    }
}
