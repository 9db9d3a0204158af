//! Patterns over names of resources and principals (ARNs).
//!
//! A name has a fixed number of fields divided by colons; colons in the last field are
//! ordinary. Three readings of a star are about. *Strict*: it stays in its field.
//! *Free*: it is any run, colons included. AWS's documentation is in between: a star
//! runs over a colon only as the last character of its field. Where strict and free
//! agree nobody can object, and the compiler writes only such patterns; elsewhere the
//! dialect's reading is taken, and the answer rests on an assumption.
//! Source: IAM User Guide, "IAM JSON policy elements: Resource".

use super::{
    assumption::Assumption,
    automaton::{Automaton, Step},
    dialect::Dialect,
    finding::Finding,
    pattern::{Glob, Token},
};

/// A pattern over names.
#[derive(Clone, Debug)]
pub(super) struct NamePattern {
    /// One pattern for each field, missing ones completed with stars.
    fields: Box<[Glob]>,
    /// The pattern as a whole: as written and, if fields are missing, completed.
    wholes: Box<[Whole]>,
    /// The pattern as written without case, if it has capitals.
    folded: Option<Glob>,
    /// Whether every name matches, whatever its form.
    everything: bool,
}

/// A pattern that is not taken apart at its colons.
#[derive(Clone, Debug)]
struct Whole {
    free: Glob,
    /// For the reading in between.
    steps: Box<[Step]>,
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
        let mut wholes = vec![Whole::of(&fields, field_count)];
        if fields.len() < field_count {
            fields.resize(field_count, vec![Token::Run]);
            wholes.push(Whole::of(&fields, field_count));
        }
        Self {
            fields: fields.into_iter().map(Glob::of).collect(),
            wholes: wholes.into(),
            folded: folded(tokens),
            everything: tokens == [Token::Run],
        }
    }

    /// Tells whether the pattern was written with all its fields.
    pub(super) fn is_complete(&self) -> bool {
        self.wholes.len() == 1
    }

    /// The strict reading: the pieces of the pattern, and whether each may stand for a
    /// colon.
    pub(super) fn strict(&self) -> Vec<(Token, bool)> {
        let mut pieces = Vec::new();
        for (number, field) in self.fields.iter().enumerate() {
            let in_last = number + 1 == self.fields.len();
            if number > 0 {
                pieces.push((Token::Char(':'), false));
            }
            pieces.extend(field.tokens().into_iter().map(|token| (token, in_last)));
        }
        pieces
    }

    /// Every other reading of the pattern as the name of a resource.
    pub(super) fn other_readings(&self) -> Vec<Vec<(Token, bool)>> {
        let free = |step: &Step| (step.token.clone(), true);
        let between = |step: &Step| (step.token.clone(), step.crosses);
        let readings = self.wholes.iter().flat_map(|whole| {
            let steps = || whole.steps.iter();
            [steps().map(free).collect(), steps().map(between).collect()]
        });
        readings.collect()
    }

    /// Matches field by field; a name with too few fields does not match.
    pub(super) fn matches_strictly(&self, name: &str) -> bool {
        let mut parts = name.splitn(self.fields.len(), ':');
        self.fields.iter().all(|field| parts.next().is_some_and(|part| field.matches(part)))
    }

    /// Matches the name of a resource as the dialect reads stars.
    pub(super) fn covers(&self, name: &str, dialect: &Dialect) -> Finding {
        if self.everything {
            return Finding::YES;
        }
        let freely = self.wholes.iter().any(|whole| whole.free.matches(name));
        if !freely || self.matches_strictly(name) {
            return Finding::of(freely);
        }
        let holds = dialect.stars_cross_anywhere
            || self.wholes.iter().any(|whole| whole.matches_in_between(name));
        Finding::of(holds).assuming(dialect.open(Assumption::StarOverColon))
    }

    /// Tells whether a name that is not covered might be if case did not count.
    pub(super) fn misses_by_case(&self, name: &str, folded_name: &str) -> bool {
        match &self.folded {
            Some(folded) => folded.matches(folded_name),
            None if name == folded_name => false,
            None => self.wholes.iter().any(|whole| whole.free.matches(folded_name)),
        }
    }
}

impl Whole {
    fn of(fields: &[Vec<Token>], field_count: usize) -> Self {
        Self { free: Glob::of(fields.join(&Token::Char(':'))), steps: steps(fields, field_count) }
    }

    /// Matches with stars that run over a colon where they end their field.
    fn matches_in_between(&self, text: &str) -> bool {
        Automaton::of(self.steps.iter()).matches(text)
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
/// ends one of the others. Stars in a row are one, and the last of them counts.
fn steps(fields: &[Vec<Token>], field_count: usize) -> Box<[Step]> {
    let mut steps = Vec::new();
    for (number, field) in fields.iter().enumerate() {
        if number > 0 {
            steps.push(Step { token: Token::Char(':'), crosses: false });
        }
        let in_last = number + 1 == field_count;
        for (place, token) in field.iter().enumerate() {
            // Of stars in a row the last does what all do.
            if *token == Token::Run && field.get(place + 1) == Some(&Token::Run) {
                continue;
            }
            let ends_field = place + 1 == field.len() && *token == Token::Run;
            steps.push(Step { token: token.clone(), crosses: in_last || ends_field });
        }
    }
    steps.into()
}
