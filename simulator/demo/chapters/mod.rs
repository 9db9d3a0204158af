//! The story, chapter by chapter.

mod before;
mod drift;
mod farewell;
mod guarded;
mod guardrail;
mod images;
mod lookup;
mod refusal;
mod requests;

use imageguard_simulator::Simulator;

use crate::terraform::Terraform;

/// What all chapters play with. What one leaves behind, the next one finds.
pub(crate) struct Stage {
    pub(crate) simulator: Simulator,
    pub(crate) terraform: Terraform,
    /// What Terraform calls itself.
    pub(crate) version: String,
}

/// One chapter.
pub(crate) struct Chapter {
    pub(crate) title: &'static str,
    /// What the reader should know before it starts.
    pub(crate) opening: &'static str,
    /// Shows it, and tells what did not happen as it should.
    pub(crate) play: fn(&Stage) -> Result<(), String>,
}

/// All chapters, in order.
pub(crate) const CHAPTERS: &[Chapter] = &[
    images::CHAPTER,
    lookup::CHAPTER,
    refusal::CHAPTER,
    requests::CHAPTER,
    before::CHAPTER,
    guardrail::CHAPTER,
    guarded::CHAPTER,
    drift::CHAPTER,
    farewell::CHAPTER,
];

/// The image that must not be used, by the name it has in the team's account.
const TEST_IMAGE: &str = "web-server-1.44-test";
/// One that may be used.
const APPROVED_IMAGE: &str = "web-server-1.41";
/// One that is approved in the course of the story.
const NEXT_IMAGE: &str = "web-server-1.44";

/// Fails a chapter unless something holds.
fn expect(holds: bool, otherwise: impl FnOnce() -> String) -> Result<(), String> {
    if holds { Ok(()) } else { Err(otherwise()) }
}
