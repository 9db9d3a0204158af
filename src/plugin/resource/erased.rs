//! The type-erased twin of a resource: values in the place of models.

use super::{Change, IdentityAttribute, Resource, overlay::overlay};
use crate::plugin::{
    context::{Context, Progress},
    data_source::{Pending, misfit},
    diagnostics::{Diagnostic, Diagnostics},
    model::Model,
    path::Path,
    schema::Schema,
    state::{MovedState, OldState},
    timeouts::Limits,
    value::{Type, Value},
};

/// A [`Resource`] without its types, so that a slice can hold them all.
///
/// Every resource is one already; do not implement it by hand.
pub trait AnyResource<Client>: Send + Sync {
    /// Returns the name in configuration.
    fn type_name(&self) -> &'static str;
    /// Describes the attributes.
    fn schema(&self) -> Schema;
    /// Describes the identity.
    fn identity_schema(&self) -> Vec<IdentityAttribute>;
    /// Says how long operations may take by default.
    fn limits(&self) -> Option<Limits>;
    /// Lists what the credentials must be allowed to do.
    fn permissions(&self) -> &'static [&'static str];
    /// Adds to the documentation.
    fn notes(&self) -> &'static str;
    /// Tells the type of the model, to be held against the schema.
    fn model_type(&self) -> Type;
    /// Tells the type of the identity, to be held against its schema.
    fn identity_type(&self) -> Type;
    /// Returns the identity of a state.
    fn identity(&self, state: Value) -> Result<Value, Diagnostics>;
    /// Judges a configuration.
    fn validate(&self, config: Value) -> Diagnostics;
    /// Returns the refined plan, and the attributes whose change needs another object.
    fn plan<'a>(
        &'a self,
        client: &'a Client,
        change: Change<Value>,
        context: &'a Context,
    ) -> Pending<'a, Result<(Value, Vec<Path>), Diagnostics>>;
    /// Judges a deletion.
    fn plan_deletion<'a>(
        &'a self,
        client: &'a Client,
        state: Value,
        context: &'a Context,
    ) -> Pending<'a, Result<(), Diagnostics>>;
    /// Creates.
    fn create<'a>(
        &'a self,
        client: &'a Client,
        planned: Value,
        context: &'a Context,
    ) -> Pending<'a, Result<Value, Diagnostics>>;
    /// Reads.
    fn read<'a>(
        &'a self,
        client: &'a Client,
        state: Value,
        context: &'a Context,
    ) -> Pending<'a, Result<Option<Value>, Diagnostics>>;
    /// Updates.
    fn update<'a>(
        &'a self,
        client: &'a Client,
        prior: Value,
        planned: Value,
        context: &'a Context,
    ) -> Pending<'a, Result<Value, Diagnostics>>;
    /// Deletes.
    fn delete<'a>(
        &'a self,
        client: &'a Client,
        state: Value,
        context: &'a Context,
    ) -> Pending<'a, Result<(), Diagnostics>>;
    /// Reads the id of an import.
    fn identity_from_id(&self, id: &str) -> Result<Value, Diagnostics>;
    /// Imports.
    fn import<'a>(
        &'a self,
        client: &'a Client,
        identity: Value,
        context: &'a Context,
    ) -> Pending<'a, Result<Value, Diagnostics>>;
    /// Brings an older state up to date.
    fn upgrade(&self, old: &OldState<'_>) -> Result<Value, Diagnostics>;
    /// Takes over the state of another type.
    fn take_over(&self, moved: &MovedState<'_>) -> Result<Option<Value>, Diagnostics>;
}

impl<T: Resource> AnyResource<T::Client> for T {
    fn type_name(&self) -> &'static str {
        Resource::type_name(self)
    }

    fn schema(&self) -> Schema {
        Resource::schema(self)
    }

    fn identity_schema(&self) -> Vec<IdentityAttribute> {
        Resource::identity_schema(self)
    }

    fn limits(&self) -> Option<Limits> {
        Resource::limits(self)
    }

    fn permissions(&self) -> &'static [&'static str] {
        Resource::permissions(self)
    }

    fn notes(&self) -> &'static str {
        Resource::notes(self)
    }

    fn model_type(&self) -> Type {
        T::Model::ty()
    }

    fn identity_type(&self) -> Type {
        T::Identity::ty()
    }

    fn identity(&self, state: Value) -> Result<Value, Diagnostics> {
        Ok(Resource::identity(self, &typed(state)?).into_value())
    }

    fn validate(&self, config: Value) -> Diagnostics {
        match typed(config) {
            Ok(config) => Resource::validate(self, &config),
            Err(misfit) => misfit.into(),
        }
    }

    fn plan<'a>(
        &'a self,
        client: &'a T::Client,
        change: Change<Value>,
        context: &'a Context,
    ) -> Pending<'a, Result<(Value, Vec<Path>), Diagnostics>> {
        Box::pin(async move {
            let proposed: T::Model = typed(change.planned.clone())?;
            let mut refined = Change {
                config: typed(change.config)?,
                prior: change.prior.map(typed).transpose()?,
                planned: proposed.clone(),
                replaced_for: change.replaced_for,
            };
            Resource::plan(self, client, &mut refined, context).await?;
            let (before, after) = (proposed.into_value(), refined.planned.into_value());
            let planned = overlay(change.planned, &before, after, &T::Model::ty());
            Ok((planned, refined.replaced_for))
        })
    }

    fn plan_deletion<'a>(
        &'a self,
        client: &'a T::Client,
        state: Value,
        context: &'a Context,
    ) -> Pending<'a, Result<(), Diagnostics>> {
        Box::pin(
            async move { Resource::plan_deletion(self, client, &typed(state)?, context).await },
        )
    }

    fn create<'a>(
        &'a self,
        client: &'a T::Client,
        planned: Value,
        context: &'a Context,
    ) -> Pending<'a, Result<Value, Diagnostics>> {
        Box::pin(async move {
            let progress = Progress::new(context);
            Ok(Resource::create(self, client, typed(planned)?, &progress).await?.into_value())
        })
    }

    fn read<'a>(
        &'a self,
        client: &'a T::Client,
        state: Value,
        context: &'a Context,
    ) -> Pending<'a, Result<Option<Value>, Diagnostics>> {
        Box::pin(async move {
            let state = Resource::read(self, client, typed(state)?, context).await?;
            Ok(state.map(Model::into_value))
        })
    }

    fn update<'a>(
        &'a self,
        client: &'a T::Client,
        prior: Value,
        planned: Value,
        context: &'a Context,
    ) -> Pending<'a, Result<Value, Diagnostics>> {
        Box::pin(async move {
            let progress = Progress::new(context);
            let (prior, planned) = (typed(prior)?, typed(planned)?);
            Ok(Resource::update(self, client, prior, planned, &progress).await?.into_value())
        })
    }

    fn delete<'a>(
        &'a self,
        client: &'a T::Client,
        state: Value,
        context: &'a Context,
    ) -> Pending<'a, Result<(), Diagnostics>> {
        Box::pin(async move {
            Resource::delete(self, client, typed(state)?, &Progress::new(context)).await
        })
    }

    fn identity_from_id(&self, id: &str) -> Result<Value, Diagnostics> {
        Ok(Resource::identity_from_id(self, id)?.into_value())
    }

    fn import<'a>(
        &'a self,
        client: &'a T::Client,
        identity: Value,
        context: &'a Context,
    ) -> Pending<'a, Result<Value, Diagnostics>> {
        Box::pin(async move {
            Ok(Resource::import(self, client, typed(identity)?, context).await?.into_value())
        })
    }

    fn upgrade(&self, old: &OldState<'_>) -> Result<Value, Diagnostics> {
        Ok(Resource::upgrade(self, old)?.into_value())
    }

    fn take_over(&self, moved: &MovedState<'_>) -> Result<Option<Value>, Diagnostics> {
        Ok(Resource::take_over(self, moved)?.map(Model::into_value))
    }
}

fn typed<M: Model>(value: Value) -> Result<M, Diagnostic> {
    M::from_value(value).map_err(misfit)
}
