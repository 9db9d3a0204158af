//! What differs between the clouds' policy languages, as data to one engine.
//!
//! A difference that no table here can state is a sign that the engine needs a wider
//! idea, not a branch on the cloud's name.

mod alicloud;
mod aws;

use super::{
    assumption::{Assumption, Assumptions},
    operator::Base,
};

pub use self::{alicloud::ALICLOUD, aws::AWS};

/// A cloud's policy language: [`AWS`] or [`ALICLOUD`].
#[derive(Debug)]
pub struct Dialect {
    /// As users name the cloud; the first is the name, the others are accepted.
    pub(super) names: &'static [&'static str],
    /// As sentences name it.
    pub(super) vendor: &'static str,
    /// What the codes of its assumptions start with.
    pub(super) code_prefix: &'static str,

    /// The versions of the language; the last holds where the document names none.
    pub(super) versions: &'static [Version],
    pub(super) version_is_required: bool,
    /// Whether `Id` and `Sid` are part of the language.
    pub(super) has_ids: bool,
    /// Whether numbers and booleans may stand without quotes in conditions.
    pub(super) has_bare_scalars: bool,
    /// The operators, in groups.
    pub(super) operators: &'static [&'static [Base]],
    /// Whether operators take `ForAllValues:`, `ForAnyValue:` and `…IfExists`.
    pub(super) decorates_operators: bool,

    /// Whether a test never holds for a value that is not of its operator's type; else a
    /// negated one does, since no value of the policy matches.
    pub(super) misfits_never_hold: bool,

    /// What names of resources and principals start with.
    pub(super) name_prefix: &'static str,
    /// How many fields such a name has; the account is the last but one.
    pub(super) name_fields: usize,
    /// Which of the fields, from zero, is the service.
    pub(super) service_field: usize,
    /// Services whose names are known to be compared with regard to case.
    pub(super) case_sensitive_services: &'static [&'static str],
    /// Whether a star in a resource is any run, colons included.
    pub(super) stars_cross_anywhere: bool,

    /// What users and roles are called in the map of a `Principal`.
    pub(super) account_principals: &'static str,
    /// What else that map may hold.
    pub(super) other_principals: &'static [&'static str],

    /// The kinds of policies, in the order in which they are judged.
    pub(super) kinds: &'static [Kind],
    /// Where guardrails can be placed.
    pub(super) levels: &'static [Level],
    pub(super) course: Course,
    /// What the cloud puts into a request without documenting it.
    pub(super) gaps: &'static [Gap],
    /// Which questions the vendor leaves open.
    pub(super) open: Assumptions,
}

/// A version of the language.
#[derive(Debug)]
pub(super) struct Version {
    pub(super) name: &'static str,
    pub(super) has_variables: bool,
}

/// How the answers of the layers become one.
#[derive(Debug)]
pub(super) struct Course {
    /// Whether a Deny anywhere decides, or the first layer that refuses in any way.
    pub(super) denies_first: bool,
    /// Whether a resource policy that names the caller outright overcomes the silence
    /// of limits.
    pub(super) naming_overcomes_limits: bool,
    /// Whether a principal that is an account grants to everybody in it.
    pub(super) accounts_grant: bool,
    /// Whether both accounts must allow where resource and caller have different ones;
    /// the resource's always must.
    pub(super) both_accounts_allow: bool,
    /// How actions start, without case, on resources whose own policy must allow,
    /// however broad the identity's.
    pub(super) resource_must_allow: &'static [&'static str],
}

/// A kind of policy.
#[derive(Debug)]
pub(super) struct Kind {
    /// As lists of policies name it.
    pub(super) name: &'static str,
    pub(super) stage: Stage,
    /// Whether it matters at which level of an organisation it is attached.
    pub(super) has_levels: bool,
    pub(super) principals: Principals,
    /// The longest document, in characters without white space.
    pub(super) longest: usize,
    /// Whether it is the organisation of the resource that counts, or the caller's.
    pub(super) follows_resource: bool,
    pub(super) binds_management_account: bool,
    pub(super) binds_service_linked_roles: bool,
    pub(super) binds_root: RootRule,
    /// Whether an Allow for everything is always there.
    pub(super) allows_by_default: bool,
}

/// What a kind of policy does in the decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// Must allow, and never grants.
    Ceiling,
    /// Like a ceiling, but a resource policy can overcome its silence.
    Limit,
    /// Grants to the identity that holds it.
    IdentityGrant,
    /// Grants to the principals it names.
    ResourceGrant,
}

/// Whether statements name principals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Principals {
    Never,
    /// `"*"` and nothing else.
    Everyone,
    Required,
}

