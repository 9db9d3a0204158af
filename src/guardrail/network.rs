//! Ranges of addresses.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// A range in CIDR form, or one address.
///
/// Bits of the address beyond the prefix are ignored. An IPv4 address is never in an
/// IPv6 range, mapped or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Network {
    base: IpAddr,
    prefix: u32,
    ranged: bool,
}

impl Network {
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (base, prefix) = match text.split_once('/') {
            Some((base, prefix)) => (base, Some(prefix)),
            None => (text, None),
        };
        let base: IpAddr = base.parse().ok()?;
        let longest = if base.is_ipv4() { 32 } else { 128 };
        let is_plain = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        let length = match prefix {
            Some(prefix) if is_plain(prefix) => prefix.parse().ok()?,
            Some(_) => return None,
            None => longest,
        };
        (length <= longest).then_some(Self { base, prefix: length, ranged: prefix.is_some() })
    }

    pub(super) fn contains(&self, address: IpAddr) -> bool {
        match (self.base, address) {
            (IpAddr::V4(base), IpAddr::V4(address)) => {
                let differing = u32::from(base) ^ u32::from(address);
                differing.checked_shr(32 - self.prefix).unwrap_or(0) == 0
            }
            (IpAddr::V6(base), IpAddr::V6(address)) => {
                let differing = u128::from(base) ^ u128::from(address);
                differing.checked_shr(128 - self.prefix).unwrap_or(0) == 0
            }
            _ => false,
        }
    }

    /// Tells whether the text gave the length of the prefix.
    pub(super) fn is_ranged(&self) -> bool {
        self.ranged
    }

    pub(super) fn is_ipv6(&self) -> bool {
        self.base.is_ipv6()
    }

    /// The first and the last address of the range, and those just outside it.
    pub(super) fn edges(&self) -> Vec<IpAddr> {
        match self.base {
            IpAddr::V4(base) => {
                let hosts = u32::MAX.checked_shr(self.prefix).unwrap_or(0);
                let (first, last) = (u32::from(base) & !hosts, u32::from(base) | hosts);
                let outside = [first.checked_sub(1), last.checked_add(1)];
                let all = [first, last].into_iter().chain(outside.into_iter().flatten());
                all.map(|bits| Ipv4Addr::from(bits).into()).collect()
            }
            IpAddr::V6(base) => {
                let hosts = u128::MAX.checked_shr(self.prefix).unwrap_or(0);
                let (first, last) = (u128::from(base) & !hosts, u128::from(base) | hosts);
                let outside = [first.checked_sub(1), last.checked_add(1)];
                let all = [first, last].into_iter().chain(outside.into_iter().flatten());
                all.map(|bits| Ipv6Addr::from(bits).into()).collect()
            }
        }
    }
}
