//! Is a request authentic? Scope, key, token, date, signature.
//!
//! EC2 and the other query services refuse with different codes. Sources: "Error codes for the
//! Amazon EC2 API", "Common errors" of the STS reference, and codes reported by users where the
//! pages are silent.

use super::signature::{self, Authorization, Scope};
use crate::cloud::{Service, VendorError};
use crate::message::Request;
use crate::timestamp::Timestamp;
use crate::world::access::{AccessKey, KeyStatus};

/// How far `x-amz-date` may be from the server's clock, in either direction.
const WINDOW_SECONDS: i64 = 5 * 60;

/// Reads what the request says it is signed for.
pub(super) fn scope(request: &Request) -> Result<Scope, VendorError> {
    authorization(request).map(|authorization| authorization.scope)
}

/// Returns the key a request is signed with.
pub(super) fn authenticate<'a>(
    request: &Request,
    scope: &Scope,
    service: &Service,
    keys: &'a [AccessKey],
    now: Timestamp,
) -> Result<&'a AccessKey, VendorError> {
    let authorization = authorization(request)?;
    check_signed_headers(request, &authorization.signed_headers)?;
    let date = request.header("x-amz-date").unwrap_or_default();
    let key = keys
        .iter()
        .find(|key| key.id == scope.access_key_id)
        .ok_or_else(|| rejected_key(service))?;
    if key.token != request.header("x-amz-security-token")
        || key.status_at(now) == KeyStatus::Inactive
    {
        return Err(rejected_key(service));
    }
    check_date(&date, scope, service, now)?;
    let canonical = signature::canonical_request(request, &authorization.signed_headers)
        .ok_or_else(|| incomplete("The query string is not UTF-8."))?;
    let string_to_sign = signature::string_to_sign(&canonical, &date, scope);
    if signature::sign(&key.secret, scope, &string_to_sign) != authorization.signature {
        return Err(wrong_signature(service));
    }
    if key.status_at(now) == KeyStatus::Expired {
        return Err(expired_token(service));
    }
    Ok(key)
}

fn authorization(request: &Request) -> Result<Authorization, VendorError> {
    let Some(header) = request.header("authorization") else {
        let message = "Request is missing Authentication Token";
        return Err(VendorError::new(403, "MissingAuthenticationToken", message));
    };
    Authorization::parse(&header).ok_or_else(|| {
        incomplete("The Authorization header must name Credential, SignedHeaders and Signature.")
    })
}

fn check_signed_headers(request: &Request, signed: &[String]) -> Result<(), VendorError> {
    let is_signed = |name: &str| signed.iter().any(|candidate| candidate == name);
    let must_be_signed = |name: &str| name == "host" || name.starts_with("x-amz-");
    if let Some(name) =
        request.header_names().find(|&name| must_be_signed(name) && !is_signed(name))
    {
        return Err(incomplete(&format!("The header '{name}' must be signed.")));
    }
    if let Some(name) = signed.iter().find(|name| request.header(name).is_none()) {
        return Err(incomplete(&format!("The signed header '{name}' is absent.")));
    }
    if !is_signed("x-amz-date") {
        return Err(incomplete(
            "Authorization header requires existence of a 'X-Amz-Date' header.",
        ));
    }
    Ok(())
}

fn check_date(
    date: &str,
    scope: &Scope,
    service: &Service,
    now: Timestamp,
) -> Result<(), VendorError> {
    let time = Timestamp::parse_basic(date)
        .ok_or_else(|| incomplete("Date must be in ISO-8601 'basic format'."))?;
    if !date.starts_with(&scope.day) || scope.day.len() != 8 {
        let message = format!(
            "Date in Credential scope does not match the date of the request: {} {date}",
            scope.day
        );
        return Err(VendorError::new(403, "SignatureDoesNotMatch", message));
    }
    if (time.unix() - now.unix()).abs() <= WINDOW_SECONDS {
        return Ok(());
    }
    Err(match service.name {
        "ec2" => VendorError::new(400, "RequestExpired", "Request has expired."),
        _ if time < now => {
            let message = format!(
                "Signature expired: {date} is now earlier than the server's time less 5 min."
            );
            VendorError::new(403, "SignatureDoesNotMatch", message)
        }
        _ => {
            let message = format!(
                "Signature not yet current: {date} is later than the server's time plus 5 min."
            );
            VendorError::new(403, "SignatureDoesNotMatch", message)
        }
    })
}

/// Refuses a key that is unknown, switched off, shown with a wrong token, or of no use in the
/// region.
pub(super) fn rejected_key(service: &Service) -> VendorError {
    match service.name {
        "ec2" => VendorError::new(
            401,
            "AuthFailure",
            "AWS was not able to validate the provided access credentials",
        ),
        _ => VendorError::new(
            403,
            "InvalidClientTokenId",
            "The security token included in the request is invalid.",
        ),
    }
}

fn wrong_signature(service: &Service) -> VendorError {
    match service.name {
        "ec2" => rejected_key(service),
        _ => {
            let message = "The request signature we calculated does not match the signature you \
                           provided. Check your AWS Secret Access Key and signing method. Consult \
                           the service documentation for details.";
            VendorError::new(403, "SignatureDoesNotMatch", message)
        }
    }
}

fn expired_token(service: &Service) -> VendorError {
    match service.name {
        "ec2" => VendorError::new(400, "RequestExpired", "Request has expired."),
        _ => VendorError::new(
            403,
            "ExpiredToken",
            "The security token included in the request is expired",
        ),
    }
}

fn incomplete(message: &str) -> VendorError {
    VendorError::new(400, "IncompleteSignature", message)
}