/// Whether a kind of policy binds the root user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RootRule {
    Bound,
    Free,
    /// Bound by those with the scope `All`; the vendor's pages disagree.
    ByScope,
}

/// A place for guardrails.
#[derive(Debug)]
pub(super) struct Level {
    pub(super) name: &'static str,
    /// The kind of its policies.
    pub(super) kind: &'static str,
    /// The longest document, in characters without white space.
    pub(super) longest: usize,
    /// The limit that some parts of the cloud may still have.
    pub(super) longest_somewhere: usize,
    /// Whether white space counts when a document is sent through the API.
    pub(super) white_space_counts: bool,
    /// Whether documents may only have characters up to U+00FF.
    pub(super) is_latin: bool,
}

/// Something a cloud does with requests that is not documented.
#[derive(Debug)]
pub(super) struct Gap {
    pub(super) assumption: Assumption,
    /// Without case; none means all.
    pub(super) actions: &'static [&'static str],
    /// What the name of the resource holds.
    pub(super) resource: &'static str,
    /// How the condition keys start, without case.
    pub(super) keys: &'static [&'static str],
    pub(super) when: When,
}

/// When an answer rests on a gap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum When {
    /// A test reads such a key and does not find it.
    Absent,
    /// A test reads such a key.
    Read,
    /// A test reads such a key, or the request has it.
    Stated,
    /// Always.
    Always,
}

impl Dialect {
    /// Finds a dialect by the name of its cloud: `aws`, `alicloud` (also `alibaba`).
    pub fn named(name: &str) -> Option<&'static Self> {
        Self::all().find(|dialect| dialect.names.contains(&name))
    }

    fn all() -> impl Iterator<Item = &'static Self> {
        [&AWS, &ALICLOUD].into_iter()
    }

    /// Finds the other cloud that a name of a resource or principal is of.
    pub(super) fn other_cloud_of(&self, name: &str) -> Option<&'static Self> {
        let (prefix, _) = name.split_once(':')?;
        Self::all().find(|other| other.name_prefix == prefix && other.names != self.names)
    }

    /// Lists the levels at which guardrails can be placed.
    pub fn level_names(&self) -> impl Iterator<Item = &'static str> {
        self.levels.iter().map(|level| level.name)
    }

    /// Lists the questions that the vendor leaves open, with the answers taken.
    pub fn assumptions(&self) -> Assumptions {
        self.open
    }

    /// Keeps the question only if this vendor leaves it open.
    pub(super) fn open(&self, assumption: Assumption) -> Assumptions {
        self.open.and(Assumptions::of(&[assumption]))
    }

    /// Finds an operator without decorations, without regard to case.
    pub(super) fn operator(&self, name: &str) -> Option<&'static Base> {
        let all = self.operators.iter().flat_map(|group| group.iter());
        all.into_iter().find(|base| base.name.eq_ignore_ascii_case(name))
    }

    pub(super) fn kind(&self, name: &str) -> Option<&'static Kind> {
        self.kinds.iter().find(|kind| kind.name == name)
    }

    /// Finds the kind of policy, and the longest document, of a level or another kind.
    pub(super) fn place(&self, name: &str) -> Option<(&'static Kind, usize)> {
        match self.levels.iter().find(|level| level.name == name) {
            Some(level) => Some((self.kind(level.kind)?, level.longest)),
            None => self.kind(name).map(|kind| (kind, kind.longest)),
        }
    }

    /// The gaps that a call of the action on the resource may run into.
    pub(super) fn gaps_of_call(&self, folded_action: &str, resource: &str) -> Assumptions {
        let concerns = |gap: &&Gap| {
            (gap.actions.is_empty() || gap.actions.contains(&folded_action))
                && resource.contains(gap.resource)
        };
        self.collect(concerns)
    }

    /// The gaps about a condition key that matter at such times.
    pub(super) fn gaps_of_key(&self, folded_key: &str, when: &[When]) -> Assumptions {
        let concerns = |gap: &&Gap| {
            when.contains(&gap.when) && gap.keys.iter().any(|start| folded_key.starts_with(start))
        };
        self.collect(concerns)
    }

    /// The gaps that matter whatever the policies say.
    pub(super) fn gaps_always(&self) -> Assumptions {
        self.collect(|gap| gap.when == When::Always)
    }

    fn collect(&self, concerns: impl Fn(&&Gap) -> bool) -> Assumptions {
        let gaps = self.gaps.iter().filter(concerns);
        gaps.fold(Assumptions::NONE, |all, gap| all.or(Assumptions::of(&[gap.assumption])))
    }
}
