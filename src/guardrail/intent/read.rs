//! The JSON in which the function `guardrail_document` takes an intent.
//!
//! An object with the rules, each as the attribute `rules` of a guardrail has it, and
//! beside them `exemptions`, `partition` and `accepted`. A null is a value left out, as
//! Terraform's `jsonencode` writes it.

use std::collections::BTreeSet;

use super::{
    Exemption, Expiry, Export, Intent, Launch, Part, Principal, ProtectTags, Rules, Share,
    TagOnCreate, TagTest, Tags, check_owner_id, check_tag_key,
};
use crate::guardrail::{
    atlas::Rule,
    fault::{DocumentError, Fault},
    json::{self, Json, Value},
    target::Target,
};

/// What may stand beside the rules.
const BESIDE: [&str; 3] = ["exemptions", "partition", "accepted"];
/// What can be accepted: a lock that nobody at all opens.
const NO_APPROVER: &str = "no_approver";

/// The text of an intent, read as JSON.
#[derive(Debug)]
pub struct IntentText<'t> {
    text: &'t str,
    json: Json<'t>,
}

impl<'t> IntentText<'t> {
    /// Reads JSON.
    ///
    /// # Errors
    ///
    /// The text is no JSON object, or has names that nobody knows.
    pub fn parse(text: &'t str) -> Result<Self, DocumentError> {
        let known: Vec<_> = Rule::ALL.iter().map(|rule| rule.name()).chain(BESIDE).collect();
        let read = json::read(text).and_then(|json| {
            check_names(&json, "an intent", &known)?;
            Ok(json)
        });
        read.map(|json| Self { text, json }).map_err(|fault| fault.locate(text))
    }

    /// The partition it names.
    ///
    /// # Errors
    ///
    /// It is no text.
    pub fn partition(&self) -> Result<Option<&str>, DocumentError> {
        let partition = given(&self.json, "partition");
        let text = partition.map(|partition| partition.text("`partition`")).transpose();
        text.map_err(|fault| fault.locate(self.text))
    }

    /// Blames the partition.
    pub fn partition_fault(&self, problem: impl Into<String>) -> DocumentError {
        given(&self.json, "partition").unwrap_or(&self.json).fault(problem).locate(self.text)
    }

    /// Reads the intent for a target.
    ///
    /// # Errors
    ///
    /// The first value that is none, or the first of [`Intent::faults`].
    pub fn intent(&self, target: Target) -> Result<Intent, DocumentError> {
        self.read(Reader { target }).map_err(|fault| fault.locate(self.text))
    }

    fn read(&self, reader: Reader) -> Result<Intent, Fault> {
        let rules = reader.rules(&self.json)?;
        let exemptions = reader.exemptions(&self.json)?;
        let accepted = texts(&self.json, "accepted", |code| match code {
            NO_APPROVER => Ok(code.to_owned()),
            _ => Err(format!("`{code}` cannot be accepted here; only `{NO_APPROVER}` can")),
        })?;
        let intent = Intent { rules, exemptions };
        let faults = intent.faults(reader.target, accepted.contains(NO_APPROVER));
        match faults.into_iter().next() {
            Some(fault) => Err(self.place(fault.part).fault(fault.problem)),
            None => Ok(intent),
        }
    }

    /// Finds a part in the text, or what it should be in.
    fn place(&self, part: Part) -> &Json<'t> {
        let whole = &self.json;
        let rule = |rule: Rule| given(whole, rule.name());
        let found = match part {
            Part::Whole => None,
            Part::Rule(it) => rule(it),
            Part::Attribute(it, name) => rule(it).and_then(|it| given(it, name)).or(rule(it)),
            Part::Exemption(index) => {
                given(whole, "exemptions").and_then(|list| list.one_or_many().get(index))
            }
        };
        found.unwrap_or(whole)
    }
}

struct Reader {
    target: Target,
}

impl Reader {
    fn rules(&self, json: &Json<'_>) -> Result<Rules, Fault> {
        let rule = |rule: Rule| given(json, rule.name());
        Ok(Rules {
            launch: rule(Rule::Launch).map(|it| self.launch(it)).transpose()?,
            protect_tags: rule(Rule::ProtectTags).map(|it| self.protect_tags(it)).transpose()?,
            tag_on_create: rule(Rule::TagOnCreate).map(|it| self.tag_on_create(it)).transpose()?,
            export: rule(Rule::Export).map(|it| self.export(it)).transpose()?,
            share: rule(Rule::Share).map(|it| self.share(it)).transpose()?,
        })
    }

    fn launch(&self, json: &Json<'_>) -> Result<Launch, Fault> {
        let known = ["tags", "owner_ids", "accept_owner_ids", "exempt_principals"];
        check_names(json, "`launch`", &known)?;
        // An empty requirement looks like one, and is none.
        check_nonempty(json, "tags")?;
        check_nonempty(json, "owner_ids")?;
        let owner = |id: &str| check_owner_id(self.target.atlas, id).map(|()| id.to_owned());
        Ok(Launch {
            tags: self.tags(json)?,
            owner_ids: texts(json, "owner_ids", owner)?,
            accept_owner_ids: texts(json, "accept_owner_ids", owner)?,
            exempt_principals: self.principals(json, "exempt_principals")?,
        })
    }

    fn protect_tags(&self, json: &Json<'_>) -> Result<ProtectTags, Fault> {
        check_names(json, "`protect_tags`", &["keys", "exempt_principals"])?;
        let key = |key: &str| check_tag_key(self.target.atlas, key).map(|()| key.to_owned());
        Ok(ProtectTags {
            keys: texts(json, "keys", key)?,
            exempt_principals: self.principals(json, "exempt_principals")?,
        })
    }

