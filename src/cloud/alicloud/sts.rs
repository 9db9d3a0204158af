//! Security Token Service, version 2015-04-01: who the caller is, and sessions of roles.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use http::Request;
use serde::Deserialize;
use tokio::time::timeout;

use super::{
    Alicloud, Base,
    credentials::{self, OidcRole, Recipe, Role, Token},
    endpoints::Service,
    quote::quoted,
    retry::{Again, Failure},
    rpc::{Operation, nonce},
    scalar::Scalar,
    session::{Handout, Session},
    sign::{Parameters, encode_query},
};
use crate::cloud::{Endpoint, Error, Kind, Secret, token_file::read_token};

const GET_CALLER_IDENTITY: Operation =
    Operation { service: Service::Sts, name: "sts:GetCallerIdentity" };
const ASSUME_ROLE: Operation = Operation { service: Service::Sts, name: "sts:AssumeRole" };
const ASSUME_ROLE_WITH_OIDC: Operation =
    Operation { service: Service::Sts, name: "sts:AssumeRoleWithOIDC" };

/// How long finding out who was refused may take.
const INQUIRY: Duration = Duration::from_secs(5);

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

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct RoleReply {
    credentials: Handout,
}

impl Alicloud {
    /// Asks who the caller is; needs no permission.
    ///
    /// # Errors
    ///
    /// Any kind but [`Kind::Region`](crate::cloud::Kind::Region).
    pub async fn get_caller_identity(&self) -> Result<CallerIdentity, Error> {
        let recipe = self.recipe()?;
        self.inner.caller.base.get_caller_identity(recipe).await
    }

    /// Returns the id of the account that calls are made in, asking once.
    ///
    /// # Errors
    ///
    /// As [`get_caller_identity`](Self::get_caller_identity); then the next caller asks again.
    pub async fn account_id(&self) -> Result<String, Error> {
        let ask = async || Ok(self.get_caller_identity().await?.account_id);
        self.inner.account.get_or_try_init(ask).await.cloned()
    }
}

impl Base {
    async fn get_caller_identity(
        self: &Arc<Self>,
        recipe: &Arc<Recipe>,
    ) -> Result<CallerIdentity, Error> {
        let nothing = Parameters::new();
        let reply: Reply = self.read(recipe, GET_CALLER_IDENTITY, None, &nothing).await?;
        Ok(CallerIdentity {
            account_id: reply.account_id.into_text(),
            arn: reply.arn,
            identity_type: reply.identity_type,
        })
    }

    /// Assumes a role with the credentials that a recipe gives. May be sent more than once: a
    /// session that nobody gets to know does no harm.
    ///
    /// # Errors
    ///
    /// [`Kind::Role`] where the vendor refuses; any other kind where it could not be asked.
    pub(super) async fn assume_role(
        self: &Arc<Self>,
        source: &Arc<Recipe>,
        role: &Role,
    ) -> Result<Session, Error> {
        let parameters = role_parameters(role);
        let region = role.sts_region.as_deref();
        match self.read(source, ASSUME_ROLE, region, &parameters).await {
            Ok(reply) => self.session_of(ASSUME_ROLE, reply),
            Err(error) if is_refusal(&error) => {
                let caller = timeout(INQUIRY, self.get_caller_identity(source)).await;
                let caller = caller.ok().and_then(Result::ok);
                let who = caller.map_or("the caller".to_owned(), |it| format!("`{}`", it.arn));
                Err(refused(error, &who, role))
            }
            Err(error) => Err(error),
        }
    }

