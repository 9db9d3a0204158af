//! Policy documents: read strictly, as the APIs do when a policy is created.

use serde_json::{Map, Value};

use super::condition::{Condition, Context};
use super::json;
use super::operator::{Operand, Operator};
use super::pattern::{Pattern, covers, covers_resource};

/// A policy document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    pub(super) statements: Vec<Statement>,
}

/// What sort of policy a document is for; the languages differ a little.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A policy of IAM, for users, groups, roles, boundaries and sessions.
    Identity,
    /// A service control policy, which states the newer version and has any `Sid`.
    ServiceControl,
    /// A policy of a resource, or a resource control policy: it names principals.
    Resource,
}

/// One statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Statement {
    pub is_deny: bool,
    /// ARNs, account ids or `*`; nobody in policies that say by whom they are meant elsewhere.
    principals: Vec<String>,
    actions: Patterns,
    resources: Patterns,
    conditions: Vec<Condition>,
}

/// What `Action` lists, or everything but what `NotAction` lists; likewise resources.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Patterns {
    patterns: Vec<Pattern>,
    is_excluding: bool,
}

/// How a statement of a resource's policy names a caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Naming {
    /// As this user or this session.
    Directly,
    /// As one of its account, of its role, or as anybody.
    Among,
}

impl Document {
    /// Reads a document.
    ///
    /// Errors: a sentence about the first thing that is no policy, as far as known in the words of IAM.
    pub fn parse(text: &str, kind: Kind) -> Result<Self, String> {
        let value =
            json::parse(text).map_err(|error| format!("Syntax errors in policy: {error}."))?;
        let document = value.as_object().ok_or("Syntax errors in policy.")?;
        check_names(document, &["Version", "Id", "Statement"])?;
        let has_variables = match document.get("Version").map(Value::as_str) {
            Some(Some("2012-10-17")) => true,
            Some(Some("2008-10-17")) | None if kind != Kind::ServiceControl => false,
            _ => return Err("Policy document must be version 2012-10-17 or greater.".to_owned()),
        };
        let statements = one_or_many(document.get("Statement").unwrap_or(&Value::Null));
        let read = |statement| Statement::read(statement, kind, has_variables);
        let statements = statements.iter().map(read).collect::<Result<Vec<_>, _>>()?;
        if statements.is_empty() {
            return Err("Syntax errors in policy.".to_owned());
        }
        check_ids(one_or_many(document.get("Statement").unwrap_or(&Value::Null)), kind)?;
        Ok(Self { statements })
    }

    /// Makes the document that allows these actions on everything.
    #[must_use]
    pub fn allowing(actions: impl IntoIterator<Item = String>) -> Self {
        let wild = |text: String| Pattern::wild(&text.to_lowercase(), false);
        let listed = |patterns| Patterns { patterns, is_excluding: false };
        let statement = Statement {
            is_deny: false,
            principals: Vec::new(),
            actions: listed(actions.into_iter().map(wild).collect()),
            resources: listed(vec![Pattern::wild("*", false)]),
            conditions: Vec::new(),
        };
        Self { statements: vec![statement] }
    }
}

impl Statement {
    /// Tells whether the statement speaks of an action, given in lower case, on a resource, whoever
    /// asks.
    pub(super) fn concerns(&self, action: &str, resource: &str, context: &Context) -> bool {
        let fills = |pattern: &Pattern, fits: &dyn Fn(&[_]) -> bool| {
            pattern.fill(context).is_some_and(|glyphs| fits(&glyphs))
        };
        self.actions.include(|pattern| fills(pattern, &|glyphs| covers(glyphs, action)))
            && self
                .resources
                .include(|pattern| fills(pattern, &|glyphs| covers_resource(glyphs, resource)))
            && self.conditions.iter().all(|condition| condition.holds(context))
    }

    /// Tells whether the statement is meant for a caller, given by ARN.
    pub(super) fn is_for(&self, caller: &str) -> bool {
        self.principals.is_empty() || self.names(caller).is_some()
    }

    /// Says how the statement names a caller, given by ARN; `None` when it names others.
    pub(super) fn names(&self, caller: &str) -> Option<Naming> {
        if self.principals.iter().any(|principal| principal == caller) {
            return Some(Naming::Directly);
        }
        let account = caller.split(':').nth(4).unwrap_or_default();
        let session =
            caller.split_once(":assumed-role/").and_then(|(_, rest)| rest.split_once('/'));
        let is_among = |principal: &String| {
            let is_role = |(role, _): (&str, &str)| {
                principal.contains(&format!("::{account}:role/"))
                    && principal.ends_with(&format!("/{role}"))
            };
            principal == "*"
                || principal == account
                || principal.ends_with(&format!("::{account}:root"))
                || session.is_some_and(is_role)
        };
        self.principals.iter().any(is_among).then_some(Naming::Among)
    }

    fn read(value: &Value, kind: Kind, has_variables: bool) -> Result<Self, String> {
        let statement = value.as_object().ok_or("Syntax errors in policy.")?;
        let known =
            ["Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Condition"];
        let principal = (kind == Kind::Resource).then_some("Principal");
        if principal.is_none() && statement.keys().any(|name| name.contains("Principal")) {
            return Err("Policy document should not specify a principal.".to_owned());
        }
        check_names(statement, &known.into_iter().chain(principal).collect::<Vec<_>>())?;
        let is_deny = match statement.get("Effect").and_then(Value::as_str) {
            Some("Deny") => true,
            Some("Allow") => false,
            _ => return Err("Effect must be Allow or Deny.".to_owned()),
        };
        let actions = Listed::find(statement, "Action", "NotAction", "actions")?;
        let resources = Listed::find(statement, "Resource", "NotResource", "resources")?;
        Ok(Self {
            is_deny,
            principals: principal
                .map(|name| read_principals(statement.get(name)))
                .transpose()?
                .unwrap_or_default(),
            actions: actions
                .read(check_action, |text| Pattern::wild(&text.to_lowercase(), false))?,
            resources: resources
                .read(check_resource, |text| Pattern::of_resource(text, has_variables))?,
            conditions: match statement.get("Condition") {
                Some(block) => read_conditions(block, has_variables)?,
                None => Vec::new(),
            },
        })
    }
}

