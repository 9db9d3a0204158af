//! How to come by credentials: what the pure part decides, and `session` follows.

use std::sync::Arc;

use super::{Credentials, oidc::OidcRole, oidc::Token, role::Role, service::CredentialsUri};
use crate::cloud::Secret;

/// How to come by credentials. Equal recipes give the same session.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(in crate::cloud::alicloud) enum Recipe {
    /// These are they.
    Keys(Credentials),
    /// Ask the instance's metadata service, for this role or for the one that it names.
    Instance(Option<String>),
    /// Ask an address.
    Uri(CredentialsUri),
    /// Show a token.
    Oidc(OidcRole),
    /// Assume a role with other credentials.
    Role { source: Arc<Recipe>, role: Role },
    /// Nobody has said anything: see whether this is an instance with a role.
    Guess {
        /// What to do if it is not.
        otherwise: Option<Arc<Recipe>>,
        /// Where credentials were looked for before, for the message.
        looked_at: String,
    },
}

impl Recipe {
    /// Tells whether following it again can give other keys.
    pub(in crate::cloud::alicloud) fn is_renewable(&self) -> bool {
        !matches!(self, Self::Keys(_))
    }

    /// Returns what must not be shown, as far as it is known.
    pub(in crate::cloud::alicloud) fn secrets(&self) -> Vec<&str> {
        match self {
            Self::Keys(credentials) => credentials.secrets().collect(),
            Self::Oidc(OidcRole { token: Token::Text(token), .. }) => vec![token.reveal()],
            Self::Uri(uri) => uri.secrets().collect(),
            Self::Role { source, .. } => source.secrets(),
            Self::Guess { otherwise, .. } => {
                otherwise.iter().flat_map(|recipe| recipe.secrets()).collect()
            }
            Self::Oidc(_) | Self::Instance(_) => Vec::new(),
        }
    }
}

impl Credentials {
    /// Returns what must not be shown.
    pub(in crate::cloud::alicloud) fn secrets(&self) -> impl Iterator<Item = &str> {
        std::iter::once(&self.secret_key).chain(&self.security_token).map(Secret::reveal)
    }
}
