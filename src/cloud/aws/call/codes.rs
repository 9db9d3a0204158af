//! What AWS's error codes mean, as data.
//!
//! Source: "Error codes for the Amazon EC2 API", "Common errors" of the STS and IAM APIs, and
//! the errors that botocore's models of IAM and Organizations list, 2026-08.

use aws_runtime::retries::classifiers::THROTTLING_ERRORS;

use crate::cloud::Kind;

const CODES: [(Kind, &[&str]); 10] = [
    (
        Kind::Credentials,
        &[
            "AuthFailure",
            "ExpiredToken",
            "ExpiredTokenException",
            "IDPRejectedClaim",
            "IncompleteSignature",
            "InvalidAccessKeyId",
            "InvalidClientTokenId",
            "InvalidIdentityToken",
            "InvalidSecurity",
            "InvalidSignatureException",
            "MissingAuthenticationToken",
            "SignatureDoesNotMatch",
            "UnrecognizedClientException",
        ],
    ),
    (Kind::Clock, &["RequestExpired", "RequestTimeTooSkewed", "RequestInTheFuture"]),
    (Kind::Region, &["OptInRequired", "RegionDisabledException"]),
    (
        Kind::Denied,
        &[
            "AccessDenied",
            "AccessDeniedException",
            // Of Organizations: its own role cannot be made for want of a permission.
            "AccessDeniedForDependencyException",
            "Blocked",
            "OperationNotPermitted",
            "PendingVerification",
            "UnauthorizedOperation",
        ],
    ),
    (
        Kind::Unavailable,
        &[
            "IDPCommunicationError",
            "InternalError",
            "InternalFailure",
            "RequestTimeout",
            "ServiceException",
            "ServiceFailure",
            "ServiceUnavailable",
            "Unavailable",
        ],
    ),
    (
        Kind::Conflict,
        &[
            "ConcurrentModification",
            "ConcurrentModificationException",
            "DeleteConflict",
            "DuplicatePolicyAttachmentException",
            "DuplicatePolicyException",
            "EntityAlreadyExists",
            "FinalizingOrganizationException",
            "IncorrectState",
            "InvalidAMIID.Unavailable",
            "PolicyChangesInProgressException",
            "PolicyInUseException",
        ],
    ),
    (
        Kind::NotFound,
        &[
            // moto's word for `TargetNotFoundException`.
            "AccountNotFoundException",
            "NoSuchEntity",
            "PolicyNotAttachedException",
            "PolicyNotFoundException",
            "RootNotFoundException",
            "TargetNotFoundException",
        ],
    ),
    (Kind::Quota, &["LimitExceeded", "TagLimitExceeded"]),
    (
        Kind::SwitchedOff,
        &[
            "AWSOrganizationsNotInUseException",
            "PolicyTypeNotAvailableForOrganizationException",
            "PolicyTypeNotEnabledException",
        ],
    ),
    (
        Kind::Invalid,
        &[
            "MissingAction",
            "MissingParameter",
            "PackedPolicyTooLarge",
            "PolicyNotAttachable",
            "UnknownParameter",
            "UnsupportedAPIEndpointException",
            "UnsupportedOperation",
            "ValidationError",
            "ValidationException",
        ],
    ),
];

/// What Organizations says beside [`CONSTRAINT`] of policies and their attachments.
const REASONS: [(Kind, &[&str]); 3] = [
    (
        Kind::Quota,
        &[
            "MAX_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED",
            "MAX_TAG_LIMIT_EXCEEDED",
            "POLICY_CONTENT_LIMIT_EXCEEDED",
            "POLICY_NUMBER_LIMIT_EXCEEDED",
        ],
    ),
    (Kind::SwitchedOff, &["ORGANIZATION_NOT_IN_ALL_FEATURES_MODE"]),
    (Kind::Invalid, &["TAG_POLICY_VIOLATION"]),
];
const CONSTRAINT: &str = "ConstraintViolationException";

/// Tells what kind of failure a code means, and beside it a reason where the service gives one;
/// the status decides where the code is new to us.
pub(super) fn kind_of(code: &str, reason: Option<&str>, status: u16) -> Kind {
    if code == CONSTRAINT {
        // Others forbid what is asked for as things are: the last policy of a target must stay.
        return reason.and_then(|reason| find(&REASONS, reason)).unwrap_or(Kind::Conflict);
    }
    match find(&CODES, code) {
        Some(kind) => kind,
        None if THROTTLING_ERRORS.contains(&code) => Kind::Throttled,
        None if code.ends_with(".NotFound") => Kind::NotFound,
        None if code.starts_with("Invalid") || code.starts_with("Malformed") => Kind::Invalid,
        None => kind_of_status(status),
    }
}

fn find(table: &[(Kind, &[&str])], word: &str) -> Option<Kind> {
    table.iter().find(|(_, words)| words.contains(&word)).map(|(kind, _)| *kind)
}

fn kind_of_status(status: u16) -> Kind {
    match status {
        401 => Kind::Credentials,
        403 => Kind::Denied,
        429 => Kind::Throttled,
        500.. => Kind::Unavailable,
        _ => Kind::Other,
    }
}
