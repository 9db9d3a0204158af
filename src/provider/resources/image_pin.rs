//! `imageguard_image_pin`: holds on to an image until there is a reason to take another.
//!
//! Calls no cloud. When it moves is decided by `image::pin`; this file turns attributes into its
//! words and back, and is where the clock is looked at: never in a plan.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use super::image_pin_faults::{
    cannot_move, check_golden_ids, check_id, invalid_import_id, is_id, revoked,
};
use crate::{
    image::pin::{Decision, Held, Input, Soaked, Wanted, decide, soak_end},
    model,
    plugin::{
        Attr, Change, Context, Diagnostics, IdentityAttribute, Path, Progress, Resource, read_span,
        schema::{BOOL, STRING, Schema, computed, map, optional, set},
    },
    provider::{configure::Clouds, wording::rfc3339},
    span::Span,
};

/// The resource.
pub(super) struct ImagePin;

model! {
    /// Its attributes.
    #[derive(Clone, Default)]
    pub(super) struct ImagePinModel {
        candidate: Attr<String>,
        triggers: Attr<BTreeMap<String, Attr<String>>>,
        soak: Attr<String>,
        golden_ids: Attr<BTreeSet<String>>,
        image_id: Attr<String>,
        update_available: Attr<bool>,
        candidate_since: Attr<String>,
        pinned_at: Attr<String>,
    }
}

model! {
    /// Its identity.
    pub(super) struct ImagePinIdentity {
        image_id: Attr<String>,
    }
}

/// The key of the note that a soak is over.
const SOAK_OVER: &str = "soak_over";

/// The note itself, as it is kept beside the state.
#[derive(Deserialize, Serialize)]
struct Note {
    candidate: String,
    until: String,
}

impl Resource for ImagePin {
    type Client = Clouds;
    type Model = ImagePinModel;
    type Identity = ImagePinIdentity;

