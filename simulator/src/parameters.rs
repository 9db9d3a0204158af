//! Request parameters: decoding, canonical encoding, and lists such as `Filter.1.Value.2`.

use std::collections::{BTreeMap, BTreeSet};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use crate::message::Request;

/// Everything except the unreserved characters of RFC 3986, which both clouds encode alike.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// The content type of forms.
pub(crate) const FORM: &str = "application/x-www-form-urlencoded";

/// The parameters of one request by name, from the query string and the form body together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Parameters {
    values: BTreeMap<String, String>,
}

impl Parameters {
    /// Reads query and form body.
    ///
    /// Errors: a sentence about bytes that are not UTF-8, a name given twice, or a body that is no
    /// form.
    pub(crate) fn of(request: &Request) -> Result<Self, String> {
        let mut pairs = decode_pairs(&request.query)?;
        if !request.body.is_empty() {
            let content_type = request.header("content-type").unwrap_or_default();
            if content_type.split(';').next().map(str::trim) != Some(FORM) {
                return Err(format!(
                    "a request body needs the content type `{FORM}`, not `{content_type}`"
                ));
            }
            let form = str::from_utf8(&request.body)
                .map_err(|_| "the form body is not UTF-8".to_owned())?;
            pairs.extend(decode_pairs(form)?);
        }
        let mut values = BTreeMap::new();
        for (name, value) in pairs {
            if let Some(duplicate) = values.insert(name.clone(), value) {
                return Err(format!(
                    "the parameter `{name}` is given twice, the first time as `{duplicate}`"
                ));
            }
        }
        Ok(Self { values })
    }

    /// Makes parameters of names and values, each name once.
    pub(crate) fn from_pairs(pairs: Vec<(String, String)>) -> Self {
        Self { values: pairs.into_iter().collect() }
    }

    /// Returns the value of a parameter, which may be empty.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(String::as_str)
    }

    /// Removes a parameter, for names that belong to the protocol and not to the action.
    pub(crate) fn take(&mut self, name: &str) -> Option<String> {
        self.values.remove(name)
    }

    /// Lists the names in byte order.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.values.keys().map(String::as_str)
    }

    /// Returns the numbers N for which `name.N` or `name.N.…` is given, ascending; gaps are fine.
    pub(crate) fn indices(&self, name: &str) -> BTreeSet<u32> {
        self.names()
            .filter_map(|candidate| candidate.strip_prefix(name)?.strip_prefix('.'))
            .filter_map(|rest| rest.split('.').next()?.parse().ok())
            .collect()
    }

    /// Returns the values of `name.1`, `name.2`, … in numeric order.
    pub(crate) fn list(&self, name: &str) -> Vec<&str> {
        self.indices(name)
            .into_iter()
            .filter_map(|index| self.get(&format!("{name}.{index}")))
            .collect()
    }

    /// Returns a copy of all names and values, for the journal.
    pub(crate) fn to_map(&self) -> BTreeMap<String, String> {
        self.values.clone()
    }
}

/// Decodes `a=b&c=d`; `+` means a space, as in every web form.
pub(crate) fn decode_pairs(encoded: &str) -> Result<Vec<(String, String)>, String> {
    let decode = |text: &str| {
        percent_decode_str(&text.replace('+', " "))
            .decode_utf8()
            .map(std::borrow::Cow::into_owned)
            .map_err(|_| format!("`{text}` is not UTF-8 after decoding"))
    };
    encoded
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            Ok((decode(name)?, decode(value)?))
        })
        .collect()
}

/// Encodes pairs in the canonical form both signature schemes prescribe: RFC 3986, sorted by name,
/// then value.
pub(crate) fn canonical_query(pairs: &[(String, String)]) -> String {
    let mut encoded: Vec<(String, String)> =
        pairs.iter().map(|(name, value)| (encode(name), encode(value))).collect();
    encoded.sort_unstable();
    let joined: Vec<String> =
        encoded.into_iter().map(|(name, value)| format!("{name}={value}")).collect();
    joined.join("&")
}

/// Encodes a text so that only unreserved characters of RFC 3986 stand for themselves.
pub(crate) fn encode(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}

/// Tells whether `name` fits a documented pattern in which `N` stands for an index:
/// `Filter.N.Value.N`.
pub(crate) fn fits(pattern: &str, name: &str) -> bool {
    let mut parts = name.split('.');
    let all_fit = pattern.split('.').all(|expected| match (expected, parts.next()) {
        (_, None) => false,
        ("N", Some(part)) => {
            part.parse::<u32>().is_ok_and(|index| index > 0 && !part.starts_with(['0', '+']))
        }
        (_, Some(part)) => part == expected,
    });
    all_fit && parts.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::{Parameters, canonical_query, decode_pairs, fits};

    fn parameters(encoded: &str) -> Parameters {
        Parameters::from_pairs(decode_pairs(encoded).unwrap())
    }

    #[test]
    fn lists_are_numeric_and_tolerate_gaps() {
        let parameters = parameters("Owner.10=c&Owner.2=b&Owner.1=a&Filter.3.Name=x");
        assert_eq!(parameters.list("Owner"), ["a", "b", "c"]);
        assert_eq!(parameters.indices("Filter").into_iter().collect::<Vec<_>>(), [3]);
    }

    #[test]
    fn empty_values_are_kept() {
        assert_eq!(parameters("Filter.1.Value.1=").list("Filter.1.Value"), [""]);
    }

    #[test]
    fn canonical_names_are_sorted_as_bytes_and_values_fully_encoded() {
        let pairs =
            decode_pairs("Tag.2.Key=os%20name&Tag.10.Key=~*+/&Tag.1.Value=%E9%BB%84").unwrap();
        assert_eq!(
            canonical_query(&pairs),
            "Tag.1.Value=%E9%BB%84&Tag.10.Key=~%2A%20%2F&Tag.2.Key=os%20name"
        );
    }

    #[test]
    fn patterns_want_indices_from_one() {
        assert!(fits("Filter.N.Value.N", "Filter.1.Value.200"));
        for name in [
            "Filter.0.Value.1",
            "Filter.01.Value.1",
            "Filter.1.Value",
            "Filter.1.Value.1.2",
            "Filter.x.Value.1",
        ] {
            assert!(!fits("Filter.N.Value.N", name), "{name}");
        }
    }
}
