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
    let parts = [
        "web-server-1.41",
        "Error: No Golden Image",
        "Closest:",
        "\"launch.protection\"             = \"proved_with_assumptions\"",
        "refused by a control policy",
        "refused by a service control policy",
        "Warning: Guardrail golden-images-only Was Changed",
        "Warning: Guardrail GoldenImagesOnly Was Changed",
        "Destroy complete! Resources: 4 destroyed.",
    ];
    for part in parts {
        assert!(story.contains(part), "`{part}` is missing in:\n{story}");
    }
}
