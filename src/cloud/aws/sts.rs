//! Security Token Service, API version 2011-06-15: who asks.

use serde::Deserialize;

use super::{
    Aws,
    endpoints::Service,
    query::{Action, Form},
};
use crate::cloud::Error;

static GET_CALLER_IDENTITY: Action<CallerIdentity> = Action {
    service: Service::Sts,
    name: "GetCallerIdentity",
    label: "sts:GetCallerIdentity",
    root: "GetCallerIdentityResponse",
    read: CallerIdentity::read,
};

/// Whose credentials they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallerIdentity {
    /// The account.
    pub account_id: String,
    /// The user, or the session of a role.
    pub arn: String,
}

impl Aws {
    /// Asks whose credentials these are, in the given region. Needs no permission.
    ///
    /// # Errors
    ///
    /// Credentials, transport, or what STS says.
    pub async fn get_caller_identity(&self, region: &str) -> Result<CallerIdentity, Error> {
        self.call(&GET_CALLER_IDENTITY, region, Form::new()).await
    }
}

impl CallerIdentity {
    fn read(text: &str) -> Result<Self, quick_xml::DeError> {
        #[derive(Deserialize)]
        struct Reply {
            #[serde(rename = "GetCallerIdentityResult")]
            result: Identity,
        }

        #[derive(Deserialize)]
        struct Identity {
            #[serde(rename = "Account")]
            account_id: String,
            #[serde(rename = "Arn")]
            arn: String,
        }

        let reply: Reply = quick_xml::de::from_str(text)?;
        Ok(Self { account_id: reply.result.account_id, arn: reply.result.arn })
    }
}
