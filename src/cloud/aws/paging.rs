//! Listings of IAM and Organizations, page after page until the end.

use std::collections::HashSet;

use tokio::time::{Instant, timeout_at};

use super::{Aws, call::Operation, json::Object, query::Form};
use crate::cloud::{Error, Kind};

/// Pages may be empty; past so many the tokens lead nowhere. Organizations gives 20 items at once.
const MOST_PAGES: usize = 1000;
/// More than any organisation has policies, or targets of one.
const MOST_ITEMS: usize = 100_000;
/// How many requests may take their time before a listing takes too long.
const PATIENCE: u32 = 10;

/// One answer.
#[derive(Debug)]
pub(super) struct Page<Item> {
    /// Its items; it may have none and still not be the last.
    pub(super) items: Vec<Item>,
    /// Where the next page is, unless this is the last.
    pub(super) next: Option<String>,
}

/// What is asked, page after page.
pub(super) trait Paged: Clone {
    /// Returns the question for the page that a token leads to.
    #[must_use]
    fn continued(&self, token: &str) -> Self;
}

impl Paged for Form {
    fn continued(&self, token: &str) -> Self {
        let mut form = self.clone();
        form.set("Marker", token);
        form
    }
}

impl Paged for Object {
    fn continued(&self, token: &str) -> Self {
        self.clone().with("NextToken", token)
    }
}

impl Aws {
    /// Reads all pages of a listing, in the vendor's order.
    ///
    /// Takes at most ten times the request timeout.
    ///
    /// # Errors
    ///
    /// Those of [`call`](Self::call); `Kind::Unreadable` where pages have no end, or more items
    /// than there can be; `Kind::Timeout` where they take too long.
    pub(super) async fn all_pages<A, Item>(
        &self,
        action: &'static A,
        region: &str,
        question: A::Parameters,
    ) -> Result<Vec<Item>, Error>
    where
        A: Operation<Output = Page<Item>, Parameters: Paged>,
        Item: std::fmt::Debug + Send + Sync + 'static,
    {
        let label = action.facts().label;
        let patience = PATIENCE * self.inner.settings.request_timeout;
        let deadline = Instant::now() + patience;
        let (mut items, mut tokens) = (Vec::new(), HashSet::new());
        let mut asked = question.clone();
        loop {
            let page = timeout_at(deadline, self.call(action, region, asked)).await;
            let page = page.map_err(|_| {
                let (pages, seconds) = (tokens.len(), patience.as_secs_f64());
                let message = format!("the list goes on after page {pages} and {seconds} s");
                Error::new(Kind::Timeout, label, message)
            })??;
            items.extend(page.items);
            let Some(next) = page.next.filter(|token| !token.is_empty()) else { return Ok(items) };
            if items.len() > MOST_ITEMS || tokens.len() + 1 >= MOST_PAGES || tokens.contains(&next)
            {
                let message = "the list has no end: a page leads back to one before it, or there \
                               is always another";
                return Err(Error::new(Kind::Unreadable, label, message));
            }
            asked = question.continued(&next);
            tokens.insert(next);
        }
    }
}
