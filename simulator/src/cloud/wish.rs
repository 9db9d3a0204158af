//! What a caller wants, before it is a request.

use super::{Action, Cloud, alicloud, aws};
use crate::message::Request;
use crate::timestamp::Timestamp;
use crate::world::World;
use crate::world::access::AccessKey;

/// A call to be made.
pub(crate) struct Wish<'a> {
    /// As permissions name it: `ecs`.
    pub service: &'a str,
    pub action: &'a str,
    /// Empty where the service has no regions.
    pub region: &'a str,
    pub parameters: &'a [(&'a str, &'a str)],
}

impl Wish<'_> {
    /// Returns the parameters and `more` of them, as texts of their own.
    pub(super) fn parameters_and(&self, more: &[(&str, &str)]) -> Vec<(String, String)> {
        let all = self.parameters.iter().chain(more);
        all.map(|&(name, value)| (name.to_owned(), value.to_owned())).collect()
    }

    fn concerns(&self, action: &Action) -> bool {
        action.service.name == self.service && action.name == self.action
    }
}

impl Cloud {
    /// Makes the request that a client of the vendor would send; `None` if there is no such key or
    /// action.
    pub(crate) fn request(
        self,
        wish: &Wish<'_>,
        access_key_id: &str,
        world: &World,
        now: Timestamp,
    ) -> Option<Request> {
        let find = |keys: &'_ [AccessKey]| keys.iter().find(|key| key.id == access_key_id).cloned();
        Some(match self {
            Self::Alicloud => {
                let action = alicloud::actions().find(|action| wish.concerns(action))?;
                alicloud::request(wish, action, &find(&world.alicloud.access_keys)?, now)
            }
            Self::Aws => {
                let action = aws::actions().find(|action| wish.concerns(action))?;
                aws::request(wish, action, &find(&world.aws.access_keys)?, now)
            }
        })
    }
}

/// Sends headers along; texts that no header can have are the caller's mistake.
///
/// Panics: for such a text.
pub(super) fn headers(named: &[(&'static str, String)]) -> http::HeaderMap {
    let header = |(name, value): &(&'static str, String)| {
        let value = http::HeaderValue::from_str(value).expect("keys and dates are plain text");
        (http::HeaderName::from_static(name), value)
    };
    named.iter().map(header).collect()
}
