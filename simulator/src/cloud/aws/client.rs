//! Requests as the vendor's clients send them: a form that names the action.

use super::signature::{self, Authorization, Scope};
use crate::cloud::Action;
use crate::cloud::wish::{Wish, headers};
use crate::message::Request;
use crate::parameters::canonical_query;
use crate::timestamp::Timestamp;
use crate::world::access::AccessKey;

/// Writes and signs a request.
pub(in crate::cloud) fn request(
    wish: &Wish<'_>,
    action: &Action,
    key: &AccessKey,
    now: Timestamp,
) -> Request {
    let form = [("Action", action.name), ("Version", action.service.version)];
    let date = now.with_seconds().replace(['-', ':'], "");
    let mut named = vec![
        ("content-type", "application/x-www-form-urlencoded".to_owned()),
        ("host", "simulator.invalid".to_owned()),
        ("x-amz-date", date.clone()),
    ];
    named.extend(key.token.clone().map(|token| ("x-amz-security-token", token)));
    let mut request = Request {
        method: "POST".to_owned(),
        path: "/".to_owned(),
        query: String::new(),
        headers: headers(&named),
        body: canonical_query(&wish.parameters_and(&form)).into(),
    };
    let signed_headers: Vec<String> = named.iter().map(|(name, _)| (*name).to_owned()).collect();
    let scope = Scope {
        access_key_id: key.id.clone(),
        day: date.chars().take(8).collect(),
        region: wish.region.to_owned(),
        service: action.service.name.to_owned(),
    };
    let canonical =
        signature::canonical_request(&request, &signed_headers).expect("the request has no query");
    let to_sign = signature::string_to_sign(&canonical, &date, &scope);
    let signature = signature::sign(&key.secret, &scope, &to_sign);
    let authorization = Authorization { scope, signed_headers, signature };
    request.headers.extend(headers(&[("authorization", authorization.to_string())]));
    request
}
