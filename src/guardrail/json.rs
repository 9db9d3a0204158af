//! Reads JSON and keeps what other readers drop: positions and repeated names.
//!
//! The lexing is `serde_json`'s, one level at a time: it hands out the values of a
//! list or an object as slices of the text, and where a slice lies in the text is
//! where the value is. Nothing here knows policies.
//!
//! Hostile texts cost little: length, depth and the number of values are bounded
//! before anything is built from them.

use std::{collections::BTreeSet, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};
use serde_json::value::RawValue;

use super::fault::Fault;

/// The longest text read, in bytes: many times all policies in force on an account.
const LONGEST: usize = 1 << 20;
/// The deepest nesting; a list of policies needs ten levels.
const DEEPEST: usize = 32;
/// The most values, lists and objects included.
const MOST_VALUES: usize = 200_000;

/// A value, and where it is.
#[derive(Debug)]
pub(super) struct Json<'t> {
    /// Offset in the text, in bytes.
    pub(super) at: usize,
    /// The value as written.
    pub(super) raw: &'t str,
    pub(super) value: Value<'t>,
}

#[derive(Debug)]
pub(super) enum Value<'t> {
    Null,
    Bool,
    /// As written; numbers are never computed with.
    Number(&'t str),
    Text(String),
    List(Vec<Json<'t>>),
    /// In the order of the text; names are distinct.
    Object(Vec<(String, Json<'t>)>),
}

/// Reads a text that is one JSON value.
///
/// # Errors
///
/// The text is too long, too deep, no JSON, or an object has a name twice.
pub(super) fn read(text: &str) -> Result<Json<'_>, Fault> {
    if text.len() > LONGEST {
        return Err(Fault::new(0, format!("the text is longer than {LONGEST} bytes")));
    }
    let root = serde_json::from_str(text).map_err(|error| syntax_fault(text, &error))?;
    Reader { text, values: 0 }.read(root, 0)
}

/// Writes the way from the root to the value at `at`: `Statement[0].Effect`.
pub(super) fn path(text: &str, at: usize) -> String {
    let mut path = String::new();
    let Ok(mut value) = serde_json::from_str::<&RawValue>(text) else { return path };
    for _ in 0..=DEEPEST {
        if offset(text, value) >= at {
            break;
        }
        let Ok(Children { items }) = children(value) else { break };
        let around = |raw: &RawValue| {
            let start = offset(text, raw);
            (start..start + raw.get().len()).contains(&at)
        };
        let Some(index) = items.iter().position(|(_, raw)| around(raw)) else { break };
        let Some((name, inner)) = items.into_iter().nth(index) else { break };
        push_step(&mut path, name.as_deref(), index);
        value = inner;
    }
    path
}

/// Adds a member's name or an item's place to a path.
fn push_step(path: &mut String, name: Option<&str>, index: usize) {
    let is_part = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
    let is_word = |name: &str| !name.is_empty() && name.bytes().all(is_part);
    match name {
        Some(name) if !is_word(name) => path.push_str(&format!("[{name:?}]")),
        Some(name) if path.is_empty() => path.push_str(name),
        Some(name) => path.push_str(&format!(".{name}")),
        None => path.push_str(&format!("[{index}]")),
    }
}

struct Reader<'t> {
    text: &'t str,
    values: usize,
}

impl<'t> Reader<'t> {
    fn read(&mut self, raw: &'t RawValue, depth: usize) -> Result<Json<'t>, Fault> {
        let at = offset(self.text, raw);
        self.values += 1;
        if self.values > MOST_VALUES {
            return Err(Fault::new(at, format!("the text has more than {MOST_VALUES} values")));
        }
        if depth > DEEPEST {
            return Err(Fault::new(at, format!("values nest deeper than {DEEPEST} levels")));
        }
        let written = raw.get();
        let value = match written.as_bytes().first() {
            Some(b'n') => Value::Null,
            Some(b't' | b'f') => Value::Bool,
            Some(b'"') => Value::Text(decode(raw).map_err(|why| Fault::new(at, why))?),
            Some(b'[') => Value::List(self.list(raw, depth)?),
            Some(b'{') => Value::Object(self.object(raw, depth)?),
            _ => Value::Number(written),
        };
        Ok(Json { at, raw: written, value })
    }

    fn list(&mut self, raw: &'t RawValue, depth: usize) -> Result<Vec<Json<'t>>, Fault> {
        let items = self.children(raw)?;
        items.into_iter().map(|(_, item)| self.read(item, depth + 1)).collect()
    }

    fn object(
        &mut self,
        raw: &'t RawValue,
        depth: usize,
    ) -> Result<Vec<(String, Json<'t>)>, Fault> {
        let mut seen = BTreeSet::new();
        let mut members = Vec::new();
        for (name, item) in self.children(raw)? {
            let name = name.unwrap_or_default();
            if !seen.insert(name.clone()) {
                let problem = format!("the name `{name}` comes up twice in one object");
                return Err(Fault::new(offset(self.text, item), problem));
            }
            members.push((name, self.read(item, depth + 1)?));
        }
        Ok(members)
    }

    fn children(&self, raw: &'t RawValue) -> Result<Vec<(Option<String>, &'t RawValue)>, Fault> {
        // Syntax was checked at the root; what is left are names that are no text.
        let problem = |why: String| Fault::new(offset(self.text, raw), why);
        Ok(children(raw).map_err(problem)?.items)
    }
}

/// Where a slice of the text lies in it.
fn offset(text: &str, part: &RawValue) -> usize {
    part.get().as_ptr().addr().saturating_sub(text.as_ptr().addr())
}

fn decode(raw: &RawValue) -> Result<String, String> {
    serde_json::from_str(raw.get()).map_err(|_| "an escape that is no character".to_owned())
}

fn syntax_fault(text: &str, error: &serde_json::Error) -> Fault {
    if text.starts_with('\u{feff}') {
        return Fault::new(0, "the text is no JSON: it starts with a byte order mark");
    }
    let line_start: usize =
        text.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum();
    let mut at = (line_start + error.column().saturating_sub(1)).min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    let message = error.to_string();
    let what = message.split(" at line ").next().unwrap_or_default();
    Fault::new(at, format!("the text is no JSON: {what}"))
}

/// The values right below one, with their names if it is an object.
struct Children<'t> {
    items: Vec<(Option<String>, &'t RawValue)>,
}

fn children(raw: &RawValue) -> Result<Children<'_>, String> {
    let written = raw.get();
    let items = if written.starts_with('[') {
        serde_json::from_str::<Vec<&RawValue>>(written)
            .map(|items| items.into_iter().map(|item| (None, item)).collect())
    } else {
        serde_json::from_str::<Members<'_>>(written).map(|members| members.0)
    };
    items.map(|items| Children { items }).map_err(|_| "an escape that is no character".to_owned())
}

/// The members of an object in order, repeated names included.
struct Members<'t>(Vec<(Option<String>, &'t RawValue)>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct All;
        impl<'de> Visitor<'de> for All {
            type Value = Members<'de>;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some((name, value)) = map.next_entry::<String, &RawValue>()? {
                    members.push((Some(name), value));
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(All)
    }
}

