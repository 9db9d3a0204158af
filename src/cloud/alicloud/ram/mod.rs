//! Resource Access Management, version 2015-05-01: custom policies, their versions and tags, and
//! who has them.
//!
//! One host serves all regions. Policies are known by their names, within the account. Nothing
//! here takes a token that would make a repeated call harmless, so that each call says what its
//! repetition does. The document comes as the text that was sent, or as the vendor has rewritten
//! it: compare what it means.

mod attaching;
mod create_policy;
mod delete_policy;
mod get_policy;
mod list_entities_for_policy;
mod list_groups_for_user;
mod list_policies_for;
mod policy_versions;
mod tags;
mod update_policy_description;

pub use self::{
    create_policy::CreatePolicy, get_policy::RamPolicy, list_policies_for::AttachedPolicy,
    policy_versions::PolicyVersion,
};
use super::{Alicloud, endpoints::Service, rpc::Operation, sign::Parameters};

/// Whom a policy can be attached to, by the name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Grantee {
    /// A user.
    User(String),
    /// A group of users.
    Group(String),
    /// A role.
    Role(String),
}

impl Grantee {
    /// Returns the name.
    pub fn name(&self) -> &str {
        match self {
            Self::User(name) | Self::Group(name) | Self::Role(name) => name,
        }
    }

    /// Returns the parameter that names it.
    fn parameter(&self) -> (String, String) {
        let parameter = match self {
            Self::User(_) => "UserName",
            Self::Group(_) => "GroupName",
            Self::Role(_) => "RoleName",
        };
        (parameter.to_owned(), self.name().to_owned())
    }
}

const fn operation(name: &'static str) -> Operation {
    Operation { service: Service::Ram, name }
}

/// Returns what says which policy of the account is meant.
fn of_policy(name: &str) -> Parameters {
    [("PolicyName".to_owned(), name.to_owned())].into()
}

/// As [`of_policy`], for operations that know the vendor's policies as well.
fn of_custom_policy(name: &str) -> Parameters {
    let mut parameters = of_policy(name);
    parameters.insert("PolicyType".to_owned(), "Custom".to_owned());
    parameters
}

#[cfg(test)]
mod tests;
