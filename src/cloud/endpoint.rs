//! Where calls are sent, when a practitioner says so.

use thiserror::Error;

/// A custom endpoint: scheme, host and port; calls go to the path `/`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    url: reqwest::Url,
}

/// Why a text is no endpoint.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum EndpointError {
    /// Not a host and not a URL.
    #[error("it is neither a host name nor a URL")]
    Malformed,
    /// A scheme other than http and https.
    #[error("its scheme is `{0}`; only https is possible, and http for loopback addresses")]
    Scheme(String),
    /// Plain http to another machine.
    #[error(
        "plain http would send signed requests in the clear; only loopback addresses may use it"
    )]
    PlainHttp,
    /// A path, query, fragment or user.
    #[error("it has more than a scheme, a host and a port")]
    TooMuch,
}

impl Endpoint {
    /// Reads a URL, or a bare host with an optional port, which means https.
    ///
    /// # Errors
    ///
    /// Anything that is not just a place, and plain http to anywhere but loopback.
    pub fn parse(text: &str) -> Result<Self, EndpointError> {
        let full = if text.contains("://") { text.to_owned() } else { format!("https://{text}") };
        let url = reqwest::Url::parse(&full).map_err(|_| EndpointError::Malformed)?;
        let host = url.host_str().filter(|host| !host.is_empty());
        let host = host.ok_or(EndpointError::Malformed)?;
        match url.scheme() {
            "https" => {}
            "http" if is_loopback(host) => {}
            "http" => return Err(EndpointError::PlainHttp),
            other => return Err(EndpointError::Scheme(other.to_owned())),
        }
        let is_bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
        if !is_bare || !url.username().is_empty() || url.password().is_some() {
            return Err(EndpointError::TooMuch);
        }
        Ok(Self { url })
    }

    /// Returns the URL, which ends in `/`.
    pub fn url(&self) -> &str {
        self.url.as_str()
    }

    /// Returns host and, unless it is the scheme's own, port: the `Host` header.
    pub fn authority(&self) -> String {
        let host = self.url.host_str().unwrap_or_default();
        self.url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
    }
}

/// Tells whether a host, as in a URL, is this machine.
pub(super) fn is_loopback(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost"
        || address.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}
