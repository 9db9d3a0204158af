//! Schemas, diagnostics and dynamic values, to and from their messages.

use super::{
    msgpack::{self, DecodeError},
    type_json, wire,
};
use crate::plugin::{
    diagnostics::{Diagnostic, Diagnostics, Severity},
    path::{Path, Step},
    process::logging::masked,
    schema::{Attribute, Kind, Nesting, Presence, Schema},
    value::{Type, Value},
};

/// Reads a value; a message that is absent or empty stands for null.
pub(in crate::plugin) fn from_dynamic(
    message: Option<&wire::DynamicValue>,
    ty: &Type,
) -> Result<Value, DecodeError> {
    match message {
        Some(message) if !message.msgpack.is_empty() => msgpack::from_msgpack(&message.msgpack, ty),
        Some(message) if !message.json.is_empty() => Err(DecodeError::Json),
        _ => Ok(Value::Null),
    }
}

/// Writes a value.
pub(in crate::plugin) fn to_dynamic(value: &Value, ty: &Type) -> wire::DynamicValue {
    wire::DynamicValue { msgpack: msgpack::to_msgpack(value, ty), json: Vec::new() }
}

/// Writes messages, with every known secret masked.
pub(super) fn to_diagnostics(diagnostics: Diagnostics) -> Vec<wire::Diagnostic> {
    diagnostics.into_iter().map(to_diagnostic).collect()
}

fn to_diagnostic(diagnostic: Diagnostic) -> wire::Diagnostic {
    let severity = match diagnostic.severity {
        Severity::Error => wire::diagnostic::Severity::Error,
        Severity::Warning => wire::diagnostic::Severity::Warning,
    };
    wire::Diagnostic {
        severity: severity.into(),
        summary: masked(&diagnostic.summary).into_owned(),
        detail: masked(&diagnostic.detail).into_owned(),
        attribute: diagnostic.path.as_ref().map(to_path),
    }
}

pub(super) fn to_path(path: &Path) -> wire::AttributePath {
    wire::AttributePath { steps: path.steps().iter().map(to_step).collect() }
}

fn to_step(step: &Step) -> wire::attribute_path::Step {
    use wire::attribute_path::step::Selector;
    let selector = match step {
        Step::Attribute(name) => Selector::AttributeName(name.clone()),
        Step::Key(key) => Selector::ElementKeyString(key.clone()),
        // No list has more than i64::MAX elements.
        Step::Index(index) => Selector::ElementKeyInt(i64::try_from(*index).unwrap_or(i64::MAX)),
    };
    wire::attribute_path::Step { selector: Some(selector) }
}

/// Writes a schema. The block is always set: Terraform crashes without one.
pub(super) fn to_schema(schema: &Schema) -> wire::Schema {
    wire::Schema {
        version: schema.version,
        block: Some(wire::schema::Block {
            attributes: schema.attributes.iter().map(to_attribute).collect(),
            description: schema.description.to_owned(),
            description_kind: wire::StringKind::Markdown.into(),
            ..Default::default()
        }),
    }
}

fn to_attribute(attribute: &Attribute) -> wire::schema::Attribute {
    // Exactly one of the two may be set.
    let (r#type, nested_type) = match &attribute.kind {
        Kind::Plain(ty) => (type_json::to_json(ty).to_string().into_bytes(), None),
        Kind::Nested(nesting, attributes) => (Vec::new(), Some(to_object(*nesting, attributes))),
    };
    wire::schema::Attribute {
        name: attribute.name.to_owned(),
        r#type,
        nested_type,
        description: attribute.description.to_owned(),
        description_kind: wire::StringKind::Markdown.into(),
        required: attribute.presence == Presence::Required,
        optional: matches!(attribute.presence, Presence::Optional | Presence::OptionalComputed),
        computed: matches!(attribute.presence, Presence::Computed | Presence::OptionalComputed),
        sensitive: attribute.sensitive,
        ..Default::default()
    }
}

fn to_object(nesting: Nesting, attributes: &[Attribute]) -> wire::schema::Object {
    use wire::schema::object::NestingMode;
    let nesting = match nesting {
        Nesting::Single => NestingMode::Single,
        Nesting::List => NestingMode::List,
        Nesting::Set => NestingMode::Set,
        Nesting::Map => NestingMode::Map,
    };
    wire::schema::Object {
        attributes: attributes.iter().map(to_attribute).collect(),
        nesting: nesting.into(),
        ..Default::default()
    }
}
