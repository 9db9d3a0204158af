//! What the clouds hold.

use super::{Chapter, Stage};
use crate::{
    narration::table,
    world::{AWS_REGION, EXHIBITS, Exhibit, Twist},
};

pub(super) const CHAPTER: Chapter = Chapter {
    title: "The images in the clouds",
    opening: "A machine image is what a new server starts from. In this company the security team \
        builds images, hardens them, and marks the good ones with the tag status = approved: the \
        golden images. Over time a cloud collects many others that look alike:",
    play,
};

fn play(_: &Stage) -> Result<(), String> {
    let list = |caption: &str, id: fn(&Exhibit) -> &str| {
        let heads = ["ID", "NAME", "AGE", "TAG status", "REMARK"].map(str::to_owned);
        let rows = EXHIBITS.iter().map(|exhibit| {
            [
                id(exhibit).to_owned(),
                exhibit.name.to_owned(),
                age(exhibit.age_in_hours),
                exhibit.status.unwrap_or("-").to_owned(),
                remark(exhibit.twist).to_owned(),
            ]
        });
        table(caption, &[heads].into_iter().chain(rows).collect::<Vec<_>>());
    };
    list("Alibaba Cloud, cn-hangzhou", |exhibit| exhibit.alicloud_id);
    list(&format!("AWS, {AWS_REGION}"), |exhibit| exhibit.aws_id);
    Ok(())
}

fn age(hours: i64) -> String {
    if hours < 48 { format!("{hours} hours") } else { format!("{} days", hours / 24) }
}

fn remark(twist: Twist) -> &'static str {
    match twist {
        Twist::Nothing => "",
        Twist::Deprecated => "deprecated",
        Twist::Disabled => "disabled",
        Twist::Arm => "arm64",
        Twist::Stranger => "of another account",
    }
}
