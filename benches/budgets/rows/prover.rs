//! How fast a document is proved.

use std::{hint::black_box, time::Instant};

use imageguard::guardrail::{
    ALICLOUD, AWS, Dialect, Document, Target,
    compile::compile,
    intent::{Intent, IntentText},
    prove::{Proof, prove},
};
use serde_json::{Value, json};

use super::Measurement;
use crate::{
    Obstacle,
    figure::{Row, Samples},
};

pub(crate) const PROVER: Measurement = Measurement {
    name: "prover",
    what: "all proofs of five rules, ten exemptions, three dates",
    only_if_named: false,
    measure,
};

const SAMPLES: usize = 11;
const BUDGET_MS: f64 = 20.0;
const DATES: [&str; 3] = ["2027-01-01T00:00:00Z", "2027-06-30T12:00:00Z", "2028-02-29T23:59:59Z"];
const RULES: [&str; 5] = ["launch", "protect_tags", "tag_on_create", "export", "share"];

fn measure() -> Result<Vec<Row>, Obstacle> {
    let places: [(&'static Dialect, &str, &str); 2] = [
        (&AWS, "scp", "arn:aws:iam::111122223333:role/"),
        (&ALICLOUD, "control_policy", "acs:ram:*:111122223333:role/"),
    ];
    places.into_iter().map(|(dialect, level, start)| row(dialect, level, start)).collect()
}

fn row(dialect: &'static Dialect, level: &str, start: &str) -> Result<Row, Obstacle> {
    let target = Target::find(dialect, level, None)?;
    let text = intent_text(start).to_string();
    let intent = IntentText::parse(&text)?.intent(target)?;
    let compiled = compile(&intent, target).document;
    // As a foreign document, because so many dates make it longer than vendors take.
    let document = Document::parse_foreign(dialect, level, &compiled).ok_or("no such level")??;
    check(&intent, target, &document)?;
    let samples: Samples = (0..SAMPLES).map(|_| milliseconds(&intent, target, &document)).collect();
    Ok(Row::at_most(format!("{}, {level}", PROVER.what), &samples, BUDGET_MS, "ms"))
}

/// A figure for proofs that are none would say nothing.
fn check(intent: &Intent, target: Target, document: &Document) -> Result<(), Obstacle> {
    let proofs = prove(intent, target, document);
    let is_sound = |proof: &Proof| proof.name().starts_with("proved");
    match proofs.results.iter().find(|(_, proof)| !is_sound(proof)) {
        Some((name, proof)) => Err(format!("{name} is {}", proof.name()).into()),
        None => Ok(()),
    }
}

fn milliseconds(intent: &Intent, target: Target, document: &Document) -> f64 {
    let start = Instant::now();
    black_box(prove(black_box(intent), target, black_box(document)));
    start.elapsed().as_secs_f64() * 1e3
}

fn intent_text(start: &str) -> Value {
    let own = |name: &str| json!([format!("{start}{name}")]);
    let exemption = |number: usize| {
        let pick = |step: usize| RULES.get((number + step) % RULES.len());
        json!({
            "principals": own(&format!("guest-{number}")),
            "rules": [pick(0), pick(2)],
            "expires_at": DATES.get(number % DATES.len()),
        })
    };
    json!({
        "launch": {
            "tags": {"status": ["approved"], "tier": ["gold*"]},
            "owner_ids": ["111122223333", "444455556666"],
            "accept_owner_ids": ["444455556666"],
            "exempt_principals": own("factory"),
        },
        "protect_tags": {"keys": ["status", "tier"], "exempt_principals": own("approver")},
        "tag_on_create": {"tags": {"owner": ["*"]}, "exempt_principals": own("factory")},
        "export": {"exempt_principals": own("archive")},
        "share": {"exempt_principals": own("publisher")},
        "exemptions": (0..10).map(exemption).collect::<Vec<_>>(),
    })
}
