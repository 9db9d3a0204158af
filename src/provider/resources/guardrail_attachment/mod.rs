//! Attachments: a guardrail on what it is to bind.
//!
//! Both clouds have one type, [`GuardrailAttachment`]; what they say differently is in
//! [`Attaching`], which each cloud's file implements. `model.rs` says what an attachment is,
//! `forms.rs` what may be wrong with how it is written, `quota.rs` whether a target has room,
//! `planning.rs`, `reading.rs` and `writing.rs` are the operations, `run.rs` is what the
//! attachments of one run know of each other.
//!
//! Nothing is kept beside the state: an attachment is there or it is not.

mod forms;
mod model;
mod planning;
mod quota;
mod reading;
mod run;
mod writing;

use std::{marker::PhantomData, time::Duration};

pub(in crate::provider) use self::run::Attachments;
use self::{
    model::{AttachmentIdentity, AttachmentModel},
    run::Link,
};
use crate::{
    plugin::{
        Change, Context, Diagnostic, Diagnostics, IdentityAttribute, Limits, Path, Progress,
        Resource, Severity, schema::Schema,
    },
    provider::{
        configure::{Access, Clouds},
        place::Place,
        policies::{Attached, PolicyStore, Tier, explain},
    },
};

const LIMITS: Limits = Limits {
    create: Duration::from_secs(600),
    read: Duration::from_secs(60),
    update: Duration::from_secs(60),
    delete: Duration::from_secs(600),
};

/// What the attachments of a cloud say in their own way.
pub(super) trait Attaching: PolicyStore {
    /// The name in configuration.
    const TYPE_NAME: &'static str;
    /// What the type is for.
    const DESCRIPTION: &'static str;
    /// Describes the attribute `guardrail_id`.
    const GUARDRAIL: &'static str;
    /// Describes the attribute `target_id`.
    const TARGET: &'static str;
    /// What the page says besides the schema.
    const NOTES: &'static str;
    /// What the credentials must be allowed to do.
    const PERMISSIONS: &'static [&'static str];
    /// How targets are written, for messages: a sentence without its full stop.
    const FORMS: &'static str;
    /// An id for imports, to write in messages.
    const EXAMPLE: &'static str;
    /// How the organisation's policies are called, with a capital.
    const FEATURE: &'static str;
    /// How they are switched on, as a sentence.
    const SWITCH_ON: &'static str;

    /// Picks the way to the cloud.
    fn access(clouds: &Clouds) -> &Access<Self>;

    /// Says why no guardrail that can be attached on this tier has such an id, in words that go on
    /// from the id; `None` if one may have it.
    fn fault_of_id(tier: Tier, id: &str) -> Option<String>;
}

/// The resource, for one cloud.
pub(super) struct GuardrailAttachment<Client> {
    client: PhantomData<fn() -> Client>,
}

impl<Client> GuardrailAttachment<Client> {
    /// The resource.
    pub(super) const NEW: Self = Self { client: PhantomData };
}

impl<Client: Attaching> Resource for GuardrailAttachment<Client> {
    type Client = Clouds;
    type Model = AttachmentModel;
    type Identity = AttachmentIdentity;

    fn type_name(&self) -> &'static str {
        Client::TYPE_NAME
    }

    fn schema(&self) -> Schema {
        Schema {
            version: 0,
            description: Client::DESCRIPTION,
            attributes: model::attributes::<Client>(),
        }
    }

    fn identity_schema(&self) -> Vec<IdentityAttribute> {
        model::identity_attributes()
    }

    fn identity(&self, state: &AttachmentModel) -> AttachmentIdentity {
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

    fn validate(&self, config: &AttachmentModel) -> Diagnostics {
        forms::validate::<Client>(config)
    }

    async fn plan(
        &self,
        clouds: &Clouds,
        change: &mut Change<AttachmentModel>,
        context: &Context,
    ) -> Result<(), Diagnostics> {
        planning::plan::<Client>(clouds, change, context).await
    }

    async fn create(
        &self,
        clouds: &Clouds,
        planned: AttachmentModel,
        progress: &Progress<'_, AttachmentModel>,
    ) -> Result<AttachmentModel, Diagnostics> {
        writing::create::<Client>(clouds, planned, progress).await
    }

    async fn read(
        &self,
        clouds: &Clouds,
        state: AttachmentModel,
        context: &Context,
    ) -> Result<Option<AttachmentModel>, Diagnostics> {
        reading::read::<Client>(clouds, state, context).await
    }

    /// Nothing that can change without another attachment is in the cloud.
    async fn update(
        &self,
        _clouds: &Clouds,
        _prior: AttachmentModel,
        planned: AttachmentModel,
        _progress: &Progress<'_, AttachmentModel>,
    ) -> Result<AttachmentModel, Diagnostics> {
        Ok(planned)
    }

    async fn delete(
        &self,
        clouds: &Clouds,
        state: AttachmentModel,
        progress: &Progress<'_, AttachmentModel>,
    ) -> Result<(), Diagnostics> {
        writing::delete::<Client>(clouds, state, progress).await
    }

    fn identity_from_id(&self, id: &str) -> Result<AttachmentIdentity, Diagnostics> {
        forms::identity_from_id::<Client>(id)
    }

    async fn import(
        &self,
        clouds: &Clouds,
        identity: AttachmentIdentity,
        _context: &Context,
    ) -> Result<AttachmentModel, Diagnostics> {
        reading::import::<Client>(clouds, identity).await
    }
}

