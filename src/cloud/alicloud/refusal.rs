//! What a refusal means where there was nothing left to do.

use crate::cloud::{Error, Kind, Removed};

/// Reads the outcome of a removal: that nothing is there is what was wanted.
///
/// # Errors
///
/// Any kind but [`Kind::NotFound`].
pub(super) fn removed(outcome: Result<(), Error>) -> Result<Removed, Error> {
    match outcome {
        Ok(()) => Ok(Removed::Now),
        Err(error) if error.kind == Kind::NotFound => Ok(Removed::in_spite_of(&error)),
        Err(error) => Err(error),
    }
}

/// Tells whether the cloud refused because the thing or the attachment exists.
pub(super) fn is_there_already(error: &Error) -> bool {
    error.code.as_deref().is_some_and(|code| code.starts_with("EntityAlreadyExists."))
}

/// Tells whether a refusal may mean that what was wanted is so already, or that something else is
/// in the way, where the vendor documents no code for that: one has to look.
pub(super) fn may_mean_anything(error: &Error) -> bool {
    matches!(error.kind, Kind::Conflict | Kind::Quota | Kind::Invalid | Kind::Other)
}
