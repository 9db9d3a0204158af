//! One call: parameters out, a typed answer in.
//!
//! RPC style: `POST /` with everything in the query and an empty body. A read may be repeated
//! without asking; a write says so, and ends the use of answers that were given before it.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Request};
use serde::{Deserialize, de::DeserializeOwned};
use time::{format_description::BorrowedFormatItem, macros::format_description};

use super::{
    Alicloud, Base, Caller,
    credentials::{Credentials, Recipe},
    endpoints::Service,
    reply,
    retry::{Again, Failure, InDoubt, Patience, random_part},
    sign::{Parameters, Unsigned, encode_query, sign},
};
use crate::cloud::{Endpoint, Error, Kind, http::TransportError};

const DATE: &[BorrowedFormatItem<'_>] =
    format_description!("[year]-[month]-[day]T[hour]:[minute]:[second]Z");

/// An operation of the vendor.
#[derive(Clone, Copy, Debug)]
pub(super) struct Operation {
    pub(super) service: Service,
    /// As errors and policies name it: `ecs:DescribeImages`.
    pub(super) name: &'static str,
}

impl Operation {
    /// Returns the vendor's bare name: `DescribeImages`.
    pub(super) fn action(self) -> &'static str {
        self.name.split_once(':').map_or(self.name, |(_, action)| action)
    }
}

/// What the vendor says of a write that succeeded: nothing but that it was received.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Acknowledgement {
    #[serde(rename = "RequestId")]
    _request_id: String,
}

/// A call that is ready to be sent, any number of times.
struct Call<'a> {
    base: &'a Base,
    operation: Operation,
    endpoint: &'a Endpoint,
    credentials: &'a Credentials,
    query: &'a str,
}

impl Alicloud {
    /// Makes a call that changes nothing, and so may be sent more than once.
    ///
    /// # Errors
    ///
    /// Any kind.
    pub(super) async fn read<T: DeserializeOwned>(
        &self,
        operation: Operation,
        region: Option<&str>,
        parameters: &Parameters,
    ) -> Result<T, Error> {
        let Caller { base, .. } = &*self.inner.caller;
        base.read(self.recipe()?, operation, region, parameters).await
    }

    /// Makes a call that changes something and answers nothing. No answer that was given, or only
    /// asked for, before it ends serves a read that starts afterwards.
    ///
    /// # Errors
    ///
    /// Any kind. [`Error::leaves_in_doubt`]: the change may have been made.
    pub(super) async fn write(
        &self,
        operation: Operation,
        region: Option<&str>,
        parameters: &Parameters,
        in_doubt: InDoubt,
    ) -> Result<(), Error> {
        let Acknowledgement { .. } =
            self.write_and_learn(operation, region, parameters, in_doubt).await?;
        Ok(())
    }

    /// As [`write`](Self::write), for a change that the vendor answers with what came of it.
    ///
    /// Waits for its turn where the service takes one change at a time; that wait is no part of
    /// the time that the call may take.
    ///
    /// # Errors
    ///
    /// As [`write`](Self::write).
    pub(super) async fn write_and_learn<T: DeserializeOwned>(
        &self,
        operation: Operation,
        region: Option<&str>,
        parameters: &Parameters,
        in_doubt: InDoubt,
    ) -> Result<T, Error> {
        let Caller { base, .. } = &*self.inner.caller;
        let _turn = match operation.service.takes_one_write_at_a_time() {
            true => Some(base.directory_turn.lock().await),
            false => None,
        };
        let _write = base.writes.begin();
        let patience = Patience { in_doubt, ..base.patience() };
        base.call(self.recipe()?, operation, region, parameters, patience).await
    }
}

impl Base {
    /// As [`Alicloud::read`], with the credentials that a recipe gives.
    ///
    /// # Errors
    ///
    /// Any kind.
    pub(super) async fn read<T: DeserializeOwned>(
        self: &Arc<Self>,
        recipe: &Arc<Recipe>,
        operation: Operation,
        region: Option<&str>,
        parameters: &Parameters,
    ) -> Result<T, Error> {
        self.call(recipe, operation, region, parameters, self.patience()).await
    }

