//! Somebody edits the policy behind Terraform's back; the plan shows it, and an apply repairs it.

use super::{Chapter, Stage, TEST_IMAGE, expect, guardrail};
use crate::{
    attempts::{Attempt, Deed, try_all},
    narration::{abridged, frame, tell},
    organisation::{Person, SIDES, Side},
};

pub(super) const CHAPTER: Chapter = Chapter {
    title: "Somebody edits the policy behind Terraform's back",
    opening: "Late at night somebody opens the consoles and adds the developer to those whom the \
        rule launch does not bind: just for tonight. The test image starts again:",
    play,
};

/// What `-detailed-exitcode` ends with when there is something to do.
const CHANGES: i32 = 2;

fn play(stage: &Stage) -> Result<(), String> {
    for side in SIDES {
        stage.simulator.edit(|world| match (side.document)(world) {
            Some(document) => edit(side, document),
            None => Err(format!("{} has no policy", side.name)),
        })?;
    }
    let launch = |is_allowed| {
        [Attempt { who: Person::Developer, deed: Deed::Launch, image: TEST_IMAGE, is_allowed }]
    };
    try_all(&stage.simulator, &launch(true))?;
    tell("The next plan says what became possible, with a request that shows it:");
    let configuration = guardrail::configuration(stage);
    let planned = configuration.run(&["plan", "-out=plan", "-detailed-exitcode", "-no-color"])?;
    frame(
        "terraform plan -out=plan -detailed-exitcode",
        &abridged(&planned.text, &["assumptions", "document"]),
    );
    expect(planned.code == Some(CHANGES), || "the plan shows no change".to_owned())?;
    for side in SIDES {
        let witness = format!("`{}` calls `", Person::Developer.arn(side));
        expect(planned.text.contains(&witness), || format!("{} has no witness", side.name))?;
    }
    tell(
        "With -detailed-exitcode it ends with 2, which a nightly job can wait for. Applying the \
         plan puts the policies back, and at no moment is there none:",
    );
    let applied = configuration.run(&["apply", "-no-color", "plan"])?;
    frame("terraform apply plan", &applied.text);
    expect(applied.success, || "the apply failed".to_owned())?;
    try_all(&stage.simulator, &launch(false))
}

/// Exempts the developer wherever the image factory is exempt.
fn edit(side: &Side, document: &mut String) -> Result<(), String> {
    const BUILDER: &str = ":role/image-builder\"";
    let nobody_exempt = || format!("nobody is exempt in {document}");
    let (before, after) = document.split_once(BUILDER).ok_or_else(nobody_exempt)?;
    let (before, account) = before.rsplit_once('"').ok_or_else(nobody_exempt)?;
    let developer = Person::Developer.arn(side);
    *document = format!("{before}[\"{account}{BUILDER},\"{developer}\"]{after}");
    Ok(())
}
