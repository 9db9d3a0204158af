//! What a set of patterns can tell apart: one text for every way in which some match and
//! the others do not.
//!
//! All patterns are followed at once, a character at a time. Where a run of characters
//! has led is a *state*: the places reached in each pattern. Two runs that lead to the
//! same state are told apart by nothing that follows, so a breadth-first search over
//! states meets every combination of matches, each by a shortest text. Of the characters
//! only those count that some pattern waits for here, and one of each kind that none
//! waits for.

use std::{
    cell::Cell,
    collections::{BTreeSet, HashMap, VecDeque},
};

use super::matcher::{Chars, Fold, Matcher, Step};

/// There are more states than anybody wants to wait for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TooMany;

/// How many states searches may still come to, together.
#[derive(Debug)]
pub(super) struct Allowance(Cell<usize>);

/// The most states of all searches for a set of questions.
const MOST_STATES: usize = 40_000;
/// The most memory of one search for them, in words.
const MOST_WORDS: usize = 1 << 20;

impl Allowance {
    pub(super) fn new() -> Self {
        Self(Cell::new(MOST_STATES))
    }
}

/// Finds a shortest text for every combination of matches that a text of the domain can
/// have; an empty domain is all texts.
///
/// # Errors
///
/// [`TooMany`] if the patterns are hostile.
pub(super) fn partition(
    matchers: &[Matcher],
    domain: &[Matcher],
    allowance: &Allowance,
) -> Result<Vec<String>, TooMany> {
    let automaton = Automaton::new(matchers, domain);
    // Whatever hostile patterns use up, half is left for the others.
    let most = (allowance.0.get() / 2).min(MOST_WORDS / automaton.starts.len().max(1));
    let mut search = Search::new(&automaton);
    let texts = search.run(most);
    allowance.0.set(allowance.0.get().saturating_sub(search.ways.len()));
    texts
}

/// Which of the patterns match, for each text; texts outside the domain are left out.
pub(super) fn signatures(
    matchers: &[Matcher],
    domain: &[Matcher],
    texts: &[&str],
) -> Vec<Option<Vec<bool>>> {
    let automaton = Automaton::new(matchers, domain);
    texts.iter().map(|text| automaton.signature(text)).collect()
}

/// A set of places: a bit for each.
type Places = Box<[u64]>;

/// All patterns side by side; a place is a step of one of them, or its end.
struct Automaton {
    /// Of each place; `None` for an end.
    steps: Vec<Option<(Step, Fold)>>,
    starts: Places,
    /// Places whose step may be left out.
    runs: Places,
    /// The ends of the patterns, those of the domain first.
    ends: Vec<usize>,
    domain_size: usize,
    /// Up to which place the domain goes.
    domain_places: usize,
    /// For each character that a pattern names or that stands for others: the places it
    /// leads on from, and those it stays in.
    masks: HashMap<char, (Places, Places)>,
    /// Of each kind of characters those that may stand for what no pattern waits for.
    others: Vec<Vec<char>>,
}

impl Automaton {
    fn new(matchers: &[Matcher], domain: &[Matcher]) -> Self {
        let mut steps = Vec::new();
        let (mut firsts, mut ends) = (Vec::new(), Vec::new());
        let mut domain_places = 0;
        for (number, matcher) in domain.iter().chain(matchers).enumerate() {
            firsts.push(steps.len());
            steps.extend(matcher.steps.iter().map(|step| Some((*step, matcher.fold))));
            ends.push(steps.len());
            steps.push(None);
            if number + 1 == domain.len() {
                domain_places = steps.len();
            }
        }
        let words = steps.len().div_ceil(64);
        let is_run = |(place, step): (usize, &Option<(Step, Fold)>)| {
            step.is_some_and(|(step, _)| step.repeats).then_some(place)
        };
        let runs = places(words, steps.iter().enumerate().filter_map(is_run));
        let starts = places(words, firsts.into_iter());
        let domain_size = domain.len();
        let (masks, others) = (HashMap::new(), Vec::new());
        let mut automaton =
            Self { steps, starts, runs, ends, domain_size, domain_places, masks, others };
        automaton.skip_runs_from_start();
        automaton.prepare(words);
        automaton
    }

