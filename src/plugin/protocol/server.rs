//! The tfplugin6 service: each method decodes, calls the author API and encodes.
//!
//! A failure is always a diagnostic: a gRPC status would carry no path and make
//! Terraform print a protocol error. RPCs of features that no schema offers
//! keep their generated default and answer UNIMPLEMENTED.

use std::{
    future::Future,
    panic::AssertUnwindSafe,
    sync::{Arc, Mutex, PoisonError, RwLock},
    time::Duration,
};

use futures_util::FutureExt as _;
use tokio_util::sync::CancellationToken;
use tonic::{Request, Response, Status};

use super::{
    convert::{from_dynamic, to_diagnostics, to_dynamic, to_schema},
    wire,
};
use crate::plugin::{
    data_source::{AnyDataSource, Context, misfit},
    diagnostics::{Diagnostic, Diagnostics},
    model::Model as _,
    process::{crash, logging},
    provider::Provider,
    schema::{Attribute, Kind, Nesting, Schema},
    value::{Type, Value},
};

/// The same limit as the reference server; gRPC's usual 4 MiB is far too little.
const LARGEST_MESSAGE: usize = 256 << 20;

/// Leaves room for the rest of the message: past the limit there is no diagnostic any more.
const LARGEST_STATE: usize = LARGEST_MESSAGE - (1 << 20);

/// How long the answer waits after a panic. Terraform reads the report on stderr beside
/// the answers, and shows only what it has read by the time the command fails.
const REPORT_AHEAD: Duration = Duration::from_millis(100);

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

/// Hands out the token of the operations in flight.
///
/// `StopProvider` ends what runs now, not what comes later: after each stop
/// there is a fresh token.
#[derive(Clone, Debug, Default)]
pub(in crate::plugin) struct Interrupts {
    current: Arc<Mutex<CancellationToken>>,
}

impl Interrupts {
    /// Cancels every operation in flight.
    pub(in crate::plugin) fn interrupt(&self) {
        std::mem::take(&mut *self.lock()).cancel();
    }

    fn token(&self) -> CancellationToken {
        self.lock().clone()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, CancellationToken> {
        self.current.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<P: Provider> Server<P> {
    fn data_source(
        &self,
        name: &str,
    ) -> Result<&'static dyn AnyDataSource<P::Client>, Diagnostics> {
        let mut sources = self.provider.data_sources().iter();
        sources.find(|source| source.type_name() == name).copied().ok_or_else(|| {
            Diagnostic::error(
                "Unknown Data Source",
                format!("This version of the provider has no data source `{name}`."),
            )
            .into()
        })
    }

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
        let sources = self.provider.data_sources().iter();
        wire::get_metadata::Response {
            server_capabilities: Some(capabilities()),
            data_sources: sources
                .map(|source| wire::get_metadata::DataSourceMetadata {
                    type_name: source.type_name().to_owned(),
                })
                .collect(),
            ..Default::default()
        }
    }

    fn schemas(&self) -> wire::get_provider_schema::Response {
        let sources = self.provider.data_sources().iter();
        wire::get_provider_schema::Response {
            provider: Some(to_schema(&self.provider.schema())),
            data_source_schemas: sources
                .map(|source| (source.type_name().to_owned(), to_schema(&source.schema())))
                .collect(),
            server_capabilities: Some(capabilities()),
            ..Default::default()
        }
    }

    fn validate_provider(&self, config: Option<&wire::DynamicValue>) -> Diagnostics {
        match self.provider_config(config) {
            Ok(config) => self.provider.validate(&config),
            Err(problems) => problems,
        }
    }

    fn configure(&self, config: Option<&wire::DynamicValue>) -> Result<(), Diagnostics> {
        // Whatever goes wrong from here on, nothing may go on with the previous identity.
        self.replace_client(None);
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
        let schema = self.provider.schema();
        let value = decode(config, &schema.ty())?;
        mask_sensitive(&value, &schema.attributes);
        P::Config::from_value(value).map_err(|mismatch| misfit(mismatch).into())
    }

    fn validate_data(
        &self,
        request: &wire::validate_data_resource_config::Request,
    ) -> Result<Diagnostics, Diagnostics> {
        let source = self.data_source(&request.type_name)?;
        let schema = source.schema();
        let config = decode(request.config.as_ref(), &schema.ty())?;
        mask_sensitive(&config, &schema.attributes);
        Ok(source.validate(config))
    }

    async fn read_data(
        &self,
        request: wire::read_data_source::Request,
        context: &Context,
    ) -> Result<wire::DynamicValue, Diagnostics> {
        let source = self.data_source(&request.type_name)?;
        let client = self.client()?;
        let schema = source.schema();
        let config = decode(request.config.as_ref(), &schema.ty())?;
        mask_sensitive(&config, &schema.attributes);
        let state = source.read(&client, config, context).await?;
        let state = to_dynamic(&checked(state, &schema)?, &schema.ty());
        if state.msgpack.len() > LARGEST_STATE {
            return Err(too_large(state.msgpack.len()));
        }
        Ok(state)
    }

    /// Runs an operation until it ends, panics or is interrupted.
    async fn guarded<T>(
        &self,
        operation: impl Future<Output = Result<T, Diagnostics>>,
    ) -> Result<T, Diagnostics> {
        let token = self.interrupts.token();
        let outcome = tokio::select! {
            // What is done is done: an interruption must not hide it.
            biased;
            outcome = AssertUnwindSafe(operation).catch_unwind() => outcome,
            () = token.cancelled() => return Err(interrupted().into()),
        };
        match outcome {
            Ok(outcome) => outcome,
            Err(payload) => {
                let problems = bug(crash::payload_text(&*payload));
                tokio::time::sleep(REPORT_AHEAD).await;
                Err(problems)
            }
        }
    }
}

/// Lets Terraform reuse the schema it has cached: one call a run instead of one a process.
fn capabilities() -> wire::ServerCapabilities {
    wire::ServerCapabilities { get_provider_schema_optional: true, ..Default::default() }
}

fn decode(message: Option<&wire::DynamicValue>, ty: &Type) -> Result<Value, Diagnostics> {
    from_dynamic(message, ty).map_err(|error| {
        Diagnostic::error(
            "Unreadable Configuration",
            format!(
                "Terraform sent a configuration that does not fit the schema: {error}. \
                 Run `terraform init -upgrade`; if it happens again, report it as a bug."
            ),
        )
        .into()
    })
}

/// Refuses a result that Terraform would call invalid: null, or not wholly known.
fn checked(state: Value, schema: &Schema) -> Result<Value, Diagnostics> {
    if state == Value::Null || !state.is_wholly_known() {
        return Err(bug("a data source returned nothing, or an unknown value"));
    }
    mask_sensitive(&state, &schema.attributes);
    Ok(state)
}

fn bug(what: &str) -> Diagnostics {
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
            LARGEST_STATE >> 20
        ),
    )
    .into()
}

