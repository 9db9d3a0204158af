//! The condition keys that questions are about, and the classes of their values.
//!
//! Names that always have the same value are one attribute: `ec2:ResourceTag/k` and
//! `aws:ResourceTag/k`. A key with several values is one attribute for each class of
//! them: whether a value of the class is on the list.

use std::collections::BTreeMap;

use super::{
    super::{
        atlas::{Atlas, Setting, Value},
        dialect::{Level, RootRule},
        document::Document,
    },
    matcher::{Chars, Fold, Matcher, Step},
    text::Allowance,
    values::{self, Domain, Probe, Unsplit},
};

/// What a condition key is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Subject {
    /// A tag of what exists, by its key without case.
    Tag(String),
    /// A tag that the request sets.
    NewTag(String),
    Region,
    /// Anything else, by its name without case.
    Key(String),
}

/// A question that a rule asks about a key, beside those of documents.
pub(super) struct Ask {
    /// The name of the key, as somebody would write it.
    pub(super) key: String,
    pub(super) probe: Probe,
}

/// All attributes of a set of questions.
pub(super) struct Attributes {
    pub(super) atlas: &'static Atlas,
    pub(super) setting: Setting,
    /// Whether root users are among the callers.
    binds_root: bool,
    by_subject: BTreeMap<Subject, Described>,
    /// The classes of each attribute: absent, then a value of each class.
    classes: Vec<Vec<Option<String>>>,
}

/// A key, and where its attributes are.
pub(super) struct Described {
    /// The name by which somebody asked for it first.
    pub(super) key: String,
    /// The key of the tag, or the name of the key.
    pub(super) spelling: String,
    pub(super) split: Split,
}

pub(super) enum Split {
    /// One value or none.
    One(usize),
    /// An attribute for each class of values.
    Many(Vec<usize>),
    /// The tests are beyond the method.
    Not(Unsplit),
}

impl Subject {
    pub(super) fn of(atlas: &Atlas, key: &str) -> Self {
        let folded = key.to_lowercase();
        let own = |families: &[&str]| {
            families.iter().find_map(|family| folded.strip_prefix(family)).map(str::to_owned)
        };
        if let Some(tag) = own(atlas.resource_tag_keys) {
            Self::Tag(tag)
        } else if let Some(tag) = own(atlas.request_tag_keys) {
            Self::NewTag(tag)
        } else if atlas.region_keys.contains(&&*folded) {
            Self::Region
        } else {
            Self::Key(folded)
        }
    }

    /// The part of the name that is not the same for all of the kind.
    fn spelling(&self, key: &str) -> String {
        let length = match self {
            Self::Tag(tag) | Self::NewTag(tag) => tag.chars().count(),
            Self::Region | Self::Key(_) => return key.to_owned(),
        };
        let skipped = key.chars().count().saturating_sub(length);
        key.chars().skip(skipped).collect()
    }

    fn is_list(&self, atlas: &Atlas) -> bool {
        let Self::Key(name) = self else { return false };
        atlas.dialect.decorates_operators && atlas.multivalued_keys.contains(&name.as_str())
    }

    /// Whether it lists the keys of the tags that the request sets.
    pub(super) fn lists_tags(&self) -> bool {
        matches!(self, Self::Key(name) if name.ends_with(":tagkeys"))
    }

    pub(super) fn is_time(&self) -> bool {
        matches!(self, Self::Key(name) if name.ends_with(":currenttime"))
    }

    pub(super) fn is_caller(&self, atlas: &Atlas) -> bool {
        matches!(self, Self::Key(name) if *name == caller_key(atlas).to_lowercase())
    }
}

/// The key that holds the name of the caller.
pub(super) fn caller_key(atlas: &Atlas) -> &'static str {
    let is_caller = |value: &Value| matches!(value, Value::One(text) if *text == atlas.caller);
    atlas.context.iter().find(|fact| is_caller(&fact.value)).map_or("", |fact| fact.name)
}

/// What is gathered about a key before its values are split.
struct Gathered {
    key: String,
    spelling: String,
    probes: Vec<Probe>,
    trouble: Option<Unsplit>,
}

impl Attributes {
    pub(super) fn new(
        atlas: &'static Atlas,
        (level, setting): (&Level, Setting),
        documents: &[&Document],
        asks: Vec<Ask>,
        allowance: &Allowance,
    ) -> Self {
        let kind = atlas.dialect.kind(level.kind);
        let binds_root = kind.is_some_and(|kind| kind.binds_root == RootRule::Bound);
        let mut gathered = gather(atlas, documents, asks);
        separate_tag_keys(&mut gathered);
        let by_subject = BTreeMap::new();
        let mut attributes = Self { atlas, setting, binds_root, by_subject, classes: Vec::new() };
        for (subject, gathered) in gathered {
            attributes.add(subject, gathered, allowance);
        }
        attributes
    }

    fn add(&mut self, subject: Subject, gathered: Gathered, allowance: &Allowance) {
        let Gathered { key, spelling, probes, trouble } = gathered;
        let classes = match trouble {
            Some(trouble) => Err(trouble),
            None => self.split(&subject, &probes, allowance),
        };
        let split = match classes {
            Err(trouble) => Split::Not(trouble),
            Ok(classes) if subject.is_list(self.atlas) => {
                Split::Many(classes.into_iter().map(|value| self.push(vec![value])).collect())
            }
            Ok(classes) => Split::One(self.push(classes)),
        };
        self.by_subject.insert(subject, Described { key, spelling, split });
    }