impl Patterns {
    /// Tells whether the element includes what these patterns fit.
    fn include(&self, fits: impl Fn(&Pattern) -> bool) -> bool {
        self.patterns.iter().any(fits) != self.is_excluding
    }
}

/// An element that lists, or excludes by listing, with its values.
struct Listed {
    texts: Vec<String>,
    is_excluding: bool,
}

impl Listed {
    fn find(
        statement: &Map<String, Value>,
        listing: &str,
        excluding: &str,
        what: &str,
    ) -> Result<Self, String> {
        let (name, value, is_excluding) = match (statement.get(listing), statement.get(excluding)) {
            (Some(value), None) => (listing, value, false),
            (None, Some(value)) => (excluding, value, true),
            (None, None) => return Err(format!("Policy statement must contain {what}.")),
            (Some(_), Some(_)) => return Err("Syntax errors in policy.".to_owned()),
        };
        let texts: Option<Vec<String>> =
            one_or_many(value).iter().map(|value| value.as_str().map(str::to_owned)).collect();
        let texts = texts.filter(|texts| !texts.is_empty());
        let texts = texts.ok_or_else(|| format!("{name} must be a text or a list of texts."))?;
        Ok(Self { texts, is_excluding })
    }

    fn read(
        self,
        check: impl Fn(&str) -> Result<(), String>,
        read: impl Fn(&str) -> Pattern,
    ) -> Result<Patterns, String> {
        self.texts.iter().try_for_each(|text| check(text))?;
        let patterns = self.texts.iter().map(|text| read(text)).collect();
        Ok(Patterns { patterns, is_excluding: self.is_excluding })
    }
}

/// Refuses an action that names no service, or one by a wildcard.
fn check_action(action: &str) -> Result<(), String> {
    let is_name = |text: &str| {
        !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    match action.split_once(':') {
        _ if action == "*" => Ok(()),
        Some((service, name)) if is_name(service) && !name.is_empty() => Ok(()),
        Some(_) => Err(format!("Vendor {action} is not valid")),
        None => {
            Err("Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc."
                .to_owned())
        }
    }
}

fn check_resource(resource: &str) -> Result<(), String> {
    if resource == "*" || resource.starts_with("arn:") {
        return Ok(());
    }
    Err(format!("Resource {resource} must be in ARN format or \"*\"."))
}

/// Reads `"*"` or `{"AWS": …}`.
fn read_principals(value: Option<&Value>) -> Result<Vec<String>, String> {
    let value = value.ok_or("Missing required field Principal")?;
    let listed = match value.as_object() {
        Some(kinds) => {
            check_names(kinds, &["AWS"])?;
            kinds.get("AWS").unwrap_or(&Value::Null)
        }
        None => value,
    };
    let texts = one_or_many(listed).iter().map(|value| value.as_str().map(str::to_owned));
    texts.collect::<Option<Vec<_>>>().ok_or_else(|| "Invalid principal in policy".to_owned())
}

fn read_conditions(block: &Value, has_variables: bool) -> Result<Vec<Condition>, String> {
    let block = block.as_object().ok_or("Syntax errors in policy.")?;
    let mut conditions = Vec::new();
    for (name, keys) in block {
        let operator = Operator::parse(name)
            .ok_or_else(|| format!("Syntax errors in policy: the operator {name} is unknown."))?;
        let keys = keys.as_object().ok_or("Syntax errors in policy.")?;
        for (key, values) in keys {
            let operands: Vec<Operand> = one_or_many(values)
                .iter()
                .filter_map(as_text)
                .map(|text| Operand::read(operator, text, has_variables))
                .collect();
            if operands.is_empty() || operands.len() != one_or_many(values).len() {
                return Err(format!("Syntax errors in policy: {key} needs values."));
            }
            conditions.push(Condition { operator, key: key.to_lowercase(), operands });
        }
    }
    Ok(conditions)
}

/// Numbers and booleans of conditions may go without quotes.
fn as_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(truth) => Some(truth.to_string()),
        _ => None,
    }
}

fn one_or_many(value: &Value) -> &[Value] {
    value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice)
}

/// Refuses the same `Sid` twice, and in IAM's own policies marks in one.
fn check_ids(statements: &[Value], kind: Kind) -> Result<(), String> {
    let mut seen = std::collections::BTreeSet::new();
    for id in statements.iter().filter_map(|statement| statement.get("Sid")) {
        let id = id.as_str().ok_or("Syntax errors in policy.")?;
        if kind == Kind::Identity && !id.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return Err(
                "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies \
                        the regular expression [0-9A-Za-z]*"
                    .to_owned(),
            );
        }
        if !id.is_empty() && !seen.insert(id) {
            return Err("Statement IDs (SID) in a single policy must be unique.".to_owned());
        }
    }
    Ok(())
}

fn check_names(object: &Map<String, Value>, known: &[&str]) -> Result<(), String> {
    match object.keys().find(|name| !known.contains(&name.as_str())) {
        Some(name) => Err(format!("Syntax errors in policy: the element {name} is unknown.")),
        None => Ok(()),
    }
}
