//! What the plural lookups of both clouds have in common besides the rule.

use time::OffsetDateTime;

use crate::{
    image::Image,
    model,
    plugin::{
        Attr, Context, Diagnostic, Diagnostics,
        schema::{Attribute, NUMBER, Nesting, Presence, STRING, computed, list as list_of, nested},
    },
    provider::{
        catalogue::Catalogue,
        configure::Clouds,
        lookup::{Golden, list},
        place::Place,
        rule_inputs::CloudRule,
        wording::count,
    },
};

model! {
    /// Results of a plural lookup, but for the images themselves.
    #[derive(Default)]
    pub(super) struct ListedModel {
        ids: Attr<Vec<String>>,
        scanned: Attr<i64>,
        matched: Attr<i64>,
    }
}

/// What the pages of both lookups say besides the schema.
pub(super) const NOTES: &str =
    concat!(include_str!("images_notes.md"), "\n", include_str!("destroying.md"));

/// Describes the results; `facts` are those of one image.
pub(super) fn results(facts: Vec<Attribute>) -> Vec<Attribute> {
    vec![
        computed(
            "ids",
            list_of(STRING),
            "The ids of all golden images, newest first (by id where they are equally old); empty \
             if there is none.",
        ),
        nested(
            "images",
            Nesting::List,
            Presence::Computed,
            "The golden images, in the order of `ids`.",
            facts,
        ),
        computed("scanned", NUMBER, "How many images the cloud returned."),
        computed("matched", NUMBER, "How many of them are golden."),
    ]
}

impl ListedModel {
    /// Lists the golden images, fills in the results, and returns the images and the instant
    /// at which they were judged.
    ///
    /// # Errors
    ///
    /// No rule, no place, or a call that failed; finding no image is none.
    pub(super) async fn list<Inputs: CloudRule>(
        &mut self,
        inputs: &Inputs,
        clouds: &Clouds,
        context: &Context,
    ) -> Result<(Vec<Image>, OffsetDateTime), Diagnostics>
    where
        Place<Inputs::Client>: Catalogue,
    {
        let rule = inputs.rule(clouds)?;
        let place = inputs.place(clouds).await?;
        let now = clouds.now();
        let golden = match list(&place, &rule, now).await {
            Ok(golden) => golden,
            Err(error) => return Err(place.explain(&error).await),
        };
        if !golden.is_complete {
            context.warn(incomplete(&golden, &place.to_string()));
        }
        self.ids =
            golden.images.iter().map(|image| image.id.to_string()).collect::<Vec<_>>().into();
        self.scanned = count(golden.scanned);
        self.matched = count(golden.images.len());
        Ok((golden.images, rule.as_of.unwrap_or(now)))
    }
}

fn incomplete(golden: &Golden, place: &str) -> Diagnostic {
    let detail = format!(
        "The cloud returned {} images in {place}, and says that there are more, or changed its \
         mind while they were read. Golden images may be missing from the list. Run again when \
         nobody is publishing or deleting images.",
        golden.scanned
    );
    Diagnostic::warning(format!("Incomplete List Of Images In {place}"), detail)
}
