//! Texts that many images share.

use std::{collections::HashSet, sync::Arc};

/// Hands out the same text for equal ones.
///
/// The images of a region have a handful of owners, architectures and tags
/// between them; kept once they take no room.
#[derive(Default)]
pub(super) struct Words {
    known: HashSet<Arc<str>>,
}

impl Words {
    /// Returns a text that is kept once.
    pub(super) fn share(&mut self, text: &str) -> Arc<str> {
        if let Some(known) = self.known.get(text) {
            return Arc::clone(known);
        }
        let word = Arc::from(text);
        self.known.insert(Arc::clone(&word));
        word
    }

    /// Returns a text that is kept once, or `None` for an empty one.
    pub(super) fn share_non_empty(&mut self, text: &str) -> Option<Arc<str>> {
        (!text.is_empty()).then(|| self.share(text))
    }
}
