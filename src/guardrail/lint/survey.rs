//! What a document does: which doors of the atlas it closes, found by asking.
//!
//! The caller is nobody special, and everything is allowed beside the document. Tags,
//! region and account are those that the document itself speaks of.

use std::collections::{BTreeMap, BTreeSet};

use super::subject::Asks as _;
use crate::guardrail::{
    assumption::Assumptions,
    atlas::{Atlas, Case, Door, Fact, Mark, Setting, Situation, Way},
    dialect::Level,
    document::{Document, Effect, Form, Operand, Test},
    evaluate::{Decision, Outcome, evaluate},
    policies::{Policies, Policy},
    request::Request,
};

/// Stands beside the document, so that what is refused is refused by it.
const EVERYTHING: &str =
    r#"{"Version":"VERSION","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#;

/// What a document does with the calls of the atlas.
pub(super) struct Survey {
    atlas: &'static Atlas,
    policies: Policies,
    setting: Setting,
    marks: Vec<Mark>,
    /// Those of the doors that a rule closes at this level, in the order of the atlas.
    doors: Vec<Surveyed>,
}

/// What became of the calls that a guard should refuse.
pub(super) struct Surveyed {
    pub(super) door: &'static Door,
    pub(super) state: State,
    /// The statements that refused one of the calls.
    pub(super) closed_by: BTreeSet<usize>,
    pub(super) assumptions: Assumptions,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// All were refused.
    Closed,
    /// One was not.
    Open,
    /// One could not be decided.
    Unknown,
}

impl Survey {
    /// Asks; `None` if the document cannot be put among policies.
    pub(super) fn of(
        atlas: &'static Atlas,
        level: &'static Level,
        document: &Document,
    ) -> Option<Self> {
        let mut survey = Self {
            atlas,
            policies: policies(atlas, level, document)?,
            setting: setting(atlas, document),
            marks: marks(atlas, document),
            doors: Vec::new(),
        };
        let has_rule =
            |door: &&Door| door.rules.iter().any(|cover| cover.levels.contains(&level.name));
        let doors = atlas.doors().filter(has_rule);
        survey.doors = doors.map(|door| survey.look_at(door)).collect();
        Some(survey)
    }

    fn look_at(&self, door: &'static Door) -> Surveyed {
        let calls = door.cases.iter().filter(|case| case.refused);
        let outcomes: Vec<_> = calls.flat_map(|case: &Case| self.ask(door, case.facts)).collect();
        let is_denied =
            |outcome: &Option<Outcome>| outcome.as_ref().map(|it| it.decision == Decision::Deny);
        let state = if outcomes.iter().any(|outcome| is_denied(outcome) == Some(false)) {
            State::Open
        } else if outcomes.iter().all(|outcome| is_denied(outcome) == Some(true)) {
            State::Closed
        } else {
            State::Unknown
        };
        let known = || outcomes.iter().flatten();
        Surveyed {
            door,
            state,
            closed_by: known().flat_map(deniers).collect(),
            assumptions: known().fold(Assumptions::NONE, |all, it| all.or(it.assumptions)),
        }
    }

    /// The statements that refuse a call from an image that has all the tags.
    pub(super) fn refusing_golden(&self, door: &'static Door) -> BTreeSet<usize> {
        let outcomes = self.ask(door, self.atlas.marked_image);
        outcomes.iter().flatten().flat_map(deniers).collect()
    }

    /// The statements that refuse a creation with such facts.
    pub(super) fn refusing(&self, door: &'static Door, facts: &'static [Fact]) -> BTreeSet<usize> {
        self.ask(door, facts).iter().flatten().flat_map(deniers).collect()
    }

    /// All of them.
    pub(super) fn doors(&self) -> &[Surveyed] {
        &self.doors
    }

    /// The doors of a kind.
    pub(super) fn doors_of(&self, way: Way) -> impl Iterator<Item = &Surveyed> {
        self.doors.iter().filter(move |surveyed| surveyed.door.way == way)
    }

    /// The statements that close a door of a kind.
    pub(super) fn closing(&self, way: Way) -> BTreeSet<usize> {
        let closed = self.doors_of(way).filter(|surveyed| surveyed.state == State::Closed);
        closed.flat_map(|surveyed| surveyed.closed_by.iter().copied()).collect()
    }

    /// The name of a resource of the atlas, where the document is about it.
    pub(super) fn name_of(&self, sample: &str) -> String {
        self.setting.fill(sample)
    }

