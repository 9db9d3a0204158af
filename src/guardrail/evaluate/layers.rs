//! The layers of policies, and how their answers become one.
//!
//! ```text
//! ceilings   organisation policies (each level on its own), Alibaba session policies
//! limits     AWS permission boundary and session policy
//! grants     identity policies and the resource's own policy
//! ```
//! A Deny anywhere decides on AWS; on Alibaba Cloud the first layer that refuses does,
//! with the member account before its folders and them before the root. Every ceiling
//! must allow, and ceilings never grant.
//! Source: IAM User Guide, "Policy evaluation logic"; RAM, "How RAM evaluates policies";
//! Resource Directory, "Control policy overview".

use super::{
    super::{
        assumption::Assumption,
        dialect::{Course, Dialect, RootRule, Stage},
        document::Effect,
        finding::{Finding, Truth},
        policies::{Group, Policies, Scope},
        request::{Call, Nature, Request},
    },
    Trail,
    statement::Reach,
};

/// What the layers say to one call.
pub(super) struct Verdict {
    /// A statement denies.
    pub(super) denied: Finding,
    /// Every layer that must allow does; counts only if nothing denies.
    pub(super) passes: Finding,
}

/// Puts the layers together for one call.
pub(super) fn judge(
    policies: &Policies,
    request: &Request,
    call: &Call,
    trail: &mut Trail,
) -> Verdict {
    let course = &policies.dialect.course;
    let mut verdict = Verdict { denied: Finding::NO, passes: Finding::YES };
    let mut grants = Grants::new(request);
    let mut denied_by_grants = Finding::NO;
    for group in &policies.groups {
        let binding = binding(group, request);
        if binding == Binding::Free {
            continue;
        }
        let by_scope = binding == Binding::ByScope;
        let opinion = Ask { policies, request, call, trail: &mut *trail, by_scope }.group(group);
        match group.kind.stage {
            Stage::Ceiling => verdict.stage(course, opinion.denied, opinion.allowed()),
            Stage::Limit => {
                verdict.stage(course, opinion.denied, Finding::YES);
                grants.limits = grants.limits.and(|| opinion.allowed());
            }
            Stage::IdentityGrant => {
                denied_by_grants = denied_by_grants.or(|| opinion.denied);
                grants.identity = opinion.allowed();
            }
            Stage::ResourceGrant => {
                denied_by_grants = denied_by_grants.or(|| opinion.denied);
                grants.resource = Some(opinion);
            }
        }
    }
    let granted = grants.granted(policies.dialect, request, call);
    verdict.stage(course, denied_by_grants, granted);
    Verdict {
        denied: verdict.denied.assuming(call.presumed),
        passes: verdict.passes.assuming(call.presumed),
    }
}

impl Verdict {
    /// Adds the answer of a layer to those of the layers before it.
    fn stage(&mut self, course: &Course, denied: Finding, allowed: Finding) {
        if course.denies_first {
            self.denied = self.denied.or(|| denied);
            self.passes = self.passes.and(|| allowed);
        } else {
            let passed_so_far = self.passes;
            self.denied = self.denied.or(|| passed_so_far.and(|| denied));
            self.passes = passed_so_far.and(|| allowed).and(|| denied.not());
        }
    }
}

/// Whether a group of policies binds the caller.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Binding {
    Free,
    Full,
    /// Its Denies do as far as their scope says.
    ByScope,
}

fn binding(group: &Group, request: &Request) -> Binding {
    let caller = &request.caller;
    let kind = group.kind;
    // Whoever calls from another account is not the resource's management account.
    let from_afar = kind.follows_resource && request.crosses_accounts;
    let is_management = caller.in_management_account && !from_afar;
    let is_free = (is_management && !kind.binds_management_account)
        || (caller.nature == Nature::ServiceLinkedRole && !kind.binds_service_linked_roles);
    match (caller.nature, kind.binds_root) {
        _ if is_free => Binding::Free,
        (Nature::Root, RootRule::Free) => Binding::Free,
        (Nature::Root, RootRule::ByScope) => Binding::ByScope,
        _ => Binding::Full,
    }
}

