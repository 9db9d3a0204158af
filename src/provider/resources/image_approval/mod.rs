//! Approvals: tags on one image that make it golden, and that somebody answers for.
//!
//! Both clouds have one type, [`ImageApproval`]; what they do differently is in
//! [`Approving`], which each cloud's file implements. `model.rs` says what an approval is,
//! `tags.rs` what may be wrong with tags, `planning.rs`, `reading.rs` and `writing.rs` are the
//! operations, `claims.rs` tells approvals that fight.
//!
//! Invariant: what the approval itself has set on the image is kept beside the state
//! ([`HELD`]): the state shows what is there now, and a value that somebody else has set must
//! never be taken for ours.

mod claims;
mod model;
mod planning;
mod reading;
mod tags;
mod writing;

use std::{marker::PhantomData, time::Duration};

pub(in crate::provider) use self::claims::Claims;
use self::{
    claims::Target,
    model::{ApprovalIdentity, ApprovalModel},
};
pub(super) use self::{model::TagMap, tags::TagTerms};
use crate::{
    cloud::{Error, Kind},
    image::Image,
    plugin::{
        Change, Context, Diagnostic, Diagnostics, IdentityAttribute, Limits, Path, Progress,
        Resource, schema::Schema,
    },
    provider::{
        configure::{Access, Clouds},
        place::{self, Cloud, Place},
        rule_inputs::{CloudTerms, read_instant},
    },
};

const LIMITS: Limits = Limits {
    create: Duration::from_secs(300),
    read: Duration::from_secs(60),
    update: Duration::from_secs(300),
    delete: Duration::from_secs(300),
};

/// Under which name the tags are kept that the approval has set, and not removed again.
const HELD: &str = "held";
/// Under which name the date is kept that a read has found to be over.
const OVER: &str = "over";

/// What the approvals of a cloud do in their own way.
pub(super) trait Approving: Cloud {
    /// The name in configuration.
    const TYPE_NAME: &'static str;
    /// What the type is for.
    const DESCRIPTION: &'static str;
    /// Describes the attribute `region`.
    const REGION_OF_IMAGE: &'static str;
    /// What the page says besides the schema.
    const NOTES: &'static str;
    /// What the credentials must be allowed to do.
    const PERMISSIONS: &'static [&'static str];
    /// The vendor's words about images.
    const IMAGES: CloudTerms;
    /// The vendor's words about tags.
    const TAGS: TagTerms;
    /// Vendor codes that one attribute is to blame for: the code, the attribute, what to do.
    const BLAMES: &'static [(&'static str, &'static str, &'static str)];

    /// Picks the way to the cloud.
    fn access(clouds: &Clouds) -> &Access<Self>;

    /// Returns the id of the account that calls are made in.
    fn account(&self, region: &str) -> impl Future<Output = Result<String, Error>> + Send;

    /// Looks for an image; `None` where the caller is not shown any with this id.
    fn image(
        &self,
        region: &str,
        id: &str,
        freshness: Freshness,
    ) -> impl Future<Output = Result<Option<Image>, Error>> + Send;

    /// Says why an image cannot be tagged by the caller, if that is so.
    fn obstacle(image: &Image) -> Option<String>;

    /// Sets tags.
    fn set(
        &self,
        region: &str,
        id: &str,
        tags: &TagMap,
    ) -> impl Future<Output = Result<(), Error>> + Send;

    /// Removes tags, each only where it still has this value; an image that is gone has none.
    fn remove(
        &self,
        region: &str,
        id: &str,
        tags: &TagMap,
    ) -> impl Future<Output = Result<(), Error>> + Send;
}

/// How old an answer may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Freshness {
    /// Another reader's answer of the last seconds will do.
    Recent,
    /// Asked now.
    Now,
}

/// The resource, for one cloud.
pub(super) struct ImageApproval<Client> {
    client: PhantomData<fn() -> Client>,
}

impl<Client> ImageApproval<Client> {
    /// The resource.
    pub(super) const NEW: Self = Self { client: PhantomData };
}

impl<Client: Approving> Resource for ImageApproval<Client> {
    type Client = Clouds;
    type Model = ApprovalModel;
    type Identity = ApprovalIdentity;

