//! Between the attributes of a guardrail and the engine's intent, both ways. Pure.
//!
//! What is wrong with a value is said in the engine's words, at the value's own attribute.

use std::collections::{BTreeMap, BTreeSet};

use super::model::{
    ExemptionModel, ExportModel, GuardrailModel, LaunchModel, ProtectTagsModel, RulesModel,
    ShareModel, TagOnCreateModel,
};
use crate::{
    guardrail::{
        Target,
        atlas::Rule,
        intent::{
            Exemption, Expiry, Export, Intent, Launch, Part, Principal, ProtectTags, Rules, Share,
            TagOnCreate, TagTest, Tags, check_owner_id, check_tag_key,
        },
    },
    plugin::{Attr, Diagnostic, Diagnostics, Path},
    provider::block::TagPatterns,
};

/// What to do where nothing says which tags are meant.
const GOLDEN_TAGS: &str = "; write it here, or set `golden_tags` in the provider block";

/// The code that lets a lock have no exemption at all.
pub(super) const NO_APPROVER: &str = "no_approver";

/// Fills in what follows from the provider block's `golden_tags` where the configuration
/// leaves it out.
pub(super) fn fill_in(
    planned: &mut Attr<RulesModel>,
    config: &Attr<RulesModel>,
    golden: &Attr<TagPatterns>,
) {
    let (Attr::Known(planned), Attr::Known(config)) = (planned, config) else { return };
    if let (Attr::Known(planned), Attr::Known(config)) = (&mut planned.launch, &config.launch)
        && config.tags.is_null()
    {
        planned.tags = golden.clone();
    }
    if let (Attr::Known(planned), Attr::Known(config)) =
        (&mut planned.protect_tags, &config.protect_tags)
        && config.keys.is_null()
    {
        planned.keys = match golden {
            Attr::Known(golden) => golden.keys().cloned().collect::<BTreeSet<_>>().into(),
            Attr::Unknown => Attr::Unknown,
            Attr::Null => Attr::Null,
        };
    }
}

/// Finds fault with every value that is known, each by itself.
pub(super) fn check_values(model: &GuardrailModel, target: Target) -> Diagnostics {
    Reader::read(model, target).1.problems
}

/// Makes an intent of attributes; `None` while something of them is not known.
///
/// # Errors
///
/// What is wrong with a value, or with all of them together, at its attribute.
pub(super) fn intent_of(
    model: &GuardrailModel,
    target: Target,
) -> Result<Option<Intent>, Diagnostics> {
    let (intent, reader) = Reader::read(model, target);
    let Reader { mut problems, is_unknown, .. } = reader;
    if !is_unknown && !problems.has_errors() {
        // Codes that are not known yet may have it; the apply looks once more.
        let may_lock_all = model.accepted.is_unknown() || model.accepted().contains(NO_APPROVER);
        for fault in intent.faults(target, may_lock_all) {
            let hint = if lacks_golden_tags(model, fault.part) { GOLDEN_TAGS } else { "" };
            problems.push(invalid(&format!("{}{hint}", fault.problem), path_of(fault.part)));
        }
    }
    problems.or_value((!is_unknown).then_some(intent))
}

/// Makes an intent of attributes that were checked when they were planned.
pub(super) fn recorded_intent(model: &GuardrailModel, target: Target) -> Intent {
    Reader::read(model, target).0
}

/// Makes attributes of an intent in its normal form.
pub(super) fn model_of(intent: &Intent, target: Target) -> (RulesModel, Attr<Vec<ExemptionModel>>) {
    let writer = Writer { target };
    let exemptions: Vec<_> = intent.exemptions.iter().map(|it| writer.exemption(it)).collect();
    let exemptions = if exemptions.is_empty() { Attr::Null } else { exemptions.into() };
    (writer.rules(&intent.rules), exemptions)
}

/// Where a rule is configured.
pub(super) fn rule_path(rule: Rule) -> Path {
    Path::root("rules").attribute(rule.name())
}

/// Where an exemption is configured, counted from zero.
pub(super) fn exemption_path(index: usize) -> Path {
    Path::root("exemptions").index(index)
}

fn path_of(part: Part) -> Path {
    match part {
        Part::Whole => Path::root("rules"),
        Part::Rule(rule) => rule_path(rule),
        Part::Attribute(rule, name) => rule_path(rule).attribute(name),
        Part::Exemption(index) => exemption_path(index),
    }
}

/// Tells whether a part would be there if the provider block had `golden_tags`.
fn lacks_golden_tags(model: &GuardrailModel, part: Part) -> bool {
    let Some(rules) = model.rules.known() else { return false };
    match part {
        Part::Rule(Rule::Launch) => rules.launch.known().is_some_and(|it| it.tags.is_null()),
        Part::Attribute(Rule::ProtectTags, "keys") => {
            rules.protect_tags.known().is_some_and(|it| it.keys.is_null())
        }
        _ => false,
    }
}

