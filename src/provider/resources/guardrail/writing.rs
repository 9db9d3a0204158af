//! Making, changing and deleting the policy of a guardrail.
//!
//! Nothing is done until the cloud has said in which account that would be, and after each call
//! it is noted what there is by then. Where no answer came back, the policy itself tells whether
//! the call was carried out.

use std::time::Duration;

use super::{
    Guarding, Guardrails, Level, Written,
    cautions::Cautions,
    check_account, explain, find_place, find_policy,
    model::{GuardrailModel, Shown, called, known},
    reading::{own_tags, take_over},
    written::{ended, mean_the_same},
};
use crate::{
    cloud::Kind,
    plugin::{Diagnostic, Diagnostics, Progress},
    provider::{
        configure::Clouds,
        place::Place,
        policies::{Draft, Edit, Policy, Tier},
    },
};

/// How long to wait before the policy is looked at again, at first and at most.
pub(super) const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(10);
/// How often to look for what may take a moment to be shown, or to be shown no more.
pub(super) const LOOKS: u32 = 3;

/// One guardrail that is being written.
pub(super) struct Writing<'a, Client> {
    pub(super) place: Place<Client>,
    pub(super) level: Level,
    pub(super) run: &'a Guardrails,
    pub(super) progress: &'a Progress<'a, Shown<Client>>,
}

/// Makes the policy.
pub(super) async fn create<Client: Guarding>(
    clouds: &Clouds,
    planned: Shown<Client>,
    progress: &Progress<'_, Shown<Client>>,
) -> Result<Shown<Client>, Diagnostics> {
    let writing = Writing::find(clouds, &planned, progress).await?;
    let account = check_account(&writing.place, None).await?;
    Cautions::about(&planned).dates(&planned, clouds.now()).tell(progress);
    let draft = draft_of(&planned);
    let policy = writing.make(&draft).await?;
    clouds.guardrails.note_owned(&policy.arn);
    let guardrail = Shown::from(GuardrailModel {
        id: policy.id.clone().into(),
        arn: policy.arn.clone().into(),
        account_id: account.into(),
        ..planned.into_model()
    });
    writing.note(&guardrail, &policy);
    let policy = writing.wait_until_in_force(&guardrail).await?;
    // One that was there before may have others.
    if own_tags(&policy, &writing.level) != draft.tags {
        let edit = Edit { tags: Some(draft.tags), ..Edit::default() };
        writing.edit(&guardrail, &guardrail, &edit).await?;
    }
    Ok(guardrail)
}

/// Changes what differs. What only the state holds, such as reasons, needs no call.
pub(super) async fn update<Client: Guarding>(
    clouds: &Clouds,
    prior: Shown<Client>,
    planned: Shown<Client>,
    progress: &Progress<'_, Shown<Client>>,
) -> Result<Shown<Client>, Diagnostics> {
    let edit = edit_of(&prior, &planned);
    // The read has told of those that were there.
    if prior.exemptions != planned.exemptions {
        Cautions::about(&planned).dates(&planned, clouds.now()).tell(progress);
    }
    if edit == Edit::default() {
        let version = Written::of(&prior, progress).version;
        keep_written(&planned, version, progress);
        return Ok(planned);
    }
    let writing = Writing::find(clouds, &planned, progress).await?;
    if writing.level.tier == Tier::Account {
        check_account(&writing.place, prior.account_id.known()).await?;
    }
    writing.edit(&prior, &planned, &edit).await?;
    let policy = writing.wait_until_in_force(&planned).await?;
    writing.note(&planned, &policy);
    Ok(planned)
}

/// Deletes the policy, unless it is attached somewhere.
pub(super) async fn delete<Client: Guarding>(
    clouds: &Clouds,
    state: Shown<Client>,
    progress: &Progress<'_, Shown<Client>>,
) -> Result<(), Diagnostics> {
    // The one that replaces this guardrail has taken its policy over.
    if clouds.guardrails.owns(known(&state.arn)) {
        return Ok(());
    }
    let writing = Writing::find(clouds, &state, progress).await?;
    let Writing { place, level, .. } = &writing;
    if find_policy(place, level.tier, &state).await?.is_none() {
        return Ok(());
    }
    writing.wait_until_free(&state).await?;
    progress.go_on()?;
    let id = known(&state.id);
    match place.client.delete(&place.region, level.tier, id).await {
        Ok(()) => Ok(()),
        Err(error) if error.leaves_in_doubt() && writing.policy(id).await?.is_none() => Ok(()),
        Err(error) => Err(explain(place, level.tier, &error).await),
    }
}

