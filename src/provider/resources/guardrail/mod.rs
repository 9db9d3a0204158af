//! Guardrails: policies that say what must not happen to images, placed where a cloud keeps
//! policies, and proved.
//!
//! Both clouds have one type, [`Guardrail`]; what they do differently is in [`Guarding`], which
//! each cloud's file implements, and in [`PolicyStore`]. `model.rs` and `schema.rs` say what a
//! guardrail is made of. Four files are pure: `rules.rs` makes attributes the engine's intent,
//! `drafting.rs` an intent a document that is proved, `cautions.rs` warns, `drift.rs` says what a
//! document does that another does not. `planning.rs`, `reading.rs`, `writing.rs` and
//! `importing.rs` are the operations, `adopting.rs` a part of writing; `run.rs` is what the
//! guardrails of one run know of each other.
//!
//! Invariant: what was written last is kept beside the state ([`Written`]), because the state's
//! `document` is what is in force. A plan keeps that document as long as the rules are the same
//! and nobody has changed it, whatever this build would compile them to.

mod adopting;
mod cautions;
mod drafting;
mod drift;
mod importing;
mod model;
mod planning;
mod reading;
mod rules;
mod run;
mod schema;
mod writing;
mod written;

use std::{marker::PhantomData, time::Duration};

pub(in crate::provider) use self::run::Guardrails;
use self::{
    model::{GuardrailIdentity, GuardrailModel, Shown, known},
    written::Written,
};
use crate::{
    cloud::Error,
    guardrail::{Target, TargetError},
    plugin::{
        Change, Context, Diagnostic, Diagnostics, IdentityAttribute, Limits, Path, Progress,
        Resource, schema::Schema,
    },
    provider::{
        configure::{Access, Clouds},
        place::Place,
        policies::{self, Policy, PolicyStore, Tier},
    },
};

const LIMITS: Limits = Limits {
    create: Duration::from_secs(300),
    read: Duration::from_secs(120),
    update: Duration::from_secs(300),
    delete: Duration::from_secs(300),
};

/// What the guardrails of a cloud do in their own way.
pub(super) trait Guarding: PolicyStore {
    /// The name in configuration.
    const TYPE_NAME: &'static str;
    /// What the type is for.
    const DESCRIPTION: &'static str;
    /// What the page says besides the schema.
    const NOTES: &'static str;
    /// What the credentials must be allowed to do.
    const PERMISSIONS: &'static [&'static str];
    /// Whether policies have a path at some level.
    const HAS_PATH: bool;
    /// What attributes mean on this cloud.
    const WORDS: Words;
    /// What the vendor allows at each level, in the order of [`PolicyStore::LEVELS`].
    const TERMS: [LevelTerms; 2];

    /// Vendor codes that one attribute is to blame for: how the code starts, the attribute, what
    /// to do.
    const BLAMES: &'static [(&'static str, &'static str, &'static str)];

    /// Picks the way to the cloud.
    fn access(clouds: &Clouds) -> &Access<Self>;
}

/// Describes attributes that mean something else on each cloud.
pub(super) struct Words {
    pub(super) level: &'static str,
    pub(super) name: &'static str,
    pub(super) description: &'static str,
    /// Empty on clouds without paths.
    pub(super) path: &'static str,
    pub(super) owner_ids: &'static str,
    pub(super) accept_owner_ids: &'static str,
    /// Of `rules.tag_on_create.snapshots`.
    pub(super) snapshots: &'static str,
    pub(super) size_limit: &'static str,
    /// Of the identity's `id`.
    pub(super) id: &'static str,
}

/// What a vendor allows at a level.
pub(super) struct LevelTerms {
    pub(super) name: Form,
    /// In characters.
    pub(super) longest_description: usize,
    /// Whether a policy that exists can get another name.
    pub(super) renames: bool,
    /// Whether a policy that exists can get another description.
    pub(super) redescribes: bool,
    /// `None` where policies have no path.
    pub(super) path: Option<Form>,
}

/// How a text is written.
pub(super) struct Form {
    pub(super) fits: fn(&str) -> bool,
    /// The same for messages: a clause that says what to write.
    pub(super) told: &'static str,
}

/// Where a guardrail is placed: whose policy it is, and what its document is written for.
pub(super) struct Level {
    pub(super) tier: Tier,
    pub(super) target: Target,
}

impl Level {
    /// Finds the level by its name.
    ///
    /// # Errors
    ///
    /// The cloud has none of that name, or guardrails are not written for the partition.
    fn find<Client: Guarding>(
        name: &str,
        partition: Option<&'static str>,
    ) -> Result<Self, Diagnostics> {
        let tier = if name == Client::LEVELS[0] { Tier::Organisation } else { Tier::Account };
        let target = Target::find(Client::DIALECT, name, partition);
        let target = target.map_err(|error| match (&error, partition) {
            (TargetError::Partition { .. }, Some(partition)) => {
                let detail = format!(
                    "The provider's region is in the partition `{partition}` of {}, for which no \
                     guardrails can be written: {error}.",
                    Client::NAME
                );
                Diagnostic::error("Unknown Partition", detail)
            }
            _ => {
                let detail = format!("`{}` is no level: {error}.", name.escape_debug());
                Diagnostic::error("Invalid Level", detail).at(Path::root("level"))
            }
        })?;
        Ok(Self { tier, target })
    }

    /// Returns what the vendor allows there.
    fn terms<Client: Guarding>(&self) -> LevelTerms {
        let [organisation, account] = Client::TERMS;
        if self.tier == Tier::Organisation { organisation } else { account }
    }
}

/// The resource, for one cloud.
pub(super) struct Guardrail<Client> {
    client: PhantomData<fn() -> Client>,
}

