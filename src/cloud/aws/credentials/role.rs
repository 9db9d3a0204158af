//! Sessions of roles, and why there is none.

use std::{sync::Arc, time::Duration};

use aws_credential_types::Credentials;
use tokio::time::timeout;

use super::{
    super::{Aws, Role, WebIdentity, WebIdentityToken},
    Session,
    sources::Refusal,
};
use crate::cloud::{Error, Kind, token_file::read_token};

/// How long to find out who may not assume a role.
const INQUIRY: Duration = Duration::from_secs(5);

impl Aws {
    /// Assumes a role with the credentials of another session.
    ///
    /// # Errors
    ///
    /// As of a call; where STS refuses, with the role and who asked for it.
    pub(super) async fn session_of(
        &self,
        role: &Role,
        source: &Arc<Session>,
        region: &str,
    ) -> Result<Credentials, Error> {
        // Failures on the way there are told as they are: they are not about this role.
        let credentials = self.credentials_of(source, region).await?;
        match self.assume_role(role, credentials, source, region).await {
            Ok(credentials) => Ok(credentials),
            Err(error) if error.kind == Kind::Denied => {
                let who = self.caller_of(source, region).await;
                Err(refused(error, role, who))
            }
            Err(error) => Err(refused(error, role, None)),
        }
    }

    /// Assumes a role with a token of another identity provider.
    pub(super) async fn session_of_web_identity(
        &self,
        identity: &WebIdentity,
        region: &str,
    ) -> Result<Credentials, Refusal> {
        let WebIdentity { role, token } = identity;
        let (token, who) = match token {
            WebIdentityToken::Text(token) => (token.clone(), "the token".to_owned()),
            WebIdentityToken::File(file) => {
                let file = self.inner.environment.expand(file);
                let shown = file.display();
                let token = read_token(&file).map_err(|why| format!("`{shown}` {why}"));
                (token.map_err(Refusal::Unusable)?, format!("the token in `{shown}`"))
            }
        };
        (self.inner.settings.remember_secret)(token.reveal());
        let session = self.assume_role_with_web_identity(role, &token, region).await;
        session.map_err(|error| Refusal::Failed(Box::new(refused(error, role, Some(who)))))
    }

    async fn caller_of(&self, session: &Arc<Session>, region: &str) -> Option<String> {
        let question = self.get_caller_identity_of(session, region);
        Some(timeout(INQUIRY, question).await.ok()?.ok()?.arn)
    }
}

/// Says for which role a call failed, and who asked for it.
fn refused(error: Error, role: &Role, who: Option<String>) -> Error {
    let arn = &role.arn;
    let message = match (error.code.is_some(), who) {
        (true, Some(who)) => format!("{who} cannot assume `{arn}`: {}", error.message),
        (true, None) => format!("`{arn}` cannot be assumed: {}", error.message),
        (false, _) => format!("{}; it was to assume `{arn}`", error.message),
    };
    let kind = match error.kind {
        Kind::Denied | Kind::Invalid | Kind::NotFound | Kind::Other => Kind::Role,
        kind => kind,
    };
    Error { kind, message, ..error }
}
