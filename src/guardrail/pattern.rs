//! Patterns: `*` is any run of characters, `?` one character.
//!
//! Two things are matched by patterns: texts as a whole ([`Glob`]) and names of
//! resources, whose colons divide them into fields ([`NamePattern`]). No pattern,
//! however hostile, takes more than its length times the text's.

use super::{assumption::Assumption, dialect::Dialect, finding::Finding};

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

    /// Tells whether every text matches.
    pub(super) fn is_everything(&self) -> bool {
        self.first.is_empty() && matches!(self.others.as_slice(), [last] if last.is_empty())
    }
}

impl Segment {
    fn of(atoms: &[Option<char>]) -> Self {
        match atoms.iter().copied().collect::<Option<String>>() {
            Some(text) if text.is_empty() => Self::Nothing,
            Some(text) => Self::Text(text.into()),
            None => Self::Holes(atoms.into()),
        }
    }

    fn is_empty(&self) -> bool {
        matches!(self, Self::Nothing)
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

/// A pattern over the name of a resource or principal (an ARN), which has a fixed
/// number of fields divided by colons; colons in the last field are ordinary.
///
/// Three readings of a star are about. *Strict*: it stays in its field. *Free*: it is
/// any run, colons included. AWS's documentation is in between: a star runs over a
/// colon only as the last character of its field. Where strict and free agree nobody
/// can object, and the compiler writes only such patterns; elsewhere the dialect's
/// reading is taken and the answer rests on [`Assumption::StarOverColon`].
/// Source: IAM User Guide, "IAM JSON policy elements: Resource".
#[derive(Clone, Debug)]
pub(super) struct NamePattern {
    /// The whole pattern, read freely.
    free: Glob,
    /// The same, completed with star fields; differs only if fields are missing.
    free_completed: Option<Glob>,
    /// The whole pattern without case, if it has capitals.
    folded: Option<Glob>,
    /// One pattern for each field, missing ones completed with stars.
    fields: Box<[Glob]>,
    /// The pattern for the reading in between.
    steps: Box<[Step]>,
}

/// A piece of a pattern over names.
#[derive(Clone, Debug)]
struct Step {
    token: Token,
    /// Whether it may stand for a colon.
    crosses: bool,
}

impl NamePattern {
    /// Takes the pieces of a pattern over names of so many fields.
    pub(super) fn of(tokens: &[Token], field_count: usize) -> Self {
        let mut fields: Vec<Vec<Token>> = vec![Vec::new()];
        for token in tokens {
            if *token == Token::Char(':') && fields.len() < field_count {
                fields.push(Vec::new());
            } else if let Some(field) = fields.last_mut() {
                field.push(token.clone());
            }
        }
        let missing = field_count - fields.len();
        let steps = steps(&fields, field_count);
        fields.resize(field_count, vec![Token::Run]);
        let completed = || fields.join(&Token::Char(':'));
        Self {
            free: Glob::of(tokens.iter().cloned()),
            free_completed: (missing > 0).then(|| Glob::of(completed())),
            folded: folded(tokens),
            steps,
            fields: fields.into_iter().map(Glob::of).collect(),
        }
    }

    /// Tells whether the lone star covers everything, whatever its form.
    pub(super) fn is_everything(&self) -> bool {
        self.free.is_everything()
    }

    /// Tells whether the pattern has all its fields.
    pub(super) fn is_complete(&self) -> bool {
        self.free_completed.is_none()
    }

    /// Matches field by field; a text with too few fields does not match.
    pub(super) fn matches_strictly(&self, text: &str) -> bool {
        let mut parts = text.splitn(self.fields.len(), ':');
        self.fields.iter().all(|field| parts.next().is_some_and(|part| field.matches(part)))
    }

    /// Matches the name of a resource as the dialect reads stars.
    pub(super) fn covers(&self, text: &str, dialect: &Dialect) -> Finding {
        if self.is_everything() {
            return Finding::YES;
        }
        let completed = |glob: &Glob| glob.matches(text);
        let freely = self.free.matches(text) || self.free_completed.as_ref().is_some_and(completed);
        if !freely || self.matches_strictly(text) {
            return Finding::of(freely);
        }
        let holds = dialect.stars_cross_anywhere || self.matches_in_between(text);
        Finding::of(holds).assuming(dialect.open(Assumption::StarOverColon))
    }

    /// Tells whether a name that is not covered might be if case did not count.
    pub(super) fn misses_by_case(&self, name: &str, folded_name: &str) -> bool {
        let pattern = self.folded.as_ref().unwrap_or(&self.free);
        (self.folded.is_some() || name != folded_name) && pattern.matches(folded_name)
    }

    /// Follows all ways through the pattern at once, a character at a time.
    fn matches_in_between(&self, text: &str) -> bool {
        let mut reached = vec![false; self.steps.len() + 1];
        if let Some(start) = reached.first_mut() {
            *start = true;
        }
        self.skip_runs(&mut reached);
        for c in text.chars() {
            let mut next = vec![false; reached.len()];
            for (index, step) in self.steps.iter().enumerate() {
                let here = reached.get(index) == Some(&true);
                let passes = here && (c != ':' || step.crosses);
                let to = match step.token {
                    Token::Char(wanted) => (here && wanted == c).then_some(index + 1),
                    Token::One => passes.then_some(index + 1),
                    Token::Run => passes.then_some(index),
                };
                if let Some(slot) = to.and_then(|to| next.get_mut(to)) {
                    *slot = true;
                }
            }
            self.skip_runs(&mut next);
            reached = next;
        }
        reached.last() == Some(&true)
    }

    /// A run may be empty.
    fn skip_runs(&self, reached: &mut [bool]) {
        for (index, step) in self.steps.iter().enumerate() {
            let here = reached.get(index) == Some(&true);
            if here
                && step.token == Token::Run
                && let Some(next) = reached.get_mut(index + 1)
            {
                *next = true;
            }
        }
    }
}

/// The pattern without case, if that makes a difference.
fn folded(tokens: &[Token]) -> Option<Glob> {
    let is_capital = |token: &Token| matches!(token, Token::Char(c) if c.is_ascii_uppercase());
    let fold = |token: &Token| match token {
        Token::Char(c) => Token::Char(c.to_ascii_lowercase()),
        other => other.clone(),
    };
    tokens.iter().any(is_capital).then(|| Glob::of(tokens.iter().map(fold)))
}

/// Marks the pieces that may stand for colons: all of the last field, and a star that
/// ends one of the others.
fn steps(fields: &[Vec<Token>], field_count: usize) -> Box<[Step]> {
    let mut steps = Vec::new();
    for (number, field) in fields.iter().enumerate() {
        if number > 0 {
            steps.push(Step { token: Token::Char(':'), crosses: false });
        }
        let in_last = number + 1 == field_count;
        for (place, token) in field.iter().enumerate() {
            let ends_field = place + 1 == field.len() && *token == Token::Run;
            steps.push(Step { token: token.clone(), crosses: in_last || ends_field });
        }
    }
    steps.into()
}
