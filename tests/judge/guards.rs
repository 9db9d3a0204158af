//! Compiled documents do what their intents mean: so says the judge, and so do we.

use std::collections::{BTreeMap, BTreeSet};

use fastrand::Rng;
use imageguard::guardrail::{
    AWS, Policies, Target,
    atlas::{AWS_ATLAS, Door},
    compile::compile,
    intent::IntentText,
};
use serde_json::{Value as Json, json};

use crate::{
    cases::{decided, departures},
    meaning::{Region, region, texts},
    requests::{Caller, request},
    third_party::{Question, judge},
};

const INTENTS: &str = include_str!("intents.json");
const LEVELS: [&str; 2] = ["scp", "iam_policy"];
/// How often a document is asked about each action of a door that one of its rules
/// closes; about the others it is asked once.
const TIMES: usize = 4;

/// An intent of the table, where it is placed.
struct Placed<'t> {
    name: &'t str,
    intent: Json,
    level: &'static str,
    partition: &'static str,
}

/// A document where it is in force, and requests under it.
struct Trial<'t> {
    placed: Placed<'t>,
    question: Question,
}

#[test]
fn documents_do_what_their_intents_mean_on_every_level_and_in_every_partition() {
    let table: Json = serde_json::from_str(INTENTS).unwrap();
    let instants: Vec<_> = texts(&table["instants"]).collect();
    let mut rng = Rng::with_seed(6);
    let trials: Vec<_> = placed(&table, AWS_ATLAS.partitions)
        .map(|placed| {
            let requests = placed.through_every_door(&mut rng, &instants);
            Trial::of(placed, requests)
        })
        .collect();
    let (departing, met) = held(&trials);
    let names: BTreeSet<_> = departing.keys().map(|name| (*name).to_owned()).collect();
    assert_eq!(names, departures("intents"), "{departing:#?}");
    for (name, regions) in met {
        // Only what is for sharing refuses more than it is for.
        let has_more = name.starts_with("share") || name == "every_rule";
        assert_eq!(regions.len(), if has_more { 3 } else { 2 }, "{name} has met {regions:?}");
    }
}

#[test]
fn exemptions_open_their_rules_to_their_principals_until_they_end() {
    let table: Json = serde_json::from_str(INTENTS).unwrap();
    let instants: Vec<_> = texts(&table["instants"]).collect();
    let mut rng = Rng::with_seed(6);
    let trials: Vec<_> = placed(&table, &["aws"])
        .filter(|placed| placed.intent["exemptions"].is_array())
        .map(|placed| {
            let requests = placed.by_everybody_always(&mut rng, &instants);
            Trial::of(placed, requests)
        })
        .collect();
    let (departing, _) = held(&trials);
    assert!(departing.is_empty(), "{departing:#?}");
}

/// All intents of the table on all levels.
fn placed<'t>(
    table: &'t Json,
    partitions: &'static [&'static str],
) -> impl Iterator<Item = Placed<'t>> {
    let intents = table["intents"].as_object().unwrap().iter();
    let places = partitions.iter().flat_map(|partition| LEVELS.map(|level| (*partition, level)));
    intents.flat_map(move |(name, intent)| {
        places.clone().map(move |(partition, level)| {
            let text = intent.to_string().replace("{partition}", partition);
            Placed { name, intent: serde_json::from_str(&text).unwrap(), level, partition }
        })
    })
}

