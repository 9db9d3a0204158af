//! Patterns: texts with wildcards and policy variables, and what they cover.

use std::borrow::Cow;

use super::condition::Context;

/// A text of a policy, read but not yet filled in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Pattern {
    /// Without variables.
    Fixed(Vec<Glyph>),
    /// With variables.
    Varying(Vec<Piece>),
}

/// A part of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    Glyph(Glyph),
    Variable { key: String, default: Option<String> },
}

/// One place of a pattern whose variables have values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Glyph {
    /// A character that stands for itself.
    Plain(char),
    /// `?`, which covers any one character; within a field of an ARN no colon.
    One { within: bool },
    /// `*`, which covers any run of characters, also none; likewise.
    Any { within: bool },
}

impl Glyph {
    fn wild(character: char) -> Self {
        match character {
            '*' => Self::Any { within: false },
            '?' => Self::One { within: false },
            other => Self::Plain(other),
        }
    }

    /// Keeps a wildcard within its field of an ARN.
    fn fenced(self) -> Self {
        match self {
            Self::Plain(character) => Self::Plain(character),
            Self::One { .. } => Self::One { within: true },
            Self::Any { .. } => Self::Any { within: true },
        }
    }

    fn fits(self, character: char) -> bool {
        match self {
            Self::Plain(expected) => expected == character,
            Self::One { within } | Self::Any { within } => !within || character != ':',
        }
    }
}

impl Pattern {
    /// Reads a text in which `*` and `?` are wildcards.
    pub(super) fn wild(text: &str, has_variables: bool) -> Self {
        Self::of(read(text, Glyph::wild, has_variables))
    }

    /// Reads a text in which all characters stand for themselves.
    pub(super) fn plain(text: &str, has_variables: bool) -> Self {
        Self::of(read(text, Glyph::Plain, has_variables))
    }

    /// Reads the ARN of a resource.
    ///
    /// Before the fifth colon there are no variables, and a wildcard stays within its field, but for a
    /// `*` at the end of one.
    pub(super) fn of_resource(text: &str, has_variables: bool) -> Self {
        let start = text.match_indices(':').nth(4).map_or(text.len(), |(colon, _)| colon + 1);
        let (fields, resource) = text.split_at(start);
        let mut after = fields.chars().skip(1);
        let field = |character| {
            let is_last = matches!(after.next(), None | Some(':'));
            let glyph = Glyph::wild(character);
            Piece::Glyph(if character == '*' && is_last { glyph } else { glyph.fenced() })
        };
        let mut pieces: Vec<Piece> = fields.chars().map(field).collect();
        pieces.extend(read(resource, Glyph::wild, has_variables));
        Self::of(pieces)
    }

    fn of(pieces: Vec<Piece>) -> Self {
        let glyph = |piece: &Piece| match piece {
            Piece::Glyph(glyph) => Some(*glyph),
            Piece::Variable { .. } => None,
        };
        let glyphs: Option<Vec<Glyph>> = pieces.iter().map(glyph).collect();
        glyphs.map_or(Self::Varying(pieces), Self::Fixed)
    }

    /// Puts values for the variables; `None` when one has none.
    ///
    /// A value stands for itself, whatever wildcards are in it. The vendor does not say so.
    pub(super) fn fill(&self, context: &Context) -> Option<Cow<'_, [Glyph]>> {
        let pieces = match self {
            Self::Fixed(glyphs) => return Some(Cow::Borrowed(glyphs)),
            Self::Varying(pieces) => pieces,
        };
        let mut glyphs = Vec::with_capacity(pieces.len());
        for piece in pieces {
            match piece {
                Piece::Glyph(glyph) => glyphs.push(*glyph),
                Piece::Variable { key, default } => {
                    let value = context.single(key).or(default.as_deref())?;
                    glyphs.extend(value.chars().map(Glyph::Plain));
                }
            }
        }
        Some(Cow::Owned(glyphs))
    }

    /// Puts values for the variables of a text without wildcards; `None` when one has none.
    pub(super) fn text(&self, context: &Context) -> Option<String> {
        let plain = |glyph: &Glyph| match glyph {
            Glyph::Plain(character) => Some(*character),
            Glyph::One { .. } | Glyph::Any { .. } => None,
        };
        Some(self.fill(context)?.iter().filter_map(plain).collect())
    }
}

fn read(text: &str, glyph: impl Fn(char) -> Glyph, has_variables: bool) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(character) = rest.chars().next() {
        let variable = rest.strip_prefix("${").filter(|_| has_variables);
        if let Some((inside, after)) = variable.and_then(|start| start.split_once('}')) {
            pieces.push(Piece::variable(inside));
            rest = after;
        } else {
            pieces.push(Piece::Glyph(glyph(character)));
            rest = rest.get(character.len_utf8()..).unwrap_or_default();
        }
    }
    pieces
}

impl Piece {
    /// Reads what is between `${` and `}`: a wildcard or dollar to be taken as such, or a key, perhaps
    /// with a default.
    fn variable(inside: &str) -> Self {
        let mut characters = inside.chars();
        if let (Some(mark @ ('*' | '?' | '$')), None) = (characters.next(), characters.next()) {
            return Self::Glyph(Glyph::Plain(mark));
        }
        let (key, default) = inside.split_once(',').map_or((inside, None), |(key, default)| {
            (key, Some(default.trim().trim_matches('\'').to_owned()))
        });
        Self::Variable { key: key.trim().to_lowercase(), default }
    }
}

