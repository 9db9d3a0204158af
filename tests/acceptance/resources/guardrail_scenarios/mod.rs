//! What guardrails do, told once: each cloud runs all of it, at both of its levels.

use imageguard_simulator::{Simulator, World};

use crate::harness::{Output, Workspace, unwrapped};

mod failures;
mod life;
mod together;

pub(super) use self::{failures::*, life::*, together::*};

/// A cloud with an organisation, in which policies are switched on and there are none yet.
pub(super) struct Cloud {
    /// `aws`
    pub(super) name: &'static str,
    /// The vendor's name.
    pub(super) vendor: &'static str,
    pub(super) world: fn() -> World,
    /// The organisation's side, and the account's.
    pub(super) sides: [Side; 2],
    /// Names of roles to exempt: who builds images, who approves them, who moves machines.
    pub(super) roles: [&'static str; 3],
    /// A call that exports images, as witnesses name it.
    pub(super) export: &'static str,
    /// Switches the organisation's policies off.
    pub(super) switch_off: fn(&mut World),
    /// Another account, and its root's key.
    pub(super) stranger: (&'static str, AddKey),
    /// A member that may manage the organisation, too, and its root's key.
    pub(super) delegate: (&'static str, AddKey),
    /// The variables that name a key.
    pub(super) key: [&'static str; 2],
}

/// Adds a key, and gives its id and secret.
pub(super) type AddKey = fn(&mut World) -> (String, String);

/// A level of a cloud.
pub(super) struct Side {
    pub(super) level: &'static str,
    /// Whether policies get another name in place.
    pub(super) renames: bool,
    /// Lists the policies that there are.
    pub(super) policies: fn(&World) -> Vec<Seen>,
    /// Puts another document in force in the only policy.
    pub(super) rewrite: fn(&mut World, String),
    /// Makes a policy.
    pub(super) place: fn(&mut World, &str, &str),
    /// Deletes all policies.
    pub(super) clear: fn(&mut World),
    /// Attaches the only policy, and says to what.
    pub(super) attach: fn(&mut World) -> &'static str,
    pub(super) detach: fn(&mut World),
    /// The calls that make a policy, give it another document, tag and delete it.
    pub(super) calls: [&'static str; 4],
}

/// A policy, as the cloud knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Seen {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) description: String,
    /// `key=value`, in order.
    pub(super) tags: Vec<String>,
    pub(super) document: String,
    pub(super) versions: usize,
}

/// Makes one test of each scenario for a cloud.
macro_rules! scenarios {
    ($cloud:expr => $($scenario:ident),+ $(,)?) => {
        $(
            #[test]
            fn $scenario() {
                super::guardrail_scenarios::$scenario(&$cloud);
            }
        )+
    };
}
pub(super) use scenarios;

/// Two rules with their exemptions; nothing to warn of but assumptions.
const RULES: &str = r#"
  rules = {
    launch       = { exempt_principals = ["FACTORY"] }
    protect_tags = { exempt_principals = ["APPROVER"] }
    export       = {}
  }"#;

impl Cloud {
    fn start(&self) -> Simulator {
        Simulator::start((self.world)())
    }

    /// A guardrail at a level, with these attributes; roles are filled in.
    fn configuration(&self, side: &Side, name: &str, attributes: &str) -> String {
        let [factory, approver, migration] = self.roles;
        let text = format!(
            r#"
terraform {{
  required_providers {{
    imageguard = {{ source = "imageguard/imageguard" }}
  }}
}}
variable "golden" {{
  default = "approved"
}}
provider "imageguard" {{
  golden_tags = {{ status = [var.golden] }}
  {region}
}}
resource "imageguard_{cloud}_guardrail" "it" {{
  level = "{level}"
  name  = "{name}"
  {attributes}
}}
"#,
            cloud = self.name,
            level = side.level,
            region = if self.name == "aws" { r#"aws = { region = "eu-central-1" }"# } else { "" },
        );
        text.replace("FACTORY", factory)
            .replace("APPROVER", approver)
            .replace("MIGRATION", migration)
    }

    /// A run of a guardrail with the usual name.
    fn run(&self, simulator: &Simulator, side: &Side, attributes: &str) -> Workspace {
        Workspace::new(&self.configuration(side, "golden", attributes)).on(simulator)
    }

    fn rewrite(&self, run: &Workspace, side: &Side, attributes: &str) {
        run.write("main.tf", &self.configuration(side, "golden", attributes));
    }

    fn address(&self) -> String {
        format!("imageguard_{}_guardrail.it", self.name)
    }
}

impl Side {
    fn seen(&self, simulator: &Simulator) -> Vec<Seen> {
        simulator.edit(|world| (self.policies)(world))
    }

    /// The only policy.
    fn only(&self, simulator: &Simulator) -> Seen {
        let mut seen = self.seen(simulator);
        assert_eq!(seen.len(), 1, "{seen:?}");
        seen.remove(0)
    }

    /// Changes the document behind Terraform's back.
    fn replace(&self, simulator: &Simulator, what: &str, by: &str) {
        let document = self.only(simulator).document;
        let changed = document.replace(what, by);
        assert_ne!(changed, document);
        simulator.edit(|world| (self.rewrite)(world, changed));
    }
}

fn destroy(run: &Workspace) -> Output {
    run.terraform(&["destroy", "-auto-approve", "-no-color"])
}

fn apply(run: &Workspace) -> Output {
    run.terraform(&["apply", "-auto-approve", "-no-color"])
}

/// Plans, and returns what was told without wrapping.
fn plan(run: &Workspace) -> String {
    let plan = run.terraform(&["plan", "-no-color"]);
    assert!(plan.success, "{}", plan.text);
    unwrapped(&plan.text)
}

fn assert_told(told: &str, parts: &[&str]) {
    let told = unwrapped(told);
    for part in parts {
        assert!(told.contains(part), "`{part}` is missing in:\n{told}");
    }
}
