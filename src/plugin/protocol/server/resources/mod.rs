//! Resources: one method for each RPC, which decodes, calls and encodes.
//!
//! `plan.rs` and `apply.rs` hold the two that change something, `import.rs` the ways by
//! which an object comes into a state. Whatever fails, what is stored beside the state
//! (private notes, identity) is sent back: Terraform forgets what it does not get.

mod apply;
mod import;
mod plan;

use std::collections::BTreeMap;

use super::{Server, Shape, values::decode};
use crate::plugin::{
    context::Context,
    diagnostics::{Diagnostic, Diagnostics},
    private::Private,
    protocol::{
        convert::{to_diagnostics, to_dynamic},
        type_json, wire,
    },
    provider::Provider,
    resource::{AnyResource, IdentityAttribute},
    timeouts::{self, Limited},
    value::{Type, Value},
};

/// The version of every identity; none has changed its shape yet.
const IDENTITY_VERSION: i64 = 0;

/// The resource type of a request.
struct Target<Client: 'static> {
    resource: &'static dyn AnyResource<Client>,
    shape: Shape,
}

impl<P: Provider> Server<P> {
    fn target(&self, name: &str) -> Result<Target<P::Client>, Diagnostics> {
        let mut resources = self.provider.resources().iter();
        let resource = resources.find(|resource| resource.type_name() == name).copied();
        let resource = resource.ok_or_else(|| {
            Diagnostic::error(
                "Unknown Resource",
                format!("This version of the provider has no resource `{name}`."),
            )
        })?;
        Ok(Target { resource, shape: Shape::new(resource.schema()) })
    }

    /// Creates the context of an operation, with what is kept beside the state.
    fn context(&self, private: &[u8]) -> Result<Context, Diagnostics> {
        let private = Private::from_bytes(private).ok_or_else(|| {
            let detail = "What the provider keeps beside the state is not what it wrote. If the \
                          state was edited by hand, undo that; otherwise remove the object from \
                          the state with `terraform state rm` and import it again.";
            Diagnostic::error("Unreadable Private State", detail)
        })?;
        Ok(Context::new(self.interrupts.token(), private))
    }

    pub(super) fn identity_schemas(&self) -> wire::get_resource_identity_schemas::Response {
        let resources = self.provider.resources().iter();
        let schemas = resources.map(|resource| {
            let identity_attributes =
                resource.identity_schema().iter().map(to_identity_attribute).collect();
            let schema =
                wire::ResourceIdentitySchema { version: IDENTITY_VERSION, identity_attributes };
            (resource.type_name().to_owned(), schema)
        });
        wire::get_resource_identity_schemas::Response {
            identity_schemas: schemas.collect(),
            diagnostics: Vec::new(),
        }
    }

    pub(super) fn validate_resource(
        &self,
        request: &wire::validate_resource_config::Request,
    ) -> Result<Diagnostics, Diagnostics> {
        let Target { resource, shape } = self.target(&request.type_name)?;
        let config = shape.decode_config(request.config.as_ref())?;
        let mut problems = timeouts::validate(&config);
        problems.append(resource.validate(config));
        Ok(problems)
    }

    pub(super) async fn read_managed(
        &self,
        request: wire::read_resource::Request,
    ) -> wire::read_resource::Response {
        let mut warnings = Diagnostics::new();
        let reading = self.interrupts.read(self.read_object(&request, &mut warnings));
        let outcome = reading.await;
        let mut response = outcome.unwrap_or_else(|problems| {
            warnings.append(problems);
            wire::read_resource::Response {
                new_state: request.current_state,
                private: request.private,
                new_identity: request.current_identity,
                ..Default::default()
            }
        });
        response.diagnostics = to_diagnostics(warnings);
        response
    }

    /// Reads an object; one that is gone has neither state nor anything beside it.
    async fn read_object(
        &self,
        request: &wire::read_resource::Request,
        warnings: &mut Diagnostics,
    ) -> Result<wire::read_resource::Response, Diagnostics> {
        let target = self.target(&request.type_name)?;
        let client = self.client()?;
        let state = target.shape.decode(request.current_state.as_ref())?;
        let limit = timeouts::limit(&state, target.resource.limits(), Limited::Read);
        let context = self.context(&request.private)?.limited_to(limit);
        let outcome = target.resource.read(&client, state, &context).await;
        warnings.append(context.take_warnings());
        let Some(state) = outcome? else { return Ok(wire::read_resource::Response::default()) };
        let state = target.shape.complete(state)?;
        Ok(wire::read_resource::Response {
            new_state: Some(target.shape.encode_bounded(&state)?),
            private: context.private_bytes(),
            new_identity: target.identity(request.current_identity.as_ref(), state)?,
            ..Default::default()
        })
    }
}

impl<Client> Target<Client> {
    /// Returns the identity to store: the one that is stored, because it must never change,
    /// unless there is none yet; states from before identities have an empty one.
    fn identity(
        &self,
        stored: Option<&wire::ResourceIdentityData>,
        state: Value,
    ) -> Result<Option<wire::ResourceIdentityData>, Diagnostics> {
        let ty = self.identity_type();
        let message = stored.and_then(|stored| stored.identity_data.as_ref());
        match decode(message, &ty)? {
            Value::Mapping(parts) if parts.values().any(|part| *part != Value::Null) => {
                Ok(stored.cloned())
            }
            _ => Ok(Some(identity_message(&self.resource.identity(state)?, &ty))),
        }
    }

    fn identity_type(&self) -> Type {
        let attributes = self.resource.identity_schema().into_iter();
        let types = attributes.map(|attribute| (attribute.name.to_owned(), attribute.ty));
        Type::Object(types.collect::<BTreeMap<_, _>>())
    }
}

fn identity_message(identity: &Value, ty: &Type) -> wire::ResourceIdentityData {
    wire::ResourceIdentityData { identity_data: Some(to_dynamic(identity, ty)) }
}

fn to_identity_attribute(
    attribute: &IdentityAttribute,
) -> wire::resource_identity_schema::IdentityAttribute {
    wire::resource_identity_schema::IdentityAttribute {
        name: attribute.name.to_owned(),
        r#type: type_json::to_json(&attribute.ty).to_string().into_bytes(),
        // Exactly one of the two.
        required_for_import: attribute.required,
        optional_for_import: !attribute.required,
        description: attribute.description.to_owned(),
    }
}
