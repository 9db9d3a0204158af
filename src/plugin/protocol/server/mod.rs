//! The tfplugin6 service: each method decodes, calls the author API and encodes.
//!
//! A failure is always a diagnostic: a gRPC status would carry no path and make
//! Terraform print a protocol error. RPCs of features that no schema offers
//! keep their generated default and answer UNIMPLEMENTED.

mod data_sources;
mod functions;
mod interrupts;
mod resources;
mod values;

use std::sync::{Arc, PoisonError, RwLock};

use tonic::{Request, Response, Status};

pub(in crate::plugin) use self::interrupts::Interrupts;
use self::{
    functions::to_function,
    values::{LARGEST_MESSAGE, Shape},
};
use super::{
    convert::{to_diagnostics, to_schema},
    wire,
};
use crate::plugin::{
    data_source::misfit,
    diagnostics::{Diagnostic, Diagnostics},
    model::Model as _,
    provider::Provider,
};

/// Wraps a provider as a gRPC service.
pub(in crate::plugin) fn service<P: Provider>(
    provider: P,
    interrupts: Interrupts,
) -> wire::provider_server::ProviderServer<Server<P>> {
    let server = Server { provider, client: RwLock::new(None), interrupts };
    wire::provider_server::ProviderServer::new(server)
        .max_decoding_message_size(LARGEST_MESSAGE)
        .max_encoding_message_size(LARGEST_MESSAGE)
}

/// Serves one provider.
pub(in crate::plugin) struct Server<P: Provider> {
    provider: P,
    /// What the latest configure made; nothing forbids a host to configure again.
    client: RwLock<Option<Arc<P::Client>>>,
    interrupts: Interrupts,
}

impl<P: Provider> Server<P> {
    fn client(&self) -> Result<Arc<P::Client>, Diagnostics> {
        let client = self.client.read().unwrap_or_else(PoisonError::into_inner);
        client.clone().ok_or_else(|| {
            Diagnostic::error(
                "Provider Not Configured",
                "Terraform asked for data before it configured the provider. Run the command \
                 again; if it happens again, report it as a bug of the provider.",
            )
            .into()
        })
    }

    fn metadata(&self) -> wire::get_metadata::Response {
        use wire::get_metadata::{
            DataSourceMetadata, FunctionMetadata, ResourceMetadata, Response,
        };
        let named = |type_name: &str| type_name.to_owned();
        let sources = self.provider.data_sources().iter().map(|it| named(it.type_name()));
        let resources = self.provider.resources().iter().map(|it| named(it.type_name()));
        let functions = self.provider.functions().iter().map(|it| named(it.name()));
        Response {
            server_capabilities: Some(capabilities()),
            data_sources: sources.map(|type_name| DataSourceMetadata { type_name }).collect(),
            resources: resources.map(|type_name| ResourceMetadata { type_name }).collect(),
            functions: functions.map(|name| FunctionMetadata { name }).collect(),
            ..Default::default()
        }
    }

    fn schemas(&self) -> wire::get_provider_schema::Response {
        let sources = self.provider.data_sources().iter();
        let resources = self.provider.resources().iter();
        wire::get_provider_schema::Response {
            provider: Some(to_schema(&self.provider.schema())),
            data_source_schemas: sources
                .map(|source| (source.type_name().to_owned(), to_schema(&source.schema())))
                .collect(),
            resource_schemas: resources
                .map(|resource| (resource.type_name().to_owned(), to_schema(&resource.schema())))
                .collect(),
            functions: self.functions(),
            server_capabilities: Some(capabilities()),
            ..Default::default()
        }
    }

    fn functions(&self) -> std::collections::HashMap<String, wire::Function> {
        let functions = self.provider.functions().iter();
        functions.map(|it| (it.name().to_owned(), to_function(*it))).collect()
    }

    fn validate_provider(
        &self,
        config: Option<&wire::DynamicValue>,
    ) -> Result<Diagnostics, Diagnostics> {
        Ok(self.provider.validate(&self.provider_config(config)?))
    }

    fn configure(&self, config: Option<&wire::DynamicValue>) -> Result<(), Diagnostics> {
        let config = self.provider_config(config)?;
        let client = self.provider.configure(config)?;
        self.replace_client(Some(Arc::new(client)));
        Ok(())
    }

