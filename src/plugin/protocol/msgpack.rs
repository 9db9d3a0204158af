//! Values in msgpack, read and written along their type.
//!
//! Reading is strict where Terraform is: objects have exactly their declared
//! members, tuples their exact length, nothing follows the value. Lengths are
//! checked against the bytes that are left before anything is allocated.

use std::collections::BTreeMap;

use rmp::{Marker, decode, encode};
use thiserror::Error;
use unicode_normalization::{IsNormalized, UnicodeNormalization as _, is_nfc_quick};

use super::type_json;
use crate::plugin::{
    number::Number,
    value::{Refinement, Type, Value},
};

const DEEPEST: usize = 64;
/// A byte can become a value of fifty; more of them than this is no configuration.
const MOST_VALUES: usize = 4_000_000;
/// The extension type of an unknown that carries a refinement map.
const REFINED: i8 = 12;
/// Terraform sends no longer refinements.
const LONGEST_REFINEMENT: usize = 1024;

/// Why bytes are no value of the expected type.
#[derive(Debug, Error, PartialEq, Eq)]
pub(in crate::plugin) enum DecodeError {
    #[error("the value is in JSON instead of msgpack")]
    Json,
    #[error("the value ends too early")]
    Truncated,
    #[error("{0} bytes follow the value")]
    TrailingBytes(usize),
    #[error("a {expected} is expected")]
    WrongType { expected: &'static str },
    #[error("the object has no member `{0}`")]
    MissingMember(String),
    #[error("the object has an unexpected member `{0}`")]
    UnexpectedMember(String),
    #[error("the text is not UTF-8")]
    NotUtf8,
    #[error("the number is none")]
    NotANumber,
    #[error("a dynamic value names no valid type")]
    BadDynamicType,
    #[error("the value has more than {MOST_VALUES} parts")]
    TooMany,
    #[error("the value is nested more than {DEEPEST} levels deep")]
    TooDeep,
}

/// Reads one value that fills all the bytes.
pub(super) fn from_msgpack(bytes: &[u8], ty: &Type) -> Result<Value, DecodeError> {
    let mut reader = Reader { rest: bytes, left: MOST_VALUES };
    let value = reader.value(ty, DEEPEST)?;
    match reader.rest.len() {
        0 => Ok(value),
        left => Err(DecodeError::TrailingBytes(left)),
    }
}

/// Writes a value of the given type.
///
/// Texts are normalised to NFC as Terraform does on arrival; sets are sorted
/// by their encoding and freed of duplicates.
pub(super) fn to_msgpack(value: &Value, ty: &Type) -> Vec<u8> {
    let mut writer = Writer { bytes: Vec::new() };
    writer.value(value, ty);
    writer.bytes
}

struct Reader<'a> {
    rest: &'a [u8],
    /// How many more values may come.
    left: usize,
}

impl<'a> Reader<'a> {
    fn value(&mut self, ty: &Type, depth: usize) -> Result<Value, DecodeError> {
        let depth = depth.checked_sub(1).ok_or(DecodeError::TooDeep)?;
        self.left = self.left.checked_sub(1).ok_or(DecodeError::TooMany)?;
        if let Some(value) = self.null_or_unknown()? {
            return Ok(value);
        }
        match ty {
            Type::Bool => decode::read_bool(&mut self.rest).map(Value::Bool).map_err(|error| {
                wrong("bool", matches!(error, decode::ValueReadError::TypeMismatch(_)))
            }),
            Type::Number => self.number().map(Value::Number),
            Type::String => self.text().map(Value::String),
            Type::List(element) | Type::Set(element) => {
                let length = self.array_length()?;
                let items = (0..length).map(|_| self.value(element, depth));
                items.collect::<Result<_, _>>().map(Value::Sequence)
            }
            Type::Tuple(types) => {
                if self.array_length()? != types.len() {
                    return Err(DecodeError::WrongType { expected: "tuple of another length" });
                }
                let items = types.iter().map(|ty| self.value(ty, depth));
                items.collect::<Result<_, _>>().map(Value::Sequence)
            }
            Type::Map(element) => {
                let length = self.map_length()?;
                let members = (0..length).map(|_| Ok((self.text()?, self.value(element, depth)?)));
                members.collect::<Result<_, _>>().map(Value::Mapping)
            }
            Type::Object(types) => self.object(types, depth),
            Type::Dynamic => self.dynamic(depth),
        }
    }

    fn object(
        &mut self,
        types: &BTreeMap<String, Type>,
        depth: usize,
    ) -> Result<Value, DecodeError> {
        let mut members = BTreeMap::new();
        for _ in 0..self.map_length()? {
            let name = self.text()?;
            let Some(ty) = types.get(&name).filter(|_| !members.contains_key(&name)) else {
                return Err(DecodeError::UnexpectedMember(name));
            };
            let value = self.value(ty, depth)?;
            members.insert(name, value);
        }
        match types.keys().find(|name| !members.contains_key(*name)) {
            Some(missing) => Err(DecodeError::MissingMember(missing.clone())),
            None => Ok(Value::Mapping(members)),
        }
    }

