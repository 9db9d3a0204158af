//! Documents as conditions over attributes, and cases as requests.
//!
//! What a test finds for a class is what the evaluator finds for the value that stands
//! for it: the prover has no idea of its own of what operators mean.

use std::{
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
    sync::Arc,
};

use serde_json::{Map, Value as Json, json};

use super::{
    super::{
        assumption::{Assumption, Assumptions},
        atlas::{Atlas, Setting},
        dialect::Level,
        document::{Document, Effect, ResourceForm, Statement, Test},
        finding::{Finding, Truth},
        operator::{Comparison, Quantifier},
        request::{Call, Entry, Values},
        value::{Key, Scalar},
    },
    attributes::{Ask, Attributes, Described, Split, Subject, caller_key},
    formula::Formula,
    keys::Presence,
    shapes::{Shape, shapes},
    text::Allowance,
};

/// All calls that some questions are about, and their attributes.
pub(super) struct Space {
    pub(super) atlas: &'static Atlas,
    pub(super) setting: Setting,
    pub(super) shapes: Vec<Shape>,
    pub(super) attributes: Attributes,
    /// The keys and families of keys that the atlas knows, with the same without case.
    pub(super) known_keys: BTreeMap<&'static str, String>,
}

impl Space {
    pub(super) fn new(
        atlas: &'static Atlas,
        (level, setting): (&Level, Setting),
        documents: &[&Document],
        asks: Vec<Ask>,
    ) -> Self {
        let allowance = Allowance::new();
        let place = (level, setting.clone());
        let attributes = Attributes::new(atlas, place, documents, asks, &allowance);
        let shapes = shapes(atlas, &setting, documents, &allowance);
        let touches = atlas.doors().flat_map(|door| door.touches);
        let keys = touches.flat_map(|touch| touch.keys.iter().copied());
        let known_keys = keys.map(|key| (key, key.to_lowercase())).collect();
        Self { atlas, setting, shapes, attributes, known_keys }
    }

    /// Why something about the documents may stay unknown, each in words.
    pub(super) fn reasons(&self, documents: &[&Document]) -> Vec<String> {
        let mut reasons = BTreeSet::new();
        for (_, described) in self.attributes.iter() {
            if let Split::Not(trouble) = described.split {
                reasons.insert(format!("{} `{}` {trouble}", "the key", described.spelling));
            }
        }
        if self.shapes.iter().any(|shape| shape.is_blurred) {
            reasons.insert(
                "the patterns over actions or resources are too many or too entangled".to_owned(),
            );
        }
        for (index, fault) in documents.iter().flat_map(|document| document.unread()) {
            reasons.insert(format!("statement {} could not be read: {fault}", index + 1));
        }
        reasons.into_iter().collect()
    }

    /// When each statement with such an effect applies to the call, by its place in the
    /// document; those that never do are left out.
    pub(super) fn statements(
        &self,
        shape: &Shape,
        document: &Document,
        effect: Effect,
    ) -> Vec<(usize, Formula)> {
        let all = document.statements.iter().enumerate().filter(|(_, it)| it.effect == effect);
        let applying = all.map(|(index, statement)| (index, self.statement(shape, statement)));
        applying.filter(|(_, applies)| !matches!(applies, Formula::Is(Finding::NO))).collect()
    }

    /// When a statement with such an effect of the document applies to the call.
    pub(super) fn any_statement(
        &self,
        shape: &Shape,
        document: &Document,
        effect: Effect,
    ) -> Formula {
        let statements = self.statements(shape, document, effect).into_iter();
        Formula::any(statements.map(|(_, applies)| applies))
    }

