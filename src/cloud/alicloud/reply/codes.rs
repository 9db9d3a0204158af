//! What the vendor's error codes mean.
//!
//! Codes, not statuses: the same code comes with different statuses, and 404 and 403
//! stand for many things. Source: the error code pages of ECS, RAM, STS and Resource Management;
//! the last names few of the codes that control policies give.

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
        "EntityAlreadyExists" | "NotSupport" => Kind::Conflict,
        "LimitExceeded" => Kind::Quota,
        _ if code.contains("QuotaExceed") => Kind::Quota,
        // Not gone: asked of an account that has no directory, things of another's are not seen.
        _ if is_without_directory(code) => Kind::SwitchedOff,
        // RAM and the resource directory disagree about the `s`.
        "EntityNotExist" | "EntityNotExists" => Kind::NotFound,
        // Not `InvalidFilterKey.NotFound`: that is a parameter we got wrong.
        _ if code.ends_with("Id.NotFound") => Kind::NotFound,
        _ if is_about_the_request(first) => Kind::Invalid,
        _ if status == StatusCode::CONFLICT => Kind::Conflict,
        _ if status == StatusCode::TOO_MANY_REQUESTS => Kind::Throttled,
        _ if status.is_server_error() => Kind::Unavailable,
        _ => Kind::Other,
    }
}

/// Tells whether the account has no resource directory and belongs to none.
fn is_without_directory(code: &str) -> bool {
    ["ResourceDirectoryNotInUse", "EntityNotExists.ResourceDirectory"].contains(&code)
}

/// Tells whether nothing was done because of something that passes: another change is under way,
/// or that RAM detached a policy has not got around yet.
///
/// Not so what a control policy is attached to: whoever deletes it keeps all other changes of the
/// directory waiting, the one that would detach it among them.
pub(super) fn is_passing(code: &str) -> bool {
    const PASSING: [&str; 7] = [
        "OperationConflict",
        "ConcurrentCallNotSupported",
        "LastTokenProcessing",
        "DeleteConflict.Policy.User",
        "DeleteConflict.Policy.Group",
        "DeleteConflict.Policy.Role",
        "DeleteConflict.Role.Policy",
    ];
    PASSING.iter().any(|passing| {
        let rest = code.strip_prefix(passing);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    })
}

fn is_about_the_request(first: &str) -> bool {
    ["Invalid", "Illegal", "Malformed", "Missing", "Unsupported", "NumberExceed"]
        .iter()
        .any(|start| first.starts_with(start))
}