    fn tag_on_create(&self, json: &Json<'_>) -> Result<TagOnCreate, Fault> {
        check_names(json, "`tag_on_create`", &["tags", "snapshots", "exempt_principals"])?;
        Ok(TagOnCreate {
            tags: self.tags(json)?,
            snapshots: boolean(json, "snapshots", false)?,
            exempt_principals: self.principals(json, "exempt_principals")?,
        })
    }

    fn export(&self, json: &Json<'_>) -> Result<Export, Fault> {
        check_names(json, "`export`", &["exempt_principals"])?;
        Ok(Export { exempt_principals: self.principals(json, "exempt_principals")? })
    }

    fn share(&self, json: &Json<'_>) -> Result<Share, Fault> {
        check_names(json, "`share`", &["images", "snapshots", "exempt_principals"])?;
        Ok(Share {
            images: boolean(json, "images", true)?,
            snapshots: boolean(json, "snapshots", true)?,
            exempt_principals: self.principals(json, "exempt_principals")?,
        })
    }

    fn exemptions(&self, json: &Json<'_>) -> Result<Vec<Exemption>, Fault> {
        let Some(list) = given(json, "exemptions") else { return Ok(Vec::new()) };
        items(list, "exemptions")?.iter().map(|item| self.exemption(item)).collect()
    }

    /// `reason` and `owner` are for people; documents have no place for them.
    fn exemption(&self, json: &Json<'_>) -> Result<Exemption, Fault> {
        let known = ["principals", "rules", "expires_at", "reason", "owner"];
        check_names(json, "an exemption", &known)?;
        for name in ["reason", "owner"] {
            given(json, name).map(|it| it.text(&format!("`{name}`"))).transpose()?;
        }
        let rule = |name: &str| {
            let found = Rule::ALL.into_iter().find(|rule| rule.name() == name);
            found.ok_or_else(|| format!("`{name}` is no rule; write {}", quoted(&rule_names())))
        };
        let expiry = |json: &Json<'_>| {
            let text = json.text("`expires_at`")?;
            Expiry::parse(text).map_err(|problem| json.fault(problem))
        };
        Ok(Exemption {
            principals: self.principals(json, "principals")?,
            rules: texts(json, "rules", rule)?,
            expires_at: given(json, "expires_at").map(expiry).transpose()?,
        })
    }

    fn principals(&self, json: &Json<'_>, name: &str) -> Result<BTreeSet<Principal>, Fault> {
        let Target { atlas, partition, .. } = self.target;
        texts(json, name, |text| Principal::parse(atlas, partition, text))
    }

    fn tags(&self, json: &Json<'_>) -> Result<Tags, Fault> {
        let Some(tags) = given(json, "tags") else { return Ok(Tags::new()) };
        let read = |(key, patterns): &(String, Json<'_>)| {
            check_tag_key(self.target.atlas, key).map_err(|problem| patterns.fault(problem))?;
            let listed = items(patterns, key)?.iter().map(|it| it.text("a value of a tag"));
            let listed =
                listed.map(|text| text.map(str::to_owned)).collect::<Result<Vec<_>, _>>()?;
            let test = TagTest::of(listed).map_err(|problem| patterns.fault(problem))?;
            Ok((key.clone(), test))
        };
        tags.object("`tags`")?.iter().map(read).collect()
    }
}

fn rule_names() -> Vec<&'static str> {
    Rule::ALL.iter().map(|rule| rule.name()).collect()
}

/// The member of an object, unless it is null.
fn given<'j, 't>(json: &'j Json<'t>, name: &str) -> Option<&'j Json<'t>> {
    json.member(name).filter(|member| !matches!(member.value, Value::Null))
}

fn check_names(json: &Json<'_>, what: &str, known: &[&str]) -> Result<(), Fault> {
    let unknown = json.object(what)?.iter().find(|(name, _)| !known.contains(&name.as_str()));
    match unknown {
        Some((name, value)) => {
            let shown: String = name.chars().take(40).collect();
            Err(value.fault(format!("{what} has no `{shown}`; it may have {}", quoted(known))))
        }
        None => Ok(()),
    }
}

fn check_nonempty(json: &Json<'_>, name: &str) -> Result<(), Fault> {
    match given(json, name) {
        Some(given) if given.is_empty() => {
            Err(given.fault(format!("`{name}` is empty; leave it out")))
        }
        _ => Ok(()),
    }
}

/// The texts in a list, each made something of; none if it is left out.
fn texts<T: Ord>(
    json: &Json<'_>,
    name: &str,
    make: impl Fn(&str) -> Result<T, String>,
) -> Result<BTreeSet<T>, Fault> {
    let Some(list) = given(json, name) else { return Ok(BTreeSet::new()) };
    let one = |item: &Json<'_>| {
        let text = item.text(&format!("a value of `{name}`"))?;
        make(text).map_err(|problem| item.fault(problem))
    };
    items(list, name)?.iter().map(one).collect()
}

fn items<'j, 't>(json: &'j Json<'t>, name: &str) -> Result<&'j [Json<'t>], Fault> {
    match &json.value {
        Value::List(items) => Ok(items),
        _ => Err(json.fault(format!("`{name}` must be a list, not {}", json.kind()))),
    }
}

fn boolean(json: &Json<'_>, name: &str, default: bool) -> Result<bool, Fault> {
    let Some(value) = given(json, name) else { return Ok(default) };
    match value.value {
        Value::Bool => Ok(value.raw == "true"),
        _ => Err(value.fault(format!("`{name}` must be true or false, not {}", value.kind()))),
    }
}

fn quoted(names: &[&str]) -> String {
    let quoted: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
    quoted.join(", ")
}