    /// Makes a call. Where the cloud refuses the session, because it ended early or somebody
    /// ended it, nothing has been done, and it is fetched anew, once.
    async fn call<T: DeserializeOwned>(
        self: &Arc<Self>,
        recipe: &Arc<Recipe>,
        operation: Operation,
        region: Option<&str>,
        parameters: &Parameters,
        patience: Patience,
    ) -> Result<T, Error> {
        let endpoint = self.settings.endpoints.resolve(operation, region, &self.environment)?;
        let query = encode_query(parameters);
        let call = async |credentials: &Credentials| {
            let (endpoint, query) = (&endpoint, query.as_str());
            let call = Call { base: self, operation, endpoint, credentials, query };
            let outcome = patience.try_repeatedly(|patience| call.attempt(patience)).await;
            outcome.map_err(|error| Error { endpoint: endpoint.authority(), ..error })
        };
        let session = self.session(recipe, None).await?;
        match call(&session.credentials).await {
            Err(error) if recipe.is_renewable() && is_refused_session(&error) => {
                tracing::debug!(%error, "fetching a new session");
                let renewed = self.session(recipe, Some(&session.credentials)).await?;
                call(&renewed.credentials).await
            }
            outcome => outcome,
        }
    }

    /// How long to go on with a call that may be repeated.
    pub(super) fn patience(&self) -> Patience {
        Patience {
            attempt: self.settings.request_timeout,
            max_retries: self.settings.max_retries,
            in_doubt: InDoubt::Repeat,
            jitter: random_part,
        }
    }

    /// Tells the time as the vendor reads it.
    ///
    /// # Errors
    ///
    /// [`Kind::Clock`] where there is no such time.
    pub(super) fn date(&self, operation: Operation) -> Result<String, Error> {
        let date = (self.clock)().to_offset(time::UtcOffset::UTC).format(DATE);
        date.map_err(|error| Error::new(Kind::Clock, operation.name, error.to_string()))
    }
}

/// Tells whether a session is the cause: ended, unknown, or not that of its keys.
fn is_refused_session(error: &Error) -> bool {
    let code = error.code.as_deref().unwrap_or_default();
    code.starts_with("InvalidSecurityToken")
}

/// Returns a text that was never used before.
pub(super) fn nonce() -> String {
    format!("{:032x}", fastrand::u128(..))
}

impl Call<'_> {
    /// Signs and sends once. The signature is new each time: the vendor refuses one that it
    /// has seen before.
    async fn attempt<T: DeserializeOwned>(&self, patience: Duration) -> Result<T, Failure> {
        let request = self.sign().map_err(|error| Failure::new(error, Again::Never))?;
        self.base.attempt(self.operation, request, patience).await
    }

    fn sign(&self) -> Result<Request<Bytes>, Error> {
        let date = self.base.date(self.operation)?;
        let headers = sign(
            Unsigned {
                method: "POST",
                host: &self.endpoint.authority(),
                path: "/",
                query: self.query,
                headers: &[
                    ("x-acs-action", self.operation.action()),
                    ("x-acs-version", self.operation.service.version()),
                ],
                body: &[],
                date: &date,
                nonce: &nonce(),
            },
            self.credentials,
        );
        let separator = if self.query.is_empty() { "" } else { "?" };
        let url = format!("{}{separator}{}", self.endpoint.url(), self.query);
        let mut request = Request::post(url)
            .header("accept", "application/json")
            // The HTTP client would leave it out, and some servers insist on it.
            .header("content-length", "0")
            .body(Bytes::new())
            .map_err(|_| self.fault(Kind::Invalid, "the request is too long to be sent"))?;
        for (name, value) in headers {
            // All other values are ours.
            let mut value = HeaderValue::from_str(&value).map_err(|_| {
                let message = "the access key or the security token has characters that no key has";
                self.fault(Kind::Credentials, message)
            })?;
            value.set_sensitive(matches!(name, "authorization" | "x-acs-security-token"));
            request.headers_mut().insert(HeaderName::from_static(name), value);
        }
        Ok(request)
    }

    fn fault(&self, kind: Kind, message: impl Into<String>) -> Error {
        Error::new(kind, self.operation.name, message)
    }
}

impl Base {
    /// Sends a request once, and reads the answer.
    pub(super) async fn attempt<T: DeserializeOwned>(
        &self,
        operation: Operation,
        request: Request<Bytes>,
        patience: Duration,
    ) -> Result<T, Failure> {
        let response = self.http.send(request, patience).await;
        let response = response.map_err(|error| lost(operation, error))?;
        tracing::debug!(operation = operation.name, status = %response.status(), "answered");
        reply::read(operation.name, &response, (self.clock)())
    }
}

/// Tells what it means that there is no answer.
fn lost(operation: Operation, error: TransportError) -> Failure {
    let again = match &error {
        TransportError::Unreachable(_) => Again::Unreachable,
        TransportError::Timeout(_) | TransportError::Broken(_) => Again::InDoubt(None),
        TransportError::TooLarge => Again::Never,
    };
    Failure::new(Error::new(error.kind(), operation.name, error.to_string()), again)
}
