//! The calls that questions are about: every action of the atlas on every resource it
//! touches, and what documents name beyond that.
//!
//! Names of resources fall into classes like values do; a *shape* is an action and one
//! name of a class. Actions and resources beyond the atlas come in only where a document
//! speaks of them: elsewhere it denies nothing.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    super::{
        atlas::{Atlas, Door, Setting, Touch},
        document::{Clause, Document, ResourceForm, ResourcePattern, Statement},
        name::NamePattern,
        pattern::wildcards,
        request::Call,
    },
    attributes::{account, some},
    matcher::{Chars, Fold, Matcher, Step},
    text::{self, Allowance},
};

/// An action on a resource, before anything is known about its context.
pub(super) struct Shape {
    /// The call without context.
    pub(super) call: Call,
    /// What the resource is in the doors, as their touches name it; empty beyond them.
    pub(super) touched: BTreeSet<&'static str>,
    /// The doors that the call is part of.
    pub(super) doors: Vec<&'static Door>,
    pub(super) keys: Keys,
    /// Whether resources could not be told apart, so that it stands for all of its kind.
    pub(super) is_blurred: bool,
}

/// Which condition keys about images and tags there may be.
pub(super) enum Keys {
    /// These; a slash ends a family.
    Of(BTreeSet<&'static str>),
    Any,
}

impl Shape {
    /// The keys about images and tags that are known to be part of some calls.
    pub(super) fn known_keys(&self) -> impl Iterator<Item = &'static str> {
        let keys = match &self.keys {
            Keys::Of(keys) => Some(keys),
            Keys::Any => None,
        };
        keys.into_iter().flatten().copied()
    }
}

/// Lists the shapes that matter for the documents.
pub(super) fn shapes(
    atlas: &'static Atlas,
    setting: &Setting,
    documents: &[&Document],
    allowance: &Allowance,
) -> Vec<Shape> {
    let maker = Maker { atlas, setting, documents, allowance };
    let known = known(atlas);
    let mut shapes = Vec::new();
    let mut names_of_sample = BTreeMap::new();
    for ((action, sample), (touched, keys, doors)) in &known {
        let names = names_of_sample.entry(*sample).or_insert_with(|| maker.names(sample));
        for name in &names.texts {
            shapes.push(Shape {
                call: Call::new(atlas.dialect, action, name, Vec::new()),
                touched: touched.clone(),
                doors: doors.clone(),
                keys: Keys::Of(keys.clone()),
                is_blurred: names.are_blurred,
            });
        }
    }
    shapes.extend(maker.elsewhere(&known));
    shapes.extend(maker.beyond(&known));
    shapes
}

/// What the atlas knows, by action and name of the resource.
type Known = BTreeMap<
    (&'static str, &'static str),
    (BTreeSet<&'static str>, BTreeSet<&'static str>, Vec<&'static Door>),
>;

fn known(atlas: &'static Atlas) -> Known {
    let mut known = Known::new();
    for door in atlas.doors() {
        for (action, touch) in each_touch(door) {
            let (touched, keys, doors) = known.entry((action, touch.sample)).or_default();
            touched.insert(touch.resource);
            keys.extend(touch.keys);
            doors.push(door);
        }
    }
    known
}

fn each_touch(door: &'static Door) -> impl Iterator<Item = (&'static str, &'static Touch)> {
    let touches = move |action: &'static str| {
        door.touches.iter().map(move |touch| (touch.action.unwrap_or(action), touch))
    };
    door.actions.iter().flat_map(move |action| touches(action))
}

/// How many names of resources of a kind are told apart, and how many actions beyond the
/// atlas: each action is asked about with each name, and patterns that have nothing to do
/// with each other double both.
const MOST_NAMES: usize = 100;
const MOST_ACTIONS: usize = 300;

/// Names of resources, one of each class.
struct Names {
    texts: Vec<String>,
    are_blurred: bool,
}

struct Maker<'a> {
    atlas: &'static Atlas,
    setting: &'a Setting,
    documents: &'a [&'a Document],
    allowance: &'a Allowance,
}

