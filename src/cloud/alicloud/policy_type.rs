//! Whose a policy is.

use super::scalar::Scalar;

/// Who wrote a policy; two policies may differ in nothing else but this.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PolicyType {
    /// The account.
    Custom,
    /// The vendor.
    System,
}

impl PolicyType {
    /// Reads the vendor's word; where it is missing, the policy is none of the vendor's.
    pub(super) fn read(word: &Scalar) -> Self {
        if word.as_str() == "System" { Self::System } else { Self::Custom }
    }
}
