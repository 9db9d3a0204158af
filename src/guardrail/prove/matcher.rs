//! Patterns over texts as the steps that a text takes through them.

use super::super::pattern::Token;

/// A pattern over whole texts.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Matcher {
    /// Letters are without case if `fold` says that case does not count.
    pub(super) steps: Vec<Step>,
    pub(super) fold: Fold,
}

/// A piece of a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Step {
    pub(super) on: Chars,
    /// Whether it is a run of such characters, also an empty one.
    pub(super) repeats: bool,
}

/// Characters that a step takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Chars {
    Is(char),
    Any,
    NoColon,
    /// Neither a colon nor a capital.
    NoCapital,
    Digit,
}

/// Whether case counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Fold {
    No,
    /// Letters of ASCII lose their case.
    Ascii,
    /// All letters do whose lower case is one letter.
    Unicode,
}

/// Letters that are the capital of a letter beside its usual one.
const ODD_CAPITALS: [(char, char); 4] =
    [('k', '\u{212a}'), ('å', '\u{212b}'), ('ω', '\u{2126}'), ('θ', '\u{3f4}')];

impl Matcher {
    /// One text and no other.
    pub(super) fn literal(text: &str, fold: Fold) -> Self {
        let steps = text.chars().map(|c| Step { on: Chars::Is(fold.of(c)), repeats: false });
        Self { steps: steps.collect(), fold }
    }

    /// A pattern whose wildcards take any character.
    pub(super) fn glob(tokens: &[Token]) -> Self {
        Self::name(tokens.iter().map(|token| (token.clone(), true)))
    }

    /// A pattern whose wildcards take colons only where they may.
    pub(super) fn name(tokens: impl IntoIterator<Item = (Token, bool)>) -> Self {
        let step = |(token, crosses)| {
            let any = if crosses { Chars::Any } else { Chars::NoColon };
            match token {
                Token::Char(c) => Step { on: Chars::Is(c), repeats: false },
                Token::One => Step { on: any, repeats: false },
                Token::Run => Step { on: any, repeats: true },
            }
        };
        Self { steps: tokens.into_iter().map(step).collect(), fold: Fold::No }
    }
}

impl Chars {
    pub(super) fn take(self, c: char) -> bool {
        match self {
            Self::Is(wanted) => wanted == c,
            Self::Any => true,
            Self::NoColon => c != ':',
            Self::NoCapital => c != ':' && !c.is_uppercase(),
            Self::Digit => c.is_ascii_digit(),
        }
    }
}

impl Fold {
    pub(super) fn of(self, c: char) -> char {
        match self {
            Self::No => c,
            Self::Ascii => c.to_ascii_lowercase(),
            Self::Unicode => only(c.to_lowercase()).unwrap_or(c),
        }
    }

    /// The characters that are this one but for case.
    pub(super) fn spellings(self, c: char) -> Vec<char> {
        let capital = match self {
            Self::No => None,
            Self::Ascii => Some(c.to_ascii_uppercase()),
            Self::Unicode => only(c.to_uppercase()).filter(|capital| self.of(*capital) == c),
        };
        let odd = ODD_CAPITALS.iter().filter(|(letter, _)| self == Self::Unicode && *letter == c);
        [c].into_iter().chain(capital).chain(odd.map(|(_, odd)| *odd)).collect()
    }
}

fn only(mut chars: impl Iterator<Item = char>) -> Option<char> {
    let first = chars.next()?;
    chars.next().is_none().then_some(first)
}