/// Reads attributes; collects what is wrong and notes whether something is not known.
struct Reader {
    target: Target,
    problems: Diagnostics,
    is_unknown: bool,
}

impl Reader {
    fn read(model: &GuardrailModel, target: Target) -> (Intent, Self) {
        let mut reader = Self { target, problems: Diagnostics::new(), is_unknown: false };
        let rules = reader.known(&model.rules).map(|rules| reader.rules(rules)).unwrap_or_default();
        let exemptions = reader.known(&model.exemptions).into_iter().flatten().enumerate();
        let exemptions =
            exemptions.map(|(index, it)| reader.exemption(it, &exemption_path(index))).collect();
        (Intent { rules, exemptions }, reader)
    }

    fn rules(&mut self, rules: &RulesModel) -> Rules {
        let at = rule_path;
        Rules {
            launch: self.known(&rules.launch).map(|it| self.launch(it, &at(Rule::Launch))),
            protect_tags: self.known(&rules.protect_tags).map(|it| ProtectTags {
                keys: self.keys(&it.keys, &at(Rule::ProtectTags).attribute("keys")),
                exempt_principals: self.exempt(&it.exempt_principals, &at(Rule::ProtectTags)),
            }),
            tag_on_create: self.known(&rules.tag_on_create).map(|it| TagOnCreate {
                tags: self.tags(&it.tags, &at(Rule::TagOnCreate).attribute("tags")),
                snapshots: self.known(&it.snapshots).copied().unwrap_or(false),
                exempt_principals: self.exempt(&it.exempt_principals, &at(Rule::TagOnCreate)),
            }),
            export: self.known(&rules.export).map(|it| Export {
                exempt_principals: self.exempt(&it.exempt_principals, &at(Rule::Export)),
            }),
            share: self.known(&rules.share).map(|it| Share {
                images: self.known(&it.images).copied().unwrap_or(true),
                snapshots: self.known(&it.snapshots).copied().unwrap_or(true),
                exempt_principals: self.exempt(&it.exempt_principals, &at(Rule::Share)),
            }),
        }
    }

    fn launch(&mut self, launch: &LaunchModel, at: &Path) -> Launch {
        Launch {
            tags: self.tags(&launch.tags, &at.clone().attribute("tags")),
            owner_ids: self.owners(&launch.owner_ids, &at.clone().attribute("owner_ids")),
            accept_owner_ids: self
                .owners(&launch.accept_owner_ids, &at.clone().attribute("accept_owner_ids")),
            exempt_principals: self.exempt(&launch.exempt_principals, at),
        }
    }

    fn exemption(&mut self, exemption: &ExemptionModel, at: &Path) -> Exemption {
        let rule = |name: &str| {
            let names: Vec<_> = Rule::ALL.iter().map(|rule| format!("`{}`", rule.name())).collect();
            let found = Rule::ALL.into_iter().find(|rule| rule.name() == name);
            found.ok_or_else(|| format!("`{name}` is no rule; write {}", names.join(", ")))
        };
        Exemption {
            principals: self.principals(&exemption.principals, at.clone().attribute("principals")),
            rules: self.texts(&exemption.rules, at.clone().attribute("rules"), rule),
            expires_at: self.known(&exemption.expires_at).and_then(|text| {
                self.sound(Expiry::parse(text), at.clone().attribute("expires_at"))
            }),
        }
    }

    fn exempt(&mut self, exempt: &Attr<BTreeSet<String>>, rule: &Path) -> BTreeSet<Principal> {
        self.principals(exempt, rule.clone().attribute("exempt_principals"))
    }

    fn principals(&mut self, principals: &Attr<BTreeSet<String>>, at: Path) -> BTreeSet<Principal> {
        let target = self.target;
        self.texts(principals, at, |text| {
            Principal::parse(target.atlas(), target.partition(), text)
        })
    }

    /// An empty set would look like a requirement, and be none.
    fn owners(&mut self, owners: &Attr<BTreeSet<String>>, at: &Path) -> BTreeSet<String> {
        let atlas = self.target.atlas();
        if owners.known().is_some_and(BTreeSet::is_empty) {
            let problem = "the set is empty; name an owner, or leave it out";
            self.problems.push(invalid(problem, at.clone()));
        }
        self.texts(owners, at.clone(), |id| check_owner_id(atlas, id).map(|()| id.to_owned()))
    }

    fn keys(&mut self, keys: &Attr<BTreeSet<String>>, at: &Path) -> BTreeSet<String> {
        let atlas = self.target.atlas();
        self.texts(keys, at.clone(), |key| check_tag_key(atlas, key).map(|()| key.to_owned()))
    }

