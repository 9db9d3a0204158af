//! Attaching and detaching.
//!
//! What the cloud has confirmed is done, also where listings do not show it in time: an attachment
//! that failed after that would be replaced by the next apply, with a moment in which the guardrail
//! binds nobody.

use std::time::Duration;

use tokio::sync::OwnedMutexGuard;

use super::{
    Attaching, Link, as_warnings, check_account, explain, forms, holds, model::AttachmentModel,
    no_organisation, no_such_target, planning, quota::Excess, switched_off,
};
use crate::{
    cloud::{Error, Kind},
    plugin::{Diagnostic, Diagnostics, Path, Progress},
    provider::{
        configure::Clouds,
        place::Place,
        policies::{Attached, Feature, Outcome, Tier, find_place},
    },
};

/// How often to try where something is not there.
const LOOKS: u32 = 5;
/// How long to wait before looking again, at first and at most.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// An attachment that is being made or taken away.
struct Writing<'a, Client> {
    place: Place<Client>,
    tier: Tier,
    attachment: &'a AttachmentModel,
    progress: &'a Progress<'a, AttachmentModel>,
    _turn: OwnedMutexGuard<()>,
}

/// Attaches a guardrail.
pub(super) async fn create<Client: Attaching>(
    clouds: &Clouds,
    mut planned: AttachmentModel,
    progress: &Progress<'_, AttachmentModel>,
) -> Result<AttachmentModel, Diagnostics> {
    let (place, tier) = find::<Client>(clouds, &planned).await?;
    planned.id = planned.joined();
    planned.account_id = check_account(&place, tier, None).await?.into();
    let link = Link::of::<Client>(&planned);
    let turn = clouds.attachments.turn(&link).await;
    let writing = Writing { place, tier, attachment: &planned, progress, _turn: turn };
    if tier == Tier::Organisation {
        writing.wait_until_switched_on().await?;
    }
    writing.attach().await?;
    clouds.attachments.note_created(link);
    progress.record(planned.clone());
    writing.wait_until(true).await;
    drop(writing);
    Ok(planned)
}

/// Detaches a guardrail.
pub(super) async fn delete<Client: Attaching>(
    clouds: &Clouds,
    state: AttachmentModel,
    progress: &Progress<'_, AttachmentModel>,
) -> Result<(), Diagnostics> {
    let (place, tier) = find::<Client>(clouds, &state).await?;
    check_account(&place, tier, state.account_id.known()).await?;
    let link = Link::of::<Client>(&state);
    let turn = clouds.attachments.turn(&link).await;
    if clouds.attachments.is_created(&link) {
        return Ok(());
    }
    let writing = Writing { place, tier, attachment: &state, progress, _turn: turn };
    if writing.detach().await? == Outcome::Done {
        writing.wait_until(false).await;
    }
    Ok(())
}

async fn find<Client: Attaching>(
    clouds: &Clouds,
    attachment: &AttachmentModel,
) -> Result<(Place<Client>, Tier), Diagnostics> {
    let target = attachment.target();
    let Some(tier) = Client::tier_of_target(target) else {
        return Err(forms::invalid_target::<Client>(target).into());
    };
    Ok((find_place(Client::access(clouds), &attachment.assume_role_arn).await?, tier))
}

