//! The rules become a policy, which is proved before it is attached.

use serde_json::Value;

use super::{Chapter, Stage, expect};
use crate::{
    narration::{abridged, frame, tell},
    organisation::{Person, SIDES, Side},
    terraform::Configuration,
};

pub(super) const CHAPTER: Chapter = Chapter {
    title: "A guardrail is written, proved and attached",
    opening: "Those who run the organisation write down what must not happen, and who is exempt. \
        Policies against that, written by hand, often block everything or nothing, and nobody \
        notices. So the provider writes them, and proves in the plan that they do what the rules \
        say.",
    play,
};

const CONFIGURATION: &str = include_str!("guardrail.tf");
/// How many properties of the four rules are proved.
const PROOFS: usize = 4 * 4;

/// Returns the configuration that the chapters about the guardrail play with.
pub(super) fn configuration(stage: &Stage) -> Configuration<'_> {
    stage.terraform.folder("guardrail").acting_as(Person::Guardian)
}

fn play(stage: &Stage) -> Result<(), String> {
    frame("main.tf", CONFIGURATION);
    let configuration = configuration(stage);
    configuration.write(CONFIGURATION)?;
    tell(
        "Terraform has a key of the head office for that, which may do what the pages of the two \
         types print, and nothing else. This is its plan (what … stands for is cut out here):",
    );
    let planned = configuration.run(&["plan", "-out=plan", "-no-color"])?;
    frame(
        "terraform plan -out=plan",
        &abridged(&planned.text, &["accepted", "document", "open_doors", "rules"]),
    );
    expect(planned.success, || "the plan failed".to_owned())?;
    tell(
        "For each rule four things are proved, about every request there can be: what it is to \
         refuse is refused (protection), nothing else is (non_interference), there is something of \
         both (not_vacuous), and somebody can still do what it permits (satisfiable). If one of \
         them did not hold, the plan would fail, and show a request. Where a proof needs what the \
         vendor does not document, it names the assumption.",
    );
    let applied = configuration.run(&["apply", "-no-color", "plan"])?;
    frame("terraform apply plan", &applied.text);
    expect(applied.success, || "the apply failed".to_owned())?;
    let state = configuration.state()?;
    for side in SIDES {
        expect(is_proved(side, &state), || format!("not all is proved on {}", side.name))?;
        let document = stage.simulator.edit(|world| (side.document)(world).cloned());
        let document: Value = serde_json::from_str(&document.unwrap_or_default())
            .map_err(|_| format!("there is no policy on {}", side.name))?;
        let statement = document.pointer("/Statement/0").unwrap_or(&Value::Null);
        frame(&format!("what `launch` has become on {}", side.name), &format!("{statement:#}"));
    }
    Ok(())
}

/// Tells whether every property of every rule is proved, with or without assumptions.
fn is_proved(side: &Side, state: &Value) -> bool {
    let name = format!("imageguard_{}_guardrail", side.cloud);
    let is_guardrail = |it: &&Value| it.get("type").is_some_and(|it| *it == name);
    let resources = state.pointer("/values/root_module/resources").and_then(Value::as_array);
    let guardrail = resources.into_iter().flatten().find(is_guardrail);
    let proof = guardrail.and_then(|it| it.pointer("/values/proof")?.as_object());
    proof.is_some_and(|proof| {
        let is_proved = |it: &Value| it.as_str().is_some_and(|it| it.starts_with("proved"));
        proof.len() == PROOFS && proof.values().all(is_proved)
    })
}
