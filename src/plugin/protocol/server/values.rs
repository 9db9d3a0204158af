//! Values of a request and a response, and what must hold of them.

use crate::plugin::{
    diagnostics::{Diagnostic, Diagnostics},
    process::logging,
    protocol::{
        convert::{from_dynamic, to_dynamic},
        missing::missing,
        wire,
    },
    schema::{Attribute, Kind, Nesting, Schema},
    value::{Type, Value},
};

/// The same limit as the reference server; gRPC's usual 4 MiB is far too little.
pub(super) const LARGEST_MESSAGE: usize = 256 << 20;

/// Leaves room for the rest of the message: past the limit there is no diagnostic any more.
const LARGEST_VALUE: usize = LARGEST_MESSAGE - (1 << 20);

/// A schema and its type, to read and write values along.
pub(super) struct Shape {
    pub(super) schema: Schema,
    pub(super) ty: Type,
}

impl Shape {
    pub(super) fn new(schema: Schema) -> Self {
        Self { ty: schema.ty(), schema }
    }

    /// Reads a value; its secrets are masked from now on.
    pub(super) fn decode(
        &self,
        message: Option<&wire::DynamicValue>,
    ) -> Result<Value, Diagnostics> {
        let value = decode(message, &self.ty)?;
        self.mask_sensitive(&value);
        Ok(value)
    }

    /// Reads a configuration, and refuses nulls where a value is required.
    pub(super) fn decode_config(
        &self,
        message: Option<&wire::DynamicValue>,
    ) -> Result<Value, Diagnostics> {
        let config = self.decode(message)?;
        missing(&self.schema.attributes, &config).or_value(config)
    }

    /// Writes a value; its secrets are masked from now on.
    pub(super) fn encode(&self, value: &Value) -> wire::DynamicValue {
        self.mask_sensitive(value);
        to_dynamic(value, &self.ty)
    }

    /// Writes a value, unless Terraform would not get it.
    pub(super) fn encode_bounded(&self, value: &Value) -> Result<wire::DynamicValue, Diagnostics> {
        let message = self.encode(value);
        match message.msgpack.len() {
            bytes if bytes > LARGEST_VALUE => Err(too_large(bytes)),
            _ => Ok(message),
        }
    }

    /// Refuses an object that Terraform could not read: null, or of another type.
    pub(super) fn fitting(&self, object: Value) -> Result<Value, Diagnostics> {
        match object {
            Value::Null => Err(bug("it returned nothing")),
            Value::Mapping(_) if object.is_of(&self.ty) => Ok(object),
            _ => Err(bug("it returned a value of another type")),
        }
    }

    /// Refuses a state that Terraform would call invalid: one that does not fit, or is not
    /// wholly known.
    pub(super) fn complete(&self, state: Value) -> Result<Value, Diagnostics> {
        match self.fitting(state)? {
            state if !state.is_wholly_known() => Err(bug("it returned an unknown value")),
            state => Ok(state),
        }
    }

    fn mask_sensitive(&self, value: &Value) {
        mask_sensitive(value, &self.schema.attributes);
    }
}

/// Reads a value.
pub(super) fn decode(
    message: Option<&wire::DynamicValue>,
    ty: &Type,
) -> Result<Value, Diagnostics> {
    from_dynamic(message, ty).map_err(|error| {
        Diagnostic::error(
            "Unreadable Value",
            format!(
                "Terraform sent a value that does not fit the schema: {error}. Run `terraform \
                 init -upgrade`; if it happens again, report it as a bug of the provider."
            ),
        )
        .into()
    })
}

/// Says that we are to blame.
pub(super) fn bug(what: &str) -> Diagnostics {
    Diagnostic::error(
        "Bug In The Provider",
        format!(
            "The provider failed in a way it never should: {what}. Nothing is wrong with the \
             configuration. Please report it with the output of `TF_LOG=debug`."
        ),
    )
    .into()
}

fn too_large(bytes: usize) -> Diagnostics {
    Diagnostic::error(
        "Result Too Large",
        format!(
            "The result has {} MiB; Terraform takes {} MiB. Ask for less.",
            bytes >> 20,
            LARGEST_VALUE >> 20
        ),
    )
    .into()
}

/// Has every sensitive text masked from now on.
fn mask_sensitive(value: &Value, attributes: &[Attribute]) {
    let Value::Mapping(members) = value else { return };
    for attribute in attributes {
        let Some(member) = members.get(attribute.name) else { continue };
        if attribute.sensitive {
            mask_texts(member);
        } else if let Kind::Nested(nesting, inner) = &attribute.kind {
            match (nesting, member) {
                (Nesting::Single, object) => mask_sensitive(object, inner),
                (_, Value::Sequence(items)) => {
                    items.iter().for_each(|item| mask_sensitive(item, inner));
                }
                (_, Value::Mapping(items)) => {
                    items.values().for_each(|item| mask_sensitive(item, inner));
                }
                _ => {}
            }
        }
    }
}

fn mask_texts(value: &Value) {
    match value {
        Value::String(text) => logging::mask(text),
        Value::Sequence(items) => items.iter().for_each(mask_texts),
        Value::Mapping(members) => members.values().for_each(mask_texts),
        Value::Dynamic(_, inner) => mask_texts(inner),
        Value::Null | Value::Unknown(_) | Value::Bool(_) | Value::Number(_) => {}
    }
}
