//! What policies together decide about a request.

use super::condition::Context;
use super::document::Document;
use super::questions::OpenQuestions;

/// A call as policies see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// Permission such as `ecs:RunInstances`.
    pub action: String,
    /// Who calls.
    pub caller: Caller,
    /// What the call touches; each is judged on its own, and all must pass.
    pub resources: Vec<Resource>,
}

/// A resource a call touches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resource {
    /// `acs:ecs:cn-hangzhou:1000000000000001:image/m-1`, or `*`.
    pub arn: String,
    /// What is known about the request where this resource is judged.
    pub context: Context,
}

/// Which policies can bind a caller at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Caller {
    /// A user or role of a member account, or of an account outside any resource directory.
    Ordinary,
    /// The root user of an account: RAM policies do not bind it, nor do control policies.
    ///
    /// The vendor's pages disagree about control policies with the scope `All`; those that can be
    /// created have the scope `RAM`.
    Root,
    /// A service-linked role, which control policies do not bind.
    ServiceLinkedRole,
    /// A user or role of the management account, which control policies do not bind.
    Management,
}

/// The policies that apply to a caller.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Policies {
    /// Control policies of each level, from the root folder down to the account; none when there is
    /// no resource directory, or its control policies are off.
    pub control: Vec<Vec<Document>>,
    /// The policy of a role session, if it has one.
    pub session: Option<Document>,
    /// Policies of the user and its groups, or of the role.
    pub identity: Vec<Document>,
}

/// What becomes of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is allowed.
    Allow,
    /// It is refused.
    Deny {
        /// Whether a statement denies it; otherwise none allows it.
        is_explicit: bool,
        /// The policies that refuse.
        layer: Layer,
        /// The resource that is refused.
        resource: String,
    },
}

/// A layer of policies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layer {
    /// Control policies, of any level.
    Control,
    /// The policy of the session.
    Session,
    /// RAM policies of the caller.
    Identity,
}

/// Decides about a request: an explicit refusal of any resource, else an implicit one, else yes.
#[must_use]
pub fn decide(request: &Request, policies: &Policies, questions: &OpenQuestions) -> Verdict {
    if request.caller == Caller::Root {
        return Verdict::Allow;
    }
    let mut worst = Verdict::Allow;
    for resource in &request.resources {
        let verdict = judge(request, resource, policies, questions);
        match (&verdict, &worst) {
            (Verdict::Deny { is_explicit: true, .. }, _) => return verdict,
            (Verdict::Deny { .. }, Verdict::Allow) => worst = verdict,
            _ => {}
        }
    }
    worst
}

/// Judges one resource: the first layer that does not allow it has the last word.
fn judge(
    request: &Request,
    resource: &Resource,
    policies: &Policies,
    questions: &OpenQuestions,
) -> Verdict {
    let mut layers: Vec<(Layer, Vec<&Document>)> = Vec::new();
    if request.caller == Caller::Ordinary {
        // From the account upwards, as the evaluation process describes it.
        let levels = policies.control.iter().rev();
        layers.extend(levels.map(|level| (Layer::Control, level.iter().collect())));
    }
    layers.extend(policies.session.iter().map(|session| (Layer::Session, vec![session])));
    layers.push((Layer::Identity, policies.identity.iter().collect()));
    for (layer, documents) in layers {
        let speaking = |is_deny: bool| {
            documents.iter().flat_map(|document| &document.statements).any(|statement| {
                statement.is_deny == is_deny
                    && statement.concerns(
                        &request.action,
                        &resource.arn,
                        &resource.context,
                        questions.absent_negated,
                    )
            })
        };
        let is_explicit = speaking(true);
        if is_explicit || !speaking(false) {
            return Verdict::Deny { is_explicit, layer, resource: resource.arn.clone() };
        }
    }
    Verdict::Allow
}
