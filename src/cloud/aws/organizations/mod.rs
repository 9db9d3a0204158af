//! Organizations, API version 2016-11-28: service control policies, their tags, and what they are
//! attached to.
//!
//! One host serves all regions of a partition; [`Aws::organizations`] says which. Only the
//! management account, or a member that it has delegated this to, may ask. Changes are made one at
//! a time in this process, and questions are asked two at a time, because AWS refuses more;
//! where somebody else makes a change, the call is repeated. Nothing here takes a token that would
//! make a repeated call harmless.
//!
//! Not supported: other types of policies; switching types of policies on or off, because that
//! detaches every policy of the type for good.

mod attaching;
mod create_policy;
mod delete_policy;
mod describe_organization;
mod describe_policy;
mod list_policies;
mod list_roots;
mod list_targets_for_policy;
mod tags;
mod update_policy;

pub use self::{
    create_policy::CreateServiceControlPolicy,
    describe_organization::Organization,
    describe_policy::ServiceControlPolicy,
    list_policies::PolicySummary,
    list_roots::{Enablement, Root},
    list_targets_for_policy::{PolicyTarget, TargetKind},
    update_policy::UpdateServiceControlPolicy,
};
use super::{Aws, call::Operation, json::Object, paging::Page};
use crate::cloud::{Error, Kind, Removed};

/// The only type of policies that we use.
const SERVICE_CONTROL_POLICY: &str = "SERVICE_CONTROL_POLICY";

/// The calls of Organizations, in one partition.
#[derive(Clone, Debug)]
pub struct Organizations {
    aws: Aws,
    region: String,
}

impl Aws {
    /// Returns the calls of Organizations in the partition of a region.
    #[must_use]
    pub fn organizations(&self, region: &str) -> Organizations {
        Organizations { aws: self.clone(), region: region.to_owned() }
    }
}

impl Organizations {
    async fn call<A>(&self, action: &'static A, object: Object) -> Result<A::Output, Error>
    where
        A: Operation<Parameters = Object, Output: std::fmt::Debug + Send + Sync>,
    {
        self.aws.call(action, &self.region, object).await
    }

    async fn all_pages<A, Item>(
        &self,
        action: &'static A,
        object: Object,
    ) -> Result<Vec<Item>, Error>
    where
        A: Operation<Parameters = Object, Output = Page<Item>>,
        Item: std::fmt::Debug + Send + Sync + 'static,
    {
        self.aws.all_pages(action, &self.region, object).await
    }
}

/// Returns what says which policy is meant.
fn of_policy(id: &str) -> Object {
    Object::new().with("PolicyId", id)
}

/// Tells whether AWS gave a name to something else.
fn is_name_taken(error: &Error) -> bool {
    error.code.as_deref() == Some("DuplicatePolicyException")
}

/// Reads the outcome of a removal: that nothing is there is what was wanted.
fn removed(outcome: Result<(), Error>) -> Result<Removed, Error> {
    match outcome {
        Ok(()) => Ok(Removed::Now),
        Err(error) if error.kind == Kind::NotFound => Ok(Removed::in_spite_of(&error)),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests;