/// A group of policies asked about a call.
struct Ask<'a> {
    policies: &'a Policies,
    request: &'a Request,
    call: &'a Call,
    trail: &'a mut Trail,
    by_scope: bool,
}

/// What a group of policies says: its statements are one union.
struct Opinion {
    denied: Finding,
    /// By how the statement means the caller.
    outright: Finding,
    indirect: Finding,
    account: Finding,
}

impl Opinion {
    /// Some statement allows, however it means the caller.
    fn allowed(&self) -> Finding {
        self.outright.or(|| self.indirect).or(|| self.account)
    }
}

impl Ask<'_> {
    fn group(self, group: &Group) -> Opinion {
        let Self { policies, request, call, trail, by_scope } = self;
        let dialect = policies.dialect;
        let (yes, no) = (Finding::YES, Finding::NO);
        let mut opinion = Opinion { denied: no, outright: no, indirect: no, account: no };
        let members = group
            .members
            .iter()
            .filter_map(|index| policies.policies.get(*index).map(|policy| (*index, policy)));
        for (index, policy) in members {
            let scoped_out = by_scope && policy.scope != Scope::All;
            for (place, statement) in policy.document.statements.iter().enumerate() {
                let Some((reach, meant)) = statement.reaches(&request.caller, dialect) else {
                    continue;
                };
                if scoped_out && statement.effect == Effect::Deny {
                    continue;
                }
                let finding = statement.applies(call, dialect).and(|| meant);
                trail.note(finding, index, place, statement.effect);
                let slot = match (statement.effect, reach) {
                    (Effect::Deny, _) => &mut opinion.denied,
                    (Effect::Allow, Reach::Outright) => &mut opinion.outright,
                    (Effect::Allow, Reach::Indirect) => &mut opinion.indirect,
                    (Effect::Allow, Reach::Account) => &mut opinion.account,
                };
                *slot = slot.or(|| finding);
            }
        }
        let silent_by_scope = by_scope && !group.has_scope_all;
        if silent_by_scope || group.kind.allows_by_default {
            opinion.indirect = yes;
        }
        if by_scope {
            let open = dialect.open(Assumption::RootScope);
            opinion.denied = opinion.denied.assuming(open);
            opinion.indirect = opinion.indirect.assuming(open);
        }
        opinion
    }
}

/// What grants, and what limits the grants.
struct Grants {
    identity: Finding,
    /// `None` without a resource policy.
    resource: Option<Opinion>,
    limits: Finding,
}

impl Grants {
    fn new(request: &Request) -> Self {
        // The root user needs no policy in its own account.
        let identity = Finding::of(request.caller.nature == Nature::Root);
        Self { identity, resource: None, limits: Finding::YES }
    }

    /// Tells whether the caller may, as far as grants and their limits go.
    fn granted(&self, dialect: &Dialect, request: &Request, call: &Call) -> Finding {
        let course = &dialect.course;
        let (identity, limits) = (self.identity, self.limits);
        if request.crosses_accounts {
            // What an account grants ends at its own resources, its root user's powers too.
            let resource = self.resource.as_ref().map_or(Finding::NO, Opinion::allowed);
            let alone = Finding::YES.assuming(dialect.open(Assumption::CrossAccount));
            let own = if course.both_accounts_allow { identity } else { identity.or(|| alone) };
            return resource.and(|| own).and(|| limits);
        }
        let Some(resource) = &self.resource else { return identity.and(|| limits) };
        let mut starts = course.resource_must_allow.iter();
        let must_allow = starts.any(|start| call.folded_action.starts_with(start));
        let limited = if must_allow {
            resource.indirect.or(|| resource.account.and(|| identity))
        } else {
            identity.or(|| resource.indirect).or(|| account_alone(dialect, resource.account))
        };
        if course.naming_overcomes_limits {
            resource.outright.or(|| limited.and(|| limits))
        } else {
            resource.outright.or(|| limited).and(|| limits)
        }
    }
}

/// What naming an account grants to those in it.
fn account_alone(dialect: &Dialect, account: Finding) -> Finding {
    if dialect.course.accounts_grant || account.is(Truth::No) {
        return account;
    }
    Finding::NO.assuming(dialect.open(Assumption::AccountPrincipal))
}
