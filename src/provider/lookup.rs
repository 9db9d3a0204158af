//! Lookups: ask, select, and, for just one image, ask again only to explain a failure.

use std::{collections::BTreeMap, sync::Arc};

use time::OffsetDateTime;

use super::catalogue::Catalogue;
use crate::{
    cloud::{Error, Listing},
    image::{Funnel, Image, Rule, select},
};

/// How many images are looked at to explain why there is no golden one.
pub(super) const MOST_EXPLAINED: usize = 2_000;

/// What a lookup found.
#[derive(Debug)]
pub(super) enum Outcome {
    /// At least one golden image.
    Found(Golden),
    /// No golden image.
    Missing(Explanation),
}

/// Golden images.
#[derive(Debug)]
pub(super) struct Golden {
    /// The images, newest first, and by id where they are equally old.
    pub(super) images: Vec<Image>,
    /// How many images the vendor returned.
    pub(super) scanned: usize,
    /// Whether these were all that there are.
    pub(super) is_complete: bool,
}

/// Why there is no golden image.
#[derive(Debug)]
pub(super) struct Explanation {
    /// How the images thinned out.
    pub(super) funnel: Funnel,
    /// Whether all images were looked at.
    pub(super) is_complete: bool,
    /// Why they could not be looked at; then only those with the tags were.
    pub(super) failure: Option<Error>,
    /// Those that came closest, best first.
    pub(super) near_misses: Vec<NearMiss>,
}

/// An image that lost, and why.
#[derive(Debug)]
pub(super) struct NearMiss {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) created_at: Option<OffsetDateTime>,
    /// What it lacks: code and part of a sentence.
    pub(super) reasons: Vec<(&'static str, String)>,
}

/// Lists all golden images, asking the vendor with owner, state and tags.
pub(super) async fn list(
    catalogue: &impl Catalogue,
    rule: &Rule,
    now: OffsetDateTime,
) -> Result<Golden, Error> {
    let candidates = catalogue.candidates(rule).await?;
    Ok(golden(&candidates, rule, now))
}

/// Looks for golden images, and for the reasons why there is none.
///
/// The first listing asks the vendor with owner, state and tags, and is judged
/// again here. Only if nothing survives, a second listing without them tells
/// why. A golden image that only the second one shows counts if that listing is
/// complete: the vendor's tag search may lag behind.
pub(super) async fn look_up(
    catalogue: &impl Catalogue,
    rule: &Rule,
    now: OffsetDateTime,
) -> Result<Outcome, Error> {
    let candidates = catalogue.candidates(rule).await?;
    if let Some(found) = found(&candidates, rule, now) {
        return Ok(found);
    }
    let (listings, failure) = match catalogue.everything(rule, MOST_EXPLAINED).await {
        Ok(everything) => (everything, None),
        Err(error) => (candidates, Some(error)),
    };
    let is_complete = listings.iter().all(|listing| listing.is_complete);
    if is_complete && let Some(found) = found(&listings, rule, now) {
        return Ok(found);
    }
    let explanation = explain(&listings, rule, now);
    Ok(Outcome::Missing(Explanation { is_complete, failure, ..explanation }))
}

fn found(listings: &[Arc<Listing<Image>>], rule: &Rule, now: OffsetDateTime) -> Option<Outcome> {
    let golden = golden(listings, rule, now);
    (!golden.images.is_empty()).then_some(Outcome::Found(golden))
}

fn golden(listings: &[Arc<Listing<Image>>], rule: &Rule, now: OffsetDateTime) -> Golden {
    let selection = select(distinct(listings), rule, now);
    Golden {
        images: selection.golden.into_iter().cloned().collect(),
        scanned: selection.funnel.scanned,
        is_complete: listings.iter().all(|listing| listing.is_complete),
    }
}

fn explain(listings: &[Arc<Listing<Image>>], rule: &Rule, now: OffsetDateTime) -> Explanation {
    let selection = select(distinct(listings), rule, now);
    let near_misses = selection.losers.iter().map(|loser| NearMiss {
        id: loser.image.id.to_string(),
        name: loser.image.name.to_string(),
        created_at: loser.image.created_at,
        reasons: loser.reasons.iter().map(|why| (why.code(), why.to_string())).collect(),
    });
    Explanation {
        funnel: selection.funnel,
        is_complete: false,
        failure: None,
        near_misses: near_misses.collect(),
    }
}

/// Each image once: an image can be in several listings, and the first counts,
/// because those of the caller itself come first and know that it is the owner.
fn distinct(listings: &[Arc<Listing<Image>>]) -> impl Iterator<Item = &Image> {
    let mut images = BTreeMap::new();
    for image in listings.iter().flat_map(|listing| &listing.items) {
        images.entry(&*image.id).or_insert(image);
    }
    images.into_values()
}
