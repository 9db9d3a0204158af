//! What came of a call that asks for something which may be so already.
//!
//! Attaching, detaching and deleting may be repeated: the second time the vendor refuses, because
//! there is nothing left to do. That refusal is an answer here, no error; and so is a name that
//! something else has.

use super::Error;

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

/// What became of a call that asks for a name, which only one thing can have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Claim<T> {
    /// The name is given, and this is what has it now.
    Granted(T),
    /// Something else has the name; nothing was changed.
    Taken,
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
}
