//! What the singular lookups of both clouds have in common besides the rule.

use time::OffsetDateTime;

use super::image_facts::{self, FactsModel};
use crate::{
    cloud::Error,
    image::{Image, Rule},
    model,
    plugin::{
        Attr, Context, Diagnostic, Diagnostics, Path,
        schema::{
            Attribute, BOOL, NUMBER, Nesting, Presence, STRING, computed, list, nested, optional,
        },
    },
    provider::{
        catalogue::Catalogue,
        configure::Clouds,
        lookup::{Explanation, Golden, MOST_EXPLAINED, NearMiss, Outcome, look_up},
        place::Place,
        rule_inputs::CloudRule,
        wording::{count, created, indented, rfc3339},
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
        most_recent: Attr<bool>,
        on_missing: Attr<String>,
        scanned: Attr<i64>,
        matched: Attr<i64>,
        near_misses: Attr<Vec<NearMissModel>>,
        ..facts: FactsModel,
    }
}

model! {
    /// An image that came close.
    pub(super) struct NearMissModel {
        id: Attr<String>,
        name: Attr<String>,
        created_at: Attr<String>,
        reasons: Attr<Vec<String>>,
    }
}

/// What the pages of both lookups say besides the schema.
pub(super) const NOTES: &str = concat!(
    include_str!("image_notes.md"),
    "\n",
    include_str!("reason_codes.md"),
    "\n",
    include_str!("destroying.md")
);

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
    let mut attributes =
        vec![computed("id", STRING, "The id of the golden image; null if there is none.")];
    attributes.extend(image_facts::attributes());
    attributes.extend([
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
    ]);
    attributes
}

impl OutcomeModel {
    /// Looks the image up, fills in the results and returns it.
    ///
    /// # Errors
    ///
    /// No rule, no place, a call that failed, or what [`settle`](Self::settle) finds.
    pub(super) async fn look_up<Inputs: CloudRule>(
        &mut self,
        inputs: &Inputs,
        clouds: &Clouds,
        context: &Context,
    ) -> Result<Option<Image>, Diagnostics>
    where
        Place<Inputs::Client>: Catalogue,
    {
        let rule = inputs.rule(clouds)?;
        let place = inputs.place(clouds).await?;
        let now = clouds.now();
        match look_up(&place, &rule, now).await {
            Ok(outcome) => self.settle(outcome, &rule, now, &place.to_string(), context),
            Err(error) => Err(place.explain(&error).await),
        }
    }

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
            Outcome::Found(golden)
                if golden.images.len() > 1 && self.most_recent.known() == Some(&false) =>
            {
                Err(ambiguous(&golden.images, rule, place).into())
            }
            Outcome::Found(golden) => {
                if !golden.is_complete {
                    context.warn(incomplete(&golden, place));
                }
                self.scanned = count(golden.scanned);
                self.matched = count(golden.images.len());
                self.near_misses = Vec::new().into();
                let chosen = golden.images.into_iter().next();
                if let Some(image) = &chosen {
                    self.facts = FactsModel::of(image, rule.as_of.unwrap_or(now));
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

fn incomplete(golden: &Golden, place: &str) -> Diagnostic {
    let chosen = golden.images.first().map_or("", |image| &image.id);
    let detail = format!(
        "The cloud returned {} images in {place}, and says that there are more, or changed \
         its mind while they were read. A newer golden image may be among the missing ones. Run \
         again when nobody is publishing or deleting images.",
        golden.scanned
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
    let NearMiss { id, name, created_at, .. } = near_miss;
    format!("  {id} ({name}, created {}): {}", created(*created_at), reasons.join("; "))
}
