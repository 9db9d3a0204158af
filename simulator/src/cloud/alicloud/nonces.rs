//! Which nonces were used within the window in which a date is accepted.

use std::collections::HashMap;

use super::authentication::WINDOW_SECONDS;
use crate::timestamp::Timestamp;

/// Nonces by access key, with the time at which they stop mattering.
#[derive(Debug, Default)]
pub(crate) struct Nonces {
    used: HashMap<(String, String), Timestamp>,
    next_sweep: Option<Timestamp>,
}

impl Nonces {
    /// Tells whether the key has used the nonce already.
    pub(super) fn contains(&self, access_key_id: &str, nonce: &str) -> bool {
        self.used.contains_key(&(access_key_id.to_owned(), nonce.to_owned()))
    }

    /// Remembers a nonce for as long as a request that repeats it could pass the date check.
    pub(super) fn remember(&mut self, access_key_id: &str, nonce: String, now: Timestamp) {
        let window = WINDOW_SECONDS;
        if self.next_sweep.is_none_or(|due| due <= now) {
            self.used.retain(|_, forgettable| *forgettable > now);
            self.next_sweep = Some(now.plus_seconds(window));
        }
        self.used.insert((access_key_id.to_owned(), nonce), now.plus_seconds(2 * window));
    }
}