/// Tells whether a guardrail is among the policies of a target. One of the vendor's own may have
/// the same name.
fn holds(attached: &[Attached], guardrail: &str) -> bool {
    attached.iter().any(|policy| policy.id == guardrail && !policy.is_vendors)
}

/// Makes sure that calls are made in the account where a user, group or role is, and returns that;
/// null where the organisation is concerned, whichever account manages it.
///
/// # Errors
///
/// They are not, or nobody can tell.
async fn check_account<Client: Attaching>(
    place: &Place<Client>,
    tier: Tier,
    expected: Option<&String>,
) -> Result<Option<String>, Diagnostics> {
    if tier == Tier::Organisation {
        return Ok(None);
    }
    let account = match place.client.account(&place.region).await {
        Ok(account) => account,
        Err(error) => return Err(place.explain(&error).await),
    };
    match expected.filter(|expected| **expected != account) {
        None => Ok(Some(account)),
        Some(expected) => {
            let detail = format!(
                "The guardrail is attached in account {expected}, and the credentials are those of \
                 account {account}, where the same names mean something else. Use credentials of \
                 account {expected}, or a role there (`assume_role_arn`)."
            );
            Err(Diagnostic::error("Another Account", detail).into())
        }
    }
}

/// Turns errors into warnings: what they are about is not what was asked for.
fn as_warnings(problems: Diagnostics, context: &Context) {
    for problem in problems {
        context.warn(Diagnostic { severity: Severity::Warning, ..problem });
    }
}

/// Says that there is nothing by that name.
fn no_such_target<Client: Attaching>(place: &Place<Client>, target: &str) -> Diagnostic {
    let (whole, at) = match Client::tier_of_target(target) {
        Some(Tier::Account) => ("account", "the name"),
        _ => ("organisation", "the id"),
    };
    let detail = format!(
        "The {whole} of {} has no `{target}`. Check {at}, and whether the {whole} is the right one.",
        whose(place)
    );
    Diagnostic::error(format!("There Is No {target} On {}", Client::NAME), detail)
        .at(Path::root("target_id"))
}

/// Says who asks.
fn whose<Client>(place: &Place<Client>) -> &str {
    place.role.as_deref().unwrap_or("the credentials")
}

/// Says that the organisation's policies bind nobody, and what to do.
fn switched_off<Client: Attaching>(target: &str) -> Diagnostic {
    let detail = format!(
        "{} are switched off, so that none can be attached to {target}, and none binds anybody. {}",
        Client::FEATURE,
        Client::SWITCH_ON
    );
    Diagnostic::error(format!("{} Are Off", Client::FEATURE), detail).at(Path::root("target_id"))
}

/// Says that there is no organisation to attach anything in.
fn no_organisation<Client: Attaching>(place: &Place<Client>, target: &str) -> Diagnostic {
    let detail = format!(
        "The account of {} has no organisation and belongs to none, so that there is no {target} to \
         attach a guardrail to. {}",
        whose(place),
        Client::MANAGERS
    );
    Diagnostic::error(format!("No Organisation On {}", Client::NAME), detail)
        .at(Path::root("target_id"))
}

#[cfg(test)]
mod tests;