impl<Client: Attaching> Writing<'_, Client> {
    /// Waits while the organisation's policies are being switched on.
    async fn wait_until_switched_on(&self) -> Result<(), Diagnostics> {
        let mut pause = FIRST_PAUSE;
        loop {
            let target = self.attachment.target();
            match self.place.client.feature(&self.place.region).await {
                Ok(Feature::On) => return Ok(()),
                Ok(Feature::TurningOn) => {}
                Ok(Feature::Off) => return Err(switched_off::<Client>(target).into()),
                Ok(Feature::NoOrganisation) => {
                    return Err(no_organisation(&self.place, target).into());
                }
                Err(error) => return Err(explain(&self.place, self.tier, &error).await),
            }
            self.progress.pause(pause).await?;
            pause = (2 * pause).min(LONGEST_PAUSE);
        }
    }

    /// Attaches it. Where no answer came back, the listing tells.
    async fn attach(&self) -> Result<(), Diagnostics> {
        let (guardrail, target) = (self.attachment.guardrail(), self.attachment.target());
        match self.try_to_attach().await? {
            Ok(Outcome::Done) => Ok(()),
            Ok(Outcome::WasSo) => {
                self.progress.warn(planning::has_adopted(guardrail, target));
                Ok(())
            }
            Err(error) if error.leaves_in_doubt() => {
                self.progress.record(self.attachment.clone());
                match self.is_shown().await? {
                    true => Ok(()),
                    false => Err(explain(&self.place, self.tier, &error).await),
                }
            }
            Err(error) => Err(self.why_not(&error).await),
        }
    }

    /// Attaches it; a policy, user or role that was made a moment ago may not be there at once.
    async fn try_to_attach(&self) -> Result<Result<Outcome, Error>, Diagnostics> {
        let (guardrail, target) = (self.attachment.guardrail(), self.attachment.target());
        let (mut tries, mut pause) = (0, FIRST_PAUSE);
        loop {
            self.progress.go_on()?;
            tries += 1;
            match self.place.client.attach(&self.place.region, guardrail, target).await {
                Err(error) if error.kind == Kind::NotFound && tries < LOOKS => {
                    self.progress.pause(pause).await?;
                    pause = (2 * pause).min(LONGEST_PAUSE);
                }
                outcome => return Ok(outcome),
            }
        }
    }

    /// Detaches it; what is gone, with its target or its guardrail, is detached.
    async fn detach(&self) -> Result<Outcome, Diagnostics> {
        self.progress.go_on()?;
        let (guardrail, target) = (self.attachment.guardrail(), self.attachment.target());
        match self.place.client.detach(&self.place.region, guardrail, target).await {
            Ok(outcome) => Ok(outcome),
            Err(_) if self.tier == Tier::Organisation && self.is_switched_off().await => {
                Ok(Outcome::WasSo)
            }
            Err(error) if error.leaves_in_doubt() && !self.is_shown().await? => Ok(Outcome::Done),
            Err(error) => Err(self.why_not_detached(&error).await),
        }
    }

    /// Waits until the listing shows it, or does not show it any more. The cloud has confirmed
    /// the change, so that a listing which lags too long is no failure of it.
    async fn wait_until(&self, wanted: bool) {
        let mut pause = FIRST_PAUSE;
        let problems = loop {
            match self.is_shown().await {
                Ok(shown) if shown == wanted => return,
                Ok(_) => {}
                Err(problems) => break problems,
            }
            if let Err(problems) = self.progress.pause(pause).await {
                break problems;
            }
            pause = (2 * pause).min(LONGEST_PAUSE);
        };
        self.progress.warn(self.not_shown(wanted));
        as_warnings(problems, self.progress);
    }

    /// Says what was waited for in vain.
    fn not_shown(&self, wanted: bool) -> Diagnostic {
        let (guardrail, target) = (self.attachment.guardrail(), self.attachment.target());
        let (done, listing, summary) = match wanted {
            true => ("attached to", "does not show it yet", "Is Not Shown Yet"),
            false => ("detached from", "still shows it", "Is Still Shown"),
        };
        let detail = format!(
            "{} has confirmed that {guardrail} is {done} {target}, but its listing {listing}. If \
             something that depends on it fails, run it again later.",
            Client::NAME
        );
        Diagnostic::warning(format!("{guardrail} On {target} {summary}"), detail)
    }

    async fn is_shown(&self) -> Result<bool, Diagnostics> {
        let (guardrail, target) = (self.attachment.guardrail(), self.attachment.target());
        match self.place.client.attached(&self.place.region, target).await {
            Ok(attached) => Ok(attached.is_some_and(|attached| holds(&attached, guardrail))),
            Err(error) => Err(explain(&self.place, self.tier, &error).await),
        }
    }

    async fn is_switched_off(&self) -> bool {
        let feature = self.place.client.feature(&self.place.region).await;
        matches!(feature, Ok(Feature::Off | Feature::NoOrganisation))
    }

    /// Explains why it could not be attached. Vendors document few of the codes, and use one for
    /// several things that are missing: the cloud is asked what there is.
    async fn why_not(&self, error: &Error) -> Diagnostics {
        let (guardrail, target) = (self.attachment.guardrail(), self.attachment.target());
        let is_off = self.tier == Tier::Organisation && self.is_switched_off().await;
        let attached = self.place.client.attached(&self.place.region, target).await;
        let problem = match (error.kind, attached) {
            _ if is_off => switched_off::<Client>(target),
            (Kind::NotFound, Ok(None)) => no_such_target(&self.place, target),
            (Kind::NotFound, Ok(Some(_))) => no_such_guardrail::<Client>(guardrail),
            (Kind::Quota | Kind::Conflict | Kind::Invalid | Kind::Other, Ok(Some(attached)))
                if error.kind == Kind::Quota || self.is_full(&attached) =>
            {
                let quota = Client::quota(self.tier);
                let there = attached.iter().filter(|policy| quota.counts(policy));
                let there = there.map(|policy| policy.name.clone()).collect();
                planning::too_many::<Client>(target, &quota, &Excess { there, more: 1 })
            }
            _ => return explain(&self.place, self.tier, error).await,
        };
        let detail = format!("{error}.\n\n{}", problem.detail);
        Diagnostic { detail, ..problem }.into()
    }

    fn is_full(&self, attached: &[Attached]) -> bool {
        let quota = Client::quota(self.tier);
        attached.iter().filter(|policy| quota.counts(policy)).count() >= quota.most
    }

    /// Explains why it could not be detached: maybe because it is the last.
    async fn why_not_detached(&self, error: &Error) -> Diagnostics {
        let target = self.attachment.target();
        let attached = self.place.client.attached(&self.place.region, target).await;
        let is_last = matches!(attached, Ok(Some(attached)) if attached.len() == 1);
        if !is_last || self.tier == Tier::Account {
            return explain(&self.place, self.tier, error).await;
        }
        let detail = format!(
            "{error}.\n\nIt is the last policy of {target}, and each root, folder (OU) and account keeps \
             one. Attach the vendor's policy that allows everything, which is there unless somebody \
             has taken it away, and run this again."
        );
        let summary = format!("{} Is The Last Policy Of {target}", self.attachment.guardrail());
        Diagnostic::error(summary, detail).into()
    }
}

fn no_such_guardrail<Client: Attaching>(guardrail: &str) -> Diagnostic {
    let detail = format!(
        "There is no guardrail `{guardrail}` in the account of these credentials. Take \
         `guardrail_id` from the guardrail's `id`, and check whose credentials these are."
    );
    let summary = format!("There Is No Guardrail {guardrail} On {}", Client::NAME);
    Diagnostic::error(summary, detail).at(Path::root("guardrail_id"))
}
