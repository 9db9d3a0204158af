//! Compile, then recognise.

use std::thread;

use fastrand::Rng;
use serde_json::{Value as Json, json};

use super::*;

const INTENTS: usize = 10_000;
const THREADS: usize = 4;

#[test]
fn what_is_compiled_is_recognised() {
    thread::scope(|scope| {
        for seed in 0..THREADS {
            scope.spawn(move || round_trips(seed));
        }
    });
}

fn round_trips(seed: usize) {
    let targets = targets();
    let mut rng = Rng::with_seed(seed as u64);
    for number in 0..INTENTS / THREADS {
        let target = targets[number % targets.len()];
        let intent = random::intent(&mut rng, target);
        let document = compile(&intent, target).document;
        let read = recognise(target, &document).unwrap_or_else(|error| {
            panic!("{error}\n{document}\n{intent:?}");
        });
        assert_eq!(read.intent, intent.normalised(), "{document}");
        assert_eq!(compile(&read.intent, read.target).document, document);
        // A document without names is of any partition.
        assert!(read.target.partition == target.partition || !document.contains("arn:"));
    }
}

#[test]
fn how_a_cloud_writes_a_document_never_matters() {
    let targets = targets();
    let mut rng = Rng::with_seed(7);
    for number in 0..300 {
        let target = targets[number % targets.len()];
        let intent = random::intent(&mut rng, target);
        let document: Json = serde_json::from_str(&compile(&intent, target).document).unwrap();
        let rewritten = serde_json::to_string_pretty(&other_form(&document)).unwrap();
        assert_eq!(recognise(target, &rewritten).unwrap().intent, intent.normalised());
    }
}

/// Statements and lists the other way round, scalars as lists.
fn other_form(document: &Json) -> Json {
    let turned = |value: &Json| match value {
        Json::Array(items) => json!(items.iter().rev().collect::<Vec<_>>()),
        scalar => json!([scalar]),
    };
    let mut document = document.clone();
    let statements = document["Statement"].as_array_mut().unwrap();
    statements.reverse();
    for statement in statements {
        for element in ["Action", "Resource"] {
            statement[element] = turned(&statement[element]);
        }
        let operators = statement.get_mut("Condition").and_then(Json::as_object_mut);
        for keys in operators.into_iter().flat_map(|operators| operators.values_mut()) {
            for values in keys.as_object_mut().unwrap().values_mut() {
                *values = turned(values);
            }
        }
    }
    document
}

#[test]
fn a_document_of_another_partition_is_recognised_as_such() {
    let china = Target::find(&AWS, "scp", Some("aws-cn")).unwrap();
    let usual = Target::find(&AWS, "scp", None).unwrap();
    let mut rng = Rng::with_seed(8);
    let mut intents = std::iter::repeat_with(|| random::intent(&mut rng, china));
    let intent = intents.find(|intent| intent.rules.launch.is_some()).unwrap();
    let document = compile(&intent, china).document;
    assert_eq!(recognise(usual, &document).unwrap().target.partition, "aws-cn");
}
