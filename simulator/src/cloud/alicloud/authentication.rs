//! Is a request authentic? Headers, date, nonce, key, token, body hash, signature, in this order.

use super::nonces::Nonces;
use super::signature::{self, Authorization};
use crate::cloud::VendorError;
use crate::message::Request;
use crate::timestamp::Timestamp;
use crate::world::access::{AccessKey, KeyStatus};

/// How far `x-acs-date` may be from the server's clock, in either direction.
pub(super) const WINDOW_SECONDS: i64 = 15 * 60;

/// Returns the key a request is signed with, and uses up its nonce.
pub(super) fn authenticate<'a>(
    request: &Request,
    keys: &'a [AccessKey],
    nonces: &mut Nonces,
    now: Timestamp,
) -> Result<&'a AccessKey, VendorError> {
    let header = request.header("authorization").unwrap_or_default();
    let authorization = Authorization::parse(&header).ok_or_else(|| {
        incomplete("The Authorization header must name Credential, SignedHeaders and Signature.")
    })?;
    check_signed_headers(request, &authorization.signed_headers)?;
    check_date(&required(request, "x-acs-date")?, now)?;
    let nonce = required(request, "x-acs-signature-nonce")?;
    if nonces.contains(&authorization.access_key_id, &nonce) {
        return Err(VendorError::new(
            400,
            "SignatureNonceUsed",
            "Specified signature nonce was used already.",
        ));
    }
    let key = find_key(request, keys, &authorization.access_key_id, now)?;
    check_signature(request, key, &authorization)?;
    nonces.remember(&key.id, nonce, now);
    Ok(key)
}

fn check_signed_headers(request: &Request, signed: &[String]) -> Result<(), VendorError> {
    let must_be_signed =
        |name: &str| name == "host" || name == "content-type" || name.starts_with("x-acs-");
    let is_signed = |name: &str| signed.iter().any(|candidate| candidate == name);
    if let Some(name) =
        request.header_names().find(|&name| must_be_signed(name) && !is_signed(name))
    {
        return Err(incomplete(&format!("The header {name} must be signed.")));
    }
    if let Some(name) = signed.iter().find(|name| request.header(name).is_none()) {
        return Err(incomplete(&format!("The signed header {name} is absent.")));
    }
    Ok(())
}

/// Refuses a date that is malformed or too far from the server's clock.
pub(super) fn check_date(date: &str, now: Timestamp) -> Result<(), VendorError> {
    let time: Timestamp = date
        .parse()
        .ok()
        .filter(|time: &Timestamp| time.with_seconds() == date)
        .ok_or_else(|| {
            VendorError::new(400, "IllegalTimestamp", "The input parameter Timestamp is illegal.")
        })?;
    if (time.unix() - now.unix()).abs() > WINDOW_SECONDS {
        let message = "Specified time stamp or date value is expired.";
        return Err(VendorError::new(400, "InvalidTimeStamp.Expired", message));
    }
    Ok(())
}

fn find_key<'a>(
    request: &Request,
    keys: &'a [AccessKey],
    id: &str,
    now: Timestamp,
) -> Result<&'a AccessKey, VendorError> {
    let sent_token = request.header("x-acs-security-token");
    let unknown = || {
        VendorError::new(404, "InvalidAccessKeyId.NotFound", "Specified access key is not found.")
    };
    let key = keys.iter().find(|key| key.id == id).ok_or_else(unknown)?;
    if key.token.is_some() && sent_token.is_none() {
        // A temporary key is unknown to a server that is not shown the token.
        return Err(unknown());
    }
    if key.token != sent_token
        || request.header("x-acs-accesskey-id").is_some_and(|sent| sent != key.id)
    {
        let message = "Specified SecurityToken mismatch with the AccessKey.";
        return Err(VendorError::new(400, "InvalidSecurityToken.MismatchWithAccessKey", message));
    }
    match key.status_at(now) {
        KeyStatus::Active => Ok(key),
        KeyStatus::Inactive => Err(VendorError::new(
            400,
            "InvalidAccessKeyId.Inactive",
            "Specified access key is disabled.",
        )),
        KeyStatus::Expired => Err(VendorError::new(
            400,
            "InvalidSecurityToken.Expired",
            "Specified SecurityToken is expired.",
        )),
    }
}

fn check_signature(
    request: &Request,
    key: &AccessKey,
    authorization: &Authorization,
) -> Result<(), VendorError> {
    let body_hash = signature::hash(&request.body);
    let declared_hash = required(request, "x-acs-content-sha256")?;
    let canonical =
        signature::canonical_request(request, &authorization.signed_headers, &body_hash)
            .ok_or_else(|| incomplete("The query string is not UTF-8."))?;
    let string_to_sign = signature::string_to_sign(&canonical);
    if declared_hash == body_hash
        && signature::sign(&key.secret, &string_to_sign) == authorization.signature
    {
        return Ok(());
    }
    let message = format!(
        "Specified signature does not match our calculation. \
         server StringToSign is [{string_to_sign}] server CanonicalRequest is [{canonical}]"
    );
    Err(VendorError::new(400, "SignatureDoesNotMatch", message))
}

fn required(request: &Request, name: &str) -> Result<String, VendorError> {
    request.header(name).ok_or_else(|| incomplete(&format!("The header {name} is mandatory.")))
}

fn incomplete(message: &str) -> VendorError {
    VendorError::new(400, "IncompleteSignature", message)
}
