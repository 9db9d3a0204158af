//! Patterns over whole texts: `*` is any run of characters, `?` one character.
//!
//! No pattern, however hostile, takes more than a fraction of its length times the text's.

use super::automaton::{Automaton, Step};

/// A piece of a pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token {
    Char(char),
    /// `?`
    One,
    /// `*`
    Run,
}

/// Reads `*` and `?` as wildcards.
pub(super) fn wildcards(text: &str) -> impl Iterator<Item = Token> {
    text.chars().map(|c| match c {
        '*' => Token::Run,
        '?' => Token::One,
        c => Token::Char(c),
    })
}

/// A pattern that a whole text must match, case-sensitively.
///
/// Kept as the texts between the stars: the first must start the text, the last must
/// end it, and each in between is found as far left as it can be, which leaves the
/// most to those that follow. So nothing is ever tried twice.
#[derive(Clone, Debug)]
pub(super) struct Glob {
    first: Segment,
    /// What follows each star; empty without one.
    others: Vec<Segment>,
}

/// Characters in a row.
#[derive(Clone, Debug)]
enum Segment {
    /// Most patterns start or end with a star. Comparing nothing would do as well, but
    /// some processors take a hundred cycles to compare no bytes at no address.
    Nothing,
    Text(Box<str>),
    /// With `None` for any one character.
    Holes(Box<[Option<char>]>),
}

impl Glob {
    pub(super) fn parse(text: &str) -> Self {
        Self::of(wildcards(text))
    }

    pub(super) fn of(tokens: impl IntoIterator<Item = Token>) -> Self {
        let mut segments = vec![Vec::new()];
        for token in tokens {
            match (token, segments.last_mut()) {
                (Token::Run, _) => segments.push(Vec::new()),
                (Token::One, Some(segment)) => segment.push(None),
                (Token::Char(c), Some(segment)) => segment.push(Some(c)),
                // Invariant: there is always a last segment.
                (_, None) => {}
            }
        }
        let last = segments.len() - 1;
        let mut segments = segments
            .into_iter()
            .enumerate()
            // Stars in a row are one.
            .filter(|(index, segment)| *index == 0 || *index == last || !segment.is_empty())
            .map(|(_, segment)| Segment::of(&segment));
        let first = segments.next().unwrap_or(Segment::Nothing);
        Self { first, others: segments.collect() }
    }

    pub(super) fn matches(&self, text: &str) -> bool {
        let Some(mut rest) = self.first.after_start(text) else { return false };
        let Some((last, middle)) = self.others.split_last() else { return rest.is_empty() };
        for segment in middle {
            let Some(after) = segment.after_next(rest) else { return false };
            rest = after;
        }
        last.ends(rest)
    }

    /// The pieces of the pattern, with one star for several in a row.
    pub(super) fn tokens(&self) -> Vec<Token> {
        let mut tokens = self.first.tokens();
        for segment in &self.others {
            tokens.push(Token::Run);
            tokens.extend(segment.tokens());
        }
        tokens
    }
}

/// How many characters in a row, some of them any, are looked for by trying each place
/// of a text.
const TRIED_EVERYWHERE: usize = 64;

/// The offset right after the first occurrence of many characters in a row.
fn end_of_first(atoms: &[Option<char>], text: &str) -> Option<usize> {
    let anywhere = Step { token: Token::Run, crosses: true };
    let step =
        |atom: &Option<char>| Step { token: atom.map_or(Token::One, Token::Char), crosses: true };
    let steps: Vec<Step> = [anywhere].into_iter().chain(atoms.iter().map(step)).collect();
    Automaton::of(steps.iter()).first_end(text)
}

impl Segment {
    fn of(atoms: &[Option<char>]) -> Self {
        match atoms.iter().copied().collect::<Option<String>>() {
            Some(text) if text.is_empty() => Self::Nothing,
            Some(text) => Self::Text(text.into()),
            None => Self::Holes(atoms.into()),
        }
    }

    fn tokens(&self) -> Vec<Token> {
        match self {
            Self::Nothing => Vec::new(),
            Self::Text(text) => text.chars().map(Token::Char).collect(),
            Self::Holes(atoms) => {
                atoms.iter().map(|atom| atom.map_or(Token::One, Token::Char)).collect()
            }
        }
    }

    /// What follows the segment at the start of the text.
    fn after_start<'t>(&self, text: &'t str) -> Option<&'t str> {
        match self {
            Self::Nothing => Some(text),
            Self::Text(wanted) => text.strip_prefix(&**wanted),
            Self::Holes(atoms) => {
                let mut chars = text.chars();
                let fits = |atom: &Option<char>| {
                    chars.next().is_some_and(|c| atom.is_none_or(|wanted| wanted == c))
                };
                atoms.iter().all(fits).then_some(chars.as_str())
            }
        }
    }

    /// What follows the first occurrence of the segment.
    fn after_next<'t>(&self, text: &'t str) -> Option<&'t str> {
        match self {
            Self::Nothing => Some(text),
            Self::Text(wanted) => text.split_once(&**wanted).map(|(_, after)| after),
            Self::Holes(atoms) if atoms.len() > TRIED_EVERYWHERE => {
                text.get(end_of_first(atoms, text)?..)
            }
            Self::Holes(_) => {
                let starts = text.char_indices().filter_map(|(start, _)| text.get(start..));
                starts.into_iter().find_map(|rest| self.after_start(rest))
            }
        }
    }

    fn ends(&self, text: &str) -> bool {
        match self {
            Self::Nothing => true,
            Self::Text(wanted) => text.ends_with(&**wanted),
            Self::Holes(atoms) => {
                let Some(before) = atoms.len().checked_sub(1) else { return true };
                let tail = text.char_indices().rev().nth(before);
                tail.and_then(|(start, _)| text.get(start..))
                    .is_some_and(|tail| self.after_start(tail) == Some(""))
            }
        }
    }
}