impl Maker<'_> {
    fn statements(&self) -> impl Iterator<Item = &Statement> {
        self.documents.iter().flat_map(|document| &document.statements)
    }

    fn patterns(&self) -> impl Iterator<Item = &ResourcePattern> {
        let clauses = self.statements().filter_map(|statement| statement.resources.as_ref());
        clauses.flat_map(|clause| &clause.patterns)
    }

    /// The names that a sample of the atlas stands for.
    fn names(&self, sample: &str) -> Names {
        let usual = self.setting.fill(sample);
        let domain = [self.name_like(sample)];
        self.classes(&domain, &[], Some(usual))
    }

    /// A name of every class of the domain; `more` tells names apart beside documents.
    fn classes(&self, domain: &[Matcher], more: &[Matcher], usual: Option<String>) -> Names {
        let mut matchers: Vec<Matcher> = more.to_vec();
        for reading in self.patterns().flat_map(readings) {
            if !matchers.contains(&reading) {
                matchers.push(reading);
            }
        }
        match text::partition(&matchers, domain, self.allowance) {
            Ok(mut texts) if texts.len() <= MOST_NAMES => {
                if let Some(usual) = usual {
                    prefer(&mut texts, usual, &matchers, domain);
                }
                Names { texts, are_blurred: false }
            }
            _ => Names { texts: usual.into_iter().collect(), are_blurred: true },
        }
    }

    /// The names that a sample of the atlas stands for, as a pattern.
    fn name_like(&self, sample: &str) -> Matcher {
        let literal = |text: &str| Matcher::literal(text, Fold::No).steps;
        // The id of what exists is free, that of what does not is a star.
        let (kind, id) = match sample.rsplit_once('/') {
            Some((kind, id)) if id != "*" => (kind, Some(id)),
            _ => (sample, None),
        };
        let mut steps = Vec::new();
        let mut rest = kind;
        while let Some((before, after)) = rest.split_once('{') {
            steps.extend(literal(before));
            let (placeholder, after) = after.split_once('}').unwrap_or((after, ""));
            steps.extend(match placeholder {
                "partition" => literal(&self.setting.partition),
                "account" => account(self.atlas),
                _ => some(Chars::NoColon).steps,
            });
            rest = after;
        }
        steps.extend(literal(rest));
        if id.is_some() {
            steps.extend(literal("/"));
            steps.extend(some(Chars::NoColon).steps);
        }
        Matcher { steps, fold: Fold::No }
    }

    /// Calls of the atlas's actions on resources that they do not touch there.
    fn elsewhere(&self, known: &Known) -> Vec<Shape> {
        let mut touches: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
        for door in self.atlas.doors() {
            for (action, touch) in each_touch(door) {
                touches.entry(action).or_default().insert(self.setting.fill(touch.pattern));
            }
        }
        let mut shapes = Vec::new();
        for (action, own) in &touches {
            if !self.speaks_beyond(action, own) {
                continue;
            }
            let own: Vec<NamePattern> = own.iter().map(|it| self.pattern(it)).collect();
            let mut matchers: Vec<Matcher> =
                own.iter().map(|pattern| Matcher::name(pattern.strict())).collect();
            matchers.extend(self.impossible());
            let names = self.classes(&[self.any_name(Chars::NoColon)], &matchers, None);
            let is_foreign = |name: &&String| {
                let is_own = own.iter().any(|pattern| pattern.matches_strictly(name));
                !is_own && self.is_possible(name)
            };
            let doors = known.iter().filter(|((other, _), _)| other == action);
            let doors: Vec<_> = doors.flat_map(|(_, (_, _, doors))| doors).copied().collect();
            for name in names.texts.iter().filter(is_foreign) {
                shapes.push(self.free_shape(action, name, doors.clone(), names.are_blurred));
            }
        }
        shapes
    }

    /// Tells whether a document names resources of an action beside its own.
    fn speaks_beyond(&self, action: &str, own: &BTreeSet<String>) -> bool {
        if own.contains("*") {
            return false;
        }
        let dialect = self.atlas.dialect;
        let call = Call::new(dialect, action, "", Vec::new());
        let about = self.statements().filter(|statement| statement.concerns(&call, dialect));
        let is_beyond = |clause: &Clause<ResourcePattern>| {
            clause.negated || clause.patterns.iter().any(|pattern| !own.contains(&*pattern.text))
        };
        about.into_iter().any(|statement| statement.resources.as_ref().is_none_or(is_beyond))
    }

    /// Calls of actions that are not in the atlas.
    fn beyond(&self, known: &Known) -> Vec<Shape> {
        let is_known =
            |text: &str| known.keys().any(|(action, _)| action.eq_ignore_ascii_case(text));
        let clauses = || self.statements().filter_map(|statement| statement.actions.as_ref());
        let patterns = || clauses().flat_map(|clause| &clause.patterns);
        let speaks = clauses().count() < self.statements().count()
            || clauses().any(|clause| clause.negated)
            || patterns().any(|pattern| !is_known(&pattern.text));
        if !speaks {
            return Vec::new();
        }
        let mut matchers: Vec<Matcher> = Vec::new();
        for pattern in patterns() {
            let folded = Matcher { fold: Fold::Ascii, ..Matcher::glob(&pattern.folded.tokens()) };
            if !matchers.contains(&folded) {
                matchers.push(folded);
            }
        }
        let mut form = some(Chars::NoColon);
        form.steps.push(Step { on: Chars::Is(':'), repeats: false });
        form.steps.extend(some(Chars::NoColon).steps);
        let (actions, actions_blurred) =
            match text::partition(&matchers, std::slice::from_ref(&form), self.allowance) {
                Ok(mut actions) if actions.len() <= MOST_ACTIONS => {
                    for pattern in patterns() {
                        let plain = pattern.text.replace('*', "").replace('?', "x");
                        prefer(&mut actions, plain, &matchers, std::slice::from_ref(&form));
                    }
                    (actions, false)
                }
                // One that each pattern takes, so that no statement is left out.
                _ => {
                    let own = patterns().map(|pattern| pattern.text.replace(['*', '?'], "x"));
                    (own.chain(["x:x".to_owned()]).collect(), true)
                }
            };
        let lone = Matcher::literal("*", Fold::No);
        let names = self.classes(&[self.any_name(Chars::Any), lone], &self.impossible(), None);
        let mut shapes = Vec::new();
        for action in actions.iter().filter(|action| !is_known(action)) {
            for name in names.texts.iter().filter(|name| self.is_possible(name)) {
                let is_blurred = names.are_blurred || actions_blurred;
                shapes.push(self.free_shape(action, name, Vec::new(), is_blurred));
            }
        }
        shapes
    }

    fn free_shape(
        &self,
        action: &str,
        name: &str,
        doors: Vec<&'static Door>,
        is_blurred: bool,
    ) -> Shape {
        let call = Call::new(self.atlas.dialect, action, name, Vec::new());
        Shape { call, touched: BTreeSet::new(), doors, keys: Keys::Any, is_blurred }
    }

    /// Names that there are none of: with an account where the cloud writes none.
    fn impossible(&self) -> Vec<Matcher> {
        let fields = self.atlas.dialect.name_fields;
        let with_account = |start: &&str| {
            let stars = "*:".repeat(fields.saturating_sub(2));
            Matcher::name(self.pattern(&format!("{stars}?*:{start}*")).strict())
        };
        self.atlas.without_account.iter().map(with_account).collect()
    }

    fn is_possible(&self, name: &str) -> bool {
        let mut fields = name
            .splitn(self.atlas.dialect.name_fields, ':')
            .skip(self.atlas.dialect.name_fields.saturating_sub(2));
        let account = fields.next().unwrap_or_default();
        let last = fields.next().unwrap_or_default();
        let has_none = self.atlas.without_account.iter().any(|start| last.starts_with(start));
        account.is_empty() || !has_none
    }

    /// Any name, with such characters in its last field.
    fn any_name(&self, last: Chars) -> Matcher {
        let dialect = self.atlas.dialect;
        let colon = Step { on: Chars::Is(':'), repeats: false };
        let field = Step { on: Chars::NoColon, repeats: true };
        let literal = |text: &str| Matcher::literal(text, Fold::No).steps;
        let mut steps = literal(dialect.name_prefix);
        for number in 1..dialect.name_fields.saturating_sub(1) {
            steps.push(colon);
            match number {
                1 if !self.atlas.partitions.is_empty() => {
                    steps.extend(literal(&self.setting.partition));
                }
                _ => steps.push(field),
            }
        }
        let first = Step { on: Chars::NoColon, repeats: false };
        steps.extend([colon, first, Step { on: last, repeats: true }]);
        Matcher { steps, fold: Fold::No }
    }

    fn pattern(&self, text: &str) -> NamePattern {
        let tokens: Vec<_> = wildcards(text).collect();
        NamePattern::of(&tokens, self.atlas.dialect.name_fields)
    }
}

/// What a pattern over resources can tell apart; nothing if it takes everything.
fn readings(pattern: &ResourcePattern) -> Vec<Matcher> {
    match &pattern.form {
        ResourceForm::Fixed(name) if *pattern.text != *"*" => {
            let strict = std::iter::once(name.strict());
            strict.chain(name.other_readings()).map(Matcher::name).collect()
        }
        ResourceForm::Fixed(_) | ResourceForm::Open(_) => Vec::new(),
    }
}

/// Puts a usual name in the place of the one that is like it.
fn prefer(texts: &mut [String], usual: String, matchers: &[Matcher], domain: &[Matcher]) {
    let all: Vec<&str> = texts.iter().map(String::as_str).chain([usual.as_str()]).collect();
    let signatures = text::signatures(matchers, domain, &all);
    let place = signatures.last().and_then(|own| signatures.iter().position(|other| other == own));
    if let Some(slot) = place.and_then(|place| texts.get_mut(place)) {
        *slot = usual;
    }
}
