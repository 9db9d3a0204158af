//! Security Token Service, version 2015-04-01: who the caller is.

use serde::Deserialize;

use super::{Alicloud, endpoints::Service, rpc::Operation, scalar::Scalar, sign::Parameters};
use crate::cloud::Error;

const GET_CALLER_IDENTITY: Operation =
    Operation { service: Service::Sts, name: "sts:GetCallerIdentity" };

/// Who the caller is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallerIdentity {
    /// The account, as a text of digits.
    pub account_id: String,
    /// `acs:ram::ACCOUNT:root`, `acs:ram::ACCOUNT:user/…`, `acs:ram::ACCOUNT:assumed-role/…`
    pub arn: String,
    /// The vendor's word: `Account`, `RAMUser` or `AssumedRoleUser`.
    pub identity_type: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Reply {
    account_id: Scalar,
    arn: String,
    #[serde(default)]
    identity_type: String,
}

impl Alicloud {
    /// Asks who the caller is; needs no permission.
    ///
    /// # Errors
    ///
    /// Any kind but [`Kind::Region`](crate::cloud::Kind::Region).
    pub async fn get_caller_identity(&self) -> Result<CallerIdentity, Error> {
        let reply: Reply = self.read(GET_CALLER_IDENTITY, None, &Parameters::new()).await?;
        Ok(CallerIdentity {
            account_id: reply.account_id.into_text(),
            arn: reply.arn,
            identity_type: reply.identity_type,
        })
    }
}