    fn dynamic(&mut self, depth: usize) -> Result<Value, DecodeError> {
        if self.array_length()? != 2 {
            return Err(DecodeError::WrongType { expected: "dynamic value" });
        }
        let ty = type_json::from_json(self.raw_text()?).ok_or(DecodeError::BadDynamicType)?;
        let value = self.value(&ty, depth)?;
        Ok(Value::Dynamic(ty, Box::new(value)))
    }

    fn null_or_unknown(&mut self) -> Result<Option<Value>, DecodeError> {
        match self.peek()? {
            Marker::Null => {
                self.take(1)?;
                Ok(Some(Value::Null))
            }
            Marker::FixExt1
            | Marker::FixExt2
            | Marker::FixExt4
            | Marker::FixExt8
            | Marker::FixExt16
            | Marker::Ext8
            | Marker::Ext16
            | Marker::Ext32 => self.unknown().map(Some),
            _ => Ok(None),
        }
    }

    fn unknown(&mut self) -> Result<Value, DecodeError> {
        let meta = decode::read_ext_meta(&mut self.rest).map_err(|_| DecodeError::Truncated)?;
        let length = usize::try_from(meta.size).map_err(|_| DecodeError::Truncated)?;
        let payload = self.take(length)?;
        // One byte holds no refinement, so whatever the type: it is a plain unknown.
        let refined = meta.typeid == REFINED && (2..=LONGEST_REFINEMENT).contains(&length);
        if !refined && length > 1 {
            return Err(DecodeError::WrongType { expected: "known extension" });
        }
        let encoded = if refined { payload.to_vec() } else { Vec::new() };
        Ok(Value::Unknown(Refinement { encoded }))
    }

    fn number(&mut self) -> Result<Number, DecodeError> {
        match self.peek()? {
            Marker::F32 => decode::read_f32(&mut self.rest)
                .map_err(|_| DecodeError::Truncated)
                .and_then(|float| exact_float(f64::from(float))),
            Marker::F64 => decode::read_f64(&mut self.rest)
                .map_err(|_| DecodeError::Truncated)
                .and_then(exact_float),
            Marker::U64 => decode::read_u64(&mut self.rest)
                .map(Number::from)
                .map_err(|_| DecodeError::Truncated),
            Marker::FixStr(_) | Marker::Str8 | Marker::Str16 | Marker::Str32 => {
                Number::from_text(&self.text()?).ok_or(DecodeError::NotANumber)
            }
            _ => decode::read_int::<i64, _>(&mut self.rest).map(Number::Integer).map_err(|error| {
                wrong("number", matches!(error, decode::NumValueReadError::TypeMismatch(_)))
            }),
        }
    }

    fn text(&mut self) -> Result<String, DecodeError> {
        let bytes = self.raw_text()?;
        str::from_utf8(bytes).map(str::to_owned).map_err(|_| DecodeError::NotUtf8)
    }

    /// Reads a text or a binary: Terraform accepts either where a text is meant.
    fn raw_text(&mut self) -> Result<&'a [u8], DecodeError> {
        let length = match self.peek()? {
            Marker::Bin8 | Marker::Bin16 | Marker::Bin32 => decode::read_bin_len(&mut self.rest),
            _ => decode::read_str_len(&mut self.rest),
        };
        let length = length.map_err(|error| {
            wrong("string", matches!(error, decode::ValueReadError::TypeMismatch(_)))
        })?;
        self.take(usize::try_from(length).map_err(|_| DecodeError::Truncated)?)
    }

    fn array_length(&mut self) -> Result<usize, DecodeError> {
        let length = decode::read_array_len(&mut self.rest).map_err(|error| {
            wrong("list", matches!(error, decode::ValueReadError::TypeMismatch(_)))
        })?;
        self.plausible(length, 1)
    }

    fn map_length(&mut self) -> Result<usize, DecodeError> {
        let length = decode::read_map_len(&mut self.rest).map_err(|error| {
            wrong("map", matches!(error, decode::ValueReadError::TypeMismatch(_)))
        })?;
        self.plausible(length, 2)
    }

    /// Refuses a length that the bytes left cannot hold.
    fn plausible(&self, length: u32, bytes_each: usize) -> Result<usize, DecodeError> {
        usize::try_from(length)
            .ok()
            .filter(|length| length.saturating_mul(bytes_each) <= self.rest.len())
            .ok_or(DecodeError::Truncated)
    }

    fn peek(&self) -> Result<Marker, DecodeError> {
        self.rest.first().map(|byte| Marker::from_u8(*byte)).ok_or(DecodeError::Truncated)
    }

    fn take(&mut self, length: usize) -> Result<&'a [u8], DecodeError> {
        let (taken, rest) = self.rest.split_at_checked(length).ok_or(DecodeError::Truncated)?;
        self.rest = rest;
        Ok(taken)
    }
}