    fn skip_runs_from_start(&mut self) {
        let mut starts = self.starts.clone();
        self.skip_runs(&mut starts);
        self.starts = starts;
    }

    fn prepare(&mut self, words: usize) {
        let named = self.steps.iter().flatten().flat_map(|(step, fold)| match step.on {
            Chars::Is(c) => fold.spellings(c),
            _ => Vec::new(),
        });
        let named: BTreeSet<char> = named.collect();
        self.others = kinds().map(|kind| representatives(&kind, &named)).collect();
        for c in named.iter().chain(self.others.iter().flatten()) {
            let masks = self.masks_of(*c, words);
            self.masks.insert(*c, masks);
        }
    }

    fn masks_of(&self, c: char, words: usize) -> (Places, Places) {
        let taking = |repeats: bool| {
            let steps = self.steps.iter().enumerate();
            let takes = steps.filter_map(move |(place, step)| {
                let (step, fold) = (*step)?;
                (step.repeats == repeats && step.on.take(fold.of(c))).then_some(place)
            });
            places(words, takes)
        };
        (taking(false), taking(true))
    }

    /// Where a character leads.
    fn step(&self, state: &Places, c: char) -> Places {
        let computed;
        let (moves, stays) = match self.masks.get(&c) {
            Some(masks) => masks,
            None => {
                computed = self.masks_of(c, state.len());
                &computed
            }
        };
        let mut carry = 0;
        let words = state.iter().zip(moves.iter().zip(stays.iter()));
        let mut next: Places = words
            .map(|(word, (moves, stays))| {
                let moving = word & moves;
                let moved = (moving << 1) | carry;
                carry = moving >> 63;
                moved | (word & stays)
            })
            .collect();
        self.skip_runs(&mut next);
        next
    }

    /// A run may be empty, and so may several in a row.
    fn skip_runs(&self, state: &mut Places) {
        loop {
            let (mut carry, mut changed) = (0, false);
            for (word, runs) in state.iter_mut().zip(self.runs.iter()) {
                let skipping = *word & runs;
                let more = ((skipping << 1) | carry) & !*word;
                carry = skipping >> 63;
                changed |= more != 0;
                *word |= more;
            }
            if !changed {
                return;
            }
        }
    }

    /// Whether some text of the domain may still come of it.
    fn is_alive(&self, state: &Places) -> bool {
        self.domain_size == 0 || members(state).next().is_some_and(|p| p < self.domain_places)
    }

    /// Which patterns match what led here; `None` outside the domain.
    fn accepts(&self, state: &Places) -> Option<Vec<bool>> {
        let mut ends = self.ends.iter().map(|end| has(state, *end));
        let in_domain = ends.by_ref().take(self.domain_size).fold(false, |any, end| any | end);
        (in_domain || self.domain_size == 0).then(|| ends.collect())
    }

    fn signature(&self, text: &str) -> Option<Vec<bool>> {
        let end = text.chars().fold(self.starts.clone(), |state, c| self.step(&state, c));
        self.accepts(&end)
    }

    /// The characters that lead to different places from here: those that are waited for,
    /// and of each kind one that is not.
    fn relevant(&self, state: &Places) -> Vec<char> {
        let waiting = members(state).filter_map(|place| self.steps.get(place).copied().flatten());
        let waited: BTreeSet<char> = waiting
            .flat_map(|(step, fold)| match step.on {
                Chars::Is(c) => fold.spellings(c),
                _ => Vec::new(),
            })
            .collect();
        let unwaited = |kind: &Vec<char>| kind.iter().copied().find(|c| !waited.contains(c));
        let others = self.others.iter().filter_map(unwaited);
        // What comes first is what people read: small letters rather than capitals.
        let (plain, odd): (Vec<char>, Vec<char>) =
            waited.iter().partition(|c| c.is_ascii() && !c.is_ascii_uppercase());
        others.chain(plain).chain(odd).collect()
    }
}

