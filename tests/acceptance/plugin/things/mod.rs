//! Resources under the real Terraform, from creation to deletion, on every version.
//!
//! The toy's things are files in the folder `store`: their first line counts changes,
//! the rest is the attribute `text`. So a test can look at a thing, change it or take it
//! away behind Terraform's back.

mod adoption;
mod changes;
mod failures;
mod values;

use std::{collections::BTreeMap, fs, path::PathBuf};

use serde_json::{Value, json};

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

    /// Plans, keeps the plan as the file `plan`, and returns what it would do.
    fn planned(&self) -> Planned {
        let plan = self.terraform(&["plan", "-no-color", "-out=plan"]);
        assert!(plan.success, "the plan failed:\n{}", plan.text);
        let shown = self.terraform(&["show", "-json", "plan"]);
        let shown: Value = serde_json::from_str(&shown.text).unwrap();
        let changes = shown["resource_changes"].as_array().cloned().unwrap_or_default();
        let changes = changes.into_iter().map(|change| {
            (change["address"].as_str().unwrap().to_owned(), change["change"].clone())
        });
        Planned { text: plan.text, changes: changes.collect() }
    }

    /// Applies the plan that [`planned`](Self::planned) has kept.
    fn apply_plan(&self) {
        let applied = self.terraform(&["apply", "-no-color", "plan"]);
        assert!(applied.success, "apply failed:\n{}", applied.text);
    }

    /// Applies what must fail, and returns the whole output.
    fn apply_in_vain(&self) -> String {
        let applied = self.terraform(&["apply", "-auto-approve", "-no-color"]);
        assert!(!applied.success, "the apply succeeded:\n{}", applied.text);
        applied.text
    }

    /// Returns the stored object of an address: attributes, and whether it is tainted.
    fn stored(&self, address: &str) -> Option<(Value, bool)> {
        let state = self.terraform(&["show", "-json"]);
        let state: Value = serde_json::from_str(&state.text).unwrap();
        let resources = state["values"]["root_module"]["resources"].as_array()?.clone();
        let resource = resources.into_iter().find(|resource| resource["address"] == address)?;
        Some((resource["values"].clone(), resource["tainted"] == true))
    }
}

/// What a plan would do.
struct Planned {
    text: String,
    /// By address; as `terraform show -json` has them.
    changes: BTreeMap<String, Value>,
}

impl Planned {
    /// What would be done to one object, such as `delete` and `create`.
    fn actions(&self, address: &str) -> &Value {
        &self.change(address)["actions"]
    }

    fn change(&self, address: &str) -> &Value {
        self.changes.get(address).unwrap_or_else(|| panic!("{address}:\n{}", self.text))
    }

    fn is_empty(&self) -> bool {
        self.changes.values().all(|change| change["actions"] == json!(["no-op"]))
    }
}
