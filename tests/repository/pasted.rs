//! The guide about policies that people paste, made from `src/guardrail/cases/published.json`.
//!
//! Prose is of the table; decisions, faults, documents and proofs are the engine's.

use std::collections::{BTreeMap, BTreeSet};

use expect_test::expect_file;
use imageguard::guardrail::{
    ALICLOUD, AWS, Dialect, Document, Policies, Request, Target,
    atlas::{Atlas, Rule, Setting, Situation},
    compile::compile,
    evaluate,
    intent::{Intent, IntentText},
    lint::{Flaw, lint},
    prove::{Proof, Proofs, Property, prove},
    recognise::recognise,
};
use serde_json::{Value as Json, json};

use crate::guides::{guide, head, laid_out};

const PUBLISHED: &str = include_str!("../../src/guardrail/cases/published.json");

pub(crate) const NAME: &str = "pasted_policy_to_proof";

const INTRODUCTION: &str = "\
Policies about images that vendors and blogs print mostly do not do what they promise: they block \
every launch, or none, or leave another call open. Here are the usual ones, written anew, each with \
what it does, what `lint` says of it, what was meant, the document that `guardrail_document` writes \
for that, and what is proved of the document.

Do the same with yours: ask [`lint`](../functions/lint.md) what is wrong with it, try requests with \
[`evaluate`](../functions/evaluate.md), write down what you mean, and let \
[`guardrail_document`](../functions/guardrail_document.md) write it.

- **Requests** are made by somebody who is allowed everything, so that only the policy at hand says \
no, and name all resources that the call is authorised on.
- **Faults**: left out is [`out_of_reach`](lint_out_of_reach), who is bound by no policy of the \
level; `lint` says it of every document, and the page about [doors](doors) lists it.
- A **proof** is about all requests, not about those of the table. *Protection*: what the rule is to \
refuse is refused. *Non-interference*: nothing else is, but what is declared. *Not vacuous*: there \
is something to refuse and something to allow. *Satisfiable*: what the rule permits can be done.
- **If** a decision or a proof rests on what the vendor does not document, the \
[assumption](assumptions) is named.
- **Open** are the calls that other rules would close. Those that no policy can are on the page about \
[doors](doors), with the reason.

";

/// One published policy.
struct Pasted<'t> {
    told: &'t Json,
    dialect: &'static Dialect,
    levels: Vec<&'t str>,
    document: String,
    requests: &'t [Json],
}

/// What people meant, and what became of it.
struct Meant {
    intent: Intent,
    target: Target,
    document: String,
    proofs: Proofs,
}

#[test]
fn the_guide_says_what_pasted_policies_do_and_what_replaces_them() {
    let table: Json = serde_json::from_str(PUBLISHED).unwrap();
    let mut page = head(
        "From a policy you pasted to one that is proved",
        "Guardrails",
        "What published policies do, what was meant, and documents that are proved to do it.",
    ) + INTRODUCTION;
    for told in table["documents"].as_array().unwrap() {
        page += &Pasted::read(told, &table["requests"]).section();
    }
    expect_file![guide(NAME)].assert_eq(&(page.trim_end().to_owned() + "\n"));
}

impl<'t> Pasted<'t> {
    fn read(told: &'t Json, requests: &'t Json) -> Self {
        let dialect = if told["cloud"] == "aws" { &AWS } else { &ALICLOUD };
        let levels = told["levels"].as_array().unwrap().iter().map(text).collect();
        let requests = requests[text(&told["requests"])].as_array().unwrap();
        Self { told, dialect, levels, document: told["document"].to_string(), requests }
    }

    fn section(&self) -> String {
        let said = |name: &str| text(&self.told[name]);
        let meant = self.meant();
        format!(
            "## {}\n\n**It promises:** {}\n\n```json\n{}\n```\n\n**What it does.** {}\n\n{}\n\
             **What `lint` says**\n\n{}\n**What was meant**\n\n```hcl\n{}\n```\n\n{} For {} alike \
             this is the document, of {} characters:\n\n```json\n{}\n```\n\n**What is proved of \
             it**\n\n{}\n{}\n",
            said("title"),
            said("promise"),
            laid_out(&self.document),
            said("does"),
            self.decisions(&meant.document),
            self.faults(),
            self.call(),
            said("after"),
            quoted(&self.levels, " and "),
            meant.document.chars().count(),
            laid_out(&meant.document),
            meant.proved(),
            meant.remains(),
        )
    }

    /// Writes what is meant for all levels; they may not differ.
    fn meant(&self) -> Meant {
        let read = self.told["intent"].to_string();
        let at = |level: &&str| {
            let target = Target::find(self.dialect, level, None).unwrap();
            let intent = IntentText::parse(&read).unwrap().intent(target).unwrap();
            let document = compile(&intent, target).document;
            assert_eq!(recognise(target, &document).unwrap().intent, intent.normalised());
            let parsed = Document::parse(self.dialect, level, &document).unwrap().unwrap();
            let proofs = prove(&intent, target, &parsed);
            Meant { intent, target, document, proofs }
        };
        let mut all = self.levels.iter().map(at);
        let first = all.next().unwrap();
        for other in all {
            assert_eq!((&other.document, &other.proofs), (&first.document, &first.proofs));
        }
        first
    }