    fn ask(&self, door: &'static Door, facts: &[Fact]) -> Vec<Option<Outcome>> {
        let Self { marks, setting, .. } = self;
        let situation = Situation { facts, marks, setting };
        let requests = self.atlas.requests(door, situation).into_iter();
        requests
            .map(|request| {
                let request = Request::parse(self.atlas.dialect, &request.to_string()).ok()?;
                evaluate(&self.policies, &request).ok()
            })
            .collect()
    }
}

fn deniers(outcome: &Outcome) -> Vec<usize> {
    let denies = outcome.matched.iter().filter(|matched| matched.effect == Effect::Deny);
    denies.map(|matched| matched.statement).collect()
}

/// The document at its level, and everything allowed there and to the caller.
fn policies(atlas: &Atlas, level: &Level, document: &Document) -> Option<Policies> {
    let dialect = atlas.dialect;
    let version = dialect.versions.first()?.name;
    let everything = |kind: &str| {
        let text = EVERYTHING.replace("VERSION", version);
        let document = Document::parse(dialect, kind, &text)?.ok()?;
        Policy::new(dialect, kind, 0, document)
    };
    let list = vec![
        Policy::new(dialect, level.kind, 0, document.clone())?,
        everything(level.kind)?,
        everything("identity")?,
    ];
    Some(Policies::of(dialect, list))
}

/// Partition, region and account that the document names, or the usual ones.
fn setting(atlas: &Atlas, document: &Document) -> Setting {
    let mut setting = Setting::usual(atlas);
    let clauses = document.statements.iter().filter_map(|it| it.resources.as_ref());
    for pattern in clauses.flat_map(|clause| &clause.patterns) {
        let fields: Vec<&str> = pattern.text.splitn(atlas.dialect.name_fields, ':').collect();
        let named = |from_end: usize| {
            let field = fields.len().checked_sub(from_end).and_then(|at| fields.get(at))?;
            let is_plain = !field.is_empty() && !field.contains(['*', '?', '$']);
            (fields.len() == atlas.dialect.name_fields && is_plain).then(|| (*field).to_owned())
        };
        if let Some(partition) = fields.get(1)
            && atlas.partitions.contains(partition)
        {
            setting.partition = (*partition).to_owned();
        }
        setting.region = named(3).unwrap_or(setting.region);
        setting.account = named(2).unwrap_or(setting.account);
    }
    // A document that is against other regions has nothing to say about its own.
    let mut tests = document.statements.iter().flat_map(|statement| &statement.tests);
    let asks_region =
        |test: &&Test| test.is_negative() && atlas.region_keys.contains(&test.key.folded());
    let wanted = tests.find(asks_region).and_then(|test| examples(test).into_iter().next());
    setting.region = wanted.unwrap_or(setting.region);
    setting
}

/// The tags that the document speaks of, each with a value that it wants.
fn marks(atlas: &Atlas, document: &Document) -> Vec<Mark> {
    let mut found: BTreeMap<String, Mark> = BTreeMap::new();
    for test in document.statements.iter().flat_map(|statement| &statement.tests) {
        for mark in marks_of(atlas, test) {
            found.entry(mark.key.to_lowercase()).or_insert(mark);
        }
    }
    if found.is_empty() {
        return vec![Mark { key: "golden".to_owned(), value: "true".to_owned() }];
    }
    found.into_values().collect()
}

fn marks_of(atlas: &Atlas, test: &Test) -> Vec<Mark> {
    let families = atlas.resource_tag_keys.iter().chain(atlas.request_tag_keys);
    let own_key = families.into_iter().find_map(|family| {
        let is_of_family = test.key.folded().starts_with(family);
        test.key.text().get(family.len()..).filter(|_| is_of_family)
    });
    let names_keys = test.key.folded().ends_with(":tagkeys");
    match own_key {
        Some(key) if test.is_about_presence() => {
            vec![Mark { key: key.to_owned(), value: "x".to_owned() }]
        }
        Some(key) => {
            let value = examples(test).into_iter().next().unwrap_or_default();
            vec![Mark { key: key.to_owned(), value }]
        }
        None if names_keys && !test.is_about_presence() => {
            let keys = examples(test).into_iter();
            keys.map(|key| Mark { key, value: "x".to_owned() }).collect()
        }
        None => Vec::new(),
    }
}

/// Texts that the values of a test match, one for each.
pub(super) fn examples(test: &Test) -> Vec<String> {
    let example = |operand: &Operand| match &operand.form {
        Form::Text(text) | Form::TextWithoutCase(text, _) => text.to_string(),
        // A pattern matches itself, but for the characters that are written as variables.
        _ => operand.text.replace("${$}", "$").replace("${*}", "*").replace("${?}", "?"),
    };
    test.operands.iter().map(example).collect()
}
