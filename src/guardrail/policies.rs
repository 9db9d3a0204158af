//! All policies that a decision takes into account.

use std::cmp::Reverse;

use super::{
    dialect::{Dialect, Kind, RootRule},
    document::Document,
    fault::{DocumentError, Fault},
    json::{self, Json, Value},
    parse::Reading,
};

/// The policies in force on a request, grouped as they are judged.
///
/// A kind that no policy is of is not in force: without service control policies the
/// account is in no organisation, without boundary the identity has none.
#[derive(Clone, Debug)]
pub struct Policies {
    pub(super) dialect: &'static Dialect,
    pub(super) policies: Vec<Policy>,
    /// In the order of judging; see [`Kind`].
    pub(super) groups: Vec<Group>,
}

/// One policy, and where it is attached.
#[derive(Clone, Debug)]
pub struct Policy {
    pub(super) kind: &'static Kind,
    /// From the root of the organisation (0) downwards.
    pub(super) level: Option<u32>,
    pub(super) scope: Scope,
    pub(super) document: Document,
}

/// Whom an Alibaba control policy binds in a member account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scope {
    /// Users and roles.
    Ram,
    /// The root user too.
    All,
}

/// Policies whose statements are one union: those of a kind at one level.
#[derive(Clone, Debug)]
pub(super) struct Group {
    pub(super) kind: &'static Kind,
    /// Places in the list of policies; never empty.
    pub(super) members: Vec<usize>,
    /// Whether one of them binds root users, where scopes tell.
    pub(super) has_scope_all: bool,
}

impl Policies {
    /// Reads a JSON list of policies.
    ///
    /// Each has `type` and `document`. Types on AWS: `identity`, `resource`, `boundary`,
    /// `session`, `scp`, `rcp`; on Alibaba Cloud: `identity`, `resource`, `session`,
    /// `control`. Service control policies and control policies take `level` (0 = root),
    /// the latter optionally `effect_scope` (`All` or `RAM`).
    ///
    /// # Errors
    ///
    /// Anything else, and documents the vendor would refuse.
    pub fn parse(dialect: &'static Dialect, text: &str) -> Result<Self, DocumentError> {
        let read = || {
            let json = json::read(text)?;
            let Value::List(items) = &json.value else {
                return Err(json.fault(format!("policies must be a list, not {}", json.kind())));
            };
            items.iter().map(|item| policy(dialect, item, &json, text)).collect()
        };
        let policies: Result<Vec<Policy>, Fault> = read();
        policies.map(|list| Self::of(dialect, list)).map_err(|fault| fault.locate(text))
    }

    /// Takes policies that were read one by one, in this order.
    pub fn of(dialect: &'static Dialect, policies: Vec<Policy>) -> Self {
        let mut groups = Vec::new();
        for kind in dialect.kinds {
            let of_kind = |policy: &&Policy| std::ptr::eq(policy.kind, kind);
            let mut levels: Vec<_> = policies.iter().filter(of_kind).map(|p| p.level).collect();
            // The account first, the root last: where the first refusal decides, that is
            // the order in which it is looked for.
            levels.sort_unstable_by_key(|level| Reverse(*level));
            levels.dedup();
            groups.extend(levels.into_iter().map(|level| Group::of(kind, level, &policies)));
        }
        Self { dialect, policies, groups }
    }

    /// The document of a policy, counted from zero in the order of the list.
    pub fn document(&self, policy: usize) -> Option<&Document> {
        self.policies.get(policy).map(|policy| &policy.document)
    }
}

impl Policy {
    /// Takes a document as a policy of a kind: a type of [`Policies::parse`].
    ///
    /// `None` if the dialect has no such kind. A level is only looked at where the kind
    /// has levels; a control policy binds users and roles, not the root user.
    pub fn new(
        dialect: &'static Dialect,
        kind: &str,
        level: u32,
        document: Document,
    ) -> Option<Self> {
        let kind = dialect.kind(kind)?;
        let level = kind.has_levels.then_some(level);
        Some(Self { kind, level, scope: Scope::Ram, document })
    }
}

impl Group {
    fn of(kind: &'static Kind, level: Option<u32>, policies: &[Policy]) -> Self {
        let belongs = |policy: &Policy| std::ptr::eq(policy.kind, kind) && policy.level == level;
        let numbered = policies.iter().enumerate().filter(|(_, policy)| belongs(policy));
        let members = numbered.clone().map(|(index, _)| index).collect();
        let has_scope_all = numbered.into_iter().any(|(_, policy)| policy.scope == Scope::All);
        Self { kind, members, has_scope_all }
    }
}

fn policy(
    dialect: &'static Dialect,
    json: &Json<'_>,
    root: &Json<'_>,
    text: &str,
) -> Result<Policy, Fault> {
    let members = json.object("a policy")?;
    for (name, value) in members {
        if !["type", "document", "level", "effect_scope"].contains(&name.as_str()) {
            return Err(value.fault(format!("`{name}` is no property of a policy")));
        }
    }
    let required =
        |name| json.member(name).ok_or_else(|| json.fault(format!("the policy has no `{name}`")));
    let kind_json = required("type")?;
    let kind_name = kind_json.text("`type`")?;
    let kind = dialect.kind(kind_name).ok_or_else(|| {
        let names: Vec<_> = dialect.kinds.iter().map(|kind| kind.name).collect();
        let (vendor, names) = (dialect.vendor, names.join(", "));
        kind_json.fault(format!("{vendor} has no policies of the type `{kind_name}`, but {names}"))
    })?;
    let document = required("document")?;
    let reading = Reading { dialect, kind, longest: kind.longest, foreign: false, text, root };
    Ok(Policy {
        kind,
        level: level(json, kind)?,
        scope: scope(json, kind)?,
        document: reading.document(document)?,
    })
}

fn level(json: &Json<'_>, kind: &Kind) -> Result<Option<u32>, Fault> {
    match json.member("level") {
        Some(value) if kind.has_levels => {
            let level = match value.value {
                Value::Number(digits) => digits.parse().ok(),
                _ => None,
            };
            level.map(Some).ok_or_else(|| value.fault("`level` must be a whole number from zero"))
        }
        Some(value) => {
            Err(value.fault(format!("a policy of the type `{}` has no `level`", kind.name)))
        }
        None if kind.has_levels => Err(json
            .fault(format!("a policy of the type `{}` needs its `level` (0 = root)", kind.name))),
        None => Ok(None),
    }
}

fn scope(json: &Json<'_>, kind: &Kind) -> Result<Scope, Fault> {
    let Some(value) = json.member("effect_scope") else { return Ok(Scope::Ram) };
    if kind.binds_root != RootRule::ByScope {
        let problem = format!("a policy of the type `{}` has no `effect_scope`", kind.name);
        return Err(value.fault(problem));
    }
    match value.text("`effect_scope`")? {
        "All" => Ok(Scope::All),
        "RAM" => Ok(Scope::Ram),
        other => Err(value.fault(format!("the scope `{other}` must be `All` or `RAM`"))),
    }
}
