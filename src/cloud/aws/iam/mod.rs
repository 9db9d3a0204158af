//! Identity and Access Management, API version 2010-05-08: managed policies, their versions and
//! tags, and who has them.
//!
//! One host serves all regions of a partition; [`Aws::iam`] says which. Nothing here takes a token
//! that would make a repeated call harmless, so what creates something is not sent again after an
//! attempt whose outcome is not known. IAM is slow to show what was changed: for some seconds a
//! new policy may not be there yet, and callers wait for what they have made.

mod attaching;
mod create_policy;
mod delete_policy;
mod get_policy;
mod list_entities_for_policy;
mod list_groups_for_user;
mod list_policies;
mod policy_versions;
mod tags;
mod xml;

pub use self::{
    create_policy::CreatePolicy, get_policy::ManagedPolicy, list_entities_for_policy::PolicyUsage,
    policy_versions::PolicyVersion,
};
use super::{Aws, call::Operation, paging::Page, query::Form};
use crate::cloud::{Error, Kind, Removed};

/// The calls of IAM, in one partition.
#[derive(Clone, Debug)]
pub struct Iam {
    aws: Aws,
    region: String,
}

/// Whom a policy can be attached to, by the name, without its path.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Grantee {
    /// A user.
    User(String),
    /// A group of users.
    Group(String),
    /// A role.
    Role(String),
}

/// A managed policy, as far as listings describe it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedPolicy {
    /// Its ARN.
    pub arn: String,
    /// Its name; one of AWS's own may have the same.
    pub name: String,
}

impl Aws {
    /// Returns the calls of IAM in the partition of a region.
    #[must_use]
    pub fn iam(&self, region: &str) -> Iam {
        Iam { aws: self.clone(), region: region.to_owned() }
    }
}

impl Iam {
    async fn call<A>(&self, action: &'static A, form: Form) -> Result<A::Output, Error>
    where
        A: Operation<Parameters = Form, Output: std::fmt::Debug + Send + Sync>,
    {
        self.aws.call(action, &self.region, form).await
    }

    async fn all_pages<A, Item>(&self, action: &'static A, form: Form) -> Result<Vec<Item>, Error>
    where
        A: Operation<Parameters = Form, Output = Page<Item>>,
        Item: std::fmt::Debug + Send + Sync + 'static,
    {
        self.aws.all_pages(action, &self.region, form).await
    }
}

impl Grantee {
    /// Returns the name.
    pub fn name(&self) -> &str {
        match self {
            Self::User(name) | Self::Group(name) | Self::Role(name) => name,
        }
    }

    /// Returns the parameter that names it.
    fn parameter(&self) -> &'static str {
        match self {
            Self::User(_) => "UserName",
            Self::Group(_) => "GroupName",
            Self::Role(_) => "RoleName",
        }
    }
}

/// Returns what says which policy is meant.
fn of_policy(arn: &str) -> Form {
    let mut form = Form::new();
    form.set("PolicyArn", arn);
    form
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
