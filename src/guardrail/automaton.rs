//! Patterns followed through a text in all ways at once, 64 places of the pattern at a
//! time: for those that a simpler way of matching would take for ever with.
//!
//! Time grows with the length of the pattern times that of the text, divided by 64.

use std::collections::BTreeMap;

use super::pattern::Token;

/// A piece of a pattern.
#[derive(Clone, Debug)]
pub(super) struct Step {
    pub(super) token: Token,
    /// Whether it may stand for a colon.
    pub(super) crosses: bool,
}

/// Which characters lead from where to where. Place `n` is before step `n`; the last
/// place is the end.
pub(super) struct Automaton {
    /// The places that the character leads on from, for each in the pattern.
    passing: BTreeMap<char, Bits>,
    /// The same for any other character.
    passing_others: Bits,
    /// The runs: places that lead on without a character, and stay with any.
    runs: Bits,
    /// The places that a colon neither leads on from nor stays at, by their wildcards.
    stopping: Bits,
    end: usize,
}

/// A set of places.
#[derive(Clone)]
struct Bits(Vec<u64>);

impl Automaton {
    /// Takes the pieces of a pattern.
    ///
    /// Invariant: no run follows another right away; see [`Automaton::skip_runs`].
    pub(super) fn of<'s>(steps: impl ExactSizeIterator<Item = &'s Step> + Clone) -> Self {
        let end = steps.len();
        let none = Bits(vec![0; end / 64 + 1]);
        let (mut holes, mut runs, mut stopping) = (none.clone(), none.clone(), none);
        for (place, step) in steps.clone().enumerate() {
            match step.token {
                Token::Char(_) => continue,
                Token::One => holes.insert(place),
                Token::Run => runs.insert(place),
            }
            if !step.crosses {
                stopping.insert(place);
            }
        }
        let mut passing = BTreeMap::new();
        for (place, step) in steps.enumerate() {
            if let Token::Char(c) = step.token {
                passing.entry(c).or_insert_with(|| holes.clone()).insert(place);
            }
        }
        Self { passing, passing_others: holes, runs, stopping, end }
    }

    /// Tells whether the whole text matches.
    pub(super) fn matches(&self, text: &str) -> bool {
        let mut here = self.start();
        for c in text.chars() {
            here = self.after(&here, c);
        }
        here.contains(self.end)
    }

    /// The offset right after the shortest start of the text that matches.
    pub(super) fn first_end(&self, text: &str) -> Option<usize> {
        let mut here = self.start();
        if here.contains(self.end) {
            return Some(0);
        }
        for (at, c) in text.char_indices() {
            here = self.after(&here, c);
            if here.contains(self.end) {
                return Some(at + c.len_utf8());
            }
        }
        None
    }

    fn start(&self) -> Bits {
        let mut start = Bits(vec![0; self.runs.0.len()]);
        start.insert(0);
        self.skip_runs(&mut start);
        start
    }

    /// Where a character leads.
    fn after(&self, here: &Bits, c: char) -> Bits {
        let passing = self.passing.get(&c).unwrap_or(&self.passing_others);
        let blocked = |stopping: u64| if c == ':' { stopping } else { 0 };
        let places = here.0.iter().zip(&passing.0).zip(self.runs.0.iter().zip(&self.stopping.0));
        let mut carried = 0;
        let mut next: Vec<u64> = Vec::with_capacity(here.0.len());
        for ((here, passing), (runs, stopping)) in places {
            let free = here & !blocked(*stopping);
            let passed = free & passing;
            next.push(passed << 1 | carried | (free & runs));
            carried = passed >> 63;
        }
        let mut next = Bits(next);
        self.skip_runs(&mut next);
        next
    }

    /// A run may be empty: who is before it is also behind it.
    fn skip_runs(&self, places: &mut Bits) {
        let mut carried = 0;
        for (place, runs) in places.0.iter_mut().zip(&self.runs.0) {
            let skipped = *place & runs;
            *place |= skipped << 1 | carried;
            carried = skipped >> 63;
        }
    }
}

impl Bits {
    fn insert(&mut self, place: usize) {
        if let Some(word) = self.0.get_mut(place / 64) {
            *word |= 1 << (place % 64);
        }
    }

    fn contains(&self, place: usize) -> bool {
        self.0.get(place / 64).is_some_and(|word| word >> (place % 64) & 1 == 1)
    }
}
