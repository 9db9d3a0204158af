//! Comparing the values of conditions: patterns, numbers, addresses.

use std::cmp::Ordering;
use std::net::IpAddr;

/// Tells whether a pattern with `*` (any run) and `?` (one character) covers all of a text.
pub(in crate::policy) fn is_like(pattern: &str, text: &str) -> bool {
    let pattern: Vec<char> = pattern.chars().collect();
    let text: Vec<char> = text.chars().collect();
    let (mut at, mut seen) = (0, 0);
    // The last star, and how far into the text it reaches: the only place worth going back to.
    let mut star: Option<(usize, usize)> = None;
    while let Some(character) = text.get(seen) {
        match pattern.get(at) {
            Some('*') => {
                star = Some((at, seen));
                at += 1;
            }
            Some(expected) if *expected == '?' || expected == character => {
                at += 1;
                seen += 1;
            }
            _ => {
                let Some((position, reach)) = star else { return false };
                star = Some((position, reach + 1));
                at = position + 1;
                seen = reach + 1;
            }
        }
    }
    pattern.iter().skip(at).all(|&rest| rest == '*')
}

/// A decimal number of any length, compared by digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::policy) struct Decimal<'a> {
    is_negative: bool,
    /// Without leading zeros.
    whole: &'a str,
    /// Without trailing zeros.
    fraction: &'a str,
}

impl<'a> Decimal<'a> {
    /// Reads `-12.50`; there are no exponents.
    pub(in crate::policy) fn parse(text: &'a str) -> Option<Self> {
        let (is_negative, digits) = match text.strip_prefix('-') {
            Some(digits) => (true, digits),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
        let is_number = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        if !is_number(whole) || !is_number(fraction) {
            return None;
        }
        let (whole, fraction) = (whole.trim_start_matches('0'), fraction.trim_end_matches('0'));
        let is_zero = whole.is_empty() && fraction.is_empty();
        Some(Self { is_negative: is_negative && !is_zero, whole, fraction })
    }
}

impl Ord for Decimal<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        let size = |number: &Self| (number.whole.len(), number.whole, number.fraction);
        match (self.is_negative, other.is_negative) {
            (false, false) => size(self).cmp(&size(other)),
            (true, true) => size(other).cmp(&size(self)),
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
        }
    }
}

impl PartialOrd for Decimal<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// A range of addresses; a plain address is a range of one.
pub(in crate::policy) struct Network {
    first: IpAddr,
    prefix: u32,
}

impl Network {
    /// Reads `192.168.0.0/16` or `192.168.0.1`.
    pub(in crate::policy) fn parse(text: &str) -> Option<Self> {
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix.parse().ok()?)),
            None => (text, None),
        };
        let first: IpAddr = address.parse().ok()?;
        let longest = if first.is_ipv4() { 32 } else { 128 };
        let prefix = prefix.unwrap_or(longest);
        (prefix <= longest).then_some(Self { first, prefix })
    }

    /// Tells whether an address is within; one of the other family never is.
    pub(in crate::policy) fn contains(&self, address: IpAddr) -> bool {
        let differing = match (self.first, address) {
            (IpAddr::V4(first), IpAddr::V4(other)) => {
                (first.to_bits() ^ other.to_bits()).checked_shr(32 - self.prefix).unwrap_or(0) != 0
            }
            (IpAddr::V6(first), IpAddr::V6(other)) => {
                (first.to_bits() ^ other.to_bits()).checked_shr(128 - self.prefix).unwrap_or(0) != 0
            }
            _ => true,
        };
        !differing
    }
}

#[cfg(test)]
mod tests {
    use super::{Decimal, Network, is_like};

    #[test]
    fn stars_cover_any_run_and_question_marks_one_character() {
        let image = "acs:ecs:cn-hangzhou:1:image/m-1";
        for pattern in ["*", "acs:ecs:*:*:image/*", "acs:*:*hangzhou*:*:*", "*m-?", "*/m-1*"] {
            assert!(is_like(pattern, image), "{pattern}");
        }
        for pattern in ["", "acs:ecs:*:*:instance/*", "*m-??", "?", "ACS:*"] {
            assert!(!is_like(pattern, image), "{pattern}");
        }
        assert!(is_like("***", "") && is_like("黄?", "黄金") && !is_like("a", ""));
        assert!(!is_like(&"*a".repeat(2000), &"a".repeat(1999)));
    }

    #[test]
    fn numbers_are_compared_exactly() {
        let compare = |a, b| Decimal::parse(a).unwrap().cmp(&Decimal::parse(b).unwrap());
        assert!(compare("9", "12").is_lt() && compare("-9", "-12").is_gt());
        assert!(compare("1.10", "01.1").is_eq() && compare("-0", "0.0").is_eq());
        assert!(compare("0.1", "0.09").is_gt() && compare("-1", "0.5").is_lt());
        let (big, bigger) = ("9007199254740993", "9007199254740993.00000000000000000001");
        assert!(compare(big, bigger).is_lt());
        for text in ["", "-", "1.", ".5", "1e3", "0x1", "1 "] {
            assert_eq!(Decimal::parse(text), None, "{text}");
        }
    }

    #[test]
    fn networks_contain_their_addresses() {
        let contains = |network, address: &str| {
            Network::parse(network).unwrap().contains(address.parse().unwrap())
        };
        assert!(contains("192.168.0.0/16", "192.168.255.255"));
        assert!(!contains("192.168.0.0/16", "192.169.0.0"));
        assert!(contains("10.0.0.1", "10.0.0.1") && !contains("10.0.0.1", "10.0.0.2"));
        assert!(contains("0.0.0.0/0", "8.8.8.8") && !contains("0.0.0.0/0", "::1"));
        assert!(contains("2001:db8::/32", "2001:db8:1::") && contains("::/0", "::1"));
        for text in ["", "10.0.0.0/33", "10.0.0/8", "::/129", "a"] {
            assert!(Network::parse(text).is_none(), "{text}");
        }
    }
}
