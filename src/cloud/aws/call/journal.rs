//! What became of the attempts of one call.
//!
//! The runtime tells only how a call ended, and a deadline that falls into a pause ends
//! it as a timeout. What helps a practitioner is why it had to be repeated, and how often.

use std::{
    error::Error as _,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use aws_smithy_runtime_api::{
    box_error::BoxError,
    client::{
        interceptors::{
            Intercept,
            context::{
                BeforeTransmitInterceptorContextRef, Error, FinalizerInterceptorContextRef,
                InterceptorContext,
            },
            dyn_dispatch_hint,
        },
        orchestrator::OrchestratorError,
        retries::classifiers::{ClassifyRetry, RetryAction},
        runtime_components::RuntimeComponents,
    },
};
use aws_smithy_types::{config_bag::ConfigBag, error::metadata::ProvideErrorMetadata as _};
use tokio::time::Instant;

use super::{Effect, fault::Fault, passing};
use crate::cloud::http::TransportError;

/// How often in a row nobody may be reached. More seldom helps: a name that does not
/// resolve now will not do so in a minute.
const MOST_MISSES: u32 = 3;

/// Writes down attempts; clones write into the same journal.
#[derive(Clone, Debug)]
pub(super) struct Journal {
    patience: Duration,
    effect: Effect,
    longest_pause: Duration,
    entries: Arc<Mutex<Entries>>,
}

#[derive(Debug, Default)]
struct Entries {
    attempts: u32,
    misses: u32,
    sent_at: Option<Instant>,
    last: Option<Fault>,
    /// Whether an attempt before that may have been carried out.
    earlier_in_doubt: bool,
}

impl Journal {
    /// Starts empty; `patience` is how long an attempt may take.
    pub(super) fn new(patience: Duration, effect: Effect, longest_pause: Duration) -> Self {
        Self { patience, effect, longest_pause, entries: Arc::default() }
    }

    /// Returns how often the call was sent.
    pub(super) fn attempts(&self) -> u32 {
        self.with(|entries| entries.attempts)
    }

    /// Returns why the last attempt failed.
    pub(super) fn last_fault(&self) -> Option<Fault> {
        self.with(|entries| entries.last.clone())
    }

    /// Tells whether an attempt before the last may have been carried out.
    pub(super) fn earlier_in_doubt(&self) -> bool {
        self.with(|entries| entries.earlier_in_doubt)
    }

    fn with<T>(&self, read: impl FnOnce(&mut Entries) -> T) -> T {
        read(&mut self.entries.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn write_down(&self, error: &OrchestratorError<Error>) {
        if error.is_timeout_error() && self.was_cut_short() {
            return;
        }
        let transport = self.transport_error(error);
        let is_miss = matches!(transport, Some(TransportError::Unreachable(_)));
        let answer = error.as_operation_error().and_then(|fault| fault.downcast_ref::<Fault>());
        let fault = match (answer, transport) {
            (Some(fault), _) => fault.clone(),
            (None, Some(transport)) => Fault::transport(&transport),
            (None, None) => Fault::internal(error),
        };
        self.with(|entries| {
            entries.misses = if is_miss { entries.misses + 1 } else { 0 };
            let before = entries.last.replace(fault);
            entries.earlier_in_doubt |= before.is_some_and(|it| it.kind.leaves_in_doubt());
        });
    }

    /// Tells whether the deadline of the call ended an attempt long before its own. If
    /// there was an attempt before, that one knows better what the matter is.
    fn was_cut_short(&self) -> bool {
        self.with(|entries| {
            let elapsed = entries.sent_at.map_or(Duration::MAX, |instant| instant.elapsed());
            entries.last.is_some() && elapsed < self.patience * 9 / 10
        })
    }

    fn transport_error(&self, error: &OrchestratorError<Error>) -> Option<TransportError> {
        if error.is_timeout_error() {
            return Some(TransportError::Timeout(self.patience));
        }
        error.as_connector_error()?.source()?.downcast_ref().cloned()
    }
}

#[dyn_dispatch_hint]
impl Intercept for Journal {
    fn name(&self) -> &'static str {
        "Journal"
    }

    fn read_before_transmit(
        &self,
        _: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        self.with(|entries| {
            entries.attempts += 1;
            entries.sent_at = Some(Instant::now());
        });
        Ok(())
    }

    fn read_after_attempt(
        &self,
        context: &FinalizerInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        match context.output_or_error() {
            Some(Err(error)) => self.write_down(error),
            // Also a success is classified, which then must not be taken for the fault before it.
            Some(Ok(_)) => self.with(|entries| entries.last = None),
            None => {}
        }
        Ok(())
    }
}

/// Ends attempts to reach what cannot be reached, and those that might do something twice; goes on
/// where a refusal passes; leaves the rest to AWS's classifiers.
impl ClassifyRetry for Journal {
    fn classify_retry(&self, _: &InterceptorContext) -> RetryAction {
        self.with(|entries| {
            let Some(last) = &entries.last else { return RetryAction::NoActionIndicated };
            let may_do_it_twice = self.effect == Effect::Creates && last.kind.leaves_in_doubt();
            if entries.misses >= MOST_MISSES || may_do_it_twice {
                return RetryAction::RetryForbidden;
            }
            passing::action(last.code(), entries.attempts, self.longest_pause)
        })
    }

    fn name(&self) -> &'static str {
        "Journal"
    }
}