impl Placed<'_> {
    /// Requests with every action, by anybody at any time.
    fn through_every_door(&self, rng: &mut Rng, instants: &[&str]) -> Vec<Json> {
        let callers = self.callers();
        let mut requests = Vec::new();
        for door in AWS_ATLAS.doors() {
            let is_closed = door.rules.iter().any(|cover| self.has(cover.rule.name()));
            let times = if is_closed { TIMES } else { 1 };
            for action in door.actions.iter().flat_map(|action| vec![action; times]) {
                let name = rng.choice(&callers).unwrap();
                let now = rng.choice(instants).unwrap();
                let caller = Caller { name, partition: self.partition, now };
                requests.push(request(rng, door, action, caller));
            }
        }
        requests
    }

    /// A request that each rule refuses to a stranger, by each caller at each instant.
    fn by_everybody_always(&self, rng: &mut Rng, instants: &[&str]) -> Vec<Json> {
        let mut requests = Vec::new();
        for door in self.narrowest_doors() {
            let name = &self.stranger();
            let stranger = Caller { name, partition: self.partition, now: instants[0] };
            let refused = std::iter::repeat_with(|| request(rng, door, door.actions[0], stranger))
                .find(|request| region(&self.intent, request) == Region::Blocked)
                .unwrap();
            for caller in self.callers().iter().filter(|name| name.contains(":111122223333:")) {
                for now in instants {
                    let mut request = refused.clone();
                    request["principal"] = json!(caller);
                    request["context"]["aws:PrincipalArn"] = json!(caller);
                    request["context"]["aws:CurrentTime"] = json!(now);
                    requests.push(request);
                }
            }
        }
        requests
    }

    /// For each rule a door that touches few resources.
    fn narrowest_doors(&self) -> Vec<&'static Door> {
        let mut doors = BTreeMap::new();
        for door in AWS_ATLAS.doors() {
            for cover in door.rules.iter().filter(|cover| self.has(cover.rule.name())) {
                let narrowest = doors.entry(cover.rule).or_insert(door);
                if door.touches.len() < narrowest.touches.len() {
                    *narrowest = door;
                }
            }
        }
        doors.into_values().collect()
    }

    fn has(&self, rule: &str) -> bool {
        self.intent.get(rule).is_some()
    }

    fn stranger(&self) -> String {
        format!("arn:{}:iam::111122223333:role/somebody", self.partition)
    }

    /// Whoever an intent names, those whose names look alike, and a stranger.
    fn callers(&self) -> BTreeSet<String> {
        let rules = self.intent.as_object().unwrap().values();
        let exemptions = self.intent["exemptions"].as_array().into_iter().flatten();
        let lists = rules.map(|rule| &rule["exempt_principals"]);
        let lists = lists.chain(exemptions.map(|exemption| &exemption["principals"]));
        let alike = |pattern: &str| {
            let name = pattern.replace("::*:", "::111122223333:").replace('*', "x");
            let elsewhere = name.replace("111122223333", "444455556666");
            [name.replace('/', "/path/"), format!("{name}2"), elsewhere, name]
        };
        lists.flat_map(texts).flat_map(alike).chain([self.stranger()]).collect()
    }

    /// The document beside policies that allow everything.
    fn in_force(&self) -> Json {
        let target = Target::find(&AWS, self.level, Some(self.partition)).unwrap();
        let text = self.intent.to_string();
        let intent = IntentText::parse(&text).unwrap().intent(target).unwrap();
        let document: Json = serde_json::from_str(&compile(&intent, target).document).unwrap();
        let everything = json!({
            "Version": "2012-10-17",
            "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"},
        });
        if self.level == "scp" {
            json!([
                {"type": "scp", "level": 0, "document": everything},
                {"type": "scp", "level": 0, "document": document},
                {"type": "identity", "document": everything},
            ])
        } else {
            json!([
                {"type": "identity", "document": everything},
                {"type": "identity", "document": document},
            ])
        }
    }
}

impl<'t> Trial<'t> {
    fn of(placed: Placed<'t>, requests: Vec<Json>) -> Self {
        let question = Question { policies: placed.in_force(), requests };
        Self { placed, question }
    }
}

/// Holds all requests: the engine must decide as the intents mean. Returns the intents of
/// which the judge says something else, each with such a request, and the regions that
/// the requests of each intent lie in.
fn held<'t>(
    trials: &[Trial<'t>],
) -> (BTreeMap<&'t str, String>, BTreeMap<&'t str, BTreeSet<Region>>) {
    let (mut departing, mut met) = (BTreeMap::new(), BTreeMap::new());
    let questions: Vec<_> = trials.iter().map(|trial| &trial.question).collect();
    for (Trial { placed, question }, opinions) in trials.iter().zip(judge(&questions)) {
        let Placed { name, intent, level, partition } = placed;
        let policies = Policies::parse(&AWS, &question.policies.to_string()).unwrap();
        for (request, opinion) in question.requests.iter().zip(opinions) {
            let region = region(intent, request);
            met.entry(*name).or_insert_with(BTreeSet::new).insert(region);
            let meant = if region == Region::Free { "allow" } else { "deny" };
            assert_eq!(decided(&policies, request), meant, "{name}, {level}: {request}");
            if opinion != meant {
                let words = format!("{level}, {partition}: {opinion}, not {meant}: {request}");
                departing.insert(*name, words);
            }
        }
    }
    (departing, met)
}
