//! What the singular lookups of both clouds have in common besides the rule.

use std::collections::BTreeMap;

use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use crate::{
    cloud::Error,
    image::{Deprecation, Image, Rule},
    model,
    plugin::{
        Attr, Context, Diagnostic, Diagnostics, Path,
        schema::{
            Attribute, BOOL, NUMBER, Nesting, Presence, STRING, computed, list, map, nested,
            optional,
        },
    },
    provider::{
        catalogue::Catalogue,
        configure::Access,
        lookup::{Explanation, MOST_EXPLAINED, NearMiss, Outcome, look_up},
        place::{Cloud, Place},
    },
};

/// How many near misses an error shows.
const MOST_SHOWN: usize = 3;
/// How many images an ambiguous lookup lists.
const MOST_LISTED: usize = 20;

model! {
    /// Switches and results of a singular lookup.
    #[derive(Default)]
    pub(super) struct OutcomeModel {
        pub(super) most_recent: Attr<bool>,
        pub(super) on_missing: Attr<String>,
        pub(super) id: Attr<String>,
        pub(super) name: Attr<String>,
        pub(super) description: Attr<String>,
        pub(super) owner_id: Attr<String>,
        pub(super) created_at: Attr<String>,
        pub(super) deprecated: Attr<bool>,
        pub(super) deprecated_at: Attr<String>,
        pub(super) image_tags: Attr<BTreeMap<String, String>>,
        pub(super) root_device_name: Attr<String>,
        pub(super) root_device_size_gib: Attr<i64>,
        pub(super) root_snapshot_id: Attr<String>,
        pub(super) scanned: Attr<i64>,
        pub(super) matched: Attr<i64>,
        pub(super) near_misses: Attr<Vec<NearMissModel>>,
    }
}

model! {
    /// An image that came close.
    pub(super) struct NearMissModel {
        pub(super) id: Attr<String>,
        pub(super) name: Attr<String>,
        pub(super) created_at: Attr<String>,
        pub(super) reasons: Attr<Vec<String>>,
    }
}

/// What the pages of both lookups say besides the schema.
pub(super) const NOTES: &str = include_str!("image_notes.md");

/// Describes the switches.
pub(super) fn switches() -> Vec<Attribute> {
    vec![
        optional(
            "most_recent",
            BOOL,
            "Whether to take the newest of several golden images (the lowest id where two are \
             equally old). Default `true`; with `false` more than one is an error that lists them.",
        ),
        optional(
            "on_missing",
            STRING,
            "What to do when no image is golden: `\"error\"` (the default) stops the run and says \
             why; `\"null\"` goes on with `id` null.",
        ),
    ]
}

/// Describes the results.
pub(super) fn results() -> Vec<Attribute> {
    vec![
        computed("id", STRING, "The id of the golden image; null if there is none."),
        computed("name", STRING, "Its name."),
        computed("description", STRING, "Its description; may be empty."),
        computed(
            "owner_id",
            STRING,
            "The account id of its owner; null if the cloud does not tell.",
        ),
        computed("created_at", STRING, "When it was created, in RFC 3339, UTC."),
        computed("deprecated", BOOL, "Whether it is deprecated, judged at `as_of` or now."),
        computed(
            "deprecated_at",
            STRING,
            "When it is or was to be deprecated, in RFC 3339; null without such a date, and \
             always null on Alibaba Cloud, which tells no date.",
        ),
        computed("image_tags", map(STRING), "All its tags that the caller can see."),
        computed(
            "root_device_name",
            STRING,
            "The root device, such as `/dev/xvda`; null if not told.",
        ),
        computed(
            "root_device_size_gib",
            NUMBER,
            "The size of the root disk, in GiB; null if not told.",
        ),
        computed(
            "root_snapshot_id",
            STRING,
            "The snapshot that the root disk is made from; null if not told.",
        ),
        computed("scanned", NUMBER, "How many images the cloud returned."),
        computed("matched", NUMBER, "How many of them are golden."),
        nested(
            "near_misses",
            Nesting::List,
            Presence::Computed,
            "The images that came closest, best first, at most ten; empty when one was found.",
            vec![
                computed("id", STRING, "The image's id."),
                computed("name", STRING, "Its name."),
                computed(
                    "created_at",
                    STRING,
                    "When it was created, in RFC 3339; null if not told.",
                ),
                computed("reasons", list(STRING), "Codes of what it lacks; see below."),
            ],
        ),
    ]
}

