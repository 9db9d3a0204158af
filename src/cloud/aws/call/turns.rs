//! Taking turns: Organizations changes one thing at a time, and answers few questions a second.
//!
//! Ten writes that Terraform sends at once would fail each other with
//! `ConcurrentModificationException`. Everything else goes at once.

use tokio::sync::{Mutex, MutexGuard, Semaphore, SemaphorePermit};

use super::{super::endpoints::Service, Effect, Facts};

/// How many questions may be on their way: AWS answers some kinds twice a second only.
const READS: usize = 2;

/// Whose turn it is, for all who act in one organisation by means of one client.
#[derive(Debug)]
pub(in super::super) struct Turns {
    write: Mutex<()>,
    reads: Semaphore,
}

/// A turn. It lasts until this is dropped, through all attempts of a call.
#[derive(Debug)]
pub(super) enum Turn<'a> {
    /// Nobody has to wait.
    Free,
    /// That of the only one who writes.
    Write { _guard: MutexGuard<'a, ()> },
    /// That of one who reads.
    Read { _permit: Option<SemaphorePermit<'a>> },
}

impl Turns {
    /// Starts with nobody waiting.
    pub(in super::super) fn new() -> Self {
        Self { write: Mutex::new(()), reads: Semaphore::new(READS) }
    }

    /// Waits for a turn, first come, first served.
    pub(super) async fn take(&self, facts: Facts) -> Turn<'_> {
        match (facts.service, facts.effect) {
            (Service::Ec2 | Service::Iam | Service::Sts, _) => Turn::Free,
            (Service::Organizations, Effect::Reads) => {
                // Nobody closes it.
                Turn::Read { _permit: self.reads.acquire().await.ok() }
            }
            (Service::Organizations, Effect::Writes | Effect::Creates) => {
                Turn::Write { _guard: self.write.lock().await }
            }
        }
    }
}
