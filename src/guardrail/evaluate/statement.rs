//! One statement: does it apply to a call, and whom does it mean?

use super::super::{
    assumption::Assumption,
    dialect::Dialect,
    document::{ActionPattern, Clause, PrincipalEntry, ResourceForm, ResourcePattern, Statement},
    finding::Finding,
    name::NamePattern,
    request::{Call, Caller, Nature},
};

/// How a resource policy came to mean the caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Reach {
    /// By the account alone.
    Account,
    /// By the role behind the session, or by everybody.
    Indirect,
    /// By the name of the user or the session.
    Outright,
}

impl Statement {
    /// Tells whether the statement applies to the call, principals aside.
    pub(super) fn applies(&self, call: &Call, dialect: &Dialect) -> Finding {
        let all_read = || {
            if self.unread.is_empty() {
                Finding::YES
            } else {
                Finding::unknown(dialect.open(Assumption::UnsupportedStatement))
            }
        };
        let tests = || Finding::all(self.tests.iter().map(|test| test.holds(call, dialect)));
        self.covers(call, dialect).and(tests).and(all_read)
    }

    /// Tells whether the statement may be about the action of the call.
    pub(in crate::guardrail) fn concerns(&self, call: &Call, dialect: &Dialect) -> bool {
        let covers = |clause| covers_action(clause, call, dialect) != Finding::NO;
        self.actions.as_ref().is_none_or(covers)
    }

    /// Tells whether the statement is about the action and the resource of the call.
    pub(in crate::guardrail) fn covers(&self, call: &Call, dialect: &Dialect) -> Finding {
        let actions = self.actions.as_ref();
        let resources = self.resources.as_ref();
        actions
            .map_or(Finding::YES, |clause| covers_action(clause, call, dialect))
            .and(|| resources.map_or(Finding::YES, |clause| covers_resource(clause, call, dialect)))
    }

    /// Tells how the statement means the caller; `None` if it does not.
    ///
    /// The finding is unknown for `NotPrincipal`, whose reading on AWS depends on which
    /// of a caller's several names are listed.
    pub(super) fn reaches(&self, caller: &Caller, dialect: &Dialect) -> Option<(Reach, Finding)> {
        let Some(principals) = &self.principals else {
            return Some((Reach::Indirect, Finding::YES));
        };
        let reach = principals.patterns.iter().filter_map(|entry| entry.reach(caller)).max();
        if principals.negated {
            let unknown = Finding::unknown(dialect.open(Assumption::NotPrincipal));
            return Some((Reach::Indirect, unknown));
        }
        reach.map(|reach| (reach, Finding::YES))
    }
}

fn covers_action(clause: &Clause<ActionPattern>, call: &Call, dialect: &Dialect) -> Finding {
    let open = dialect.open(Assumption::ActionCase);
    let covers = |pattern: &ActionPattern| {
        let finding = Finding::of(pattern.folded.matches(&call.folded_action));
        // Only where case decides does the answer rest on it.
        let by_case = !open.is_empty() && finding == Finding::YES;
        if by_case && !pattern.exact.matches(&call.action) {
            finding.assuming(open)
        } else {
            finding
        }
    };
    let any = Finding::any(clause.patterns.iter().map(covers));
    if clause.negated { any.not() } else { any }
}

fn covers_resource(clause: &Clause<ResourcePattern>, call: &Call, dialect: &Dialect) -> Finding {
    let covers = |pattern: &ResourcePattern| match &pattern.form {
        ResourceForm::Fixed(pattern) => covers_name(pattern, call, dialect),
        ResourceForm::Open(template) if call.is_ambiguous(template) => {
            Finding::unknown(dialect.open(Assumption::TagKeySpelling))
        }
        ResourceForm::Open(template) => match template.fill(|key| call.variable(key)) {
            Some(filled) => {
                let pattern = NamePattern::of(&filled.tokens, dialect.name_fields);
                let finding = covers_name(&pattern, call, dialect);
                if filled.wild_value {
                    finding.assuming(dialect.open(Assumption::VariableWildcard))
                } else {
                    finding
                }
            }
            // To match nothing would make `NotResource` match everything.
            None if clause.negated => {
                Finding::unknown(dialect.open(Assumption::VariableInNotResource))
            }
            None => Finding::NO,
        },
    };
    let any = Finding::any(clause.patterns.iter().map(covers));
    if clause.negated { any.not().assuming(dialect.open(Assumption::NotResource)) } else { any }
}

fn covers_name(pattern: &NamePattern, call: &Call, dialect: &Dialect) -> Finding {
    let finding = pattern.covers(&call.resource, dialect);
    let by_case = |folded| pattern.misses_by_case(&call.resource, folded);
    if finding == Finding::NO && call.folded_resource.as_deref().is_some_and(by_case) {
        return finding.assuming(dialect.open(Assumption::ResourceCase));
    }
    finding
}

impl PrincipalEntry {
    fn reach(&self, caller: &Caller) -> Option<Reach> {
        match self {
            Self::Everyone => Some(Reach::Indirect),
            Self::Account { id, .. } => (*id == caller.account).then_some(Reach::Account),
            Self::Named(name) if *name == caller.name => Some(match caller.nature {
                Nature::Individual | Nature::Root => Reach::Outright,
                Nature::Role | Nature::ServiceLinkedRole => Reach::Indirect,
            }),
            Self::Named(name) => names_role_of(name, caller).then_some(Reach::Indirect),
            Self::Other { text, .. } => (*text == caller.name).then_some(Reach::Outright),
        }
    }
}

/// Tells whether the name is that of the role behind the caller's session, whose own
/// name leaves out the role's path.
fn names_role_of(name: &str, caller: &Caller) -> bool {
    let Some(role) = &caller.role else { return false };
    let Some((before, path)) = name.split_once(":role/") else { return false };
    let account = before.rsplit(':').next();
    account == Some(&*caller.account) && path.rsplit('/').next() == Some(role)
}
