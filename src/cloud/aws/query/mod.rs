//! One call of a query API: a signed form goes out, an XML document comes back.
//!
//! AWS's runtime drives it: signing, attempts with growing, jittered pauses, the
//! server's own delay, one deadline for each attempt and one for all of them. All
//! calls here may be repeated: they read; or assume a role, and a session that nobody gets to
//! know does no harm; or write what is the same however often it is sent. Before one that writes
//! something else is added, decide what may be repeated.

mod fault;
mod form;
mod journal;
mod reply;

use std::{sync::Arc, time::Duration};

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
};
use aws_types::{
    SigningName,
    region::{Region, SigningRegion},
};

pub(super) use self::form::Form;
use self::{fault::Fault, journal::Journal, reply::Sender};
use super::{
    Aws, BEHAVIOR, WallClock,
    credentials::Session,
    endpoints::{Destination, Service},
};
use crate::cloud::{Error, Kind};

/// The pause before the first repetition at the default patience, which is a minute.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
/// Statuses that may pass, whoever sends them.
const PASSING: &[u16] = &[429, 500, 502, 503, 504];
const LONGEST_PAUSE: Duration = Duration::from_secs(20);
/// What AWS says of a session that is over; EC2 has a word of its own.
const EXPIRED: [&str; 3] = ["ExpiredToken", "ExpiredTokenException", "RequestExpired"];

/// An operation: how it is called and what its answer means.
#[derive(Debug)]
pub(super) struct Action<Output> {
    /// The service that offers it.
    pub(super) service: Service,
    /// The vendor's name of it.
    pub(super) name: &'static str,
    /// Its name in reports: `service:Name`.
    pub(super) label: &'static str,
    /// The name of the root of its answer.
    pub(super) root: &'static str,
    /// Whether its answer holds keys, so that no part of it may be shown.
    pub(super) holds_keys: bool,
    /// Reads its answer, whose root has been checked.
    pub(super) read: fn(&str) -> Result<Output, quick_xml::DeError>,
}

impl Aws {
    /// Makes a call: checks the account of the very keys that sign it, signs, sends, repeats
    /// while that can help, and reads the answer.
    ///
    /// Takes at most twice the request timeout, plus as much again for credentials, and
    /// both once more if these turn out to have expired. Where nothing can be reached it
    /// gives up after three attempts: that takes some seconds if connections are refused,
    /// and at most half a minute if they hang.
    ///
    /// # Errors
    ///
    /// Anything that can go wrong, told apart by the kind.
    pub(super) async fn call<Output>(
        &self,
        action: &'static Action<Output>,
        region: &str,
        form: Form,
    ) -> Result<Output, Error>
    where
        Output: std::fmt::Debug + Send + Sync + 'static,
    {
        let session = &self.actor.session;
        let credentials = self.credentials_of(session, region).await?;
        let outcome = self.send_if_allowed(&credentials, action, region, form.clone()).await;
        let Err(error) = outcome else { return outcome };
        let fresh = self.instead_of(&credentials, session, region, error).await?;
        self.send_if_allowed(&fresh, action, region, form).await
    }

    /// Makes a call that changes something. No answer that was given, or only asked for, before
    /// it ends serves a read that starts afterwards.
    ///
    /// # Errors
    ///
    /// As [`call`](Self::call). [`Error::leaves_in_doubt`]: the change may have been made.
    pub(super) async fn write(
        &self,
        action: &'static Action<()>,
        region: &str,
        form: Form,
    ) -> Result<(), Error> {
        let _write = self.inner.writes.begin();
        self.call(action, region, form).await
    }

    async fn send_if_allowed<Output>(
        &self,
        credentials: &Credentials,
        action: &'static Action<Output>,
        region: &str,
        form: Form,
    ) -> Result<Output, Error>
    where
        Output: std::fmt::Debug + Send + Sync + 'static,
    {
        self.check_account(credentials, region, action.label).await?;
        self.send(Some(credentials), action, region, form).await
    }

    /// Makes a call in the name of a session, whatever its account.
    pub(super) async fn call_as<Output>(
        &self,
        session: &Arc<Session>,
        action: &'static Action<Output>,
        region: &str,
        form: Form,
    ) -> Result<Output, Error>
    where
        Output: std::fmt::Debug + Send + Sync + 'static,
    {
        let credentials = self.credentials_of(session, region).await?;
        self.call_with(credentials, session, action, region, form).await
    }

