//! Documents written from canonical forms, which must lose nothing that counts.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::guardrail::{ALICLOUD, AWS, Dialect};

/// A kind of policies on a cloud.
pub(super) struct Place<'k> {
    pub(super) dialect: &'static Dialect,
    /// A type of policies or a guardrail's level.
    pub(super) kind: &'k str,
    /// Whether every statement must name everybody as its principal.
    pub(super) is_for_everyone: bool,
}

const fn place(dialect: &'static Dialect, kind: &'static str) -> Place<'static> {
    Place { dialect, kind, is_for_everyone: false }
}

/// All kinds that differ in what may be written.
pub(super) static PLACES: [Place<'_>; 7] = [
    place(&AWS, "scp"),
    place(&AWS, "iam_policy"),
    place(&AWS, "resource"),
    Place { dialect: &AWS, kind: "rcp", is_for_everyone: true },
    place(&ALICLOUD, "control_policy"),
    place(&ALICLOUD, "ram_policy"),
    place(&ALICLOUD, "resource"),
];

/// Version, id, statements.
type Whole = (String, Option<String>, Vec<String>);
/// Whether it is negated, and its entries.
type Clause = Option<(bool, Vec<String>)>;
/// Sid, effect, principals, actions, resources, tests.
type Statement = (Option<String>, String, Clause, Clause, Clause, Vec<String>);
/// Operator, key, values.
type Test = (String, String, Vec<String>);

impl Place<'_> {
    /// Writes a document that has the canonical form.
    pub(super) fn rebuilt(&self, canonical: &str) -> String {
        let (version, id, statements) = read::<Whole>(canonical);
        let statements: Vec<_> = statements.iter().map(|text| self.statement(text)).collect();
        let mut document = Map::new();
        document.insert("Version".to_owned(), version.into());
        document.extend(id.map(|id| ("Id".to_owned(), id.into())));
        document.insert("Statement".to_owned(), statements.into());
        Value::Object(document).to_string()
    }

    fn statement(&self, text: &str) -> Value {
        let (sid, effect, principals, actions, resources, tests) = read::<Statement>(text);
        let mut statement = Map::new();
        statement.extend(sid.map(|sid| ("Sid".to_owned(), sid.into())));
        statement.insert("Effect".to_owned(), effect.into());
        statement
            .extend(principals.map(|(negated, entries)| {
                (named("Principal", negated), self.principals(&entries))
            }));
        if self.is_for_everyone {
            statement.insert("Principal".to_owned(), "*".into());
        }
        for (name, clause) in [("Action", actions), ("Resource", resources)] {
            statement
                .extend(clause.map(|(negated, entries)| (named(name, negated), many(&entries))));
        }
        if !tests.is_empty() {
            statement.insert("Condition".to_owned(), condition(&tests));
        }
        Value::Object(statement)
    }

    fn principals(&self, entries: &[String]) -> Value {
        let accounts = if std::ptr::eq(self.dialect, &AWS) { "AWS" } else { "RAM" };
        let mut kinds: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for entry in entries {
            let (kind, text) = match read::<Value>(entry) {
                Value::String(text) => (accounts.to_owned(), text),
                other => serde_json::from_value(other).expect("a kind and a text"),
            };
            kinds.entry(kind).or_default().push(text);
        }
        json!(kinds)
    }
}

fn condition(tests: &[String]) -> Value {
    let mut condition: Map<String, Value> = Map::new();
    for test in tests {
        let (operator, key, values) = read::<Test>(test);
        // Two tests of one key by one operator differ in how the names are written.
        let mut names = (0..u64::MAX).map(|number| respelled(&operator, number));
        let is_free =
            |name: &String| condition.get(name).is_none_or(|keys| keys.get(&key).is_none());
        let name = names.find(is_free).expect("there are enough spellings");
        condition.entry(name).or_insert_with(|| json!({}))[&key] = many(&values);
    }
    Value::Object(condition)
}

/// Turns the case of the letters that the number has a bit for.
fn respelled(name: &str, number: u64) -> String {
    let turned = |(place, c): (usize, char)| match number.checked_shr(place as u32) {
        Some(bits) if bits & 1 == 1 && c.is_ascii_lowercase() => c.to_ascii_uppercase(),
        Some(bits) if bits & 1 == 1 => c.to_ascii_lowercase(),
        _ => c,
    };
    name.chars().enumerate().map(turned).collect()
}

fn named(element: &str, negated: bool) -> String {
    if negated { format!("Not{element}") } else { element.to_owned() }
}

/// A list, or a scalar if there is but one.
fn many(entries: &[String]) -> Value {
    let mut values: Vec<Value> = entries.iter().map(|entry| read(entry)).collect();
    if values.len() == 1 { values.remove(0) } else { Value::Array(values) }
}

fn read<T: serde::de::DeserializeOwned>(text: &str) -> T {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("no canonical form: {error}: {text}"))
}