    /// When the statement applies to the call.
    fn statement(&self, shape: &Shape, statement: &Statement) -> Formula {
        let dialect = self.atlas.dialect;
        let is_open = statement.resources.as_ref().is_some_and(|clause| {
            clause.patterns.iter().any(|pattern| matches!(pattern.form, ResourceForm::Open(_)))
        });
        let cover = if shape.is_blurred || is_open {
            let concerns = statement.concerns(&shape.call, dialect);
            if concerns { Finding::unknown(Assumptions::NONE) } else { Finding::NO }
        } else {
            statement.covers(&shape.call, dialect)
        };
        if cover.is(Truth::No) {
            return Formula::Is(cover);
        }
        let unread = if statement.unread.is_empty() {
            Formula::TRUE
        } else {
            Formula::Is(Finding::unknown(dialect.open(Assumption::UnsupportedStatement)))
        };
        let mut tests: Vec<Formula> =
            statement.tests.iter().map(|test| self.test(shape, test)).collect();
        // The surest reason why it does not apply is the best.
        tests.sort_by_key(doubt);
        let cover = Formula::Is(cover.assuming(shape.call.presumed));
        Formula::all([cover].into_iter().chain(tests).chain([unread]))
    }

    fn test(&self, shape: &Shape, test: &Test) -> Formula {
        let subject = Subject::of(self.atlas, test.key.text());
        let ask = |entries| Asked { space: self, shape, test }.find(entries);
        let Some(described) = self.attributes.described(&subject) else {
            return Formula::Is(ask(Vec::new()));
        };
        if self.presence(shape, &subject) == Presence::Never {
            return Formula::Is(ask(Vec::new()));
        }
        match &described.split {
            Split::Not(_) => Formula::Is(Finding::unknown(Assumptions::NONE)),
            Split::One(attribute) => {
                let findings = self.attributes.classes(*attribute).iter().map(|value| {
                    let values = value.as_deref().map(one);
                    ask(self.entries(shape, &subject, described, values))
                });
                Formula::Atom { attribute: *attribute, findings: findings.collect() }
            }
            Split::Many(attributes) => {
                let absent = Formula::Is(ask(Vec::new()));
                let of_value = |value: &str| {
                    let values = Values::Many(vec![Scalar::new(value)]);
                    ask(self.entries(shape, &subject, described, Some(values)))
                };
                self.of_list(test, attributes, absent, of_value)
            }
        }
    }

    /// What a test of a key with several values says, from what it says of each alone.
    fn of_list(
        &self,
        test: &Test,
        attributes: &[usize],
        absent: Formula,
        of_value: impl Fn(&str) -> Finding,
    ) -> Formula {
        let is_empty = || Formula::all(attributes.iter().map(|it| is_in(*it).not()));
        let of_class = |attribute: usize| {
            let value = self.attributes.classes(attribute).last().and_then(Option::as_deref);
            Formula::Is(value.map_or(Finding::NO, &of_value))
        };
        let is_absence = test.operator.base.comparison == Comparison::Absence;
        let present = match test.operator.quantifier {
            _ if is_absence => attributes.first().map_or(Formula::FALSE, |it| of_class(*it)),
            Some(Quantifier::Any) => {
                Formula::any(attributes.iter().map(|it| is_in(*it).and(of_class(*it))))
            }
            Some(Quantifier::All) => {
                Formula::all(attributes.iter().map(|it| is_in(*it).not().or(of_class(*it))))
            }
            // Nobody says what that means.
            None => Formula::Is(Finding::unknown(Assumptions::NONE)),
        };
        is_empty().and(absent).or(is_empty().not().and(present))
    }

    /// A rule's own question about a key with one value: `None` is absent.
    pub(super) fn ask(
        &self,
        shape: &Shape,
        key: &str,
        holds: impl Fn(Option<&str>) -> bool,
    ) -> Formula {
        let subject = Subject::of(self.atlas, key);
        let described = self.attributes.described(&subject);
        match described.map(|it| &it.split) {
            _ if self.presence(shape, &subject) == Presence::Never => Formula::holds(holds(None)),
            Some(Split::One(attribute)) => {
                let classes = self.attributes.classes(*attribute).iter();
                let findings = classes.map(|value| Finding::of(holds(value.as_deref())));
                Formula::Atom { attribute: *attribute, findings: findings.collect() }
            }
            None | Some(Split::Many(_) | Split::Not(_)) => {
                Formula::Is(Finding::unknown(Assumptions::NONE))
            }
        }
    }