/// A singular lookup: where, and for what.
pub(super) struct Lookup<'a, Client> {
    pub(super) access: &'a Access<Client>,
    pub(super) region: &'a Attr<String>,
    pub(super) rule: &'a Rule,
}

impl<'a, Client: Cloud> Lookup<'a, Client>
where
    Place<'a, Client>: Catalogue,
{
    /// Looks the image up, fills in the results and returns it.
    pub(super) async fn run(
        &self,
        now: OffsetDateTime,
        model: &mut OutcomeModel,
        context: &Context,
    ) -> Result<Option<Image>, Diagnostics> {
        let place = Place::find(self.access, self.region).await?;
        match look_up(&place, self.rule, now).await {
            Ok(outcome) => model.settle(outcome, self.rule, now, &place.to_string(), context),
            Err(error) => Err(place.explain(&error).await),
        }
    }
}

impl OutcomeModel {
    /// Finds fault with the switches.
    pub(super) fn validate(&self) -> Diagnostics {
        match self.on_missing.known().map(String::as_str) {
            None | Some("error" | "null") => Diagnostics::new(),
            Some(other) => {
                let detail =
                    format!("`{other}` is no way to go on. Write `\"error\"` or `\"null\"`.");
                let path = Path::root("on_missing");
                Diagnostic::error("Invalid Value", detail).at(path).into()
            }
        }
    }

    /// Turns an outcome into results, and returns the image that was chosen.
    ///
    /// # Errors
    ///
    /// No golden image, or several where only one may be; depends on the switches.
    fn settle(
        &mut self,
        outcome: Outcome,
        rule: &Rule,
        now: OffsetDateTime,
        place: &str,
        context: &Context,
    ) -> Result<Option<Image>, Diagnostics> {
        match outcome {
            Outcome::Found { golden, .. }
                if golden.len() > 1 && self.most_recent.known() == Some(&false) =>
            {
                Err(ambiguous(&golden, rule, place).into())
            }
            Outcome::Found { golden, scanned, is_complete } => {
                if !is_complete {
                    context.warn(incomplete(&golden, scanned, place));
                }
                self.scanned = count(scanned);
                self.matched = count(golden.len());
                self.near_misses = Vec::new().into();
                let chosen = golden.into_iter().next();
                if let Some(image) = &chosen {
                    self.tell(image, rule.as_of.unwrap_or(now));
                }
                Ok(chosen)
            }
            Outcome::Missing(why) if self.on_missing.known().is_some_and(|on| on == "null") => {
                if let Some(error) = &why.failure {
                    context.warn(unexplained(error, place));
                }
                self.scanned = count(why.funnel.scanned);
                self.matched = count(0);
                let models = why.near_misses.into_iter().map(NearMissModel::from);
                self.near_misses = models.collect::<Vec<_>>().into();
                Ok(None)
            }
            Outcome::Missing(why) => Err(missing(&why, rule, place).into()),
        }
    }

    fn tell(&mut self, image: &Image, instant: OffsetDateTime) {
        let deprecated_at = match image.deprecation {
            Deprecation::At(date) => Some(date),
            Deprecation::Now | Deprecation::None => None,
        };
        self.id = image.id.to_string().into();
        self.name = image.name.to_string().into();
        self.description = image.description.to_string().into();
        self.owner_id = Some(image.owner.id.to_string()).filter(|id| !id.is_empty()).into();
        self.created_at = image.created_at.and_then(rfc3339).into();
        self.deprecated = (image.deprecation == Deprecation::Now
            || deprecated_at.is_some_and(|date| date <= instant))
        .into();
        self.deprecated_at = deprecated_at.and_then(rfc3339).into();
        let tags = image.tags.iter().map(|(key, value)| (key.to_owned(), value.to_owned()));
        self.image_tags = tags.collect::<BTreeMap<_, _>>().into();
        self.root_device_name = image.root_device_name.as_deref().map(str::to_owned).into();
        self.root_device_size_gib = image.root_device_size_gib.map(i64::from).into();
        self.root_snapshot_id = image.root_snapshot_id.as_deref().map(str::to_owned).into();
    }
}