    fn type_name(&self) -> &'static str {
        Client::TYPE_NAME
    }

    fn schema(&self) -> Schema {
        Schema {
            version: 0,
            description: Client::DESCRIPTION,
            attributes: model::attributes::<Client>(Client::REGION_OF_IMAGE),
        }
    }

    fn identity_schema(&self) -> Vec<IdentityAttribute> {
        model::identity_attributes()
    }

    fn identity(&self, state: &ApprovalModel) -> ApprovalIdentity {
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

    fn validate(&self, config: &ApprovalModel) -> Diagnostics {
        let mut problems = place::validate::<Client>(&config.place);
        if let Some(id) = config.image_id.known().filter(|id| !(Client::IMAGES.is_image_id)(id)) {
            problems.push(malformed_id::<Client>(id).at(Path::root("image_id")));
        }
        if let Some(tags) = config.tags.known() {
            problems.append(tags::validate(tags, &Client::TAGS, Client::NAME));
        }
        if let Some(text) = config.expires_at.known() {
            read_instant(text, Path::root("expires_at"), &mut problems);
        }
        problems
    }

    async fn plan(
        &self,
        clouds: &Clouds,
        change: &mut Change<ApprovalModel>,
        context: &Context,
    ) -> Result<(), Diagnostics> {
        planning::plan::<Client>(clouds, change, context).await
    }

    async fn create(
        &self,
        clouds: &Clouds,
        planned: ApprovalModel,
        progress: &Progress<'_, ApprovalModel>,
    ) -> Result<ApprovalModel, Diagnostics> {
        writing::create::<Client>(clouds, planned, progress).await
    }

    async fn read(
        &self,
        clouds: &Clouds,
        state: ApprovalModel,
        context: &Context,
    ) -> Result<Option<ApprovalModel>, Diagnostics> {
        reading::read::<Client>(clouds, state, context).await
    }

    async fn update(
        &self,
        clouds: &Clouds,
        prior: ApprovalModel,
        planned: ApprovalModel,
        progress: &Progress<'_, ApprovalModel>,
    ) -> Result<ApprovalModel, Diagnostics> {
        writing::update::<Client>(clouds, prior, planned, progress).await
    }

    async fn delete(
        &self,
        clouds: &Clouds,
        state: ApprovalModel,
        progress: &Progress<'_, ApprovalModel>,
    ) -> Result<(), Diagnostics> {
        writing::delete::<Client>(clouds, state, progress).await
    }

    fn identity_from_id(&self, id: &str) -> Result<ApprovalIdentity, Diagnostics> {
        reading::identity_from_id::<Client>(id)
    }

    async fn import(
        &self,
        clouds: &Clouds,
        identity: ApprovalIdentity,
        context: &Context,
    ) -> Result<ApprovalModel, Diagnostics> {
        reading::import::<Client>(clouds, identity, context).await
    }
}

/// Returns what the approval has set, and not removed again. Without a note of ours, as after
/// a move by hand, that is what the state has.
fn held(state: &ApprovalModel, context: &Context) -> TagMap {
    context.private(HELD).unwrap_or_else(|| state.known_tags())
}

impl Target {
    /// Returns the image of an approval while nobody has asked for the account.
    fn of<Client>(place: &Place<Client>, state: &ApprovalModel) -> Self {
        Self {
            region: place.region.clone(),
            whose: place.role.clone(),
            image_id: state.image().to_owned(),
        }
    }

    /// Returns the image of an approval in an account, whatever role works there.
    fn in_account<Client>(place: &Place<Client>, account: String, state: &ApprovalModel) -> Self {
        Self { whose: Some(account), ..Self::of(place, state) }
    }
}

/// Explains a failed call: at the attribute that is to blame, where the vendor's code says so.
async fn explain<Client: Approving>(place: &Place<Client>, error: &Error) -> Diagnostics {
    let code = error.code.as_deref();
    let blame = Client::BLAMES.iter().find(|(known, ..)| code == Some(*known));
    match blame {
        Some((_, attribute, step)) => {
            let detail = format!("In {place}, {error}.\n\n{step}");
            let summary = match error.kind {
                Kind::NotFound => format!("No Such Image On {}", Client::NAME),
                _ => format!("Approval Refused By {}", Client::NAME),
            };
            Diagnostic::error(summary, detail).at(Path::root(*attribute)).into()
        }
        None => place.explain(error).await,
    }
}

/// Makes sure that calls are made in the account where the tags are.
///
/// # Errors
///
/// They are not, or nobody can tell.
async fn check_account<Client: Approving>(
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
                "The approval's tags are in account {expected}, and the credentials are those of \
                 account {account}, where nothing can be told about them. Use credentials of \
                 account {expected}, or a role there (`assume_role_arn`)."
            );
            Err(Diagnostic::error("Another Account", detail).into())
        }
    }
}

fn malformed_id<Client: Approving>(id: &str) -> Diagnostic {
    let detail = format!(
        "`{}` is not the id of an image. Write one such as `{}`.",
        id.escape_debug(),
        Client::IMAGES.example_image
    );
    Diagnostic::error("Invalid Image Id", detail)
}

#[cfg(test)]
mod tests;
