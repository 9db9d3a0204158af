//! The right image is found among the others.

use super::{Chapter, Stage, expect};
use crate::{
    narration::{frame, table, tell},
    world::{EXHIBITS, chosen},
};

pub(super) const CHAPTER: Chapter = Chapter {
    title: "Terraform asks for the golden image",
    opening: "Terraform sets up what a configuration file describes. A provider is the plugin \
        through which it talks to a cloud. With the provider imageguard, a configuration need not \
        name an image: it says what the image must be like.",
    play,
};

/// The configuration; the next chapter changes it.
pub(super) const CONFIGURATION: &str = include_str!("lookup.tf");

fn play(stage: &Stage) -> Result<(), String> {
    frame("main.tf", CONFIGURATION);
    tell(&format!("This is what `terraform apply` makes of it ({}):", stage.version));
    let configuration = stage.terraform.folder("lookup");
    configuration.write(CONFIGURATION)?;
    let applied = configuration.run(&["apply", "-auto-approve", "-no-color"])?;
    frame("terraform apply", &applied.text);
    expect(applied.success, || "the apply failed".to_owned())?;
    let right = chosen();
    for (output, id) in [("alicloud_image", right.alicloud_id), ("aws_image", right.aws_id)] {
        let found = configuration.output(output)?;
        expect(found == id, || format!("`{output}` should be {id}, but is {found}"))?;
    }
    let newer = EXHIBITS.iter().filter(|other| other.age_in_hours < right.age_in_hours).count();
    tell(&format!(
        "On both clouds that is {}, the newest golden image. {newer} images are newer, but each \
         has something against it:",
        right.name
    ));
    let others = EXHIBITS.iter().filter_map(|exhibit| {
        Some([exhibit.name.to_owned(), exhibit.aws_id.to_owned(), exhibit.why_not?.to_owned()])
    });
    table("not chosen", &others.collect::<Vec<_>>());
    Ok(())
}
