//! The contract of a resource. Start at [`Resource`].
//!
//! `erased` makes of every resource one that a slice can hold; `overlay` keeps what a model
//! cannot show.

mod erased;
mod overlay;

use std::future::Future;

pub use self::erased::AnyResource;
use super::{
    context::{Context, Progress},
    diagnostics::Diagnostics,
    model::Model,
    path::Path,
    schema::Schema,
    state::{MovedState, OldState},
    timeouts::Limits,
    value::Type,
};

/// A resource: an object that Terraform creates, reads, updates and deletes.
///
/// The layer plans: what the practitioner wrote, the defaults of the schema, prior
/// values that are kept, the rest "known after apply". [`plan`](Self::plan) refines that.
/// Every operation that talks to a cloud should ask [`Context::go_on`] before each call
/// that changes something, and wait with [`Context::pause`].
pub trait Resource: Send + Sync + 'static {
    /// What the provider's `configure` made of the provider block.
    type Client: Send + Sync + 'static;

    /// The attributes, inputs and outputs alike. This is also the state.
    type Model: Model + Clone + Send + Sync;

    /// What tells one object from all others, and never changes in its life.
    type Identity: Model + Send;

    /// Returns the name in configuration, prefix included: `imageguard_image_pin`.
    fn type_name(&self) -> &'static str;

    /// Describes the attributes. [`Model`](Self::Model) has exactly these.
    fn schema(&self) -> Schema;

    /// Describes the identity. [`Identity`](Self::Identity) has exactly these.
    fn identity_schema(&self) -> Vec<IdentityAttribute>;

    /// Returns the identity of an object that exists.
    fn identity(&self, state: &Self::Model) -> Self::Identity;

    /// Says how long operations may take unless `timeouts` says otherwise; `None` is for
    /// a type that waits for nothing and has no such attribute.
    fn limits(&self) -> Option<Limits> {
        None
    }

    /// Lists what the credentials must be allowed to do, in the vendor's words.
    ///
    /// For the documentation and its tests; Terraform does not get to see it.
    fn permissions(&self) -> &'static [&'static str] {
        &[]
    }

    /// Adds to the documentation what the schema has no place for, in Markdown.
    fn notes(&self) -> &'static str {
        ""
    }

    /// Judges the configuration without a client.
    ///
    /// Called by `terraform validate` and before each plan, on an unconfigured provider
    /// too. Unknown values are not errors: they may turn out well.
    fn validate(&self, config: &Self::Model) -> Diagnostics;

    /// Refines the plan of a creation or an update by changing `change.planned`.
    ///
    /// Called in plan **and** again in apply, then with everything known: the same inputs
    /// must give the same plan, so neither the clock nor anything else that moves may
    /// decide a value. An attribute that the practitioner set must stay as it is, or become
    /// the prior value where both mean the same. Attributes left alone keep the details that
    /// the model cannot show, such as an unknown inside a list.
    ///
    /// The layer has made unknown what an update finds out anew. Where it saw no difference,
    /// nothing is unknown, and a refinement that makes one must do that itself. The other way
    /// round, if all that still differs is unknown and for the provider to set, the plan is
    /// to change nothing: say something known to have an update.
    ///
    /// # Errors
    ///
    /// Why this change must not be applied.
    fn plan(
        &self,
        client: &Self::Client,
        change: &mut Change<Self::Model>,
        context: &Context,
    ) -> impl Future<Output = Result<(), Diagnostics>> + Send {
        let _ = (client, change, context);
        async { Ok(()) }
    }

    /// Judges a deletion before it is applied; may warn.
    ///
    /// # Errors
    ///
    /// Why the object must not be deleted.
    fn plan_deletion(
        &self,
        client: &Self::Client,
        state: &Self::Model,
        context: &Context,
    ) -> impl Future<Output = Result<(), Diagnostics>> + Send {
        let _ = (client, state, context);
        async { Ok(()) }
    }

    /// Creates the object and returns it with everything known.
    ///
    /// Never dropped half-way: see [`Progress::record`] for what becomes of a failure.
    ///
    /// # Errors
    ///
    /// What went wrong; what was recorded is kept and replaced by the next apply.
    fn create(
        &self,
        client: &Self::Client,
        planned: Self::Model,
        progress: &Progress<'_, Self::Model>,
    ) -> impl Future<Output = Result<Self::Model, Diagnostics>> + Send;

    /// Reads the object again; `None` when it is gone.
    ///
    /// Returns the state's own text where the cloud only writes the same differently. After
    /// an import the state is what [`import`](Self::import) returned. The future is dropped
    /// when Terraform is interrupted.
    ///
    /// # Errors
    ///
    /// Why it cannot be told whether, or how, the object exists.
    fn read(
        &self,
        client: &Self::Client,
        state: Self::Model,
        context: &Context,
    ) -> impl Future<Output = Result<Option<Self::Model>, Diagnostics>> + Send;

    /// Changes the object and returns it with everything known.
    ///
    /// # Errors
    ///
    /// What went wrong; what was recorded, else the prior state, is kept.
    fn update(
        &self,
        client: &Self::Client,
        prior: Self::Model,
        planned: Self::Model,
        progress: &Progress<'_, Self::Model>,
    ) -> impl Future<Output = Result<Self::Model, Diagnostics>> + Send;

    /// Deletes the object; one that is gone already is a success.
    ///
    /// # Errors
    ///
    /// What went wrong; what was recorded, else the whole state, is kept.
    fn delete(
        &self,
        client: &Self::Client,
        state: Self::Model,
        progress: &Progress<'_, Self::Model>,
    ) -> impl Future<Output = Result<(), Diagnostics>> + Send;

    /// Reads the id of `terraform import` and of `import` blocks.
    ///
    /// # Errors
    ///
    /// The text has another form; the message shows the right one.
    fn identity_from_id(&self, id: &str) -> Result<Self::Identity, Diagnostics>;

    /// Returns a state that is enough to [`read`](Self::read) the object.
    ///
    /// # Errors
    ///
    /// Nothing like that can be managed by this type.
    fn import(
        &self,
        client: &Self::Client,
        identity: Self::Identity,
        context: &Context,
    ) -> impl Future<Output = Result<Self::Model, Diagnostics>> + Send;

    /// Brings a state of an older schema version up to date, without a client.
    ///
    /// Called for versions below the schema's only.
    ///
    /// # Errors
    ///
    /// There never was such a version, or its state cannot be read.
    fn upgrade(&self, old: &OldState<'_>) -> Result<Self::Model, Diagnostics> {
        Err(old.not_supported().into())
    }

    /// Takes over the state of another type (`moved` blocks), without a client; `None`
    /// for types it knows nothing of. The same type under another address is taken care of.
    ///
    /// # Errors
    ///
    /// The type is known, but this state of it cannot be taken over.
    fn take_over(&self, moved: &MovedState<'_>) -> Result<Option<Self::Model>, Diagnostics> {
        let _ = moved;
        Ok(None)
    }
}

/// One attribute of an identity.
#[derive(Clone, Debug)]
pub struct IdentityAttribute {
    /// The name.
    pub name: &'static str,
    /// A primitive type or a list of one.
    pub ty: Type,
    /// Whether an import needs it; if not, it may be left out.
    pub required: bool,
    /// What it means.
    pub description: &'static str,
}

/// A creation or an update that is being planned.
#[derive(Debug)]
pub struct Change<M> {
    /// What the practitioner wrote.
    pub config: M,
    /// What there is; `None` if it is being created.
    pub prior: Option<M>,
    /// What there will be.
    pub planned: M,
    /// Attributes whose change needs another object, besides those the schema marks.
    pub replaced_for: Vec<Path>,
}

#[cfg(test)]
mod tests;