fn interrupted() -> Diagnostic {
    Diagnostic::error("Interrupted", "The operation was interrupted before it was done.")
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

/// The messages of an operation that yields nothing else.
fn all<T: Into<Diagnostics>>(outcome: Result<T, Diagnostics>) -> Vec<wire::Diagnostic> {
    to_diagnostics(outcome.map_or_else(|problems| problems, Into::into))
}

#[tonic::async_trait]
impl<P: Provider> wire::provider_server::Provider for Server<P> {
    async fn get_metadata(
        &self,
        _request: Request<wire::get_metadata::Request>,
    ) -> Result<Response<wire::get_metadata::Response>, Status> {
        let metadata = self.guarded(async { Ok(self.metadata()) }).await;
        Ok(Response::new(metadata.unwrap_or_else(|problems| wire::get_metadata::Response {
            diagnostics: to_diagnostics(problems),
            ..Default::default()
        })))
    }

    async fn get_provider_schema(
        &self,
        _request: Request<wire::get_provider_schema::Request>,
    ) -> Result<Response<wire::get_provider_schema::Response>, Status> {
        let schemas = self.guarded(async { Ok(self.schemas()) }).await;
        Ok(Response::new(schemas.unwrap_or_else(|problems| wire::get_provider_schema::Response {
            diagnostics: to_diagnostics(problems),
            ..Default::default()
        })))
    }

    async fn get_resource_identity_schemas(
        &self,
        _request: Request<wire::get_resource_identity_schemas::Request>,
    ) -> Result<Response<wire::get_resource_identity_schemas::Response>, Status> {
        Ok(Response::new(wire::get_resource_identity_schemas::Response::default()))
    }

    async fn get_functions(
        &self,
        _request: Request<wire::get_functions::Request>,
    ) -> Result<Response<wire::get_functions::Response>, Status> {
        Ok(Response::new(wire::get_functions::Response::default()))
    }

    async fn validate_provider_config(
        &self,
        request: Request<wire::validate_provider_config::Request>,
    ) -> Result<Response<wire::validate_provider_config::Response>, Status> {
        let request = request.into_inner();
        let judged =
            self.guarded(async { Ok(self.validate_provider(request.config.as_ref())) }).await;
        Ok(Response::new(wire::validate_provider_config::Response { diagnostics: all(judged) }))
    }

    async fn configure_provider(
        &self,
        request: Request<wire::configure_provider::Request>,
    ) -> Result<Response<wire::configure_provider::Response>, Status> {
        let request = request.into_inner();
        let configured = self.guarded(async { self.configure(request.config.as_ref()) }).await;
        let configured = configured.map(|()| Diagnostics::new());
        Ok(Response::new(wire::configure_provider::Response { diagnostics: all(configured) }))
    }

    async fn validate_data_resource_config(
        &self,
        request: Request<wire::validate_data_resource_config::Request>,
    ) -> Result<Response<wire::validate_data_resource_config::Response>, Status> {
        let request = request.into_inner();
        let judged = self.guarded(async { self.validate_data(&request) }).await;
        Ok(Response::new(wire::validate_data_resource_config::Response {
            diagnostics: all(judged),
        }))
    }

    async fn read_data_source(
        &self,
        request: Request<wire::read_data_source::Request>,
    ) -> Result<Response<wire::read_data_source::Response>, Status> {
        let context = Context::default();
        let outcome = self.guarded(self.read_data(request.into_inner(), &context)).await;
        let mut diagnostics = context.into_warnings();
        let state = outcome.map_err(|problems| diagnostics.append(problems)).ok();
        Ok(Response::new(wire::read_data_source::Response {
            state,
            diagnostics: to_diagnostics(diagnostics),
            deferred: None,
        }))
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
