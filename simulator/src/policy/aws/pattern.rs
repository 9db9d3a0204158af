//! Patterns: texts with wildcards and policy variables, and what they cover.

use super::condition::Context;

/// A text of a policy, read but not yet filled in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pattern {
    pieces: Vec<Piece>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Glyph(Glyph),
    Variable { key: String, default: Option<String> },
}

/// One place of a pattern whose variables have values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Glyph {
    /// A character that stands for itself.
    Plain(char),
    /// `?`, which covers any one character.
    One,
    /// `*`, which covers any run of characters, also none.
    Any,
}

impl Glyph {
    fn wild(character: char) -> Self {
        match character {
            '*' => Self::Any,
            '?' => Self::One,
            other => Self::Plain(other),
        }
    }

    /// Returns the character that stands for itself.
    pub(super) fn plain(self) -> Option<char> {
        match self {
            Self::Plain(character) => Some(character),
            Self::One | Self::Any => None,
        }
    }
}

impl Pattern {
    /// Reads a text in which `*` and `?` are wildcards.
    pub(super) fn wild(text: &str, has_variables: bool) -> Self {
        Self::read(text, Glyph::wild, has_variables)
    }

    /// Reads a text in which all characters stand for themselves.
    pub(super) fn plain(text: &str, has_variables: bool) -> Self {
        Self::read(text, Glyph::Plain, has_variables)
    }

    /// Reads the ARN of a resource: there are no variables before the fifth colon.
    pub(super) fn of_resource(text: &str, has_variables: bool) -> Self {
        let start = text.match_indices(':').nth(4).map_or(text.len(), |(colon, _)| colon + 1);
        let (fields, resource) = text.split_at(start);
        let mut pattern = Self::wild(fields, false);
        pattern.pieces.extend(Self::wild(resource, has_variables).pieces);
        pattern
    }

    fn read(text: &str, glyph: impl Fn(char) -> Glyph, has_variables: bool) -> Self {
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
        Self { pieces }
    }

    /// Puts values for the variables; `None` when one has none.
    ///
    /// A value stands for itself, whatever wildcards are in it. The vendor does not say so.
    pub(super) fn fill(&self, context: &Context) -> Option<Vec<Glyph>> {
        let mut glyphs = Vec::with_capacity(self.pieces.len());
        for piece in &self.pieces {
            match piece {
                Piece::Glyph(glyph) => glyphs.push(*glyph),
                Piece::Variable { key, default } => {
                    let value = context.single(key).or(default.as_deref())?;
                    glyphs.extend(value.chars().map(Glyph::Plain));
                }
            }
        }
        Some(glyphs)
    }
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
        Self::Variable { key: key.trim().to_owned(), default }
    }
}

/// Tells whether glyphs cover all of a text.
pub(super) fn covers(glyphs: &[Glyph], text: &str) -> bool {
    let every: Vec<(Glyph, bool)> = glyphs.iter().map(|&glyph| (glyph, true)).collect();
    covers_within(&every, text)
}

/// Tells whether glyphs cover the ARN of a resource.
///
/// A wildcard stays within its field of the ARN, but for a `*` at the end of one, and all that is in
/// the last one. An ARN that is cut off goes on as `:*`.
pub(super) fn covers_resource(glyphs: &[Glyph], arn: &str) -> bool {
    if glyphs == [Glyph::Any] {
        return true;
    }
    let whole = fenced(glyphs);
    let is_cut_off = glyphs.iter().filter(|&&glyph| glyph == Glyph::Plain(':')).count() < 5;
    let with_rest = || fenced(&[glyphs, &[Glyph::Plain(':'), Glyph::Any]].concat());
    covers_within(&whole, arn) || (is_cut_off && covers_within(&with_rest(), arn))
}

/// Says of every glyph whether it may cover a colon.
fn fenced(glyphs: &[Glyph]) -> Vec<(Glyph, bool)> {
    let mut colons = 0;
    let mut next = glyphs.iter().skip(1);
    let fence = |&glyph: &Glyph| {
        let is_last = matches!(next.next(), None | Some(Glyph::Plain(':')));
        colons += usize::from(glyph == Glyph::Plain(':'));
        (glyph, colons >= 5 || (glyph == Glyph::Any && is_last))
    };
    glyphs.iter().map(fence).collect()
}

/// Follows all ways through the glyphs at once: `reached` says which of them could come next.
fn covers_within(glyphs: &[(Glyph, bool)], text: &str) -> bool {
    let mut reached = vec![false; glyphs.len() + 1];
    if let Some(start) = reached.first_mut() {
        *start = true;
    }
    skip_stars(glyphs, &mut reached);
    for character in text.chars() {
        let mut next = vec![false; reached.len()];
        for (place, (glyph, may_cross)) in glyphs.iter().enumerate() {
            let is_here = reached.get(place) == Some(&true);
            let fits = match glyph {
                Glyph::Plain(expected) => *expected == character,
                Glyph::One | Glyph::Any => *may_cross || character != ':',
            };
            let after = if *glyph == Glyph::Any { place } else { place + 1 };
            if let Some(after) = next.get_mut(after).filter(|_| is_here && fits) {
                *after = true;
            }
        }
        skip_stars(glyphs, &mut next);
        reached = next;
    }
    reached.last() == Some(&true)
}

/// Reaches what comes after every star that is reached, as stars may cover nothing.
fn skip_stars(glyphs: &[(Glyph, bool)], reached: &mut [bool]) {
    for (place, (glyph, _)) in glyphs.iter().enumerate() {
        if *glyph == Glyph::Any
            && reached.get(place) == Some(&true)
            && let Some(after) = reached.get_mut(place + 1)
        {
            *after = true;
        }
    }
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
        let fill = |text| Pattern::wild(text, true).fill(&context);
        assert!(covers(&fill("x/${AWS:UserName}/*").unwrap(), "x/a*/y"));
        assert!(!covers(&fill("x/${aws:username}").unwrap(), "x/ab"));
        assert!(covers(&fill("${aws:PrincipalTag/t, 'none'}${*}").unwrap(), "none*"));
        assert_eq!(fill("${aws:PrincipalTag/t}"), None);
        assert!(covers(&fill("${aws:username").unwrap(), "${aws:username"));
    }
}
