//! What attachments do, told once: each cloud runs all of it.

use std::fs;

use imageguard_simulator::{AccessKey, Simulator, World};
use serde_json::Value;

use crate::harness::{Output, Workspace, unwrapped};

mod failures;
mod life;
mod room;

pub(super) use self::{failures::*, life::*, room::*};

/// A cloud with an organisation, in which policies are switched on and nothing is attached: a root,
/// a folder and a member; in the account of the credentials a user, a group and a role.
pub(super) struct Cloud {
    /// `aws`
    pub(super) name: &'static str,
    /// The vendor's name.
    pub(super) vendor: &'static str,
    /// The region of the provider block.
    pub(super) region: &'static str,
    /// That cloud, with eleven guardrails of each kind.
    pub(super) world: fn() -> World,
    /// The organisation's side, and the account's.
    pub(super) organisation: Side,
    pub(super) account: Side,
    /// Switches the organisation's policies.
    pub(super) switch: fn(&mut World, Switch),
    /// How they are called, with a capital.
    pub(super) feature: &'static str,
    /// Dissolves the organisation.
    pub(super) dissolve: fn(&mut World),
    /// How many listings lag behind a change.
    pub(super) lag: fn(&mut World, u32),
    /// How long a change takes, in milliseconds; there can be only one at a time.
    pub(super) slow: fn(&mut World, u64),
    /// Another account, by id and by the ARN of its root user.
    pub(super) stranger: [&'static str; 2],
    /// Adds an account.
    pub(super) add_account: fn(&mut World, &str),
    /// Adds a key, and whoever runs uses it.
    pub(super) add_key: fn(&mut World, AccessKey),
    /// The account's user that runs, by ARN, and a session of the account's role.
    pub(super) callers: [&'static str; 2],
    /// Takes that user into the account's group.
    pub(super) join: fn(&mut World),
    /// How refusals call the policies of a caller.
    pub(super) layer: &'static str,
    /// Who may manage the organisation's policies, as messages say it.
    pub(super) managers: &'static str,
}

/// How it is with the organisation's policies.
#[derive(Clone, Copy)]
pub(super) enum Switch {
    /// On after so many questions.
    TurningOn(u32),
    Off,
}

/// What can be attached to what, on one side of a cloud.
pub(super) struct Side {
    /// The id of a guardrail by its number, of eleven.
    pub(super) guardrail: fn(usize) -> String,
    /// Everything that can have one: three kinds.
    pub(super) targets: [&'static str; 3],
    /// A target that does not exist.
    pub(super) nobody: &'static str,
    /// Lists the guardrails that a target has, as the cloud knows it.
    pub(super) attached: fn(&World, &str) -> Vec<String>,
    /// Attaches, detaches and deletes behind Terraform's back.
    pub(super) attach: fn(&mut World, &str, &str),
    pub(super) detach: fn(&mut World, &str, &str),
    pub(super) delete: fn(&mut World, &str),
    /// Deletes the first target.
    pub(super) remove: fn(&mut World),
    /// The calls that attach to, detach from and list the first target, and whose they are.
    pub(super) calls: [&'static str; 3],
    pub(super) service: &'static str,
    /// The calls of an apply that attaches to the first target, and of a destruction.
    pub(super) creation: &'static [&'static str],
    pub(super) deletion: &'static [&'static str],
    /// How many guardrails a target has room for.
    pub(super) room: usize,
}

/// Makes one test of each scenario for a cloud.
macro_rules! scenarios {
    ($cloud:expr => $($scenario:ident),+ $(,)?) => {
        $(
            #[test]
            fn $scenario() {
                super::attachment_scenarios::$scenario(&$cloud);
            }
        )+
    };
}
pub(super) use scenarios;

impl Cloud {
    fn sides(&self) -> [&Side; 2] {
        [&self.organisation, &self.account]
    }

    /// The address of the attachment that [`configuration`](Self::configuration) has.
    fn address(&self) -> String {
        format!("imageguard_{}_guardrail_attachment.it", self.name)
    }

    /// The provider block and the rest.
    pub(super) fn with_block(&self, rest: &str) -> String {
        let Self { name, region, .. } = self;
        format!(
            r#"
terraform {{
  required_providers {{
    imageguard = {{ source = "imageguard/imageguard" }}
  }}
}}
provider "imageguard" {{
  {name} = {{ region = "{region}" }}
}}
{rest}"#
        )
    }

    /// An attachment with more arguments.
    pub(super) fn attachment(
        &self,
        name: &str,
        guardrail: &str,
        target: &str,
        more: &str,
    ) -> String {
        format!(
            "resource \"imageguard_{}_guardrail_attachment\" \"{name}\" {{\n  guardrail_id = \
             \"{guardrail}\"\n  target_id    = \"{target}\"\n  {more}\n}}\n",
            self.name
        )
    }

    /// The first guardrail on the first target of a side.
    fn configuration(&self, side: &Side, more: &str) -> String {
        self.with_block(&self.attachment("it", &(side.guardrail)(0), side.targets[0], more))
    }

    /// Many guardrails on the first target of a side, and more arguments.
    fn many(&self, side: &Side, numbers: std::ops::Range<usize>) -> String {
        let attachments = numbers.map(|number| {
            let name = format!("number{number}");
            self.attachment(&name, &(side.guardrail)(number), side.targets[0], "")
        });
        self.with_block(&attachments.collect::<String>())
    }

    /// A simulated cloud, and a folder with that configuration.
    fn with(&self, configuration: &str) -> (Simulator, Workspace) {
        let simulator = Simulator::start((self.world)());
        let run = Workspace::new(configuration).on(&simulator);
        (simulator, run)
    }

    /// A simulated cloud, and a folder with the first guardrail on the first target of a side.
    fn with_one(&self, side: &Side) -> (Simulator, Workspace) {
        self.with(&self.configuration(side, ""))
    }

    /// A run as somebody else than the account itself.
    fn as_somebody(&self, run: Workspace, simulator: &Simulator, key: AccessKey) -> Workspace {
        let (id, secret) = (key.id.clone(), key.secret.clone());
        let token = key.token.clone();
        simulator.edit(|world| (self.add_key)(world, key));
        let [id_name, secret_name, token_name] = match self.name {
            "aws" => ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"],
            _ => [
                "ALIBABA_CLOUD_ACCESS_KEY_ID",
                "ALIBABA_CLOUD_ACCESS_KEY_SECRET",
                "ALIBABA_CLOUD_SECURITY_TOKEN",
            ],
        };
        let run = run.variable(id_name, id).variable(secret_name, secret);
        match token {
            Some(token) => run.variable(token_name, token),
            None => run,
        }
    }
}

impl Side {
    /// Tells whether this is the organisation's.
    fn is_organisations(&self) -> bool {
        self.service != "ram" && self.service != "iam"
    }

    /// What the first target has.
    fn there(&self, simulator: &Simulator) -> Vec<String> {
        simulator.edit(|world| (self.attached)(world, self.targets[0]))
    }

    fn first(&self) -> Vec<String> {
        vec![(self.guardrail)(0)]
    }
}

fn apply(run: &Workspace) -> Output {
    let applied = run.terraform(&["apply", "-auto-approve", "-no-color"]);
    assert!(applied.success, "{}", applied.text);
    applied
}

fn plan(run: &Workspace) -> Output {
    let plan = run.terraform(&["plan", "-no-color"]);
    assert!(plan.success, "{}", plan.text);
    plan
}

fn destroy(run: &Workspace) -> Output {
    let destroyed = run.terraform(&["destroy", "-auto-approve", "-no-color"]);
    assert!(destroyed.success, "{}", destroyed.text);
    destroyed
}

fn assert_told(text: &str, parts: &[&str]) {
    let text = unwrapped(&text.replace(['│', '╷', '╵'], " "));
    for part in parts {
        assert!(text.contains(part), "`{part}` is missing in:\n{text}");
    }
}

fn assert_not_told(text: &str, part: &str) {
    let text = unwrapped(&text.replace(['│', '╷', '╵'], " "));
    assert!(!text.contains(part), "`{part}` is in:\n{text}");
}

/// There is a warning about how the tests run the provider, and no other.
fn assert_no_warning(text: &str) {
    let overridden = text.matches("Warning: Provider development overrides").count();
    assert_eq!(text.matches("Warning: ").count(), overridden, "{text}");
}

/// The attributes of the only resource in the state.
fn stored(run: &Workspace) -> Value {
    let state = fs::read_to_string(run.path("terraform.tfstate")).unwrap();
    let state: Value = serde_json::from_str(&state).unwrap();
    state["resources"][0]["instances"][0]["attributes"].clone()
}