impl<'a, Client: Guarding> Writing<'a, Client> {
    async fn find(
        clouds: &'a Clouds,
        model: &Shown<Client>,
        progress: &'a Progress<'a, Shown<Client>>,
    ) -> Result<Self, Diagnostics> {
        let place = find_place(clouds, model).await?;
        let level = Level::find::<Client>(known(&model.level), Client::partition(&place.region))?;
        Ok(Self { place, level, run: &clouds.guardrails, progress })
    }

    /// Makes the policy, or finds the one that an apply before has left behind.
    async fn make(&self, draft: &Draft) -> Result<Policy, Diagnostics> {
        self.progress.go_on()?;
        let Self { place, level, .. } = self;
        match place.client.create(&place.region, level.tier, draft).await {
            Ok(policy) => Ok(policy),
            Err(error) if error.leaves_in_doubt() || error.kind == Kind::Conflict => {
                self.adopt(draft, &error).await
            }
            Err(error) => Err(explain(place, level.tier, &error).await),
        }
    }

    /// Changes the policy. If that fails half-way, the state tells what there is.
    async fn edit(
        &self,
        prior: &Shown<Client>,
        planned: &Shown<Client>,
        edit: &Edit,
    ) -> Result<(), Diagnostics> {
        let Self { place, level, .. } = self;
        let (id, mut edit) = (known(&prior.id), edit.clone());
        loop {
            self.progress.go_on()?;
            let edited = place.client.edit(&place.region, level.tier, id, &edit).await;
            let Err(error) = edited else { return Ok(()) };
            let policy = match self.policy(id).await {
                Ok(Some(policy)) => policy,
                Ok(None) => return Err(gone_meanwhile(prior).into()),
                Err(_) => return Err(explain(place, level.tier, &error).await),
            };
            let left = left_of(&edit, &policy, level);
            if error.leaves_in_doubt() && left == Edit::default() {
                return Ok(());
            }
            if !error.leaves_in_doubt() || left == edit {
                self.note_half(prior, planned, policy);
                return Err(explain(place, level.tier, &error).await);
            }
            // The call that was not answered was carried out; the others were not made.
            edit = left;
        }
    }

    /// Notes what a failed change has left.
    fn note_half(&self, prior: &Shown<Client>, planned: &Shown<Client>, policy: Policy) {
        let target = self.level.target;
        let is_written = mean_the_same(&policy.document, known(&planned.document), target);
        let mut state = if is_written { planned } else { prior }.clone().into_model();
        if is_written {
            keep_written(&state, policy.version.clone(), self.progress);
        }
        take_over(&mut state, policy, &self.level);
        self.progress.record(state.into());
    }

    /// Waits until everybody who asks is shown the document.
    async fn wait_until_in_force(&self, guardrail: &GuardrailModel) -> Result<Policy, Diagnostics> {
        let Self { place, level, progress, .. } = self;
        let mut pause = FIRST_PAUSE;
        loop {
            let id = known(&guardrail.id);
            let policy = match place.client.policy(&place.region, level.tier, id).await {
                Ok(policy) => policy,
                // A version is in force that cannot be read yet.
                Err(error) if error.kind == Kind::Conflict => None,
                Err(error) => return Err(explain(place, level.tier, &error).await),
            };
            let document = known(&guardrail.document);
            let is_in_force =
                |policy: &Policy| mean_the_same(&policy.document, document, level.target);
            if let Some(policy) = policy.filter(is_in_force) {
                return Ok(policy);
            }
            if let Err(mut problems) = progress.pause(pause).await {
                problems.push(not_shown(guardrail));
                return Err(problems);
            }
            pause = (2 * pause).min(LONGEST_PAUSE);
        }
    }

