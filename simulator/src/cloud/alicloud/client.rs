//! Requests as the vendor's clients send them: parameters in the query, all headers signed.

use bytes::Bytes;

use super::signature::{self, Authorization};
use crate::cloud::Action;
use crate::cloud::wish::{Wish, headers};
use crate::message::Request;
use crate::parameters::canonical_query;
use crate::timestamp::Timestamp;
use crate::world::access::AccessKey;

/// Writes and signs a request. The region goes where the action knows one.
pub(in crate::cloud) fn request(
    wish: &Wish<'_>,
    action: &Action,
    key: &AccessKey,
    now: Timestamp,
) -> Request {
    let region = ("RegionId", wish.region);
    let takes_region = !wish.region.is_empty() && action.parameters.contains(&region.0);
    let more: &[_] = if takes_region { &[region] } else { &[] };
    let body_hash = signature::hash(b"");
    let mut named = vec![
        ("host", "simulator.invalid".to_owned()),
        ("x-acs-action", action.name.to_owned()),
        ("x-acs-content-sha256", body_hash.clone()),
        ("x-acs-date", now.with_seconds()),
        ("x-acs-signature-nonce", format!("{:032x}", fastrand::u128(..))),
        ("x-acs-version", action.service.version.to_owned()),
    ];
    named.extend(key.token.clone().map(|token| ("x-acs-security-token", token)));
    let mut request = Request {
        method: "POST".to_owned(),
        path: "/".to_owned(),
        query: canonical_query(&wish.parameters_and(more)),
        headers: headers(&named),
        body: Bytes::new(),
    };
    let signed_headers: Vec<String> = named.iter().map(|(name, _)| (*name).to_owned()).collect();
    let canonical = signature::canonical_request(&request, &signed_headers, &body_hash)
        .expect("the query was encoded here");
    let signature = signature::sign(&key.secret, &signature::string_to_sign(&canonical));
    let authorization = Authorization { access_key_id: key.id.clone(), signed_headers, signature };
    request.headers.extend(headers(&[("authorization", authorization.to_string())]));
    request
}
