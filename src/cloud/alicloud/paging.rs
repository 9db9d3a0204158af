//! Reading all pages of a list that is paged by number.
//!
//! The list may change while it is read, and its count may be wrong: rows that come
//! twice are kept once, an empty page ends the list, and there is a last page.

use std::collections::HashSet;

use futures_util::{StreamExt as _, TryStreamExt as _, stream};

use crate::cloud::{Error, Listing};

/// How many rows to ask for at once: the most that the vendor gives.
pub(super) const PAGE_SIZE: usize = 100;
/// How many pages to ask for at the same time.
const CONCURRENCY: usize = 8;
/// No list is read any further; 200,000 rows are more than any account has.
const LAST_PAGE: usize = 2000;

/// One page.
#[derive(Debug)]
pub(super) struct Page<T> {
    /// How many rows the whole list has, the vendor says.
    pub(super) total: usize,
    pub(super) rows: Vec<T>,
}

/// What has been read so far.
struct Reading<T> {
    id: fn(&T) -> &str,
    seen: HashSet<String>,
    items: Vec<T>,
    /// Rows that came, those that came twice included.
    rows: usize,
    rows_of_last_page: usize,
    total: usize,
}

/// Reads the pages that follow the first one, in their order, until there are no more or
/// until there are enough rows.
///
/// # Errors
///
/// The first that `fetch` fails with.
pub(super) async fn read_all<T, F>(
    first: Page<T>,
    limit: Option<usize>,
    id: fn(&T) -> &str,
    fetch: impl Fn(usize) -> F,
) -> Result<Listing<T>, Error>
where
    F: Future<Output = Result<Page<T>, Error>>,
{
    let limit = limit.unwrap_or(usize::MAX);
    let mut reading = Reading::new(id);
    reading.add(first);
    let mut next = 2;
    // More than one round only if the list has grown meanwhile.
    while reading.rows_to_read(limit) > 0 && next <= LAST_PAGE {
        let pages = reading.rows_to_read(limit).div_ceil(PAGE_SIZE);
        let last = LAST_PAGE.min(next + pages - 1);
        let mut pages = stream::iter(next..=last).map(&fetch).buffered(CONCURRENCY);
        while reading.rows_of_last_page > 0
            && let Some(page) = pages.try_next().await?
        {
            reading.add(page);
        }
        next = last + 1;
    }
    Ok(reading.finish(limit))
}

impl<T> Reading<T> {
    fn new(id: fn(&T) -> &str) -> Self {
        let (seen, items) = (HashSet::new(), Vec::new());
        Self { id, seen, items, rows: 0, rows_of_last_page: 0, total: 0 }
    }

    fn add(&mut self, page: Page<T>) {
        self.total = page.total;
        self.rows_of_last_page = page.rows.len();
        self.rows += page.rows.len();
        for row in page.rows {
            if self.seen.insert((self.id)(&row).to_owned()) {
                self.items.push(row);
            }
        }
    }

    /// Returns how many rows are still to come, as far as one can tell.
    fn rows_left(&self) -> usize {
        match self.total.checked_sub(self.rows) {
            _ if self.rows_of_last_page == 0 => 0,
            Some(rows) => rows,
            // The count is wrong, but a full page promises another one.
            None => usize::from(self.rows_of_last_page >= PAGE_SIZE),
        }
    }

    fn rows_to_read(&self, limit: usize) -> usize {
        self.rows_left().min(limit.saturating_sub(self.items.len()))
    }

    fn finish(mut self, limit: usize) -> Listing<T> {
        // Not where an empty page came too early.
        let is_complete = self.rows >= self.total && self.items.len() <= limit;
        self.items.truncate(limit);
        self.items.shrink_to_fit();
        Listing { items: self.items, is_complete }
    }
}
