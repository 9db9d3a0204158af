//! Cases for people: a request that the evaluator reads, and the same in words.

use serde_json::Value as Json;

use super::{
    super::{
        assumption::Assumptions,
        dialect::{Dialect, Level},
        document::{Document, Effect},
        evaluate::{Decision, evaluate},
        policies::{Policies, Policy},
        request::Request,
    },
    attributes::{Split, Subject},
    search::Found,
    shapes::Shape,
    space::Space,
};

/// A request that shows something, confirmed by the evaluator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Witness {
    /// The request as JSON, in the form that [`Request::parse`] reads.
    pub request: String,
    /// Who does what to which resource, in a clause without full stop.
    pub words: String,
    /// The door it goes through; `None` for a call beyond the atlas.
    pub door: Option<&'static str>,
    /// What it rests on.
    pub assumptions: Assumptions,
}

/// The evaluator, asked about a document.
pub(super) struct Judge {
    dialect: &'static Dialect,
    effect: Effect,
    policies: Option<Policies>,
}

impl Judge {
    /// Takes a document at a level, and the effect of the statements to ask about.
    ///
    /// Beside the document everything is allowed, so that a Deny can only be its own. An
    /// Allow is asked about with nothing beside it.
    pub(super) fn new(
        dialect: &'static Dialect,
        level: &Level,
        document: &Document,
        effect: Effect,
    ) -> Self {
        let policies = match effect {
            Effect::Deny => beside_full_access(dialect, level, document),
            Effect::Allow => alone(dialect, document),
        };
        Self { dialect, effect, policies }
    }

    /// Tells whether a statement with the effect applies to a request; `None` where that
    /// cannot be told.
    pub(super) fn applies(&self, request: &str) -> Option<bool> {
        self.decides(&Request::parse(self.dialect, request).ok()?)
    }

    pub(super) fn decides(&self, request: &Request) -> Option<bool> {
        let outcome = evaluate(self.policies.as_ref()?, request).ok()?;
        let wanted = match self.effect {
            Effect::Deny => Decision::Deny,
            Effect::Allow => Decision::Allow,
        };
        Some(outcome.decision == wanted)
    }
}

fn beside_full_access(
    dialect: &'static Dialect,
    level: &Level,
    document: &Document,
) -> Option<Policies> {
    let version = dialect.versions.first()?.name;
    let everything = |kind: &str| {
        let allow = r#"{"Effect":"Allow","Action":"*","Resource":"*"}"#;
        let text = format!(r#"{{"Version":"{version}","Statement":{allow}}}"#);
        let document = Document::parse(dialect, kind, &text)?.ok()?;
        Policy::new(dialect, kind, 0, document)
    };
    let own = Policy::new(dialect, level.kind, 0, document.clone())?;
    Some(Policies::of(dialect, vec![own, everything(level.kind)?, everything("identity")?]))
}

/// The statements that allow as an identity's only policy.
fn alone(dialect: &'static Dialect, document: &Document) -> Option<Policies> {
    let mut document = document.clone();
    document.statements.retain(|statement| statement.effect == Effect::Allow);
    Some(Policies::of(dialect, vec![Policy::new(dialect, "identity", 0, document)?]))
}

impl Space {
    /// Makes a witness of a case, not yet confirmed.
    pub(super) fn witness(&self, shape: &Shape, found: &Found) -> Witness {
        let request = self.request(shape, &found.chosen);
        let door = shape.doors.first();
        Witness {
            words: self.words(shape, found, &request),
            request: request.to_string(),
            door: door.map(|door| door.code),
            assumptions: found.because,
        }
    }

    fn words(&self, shape: &Shape, found: &Found, request: &Json) -> String {
        let caller = request.get("principal").and_then(Json::as_str).unwrap_or_default();
        let call = &shape.call;
        let mut words = format!("`{caller}` calls `{}` on `{}`", call.action, call.resource);
        let facts: Vec<String> = self.facts(shape, found, request);
        if !facts.is_empty() {
            words.push_str(" with ");
            words.push_str(&facts.join(", "));
        }
        words
    }

    /// What the case says about each key that matters to it.
    fn facts(&self, shape: &Shape, found: &Found, request: &Json) -> Vec<String> {
        let matters = |attribute: &usize| found.chosen.get(*attribute).is_some_and(Option::is_some);
        let mut facts = Vec::new();
        for (subject, described) in self.attributes.iter() {
            let is_open = match &described.split {
                Split::One(attribute) => matters(attribute),
                Split::Many(attributes) => attributes.iter().any(matters),
                Split::Not(_) => false,
            };
            let names = self.names(shape, subject, described);
            let is_usual = |name: &&String| name.eq_ignore_ascii_case(&described.key);
            let name = names.iter().find(is_usual).or(names.first());
            let Some(name) = name.filter(|_| is_open) else { continue };
            if subject.is_caller(self.atlas) {
                continue;
            }
            let value = request.get("context").and_then(|context| context.get(name));
            facts.push(fact(subject, name, value));
        }
        facts
    }
}

fn fact(subject: &Subject, name: &str, value: Option<&Json>) -> String {
    match value {
        None => format!("no `{name}`"),
        Some(Json::String(text)) if subject.is_time() => format!("the clock at {text}"),
        Some(Json::String(text)) if text.is_empty() => format!("an empty `{name}`"),
        Some(Json::String(text)) => format!("`{name}` being `{text}`"),
        Some(Json::Array(items)) => {
            let items: Vec<String> =
                items.iter().map(|item| format!("`{}`", plain(item))).collect();
            format!("`{name}` listing {}", items.join(" and "))
        }
        Some(other) => format!("`{name}` being `{}`", plain(other)),
    }
}

fn plain(value: &Json) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
