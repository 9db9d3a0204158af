//! What an approval will be.
//!
//! No value depends on the clock: what a read has found out about the date is kept beside the
//! state, together with that date. The image is looked at for errors and warnings only.

use std::{collections::BTreeSet, time::Duration};

use super::{
    Approving, Freshness, OVER, Target,
    claims::Claims,
    held,
    model::{self, ACTIVE, ApprovalModel, EXPIRED},
    tags,
};
use crate::{
    image::{Image, TagRule},
    plugin::{Attr, Change, Context, Diagnostic, Diagnostics, Path},
    provider::{configure::Clouds, place::Place, rule_inputs::read_tags},
};

/// How often to look for an image before it counts as missing: one that was made a moment ago
/// may not be shown at once.
const LOOKS: u32 = 3;
const PAUSE: Duration = Duration::from_secs(1);

/// Refines a plan.
pub(super) async fn plan<Client: Approving>(
    clouds: &Clouds,
    change: &mut Change<ApprovalModel>,
    context: &Context,
) -> Result<(), Diagnostics> {
    plan_tags(golden_rule(clouds)?.as_deref(), change)?;
    let over: Option<String> = context.private(OVER);
    change.planned.status = status(&change.planned.expires_at, change.prior.as_ref(), over);
    let Some(place) = plan_place::<Client>(clouds, change).await? else { return Ok(()) };
    plan_account(&place, change).await?;
    if change.planned.image_id.known().is_none() || change.planned.is_expired() {
        return Ok(());
    }
    let target = Target::of(&place, &change.planned);
    Claims::plan(&clouds.claims, &target, &change.planned.known_tags())?;
    // The read has warned. No error here: a destruction plans the configuration, too.
    if !sets_tags(change) || clouds.claims.is_gone(&target) {
        return Ok(());
    }
    look_at_image(&place, change, context).await
}

/// Reads the provider block's rule; `None` while it is not known.
///
/// # Errors
///
/// There is none.
fn golden_rule(clouds: &Clouds) -> Result<Option<Vec<TagRule>>, Diagnostics> {
    match &clouds.golden_tags {
        Attr::Unknown => Ok(None),
        // The provider block has been validated; its faults are told there.
        Attr::Known(golden) => {
            Ok(Some(read_tags(golden, &Path::root("golden_tags"), &mut Diagnostics::new())))
        }
        Attr::Null => {
            let detail = "An approval makes an image golden, and nothing says what that means. \
                          Set `golden_tags` in the provider block, for instance `golden_tags = { \
                          status = [\"approved\"] }`.";
            Err(Diagnostic::error("No Golden Rule", detail).at(tags::root()).into())
        }
    }
}

/// Fills in tags that are left out, and refuses those that would not make the image golden.
fn plan_tags(
    golden: Option<&[TagRule]>,
    change: &mut Change<ApprovalModel>,
) -> Result<(), Diagnostics> {
    match (&change.config.tags, golden) {
        (Attr::Null, Some(golden)) => {
            change.planned.tags = model::attribute(tags::only_tags(golden)?);
        }
        (Attr::Null, None) => change.planned.tags = Attr::Unknown,
        (Attr::Known(configured), Some(golden)) => {
            tags::judge(configured, golden).or_value(())?;
        }
        (Attr::Known(_), None) | (Attr::Unknown, _) => {}
    }
    Ok(())
}

/// Decides whether the tags are to be on the image. A date that nobody has held against the
/// clock yet is left to the write, which may.
pub(super) fn status(
    expires_at: &Attr<String>,
    prior: Option<&ApprovalModel>,
    over: Option<String>,
) -> Attr<String> {
    let same = prior.filter(|prior| prior.expires_at == *expires_at && !prior.status.is_null());
    match (expires_at, same) {
        (Attr::Null, _) => ACTIVE.to_owned().into(),
        (Attr::Known(date), Some(prior)) => {
            let is_over = prior.is_expired() || over.as_ref() == Some(date);
            (if is_over { EXPIRED } else { ACTIVE }).to_owned().into()
        }
        (Attr::Known(_), None) | (Attr::Unknown, _) => Attr::Unknown,
    }
}

/// Finds the place and plans its region; `None` while it is not known.
async fn plan_place<Client: Approving>(
    clouds: &Clouds,
    change: &mut Change<ApprovalModel>,
) -> Result<Option<Place<Client>>, Diagnostics> {
    let (access, model) = (Client::access(clouds), &change.config.place);
    let is_unknown = access.is_unknown()
        || model.region.is_unknown()
        || model.assume_role_arn.is_unknown()
        || (model.region.is_null() && access.region_is_unknown());
    if is_unknown {
        return Ok(None);
    }
    let place = Place::find(access, model).await?;
    change.planned.place.region = place.region.clone().into();
    Ok(Some(place))
}

