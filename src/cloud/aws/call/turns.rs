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

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;

    use super::*;

    const EFFECTS: [Effect; 3] = [Effect::Reads, Effect::Writes, Effect::Creates];

    fn facts(service: Service, effect: Effect) -> Facts {
        Facts { service, name: "X", label: "x:X", effect, holds_keys: false }
    }

    fn organizations(effect: Effect) -> Facts {
        facts(Service::Organizations, effect)
    }

    #[test]
    fn one_change_of_organizations_waits_for_the_other_and_nothing_else_does() {
        let turns = Turns::new();
        let can_start = |facts| turns.take(facts).now_or_never().is_some();
        let turn = turns.take(organizations(Effect::Creates)).now_or_never().unwrap();
        assert!(!can_start(organizations(Effect::Writes)));
        assert!(can_start(organizations(Effect::Reads)));
        for service in [Service::Ec2, Service::Iam, Service::Sts] {
            assert!(EFFECTS.iter().all(|effect| can_start(facts(service, *effect))));
        }
        drop(turn);
        assert!(can_start(organizations(Effect::Writes)));
    }

    #[test]
    fn two_questions_are_asked_at_a_time() {
        let turns = Turns::new();
        let take = || turns.take(organizations(Effect::Reads)).now_or_never();
        let first = take().unwrap();
        let second = take().unwrap();
        assert!(take().is_none());
        drop(first);
        let third = take();
        assert!(third.is_some());
        drop((second, third));
    }
}