    fn replace_client(&self, client: Option<Arc<P::Client>>) {
        *self.client.write().unwrap_or_else(PoisonError::into_inner) = client;
    }

    fn provider_config(
        &self,
        config: Option<&wire::DynamicValue>,
    ) -> Result<P::Config, Diagnostics> {
        let value = Shape::new(self.provider.schema()).decode_config(config)?;
        P::Config::from_value(value).map_err(|mismatch| misfit(mismatch).into())
    }
}

fn capabilities() -> wire::ServerCapabilities {
    wire::ServerCapabilities {
        // Deletions may warn, and hand private notes on.
        plan_destroy: true,
        // Terraform reuses the schema it has cached: one call a run instead of one a process.
        get_provider_schema_optional: true,
        move_resource_state: true,
        ..Default::default()
    }
}

/// The messages of an operation that yields nothing else.
fn all<T: Into<Diagnostics>>(outcome: Result<T, Diagnostics>) -> Vec<wire::Diagnostic> {
    to_diagnostics(outcome.map_or_else(|problems| problems, Into::into))
}

/// The result of an operation beside its messages.
fn split<T>(outcome: Result<T, Diagnostics>) -> (Option<T>, Vec<wire::Diagnostic>) {
    match outcome {
        Ok(result) => (Some(result), Vec::new()),
        Err(problems) => (None, to_diagnostics(problems)),
    }
}

#[tonic::async_trait]
impl<P: Provider> wire::provider_server::Provider for Server<P> {
    async fn get_metadata(
        &self,
        _request: Request<wire::get_metadata::Request>,
    ) -> Result<Response<wire::get_metadata::Response>, Status> {
        let metadata = self.interrupts.read(async { Ok(self.metadata()) }).await;
        Ok(Response::new(metadata.unwrap_or_else(|problems| wire::get_metadata::Response {
            diagnostics: to_diagnostics(problems),
            ..Default::default()
        })))
    }

    async fn get_provider_schema(
        &self,
        _request: Request<wire::get_provider_schema::Request>,
    ) -> Result<Response<wire::get_provider_schema::Response>, Status> {
        let schemas = self.interrupts.read(async { Ok(self.schemas()) }).await;
        Ok(Response::new(schemas.unwrap_or_else(|problems| wire::get_provider_schema::Response {
            diagnostics: to_diagnostics(problems),
            ..Default::default()
        })))
    }

    async fn get_resource_identity_schemas(
        &self,
        _request: Request<wire::get_resource_identity_schemas::Request>,
    ) -> Result<Response<wire::get_resource_identity_schemas::Response>, Status> {
        let schemas = self.interrupts.read(async { Ok(self.identity_schemas()) }).await;
        Ok(Response::new(schemas.unwrap_or_else(|problems| {
            wire::get_resource_identity_schemas::Response {
                diagnostics: to_diagnostics(problems),
                ..Default::default()
            }
        })))
    }

    async fn get_functions(
        &self,
        _request: Request<wire::get_functions::Request>,
    ) -> Result<Response<wire::get_functions::Response>, Status> {
        let (functions, diagnostics) =
            split(self.interrupts.read(async { Ok(self.functions()) }).await);
        Ok(Response::new(wire::get_functions::Response {
            functions: functions.unwrap_or_default(),
            diagnostics,
        }))
    }

    async fn validate_provider_config(
        &self,
        request: Request<wire::validate_provider_config::Request>,
    ) -> Result<Response<wire::validate_provider_config::Response>, Status> {
        let request = request.into_inner();
        let judged =
            self.interrupts.read(async { self.validate_provider(request.config.as_ref()) }).await;
        Ok(Response::new(wire::validate_provider_config::Response { diagnostics: all(judged) }))
    }

    async fn configure_provider(
        &self,
        request: Request<wire::configure_provider::Request>,
    ) -> Result<Response<wire::configure_provider::Response>, Status> {
        let request = request.into_inner();
        let configured =
            self.interrupts.read(async { self.configure(request.config.as_ref()) }).await;
        if configured.is_err() {
            // Nothing may go on with the previous identity. It is not dropped before: when
            // debugging, reads of another provider block may be under way.
            self.replace_client(None);
        }
        let configured = configured.map(|()| Diagnostics::new());
        Ok(Response::new(wire::configure_provider::Response { diagnostics: all(configured) }))
    }

