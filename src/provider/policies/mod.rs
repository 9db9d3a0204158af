//! Policies where a cloud keeps them: what guardrails are written to and attached with.
//!
//! Each file implements [`PolicyStore`] for one cloud. The resources decide what is written and
//! what a difference means; nothing here does. Ids of policies and names of targets are texts in
//! the vendor's form.

mod alicloud;
mod aws;
mod tag_change;

use std::collections::BTreeMap;

use super::{
    configure::Access,
    place::{Cloud, Place, PlaceModel},
};
use crate::{
    cloud::{self, Error, Kind, Removed},
    guardrail::Dialect,
    plugin::{Attr, Diagnostic, Diagnostics, Path},
};

/// Who keeps a policy: the organisation, for its members, or one account, for its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Tier {
    /// Control policies, service control policies: attached to the root, folders, accounts.
    Organisation,
    /// RAM and IAM policies: attached to users, groups and roles.
    Account,
}

/// A policy as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Policy {
    /// What calls name it by: on some tiers an id, on some a name or an ARN.
    pub(super) id: String,
    pub(super) arn: String,
    pub(super) name: String,
    /// Empty if there is none.
    pub(super) description: String,
    /// `None` where policies have no path.
    pub(super) path: Option<String>,
    pub(super) tags: BTreeMap<String, String>,
    /// The document in force: that of the default version, where there are versions.
    pub(super) document: String,
    /// Which version is in force; `None` where there are no versions.
    pub(super) version: Option<String>,
}

/// A policy to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Draft {
    pub(super) name: String,
    /// Empty if there is none.
    pub(super) description: String,
    /// `None` for the usual one.
    pub(super) path: Option<String>,
    pub(super) tags: BTreeMap<String, String>,
    pub(super) document: String,
}

/// What to change of a policy; `None` stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Edit {
    pub(super) name: Option<String>,
    pub(super) description: Option<String>,
    pub(super) document: Option<String>,
    /// All the tags it is to have.
    pub(super) tags: Option<BTreeMap<String, String>>,
}

/// A policy that is attached to a target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Attached {
    /// As [`Policy::id`].
    pub(super) id: String,
    pub(super) name: String,
    /// Whether it is the vendor's own.
    pub(super) is_vendors: bool,
}

/// How many policies a target can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Quota {
    pub(super) most: usize,
    /// Whether the vendor's own policies count.
    pub(super) counts_vendors: bool,
    /// Whether the vendor raises it on request, so that an account may have more.
    pub(super) can_be_raised: bool,
}

/// Whether an organisation has the policies switched on that guardrails are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Feature {
    On,
    /// Being switched on; soon there.
    TurningOn,
    /// Being switched off, or off: policies bind nobody.
    Off,
    /// There is no organisation, or the caller is in none.
    NoOrganisation,
}

/// What came of attaching or detaching.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// This call, or an earlier attempt of it, has done it.
    Done,
    /// It was so before.
    WasSo,
}