    /// A rule's own question about a key with one value that every call has.
    pub(super) fn ask_always(&self, key: &str, holds: impl Fn(&str) -> bool) -> Formula {
        let described = self.attributes.described(&Subject::of(self.atlas, key));
        let Some(Split::One(attribute)) = described.map(|it| &it.split) else {
            return Formula::Is(Finding::unknown(Assumptions::NONE));
        };
        let classes = self.attributes.classes(*attribute).iter();
        let findings = classes.map(|value| Finding::of(value.as_deref().is_some_and(&holds)));
        Formula::Atom { attribute: *attribute, findings: findings.collect() }
    }

    /// A rule's own question about a key with several values: does one of them fit?
    pub(super) fn ask_any(&self, shape: &Shape, key: &str, fits: impl Fn(&str) -> bool) -> Formula {
        let subject = Subject::of(self.atlas, key);
        let described = self.attributes.described(&subject);
        match described.map(|it| &it.split) {
            _ if self.presence(shape, &subject) == Presence::Never => Formula::FALSE,
            Some(Split::Many(attributes)) => Formula::any(attributes.iter().map(|attribute| {
                let value = self.attributes.classes(*attribute).last().and_then(Option::as_deref);
                if value.is_some_and(&fits) { is_in(*attribute) } else { Formula::FALSE }
            })),
            None | Some(Split::One(_) | Split::Not(_)) => {
                Formula::Is(Finding::unknown(Assumptions::NONE))
            }
        }
    }

    /// What holds of every call that there can be: the list of the keys of a request's
    /// tags names those that it has, and no others that anybody asks about.
    pub(super) fn well_formed(&self, shape: &Shape) -> Formula {
        let lists = self.attributes.iter().filter_map(|(subject, described)| {
            let is_there = self.presence(shape, subject) != Presence::Never;
            match &described.split {
                Split::Many(attributes) if subject.lists_tags() && is_there => Some(attributes),
                _ => None,
            }
        });
        let lists: Vec<_> = lists.collect();
        let tags = self.attributes.iter().filter_map(|(subject, described)| {
            let Subject::NewTag(tag) = subject else { return None };
            let is_there = self.presence(shape, subject) != Presence::Never;
            let Split::One(attribute) = described.split else { return None };
            is_there.then_some((tag, attribute))
        });
        Formula::all(tags.flat_map(|(tag, attribute)| {
            let names = |list: &[usize]| {
                Formula::any(list.iter().map(|element| {
                    let value = self.attributes.classes(*element).last().and_then(Option::as_deref);
                    let is_tag = value.is_some_and(|value| value.to_lowercase() == *tag);
                    if is_tag { is_in(*element) } else { Formula::FALSE }
                }))
            };
            let is_set = self.is_present(attribute);
            let both = |list: &Vec<usize>| {
                let named = names(list);
                let neither = is_set.clone().not().and(named.clone().not());
                is_set.clone().and(named).or(neither)
            };
            lists.iter().map(|list| both(list)).collect::<Vec<_>>()
        }))
    }

    fn is_present(&self, attribute: usize) -> Formula {
        let classes = self.attributes.classes(attribute).iter();
        let findings: Rc<[Finding]> = classes.map(|class| Finding::of(class.is_some())).collect();
        Formula::Atom { attribute, findings }
    }

