//! Reading all pages of a list that is paged by number.
//!
//! The list may change while it is read: a row that is deleted moves all that follow it,
//! some of them to a page that has been read already. Only the count tells, so a list
//! whose pages do not agree with it is read a second time, and then called incomplete.

use std::{collections::HashSet, time::Duration};

use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use tokio::time::{Instant, timeout_at};

use super::{Base, rpc::Operation};
use crate::cloud::{Error, Kind, Listing};

/// How many rows to ask for at once: the most that the vendor gives.
pub(super) const PAGE_SIZE: usize = 100;
/// A page with more rows is not the one that was asked for.
const MOST_ROWS_OF_PAGE: usize = 2 * PAGE_SIZE;
/// No list is longer: these are more rows than any account has.
const MOST_ROWS: usize = 200_000;
/// How many times as long as one attempt all pages of a list may take.
const ATTEMPTS_PER_LIST: u32 = 10;
/// How many pages to ask for at the same time.
const CONCURRENCY: usize = 8;

/// One page.
#[derive(Debug)]
pub(super) struct Page<T> {
    /// How many rows the whole list has, the vendor says.
    pub(super) total: usize,
    pub(super) rows: Vec<T>,
}

/// How to read a list.
pub(super) struct Pages<T> {
    pub(super) operation: Operation,
    /// How many rows are enough.
    pub(super) limit: Option<usize>,
    /// Tells rows apart.
    pub(super) id: fn(&T) -> &str,
    pub(super) started: Instant,
    /// How long all pages together may take.
    pub(super) patience: Duration,
}

impl Base {
    /// How long all pages of a list together may take.
    pub(super) fn patience_for_lists(&self) -> Duration {
        self.settings.request_timeout.saturating_mul(ATTEMPTS_PER_LIST)
    }
}

/// What has been read so far.
struct Reading<T> {
    seen: HashSet<String>,
    items: Vec<T>,
    /// Rows that came, those that came twice included.
    rows: usize,
    rows_of_last_page: usize,
    /// The largest count that a page told.
    total: usize,
    /// Whether all pages told the same count.
    is_steady: bool,
}

impl<T> Pages<T> {
    /// Reads the pages that follow the first one, in their order, until there are no more or
    /// until there are enough rows. Each row comes once.
    ///
    /// A list without a limit whose pages do not agree with its count is read again, from
    /// its first page.
    ///
    /// # Errors
    ///
    /// The first that `fetch` fails with, [`Kind::Timeout`] where all that takes too long,
    /// [`Kind::Unreadable`] where a page or the list is too long.
    pub(super) async fn read<F>(
        &self,
        first: Page<T>,
        fetch: impl Fn(usize) -> F,
    ) -> Result<Listing<T>, Error>
    where
        F: Future<Output = Result<Page<T>, Error>>,
    {
        let mut reading = self.read_once(first, &fetch).await?;
        if self.limit.is_none() && !reading.is_consistent() {
            tracing::debug!(operation = self.operation.name, "the list has changed: once more");
            // Gives back the room before the same rows come again.
            reading = Reading { total: reading.total, ..Reading::default() };
            let first = self.in_time(&reading, fetch(1)).await?;
            reading = self.read_once(first, &fetch).await?;
        }
        Ok(reading.finish(self.limit()))
    }

    async fn read_once<F>(
        &self,
        first: Page<T>,
        fetch: impl Fn(usize) -> F,
    ) -> Result<Reading<T>, Error>
    where
        F: Future<Output = Result<Page<T>, Error>>,
    {
        let mut reading = Reading { total: first.total, ..Reading::default() };
        self.add(&mut reading, first)?;
        let mut next = 2;
        // More than one round only if the list has grown meanwhile.
        while next <= reading.last_page(next, self.limit()) {
            let last = reading.last_page(next, self.limit());
            let mut pages = stream::iter(next..=last).map(&fetch).buffered(CONCURRENCY);
            while let Some(page) = self.in_time(&reading, pages.try_next()).await? {
                self.add(&mut reading, page)?;
            }
            next = last + 1;
        }
        Ok(reading)
    }

    fn limit(&self) -> usize {
        self.limit.unwrap_or(usize::MAX)
    }

    /// Waits for what is left of the time.
    async fn in_time<V>(
        &self,
        reading: &Reading<T>,
        what: impl Future<Output = Result<V, Error>>,
    ) -> Result<V, Error> {
        // A time without end is none.
        let Some(deadline) = self.started.checked_add(self.patience) else { return what.await };
        timeout_at(deadline, what).await.unwrap_or_else(|_| {
            let (read, total) = (reading.items.len(), reading.total);
            let seconds = self.patience.as_secs_f64();
            let message =
                format!("the list has not ended within {seconds} s; read {read} of {total}");
            Err(self.fault(Kind::Timeout, message))
        })
    }

    fn add(&self, reading: &mut Reading<T>, page: Page<T>) -> Result<(), Error> {
        let rows = page.rows.len();
        if rows > MOST_ROWS_OF_PAGE {
            let message = format!("a page has {rows} items, but {PAGE_SIZE} were asked for");
            return Err(self.fault(Kind::Unreadable, message));
        }
        reading.add(page, self.id);
        if reading.rows > MOST_ROWS || reading.total.min(self.limit()) > MOST_ROWS {
            let (rows, total) = (reading.rows, reading.total);
            let message = format!(
                "the list has more than {MOST_ROWS} items: the cloud counts {total}, and {rows} \
                 were read"
            );
            return Err(self.fault(Kind::Unreadable, message));
        }
        Ok(())
    }

    fn fault(&self, kind: Kind, message: String) -> Error {
        Error::new(kind, self.operation.name, message)
    }
}

impl<T> Default for Reading<T> {
    fn default() -> Self {
        let (seen, items) = (HashSet::new(), Vec::new());
        Self { seen, items, rows: 0, rows_of_last_page: 0, total: 0, is_steady: true }
    }
}

impl<T> Reading<T> {
    fn add(&mut self, page: Page<T>, id: fn(&T) -> &str) {
        self.is_steady &= page.total == self.total;
        self.total = self.total.max(page.total);
        self.rows_of_last_page = page.rows.len();
        self.rows += page.rows.len();
        for row in page.rows {
            if self.seen.insert(id(&row).to_owned()) {
                self.items.push(row);
            }
        }
    }

    /// Returns the number of the last page worth reading, as far as one can tell before
    /// the page `next` is read. An empty page before it may be a mistake.
    fn last_page(&self, next: usize, limit: usize) -> usize {
        let promised = self.total.min(limit).div_ceil(PAGE_SIZE);
        // The count is wrong, but a full page promises another one.
        let promises_more = self.items.len() > self.total && self.items.len() < limit;
        let is_full = self.rows_of_last_page >= PAGE_SIZE;
        if promises_more && is_full { promised.max(next) } else { promised }
    }

    /// Tells whether the pages agree with the count, and with each other about it.
    fn is_consistent(&self) -> bool {
        self.is_steady && self.items.len() >= self.total
    }

    fn finish(mut self, limit: usize) -> Listing<T> {
        let is_complete = self.is_consistent() && self.items.len() <= limit;
        self.items.truncate(limit);
        self.items.shrink_to_fit();
        Listing { items: self.items, is_complete }
    }
}
