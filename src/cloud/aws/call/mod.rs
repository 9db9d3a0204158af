//! One call, whatever its protocol: who makes it, in which account, and what came of it.
//!
//! An [`Operation`] of `query` or `json` says what goes out and how the answer is read; here the
//! type of the answer is forgotten, so that this code is there once. `exchange.rs` sends: AWS's
//! runtime signs and repeats. What may be sent again is said by the operation's [`Effect`].

mod codes;
mod exchange;
mod fault;
mod journal;
mod passing;
mod reply;
mod turns;

use std::{fmt, sync::Arc};

use aws_credential_types::Credentials;
use aws_smithy_types::type_erasure::TypeErasedBox;

use super::{Aws, credentials::Session, endpoints::Service};
use crate::cloud::{Error, Kind};

pub(super) use self::{
    reply::{Headers, Refusal},
    turns::Turns,
};

/// What AWS says of a session that is over; EC2 has a word of its own.
const EXPIRED: [&str; 3] = ["ExpiredToken", "ExpiredTokenException", "RequestExpired"];

/// What is fixed about an operation.
#[derive(Clone, Copy, Debug)]
pub(super) struct Facts {
    /// The service that offers it.
    pub(super) service: Service,
    /// The vendor's name of it.
    pub(super) name: &'static str,
    /// Its name in reports: `service:Name`.
    pub(super) label: &'static str,
    /// What it does to the cloud.
    pub(super) effect: Effect,
    /// Whether its answer holds keys, so that no part of it may be shown.
    pub(super) holds_keys: bool,
}

/// What an operation does to the cloud, and so whether it may be sent again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Effect {
    /// Nothing, or nothing that anybody sees: a session of a role that nobody gets to know.
    Reads,
    /// Something that is the same however often it is sent.
    Writes,
    /// Something new each time: it is sent again only where it is known that nothing was done.
    Creates,
}

/// An operation: how it is called.
pub(super) trait Operation: Interpreter {
    /// What callers say.
    type Parameters;
    /// What they are told.
    type Output: 'static;

    /// Returns what is fixed about it.
    fn facts(&self) -> Facts;

    /// Puts what callers say into what is sent.
    fn payload(&self, parameters: Self::Parameters) -> Payload;
}

/// An operation: what its answers mean.
pub(super) trait Interpreter: fmt::Debug + Send + Sync + 'static {
    /// Reads the answer to a call that succeeded, as the operation's `Output`.
    ///
    /// # Errors
    ///
    /// What the answer is instead, to follow "the answer": `is no ...`.
    fn read(&self, text: &str) -> Result<TypeErasedBox, String>;

    /// Reads the answer to a call that failed, if it is one of the protocol.
    fn refusal(&self, headers: &Headers, text: &str) -> Option<Refusal>;
}

/// What is sent, the same in every attempt.
#[derive(Clone, Debug)]
pub(super) struct Payload {
    /// The type of the body.
    pub(super) content_type: &'static str,
    /// The operation, where the body does not say it.
    pub(super) target: Option<String>,
    /// The body.
    pub(super) body: String,
}

/// A call of which it is forgotten what type its answer has.
#[derive(Clone, Debug)]
struct Call {
    facts: Facts,
    payload: Payload,
    interpreter: &'static dyn Interpreter,
}

impl Call {
    fn of<A: Operation>(action: &'static A, parameters: A::Parameters) -> Self {
        let payload = action.payload(parameters);
        Self { facts: action.facts(), payload, interpreter: action }
    }

    /// Remembers the type of an answer.
    fn output<Output>(&self, answer: TypeErasedBox) -> Result<Output, Error>
    where
        Output: fmt::Debug + Send + Sync + 'static,
    {
        let mistaken = |_| Error::new(Kind::Other, self.facts.label, "a bug: not its own answer");
        answer.downcast().map(|output| *output).map_err(mistaken)
    }
}

