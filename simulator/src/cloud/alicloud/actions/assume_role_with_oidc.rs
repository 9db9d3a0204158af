//! STS `AssumeRoleWithOIDC` (2015-04-01): a token of somebody else's instead of a signature.
//!
//! Sources: the operation's page, and the list of errors on the page about RRSA of ACK. Guesses: the
//! HTTP statuses, and the order of checks.

use serde_json::json;

use crate::cloud::alicloud::role_session::{RoleSession, mandatory, wrongly_formed};
use crate::cloud::alicloud::{STS, to_json};
use crate::cloud::{Action, Call, VendorError};
use crate::world::World;
use crate::world::alicloud::Alicloud;
use crate::world::role::{IdentityProvider, IdentityToken};

pub(super) const ACTION: Action = Action {
    service: &STS,
    name: "AssumeRoleWithOIDC",
    parameters: &[
        "DurationSeconds",
        "OIDCProviderArn",
        "OIDCToken",
        "Policy",
        "RoleArn",
        "RoleSessionName",
    ],
    unsimulated: &[],
    unsigned: true,
    permissions: |_| vec![],
    touches: |_, _| Vec::new(),
    answer,
};

fn answer(call: &Call, world: &mut World) -> Result<String, VendorError> {
    let cloud = &mut world.alicloud;
    let wanted = RoleSession::read(call)?;
    let provider_arn = mandatory(call, "OIDCProviderArn")?;
    let text = mandatory(call, "OIDCToken")?;
    if !(4..=20_000).contains(&text.len()) {
        return Err(wrongly_formed("OIDCToken"));
    }
    let provider = cloud.identity_providers.iter().find(|provider| provider.arn == provider_arn);
    let provider =
        provider.ok_or_else(|| failed("NoPermission", "No such OIDC Provider registered."))?;
    let token = verify(call, cloud, provider, text)?;
    let role = wanted.find_role(cloud)?;
    if !role.trusts.contains(provider_arn) {
        return Err(failed("NoPermission", "There is no permission"));
    }
    let (key, mut view) = wanted.start(call, role, cloud)?;
    if let Some(view) = view.as_object_mut() {
        let info = json!({
            "Issuer": token.issuer,
            "Subject": token.subject,
            "ClientIds": token.audience,
            "ExpirationTime": token.expires_at.map(|time| time.with_seconds()),
            "VerificationInfo": "Success",
        });
        view.insert("OIDCTokenInfo".to_owned(), info);
    }
    cloud.access_keys.push(key);
    Ok(to_json(call, view))
}

/// Returns what is in a token that the provider vouches for.
fn verify<'w>(
    call: &Call,
    cloud: &'w Alicloud,
    provider: &IdentityProvider,
    text: &str,
) -> Result<&'w IdentityToken, VendorError> {
    let token = cloud
        .identity_tokens
        .iter()
        .find(|token| token.token == text)
        .ok_or_else(|| failed("OIDCToken.Invalid", "The OIDC Token is invalid."))?;
    if token.issuer != provider.issuer {
        let message = "The issuer in the OIDC Token doesn't match the OIDC Provider registered.";
        return Err(failed("OIDCToken.IssuerNotMatch", message));
    }
    if !provider.audiences.contains(&token.audience) {
        return Err(failed("OIDCToken.AudienceNotMatch", "Invalid audience."));
    }
    if token.expires_at.is_some_and(|end| end <= call.now) {
        return Err(failed("OIDCToken.Expired", "This JsonWebToken is expired."));
    }
    Ok(token)
}

fn failed(code: &str, message: &str) -> VendorError {
    let status = if code == "NoPermission" { 403 } else { 400 };
    VendorError::new(status, format!("AuthenticationFail.{code}"), message)
}
