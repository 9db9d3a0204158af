//! What people try, in each cloud's words, and what they are told.

use std::collections::BTreeSet;

use imageguard_simulator::{Answered, Cloud, Simulator};

use crate::{
    narration::table,
    organisation::{Person, SIDES, Side},
    world::{self, own_image},
};

/// Something to do with an image.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Deed {
    /// Starting a server from it.
    Launch,
    /// Giving it the tag that makes it golden.
    Mark,
    /// Handing it to an account of somebody else.
    HandOut,
}

/// Somebody tries something with the image of a name.
#[derive(Debug)]
pub(crate) struct Attempt {
    pub(crate) who: Person,
    pub(crate) deed: Deed,
    pub(crate) image: &'static str,
    /// What the story says comes of it: an answer, or a refusal by a policy of the organisation.
    pub(crate) is_allowed: bool,
}

/// A call: service, action, parameters.
type Call<'a> = (&'static str, &'static str, Vec<(&'static str, &'a str)>);

impl Deed {
    const ALL: [Self; 3] = [Self::Launch, Self::Mark, Self::HandOut];

    fn words(self) -> &'static str {
        match self {
            Self::Launch => "start a server from",
            Self::Mark => "tag as approved",
            Self::HandOut => "give to a stranger",
        }
    }

    fn call(self, cloud: Cloud, image: &str) -> Call<'_> {
        match (cloud, self) {
            (Cloud::Alicloud, Self::Launch) => {
                ("ecs", "RunInstances", vec![("ImageId", image), ("InstanceType", "ecs.g7.large")])
            }
            (Cloud::Alicloud, Self::Mark) => (
                "ecs",
                "TagResources",
                vec![
                    ("ResourceType", "image"),
                    ("ResourceId.1", image),
                    ("Tag.1.Key", "status"),
                    ("Tag.1.Value", "approved"),
                ],
            ),
            (Cloud::Alicloud, Self::HandOut) => (
                "ecs",
                "ModifyImageSharePermission",
                vec![("ImageId", image), ("AddAccount.1", world::STRANGER_ON_ALICLOUD)],
            ),
            (Cloud::Aws, Self::Launch) => (
                "ec2",
                "RunInstances",
                vec![
                    ("ImageId", image),
                    ("InstanceType", "m7i.large"),
                    ("MaxCount", "1"),
                    ("MinCount", "1"),
                ],
            ),
            (Cloud::Aws, Self::Mark) => (
                "ec2",
                "CreateTags",
                vec![("ResourceId.1", image), ("Tag.1.Key", "status"), ("Tag.1.Value", "approved")],
            ),
            (Cloud::Aws, Self::HandOut) => (
                "ec2",
                "ModifyImageAttribute",
                vec![("ImageId", image), ("LaunchPermission.Add.1.UserId", world::STRANGER_ON_AWS)],
            ),
        }
    }

    /// The permissions that all of this takes on a cloud.
    pub(crate) fn permissions(cloud: Cloud) -> BTreeSet<String> {
        let permission = |deed: Self| {
            let (service, action, _) = deed.call(cloud, "");
            format!("{service}:{action}")
        };
        Self::ALL.map(permission).into()
    }
}

/// Has everybody try on every cloud, and shows the answers.
///
/// # Errors
///
/// An answer is another than the story says.
pub(crate) fn try_all(simulator: &Simulator, attempts: &[Attempt]) -> Result<(), String> {
    let mut rows = vec![["CLOUD", "WHO", "TRIES TO", "IMAGE", "ANSWER"].map(str::to_owned)];
    let mut faults = Vec::new();
    for side in SIDES {
        for attempt in attempts {
            let answered = attempt.make(simulator, side);
            let answer = told(side, &answered);
            if !attempt.went_as_told(side, &answered) {
                faults.push(format!("{}: {attempt:?}: {answer}", side.name));
            }
            let (who, what) = (attempt.who.name(), attempt.deed.words());
            rows.push([side.name, who, what, attempt.image, &answer].map(str::to_owned));
        }
    }
    table("calls, and what the clouds answer", &rows);
    if faults.is_empty() { Ok(()) } else { Err(faults.join("\n")) }
}

impl Attempt {
    fn make(&self, simulator: &Simulator, side: &Side) -> Answered {
        let id = own_image(self.image).id(side.cloud);
        let (service, action, parameters) = self.deed.call(side.cloud, id);
        let caller = simulator.caller(side.cloud, self.who.key_id(side)).region(side.region);
        caller.call(service, action, &parameters)
    }

    fn went_as_told(&self, side: &Side, answered: &Answered) -> bool {
        match self.is_allowed {
            true => answered.entry.status == Some(200),
            false => is_guarded(side, answered),
        }
    }
}

/// Tells whether a policy of the organisation has refused a call.
fn is_guarded(side: &Side, answered: &Answered) -> bool {
    answered.entry.status == Some(403) && answered.body.contains(side.policy_in_refusals)
}

fn told(side: &Side, answered: &Answered) -> String {
    match &answered.entry.code {
        None => "done".to_owned(),
        Some(_) if is_guarded(side, answered) => format!("refused by a {}", side.policy),
        Some(code) => format!("refused: {code}"),
    }
}
