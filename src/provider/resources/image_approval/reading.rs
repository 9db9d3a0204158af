//! What has become of an approval, and approvals that Terraform does not know yet.

use std::collections::BTreeMap;

use time::OffsetDateTime;

use super::{
    Approving, Freshness, HELD, OVER, Target, check_account, explain, held, malformed_id,
    model::{self, ACTIVE, ApprovalIdentity, ApprovalModel, TagMap},
    planning::{missing, untaggable},
};
use crate::{
    cloud::is_region_name,
    image::{Image, TagRule},
    plugin::{Attr, Context, Diagnostic, Diagnostics, Path},
    provider::{
        configure::Clouds,
        place::{Place, PlaceModel},
        rule_inputs::{read_instant, read_tags},
        wording::indented,
    },
};

/// Reads the tags again; `None` when the image is gone.
pub(super) async fn read<Client: Approving>(
    clouds: &Clouds,
    mut state: ApprovalModel,
    context: &Context,
) -> Result<Option<ApprovalModel>, Diagnostics> {
    let place = Place::find(Client::access(clouds), &state.place).await?;
    let image = place.client.image(&place.region, state.image(), Freshness::Recent).await;
    let image = match image {
        Ok(image) => image.filter(|image| Client::obstacle(image).is_none()),
        Err(error) => return Err(explain(&place, &error).await),
    };
    let Some(image) = image else {
        // To credentials of another account everything is gone.
        check_account(&place, state.account_id.known()).await?;
        context.warn(gone(&place, state.image()));
        clouds.claims.note_gone(Target::of(&place, &state));
        return Ok(None);
    };
    // Whoever sets the tags of an expired approval again approves the image themselves.
    if state.is_expired() {
        return Ok(Some(state));
    }
    let held = held(&state, context);
    let found = held.keys().filter_map(|key| Some((key.clone(), image.tags.get(key)?.to_owned())));
    let found: TagMap = found.collect();
    if found != held {
        // Credentials of another account may be shown the image, without these tags.
        check_account(&place, state.account_id.known()).await?;
        context.warn(drift(&place, &image, &held, &found, clouds));
    }
    state.tags = model::attribute(found);
    mark_end(&place, &state, clouds.now(), context);
    Ok(Some(state))
}

/// Notes beside the state whether the date is over: plans have no clock.
fn mark_end<Client: Approving>(
    place: &Place<Client>,
    state: &ApprovalModel,
    now: OffsetDateTime,
    context: &Context,
) {
    match state.expires_at.known().filter(|text| is_over(text, now)) {
        None => context.forget_private(OVER),
        Some(date) => {
            context.keep_private(OVER, date);
            let detail = format!(
                "The approval of {} in {place} ended at {date}. The tags are still there, so that \
                 the image still counts as golden: the next apply removes them. To go on, move \
                 `expires_at` or leave it out.",
                state.image()
            );
            let summary = format!("Approval Of {} Has Expired", state.image());
            context.warn(Diagnostic::warning(summary, detail).at(Path::root("expires_at")));
        }
    }
}

/// Tells whether a date is over; one that cannot be read never is.
pub(super) fn is_over(text: &str, now: OffsetDateTime) -> bool {
    let mut problems = Diagnostics::new();
    read_instant(text, Path::root("expires_at"), &mut problems).is_some_and(|end| end <= now)
}

fn gone<Client: Approving>(place: &Place<Client>, id: &str) -> Diagnostic {
    let detail = format!(
        "The image {id} is not there any more in {place}, or not shown to this account: \
         there is nothing left to approve, and an apply that tries fails. Take the approval out of \
         the configuration, or approve another image."
    );
    Diagnostic::warning(format!("Approved Image {id} Is Gone"), detail)
}

