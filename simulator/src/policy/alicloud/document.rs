//! Policy documents: read strictly, as the API does when a policy is created.

use serde_json::{Map, Value};

use super::condition::{Condition, Context, Operator};
use crate::policy::values::is_like;

/// A policy document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    pub(super) statements: Vec<Statement>,
}

/// What sort of policy a document is for; the languages differ a little.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A policy of RAM, attached to users, groups and roles. Session policies are read like it.
    Ram,
    /// A control policy of a resource directory, which has no `NotResource`.
    Control,
}

/// One statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Statement {
    pub is_deny: bool,
    actions: Patterns,
    resources: Patterns,
    conditions: Vec<Condition>,
}

/// What `Action` lists, or everything but what `NotAction` lists; likewise resources.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Patterns {
    patterns: Vec<String>,
    is_excluding: bool,
}

impl Document {
    /// Reads a document.
    ///
    /// Errors: a sentence about the first thing that is no policy.
    pub fn parse(text: &str, kind: Kind) -> Result<Self, String> {
        let value: Value = serde_json::from_str(text).map_err(|error| format!("{error}."))?;
        let document = value.as_object().ok_or("The policy must be a JSON object.")?;
        check_names(document, &["Version", "Statement"])?;
        if document.get("Version").and_then(Value::as_str) != Some("1") {
            return Err("The policy version must be \"1\".".to_owned());
        }
        let statements = document.get("Statement").and_then(Value::as_array);
        let statements = statements.filter(|list| !list.is_empty());
        let statements = statements.ok_or("The policy must have a list of statements.")?;
        let statements = statements.iter().map(|statement| Statement::read(statement, kind));
        Ok(Self { statements: statements.collect::<Result<_, _>>()? })
    }

    /// Makes the document that allows these actions on everything.
    #[must_use]
    pub fn allowing(actions: impl IntoIterator<Item = String>) -> Self {
        let everything = Patterns { patterns: vec!["*".to_owned()], is_excluding: false };
        let actions = Patterns { patterns: actions.into_iter().collect(), is_excluding: false };
        let statement =
            Statement { is_deny: false, actions, resources: everything, conditions: Vec::new() };
        Self { statements: vec![statement] }
    }
}

impl Statement {
    /// Tells whether the statement speaks of an action on a resource.
    pub(super) fn concerns(
        &self,
        action: &str,
        resource: &str,
        context: &Context,
        absent_negated: bool,
    ) -> bool {
        // Actions are the same in either case, "in most cases"; resources are not.
        let action = action.to_lowercase();
        self.actions.cover(|pattern| is_like(&pattern.to_lowercase(), &action))
            && self.resources.cover(|pattern| is_like(pattern, resource))
            && self.conditions.iter().all(|condition| condition.holds(context, absent_negated))
    }

    fn read(value: &Value, kind: Kind) -> Result<Self, String> {
        let statement = value.as_object().ok_or("Each statement must be a JSON object.")?;
        // Undocumented, but present in policies the vendor publishes.
        let mut names = vec!["Sid", "Effect", "Action", "NotAction", "Resource", "Condition"];
        names.extend((kind == Kind::Ram).then_some("NotResource"));
        check_names(statement, &names)?;
        let is_deny = match statement.get("Effect").and_then(Value::as_str) {
            Some("Deny") => true,
            Some("Allow") => false,
            _ => return Err("The effect must be Allow or Deny.".to_owned()),
        };
        Ok(Self {
            is_deny,
            actions: Patterns::read(statement, "Action", "NotAction")?,
            resources: Patterns::read(statement, "Resource", "NotResource")?,
            conditions: match statement.get("Condition") {
                Some(block) => read_conditions(block)?,
                None => Vec::new(),
            },
        })
    }
}

impl Patterns {
    fn read(
        statement: &Map<String, Value>,
        listing: &str,
        excluding: &str,
    ) -> Result<Self, String> {
        let (name, value, is_excluding) = match (statement.get(listing), statement.get(excluding)) {
            (Some(value), None) => (listing, value, false),
            (None, Some(value)) => (excluding, value, true),
            (None, None) => return Err(format!("A statement lacks {listing}.")),
            (Some(_), Some(_)) => {
                return Err(format!("A statement has both {listing} and {excluding}."));
            }
        };
        Ok(Self { patterns: read_texts(name, value)?, is_excluding })
    }

    fn cover(&self, fits: impl Fn(&str) -> bool) -> bool {
        self.patterns.iter().any(|pattern| fits(pattern)) != self.is_excluding
    }
}

fn read_conditions(block: &Value) -> Result<Vec<Condition>, String> {
    let block = block.as_object().ok_or("A condition must be a JSON object.")?;
    let mut conditions = Vec::new();
    for (name, keys) in block {
        let operator = Operator::parse(name)
            .ok_or_else(|| format!("The condition operator {name} is not supported."))?;
        let keys = keys.as_object().ok_or_else(|| format!("{name} must be a JSON object."))?;
        for (key, values) in keys {
            let values = read_texts(key, values)?;
            conditions.push(Condition { operator, key: key.clone(), values });
        }
    }
    Ok(conditions)
}

/// Reads one text or a list of them.
fn read_texts(name: &str, value: &Value) -> Result<Vec<String>, String> {
    let one = std::slice::from_ref(value);
    let values = value.as_array().map_or(one, Vec::as_slice);
    let texts: Option<Vec<String>> =
        values.iter().map(|value| value.as_str().map(str::to_owned)).collect();
    texts
        .filter(|texts| !texts.is_empty())
        .ok_or_else(|| format!("{name} must be a text or a list of texts."))
}

fn check_names(object: &Map<String, Value>, known: &[&str]) -> Result<(), String> {
    match object.keys().find(|name| !known.contains(&name.as_str())) {
        Some(name) => Err(format!("The element {name} is not supported.")),
        None => Ok(()),
    }
}