impl<Client> Guardrail<Client> {
    /// The resource.
    pub(super) const NEW: Self = Self { client: PhantomData };
}

impl<Client: Guarding> Resource for Guardrail<Client> {
    type Client = Clouds;
    type Model = Shown<Client>;
    type Identity = GuardrailIdentity;

    fn type_name(&self) -> &'static str {
        Client::TYPE_NAME
    }

    fn schema(&self) -> Schema {
        Schema {
            version: 0,
            description: Client::DESCRIPTION,
            attributes: schema::attributes::<Client>(),
        }
    }

    fn identity_schema(&self) -> Vec<IdentityAttribute> {
        schema::identity_attributes::<Client>()
    }

    fn identity(&self, state: &Shown<Client>) -> GuardrailIdentity {
        state.identity()
    }

    fn limits(&self) -> Option<Limits> {
        Some(LIMITS)
    }

    fn permissions(&self) -> &'static [&'static str] {
        Client::PERMISSIONS
    }

    fn notes(&self) -> &'static str {
        Client::NOTES
    }

    fn validate(&self, config: &Shown<Client>) -> Diagnostics {
        planning::validate::<Client>(config)
    }

    async fn plan(
        &self,
        clouds: &Clouds,
        change: &mut Change<Shown<Client>>,
        context: &Context,
    ) -> Result<(), Diagnostics> {
        planning::plan(clouds, change, context).await
    }

    async fn create(
        &self,
        clouds: &Clouds,
        planned: Shown<Client>,
        progress: &Progress<'_, Shown<Client>>,
    ) -> Result<Shown<Client>, Diagnostics> {
        writing::create(clouds, planned, progress).await
    }

    async fn read(
        &self,
        clouds: &Clouds,
        state: Shown<Client>,
        context: &Context,
    ) -> Result<Option<Shown<Client>>, Diagnostics> {
        reading::read(clouds, state, context).await
    }

    async fn update(
        &self,
        clouds: &Clouds,
        prior: Shown<Client>,
        planned: Shown<Client>,
        progress: &Progress<'_, Shown<Client>>,
    ) -> Result<Shown<Client>, Diagnostics> {
        writing::update(clouds, prior, planned, progress).await
    }

    async fn delete(
        &self,
        clouds: &Clouds,
        state: Shown<Client>,
        progress: &Progress<'_, Shown<Client>>,
    ) -> Result<(), Diagnostics> {
        writing::delete(clouds, state, progress).await
    }

    fn identity_from_id(&self, id: &str) -> Result<GuardrailIdentity, Diagnostics> {
        importing::identity_from_id::<Client>(id)
    }

    async fn import(
        &self,
        clouds: &Clouds,
        identity: GuardrailIdentity,
        context: &Context,
    ) -> Result<Shown<Client>, Diagnostics> {
        importing::import(clouds, identity, context).await
    }
}

/// Finds the place where a guardrail's calls are made. Its policy has no region; the provider
/// block's tells the partition.
async fn find_place<Client: Guarding>(
    clouds: &Clouds,
    model: &Shown<Client>,
) -> Result<Place<Client>, Diagnostics> {
    policies::find_place(Client::access(clouds), &model.assume_role_arn).await
}

/// Explains a failed call: at the attribute that is to blame, where the vendor's code says so.
async fn explain<Client: Guarding>(
    place: &Place<Client>,
    tier: Tier,
    error: &Error,
) -> Diagnostics {
    let code = error.code.as_deref().unwrap_or_default();
    if let Some((_, attribute, step)) =
        Client::BLAMES.iter().find(|(start, ..)| code.starts_with(start))
    {
        let detail = format!("On {}, {error}.\n\n{step}", Client::NAME);
        let summary = format!("Guardrail Refused By {}", Client::NAME);
        return Diagnostic::error(summary, detail).at(Path::root(*attribute)).into();
    }
    policies::explain(place, tier, error).await
}

/// Finds the policy of a guardrail; `None` if it is gone.
///
/// An organisation's policy has an id of its own, and several accounts may manage it. A policy of
/// an account has a name that means another one elsewhere.
///
/// # Errors
///
/// The call failed; or the credentials are of another account, which may be why there is no policy.
async fn find_policy<Client: Guarding>(
    place: &Place<Client>,
    tier: Tier,
    guardrail: &GuardrailModel,
) -> Result<Option<Policy>, Diagnostics> {
    let account = guardrail.account_id.known();
    if tier == Tier::Account {
        check_account(place, account).await?;
    }
    let found = place.client.policy(&place.region, tier, known(&guardrail.id)).await;
    match found {
        Ok(Some(policy)) => Ok(Some(policy)),
        Ok(None) => check_account(place, account).await.map(|_| None),
        Err(error) => Err(explain(place, tier, &error).await),
    }
}

/// Makes sure that calls are made in the account where the policy is kept.
///
/// # Errors
///
/// They are not, or nobody can tell.
async fn check_account<Client: Guarding>(
    place: &Place<Client>,
    expected: Option<&String>,
) -> Result<String, Diagnostics> {
    let account = match place.client.account(&place.region).await {
        Ok(account) => account,
        Err(error) => return Err(place.explain(&error).await),
    };
    match expected.filter(|expected| **expected != account) {
        None => Ok(account),
        Some(expected) => {
            let detail = format!(
                "The guardrail's policy was made in account {expected}, and the credentials are \
                 those of account {account}, where it is not, or where another policy may have its \
                 name. Use credentials of account {expected}, or a role there (`assume_role_arn`)."
            );
            Err(Diagnostic::error("Another Account", detail).into())
        }
    }
}

#[cfg(test)]
mod tests;