    fn tags(&mut self, tags: &Attr<TagPatterns>, at: &Path) -> Tags {
        let atlas = self.target.atlas();
        let Some(tags) = self.known(tags) else { return Tags::new() };
        if tags.is_empty() {
            let problem = "the map is empty, so nothing would mark an image as golden; write at \
                           least one tag, or leave it out";
            self.problems.push(invalid(problem, at.clone()));
        }
        let mut read = Tags::new();
        for (key, patterns) in tags {
            let at = at.clone().key(key);
            self.sound(check_tag_key(atlas, key), at.clone());
            if let Some(test) = self.sound(TagTest::of(patterns.iter().cloned()), at) {
                read.insert(key.clone(), test);
            }
        }
        read
    }

    /// Reads each text of a set; elements of sets have no address.
    fn texts<T: Ord>(
        &mut self,
        texts: &Attr<BTreeSet<String>>,
        at: Path,
        read: impl Fn(&str) -> Result<T, String>,
    ) -> BTreeSet<T> {
        let texts = self.known(texts).into_iter().flatten();
        texts.filter_map(|text| self.sound(read(text), at.clone())).collect()
    }

    /// Returns what was read, or notes what is wrong with it.
    fn sound<T>(&mut self, read: Result<T, String>, at: Path) -> Option<T> {
        read.map_err(|problem| self.problems.push(invalid(&problem, at))).ok()
    }

    /// Returns a value that is there and known, and notes if it is not known.
    fn known<'a, T>(&mut self, value: &'a Attr<T>) -> Option<&'a T> {
        self.is_unknown |= value.is_unknown();
        value.known()
    }
}

/// Says what is wrong at a path, which Terraform shows no line of where it is inside an object.
fn invalid(problem: &str, at: Path) -> Diagnostic {
    let place = at.to_string();
    let is_exemption = place.starts_with("exemptions");
    let summary = if is_exemption { "Invalid Exemption" } else { "Invalid Rule" };
    Diagnostic::error(summary, format!("`{place}`: {problem}.")).at(at)
}

/// Makes a sentence of what the engine says.
pub(super) fn sentence(problem: &str) -> String {
    let mut chars = problem.chars();
    let first = chars.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", chars.as_str())
}

/// Writes attributes as people do.
struct Writer {
    target: Target,
}

impl Writer {
    fn rules(&self, rules: &Rules) -> RulesModel {
        let Rules { launch, protect_tags, tag_on_create, export, share } = rules;
        let launch = launch.as_ref().map(|it| LaunchModel {
            tags: patterns(&it.tags),
            owner_ids: unless_empty(it.owner_ids.clone()),
            accept_owner_ids: unless_empty(it.accept_owner_ids.clone()),
            exempt_principals: self.principals(&it.exempt_principals),
        });
        let protect_tags = protect_tags.as_ref().map(|it| ProtectTagsModel {
            keys: unless_empty(it.keys.clone()),
            exempt_principals: self.principals(&it.exempt_principals),
        });
        let tag_on_create = tag_on_create.as_ref().map(|it| TagOnCreateModel {
            tags: patterns(&it.tags),
            snapshots: it.snapshots.into(),
            exempt_principals: self.principals(&it.exempt_principals),
        });
        let export = export
            .as_ref()
            .map(|it| ExportModel { exempt_principals: self.principals(&it.exempt_principals) });
        let share = share.as_ref().map(|it| ShareModel {
            images: it.images.into(),
            snapshots: it.snapshots.into(),
            exempt_principals: self.principals(&it.exempt_principals),
        });
        RulesModel {
            launch: launch.into(),
            protect_tags: protect_tags.into(),
            tag_on_create: tag_on_create.into(),
            export: export.into(),
            share: share.into(),
        }
    }

    /// Reason and owner are not in the document: the next apply records them.
    fn exemption(&self, exemption: &Exemption) -> ExemptionModel {
        let rules: BTreeSet<_> =
            exemption.rules.iter().map(|rule| rule.name().to_owned()).collect();
        ExemptionModel {
            principals: self.principals(&exemption.principals),
            rules: rules.into(),
            reason: Attr::Null,
            owner: Attr::Null,
            expires_at: exemption.expires_at.map(|end| end.to_string()).into(),
        }
    }

    fn principals(&self, principals: &BTreeSet<Principal>) -> Attr<BTreeSet<String>> {
        unless_empty(principals.iter().map(|it| it.as_shown(self.target)).collect())
    }
}

fn patterns(tags: &Tags) -> Attr<TagPatterns> {
    let listed = |(key, test): (&String, &TagTest)| {
        (key.clone(), test.patterns().into_iter().map(str::to_owned).collect())
    };
    let tags: BTreeMap<_, _> = tags.iter().map(listed).collect();
    if tags.is_empty() { Attr::Null } else { tags.into() }
}

fn unless_empty(texts: BTreeSet<String>) -> Attr<BTreeSet<String>> {
    if texts.is_empty() { Attr::Null } else { texts.into() }
}
