//! What became of a change whose goal may have been reached before.
//!
//! Attaching, detaching and deleting may be repeated: the second time the vendor refuses, because
//! there is nothing left to do. That refusal is an answer here, no error.

use super::scalar::Scalar;
use crate::cloud::{Error, Kind};

/// What became of attaching.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attached {
    /// This call has done it, or an attempt of it whose answer was lost.
    Now,
    /// It was attached before.
    Already,
}

/// What became of detaching or deleting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Removed {
    /// This call has done it, or an attempt of it whose answer was lost.
    Now,
    /// It was gone before, or what it belonged to.
    Already,
}

/// Who wrote a policy; two policies may differ in nothing else but this.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PolicyType {
    /// The account.
    Custom,
    /// The vendor.
    System,
}

impl Attached {
    /// Tells what it means that it is attached, after the cloud refused to attach it.
    pub(super) fn in_spite_of(error: &Error) -> Self {
        if error.earlier_in_doubt { Self::Now } else { Self::Already }
    }
}

impl Removed {
    /// Tells what it means that it is gone, after the cloud refused to remove it.
    pub(super) fn in_spite_of(error: &Error) -> Self {
        if error.earlier_in_doubt { Self::Now } else { Self::Already }
    }

    /// Reads the outcome of a removal: that nothing is there is what was wanted.
    ///
    /// # Errors
    ///
    /// Any kind but [`Kind::NotFound`].
    pub(super) fn read(outcome: Result<(), Error>) -> Result<Self, Error> {
        match outcome {
            Ok(()) => Ok(Self::Now),
            Err(error) if error.kind == Kind::NotFound => Ok(Self::in_spite_of(&error)),
            Err(error) => Err(error),
        }
    }
}

impl PolicyType {
    /// Reads the vendor's word; where it is missing, the policy is none of the vendor's.
    pub(super) fn read(word: &Scalar) -> Self {
        if word.as_str() == "System" { Self::System } else { Self::Custom }
    }
}

/// Tells whether the cloud refused because the thing or the attachment exists.
pub(super) fn is_there_already(error: &Error) -> bool {
    error.code.as_deref().is_some_and(|code| code.starts_with("EntityAlreadyExists."))
}