    /// The classes that each attribute may have in the call.
    pub(super) fn choices(&self, shape: &Shape) -> Vec<Vec<usize>> {
        let mut choices = vec![vec![0]; self.attributes.count()];
        for (subject, described) in self.attributes.iter() {
            let presence = self.presence(shape, subject);
            let attributes: &[usize] = match &described.split {
                Split::One(attribute) => std::slice::from_ref(attribute),
                Split::Many(attributes) => attributes,
                Split::Not(_) => &[],
            };
            for attribute in attributes {
                let all = 0..self.attributes.classes(*attribute).len();
                let some: Vec<usize> = match (presence, &described.split) {
                    (Presence::Never, _) => vec![0],
                    (Presence::Always, Split::One(_)) => all.skip(1).collect(),
                    _ => all.collect(),
                };
                if let Some(slot) = choices.get_mut(*attribute) {
                    *slot = some;
                }
            }
        }
        choices
    }

    /// Writes a case as a request that the evaluator reads.
    pub(super) fn request(&self, shape: &Shape, chosen: &[Option<usize>]) -> Json {
        let mut context = Map::new();
        let mut caller = self.setting.fill(self.atlas.caller);
        for (subject, described) in self.attributes.iter() {
            let class = |attribute: usize| chosen.get(attribute).copied().flatten();
            let value = |attribute: usize, class: usize| {
                self.attributes.classes(attribute).get(class).cloned().flatten()
            };
            let json: Json = match &described.split {
                Split::One(attribute) => {
                    let must = self.presence(shape, subject) == Presence::Always;
                    let default = if must { 1 } else { 0 };
                    let text = value(*attribute, class(*attribute).unwrap_or(default));
                    let Some(text) = text else { continue };
                    if subject.is_caller(self.atlas) {
                        caller.clone_from(&text);
                    }
                    text.into()
                }
                Split::Many(attributes) => {
                    let listed = attributes.iter().filter_map(|it| value(*it, class(*it)?));
                    let listed: Vec<String> = listed.collect();
                    if listed.is_empty() {
                        continue;
                    }
                    listed.into()
                }
                Split::Not(_) => continue,
            };
            for name in self.names(shape, subject, described) {
                context.insert(name, json.clone());
            }
        }
        context.entry(caller_key(self.atlas)).or_insert_with(|| caller.clone().into());
        json!({
            "principal": caller,
            "action": &*shape.call.action,
            "resource": &*shape.call.resource,
            "context": context,
        })
    }

    /// The entries of a context in which a key has the values.
    fn entries(
        &self,
        shape: &Shape,
        subject: &Subject,
        described: &Described,
        values: Option<Values>,
    ) -> Vec<Arc<Entry>> {
        let Some(values) = values else { return Vec::new() };
        let names = self.names(shape, subject, described).into_iter();
        names.map(|name| Arc::new(Entry { key: Key::new(&name), values: values.clone() })).collect()
    }
}

/// A test of a document, asked about calls of a shape.
struct Asked<'a> {
    space: &'a Space,
    shape: &'a Shape,
    test: &'a Test,
}

impl Asked<'_> {
    fn find(&self, context: Vec<Arc<Entry>>) -> Finding {
        let call = Call { context, ..self.shape.call.clone() };
        self.test.holds(&call, self.space.atlas.dialect)
    }
}

/// The value is on the list.
fn is_in(attribute: usize) -> Formula {
    Formula::Atom { attribute, findings: Rc::new([Finding::NO, Finding::YES]) }
}

fn one(value: &str) -> Values {
    Values::One(Box::new(Scalar::new(value)))
}

/// How much an answer may rest on.
fn doubt(formula: &Formula) -> (u32, u32) {
    fn all(formula: &Formula) -> Assumptions {
        match formula {
            Formula::Is(finding) => finding.because,
            Formula::Atom { findings, .. } => {
                findings.iter().fold(Assumptions::NONE, |all, it| all.or(it.because))
            }
            Formula::All(parts) | Formula::Any(parts) => {
                parts.iter().fold(Assumptions::NONE, |sum, part| sum.or(all(part)))
            }
            Formula::Not(inner) => all(inner),
        }
    }
    all(formula).weight()
}