/// The kinds of characters that [`Chars`] can tell apart, the likeliest of each first.
fn kinds() -> impl Iterator<Item = Vec<char>> {
    // Of the kinds without end more than fit into the longest document.
    let plain = ('x'..='z').chain('a'..='w').chain('\u{4e00}'..='\u{9fff}');
    let capitals = ('X'..='Z').chain('A'..='W').chain('\u{10a0}'..='\u{10c5}');
    [plain.collect(), ('0'..='9').collect(), capitals.collect(), vec![':']].into_iter()
}

/// One character that no pattern names will do for all others; without one, any of the
/// kind may be what a state does not wait for.
fn representatives(kind: &[char], named: &BTreeSet<char>) -> Vec<char> {
    match kind.iter().find(|c| !named.contains(c)) {
        Some(fresh) => vec![*fresh],
        None => kind.to_vec(),
    }
}

fn places(words: usize, members: impl Iterator<Item = usize>) -> Places {
    let mut places = vec![0_u64; words].into_boxed_slice();
    for member in members {
        if let Some(word) = places.get_mut(member / 64) {
            *word |= 1 << (member % 64);
        }
    }
    places
}

fn has(places: &Places, member: usize) -> bool {
    places.get(member / 64).is_some_and(|word| word >> (member % 64) & 1 == 1)
}

fn members(places: &Places) -> impl Iterator<Item = usize> {
    places.iter().enumerate().flat_map(|(index, word)| {
        let mut rest = *word;
        std::iter::from_fn(move || {
            let bit = (rest != 0).then(|| rest.trailing_zeros() as usize)?;
            rest &= rest - 1;
            Some(index * 64 + bit)
        })
    })
}

/// A breadth-first search over states.
struct Search<'a> {
    automaton: &'a Automaton,
    seen: HashMap<Places, usize>,
    /// How each state was first reached: from which, by which character.
    ways: Vec<Option<(usize, char)>>,
    queue: VecDeque<(usize, Places)>,
}

impl<'a> Search<'a> {
    fn new(automaton: &'a Automaton) -> Self {
        let (seen, ways, queue) = (HashMap::new(), Vec::new(), VecDeque::new());
        let mut search = Self { automaton, seen, ways, queue };
        search.reach(automaton.starts.clone(), None);
        search
    }

    fn run(&mut self, most: usize) -> Result<Vec<String>, TooMany> {
        let mut found: HashMap<Vec<bool>, usize> = HashMap::new();
        let mut texts = Vec::new();
        while let Some((number, state)) = self.queue.pop_front() {
            if self.ways.len() > most {
                return Err(TooMany);
            }
            if let Some(accepts) = self.automaton.accepts(&state)
                && found.insert(accepts, number).is_none()
            {
                texts.push(self.text(number));
            }
            for c in self.automaton.relevant(&state) {
                self.reach(self.automaton.step(&state, c), Some((number, c)));
            }
        }
        Ok(texts)
    }

    fn reach(&mut self, state: Places, way: Option<(usize, char)>) {
        if !self.automaton.is_alive(&state) || self.seen.contains_key(&state) {
            return;
        }
        let number = self.ways.len();
        self.ways.push(way);
        self.seen.insert(state.clone(), number);
        self.queue.push_back((number, state));
    }

    /// The text that led to a state.
    fn text(&self, number: usize) -> String {
        let mut way = self.ways.get(number).copied().flatten();
        let mut chars = Vec::new();
        while let Some((from, c)) = way {
            chars.push(c);
            way = self.ways.get(from).copied().flatten();
        }
        chars.into_iter().rev().collect()
    }
}
