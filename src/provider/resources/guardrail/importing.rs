//! Guardrails that Terraform does not know yet: what a policy says, read back as rules.

use serde_json::Value;

use super::{
    Guarding, Level, Written, check_account, explain, find_place,
    model::{GuardrailIdentity, GuardrailModel, Shown, USUAL_PATH, called, known, unless_empty},
    reading::take_over,
    rules::{model_of, sentence},
};
use crate::{
    cloud::{Error, Kind},
    guardrail::{
        Target,
        lint::lint,
        recognise::{Recognised, Unrecognised, recognise},
    },
    plugin::{Attr, Context, Diagnostic, Diagnostics},
    provider::{
        configure::Clouds,
        place::Place,
        policies::{Policy, Tier},
        wording::indented,
    },
};

/// How many statements and lint codes of a foreign document are listed.
const MOST_LISTED: usize = 20;
/// How much of a statement's action, resource or condition is shown.
const LONGEST_SHOWN: usize = 120;

/// Reads `LEVEL:ID` or `LEVEL:NAME`.
pub(super) fn identity_from_id<Client: Guarding>(
    id: &str,
) -> Result<GuardrailIdentity, Diagnostics> {
    let is_sound =
        |(level, id): &(&str, &str)| Client::LEVELS.contains(level) && !id.trim().is_empty();
    match id.split_once(':').filter(is_sound) {
        Some((level, id)) => Ok(GuardrailIdentity {
            account_id: Attr::Null,
            level: level.to_owned().into(),
            id: id.to_owned().into(),
        }),
        None => {
            let detail = format!(
                "`{}` does not name a policy at a level. Write it as `LEVEL:ID` or `LEVEL:NAME`; \
                 the levels are `{}`.",
                id.escape_debug(),
                Client::LEVELS.join("` and `")
            );
            Err(Diagnostic::error("Invalid Import Id", detail).into())
        }
    }
}

/// Reads a policy back as the rules it was compiled from.
pub(super) async fn import<Client: Guarding>(
    clouds: &Clouds,
    identity: GuardrailIdentity,
    context: &Context,
) -> Result<Shown<Client>, Diagnostics> {
    let asked = GuardrailModel { level: identity.level.clone(), ..GuardrailModel::default() };
    let place = find_place(clouds, &Shown::<Client>::from(asked.clone())).await?;
    let level = Level::find::<Client>(known(&asked.level), Client::partition(&place.region))?;
    let expected = identity.account_id.known().filter(|_| level.tier == Tier::Account);
    let account = check_account(&place, expected).await?;
    let policy = find(&place, &level, known(&identity.id)).await?;
    let recognised = recognise(level.target, &policy.document);
    let Recognised { intent, target } =
        recognised.map_err(|problem| foreign(&policy, &problem, level.target))?;
    let (rules, exemptions) = model_of(&intent, target);
    let mut imported = GuardrailModel {
        rules: rules.into(),
        exemptions,
        id: policy.id.clone().into(),
        account_id: account.into(),
        description: unless_empty(&policy.description),
        path: policy.path.clone().filter(|path| path != USUAL_PATH).into(),
        document: policy.document.clone().into(),
        ..asked
    };
    let version = policy.version.clone();
    Written { document: policy.document.clone(), version, ..Written::default() }.keep(context);
    take_over(&mut imported, policy, &level);
    Ok(imported.into())
}

/// Finds a policy by its id, else by its name.
async fn find<Client: Guarding>(
    place: &Place<Client>,
    level: &Level,
    id: &str,
) -> Result<Policy, Diagnostics> {
    let by_id = place.client.policy(&place.region, level.tier, id).await;
    let found = match by_id {
        // Some vendors take a name for a malformed id.
        Ok(None) | Err(Error { kind: Kind::Invalid, .. }) => {
            place.client.policy_named(&place.region, level.tier, id).await
        }
        found => found,
    };
    match found {
        Ok(Some(policy)) => Ok(policy),
        Ok(None) => {
            let detail = format!(
                "There is no policy with the id or the name `{}` at the level `{}` on {}, or the \
                 credentials are of another account. The vendor's own policies cannot be imported.",
                id.escape_debug(),
                level.target.level_name(),
                Client::NAME
            );
            let summary = format!("No Such Policy On {}", Client::NAME);
            Err(Diagnostic::error(summary, detail).into())
        }
        Err(error) => Err(explain(place, level.tier, &error).await),
    }
}

/// Says why a document is none of ours, what it holds and what is wrong with it.
pub(super) fn foreign(policy: &Policy, problem: &Unrecognised, target: Target) -> Diagnostic {
    let (dialect, level) = (target.atlas().dialect, target.level_name());
    let flaws = lint(dialect, level, &policy.document).unwrap_or_default();
    let told = flaws.iter().take(MOST_LISTED).map(|flaw| {
        let place = flaw.statement.as_ref().map(|place| format!(" in statement {place}"));
        format!("{} ({}){}", flaw.code, flaw.severity.name(), place.unwrap_or_default())
    });
    let told: Vec<_> = told.collect();
    let faults = match told.is_empty() {
        true => "`lint` finds no fault with it.".to_owned(),
        false => format!("`lint` finds these faults:\n{}", indented(&told.join("\n"))),
    };
    let statements = statements(&policy.document);
    let says = match statements.is_empty() {
        true => String::new(),
        false => format!("\n\nIt says:\n{}", indented(&statements.join("\n"))),
    };
    let detail = format!(
        "The policy {} is none that a guardrail of this provider has written: {}{says}\n\n\
         {faults}\n\nWrite a guardrail with another name that says what this policy is meant to \
         say, attach it beside this one, and then take this one away. The guide \"From a policy \
         you pasted to one that is proved\" shows how.",
        called(&policy.id, &policy.name),
        sentence(&problem.to_string()),
    );
    Diagnostic::error(format!("Policy {} Is No Guardrail", policy.name), detail)
}

/// Lists the statements of a document in a line each.
fn statements(document: &str) -> Vec<String> {
    let document: Value = serde_json::from_str(document).unwrap_or_default();
    let statements = match document.get("Statement") {
        Some(Value::Array(statements)) => statements.clone(),
        Some(statement) => vec![statement.clone()],
        None => Vec::new(),
    };
    let line = |(index, statement): (usize, &Value)| {
        let sid = statement.get("Sid").and_then(Value::as_str);
        let sid = sid.map(|sid| format!(" ({sid})")).unwrap_or_default();
        let parts = ["Effect", "Action", "NotAction", "Resource", "NotResource", "Condition"];
        let parts = parts.iter().filter_map(|name| Some(shown(name, statement.get(name)?)));
        format!("Statement[{index}]{sid}: {}", parts.collect::<Vec<_>>().join(", "))
    };
    statements.iter().enumerate().take(MOST_LISTED).map(line).collect()
}

/// Writes an element of a statement, shortened; without what terminals obey.
fn shown(name: &str, value: &Value) -> String {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let start: String = text.chars().take(LONGEST_SHOWN).filter(|c| !c.is_control()).collect();
    let rest = if text.chars().count() > LONGEST_SHOWN { "…" } else { "" };
    format!("{name} {start}{rest}")
}
