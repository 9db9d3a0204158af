//! The only socket: sends one request, reads one bounded answer.
//!
//! No redirects: a signature is good for one host. No retries: they belong to
//! whoever knows what is safe to repeat. Proxies come from the usual variables,
//! for https only: plain http stays on this machine and its link.

use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};

use bytes::{Bytes, BytesMut};
use http::{Request, Response, Uri};
use rustls::{
    ClientConfig, RootCertStore,
    pki_types::{CertificateDer, pem::PemObject as _},
};
use thiserror::Error;

use super::{Kind, endpoint::is_loopback};

/// The largest answer that is read; a full page of images has about 4 MiB.
const LARGEST_ANSWER: usize = 32 << 20;
const CONNECT: Duration = Duration::from_secs(10);
/// Where vendors tell a machine its own credentials; reachable from that machine only.
const METADATA: [&str; 6] = [
    "100.100.100.200",
    "169.254.169.254",
    "169.254.170.2",
    "169.254.170.23",
    "[fd00:ec2::254]",
    "[fd00:ec2::23]",
];

/// How to connect.
#[derive(Clone, Debug, Default)]
pub struct HttpSettings {
    /// Root certificates to trust instead of the system's.
    pub roots: Option<Vec<CertificateDer<'static>>>,
}

/// An HTTP client. Made at no cost: connections, and the system's root
/// certificates, wait for the first request.
#[derive(Clone, Debug)]
pub struct Http {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    settings: HttpSettings,
    plain: OnceLock<reqwest::Client>,
    tls: OnceLock<Result<reqwest::Client, TransportError>>,
}

/// Why there is no answer.
#[derive(Clone, Debug, Error)]
pub(super) enum TransportError {
    /// Nobody was reached, so nothing can have happened.
    #[error("{0}")]
    Unreachable(String),
    /// No answer, or not all of it, in time.
    #[error("no answer within {} s", .0.as_secs_f64())]
    Timeout(Duration),
    /// The connection broke before the answer was complete; the request may have taken effect.
    #[error("{0}")]
    Broken(String),
    /// More than we are willing to read.
    #[error("the answer has more than {} MiB", LARGEST_ANSWER >> 20)]
    TooLarge,
}

impl TransportError {
    /// Returns the kind of failure it is.
    pub(super) fn kind(&self) -> Kind {
        match self {
            Self::Unreachable(_) => Kind::Unreachable,
            Self::Timeout(_) => Kind::Timeout,
            Self::Broken(_) => Kind::Broken,
            Self::TooLarge => Kind::Unreadable,
        }
    }
}

impl Http {
    /// Creates a client without connecting anywhere.
    pub fn new(settings: HttpSettings) -> Self {
        let inner = Inner { settings, plain: OnceLock::new(), tls: OnceLock::new() };
        Self { inner: Arc::new(inner) }
    }

    /// Sends a request and reads the whole answer, whatever its status.
    pub(super) async fn send(
        &self,
        request: Request<Bytes>,
        patience: Duration,
    ) -> Result<Response<Bytes>, TransportError> {
        let client = self.client(request.uri())?;
        let mut request = reqwest::Request::try_from(request)
            .map_err(|error| TransportError::Unreachable(chain(&error)))?;
        *request.timeout_mut() = Some(patience);
        let explain = |error: reqwest::Error| explain(&error, patience);
        let mut answer = client.execute(request).await.map_err(explain)?;
        let mut body = BytesMut::new();
        while let Some(chunk) = answer.chunk().await.map_err(explain)? {
            if body.len() + chunk.len() > LARGEST_ANSWER {
                return Err(TransportError::TooLarge);
            }
            body.extend_from_slice(&chunk);
        }
        let mut response = Response::new(body.freeze());
        *response.status_mut() = answer.status();
        *response.headers_mut() = std::mem::take(answer.headers_mut());
        Ok(response)
    }

    fn client(&self, uri: &Uri) -> Result<reqwest::Client, TransportError> {
        if uri.scheme_str() == Some("https") {
            let build = || Ok(build(self.inner.settings.roots()?, |builder| builder));
            return self.inner.tls.get_or_init(build).clone();
        }
        let host = uri.host().unwrap_or_default();
        if !is_plain_http_allowed(host) {
            let why = format!("plain http to `{host}` would send secrets in the clear");
            return Err(TransportError::Unreachable(why));
        }
        // A proxy would get to see the request, and could answer for this machine.
        let build = || build(RootCertStore::empty(), reqwest::ClientBuilder::no_proxy);
        Ok(self.inner.plain.get_or_init(build).clone())
    }
}

/// Tells whether a host, as in a URL, may be talked to without TLS.
fn is_plain_http_allowed(host: &str) -> bool {
    is_loopback(host) || METADATA.contains(&host)
}

impl HttpSettings {
    /// Trusts the root certificates of a PEM file, and no others.
    ///
    /// # Errors
    ///
    /// Why the file cannot be used: not readable, not PEM, or without certificates.
    pub fn trusting(file: &str) -> Result<Self, String> {
        let pem = std::fs::read(file).map_err(|error| error.to_string())?;
        let roots: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&pem).collect();
        let roots = roots.map_err(|_| "it is not PEM".to_owned())?;
        if roots.is_empty() {
            return Err("it holds no certificate".to_owned());
        }
        Ok(Self { roots: Some(roots) })
    }

    /// Returns whom to trust; the system's root certificates take some milliseconds to load.
    fn roots(&self) -> Result<RootCertStore, TransportError> {
        let certificates = match &self.roots {
            Some(roots) => roots.clone(),
            None => rustls_native_certs::load_native_certs().certs,
        };
        let mut store = RootCertStore::empty();
        match store.add_parsable_certificates(certificates) {
            (0, _) => Err(TransportError::Unreachable(
                "this machine has no root certificates to trust; install its `ca-certificates` \
                 package, or name a `ca_bundle`"
                    .to_owned(),
            )),
            _ => Ok(store),
        }
    }
}

fn build(
    roots: RootCertStore,
    proxies: impl FnOnce(reqwest::ClientBuilder) -> reqwest::ClientBuilder,
) -> reqwest::Client {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let tls = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("ring supports both TLS versions")
        .with_root_certificates(roots)
        .with_no_client_auth();
    proxies(reqwest::Client::builder())
        .redirect(reqwest::redirect::Policy::none())
        .connect_timeout(CONNECT)
        .user_agent(concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION")))
        .tls_backend_preconfigured(tls)
        .build()
        .expect("these settings contradict nothing")
}

fn explain(error: &reqwest::Error, patience: Duration) -> TransportError {
    if error.is_connect() {
        TransportError::Unreachable(chain(error))
    } else if error.is_timeout() {
        TransportError::Timeout(patience)
    } else {
        TransportError::Broken(chain(error))
    }
}

/// Joins the causes of an error, which say more than the error. Leaves out the error itself,
/// which repeats the URL with all its parameters, and layers that only wrap another.
fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |cause| cause.source());
    let texts: Vec<String> = causes.map(ToString::to_string).collect();
    let (inner, outer) = match texts.split_last() {
        Some((inner, outer)) => (inner.as_str(), outer),
        None => return "the request could not be sent".to_owned(),
    };
    let telling = outer.iter().filter(|text| !text.starts_with("client error ("));
    let telling: Vec<&str> = telling.map(String::as_str).chain([inner]).collect();
    telling.join(": ")
}

#[cfg(test)]
mod tests;
