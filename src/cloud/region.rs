//! The form of a region's name.

/// Tells whether a text has the form of a region's name: small letters, digits and hyphens.
///
/// It becomes a part of a host, and must not turn it into somebody else's; whether the
/// region exists is for the vendor to say.
pub fn is_region_name(text: &str) -> bool {
    /// The longest label of a host name.
    const LONGEST: usize = 63;
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (1..=LONGEST).contains(&text.len())
        && text.starts_with(|first: char| first.is_ascii_lowercase())
        && !text.ends_with('-')
        && text.bytes().all(is_plain)
}
