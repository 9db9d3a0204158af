//! ApplyResourceChange: creates, updates, deletes.
//!
//! Whatever happens, the answer holds what exists by then: the result, else what the
//! operation has recorded, else what there was.

use std::sync::Arc;

use super::{Server, Target};
use crate::plugin::{
    context::Context,
    diagnostics::Diagnostics,
    protocol::{
        convert::to_diagnostics,
        server::{Interrupts, values::bug},
        wire,
    },
    provider::Provider,
    timeouts::{self, Limited},
    value::Value,
};

type Request = wire::apply_resource_change::Request;
type Response = wire::apply_resource_change::Response;

/// A write that is ready to run.
struct Write<Client: 'static> {
    target: Target<Client>,
    client: Arc<Client>,
    context: Context,
    prior: Value,
    planned: Value,
    identity: Option<wire::ResourceIdentityData>,
}

impl<P: Provider> Server<P> {
    pub(in crate::plugin::protocol::server) async fn apply(&self, request: Request) -> Response {
        let prepared = self.interrupts.read(async { self.prepare(&request) }).await;
        match prepared {
            Ok(write) => write.run(&self.interrupts).await,
            Err(problems) => Response {
                new_state: request.prior_state,
                private: request.planned_private,
                new_identity: request.planned_identity,
                diagnostics: to_diagnostics(problems),
                ..Default::default()
            },
        }
    }

    fn prepare(&self, request: &Request) -> Result<Write<P::Client>, Diagnostics> {
        let target = self.target(&request.type_name)?;
        let client = self.client()?;
        let prior = target.shape.decode(request.prior_state.as_ref())?;
        let planned = target.shape.decode(request.planned_state.as_ref())?;
        // Masks what only the configuration holds.
        target.shape.decode(request.config.as_ref())?;
        let (says, operation) = match (&prior, &planned) {
            (Value::Null, planned) => (planned, Limited::Create),
            (prior, Value::Null) => (prior, Limited::Delete),
            (_, planned) => (planned, Limited::Update),
        };
        let limit = timeouts::limit(says, target.resource.limits(), operation);
        let context = self.context(&request.planned_private)?.limited_to(limit);
        let identity = request.planned_identity.clone();
        Ok(Write { target, client, context, prior, planned, identity })
    }
}

impl<Client: Send + Sync + 'static> Write<Client> {
    async fn run(self, interrupts: &Interrupts) -> Response {
        let write = Arc::new(self);
        let operation = {
            let write = Arc::clone(&write);
            async move { write.operate().await }
        };
        let outcome = interrupts.write(operation).await;
        write.response(outcome, interrupts).await
    }

    /// Returns what exists afterwards; null after a deletion.
    async fn operate(&self) -> Result<Value, Diagnostics> {
        let Self { target, client, context, prior, planned, .. } = self;
        let (resource, prior, planned) = (target.resource, prior.clone(), planned.clone());
        match (prior, planned) {
            (Value::Null, planned) => resource.create(client, planned, context).await,
            (prior, Value::Null) => {
                resource.delete(client, prior, context).await.map(|()| Value::Null)
            }
            (prior, planned) => resource.update(client, prior, planned, context).await,
        }
    }

    async fn response(
        &self,
        outcome: Result<Value, Diagnostics>,
        interrupts: &Interrupts,
    ) -> Response {
        let mut diagnostics = self.context.take_warnings();
        let state = match outcome.and_then(|state| self.as_promised(state, &mut diagnostics)) {
            Ok(state) => state,
            Err(problems) => {
                diagnostics.append(problems);
                self.recorded(&mut diagnostics).unwrap_or_else(|| self.prior.clone())
            }
        };
        if state == Value::Null {
            return Response { diagnostics: to_diagnostics(diagnostics), ..Default::default() };
        }
        // Guarded: whatever the type makes of half an object, the state must be told.
        let identity = async { self.target.identity(self.identity.as_ref(), state.clone()) };
        let identity = interrupts.read(identity).await;
        Response {
            new_state: Some(self.target.shape.encode(&state)),
            private: self.context.private_bytes(),
            new_identity: identity.map_err(|problems| diagnostics.append(problems)).ok().flatten(),
            diagnostics: to_diagnostics(diagnostics),
            ..Default::default()
        }
    }

    /// Returns what a failed operation has told of the object so far.
    fn recorded(&self, diagnostics: &mut Diagnostics) -> Option<Value> {
        let state = self.context.take_recorded()?.without_unknowns();
        if !state.is_of(&self.target.shape.ty) {
            diagnostics.append(bug("it recorded a value of another type"));
            return None;
        }
        Some(state)
    }

    /// Sees to it that what exists is told as far as it is known.
    fn as_promised(
        &self,
        state: Value,
        diagnostics: &mut Diagnostics,
    ) -> Result<Value, Diagnostics> {
        match state {
            Value::Null if self.planned == Value::Null => Ok(Value::Null),
            state if !state.is_wholly_known() => {
                diagnostics.append(bug("it returned an unknown value"));
                self.target.shape.fitting(state.without_unknowns())
            }
            state => self.target.shape.fitting(state),
        }
    }
}
