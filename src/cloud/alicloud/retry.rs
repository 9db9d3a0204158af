//! When to send a call again.
//!
//! Full jitter: waits a random part of a time that doubles, so that many callers who
//! were turned away together do not come back together. Who writes says whether an attempt may
//! be repeated of which nobody knows what it did.

use std::time::Duration;

use tokio::time::{Instant, sleep};

use crate::cloud::Error;

/// The first wait is at most this long.
const BASE: Duration = Duration::from_millis(500);
/// No wait is longer than this, unless the cloud asks for it.
const CAP: Duration = Duration::from_secs(20);
/// How often to knock where nobody opens: a wrong name rarely gets right.
const RETRIES_WHILE_UNREACHABLE: u32 = 2;

/// How long to go on.
#[derive(Clone, Copy, Debug)]
pub(super) struct Patience {
    /// How long one attempt may take; all of them with their waits may take twice that.
    pub(super) attempt: Duration,
    /// How many attempts may follow the first.
    pub(super) max_retries: u32,
    /// What may follow an attempt that nobody knows the outcome of.
    pub(super) in_doubt: InDoubt,
    /// Picks a time that is not longer than the one given.
    pub(super) jitter: fn(Duration) -> Duration,
}

/// What to do about an attempt that the cloud may have carried out or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum InDoubt {
    /// Repeat it: it changes nothing, or to the same however often it is sent.
    Repeat,
    /// Fail: the caller looks first at what there is now.
    Fail,
}

/// An attempt that failed.
#[derive(Debug)]
pub(super) struct Failure {
    // Boxed, because results should be small.
    pub(super) error: Box<Error>,
    pub(super) again: Again,
}

impl Failure {
    pub(super) fn new(error: Error, again: Again) -> Self {
        Self { error: Box::new(error), again }
    }
}

/// Whether another attempt makes sense.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Again {
    /// It would fail in the same way.
    Never,
    /// Nobody was there.
    Unreachable,
    /// It may well succeed, after the time that the cloud asks for, if any.
    After(Option<Duration>),
    /// Likewise, but this attempt may have been carried out.
    InDoubt(Option<Duration>),
}

impl Patience {
    /// Makes attempts until one succeeds, or cannot, or time or number run out. Each is
    /// told how long it may take. Never waits for longer than there is time.
    ///
    /// # Errors
    ///
    /// That of the last attempt, with the number of attempts.
    pub(super) async fn try_repeatedly<T, F>(
        &self,
        mut attempt: impl FnMut(Duration) -> F,
    ) -> Result<T, Error>
    where
        F: Future<Output = Result<T, Failure>>,
    {
        let started = Instant::now();
        let budget = self.attempt.saturating_mul(2);
        let (mut retries, mut earlier_in_doubt) = (0, false);
        loop {
            let left = budget.saturating_sub(started.elapsed());
            let Failure { error, again } = match attempt(left.min(self.attempt)).await {
                Ok(value) => return Ok(value),
                Err(failure) => failure,
            };
            let left = budget.saturating_sub(started.elapsed());
            match self.pause(again, retries) {
                Some(pause) if pause < left => {
                    tracing::debug!(%error, ?pause, "trying again");
                    sleep(pause).await;
                }
                _ => return Err(Error { attempts: retries + 1, earlier_in_doubt, ..*error }),
            }
            retries += 1;
            earlier_in_doubt |= matches!(again, Again::InDoubt(_));
        }
    }

    /// Returns how long to wait before another attempt, or `None` if there is to be none.
    fn pause(&self, again: Again, retries: u32) -> Option<Duration> {
        let (asked, most) = match again {
            Again::Never => return None,
            Again::Unreachable => (None, self.max_retries.min(RETRIES_WHILE_UNREACHABLE)),
            Again::InDoubt(_) if self.in_doubt == InDoubt::Fail => return None,
            Again::After(asked) | Again::InDoubt(asked) => (asked, self.max_retries),
        };
        let ceiling = BASE.saturating_mul(2_u32.saturating_pow(retries)).min(CAP);
        // Added to what was asked for, because that may be the same for everybody.
        let pause = asked.unwrap_or_default().saturating_add((self.jitter)(ceiling));
        (retries < most).then_some(pause)
    }
}

/// Picks a random part of a time.
pub(super) fn random_part(whole: Duration) -> Duration {
    whole.mul_f64(fastrand::f64())
}
