//! A call on its way: signed, attempted with growing, jittered pauses, the server's own delay,
//! one deadline for each attempt and one for all of them. AWS's runtime drives it.

use std::time::Duration;

use aws_credential_types::{Credentials, provider::SharedCredentialsProvider};
use aws_runtime::{
    auth::{
        SigV4OperationSigningConfig,
        sigv4::{SCHEME_ID, SigV4AuthScheme},
    },
    retries::classifiers::AwsErrorCodeClassifier,
};
use aws_smithy_runtime::client::{
    identity::IdentityCache,
    orchestrator::operation::{Operation, OperationBuilder},
    retries::classifiers::{HttpStatusCodeClassifier, TransientErrorClassifier},
};
use aws_smithy_runtime_api::{
    box_error::BoxError,
    client::{
        auth::{
            AuthSchemeOptionResolverParams, SharedAuthScheme, SharedAuthSchemeOptionResolver,
            static_resolver::StaticAuthSchemeOptionResolver,
        },
        identity::SharedIdentityResolver,
        orchestrator::{HttpRequest, OrchestratorError},
        runtime_components::RuntimeComponentsBuilder,
        runtime_plugin::StaticRuntimePlugin,
        stalled_stream_protection::StalledStreamProtectionConfig,
    },
};
use aws_smithy_types::{
    body::SdkBody, config_bag::Layer, retry::RetryConfig, timeout::TimeoutConfig,
    type_erasure::TypeErasedBox,
};
use aws_types::{
    SigningName,
    region::{Region, SigningRegion},
};

use super::{
    super::{
        Aws, BEHAVIOR, WallClock,
        endpoints::{Destination, Service},
    },
    Call, Payload,
    fault::Fault,
    journal::Journal,
    reply::{self, Sender},
};
use crate::cloud::Error;

/// The pause before the first repetition at the default patience, which is a minute.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(20);
/// Statuses that may pass, whoever sends them.
const PASSING: &[u16] = &[429, 500, 502, 503, 504];

impl Aws {
    /// Sends a call, signed unless it needs no signature, until it is answered for good.
    pub(super) async fn exchange(
        &self,
        credentials: Option<&Credentials>,
        call: &Call,
        region: &str,
    ) -> Result<TypeErasedBox, Error> {
        let facts = call.facts;
        let destination = self.destination(facts.service, region, facts.label).await?;
        let connector = self.connector(facts.label).await?;
        let retries = self.retries();
        let patience = self.inner.settings.request_timeout;
        let journal = Journal::new(patience, facts.effect, retries.max_backoff());
        let has_temporary_keys = credentials.is_some_and(|it| it.session_token().is_some());
        let sender = Sender { clock: self.inner.clock, has_temporary_keys };
        let operation = self
            .operation(call, &destination, &journal, sender)
            .standard_retry(&retries)
            .http_client(connector);
        let operation = match credentials {
            Some(credentials) => operation.runtime_plugin(self.signing(
                facts.service,
                &destination.signing_region,
                credentials.clone(),
            )),
            None => operation.no_auth(),
        };
        let operation = operation.build();
        // Boxed because the runtime's futures are large and deep, and we are nested ourselves.
        let error = match Box::pin(operation.invoke(call.payload.clone())).await {
            Ok(output) => return Ok(output),
            Err(error) => error,
        };
        let fault = journal.last_fault().unwrap_or_else(|| Fault::internal(&error));
        let error = fault.into_error(facts.label, &destination, journal.attempts());
        Err(Error { earlier_in_doubt: journal.earlier_in_doubt(), ..error })
    }