/// Says in words what has become of the tags, and what that means.
fn drift<Client: Approving>(
    place: &Place<Client>,
    image: &Image,
    held: &TagMap,
    found: &TagMap,
    clouds: &Clouds,
) -> Diagnostic {
    let line = |(key, value): (&String, &String)| match found.get(key) {
        Some(now) if now == value => None,
        Some(now) => Some(format!("the tag `{key}` is `{now}` now; the approval set `{value}`")),
        None => Some(format!("the tag `{key}` is gone; the approval set `{value}`")),
    };
    let lines: Vec<_> = held.iter().filter_map(line).collect();
    let golden = clouds.golden_tags.known().map(|tags| {
        let rules = read_tags(tags, &Path::root("golden_tags"), &mut Diagnostics::new());
        rules
            .iter()
            .all(|rule: &TagRule| image.tags.get(&rule.key).is_some_and(|it| rule.admits(it)))
    });
    let meaning = match golden {
        Some(true) => "Its tags still satisfy `golden_tags`.",
        Some(false) => "Its tags do not satisfy `golden_tags` any more: it is not golden now.",
        None => "",
    };
    let detail = format!(
        "Somebody else has changed the tags of {} in {place}:\n{}\n{meaning}\nAn apply sets \
         again what is configured. To let it be, take the key out of `tags`, or the approval out of \
         the configuration: a value that is not the approval's own stays.",
        image.id,
        indented(&lines.join("\n"))
    );
    Diagnostic::warning(format!("Approval Of {} Was Changed", image.id), detail)
}

/// Reads `REGION/IMAGE_ID`.
pub(super) fn identity_from_id<Client: Approving>(
    id: &str,
) -> Result<ApprovalIdentity, Diagnostics> {
    let parts = id.split_once('/');
    let is_sound = |(region, image): &(&str, &str)| {
        is_region_name(region) && (Client::IMAGES.is_image_id)(image)
    };
    match parts.filter(is_sound) {
        Some((region, image)) => Ok(ApprovalIdentity {
            account_id: Attr::Null,
            region: region.to_owned().into(),
            image_id: image.to_owned().into(),
        }),
        None => {
            let detail = format!(
                "`{}` does not name an image in a region. Write it as `REGION/IMAGE_ID`, for \
                 instance `{}/{}`.",
                id.escape_debug(),
                Client::EXAMPLE_REGION,
                Client::IMAGES.example_image
            );
            Err(Diagnostic::error("Invalid Import Id", detail).into())
        }
    }
}

/// Takes over the tags of an image that the golden rule is about.
pub(super) async fn import<Client: Approving>(
    clouds: &Clouds,
    identity: ApprovalIdentity,
    context: &Context,
) -> Result<ApprovalModel, Diagnostics> {
    let id = identity.image_id.known().cloned().unwrap_or_default();
    if !(Client::IMAGES.is_image_id)(&id) {
        return Err(malformed_id::<Client>(&id).into());
    }
    let region = identity.region.clone();
    let place = PlaceModel { region: region.clone(), assume_role_arn: Attr::Null };
    let place = Place::find(Client::access(clouds), &place).await?;
    let account = check_account(&place, identity.account_id.known()).await?;
    let image = match place.client.image(&place.region, &id, Freshness::Recent).await {
        Ok(Some(image)) => image,
        Ok(None) => return Err(missing(&place, &id).into()),
        Err(error) => return Err(explain(&place, &error).await),
    };
    if let Some(problem) = untaggable(&place, &image) {
        return Err(problem.into());
    }
    let tags = golden_tags(&image, clouds, &place)?;
    context.keep_private(HELD, &tags);
    Ok(ApprovalModel {
        image_id: id.into(),
        tags: model::attribute(tags),
        expires_at: Attr::Null,
        status: ACTIVE.to_owned().into(),
        account_id: account.into(),
        timeouts: Attr::Null,
        place: PlaceModel { region, assume_role_arn: Attr::Null },
    })
}

/// Returns the tags that the golden rule is about.
///
/// # Errors
///
/// There is no rule, or the image has none of them.
fn golden_tags<Client: Approving>(
    image: &Image,
    clouds: &Clouds,
    place: &Place<Client>,
) -> Result<TagMap, Diagnostics> {
    let Some(golden) = clouds.golden_tags.known() else {
        let detail = "An import takes the tags that `golden_tags` of the provider block is about, \
                      and it is not set, or not known yet. Set it first.";
        return Err(Diagnostic::error("No Golden Rule", detail).into());
    };
    let tags = golden.keys().filter_map(|key| Some((key.clone(), image.tags.get(key)?.to_owned())));
    let tags: BTreeMap<_, _> = tags.collect();
    if tags.is_empty() {
        let keys: Vec<_> = golden.keys().map(|key| format!("`{key}`")).collect();
        let detail = format!(
            "{} in {place} has none of the tags that `golden_tags` is about: {}. There is no \
             approval to import; an apply makes one.",
            image.id,
            keys.join(", ")
        );
        return Err(Diagnostic::error("Nothing To Import", detail).into());
    }
    Ok(tags)
}
