//! From an intent to a document that does what it says, and what is proved of it. Pure.

use super::{
    model::FactsModel,
    rules::{rule_path, sentence},
};
use crate::{
    guardrail::{
        Document, Target,
        atlas::Rule,
        compile::{TooLong, compile},
        intent::Intent,
        prove::{Proof, Proofs, Property, prove},
    },
    plugin::{Attr, Diagnostic, Diagnostics, Path},
    provider::wording::count,
};

/// A document that may be placed.
#[derive(Clone, Debug)]
pub(super) struct Draft {
    pub(super) document: String,
    pub(super) facts: FactsModel,
}

/// Compiles an intent, and proves what came out.
///
/// # Errors
///
/// The document is longer than the limit; or a proof fails, which a request shows.
pub(super) fn draft(
    intent: &Intent,
    target: Target,
    limit: Option<usize>,
) -> Result<Draft, Diagnostics> {
    let compiled = compile(intent, target);
    let limit = limit.unwrap_or_else(|| target.longest());
    if let Err(error) = compiled.check_size(intent, target, limit) {
        return Err(too_long(&error, target).into());
    }
    let (proofs, size) = proofs(intent, target, &compiled.document);
    refusals(&proofs).or_value(())?;
    Ok(Draft { document: compiled.document, facts: facts_of(&proofs, target, size) })
}

/// Derives what is said about a document that may not be ours.
pub(super) fn facts(intent: &Intent, target: Target, document: &str) -> FactsModel {
    let (proofs, size) = proofs(intent, target, document);
    facts_of(&proofs, target, size)
}

/// Proves what holds of a document, and counts what the vendor counts; of one that cannot be read
/// nothing is known.
fn proofs(intent: &Intent, target: Target, text: &str) -> (Proofs, usize) {
    match Document::parse_foreign(target.atlas().dialect, target.level_name(), text) {
        Some(Ok(document)) => (prove(intent, target, &document), document.size()),
        Some(Err(error)) => (unknown(intent, &error.to_string()), text.chars().count()),
        None => (Proofs::default(), text.chars().count()),
    }
}

fn unknown(intent: &Intent, why: &str) -> Proofs {
    let keys = intent.rules.present().flat_map(|rule| Property::ALL.map(|it| key(rule, it)));
    let results = keys.map(|key| (key, Proof::Unknown(why.to_owned()))).collect();
    Proofs { results, ..Proofs::default() }
}

/// How the attribute `proof` names a result.
fn key(rule: Rule, property: Property) -> String {
    format!("{}.{}", rule.name(), property.name())
}

fn facts_of(proofs: &Proofs, target: Target, size: usize) -> FactsModel {
    let results = proofs.results.iter();
    let proof = results.map(|(key, proof)| (key.clone(), proof.name().to_owned()));
    let open = proofs.open_doors.iter();
    FactsModel {
        size: count(size),
        proof: Attr::Known(proof.collect()),
        assumptions: Attr::Known(
            proofs.assumptions().codes(target.atlas().dialect).into_iter().collect(),
        ),
        open_doors: Attr::Known(
            open.map(|(code, why)| ((*code).to_owned(), why.clone())).collect(),
        ),
    }
}

/// Says which proofs fail, and for which request. That a rule has nothing to refuse or to
/// allow is told in `proof` only: it does no harm.
fn refusals(proofs: &Proofs) -> Diagnostics {
    let mut problems = Diagnostics::new();
    for rule in Rule::ALL {
        for property in [Property::Protection, Property::NonInterference, Property::Satisfiable] {
            if let Some(Proof::Refuted { why, witness }) = proofs.of(rule, property) {
                let request = witness.as_ref().map(|it| format!("\n\nThe request: {}", it.request));
                let summary = match property {
                    Property::Protection => "Rule Would Not Protect",
                    Property::NonInterference => "Rule Would Refuse Too Much",
                    _ => "Rule Cannot Be Satisfied",
                };
                let detail = format!(
                    "The document for `{}` was compiled and not proved: {why}. Change the rule, or \
                     who is exempt from it.{}",
                    rule.name(),
                    request.unwrap_or_default()
                );
                problems.push(Diagnostic::error(summary, detail).at(rule_path(rule)));
            }
        }
    }
    problems
}

fn too_long(error: &TooLong, target: Target) -> Diagnostic {
    let detail = format!(
        "{} The level `{}` takes {} unless `size_limit` says otherwise. Leave rules out, give \
         principals a path in common and name that (`role/images/*`), let exemptions end together, \
         or make two guardrails.",
        sentence(&error.to_string()),
        target.level_name(),
        target.longest()
    );
    Diagnostic::error("Guardrail Is Too Long", detail).at(Path::root("rules"))
}