    /// A row for each request, with what each document makes of it.
    fn decisions(&self, compiled: &str) -> String {
        let is_alone = self.told["alone"] == true;
        let alone = if is_alone { " beside full access | as the only policy |" } else { "" };
        let mut rows = match alone {
            "" => "| request | pasted | compiled |\n|---|---|---|\n".to_owned(),
            _ => format!(
                "| request | pasted,{} compiled |\n|---|---|---|---|\n",
                alone.replace("| as", "| pasted, as")
            ),
        };
        for told in self.requests {
            let request = self.request(told).to_string();
            let mut cells = vec![self.decision(&self.document, true, &request)];
            if is_alone {
                cells.push(self.decision(&self.document, false, &request));
            }
            cells.push(self.decision(compiled, true, &request));
            rows += &format!("| {} | {} |\n", text(&told["words"]), cells.join(" | "));
        }
        rows
    }

    /// A request of the table: through a door, or as it is written.
    fn request(&self, told: &Json) -> Json {
        let atlas = Atlas::of(self.dialect);
        let usual = Setting::usual(atlas);
        let account =
            if std::ptr::eq(self.dialect, &AWS) { "111122223333" } else { "1111222233334444" };
        let setting = Setting { account: account.to_owned(), ..usual };
        let situation = Situation { facts: &[], marks: &[], setting: &setting };
        let doors: Vec<_> = atlas.doors().collect();
        let code = told["door"].as_str().unwrap_or(doors[0].code);
        let door = atlas.door(code).unwrap();
        let mut request = atlas.requests(door, situation).remove(0);
        let resources = request["resources"].as_array_mut().unwrap();
        for (touch, resource) in door.touches.iter().zip(resources) {
            let facts = [&told["on"][""], &told["on"][touch.resource]];
            for facts in facts.into_iter().filter_map(Json::as_object) {
                resource["context"].as_object_mut().unwrap().extend(facts.clone());
            }
        }
        if told["action"].is_string() {
            request["action"] = told["action"].clone();
            request["resources"] = json!([{"resource": told["resource"]}]);
        }
        if let Some(principal) = told["principal"].as_str() {
            let caller = setting.fill(atlas.caller);
            let renamed = request.to_string().replace(&caller, principal);
            request = serde_json::from_str(&renamed).unwrap();
        }
        request
    }

    /// What becomes of a request, at all levels.
    fn decision(&self, document: &str, has_full_access: bool, request: &str) -> String {
        let at = |level: &&str| {
            let policies = self.policies(level, document, has_full_access);
            let policies = Policies::parse(self.dialect, &policies.to_string()).unwrap();
            let request = Request::parse(self.dialect, request).unwrap();
            match evaluate(&policies, &request) {
                Ok(outcome) => {
                    let decision = outcome.decision.name().replace('_', " ");
                    under(&decision, &outcome.assumptions.codes(self.dialect))
                }
                Err(undecided) if undecided.refused => "refused".to_owned(),
                Err(undecided) => {
                    let codes = undecided.open.codes(self.dialect);
                    format!("not documented ({})", quoted(&codes, ", "))
                }
            }
        };
        let decisions: BTreeSet<String> = self.levels.iter().map(at).collect();
        assert_eq!(decisions.len(), 1, "the levels differ: {request}");
        decisions.into_iter().collect()
    }

    /// The document at a level, where everything is allowed or nothing but by it.
    fn policies(&self, level: &str, document: &str, has_full_access: bool) -> Json {
        let document: Json = serde_json::from_str(document).unwrap();
        let allow = json!({"Effect": "Allow", "Action": "*", "Resource": "*"});
        let full = json!({"Version": document["Version"], "Statement": allow});
        let identity = |document: &Json| json!({"type": "identity", "document": document});
        let kind = match level {
            "scp" => "scp",
            "control_policy" => "control",
            _ if has_full_access => return json!([identity(&document), identity(&full)]),
            _ => return json!([identity(&document)]),
        };
        let of_account = |document: &Json| json!({"type": kind, "level": 0, "document": document});
        let mut policies = vec![of_account(&document), identity(&full)];
        policies.extend(has_full_access.then(|| of_account(&full)));
        json!(policies)
    }

