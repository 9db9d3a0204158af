//! What policies together decide about a request.

use super::condition::Context;
use super::document::{Document, Naming, Statement};

/// A call as policies see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// Who calls.
    pub caller: Caller,
    /// What the call touches; each is judged on its own, and all must pass.
    pub resources: Vec<Resource>,
}

/// A resource a call touches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resource {
    /// Permission that is needed on it, such as `ec2:RunInstances`.
    pub action: String,
    /// `arn:aws:ec2:us-east-1::image/ami-1`, or `*`.
    pub arn: String,
    /// Account it belongs to, when that is not the caller's and its own policy must allow the call.
    pub account: Option<String>,
    /// What is known about the request where this resource is judged.
    pub context: Context,
}

/// Who calls, and which policies can bind it at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// ARN of the user, of the session of a role, or of the root user.
    pub arn: String,
    /// Whether the service control policies of its account bind it: neither those of the management
    /// account nor service-linked roles are bound; root users of members are.
    pub is_bound: bool,
    /// Whether it is the root user of its account, which policies of IAM do not bind.
    pub is_root: bool,
}

/// The policies that apply to a request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Policies {
    /// Service control policies of each level, from the root of the organization down to the account;
    /// none when there is no organization, or the type is off.
    pub service_control: Vec<Vec<Document>>,
    /// Resource control policies; the one that allows everything is always among them.
    pub resource_control: Vec<Document>,
    /// The policies of what is touched.
    pub resource: Vec<Document>,
    /// Policies of the user and its groups, or of the role.
    pub identity: Vec<Document>,
    /// The permissions boundary of the user or role, if it has one.
    pub boundary: Option<Document>,
    /// The policy of a session, if it has one.
    pub session: Option<Document>,
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
        /// Permission that is missing.
        action: String,
        /// The resource that is refused.
        resource: String,
    },
}

/// A layer of policies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the vendor's words")]
pub enum Layer {
    ServiceControl,
    ResourceControl,
    Resource,
    Identity,
    Boundary,
    Session,
}

/// Decides about a request: an explicit refusal of any resource, else an implicit one, else yes.
#[must_use]
pub fn decide(request: &Request, policies: &Policies) -> Verdict {
    let judge = |resource| Judgement::new(&request.caller, resource, policies);
    let judgements: Vec<Judgement<'_>> = request.resources.iter().map(judge).collect();
    let refused = |is_explicit| {
        judgements.iter().find_map(|judgement| {
            let layer =
                if is_explicit { judgement.denying()? } else { judgement.not_allowing()? };
            let Resource { action, arn, .. } = judgement.resource.clone();
            Some(Verdict::Deny { is_explicit, layer, action, resource: arn })
        })
    };
    refused(true).or_else(|| refused(false)).unwrap_or(Verdict::Allow)
}

/// One resource of a request, with all that decides about it.
struct Judgement<'a> {
    caller: &'a Caller,
    /// In lower case, as actions are compared.
    action: String,
    resource: &'a Resource,
    policies: &'a Policies,
}

impl<'a> Judgement<'a> {
    fn new(caller: &'a Caller, resource: &'a Resource, policies: &'a Policies) -> Self {
        Self { caller, action: resource.action.to_lowercase(), resource, policies }
    }

    /// Finds a layer with a statement that denies.
    fn denying(&self) -> Option<Layer> {
        let denies = |documents: &'a [Document]| {
            self.speaking(documents, true).any(|statement| statement.is_for(&self.caller.arn))
        };
        self.layers().into_iter().find(|(_, documents)| denies(documents)).map(|(layer, _)| layer)
    }

    /// Lists all policies that can deny.
    fn layers(&self) -> Vec<(Layer, &'a [Document])> {
        let policies = self.policies;
        let levels: &'a [Vec<Document>] =
            if self.caller.is_bound { &policies.service_control } else { &[] };
        let mut layers: Vec<(Layer, &'a [Document])> =
            levels.iter().map(|level| (Layer::ServiceControl, level.as_slice())).collect();
        layers.push((Layer::ResourceControl, &policies.resource_control));
        layers.push((Layer::Resource, &policies.resource));
        if !self.caller.is_root {
            layers.push((Layer::Identity, &policies.identity));
            layers.push((Layer::Boundary, policies.boundary.as_slice()));
        }
        layers.push((Layer::Session, policies.session.as_slice()));
        layers
    }

    /// Finds the first layer that must allow and does not.
    fn not_allowing(&self) -> Option<Layer> {
        let policies = self.policies;
        let allows = |documents: &'a [Document]| self.speaking(documents, false).next().is_some();
        if self.caller.is_bound && !policies.service_control.iter().all(|level| allows(level)) {
            return Some(Layer::ServiceControl);
        }
        let named = self.named();
        let is_foreign = self.resource.account.is_some();
        if is_foreign && named.is_none() {
            return Some(Layer::Resource);
        }
        // Who is named as such is limited by nothing that binds it but, a user, by its session.
        let is_named = !is_foreign && named == Some(Naming::Directly);
        let is_granted = self.caller.is_root || allows(&policies.identity);
        if !is_granted && (is_foreign || named.is_none()) {
            return Some(Layer::Identity);
        }
        let is_session = self.caller.arn.contains(":sts:");
        let refuses = |policy: &'a Option<Document>| {
            policy.as_ref().is_some_and(|policy| !allows(std::slice::from_ref(policy)))
        };
        if !is_named && refuses(&policies.boundary) {
            return Some(Layer::Boundary);
        }
        let is_beyond = is_named && is_session;
        (!is_beyond && refuses(&policies.session)).then_some(Layer::Session)
    }

    /// Says how the resource's own policies that allow the call name the caller.
    fn named(&self) -> Option<Naming> {
        let namings = self
            .speaking(&self.policies.resource, false)
            .filter_map(|statement| statement.names(&self.caller.arn));
        namings.min_by_key(|naming| *naming != Naming::Directly)
    }

    /// Lists the statements that speak of the resource.
    fn speaking(
        &self,
        documents: &'a [Document],
        is_deny: bool,
    ) -> impl Iterator<Item = &'a Statement> {
        let Resource { arn, context, .. } = self.resource;
        documents.iter().flat_map(|document| &document.statements).filter(move |statement| {
            statement.is_deny == is_deny && statement.concerns(&self.action, arn, context)
        })
    }
}
