//! What guardrails stop and what they leave alone, felt by those they bind.
//!
//! Every rule is a row of a table: how it is written, calls it must refuse and calls it must admit.
//! Every level is another: where a policy of it goes, and what can happen to it behind Terraform's
//! back. A cloud is both, and a world with somebody to be bound.

mod alicloud;
mod aws;
mod by_hand;
mod dates;
mod interruptions;
mod lives;
mod upgrades;

use std::{fs, path::Path};

use imageguard_simulator::{Simulator, World};
use serde_json::Value;

use crate::harness::{ROOT, Workspace};

/// A cloud, and a world in which everything that a rule forbids works as long as nothing forbids it.
pub(crate) struct Cloud {
    /// As in the names of types and of the folders with cases.
    pub(crate) name: &'static str,
    /// The region of the provider block.
    pub(crate) region: &'static str,
    /// An account with a developer and an approver, in an organisation.
    pub(crate) world: fn() -> World,
    /// The developer, as exemptions name it.
    pub(crate) developer: &'static str,
    /// Has somebody make a call.
    pub(crate) attempt: fn(&Simulator, &Attempt) -> Verdict,
    /// The names of the variables that hold key and secret.
    pub(crate) credentials: [&'static str; 2],
    /// All that guardrails can change in a cloud.
    pub(crate) policies: fn(&World) -> Value,
    pub(crate) rules: [Rule; 5],
    pub(crate) levels: [Level; 2],
}

/// A rule, and what it must do to calls.
pub(crate) struct Rule {
    /// As in `rules`, and the folder with its document.
    pub(crate) name: &'static str,
    /// What the folder's intent says, as an attribute of `rules`.
    pub(crate) written: &'static str,
    /// Calls that it refuses, each by a way of its own.
    pub(crate) forbidden: &'static [Attempt],
    /// Calls like those that it leaves alone.
    pub(crate) allowed: &'static [Attempt],
}

/// A sort of policy, and where it goes.
pub(crate) struct Level {
    /// As in the attribute `level`.
    pub(crate) name: &'static str,
    /// How refusals call it.
    pub(crate) layer: &'static str,
    /// Puts a document in force for the developer, without Terraform.
    pub(crate) place: fn(&mut World, String),
    /// What it is attached to for that.
    pub(crate) target: &'static str,
    /// Key and secret of whoever runs Terraform.
    pub(crate) runner: (&'static str, &'static str),
    /// The document in force of the only policy.
    pub(crate) document: fn(&mut World) -> &mut String,
    /// Counts policies of ours, and what they are attached to.
    pub(crate) count: fn(&World) -> (usize, usize),
    /// What happens behind Terraform's back; one for each rule.
    pub(crate) incidents: [Incident; 5],
}

/// Something that happens to a policy.
pub(crate) struct Incident {
    pub(crate) happen: fn(&mut World),
    /// What the next plan says about it; nothing where nothing is to be done.
    pub(crate) told: &'static [&'static str],
    /// What somebody must do before Terraform can repair it.
    pub(crate) prepare: Option<fn(&mut World)>,
}

impl Incident {
    /// Makes one that Terraform can repair by itself.
    const fn new(happen: fn(&mut World), told: &'static [&'static str]) -> Self {
        Self { happen, told, prepare: None }
    }
}

/// How a plan begins to say what became possible.
const REFUSES_LESS: &str = "It refuses less. Possible now, as far as this policy goes:";
/// How it goes on to show that.
const AS_A_REQUEST: &str = "The first as a request: {\"action\":";

/// Writes a document in another way.
fn reformat(document: &mut String) {
    let value: Value = serde_json::from_str(document).unwrap();
    *document = serde_json::to_string_pretty(&value).unwrap();
}

/// Makes the same call of the approver.
const fn by_approver(attempt: Attempt) -> Attempt {
    Attempt { who: Who::Approver, ..attempt }
}

/// The name of every policy.
pub(crate) const GUARD: &str = "guard";

