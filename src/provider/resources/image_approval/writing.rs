//! Setting and removing the tags of an approval.
//!
//! After each call it is noted what the approval holds by then. Nothing is done until the cloud
//! has said in which account that would be.

use std::time::Duration;

use super::{
    Approving, Freshness, HELD, OVER, Target, check_account, explain, held,
    model::{ACTIVE, ApprovalModel, EXPIRED, TagMap},
    reading::is_over,
    tags::{at, folded},
};
use crate::{
    cloud::Kind,
    plugin::{Context, Diagnostic, Diagnostics, Path, Progress},
    provider::{configure::Clouds, place::Place, wording::indented},
};

/// How long to wait before the tags are looked at again, at first and at most.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// One approval that is being written.
struct Writing<'a, Client> {
    place: Place<Client>,
    id: &'a str,
    progress: &'a Progress<'a, ApprovalModel>,
    /// What the approval has set so far, and not removed.
    held: TagMap,
}

/// Approves an image.
pub(super) async fn create<Client: Approving>(
    clouds: &Clouds,
    planned: ApprovalModel,
    progress: &Progress<'_, ApprovalModel>,
) -> Result<ApprovalModel, Diagnostics> {
    let place = Place::find(Client::access(clouds), &planned.place).await?;
    let account = check_account(&place, None).await?;
    let target = Target::in_account(&place, account.clone(), &planned);
    let approval =
        settled(ApprovalModel { account_id: account.into(), ..planned }, clouds, progress);
    let tags = wanted(&approval);
    let turn = clouds.claims.turn(&target).await;
    let taken = clouds.claims.create(&target, &tags);
    if !taken.is_empty() {
        return Err(taken_by_another(&target.image_id, &taken));
    }
    let id = approval.image();
    let mut writing = Writing { place, id, progress, held: TagMap::new() };
    writing.keep();
    let outcome = writing.set(&tags, &approval).await;
    if writing.held.is_empty() {
        clouds.claims.give_back(&target, &tags);
    }
    outcome?;
    drop(turn);
    writing.wait_until_visible(&tags).await?;
    Ok(approval)
}

/// Changes the tags, or removes them because the time is over.
pub(super) async fn update<Client: Approving>(
    clouds: &Clouds,
    prior: ApprovalModel,
    planned: ApprovalModel,
    progress: &Progress<'_, ApprovalModel>,
) -> Result<ApprovalModel, Diagnostics> {
    let held = held(&prior, progress);
    let approval = settled(planned, clouds, progress);
    let wanted = wanted(&approval);
    let there = if prior.is_expired() { TagMap::new() } else { prior.known_tags() };
    let news: TagMap = difference(&wanted, |key, value| there.get(key) != Some(value));
    let olds: TagMap = difference(&held, |key, _| !wanted.contains_key(key));
    if news.is_empty() && olds.is_empty() {
        return Ok(approval);
    }
    let place = Place::find(Client::access(clouds), &approval.place).await?;
    check_account(&place, approval.account_id.known()).await?;
    let id = approval.image();
    let mut writing = Writing { place, id, progress, held };
    // The new ones first, so that the image is golden all the time; but some vendors do not take
    // a key beside one that differs in case only.
    let (clashing, other): (TagMap, TagMap) =
        olds.into_iter().partition(|(key, _)| news.keys().any(|new| folded(new) == folded(key)));
    writing.remove(&clashing).await?;
    writing.set(&news, &approval).await?;
    writing.remove(&other).await?;
    writing.wait_until_visible(&wanted).await?;
    Ok(approval)
}

/// Removes what is still the approval's own.
pub(super) async fn delete<Client: Approving>(
    clouds: &Clouds,
    state: ApprovalModel,
    progress: &Progress<'_, ApprovalModel>,
) -> Result<(), Diagnostics> {
    if state.is_expired() {
        return Ok(());
    }
    let held = held(&state, progress);
    let place = Place::find(Client::access(clouds), &state.place).await?;
    let account = check_account(&place, state.account_id.known()).await?;
    let target = Target::in_account(&place, account, &state);
    let _turn = clouds.claims.turn(&target).await;
    let tags = difference(&held, |key, _| !clouds.claims.is_created(&target, key));
    Writing { place, id: state.image(), progress, held }.remove(&tags).await
}

