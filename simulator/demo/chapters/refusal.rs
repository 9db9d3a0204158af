//! No image is good enough, and the run says why.

use super::{Chapter, Stage, expect, lookup};
use crate::{
    narration::{frame, tell},
    world::chosen,
};

pub(super) const CHAPTER: Chapter = Chapter {
    title: "No image is good enough",
    opening: "Another team may only use images that are also cleared for card data. It narrows the \
        rule with `tags = { card_data = [\"cleared\"] }`, which no image carries. Terraform must \
        not take the next best: the run has to stop before anything is changed, and say what is \
        missing.",
    play,
};

fn play(stage: &Stage) -> Result<(), String> {
    let narrowed = "\n  tags         = { card_data = [\"cleared\"] }\n  min_age ";
    let text = lookup::CONFIGURATION.replace("\n  min_age ", narrowed);
    let configuration = stage.terraform.folder("refusal");
    configuration.write(&text)?;
    let planned = configuration.run(&["plan", "-no-color"])?;
    frame("terraform plan", &planned.text);
    expect(!planned.success, || "the plan succeeded".to_owned())?;
    let right = chosen();
    for (place, id) in [("(Alibaba Cloud)", right.alicloud_id), ("(AWS)", right.aws_id)] {
        let refusals = planned.text.split("Error: No Golden Image").skip(1);
        let closest = refusals.filter(|refusal| refusal.contains(place)).find_map(closest);
        let lacks_the_tag_only = closest.is_some_and(|line| {
            line.starts_with(id) && line.ends_with("): it has no tag `card_data`")
        });
        expect(lacks_the_tag_only, || format!("{place} does not say that {id} comes closest"))?;
    }
    tell(&format!(
        "Both clouds refuse, so no server starts from anything else. {} comes closest: it lacks \
         nothing but the tag.",
        right.name
    ));
    Ok(())
}

/// Returns the first near miss of a refusal.
fn closest(refusal: &str) -> Option<&str> {
    let (_, near_misses) = refusal.split_once("Closest:")?;
    near_misses.lines().map(str::trim).find(|line| !line.is_empty())
}
