//! The vendor's signature, version 3 (`ACS3-HMAC-SHA256`): pure.
//!
//! RSA, SM3 and bearer tokens, the other forms of version 3, are not supported.
//! Source: "Request body and signature mechanism V3"; the vendor's own vectors pin it.

use std::collections::BTreeMap;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use ring::{digest, hmac};

use super::credentials::Credentials;
use crate::cloud::Secret;

const ALGORITHM: &str = "ACS3-HMAC-SHA256";
/// What is encoded in a query: all but the unreserved characters of RFC 3986.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// The parameters of a call, in the order in which they are signed: by the bytes of
/// their names, so that `Tag.10.Key` comes before `Tag.2.Key`.
pub(super) type Parameters = BTreeMap<String, String>;

/// A request that is to be signed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Unsigned<'a> {
    /// In upper case.
    pub(super) method: &'a str,
    /// With the port, unless it is the scheme's own: exactly what is sent.
    pub(super) host: &'a str,
    pub(super) path: &'a str,
    /// As [`encode_query`] makes it.
    pub(super) query: &'a str,
    /// What else to sign, names in lower case; `host`, date, nonce, hash and token are
    /// added here.
    pub(super) headers: &'a [(&'static str, &'a str)],
    pub(super) body: &'a [u8],
    /// UTC, `yyyy-MM-ddTHH:mm:ssZ`.
    pub(super) date: &'a str,
    /// A text that was never used before: a request that is sent again needs a new one.
    pub(super) nonce: &'a str,
}

/// The headers of a request, by their names in lower case.
pub(super) type Headers = BTreeMap<&'static str, String>;

/// What is signed instead of the request itself.
struct Canonical {
    /// The headers that the signature covers.
    headers: Headers,
    /// Their names, as the signature lists them.
    names: String,
    text: String,
}

/// Writes a text so that it can stand in a query or a path.
pub(super) fn encode(text: &str) -> impl std::fmt::Display {
    utf8_percent_encode(text, ENCODED)
}

/// Puts parameters into the form that is both sent and signed.
pub(super) fn encode_query(parameters: &Parameters) -> String {
    let pairs = parameters.iter().map(|(key, value)| format!("{}={}", encode(key), encode(value)));
    pairs.collect::<Vec<_>>().join("&")
}

/// Returns all headers that must be sent, `host` and `authorization` included.
pub(super) fn sign(request: Unsigned<'_>, credentials: &Credentials) -> Headers {
    let canonical = Canonical::new(request, credentials);
    let signature = authenticate(&credentials.secret_key, &canonical.string_to_sign());
    let Canonical { mut headers, names, .. } = canonical;
    let key = &credentials.access_key;
    let authorization =
        format!("{ALGORITHM} Credential={key},SignedHeaders={names},Signature={signature}");
    headers.insert("authorization", authorization);
    headers
}

impl Canonical {
    fn new(request: Unsigned<'_>, credentials: &Credentials) -> Self {
        let Unsigned { method, path, query, body, .. } = request;
        let body_hash = hash(body);
        let headers = headers_to_sign(request, &body_hash, credentials);
        let names = headers.keys().copied().collect::<Vec<_>>().join(";");
        let lines: String =
            headers.iter().map(|(name, value)| format!("{name}:{}\n", value.trim())).collect();
        let text = format!("{method}\n{path}\n{query}\n{lines}\n{names}\n{body_hash}");
        Self { headers, names, text }
    }

    fn string_to_sign(&self) -> String {
        format!("{ALGORITHM}\n{}", hash(self.text.as_bytes()))
    }
}

fn headers_to_sign(request: Unsigned<'_>, body_hash: &str, credentials: &Credentials) -> Headers {
    let given = request.headers.iter().copied();
    let own = [
        ("host", request.host),
        ("x-acs-content-sha256", body_hash),
        ("x-acs-date", request.date),
        ("x-acs-signature-nonce", request.nonce),
    ];
    // The vendor's SDK names the key once more where there is a token.
    let session = credentials.security_token.iter().flat_map(|token| {
        [
            ("x-acs-accesskey-id", credentials.access_key.as_str()),
            ("x-acs-security-token", token.reveal()),
        ]
    });
    given.chain(own).chain(session).map(|(name, value)| (name, value.to_owned())).collect()
}

fn hash(bytes: &[u8]) -> String {
    hex::encode(digest::digest(&digest::SHA256, bytes))
}

fn authenticate(key: &Secret, text: &str) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, key.reveal().as_bytes());
    hex::encode(hmac::sign(&key, text.as_bytes()))
}

#[cfg(test)]
mod tests;
