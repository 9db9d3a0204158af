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
    let configuration = stage.terraform.configure("refusal", &text)?;
    let planned = configuration.run(&["plan", "-no-color"])?;
    frame("terraform plan", &planned.text);
    expect(!planned.success, || "the plan succeeded".to_owned())?;
    let right = chosen();
    for (place, id) in [("(Alibaba Cloud)", right.alicloud_id), ("(AWS)", right.aws_id)] {
        let told = ["Error: No Golden Image", place, id].map(|part| planned.text.contains(part));
        expect(told == [true; 3], || format!("no refusal speaks of {place} and of {id}"))?;
    }
    tell(&format!(
        "Both clouds refuse, so no server starts from anything else. {} comes closest: it lacks \
         nothing but the tag.",
        right.name
    ));
    Ok(())
}
