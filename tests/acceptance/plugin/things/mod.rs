//! Resources under the real Terraform, from creation to deletion, on every version.
//!
//! The toy's things are files in the folder `store`: their first line counts changes,
//! the rest is the attribute `text`. So a test can look at a thing, change it or take it
//! away behind Terraform's back.

mod adoption;
mod changes;
mod failures;
mod values;

use std::{fs, path::PathBuf};

use super::toy;
use crate::{harness::Workspace, versions::Version};

/// Makes a folder for a configuration with things.
fn things(version: Version, configuration: &str) -> Workspace {
    let workspace = toy(&with_provider(configuration)).on_version(version);
    fs::create_dir(workspace.path("store")).unwrap();
    workspace
}

fn with_provider(configuration: &str) -> String {
    format!("provider \"toy\" {{\n  folder = \"store\"\n}}\n{configuration}")
}

impl Workspace {
    /// Replaces the configuration.
    fn rewrite(&self, configuration: &str) {
        let old = fs::read_to_string(self.path("main.tf")).unwrap();
        let (requirement, _) = old.split_once("provider \"toy\"").unwrap();
        self.write("main.tf", &format!("{requirement}{}", with_provider(configuration)));
    }

    /// Returns the file of the thing with that name.
    fn thing(&self, name: &str) -> PathBuf {
        self.path("store").join(format!("thing-{name}"))
    }

    /// Reads the file of the thing with that name: revision and text.
    fn kept(&self, name: &str) -> Option<String> {
        fs::read_to_string(self.thing(name)).ok()
    }

    /// Applies what must fail, and returns the whole output.
    fn apply_in_vain(&self) -> String {
        let applied = self.terraform(&["apply", "-auto-approve", "-no-color"]);
        assert!(!applied.success, "the apply succeeded:\n{}", applied.text);
        applied.text
    }
}
