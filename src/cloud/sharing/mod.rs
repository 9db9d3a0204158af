//! Equal reads share one answer.
//!
//! Terraform reads ten data sources at a time, and a module that is used two
//! hundred times asks the same question two hundred times.

use std::{
    collections::HashMap,
    hash::Hash,
    panic::AssertUnwindSafe,
    sync::{Mutex, PoisonError},
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
/// failures included; an answer serves reads that start within two seconds after it.
#[derive(Debug)]
pub(super) struct Shared<Question, Answer> {
    slots: Mutex<HashMap<Question, Slot<Answer>>>,
}

/// An answer and when it was given, or the wait for it.
type Slot<Answer> = SharedFuture<BoxFuture<'static, Result<(Instant, Answer), Error>>>;

impl<Question, Answer> Shared<Question, Answer>
where
    Question: Eq + Hash,
    Answer: Clone + Send + Sync + 'static,
{
    /// Starts without answers.
    pub(super) fn new() -> Self {
        Self { slots: Mutex::new(HashMap::new()) }
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
        let slot = self.slot(question, ask);
        slot.await.map(|(_, answer)| answer)
    }

    /// Finds or makes the slot of a question, and drops all that are stale: answers can be large.
    fn slot(
        &self,
        question: Question,
        ask: impl Future<Output = Result<Answer, Error>> + Send + 'static,
    ) -> Slot<Answer> {
        let now = Instant::now();
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        slots.retain(|_, slot| is_worth_waiting_for(slot, now));
        slots.entry(question).or_insert_with(|| answering(ask).boxed().shared()).clone()
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

/// Tells whether somebody waits for a slot, or its answer is fresh.
fn is_worth_waiting_for<Answer: Clone>(slot: &Slot<Answer>, now: Instant) -> bool {
    match slot.peek() {
        // Ours is one reference: with no other, all who asked have been interrupted.
        None => slot.strong_count().is_some_and(|references| references > 1),
        Some(Ok((given, _))) => now.duration_since(*given) <= FRESH,
        Some(Err(_)) => false,
    }
}

#[cfg(test)]
mod tests;