/// A call, which somebody makes.
#[derive(Debug)]
pub(crate) struct Attempt {
    pub(crate) who: Who,
    /// The service, and the operation of it.
    pub(crate) operation: (&'static str, &'static str),
    pub(crate) parameters: &'static [(&'static str, &'static str)],
}

/// Somebody in the account.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Who {
    /// A user whom the guardrail is for.
    Developer,
    /// A session of the role that the rule exempts.
    Approver,
}

/// What became of a call.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It worked, or would have but for being a dry run.
    Admitted,
    /// A statement of this layer denies it.
    Refused { layer: String },
    /// It failed for another reason, which is a mistake of the test.
    Failed { code: String },
}

impl Cloud {
    /// Starts the world, and makes sure that whatever the rule forbids works in it.
    pub(crate) fn start(&self, rule: &Rule) -> Simulator {
        let simulator = Simulator::start((self.world)());
        self.expect_open(&simulator, rule);
        simulator
    }

    /// The rule is not in force: all its calls work.
    #[track_caller]
    pub(crate) fn expect_open(&self, simulator: &Simulator, rule: &Rule) {
        for attempt in rule.forbidden.iter().chain(rule.allowed) {
            let verdict = (self.attempt)(simulator, attempt);
            assert_eq!(verdict, Verdict::Admitted, "{attempt:?}");
        }
    }

    /// The rule is in force at a level: it refuses what it forbids, and nothing else.
    #[track_caller]
    pub(crate) fn expect_closed(&self, simulator: &Simulator, rule: &Rule, level: &Level) {
        for attempt in rule.forbidden {
            let expected = Verdict::Refused { layer: level.layer.to_owned() };
            let verdict = (self.attempt)(simulator, attempt);
            assert_eq!(verdict, expected, "{}: {attempt:?}", level.name);
        }
        for attempt in rule.allowed {
            let verdict = (self.attempt)(simulator, attempt);
            assert_eq!(verdict, Verdict::Admitted, "{}: {attempt:?}", level.name);
        }
    }

    /// A folder with a guardrail of these rules and its attachment, for whoever runs at that level.
    pub(crate) fn workspace(&self, simulator: &Simulator, level: &Level, more: &str) -> Workspace {
        let [id, secret] = self.credentials;
        Workspace::new(&self.configuration(level, more))
            .on(simulator)
            .variable(id, level.runner.0)
            .variable(secret, level.runner.1)
    }

    /// The provider block, a guardrail with these arguments, and its attachment.
    pub(crate) fn configuration(&self, level: &Level, arguments: &str) -> String {
        let Self { name: cloud, region, .. } = self;
        let Level { name: level, target, .. } = level;
        format!(
            r#"
terraform {{
  required_providers {{
    imageguard = {{ source = "imageguard/imageguard" }}
  }}
}}
provider "imageguard" {{
  {cloud} = {{
    region      = "{region}"
    max_retries = 0
  }}
}}
resource "imageguard_{cloud}_guardrail" "it" {{
  level = "{level}"
  name  = "{GUARD}"
  {arguments}
}}
resource "imageguard_{cloud}_guardrail_attachment" "it" {{
  guardrail_id = imageguard_{cloud}_guardrail.it.id
  target_id    = "{target}"
}}
"#
        )
    }

    /// The address of the guardrail, and that of its attachment.
    pub(crate) fn addresses(&self) -> [String; 2] {
        ["guardrail", "guardrail_attachment"]
            .map(|kind| format!("imageguard_{}_{kind}.it", self.name))
    }

    /// Lists the calls since the journal was cleared that change something.
    pub(crate) fn writes(simulator: &Simulator) -> Vec<String> {
        let reads = ["Assume", "Describe", "Get", "List"];
        let journal = simulator.journal().into_iter().map(|entry| entry.action);
        journal.filter(|action| !reads.iter().any(|read| action.starts_with(read))).collect()
    }

    /// Reads what the rule is compiled to.
    fn document(&self, rule: &Rule) -> String {
        let folder = Path::new(ROOT).join("src/guardrail/cases/documents").join(self.name);
        fs::read_to_string(folder.join(rule.name).join("document.json")).unwrap()
    }
}