/// Tells whether glyphs cover all of a text, following all ways through them at once.
pub(super) fn covers(glyphs: &[Glyph], text: &str) -> bool {
    // The places that could come next.
    let (mut reached, mut next) = (Vec::new(), Vec::new());
    reach(glyphs, 0, &mut reached);
    for character in text.chars() {
        for &place in &reached {
            match glyphs.get(place) {
                Some(glyph) if glyph.fits(character) => {
                    let stays = matches!(glyph, Glyph::Any { .. });
                    reach(glyphs, if stays { place } else { place + 1 }, &mut next);
                }
                _ => {}
            }
        }
        std::mem::swap(&mut reached, &mut next);
        next.clear();
        if reached.is_empty() {
            return false;
        }
    }
    reached.contains(&glyphs.len())
}

/// Reaches a place, and what comes after it when it is a star, as stars may cover nothing.
fn reach(glyphs: &[Glyph], place: usize, reached: &mut Vec<usize>) {
    let mut place = place;
    while !reached.contains(&place) {
        reached.push(place);
        if !matches!(glyphs.get(place), Some(Glyph::Any { .. })) {
            return;
        }
        place += 1;
    }
}

/// Tells whether the ARN of a resource is covered; a pattern that is cut off goes on as `:*`.
pub(super) fn covers_resource(glyphs: &[Glyph], arn: &str) -> bool {
    let colons = glyphs.iter().filter(|&&glyph| glyph == Glyph::Plain(':')).count();
    let rest = [Glyph::Plain(':'), Glyph::Any { within: false }];
    covers(glyphs, arn) || (colons < 5 && covers(&[glyphs, &rest].concat(), arn))
}

/// Tells whether glyphs cover an ARN field by field, as conditions compare ARNs; no wildcard leaves its
/// field, and what is no ARN is not covered.
pub(super) fn covers_arn(glyphs: &[Glyph], arn: &str) -> bool {
    let patterns: Vec<&[Glyph]> = glyphs.splitn(6, |&glyph| glyph == Glyph::Plain(':')).collect();
    let fields: Vec<&str> = arn.splitn(6, ':').collect();
    patterns.len() == 6
        && fields.len() == 6
        && patterns.iter().zip(fields).all(|(pattern, field)| covers(pattern, field))
}

#[cfg(test)]
mod tests {
    use super::{Pattern, covers, covers_arn, covers_resource};
    use crate::policy::aws::Context;

    fn covers_text(pattern: &str, text: &str) -> bool {
        covers(&Pattern::wild(pattern, false).fill(&Context::default()).unwrap(), text)
    }

    fn is_resource(pattern: &str, arn: &str) -> bool {
        let pattern = Pattern::of_resource(pattern, true);
        covers_resource(&pattern.fill(&Context::default()).unwrap(), arn)
    }

    #[test]
    fn stars_cover_any_run_and_question_marks_one_character() {
        for (pattern, text) in [("*", ""), ("a*c", "abcbc"), ("?*", "é"), ("**a?", "aab")] {
            assert!(covers_text(pattern, text), "{pattern}");
        }
        for (pattern, text) in [("", "a"), ("?", ""), ("a*c", "abcb"), ("A", "a")] {
            assert!(!covers_text(pattern, text), "{pattern}");
        }
    }

    #[test]
    fn stars_inside_a_field_of_a_resource_stay_there() {
        let image = "arn:aws:ec2:us-east-1::image/ami-1";
        for pattern in [
            "*",
            image,
            "arn:aws:ec2:*::image/*",
            "arn:aws:ec2:*:*:image/*",
            "arn:aws:ec2:*:image/ami-?",
            "arn:*",
            "arn:aws:ec2",
            "arn:aws:ec2:us-*-1::*",
        ] {
            assert!(is_resource(pattern, image), "{pattern}");
        }
        for pattern in ["arn:aws:ec2:us*1:image/*", "arn:aws:ec2:*:1:image/*", "arn:aws:ec", "?*a"]
        {
            assert!(!is_resource(pattern, image), "{pattern}");
        }
        assert!(is_resource("arn:aws:logs:*:1:a*d", "arn:aws:logs:eu:1:a:b:c:d"));
    }

    #[test]
    fn arns_of_conditions_are_compared_field_by_field() {
        let covers = |pattern, arn| {
            covers_arn(&Pattern::wild(pattern, true).fill(&Context::default()).unwrap(), arn)
        };
        assert!(covers("arn:*:iam::*:role/a*", "arn:aws:iam::1:role/a/b"));
        assert!(!covers("arn:aws:iam::*", "arn:aws:iam::1:role/a"));
        assert!(!covers("*", "arn:aws:iam::1:role/a") && !covers("*:*:*:*:*:*", "role/a"));
    }

    #[test]
    fn variables_are_filled_in_as_they_are() {
        let mut context = Context::default();
        context.set("aws:username", "a*");
        let is_covered = |pattern, text| {
            let pattern = Pattern::wild(pattern, true);
            pattern.fill(&context).map(|glyphs| covers(&glyphs, text))
        };
        assert_eq!(is_covered("x/${AWS:UserName}/*", "x/a*/y"), Some(true));
        assert_eq!(is_covered("x/${aws:username}", "x/ab"), Some(false));
        assert_eq!(is_covered("${aws:PrincipalTag/t, 'none'}${*}", "none*"), Some(true));
        assert_eq!(is_covered("${aws:PrincipalTag/t}", ""), None);
        assert_eq!(is_covered("${aws:username", "${aws:username"), Some(true));
    }
}
