//! What is kept beside an object's state: out of the practitioner's sight, not encrypted.

use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value as Json};

/// Named notes, a JSON object in Terraform's state file.
#[derive(Clone, Debug, Default)]
pub(super) struct Private {
    notes: Map<String, Json>,
}

impl Private {
    /// Reads the notes; no bytes are no notes, and `None` is for what we never wrote.
    pub(super) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        match bytes {
            [] => Some(Self::default()),
            bytes => serde_json::from_slice(bytes).ok().map(|notes| Self { notes }),
        }
    }

    /// Writes the notes.
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        if self.notes.is_empty() {
            return Vec::new();
        }
        Json::Object(self.notes.clone()).to_string().into_bytes()
    }

    pub(super) fn get<T: DeserializeOwned>(&self, key: &str) -> Option<T> {
        T::deserialize(self.notes.get(key)?).ok()
    }

    pub(super) fn set<T: Serialize>(&mut self, key: &str, value: &T) {
        let value = serde_json::to_value(value).expect("notes are plain data");
        self.notes.insert(key.to_owned(), value);
    }

    pub(super) fn remove(&mut self, key: &str) {
        self.notes.remove(key);
    }
}