    fn type_name(&self) -> &'static str {
        "imageguard_image_pin"
    }

    fn schema(&self) -> Schema {
        Schema {
            version: 0,
            description: "Holds on to an image, so that a new golden one never replaces machines \
                by surprise. Machines take their image from `image_id`, which moves to `candidate` \
                only when `triggers` change, the soak is over, or the image is golden no more.",
            attributes: vec![
                optional(
                    "candidate",
                    STRING,
                    "The id of the image to move to, normally `data.imageguard_aws_image.x.id` or \
                     `data.imageguard_alicloud_image.x.id`. The first one is pinned at once; later \
                     ones wait for a reason to move. Null is an error only when the pin is created \
                     or should move.",
                ),
                optional(
                    "triggers",
                    map(STRING),
                    "Any values. When one of them changes, the pin moves to `candidate`.",
                ),
                optional(
                    "soak",
                    STRING,
                    "How long the same `candidate` has to stand before the pin moves to it, such \
                     as `7d` or `36h`, counted from `candidate_since`. Default: the pin never moves \
                     because of a candidate's age.",
                ),
                optional(
                    "golden_ids",
                    set(STRING),
                    "The ids of all images that are golden, normally \
                     `data.imageguard_aws_images.x.ids` or `data.imageguard_alicloud_images.x.ids`. \
                     A pinned image that is not among them counts as revoked, and the pin moves. \
                     Null says nothing about any image; an empty set is an error.",
                ),
                computed("image_id", STRING, "The pinned image: what machines start from."),
                computed(
                    "update_available",
                    BOOL,
                    "Whether there is a `candidate` that is not the pinned image.",
                ),
                computed(
                    "candidate_since",
                    STRING,
                    "When `candidate` was seen first, in RFC 3339, UTC; null without a candidate.",
                ),
                computed(
                    "pinned_at",
                    STRING,
                    "When the pin took its image, in RFC 3339, UTC. After an import it is the time \
                     of the first apply that changes the pin, and null until then.",
                ),
            ],
        }
    }

    fn identity_schema(&self) -> Vec<IdentityAttribute> {
        vec![IdentityAttribute {
            name: "image_id",
            ty: STRING,
            required: true,
            description: "The id of the image that was pinned first. It stays when the pin moves.",
        }]
    }

    fn identity(&self, state: &ImagePinModel) -> ImagePinIdentity {
        ImagePinIdentity { image_id: state.image_id.clone() }
    }

    fn notes(&self) -> &'static str {
        concat!(include_str!("image_pin_notes.md"), "\n", include_str!("image_pin_rolling_out.md"))
    }

    fn validate(&self, config: &ImagePinModel) -> Diagnostics {
        let mut problems = Diagnostics::new();
        if let Some(candidate) = config.candidate.known() {
            check_id(candidate, "candidate", &mut problems);
        }
        if let Some(soak) = config.soak.known() {
            read_span(soak, Path::root("soak"), &mut problems);
        }
        if let Some(ids) = config.golden_ids.known() {
            check_golden_ids(ids, &mut problems);
        }
        problems
    }

    async fn plan(
        &self,
        _clouds: &Clouds,
        change: &mut Change<ImagePinModel>,
        context: &Context,
    ) -> Result<(), Diagnostics> {
        let prior = change.prior.clone().unwrap_or_default();
        let held = change.prior.as_ref().map(|prior| prior.held(context.private(SOAK_OVER)));
        let wanted = change.planned.wanted();
        let decision = decide(held.as_ref(), &wanted)
            .map_err(|obstacle| cannot_move(prior.image_id.known(), obstacle))?;
        if let Some(held) = held.filter(|held| held.is_revoked(&wanted) == Input::Known(true)) {
            context.warn(revoked(&held));
        }
        change.planned.settle(&prior, decision);
        Ok(())
    }

    async fn create(
        &self,
        clouds: &Clouds,
        planned: ImagePinModel,
        _progress: &Progress<'_, ImagePinModel>,
    ) -> Result<ImagePinModel, Diagnostics> {
        Ok(planned.dated(clouds.now()))
    }

    /// Looks at the clock for the plan that follows.
    async fn read(
        &self,
        clouds: &Clouds,
        state: ImagePinModel,
        context: &Context,
    ) -> Result<Option<ImagePinModel>, Diagnostics> {
        match state.soaking().filter(|soaked| soaked.until <= clouds.now()) {
            Some(soaked) => context.keep_private(SOAK_OVER, &Note::of(soaked)),
            None => context.forget_private(SOAK_OVER),
        }
        Ok(Some(state))
    }

    async fn update(
        &self,
        clouds: &Clouds,
        _prior: ImagePinModel,
        planned: ImagePinModel,
        _progress: &Progress<'_, ImagePinModel>,
    ) -> Result<ImagePinModel, Diagnostics> {
        Ok(planned.dated(clouds.now()))
    }

    /// There is nothing but the state.
    async fn delete(
        &self,
        _clouds: &Clouds,
        _state: ImagePinModel,
        _progress: &Progress<'_, ImagePinModel>,
    ) -> Result<(), Diagnostics> {
        Ok(())
    }

    fn identity_from_id(&self, id: &str) -> Result<ImagePinIdentity, Diagnostics> {
        if !is_id(id) || id.contains('/') {
            return Err(invalid_import_id(id).into());
        }
        Ok(ImagePinIdentity { image_id: id.to_owned().into() })
    }

    async fn import(
        &self,
        _clouds: &Clouds,
        identity: ImagePinIdentity,
        _context: &Context,
    ) -> Result<ImagePinModel, Diagnostics> {
        let id = identity.image_id.into_known().unwrap_or_default();
        let ImagePinIdentity { image_id } = self.identity_from_id(&id)?;
        Ok(ImagePinModel { image_id, ..ImagePinModel::default() })
    }
}

