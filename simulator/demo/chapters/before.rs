//! Whoever does not ask for a golden image gets what they want.

use super::{Chapter, Stage, TEST_IMAGE};
use crate::{
    attempts::{Attempt, Deed, try_all},
    narration::tell,
    organisation::Person,
};

pub(super) const CHAPTER: Chapter = Chapter {
    title: "What nothing prevents yet",
    opening: "Whoever asks for the golden image gets it. But nobody has to ask. A developer of the \
        same team starts a server by hand, from a test image that nobody has approved:",
    play,
};

fn play(stage: &Stage) -> Result<(), String> {
    let launch =
        Attempt { who: Person::Developer, deed: Deed::Launch, image: TEST_IMAGE, is_allowed: true };
    try_all(&stage.simulator, &[launch])?;
    tell(
        "Only the clouds can refuse that. The team's account belongs to an organisation, and a \
         policy of the organisation binds everybody in the account, its administrators included.",
    );
    Ok(())
}
