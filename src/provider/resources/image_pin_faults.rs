//! What can be wrong with a pin, in the practitioner's words.

use std::collections::BTreeSet;

use crate::{
    image::pin::{Cause, Held, Obstacle},
    plugin::{Diagnostic, Diagnostics, Path},
};

/// Tells whether a text may be the id of an image, on whichever cloud: those of Alibaba Cloud's
/// own images have no form.
pub(super) fn is_id(text: &str) -> bool {
    !text.is_empty() && !text.contains(char::is_whitespace)
}

/// Refuses what is no id of an image.
pub(super) fn check_id(id: &str, attribute: &'static str, problems: &mut Diagnostics) {
    if !is_id(id) {
        let detail = format!(
            "{} is no id of an image. Write one such as `ami-0123456789abcdef0` or \
             `m-bp1a2b3c4d5e6f7g8h9i`; where there is none, `null`.",
            quoted(id)
        );
        problems.push(Diagnostic::error("Invalid Image Id", detail).at(Path::root(attribute)));
    }
}

/// Refuses a list of golden images on which there is none, or something else.
pub(super) fn check_golden_ids(ids: &BTreeSet<String>, problems: &mut Diagnostics) {
    if ids.is_empty() {
        let detail = "`golden_ids` is empty: no image is golden at all, so the pinned one counts \
                      as revoked and there is nothing to move to. Approve an image or correct the \
                      rule that makes the list; write `null` if nothing is known about golden \
                      images.";
        problems.push(Diagnostic::error("No Golden Image", detail).at(Path::root("golden_ids")));
    }
    ids.iter().for_each(|id| check_id(id, "golden_ids", problems));
}

/// Says that an import names something else than an image.
pub(super) fn invalid_import_id(id: &str) -> Diagnostic {
    let detail = format!(
        "{} is no id of an image. Write the id of the image that the machines run on, such as \
         `ami-0123456789abcdef0`, without region.",
        quoted(id)
    );
    Diagnostic::error("Invalid Import Id", detail)
}

/// Says why a pin that should leave its image cannot; a new pin has none.
pub(super) fn cannot_move(image: Option<&String>, obstacle: Obstacle) -> Diagnostic {
    let image = image.map_or("", String::as_str);
    let (summary, detail) = match obstacle {
        Obstacle::NoCandidate(cause) => (
            "No Candidate To Pin",
            format!(
                "{}, but `candidate` is null. Set it to the id of an image, such as \
                 `data.imageguard_aws_image.x.id`; a lookup with `on_missing = \"null\"` has no id \
                 while no image is golden.",
                because(cause, image)
            ),
        ),
        Obstacle::NotGolden(cause, candidate) => {
            let but = match candidate == image {
                true => "and it is still the `candidate`".to_owned(),
                false => format!("but the `candidate` `{candidate}` is not in `golden_ids`"),
            };
            let detail = format!(
                "{}, {but}. Approve another image, and let `candidate` and `golden_ids` come from \
                 the same rule.",
                because(cause, image)
            );
            ("Candidate Is Not Golden", detail)
        }
    };
    Diagnostic::error(summary, detail).at(Path::root("candidate"))
}

fn because(cause: Cause, image: &str) -> String {
    match cause {
        Cause::Created => "The pin is new and needs a first image".to_owned(),
        Cause::Revoked => format!("The pinned image `{image}` is not in `golden_ids` any more"),
        Cause::Triggered => format!("`triggers` have changed, so the pin should leave `{image}`"),
        Cause::Soaked => format!("The soak is over, so the pin should leave `{image}`"),
    }
}

/// Warns that the pinned image is golden no more, and says what becomes of the pin.
pub(super) fn revoked(held: &Held) -> Diagnostic {
    let detail = match held.is_imported {
        true => {
            "The imported image is not in `golden_ids`. This run takes the pin over as it is; the \
             next one moves it to `candidate`."
        }
        false => {
            "It is not in `golden_ids` any more: its mark was taken away, or it was deprecated or \
             deleted. The pin moves to `candidate`, and with it every machine that reads \
             `image_id`."
        }
    };
    Diagnostic::warning(format!("Pinned Image {} Is Not Golden", held.image), detail)
        .at(Path::root("golden_ids"))
}

fn quoted(id: &str) -> String {
    if id.is_empty() { "An empty text".to_owned() } else { format!("`{}`", id.escape_debug()) }
}
