//! `GetResourceDirectory`: describes the directory that the account belongs to.

use serde::Deserialize;

use super::{Alicloud, Enablement, operation};
use crate::cloud::{
    Error, Kind,
    alicloud::{rpc::Operation, scalar::Scalar, sign::Parameters},
};

const GET_RESOURCE_DIRECTORY: Operation = operation("resourcemanager:GetResourceDirectory");

/// A resource directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResourceDirectory {
    /// `rd-…`
    pub id: String,
    /// `r-…`
    pub root_folder_id: String,
    /// The account that manages it, as a text of digits.
    pub management_account_id: String,
    /// Whether its control policies are in force.
    pub control_policies: Enablement,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Reply {
    resource_directory: Row,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Row {
    resource_directory_id: String,
    root_folder_id: String,
    #[serde(default)]
    master_account_id: Scalar,
    #[serde(default)]
    control_policy_status: Scalar,
}

impl Alicloud {
    /// Describes the directory that the account manages or is a member of; `None` where there is
    /// no such directory.
    ///
    /// # Errors
    ///
    /// Any kind but `SwitchedOff`.
    pub async fn get_resource_directory(&self) -> Result<Option<ResourceDirectory>, Error> {
        let reply: Result<Reply, Error> =
            self.read(GET_RESOURCE_DIRECTORY, None, &Parameters::new()).await;
        match reply {
            Ok(Reply { resource_directory: row }) => Ok(Some(ResourceDirectory {
                id: row.resource_directory_id,
                root_folder_id: row.root_folder_id,
                management_account_id: row.master_account_id.into_text(),
                control_policies: Enablement::read(row.control_policy_status),
            })),
            Err(error) if error.kind == Kind::SwitchedOff => Ok(None),
            Err(error) => Err(error),
        }
    }
}