    async fn validate_data_resource_config(
        &self,
        request: Request<wire::validate_data_resource_config::Request>,
    ) -> Result<Response<wire::validate_data_resource_config::Response>, Status> {
        let request = request.into_inner();
        let judged = self.interrupts.read(async { self.validate_data(&request) }).await;
        Ok(Response::new(wire::validate_data_resource_config::Response {
            diagnostics: all(judged),
        }))
    }

    async fn read_data_source(
        &self,
        request: Request<wire::read_data_source::Request>,
    ) -> Result<Response<wire::read_data_source::Response>, Status> {
        Ok(Response::new(self.read_data(request.into_inner()).await))
    }

    async fn validate_resource_config(
        &self,
        request: Request<wire::validate_resource_config::Request>,
    ) -> Result<Response<wire::validate_resource_config::Response>, Status> {
        let request = request.into_inner();
        let judged = self.interrupts.read(async { self.validate_resource(&request) }).await;
        Ok(Response::new(wire::validate_resource_config::Response { diagnostics: all(judged) }))
    }

    async fn upgrade_resource_state(
        &self,
        request: Request<wire::upgrade_resource_state::Request>,
    ) -> Result<Response<wire::upgrade_resource_state::Response>, Status> {
        let request = request.into_inner();
        let upgraded = self.interrupts.read(async { self.upgrade_state(&request) }).await;
        let (upgraded_state, diagnostics) = split(upgraded);
        Ok(Response::new(wire::upgrade_resource_state::Response { upgraded_state, diagnostics }))
    }

    async fn upgrade_resource_identity(
        &self,
        request: Request<wire::upgrade_resource_identity::Request>,
    ) -> Result<Response<wire::upgrade_resource_identity::Response>, Status> {
        let request = request.into_inner();
        let upgraded = self.interrupts.read(async { self.upgrade_identity(&request) }).await;
        let (identity, diagnostics) = split(upgraded);
        Ok(Response::new(wire::upgrade_resource_identity::Response {
            upgraded_identity: identity.flatten(),
            diagnostics,
        }))
    }

    async fn read_resource(
        &self,
        request: Request<wire::read_resource::Request>,
    ) -> Result<Response<wire::read_resource::Response>, Status> {
        Ok(Response::new(self.read_managed(request.into_inner()).await))
    }

    async fn plan_resource_change(
        &self,
        request: Request<wire::plan_resource_change::Request>,
    ) -> Result<Response<wire::plan_resource_change::Response>, Status> {
        Ok(Response::new(self.plan(request.into_inner()).await))
    }

    async fn apply_resource_change(
        &self,
        request: Request<wire::apply_resource_change::Request>,
    ) -> Result<Response<wire::apply_resource_change::Response>, Status> {
        Ok(Response::new(self.apply(request.into_inner()).await))
    }

    async fn import_resource_state(
        &self,
        request: Request<wire::import_resource_state::Request>,
    ) -> Result<Response<wire::import_resource_state::Response>, Status> {
        Ok(Response::new(self.import(request.into_inner()).await))
    }

    async fn move_resource_state(
        &self,
        request: Request<wire::move_resource_state::Request>,
    ) -> Result<Response<wire::move_resource_state::Response>, Status> {
        let request = request.into_inner();
        let moved = self.interrupts.read(async { self.move_state(&request) }).await;
        Ok(Response::new(moved.unwrap_or_else(|problems| wire::move_resource_state::Response {
            diagnostics: to_diagnostics(problems),
            ..Default::default()
        })))
    }

    async fn call_function(
        &self,
        request: Request<wire::call_function::Request>,
    ) -> Result<Response<wire::call_function::Response>, Status> {
        Ok(Response::new(self.call(request.into_inner()).await))
    }

    async fn stop_provider(
        &self,
        _request: Request<wire::stop_provider::Request>,
    ) -> Result<Response<wire::stop_provider::Response>, Status> {
        tracing::debug!("told to stop what is in flight");
        self.interrupts.interrupt();
        Ok(Response::new(wire::stop_provider::Response::default()))
    }
}
