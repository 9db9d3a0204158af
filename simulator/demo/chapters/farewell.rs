//! What Terraform made, it takes away.

use super::{Chapter, Stage, expect, guardrail};
use crate::{
    narration::{frame, tell},
    organisation::SIDES,
    world,
};

pub(super) const CHAPTER: Chapter = Chapter {
    title: "Everything is taken away again",
    opening: "First the policies are detached, then they are deleted:",
    play,
};

fn play(stage: &Stage) -> Result<(), String> {
    let destroyed =
        guardrail::configuration(stage).run(&["destroy", "-auto-approve", "-no-color"])?;
    let (_, end) = destroyed.text.rsplit_once("\n\n").unwrap_or(("", &destroyed.text));
    frame("the end of terraform destroy -auto-approve", end);
    expect(destroyed.success, || format!("the destroy failed: {}", destroyed.text))?;
    let before = world::world();
    for side in SIDES {
        let after = stage.simulator.edit(|world| (side.organisation)(world));
        expect((side.organisation)(&before) == after, || format!("something is left: {after}"))?;
    }
    tell(
        "The organisations are as they were before: no policy, no attachment, and nothing else moved.",
    );
    Ok(())
}
