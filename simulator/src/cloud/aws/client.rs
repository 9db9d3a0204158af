//! Requests as the vendor's clients send them: a form that names the action, or JSON with the action in a
//! header, where only texts can be sent.

use serde_json::Value;

use super::signature::{self, Authorization, Scope};
use super::{ORGANIZATIONS, json};
use crate::cloud::Action;
use crate::cloud::wish::{Wish, headers};
use crate::message::Request;
use crate::parameters::{FORM, canonical_query};
use crate::timestamp::Timestamp;
use crate::world::access::AccessKey;

/// Writes and signs a request.
pub(in crate::cloud) fn request(
    wish: &Wish<'_>,
    action: &Action,
    key: &AccessKey,
    now: Timestamp,
) -> Request {
    let (version, name) = (action.service.version, action.name);
    let is_json = *action.service == ORGANIZATIONS;
    let (content_type, body) = match is_json {
        true => (json::CONTENT_TYPE, to_json(&wish.parameters_and(&[]))),
        false => {
            let form = [("Action", name), ("Version", version)];
            (FORM, canonical_query(&wish.parameters_and(&form)))
        }
    };
    let date = now.with_seconds().replace(['-', ':'], "");
    let mut named = vec![
        ("content-type", content_type.to_owned()),
        ("host", "simulator.invalid".to_owned()),
        ("x-amz-date", date.clone()),
    ];
    named.extend(is_json.then(|| ("x-amz-target", format!("{version}.{name}"))));
    named.extend(key.token.clone().map(|token| ("x-amz-security-token", token)));
    let mut request = Request {
        method: "POST".to_owned(),
        path: "/".to_owned(),
        query: String::new(),
        headers: headers(&named),
        body: body.into(),
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

fn to_json(parameters: &[(String, String)]) -> String {
    let text = |(name, value): &(String, String)| (name.clone(), Value::from(value.as_str()));
    Value::Object(parameters.iter().map(text).collect()).to_string()
}