    /// Makes a call with credentials that a session has just given, whatever their account. If
    /// AWS says that they have expired, makes it once more with new ones.
    pub(super) async fn call_with<Output>(
        &self,
        credentials: Credentials,
        session: &Arc<Session>,
        action: &'static Action<Output>,
        region: &str,
        form: Form,
    ) -> Result<Output, Error>
    where
        Output: std::fmt::Debug + Send + Sync + 'static,
    {
        let outcome = self.send(Some(&credentials), action, region, form.clone()).await;
        let Err(error) = outcome else { return outcome };
        let fresh = self.instead_of(&credentials, session, region, error).await?;
        self.send(Some(&fresh), action, region, form).await
    }

    /// Returns new credentials of a session, for one more attempt, if AWS has said that those
    /// which it gave have expired, before their time.
    ///
    /// # Errors
    ///
    /// The failure itself where it is another one or nothing can renew the credentials; else why
    /// there are no new ones.
    pub(super) async fn instead_of(
        &self,
        refused: &Credentials,
        session: &Arc<Session>,
        region: &str,
        failure: Error,
    ) -> Result<Credentials, Error> {
        if failure.kind != Kind::Credentials {
            return Err(failure);
        }
        session.forget(refused);
        if !failure.code.as_deref().is_some_and(|code| EXPIRED.contains(&code)) {
            return Err(failure);
        }
        let fresh = self.credentials_of(session, region).await?;
        if fresh == *refused { Err(failure) } else { Ok(fresh) }
    }

    /// Sends a call, signed unless it needs no signature.
    pub(super) async fn send<Output>(
        &self,
        credentials: Option<&Credentials>,
        action: &'static Action<Output>,
        region: &str,
        form: Form,
    ) -> Result<Output, Error>
    where
        Output: std::fmt::Debug + Send + Sync + 'static,
    {
        let destination = self.destination(action.service, region, action.label).await?;
        let connector = self.connector(action.label).await?;
        let journal = Journal::new(self.inner.settings.request_timeout);
        let has_temporary_keys = credentials.is_some_and(|it| it.session_token().is_some());
        let sender = Sender { clock: self.inner.clock, has_temporary_keys };
        let operation =
            self.operation(action, &destination, &journal, sender).http_client(connector);
        let operation = match credentials {
            Some(credentials) => operation.runtime_plugin(self.signing(
                action.service,
                &destination.signing_region,
                credentials.clone(),
            )),
            None => operation.no_auth(),
        };
        let form = form.with_action(action.name, action.service.version());
        let operation = operation.build();
        // Boxed because the runtime's futures are large and deep, and we are nested ourselves.
        let error = match Box::pin(operation.invoke(form)).await {
            Ok(output) => return Ok(output),
            Err(error) => error,
        };
        let fault = journal.last_fault().unwrap_or_else(|| Fault::internal(&error));
        Err(fault.into_error(action.label, &destination, journal.attempts()))
    }

    /// Says everything about a call but how it is sent and signed.
    fn operation<Output>(
        &self,
        action: &'static Action<Output>,
        destination: &Destination,
        journal: &Journal,
        sender: Sender,
    ) -> OperationBuilder<Form, Output, Fault>
    where
        Output: std::fmt::Debug + Send + Sync + 'static,
    {
        let patience = self.inner.settings.request_timeout;
        let timeouts = TimeoutConfig::builder()
            .read_timeout(patience)
            .operation_attempt_timeout(patience)
            .operation_timeout(self.budget())
            .build();
        Operation::builder()
            .service_name(action.service.id())
            .operation_name(action.name)
            .behavior_version(BEHAVIOR())
            .endpoint_url(destination.endpoint.url())
            .time_source(WallClock(self.inner.clock))
            .timeout_config(timeouts)
            .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
            .standard_retry(&self.retries())
            .runtime_plugin(self.quota())
            // Without classifiers the standard strategy repeats nothing at all.
            .retry_classifier(TransientErrorClassifier::<Fault>::new())
            .retry_classifier(HttpStatusCodeClassifier::new_from_codes(PASSING))
            .retry_classifier(AwsErrorCodeClassifier::<Fault>::new())
            .retry_classifier(journal.clone())
            .interceptor(journal.clone())
            .serializer(request)
            .deserializer(move |response| {
                reply::read(response, action, sender).map_err(OrchestratorError::operation)
            })
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

fn request(form: Form) -> Result<HttpRequest, BoxError> {
    let mut request = HttpRequest::new(SdkBody::from(form.into_body()));
    request.set_method("POST")?;
    request.set_uri("/")?;
    request.headers_mut().insert("content-type", "application/x-www-form-urlencoded");
    Ok(request)
}

#[cfg(test)]
mod tests;