/// Plans another approval where another role works in another account: the tags there, and not
/// these, are then meant.
async fn plan_account<Client: Approving>(
    place: &Place<Client>,
    change: &mut Change<ApprovalModel>,
) -> Result<(), Diagnostics> {
    let Some(prior) = &change.prior else { return Ok(()) };
    let role = &change.planned.place.assume_role_arn;
    let Some(before) = prior.account_id.known().filter(|_| prior.place.assume_role_arn != *role)
    else {
        return Ok(());
    };
    match place.client.account(&place.region).await {
        Ok(account) if account != *before => {
            change.replaced_for.push(Path::root("assume_role_arn"));
            Ok(())
        }
        Ok(_) => Ok(()),
        Err(error) => Err(place.explain(&error).await),
    }
}

/// Tells whether the write will set a tag.
fn sets_tags(change: &Change<ApprovalModel>) -> bool {
    let is_the_same = |prior: &ApprovalModel| {
        prior.tags == change.planned.tags && prior.status == change.planned.status
    };
    !change.prior.as_ref().is_some_and(is_the_same)
}

/// Looks for what would make the write fail, and for what it would replace.
async fn look_at_image<Client: Approving>(
    place: &Place<Client>,
    change: &Change<ApprovalModel>,
    context: &Context,
) -> Result<(), Diagnostics> {
    let planned = &change.planned;
    let Some(image) = find(place, planned.image(), context).await? else {
        return Err(missing(place, planned.image()).into());
    };
    if let Some(problem) = untaggable(place, &image) {
        return Err(problem.into());
    }
    let keys: BTreeSet<&str> =
        planned.tags.known().into_iter().flatten().map(|(key, _)| key.as_str()).collect();
    let held = change.prior.as_ref().map(|prior| held(prior, context)).unwrap_or_default();
    let terms = &Client::TAGS;
    tags::judge_beside(&image.tags, &keys, &held, terms, planned.image()).or_value(())?;
    if change.prior.is_none() {
        warn_of_others(&image, planned, context);
    }
    Ok(())
}

async fn find<Client: Approving>(
    place: &Place<Client>,
    id: &str,
    context: &Context,
) -> Result<Option<Image>, Diagnostics> {
    let mut freshness = Freshness::Recent;
    for _ in 1..LOOKS {
        match place.client.image(&place.region, id, freshness).await {
            Ok(Some(image)) => return Ok(Some(image)),
            Ok(None) => context.pause(PAUSE).await?,
            Err(error) => return Err(super::explain(place, &error).await),
        }
        freshness = Freshness::Now;
    }
    match place.client.image(&place.region, id, freshness).await {
        Ok(image) => Ok(image),
        Err(error) => Err(super::explain(place, &error).await),
    }
}

/// Says that tags are there before the approval: somebody else's work, or an apply that was
/// cut off.
fn warn_of_others(image: &Image, planned: &ApprovalModel, context: &Context) {
    for (key, value) in planned.known_tags() {
        let Some(found) = image.tags.get(&key) else { continue };
        let becomes = match found == value {
            true => {
                "and would be the approval's from now on: destroying it removes the tag".to_owned()
            }
            false => format!("which the approval replaces with `{value}`"),
        };
        let detail = format!(
            "The tag `{key}` of {} is `{found}` already, {becomes}. If another approval has set it, \
             in this configuration or elsewhere, the two fight over it: keep one. If an apply was \
             cut off, go on.",
            image.id
        );
        let summary = format!("Image {} Has The Tag {key} Already", image.id);
        context.warn(Diagnostic::warning(summary, detail).at(tags::at(key)));
    }
}

/// Says why an image cannot be tagged from this place, if that is so.
pub(super) fn untaggable<Client: Approving>(
    place: &Place<Client>,
    image: &Image,
) -> Option<Diagnostic> {
    let detail = format!("{} in {place} {}", image.id, Client::obstacle(image)?);
    let problem = Diagnostic::error("Image Of Another Account", detail);
    Some(problem.at(Path::root("image_id")))
}

/// Says that there is no such image.
pub(super) fn missing<Client: Approving>(place: &Place<Client>, id: &str) -> Diagnostic {
    let detail = format!(
        "There is no image `{id}` in {place} that the credentials can see. Check id and region: \
         an image that was copied has another id in each region. An image of another account must \
         be shared with this one."
    );
    let summary = format!("No Such Image On {}", Client::NAME);
    Diagnostic::error(summary, detail).at(Path::root("image_id"))
}