    /// Waits until no listing shows an attachment: one that has gone may be listed for a moment.
    async fn wait_until_free(&self, guardrail: &GuardrailModel) -> Result<(), Diagnostics> {
        let Self { place, level, progress, .. } = self;
        let mut left = Vec::new();
        for look in 0..LOOKS {
            if look > 0 {
                progress.pause(FIRST_PAUSE * look).await?;
            }
            let id = known(&guardrail.id);
            left = match place.client.targets(&place.region, level.tier, id).await {
                Ok(targets) => targets,
                Err(error) => return Err(explain(place, level.tier, &error).await),
            };
            if left.is_empty() {
                return Ok(());
            }
        }
        Err(still_attached(guardrail, &left).into())
    }

    async fn policy(&self, id: &str) -> Result<Option<Policy>, Diagnostics> {
        let Self { place, level, .. } = self;
        match place.client.policy(&place.region, level.tier, id).await {
            Ok(policy) => Ok(policy),
            Err(error) => Err(explain(place, level.tier, &error).await),
        }
    }

    /// Notes what there is.
    fn note(&self, guardrail: &Shown<Client>, policy: &Policy) {
        keep_written(guardrail, policy.version.clone(), self.progress);
        self.progress.record(guardrail.clone());
    }
}

fn draft_of(planned: &GuardrailModel) -> Draft {
    Draft {
        name: known(&planned.name).to_owned(),
        description: known(&planned.description).to_owned(),
        path: planned.path.known().cloned(),
        tags: planned.known_tags(),
        document: known(&planned.document).to_owned(),
    }
}

/// Returns what has to change of the policy.
fn edit_of(prior: &GuardrailModel, planned: &GuardrailModel) -> Edit {
    let changed = |before: &str, after: &str| (before != after).then(|| after.to_owned());
    let tags = planned.known_tags();
    Edit {
        name: changed(known(&prior.name), known(&planned.name)),
        description: changed(known(&prior.description), known(&planned.description)),
        document: changed(known(&prior.document), known(&planned.document)),
        tags: (prior.known_tags() != tags).then_some(tags),
    }
}

/// Returns what of a change a policy does not show yet.
fn left_of(edit: &Edit, policy: &Policy, level: &Level) -> Edit {
    let Edit { name, description, document, tags } = edit.clone();
    let is_another = |text: &String| !mean_the_same(text, &policy.document, level.target);
    Edit {
        name: name.filter(|name| *name != policy.name),
        description: description.filter(|description| *description != policy.description),
        document: document.filter(is_another),
        tags: tags.filter(|tags| *tags != own_tags(policy, level)),
    }
}

/// Keeps beside the state what is written by now.
fn keep_written<Client>(
    guardrail: &GuardrailModel,
    version: Option<String>,
    progress: &Progress<'_, Shown<Client>>,
) {
    let document = known(&guardrail.document).to_owned();
    Written { document, version, left_out: ended(progress) }.keep(progress);
}

fn gone_meanwhile(guardrail: &GuardrailModel) -> Diagnostic {
    let detail = format!(
        "The policy {} was there when the plan was made, and is gone: somebody else has deleted it, \
         and nothing guards what it guarded. Plan again: that plan makes it anew.",
        called(known(&guardrail.id), known(&guardrail.name))
    );
    Diagnostic::error(guardrail.summary("Is Gone"), detail)
}

fn not_shown(guardrail: &GuardrailModel) -> Diagnostic {
    let detail = format!(
        "The policy {} was written, but the cloud still shows another document, or nothing. Either \
         it takes longer, or somebody else has changed it since: plan again to see.",
        known(&guardrail.id)
    );
    Diagnostic::error("Document Is Not Shown", detail)
}

fn still_attached(guardrail: &GuardrailModel, targets: &[String]) -> Diagnostic {
    let detail = format!(
        "The policy {} is attached to {}, and a guardrail never detaches what it has not attached. \
         Detach it there, or import those attachments and destroy them with it.",
        known(&guardrail.id),
        targets.join(", ")
    );
    Diagnostic::error(guardrail.summary("Is Attached"), detail)
}
