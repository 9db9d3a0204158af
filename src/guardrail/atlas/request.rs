//! Requests through doors, made from the tables.

use serde_json::{Map, Value as Json, json};

use super::{Atlas, Door, Fact, Touch, Value};

/// A tag that makes an image golden.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Its key.
    pub key: String,
    /// A value that counts.
    pub value: String,
}

/// Where requests are made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// The partition in the names of resources.
    pub partition: String,
    /// The region in them.
    pub region: String,
    /// The account of the caller and of what it owns.
    pub account: String,
}

impl Setting {
    /// The usual one of a cloud.
    pub fn usual(atlas: &Atlas) -> Self {
        let partition = atlas.partitions.first().copied().unwrap_or_default();
        Self {
            partition: partition.to_owned(),
            region: atlas.region.to_owned(),
            account: "111122223333".to_owned(),
        }
    }

    /// Puts partition, region and account into a template.
    pub fn fill(&self, template: &str) -> String {
        template
            .replace("{partition}", &self.partition)
            .replace("{region}", &self.region)
            .replace("{account}", &self.account)
    }
}

/// What requests are made of, beside the door.
#[derive(Clone, Copy, Debug)]
pub struct Situation<'a> {
    /// The context of the resources.
    pub facts: &'a [Fact],
    /// The tags that the facts mean.
    pub marks: &'a [Mark],
    /// Where the requests are made.
    pub setting: &'a Setting,
}

impl Atlas {
    /// Makes the requests through a door, one for each of its actions, in the form that
    /// [`Request::parse`] reads.
    ///
    /// Every resource of the door is part of them, the optional ones too: a guard must
    /// cope with the largest call.
    ///
    /// [`Request::parse`]: super::super::Request::parse
    pub fn requests(&self, door: &Door, situation: Situation<'_>) -> Vec<Json> {
        let caller = situation.setting.fill(self.caller);
        let mut context = Map::new();
        context.extend(self.context.iter().flat_map(|fact| situation.filled(fact)));
        let resources: Vec<Json> =
            door.touches.iter().map(|touch| situation.resource(touch)).collect();
        let request = |action: &&str| {
            json!({
                "principal": caller,
                "action": action,
                "resources": resources,
                "context": context,
            })
        };
        door.actions.iter().map(request).collect()
    }
}

impl Situation<'_> {
    fn resource(self, touch: &Touch) -> Json {
        let mut context = Map::new();
        let own = self.facts.iter().filter(|fact| fact.on.is_empty() || fact.on == touch.resource);
        context.extend(own.flat_map(|fact| self.filled(fact)));
        let name = self.setting.fill(touch.sample);
        match touch.action {
            Some(action) => json!({"resource": name, "context": context, "action": action}),
            None => json!({"resource": name, "context": context}),
        }
    }

    /// The condition keys that a fact stands for, with their values.
    fn filled(self, fact: &Fact) -> Vec<(String, Json)> {
        let marks = self.marks.iter();
        match fact.value {
            Value::One(value) if fact.name.contains("{key}") => marks
                .map(|mark| {
                    let name = fact.name.replace("{key}", &mark.key);
                    (name, value.replace("{value}", &mark.value).into())
                })
                .collect(),
            Value::One(value) => vec![(fact.name.to_owned(), self.setting.fill(value).into())],
            Value::Many(values) => vec![(fact.name.to_owned(), json!(values))],
            Value::MarkKeys => {
                let keys: Vec<_> = marks.map(|mark| mark.key.as_str()).collect();
                vec![(fact.name.to_owned(), json!(keys))]
            }
        }
    }
}