impl<'t> Json<'t> {
    /// The text of a string.
    pub(super) fn text(&self, what: &str) -> Result<&str, Fault> {
        match &self.value {
            Value::Text(text) => Ok(text),
            _ => Err(self.fault(format!("{what} must be a string, not {}", self.kind()))),
        }
    }

    /// The members of an object.
    pub(super) fn object(&self, what: &str) -> Result<&[(String, Self)], Fault> {
        match &self.value {
            Value::Object(members) => Ok(members),
            _ => Err(self.fault(format!("{what} must be an object, not {}", self.kind()))),
        }
    }

    /// The member of an object with that name.
    pub(super) fn member(&self, name: &str) -> Option<&Self> {
        let Value::Object(members) = &self.value else { return None };
        members.iter().find(|(found, _)| found == name).map(|(_, value)| value)
    }

    /// Tells whether it is a list or an object of nothing.
    pub(super) fn is_empty(&self) -> bool {
        match &self.value {
            Value::List(items) => items.is_empty(),
            Value::Object(members) => members.is_empty(),
            _ => false,
        }
    }

    /// The items of a list, or the value itself: a list of one may be written as a scalar.
    pub(super) fn one_or_many(&self) -> &[Self] {
        match &self.value {
            Value::List(items) => items,
            _ => std::slice::from_ref(self),
        }
    }

    /// Writes the way from this value, the root, to the one at `at`.
    pub(super) fn path(&self, at: usize) -> String {
        let mut path = String::new();
        let mut value = self;
        while value.at < at {
            // The last that starts no later.
            let (name, index, inner) = match &value.value {
                Value::List(items) => {
                    let index = items.partition_point(|item| item.at <= at).saturating_sub(1);
                    (None, index, items.get(index))
                }
                Value::Object(members) => {
                    let index = members.partition_point(|(_, it)| it.at <= at).saturating_sub(1);
                    let member = members.get(index);
                    (member.map(|(name, _)| name.as_str()), index, member.map(|(_, it)| it))
                }
                _ => break,
            };
            let Some(inner) = inner.filter(|it| (it.at..it.at + it.raw.len()).contains(&at)) else {
                break;
            };
            push_step(&mut path, name, index);
            value = inner;
        }
        path
    }

    pub(super) fn fault(&self, problem: impl Into<String>) -> Fault {
        Fault::new(self.at, problem)
    }

    /// The kind of value in words.
    pub(super) fn kind(&self) -> &'static str {
        match self.value {
            Value::Null => "null",
            Value::Bool => "a boolean",
            Value::Number(_) => "a number",
            Value::Text(_) => "a string",
            Value::List(_) => "a list",
            Value::Object(_) => "an object",
        }
    }

    /// Counts the characters of the value as written, less white space between tokens.
    pub(super) fn size(&self) -> usize {
        let (mut in_string, mut escaped) = (false, false);
        let counts = |&c: &char| {
            let counted = in_string || !c.is_ascii_whitespace();
            in_string ^= c == '"' && !escaped;
            escaped = in_string && c == '\\' && !escaped;
            counted
        };
        self.raw.chars().filter(counts).count()
    }
}