/// Where a cloud keeps the policies of guardrails.
///
/// Calls are made in the account of the client's caller; `region` finds the partition's endpoints.
/// Methods that change something leave the outcome in doubt as [`Error::leaves_in_doubt`] says.
pub(super) trait PolicyStore: Cloud {
    /// The language of the policies.
    const DIALECT: &'static Dialect;
    /// The engine's names of the levels: the organisation's, then the account's.
    const LEVELS: [&'static str; 2];
    /// Who may manage the organisation's policies: a sentence.
    const MANAGERS: &'static str;

    /// The partition of a region; `None` on clouds without partitions.
    fn partition(region: &str) -> Option<&'static str>;

    /// Tells where a target is, by its form; `None` if nothing can be attached to it.
    fn tier_of_target(target: &str) -> Option<Tier>;

    /// How many policies a target of the tier can have.
    fn quota(tier: Tier) -> Quota;

    /// Returns the id of the account that calls are made in.
    fn account(&self, region: &str) -> impl Future<Output = Result<String, Error>> + Send;

    /// Finds a policy by its id; `None` if it is not there.
    fn policy(
        &self,
        region: &str,
        tier: Tier,
        id: &str,
    ) -> impl Future<Output = Result<Option<Policy>, Error>> + Send;

    /// Finds one of the account's or organisation's own policies by its name, wherever its path;
    /// `None` if it is not there.
    fn policy_named(
        &self,
        region: &str,
        tier: Tier,
        name: &str,
    ) -> impl Future<Output = Result<Option<Policy>, Error>> + Send;

    /// Makes a policy. Never sent again where the outcome is in doubt.
    fn create(
        &self,
        region: &str,
        tier: Tier,
        draft: &Draft,
    ) -> impl Future<Output = Result<Policy, Error>> + Send;

    /// Changes a policy, the document first. A change that has begun is finished, also after an
    /// interrupt: half of it would be neither the old state nor the new one. A new document is in force at once, and no moment is without
    /// one; where versions run out, the oldest that is not in force goes.
    fn edit(
        &self,
        region: &str,
        tier: Tier,
        id: &str,
        edit: &Edit,
    ) -> impl Future<Output = Result<(), Error>> + Send;

    /// Deletes a policy with its versions; one that is gone is a success.
    fn delete(
        &self,
        region: &str,
        tier: Tier,
        id: &str,
    ) -> impl Future<Output = Result<(), Error>> + Send;

    /// Lists what a policy is attached to, as targets are written; empty if the policy is gone.
    fn targets(
        &self,
        region: &str,
        tier: Tier,
        id: &str,
    ) -> impl Future<Output = Result<Vec<String>, Error>> + Send;

    /// Lists the policies of a target; `None` if there is no such target.
    fn attached(
        &self,
        region: &str,
        target: &str,
    ) -> impl Future<Output = Result<Option<Vec<Attached>>, Error>> + Send;

    /// Attaches a policy.
    fn attach(
        &self,
        region: &str,
        id: &str,
        target: &str,
    ) -> impl Future<Output = Result<Outcome, Error>> + Send;

    /// Detaches a policy; a target or policy that is gone counts as [`Outcome::WasSo`].
    fn detach(
        &self,
        region: &str,
        id: &str,
        target: &str,
    ) -> impl Future<Output = Result<Outcome, Error>> + Send;

    /// Lists the groups that a user of the account is in, by name.
    fn groups(
        &self,
        region: &str,
        user: &str,
    ) -> impl Future<Output = Result<Vec<String>, Error>> + Send;

    /// Tells whether the organisation's policies bind anybody.
    fn feature(&self, region: &str) -> impl Future<Output = Result<Feature, Error>> + Send;
}

/// Finds the place where policies are: they have no region, but each partition of a cloud has its
/// own, and the provider block's region tells which.
///
/// # Errors
///
/// Something in the provider block is only known after apply, or nothing names a region on a
/// cloud with partitions.
pub(super) async fn find_place<Client: PolicyStore>(
    access: &Access<Client>,
    assume_role_arn: &Attr<String>,
) -> Result<Place<Client>, Diagnostics> {
    if Client::partition(Client::EXAMPLE_REGION).is_none() {
        return Place::without_region(access, assume_role_arn.known().cloned());
    }
    let model = PlaceModel { region: Attr::Null, assume_role_arn: assume_role_arn.clone() };
    let found = Place::find(access, &model).await;
    // Policies have no attribute `region` that the message could point at.
    found.map_err(|problems| {
        let mut pathless = Diagnostics::new();
        for problem in problems {
            pathless.push(Diagnostic { path: None, ..problem });
        }
        pathless
    })
}

/// Explains a failed call about policies of a tier. Who may manage the organisation's is told where
/// that is the likely reason, instead of being checked before: an organisation can delegate it.
pub(super) async fn explain<Client: PolicyStore>(
    place: &Place<Client>,
    tier: Tier,
    error: &Error,
) -> Diagnostics {
    let who = match (tier, error.kind) {
        (Tier::Organisation, Kind::Denied) => format!("\n\n{}", Client::MANAGERS),
        _ => String::new(),
    };
    let mut told = Diagnostics::new();
    for problem in place.explain(error).await {
        let detail = format!("{}{who}", problem.detail);
        // Policies have no attribute `region` that the message could point at.
        let path = problem.path.filter(|path| *path != Path::root("region"));
        told.push(Diagnostic { detail, path, ..problem });
    }
    told
}

impl From<cloud::Attached> for Outcome {
    fn from(attached: cloud::Attached) -> Self {
        match attached {
            cloud::Attached::Now => Self::Done,
            cloud::Attached::Already => Self::WasSo,
        }
    }
}

impl From<Removed> for Outcome {
    fn from(removed: Removed) -> Self {
        match removed {
            Removed::Now => Self::Done,
            Removed::Already => Self::WasSo,
        }
    }
}

/// Takes what is not there for an answer.
fn if_there<T>(outcome: Result<T, Error>) -> Result<Option<T>, Error> {
    match outcome {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.kind == Kind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests;