impl<Client: Approving> Writing<'_, Client> {
    /// Sets tags. Where no answer came back, the image tells whether they are set.
    async fn set(&mut self, tags: &TagMap, approval: &ApprovalModel) -> Result<(), Diagnostics> {
        if tags.is_empty() {
            return Ok(());
        }
        self.progress.go_on()?;
        let outcome = self.place.client.set(&self.place.region, self.id, tags).await;
        match outcome {
            Err(error) if !error.leaves_in_doubt() => {
                return Err(explain(&self.place, &error).await);
            }
            _ => {}
        }
        self.held.extend(tags.clone());
        self.keep();
        self.progress.record(approval.clone());
        match outcome {
            Err(error) if !self.unseen(tags).await?.is_empty() => {
                Err(explain(&self.place, &error).await)
            }
            _ => Ok(()),
        }
    }

    /// Removes tags where they still have these values; an image that is gone has none.
    async fn remove(&mut self, tags: &TagMap) -> Result<(), Diagnostics> {
        if tags.is_empty() {
            return Ok(());
        }
        self.progress.go_on()?;
        match self.place.client.remove(&self.place.region, self.id, tags).await {
            Err(error) if error.kind != Kind::NotFound => Err(explain(&self.place, &error).await),
            _ => {
                self.held.retain(|key, _| !tags.contains_key(key));
                self.keep();
                Ok(())
            }
        }
    }

    /// Waits until everybody who asks is shown the tags.
    async fn wait_until_visible(&self, tags: &TagMap) -> Result<(), Diagnostics> {
        let mut pause = FIRST_PAUSE;
        loop {
            let unseen = self.unseen(tags).await?;
            if unseen.is_empty() {
                return Ok(());
            }
            if let Err(mut problems) = self.progress.pause(pause).await {
                problems.push(self.not_shown(&unseen));
                return Err(problems);
            }
            pause = (2 * pause).min(LONGEST_PAUSE);
        }
    }

    /// Lists the tags that the image does not show, in words.
    async fn unseen(&self, tags: &TagMap) -> Result<Vec<String>, Diagnostics> {
        if tags.is_empty() {
            return Ok(Vec::new());
        }
        let image = self.place.client.image(&self.place.region, self.id, Freshness::Now).await;
        let image = match image {
            Ok(image) => image,
            Err(error) => return Err(explain(&self.place, &error).await),
        };
        let line = |(key, value): (&String, &String)| match image
            .as_ref()
            .and_then(|image| image.tags.get(key))
        {
            Some(shown) if shown == value => None,
            Some(shown) => Some(format!("`{key}` is `{shown}`, not `{value}`")),
            None => Some(format!("`{key}` is not there")),
        };
        Ok(tags.iter().filter_map(line).collect())
    }

    /// Says what was waited for in vain: older tags, or those of somebody else.
    fn not_shown(&self, unseen: &[String]) -> Diagnostic {
        let detail = format!(
            "The tags of {} are set, but in {} it is shown without them:\n{}\nEither the cloud still \
             shows older ones, or somebody else has changed them since, perhaps an approval of the \
             same image under another provider block or in another configuration: keep one of them.",
            self.id,
            self.place,
            indented(&unseen.join("\n"))
        );
        Diagnostic::error("Tags Are Not Shown", detail).at(Path::root("tags"))
    }

    fn keep(&self) {
        self.progress.keep_private(HELD, &self.held);
    }
}

/// Decides by the clock what the plan has left open, and says so if the time is over already.
fn settled(planned: ApprovalModel, clouds: &Clouds, context: &Context) -> ApprovalModel {
    if !planned.status.is_unknown() {
        return planned;
    }
    let Some(date) = planned.expires_at.known().filter(|date| is_over(date, clouds.now())) else {
        return ApprovalModel { status: ACTIVE.to_owned().into(), ..planned };
    };
    let detail = format!(
        "`expires_at` of the approval of {} is over: {date}. The image is not approved, and has none \
         of these tags from here. Move the date, leave it out, or remove the approval.",
        planned.image()
    );
    let summary = format!("Approval Of {} Has Expired", planned.image());
    context.warn(Diagnostic::warning(summary, detail).at(Path::root("expires_at")));
    context.keep_private(OVER, date);
    ApprovalModel { status: EXPIRED.to_owned().into(), ..planned }
}

/// Returns the tags that the image is to have.
fn wanted(approval: &ApprovalModel) -> TagMap {
    if approval.is_expired() { TagMap::new() } else { approval.known_tags() }
}

fn difference(tags: &TagMap, is_meant: impl Fn(&str, &String) -> bool) -> TagMap {
    let meant = tags.iter().filter(|(key, value)| is_meant(key, value));
    meant.map(|(key, value)| (key.clone(), value.clone())).collect()
}

fn taken_by_another(image: &str, keys: &[String]) -> Diagnostics {
    let problems = keys.iter().map(|key| {
        let detail = format!(
            "Another approval of {image} in this configuration has set the tag `{key}` a moment \
             ago. Each would undo the other when it goes. Keep one of them, and remove this one \
             from the configuration."
        );
        Diagnostic::error("Two Approvals Of One Image", detail).at(at(key.clone()))
    });
    let mut all = Diagnostics::new();
    problems.for_each(|problem| all.push(problem));
    all
}
