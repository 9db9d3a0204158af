//! How objects come into a state: by import, from an older version, from another type.

use super::{IDENTITY_VERSION, Server, Target, identity_message};
use crate::plugin::{
    diagnostics::{Diagnostic, Diagnostics},
    protocol::{convert::to_diagnostics, server::values::decode, state_json, wire},
    provider::Provider,
    state::{MovedState, OldState},
    value::Value,
};

impl<P: Provider> Server<P> {
    pub(in crate::plugin::protocol::server) async fn import(
        &self,
        request: wire::import_resource_state::Request,
    ) -> wire::import_resource_state::Response {
        let mut diagnostics = Diagnostics::new();
        let importing = self.interrupts.read(self.import_object(&request, &mut diagnostics));
        let outcome = importing.await;
        let imported = outcome.map_err(|problems| diagnostics.append(problems)).ok();
        wire::import_resource_state::Response {
            imported_resources: imported.into_iter().collect(),
            diagnostics: to_diagnostics(diagnostics),
            ..Default::default()
        }
    }

    async fn import_object(
        &self,
        request: &wire::import_resource_state::Request,
        warnings: &mut Diagnostics,
    ) -> Result<wire::import_resource_state::ImportedResource, Diagnostics> {
        let target = self.target(&request.type_name)?;
        let client = self.client()?;
        let context = self.context(&[])?;
        let asked = request.identity.as_ref().and_then(|asked| asked.identity_data.as_ref());
        let identity_type = target.identity_type();
        let asked = decode(asked, &identity_type)?;
        let identity = match &asked {
            Value::Null => target.resource.identity_from_id(&request.id)?,
            identity => identity.clone(),
        };
        let outcome = target.resource.import(&client, identity, &context).await;
        warnings.append(context.take_warnings());
        let state = target.shape.complete(outcome?)?;
        let encoded = target.shape.encode_bounded(&state)?;
        let identity = completed(asked, target.resource.identity(state)?);
        Ok(wire::import_resource_state::ImportedResource {
            type_name: request.type_name.clone(),
            state: Some(encoded),
            private: context.private_bytes(),
            identity: Some(identity_message(&identity, &identity_type)),
        })
    }

    pub(in crate::plugin::protocol::server) fn upgrade_state(
        &self,
        request: &wire::upgrade_resource_state::Request,
    ) -> Result<wire::DynamicValue, Diagnostics> {
        let target = self.target(&request.type_name)?;
        let state = target.upgraded(&stored(request.version, request.raw_state.as_ref())?)?;
        target.shape.encode_bounded(&state)
    }

    pub(in crate::plugin::protocol::server) fn upgrade_identity(
        &self,
        request: &wire::upgrade_resource_identity::Request,
    ) -> Result<Option<wire::ResourceIdentityData>, Diagnostics> {
        let target = self.target(&request.type_name)?;
        let json = request.raw_identity.as_ref().map(|raw| raw.json.as_slice());
        // A state from before identities.
        let Some(json) = json.filter(|json| !json.is_empty()) else { return Ok(None) };
        if request.version != IDENTITY_VERSION {
            return Err(newer(request.version, IDENTITY_VERSION).into());
        }
        let ty = target.identity_type();
        let identity = state_json::from_json(json, &ty).map_err(|error| {
            let detail = format!(
                "The stored identity of the object does not fit: {error}. If the state was \
                 edited by hand, undo that."
            );
            Diagnostic::error("Unreadable Identity", detail)
        })?;
        Ok(Some(identity_message(&identity, &ty)))
    }

    pub(in crate::plugin::protocol::server) fn move_state(
        &self,
        request: &wire::move_resource_state::Request,
    ) -> Result<wire::move_resource_state::Response, Diagnostics> {
        let target = self.target(&request.target_type_name)?;
        let version = request.source_schema_version;
        let moved = MovedState {
            provider_address: &request.source_provider_address,
            type_name: &request.source_type_name,
            state: stored(version, request.source_state.as_ref())?,
        };
        // The provider under another address, such as that of another registry.
        let is_same_type = request.source_type_name == request.target_type_name;
        let state = match target.resource.take_over(&moved)? {
            Some(state) => target.shape.complete(state)?,
            None if is_same_type => target.upgraded(&moved.state)?,
            None => return Err(no_way(request).into()),
        };
        Ok(wire::move_resource_state::Response {
            target_state: Some(target.shape.encode_bounded(&state)?),
            // Private notes of the same type are our own.
            target_private: if is_same_type { request.source_private.clone() } else { Vec::new() },
            target_identity: target.identity(None, state)?,
            diagnostics: Vec::new(),
        })
    }
}

impl<Client> Target<Client> {
    /// Reads a stored state, whichever version wrote it.
    fn upgraded(&self, stored: &OldState<'_>) -> Result<Value, Diagnostics> {
        let current = self.shape.schema.version;
        let state = match stored.version {
            version if version > current => return Err(newer(version, current).into()),
            version if version < current => self.resource.upgrade(stored)?,
            _ => stored.value(&self.shape.ty)?,
        };
        self.shape.complete(state)
    }
}

/// Fills in what an import could leave out: Terraform stores the identity that it gets back,
/// and it must not change afterwards. An import by id asks for no identity: an id may name the
/// object in another way.
fn completed(asked: Value, found: Value) -> Value {
    match (asked, found) {
        (Value::Null, found) => found,
        (Value::Mapping(mut asked), Value::Mapping(found)) => {
            for (name, part) in found {
                let place = asked.entry(name).or_insert(Value::Null);
                if *place == Value::Null {
                    *place = part;
                }
            }
            Value::Mapping(asked)
        }
        (asked, _) => asked,
    }
}

fn stored(version: i64, raw: Option<&wire::RawState>) -> Result<OldState<'_>, Diagnostics> {
    let json = raw.map(|raw| raw.json.as_slice()).unwrap_or_default();
    if matches!(json, b"" | b"null") {
        let detail = "The stored state is empty, or in the format of Terraform 0.11. No release \
                      of this provider ever wrote that.";
        return Err(Diagnostic::error("Unreadable State", detail).into());
    }
    Ok(OldState::new(version, json))
}

fn newer(version: i64, current: i64) -> Diagnostic {
    let detail = format!(
        "The state was written by a newer release of the provider: it has schema version \
         {version}, this release knows {current}. Use that release or a later one."
    );
    Diagnostic::error("State Of A Newer Release", detail)
}

fn no_way(request: &wire::move_resource_state::Request) -> Diagnostic {
    let detail = format!(
        "A `{}` of the provider {} cannot become a `{}`. Remove the `moved` block; import the \
         object, if it is one of that type.",
        request.source_type_name, request.source_provider_address, request.target_type_name
    );
    Diagnostic::error("Move Not Supported", detail)
}
