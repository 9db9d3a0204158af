//! A list of images that remembers what recent queries selected.
//!
//! Reading page 400 of 50,000 images must not filter all of them again. A selection is a list of
//! positions, kept under a key that names the query; any change of the list forgets all selections.

use std::collections::HashMap;
use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Mutex, PoisonError};

use serde::{Deserialize, Serialize};

/// How many selections are remembered; more than anyone pages through at a time.
const REMEMBERED: usize = 64;

/// A `Vec` in all but name, plus remembered selections.
#[derive(Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Catalog<T> {
    items: Vec<T>,
    #[serde(skip)]
    selections: Mutex<HashMap<String, Arc<[usize]>>>,
}

impl<T> Catalog<T> {
    /// Returns the positions a query selects, running `select` only when the query is new.
    pub(crate) fn selection(
        &self,
        query: String,
        select: impl FnOnce(&[T]) -> Vec<usize>,
    ) -> Arc<[usize]> {
        let mut selections = self.selections.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = selections.get(&query) {
            return Arc::clone(known);
        }
        let selected: Arc<[usize]> = select(&self.items).into();
        if selections.len() >= REMEMBERED {
            selections.clear();
        }
        selections.insert(query, Arc::clone(&selected));
        selected
    }
}

/// Returns a number that looks random but depends only on the id: sorting by it gives an order no
/// client may rely on.
pub(crate) fn shuffled_rank(id: &str) -> u64 {
    // FNV-1a, then a multiplication that spreads the last byte over all bits.
    let hash = id.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    hash.wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(32)
}

impl<T> From<Vec<T>> for Catalog<T> {
    fn from(items: Vec<T>) -> Self {
        Self { items, selections: Mutex::default() }
    }
}

impl<T> Default for Catalog<T> {
    fn default() -> Self {
        Vec::new().into()
    }
}

impl<T: Clone> Clone for Catalog<T> {
    fn clone(&self) -> Self {
        self.items.clone().into()
    }
}

impl<T> Deref for Catalog<T> {
    type Target = Vec<T>;

    fn deref(&self) -> &Vec<T> {
        &self.items
    }
}

impl<T> DerefMut for Catalog<T> {
    fn deref_mut(&mut self) -> &mut Vec<T> {
        self.selections.get_mut().unwrap_or_else(PoisonError::into_inner).clear();
        &mut self.items
    }
}

#[cfg(test)]
mod tests {
    use super::Catalog;

    #[test]
    fn a_query_runs_once_until_the_list_changes() {
        let mut catalog = Catalog::from(vec![1, 2, 3]);
        let runs = std::cell::Cell::new(0);
        let odd = |catalog: &Catalog<i32>| {
            catalog
                .selection("odd".to_owned(), |items| {
                    runs.set(runs.get() + 1);
                    (0..items.len()).filter(|&at| items[at] % 2 == 1).collect()
                })
                .to_vec()
        };
        assert_eq!((odd(&catalog), odd(&catalog)), (vec![0, 2], vec![0, 2]));
        catalog.push(5);
        assert_eq!(odd(&catalog), [0, 2, 3]);
        assert_eq!(runs.get(), 2);
    }
}
