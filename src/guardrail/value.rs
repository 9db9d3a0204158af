//! Values of requests and of conditions, read once into all that operators compare.

use std::net::IpAddr;

use super::{decimal::Decimal, instant::Instant};

/// A value of a request's context.
#[derive(Clone, Debug)]
pub(super) struct Scalar {
    pub(super) text: Box<str>,
    /// The text without case.
    pub(super) folded: Box<str>,
    /// The value as a number, an instant, an address, if it is one.
    pub(super) number: Option<Decimal>,
    pub(super) instant: Option<Instant>,
    pub(super) address: Option<IpAddr>,
}

impl Scalar {
    pub(super) fn new(text: &str) -> Self {
        Self {
            text: text.into(),
            folded: text.to_lowercase().into(),
            number: Decimal::parse(text),
            instant: Instant::parse(text),
            address: text.parse().ok(),
        }
    }
}

/// The name of a condition key, compared without regard to case: `ec2:ResourceTag/env`.
#[derive(Clone, Debug)]
pub(super) struct Key {
    text: Box<str>,
    folded: Box<str>,
    /// Tells most keys apart at once.
    hash: u64,
}

impl Key {
    pub(super) fn new(text: &str) -> Self {
        let folded: Box<str> = text.to_lowercase().into();
        // FNV-1a.
        let mix = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        let hash = folded.bytes().fold(0xcbf2_9ce4_8422_2325, mix);
        Self { text: text.into(), folded, hash }
    }

    /// Tells whether both name the same key.
    pub(super) fn is(&self, other: &Self) -> bool {
        self.hash == other.hash && self.folded == other.folded
    }

    /// The name as written.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// The name without case.
    pub(super) fn folded(&self) -> &str {
        &self.folded
    }
}
