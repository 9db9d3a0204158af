//! Refusals that pass by themselves, beyond those that AWS's runtime knows, as data.
//!
//! In all of them nothing was done, so that even what creates something may be sent again.
//!
//! Source: the error lists of IAM and Organizations in botocore's models, 2026-08.

use std::time::Duration;

use aws_smithy_runtime_api::client::retries::classifiers::RetryAction;
use aws_smithy_types::retry::ErrorKind;

/// A refusal that passes.
struct Passing {
    code: &'static str,
    /// How often it is worth a call; the settings may say less.
    most_attempts: u32,
    pause: Pause,
}

/// How long to wait before the next attempt.
enum Pause {
    /// First short, then longer: somebody else's change takes a moment.
    Growing,
    /// As long as it ever gets.
    Longest,
}

/// Enough attempts for a detachment of a moment ago to be seen by a deletion. What is really in
/// use is told after a few seconds.
const FEW: u32 = 4;

const PASSING: [Passing; 6] = [
    // IAM.
    Passing { code: "ConcurrentModification", most_attempts: u32::MAX, pause: Pause::Growing },
    Passing { code: "DeleteConflict", most_attempts: FEW, pause: Pause::Growing },
    // Organizations.
    Passing {
        code: "ConcurrentModificationException",
        most_attempts: u32::MAX,
        pause: Pause::Growing,
    },
    // AWS says an hour at most; it mostly is done within four minutes.
    Passing {
        code: "FinalizingOrganizationException",
        most_attempts: u32::MAX,
        pause: Pause::Longest,
    },
    Passing {
        code: "PolicyChangesInProgressException",
        most_attempts: u32::MAX,
        pause: Pause::Growing,
    },
    Passing { code: "PolicyInUseException", most_attempts: FEW, pause: Pause::Growing },
];

/// Tells what to do after so many attempts, the last of which got this code.
pub(super) fn action(code: Option<&str>, attempts: u32, longest_pause: Duration) -> RetryAction {
    let passing = PASSING.iter().find(|it| Some(it.code) == code);
    match passing.filter(|it| attempts < it.most_attempts).map(|it| &it.pause) {
        None => RetryAction::NoActionIndicated,
        Some(Pause::Growing) => RetryAction::server_error(),
        Some(Pause::Longest) => {
            RetryAction::retryable_error_with_explicit_delay(ErrorKind::ServerError, longest_pause)
        }
    }
}
