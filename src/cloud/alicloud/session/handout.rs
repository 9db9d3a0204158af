//! What services hand out: keys with a token and an end, in JSON.
//!
//! The vendor's token service, the metadata service and whatever serves a credentials URI use
//! the same names.

use serde::Deserialize;
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use super::{Session, Term};
use crate::cloud::alicloud::{credentials::Credentials, quote::brief};

/// Keys as they are handed out. Not `Debug`, because they are secret.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(in crate::cloud::alicloud) struct Handout {
    /// `Success`, where the service says so at all.
    code: Option<String>,
    access_key_id: Option<String>,
    access_key_secret: Option<String>,
    security_token: Option<String>,
    /// RFC 3339, in UTC.
    expiration: Option<String>,
}

impl Handout {
    /// Reads an answer.
    ///
    /// # Errors
    ///
    /// What is wrong with it, in words that follow "the answer"; never a part of it.
    pub(super) fn read(body: &[u8], now: OffsetDateTime) -> Result<Session, String> {
        let handout: Self = serde_json::from_slice(body).map_err(|cause| {
            let (line, column) = (cause.line(), cause.column());
            format!("is not JSON as expected at line {line}, column {column}")
        })?;
        handout.session(now)
    }

    /// Makes a session of it.
    ///
    /// # Errors
    ///
    /// As for [`read`](Self::read).
    pub(in crate::cloud::alicloud) fn session(
        self,
        now: OffsetDateTime,
    ) -> Result<Session, String> {
        if let Some(code) = self.code.filter(|code| code != "Success") {
            return Err(format!("has the code `{}` instead of `Success`", brief(&code)));
        }
        let need = |name: &str, value: Option<String>| {
            let value = value.filter(|value| !value.is_empty());
            value.ok_or_else(|| format!("has no `{name}`"))
        };
        let access_key = need("AccessKeyId", self.access_key_id)?;
        let secret_key = need("AccessKeySecret", self.access_key_secret)?;
        let token = need("SecurityToken", self.security_token)?;
        let expiration = need("Expiration", self.expiration)?;
        let ends = OffsetDateTime::parse(&expiration, &Rfc3339).map_err(|_| {
            format!("has the `Expiration` `{}`, which is no time", brief(&expiration))
        })?;
        if ends <= now {
            let ends = brief(&expiration);
            return Err(format!("has keys that expired at {ends}; is this machine's clock right?"));
        }
        let credentials = Credentials::new(&access_key, &secret_key, Some(&token));
        Ok(Session { credentials, term: Some(Term { begins: now, ends }) })
    }
}
