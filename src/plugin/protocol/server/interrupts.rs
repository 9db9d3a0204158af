//! What is in flight, and how it is told to stop.

use std::{
    any::Any,
    future::Future,
    panic::AssertUnwindSafe,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use futures_util::FutureExt as _;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::values::bug;
use crate::plugin::{context::interrupted, diagnostics::Diagnostics, process::crash};

/// How long the answer waits after a panic. Terraform reads the report on stderr beside
/// the answers, and shows only what it has read by the time the command fails.
const REPORT_AHEAD: Duration = Duration::from_millis(100);

/// Hands out the token of the operations in flight.
///
/// `StopProvider` ends what runs now, not what comes later: after each stop there is a
/// fresh token. Reads are dropped where they wait; writes look at the token themselves,
/// and nothing tears them in half, not even the end of their connection.
#[derive(Clone, Debug, Default)]
pub(in crate::plugin) struct Interrupts {
    current: Arc<Mutex<CancellationToken>>,
    writes: TaskTracker,
}

impl Interrupts {
    /// Cancels every operation in flight.
    pub(in crate::plugin) fn interrupt(&self) {
        std::mem::take(&mut *self.lock()).cancel();
    }

    /// Waits until no write is in flight; none must start any more.
    pub(in crate::plugin) async fn writes_are_done(&self) {
        self.writes.close();
        self.writes.wait().await;
    }

    /// Returns the token of an operation that starts now.
    pub(super) fn token(&self) -> CancellationToken {
        self.lock().clone()
    }

    /// Runs a read until it ends, panics or is interrupted.
    pub(super) async fn read<T>(
        &self,
        operation: impl Future<Output = Result<T, Diagnostics>>,
    ) -> Result<T, Diagnostics> {
        let token = self.token();
        let outcome = tokio::select! {
            // What is done is done: an interruption must not hide it.
            biased;
            outcome = AssertUnwindSafe(operation).catch_unwind() => outcome,
            () = token.cancelled() => return Err(interrupted().into()),
        };
        match outcome {
            Ok(outcome) => outcome,
            Err(payload) => Err(after_the_report(crashed(&*payload)).await),
        }
    }

    /// Runs a write to its end, whoever still waits for it.
    pub(super) async fn write<T: Send + 'static>(
        &self,
        operation: impl Future<Output = Result<T, Diagnostics>> + Send + 'static,
    ) -> Result<T, Diagnostics> {
        match self.writes.spawn(operation).await {
            Ok(outcome) => outcome,
            Err(failure) => match failure.try_into_panic() {
                Ok(payload) => Err(after_the_report(crashed(&*payload)).await),
                // The process ends, and nobody reads this.
                Err(_) => Err(interrupted().into()),
            },
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, CancellationToken> {
        self.current.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn crashed(payload: &(dyn Any + Send)) -> Diagnostics {
    bug(crash::payload_text(payload))
}

async fn after_the_report(problems: Diagnostics) -> Diagnostics {
    tokio::time::sleep(REPORT_AHEAD).await;
    problems
}
