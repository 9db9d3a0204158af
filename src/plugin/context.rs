//! What an operation may tell besides its result, and what it must heed.

use std::{
    marker::PhantomData,
    ops::Deref,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use serde::{Serialize, de::DeserializeOwned};
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

use super::{
    diagnostics::{Diagnostic, Diagnostics},
    model::Model,
    private::Private,
    timeouts::Limit,
    value::Value,
};

/// What an operation may tell besides its result, and what it must heed.
#[derive(Debug, Default)]
pub struct Context {
    warnings: Mutex<Diagnostics>,
    private: Mutex<Private>,
    /// The state so far, of a write that is under way.
    recorded: Mutex<Option<Value>>,
    interrupt: CancellationToken,
    deadline: Option<(Instant, Limit)>,
}

impl Context {
    /// Creates the context of an operation that starts now.
    pub(super) fn new(interrupt: CancellationToken, private: Private) -> Self {
        Self { interrupt, private: Mutex::new(private), ..Self::default() }
    }

    /// Sets how long the operation may take from now on.
    pub(super) fn limited_to(mut self, limit: Option<Limit>) -> Self {
        self.deadline = limit.map(|limit| (Instant::now() + limit.length, limit));
        self
    }

    /// Adds a warning to whatever the operation returns.
    ///
    /// The summary should name the object: the CLI merges warnings with equal summaries.
    pub fn warn(&self, diagnostic: Diagnostic) {
        lock(&self.warnings).push(diagnostic);
    }

    /// Fails once the operation should not go on: call it before each remote call that
    /// changes something.
    ///
    /// # Errors
    ///
    /// Terraform was interrupted, or the operation's time is up.
    pub fn go_on(&self) -> Result<(), Diagnostics> {
        if self.interrupt.is_cancelled() {
            return Err(interrupted().into());
        }
        match &self.deadline {
            Some((end, limit)) if Instant::now() >= *end => Err(limit.exceeded().into()),
            _ => Ok(()),
        }
    }

    /// Waits, as long as the operation may go on.
    ///
    /// # Errors
    ///
    /// As [`go_on`](Self::go_on), and as soon as it is so.
    pub async fn pause(&self, length: Duration) -> Result<(), Diagnostics> {
        let left = self.deadline.as_ref().map(|(end, _)| *end - Instant::now());
        let length = left.map_or(length, |left| length.min(left));
        tokio::select! {
            () = sleep(length) => {}
            () = self.interrupt.cancelled() => {}
        }
        self.go_on()
    }

    /// Returns what was kept under a key beside the state; `None` where there is nothing,
    /// or nothing of this type.
    pub fn private<T: DeserializeOwned>(&self, key: &str) -> Option<T> {
        lock(&self.private).get(key)
    }

    /// Keeps something beside the state: out of sight, but not encrypted. Never a secret.
    ///
    /// Read, plan, create and update hand it on to each other; delete ends it.
    pub fn keep_private<T: Serialize>(&self, key: &'static str, value: &T) {
        lock(&self.private).set(key, value);
    }

    /// Forgets what was kept under a key.
    pub fn forget_private(&self, key: &str) {
        lock(&self.private).remove(key);
    }

    /// Takes the warnings given so far.
    pub(super) fn take_warnings(&self) -> Diagnostics {
        std::mem::take(&mut lock(&self.warnings))
    }

    /// Returns what should be kept beside the state from now on.
    pub(super) fn private_bytes(&self) -> Vec<u8> {
        lock(&self.private).to_bytes()
    }

    /// Takes the state that a write has recorded.
    pub(super) fn take_recorded(&self) -> Option<Value> {
        lock(&self.recorded).take()
    }
}

/// The [`Context`] of a write.
#[derive(Debug)]
pub struct Progress<'a, M> {
    context: &'a Context,
    model: PhantomData<fn(M)>,
}

impl<'a, M: Model> Progress<'a, M> {
    pub(super) fn new(context: &'a Context) -> Self {
        Self { context, model: PhantomData }
    }

    /// Notes what exists by now. Call it after each remote call that changed something.
    ///
    /// If the operation then fails, is interrupted or panics, this is the state, and
    /// the next plan sees what is left to do. Attributes not known yet become null.
    pub fn record(&self, state: M) {
        *lock(&self.context.recorded) = Some(state.into_value());
    }
}

impl<M> Deref for Progress<'_, M> {
    type Target = Context;

    fn deref(&self) -> &Context {
        self.context
    }
}

/// Says that Terraform was interrupted.
pub(super) fn interrupted() -> Diagnostic {
    Diagnostic::error("Interrupted", "The operation was interrupted before it was done.")
}

/// Nothing here is left half-changed by a panic.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