    fn push(&mut self, values: Vec<String>) -> usize {
        let classes = std::iter::once(None).chain(values.into_iter().map(Some));
        self.classes.push(classes.collect());
        self.classes.len() - 1
    }

    fn split(
        &self,
        subject: &Subject,
        probes: &[Probe],
        allowance: &Allowance,
    ) -> Result<Vec<String>, Unsplit> {
        let caller = self.setting.fill(self.atlas.caller);
        if subject.is_caller(self.atlas) {
            return values::classes(probes, &Domain::Like(callers(self)), &[&caller], allowance);
        }
        if subject.is_time() {
            return values::classes(probes, &Domain::Instants, &[], allowance);
        }
        match subject {
            Subject::Region => values::classes(
                probes,
                &Domain::Like(vec![some(Chars::NoColon)]),
                &[self.atlas.region],
                allowance,
            ),
            _ if subject.lists_tags() => {
                let domain = Domain::Like(vec![some(Chars::Any)]);
                let keys = self.by_subject.keys().filter_map(|other| match other {
                    Subject::NewTag(_) => self.by_subject.get(other).map(|it| it.spelling.as_str()),
                    _ => None,
                });
                values::classes(probes, &domain, &keys.collect::<Vec<_>>(), allowance)
            }
            _ => values::classes(probes, &Domain::Texts, &[], allowance),
        }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&Subject, &Described)> {
        self.by_subject.iter()
    }

    pub(super) fn described(&self, subject: &Subject) -> Option<&Described> {
        self.by_subject.get(subject)
    }

    pub(super) fn count(&self) -> usize {
        self.classes.len()
    }

    pub(super) fn classes(&self, attribute: usize) -> &[Option<String>] {
        self.classes.get(attribute).map_or(&[], Vec::as_slice)
    }
}

fn gather(atlas: &Atlas, documents: &[&Document], asks: Vec<Ask>) -> BTreeMap<Subject, Gathered> {
    let mut all = BTreeMap::new();
    let statements = documents.iter().flat_map(|document| &document.statements);
    for test in statements.flat_map(|statement| &statement.tests) {
        let gathered = slot(&mut all, atlas, test.key.text());
        match values::probes(test) {
            Ok(probes) => gathered.probes.extend(probes),
            Err(trouble) => gathered.trouble = Some(trouble),
        }
    }
    for ask in asks {
        slot(&mut all, atlas, &ask.key).probes.push(ask.probe);
    }
    all
}

fn slot<'a>(
    all: &'a mut BTreeMap<Subject, Gathered>,
    atlas: &Atlas,
    key: &str,
) -> &'a mut Gathered {
    let subject = Subject::of(atlas, key);
    let spelling = subject.spelling(key);
    let new = || Gathered { key: key.to_owned(), spelling, probes: Vec::new(), trouble: None };
    all.entry(subject).or_insert_with(new)
}

/// The list of the keys that a request tags names the tags that it has.
fn separate_tag_keys(gathered: &mut BTreeMap<Subject, Gathered>) {
    let tags = gathered.keys().filter_map(|subject| match subject {
        Subject::NewTag(tag) => Some(Probe::Text(Matcher::literal(tag, Fold::Unicode))),
        _ => None,
    });
    let tags: Vec<Probe> = tags.collect();
    let lists = gathered.iter_mut().filter(|(subject, _)| subject.lists_tags());
    for (_, gathered) in lists {
        gathered.probes.extend(tags.iter().cloned());
    }
}

/// Whom documents can tell apart: roles, users, whoever else the cloud has, and the root
/// users of accounts where the level binds them.
fn callers(attributes: &Attributes) -> Vec<Matcher> {
    let Attributes { atlas, setting, binds_root, .. } = attributes;
    let start = atlas.caller.split_once("role/").map_or(atlas.caller, |(start, _)| start);
    let like = |start: &str, rest: &str, name: Option<Chars>| {
        let text = format!("{start}{rest}").replace("{partition}", &setting.partition);
        let (before, after) = text.split_once("{account}").unwrap_or((&text, ""));
        let literal = |text: &str| Matcher::literal(text, Fold::No).steps;
        let mut steps = literal(before);
        steps.extend(account(atlas));
        steps.extend(literal(after));
        steps.extend(name.into_iter().flat_map(|chars| some(chars).steps));
        Matcher { steps, fold: Fold::No }
    };
    let in_role = if atlas.roles_in_lower_case { Chars::NoCapital } else { Chars::NoColon };
    let mut callers =
        vec![like(start, "role/", Some(in_role)), like(start, "user/", Some(Chars::NoColon))];
    callers.extend(atlas.other_callers.iter().map(|it| like(it, "", Some(Chars::NoColon))));
    callers.extend(binds_root.then(|| like(start, "root", None)));
    callers
}

/// The digits of an account id.
pub(super) fn account(atlas: &Atlas) -> Vec<Step> {
    let digits = &atlas.account_digits;
    let digit = Step { on: Chars::Digit, repeats: false };
    let mut steps = vec![digit; *digits.start()];
    // Nothing tells ids of different lengths apart but their digits.
    if digits.start() != digits.end() {
        steps.push(Step { repeats: true, ..digit });
    }
    steps
}

/// Any text of such characters that is not empty.
pub(super) fn some(on: Chars) -> Matcher {
    Matcher { steps: vec![Step { on, repeats: false }, Step { on, repeats: true }], fold: Fold::No }
}
