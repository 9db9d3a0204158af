//! Equal reads share one answer.
//!
//! Terraform reads ten data sources at a time, and a module that is used two
//! hundred times asks the same question two hundred times. A write to the cloud ends the use of
//! every answer that was given, or only asked for, before it.

use std::{
    collections::HashMap,
    hash::Hash,
    panic::AssertUnwindSafe,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use futures_util::{
    FutureExt as _,
    future::{BoxFuture, Shared as SharedFuture},
};
use tokio::time::Instant;

use super::error::{Error, Kind};

/// How long after it was given an answer serves further reads.
const FRESH: Duration = Duration::from_secs(2);

/// Answers by question.
///
/// Reads of the same question that overlap are sent once and share the outcome,
/// failures included; an answer serves reads that start within two seconds after it, and before
/// a write that may change it ends.
#[derive(Debug)]
pub(super) struct Shared<Question, Answer> {
    writes: Writes,
    slots: Mutex<HashMap<Question, Slot<Answer>>>,
}

/// Counts the writes of this process to one cloud. Clones count the same ones.
#[derive(Clone, Debug, Default)]
pub(super) struct Writes {
    ended: Arc<AtomicU64>,
}

/// A write that is under way. It ends when this is dropped, whatever became of it: also one that
/// failed may have changed something.
#[derive(Debug)]
pub(super) struct Write {
    ended: Arc<AtomicU64>,
}

impl Writes {
    /// Begins a write.
    pub(super) fn begin(&self) -> Write {
        Write { ended: Arc::clone(&self.ended) }
    }

    fn ended(&self) -> u64 {
        self.ended.load(Ordering::Acquire)
    }
}

impl Drop for Write {
    fn drop(&mut self) {
        self.ended.fetch_add(1, Ordering::Release);
    }
}

/// One question that was asked.
#[derive(Debug)]
struct Slot<Answer> {
    /// How many writes had ended when it was asked.
    after: u64,
    answer: Waiting<Answer>,
}

/// An answer and when it was given, or the wait for it.
type Waiting<Answer> = SharedFuture<BoxFuture<'static, Result<(Instant, Answer), Error>>>;

impl<Question, Answer> Shared<Question, Answer>
where
    Question: Eq + Hash,
    Answer: Clone + Send + Sync + 'static,
{
    /// Starts without answers; no write changes them.
    pub(super) fn new() -> Self {
        Self::until(&Writes::default())
    }

    /// Starts without answers; each serves until one of these writes ends.
    pub(super) fn until(writes: &Writes) -> Self {
        Self { writes: writes.clone(), slots: Mutex::new(HashMap::new()) }
    }

    /// Returns the answer to a question; `ask` is polled only if nobody else has asked.
    ///
    /// # Errors
    ///
    /// What `ask` fails with.
    pub(super) async fn get(
        &self,
        question: Question,
        ask: impl Future<Output = Result<Answer, Error>> + Send + 'static,
    ) -> Result<Answer, Error> {
        let waiting = self.wait_for(question, ask);
        waiting.await.map(|(_, answer)| answer)
    }

    /// Finds or makes the slot of a question, and drops all that are stale: answers can be large.
    fn wait_for(
        &self,
        question: Question,
        ask: impl Future<Output = Result<Answer, Error>> + Send + 'static,
    ) -> Waiting<Answer> {
        let (now, ended) = (Instant::now(), self.writes.ended());
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        slots.retain(|_, slot| slot.after == ended && is_worth_waiting_for(&slot.answer, now));
        let slot = || Slot { after: ended, answer: answering(ask).boxed().shared() };
        slots.entry(question).or_insert_with(slot).answer.clone()
    }
}

/// Waits for the answer. A panic becomes an error: a shared future that panics
/// never wakes the others who wait for it.
async fn answering<Answer>(
    ask: impl Future<Output = Result<Answer, Error>>,
) -> Result<(Instant, Answer), Error> {
    let answer = AssertUnwindSafe(ask).catch_unwind().await.unwrap_or_else(|_panic| {
        Err(Error::new(Kind::Other, "the request", "the provider itself failed; this is a bug"))
    })?;
    Ok((Instant::now(), answer))
}

/// Tells whether somebody waits for an answer, or it is fresh.
fn is_worth_waiting_for<Answer: Clone>(answer: &Waiting<Answer>, now: Instant) -> bool {
    match answer.peek() {
        // Ours is one reference: with no other, all who asked have been interrupted.
        None => answer.strong_count().is_some_and(|references| references > 1),
        Some(Ok((given, _))) => now.duration_since(*given) <= FRESH,
        Some(Err(_)) => false,
    }
}

#[cfg(test)]
mod tests;
