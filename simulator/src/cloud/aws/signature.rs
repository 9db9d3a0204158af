//! The SigV4 signature: pure functions over a request.
//!
//! Source: "Create a signed AWS API request" in the IAM guide. Not here: presigned URLs, chunked
//! bodies, SigV4a.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

use crate::message::Request;
use crate::parameters::{canonical_query, decode_pairs};

const ALGORITHM: &str = "AWS4-HMAC-SHA256";
const TERMINATOR: &str = "aws4_request";

/// Day, region and service a signature is good for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Scope {
    pub access_key_id: String,
    /// `yyyymmdd`.
    pub day: String,
    pub region: String,
    pub service: String,
}

/// The parts of an `Authorization` header.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Authorization {
    pub scope: Scope,
    pub signed_headers: Vec<String>,
    pub signature: String,
}

impl Authorization {
    /// Reads `AWS4-HMAC-SHA256 Credential=KEY/DAY/REGION/SERVICE/aws4_request, SignedHeaders=…,
    /// Signature=…`.
    pub(super) fn parse(header: &str) -> Option<Self> {
        let fields: Vec<&str> = header.strip_prefix(ALGORITHM)?.split(',').map(str::trim).collect();
        let [credential, signed_headers, signature] = fields.as_slice() else { return None };
        let credential: Vec<&str> = credential.strip_prefix("Credential=")?.split('/').collect();
        let [access_key_id, day, region, service, TERMINATOR] = *credential.as_slice() else {
            return None;
        };
        Some(Self {
            scope: Scope {
                access_key_id: access_key_id.to_owned(),
                day: day.to_owned(),
                region: region.to_owned(),
                service: service.to_owned(),
            },
            signed_headers: signed_headers
                .strip_prefix("SignedHeaders=")?
                .split(';')
                .map(str::to_owned)
                .collect(),
            signature: signature.strip_prefix("Signature=")?.to_owned(),
        })
    }
}

impl fmt::Display for Authorization {
    /// Writes the header that [`Authorization::parse`] reads.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { scope: Scope { access_key_id, day, region, service }, .. } = self;
        let (signed, signature) = (self.signed_headers.join(";"), &self.signature);
        write!(
            formatter,
            "{ALGORITHM} Credential={access_key_id}/{day}/{region}/{service}/{TERMINATOR}, \
             SignedHeaders={signed}, Signature={signature}"
        )
    }
}

/// Returns the canonical request for these signed headers, which it sorts; `None` when the query is
/// not UTF-8.
///
/// The path is taken as sent: all services here are served at `/`.
pub(super) fn canonical_request(request: &Request, signed_headers: &[String]) -> Option<String> {
    let mut names = signed_headers.to_vec();
    names.sort_unstable();
    let query = canonical_query(&decode_pairs(&request.query).ok()?);
    let value = |name: &str| {
        let value = request.header(name).unwrap_or_default();
        value.split_ascii_whitespace().collect::<Vec<_>>().join(" ")
    };
    let headers: String = names.iter().map(|name| format!("{name}:{}\n", value(name))).collect();
    let (method, path, signed) = (&request.method, &request.path, names.join(";"));
    let body_hash = hex::encode(Sha256::digest(&request.body));
    Some(format!("{method}\n{path}\n{query}\n{headers}\n{signed}\n{body_hash}"))
}

/// Returns the string that is signed; `date` is the value of `x-amz-date`.
pub(super) fn string_to_sign(canonical_request: &str, date: &str, scope: &Scope) -> String {
    let Scope { day, region, service, .. } = scope;
    let hash = hex::encode(Sha256::digest(canonical_request));
    format!("{ALGORITHM}\n{date}\n{day}/{region}/{service}/{TERMINATOR}\n{hash}")
}

/// Returns the signature in lower-case hex.
pub(super) fn sign(secret: &str, scope: &Scope, string_to_sign: &str) -> String {
    let day_key = hmac(format!("AWS4{secret}").as_bytes(), &scope.day);
    let region_key = hmac(&day_key, &scope.region);
    let service_key = hmac(&region_key, &scope.service);
    let signing_key = hmac(&service_key, TERMINATOR);
    hex::encode(hmac(&signing_key, string_to_sign))
}

fn hmac(key: &[u8], data: &str) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
    mac.update(data.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

#[cfg(test)]
mod tests {
    use super::{Authorization, Scope, canonical_request, sign, string_to_sign};
    use crate::message::Request;

    fn scope(day: &str, service: &str) -> Scope {
        Scope {
            access_key_id: "AKIDEXAMPLE".to_owned(),
            day: day.to_owned(),
            region: "us-east-1".to_owned(),
            service: service.to_owned(),
        }
    }

    /// From "Create a signed AWS API request": ListUsers of IAM on 30 August 2015.
    #[test]
    fn the_published_example_is_reproduced() {
        let mut request = Request {
            method: "GET".to_owned(),
            path: "/".to_owned(),
            query: "Action=ListUsers&Version=2010-05-08".to_owned(),
            headers: http::HeaderMap::new(),
            body: bytes::Bytes::new(),
        };
        for (name, value) in [
            ("host", "iam.amazonaws.com"),
            ("content-type", "application/x-www-form-urlencoded; charset=utf-8"),
            ("x-amz-date", "20150830T123600Z"),
        ] {
            request.headers.insert(name, http::HeaderValue::from_static(value));
        }
        let signed = ["content-type", "host", "x-amz-date"].map(str::to_owned);
        let canonical = canonical_request(&request, &signed).unwrap();
        let scope = scope("20150830", "iam");
        let to_sign = string_to_sign(&canonical, "20150830T123600Z", &scope);
        assert_eq!(
            to_sign.lines().last(),
            Some("f536975d06c0309214f805bb90ccff089219ecd68b2577efef23edd43b7e1a59")
        );
        assert_eq!(
            sign("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", &scope, &to_sign),
            "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7"
        );
    }

    #[test]
    fn authorization_headers_are_read_with_and_without_spaces() {
        let header = "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/ec2/aws4_request, \
                      SignedHeaders=host;x-amz-date, Signature=abc";
        let parsed = Authorization::parse(header).unwrap();
        assert_eq!(parsed.scope, scope("20150830", "ec2"));
        assert_eq!(parsed.signed_headers, ["host", "x-amz-date"]);
        assert_eq!(Authorization::parse(&header.replace(", ", ",")), Some(parsed));
        assert_eq!(Authorization::parse(&header.replace("aws4_request", "aws5_request")), None);
    }
}