    /// A row for each fault, with the levels at which it is one.
    fn faults(&self) -> String {
        let mut rows: Vec<(String, Vec<&str>)> = Vec::new();
        for level in &self.levels {
            for flaw in flaws(self.dialect, level, &self.document) {
                let code = flaw.code;
                let place = flaw.statement.map(|it| format!("{}", it.index + 1));
                let row = format!(
                    "| {} | [`{code}`](lint_{code}) | {} | {}",
                    flaw.severity.name(),
                    place.unwrap_or_default(),
                    flaw.message
                );
                match rows.iter_mut().find(|(known, _)| *known == row) {
                    Some((_, levels)) => levels.push(level),
                    None => rows.push((row, vec![level])),
                }
            }
        }
        let row = |(row, levels): (String, Vec<&str>)| {
            let is_at_all = levels.len() == self.levels.len();
            let at =
                if is_at_all { String::new() } else { format!("At {}: ", quoted(&levels, ", ")) };
            let (start, message) = row.rsplit_once("| ").unwrap();
            format!("{start}| {at}{message} |\n")
        };
        let rows: String = rows.into_iter().map(row).collect();
        format!("| severity | code | statement | fault |\n|---|---|---|---|\n{rows}")
    }

    /// The call that writes the document.
    fn call(&self) -> String {
        let rules = self.told["intent"].as_object().unwrap();
        let width = rules.keys().map(String::len).max().unwrap();
        let rules: String = rules
            .iter()
            .map(|(rule, asked)| format!("  {rule:width$} = {}\n", hcl(asked)))
            .collect();
        let (cloud, level) = (text(&self.told["cloud"]), self.levels[0]);
        format!(
            "provider::imageguard::guardrail_document(\"{cloud}\", \"{level}\", \
             jsonencode({{\n{rules}}}))"
        )
    }
}

impl Meant {
    /// A row for each rule.
    fn proved(&self) -> String {
        let dialect = self.target.atlas().dialect;
        let cell = |rule, property| match self.proofs.of(rule, property).unwrap() {
            Proof::Proved => "proved".to_owned(),
            Proof::ProvedWithAssumptions(some) => under("proved", &some.codes(dialect)),
            other => panic!("{} is not proved: {other:?}", rule.name()),
        };
        let row = |rule: Rule| {
            let cells = Property::ALL.map(|property| cell(rule, property)).join(" | ");
            format!("| `{}` | {cells} |\n", rule.name())
        };
        let rows: String = self.intent.rules.present().map(row).collect();
        format!(
            "| rule | protection | non-interference | not vacuous | satisfiable |\n\
             |---|---|---|---|---|\n{rows}"
        )
    }

    /// What is refused beyond the rules, what stays open, and what lint has to say.
    fn remains(&self) -> String {
        let atlas = self.target.atlas();
        let bounds = self.intent.rules.present().filter_map(|rule| atlas.bounds_of(rule));
        let beyond: Vec<_> = bounds.flat_map(|it| it.beyond).map(|it| it.what).collect();
        let beyond = if beyond.is_empty() { "nothing".to_owned() } else { beyond.join("; ") };
        let mut open: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (door, why) in &self.proofs.open_doors {
            if let Some(rule) = why.strip_prefix("the guardrail lacks the rule ") {
                open.entry(rule).or_default().push(door);
            }
        }
        let open: Vec<_> =
            open.iter().map(|(why, doors)| format!("{why} ({})", quoted(doors, ", "))).collect();
        let codes: Vec<_> = flaws(atlas.dialect, self.target.level_name(), &self.document)
            .iter()
            .map(|flaw| format!("{} [`{}`](lint_{})", flaw.severity.name(), flaw.code, flaw.code))
            .collect();
        let codes = if codes.is_empty() { "nothing".to_owned() } else { codes.join(", ") };
        format!(
            "- Refused beyond that, on purpose: {beyond}.\n- `lint` says of it, at `{}`: {codes}.\n- Open for \
             lack of other rules: {}.\n",
            self.target.level_name(),
            open.join("; ")
        )
    }
}

/// What holds, and what it rests on.
fn under(what: &str, assumptions: &[String]) -> String {
    match assumptions {
        [] => what.to_owned(),
        _ => format!("{what} if {}", quoted(assumptions, ", ")),
    }
}

/// A value as configurations write it, on one line.
fn hcl(value: &Json) -> String {
    match value {
        Json::Object(members) if members.is_empty() => "{}".to_owned(),
        Json::Object(members) => {
            let members: Vec<_> =
                members.iter().map(|(name, value)| format!("{name} = {}", hcl(value))).collect();
            format!("{{ {} }}", members.join(", "))
        }
        Json::Array(items) => {
            format!("[{}]", items.iter().map(hcl).collect::<Vec<_>>().join(", "))
        }
        scalar => scalar.to_string(),
    }
}

/// The faults of a document, but for whom no document reaches.
fn flaws(dialect: &'static Dialect, level: &str, document: &str) -> Vec<Flaw> {
    let mut flaws = lint(dialect, level, document).unwrap();
    flaws.retain(|flaw| flaw.code != "out_of_reach");
    flaws
}

fn text(value: &Json) -> &str {
    value.as_str().unwrap()
}

fn quoted(names: &[impl AsRef<str>], between: &str) -> String {
    let quoted: Vec<_> = names.iter().map(|name| format!("`{}`", name.as_ref())).collect();
    quoted.join(between)
}