impl ImagePinModel {
    /// Reads a state.
    fn held(&self, note: Option<Note>) -> Held {
        let triggers = self.triggers.known().map(|triggers| {
            let triggers = triggers.clone().into_iter();
            triggers.map(|(name, value)| (name, value.into_known())).collect()
        });
        Held {
            image: self.image_id.clone().into_known().unwrap_or_default(),
            // Import leaves this out, and every apply sets it.
            is_imported: self.pinned_at.is_null(),
            candidate: self.candidate.clone().into_known(),
            candidate_since: self.candidate_since(),
            soak: self.soak(),
            golden_ids: self.golden_ids.clone().into_known(),
            triggers,
            soaked: note.and_then(Note::read),
        }
    }

    /// Reads a configuration.
    fn wanted(&self) -> Wanted {
        let triggers = match self.triggers.clone() {
            Attr::Unknown => Input::Unknown,
            triggers => Input::Known(triggers.into_known().map(|triggers| {
                triggers.into_iter().map(|(name, value)| (name, input(value))).collect()
            })),
        };
        let soak = match &self.soak {
            Attr::Unknown => Input::Unknown,
            _ => Input::Known(self.soak()),
        };
        let (candidate, golden_ids) = (self.candidate.clone(), self.golden_ids.clone());
        Wanted { candidate: input(candidate), soak, golden_ids: input(golden_ids), triggers }
    }

    /// Plans the outcome of a decision. What the clock will say stays unknown.
    fn settle(&mut self, prior: &Self, decision: Decision) {
        let stays = decision == Decision::Stay;
        self.image_id = match decision {
            Decision::Wait => return *self = prior.clone(),
            Decision::Stay => prior.image_id.clone(),
            Decision::Move(Input::Known(image)) => image.into(),
            Decision::Move(Input::Unknown) | Decision::Open => Attr::Unknown,
        };
        self.pinned_at = match &prior.pinned_at {
            Attr::Known(instant) if stays => instant.clone().into(),
            _ => Attr::Unknown,
        };
        self.candidate_since = match &self.candidate {
            Attr::Null => Attr::Null,
            candidate if *candidate == prior.candidate => prior.candidate_since.clone(),
            _ => Attr::Unknown,
        };
        self.update_available = match (&self.candidate, &self.image_id) {
            (Attr::Null, _) => false.into(),
            (Attr::Known(candidate), Attr::Known(image)) => (candidate != image).into(),
            _ => Attr::Unknown,
        };
    }

    /// Fills in what the plan has left to the clock, in whole seconds.
    fn dated(mut self, now: OffsetDateTime) -> Self {
        let now = rfc3339(now.replace_nanosecond(0).unwrap_or(now));
        for instant in [&mut self.candidate_since, &mut self.pinned_at] {
            if instant.is_unknown() {
                *instant = now.clone().into();
            }
        }
        self
    }

    /// Returns the candidate and when its soak ends; none where nothing soaks.
    fn soaking(&self) -> Option<Soaked> {
        let candidate = self.candidate.known()?.clone();
        let until = soak_end(self.candidate_since()?, &self.soak()?)?;
        Some(Soaked { candidate, until })
    }

    fn soak(&self) -> Option<Span> {
        Span::parse(self.soak.known()?).ok()
    }

    fn candidate_since(&self) -> Option<OffsetDateTime> {
        OffsetDateTime::parse(self.candidate_since.known()?, &Rfc3339).ok()
    }
}

impl Note {
    fn of(Soaked { candidate, until }: Soaked) -> Self {
        Self { candidate, until: rfc3339(until).unwrap_or_default() }
    }

    fn read(self) -> Option<Soaked> {
        let until = OffsetDateTime::parse(&self.until, &Rfc3339).ok()?;
        Some(Soaked { candidate: self.candidate, until })
    }
}

fn input<T>(value: Attr<T>) -> Input<Option<T>> {
    match value {
        Attr::Unknown => Input::Unknown,
        value => Input::Known(value.into_known()),
    }
}
