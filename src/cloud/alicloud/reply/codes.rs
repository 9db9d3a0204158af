//! What the vendor's error codes mean.
//!
//! Codes, not statuses: the same code comes with different statuses, and 404 and 403
//! stand for many things. Source: the error code pages of ECS, RAM and STS.

use http::StatusCode;

use crate::cloud::Kind;

/// Tells what kind of failure a code is. Codes have parts, `InvalidImageId.NotFound`;
/// the first mostly tells enough.
pub(super) fn kind(status: StatusCode, code: &str) -> Kind {
    let first = code.split('.').next().unwrap_or(code);
    match first {
        _ if code.contains("Throttling") => Kind::Throttled,
        "ServiceUnavailable" | "InternalError" | "SystemBusy" => Kind::Unavailable,
        "IllegalTimestamp" | "InvalidTimeStamp" => Kind::Clock,
        "SignatureDoesNotMatch" | "IncompleteSignature" => Kind::Credentials,
        "InvalidAccessKeyId" | "InvalidSecurityToken" | "MissingSecurityToken" => Kind::Credentials,
        // Of AssumeRoleWithOIDC: the role does not trust the token's holder, or the token is
        // expired, or not from that provider.
        _ if code == "AuthenticationFail.NoPermission" => Kind::Denied,
        "AuthenticationFail" => Kind::Credentials,
        "Forbidden" if code == "Forbidden.AccessKeyDisabled" => Kind::Credentials,
        "Forbidden" | "NoPermission" => Kind::Denied,
        "InvalidRegionId" | "RegionId" => Kind::Region,
        // The region exists, but not behind this host.
        _ if code == "InvalidOperation.NotSupportedEndpoint" => Kind::Region,
        "OperationConflict" | "ConcurrentCallNotSupported" => Kind::Conflict,
        "LastTokenProcessing" | "DeleteConflict" => Kind::Conflict,
        // RAM and the resource directory disagree about the `s`.
        "EntityNotExist" | "EntityNotExists" => Kind::NotFound,
        // Not `InvalidFilterKey.NotFound`: that is a parameter we got wrong.
        _ if code.ends_with("Id.NotFound") => Kind::NotFound,
        _ if is_about_the_request(first) => Kind::Invalid,
        _ if status == StatusCode::TOO_MANY_REQUESTS => Kind::Throttled,
        _ if status.is_server_error() => Kind::Unavailable,
        _ => Kind::Other,
    }
}

fn is_about_the_request(first: &str) -> bool {
    ["Invalid", "Illegal", "Missing", "Unsupported", "NumberExceed"]
        .iter()
        .any(|start| first.starts_with(start))
}
