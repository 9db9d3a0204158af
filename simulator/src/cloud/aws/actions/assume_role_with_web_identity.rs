//! STS `AssumeRoleWithWebIdentity` (2011-06-15): a token of somebody else's instead of a signature.
//!
//! Sources: the operation's page, botocore's model (1.44.5), "How do I resolve OIDC IdP federation
//! errors in IAM?". Guess: the order of checks. Not here: OAuth 2.0 providers (`ProviderId`).

use crate::cloud::aws::STS;
use crate::cloud::aws::role_session::{RoleSession, invalid, mandatory};
use crate::cloud::aws::xml::Xml;
use crate::cloud::{Action, Call, VendorError};
use crate::world::World;
use crate::world::aws::Aws;
use crate::world::role::{IdentityProvider, IdentityToken, RoleArn};
use crate::world::session::Session;

pub(super) const ACTION: Action = Action {
    service: &STS,
    name: "AssumeRoleWithWebIdentity",
    parameters: &[
        "DurationSeconds",
        "Policy",
        "PolicyArns.member.N.arn",
        "RoleArn",
        "RoleSessionName",
        "WebIdentityToken",
    ],
    unsimulated: &["ProviderId"],
    unsigned: true,
    permissions: |_| vec![],
    touches: |_, _| Vec::new(),
    answer,
};

fn answer(call: &Call, world: &mut World) -> Result<String, VendorError> {
    let cloud = &mut world.aws;
    let wanted = RoleSession::read(call, cloud)?;
    let text = mandatory(call, "WebIdentityToken")?;
    if !(4..=20_000).contains(&text.len()) {
        return Err(invalid(
            "1 validation error detected: Value at 'webIdentityToken' failed to satisfy \
             constraint: Member must have length between 4 and 20000",
        ));
    }
    let account = RoleArn::parse(wanted.role_arn).map(|arn| arn.account).unwrap_or_default();
    let (provider, token) = verify(call, cloud, account, text)?;
    let role = wanted.find_role(cloud).filter(|role| role.trusts.contains(&provider.arn));
    let role = role.ok_or_else(|| {
        let message = "Not authorized to perform sts:AssumeRoleWithWebIdentity";
        VendorError::new(403, "AccessDenied", message)
    })?;
    let started = wanted.start(call, role, cloud, Session::until(call.now))?;
    let mut xml = Xml::default();
    started.write(&mut xml);
    xml.leaf("SubjectFromWebIdentityToken", &token.subject);
    xml.leaf("Provider", &provider.arn);
    xml.leaf("Audience", &token.audience);
    cloud.access_keys.push(started.key);
    Ok(xml.finish())
}

/// Finds what is in a token, and the account's provider that vouches for it.
fn verify<'w>(
    call: &Call,
    cloud: &'w Aws,
    account: &str,
    text: &str,
) -> Result<(&'w IdentityProvider, &'w IdentityToken), VendorError> {
    let unacceptable = |message: String| VendorError::new(400, "InvalidIdentityToken", message);
    let token = cloud
        .identity_tokens
        .iter()
        .find(|token| token.token == text)
        .ok_or_else(|| unacceptable("The ID Token provided is not a valid JWT.".to_owned()))?;
    let provider = cloud
        .identity_providers
        .iter()
        .find(|provider| provider.account() == Some(account) && provider.issuer == token.issuer)
        .ok_or_else(|| {
            let issuer = &token.issuer;
            unacceptable(format!("No OpenIDConnect provider found in your account for {issuer}"))
        })?;
    if let Some(end) = token.expires_at.filter(|&end| end <= call.now) {
        let message = format!(
            "Token expired: current date/time {} must be before the expiration date/time {}",
            call.now.unix(),
            end.unix()
        );
        return Err(VendorError::new(400, "ExpiredTokenException", message));
    }
    if !provider.audiences.contains(&token.audience) {
        return Err(unacceptable("Incorrect token audience".to_owned()));
    }
    Ok((provider, token))
}
