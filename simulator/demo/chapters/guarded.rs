//! What people try is refused by the clouds, and what they need still works.

use super::{APPROVED_IMAGE, Chapter, NEXT_IMAGE, Stage, TEST_IMAGE};
use crate::{
    attempts::{Attempt, Deed, try_all},
    narration::tell,
    organisation::Person::{Approver, Developer},
};

pub(super) const CHAPTER: Chapter = Chapter {
    title: "The clouds refuse",
    opening: "The simulated clouds judge every call by the policies in force, with code that knows \
        nothing of the provider's. The developer tries again, looks for ways around it, and then \
        does what is permitted. The security team goes on approving images:",
    play,
};

#[rustfmt::skip]
const ATTEMPTS: &[Attempt] = &[
    Attempt { who: Developer, deed: Deed::Launch, image: TEST_IMAGE, is_allowed: false },
    Attempt { who: Developer, deed: Deed::Mark, image: TEST_IMAGE, is_allowed: false },
    Attempt { who: Developer, deed: Deed::HandOut, image: APPROVED_IMAGE, is_allowed: false },
    Attempt { who: Developer, deed: Deed::Launch, image: APPROVED_IMAGE, is_allowed: true },
    Attempt { who: Approver, deed: Deed::Mark, image: NEXT_IMAGE, is_allowed: true },
    Attempt { who: Developer, deed: Deed::Launch, image: NEXT_IMAGE, is_allowed: true },
];

fn play(stage: &Stage) -> Result<(), String> {
    try_all(&stage.simulator, ATTEMPTS)?;
    tell("The image that was a draft until now starts as soon as it is approved, and not before.");
    Ok(())
}
