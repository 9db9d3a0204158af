//! `MaxResults` and `NextToken`, which IAM calls `MaxItems` and `Marker`.
//!
//! A token is opaque to clients: it holds the position of the next item, the time of the first
//! page, and a checksum over the query it belongs to, so that it works with no other query.

use std::ops::Range;

use crate::cloud::{Call, VendorError};
use crate::timestamp::Timestamp;
use crate::world::aws::Pages;
use crate::world::catalog::shuffled_rank;

/// Where in a result a request is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// Position of the first item not yet returned.
    offset: usize,
    /// Whether an empty page came just before.
    after_empty: bool,
    /// Time of the first page, which decides what is deprecated for the whole walk.
    pub as_of: Timestamp,
}

/// The items of a page and the token for the next one.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Page {
    pub items: Range<usize>,
    pub next_token: Option<String>,
}

impl Place {
    /// Reads `NextToken` or `Marker`; without one, the place is the beginning.
    ///
    /// Errors: `InvalidNextToken` for a token that this query did not give out.
    pub(super) fn read(call: &Call) -> Result<Self, VendorError> {
        let token = call.parameters.get("NextToken").or_else(|| call.parameters.get("Marker"));
        let Some(token) = token else {
            return Ok(Self {
                offset: 0,
                after_empty: false,
                as_of: Timestamp::from_unix(call.now.unix()),
            });
        };
        Self::from_token(token, &query(call)).ok_or_else(|| {
            VendorError::new(400, "InvalidNextToken", "The specified NextToken is not valid.")
        })
    }

    /// Cuts the page at this place out of a result of `total` items; without `max_results` that is
    /// all that is left.
    pub(super) fn page(
        self,
        call: &Call,
        total: usize,
        max_results: Option<usize>,
        pages: Pages,
    ) -> Page {
        let offset = self.offset.min(total);
        let Some(max_results) = max_results else {
            return Page { items: offset..total, next_token: None };
        };
        let size = match pages {
            Pages::Full => max_results,
            Pages::Short => max_results.div_ceil(2),
            Pages::EmptyBetween if self.after_empty => max_results,
            Pages::EmptyBetween => 0,
        };
        let end = offset.saturating_add(size).min(total);
        let goes_on = match pages {
            Pages::Full | Pages::Short => end < total,
            Pages::EmptyBetween => self.after_empty || offset < total,
        };
        let next = Self { offset: end, after_empty: size == 0, as_of: self.as_of };
        Page { items: offset..end, next_token: goes_on.then(|| next.to_token(&query(call))) }
    }

    fn to_token(self, query: &str) -> String {
        let plain = format!("{}.{}.{}", self.offset, u8::from(self.after_empty), self.as_of.unix());
        let checksum = shuffled_rank(&format!("{plain} {query}"));
        hex::encode(format!("{checksum:016x}.{plain}"))
    }

    fn from_token(token: &str, query: &str) -> Option<Self> {
        let text = String::from_utf8(hex::decode(token).ok()?).ok()?;
        let fields: Vec<&str> = text.split('.').collect();
        let [_, offset, after_empty, as_of] = fields.as_slice() else { return None };
        let place = Self {
            offset: offset.parse().ok()?,
            after_empty: *after_empty == "1",
            as_of: Timestamp::from_unix(as_of.parse().ok()?),
        };
        (place.to_token(query) == token).then_some(place)
    }
}

/// Returns a text that is the same for all pages of a query, and for no other query.
pub(super) fn query(call: &Call) -> String {
    let mut parameters = call.parameters.clone();
    for paging in ["Marker", "MaxItems", "MaxResults", "NextToken"] {
        parameters.take(paging);
    }
    format!("{} {} {} {parameters:?}", call.action.name, call.account(), call.region)
}

#[cfg(test)]
mod tests {
    use super::Place;
    use crate::timestamp::Timestamp;

    const PLACE: Place =
        Place { offset: 1000, after_empty: true, as_of: Timestamp::from_unix(1_714_979_289) };

    #[test]
    fn a_token_leads_back_to_its_place() {
        assert_eq!(Place::from_token(&PLACE.to_token("query"), "query"), Some(PLACE));
    }

    #[test]
    fn a_token_works_with_no_other_query_and_cannot_be_made_up() {
        let token = PLACE.to_token("query");
        assert_eq!(Place::from_token(&token, "other query"), None);
        for made_up in ["", "x", "30", &token[2..], &token.to_uppercase()] {
            assert_eq!(Place::from_token(made_up, "query"), None, "{made_up}");
        }
    }
}