fn wrong(expected: &'static str, is_mismatch: bool) -> DecodeError {
    if is_mismatch { DecodeError::WrongType { expected } } else { DecodeError::Truncated }
}

/// Terraform 1.8 sends 2^64 as a float. If it came back as one, Terraform would write down no more
/// digits than a float needs, which is another number.
fn exact_float(float: f64) -> Result<Number, DecodeError> {
    if float.is_finite() && float.fract() == 0.0 {
        return Number::from_text(&format!("{float:.0}")).ok_or(DecodeError::NotANumber);
    }
    if float.is_nan() { Err(DecodeError::NotANumber) } else { Ok(Number::Float(float)) }
}

struct Writer {
    bytes: Vec<u8>,
}

/// Writing into memory cannot fail; rmp's signatures are for any writer.
const IN_MEMORY: &str = "writing into a vector does not fail";

impl Writer {
    fn value(&mut self, value: &Value, ty: &Type) {
        match (value, ty) {
            (Value::Null, _) => encode::write_nil(&mut self.bytes).expect(IN_MEMORY),
            (Value::Unknown(refinement), _) => self.unknown(refinement),
            (Value::Dynamic(inner_type, inner), _) => {
                encode::write_array_len(&mut self.bytes, 2).expect(IN_MEMORY);
                let json = type_json::to_json(inner_type).to_string();
                encode::write_bin(&mut self.bytes, json.as_bytes()).expect(IN_MEMORY);
                self.value(inner, inner_type);
            }
            (Value::Bool(flag), _) => {
                encode::write_bool(&mut self.bytes, *flag).expect(IN_MEMORY);
            }
            (Value::Number(number), _) => self.number(number),
            (Value::String(text), _) => self.text(text),
            (Value::Sequence(items), Type::Set(element)) => self.set(items, element),
            (Value::Sequence(items), Type::Tuple(types)) => {
                self.array_length(items.len());
                items.iter().zip(types).for_each(|(item, ty)| self.value(item, ty));
            }
            (Value::Sequence(items), ty) => {
                self.array_length(items.len());
                items.iter().for_each(|item| self.value(item, element_of(ty)));
            }
            (Value::Mapping(members), ty) => {
                self.map_length(members.len());
                for (name, member) in members {
                    self.text(name);
                    self.value(member, member_of(ty, name));
                }
            }
        }
    }

    fn set(&mut self, items: &[Value], element: &Type) {
        let mut encoded: Vec<_> = items.iter().map(|item| to_msgpack(item, element)).collect();
        encoded.sort_unstable();
        encoded.dedup();
        self.array_length(encoded.len());
        self.bytes.extend(encoded.into_iter().flatten());
    }

    fn unknown(&mut self, refinement: &Refinement) {
        match u32::try_from(refinement.encoded.len()) {
            Ok(length @ 1..) => {
                encode::write_ext_meta(&mut self.bytes, length, REFINED).expect(IN_MEMORY);
                self.bytes.extend_from_slice(&refinement.encoded);
            }
            // An empty refinement map would be refused.
            _ => self.bytes.extend_from_slice(&[Marker::FixExt1.to_u8(), 0, 0]),
        }
    }

    fn number(&mut self, number: &Number) {
        match number {
            Number::Integer(integer) => {
                encode::write_sint(&mut self.bytes, *integer).expect(IN_MEMORY);
            }
            Number::Float(float) => encode::write_f64(&mut self.bytes, *float).expect(IN_MEMORY),
            Number::Decimal(text) => encode::write_str(&mut self.bytes, text).expect(IN_MEMORY),
        }
    }

    fn text(&mut self, text: &str) {
        if is_nfc_quick(text.chars()) == IsNormalized::Yes {
            encode::write_str(&mut self.bytes, text).expect(IN_MEMORY);
        } else {
            let normalised: String = text.nfc().collect();
            encode::write_str(&mut self.bytes, &normalised).expect(IN_MEMORY);
        }
    }

    fn array_length(&mut self, length: usize) {
        let length = u32::try_from(length).expect("Terraform takes no larger collections");
        encode::write_array_len(&mut self.bytes, length).expect(IN_MEMORY);
    }

    fn map_length(&mut self, length: usize) {
        let length = u32::try_from(length).expect("Terraform takes no larger collections");
        encode::write_map_len(&mut self.bytes, length).expect(IN_MEMORY);
    }
}

/// The element type of a collection. Anything else is a model that differs from
/// its schema, which a test rules out; such a value is written as it is.
fn element_of(ty: &Type) -> &Type {
    match ty {
        Type::List(element) | Type::Set(element) | Type::Map(element) => element,
        _ => &Type::Dynamic,
    }
}

fn member_of<'a>(ty: &'a Type, name: &str) -> &'a Type {
    match ty {
        Type::Object(types) => types.get(name).unwrap_or(&Type::Dynamic),
        ty => element_of(ty),
    }
}
