//! The demo that the README promises.

use std::process::{Command, Stdio};

use crate::harness::ROOT;

#[test]
fn the_demo_tells_its_story_to_the_end() {
    let output = Command::new(env!("CARGO"))
        .arg("demo")
        .current_dir(ROOT)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let story = String::from_utf8(output.stdout).unwrap();
    let progress = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{story}\n{progress}");
    for part in ["web-server-1.41", "Error: No Golden Image", "Closest:"] {
        assert!(story.contains(part), "`{part}` is missing in:\n{story}");
    }
}
