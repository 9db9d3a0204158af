//! The ACS3-HMAC-SHA256 signature: pure functions over a request.
//!
//! Source: "Request body and signature mechanism V3". Not here: the SM3 and RSA variants, bearer
//! tokens.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

use crate::message::Request;
use crate::parameters::{canonical_query, decode_pairs};

const ALGORITHM: &str = "ACS3-HMAC-SHA256";

/// The parts of an `Authorization` header.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Authorization {
    pub access_key_id: String,
    pub signed_headers: Vec<String>,
    pub signature: String,
}

impl Authorization {
    /// Reads `ACS3-HMAC-SHA256 Credential=…,SignedHeaders=…,Signature=…`.
    pub(super) fn parse(header: &str) -> Option<Self> {
        let fields: Vec<&str> =
            header.strip_prefix(ALGORITHM)?.strip_prefix(' ')?.split(',').collect();
        let [credential, signed_headers, signature] = fields.as_slice() else { return None };
        Some(Self {
            access_key_id: credential
                .strip_prefix("Credential=")
                .filter(|id| !id.is_empty())?
                .to_owned(),
            signed_headers: signed_headers
                .strip_prefix("SignedHeaders=")?
                .split(';')
                .map(str::to_owned)
                .collect(),
            signature: signature
                .strip_prefix("Signature=")
                .filter(|text| !text.is_empty())?
                .to_owned(),
        })
    }
}

impl fmt::Display for Authorization {
    /// Writes the header that [`Authorization::parse`] reads.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { access_key_id, signed_headers, signature } = self;
        let signed = signed_headers.join(";");
        write!(
            formatter,
            "{ALGORITHM} Credential={access_key_id},SignedHeaders={signed},Signature={signature}"
        )
    }
}

/// Returns the canonical request for these signed headers, which it sorts; `None` when the query is
/// not UTF-8.
pub(super) fn canonical_request(
    request: &Request,
    signed_headers: &[String],
    body_hash: &str,
) -> Option<String> {
    let mut names = signed_headers.to_vec();
    names.sort_unstable();
    let query = canonical_query(&decode_pairs(&request.query).ok()?);
    let headers: String = names
        .iter()
        .map(|name| format!("{name}:{}\n", request.header(name).unwrap_or_default()))
        .collect();
    let (method, path, signed) = (&request.method, &request.path, names.join(";"));
    Some(format!("{method}\n{path}\n{query}\n{headers}\n{signed}\n{body_hash}"))
}

/// Returns the string that is signed.
pub(super) fn string_to_sign(canonical_request: &str) -> String {
    format!("{ALGORITHM}\n{}", hash(canonical_request.as_bytes()))
}

/// Returns the signature in lower-case hex.
pub(super) fn sign(secret: &str, string_to_sign: &str) -> String {
    let mut mac =
        Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("HMAC takes keys of any length");
    mac.update(string_to_sign.as_bytes());
    hex::encode(mac.finalize().into_bytes())
}

/// Returns the SHA-256 in lower-case hex.
pub(super) fn hash(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

#[cfg(test)]
mod tests;