    /// Says everything about a call but how it is sent, repeated and signed.
    fn operation(
        &self,
        call: &Call,
        destination: &Destination,
        journal: &Journal,
        sender: Sender,
    ) -> OperationBuilder<Payload, TypeErasedBox, Fault> {
        let (facts, interpreter) = (call.facts, call.interpreter);
        let patience = self.inner.settings.request_timeout;
        let timeouts = TimeoutConfig::builder()
            .read_timeout(patience)
            .operation_attempt_timeout(patience)
            .operation_timeout(self.budget_of(facts.service))
            .build();
        Operation::builder()
            .service_name(facts.service.id())
            .operation_name(facts.name)
            .behavior_version(BEHAVIOR())
            .endpoint_url(destination.endpoint.url())
            .time_source(WallClock(self.inner.clock))
            .timeout_config(timeouts)
            .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
            .runtime_plugin(self.quota())
            // Without classifiers the standard strategy repeats nothing at all.
            .retry_classifier(TransientErrorClassifier::<Fault>::new())
            .retry_classifier(HttpStatusCodeClassifier::new_from_codes(PASSING))
            .retry_classifier(AwsErrorCodeClassifier::<Fault>::new())
            .retry_classifier(journal.clone())
            .interceptor(journal.clone())
            .serializer(request)
            .deserializer(move |response| {
                reply::read(response, facts, interpreter, sender)
                    .map_err(OrchestratorError::operation)
            })
    }

    /// Returns how long a call with all its attempts may take. Organizations makes callers wait
    /// while it is being founded or applies what others have changed: four minutes by default.
    fn budget_of(&self, service: Service) -> Duration {
        match service {
            Service::Organizations => 2 * self.budget(),
            Service::Ec2 | Service::Iam | Service::Sts => self.budget(),
        }
    }

    /// Returns how to repeat. Pauses are in proportion to the patience: who cannot wait
    /// two seconds for an answer must not spend one of them asleep.
    fn retries(&self) -> RetryConfig {
        let patience = self.inner.settings.request_timeout;
        RetryConfig::standard()
            .with_max_attempts(self.inner.settings.max_retries.saturating_add(1))
            .with_initial_backoff(FIRST_PAUSE.min(patience / 60))
            .with_max_backoff(LONGEST_PAUSE.min(patience / 3))
    }

    /// Returns what repetitions are paid from, signed or not.
    fn quota(&self) -> StaticRuntimePlugin {
        let mut config = Layer::new("quota");
        config.store_put(self.inner.retry_quota.clone());
        StaticRuntimePlugin::new().with_config(config.freeze())
    }

    fn signing(
        &self,
        service: Service,
        region: &str,
        credentials: Credentials,
    ) -> StaticRuntimePlugin {
        let mut config = Layer::new("signing");
        config.store_put(AuthSchemeOptionResolverParams::new(()));
        config.store_put(SigV4OperationSigningConfig {
            region: Some(SigningRegion::from(Region::new(region.to_owned()))),
            name: Some(SigningName::from_static(service.id())),
            ..SigV4OperationSigningConfig::default()
        });
        let schemes = StaticAuthSchemeOptionResolver::new(vec![SCHEME_ID]);
        let identity = SharedIdentityResolver::new(SharedCredentialsProvider::new(credentials));
        let components = RuntimeComponentsBuilder::new("signing")
            .with_auth_scheme(SharedAuthScheme::new(SigV4AuthScheme::new()))
            .with_auth_scheme_option_resolver(Some(SharedAuthSchemeOptionResolver::new(schemes)))
            .with_identity_cache(Some(IdentityCache::no_cache()))
            .with_identity_resolver(SCHEME_ID, identity);
        StaticRuntimePlugin::new().with_config(config.freeze()).with_runtime_components(components)
    }
}

fn request(payload: Payload) -> Result<HttpRequest, BoxError> {
    let mut request = HttpRequest::new(SdkBody::from(payload.body));
    request.set_method("POST")?;
    request.set_uri("/")?;
    request.headers_mut().insert("content-type", payload.content_type);
    if let Some(target) = payload.target {
        request.headers_mut().insert("x-amz-target", target);
    }
    Ok(request)
}
