//! What somebody asks of a cloud: facts to decide from.

use std::sync::Arc;

use super::{
    assumption::Assumptions,
    dialect::{Dialect, When},
    fault::{DocumentError, Fault},
    json::{self, Json, Value},
    value::{Key, Scalar},
};

/// The longest name of a resource or principal that clouds know, in bytes.
pub(super) const LONGEST_NAME: usize = 2_048;
/// The most resources of one request; clouds check a score or two.
const MOST_RESOURCES: usize = 256;
/// The most condition keys of one context.
const MOST_KEYS: usize = 256;
/// The longest value of a condition key worth reading, in bytes.
pub(super) const LONGEST_VALUE: usize = 16_384;

/// A request: who calls, and what is to be done to which resources.
#[derive(Clone, Debug)]
pub struct Request {
    pub(super) caller: Caller,
    /// Whether the resources are in an account that is not the caller's.
    pub(super) crosses_accounts: bool,
    /// Never empty; each is authorised on its own.
    pub(super) calls: Vec<Call>,
}

/// Who calls.
#[derive(Clone, Debug)]
pub(super) struct Caller {
    pub(super) name: Box<str>,
    pub(super) account: Box<str>,
    pub(super) nature: Nature,
    /// The name of the role behind a role session, without its path.
    pub(super) role: Option<Box<str>>,
    pub(super) in_management_account: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Nature {
    Root,
    ServiceLinkedRole,
    Role,
    /// A user or a session: somebody a resource policy can name outright.
    Individual,
}

/// One action on one resource.
#[derive(Clone, Debug)]
pub(super) struct Call {
    pub(super) action: Box<str>,
    pub(super) folded_action: Box<str>,
    pub(super) resource: Box<str>,
    /// The resource without case, where the vendor does not say whether case counts.
    pub(super) folded_resource: Option<Box<str>>,
    /// The calls of a request share what it states for all of them.
    pub(super) context: Vec<Arc<Entry>>,
    /// What reading keys may rest on.
    pub(super) gaps: Assumptions,
    /// What the call rests on whatever the policies say.
    pub(super) presumed: Assumptions,
}

/// A condition key and its value.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) key: Key,
    pub(super) values: Values,
}

#[derive(Clone, Debug)]
pub(super) enum Values {
    /// Of a key that has one value.
    One(Box<Scalar>),
    /// Of a key that may have many; may be empty.
    Many(Vec<Scalar>),
}

impl Values {
    /// The text of a key that has one value.
    pub(super) fn single(&self) -> Option<&str> {
        match self {
            Self::One(scalar) => Some(&scalar.text),
            Self::Many(_) => None,
        }
    }
}

const PROPERTIES: [&str; 8] = [
    "principal",
    "action",
    "resource",
    "resources",
    "context",
    "resource_account",
    "account_kind",
    "principal_kind",
];

impl Request {
    /// Reads a JSON object.
    ///
    /// It has `principal`, `action` and either `resource` or `resources` (a list of
    /// `{resource, context?, action?}`, each authorised on its own). `context` maps keys
    /// to a string, or to a list if the key is multivalued; a key left out is absent.
    /// Optional: `resource_account`, `account_kind` (`member`, `management`),
    /// `principal_kind` (`root`, `service_linked_role`).
    ///
    /// # Errors
    ///
    /// Anything else, and names of the other cloud.
    pub fn parse(dialect: &Dialect, text: &str) -> Result<Self, DocumentError> {
        let read = || request(dialect, &json::read(text)?);
        read().map_err(|fault: Fault| fault.locate(text))
    }
}

fn request(dialect: &Dialect, json: &Json<'_>) -> Result<Request, Fault> {
    only(json, "a request", &PROPERTIES)?;
    let caller = caller(dialect, json)?;
    let action = match json.member("action") {
        Some(value) => Some(action(value)?),
        None => None,
    };
    let base = context(json)?;
    let mut calls = Vec::new();
    match (json.member("resource"), json.member("resources")) {
        (Some(_), None) => calls.push(call(dialect, json, action, base)?),
        (None, Some(list)) => {
            let items = list.one_or_many();
            if items.is_empty() || items.len() > MOST_RESOURCES {
                let problem = format!("`resources` must have 1 to {MOST_RESOURCES} entries");
                return Err(list.fault(problem));
            }
            for item in items {
                only(item, "an entry of `resources`", &["resource", "context", "action"])?;
                let own_action = item.member("action").map(self::action).transpose()?;
                let context = laid_over(&base, context(item)?);
                calls.push(call(dialect, item, own_action.or(action), context)?);
            }
        }
        (Some(_), Some(both)) => {
            return Err(both.fault("`resource` and `resources` exclude each other"));
        }
        (None, None) => return Err(json.fault("the request has no `resource` or `resources`")),
    }
    let owner = json.member("resource_account").map(|value| value.text("`resource_account`"));
    let crosses_accounts = owner.transpose()?.is_some_and(|owner| *owner != *caller.account);
    Ok(Request { caller, crosses_accounts, calls })
}

fn only(json: &Json<'_>, what: &str, names: &[&str]) -> Result<(), Fault> {
    let strangers = json.object(what)?.iter().find(|(name, _)| !names.contains(&name.as_str()));
    strangers.map_or(Ok(()), |(name, value)| {
        Err(value.fault(format!("`{name}` is no property of {what}")))
    })
}