    /// Gets the session of a role for a token. The call is not signed: the token proves who
    /// asks.
    ///
    /// # Errors
    ///
    /// [`Kind::Role`] where the vendor refuses the role, [`Kind::Credentials`] where it refuses
    /// the token or there is none; any other kind where it could not be asked.
    pub(super) async fn assume_role_with_oidc(&self, oidc: &OidcRole) -> Result<Session, Error> {
        let OidcRole { provider_arn, token, role } = oidc;
        let operation = ASSUME_ROLE_WITH_OIDC;
        let secret = reveal(token)?;
        (self.settings.remember_secret)(secret.reveal());
        let mut parameters = role_parameters(role);
        parameters.insert("OIDCProviderArn".to_owned(), provider_arn.clone());
        parameters.insert("OIDCToken".to_owned(), secret.reveal().to_owned());
        let body = Bytes::from(encode_query(&parameters));
        let region = role.sts_region.as_deref();
        let endpoint = self.settings.endpoints.resolve(operation, region, &self.environment)?;
        let attempt = async |patience| {
            let request = self.unsigned(operation, &endpoint, body.clone());
            let request = request.map_err(|error| Failure::new(error, Again::Never))?;
            self.attempt(operation, request, patience).await
        };
        let outcome = self.patience().try_repeatedly(attempt).await;
        let outcome = outcome.map_err(|error| Error { endpoint: endpoint.authority(), ..error });
        match outcome {
            Ok(reply) => self.session_of(operation, reply),
            Err(error) if is_refusal(&error) => Err(refused(error, &holder(token), role)),
            Err(error) => Err(error),
        }
    }

    fn unsigned(
        &self,
        operation: Operation,
        endpoint: &Endpoint,
        body: Bytes,
    ) -> Result<Request<Bytes>, Error> {
        let parameters = [
            ("Action", operation.action()),
            ("Version", operation.service.version()),
            ("Format", "JSON"),
            ("Timestamp", &self.date(operation)?),
            ("SignatureNonce", &nonce()),
        ];
        let parameters = parameters.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let query = encode_query(&parameters.into());
        Request::post(format!("{}?{query}", endpoint.url()))
            .header("accept", "application/json")
            .header("content-type", "application/x-www-form-urlencoded")
            .body(body)
            .map_err(|error| Error::new(Kind::Invalid, operation.name, error.to_string()))
    }

    fn session_of(&self, operation: Operation, reply: RoleReply) -> Result<Session, Error> {
        let session = reply.credentials.session((self.clock)());
        session.map_err(|what| {
            Error::new(Kind::Unreadable, operation.name, format!("the answer {what}"))
        })
    }
}

fn role_parameters(role: &Role) -> Parameters {
    let given = [
        ("RoleArn", Some(&role.arn)),
        ("RoleSessionName", Some(&role.session_name)),
        ("ExternalId", role.external_id.as_ref()),
        ("Policy", role.policy.as_ref()),
        ("DurationSeconds", role.seconds.as_ref()),
    ];
    let given = given.into_iter().filter_map(|(name, value)| Some((name, value?)));
    given.map(|(name, value)| (name.to_owned(), value.clone())).collect()
}

/// Tells whether the vendor has understood, and does not want to.
fn is_refusal(error: &Error) -> bool {
    matches!(error.kind, Kind::Denied | Kind::NotFound | Kind::Invalid | Kind::Other)
        && error.code.is_some()
}

fn refused(error: Error, who: &str, role: &Role) -> Error {
    let message = format!("{who} cannot assume the role `{}`: {}", role.arn, error.message);
    Error { kind: Kind::Role, message, ..error }
}

/// Gets a token. One in a file is read anew each time: it lives for minutes, and is replaced in
/// its place.
fn reveal(token: &Token) -> Result<Secret, Error> {
    match token {
        Token::Text(secret) => Ok(secret.clone()),
        Token::File(path) => read_token(path).map_err(|why| {
            credentials::error(format!("the file `{}` with the OIDC token {why}", path.display()))
        }),
    }
}

/// Names who has a token, whom the vendor could not know yet.
fn holder(token: &Token) -> String {
    match token {
        Token::File(path) => {
            format!("the holder of the OIDC token in {}", quoted(&path.display().to_string()))
        }
        Token::Text(_) => "the holder of the OIDC token".to_owned(),
    }
}