impl From<NearMiss> for NearMissModel {
    fn from(near_miss: NearMiss) -> Self {
        let codes = near_miss.reasons.into_iter().map(|(code, _)| code.to_owned());
        Self {
            id: near_miss.id.into(),
            name: near_miss.name.into(),
            created_at: near_miss.created_at.and_then(rfc3339).into(),
            reasons: codes.collect::<Vec<_>>().into(),
        }
    }
}

fn ambiguous(golden: &[Image], rule: &Rule, place: &str) -> Diagnostic {
    let lines: Vec<_> = golden
        .iter()
        .take(MOST_LISTED)
        .map(|image| format!("  {} {} created {}", image.id, image.name, created(image.created_at)))
        .collect();
    let more = golden.len().saturating_sub(MOST_LISTED);
    let more = if more > 0 { format!("\n  and {more} more") } else { String::new() };
    let detail = format!(
        "{} images in {place} satisfy the rule, but `most_recent` is false, so there may be one \
         only:\n{}{more}\n\nThe rule:\n{}\n\nNarrow the rule, or set `most_recent = true` to take \
         the first of them.",
        golden.len(),
        lines.join("\n"),
        indented(&rule.to_string())
    );
    Diagnostic::error("More Than One Golden Image", detail)
}

fn missing(why: &Explanation, rule: &Rule, place: &str) -> Diagnostic {
    let detail = format!(
        "No image in {place} satisfies the rule:\n{}\n\nOf the images there, this many were left \
         after each part of the rule:\n  {}\n\n{}",
        indented(&rule.to_string()),
        why.funnel,
        next_step(why)
    );
    Diagnostic::error("No Golden Image", detail)
}

/// Says what speaks most for what went wrong.
fn next_step(why: &Explanation) -> String {
    if let Some(error) = &why.failure {
        return format!(
            "Only images with the tags were asked for, because the listing that would tell more \
             did not work: {error}."
        );
    }
    if why.funnel.age > 0 {
        return "Some images seem to satisfy the rule, but the cloud's search by tags does not \
                find them yet. Run again in a minute."
            .to_owned();
    }
    if why.funnel.scanned == 0 {
        return "There is no image at all to choose from. Check `region` and `owners`, and publish \
                an approved image there."
            .to_owned();
    }
    let lines: Vec<_> = why.near_misses.iter().take(MOST_SHOWN).map(near_miss_line).collect();
    let cut = if why.is_complete {
        String::new()
    } else {
        format!("\n(Stopped after {MOST_EXPLAINED} images of an owner; there are more.)")
    };
    format!(
        "Closest:\n{}{cut}\n\nApprove one of them, publish a new image, or correct the rule.",
        lines.join("\n")
    )
}

fn incomplete(golden: &[Image], scanned: usize, place: &str) -> Diagnostic {
    let chosen = golden.first().map_or("", |image| &image.id);
    let detail = format!(
        "The cloud returned {scanned} images in {place}, and says that there are more, or changed \
         its mind while they were read. A newer golden image may be among the missing ones. Run \
         again when nobody is publishing or deleting images."
    );
    Diagnostic::warning(format!("Incomplete List Of Images Behind {chosen}"), detail)
}

fn unexplained(error: &Error, place: &str) -> Diagnostic {
    let detail = format!(
        "No image in {place} is golden, and the listing that would tell the near misses did not \
         work: {error}."
    );
    Diagnostic::warning(format!("Near Misses Unknown In {place}"), detail)
}

fn near_miss_line(near_miss: &NearMiss) -> String {
    let reasons: Vec<_> = near_miss.reasons.iter().map(|(_, reason)| reason.as_str()).collect();
    format!(
        "  {} ({}, created {}): {}",
        near_miss.id,
        near_miss.name,
        created(near_miss.created_at),
        reasons.join("; ")
    )
}

fn indented(text: &str) -> String {
    let lines: Vec<_> = text.lines().map(|line| format!("  {line}")).collect();
    lines.join("\n")
}

fn created(instant: Option<OffsetDateTime>) -> String {
    instant.and_then(rfc3339).unwrap_or_else(|| "at an unknown time".to_owned())
}

fn rfc3339(instant: OffsetDateTime) -> Option<String> {
    instant.checked_to_offset(time::UtcOffset::UTC)?.format(&Rfc3339).ok()
}

fn count(number: usize) -> Attr<i64> {
    i64::try_from(number).unwrap_or(i64::MAX).into()
}