impl Aws {
    /// Makes a call: checks the account of the very keys that sign it, signs, sends, repeats
    /// while that can help and does no harm, and reads the answer.
    ///
    /// Takes at most twice the request timeout (four times for Organizations, and before that
    /// its turn), plus as much again for credentials, and both once more if these turn out to
    /// have expired. Where nothing can be reached it gives up after three attempts: that takes
    /// some seconds if connections are refused, and at most half a minute if they hang.
    ///
    /// After one that changes something no answer that was given, or only asked for, before it
    /// ended serves a read.
    ///
    /// # Errors
    ///
    /// Anything that can go wrong, told apart by the kind. [`Error::leaves_in_doubt`]: a change
    /// may have been made all the same.
    pub(super) async fn call<A>(
        &self,
        action: &'static A,
        region: &str,
        parameters: A::Parameters,
    ) -> Result<A::Output, Error>
    where
        A: Operation<Output: fmt::Debug + Send + Sync>,
    {
        let call = Call::of(action, parameters);
        call.output(self.make(&call, region).await?)
    }

    /// Makes a call in the name of a session, whatever its account.
    pub(super) async fn call_as<A>(
        &self,
        session: &Arc<Session>,
        action: &'static A,
        region: &str,
        parameters: A::Parameters,
    ) -> Result<A::Output, Error>
    where
        A: Operation<Output: fmt::Debug + Send + Sync>,
    {
        let call = Call::of(action, parameters);
        let credentials = self.credentials_of(session, region).await?;
        call.output(self.make_with(&credentials, session, &call, region).await?)
    }

    /// Makes a call with credentials that a session has just given, whatever their account. If
    /// AWS says that they have expired, makes it once more with new ones.
    pub(super) async fn call_with<A>(
        &self,
        credentials: Credentials,
        session: &Arc<Session>,
        action: &'static A,
        region: &str,
        parameters: A::Parameters,
    ) -> Result<A::Output, Error>
    where
        A: Operation<Output: fmt::Debug + Send + Sync>,
    {
        let call = Call::of(action, parameters);
        call.output(self.make_with(&credentials, session, &call, region).await?)
    }

    /// Sends a call, signed unless it needs no signature.
    pub(super) async fn send<A>(
        &self,
        credentials: Option<&Credentials>,
        action: &'static A,
        region: &str,
        parameters: A::Parameters,
    ) -> Result<A::Output, Error>
    where
        A: Operation<Output: fmt::Debug + Send + Sync>,
    {
        let call = Call::of(action, parameters);
        call.output(self.exchange(credentials, &call, region).await?)
    }

    async fn make(&self, call: &Call, region: &str) -> Result<TypeErasedBox, Error> {
        let _turn = self.inner.turns.take(call.facts).await;
        let _write = (call.facts.effect != Effect::Reads).then(|| self.inner.writes.begin());
        let session = &self.actor.session;
        let credentials = self.credentials_of(session, region).await?;
        let outcome = self.exchange_if_allowed(&credentials, call, region).await;
        let Err(error) = outcome else { return outcome };
        let fresh = self.instead_of(&credentials, session, region, error).await?;
        self.exchange_if_allowed(&fresh, call, region).await
    }

    async fn make_with(
        &self,
        credentials: &Credentials,
        session: &Arc<Session>,
        call: &Call,
        region: &str,
    ) -> Result<TypeErasedBox, Error> {
        let outcome = self.exchange(Some(credentials), call, region).await;
        let Err(error) = outcome else { return outcome };
        let fresh = self.instead_of(credentials, session, region, error).await?;
        self.exchange(Some(&fresh), call, region).await
    }

    async fn exchange_if_allowed(
        &self,
        credentials: &Credentials,
        call: &Call,
        region: &str,
    ) -> Result<TypeErasedBox, Error> {
        self.check_account(credentials, region, call.facts.label).await?;
        self.exchange(Some(credentials), call, region).await
    }

    /// Returns new credentials of a session, for one more attempt, if AWS has said that those
    /// which it gave have expired, before their time.
    ///
    /// # Errors
    ///
    /// The failure itself where it is another one or nothing can renew the credentials; else why
    /// there are no new ones.
    pub(super) async fn instead_of(
        &self,
        refused: &Credentials,
        session: &Arc<Session>,
        region: &str,
        failure: Error,
    ) -> Result<Credentials, Error> {
        if failure.kind != Kind::Credentials {
            return Err(failure);
        }
        session.forget(refused);
        if !failure.code.as_deref().is_some_and(|code| EXPIRED.contains(&code)) {
            return Err(failure);
        }
        let fresh = self.credentials_of(session, region).await?;
        if fresh == *refused { Err(failure) } else { Ok(fresh) }
    }
}

#[cfg(test)]
mod tests;