fn caller(dialect: &Dialect, json: &Json<'_>) -> Result<Caller, Fault> {
    let value = required(json, "principal")?;
    let name = name(dialect, value, "`principal`")?;
    let mut fields = name.splitn(dialect.name_fields, ':').skip(dialect.name_fields - 2);
    let account = fields.next().unwrap_or_default();
    let last = fields.next().unwrap_or_default();
    let role = last
        .strip_prefix("assumed-role/")
        .and_then(|session| session.split('/').next())
        .map(Into::into);
    let stated = choice(json, "principal_kind", &["root", "service_linked_role"])?;
    let nature = match stated {
        Some("root") => Nature::Root,
        Some(_) => Nature::ServiceLinkedRole,
        None if last == "root" => Nature::Root,
        None if last.starts_with("role/") => Nature::Role,
        None => Nature::Individual,
    };
    let account_kind = choice(json, "account_kind", &["member", "management"])?;
    Ok(Caller {
        name: name.into(),
        account: account.into(),
        nature,
        role,
        in_management_account: account_kind == Some("management"),
    })
}

fn call(
    dialect: &Dialect,
    json: &Json<'_>,
    action: Option<&str>,
    context: Vec<Arc<Entry>>,
) -> Result<Call, Fault> {
    let action = action.ok_or_else(|| json.fault("the request has no `action`"))?;
    let resource = name(dialect, required(json, "resource")?, "`resource`")?;
    Ok(Call::new(dialect, action, resource, context))
}

impl Call {
    /// Takes the parts of a call, and finds which gaps it may run into.
    pub(super) fn new(
        dialect: &Dialect,
        action: &str,
        resource: &str,
        context: Vec<Arc<Entry>>,
    ) -> Self {
        let folded_action = action.to_ascii_lowercase();
        let service = resource.split(':').nth(dialect.service_field).unwrap_or_default();
        let is_settled = dialect.case_sensitive_services.contains(&service);
        let folded_resource = (!is_settled).then(|| resource.to_ascii_lowercase());
        let gaps = dialect.gaps_of_call(&folded_action, resource);
        let stated = context.iter().fold(dialect.gaps_always(), |all, entry| {
            all.or(dialect.gaps_of_key(entry.key.folded(), &[When::Stated]))
        });
        Self {
            action: action.into(),
            folded_action: folded_action.into(),
            resource: resource.into(),
            folded_resource: folded_resource.map(Into::into),
            context,
            gaps,
            presumed: gaps.and(stated),
        }
    }
}

/// Reads `service:Name`; a request has no wildcards.
fn action<'j>(json: &'j Json<'_>) -> Result<&'j str, Fault> {
    let text = json.text("`action`")?;
    let has_form =
        text.split_once(':').is_some_and(|(service, name)| !service.is_empty() && !name.is_empty());
    if !has_form || text.contains(['*', '?']) || text.len() > LONGEST_NAME {
        return Err(json.fault(format!("the action `{text}` is not of the form `service:Name`")));
    }
    Ok(text)
}

fn context(json: &Json<'_>) -> Result<Vec<Arc<Entry>>, Fault> {
    let Some(context) = json.member("context") else { return Ok(Vec::new()) };
    let members = context.object("`context`")?;
    if members.len() > MOST_KEYS {
        return Err(context.fault(format!("`context` has more than {MOST_KEYS} keys")));
    }
    members
        .iter()
        .map(|(key, value)| {
            let values = match &value.value {
                Value::List(items) => {
                    Values::Many(items.iter().map(scalar).collect::<Result<_, _>>()?)
                }
                _ => Values::One(Box::new(scalar(value)?)),
            };
            Ok(Arc::new(Entry { key: Key::new(key), values }))
        })
        .collect()
}

fn scalar(json: &Json<'_>) -> Result<Scalar, Fault> {
    let text = match &json.value {
        Value::Text(text) => text,
        Value::Number(_) | Value::Bool => json.raw,
        _ => {
            return Err(
                json.fault(format!("a context value must be a string, not {}", json.kind()))
            );
        }
    };
    if text.len() > LONGEST_VALUE {
        return Err(json.fault(format!("the context value is longer than {LONGEST_VALUE} bytes")));
    }
    Ok(Scalar::new(text))
}

/// The keys of the call, and those of the request that it does not state itself.
fn laid_over(base: &[Arc<Entry>], mut own: Vec<Arc<Entry>>) -> Vec<Arc<Entry>> {
    let others = base.iter().filter(|entry| !own.iter().any(|other| other.key.is(&entry.key)));
    let others: Vec<_> = others.cloned().collect();
    own.extend(others);
    own
}

fn required<'j, 't>(json: &'j Json<'t>, name: &str) -> Result<&'j Json<'t>, Fault> {
    json.member(name).ok_or_else(|| json.fault(format!("the request has no `{name}`")))
}

/// Reads the name of a resource or principal; one of the other cloud would match
/// nothing but stars, and the answer would say nothing.
fn name<'j>(dialect: &Dialect, json: &'j Json<'_>, what: &str) -> Result<&'j str, Fault> {
    let text = json.text(what)?;
    if text.is_empty() || text.len() > LONGEST_NAME {
        return Err(json.fault(format!("{what} must have 1 to {LONGEST_NAME} bytes")));
    }
    match dialect.other_cloud_of(text) {
        Some(other) => {
            let (vendor, asked) = (other.vendor, dialect.vendor);
            Err(json.fault(format!("`{text}` is a name of {vendor}, and {asked} is asked")))
        }
        None => Ok(text),
    }
}

fn choice<'j>(json: &'j Json<'_>, name: &str, options: &[&str]) -> Result<Option<&'j str>, Fault> {
    let Some(value) = json.member(name) else { return Ok(None) };
    let text = value.text(&format!("`{name}`"))?;
    if !options.contains(&text) {
        let options: Vec<_> = options.iter().map(|option| format!("`{option}`")).collect();
        return Err(value.fault(format!("`{name}` must be {}, not `{text}`", options.join(" or "))));
    }
    Ok(Some(text))
}
