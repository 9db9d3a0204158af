//! Eventual consistency: changes of a list that readings to come do not show yet.

/// The changes of one list that are made but not seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Unseen<T> {
    changes: Vec<Change<T>>,
}

/// An item that came or went.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Change<T> {
    item: T,
    is_there: bool,
    readings_left: u32,
}

impl<T> Default for Unseen<T> {
    fn default() -> Self {
        Self { changes: Vec::new() }
    }
}

impl<T: Clone + PartialEq> Unseen<T> {
    /// Notes that an item is there now, or no longer; this many readings do not show it.
    pub(crate) fn note(&mut self, item: T, is_there: bool, readings: u32) {
        self.changes.retain(|change| change.item != item);
        if readings > 0 {
            self.changes.push(Change { item, is_there, readings_left: readings });
        }
    }

    /// Returns what a reading shows of the items it is about, and counts it for the changes of them.
    pub(crate) fn read(&mut self, truth: &[T], is_about: impl Fn(&T) -> bool) -> Vec<T> {
        let mut shown: Vec<T> = truth.iter().filter(|item| is_about(item)).cloned().collect();
        for change in self.changes.iter_mut().filter(|change| is_about(&change.item)) {
            change.readings_left -= 1;
            if change.is_there {
                shown.retain(|item| *item != change.item);
            } else {
                shown.push(change.item.clone());
            }
        }
        self.changes.retain(|change| change.readings_left > 0);
        shown
    }

    /// Forgets all changes: from now on readings show the truth.
    pub(crate) fn clear(&mut self) {
        self.changes.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::Unseen;

    #[test]
    fn a_change_is_hidden_from_readings_about_it() {
        let mut unseen = Unseen::default();
        unseen.note("new", true, 2);
        unseen.note("gone", false, 1);
        let truth = ["old", "new"];
        let about_others = unseen.read(&truth, |item| *item == "old");
        assert_eq!(about_others, ["old"]);
        assert_eq!(unseen.read(&truth, |_| true), ["old", "gone"]);
        assert_eq!(unseen.read(&truth, |_| true), ["old"]);
        assert_eq!(unseen.read(&truth, |_| true), truth);
    }

    #[test]
    fn the_last_change_of_an_item_counts() {
        let mut unseen = Unseen::default();
        unseen.note("item", true, 3);
        unseen.note("item", false, 0);
        assert_eq!(unseen.read(&[], |_| true), <[&str; 0]>::default());
    }
}
