//! `DescribeOrganization`: the organisation that the account belongs to.

use std::sync::Arc;

use serde::Deserialize;

use super::{
    super::{
        call::Effect,
        json::{Action, Object},
    },
    Organizations,
};
use crate::cloud::Error;

static ACTION: Action<Organization> = Action {
    name: "DescribeOrganization",
    label: "organizations:DescribeOrganization",
    effect: Effect::Reads,
    read,
};

/// An organisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Organization {
    /// `o-…`
    pub id: String,
    /// Its ARN.
    pub arn: String,
    /// The account that pays, and that no service control policy binds.
    pub management_account_id: String,
    /// Whether it can have policies at all, and does not only share its bills.
    pub has_all_features: bool,
}

impl Organizations {
    /// Returns the organisation that the account belongs to, or `None` where it belongs to none.
    /// Any member may ask. Equal questions share one answer.
    ///
    /// # Errors
    ///
    /// Any kind.
    pub async fn describe_organization(&self) -> Result<Option<Arc<Organization>>, Error> {
        let this = self.clone();
        let ask = async move { this.ask().await };
        self.aws.actor.organizations.get(self.region.clone(), ask).await
    }

    async fn ask(&self) -> Result<Option<Arc<Organization>>, Error> {
        match self.call(&ACTION, Object::new()).await {
            Ok(organization) => Ok(Some(Arc::new(organization))),
            Err(error) if error.code.as_deref() == Some("AWSOrganizationsNotInUseException") => {
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }
}

fn read(text: &str) -> Result<Organization, serde_json::Error> {
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Reply {
        organization: Element,
    }

    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Element {
        id: String,
        arn: String,
        master_account_id: String,
        feature_set: String,
    }

    let Reply { organization } = serde_json::from_str(text)?;
    Ok(Organization {
        id: organization.id,
        arn: organization.arn,
        management_account_id: organization.master_account_id,
        has_all_features: organization.feature_set == "ALL",
    })
}
