//! The tokens metadata services have given out.

use std::collections::HashMap;

use crate::cloud::Cloud;
use crate::timestamp::Timestamp;

/// Tokens by text, with the cloud they are for and their end.
#[derive(Debug, Default)]
pub(crate) struct Tokens {
    issued: HashMap<String, (Cloud, Timestamp)>,
}

impl Tokens {
    /// Gives out a token.
    pub(super) fn issue(&mut self, cloud: Cloud, end: Timestamp) -> String {
        let token: String = std::iter::repeat_with(fastrand::alphanumeric).take(54).collect();
        let token = format!("{token}==");
        self.issued.insert(token.clone(), (cloud, end));
        token
    }

    /// Tells whether a token is one of a cloud's and not over.
    pub(super) fn accepts(&self, cloud: Cloud, token: &str, now: Timestamp) -> bool {
        self.issued.get(token).is_some_and(|&(of, end)| of == cloud && end > now)
    }
}
