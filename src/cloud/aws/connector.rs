//! Our one HTTP client in the shape that AWS's runtime asks for.
//!
//! Serves our own calls and those that credential sources make (STS, SSO, instance
//! metadata), so that trust, proxies, limits and the refusal of redirects are the same.

use std::time::Duration;

use aws_smithy_runtime_api::client::{
    http::{
        HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
    },
    orchestrator::{HttpRequest, HttpResponse},
    result::ConnectorError,
    runtime_components::RuntimeComponents,
};
use aws_smithy_types::{body::SdkBody, byte_stream::ByteStream};

use crate::cloud::http::{Http, TransportError};

/// Sends what the runtime has signed.
#[derive(Clone, Debug)]
pub(super) struct Connector {
    http: Http,
    patience: Duration,
}

impl Connector {
    /// Creates a connector that waits so long for an answer where a caller does not say.
    pub(super) fn new(http: Http, patience: Duration) -> Self {
        Self { http, patience }
    }

    async fn exchange(self, request: HttpRequest) -> Result<HttpResponse, ConnectorError> {
        let request =
            request.try_into_http1x().map_err(|error| ConnectorError::user(error.into()))?;
        let (parts, body) = request.into_parts();
        // A body may come wrapped, to watch the speed of the upload; ours are small and in memory.
        let body = ByteStream::new(body).collect().await;
        let body = body.map_err(|error| ConnectorError::user(error.into()))?.into_bytes();
        let request = http::Request::from_parts(parts, body);
        let response = self.http.send(request, self.patience).await.map_err(classify)?;
        HttpResponse::try_from(response.map(SdkBody::from))
            .map_err(|error| ConnectorError::other(error.into(), None))
    }
}

impl HttpClient for Connector {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        _: &RuntimeComponents,
    ) -> SharedHttpConnector {
        let connect = settings.connect_timeout().unwrap_or_default();
        let patience = settings.read_timeout().map_or(self.patience, |read| connect + read);
        SharedHttpConnector::new(Self { http: self.http.clone(), patience })
    }
}

impl HttpConnector for Connector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        HttpConnectorFuture::new(self.clone().exchange(request))
    }
}

/// Tells the runtime what is worth another attempt: all but an answer that is too large.
fn classify(error: TransportError) -> ConnectorError {
    match error {
        TransportError::Unreachable(_) => ConnectorError::io(error.into()).never_connected(),
        TransportError::Broken(_) => ConnectorError::io(error.into()),
        TransportError::Timeout(_) => ConnectorError::timeout(error.into()),
        TransportError::TooLarge => ConnectorError::other(error.into(), None),
    }
}
